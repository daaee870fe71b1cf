"""Finding a number again: the one cell of the one table of an executed notebook that it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nbformat import NotebookNode

from utfall.errors import InvalidParameter
from utfall.presentation.disclosure import HIDDEN
from utfall.presentation.numbers import as_decimal
from utfall.presentation.shown_data import Cell, DataColumn, ShownData
from utfall.publishing.outputs import data_behind

MOST_LISTED = 12
"""How many tables, rows or columns an error lists; the rest are counted."""

_HIDDEN = re.compile(rf"<\s*\d+|{HIDDEN}")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_PART_OF_ROW = " · "


@dataclass(frozen=True)
class FoundCell:
    """A cell of a table of an executed notebook.

    Parameters
    ----------
    value : str, int, float or None
        What it holds.
    cell : int
        Cell of the notebook, the first being 1.
    table, row, column : str
        The table's full title, what tells the row, and the column's heading.
    kind : DataColumn
        The column.
    """

    value: Cell
    cell: int
    table: str
    row: str
    column: str
    kind: DataColumn

    def number(self) -> Decimal:
        """Read the value as a number, a share in per cent.

        Raises
        ------
        InvalidParameter
            When the cell is missing, hidden or holds a text.
        """
        where = f'row "{self.row}", column "{self.column}" of the table "{self.table}"'
        if self.value is None:
            raise InvalidParameter(f"{where} is missing there; a missing number cannot be told, so take it away.")
        if isinstance(self.value, str):
            if _HIDDEN.fullmatch(self.value):
                raise InvalidParameter(f"{where} is hidden to protect persons; take it away, it may not be told.")
            raise InvalidParameter(f'{where} holds the text "{self.value}", no number; name another column.')
        exact = as_decimal(self.value) or Decimal(0)
        return exact.scaleb(2) if self.kind.kind == "percent" else exact


def find_cell(notebook: NotebookNode, table: str, row: str | Mapping[str, str], column: str) -> FoundCell:
    """Find one cell of one table of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook.
    table : str
        Title of the table or chart, or a part that no other has.
    row : str or mapping of str to str
        What stands in the row's first text or month, or heading → what stands there.
    column : str
        Heading of the column, without unit.

    Returns
    -------
    FoundCell

    Raises
    ------
    InvalidParameter
        When the table, row or column is not there, or is there twice; the message lists what there is.

    Examples
    --------
    >>> import pandas as pd
    >>> from nbformat import from_dict
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> from utfall.presentation.tables import Column, Table
    >>> columns = {"post": Column("Post"), "amount": Column("Utfall", "amount")}
    >>> shown = Table(pd.DataFrame({"post": ["Lön"], "amount": [-5.5]}), "Utfall 2026", columns)
    >>> output = from_dict({"output_type": "display_data", "metadata": {}, "data": shown._repr_mimebundle_()})
    >>> find_cell(new_notebook(cells=[new_code_cell(outputs=[output])]), "Utfall", "Lön", "Utfall").number()
    Decimal('-5.5')
    """
    return cell_of(data_behind(notebook), table, row, column)


def cell_of(shown: Mapping[str, ShownData], table: str, row: str | Mapping[str, str], column: str) -> FoundCell:
    """Find a cell as `find_cell` does, in tables that have been read out of the notebook by `data_behind`."""
    number, data = _table(shown, table)
    labels = _told_apart([heading.label for heading in data.columns])
    at = _column(labels, column, data)
    chosen, told = _row(data, labels, row)
    cell = int(number.partition("-")[0]) + 1
    return FoundCell(data.rows[chosen][at], cell, data.title, told, labels[at], data.columns[at])


def _table(shown: Mapping[str, ShownData], table: str) -> tuple[str, ShownData]:
    wanted = _plain(table)
    titles = {number: _plain(data.title) for number, data in shown.items()}
    found = [number for number, title in titles.items() if title == wanted]
    found = found or [number for number, title in titles.items() if wanted in title]
    if len(found) != 1:
        said = "is not there" if not found else f"is the title of {len(found)} tables"
        listed = titles.values() if not found else [titles[number] for number in found]
        raise InvalidParameter(f'The table "{table}" {said}; name one of {_listed(listed)}.')
    return found[0], shown[found[0]]


def _column(labels: Sequence[str], column: str, data: ShownData) -> int:
    wanted = _plain(column)
    at = [position for position, label in enumerate(labels) if _plain(label) == wanted]
    if not at:
        raise InvalidParameter(f'The table "{data.title}" has no column "{column}"; it has {_listed(labels)}.')
    return at[0]


def _row(data: ShownData, labels: Sequence[str], row: str | Mapping[str, str]) -> tuple[int, str]:
    """Position of a row, and what tells it from the others."""
    keys = [position for position, heading in enumerate(data.columns) if not heading.is_number]
    if isinstance(row, str):
        first = keys[0] if keys else 0
        found = [at for at, cells in enumerate(data.rows) if _is(cells[first], row, data.columns[first])]
        parts = dict(part.partition(": ")[::2] for part in row.split(_PART_OF_ROW))
        if found or not {_plain(label) for label in parts} <= {_plain(label) for label in labels}:
            return _only(found, row, data, first), row
        row = parts
    told = _PART_OF_ROW.join(f"{label}: {text}" for label, text in row.items())
    wanted = {_column(labels, label, data): text for label, text in row.items()}
    found = [
        at
        for at, cells in enumerate(data.rows)
        if all(_is(cells[position], text, data.columns[position]) for position, text in wanted.items())
    ]
    return _only(found, told, data, next(iter(wanted), keys[0] if keys else 0)), told


def _only(found: Sequence[int], row: str, data: ShownData, shown_by: int) -> int:
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(at + 1) for at in found)
        headings = ", ".join(column.label for column in data.columns if not column.is_number)
        raise InvalidParameter(
            f'The table "{data.title}" has the row "{row}" {len(found)} times (rows {places}); '
            f"tell them apart by more columns, of {headings}."
        )
    there = _listed(str(cells[shown_by]) for cells in data.rows)
    raise InvalidParameter(f'The table "{data.title}" has no row "{row}"; it has {there}.')


def _is(cell: Cell, text: str, column: DataColumn) -> bool:
    if cell is None:
        return False
    if column.kind == "period":  # a month may be given without its day
        return str(cell) == text or (len(text) == len("2026-10") and str(cell).startswith(f"{text}-"))
    return _plain(str(cell)) == _plain(text)


def _told_apart(labels: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    apart = []
    for label in labels:
        seen[label] += 1
        apart.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return apart


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _listed(texts: Iterable[str]) -> str:
    every = [f'"{text}"' for text in texts]
    if not every:
        return "none"
    more = f" and {len(every) - MOST_LISTED} more" if len(every) > MOST_LISTED else ""
    return ", ".join(every[:MOST_LISTED]) + more
