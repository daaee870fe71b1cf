"""Fixed-width records that other systems hand to Raindance: customers (S), invoices (H), rows (R), accounting (K).

The layout is known from one integration in public use and is not a specification of Raindance: another site's may
differ, and is then written as a table of its own in the manner of `INVOICE_LAYOUT`. Text is ISO-8859-1; amounts are in
öre without sign, with a minus in a column of its own. In these records an ordinary sale is positive, so that income
already has the kit's sign: the mapping's factor is 1, not −1.

Customers and invoice heads hold names, addresses and identity numbers; they are counted and never kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from utfall.errors import Fault, InvalidData
from utfall.sources.sie.content import amounts, days
from utfall.sources.sie.faults import FaultList
from utfall.sources.sie.fields import UnreadableField, kronor, month
from utfall.sources.source import SOURCE_ROW, ArrowSource

ENCODING = "iso-8859-1"
"""How the records are written."""

CENTURY = "20"
"""What stands before a year of two digits."""

_EXPORT_AGAIN = "Export the file again; an editor may have changed it."
_UTF8_LETTER = re.compile(rb"\xc3[\x84\x85\x96\xa4\xa5\xb6]")  # Ä Å Ö ä å ö
_END_OF_FILE = "\x1a"


@dataclass(frozen=True)
class FieldPlace:
    """Where a field stands in its record.

    Parameters
    ----------
    name : str
        The field.
    start : int
        Its first position, counted from 1.
    width : int
        How many positions it has.
    """

    name: str
    start: int
    width: int

    def of(self, record: str) -> str:
        """Cut the field out of a record, without spaces around it."""
        return record[self.start - 1 : self.start - 1 + self.width].strip(" ")


@dataclass(frozen=True)
class RecordLayout:
    """How one type of record is laid out.

    Parameters
    ----------
    kind : str
        The letter it begins with.
    what : str
        What it holds.
    length : int
        How many positions it has, its end of line not counted.
    fields : tuple of FieldPlace
        The fields that are read.
    """

    kind: str
    what: str
    length: int
    fields: tuple[FieldPlace, ...] = field(default=())

    def read(self, record: str) -> dict[str, str]:
        """Cut a record into its fields."""
        return {place.name: place.of(record) for place in self.fields}


INVOICE_LAYOUT: tuple[RecordLayout, ...] = (
    RecordLayout("S", "customer", 305),
    RecordLayout("H", "invoice head", 359),
    RecordLayout(
        "R",
        "invoice row",
        105,
        (FieldPlace("text", 3, 54), FieldPlace("amount", 63, 15), FieldPlace("minus", 78, 1)),
    ),
    RecordLayout(
        "K",
        "accounting row",
        184,
        (
            FieldPlace("account", 3, 10),
            FieldPlace("unit", 13, 10),
            FieldPlace("activity", 23, 10),
            FieldPlace("sub_activity", 33, 10),
            FieldPlace("object", 43, 10),
            FieldPlace("project", 53, 10),
            FieldPlace("free", 63, 10),
            FieldPlace("counterparty", 73, 10),
            FieldPlace("amount", 125, 15),
            FieldPlace("minus", 140, 1),
            FieldPlace("text", 145, 30),
            FieldPlace("period", 175, 10),
        ),
    ),
)
"""The records of an invoice; code parts are konto, ansvar, verksamhet, aktivitet, objekt, projekt, fri and motpart."""

_TEXT_COLUMNS = ("unit", "account", "activity", "counterparty", "project", "sub_activity", "object", "free", "text")


def read_import_records(path: Path, *, layout: Sequence[RecordLayout] = INVOICE_LAYOUT) -> ArrowSource:
    r"""Read the accounting rows of a file of import records.

    Parameters
    ----------
    path : Path
        The file.
    layout : sequence of RecordLayout, default INVOICE_LAYOUT
        How its records are laid out. R and K need the fields amount and minus, K account, unit and period as well.

    Returns
    -------
    ArrowSource
        One row an accounting row (K): the kit's columns, the code parts it has no column for, and `period_to`, the
        last month when an amount is spread over several. Amounts as written, a sale positive.

    Raises
    ------
    InvalidData
        When a record has the wrong length or type or stands where it cannot, an amount or period cannot be read, or
        the accounting rows of an invoice row do not sum to it.

    Examples
    --------
    >>> import tempfile
    >>> row = "R " + "Hyra".ljust(60) + "12500".rjust(15) + " K25".ljust(28)
    >>> accounting = "K " + "3410".ljust(10) + "1100".ljust(112) + "12500".rjust(15) + " " * 35 + "2607".ljust(10)
    >>> path = Path(tempfile.mkdtemp()) / "invoices.txt"
    >>> _ = path.write_text("\r\n".join(["S".ljust(305), "H".ljust(359), row, accounting, ""]), newline="")
    >>> read_import_records(path).table.select(["period", "unit", "account", "amount"]).to_pylist()
    [{'period': datetime.date(2026, 7, 1), 'unit': '1100', 'account': '3410', 'amount': Decimal('125.00')}]
    """
    lines = _lines(path)
    faults = FaultList(path.name)
    reading = _Reading({record.kind: record for record in layout}, faults)
    for row, line in enumerate(lines, 1):
        reading.take(row, line)
    reading.close()
    faults.refuse()
    return ArrowSource(path.name, reading.table(), dict(reading.left_out))


class _Reading:
    """Where the reading stands: the open invoice row, and the accounting rows read."""

    def __init__(self, layout: dict[str, RecordLayout], faults: FaultList) -> None:
        self.layout, self.faults = layout, faults
        self.left_out: Counter[str] = Counter()
        self.rows: list[int] = []
        self.texts: dict[str, list[str]] = {name: [] for name in _TEXT_COLUMNS}
        self.amounts: list[int] = []
        self.first: list[int | None] = []
        self.last: list[int | None] = []
        self.before = ""  # kind of the record before
        self.due: tuple[int, int] | None = None  # row and amount of the open invoice row
        self.given = 0
        self.sound = True

    def take(self, row: int, line: str) -> None:
        """Take one record."""
        if not line.strip(f" {_END_OF_FILE}"):
            self.left_out["mark of the end of the file" if _END_OF_FILE in line else "blank line"] += 1
            return
        record = self.layout.get(line[0])
        if record is None:
            what = f"the record begins with {line[0]!r}, which is no type of record."
            self.faults.add(
                row, what, f"The types are {', '.join(self.layout)}: {_EXPORT_AGAIN[0].lower()}{_EXPORT_AGAIN[1:]}"
            )
            self.sound = False
            return
        if len(line) != record.length:
            what = f"the {record.what} record {record.kind} is {len(line)} characters long, not {record.length}."
            self.faults.add(row, what, _EXPORT_AGAIN)
            self.sound = False
        elif record.kind == "K":
            self._accounting(row, record.read(line))
        else:
            self._other(row, record, line)
        self.before = record.kind

    def close(self) -> None:
        """Compare the open invoice row with its accounting rows."""
        if self.due is not None and self.sound and self.given != self.due[1]:
            what = f"the invoice row is {kronor(self.due[1])}, but its accounting rows sum to {kronor(self.given)}."
            self.faults.add(self.due[0], what, "The file is cut off or changed: export it again.")
        self.due, self.given, self.sound = None, 0, True

    def table(self) -> pa.Table:
        """Give the accounting rows."""
        texts = {name: pa.array(values, pa.string()) for name, values in self.texts.items()}
        return pa.table(
            {
                "period": days(self.first),
                **{name: texts[name] for name in _TEXT_COLUMNS[:5]},
                "voucher": pa.array([""] * len(self.rows), pa.string()),
                "amount": amounts(self.amounts),
                "text": texts["text"],
                "booked_on": pa.nulls(len(self.rows), pa.date32()),
                "period_to": days(self.last),
                **{name: texts[name] for name in _TEXT_COLUMNS[5:8]},
                SOURCE_ROW: pa.array(self.rows, pa.int64()),
            }
        )

    def _other(self, row: int, record: RecordLayout, line: str) -> None:
        if record.kind == "R":
            fields = record.read(line)
            if fields["amount"] or fields["minus"]:
                self.close()
                try:
                    self.due = row, _amount(fields)
                except UnreadableField as error:
                    self.faults.add(row, error.what, error.remedy)
                    self.sound = False
        else:
            self.close()
        if record.kind == "R" and not self.before:
            self.faults.add(row, "the invoice row stands before any invoice head.", _EXPORT_AGAIN)
        self.left_out[f"{record.what} ({record.kind})"] += 1

    def _accounting(self, row: int, fields: dict[str, str]) -> None:
        if self.due is None and self.sound:
            self.faults.add(row, "the accounting row stands after no invoice row with an amount.", _EXPORT_AGAIN)
        try:
            amount = _amount(fields)
            first, last = _periods(fields["period"])
            if not fields["account"]:
                raise UnreadableField("the account is empty.", _EXPORT_AGAIN)
        except UnreadableField as error:
            self.faults.add(row, error.what, error.remedy)
            self.sound = False
            return
        self.given += amount
        self.rows.append(row)
        self.amounts.append(amount)
        self.first.append(first)
        self.last.append(last)
        for name, values in self.texts.items():
            values.append(fields.get(name, ""))


def _lines(path: Path) -> list[str]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        fault = Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct region.yaml.")
        raise InvalidData([fault]) from None
    except OSError as error:
        fault = Fault(path.name, None, f"cannot be read ({error.strerror}).", "Check that it is a file you may read.")
        raise InvalidData([fault]) from None
    if not content.strip():
        raise InvalidData([Fault(path.name, None, "the file is empty.", "Export it again.")])
    if letter := _UTF8_LETTER.search(content):
        row = content.count(b"\n", 0, letter.start()) + 1
        what = "the file is written as UTF-8, so that what stands after å, ä and ö is moved."
        raise InvalidData([Fault(path.name, row, what, "Save it as ISO-8859-1 (Latin-1), or export it again.")])
    lines = content.decode(ENCODING).replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def _amount(fields: dict[str, str]) -> int:
    text, minus = fields["amount"], fields["minus"]
    if not (text.isascii() and text.isdigit()):
        remedy = "Write it as digits only, in öre, with the minus sign in its own column."
        raise UnreadableField(f"the amount is {text!r}, not digits.", remedy)
    if minus not in ("", "-"):
        raise UnreadableField(f"the sign is {minus!r}.", "The sign's column holds a minus or nothing.")
    return -int(text) if minus else int(text)


def _periods(text: str) -> tuple[int | None, int | None]:
    months = [_month(part) for part in text.split(" ") if part]
    if not months:
        raise UnreadableField("the period is empty.", "Give the month as yyMM, or two months with a space between.")
    if len(months) > 2 or months[-1] < months[0]:
        remedy = "Give the month as yyMM, or the first and the last with a space between."
        raise UnreadableField(f"the period is {text!r}, not one month or a span of them.", remedy)
    return months[0], months[1] if len(months) == 2 else None


def _month(text: str) -> int:
    if len(text) != 4:
        raise UnreadableField(f"the period is {text!r}, which is no month.", "Write it as yyMM.")
    try:
        return month(CENTURY + text)
    except UnreadableField:
        raise UnreadableField(f"the period is {text!r}, which is no month.", "Write it as yyMM.") from None
