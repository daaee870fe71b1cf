"""Single high-cost cases: what a few patients mean for the cost of purchased care, without pointing them out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.presentation.disclosure import MIN_COUNT
from utfall.presentation.money import Money
from utfall.presentation.numbers import amount
from utfall.presentation.prose import Prose
from utfall.results import NotAvailable
from utfall.rootcause.comparison import Comparison

HIGH_COST = 1_000_000.0
"""A case that costs at least this (in the region's currency) is told apart: what the board's own documents name as the
cost of one stay in intensive care."""

LINE = "purchased_care"
"""Report line of purchased care."""


@dataclass(frozen=True)
class HighCost:
    """High-cost cases in the year so far.

    Parameters
    ----------
    exist : bool
        Whether there is any.
    cases : int or None
        Number of cases; None when there are some, but fewer than may be shown.
    cost : float or None
        Their cost, SEK in result sign; None when the number may not be shown.
    most_of_deviation : bool
        Whether they cost more than half of a worsening in purchased care; told only where the number is.
    hidden_cells : DataFrame
        ``unit, line`` of units that have some, but fewer than may be shown: no part of that purchased care may be told.
    money : Money
        How amounts are written.
    """

    exist: bool
    cases: int | None
    cost: float | None
    most_of_deviation: bool
    hidden_cells: pd.DataFrame
    money: Money

    @property
    def note(self) -> Prose:
        """What may be said of the cases."""
        level = amount(HIGH_COST, "mkr", 0, currency=self.money.currency)
        if not self.exist:
            return Prose(f"Inga enskilda vårdtillfällen på minst {level} har bokförts i år.")
        most = " De svarar för mer än hälften av försämringen i köpt vård." if self.most_of_deviation else ""
        if self.cases is None or self.cost is None:
            return Prose(
                f"Enstaka högkostnadsfall (minst {level}) finns i köpt vård. Antal och belopp visas inte, eftersom "
                "färre än fem fall finns här eller i någon enhet."
            )
        return Prose(f"{self.cases} högkostnadsfall (minst {level}) har kostat {self.money.write(-self.cost)}.{most}")


def high_cost_cases(comparison: Comparison, deviation: float, money: Money) -> HighCost | NotAvailable:
    """Count the high-cost cases of purchased care in the year so far.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    deviation : float
        Deviation of purchased care, SEK in result sign.
    money : Money
        How amounts are written.

    Returns
    -------
    HighCost or NotAvailable
        Number and cost are left out when fewer than `MIN_COUNT` patients would be shown, here or in any unit, area or
        division below: a report above that showed them would reveal them by subtraction. Not available when the region
        does not count purchased care by case.
    """
    if LINE not in comparison.region.tables:
        return NotAvailable("Regionens uppgifter innehåller inte köpt vård per vårdtillfälle.")
    care = comparison.region.table(LINE, unit=comparison.node.code, since=comparison.since, until=comparison.period)
    high = _high(care)
    number, cost = high["case"].nunique(), float(high["amount"].sum())
    most = number > 0 and deviation < 0 and cost < deviation / 2
    counts = _counts(comparison, high)
    few = {level: count[(count > 0) & (count < MIN_COUNT)] for level, count in counts.items()}
    hidden = pd.DataFrame({"unit": few["unit"].index.astype("str"), "line": LINE})
    if any(len(count) for count in few.values()):
        return HighCost(True, None, None, most, hidden, money)
    return HighCost(number > 0, number, cost, most, hidden, money)


def undivided_units(comparison: Comparison) -> set[str]:
    """Units with a few high-cost cases, this year or last: the parts of their purchased care would tell of them.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.

    Returns
    -------
    set of str
        Codes, in the organisation of the last month.
    """
    if LINE not in comparison.region.tables:
        return set()
    units: set[str] = set()
    for since, until in ((comparison.since, comparison.period), comparison.previous_span):
        care = comparison.region.table(
            LINE, unit=comparison.node.code, since=since, until=until, structure=comparison.period
        )
        count = _counts(comparison, _high(care))["unit"]
        units |= set(count.index[(count > 0) & (count < MIN_COUNT)].astype("str"))
    return units


def _high(care: pd.DataFrame) -> pd.DataFrame:
    """Cases that cost enough, all their invoices together."""
    cases = care.groupby(["unit", "case"], as_index=False)["amount"].sum()
    return cases[cases["amount"] <= -HIGH_COST]


def _counts(comparison: Comparison, high: pd.DataFrame) -> dict[str, pd.Series]:
    """Cases of the node, and of each node below it, by level."""
    placement = comparison.region.organisation.placement(comparison.period).set_index("posted_unit")
    counts = {
        level: high.groupby(high["unit"].map(placement[level]))["case"].nunique()
        for level in ("unit", "area", "division")
    }
    return counts | {"node": pd.Series([high["case"].nunique()])}
