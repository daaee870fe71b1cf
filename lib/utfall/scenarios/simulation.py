"""What a simulation of several years holds: every statement, month by month, in every draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.region.tables import ASSETS, FINANCING
from utfall.region.tables import INCOME_ITEMS as OTHER_INCOME_ITEMS

__all__ = ["ASSETS", "CASH_FLOW_ITEMS", "FINANCING", "INCOME_ITEMS", "Ore", "Simulation", "month_range"]

Ore = NDArray[np.int64]
"""Whole öre."""

INCOME_ITEMS = ("external_income", "external_costs", "depreciation", *OTHER_INCOME_ITEMS)
"""Items that sum to the result, in the order they are printed; the first three are the ledger's."""

CASH_FLOW_ITEMS = (
    "result",
    "depreciation_added_back",
    "gains_deducted",
    "pension_change",
    "inventories_change",
    "receivables_change",
    "current_liabilities_change",
    "investments",
    "placements",
    "loans_drawn",
    "loans_repaid",
)
"""Items that sum to the change of cash, in the order they are printed."""


def month_range(years: Sequence[int]) -> pd.DatetimeIndex:
    """Every month of some consecutive years.

    Examples
    --------
    >>> len(month_range((2026, 2027)))
    24
    """
    return pd.date_range(f"{years[0]}-01-01", periods=12 * len(years), freq="MS")


@dataclass(frozen=True, eq=False)
class Simulation:
    """Statements of several years in every draw.

    Attributes
    ----------
    scenario : str
        Identifier in the register of scenarios.
    years : tuple of int
        Calendar years that are simulated.
    months : DatetimeIndex
        Their months.
    booked : int
        How many of the months, from the first, are outcomes of the ledger.
    income : dict of str to ndarray of int, shape (draws, months)
        Items of the income statement, öre in result sign.
    balance : dict of str to ndarray of int, shape (draws, months + 1)
        Items of the balance sheet at the end of each month, öre; the first column is the opening.
    cash_flow : dict of str to ndarray of int, shape (draws, months)
        Items of the cash flow statement, öre, money in positive.
    contingent : ndarray of int, shape (draws, months + 1)
        Pensions earned before 1998, outside the balance sheet (ansvarsförbindelsen), öre.
    net_cost : ndarray of int, shape (draws, years, divisions, lines)
        The ledger's lines by division, internal lines with them, öre in result sign.
    divisions, lines : tuple of str
        Codes of the divisions and identifiers of the lines.
    drivers : dict of (str, str) to ndarray, shape (draws, years)
        Driver and target to the yearly growth, or the level, that was drawn.
    history : DataFrame
        ``year``, ``item``, ``amount`` (SEK): income and balance items of past years.
    """

    scenario: str
    years: tuple[int, ...]
    months: pd.DatetimeIndex
    booked: int
    income: dict[str, Ore]
    balance: dict[str, Ore]
    cash_flow: dict[str, Ore]
    contingent: Ore
    net_cost: Ore
    divisions: tuple[str, ...]
    lines: tuple[str, ...]
    drivers: dict[tuple[str, str], NDArray[np.float64]]
    history: pd.DataFrame

    @property
    def draws(self) -> int:
        """How many courses were drawn."""
        return len(self.contingent)

    @property
    def result(self) -> Ore:
        """The result each month, shape (draws, months)."""
        return np.sum([self.income[item] for item in INCOME_ITEMS], axis=0)

    def yearly_income(self, item: str) -> Ore:
        """Sum an income item, or ``result``, by year.

        Returns
        -------
        ndarray of int, shape (draws, years)
        """
        return self._by_year(self.result if item == "result" else self.income[item])

    def yearly_cash_flow(self, item: str) -> Ore:
        """Sum an item of the cash flow, or ``cash_change``, by year.

        Returns
        -------
        ndarray of int, shape (draws, years)
        """
        if item == "cash_change":
            return np.sum([self.yearly_cash_flow(part) for part in CASH_FLOW_ITEMS], axis=0)
        return self._by_year(self.cash_flow[item])

    def closing(self, item: str) -> Ore:
        """Give a balance item at the end of each year.

        Returns
        -------
        ndarray of int, shape (draws, years)
        """
        return self.balance[item][:, 12::12]

    def closing_contingent(self) -> Ore:
        """Give the pensions outside the balance sheet at the end of each year, shape (draws, years)."""
        return self.contingent[:, 12::12]

    def _by_year(self, months: Ore) -> Ore:
        return months.reshape(self.draws, len(self.years), 12).sum(axis=2)
