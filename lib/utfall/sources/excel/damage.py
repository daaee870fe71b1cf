"""Cells without a value to read: errors such as #REF!, and formulas that were saved before they were computed.

The quick reader gives both as empty cells, so that they are looked for in the workbook's own XML.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from utfall.errors import Fault, InvalidData

_READ_BYTES = 1 << 20

_CELL = re.compile(rb"<(?:\w+:)?c(?P<attributes>\s(?:[^>]*[^>/])?)?>(?P<content>.*?)</(?:\w+:)?c>", re.DOTALL)
_TYPE = re.compile(rb"\st=[\"'](\w+)[\"']")
_PLACE = re.compile(rb"\sr=[\"']([A-Z]+)(\d+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")


@dataclass(frozen=True)
class Damage:
    """A cell without a value.

    Parameters
    ----------
    row : int or None
        Its row, where the file says it.
    column : int
        Its column, from 1.
    what, remedy : str
        What is wrong and what to do about it.
    """

    row: int | None
    column: int
    what: str
    remedy: str


def find_damage(path: Path, sheet: str) -> Iterator[Damage]:
    """Find the cells of a sheet that hold errors or formulas without a value.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        Name of the sheet.

    Yields
    ------
    Damage

    Raises
    ------
    InvalidData
        When the sheet cannot be found in the workbook.
    """
    try:
        with zipfile.ZipFile(path) as package, package.open(_part_of(package, sheet)) as part:
            for rows in _whole_rows(part):
                if b'"e"' in rows or b"'e'" in rows or _FORMULA.search(rows):
                    yield from _damaged(rows)
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, EOFError, OSError) as error:
        fault = Fault(path.name, None, f"the sheet {sheet!r} cannot be read ({error}).", "Save it again in Excel.")
        raise InvalidData([fault]) from None


def _part_of(package: zipfile.ZipFile, sheet: str) -> str:
    main = "xl/workbook.xml"
    for relation in _xml(package, "_rels/.rels"):
        if relation.get("Type", "").endswith("/officeDocument"):
            main = relation.get("Target", main).lstrip("/")
    folder, name = posixpath.split(main)
    targets = {one.get("Id"): one.get("Target", "") for one in _xml(package, f"{folder}/_rels/{name}.rels")}
    for element in _xml(package, main).iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            identity = next(value for key, value in element.attrib.items() if key.endswith("}id"))
            target = targets[identity]
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
    raise KeyError(sheet)


def _xml(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    content = package.read(name.lstrip("/"))
    if b"<!DOCTYPE" in content:
        # No program writes one here, and it is how XML is made to swell.
        raise ElementTree.ParseError("it declares a document type")
    return ElementTree.fromstring(content)


def _whole_rows(part: IO[bytes]) -> Iterator[bytes]:
    carried = b""
    while chunk := part.read(_READ_BYTES):
        carried += chunk
        ends = list(_ROW_END.finditer(carried))
        if ends:
            yield carried[: ends[-1].end()]
            carried = carried[ends[-1].end() :]
    yield carried


def _damaged(rows: bytes) -> Iterator[Damage]:
    for cell in _CELL.finditer(rows):
        attributes, content = cell["attributes"] or b"", cell["content"]
        kind = _TYPE.search(attributes)
        is_error = kind is not None and kind[1] == b"e"
        has_formula = _FORMULA.search(content) is not None
        if not is_error and not has_formula:
            continue
        value = _VALUE.search(content)
        row, column = _place(attributes)
        if is_error:
            text = value[1].decode(errors="replace") if value else "#"
            yield Damage(row, column, f"holds the error {text}.", "Correct the formula, or write the value.")
        elif (value is None or not value[1].strip()) and (kind is None or kind[1] != b"str" or value is None):
            what = "holds a formula that was saved without its value."
            yield Damage(row, column, what, "Open the workbook in Excel and save it, so that it is computed.")


def _place(attributes: bytes) -> tuple[int | None, int]:
    place = _PLACE.search(attributes)
    if place is None:
        return None, 0
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(place[2]), column
