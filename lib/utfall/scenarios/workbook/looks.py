"""How the cells of the statements' workbook look."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from utfall.presentation.numbers import Unit

_A4 = 9

HEADING = {"bold": True, "bg_color": "#F4F6F8", "bottom": 1, "bottom_color": "#51585F", "text_wrap": True}
"""Look of the headings."""


class Looks:
    """Formats, each made once.

    Parameters
    ----------
    book : Workbook
        The workbook.
    unit : Unit
        Unit that amounts are shown in; the cells hold whole currency.
    """

    def __init__(self, book: xlsxwriter.Workbook, unit: Unit) -> None:
        self.unit = unit
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.heading: Format = book.add_format(HEADING)
        self.heading_right: Format = book.add_format({**HEADING, "align": "right"})
        self.text: Format = book.add_format({"valign": "top"})
        self.percent: Format = book.add_format({"num_format": "0.0 %"})
        self.number: Format = book.add_format({"num_format": "#,##0.##"})
        self.wrong: Format = book.add_format({"bg_color": "#FFD9C2", "font_color": "#A34700", "bold": True})
        self.right: Format = book.add_format({"bg_color": "#D9F2E6", "font_color": "#00694C"})
        self._labels = {
            total: book.add_format({"bold": total, "top": int(total), "indent": 0 if total else 1})
            for total in (False, True)
        }
        self._amounts = {
            (total, ore): book.add_format(
                {"bold": total, "top": int(total), "num_format": "#,##0.00" if ore else number_format(unit)}
            )
            for total in (False, True)
            for ore in (False, True)
        }

    def label(self, *, total: bool) -> Format:
        """Look of a row's name."""
        return self._labels[total]

    def amount(self, *, total: bool, ore: bool = False) -> Format:
        """Look of an amount; with its öre where it must be 0."""
        return self._amounts[total, ore]


def number_format(unit: Unit) -> str:
    """Excel's code for an amount in whole currency, shown in a unit.

    In the file a comma stands for the thousands separator and, at the end, for a thousand left out; a Swedish Excel
    shows "1 234,5".

    Parameters
    ----------
    unit : Unit
        The unit shown.

    Returns
    -------
    str

    Examples
    --------
    >>> [number_format(unit) for unit in (Unit.MKR, Unit.TKR, Unit.SEK)]
    ['#,##0.0,,', '#,##0,', '#,##0']
    """
    return {Unit.MKR: "#,##0.0,,", Unit.TKR: "#,##0,", Unit.SEK: "#,##0"}[unit]


def for_print(sheet: Worksheet, header_row: int) -> None:
    """Print on A4, one page wide, with the headings on every page.

    Parameters
    ----------
    sheet : Worksheet
        The sheet.
    header_row : int
        Row of the headings, from 0.
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, header_row)
    sheet.set_footer("&L&F&C&A&RSida &P av &N")
