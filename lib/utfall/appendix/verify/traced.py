"""Whether every number of the list is the cell of the executed notebook that it names."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.numbers import find_cell, read_numbers_csv
from utfall.appendix.package import layout
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.case_file import case_file
from utfall.appendix.verify.checks import Payload
from utfall.appendix.verify.told import read_told
from utfall.errors import InvalidData, InvalidParameter

_ASK = "Begär ett nytt exemplar av paketet."


def traced_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Look up every number of the list in its executed notebook; see `ContentCheck`.

    Yields
    ------
    Fault
        Another value, a number without its cell, one that is printed otherwise than it is, or is not the case's.
    """
    try:
        numbers = read_told(payload[layout.NUMBERS])
    except ValueError as error:
        yield Fault(FaultKind.UNREADABLE, layout.NUMBERS, f"{error}. {_ASK}")
        return
    case = case_file(payload)
    for name in sorted(set(numbers) ^ set(case.get("numbers") or {})):
        yield _contradicts(name, f"Talet {name} står bara i en av {layout.NUMBERS} och {layout.CASE}")
    notebooks = {
        notebook: nbformat.reads(payload[layout.executed(notebook)].decode("utf-8"), 4)
        for notebook in layout.notebook_ids(payload)
    }
    for name, told in numbers.items():
        where = f"{told.notebook}, tabell {told.table!r}, rad {told.row!r}, kolumn {told.column!r}"
        try:
            found = find_cell(notebooks[told.notebook], told.table, told.row, told.column).number()
        except (InvalidParameter, KeyError):
            yield _contradicts(name, f"Talet finns inte i den körda beräkningen ({where})")
            continue
        if found != told.value:
            yield _contradicts(name, f"Talet är {told.value} i {layout.NUMBERS} men {found} i beräkningen ({where})")
    yield from _printed(payload[layout.NUMBERS])


def _printed(content: bytes) -> Iterator[Fault]:
    """Print each number again; only a list of this kit tells how."""
    try:
        numbers = read_numbers_csv(content)
    except InvalidData:
        return
    for name, number in numbers.items():
        again = number.written(number.value)
        if again != number.text:
            yield _contradicts(name, f"Talet är tryckt {number.text!r}, men värdet {number.value} trycks {again!r}")


def _contradicts(name: str, what: str) -> Fault:
    return Fault(FaultKind.CONTENT, name, f"{what}. {_ASK}")
