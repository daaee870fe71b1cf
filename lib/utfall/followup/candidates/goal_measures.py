"""Which key figures follow from the year's amounts, and how: a goal for them becomes a sum that must be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from utfall.forecasting.panel import MONTHS
from utfall.presentation.numbers import number
from utfall.presentation.words import list_words
from utfall.region import Region, a_year_before, year_start
from utfall.region.registers import Goal

PER_CENT = 100.0
"""Growth and shares are kept in per cent."""

AGREES = 0.05
"""Percentage points by which a key figure may differ from the same figure computed from the ledger."""

STAFF = ("salaries", "pensions", "hired_staff")
"""Report lines that are the cost of staff."""


@dataclass(frozen=True)
class Growth:
    """Change of the year's cost of some lines against the year before, per cent; every line of a kind when not named.

    Parameters
    ----------
    lines : tuple of str
        Report lines; when empty, those of `kinds`.
    kinds : tuple of str
        Kinds of line.
    """

    lines: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """The year's cost of some lines as a share of that of others, per cent.

    Parameters
    ----------
    lines, base : tuple of str
        Report lines.
    """

    lines: tuple[str, ...]
    base: tuple[str, ...]


MEASURES: Mapping[str, Growth | Share] = {
    "bruttokostnadsutveckling": Growth(kinds=("cost",)),
    "nettokostnadsutveckling": Growth(kinds=("income", "cost")),
    "personalkostnadsutveckling": Growth(lines=STAFF),
    "hyrkostnad_andel": Share(lines=("hired_staff",), base=("salaries", "pensions")),
}
"""Key figures that are a function of the year's amounts alone."""


@dataclass(frozen=True)
class Demand:
    """What a goal asks of the year's amounts: that their weighted sum is at least (or at most) a total.

    Parameters
    ----------
    weights : dict
        Report line → weight of its year total, SEK in result sign.
    total : float
        The sum that must be reached.
    at_least : bool
        Whether the sum must be at least `total`; else at most.
    now : float
        The key figure so far, computed from the ledger.
    whole_kinds : tuple of str
        The kinds the lines are all of, when every weight is 1.
    what : str
        How the key figure is computed, in Swedish.
    """

    weights: dict[str, float]
    total: float
    at_least: bool
    now: float
    whole_kinds: tuple[str, ...]
    what: str


def demand(region: Region, node: str, month: pd.Timestamp, goal: Goal) -> Demand | str:
    """Turn a goal into a demand on the year's amounts, or say why it cannot be.

    With costs negative, a cost that grows by at most *g* per cent is a sum of at least the cost of the year before
    times 1 + *g*/100; a share of at most *s* per cent is a sum of at least 0, when each krona of the base counts as
    −*s*/100.

    Parameters
    ----------
    region : Region
        The region.
    node : str
        Code of the node.
    month : Timestamp
        Last month with an outcome.
    goal : Goal
        The goal.

    Returns
    -------
    Demand or str
        The demand, or a reason in Swedish.
    """
    measure = MEASURES.get(goal.kpi)
    if measure is None:
        return "nyckeltalet beror på annat än årets belopp"
    register = region.accounts.frame.set_index("line")
    named = [*measure.lines, *(measure.base if isinstance(measure, Share) else ())]
    absent = [line for line in named if line not in register.index]
    if absent:
        return f"resultatposterna {list_words(absent)} finns inte i kontoplanen"
    year = year_start(month)
    now = _lines(region, node, year, month, month)
    if isinstance(measure, Share):
        weights = dict.fromkeys(measure.lines, 1.0) | dict.fromkeys(measure.base, -goal.target / PER_CENT)
        part, base = now.reindex(list(measure.lines)).sum(), now.reindex(list(measure.base)).sum()
        share = PER_CENT * part / base if base < 0 else float("nan")
        what = f"{_names(register, measure.lines)} som andel av {_names(register, measure.base)}"
        return Demand(weights, 0.0, goal.direction == "at_most", share, (), what)
    lines = list(measure.lines) or register.index[register["kind"].isin(measure.kinds)].tolist()
    if year - pd.DateOffset(years=1) < region.first_period:
        return "förra året finns inte i huvudboken"
    before = _lines(region, node, a_year_before(year), a_year_before(month.replace(month=MONTHS)), month)
    base = before.reindex(lines).sum()
    if not base < 0:
        return "förra året saknar kostnad att jämföra med"
    same_months = _lines(region, node, a_year_before(year), a_year_before(month), month).reindex(lines).sum()
    growth = PER_CENT * (now.reindex(lines).sum() / same_months - 1.0) if same_months < 0 else float("nan")
    total = float(base * (1.0 + goal.target / PER_CENT))
    what = f"{_names(register, measure.lines)} mot förra året" if measure.lines else _KIND_WORDS[measure.kinds]
    return Demand(dict.fromkeys(lines, 1.0), total, goal.direction == "at_most", float(growth), measure.kinds, what)


_KIND_WORDS = {
    ("cost",): "alla kostnadsposter mot förra året",
    ("income", "cost"): "alla kostnadsposter minus alla intäktsposter mot förra året",
}


def disagreement(region: Region, node: str, month: pd.Timestamp, goal: Goal, now: float) -> tuple[float, str]:
    """Compare a key figure with what the ledger gives for the months so far.

    Parameters
    ----------
    region : Region
        The region.
    node : str
        Code of the node.
    month : Timestamp
        Last month with an outcome.
    goal : Goal
        The goal whose key figure is compared.
    now : float
        The figure computed from the ledger.

    Returns
    -------
    recorded : float
        The key figure in ``kpi_values``; missing when it is not there.
    reason : str
        Swedish; empty when they agree within `AGREES` or there is nothing to compare.
    """
    if "kpi_values" not in region.tables:
        return float("nan"), ""
    rows = region.table("kpi_values", since=month, until=month)
    values = rows.loc[(rows["kpi"] == goal.kpi) & (rows["unit"] == node), "value"].dropna().tolist()
    if not values:
        return float("nan"), ""
    recorded = float(values[0])
    if abs(recorded - now) <= AGREES:
        return recorded, ""
    return recorded, f"nyckeltalet är {number(recorded, 2)} hittills men huvudboken ger {number(now, 2)}"


def _lines(region: Region, node: str, since: pd.Timestamp, until: pd.Timestamp, month: pd.Timestamp) -> pd.Series:
    amounts = region.amounts(["line"], unit=node, since=since, until=until, structure=month)
    return amounts.set_index("line")["actual"]


def _names(register: pd.DataFrame, lines: tuple[str, ...]) -> str:
    return list_words(str(register.loc[line, "name"]).lower() for line in lines)
