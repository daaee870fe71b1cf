"""Measures whose effect is not yet whole in the base year: what more they bring, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.portfolio.block_estimates import measure_path
from utfall.region import Region
from utfall.region.registers import Measure, ReportLine

Array = NDArray[np.float64]

HORIZON = 31
"""Years from the base that measures are followed."""

ONE_OFF_MONTHS = 12
"""Months that a one-off measure has its effect."""


@dataclass(frozen=True, eq=False)
class MeasureAhead:
    """What a measure changes after the base year.

    Attributes
    ----------
    id, name : str
        Identifier and name in the register.
    cells : ndarray of shape (divisions, lines)
        Share of the effect in each cell; sums to 1.
    planned : float
        Öre a full year, positive improves the result, in the base year's prices.
    cost : float
        Öre a year to carry it out.
    path : ndarray of shape (months,)
        Share of the full effect beyond what the base holds, from the first simulated month.
    running : ndarray of shape (months,)
        The same of the cost to carry it out.
    """

    id: str
    name: str
    cells: Array
    planned: float
    cost: float
    path: Array
    running: Array


def measures_ahead(
    region: Region, divisions: Sequence[str], lines: Sequence[ReportLine], first_year: int, booked: int
) -> tuple[tuple[MeasureAhead, ...], tuple[str, ...]]:
    """Find the measures whose effect changes after the base year, and those that cannot be placed.

    Measures that free capacity are left out: they change no krona of the statements.

    Parameters
    ----------
    region : Region
        The region.
    divisions : sequence of str
        Codes.
    lines : sequence of ReportLine
        The lines.
    first_year : int
        First simulated year.
    booked : int
        How many of its months are booked: the base then is its forecast, which takes the effect of the last booked
        month as going on; else it is the year before.

    Returns
    -------
    tuple of MeasureAhead and tuple of str
        The latter Swedish sentences.
    """
    found, unplaced = [], []
    months = pd.date_range(f"{first_year - 1}-01-01", periods=12 * (1 + HORIZON), freq="MS")
    amounts = None
    for measure in region.measures:
        if measure.kind == "capacity":
            continue
        path, running = _courses(measure, months, booked)
        if not path.any() and not running.any():
            continue
        if amounts is None:
            amounts = _by_unit(region)
        cells = _cells(region, measure, amounts, divisions, lines)
        if cells is None:
            unplaced.append(f"Åtgärden {measure.name} räknas inte med: dess enheter har inga belopp på dess poster.")
            continue
        found.append(
            MeasureAhead(
                measure.id, measure.name, cells, measure.planned_effect * 100, measure.cost * 100, path, running
            )
        )
    return tuple(found), tuple(unplaced)


def _courses(measure: Measure, months: pd.DatetimeIndex, booked: int) -> tuple[Array, Array]:
    started = (months >= pd.Timestamp(measure.start)).astype("float64")
    path = measure_path(measure, months)
    if measure.kind == "one_off":
        over = months >= pd.Timestamp(measure.start) + pd.DateOffset(months=ONE_OFF_MONTHS)
        path, started = np.where(over, 0.0, path), np.where(over, 0.0, started)
    return _beyond(path, booked), _beyond(started, booked)


def _beyond(path: Array, booked: int) -> Array:
    """What is beyond the base's, from the first simulated month; the path begins with the year before."""
    before, ahead = path[:12], path[12:]
    if not booked:
        return ahead - before.mean()
    held = np.concatenate([ahead[:booked], np.full(12 - booked, ahead[booked - 1])])
    return np.concatenate([ahead[:12] - held, ahead[12:] - held.mean()])


def _by_unit(region: Region) -> pd.DataFrame:
    since = region.latest_period - pd.DateOffset(months=11)
    frame = region.amounts(["unit", "area", "division", "board", "line", "account"], since=since)
    return frame.assign(actual=frame["actual"].abs())


def _cells(
    region: Region,
    measure: Measure,
    amounts: pd.DataFrame,
    divisions: Sequence[str],
    lines: Sequence[ReportLine],
) -> Array | None:
    """Share the effect by what the units spend on the measure's lines and accounts."""
    # Internal lines cancel in the region: an effect there would be none.
    external = [line.line for line in lines if not line.group.startswith("internal")]
    inside = amounts["line"].isin(external)
    inside &= amounts[["unit", "area", "division", "board"]].isin(set(measure.units)).any(axis=1)
    if measure.lines:
        inside &= amounts["line"].isin(measure.lines)
    if measure.accounts:
        inside &= amounts["account"].isin(measure.accounts)
    weights = amounts[inside].pivot_table(index="division", columns="line", values="actual", aggfunc="sum")
    table = weights.reindex(index=list(divisions), columns=[line.line for line in lines]).fillna(0.0).to_numpy()
    return table / table.sum() if table.sum() > 0 else None
