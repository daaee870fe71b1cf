"""Several files that are one table: a ledger exported year by year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from utfall.errors import Fault, InvalidData
from utfall.sources.source import SOURCE_ROW, Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

ROWS_APART = 10**10
"""What a file's row numbers are moved by, so that a number tells the file too: more rows than any file has."""


class SeveralFiles(Source):
    """Files with the same columns, one after another.

    Parameters
    ----------
    parts : sequence of Source
        The files, in order; at least one.

    Raises
    ------
    InvalidData
        When one of them lacks a column that another has.
    """

    def __init__(self, parts: Sequence[Source]) -> None:
        self.parts = tuple(parts)
        self.file = f"{parts[0].file} … {parts[-1].file} ({len(parts)} files)"
        self.columns = parts[0].columns
        faults = []
        for part in parts[1:]:
            for column in sorted(set(self.columns) ^ set(part.columns)):
                lacks = part if column not in part.columns else parts[0]
                what = f"the column {column!r} is missing, which other files of the same table have."
                faults.append(Fault(lacks.file, None, what, "Export all of them with the same columns."))
        if faults:
            raise InvalidData(faults)

    def relation(self, connection: DuckDBPyConnection, *, numbered: bool = False) -> DuckDBPyRelation:
        """Give the rows; see `Source.relation`."""
        names = ", ".join(f'"{_quoted(column)}"' for column in self.columns)
        united: DuckDBPyRelation | None = None
        for place, part in enumerate(self.parts):
            number = f", {SOURCE_ROW} + {place * ROWS_APART} AS {SOURCE_ROW}" if numbered else ""
            rows = part.relation(connection, numbered=numbered).project(names + number)
            united = rows if united is None else united.union(rows)
        assert united is not None
        return united

    def place(self, row: int) -> tuple[str, int]:
        """Tell file and row; see `Source.place`."""
        part, row = divmod(row, ROWS_APART)
        return self.parts[part].place(row)

    def left_out(self) -> dict[str, int]:
        """Tell the rows left out; see `Source.left_out`."""
        total: Counter[str] = Counter()
        for part in self.parts:
            total.update(part.left_out())
        return dict(total)


def _quoted(name: str) -> str:
    return name.replace('"', '""')
