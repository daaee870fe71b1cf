"""What every reader of an outside file gives: named columns, the row each value came from, and what was left out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

SOURCE_ROW = "source_row"
"""Column of the row in the file, as a person counts it (the first line of a text file is 1)."""


class Source(ABC):
    """One outside file, opened and found readable as a whole; nothing in it is interpreted yet.

    A row that cannot be read (too many values, broken quotes, bytes of another encoding) is a fault by its row, raised
    as `InvalidData` when the source is opened or asked. A row that is no data (blank, a title, a repeated header) is
    left out and counted: ``rows read = rows given + rows left out``, always.
    """

    file: str
    """Name of the file, for messages."""

    columns: tuple[str, ...]
    """Names of the columns, as the file has them (spaces around them taken off)."""

    @abstractmethod
    def relation(self, connection: DuckDBPyConnection, *, numbered: bool = False) -> DuckDBPyRelation:
        """Give the rows to an embedded DuckDB, unread until they are asked for.

        Parameters
        ----------
        connection : DuckDBPyConnection
            The engine.
        numbered : bool, default False
            Whether to give `SOURCE_ROW` too. Counting rows keeps an engine to one core: a big file is read without,
            and once more with numbers when some of its rows have to be named.

        Returns
        -------
        DuckDBPyRelation
            `columns`, texts as ``VARCHAR`` (a file that has types, such as Excel or Parquet, may give numbers, decimals
            and timestamps as such), then `SOURCE_ROW` as ``BIGINT`` where asked for; the same rows in the order of the
            file both times.
        """

    def place(self, row: int) -> tuple[str, int]:
        """Tell which file, and which row of it, a number in `SOURCE_ROW` is."""
        return self.file, row

    def stated_sums(self) -> dict[str, str]:
        """Tell the sums a closing sum row states: column → text as written; empty when the file has no such row."""
        return {}

    @abstractmethod
    def left_out(self) -> dict[str, int]:
        """Tell the rows that were left out: reason in English → how many. Known once the relation has been read."""


@dataclass(frozen=True)
class ArrowSource(Source):
    """Rows that a reader has in memory.

    Parameters
    ----------
    file : str
        Name of the file.
    table : pyarrow.Table
        The rows, with the column `SOURCE_ROW`.
    reasons : dict of str to int
        The rows left out.
    """

    file: str
    table: pa.Table
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        """Names of the columns."""
        return tuple(name for name in self.table.column_names if name != SOURCE_ROW)

    def relation(self, connection: DuckDBPyConnection, *, numbered: bool = False) -> DuckDBPyRelation:
        """Give the rows; see `Source.relation`."""
        return connection.from_arrow(self.table if numbered else self.table.drop_columns([SOURCE_ROW]))

    def left_out(self) -> dict[str, int]:
        """Tell the rows left out; see `Source.left_out`."""
        return dict(self.reasons)
