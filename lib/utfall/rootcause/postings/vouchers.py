"""The vouchers of the year so far and the twelve months before it, laid out for scans over thousands of accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.rootcause.comparison import Comparison
from utfall.rootcause.postings.account_months import MONTHS, AccountMonths

VOUCHER_COLUMNS = ["counterparty", "voucher", "text", "amount", "booked_on"]
"""What is read of each posting beside its month, unit and account."""


@dataclass(frozen=True, eq=False)
class Postings:
    """Ledger rows on the accounts that are looked at.

    Parameters
    ----------
    rows : DataFrame
        ``cell`` (row of `AccountMonths.keys`), ``month`` (0 is the January before the year's), ``counterparty``,
        ``voucher``, ``text``, ``amount`` (SEK in result sign), ``booked_on``, and ``party``, a number for each
        counterparty.
    first : Timestamp
        Month 0.
    months : int
        Number of months.

    Examples
    --------
    >>> Postings(pd.DataFrame(), pd.Timestamp("2025-01-01"), 22).period(21)
    Timestamp('2026-10-01 00:00:00')
    """

    rows: pd.DataFrame
    first: pd.Timestamp
    months: int

    def period(self, month: int) -> pd.Timestamp:
        """First day of a month given by its number."""
        return self.first + pd.DateOffset(months=int(month))


@dataclass(frozen=True)
class Booked:
    """One month's part of a finding.

    Parameters
    ----------
    month : int
        Number of the month, as in `Postings`.
    amount : float
        What the month holds because of it, SEK in result sign.
    voucher : str
        Its voucher; empty when there is none.
    rows : tuple of int
        Positions of the postings among `Postings.rows`; a missing one has none.
    """

    month: int
    amount: float
    voucher: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something that lies in the wrong month, is missing or is there twice.

    Parameters
    ----------
    kind : str
        One of `utfall.rootcause.postings.periodisation.KINDS`.
    cell : int
        Row of `AccountMonths.keys`.
    counterparty : str
        With whom; empty when the ledger does not say.
    booked : tuple of Booked
        Month by month; those before the year tell what those within it belong to.
    exact : bool
        Whether what cancels does so to the öre.
    interval : (float, float) or None
        Interval of the effect, where it is estimated.

    Examples
    --------
    >>> pair = Finding("pair", 0, "Leverantör A", (Booked(16, 500.0, "F1", (3,)), Booked(17, -500.0, "F2", (9,))))
    >>> pair.effect, sorted(pair.rows)
    (0.0, [3, 9])
    """

    kind: str
    cell: int
    counterparty: str
    booked: tuple[Booked, ...]
    exact: bool = False
    interval: tuple[float, float] | None = None

    @property
    def this_year(self) -> tuple[Booked, ...]:
        """The parts within the year."""
        return tuple(part for part in self.booked if part.month >= MONTHS)

    @property
    def effect(self) -> float:
        """What the year so far holds because of it, SEK in result sign."""
        return round(sum(part.amount for part in self.this_year), 2)

    @property
    def largest(self) -> Booked:
        """The largest part of the year's."""
        return max(self.this_year, key=lambda part: abs(part.amount))

    @property
    def rows(self) -> set[int]:
        """The postings it is made of."""
        return {row for part in self.booked for row in part.rows}


def read_postings(comparison: Comparison, accounts: AccountMonths) -> Postings:
    """Read the vouchers.

    Parameters
    ----------
    comparison : Comparison
        The node and the year so far.
    accounts : AccountMonths
        The accounts that are looked at; postings on others are left out.

    Returns
    -------
    Postings
    """
    region = comparison.region
    first = comparison.since - pd.DateOffset(months=MONTHS)
    frame = region.table(
        "ledger",
        unit=comparison.node.code,
        since=first,
        until=comparison.period,
        structure=comparison.period,
        columns=["period", "unit", "account", *VOUCHER_COLUMNS],
    )
    placement = region.organisation.placement(comparison.period)
    unit_now = dict(zip(placement["posted_unit"], placement["unit"], strict=True))
    cell = _cells(frame, accounts.keys, unit_now)
    month = 12 * (frame["period"].dt.year - first.year) + frame["period"].dt.month - first.month
    party = pd.factorize(frame["counterparty"])[0]
    rows = (
        frame[VOUCHER_COLUMNS].assign(cell=cell, month=month.to_numpy(), party=party)[cell >= 0].reset_index(drop=True)
    )
    return Postings(rows, first, MONTHS + comparison.period.month)


def _cells(frame: pd.DataFrame, keys: pd.DataFrame, unit_now: dict[str, str]) -> NDArray[np.int64]:
    """Row of `keys` of each posting; −1 for those on other accounts."""
    unit, units = pd.factorize(frame["unit"])
    account, accounts = pd.factorize(frame["account"])
    at = {pair: number for number, pair in enumerate(zip(keys["unit"], keys["account"], strict=True))}
    table = np.full((len(units), len(accounts)), -1)
    for row, code in enumerate(units):
        for column, posted in enumerate(accounts):
            table[row, column] = at.get((unit_now.get(code, code), posted), -1)
    return np.asarray(table[unit, account], dtype=np.int64)
