"""One sheet of a workbook as a source: cells with the types they have, rows with the numbers Excel shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from utfall.errors import Fault, InvalidData
from utfall.sources.excel.cells import Cell, column_of, is_empty, plain_text
from utfall.sources.excel.damage import find_damage
from utfall.sources.excel.sheets import Sheet, choose_sheet, open_workbook
from utfall.sources.source import SOURCE_ROW, Source
from utfall.sources.text.head import TITLE
from utfall.sources.text.header import NoHeader, find_header, header_names
from utfall.sources.text.judging import BLANK, FAULTS_A_KIND, REPEATED_HEADER, SUM_ROW
from utfall.sources.text.sums import is_sum_row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_HEADER_SEARCH_ROWS = 1000
"""Rows from the top that the header row is found from."""


class ExcelSource(Source):
    """A sheet of an Excel workbook (.xlsx or .xlsm).

    Numbers, dates and truth values keep their types; a column of whole numbers, such as codes, gives integers, and one
    that mixes types gives texts (5600, not 5600.0; dates as 2026-10-01; decimals with a comma, unless the column's own
    texts have a point).

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str, optional
        Name of the sheet; when not given, the only visible one that holds a table.
    header_row : int, optional
        Row of the column names; found when not given.

    Raises
    ------
    InvalidData
        When the workbook cannot be read, it is not clear which sheet is meant, or a row cannot be read: one with an
        error, a formula that was never computed, merged cells, or values where no column has a name.

    Examples
    --------
    >>> import duckdb, openpyxl, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ledger.xlsx"
    >>> book = openpyxl.Workbook()
    >>> for row in (["Rapport"], ["konto", "belopp"], [5600, -12.5], ["Summa", -12.5]):
    ...     book.active.append(row)
    >>> book.save(path)
    >>> source = ExcelSource(path)
    >>> source.relation(duckdb.connect(), numbered=True).fetchall(), source.left_out()
    ([(5600, -12.5, 3)], {'title row': 1, 'sum row': 1})
    """

    def __init__(self, path: Path, sheet: str | None = None, header_row: int | None = None) -> None:
        self.path = path
        self.file = path.name
        found = choose_sheet(path.name, open_workbook(path), sheet)
        self.sheet = found.name
        self.doubts: tuple[str, ...] = found.doubts
        self._left_out: Counter[str] = Counter()
        self._sum_row: Sequence[Cell] = ()
        try:
            self.header_row = self._find_header(found, header_row)
            header = found.texts(self.header_row)
            # A column without a name is fine in a sheet (the table may begin in column B) as long as nothing is in it.
            self._places = [place for place, name in enumerate(header) if name.strip()]
            self.columns = header_names([header[place] for place in self._places], self.header_row)
        except NoHeader as problem:
            raise InvalidData([Fault(path.name, problem.row, problem.what, problem.remedy)]) from None
        rows = self._judged(found)
        self._refuse_damaged(found, rows)
        self._table = self._as_table(found, rows)

    def relation(self, connection: DuckDBPyConnection, *, numbered: bool = False) -> DuckDBPyRelation:
        """Give the rows; see `Source.relation`.

        Parameters
        ----------
        connection : DuckDBPyConnection
            The engine.
        numbered : bool, default False
            Whether to give `SOURCE_ROW` too.

        Returns
        -------
        DuckDBPyRelation
        """
        return connection.from_arrow(self._table if numbered else self._table.drop_columns([SOURCE_ROW]))

    def left_out(self) -> dict[str, int]:
        """Tell the rows left out; see `Source.left_out`. The header row is neither given nor left out.

        Returns
        -------
        dict of str to int
        """
        return dict(self._left_out)

    def row_count(self) -> int:
        """Tell how many rows are given.

        Returns
        -------
        int
        """
        return self._table.num_rows

    def stated_sums(self) -> dict[str, str]:
        """Tell what the sum row at the end of the sheet says.

        Returns
        -------
        dict of str to str
            Column to its text in that row, where there is one; empty when there is no such row.
        """
        cells = [self._sum_row[place] if place < len(self._sum_row) else "" for place in self._places]
        pairs = zip(self.columns, cells, strict=True)
        return {column: plain_text(cell) for column, cell in pairs if not is_empty(cell)}

    def _find_header(self, sheet: Sheet, given: int | None) -> int:
        if given is not None:
            if not 1 <= given <= len(sheet.rows):
                what = f"header_row is {given}, but the sheet {sheet.name!r} has {len(sheet.rows)} rows."
                raise NoHeader(given, what, "Say which row the column names are in.", 0)
            return given
        searched = range(1, min(len(sheet.rows), _HEADER_SEARCH_ROWS) + 1)
        numbered = [(number, sheet.texts(number)) for number in searched]
        header = find_header([(number, cells) for number, cells in numbered if any(map(str.strip, cells))])
        self.doubts += header.doubts
        return header.row

    def _judged(self, sheet: Sheet) -> list[int]:
        names = [plain_text(cell) for cell in sheet.rows[self.header_row - 1]]
        kept: list[int] = []
        for number, cells in enumerate(sheet.rows, 1):
            if number == self.header_row:
                continue
            if all(map(is_empty, cells)):
                self._left_out[BLANK] += 1
            elif number < self.header_row:
                self._left_out[TITLE] += 1
            elif [plain_text(cell) for cell in cells] == names:
                self._left_out[REPEATED_HEADER] += 1
            else:
                kept.append(number)
        while kept and is_sum_row([plain_text(cell) for cell in sheet.rows[kept[-1] - 1]]):
            number = kept.pop()
            self._left_out[SUM_ROW] += 1
            self._sum_row = self._sum_row or sheet.rows[number - 1]
        return kept

    def _refuse_damaged(self, sheet: Sheet, kept: Sequence[int]) -> None:
        named = set(self._places)
        faults: list[Fault] = []
        for number in kept:
            for place, cell in enumerate(sheet.rows[number - 1]):
                if place not in named and not is_empty(cell):
                    what = f"{plain_text(cell)!r} stands in column {_letters(place)}, which has no name."
                    remedy = "Name the column in the header row, or take the value out."
                    faults.append(Fault(self.file, number, what, remedy))
                    break
        given = set(kept)
        for (top, left), (bottom, right) in sheet.merged:
            spoiled = [number for number in range(top + 1, bottom + 2) if number in given]
            if spoiled and named.intersection(range(left, right + 1)):
                what = f"the cells {_letters(left)}{top + 1} to {_letters(right)}{bottom + 1} are merged into one."
                faults.append(Fault(self.file, spoiled[0], what, "Take them apart and write the value in each cell."))
        for damage in find_damage(self.path, sheet.name):
            if damage.row is None or (damage.row in given | {self.header_row} and damage.column - 1 in named):
                where = "" if damage.row is None else f"cell {_letters(damage.column - 1)}{damage.row} "
                faults.append(Fault(self.file, damage.row, f"{where or 'a cell '}{damage.what}", damage.remedy))
        if faults:
            faults.sort(key=lambda fault: fault.row or 0)
            more = len(faults) - FAULTS_A_KIND
            shown = faults[:FAULTS_A_KIND]
            if more > 0:
                remedy = "Mend those that are named, and read the file again."
                shown.append(Fault(self.file, None, f"{more} more rows cannot be read.", remedy))
            raise InvalidData(shown)

    def _as_table(self, sheet: Sheet, kept: Sequence[int]) -> pa.Table:
        rows = [sheet.rows[number - 1] for number in kept]
        arrays = [column_of([cells[place] if place < len(cells) else "" for cells in rows]) for place in self._places]
        return pa.Table.from_arrays([*arrays, pa.array(kept, type=pa.int64())], names=[*self.columns, SOURCE_ROW])


def _letters(place: int) -> str:
    # Column 0 is A, 26 is AA.
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
