"""The records of a SIE 4 file that are not vouchers: what the file says of itself, its chart, and its balances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from utfall.sources.sie.content import Account, Content, Dimension
from utfall.sources.sie.fields import UnreadableField, account_number, date_of, day, month, ore, plain, whole

NOT_NEEDED = frozenset(["#ADRESS", "#BKOD", "#FNR", "#FTYP", "#KPTYP", "#PROSA", "#SRU", "#TAXAR", "#ENHET"])
"""Labels of the standard that tell nothing a ledger or budget needs."""

TYPES = frozenset(["1", "2", "3", "4", "4E", "4I"])
"""The types of file; the standard writes 4 for both of the last."""

_Place = Callable[[str], int]
_Handler = Callable[[Content, str, int, list[str], _Place], None]


def take_record(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    """Take one record's fields into the content.

    Parameters
    ----------
    content : Content
        What has been read of the file.
    label : str
        The record's label, one of `HANDLERS`.
    row : int
        Its row.
    fields : list of str
        Label and fields as they are written.
    place : callable
        Gives an object list its place.

    Raises
    ------
    UnreadableField
        When a field is missing or not what it should be.
    """
    HANDLERS[label](content, label, row, fields, place)


def _field(fields: list[str], at: int, name: str) -> str:
    if len(fields) <= at:
        raise UnreadableField(f"its {name} is missing.", f"Give the {name}, or export the file again.")
    return plain(fields[at])


def _format(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    stated = _field(fields, 1, "character set")
    if stated.upper() == "PC8" and content.header.encoding != "cp437":
        content.doubts.append(
            f"The file says that it is written in code page 437 (#FORMAT PC8), but it is read as "
            f"{content.header.encoding}."
        )


def _flag(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    if len(fields) > 1 and plain(fields[1]) == "1":
        content.doubts.append("The file is marked as read into another program before (#FLAGGA 1).")


def _sie_type(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    stated = _field(fields, 1, "type").upper()
    if stated not in TYPES:
        raise UnreadableField(f"the type is {stated!r}.", "SIE has the types 1, 2, 3 and 4.")
    content.header.sie_type = stated[0]


def _programme(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    content.header.programme = " ".join(map(plain, fields[1:3]))


def _generated(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    content.header.generated_on = date_of(day(_field(fields, 1, "date")))


def _company(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    content.header.company = _field(fields, 1, "name")


def _organisation(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    content.header.organisation_number = _field(fields, 1, "organisation number")


def _currency(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    content.header.currency = _field(fields, 1, "currency").upper()


def _extent(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    content.header.extent = date_of(day(_field(fields, 1, "date")))


def _year(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    number = whole(_field(fields, 1, "year number"), "year number")
    first, last = (date_of(day(_field(fields, at, "date"))) for at in (2, 3))
    if last < first:
        raise UnreadableField(f"the year ends {last}, before it begins {first}.", "Give its first day, then its last.")
    if content.header.years.get(number, (first, last)) != (first, last):
        raise UnreadableField(f"the year {number} is given twice with different days.", "Give each year once.")
    content.header.years[number] = first, last


def _account(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    number = account_number(_field(fields, 1, "account"))
    content.accounts[number] = Account(plain(fields[2]) if len(fields) > 2 else "")


def _account_kind(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    number = account_number(_field(fields, 1, "account"))
    kind = _field(fields, 2, "kind")
    content.accounts[number] = replace(content.accounts.get(number, Account("")), kind=kind.upper())


def _dimension(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    number = _field(fields, 1, "dimension")
    name = plain(fields[2]) if len(fields) > 2 else ""
    parent = _field(fields, 3, "upper dimension") if label == "#UNDERDIM" else None
    known = content.dimensions.setdefault(number, Dimension(name))
    known.name, known.parent = name, parent


def _object(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    number, code = _field(fields, 1, "dimension"), _field(fields, 2, "object")
    name = plain(fields[3]) if len(fields) > 3 else ""
    content.dimensions.setdefault(number, Dimension("")).objects[code] = name


def _balance(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    year = whole(_field(fields, 1, "year number"), "year number")
    account = account_number(_field(fields, 2, "account"))
    amount = ore(_field(fields, 3, "amount"))
    content.balances.add(label, row, year, None, account, 0, amount)


def _object_balance(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    year = whole(_field(fields, 1, "year number"), "year number")
    account = account_number(_field(fields, 2, "account"))
    if len(fields) < 5 or fields[3][0] != "{":
        raise UnreadableField("it has no object list and amount.", "Give year, account, {dimension object} and amount.")
    content.balances.add(label, row, year, None, account, place(fields[3]), ore(plain(fields[4])))


def _period(content: Content, label: str, row: int, fields: list[str], place: _Place) -> None:
    year = whole(_field(fields, 1, "year number"), "year number")
    first = month(_field(fields, 2, "period"))
    account = account_number(_field(fields, 3, "account"))
    # Type 2 may leave the object list out altogether.
    listed = len(fields) > 4 and fields[4][0] == "{"
    amount = ore(_field(fields, 5 if listed else 4, "amount"))
    content.balances.add(label, row, year, first, account, place(fields[4]) if listed else 0, amount)


HANDLERS: dict[str, _Handler] = {
    "#FLAGGA": _flag,
    "#FORMAT": _format,
    "#SIETYP": _sie_type,
    "#PROGRAM": _programme,
    "#GEN": _generated,
    "#FNAMN": _company,
    "#ORGNR": _organisation,
    "#VALUTA": _currency,
    "#OMFATTN": _extent,
    "#RAR": _year,
    "#KONTO": _account,
    "#KTYP": _account_kind,
    "#DIM": _dimension,
    "#UNDERDIM": _dimension,
    "#OBJEKT": _object,
    "#IB": _balance,
    "#UB": _balance,
    "#RES": _balance,
    "#OIB": _object_balance,
    "#OUB": _object_balance,
    "#PSALDO": _period,
    "#PBUDGET": _period,
}
"""Label to what takes it."""
