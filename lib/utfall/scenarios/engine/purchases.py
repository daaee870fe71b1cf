"""Investments and loans of the register: when money goes out and in, and what wears down in which month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.region import Region
from utfall.region.scenario_registers import Investment, Loan
from utfall.scenarios.engine.money import spread_evenly, whole_ore

Ore = NDArray[np.int64]


@dataclass(frozen=True)
class Purchase:
    """An investment, and the division that bears it.

    Parameters
    ----------
    investment : Investment
        The register's row.
    division : int or None
        Position of the division; None where it stands above the divisions.
    """

    investment: Investment
    division: int | None


@dataclass(frozen=True)
class Purchases:
    """Investments and loans that lie ahead.

    Parameters
    ----------
    investments : tuple of Purchase
        Those paid after the opening.
    loans : tuple of Loan
        Those drawn after the opening.
    opened : tuple of (Loan, int)
        Those drawn before, and öre that remain of each in the opening.
    """

    investments: tuple[Purchase, ...] = ()
    loans: tuple[Loan, ...] = ()
    opened: tuple[tuple[Loan, int], ...] = ()

    def amount_of(self, loan: Loan) -> float:
        """SEK of a loan; what its investments need where the register gives no amount.

        Examples
        --------
        >>> loan = Loan(id="l", name="Lån", drawn="2027-01", years=10)
        >>> bought = Investment(id="i", name="Röntgen", unit="K1", kind="new", amount=1000.0, paid="2027-02",
        ...                     in_use="2027-03", life=10, loan="l", loan_share=0.6, status="decided")
        >>> Purchases((Purchase(bought, 0),), (loan,)).amount_of(loan)
        600.0
        """
        if loan.amount is not None:
            return loan.amount
        financed = (purchase.investment for purchase in self.investments)
        return float(sum(row.amount * row.loan_share for row in financed if row.loan == loan.id))


@dataclass(frozen=True, eq=False)
class Wear:
    """What the investments cost by month, öre, positive.

    Attributes
    ----------
    paid : ndarray of int, shape (months,)
        What is paid for them.
    depreciation, running : ndarray of int, shape (months, divisions + 1)
        Depreciation and running costs; the last column is what stands above the divisions.
    """

    paid: Ore
    depreciation: Ore
    running: Ore


def wear(purchases: Purchases, months: pd.DatetimeIndex, divisions: int, booked: int = 0) -> Wear:
    """Place investments on months: straight-line depreciation from the month they are in use.

    Parameters
    ----------
    purchases : Purchases
        The investments.
    months : DatetimeIndex
        The simulated months.
    divisions : int
        How many there are.
    booked : int, default 0
        Booked months: what is in use by then is worn in the ledger already, and its cost goes on in the base year.

    Returns
    -------
    Wear

    Examples
    --------
    >>> bought = Investment(id="i", name="Röntgen", unit="K1", kind="new", amount=120.0, paid="2027-01",
    ...                     in_use="2027-02", life=1, status="decided")
    >>> worn = wear(Purchases((Purchase(bought, 0),)), pd.date_range("2027-01-01", periods=24, freq="MS"), 1)
    >>> worn.paid[0], worn.depreciation[:, 0].tolist()[:3], worn.depreciation.sum()
    (np.int64(12000), [0, 1000, 1000], np.int64(12000))
    """
    paid = np.zeros(len(months), dtype=np.int64)
    depreciation = np.zeros((len(months), divisions + 1), dtype=np.int64)
    running = np.zeros_like(depreciation)
    for purchase in purchases.investments:
        row = purchase.investment
        place = divisions if purchase.division is None else purchase.division
        amount = round(row.amount * 100)
        at = _position(row.paid, months)
        if at < len(months):
            paid[at] += amount
        begins = _position(row.in_use, months)
        if begins < booked:
            # The first year's forecast holds the months it is used; the years after need twelve.
            lacking = np.zeros(len(months))
            lacking[12 : begins + 12 * row.life] = begins / 12
            depreciation[:, place] += whole_ore(lacking * amount / row.life / 12)
            running[:, place] += whole_ore(lacking * row.running_cost * 100 / 12)
            continue
        worn = spread_evenly(np.array([float(amount)]), 12 * row.life)[: max(len(months) - begins, 0)]
        depreciation[begins : begins + len(worn), place] += worn
        used = np.arange(max(len(months) - begins, 0))
        running[begins:, place] += spread_evenly(np.full(len(used) // 12 + 1, row.running_cost * 100))[: len(used)]
    return Wear(paid, depreciation, running)


def read_purchases(
    region: Region, divisions: Sequence[str], since: pd.Timestamp, owed: int
) -> tuple[Purchases, tuple[str, ...]]:
    """Read the investments and loans that lie ahead, and say which are in the opening already.

    Parameters
    ----------
    region : Region
        The region.
    divisions : sequence of str
        Codes of the divisions.
    since : Timestamp
        First simulated month.
    owed : int
        Öre of loans in the opening balance.

    Returns
    -------
    Purchases and tuple of str
        The latter Swedish sentences.
    """
    ahead, early = [], []
    for row in region.investments:
        if pd.Timestamp(row.paid) < since:
            early.append(row.name)
            continue
        path = region.organisation.path(region.node(row.unit).code, region.latest_period)
        codes = [node.code for node in path]
        place = next((at for at, code in enumerate(divisions) if code in codes), None)
        ahead.append(Purchase(row, place))
    loans = tuple(loan for loan in region.loans if pd.Timestamp(loan.drawn) >= since)
    opened = _opened(region, since)
    said: list[str] = []
    if early:
        said.append(f"{len(early)} investeringar som är betalda före {since:%Y-%m} ingår redan i det bokförda.")
    if sum(left for _, left in opened) > owed:
        said.append("Registrets äldre lån är större än lånen i ingående balans; de räknas som balansräkningen har dem.")
        opened = ()
    return Purchases(tuple(ahead), loans, opened), tuple(said)


def _opened(region: Region, since: pd.Timestamp) -> tuple[tuple[Loan, int], ...]:
    """Loans drawn before a year begins that something remains of, and öre of it; refinanced ones are paid off."""
    every = Purchases(tuple(Purchase(row, None) for row in region.investments))
    owed: dict[str, Loan] = {}
    for loan in sorted(region.loans, key=lambda loan: loan.drawn):
        drawn = pd.Timestamp(loan.drawn)
        if drawn >= since:
            continue
        amount = every.amount_of(loan)
        paid_off = owed.pop(loan.refinances or "", None)
        if paid_off is not None and loan.amount is None:
            amount += _remains(paid_off, drawn.year) / 100
        owed[loan.id] = loan.model_copy(update={"amount": amount})
    remaining = ((loan, _remains(loan, since.year)) for loan in owed.values())
    return tuple((loan, left) for loan, left in remaining if left)


def _remains(loan: Loan, year: int) -> int:
    """Öre that remain of a loan when a year begins."""
    amount = round((loan.amount or 0.0) * 100)
    paid = min(max(year - 1 - int(loan.drawn[:4]), 0), loan.years)
    return amount - amount * paid // loan.years


def _position(month: str, months: pd.DatetimeIndex) -> int:
    at = pd.Timestamp(month)
    return (at.year - months[0].year) * 12 + at.month - months[0].month
