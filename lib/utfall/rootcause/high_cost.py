"""Single high-cost cases: how much of the purchased care a few patients account for, without pointing them out."""

from __future__ import annotations

from dataclasses import dataclass

from utfall.presentation.disclosure import MIN_COUNT
from utfall.rootcause.comparison import Comparison

HIGH_COST = 1_000_000.0
"""A case that costs at least this (SEK) is told apart: the level the board's documents name for intensive care."""


@dataclass(frozen=True)
class HighCost:
    """High-cost cases in the year so far.

    Parameters
    ----------
    cases : int or None
        Number of cases; None when there are some but fewer than may be shown.
    amount : float or None
        Their cost, SEK in result sign; None when the number may not be shown.
    exist : bool
        Whether there is any.
    share_of_deviation : float or None
        Their part of the deviation of purchased care from what it is compared with; None when it may not be
        shown or the deviation is not a worsening.
    most_of_deviation : bool
        Whether they cost more than half of a worsening in purchased care: told in words whatever their number,
        since it reveals neither number nor amount.
    """

    cases: int | None
    amount: float | None
    exist: bool
    share_of_deviation: float | None
    most_of_deviation: bool


def high_cost_cases(comparison: Comparison, deviation: float) -> HighCost | None:
    """Count the high-cost cases of purchased care in the year so far.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    deviation : float
        Deviation of purchased care, SEK in result sign.

    Returns
    -------
    HighCost or None
        With number and amount left out when fewer than `MIN_COUNT` patients would be shown; None when the region
        does not count purchased care by case.
    """
    if "purchased_care" not in comparison.region.tables:
        return None
    care = comparison.region.table(
        "purchased_care", unit=comparison.node.code, since=comparison.since, until=comparison.period
    )
    high = care[care["amount"] <= -HIGH_COST]
    number, cost = len(high), float(high["amount"].sum())
    most = number > 0 and deviation < 0 and cost < deviation / 2
    if 0 < number < MIN_COUNT:
        return HighCost(None, None, True, None, most)
    share = cost / deviation if number and deviation < 0 else None
    return HighCost(number, cost, number > 0, share, most)
