"""Where the years ahead begin: the last closed year, its balance sheet, and what is booked since."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.presentation.numbers import period_name
from utfall.region import Region
from utfall.region.registers import ReportLine
from utfall.region.tables import CONTINGENT
from utfall.scenarios.engine.first_year import expected_year
from utfall.scenarios.engine.measures_ahead import MeasureAhead, measures_ahead
from utfall.scenarios.engine.money import whole_ore
from utfall.scenarios.engine.patterns import Patterns, find_patterns
from utfall.scenarios.engine.purchases import Purchases, read_purchases
from utfall.scenarios.simulation import ASSETS, FINANCING, INCOME_ITEMS, Ore

Array = NDArray[np.float64]

EXTERNAL_GROUPS = ("external_income", "external_cost", "depreciation")
"""Groups of lines that stand in the whole region's income statement; internal ones cancel within it."""

LEDGER_ITEMS = {"external_income": "external_income", "external_costs": "external_cost", "depreciation": "depreciation"}
"""Item of the income statement to the group of lines it is the sum of."""

LOANS = "long_term_liabilities"
"""Item of the balance sheet for interest-bearing loans."""

ROUNDED_STATEMENTS = 1_000_000.0
"""SEK that a result and the change of equity may differ by before it is refused: printed statements are rounded to
.1 mkr an item."""


@dataclass(frozen=True, eq=False)
class Start:
    """Everything a simulation stands on; amounts are whole öre in result sign unless said.

    Attributes
    ----------
    first_year : int
        First simulated year; the opening balance is at the end of the year before.
    divisions : tuple of str
        Codes of the divisions.
    lines : tuple of ReportLine
        The ledger's lines.
    base : ndarray, shape (divisions, lines)
        A year's amounts: of the year before the first, or, when months of the first year are booked, of the first.
    base_sd : ndarray, shape (divisions, lines)
        Standard deviation of the base as a share of it: 0 where it is booked.
    base_together : ndarray, shape (divisions, lines)
        Correlation between the base's deviations, among lines of a kind.
    booked : ndarray of int, shape (months, divisions, lines)
        Booked months of the first year.
    patterns : Patterns
        How a year is spread over months, and how divisions vary on their own.
    before : ndarray, shape (12, divisions, lines)
        The months of the year before the first.
    items : dict of str to int
        Income items outside the ledger, of the year before the first.
    balance : dict of str to int
        The opening balance sheet.
    contingent : int
        Pensions earned before 1998.
    inhabitants : DataFrame
        By year, one column an age group; empty when the region has none.
    measures : tuple of MeasureAhead
        Measures whose effect changes after the base.
    purchases : Purchases
        Investments and loans of the register.
    history : DataFrame
        ``year``, ``item``, ``amount`` (SEK) of past years.
    warnings : tuple of str
        Swedish sentences.
    """

    first_year: int
    divisions: tuple[str, ...]
    lines: tuple[ReportLine, ...]
    base: Array
    base_sd: Array
    booked: Ore
    patterns: Patterns
    before: Array
    items: dict[str, int]
    balance: dict[str, int]
    contingent: int
    inhabitants: pd.DataFrame
    measures: tuple[MeasureAhead, ...]
    purchases: Purchases
    history: pd.DataFrame
    warnings: tuple[str, ...] = ()
    base_together: Array | float = 0.0

    def of_group(self, group: str) -> NDArray[np.intp]:
        """Positions of the lines of a group."""
        return np.array([at for at, line in enumerate(self.lines) if line.group == group], dtype=np.intp)


def read_start(region: Region) -> Start:
    """Read where the years ahead begin: after the last year with a balance sheet and a whole ledger.

    Parameters
    ----------
    region : Region
        The region; with ``latest_period`` set back it is read as it was then.

    Returns
    -------
    Start

    Raises
    ------
    InvalidParameter
        When the region lacks a table that is needed, or no year has them all.
    InvalidData
        When the opening result is not the change of equity.

    Notes
    -----
    A region whose first simulated year is booked in part begins from that year's forecast, made as `utfall.year_end`
    makes it. Else it begins from the last closed year.
    """
    _require_tables(region)
    balance, items = _by_year(region, "balance_sheet"), _by_year(region, "income_statement")
    opening = _opening_year(region, balance, items)
    ledger = _ledger(region)
    history = _history(region, ledger, balance, items, opening)
    tie = _result_is_change_of_equity(history, opening)
    monthly, divisions, lines = _cells(region, ledger)
    first = pd.Timestamp(opening + 1, 1, 1)
    months = monthly.index.get_level_values("period")
    past = monthly[months < first]
    booked = monthly[(months >= first) & (months < first + pd.DateOffset(years=1))]
    shape = (-1, len(divisions), len(lines))
    before = past.to_numpy()[-12:].reshape(shape)
    if len(booked):
        year = monthly[months < first + pd.DateOffset(years=1)]
        base, base_sd, together = expected_year(year, shape[1:], [line.kind for line in lines])
    else:
        base, base_sd, together = before.sum(axis=0), np.zeros(shape[1:]), np.zeros(shape[1:])
    measures, unplaced = measures_ahead(region, divisions, lines, opening + 1, len(booked))
    purchases, early = read_purchases(region, divisions, first, round(_sek(balance, opening, LOANS) * 100))
    return Start(
        first_year=opening + 1,
        divisions=divisions,
        lines=lines,
        base=base,
        base_sd=base_sd,
        base_together=together,
        booked=whole_ore(booked.to_numpy().reshape(shape)),
        patterns=find_patterns(past, shape[1:]),
        before=before,
        items={item: _ore(items, opening, item) for item in INCOME_ITEMS[3:]},
        balance={item: _ore(balance, opening, item) for item in (*ASSETS, *FINANCING)},
        contingent=_ore(balance, opening, CONTINGENT),
        inhabitants=_inhabitants(region),
        measures=measures,
        purchases=purchases,
        history=history,
        warnings=(*tie, *_unused(monthly, opening + 1), *unplaced, *early),
    )


def _require_tables(region: Region) -> None:
    lacking = [name for name in ("balance_sheet", "income_statement") if name not in region.tables]
    if lacking:
        raise InvalidParameter(
            f"The region has no table {' and no table '.join(lacking)}, which several years ahead begin from; "
            "docs/own_data.md says what they hold."
        )


def _by_year(region: Region, table: str) -> pd.DataFrame:
    rows = region.table(table)
    wide = rows.pivot_table(index="year", columns="item", values="amount", aggfunc="sum")
    return wide.set_axis(wide.index.astype(int)).fillna(0.0)


def _opening_year(region: Region, balance: pd.DataFrame, items: pd.DataFrame) -> int:
    closed = region.latest_period.year - (region.latest_period.month < 12)
    begins = region.first_period.year + (region.first_period.month > 1)
    years = [year for year in balance.index.intersection(items.index) if begins <= year <= closed]
    if not years:
        raise InvalidParameter(
            f"No year from {begins} to {closed} has both a balance sheet and an income statement; "
            "add the last closed year to both tables."
        )
    return int(max(years))


def _ledger(region: Region) -> pd.DataFrame:
    frame = region.amounts(["division", "line", "period"], until=region.latest_period)
    return frame.assign(amount=np.rint(frame["actual"] * 100))


def _cells(region: Region, ledger: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...], tuple[ReportLine, ...]]:
    """Öre by month, one column a division and line, every month of the ledger."""
    divisions = tuple(sorted(ledger["division"].unique()))
    lines = tuple(region.accounts.lines)
    wide = ledger.pivot_table(index="period", columns=["division", "line"], values="amount", aggfunc="sum")
    columns = pd.MultiIndex.from_product([divisions, [line.line for line in lines]], names=["division", "line"])
    months = pd.date_range(region.first_period, region.latest_period, freq="MS", name="period")
    return wide.reindex(index=months, columns=columns).fillna(0.0), divisions, lines


def _unused(monthly: pd.DataFrame, first_year: int) -> tuple[str, ...]:
    last = pd.DatetimeIndex(monthly.index)[-1]
    if last.year <= first_year:
        return ()
    return (
        f"Bokförda månader till och med {period_name(last)} används bara för {first_year}: balansräkning eller "
        f"resultaträkning för {first_year} saknas.",
    )


def _history(
    region: Region, ledger: pd.DataFrame, balance: pd.DataFrame, items: pd.DataFrame, opening: int
) -> pd.DataFrame:
    group = {line.line: line.group for line in region.accounts.lines}
    by_group = ledger.assign(group=ledger["line"].map(group), year=ledger["period"].dt.year)
    sums = by_group.pivot_table(index="year", columns="group", values="amount", aggfunc="sum") / 100
    begins = region.first_period.year + (region.first_period.month > 1)
    rows = []
    for year in range(begins, opening + 1):
        if year in items.index:
            known = {item: _sek(sums, year, part) for item, part in LEDGER_ITEMS.items()}
            known |= {item: _sek(items, year, item) for item in INCOME_ITEMS[3:]}
            known["result"] = round(sum(known.values()), 2)
            rows += [(year, item, amount) for item, amount in known.items()]
        if year in balance.index:
            rows += [(year, str(item), _sek(balance, year, str(item))) for item in balance.columns]
    return pd.DataFrame(rows, columns=["year", "item", "amount"])


def _result_is_change_of_equity(history: pd.DataFrame, opening: int) -> tuple[str, ...]:
    known = history.set_index(["year", "item"])["amount"]
    if (opening - 1, "equity") not in known.index:
        return (f"Resultatet {opening} kan inte prövas mot eget kapital: balansräkningen året före saknas.",)
    result = known[opening, "result"]
    change = known[opening, "equity"] - known[opening - 1, "equity"]
    gap = result - change
    if abs(gap) > ROUNDED_STATEMENTS:
        what = (
            f"ledger and income statement of {opening} give the result {result:.2f}, but equity in the balance sheet "
            f"changed by {change:.2f}: they differ by {gap:.2f}."
        )
        raise InvalidData([Fault("income_statement", None, what, "Add the item that is missing or correct the sheet.")])
    if abs(gap) > 0.005:
        return (
            f"Resultatet {opening} enligt huvudbok och resultaträkning skiljer sig med mindre än en miljon kronor från "
            "förändringen av eget kapital; tabellerna är avrundade.",
        )
    return ()


def _inhabitants(region: Region) -> pd.DataFrame:
    if "population_by_age" not in region.tables:
        return pd.DataFrame()
    rows = region.table("population_by_age")
    wide = rows.pivot_table(index="year", columns="age_group", values="inhabitants", aggfunc="sum")
    return wide.set_axis(wide.index.astype(int))


def _ore(table: pd.DataFrame, year: int, item: str) -> int:
    return round(_sek(table, year, item) * 100)


def _sek(table: pd.DataFrame, year: int, item: str) -> float:
    if year not in table.index or item not in table:
        return 0.0
    return float(table[item].to_numpy()[table.index.get_loc(year)])
