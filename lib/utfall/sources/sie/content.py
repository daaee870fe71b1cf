"""What a SIE file holds, gathered column by column while it is read, whichever edition of the format it is in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from utfall.sources.sie.fields import Objects
from utfall.sources.source import SOURCE_ROW

AMOUNT = pa.decimal128(18, 2)
"""Type of amounts: kronor with öre, exact."""

RESERVED_DIMENSIONS = {
    "1": "Kostnadsställe/resultatenhet",
    "2": "Kostnadsbärare",
    "6": "Projekt",
    "7": "Anställd",
    "8": "Kund",
    "9": "Leverantör",
    "10": "Faktura",
}
"""Dimensions whose meaning the standard fixes, so that a file need not declare them (edition 4B, 8.17)."""


@dataclass(frozen=True)
class Account:
    """One account of the file's chart.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        ``T`` asset, ``S`` liability or equity, ``K`` cost, ``I`` income; empty when the file does not say. SIE 5 says
        it in words.
    """

    name: str
    kind: str = ""


@dataclass
class Dimension:
    """One dimension, and the objects the file names in it.

    Parameters
    ----------
    name : str
        Its name.
    parent : str or None
        The dimension it is an under-dimension of.
    objects : dict of str to str
        Object code to name.
    """

    name: str
    parent: str | None = None
    objects: dict[str, str] = field(default_factory=dict)


@dataclass
class Header:
    """What the file says of itself.

    Parameters
    ----------
    sie_type : str
        ``1``, ``2``, ``3``, ``4`` or ``5``.
    programme, company, organisation_number, currency : str
        As the file has them; empty when it does not say. A file without currency is in kronor.
    generated_on : date or None
        Day the file was made.
    extent : date or None
        Last day that balances are counted to, when it is not the year's last.
    years : dict of int to (date, date)
        Year number, 0 for the current and -1 for the one before, to its first and last day.
    encoding : str
        How the file is written.
    """

    sie_type: str = "1"
    programme: str = ""
    company: str = ""
    organisation_number: str = ""
    currency: str = "SEK"
    generated_on: date | None = None
    extent: date | None = None
    years: dict[int, tuple[date, date]] = field(default_factory=dict)
    encoding: str = ""


@dataclass
class Vouchers:
    """Heads of vouchers, column by column."""

    row: list[int] = field(default_factory=list)
    series: list[str] = field(default_factory=list)
    number: list[str] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    registered: list[int | None] = field(default_factory=list)

    def add(self, row: int, series: str, number: str, day: int, text: str, registered: int | None) -> None:
        """Add one voucher."""
        self.row.append(row)
        self.series.append(series)
        self.number.append(number)
        self.day.append(day)
        self.text.append(text)
        self.registered.append(registered)

    def name(self, at: int) -> str:
        """Name a voucher as people do: series and number."""
        return f"{self.series[at]} {self.number[at]}".strip()

    def table(self) -> pa.Table:
        """Give the vouchers as a table."""
        return pa.table(
            {
                "series": pa.array(self.series, pa.string()),
                "number": pa.array(self.number, pa.string()),
                "date": days(self.day),
                "text": pa.array(self.text, pa.string()),
                "registered_on": days(self.registered),
                SOURCE_ROW: pa.array(self.row, pa.int64()),
            }
        )


@dataclass
class Postings:
    """Rows of vouchers, column by column; `voucher` and `objects` are places in the lists of those."""

    row: list[int] = field(default_factory=list)
    voucher: list[int] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def add(self, row: int, voucher: int, account: str, objects: int, amount: int, day: int, text: str) -> None:
        """Add one row."""
        self.row.append(row)
        self.voucher.append(voucher)
        self.account.append(account)
        self.objects.append(objects)
        self.amount.append(amount)
        self.day.append(day)
        self.text.append(text)

    def table(self) -> pa.Table:
        """Give the rows as a table."""
        return pa.table(
            {
                "voucher": pa.array(self.voucher, pa.int32()),
                "account": pa.array(self.account, pa.string()),
                "objects": pa.array(self.objects, pa.int32()),
                "amount": amounts(self.amount),
                "date": days(self.day),
                "text": pa.array(self.text, pa.string()),
                SOURCE_ROW: pa.array(self.row, pa.int64()),
            }
        )


@dataclass
class Balances:
    """Balances and amounts of periods, column by column; `month` is missing for a balance."""

    label: list[str] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    year: list[int] = field(default_factory=list)
    month: list[int | None] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)

    def add(self, label: str, row: int, year: int, month: int | None, account: str, objects: int, amount: int) -> None:
        """Add one balance."""
        self.label.append(label)
        self.row.append(row)
        self.year.append(year)
        self.month.append(month)
        self.account.append(account)
        self.objects.append(objects)
        self.amount.append(amount)

    def table(self) -> pa.Table:
        """Give the balances as a table."""
        return pa.table(
            {
                "label": pa.array(self.label, pa.string()),
                "year": pa.array(self.year, pa.int32()),
                "period": days(self.month),
                "account": pa.array(self.account, pa.string()),
                "objects": pa.array(self.objects, pa.int32()),
                "amount": amounts(self.amount),
                SOURCE_ROW: pa.array(self.row, pa.int64()),
            }
        )


@dataclass
class Content:
    """Everything read of one file.

    Parameters
    ----------
    file : str
        Name of the file.
    posting_label, period_label, budget_label : str
        What the file calls a row of a voucher, an amount of a month, and a budgeted one.
    """

    file: str
    posting_label: str = "#TRANS"
    period_label: str = "#PSALDO"
    budget_label: str = "#PBUDGET"
    header: Header = field(default_factory=Header, init=False)
    accounts: dict[str, Account] = field(default_factory=dict, init=False)
    dimensions: dict[str, Dimension] = field(default_factory=dict, init=False)
    object_lists: list[Objects] = field(default_factory=lambda: [()], init=False)
    vouchers: Vouchers = field(default_factory=Vouchers, init=False)
    postings: Postings = field(default_factory=Postings, init=False)
    balances: Balances = field(default_factory=Balances, init=False)
    rows: int = field(default=0, init=False)
    used: Counter[str] = field(default_factory=Counter, init=False)
    left_out: Counter[str] = field(default_factory=Counter, init=False)
    doubts: list[str] = field(default_factory=list, init=False)
    checksum: str = field(default="absent", init=False)


def amounts(ore: list[int]) -> pa.Array:
    """Make exact kronor of whole öre.

    Parameters
    ----------
    ore : list of int
        The öre, of at most 18 digits.

    Returns
    -------
    pyarrow.Array

    Examples
    --------
    >>> amounts([-1320050, 5]).to_pylist()
    [Decimal('-13200.50'), Decimal('0.05')]
    """
    low = np.array(ore, dtype=np.int64)
    # Arrow keeps a decimal as its digits in 128 bits: the 64 there are, and 64 that repeat the sign.
    words = np.column_stack([low, low >> 63])
    return pa.Array.from_buffers(AMOUNT, len(low), [None, pa.py_buffer(words.tobytes())])


def days(numbers: list[int] | list[int | None]) -> pa.Array:
    """Make dates of days since 1970-01-01.

    Parameters
    ----------
    numbers : list of int or None
        The days.

    Returns
    -------
    pyarrow.Array

    Examples
    --------
    >>> days([1, None]).to_pylist()
    [datetime.date(1970, 1, 2), None]
    """
    return pa.array(numbers, pa.int32()).cast(pa.date32())
