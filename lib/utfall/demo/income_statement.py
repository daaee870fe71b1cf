"""What the region's income statement holds beside the ledger: taxes, grants, financial items, other activities.

Every figure is invented, but for the results of 2019 to 2023 in `utfall.demo.statements`, which are as in public
reports. The story: extra state grants in 2020 to 2022, a bad year on the stock exchange in 2022, and in 2023 the price
rise that makes the pension debt dearer, in the ledger's pension costs and in the indexation of the provision alike.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.accounts import GROUP_OF_LINE, LINES, of_line
from utfall.demo.statements import RESULT_MKR
from utfall.demo.timeline import year_slice
from utfall.region.tables import INCOME_ITEMS

ORE_A_MKR = 100_000_000
"""Öre in a million kronor."""

LEDGER_GROUPS = ("external_income", "external_cost", "depreciation")
"""Groups of lines that are in the region's income statement; internal lines cancel within the region."""

YEARS = tuple(RESULT_MKR)
"""Years with an income statement: those that are closed."""

KNOWN_MKR: dict[str, tuple[int, ...]] = {
    "other_income": (236, 425, 470, 425, 318, 322, 331),
    "other_depreciation": (-152, -156, -160, -166, -173, -181, -188),
    "tax_revenue": (3250, 3328, 3505, 3712, 3871, 4045, 4186),
    "general_grants": (1592, 1988, 1898, 2047, 1943, 1982, 1931),
    "financial_income": (21, 22, 24, 27, 40, 50, 43),
    "realised_gains": (0, 0, 22, 6, 0, 8, 4),
    "unrealised_gains": (34, 28, 142, -128, 34, 102, 14),
    "interest_costs": (-14, -13, -12, -15, -31, -38, -44),
    "pension_indexation": (-52, -54, -56, -64, -288, -122, -84),
}
"""Items by year, mkr in result sign; ``other_costs`` closes the sum."""

Items = Mapping[str, NDArray[np.int64]]
"""Item to öre in result sign, one a year of `YEARS`."""


def yearly_lines(ledger_ore: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Sum the ledger by line and year.

    Parameters
    ----------
    ledger_ore : ndarray of int, shape (units, accounts, months with actuals)
        The ledger's sums as booked, öre in result sign.

    Returns
    -------
    dict of str to ndarray of int, shape (years,)
        Every line of `YEARS`.
    """
    region = ledger_ore.sum(axis=0)
    return {
        line: np.array([region[of_line(line), year_slice(year)].sum() for year in YEARS]) for line, _, _, _ in LINES
    }


def of_groups(lines: Mapping[str, NDArray[np.int64]], *groups: str) -> NDArray[np.int64]:
    """Sum the lines of some groups, öre by year in result sign."""
    return np.sum([amounts for line, amounts in lines.items() if GROUP_OF_LINE[line] in groups], axis=0)


def known_items(ledger_ore: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Items of the known history, which with the ledger sum to the change of equity exactly.

    Parameters
    ----------
    ledger_ore : ndarray of int, shape (units, accounts, months with actuals)
        The ledger's sums as booked, öre in result sign.

    Returns
    -------
    dict of str to ndarray of int, shape (years,)
        Öre in result sign.
    """
    result = ORE_A_MKR * np.array([RESULT_MKR[year] for year in YEARS], dtype=np.int64)
    items = {item: ORE_A_MKR * np.array(mkr, dtype=np.int64) for item, mkr in KNOWN_MKR.items()}
    ledger = of_groups(yearly_lines(ledger_ore), *LEDGER_GROUPS)
    items["other_costs"] = result - ledger - np.sum(list(items.values()), axis=0)
    return {item: items[item] for item in INCOME_ITEMS}


def income_statement_table(items: Items) -> pd.DataFrame:
    """Return the table ``income_statement``: year, item, amount (SEK in result sign).

    Parameters
    ----------
    items : mapping of str to ndarray of int
        Öre by year.

    Returns
    -------
    DataFrame
    """
    rows = [
        {"year": year, "item": item, "amount": int(items[item][at]) / 100}
        for at, year in enumerate(YEARS)
        for item in INCOME_ITEMS
    ]
    return pd.DataFrame(rows)
