"""The statements as a region's annual report prints them: known years, then the years to come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from utfall.presentation.money import Money
from utfall.presentation.tables import Column, Table
from utfall.scenarios.result.statements import FUNDING, OPERATING
from utfall.scenarios.result.words import BALANCE_WORDS, CASH_WORDS, INCOME_WORDS
from utfall.scenarios.simulation import ASSETS, FINANCING

VALUE_CHANGES = ("realised_gains", "unrealised_gains")
"""Items printed as income in years when they are gains, and as costs when they are losses."""

VALUE_CHANGE_NOTE = (
    "Värdeförändringar på placeringar står bland finansiella intäkter de år de är vinster och bland finansiella "
    "kostnader de år de är förluster."
)
"""Where gains and losses are printed."""

MEANS = "Beräknade år visar medelvärdet av alla beräkningar, så att raderna summerar."
"""Why a table of uncertain figures adds up."""

KNOWN_YEARS = 1
"""Known years shown beside the simulated ones."""


@dataclass(frozen=True)
class Row:
    """One row of a printed statement.

    Parameters
    ----------
    label : str
        As printed.
    items : tuple of str
        Items that it sums.
    is_total : bool
        Whether it is emphasised.
    indent : int
        Level below the rows above.
    """

    label: str
    items: tuple[str, ...]
    is_total: bool = False
    indent: int = 0


INCOME_ROWS = (
    Row("Verksamhetens intäkter", ("external_income", "other_income")),
    Row("Verksamhetens kostnader", ("external_costs", "other_costs")),
    Row("Avskrivningar", ("depreciation", "other_depreciation")),
    Row(INCOME_WORDS["operating_net_cost"], ("operating_net_cost",), is_total=True),
    Row(INCOME_WORDS["tax_revenue"], ("tax_revenue",)),
    Row(INCOME_WORDS["general_grants"], ("general_grants",)),
    Row(INCOME_WORDS["operating_result"], ("operating_result",), is_total=True),
    Row("Finansiella intäkter", ("financial_income", "gains")),
    Row("Finansiella kostnader", ("interest_costs", "pension_indexation", "losses")),
    Row(INCOME_WORDS["result"], ("result",), is_total=True),
)
"""The income statement."""

BALANCE_ROWS = tuple(
    Row(words, (item,), is_total=item in ("total_assets", "total_financing")) for item, words in BALANCE_WORDS.items()
)
"""The balance sheet, and what stands outside it."""

CASH_ROWS = tuple(Row(words, (item,), is_total=item.startswith("cash_")) for item, words in CASH_WORDS.items())
"""The cash flow statement."""


def income_statement_table(statements: pd.DataFrame, history: pd.DataFrame, caption: str, money: Money) -> Table:
    """Show the income statement, with the interval of the result.

    Parameters
    ----------
    statements : DataFrame
        As `statement_frame` gives it.
    history : DataFrame
        ``year, item, amount`` of known years; SEK.
    caption : str
        Of the table.
    money : Money
        How amounts are written.

    Returns
    -------
    Table
    """
    wide = with_gains_and_losses(year_columns(statements, "income_statement", history, sums=_income_sums))
    frame = _rows(wide, INCOME_ROWS)
    spread = statements[(statements["statement"] == "income_statement") & (statements["item"] == "result")]
    ends: list[dict[str, object]] = []
    if (spread["lo-80"] != spread["hi-80"]).any():
        ends = [
            {"label": f"{words}, 80 % intervall", **dict(zip(_named(spread["year"]), spread[end], strict=True))}
            for end, words in (("lo-80", "lägst"), ("hi-80", "högst"))
        ]
    notes = (VALUE_CHANGE_NOTE,) if wide.loc[list(VALUE_CHANGES)].to_numpy().any() else ()
    return statement_table(
        pd.concat([frame, pd.DataFrame(ends)], ignore_index=True),
        caption,
        money,
        _totals(INCOME_ROWS),
        (0,) * len(INCOME_ROWS) + (1,) * len(ends),
        history,
        notes,
    )


def balance_sheet_table(statements: pd.DataFrame, history: pd.DataFrame, caption: str, money: Money) -> Table:
    """Show the balance sheet at the end of each year, with what stands outside it.

    The parameters are those of `income_statement_table`.

    Returns
    -------
    Table
    """
    wide = year_columns(statements, "balance_sheet", history, sums=_balance_sums)
    rows = [row for row in BALANCE_ROWS if row.is_total or wide.loc[row.items[0]].any()]
    return statement_table(_rows(wide, rows), caption, money, _totals(rows), (), history)


def cash_flow_table(statements: pd.DataFrame, caption: str, money: Money) -> Table:
    """Show the cash flow of each simulated year, from the result to the change of cash.

    Parameters
    ----------
    statements : DataFrame
        As `statement_frame` gives it.
    caption : str
        Of the table.
    money : Money
        How amounts are written.

    Returns
    -------
    Table
    """
    wide = year_columns(statements, "cash_flow", None)
    rows = [row for row in CASH_ROWS if row.is_total or wide.loc[row.items[0]].any()]
    return statement_table(_rows(wide, rows), caption, money, _totals(rows), (), None)


def division_table(divisions: pd.DataFrame, caption: str, money: Money) -> Table:
    """Show each division's net cost by year, and their sum.

    Parameters
    ----------
    divisions : DataFrame
        As `division_frame` gives it.
    caption : str
        Of the table.
    money : Money
        How amounts are written.

    Returns
    -------
    Table
    """
    wide = divisions.pivot_table(index="division", columns="year", values="mean", aggfunc="sum")
    wide = wide.loc[divisions["division"].unique()].rename(columns=str)
    frame = wide.reset_index(drop=True)
    names = divisions.drop_duplicates("division").set_index("division")["name"]
    frame.insert(0, "label", names.loc[wide.index].to_numpy())
    frame = pd.concat([frame, pd.DataFrame([{"label": "Alla divisioner", **wide.sum().to_dict()}])], ignore_index=True)
    columns = {"label": Column("Division"), **{year: Column(year, "amount") for year in wide.columns}}
    return Table(frame, caption, columns, totals=(-1,), notes=(MEANS,), unit=money.unit, currency=money.currency)


def year_columns(
    statements: pd.DataFrame,
    statement: str,
    history: pd.DataFrame | None,
    *,
    sums: Callable[[pd.Series], pd.Series] | None = None,
) -> pd.DataFrame:
    """Lay a statement out with one column a year: the last known year, then the simulated years' means.

    Parameters
    ----------
    statements : DataFrame
        As `statement_frame` gives it.
    statement : str
        Which of the three.
    history : DataFrame or None
        ``year, item, amount`` of known years.
    sums : callable, optional
        Gives the sums of a known year from its items.

    Returns
    -------
    DataFrame
        One row an item, one column a year; SEK.
    """
    rows = statements[statements["statement"] == statement]
    wide = rows.pivot_table(index="item", columns="year", values="mean", aggfunc="sum").loc[rows["item"].unique()]
    for year in known_years(history):
        known = history[history["year"] == year].set_index("item")["amount"]  # type: ignore[index]
        column = known.reindex(wide.index).fillna(0.0)
        wide.insert(0, year, column if sums is None else sums(column))
    return wide


def known_years(history: pd.DataFrame | None) -> list[int]:
    """Known years that a table shows, the latest first; those with both a result and a balance sheet.

    Parameters
    ----------
    history : DataFrame or None
        ``year, item, amount``.

    Returns
    -------
    list of int
    """
    if history is None or history.empty:
        return []
    whole = set(history.loc[history["item"] == "result", "year"]) & set(history.loc[history["item"] == "cash", "year"])
    return sorted(map(int, whole), reverse=True)[:KNOWN_YEARS]


def with_gains_and_losses(wide: pd.DataFrame) -> pd.DataFrame:
    """Part the value changes of each year into gains and losses, as they are printed.

    Parameters
    ----------
    wide : DataFrame
        Income statement as `year_columns` gives it.

    Returns
    -------
    DataFrame
        With the rows ``gains`` and ``losses``.

    Examples
    --------
    >>> wide = pd.DataFrame({2026: [5.0, -8.0]}, index=["realised_gains", "unrealised_gains"])
    >>> with_gains_and_losses(wide)[2026].tolist()
    [5.0, -8.0, 5.0, -8.0]
    """
    changes = wide.loc[list(VALUE_CHANGES)]
    parted = pd.DataFrame([changes.clip(lower=0).sum(), changes.clip(upper=0).sum()], index=["gains", "losses"])
    return pd.concat([wide, parted])


def statement_table(
    frame: pd.DataFrame,
    caption: str,
    money: Money,
    totals: tuple[int, ...],
    indent: tuple[int, ...],
    history: pd.DataFrame | None,
    notes: Sequence[str] = (),
) -> Table:
    """Put a statement in a table with one column a year.

    Parameters
    ----------
    frame : DataFrame
        ``label``, then one column a year, named by it as text.
    caption : str
        Of the table.
    money : Money
        How amounts are written.
    totals, indent : tuple of int
        As `Table` has them.
    history : DataFrame or None
        Known years, which are headed as outcomes.
    notes : sequence of str
        Sentences below the table, after the one on means.

    Returns
    -------
    Table
    """
    known = set(_named(known_years(history)))
    columns = {
        "label": Column("Post"),
        **{
            year: Column(
                f"{year} utfall" if year in known else year, "amount", missing="spridning finns bara för beräknade år"
            )
            for year in frame.columns[1:]
        },
    }
    return Table(
        frame,
        caption,
        columns,
        totals=totals,
        indent=indent,
        notes=(MEANS, *notes),
        unit=money.unit,
        currency=money.currency,
    )


def _rows(wide: pd.DataFrame, rows: Iterable[Row]) -> pd.DataFrame:
    made = [{"label": row.label, **wide.loc[list(row.items)].sum().rename(str).to_dict()} for row in rows]
    return pd.DataFrame(made)


def _totals(rows: Sequence[Row]) -> tuple[int, ...]:
    return tuple(at for at, row in enumerate(rows) if row.is_total)


def _named(years: Iterable[int]) -> list[str]:
    return [str(year) for year in years]


def _income_sums(known: pd.Series) -> pd.Series:
    known = known.copy()
    known["operating_net_cost"] = known[list(OPERATING)].sum()
    known["operating_result"] = known["operating_net_cost"] + known[list(FUNDING)].sum()
    return known


def _balance_sums(known: pd.Series) -> pd.Series:
    known = known.copy()
    known["total_assets"], known["total_financing"] = known[list(ASSETS)].sum(), known[list(FINANCING)].sum()
    return known
