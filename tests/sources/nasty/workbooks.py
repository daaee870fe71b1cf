"""Nasty workbooks, written by two writers other than the reader."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from tests.sources.nasty.case import Nasty

LEDGER = [["konto", "text", "belopp"], [5600, "Läkemedel", -12.5], [5010, "Lön", 3.25]]
LEDGER_ROWS = [(2, 5600, "Läkemedel", -12.5), (3, 5010, "Lön", 3.25)]


def sheet_of(
    rows: Sequence[Sequence[Any]], change: Callable[[Worksheet], None] | None = None
) -> Callable[[Path], None]:
    """A workbook with one sheet."""
    return book_of({"Blad1": rows}, lambda book: change(book["Blad1"]) if change else None)


def book_of(
    sheets: dict[str, Sequence[Sequence[Any]]], change: Callable[[Any], None] | None = None
) -> Callable[[Path], None]:
    """A workbook with several sheets, changed before it is saved."""

    def make(path: Path) -> None:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        if change:
            change(book)
        book.save(path)

    return make


def computed(rows: Sequence[Sequence[Any]]) -> Callable[[Path], None]:
    """A workbook whose formulas have the values they are written with: (formula, value)."""

    def make(path: Path) -> None:
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, tuple):
                    sheet.write_formula(row, column, cell[0], None, cell[1])
                else:
                    sheet.write(row, column, cell)
        book.close()

    return make


def dated(since_1904: bool) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        book = xlsxwriter.Workbook(str(path), {"date_1904": since_1904})
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["konto", "datum"])
        for row, moment in enumerate(
            [dt.datetime(2026, 10, 31), dt.datetime(2024, 2, 29), dt.datetime(1999, 12, 31)], 1
        ):
            sheet.write(row, 0, 5600)
            sheet.write_datetime(row, 1, moment, day)
        book.close()

    return make


def rewritten(make: Callable[[Path], None], part: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A workbook with one part of its XML changed."""

    def remake(path: Path) -> None:
        make(path)
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        parts[part] = change(parts[part])
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in parts.items():
                package.writestr(name, content)

    return remake


def _merge(place: str) -> Callable[[Worksheet], None]:
    return lambda sheet: sheet.merge_cells(place)


def _hide(name: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[name].sheet_state = "hidden"

    return change


def _coded(sheet: Worksheet) -> None:
    for row in (2, 3):
        sheet.cell(row, 1).number_format = "00000"


DATES = [
    (2, 5600, dt.datetime(2026, 10, 31)),
    (3, 5600, dt.datetime(2024, 2, 29)),
    (4, 5600, dt.datetime(1999, 12, 31)),
]

SHEET = "xl/worksheets/sheet1.xml"

VALUES = [
    Nasty("numbers, texts and whole numbers keep their types", sheet_of(LEDGER), LEDGER_ROWS),
    Nasty("dates since 1900 are dates", dated(since_1904=False), DATES),
    Nasty("dates since 1904 are the same dates", dated(since_1904=True), DATES),
    Nasty(
        "a column that mixes numbers and texts is text, and whole numbers have no decimals",
        sheet_of([["konto", "belopp"], [5600, 12.5], ["56A", "3,25"], [5010, 100], [None, "saknas"]]),
        [(2, "5600", "12,5"), (3, "56A", "3,25"), (4, "5010", "100"), (5, "", "saknas")],
    ),
    Nasty(
        "a mixed column whose texts have decimal points is written with them",
        sheet_of([["konto", "belopp"], [1, 12.5], [2, "3.25"]]),
        [(2, 1, "12.5"), (3, 2, "3.25")],
    ),
    Nasty(
        "dates and texts in one column are texts, with the dates as ISO has them",
        sheet_of([["konto", "datum"], [1, dt.date(2026, 10, 1)], [2, "okänt"], [3, dt.datetime(2026, 10, 1, 8, 30)]]),
        [(2, 1, "2026-10-01"), (3, 2, "okänt"), (4, 3, "2026-10-01 08:30:00")],
    ),
    Nasty(
        "truth values are truth values, and words beside other texts",
        sheet_of([["konto", "passiv", "blandat"], [1, True, True], [2, False, "ja"], [3, None, 1]]),
        [(2, 1, True, "TRUE"), (3, 2, False, "ja"), (4, 3, None, "1")],
    ),
    Nasty(
        "texts that look like numbers stay texts with their zeros",
        sheet_of([["konto", "enhet"], ["0101", "1 234,50"], ["0102", "12-"]]),
        [(2, "0101", "1 234,50"), (3, "0102", "12-")],
    ),
    Nasty(
        "zeros that a number format shows are not in the number",
        sheet_of([["konto", "x"], [101, "a"], [102, "b"]], _coded),
        [(2, 101, "a"), (3, 102, "b")],
    ),
    Nasty(
        "an empty cell in a column of numbers is missing, and in one of texts empty",
        sheet_of([["konto", "text", "belopp"], [1, "a", 1.5], [2, None, None], [None, "c", 2.5]]),
        [(2, 1, "a", 1.5), (3, 2, "", None), (4, None, "c", 2.5)],
    ),
    Nasty(
        "tiny and huge numbers in a column of texts are written out",
        sheet_of([["konto", "x"], [1, 0.0000001], [2, 1e15], [3, "a"]]),
        [(2, 1, "0,0000001"), (3, 2, "1000000000000000"), (4, 3, "a")],
    ),
    Nasty(
        "a formula with its value gives the value, also where that is an empty text",
        rewritten(
            computed([["konto", "belopp", "t"], [1, ("=1+1.5", 2.5), ("=A2&B2", "x")], [2, ("=1-1", 0), ('=""', "")]]),
            SHEET,
            # As Excel writes it; the writer forgets to say that it is a text.
            lambda xml: xml.replace(b'<c r="C3">', b'<c r="C3" t="str">'),
        ),
        [(2, 1, 2.5, "x"), (3, 2, 0.0, "")],
    ),
]

REFUSED = [
    Nasty(
        "cells with errors are refused by their rows",
        computed(
            [["konto", "belopp"], [1, ("=1/0", "#DIV/0!")], [2, 3], [3, ("=NA()", "#N/A")], [4, ("=X!A1", "#REF!")]]
        ),
        faults=[(2, "cell B2 holds the error #DIV/0!"), (4, "#N/A"), (5, "#REF!")],
    ),
    Nasty(
        "a formula that was never computed is refused by its row",
        sheet_of([["konto", "belopp"], [1, 2], [2, "=B2*2"], [3, 4]]),
        faults=[(3, "cell B3 holds a formula")],
    ),
    Nasty(
        "an error outside the table is nobody's",
        computed([["konto", "belopp", ""], [1, 2, ""], ["Summa", ("=1/0", "#DIV/0!"), ""]]),
        [(2, 1, 2)],
        {"sum row": 1},
    ),
    Nasty(
        "a value right of the named columns is refused by its row",
        sheet_of([["konto", "belopp"], [1, 2], [2, 3, "obs"]]),
        faults=[(3, "'obs' stands in column C")],
    ),
    Nasty(
        "cells merged over rows are refused, for only the first holds the value",
        sheet_of([["konto", "belopp"], [1, 2], [None, 3], [2, 4]], _merge("A2:A3")),
        faults=[(2, "the cells A2 to A3 are merged")],
    ),
    Nasty(
        "two columns of one name are refused",
        sheet_of([["konto", "konto"], [1, 2]]),
        faults=[(1, "two columns are named 'konto'")],
    ),
    Nasty("an empty file is refused", b"", faults=[(None, "the file is empty")]),
    Nasty(
        "a web page named .xlsx is refused",
        b"<html><table><tr><td>1</td></tr></table></html>",
        faults=[(None, "no workbook")],
    ),
    Nasty("text named .xlsx is refused", b"konto;belopp\n1;2\n", faults=[(None, "no workbook")]),
    Nasty("a workbook cut off is refused", lambda path: _cut(path), faults=[(None, "cannot be read")]),
    Nasty("a zip file that is no workbook is refused", lambda path: _zip(path), faults=[(None, "cannot be read")]),
    Nasty(
        "a workbook with a password is refused",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(400),
        faults=[(None, "protected by a password")],
    ),
    Nasty(
        "an old workbook named .xlsx is refused",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        faults=[(None, "older kind")],
    ),
    Nasty(
        "an old workbook is refused, for its errors cannot be seen",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        faults=[(None, "'.xls' cannot be read")],
        suffix=".xls",
    ),
    Nasty(
        "XML that declares a document type is refused",
        rewritten(sheet_of(LEDGER), "xl/workbook.xml", lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml),
        faults=[(None, "cannot be read")],
    ),
]

LAYOUT = [
    Nasty(
        "titles, blank rows and sum rows around the table are left out",
        sheet_of([["Rapport 2026"], [], *LEDGER, [None], ["Summa", None, -9.25]]),
        [(4, 5600, "Läkemedel", -12.5), (5, 5010, "Lön", 3.25)],
        {"title row": 1, "blank row": 2, "sum row": 1},
    ),
    Nasty(
        "a title merged over all columns is a title",
        sheet_of([["Rapport över utfall", None, None], *LEDGER], _merge("A1:C1")),
        [(3, 5600, "Läkemedel", -12.5), (4, 5010, "Lön", 3.25)],
        {"title row": 1},
    ),
    Nasty(
        "a name merged with the cell under it is the name",
        sheet_of(
            [["konto", "Utfall", None], [None, "hittills", "helår"], [1, 2, 3]],
            lambda sheet: (sheet.merge_cells("A1:A2"), sheet.merge_cells("B1:C1")),
        ),
        [(3, 1, 2, 3)],
        {"title row": 1},
        columns=("konto", "hittills", "helår"),
    ),
    Nasty(
        "a table may begin in column B, with an empty column in it",
        sheet_of([[], [None, "konto", None, "belopp"], [None, 1, None, 2.5], [None, 2, None, 3.5]]),
        [(3, 1, 2.5), (4, 2, 3.5)],
        {"blank row": 1},
        columns=("konto", "belopp"),
    ),
    Nasty(
        "rows that are not in the file at all count as rows",
        rewritten(
            sheet_of([["konto", "belopp"], [1, 2], [None, None], [None, None], [2, 3]]),
            SHEET,
            lambda xml: re.sub(rb'<row r="[34]"[^>]*?(/>|>.*?</row>)', b"", xml),
        ),
        [(2, 1, 2), (5, 2, 3)],
        {"blank row": 2},
    ),
    Nasty(
        "the header again further down is left out",
        sheet_of([*LEDGER, LEDGER[0], [1, "a", 2.5]]),
        [*LEDGER_ROWS, (5, 1, "a", 2.5)],
        {"repeated header": 1},
    ),
    Nasty(
        "months as dates among the names are names",
        sheet_of([["konto", dt.date(2026, 1, 1), dt.date(2026, 2, 1)], [5600, 1.5, 2.5]]),
        [(2, 5600, 1.5, 2.5)],
        columns=("konto", "2026-01-01", "2026-02-01"),
    ),
    Nasty(
        "a header row that is given is taken",
        sheet_of([["a", "b"], ["c", "d"], [1, 2]]),
        [(3, 1, 2)],
        {"title row": 1},
        columns=("c", "d"),
        options={"header_row": 2},
    ),
    Nasty(
        "a header row beyond the sheet is refused",
        sheet_of(LEDGER),
        faults=[(9, "header_row is 9")],
        options={"header_row": 9},
    ),
]

SHEETS = [
    Nasty(
        "a hidden sheet is not taken for the table",
        book_of({"Gammalt": [["konto", "x"], [9, 9]], "Data": LEDGER}, _hide("Gammalt")),
        LEDGER_ROWS,
    ),
    Nasty(
        "a hidden sheet that is named is read",
        book_of({"Gammalt": LEDGER, "Data": [["konto", "x"], [9, 9]]}, _hide("Gammalt")),
        LEDGER_ROWS,
        options={"sheet": "Gammalt"},
    ),
    Nasty(
        "a sheet of notes beside the table is not taken for it",
        book_of({"Läs mig": [["Uttaget 2026-11-03 ur ekonomisystemet."]], "Data": LEDGER, "Tomt": []}),
        LEDGER_ROWS,
    ),
    Nasty(
        "two sheets with tables are refused until one is named",
        book_of({"Jan": LEDGER, "Feb": LEDGER}),
        faults=[(None, "more than one sheet holds a table: 'Jan', 'Feb'")],
    ),
    Nasty(
        "a sheet that is not there is refused",
        sheet_of(LEDGER),
        faults=[(None, "no sheet named 'X'")],
        options={"sheet": "X"},
    ),
    Nasty("a workbook with nothing in it is refused", sheet_of([]), faults=[(None, "no visible sheet holds anything")]),
    Nasty("a macro workbook is read as any other", sheet_of(LEDGER), LEDGER_ROWS, suffix=".xlsm"),
    Nasty(
        "an encoding says nothing of a workbook",
        sheet_of(LEDGER),
        faults=[(None, "encoding is given")],
        options={"encoding": "cp1252"},
    ),
]


def _cut(path: Path) -> None:
    sheet_of(LEDGER)(path)
    path.write_bytes(path.read_bytes()[:-300])


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("hej.txt", "hej")


WORKBOOKS = [
    case if case.suffix != ".csv" else Nasty(**{**vars(case), "suffix": ".xlsx", "says": f"in Excel, {case.says}"})
    for case in [*VALUES, *REFUSED, *LAYOUT, *SHEETS]
]
