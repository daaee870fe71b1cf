"""Month by month: result, balance sheet and cash flow, each by its own rule, so that it can be tried that they tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.region.scenario_registers import Loan
from utfall.scenarios.engine.assumptions import Key
from utfall.scenarios.engine.flows import Flows
from utfall.scenarios.engine.money import spread_evenly, whole_ore
from utfall.scenarios.engine.start import LEDGER_ITEMS, Start
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS

Array = NDArray[np.float64]
Ore = NDArray[np.int64]

DAYS = 365
"""Days of a year, for liquidity."""

INCOMING = ("external_income", "other_income", "tax_revenue", "general_grants")
"""Income items that receivables follow."""

OUTGOING = ("external_costs", "other_costs")
"""Income items that inventories, current liabilities and liquidity follow."""


@dataclass(frozen=True, eq=False)
class Statements:
    """The three statements, öre.

    Attributes
    ----------
    income, cash_flow : dict of str to ndarray of int, shape (draws, months)
        Items.
    balance : dict of str to ndarray of int, shape (draws, months + 1)
        Items; the first column is the opening.
    """

    income: dict[str, Ore]
    balance: dict[str, Ore]
    cash_flow: dict[str, Ore]


def close_months(start: Start, flows: Flows, drawn: dict[Key, Array], years: Sequence[int]) -> Statements:
    """Close every month in turn.

    Interest is on the loans and the cash at the end of the month before, so that no loan pays for its own interest
    in the same month. Loans are repaid in December; a month that ends below the least liquidity borrows up to it.

    Parameters
    ----------
    start : Start
        The opening.
    flows : Flows
        What moves the statements, before loans and interest.
    drawn : dict of (str, str) to ndarray of shape (draws, years)
        Drawn drivers.
    years : sequence of int
        Simulated years.

    Returns
    -------
    Statements
    """
    draws, months = flows.bought.shape
    nothing = np.zeros((draws, len(years)))

    def level(driver: str) -> Array:
        return drawn.get((driver, ""), nothing)

    income = {item: flows.income.get(item, np.zeros((draws, months), dtype=np.int64)) for item in INCOME_ITEMS}
    stocks = {item: np.full((draws, months + 1), start.balance[item], dtype=np.int64) for item in (*ASSETS, *FINANCING)}
    moved = {item: np.zeros((draws, months), dtype=np.int64) for item in CASH_FLOW_ITEMS}
    incoming, outgoing = _trailing(start, income, INCOMING), _trailing(start, income, OUTGOING)
    _follow(stocks, "receivables", incoming)
    _follow(stocks, "inventories", outgoing)
    _follow(stocks, "current_liabilities", outgoing)
    loans = _Loans(start, years, draws)
    depreciation = -(income["depreciation"] + income["other_depreciation"])
    floor = drawn.get(("borrow_below", ""))
    rates = {name: level(name) for name in _RATES}
    fixed: dict[str, Ore] = {}
    for month in range(months):
        year, after = month // 12, month + 1
        if month % 12 == 0:
            fixed = _yearly(stocks, rates, month, year)
        provision, cash = stocks["pension_provisions"], stocks["cash"]
        gains = {name: fixed[name][:, month % 12] for name in ("realised_gain", "unrealised_gain")}
        income["realised_gains"][:, month] += gains["realised_gain"]
        income["unrealised_gains"][:, month] += gains["unrealised_gain"]
        income["pension_indexation"][:, month] -= fixed["pension_indexation"][:, month % 12]
        income["interest_costs"][:, month] -= loans.interest(rates["interest"][:, year])
        income["financial_income"][:, month] += whole_ore(
            (
                rates["dividend"][:, year] * stocks["financial_fixed_assets"][:, month]
                + rates["cash_interest"][:, year] * np.maximum(cash[:, month], 0)
            )
            / 12
        )
        result = np.sum([income[item][:, month] for item in INCOME_ITEMS], axis=0)
        gained = income["realised_gains"][:, month] + income["unrealised_gains"][:, month]
        pension = (
            flows.accrued[:, month] - income["pension_indexation"][:, month] - fixed["pension_paid"][:, month % 12]
        )
        drawn_loans, repaid = loans.move(month, rates["amortisation"][:, year])
        moved["result"][:, month] = result
        moved["depreciation_added_back"][:, month] = depreciation[:, month]
        moved["gains_deducted"][:, month] = -gained
        moved["pension_change"][:, month] = pension
        for item in ("inventories", "receivables"):
            moved[f"{item}_change"][:, month] = stocks[item][:, month] - stocks[item][:, after]
        owed = stocks["current_liabilities"]
        moved["current_liabilities_change"][:, month] = owed[:, after] - owed[:, month]
        moved["investments"][:, month] = -flows.bought[:, month]
        moved["placements"][:, month] = -flows.placed[:, month]
        moved["loans_drawn"][:, month] = drawn_loans
        moved["loans_repaid"][:, month] = -repaid
        ends = cash[:, month] + np.sum([moved[item][:, month] for item in CASH_FLOW_ITEMS], axis=0)
        if floor is not None and month >= len(start.booked):  # what is booked has been paid as it was
            least = np.ceil(np.nan_to_num(floor[:, year]) * -outgoing[:, after] / DAYS).astype(np.int64)
            needed = np.where(np.isnan(floor[:, year]), 0, np.maximum(least - ends, 0))
            loans.borrow(needed)
            moved["loans_drawn"][:, month] += needed
            ends = ends + needed
        cash[:, after] = ends
        stocks["fixed_assets"][:, after] = (
            stocks["fixed_assets"][:, month] + flows.bought[:, month] - depreciation[:, month]
        )
        stocks["financial_fixed_assets"][:, after] = (
            stocks["financial_fixed_assets"][:, month] + flows.placed[:, month] + gained
        )
        stocks["equity"][:, after] = stocks["equity"][:, month] + result
        provision[:, after] = provision[:, month] + pension
        stocks["long_term_liabilities"][:, after] = loans.total
    return Statements(income, stocks, moved)


_RATES = (
    "interest",
    "cash_interest",
    "dividend",
    "realised_gain",
    "unrealised_gain",
    "pension_indexation",
    "pension_paid",
    "amortisation",
)
"""Drivers that are a share a year of a balance."""


def _yearly(stocks: dict[str, Ore], rates: dict[str, Array], month: int, year: int) -> dict[str, Ore]:
    """Flows that are a share of the year's opening balance, a twelfth a month; each of shape (draws, 12)."""
    of = {
        "realised_gain": "financial_fixed_assets",
        "unrealised_gain": "financial_fixed_assets",
        "pension_indexation": "pension_provisions",
        "pension_paid": "pension_provisions",
    }
    return {name: spread_evenly((rates[name][:, year] * stocks[item][:, month])[:, None]) for name, item in of.items()}


def _trailing(start: Start, income: dict[str, Ore], items: Sequence[str]) -> Ore:
    """Sum of twelve months up to the end of each month, shape (draws, months + 1); the first is the opening year's."""
    monthly = np.sum([income[item] for item in items], axis=0)
    before = np.zeros(12, dtype=np.int64)
    for item in items:
        if item in LEDGER_ITEMS:
            before += whole_ore(start.before[:, :, start.of_group(LEDGER_ITEMS[item])]).sum(axis=(1, 2))
        else:
            before += spread_evenly(np.array([float(start.items[item])]))
    both = np.concatenate([np.broadcast_to(before, (len(monthly), 12)), monthly], axis=1)
    through = np.cumsum(both, axis=1)
    return through[:, 11:] - np.concatenate([np.zeros((len(monthly), 1), np.int64), through[:, :-12]], axis=1)


def _follow(stocks: dict[str, Ore], item: str, flow: Ore) -> None:
    """Let a balance keep its proportion to twelve months' flow."""
    opening = flow[:, :1].astype("float64")
    if (opening != 0).all():
        stocks[item][:, 1:] = whole_ore(stocks[item][:, :1] * (flow[:, 1:] / opening))


class _Loans:
    """The loans in every draw: those of the opening with what is borrowed to keep cash, and those of the register."""

    def __init__(self, start: Start, years: Sequence[int], draws: int) -> None:
        opened = dict((loan.id, left) for loan, left in start.purchases.opened)
        self.opening = start.balance["long_term_liabilities"] - sum(opened.values())
        self.pool = np.full(draws, self.opening, dtype=np.int64)
        self._first = years[0]
        both = (*(loan for loan, _ in start.purchases.opened), *start.purchases.loans)
        self._loans: list[Loan] = sorted(both, key=lambda loan: loan.drawn)
        self._amounts = {loan.id: round(start.purchases.amount_of(loan) * 100) for loan in self._loans}
        self.left = {loan.id: opened.get(loan.id, 0) for loan in self._loans}

    @property
    def total(self) -> Ore:
        """Every loan."""
        return self.pool + sum(self.left.values())

    def interest(self, rate: Array) -> Ore:
        """A month's interest on what is owed, positive."""
        owed = rate * self.pool
        for loan in self._loans:
            owed = owed + (rate if loan.interest is None else loan.interest) * self.left[loan.id]
        return whole_ore(owed / 12)

    def move(self, month: int, amortisation: Array) -> tuple[Ore, Ore]:
        """Draw and repay what the month has; give what was drawn and what was repaid, positive."""
        drawn, repaid = 0, np.zeros(len(self.pool), dtype=np.int64)
        year, in_year = self._first + month // 12, month % 12 + 1
        for loan in self._loans:
            if loan.drawn != f"{year}-{in_year:02d}":
                continue
            amount = self._amounts[loan.id]
            if loan.refinances in self.left:
                remainder = self.left[loan.refinances]
                amount += remainder if loan.amount is None else 0
                self.left[loan.refinances] = 0
                repaid += remainder
            self._amounts[loan.id] = self.left[loan.id] = amount
            drawn += amount
        if in_year == 12:
            paid = np.minimum(whole_ore(amortisation * self.opening), self.pool)
            self.pool = self.pool - paid
            repaid += paid
            for loan in self._loans:
                since = year - int(loan.drawn[:4])
                if self.left[loan.id] and since >= 1:
                    # Straight amortisation: what is repaid in all, less what was repaid before, so that öre add up.
                    amount = self._amounts[loan.id]
                    due = amount * min(since, loan.years) // loan.years - amount * (since - 1) // loan.years
                    due = min(due, self.left[loan.id])
                    self.left[loan.id] -= due
                    repaid += due
        return np.full(len(self.pool), drawn, dtype=np.int64), repaid

    def borrow(self, amount: Ore) -> None:
        """Borrow to keep the least liquidity; it joins the loans of the opening."""
        self.pool = self.pool + amount
