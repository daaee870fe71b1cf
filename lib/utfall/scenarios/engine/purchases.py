"""Investments and loans of the register: when money goes out and in, and what wears down in which month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.region import Region
from utfall.region.scenario_registers import Investment, Loan
from utfall.scenarios.engine.money import spread_evenly

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
        Those paid after what is booked.
    loans : tuple of Loan
        Those drawn after what is booked.
    """

    investments: tuple[Purchase, ...] = ()
    loans: tuple[Loan, ...] = ()

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


def wear(purchases: Purchases, months: pd.DatetimeIndex, divisions: int) -> Wear:
    """Place investments on months: straight-line depreciation from the month they are in use.

    Parameters
    ----------
    purchases : Purchases
        The investments.
    months : DatetimeIndex
        The simulated months.
    divisions : int
        How many there are.

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
        worn = spread_evenly(np.array([float(amount)]), 12 * row.life)[: max(len(months) - begins, 0)]
        depreciation[begins : begins + len(worn), place] += worn
        used = np.arange(max(len(months) - begins, 0))
        running[begins:, place] += spread_evenly(np.full(len(used) // 12 + 1, row.running_cost * 100))[: len(used)]
    return Wear(paid, depreciation, running)


def read_purchases(region: Region, divisions: Sequence[str], since: pd.Timestamp) -> tuple[Purchases, tuple[str, ...]]:
    """Read the investments and loans that lie ahead, and say which are in the opening already.

    Parameters
    ----------
    region : Region
        The region.
    divisions : sequence of str
        Codes of the divisions.
    since : Timestamp
        First month that is not booked.

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
    said: tuple[str, ...] = ()
    if early:
        said = (f"{len(early)} investeringar som är betalda före {since:%Y-%m} ingår redan i det bokförda.",)
    return Purchases(tuple(ahead), loans), said


def _position(month: str, months: pd.DatetimeIndex) -> int:
    at = pd.Timestamp(month)
    return (at.year - months[0].year) * 12 + at.month - months[0].month
