"""A second reader of the workbook's formulas: cells, +, −, SUM, ROUND, ABS, SUMPRODUCT and IF; nothing of ours."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl

_CELL = r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)"
_AREA = re.compile(rf"{_CELL}:([A-Z]+)(\d+)")
_ONE = re.compile(_CELL)


class Calculator:
    """A workbook whose cells can be changed and whose formulas are worked out anew."""

    def __init__(self, path: Path) -> None:
        self.book = openpyxl.load_workbook(path)

    def set(self, sheet: str, cell: str, value: object) -> None:
        self.book[sheet][cell] = value

    def value(self, sheet: str, cell: str) -> Decimal | str:
        content = self.book[sheet][cell].value
        if not isinstance(content, str) or not content.startswith("="):
            return Decimal(str(content)) if isinstance(content, int | float) else content or Decimal(0)
        return self._work_out(content[1:], sheet)

    def formulas(self) -> list[tuple[str, str]]:
        return [
            (sheet.title, cell.coordinate)
            for sheet in self.book
            for row in sheet.iter_rows()
            for cell in row
            if isinstance(cell.value, str) and cell.value.startswith("=")
        ]

    def _area(self, match: re.Match[str], sheet: str) -> list[Decimal]:
        on, left, top, right, bottom = match.groups()
        cells = self.book[on or sheet][f"{left}{top}:{right}{bottom}"]
        return [self.value(on or sheet, cell.coordinate) for row in cells for cell in row]

    def _work_out(self, text: str, sheet: str) -> Decimal | str:
        if found := re.fullmatch(r"IF\((.*)=0,\"(.*)\",\"(.*)\"\)", text):
            return found[2] if self._work_out(found[1], sheet) == 0 else found[3]
        if found := re.fullmatch(r"SUMPRODUCT\(ABS\((.*)\)\)", text):
            return sum((abs(value) for value in self._area(_AREA.fullmatch(found[1]), sheet)), Decimal(0))
        if found := re.fullmatch(r"ROUND\((.*),(\d)\)", text):
            return self._work_out(found[1], sheet).quantize(Decimal(1).scaleb(-int(found[2])), ROUND_HALF_UP)
        if found := re.fullmatch(r"SUM\((.*)\)", text):
            return sum(self._area(_AREA.fullmatch(found[1]), sheet), Decimal(0))
        total, rest = Decimal(0), text
        while rest:
            found = re.match(rf"([+-]?){_CELL}", rest)
            assert found, f"{text}: {rest} is not understood"
            value = self.value(found[2] or sheet, f"{found[3]}{found[4]}")
            total += -value if found[1] == "-" else value
            rest = rest[found.end() :]
        return total


def row_of(book: openpyxl.Workbook, sheet: str, label: str) -> int:
    """Row whose first cell has a text."""
    return next(cell.row for cell in book[sheet]["A"] if cell.value == label)
