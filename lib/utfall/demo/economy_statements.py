"""Income statements and balance sheets of another course of the world, rolled forward from the known 2019.

Equity moves by the result; the pension provision by what accrues, its indexation and what is paid; fixed assets by
investments and depreciation; working capital follows its flows; loans are repaid, and raised when cash runs low; cash
closes the sheet. Amounts are whole öre, so the statements tie exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.economy import Economy, new_depreciation
from utfall.demo.income_statement import LEDGER_GROUPS, YEARS, Items, known_items, of_groups, yearly_lines
from utfall.demo.statements import balance_sheet_table
from utfall.region.tables import ASSETS, CONTINGENT, FINANCING, INCOME_ITEMS

DAYS_A_YEAR = 365
"""Days that a year's payments are spread over."""


@dataclass(frozen=True)
class Statements:
    """Income statement and balance sheets of the years that are closed.

    Parameters
    ----------
    items : mapping of str to ndarray of int
        Items of the income statement beside the ledger, öre in result sign, by year.
    sheets : DataFrame
        The table ``balance_sheet``: year, item, amount (SEK).
    """

    items: Items
    sheets: pd.DataFrame


def make_statements(ledger_ore: NDArray[np.int64], economy: Economy | None) -> Statements:
    """Make the statements that go with a ledger.

    Parameters
    ----------
    ledger_ore : ndarray of int, shape (units, accounts, months with actuals)
        The ledger's sums as booked, öre in result sign.
    economy : Economy or None
        The other course of the world, if it is another.

    Returns
    -------
    Statements
        Those of the known history, or rolled forward from its 2019 through the other course.
    """
    if economy is None:
        return Statements(known_items(ledger_ore), balance_sheet_table())
    lines = yearly_lines(ledger_ore)
    known = known_items(ledger_ore)
    items = {item: known[item].copy() for item in INCOME_ITEMS}
    sheet, contingent = _opening(), _known_contingent()
    _activities(items, economy)
    flows = _Flows(lines, items)
    proportion = {item: sheet[item] / flow[0] for item, flow in flows.behind.items()}

    sheets = [dict(sheet)]
    for at in range(1, len(YEARS)):
        rate = {driver: float(values[at]) for (driver, target), values in economy.drivers.items() if not target}
        for item, ore in _financial_items(rate, sheet).items():
            items[item][at] = ore
        result = int(flows.ledger[at]) + sum(int(items[item][at]) for item in INCOME_ITEMS)
        accrued = _ore(-lines["pensions"][at] * float(economy.drivers["pension_accrued", "pensions"][at]))
        paid = _ore(rate["pension_paid"] * sheet["pension_provisions"])
        written_off = int(lines["depreciation"][at] + items["other_depreciation"][at])

        sheet["equity"] += result
        sheet["pension_provisions"] += accrued - int(items["pension_indexation"][at]) - paid
        sheet["financial_fixed_assets"] += int(items["realised_gains"][at] + items["unrealised_gains"][at])
        sheet["fixed_assets"] += _ore(100 * economy.renewal[at]) + written_off
        sheet |= {item: _ore(proportion[item] * flow[at]) for item, flow in flows.behind.items()}
        sheet["long_term_liabilities"] -= _ore(rate["amortisation"] * sheet["long_term_liabilities"])
        lowest = _ore(rate["borrow_below"] * flows.payments[at] / DAYS_A_YEAR)
        sheet["long_term_liabilities"] += max(0, lowest - _closing(sheet))
        sheet |= {"cash": _closing(sheet), CONTINGENT: contingent[at]}
        sheets.append(dict(sheet))
    return Statements(items, _table(sheets))


def _financial_items(rate: Mapping[str, float], sheet: Mapping[str, int]) -> dict[str, int]:
    """What a year's opening stocks earn and cost, öre in result sign."""
    placed, loans = sheet["financial_fixed_assets"], sheet["long_term_liabilities"]
    return {
        "financial_income": _ore(rate["dividend"] * placed + rate["cash_interest"] * sheet["cash"]),
        "realised_gains": _ore(rate["realised_gain"] * placed),
        "unrealised_gains": _ore(rate["unrealised_gain"] * placed),
        "interest_costs": -_ore(rate["interest"] * loans),
        "pension_indexation": -_ore(rate["pension_indexation"] * sheet["pension_provisions"]),
    }


class _Flows:
    """What the working capital follows, öre by year, positive, and the ledger's part of the result."""

    def __init__(self, lines: Mapping[str, NDArray[np.int64]], items: Items) -> None:
        self.ledger = of_groups(lines, *LEDGER_GROUPS)
        self.payments = -(of_groups(lines, "external_cost") + items["other_costs"])
        income = of_groups(lines, "external_income") + items["other_income"]
        self.behind = {
            "receivables": income + items["tax_revenue"] + items["general_grants"],
            "inventories": self.payments,
            "current_liabilities": self.payments,
        }


def _activities(items: dict[str, NDArray[np.int64]], economy: Economy) -> None:
    """Let taxes, grants and the activities outside the ledger grow from 2019."""
    growing = {"tax_revenue": ("tax_base", ""), "general_grants": ("general_grants", "")}
    growing |= {item: ("other", item) for item in ("other_income", "other_costs", "other_depreciation")}
    for item, driver in growing.items():
        growth = economy.drivers[driver][: len(YEARS)]
        items[item] = np.rint(items[item][0] * np.cumprod(1 + growth)).astype(np.int64)
    renewed = new_depreciation(economy.renewal)[: len(YEARS)]
    items["other_depreciation"] -= np.rint(100 * renewed).astype(np.int64)


def _opening() -> dict[str, int]:
    """Öre of each item at the end of the first year."""
    table = balance_sheet_table()
    first = table[table["year"] == YEARS[0]]
    return {str(item): round(100 * amount) for item, amount in zip(first["item"], first["amount"], strict=True)}


def _known_contingent() -> list[int]:
    table = balance_sheet_table()
    return [round(100 * amount) for amount in table.loc[table["item"] == CONTINGENT, "amount"]]


def _closing(sheet: Mapping[str, int]) -> int:
    return sum(sheet[item] for item in FINANCING) - sum(sheet[item] for item in ASSETS if item != "cash")


def _ore(value: float) -> int:
    return round(value)


def _table(sheets: list[dict[str, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"year": year, "item": item, "amount": sheet[item] / 100}
            for year, sheet in zip(YEARS, sheets, strict=True)
            for item in (*ASSETS, *FINANCING, CONTINGENT)
        ]
    )
