"""Opening a workbook, and telling which of its sheets holds the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import python_calamine as calamine

from utfall.errors import Fault, InvalidData
from utfall.sources.excel.cells import Cell, is_empty, plain_text

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of a compound file: an old workbook, or a new one that is encrypted."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_FEWEST_ROWS, _FEWEST_COLUMNS = 2, 2
"""Rows and columns with values from which a sheet holds a table."""

Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells.

    Parameters
    ----------
    name : str
        Its name.
    rows : sequence of sequence
        Its rows from the first, each from the first column.
    merged : sequence of ((int, int), (int, int))
        Cells merged into one: row and column of the first and the last, from 0.
    doubts : tuple of str
        Why another sheet may be meant.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Merged] = ()
    doubts: tuple[str, ...] = ()

    def texts(self, row: int) -> list[str]:
        """Write a row as texts; a cell merged with one above it has that one's text.

        Parameters
        ----------
        row : int
            The row, from 1.

        Returns
        -------
        list of str
        """
        texts = [plain_text(cell) for cell in self.rows[row - 1]]
        for (top, left), (bottom, _) in self.merged:
            if top < row - 1 <= bottom and left < len(texts) and not texts[left]:
                texts[left] = plain_text(self.rows[top][left])
        return texts


def open_workbook(path: Path) -> calamine.CalamineWorkbook:
    """Open a workbook.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    CalamineWorkbook

    Raises
    ------
    InvalidData
        When it is missing, encrypted, of an older kind, or no workbook.
    """
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        # What reads these gives an error such as #REF! as an empty cell, and says nothing.
        what = f"workbooks of the kind {path.suffix.lower()!r} cannot be read without losing cells that hold errors."
        raise InvalidData([Fault(path.name, None, what, "Save it as .xlsx.")])
    try:
        start = path.open("rb").read(len(_OLE))
        if start == _OLE:
            protected = _ENCRYPTED in path.read_bytes()
            what = (
                "the workbook is protected by a password." if protected else "it is a workbook of an older kind (.xls)."
            )
            remedy = "Save it without the password." if protected else "Open it in Excel and save it as .xlsx."
            raise InvalidData([Fault(path.name, None, what, remedy)])
        if not start:
            raise InvalidData([Fault(path.name, None, "the file is empty.", "Export it again.")])
        if not start.startswith(b"PK"):
            what = "it is no workbook, in spite of its name."
            raise InvalidData(
                [Fault(path.name, None, what, "If it is text, name it .csv; else save it as .xlsx in Excel.")]
            )
        return calamine.CalamineWorkbook.from_path(path)
    except FileNotFoundError:
        fault = Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct region.yaml.")
        raise InvalidData([fault]) from None
    except (OSError, calamine.CalamineError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
        fault = Fault(path.name, None, f"the workbook cannot be read ({reason}).", "Save it again as .xlsx in Excel.")
        raise InvalidData([fault]) from None


def choose_sheet(file: str, workbook: calamine.CalamineWorkbook, name: str | None) -> Sheet:
    """Read the sheet that holds the table.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    workbook : CalamineWorkbook
        The workbook.
    name : str or None
        Name of the sheet, when it was given.

    Returns
    -------
    Sheet

    Raises
    ------
    InvalidData
        When there is no such sheet, none with a table, or more than one.
    """
    if name is not None:
        if name not in workbook.sheet_names:
            what = f"there is no sheet named {name!r}; there are {_listed(workbook.sheet_names)}."
            raise InvalidData([Fault(file, None, what, "Name one of them with sheet: in region.yaml.")])
        return _read(workbook, name, file)
    seen = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    hidden = [sheet for sheet in workbook.sheet_names if sheet not in seen]
    sheets = [_read(workbook, sheet, file) for sheet in seen]
    tables = [sheet for sheet in sheets if _holds_table(sheet)] or [sheet for sheet in sheets if _has_cells(sheet)]
    if len(tables) > 1:
        what = f"more than one sheet holds a table: {_listed([sheet.name for sheet in tables])}."
        raise InvalidData([Fault(file, None, what, "Say which with sheet: in region.yaml.")])
    if not tables:
        what = "no visible sheet holds anything."
        remedy = f"Name a hidden one with sheet: in region.yaml ({_listed(hidden)})." if hidden else "Export it again."
        raise InvalidData([Fault(file, None, what, remedy)])
    others = [sheet.name for sheet in sheets if sheet is not tables[0] and _has_cells(sheet)]
    doubts = (f"The sheet {tables[0].name!r} is read; {_listed(others)} also holds something.",) if others else ()
    return Sheet(tables[0].name, tables[0].rows, tables[0].merged, doubts)


def _read(workbook: calamine.CalamineWorkbook, name: str, file: str) -> Sheet:
    try:
        sheet = workbook.get_sheet_by_name(name)
        return Sheet(name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ())
    except (calamine.CalamineError, ValueError, OverflowError) as error:
        fault = Fault(file, None, f"the sheet {name!r} cannot be read ({error}).", "Save it again as .xlsx in Excel.")
        raise InvalidData([fault]) from None


def _has_cells(sheet: Sheet) -> bool:
    return any(not is_empty(cell) for row in sheet.rows for cell in row)


def _holds_table(sheet: Sheet) -> bool:
    wide = 0
    for row in sheet.rows:
        wide += sum(1 for cell in row if not is_empty(cell)) >= _FEWEST_COLUMNS
        if wide >= _FEWEST_ROWS:
            return True
    return False


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
