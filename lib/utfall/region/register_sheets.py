"""Registers in Excel: a sheet for each list, read into the same rows as YAML.

A register is kept in ``organisation.yaml``, or in ``organisation.xlsx``, or in a sheet of ``register.xlsx`` that holds
several; never in two of them. A sheet is named as the list in the YAML file (``units``), its first row holds the same
column names, and a list of values is one text parted by semicolons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel

from utfall.errors import Fault, InvalidData
from utfall.region.register_cells import cell_value
from utfall.sources import YamlRow

REGISTER_WORKBOOK = "register.xlsx"
"""A workbook with a sheet for each of several registers."""

EXPLANATION_SHEET = "Förklaring"
"""Sheet that explains the columns; it is no register."""

SHEET_FILES = {
    "units": "organisation.yaml",
    "lines": "accounts.yaml",
    "accounts": "accounts.yaml",
    "measures": "measures.yaml",
    "goals": "goals.yaml",
    "decisions": "decisions.yaml",
    "comments": "comments.yaml",
    "events": "events.yaml",
    "reports": "reports.yaml",
    "scenarios": "scenarios.yaml",
    "assumptions": "scenarios.yaml",
    "correlations": "scenarios.yaml",
    "limits": "scenarios.yaml",
    "investments": "investments.yaml",
    "loans": "investments.yaml",
    "projects": "projects.yaml",
    "project_items": "projects.yaml",
}
"""Sheet, which is the name of the list, to the YAML file that would hold it."""

PARTIAL_FILES = frozenset({"scenarios.yaml", "investments.yaml", "projects.yaml"})
"""Files, and workbooks of the same names, that need not hold all of their lists."""

_SAVE_AGAIN = "Correct the cell."


class SheetRow(int):
    """Row of a sheet, which knows the sheet it is in."""

    place: str = ""


@dataclass(frozen=True)
class RegisterSheet:
    """A sheet that holds a register.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        Its name there.
    """

    path: Path
    sheet: str

    @property
    def place(self) -> str:
        """How a fault names it."""
        return f"{self.path.name}, sheet {self.sheet}"

    def rows(self, model: type[BaseModel]) -> list[YamlRow]:
        """Read the rows as YAML would have given them; an empty cell is a column that is not given.

        Parameters
        ----------
        model : type
            The row's model, which says what each column is.

        Returns
        -------
        list of YamlRow

        Raises
        ------
        InvalidData
            When the sheet cannot be read, or a column is unknown or given twice.
        """
        from utfall.sources.excel.cells import is_empty
        from utfall.sources.excel.sheets import choose_sheet, open_workbook

        cells = choose_sheet(self.path.name, open_workbook(self.path), self.sheet).rows
        filled = [(number, row) for number, row in enumerate(cells, 1) if not all(map(is_empty, row))]
        if not filled:
            what = "there is no row with column names."
            raise InvalidData([Fault(self.place, 1, what, f"Write {', '.join(model.model_fields)} there.")])
        (header_row, header), *below = filled
        names = [str(cell).strip() for cell in header]
        self._refuse_names(names, header_row, model)
        self._refuse_damage()
        rows = []
        faults = []
        for number, values in below:
            row = YamlRow()
            row.line = SheetRow(number)
            row.line.place = self.place
            for place, cell in enumerate(values):
                if is_empty(cell):
                    continue
                if place >= len(names) or not names[place]:
                    what = f"{str(cell)!r} stands in a column without a name."
                    faults.append(
                        Fault(self.place, number, what, "Name the column in the first row, or clear the cell.")
                    )
                    continue
                try:
                    row[names[place]] = cell_value(cell, model.model_fields[names[place]])
                except ValueError as error:
                    faults.append(Fault(self.place, number, f"{names[place]} {error}.", _SAVE_AGAIN))
            rows.append(row)
        if faults:
            raise InvalidData(faults)
        return rows

    def _refuse_names(self, names: Sequence[str], row: int, model: type[BaseModel]) -> None:
        known = ", ".join(model.model_fields)
        faults = [
            Fault(self.place, row, f"{name} is not a column here.", f"Use one of {known}.")
            for name in names
            if name and name not in model.model_fields
        ]
        twice = sorted({name for name in names if name and list(names).count(name) > 1})
        faults += [Fault(self.place, row, f"the column {name} is given twice.", "Keep one of them.") for name in twice]
        if faults:
            raise InvalidData(faults)

    def _refuse_damage(self) -> None:
        from utfall.sources.excel.damage import find_damage

        found = [
            Fault(self.place, damage.row, f"a cell {damage.what}", damage.remedy)
            for damage in find_damage(self.path, self.sheet)
        ]
        if found:
            raise InvalidData(found)


def sheet_of(path: Path, key: str) -> RegisterSheet | None:
    """Find the sheet that holds a register instead of a YAML file.

    Parameters
    ----------
    path : Path
        The YAML file, which there may not be.
    key : str
        Name of the list in it.

    Returns
    -------
    RegisterSheet or None
        None where no workbook holds it.

    Raises
    ------
    InvalidData
        When the register is kept in two places, or a workbook has no such sheet or one that is no register.
    """
    own, shared = path.with_suffix(".xlsx"), path.with_name(REGISTER_WORKBOOK)
    own_name = _named(own, key) if own.is_file() else None
    found = [] if own_name is None else [RegisterSheet(own, own_name)]
    if shared.is_file() and (name := register_sheets(shared).get(key)) is not None:
        found.append(RegisterSheet(shared, name))
    places = [*([path.name] if path.is_file() else []), *(sheet.place for sheet in found)]
    if len(places) > 1 and found:
        what = f"the list {key} is kept in {' and in '.join(places)}."
        raise InvalidData(
            [Fault(path.name, None, what, f"Remove it from one of them: from {' or from '.join(places)}.")]
        )
    return found[0] if found else None


def register_sheets(path: Path) -> dict[str, str]:
    """Find the registers in a workbook.

    Parameters
    ----------
    path : Path
        The workbook.

    Returns
    -------
    dict of str to str
        List to the sheet's name as it is written there; hidden sheets are left alone.

    Raises
    ------
    InvalidData
        When the workbook cannot be read, or a sheet is named as no register.
    """
    state = path.stat()
    return dict(_sheets_in(path, state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=32)
def _sheets_in(path: Path, changed: int, size: int) -> dict[str, str]:
    """As `register_sheets`; a workbook that has not changed is not opened again for each of its lists."""
    import python_calamine as calamine

    from utfall.sources.excel.sheets import open_workbook

    visible = calamine.SheetVisibleEnum.Visible
    shown = [sheet.name for sheet in open_workbook(path).sheets_metadata if sheet.visible == visible]
    sheets = {name.strip().casefold(): name for name in shown if name.strip() != EXPLANATION_SHEET}
    unknown = [name for key, name in sheets.items() if key not in SHEET_FILES]
    if unknown:
        remedy = f"Name it as one of {', '.join(SHEET_FILES)}, hide it, or remove it."
        raise InvalidData(
            [Fault(path.name, None, f"the sheet {name!r} is the name of no register.", remedy) for name in unknown]
        )
    return sheets


@contextmanager
def faults_by_sheet(folder: Path) -> Iterator[None]:
    """Let faults of registers that are kept in Excel name their workbook and sheet, not the YAML there could be.

    Parameters
    ----------
    folder : Path
        The region's folder.

    Raises
    ------
    InvalidData
        As it was raised within, with the places of workbooks.
    """
    try:
        yield
    except InvalidData as error:
        kept = {}
        for file in dict.fromkeys(SHEET_FILES.values()):
            own = (folder / file).with_suffix(".xlsx")
            if not (folder / file).exists() and (own.is_file() or (folder / REGISTER_WORKBOOK).is_file()):
                kept[file] = own.name if own.is_file() else REGISTER_WORKBOOK
        if not kept:
            raise
        raise InvalidData([_told_by_sheet(fault, kept) for fault in error.faults]) from None


def lists_of(file: str) -> tuple[str, ...]:
    """Name the lists that a register file may hold.

    Parameters
    ----------
    file : str
        Name of the YAML file.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> lists_of("investments.yaml")
    ('investments', 'loans')
    """
    return tuple(key for key, name in SHEET_FILES.items() if name == file)


def _named(path: Path, key: str) -> str | None:
    """The sheet of a register in the workbook of its own; None where that need not hold it."""
    sheets = register_sheets(path)
    if SHEET_FILES[key] in PARTIAL_FILES:
        lists = lists_of(SHEET_FILES[key])
        strangers = [name for other, name in sheets.items() if other not in lists]
        if strangers or not sheets:
            what = f"the sheet {strangers[0]} does not belong here." if strangers else "there is no sheet."
            remedy = f"Name the sheets {', '.join(lists)}; other registers may be kept in {REGISTER_WORKBOOK}."
            raise InvalidData([Fault(path.name, None, what, remedy)])
        return sheets.get(key)
    if key not in sheets:
        what = f"there is no sheet named {key}; there are {', '.join(sheets.values()) or 'none'}."
        raise InvalidData([Fault(path.name, None, what, f"Name the sheet with the register {key}.")])
    return sheets[key]


def _told_by_sheet(fault: Fault, kept: dict[str, str]) -> Fault:
    what, remedy = fault.what, fault.remedy
    for file, workbook in kept.items():
        what, remedy = what.replace(file, workbook), remedy.replace(file, workbook)
    place = getattr(fault.row, "place", "") or kept.get(fault.file, fault.file)
    return Fault(place, None if fault.row is None else int(fault.row), what, remedy)
