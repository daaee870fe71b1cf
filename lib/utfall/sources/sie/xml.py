"""Reading SIE 5: the same accounting as SIE 4, written as XML in the name space ``http://www.sie.se/sie5``.

Element and attribute names are those of the public schema ``sie5.xsd``. Three things could not be verified against a
real file: whether a balance of a month is cumulative (so no ledger is made of balances), whether a budget on several
objects is part of the account's (so it is left out, as a split is in SIE 4), and how programs mark struck rows (here:
the element ``Overstrike``). Electronic signatures are not verified.

No document type is allowed: without one a file can neither refer to other files nor blow itself up with entities.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from utfall.errors import Fault, InvalidData
from utfall.sources.sie.checks import check
from utfall.sources.sie.content import Account, Content, Dimension
from utfall.sources.sie.faults import FaultList
from utfall.sources.sie.fields import Objects, UnreadableField, account_number, date_of, kronor, month
from utfall.sources.sie.xml_fields import Attributes, amount_of, attribute, day_of, month_of

NAME_SPACE = "http://www.sie.se/sie5"
"""Name space of every element of SIE 5."""

STRUCK = "LedgerEntry: a row struck from its voucher (Overstrike)"
WHOLE_YEAR = "Budget: of a whole year, not of a month"

_ROOTS = frozenset({"Sie", "SieEntry"})
_PARTS = frozenset({"Sie", "SieEntry", "FileInfo", "FiscalYears", "Accounts", "Dimensions", "OriginalEntryInfo"})
_BALANCES = ("Budget", "OpeningBalance", "ClosingBalance")
_HOLDER_OF = {"LedgerEntry": "JournalEntry"} | {
    f"{name}{ending}": "Account" for name in _BALANCES for ending in ("", "Multidim")
}
_LEADING = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
_FIRST_BYTES = 256


def is_sie5(path: Path) -> bool:
    """Tell whether a file is XML, as SIE 5 is and SIE 4 is not.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
    """
    try:
        with path.open("rb") as file:
            return file.read(_FIRST_BYTES).lstrip(_LEADING).startswith(b"<")
    except OSError:
        return False


def read_sie5_content(path: Path, *, strict: bool = True) -> Content:
    """Read a SIE 5 file; its rows are counted as elements.

    Parameters
    ----------
    path : Path
        The file.
    strict : bool, default True
        Whether amounts that are given twice and disagree refuse the file.

    Returns
    -------
    Content

    Raises
    ------
    InvalidData
        When the file is no sound XML, refers outside itself, or has rows that cannot be used.
    """
    reader = _Reader(path.name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.refuse_document_type
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    reader.row = lambda: parser.CurrentLineNumber
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        what = f"the XML is broken ({expat.errors.messages.get(error.code, 'not well-formed')})."
        last = len(path.read_bytes().splitlines())  # a file cut off is broken on the line after its last
        raise InvalidData([Fault(path.name, min(error.lineno, last), what, "Export the file again.")]) from None
    except (LookupError, ValueError):
        what = "the XML is in an encoding that cannot be read."
        raise InvalidData([Fault(path.name, 1, what, "Save it as UTF-8, or export it again.")]) from None
    reader.finish()
    check(reader.content, reader.faults, strict=strict)
    reader.faults.refuse()
    return reader.content


class _Reader:
    """Where the reading stands; expat calls `start` and `end` for every element."""

    row: Callable[[], int]

    def __init__(self, file: str) -> None:
        self.faults = FaultList(file)
        self.content = Content(file, posting_label="LedgerEntry", period_label="", budget_label="Budget")
        self.content.header.sie_type, self.content.header.encoding = "5", "xml"
        self.path: list[str] = []
        self.years: list[tuple[int, int, bool]] = []
        self.lists: dict[Objects, int] = {(): 0}
        self.account = self.dimension = self.journal = ""
        self.balance = 0
        self.sound = True
        self.held: Attributes | None = None  # the element whose objects are being read
        self.held_row = self.held_depth = 0
        self.pairs: list[tuple[str, str]] = []
        self.struck = False
        self.budgets: list[tuple[int, int, str, int, int]] = []

    def refuse_document_type(self, *_: object) -> None:
        """Refuse the file: a document type is what entities and outside references need."""
        what = "the XML has a document type (DOCTYPE), which may hide entities and references to other files."
        raise InvalidData([Fault(self.faults.file, self.row(), what, "Export the file again; SIE 5 has none.")])

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        space, _, local = name.rpartition(" ")
        if not self.path and (space != NAME_SPACE or local not in _ROOTS):
            what = f"the file is XML, but its root is {local!r}, not Sie or SieEntry of {NAME_SPACE}."
            raise InvalidData([Fault(self.faults.file, self.row(), what, "Choose a SIE 5 file.")])
        self.path.append(local)
        self.content.rows += 1
        take = _TAKEN.get(local) if space == NAME_SPACE else None
        if space == NAME_SPACE and local in _HOLDER_OF:
            self._hold(local, attributes)
            return
        try:
            if take is not None:
                take(self, attributes)
            elif space != NAME_SPACE or local not in _PARTS:
                self._leave_out(space, local)
                return
        except UnreadableField as error:
            self.faults.add(self.row(), f"{local} cannot be read: {error.what}", error.remedy)
            self.sound = self.sound and local != "JournalEntry"
        self.content.used[local] += 1

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self.path.pop()
        space, _, local = name.rpartition(" ")
        if self.held is not None and len(self.path) == self.held_depth:
            held, self.held = self.held, None
            try:
                if local == "LedgerEntry":
                    self._posting(held)
                else:
                    self._amount(local, held)
            except UnreadableField as error:
                self.faults.add(self.held_row, f"{local} cannot be read: {error.what}", error.remedy)
                self.sound = False
        elif local == "JournalEntry" and space == NAME_SPACE:
            self._balanced()

    def finish(self) -> None:
        """Number the years, and place the budgets in them."""
        header = self.content.header
        self.years.sort()
        primary = next((at for at, (_, _, chosen) in enumerate(self.years) if chosen), len(self.years) - 1)
        for at, (first, last, _) in enumerate(self.years):
            header.years[at - primary] = date_of(first), date_of(last)
        for row, first, account, place, amount in self.budgets:
            within = (n for n, (begins, ends) in header.years.items() if begins <= date_of(first) <= ends)
            self.content.balances.add("Budget", row, next(within, 0), first, account, place, amount)

    def _hold(self, local: str, attributes: Attributes) -> None:
        """Keep an element's attributes until its objects have been read."""
        inside = self.path[-2] if len(self.path) > 1 else ""
        if inside == _HOLDER_OF[local] and self.held is None:
            self.held, self.held_row, self.held_depth = attributes, self.row(), len(self.path) - 1
            self.pairs, self.struck = [], False
        elif local == "LedgerEntry":
            what = f"LedgerEntry stands in {inside or 'nothing'}, not in JournalEntry."
            self.faults.add(self.row(), what, "Export the file again.")
        else:  # sub-ledgers have balances of their own
            self.content.left_out[f"{local}: not an account's"] += 1

    def _leave_out(self, space: str, local: str) -> None:
        if local == "Signature":
            self.content.doubts.append("The file's electronic signature is not verified.")
        elif local == "Overstrike" and space == NAME_SPACE:
            self.struck = True
        self.content.left_out[f"{local}: not needed" if space == NAME_SPACE else f"unknown element {local}"] += 1

    def _posting(self, attributes: Attributes) -> None:
        postings = self.content.postings
        account = account_number(attribute(attributes, "accountId"))
        amount = amount_of(attribute(attributes, "amount"))
        own_day = day_of(attributes["ledgerDate"]) if "ledgerDate" in attributes else None
        at = len(self.content.vouchers.row) - 1
        if self.struck:
            self.content.left_out[STRUCK] += 1
            return
        booked = self.content.vouchers.day[at] if own_day is None else own_day
        postings.add(self.held_row, at, account, self._place(), amount, booked, attributes.get("text", ""))
        self.balance += amount
        self.content.used["LedgerEntry"] += 1

    def _amount(self, local: str, attributes: Attributes) -> None:
        label = local.removesuffix("Multidim")
        amount = amount_of(attribute(attributes, "amount"))
        if "month" not in attributes and label == "Budget":
            self.content.left_out[WHOLE_YEAR] += 1
            if WHOLE_YEAR not in self.content.doubts:
                self.content.doubts.append(WHOLE_YEAR)
            return
        first = month_of(attribute(attributes, "month"))
        if label == "Budget":
            self.budgets.append((self.held_row, first, self.account, self._place(), amount))
        else:
            self.content.balances.add(label, self.held_row, 0, first, self.account, self._place(), amount)
        self.content.used[label] += 1

    def _place(self) -> int:
        pairs = tuple(self.pairs)
        if len(dict(pairs)) < len(pairs):
            raise UnreadableField("it names a dimension twice.", "Give one object of each dimension a row.")
        place = self.lists.setdefault(pairs, len(self.lists))
        if place == len(self.content.object_lists):
            self.content.object_lists.append(pairs)
        return place

    def _balanced(self) -> None:
        vouchers = self.content.vouchers
        if self.balance and self.sound:
            what = f"the rows of the voucher {vouchers.name(-1)} sum to {kronor(self.balance)}, not to 0."
            self.faults.add(vouchers.row[-1], what, "Debit and credit must agree: export the file again.")


def _software(reader: _Reader, attributes: Attributes) -> None:
    programme = f"{attributes.get('name', '')} {attributes.get('version', '')}"
    reader.content.header.programme = programme.strip()


def _creation(reader: _Reader, attributes: Attributes) -> None:
    reader.content.header.generated_on = date_of(day_of(attribute(attributes, "time").partition("T")[0]))


def _company(reader: _Reader, attributes: Attributes) -> None:
    reader.content.header.company = attributes.get("name", "")
    reader.content.header.organisation_number = attributes.get("organizationId", "")


def _fiscal_year(reader: _Reader, attributes: Attributes) -> None:
    first = month_of(attribute(attributes, "start"))
    last = date_of(month_of(attribute(attributes, "end")))
    after = f"{last.year + last.month // 12:04d}{last.month % 12 + 1:02d}"
    reader.years.append((first, month(after) - 1, attributes.get("primary", "") in ("true", "1")))


def _currency(reader: _Reader, attributes: Attributes) -> None:
    reader.content.header.currency = attribute(attributes, "currency")


def _account(reader: _Reader, attributes: Attributes) -> None:
    reader.account = account_number(attribute(attributes, "id"))
    reader.content.accounts[reader.account] = Account(attributes.get("name", ""), attributes.get("type", ""))


def _dimension(reader: _Reader, attributes: Attributes) -> None:
    reader.dimension = attribute(attributes, "id")
    reader.content.dimensions[reader.dimension] = Dimension(attributes.get("name", ""))


def _object(reader: _Reader, attributes: Attributes) -> None:
    known = reader.content.dimensions.setdefault(reader.dimension, Dimension(""))
    known.objects[attribute(attributes, "id")] = attributes.get("name", "")


def _object_reference(reader: _Reader, attributes: Attributes) -> None:
    reader.pairs.append((attribute(attributes, "dimId"), attribute(attributes, "objectId")))


def _journal(reader: _Reader, attributes: Attributes) -> None:
    reader.journal = attributes.get("id", "")


def _journal_entry(reader: _Reader, attributes: Attributes) -> None:
    reader.balance, reader.sound = 0, True
    number, row = attributes.get("id", ""), reader.row()
    reader.content.vouchers.add(row, reader.journal, number, 0, attributes.get("text", ""), None)
    reader.content.vouchers.day[-1] = day_of(attribute(attributes, "journalDate"))


def _registered(reader: _Reader, attributes: Attributes) -> None:
    # The row's own entry date is finer than a voucher's; the kit keeps one a voucher, its latest.
    registered = day_of(attribute(attributes, "date"))
    known = reader.content.vouchers.registered
    if known:
        known[-1] = registered if known[-1] is None else max(known[-1], registered)


_TAKEN: dict[str, Callable[[_Reader, Attributes], None]] = {
    "SoftwareProduct": _software,
    "FileCreation": _creation,
    "Company": _company,
    "FiscalYear": _fiscal_year,
    "AccountingCurrency": _currency,
    "Account": _account,
    "Dimension": _dimension,
    "Object": _object,
    "ObjectReference": _object_reference,
    "Journal": _journal,
    "JournalEntry": _journal_entry,
    "EntryInfo": _registered,
}
"""Elements that are taken when they begin."""
