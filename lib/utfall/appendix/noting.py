"""What a notebook reads of its region, noted inside the notebook's own kernel.

The notes are of what was read, not of what could have been, and nobody has to keep a list that says what each analysis
needs.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, cast

import pandas as pd

from utfall.region import TABLES, Region
from utfall.region.store import EngineStore, Store

NOTES_MIME = "application/vnd.utfall.reads+json"
"""Kind of the output that holds the notes."""

Notes = dict[str, set[str]]
"""Table → its columns that were read."""

_NOTES: Notes = {}
_OPENED: list[str] = []


def begin() -> None:
    """Note from here on what is read of every region that is opened in this process.

    A kernel that has begun does not stop noting: it runs one notebook and is gone after it.
    """
    made = Region.__init__

    @functools.wraps(made)
    def made_noting(region: Region, *given: Any, **named: Any) -> None:
        made(region, *given, **named)
        region.store = NotingStore(region.store, _NOTES)
        _OPENED.append(region.data_version)

    Region.__init__ = cast(Any, made_noting)  # type: ignore[method-assign]


def tell() -> None:
    """Show the notes as an output of the cell that is running."""
    from IPython.display import publish_display_data

    columns = {table: sorted(columns) for table, columns in _NOTES.items()}
    publish_display_data({NOTES_MIME: {"opened": _OPENED, "columns": columns}}, {})


class NotingStore(Store):
    """A store that notes which tables and columns are asked for.

    Sums of amounts are made from ledger and budget, which always leave, and are not noted one by one.

    Parameters
    ----------
    store : Store
        The store that answers.
    notes : dict of str to set of str
        Where the notes are put.
    """

    def __init__(self, store: Store, notes: Notes) -> None:
        self._store, self._notes = store, notes
        self.tables = store.tables

    def note(self, table: str, columns: Sequence[str] | None = None) -> None:
        """Note that a table is read.

        Parameters
        ----------
        table : str
            The table.
        columns : sequence of str, optional
            The columns; all when not given.
        """
        self._notes.setdefault(table, set()).update(TABLES[table].columns if columns is None else columns)

    def rows(self, table: str, **asked: Any) -> pd.DataFrame:
        """Read rows; see `Store.rows`."""
        self.note(table, asked.get("columns"))
        return self._store.rows(table, **asked)

    def total(self, table: str, **asked: Any) -> float:
        """Add up amounts; see `Store.total`."""
        self.note(table, ["amount"])
        return self._store.total(table, **asked)

    def sums(self, table: str, by: Sequence[str], **asked: Any) -> pd.DataFrame:
        """Add up amounts; see `Store.sums`."""
        self.note(table, [*by, "amount"])
        return self._store.sums(table, by, **asked)

    def expression(self, table: str) -> Any:
        """Give a table; see `Store.expression`."""
        self.note(table)
        return self._store.expression(table)

    def span(self, table: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last month; see `Store.span`."""
        return self._store.span(table)

    @property
    def engine(self) -> EngineStore:
        """The engine; whoever asks it may read any table."""
        for table in self.tables:
            self.note(table)
        return self._store.engine

    def close(self) -> None:
        """Let go of files and connections."""
        self._store.close()
