"""Rows added to a register's sheet in Excel: every other byte of the workbook stays.

The sheet's own part of the workbook gets rows of text and numbers; styles, lists of values, other sheets, pictures and
macros are never read into anything and written anew, so that nothing of them can be lost.
"""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from utfall.errors import Fault, InvalidData
from utfall.region.register_cells import EMPTY_LIST, LIST_SEPARATOR
from utfall.region.register_sheets import RegisterSheet
from utfall.region.registers import RegisterRow, read_register
from utfall.sources.excel.sheets import choose_sheet, open_workbook

LAST_ROW = 1_048_576
"""Rows that a sheet of Excel has."""

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW = re.compile(r"<(?P<prefix>\w+:)?row\b(?P<said>[^>]*?)(?:/>|>(?P<cells>.*?)</(?:\w+:)?row>)", re.DOTALL)
_NUMBER = re.compile(r'\br="(\d+)"')
_CELL = re.compile(r'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)\d+"[^>]*?>')
_STYLE = re.compile(r'\bs="(\d+)"')
_HAS_VALUE = re.compile(r"<(?:\w+:)?(?:v|is)\b")


def append_to_sheet(sheet: RegisterSheet, rows: Sequence[RegisterRow], model: type[RegisterRow]) -> Path:
    """Add rows below the last filled one of a register's sheet; the workbook is whole or as it was.

    Parameters
    ----------
    sheet : RegisterSheet
        The workbook and the sheet.
    rows : sequence of RegisterRow
        Rows to add.
    model : type
        Their model.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    InvalidData
        When the sheet has no column for a value, or no room, or cannot be read back.
    """
    before = read_register(sheet.path, sheet.sheet, model, sheet=sheet)
    columns = _columns(sheet, rows)
    unfinished = sheet.path.with_name(f".unfinished-{sheet.path.name}")
    try:
        with zipfile.ZipFile(sheet.path) as book, zipfile.ZipFile(unfinished, "w") as written:
            part = _part_of(book, sheet)
            for entry in book.infolist():
                content = book.read(entry)
                if entry.filename == part:
                    content = _with_rows(content.decode("utf-8"), sheet, rows, columns).encode()
                written.writestr(entry, content)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        made = RegisterSheet(unfinished, sheet.sheet)
        again = read_register(unfinished, sheet.sheet, model, sheet=made)
        # What rows hold is compared, and not the row of the sheet they stand on.
        if [row.model_dump() for row in again] != [row.model_dump() for row in (*before, *rows)]:
            raise InvalidData([_unwritable(sheet)])
        os.replace(unfinished, sheet.path)
    finally:
        unfinished.unlink(missing_ok=True)
    return sheet.path


def _columns(sheet: RegisterSheet, rows: Sequence[RegisterRow]) -> dict[str, str]:
    """Column's name to its letters; every column that a row needs is there."""
    cells = choose_sheet(sheet.path.name, open_workbook(sheet.path), sheet.sheet).rows
    header = next(row for row in cells if any(str(cell).strip() for cell in row))
    columns = {str(cell).strip(): _letters(place) for place, cell in enumerate(header) if str(cell).strip()}
    needed = dict.fromkeys(name for row in rows for name in row.model_dump(exclude_defaults=True))
    lacking = [name for name in needed if name not in columns]
    if lacking:
        what = f"there is no column {', '.join(lacking)}, which the new row needs."
        raise InvalidData([Fault(sheet.place, None, what, "Write the name in the first row.")])
    return columns


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _part_of(book: zipfile.ZipFile, sheet: RegisterSheet) -> str:
    """Where in the workbook's file the sheet is."""
    relation = next(
        element.attrib[_RELATION]
        for element in ElementTree.fromstring(book.read("xl/workbook.xml")).iter()
        if element.tag.endswith("}sheet") and element.attrib["name"] == sheet.sheet
    )
    target = next(
        element.attrib["Target"]
        for element in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")).iter()
        if element.attrib.get("Id") == relation
    )
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _with_rows(text: str, sheet: RegisterSheet, rows: Sequence[RegisterRow], columns: dict[str, str]) -> str:
    for row in rows:
        found = list(_ROW.finditer(text))
        numbers = {int(said[1]): one for one in found if (said := _NUMBER.search(one["said"]))}
        filled = [number for number, one in numbers.items() if _HAS_VALUE.search(one["cells"] or "")]
        if not filled or len(numbers) < len(found) or max(filled) >= LAST_ROW:
            raise InvalidData([_unwritable(sheet)])
        last, number = numbers[max(filled)], max(filled) + 1
        below = numbers.get(number)  # formatted, but empty: it gets the values, and keeps its look
        styles = _styles((below or last)["cells"] or "")
        written = _row(row, number, columns, styles, last["prefix"] or "")
        start, end = (below.start(), below.end()) if below else (last.end(), last.end())
        text = text[:start] + written + text[end:]
    return text


def _styles(cells: str) -> dict[str, str]:
    return {
        cell[1]: f' s="{style[1]}"' for cell in _CELL.finditer(cells) if (style := _STYLE.search(cell[0])) is not None
    }


def _row(row: RegisterRow, number: int, columns: dict[str, str], styles: dict[str, str], prefix: str) -> str:
    values = row.model_dump(exclude_defaults=True)
    cells = []
    for name, letters in sorted(columns.items(), key=lambda column: (len(column[1]), column[1])):
        place = f'r="{letters}{number}"{styles.get(letters, "")}'
        if name not in values:
            cells.append(f"<{prefix}c {place}/>" if letters in styles else "")
            continue
        value = values[name]
        if isinstance(value, int | float) and not isinstance(value, bool):
            cells.append(f"<{prefix}c {place}><{prefix}v>{value!r}</{prefix}v></{prefix}c>")
        else:
            words = escape(_cell_text(value))
            inside = f'<{prefix}is><{prefix}t xml:space="preserve">{words}</{prefix}t></{prefix}is>'
            cells.append(f'<{prefix}c {place} t="inlineStr">{inside}</{prefix}c>')
    return f'<{prefix}row r="{number}">{"".join(cells)}</{prefix}row>'


def _cell_text(value: object) -> str:
    if isinstance(value, tuple):
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=LIST_SEPARATOR, lineterminator="").writerow(value)
        return line.getvalue() if value else EMPTY_LIST
    return str(value)


def _unwritable(sheet: RegisterSheet) -> Fault:
    what = "a row cannot be added to the sheet without changing it otherwise."
    return Fault(sheet.place, None, what, "Add the row by hand, or keep the register in YAML.")
