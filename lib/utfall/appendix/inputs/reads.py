"""Which tables a notebook reads: it is run once, statement by statement, with a store that takes notes.

Nobody has to keep a list that says what each analysis needs, and the notes are of what was read, not of what could
have been.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from utfall.appendix.inputs.rules import FORECASTS, RULES, SHARED_TABLES, Form
from utfall.errors import Fault, InvalidData
from utfall.region import TABLES, Region
from utfall.region.store import EngineStore, Store

PARAMETERS = "parameters"
"""Tag of the cell whose values are replaced."""

FINE = ("activity", "counterparty", "project", "voucher", "text")
"""Columns of the ledger that stay in the house."""


@dataclass(frozen=True)
class Reads:
    """What notebooks have read.

    Parameters
    ----------
    columns : mapping of str to frozenset of str
        Table → its columns that were read.
    """

    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def tables(self) -> frozenset[str]:
        """Tables to hand to `take_inputs`."""
        return frozenset(self.columns) | SHARED_TABLES

    @property
    def booked_on(self) -> bool:
        """Whether the day of booking was read."""
        return "booked_on" in self.columns.get("ledger", ())

    @property
    def left_behind(self) -> tuple[str, ...]:
        """What was read but does not leave, as Swedish sentences: with it the figures may come out otherwise.

        Examples
        --------
        >>> Reads({"staffing": frozenset({"amount"})}).left_behind[0][:43]
        'Tabellen staffing läses men lämnas inte ut:'
        """
        said = [
            f"Tabellen {name} läses men lämnas inte ut: {RULES[name].why}"
            for name in sorted(self.columns)
            if name in RULES and RULES[name].form is Form.STAYS
        ]
        fine = [column for column in FINE if column in self.columns.get("ledger", ())]
        if fine:
            said.append(f"Huvudbokens {', '.join(fine)} läses men lämnas inte ut: {RULES['ledger'].why}")
        return tuple(said)

    def __or__(self, other: Reads) -> Reads:
        names = {*self.columns, *other.columns}
        return Reads({n: self.columns.get(n, frozenset()) | other.columns.get(n, frozenset()) for n in sorted(names)})


def tables_read(notebook: Path, parameters: Mapping[str, Any]) -> Reads:
    """Run a notebook in this process and note what it reads of the region.

    Parameters
    ----------
    notebook : Path
        The notebook; it opens its region itself, as all notebooks of the kit do.
    parameters : mapping
        Values for the cell tagged ``parameters``. A relative folder is sought as `utfall.open_region` seeks it.

    Returns
    -------
    Reads
        Sums of amounts are read from ledger and budget and not noted one by one.

    Raises
    ------
    InvalidData
        When a cell is no plain Python, so that it cannot be followed.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    noted: dict[str, set[str]] = {}
    for number, statement in _statements(notebook):
        code = compile(ast.Module([statement], []), f"<{notebook.name}, cell {number}>", "exec")
        with contextlib.redirect_stdout(None):
            exec(code, names)
        if isinstance(statement, ast.Assign) and number == 0:
            names.update(parameters)
        for value in list(names.values()):
            if isinstance(value, Region) and not isinstance(value.store, _NotingStore):
                value.store = _NotingStore(value.store, noted)
    if FORECASTS not in noted and any(isinstance(value, Region) for value in names.values()):
        noted[FORECASTS] = set()
    return Reads({name: frozenset(columns) for name, columns in sorted(noted.items())})


def _statements(notebook: Path) -> Iterator[tuple[int, ast.stmt]]:
    """Every statement, with its cell; the cell of parameters is number 0."""
    for number, cell in enumerate(nbformat.read(notebook, as_version=4).cells, start=1):
        if cell.cell_type != "code":
            continue
        try:
            body = ast.parse(cell.source).body
        except SyntaxError as error:
            what = f"cell {number} is no plain Python ({error.msg}), so what it reads cannot be followed."
            fault = Fault(notebook.name, None, what, "Take out magics and shell commands.")
            raise InvalidData([fault]) from None
        for statement in body:
            yield 0 if PARAMETERS in cell.metadata.get("tags", []) else number, statement


class _NotingStore(Store):
    """A store that notes which tables and columns are asked for."""

    def __init__(self, store: Store, noted: dict[str, set[str]]) -> None:
        self._store, self._noted = store, noted
        self.tables = store.tables

    def _note(self, table: str, columns: Sequence[str] | None) -> None:
        self._noted.setdefault(table, set()).update(TABLES[table].columns if columns is None else columns)

    def rows(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        self._note(table, columns)
        return self._store.rows(table, units=units, first=first, last=last, columns=columns)

    def total(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> float:
        self._note(table, ["amount"])
        return self._store.total(table, units=units, first=first, last=last, version=version)

    def span(self, table: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        return self._store.span(table)

    @cached_property
    def engine(self) -> EngineStore:
        return _NotingEngine(self._store.engine.connection, self._note)

    def close(self) -> None:
        self._store.close()


class _NotingEngine(EngineStore):
    """An engine that notes which tables are asked for."""

    def __init__(self, connection: Any, note: Any) -> None:
        super().__init__(connection)
        self._note = note

    def table(self, name: str) -> Any:
        self._note(name, None)
        return super().table(name)
