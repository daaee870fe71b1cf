"""A report's tables and charts as one Excel workbook."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from functools import cache

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from utfall.presentation.numbers import period_name
from utfall.presentation.shown_data import Cell, DataColumn, ShownData, as_day
from utfall.publishing.jobs import ReportJob

CONTENTS = "Innehåll"
"""Name of the first sheet."""

LONGEST_NAME = 31
"""Characters of a sheet's name; Excel refuses more."""

LONGEST_TEXT = 32_767
"""Characters of a cell; Excel refuses more."""

HEADER_ROW = 4
"""Row of a table's headings: above it stand the title, the report and the way back."""

WIDTHS = (10, 60)
"""Least and largest width of a column, in characters; longer text is wrapped."""

FILTER_FROM = 10
"""Rows from which a table has a filter; one with sums never has, for a filter would part them from their rows."""

FICTITIOUS = (
    "Påhittade uppgifter. Siffrorna är påhittade för demonstration och säger inget om någon verklig verksamhet."
)
"""What a workbook of made-up figures says first."""

_A4 = 9
_ILLEGAL_IN_NAME = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x1f]")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def make_workbook(tables: Sequence[ShownData], job: ReportJob, *, data_version: str = "") -> bytes:
    """Write the workbook of a report.

    Parameters
    ----------
    tables : sequence of ShownData
        What the report shows, in its order.
    job : ReportJob
        The report.
    data_version : str, default ""
        Names the exact content of the data; not mentioned when empty.

    Returns
    -------
    bytes
        An ``.xlsx`` file; the same tables give the same bytes. The first sheet says what the workbook is and leads to
        the others, one for each table. A text is never a formula.

    Examples
    --------
    >>> from pathlib import Path
    >>> from openpyxl import load_workbook
    >>> job = ReportJob(Path("n.ipynb"), {}, "klinik-1", "Månadsrapport", "2026-10", "unit", "1", "Klinik")
    >>> columns = (DataColumn("Post", "text"), DataColumn("Utfall", "amount", "kr", 2))
    >>> content = make_workbook([ShownData("Utfall", columns, (("Lön", -5.5),))], job)
    >>> load_workbook(io.BytesIO(content)).sheetnames
    ['Innehåll', '1 Utfall']
    """
    content = io.BytesIO()
    # In memory the library gives every part of the file the same date, so that when it was made is no part of it.
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties(
        {
            "title": f"{job.title} {period_name(job.period)}, {job.unit_name}",
            "author": job.publisher or "utfall",
            "created": datetime.datetime.fromisoformat(f"{job.period}-01"),
        }
    )
    looks = _Looks(book)
    names = sheet_names([table.title for table in tables])
    _contents(book.add_worksheet(CONTENTS), looks, tables, names, job, data_version)
    for name, table in zip(names, tables, strict=True):
        _sheet(book.add_worksheet(name), looks, table, job)
    book.close()
    return content.getvalue()


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Name a sheet for each title: numbered, so that no two are alike, and within what Excel allows.

    Examples
    --------
    >>> sheet_names(["Utfall/budget", "Utfall/budget", "Vad består avvikelsen av, januari–oktober?"])
    ['1 Utfall budget', '2 Utfall budget', '3 Vad består avvikelsen av,']
    """
    names = []
    for number, title in enumerate(titles, 1):
        name = str(number)
        for word in _plain(_ILLEGAL_IN_NAME.sub(" ", title)).split():
            if len(name) + 1 + len(word) > LONGEST_NAME:
                break
            name += f" {word}"
        names.append(name.rstrip("'"))
    return names


def number_format(column: DataColumn) -> str:
    """Excel's code for a column of figures.

    In the file a comma stands for the thousands separator and a point for the decimal sign, whatever the language; a
    Swedish Excel shows "1 234,5". Amounts are shown without öre, and keep them.

    Examples
    --------
    >>> number_format(DataColumn("Utfall", "amount", "kr", 2)), number_format(DataColumn("Andel", "percent", "%", 1))
    ('#,##0', '0.0 %')
    """
    if column.kind == "amount":
        return "#,##0"
    decimals = "." + "0" * column.decimals if column.decimals else ""
    return f"0{decimals} %" if column.kind == "percent" else f"#,##0{decimals}"


class _Looks:
    """The looks of cells, each made once a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        def made(**look: object) -> Format:
            return book.add_format({"valign": "top", **look})

        self.title = made(bold=True, font_size=14)
        self.link = made(font_color="#00558A", underline=1)
        heading = {"bold": True, "bg_color": "#F4F6F8", "bottom": 1, "bottom_color": "#51585F", "text_wrap": True}
        self.headings = {False: made(**heading), True: made(**heading, align="right")}

        @cache
        def text(right: bool = False, bold: bool = False, indent: int = 0) -> Format:
            return made(text_wrap=True, bold=bold, align="right" if right else "left", indent=indent)

        @cache
        def figure(code: str, right: bool = True, bold: bool = False) -> Format:
            return made(num_format=code, bold=bold, align="right" if right else "left")

        self.text, self.figure = text, figure


def _contents(
    sheet: Worksheet,
    looks: _Looks,
    tables: Sequence[ShownData],
    names: Sequence[str],
    job: ReportJob,
    data_version: str,
) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, _plain(f"{job.title} {period_name(job.period)}"), looks.title)
    told = [
        ("Enhet", f"{job.unit_name} ({job.unit_code})"),
        ("Månad", period_name(job.period)),
        ("Utgivare", job.publisher),
        ("Dataversion", data_version),
        ("Belopp", "Enheten står i varje rubrik; tecknen är rapportens."),
        ("Observera", FICTITIOUS if job.fictitious else ""),
    ]
    row = 0
    for label, words in told:
        if words:
            row += 1
            sheet.write_string(row, 0, label, looks.text())
            sheet.write_string(row, 1, _plain(words), looks.text())
    row += 2
    sheet.write_string(row, 0, "Blad", looks.headings[False])
    sheet.write_string(row, 1, "Tabell eller diagram", looks.headings[False])
    for at, (name, table) in enumerate(zip(names, tables, strict=True), row + 1):
        _link(sheet, at, name, looks)
        sheet.write_string(at, 1, _plain(table.title), looks.text())
    _for_print(sheet)


def _sheet(sheet: Worksheet, looks: _Looks, table: ShownData, job: ReportJob) -> None:
    sheet.write_string(0, 0, _plain(table.title), looks.title)
    invented = " – påhittade uppgifter" if job.fictitious else ""
    sheet.write_string(1, 0, _plain(f"{job.unit_name}, {period_name(job.period)}{invented}"))
    _link(sheet, 2, CONTENTS, looks)
    header = HEADER_ROW - 1
    for at, column in enumerate(table.columns):
        sheet.write_string(header, at, _plain(column.heading), looks.headings[column.is_number])
        sheet.set_column(at, at, _width(table, at))
    for position, row in enumerate(table.rows):
        bold = position in table.totals
        level = table.indent[position] if table.indent else 0
        for at, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            if value is not None:
                place = (header + 1 + position, at)
                _fill(sheet, place, looks, value, column, bold=bold, indent=0 if at else level)
    last = header + len(table.rows)
    for at, note in enumerate(table.notes, last + 2):
        sheet.write_string(at, 0, _plain(note))
    sheet.freeze_panes(header + 1, 1 if len(table.columns) > 1 else 0)
    if len(table.rows) >= FILTER_FROM and not table.totals and not table.indent:
        sheet.autofilter(header, 0, last, len(table.columns) - 1)
    _for_print(sheet)


def _fill(
    sheet: Worksheet,
    place: tuple[int, int],
    looks: _Looks,
    value: str | int | float,
    column: DataColumn,
    *,
    bold: bool,
    indent: int,
) -> None:
    day = as_day(value) if column.kind == "period" else None
    if day is not None:
        code = "yyyy\\-mm" if day.day == 1 else "yyyy\\-mm\\-dd"
        sheet.write_datetime(*place, day, looks.figure(code, right=False, bold=bold))
    elif isinstance(value, str):
        look = looks.text(right=column.is_number, bold=bold, indent=indent)
        sheet.write_string(*place, _plain(value), look)  # as text, also when it begins like a formula
    else:
        sheet.write_number(*place, value, looks.figure(number_format(column), bold=bold))


def _width(table: ShownData, at: int) -> float:
    column = table.columns[at]
    sizes = [_size(row[at], column) for row in table.rows]
    heading = max(map(len, column.heading.split()), default=0)
    return min(max(heading, *sizes, WIDTHS[0]), WIDTHS[1]) + 2


def _size(value: Cell, column: DataColumn) -> int:
    if value is None or isinstance(value, str):
        return len(value or "")
    return len(f"{value:,.{0 if column.kind == 'amount' else column.decimals}f}")


def _link(sheet: Worksheet, row: int, to: str, looks: _Looks) -> None:
    place = to.replace("'", "''")
    sheet.write_url(row, 0, f"internal:'{place}'!A1", looks.link, to)


def _plain(text: str) -> str:
    return _CONTROL.sub("", text.translate(_SPACES))[:LONGEST_TEXT]


def _for_print(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
