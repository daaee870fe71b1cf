"""All measures of the register estimated together: which are, which cannot be, and draws of what each gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import block_diag

from utfall.effects.portfolio.block_estimates import (
    FEWEST_BEFORE,
    BlockEstimate,
    estimate_block,
    estimate_control,
    measure_path,
)
from utfall.effects.portfolio.cells import CellLedger, cells_of, make_blocks, read_cells
from utfall.effects.portfolio.common_noise import joint_covariance
from utfall.effects.portfolio.gains import YEAR, Gains, block_gains
from utfall.effects.portfolio.joint import detectable
from utfall.effects.portfolio.pooling import pool
from utfall.region import Region, parse_period
from utfall.region.registers import Measure

Array = NDArray[np.float64]

MOST_LEFT_OUT = 0.5
"""Share of a measure's amounts that may lie in cells that cannot be judged; with more, the measure is not estimated."""


@dataclass(frozen=True, eq=False)
class Claim:
    """A measure, or several that cannot be told apart: same cells, same start, same profile.

    Parameters
    ----------
    measures : tuple of Measure
        One, or the group.
    cells : DataFrame
        ``unit, account, line`` that they claim.
    path : ndarray of shape (months,)
        Share of the full effect that is there each month.
    gains : Gains or None
        What they gave; None when it cannot be estimated.
    parts : tuple of BlockEstimate
        The blocks it was estimated on.
    left_out : float
        Share of its amounts in cells that could not be judged.
    minimum_detectable : float
        SEK a year that would be seen in four cases of five, known from the history alone; missing where it is not.
    negative_control : tuple of float or None
        95 % interval of the effect on what it cannot have changed; None when it was not, or could not be, tested.
    reason : str
        Why it cannot be estimated, in Swedish.
    """

    measures: tuple[Measure, ...]
    cells: pd.DataFrame
    path: Array
    gains: Gains | None = None
    parts: tuple[BlockEstimate, ...] = ()
    left_out: float = 0.0
    minimum_detectable: float = float("nan")
    negative_control: tuple[float, float] | None = None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Estimation:
    """Every measure that has started.

    Parameters
    ----------
    ledger : CellLedger
        The amounts.
    claims : tuple of Claim
        In the order of the register.
    notes : tuple of str
        Swedish sentences about what was left out.
    waiting : int
        Measures of the register that start later.
    """

    ledger: CellLedger
    claims: tuple[Claim, ...]
    notes: tuple[str, ...]
    waiting: int


def estimate_portfolio(region: Region, month: pd.Timestamp) -> Estimation:
    """Estimate every measure that has started, jointly.

    Parameters
    ----------
    region : Region
        The region.
    month : Timestamp
        The last month.

    Returns
    -------
    Estimation
    """
    ledger = read_cells(region, month)
    started = [measure for measure in region.measures if parse_period(measure.start) <= month]
    single = []
    for measure in started:
        own = cells_of(region, ledger, measure.units, measure.lines, measure.accounts, month)
        path = measure_path(measure, ledger.months)
        single.append(Claim((measure,), own, path, reason=_obstacle(measure, own, path, ledger)))
    refused = [claim for claim in single if claim.reason]
    groups = {claim.measures[0].id: claim for claim in _grouped([claim for claim in single if not claim.reason])}
    members = {name: claim.measures for name, claim in groups.items()}
    cells = {name: claim.cells for name, claim in groups.items()}
    every = pd.concat([claim.cells for claim in single]) if single else pd.DataFrame(columns=["unit", "account"])
    claimed = every[["unit", "account"]].drop_duplicates()
    blocks = [estimate_block(region, ledger, block, members, claimed) for block in make_blocks(ledger, cells)]
    gains, detectable = _gains(blocks, groups)
    found = []
    for name, claim in groups.items():
        parts = tuple(part for part in blocks if name in part.block.claims)
        left_out = _left_out(parts)
        reason = f"{parts[0].reason} på de poster den avser" if left_out > MOST_LEFT_OUT else ""
        control = estimate_control(region, ledger, claim.measures[0], members, cells)
        found.append(
            Claim(
                claim.measures,
                claim.cells,
                claim.path,
                gains=None if reason else gains[name],
                parts=parts,
                left_out=left_out,
                minimum_detectable=detectable.get(name, float("nan")),
                negative_control=control,
                reason=reason,
            )
        )
    order = {measure.id: place for place, measure in enumerate(region.measures)}
    claims = sorted([*found, *refused], key=lambda claim: order[claim.measures[0].id])
    notes = tuple(dict.fromkeys(note for block in blocks for note in block.notes))
    return Estimation(ledger, tuple(claims), notes, len(region.measures) - len(started))


def _obstacle(measure: Measure, cells: pd.DataFrame, path: Array, ledger: CellLedger) -> str:
    """Say why a measure cannot be estimated whatever its series looks like."""
    if cells.empty:
        return "ingenting är bokfört på de enheter och poster den avser"
    before = int((ledger.months < parse_period(measure.start)).sum())
    if before < FEWEST_BEFORE:
        return f"bara {before} månader finns före starten; minst {FEWEST_BEFORE} behövs"
    if not path.any():
        return "enligt införandeprofilen väntas ingen effekt ännu"
    return ""


def _grouped(claims: Sequence[Claim]) -> list[Claim]:
    """Put measures together that no data can tell apart: they share cells, and their paths are proportional."""
    groups: list[Claim] = []
    for claim in claims:
        own = claim
        for group in list(groups):
            shared = len(group.cells.merge(own.cells, on=["unit", "account"]))
            if shared and _proportional(group.path, own.path):
                groups.remove(group)
                cells = pd.concat([group.cells, own.cells]).drop_duplicates(["unit", "account"])
                own = Claim((*group.measures, *own.measures), cells, group.path)
        groups.append(own)
    return groups


def _proportional(one: Array, other: Array) -> bool:
    return bool(np.allclose(one * other.max(), other * one.max()))


def _gains(blocks: Sequence[BlockEstimate], groups: Mapping[str, Claim]) -> tuple[dict[str, Gains], dict[str, float]]:
    """Draw every effect, pooled over measures, and what each measure gave; and what could have been seen of it."""
    usable = [block for block in blocks if block.effects is not None]
    used = [block for block in blocks if block.effects is None and block.on_use]
    slots = [(block, at, claim) for block in (*usable, *used) for at, claim in enumerate(block.block.claims)]
    mean = np.concatenate([*(b.effects.mean for b in usable if b.effects), *(_on_use(b)[0] for b in used), []])
    covariance = block_diag(
        joint_covariance([b.effects for b in usable if b.effects]), *(np.diag(_on_use(b)[1]) for b in used)
    )
    for number, (block, _, claim) in enumerate(slots):
        if block.effects is not None and claim in block.on_use:
            mean, covariance = _learn(mean, covariance, number, block.on_use[claim].mean, block.on_use[claim].sd)
    sign = np.array([block.block.sign for block, _, _ in slots], dtype=float)
    place = {name: number for number, name in enumerate(groups)}
    improved = pool(-sign * mean, covariance * np.outer(sign, sign), [place[claim] for _, _, claim in slots])
    effects = -sign * improved
    begun = [claim.measures[0].start for claim in groups.values()]
    gains: dict[str, Gains] = {}
    first = 0
    for block in (*usable, *used):
        claims = block.block.claims
        order = sorted(range(len(claims)), key=lambda at: begun[place[claims[at]]])
        for claim, part in zip(claims, block_gains(block, effects[:, first : first + len(claims)], order), strict=True):
            gains[claim] = gains[claim].plus(part) if claim in gains else part
        first += len(claims)
    return gains, _detectable(slots, covariance * np.outer(sign, sign), groups)


def _on_use(block: BlockEstimate) -> tuple[Array, Array]:
    effects = [block.on_use[claim] for claim in block.block.claims]
    return np.array([effect.mean for effect in effects]), np.array([effect.sd**2 for effect in effects])


def _learn(mean: Array, covariance: Array, number: int, known: float, sd: float) -> tuple[Array, Array]:
    """Add what was seen of one effect elsewhere."""
    gain = covariance[:, number] / (covariance[number, number] + sd**2)
    return mean + gain * (known - mean[number]), covariance - np.outer(gain, covariance[number])


def _detectable(
    slots: Sequence[tuple[BlockEstimate, int, str]], covariance: Array, groups: Mapping[str, Claim]
) -> dict[str, float]:
    """SEK a year that would be seen of each measure, from the history before it."""
    sd, amount = np.zeros(len(slots)), np.zeros(len(slots))
    for number, (part, at, claim) in enumerate(slots):
        known = part.on_use[claim].planned_sd if claim in part.on_use else float(part.effects.planned_sd[at])  # type: ignore[union-attr]
        begun = int(np.flatnonzero(groups[claim].path)[0])
        sd[number], amount[number] = known, part.block.shares[at] * part.block.fixed.iloc[begun - YEAR : begun].sum()
    spread = np.sqrt(np.diag(covariance))
    alike = covariance / np.outer(spread, spread)
    found = {}
    for claim in groups:
        own = np.array([number for number, slot in enumerate(slots) if slot[2] == claim], dtype=int)
        total = amount[own].sum()
        if len(own) and total > 0:
            moved = sd[own] * amount[own]
            relative = np.sqrt(max(moved @ alike[np.ix_(own, own)] @ moved, 0.0)) / total
            found[claim] = detectable(float(relative)) * total
    return found


def _left_out(parts: Sequence[BlockEstimate]) -> float:
    """Share of the amounts that lie in cells that could not be judged."""
    sizes = [abs(part.block.nominal).sum() for part in parts]
    lost = [size for part, size in zip(parts, sizes, strict=True) if part.effects is None and not part.on_use]
    return float(sum(lost) / sum(sizes)) if sum(sizes) else 1.0
