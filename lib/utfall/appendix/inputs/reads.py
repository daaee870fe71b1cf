"""Which tables a notebook reads: noted while it runs on the house's own inputs, in two cells of ours around its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from utfall.appendix.inputs.rules import FORECASTS, RULES, SHARED_TABLES, Form
from utfall.appendix.noting import NOTES_MIME
from utfall.errors import Fault, InvalidData, UtfallError

FINE = ("activity", "counterparty", "project", "voucher", "text")
"""Columns of the ledger that stay in the house."""

OURS = "utfall-noting"
"""Tag of the two cells."""

_CALL = "__import__('utfall.appendix.noting', fromlist=['noting']).{}()"
"""Called without a name that the notebook's own cells could see."""


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
    def kept_back(self) -> dict[str, tuple[str, ...]]:
        """Table → its columns that were read but do not leave.

        Examples
        --------
        >>> Reads({"staffing": frozenset({"amount"}), "ledger": frozenset({"text", "amount"})}).kept_back
        {'staffing': ('amount',), 'ledger': ('text',)}
        """
        kept = {
            name: tuple(sorted(self.columns[name]))
            for name in sorted(self.columns)
            if name in RULES and RULES[name].form is Form.STAYS
        }
        fine = tuple(column for column in FINE if column in self.columns.get("ledger", ()))
        return {**kept, "ledger": fine} if fine else kept

    @property
    def left_behind(self) -> tuple[str, ...]:
        """What was read but does not leave, as Swedish sentences: with it the figures may come out otherwise.

        Examples
        --------
        >>> Reads({"staffing": frozenset({"amount"})}).left_behind[0][:43]
        'Tabellen staffing läses men lämnas inte ut:'
        """
        return tuple(
            f"Huvudbokens {', '.join(columns)} läses men lämnas inte ut: {RULES[name].why}"
            if name == "ledger"
            else f"Tabellen {name} läses men lämnas inte ut: {RULES[name].why}"
            for name, columns in self.kept_back.items()
        )

    def __or__(self, other: Reads) -> Reads:
        names = {*self.columns, *other.columns}
        return Reads({n: self.columns.get(n, frozenset()) | other.columns.get(n, frozenset()) for n in sorted(names)})


def noting(notebook: NotebookNode, name: str) -> NotebookNode:
    """Give a notebook that runs as it would, and notes what it reads of its region.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook; it opens its region itself, as all notebooks of the kit do.
    name : str
        What it is called, for a fault.

    Returns
    -------
    NotebookNode
        The same with a cell before its own and one after them.

    Raises
    ------
    InvalidData
        When a cell is no plain Python: what a shell command reads cannot be noted.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            _require_python(cell.source, number, name)
    first, last = (
        new_code_cell(_CALL.format(call), id=f"{OURS}-{call}", metadata={"tags": [OURS]}) for call in ("begin", "tell")
    )
    return NotebookNode({**notebook, "cells": [first, *notebook.cells, last]})


def noted(executed: NotebookNode) -> tuple[NotebookNode, Reads]:
    """Take the notes out of a notebook that `noting` gave, when it has been run.

    Parameters
    ----------
    executed : NotebookNode
        The executed notebook; it is changed.

    Returns
    -------
    notebook : NotebookNode
        As it would be had nothing been noted: its cells are counted anew.
    reads : Reads
        What it read.

    Raises
    ------
    UtfallError
        When there are no notes.
    """
    first, last = (cell for cell in executed.cells if OURS in cell.metadata.get("tags", ()))
    notes = next((output.data[NOTES_MIME] for output in last.outputs if NOTES_MIME in output.get("data", {})), None)
    if notes is None:
        raise UtfallError("What the notebook reads could not be noted: it changes how outputs are shown.")
    executed.cells = [cell for cell in executed.cells if cell is not first and cell is not last]
    for counted in _counted(executed):
        if counted.execution_count is not None and counted.execution_count > first.execution_count:
            counted.execution_count -= 1
    # Forecasts that were stored lie beside the tables, and no store is asked for them.
    columns = {**({FORECASTS: []} if notes["opened"] else {}), **notes["columns"]}
    return executed, Reads({table: frozenset(names) for table, names in sorted(columns.items())})


def _counted(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell
            yield from (output for output in cell.outputs if "execution_count" in output)


def _require_python(source: str, number: int, name: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        what = f"cell {number} is no plain Python ({error.msg}), so what it reads cannot be noted."
        raise InvalidData([Fault(name, None, what, "Take out magics and shell commands.")]) from None
