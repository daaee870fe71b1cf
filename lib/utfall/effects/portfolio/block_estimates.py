"""Every block of cells estimated in the way that tells most of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.interrupted.inputs import Observed, read_observed
from utfall.effects.interrupted.profile import course
from utfall.effects.portfolio.cells import Block, CellLedger, cells_of
from utfall.effects.portfolio.intensity_use import IntensityEffect, intensity_on_use
from utfall.effects.portfolio.joint import JointEffects, estimate_jointly
from utfall.effects.portfolio.unit_volume import volume_index
from utfall.region import Region
from utfall.region.registers import Measure

Array = NDArray[np.float64]

FEWEST_BEFORE = 12
"""Months before the first measure below which a block is not judged: a season cannot be told from an effect."""

LONGEST_PROFILE = 101
"""Months within which every profile of the register shows an effect: delays have at most two digits."""

WIDE_NORMAL = 1.959963984540054
"""Standard deviations that a 95 % interval reaches to either side."""

BESIDE_VOLUME = "Åtgärder på pris eller åtgång bedöms per volym; kostnaden i andra enheter jämförs de då inte med."
"""Why comparison units are left out: their cost is no cost per volume."""


@dataclass(frozen=True, eq=False)
class BlockEstimate:
    """What is known of a block's effects.

    Parameters
    ----------
    block : Block
        The block.
    paths : ndarray of shape (months, claims)
        Share of each measure's full effect that is there each month.
    effects : JointEffects or None
        The effects on the series; None when only the use was judged, or nothing could be.
    on_use : mapping of str to IntensityEffect
        Measures of the block that were judged on what was used.
    reason : str
        Why nothing could be judged, in Swedish; empty when something was.
    notes : tuple of str
        Swedish sentences about comparison series that were left out.
    """

    block: Block
    paths: Array
    effects: JointEffects | None
    on_use: Mapping[str, IntensityEffect] = field(default_factory=dict)
    reason: str = ""
    notes: tuple[str, ...] = ()


def measure_path(measure: Measure, months: pd.DatetimeIndex) -> Array:
    """Share of a measure's full effect that is there in each month, as declared beforehand.

    Examples
    --------
    >>> measure = Measure(id="m", name="M", units=("K",), start="2026-02", profile="ramp(2)", planned_effect=12.0)
    >>> measure_path(measure, pd.date_range("2026-01-01", periods=4, freq="MS")).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    start = pd.Period(measure.start, "M")
    # The profile is counted from the start, also where that lies before the first month.
    every = pd.period_range(min(start, months[0].to_period("M")), months[-1], freq="M")
    before = int((every < start).sum())
    ahead = every[before:]
    if not len(ahead):
        return np.zeros(len(months))
    # A profile whose effect has not come yet is refused by `course`: it is read further ahead and cut.
    reach = pd.period_range(ahead[0], periods=max(len(ahead), LONGEST_PROFILE), freq="M")
    shares = np.concatenate([np.zeros(before), course(measure.profile, reach)[: len(ahead)]])
    return shares[-len(months) :]


def estimate_block(
    region: Region,
    ledger: CellLedger,
    block: Block,
    measures: Mapping[str, Sequence[Measure]],
    claimed: pd.DataFrame,
) -> BlockEstimate:
    """Estimate the effects of the measures of one block.

    Parameters
    ----------
    region : Region
        The region.
    ledger : CellLedger
        Every amount.
    block : Block
        The block.
    measures : mapping of str to sequence of Measure
        The measures behind each claim.
    claimed : DataFrame
        ``unit, account`` of every cell that any measure claims: no comparison is made with those.

    Returns
    -------
    BlockEstimate
    """
    own = [measures[claim] for claim in block.claims]
    paths = np.column_stack([measure_path(group[0], ledger.months) for group in own]) * block.shares
    month = ledger.months[-1]
    units = sorted(block.cells["unit"].unique())
    on_use: dict[str, IntensityEffect] = {}
    for claim, group in zip(block.claims, own, strict=True):
        if group[0].component == "intensity" and len(group) == 1 and "drugs" in set(block.cells["line"]):
            found = intensity_on_use(region, group[0], units, block.nominal, month)
            on_use |= {claim: found} if found else {}
    if len(block.claims) == len(on_use) == 1:
        return BlockEstimate(block, paths, None, on_use)
    reason = _obstacle(block, paths)
    if reason:
        return BlockEstimate(block, paths, None, on_use, reason)
    volume = None
    if all(group[0].component in ("intensity", "price") for group in own):
        volume = volume_index(region, _amounts(ledger, block.cells), dict(ledger.lines), ledger.months)
    controls, notes = _controls(region, ledger, block, [one for group in own for one in group], claimed)
    if volume is not None and controls is not None:
        controls, notes = None, (*notes, BESIDE_VOLUME)
    observed = _observed(block.fixed, paths, ledger.months, block.deflated, volume=volume, controls=controls)
    effects = estimate_jointly(observed, paths)
    return BlockEstimate(block, paths, effects, on_use, notes=notes)


def estimate_control(
    region: Region,
    ledger: CellLedger,
    measure: Measure,
    claims: Mapping[str, Sequence[Measure]],
    by_claim: Mapping[str, pd.DataFrame],
) -> tuple[float, float] | None:
    """Judge a measure on the cells it cannot have changed.

    Parameters
    ----------
    region : Region
        The region.
    ledger : CellLedger
        Every amount.
    measure : Measure
        The measure, with its negative control.
    claims : mapping of str to sequence of Measure
        Every measure; those that touch the control's cells are estimated beside.
    by_claim : mapping of str to DataFrame
        Their cells.

    Returns
    -------
    tuple of float or None
        95 % interval of the effect on the logarithm; None where it cannot be judged.
    """
    named = measure.negative_control or {}
    month = ledger.months[-1]
    cells = cells_of(region, ledger, named.get("units", ()), named.get("lines", ()), named.get("accounts", ()), month)
    if cells.empty:
        return None
    _, fixed, deflated = ledger.sum_of(cells)
    paths = [measure_path(measure, ledger.months)]
    for claim, group in claims.items():
        shared = by_claim[claim].merge(cells, on=["unit", "account", "line"])
        if len(shared) and measure not in group:
            paths.append(measure_path(group[0], ledger.months) * (ledger.sum_of(shared)[1].sum() / fixed.sum()))
    stacked = np.column_stack([path for path in paths if path.any()])
    if not paths[0].any() or not (fixed > 0).all() or fixed.max() <= fixed.min() or _first(stacked) < FEWEST_BEFORE:
        return None
    found = estimate_jointly(_observed(fixed, stacked, ledger.months, deflated), stacked)
    sd = float(np.sqrt(found.covariance[0, 0] + found.coincidence[0]))
    return float(found.mean[0] - WIDE_NORMAL * sd), float(found.mean[0] + WIDE_NORMAL * sd)


def _obstacle(block: Block, paths: Array) -> str:
    if not block.is_positive:
        empty = int((block.fixed <= 0).sum())
        return f"{empty} av {len(block.fixed)} månader saknar positivt belopp"
    if block.fixed.max() <= block.fixed.min():
        return "beloppet är lika stort varje månad"
    if _first(paths) < FEWEST_BEFORE:
        return f"färre än {FEWEST_BEFORE} månader före den första åtgärden"
    return ""


def _observed(
    fixed: pd.Series,
    paths: Array,
    months: pd.DatetimeIndex,
    deflated: bool,
    *,
    volume: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
) -> Observed:
    """Read a series that is in fixed prices already."""
    periods = months.to_period("M")
    return read_observed(
        fixed.set_axis(periods),
        periods[_first(paths)],
        volume=None if volume is None else volume.set_axis(periods),
        controls=controls,
        price_index=pd.Series(1.0, periods) if deflated else None,
    )


def _first(paths: Array) -> int:
    return int(np.flatnonzero(paths.any(axis=1))[0])


def _amounts(ledger: CellLedger, cells: pd.DataFrame) -> pd.DataFrame:
    rows = ledger.frame.merge(cells[["unit", "account"]], on=["unit", "account"])
    return rows.assign(amount=rows["actual"].abs())


def _controls(
    region: Region, ledger: CellLedger, block: Block, measures: Sequence[Measure], claimed: pd.DataFrame
) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Comparison series in the block's lines and accounts, from units that no measure touches there."""
    month = ledger.months[-1]
    units = dict.fromkeys(unit for measure in measures for unit in measure.comparison_units)
    series, touched, bare = {}, [], []
    for unit in units:
        cells = cells_of(region, ledger, (unit,), (), tuple(block.cells["account"].unique()), month)
        if len(cells.merge(claimed, on=["unit", "account"])):
            touched.append(region.organisation.name(unit, month))
            continue
        _, fixed, _ = ledger.sum_of(cells)
        if (fixed > 0).all() and fixed.max() > fixed.min():
            series[unit] = fixed.set_axis(ledger.months.to_period("M"))
        else:
            bare.append(region.organisation.name(unit, month))
    notes = []
    if touched:
        notes.append(f"Jämförs inte med {', '.join(touched)}, som själva omfattas av en åtgärd på samma poster.")
    if bare:
        notes.append(f"Jämförs inte med {', '.join(bare)}, som saknar belopp på posterna någon månad.")
    return (pd.DataFrame(series) if series else None), tuple(notes)
