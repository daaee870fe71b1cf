"""Investments that are not yet paid, as they are printed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, short_period
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.region.scenario_registers import Investment, Loan

STATUS_WORDS = {"decided": "beslutad", "planned": "planerad"}
"""How far an investment has come."""

MOST_SHOWN = 12
"""Investments shown one by one."""

INVESTMENT_COLUMNS = [
    *("id", "name", "unit", "unit_name", "kind", "amount", "paid", "in_use", "life", "running_cost"),
    *("loan", "loan_share", "loan_words", "status", "status_words", "source", "owner"),
]
"""Columns of `Scenario.investments`."""


def investment_frame(
    investments: Iterable[Investment], loans: Iterable[Loan], unit_names: dict[str, str]
) -> pd.DataFrame:
    """Put investments in a frame, in the order they are paid.

    Parameters
    ----------
    investments : iterable of Investment
        Rows of the register.
    loans : iterable of Loan
        Rows of the register.
    unit_names : dict of str to str
        Code to name.

    Returns
    -------
    DataFrame
        `INVESTMENT_COLUMNS`; ``loan_words`` and ``status_words`` as they are printed.
    """
    named = {row.id: row.name for row in loans}
    made = [
        row.model_dump()
        | {
            "unit_name": unit_names.get(row.unit, row.unit),
            "loan_words": _financed(row, named),
            "status_words": STATUS_WORDS[row.status],
        }
        for row in sorted(investments, key=lambda row: (row.paid, row.id))
    ]
    return pd.DataFrame(made, columns=INVESTMENT_COLUMNS)


def _financed(row: Investment, loans: dict[str, str]) -> str:
    if row.loan is None or row.loan_share == 0:
        return "egna medel"
    name = loans.get(row.loan, row.loan)
    return name if row.loan_share == 1 else f"{percent(row.loan_share, 0)} {name}, resten egna medel"


def investment_table(investments: pd.DataFrame, caption: str, money: Money, most: int = MOST_SHOWN) -> Table:
    """Show investments with when they are paid, how they are financed and how far they have come.

    Parameters
    ----------
    investments : DataFrame
        As `investment_frame` gives them.
    caption : str
        Of the table.
    money : Money
        How amounts are written.
    most : int, default 12
        Investments shown, the largest; the others are one row.

    Returns
    -------
    Table
        In the order they are paid; the amounts' sum last.
    """
    kept = investments["amount"].sort_values(ascending=False, kind="stable").index[:most]
    shown, rest = investments.loc[sorted(kept)], investments.drop(index=kept)
    sums = [("Summa", investments)]
    if len(rest):
        sums.insert(0, (plural(len(rest), "mindre investering", "mindre investeringar"), rest))
    blank = dict.fromkeys(("unit_name", "paid", "in_use", "life", "loan_words", "status_words"), "")
    made = [
        blank | {"name": name, "amount": part["amount"].sum(), "running_cost": part["running_cost"].sum()}
        for name, part in sums
    ]
    frame = pd.concat([shown.astype({"life": "object"}), pd.DataFrame(made)], ignore_index=True)
    for month in ("paid", "in_use"):
        frame[month] = [short_period(value) if value else "" for value in frame[month]]
    columns = {
        "name": Column("Investering"),
        "unit_name": Column("Enhet"),
        "amount": Column("Belopp", "amount"),
        "paid": Column("Betalas"),
        "in_use": Column("Tas i bruk"),
        "life": Column("Livslängd", "number", unit="år"),
        "running_cost": Column("Driftkostnad per år", "amount"),
        "loan_words": Column("Finansiering"),
        "status_words": Column("Läge"),
    }
    return Table(frame, caption, columns, totals=(-1,), unit=money.unit, currency=money.currency)
