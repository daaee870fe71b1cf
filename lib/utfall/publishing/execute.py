"""Running one notebook, through papermill."""

from __future__ import annotations

import contextlib
import json
import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from utfall.publishing.outcome import CELL_SECONDS, Failure, FailureKind
from utfall.publishing.warm.engine import WarmEngine

START_ATTEMPTS = 3
"""How many times a kernel is started before its report is given up; under load a start may fail by chance."""

START_SECONDS = 60
"""How long a kernel may take to answer for the first time."""

ENGINE = "utfall-warm"
"""Name of the kit's engine in papermill."""

KERNEL = "python3"
"""Name that Jupyter gives the kernel of the interpreter it runs in itself."""

# The package also registers it where papermill looks, for others; a checkout that was moved on is not installed anew.
papermill_engines.register(ENGINE, WarmEngine)

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class NotebookFailed(Exception):
    """A notebook could not be run to its end.

    Parameters
    ----------
    failure : Failure
        Why.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, Any],
    executed: Path,
    *,
    cell_seconds: float = CELL_SECONDS,
    start_seconds: float = START_SECONDS,
) -> NotebookNode:
    """Run a notebook with its parameters, in its own folder and in a kernel of its own.

    A kernel that dies before the first cell is started again; a cell is never run twice.

    Parameters
    ----------
    notebook : Path
        The notebook.
    parameters : mapping
        Values for the cell tagged ``parameters``.
    executed : Path
        Where the executed notebook is written, once, when it is done or has failed.
    cell_seconds, start_seconds : float
        How long a cell and a kernel's start may take.

    Returns
    -------
    NotebookNode
        The executed notebook.

    Raises
    ------
    NotebookFailed
        When a cell raised an error, ran too long, or the kernel died.
    """
    for attempt in range(1, START_ATTEMPTS + 1):
        progress = _Progress()
        try:
            return _executed(
                notebook,
                dict(parameters),
                executed.resolve(),
                start_timeout=start_seconds,
                execution_timeout=cell_seconds,
                on_notebook_start=progress.kernel_answered,
                on_cell_start=progress.cell_started,
            )
        except Exception as error:
            if not progress.started and isinstance(error, RuntimeError | OSError) and attempt < START_ATTEMPTS:
                continue
            raise NotebookFailed(_failure(error, progress, cell_seconds)) from error
    raise AssertionError("the last attempt either returns or raises")


def _executed(notebook: Path, parameters: dict[str, Any], executed: Path, **limits: Any) -> NotebookNode:
    """Take papermill's steps one by one: its function for all of them spends as much on writing as on running."""
    node = load_notebook_node(str(notebook))
    if parameters:
        node = parameterize_notebook(node, parameters, kernel_name=KERNEL, language="python", engine_name=ENGINE)
    node = prepare_notebook_metadata(node, str(notebook), str(executed))
    with contextlib.chdir(notebook.parent):
        node = papermill_engines.execute_notebook_with_engine(
            ENGINE,
            node,
            # The interpreter of the kit itself, whatever environment the notebook was written in.
            kernel_name=KERNEL,
            progress_bar=False,
            # To say goodbye politely costs more than the cells of a report.
            shutdown_kernel="immediate",
            **limits,
        )
    raise_for_execution_errors(node, str(executed))
    executed.write_text(as_json(node), encoding="utf-8")
    return node


def as_json(notebook: NotebookNode) -> str:
    r"""Write a notebook as nbformat does, but a cell a line: Python indents JSON only at a tenth of its speed.

    Examples
    --------
    >>> from nbformat import reads
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("# Ett"), new_markdown_cell("## Två")])
    >>> as_json(notebook).count("\n")
    5
    >>> reads(as_json(notebook), 4) == notebook
    True
    """
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False, sort_keys=True) for cell in notebook.cells)
    others = {name: part for name, part in notebook.items() if name != "cells"}
    rest = json.dumps(others, ensure_ascii=False, sort_keys=True)
    return f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'


class _Progress:
    """How far a notebook got; nbclient tells it."""

    def __init__(self) -> None:
        self.started = False
        self.cell = 0

    def kernel_answered(self, **_: Any) -> None:
        self.started = True

    def cell_started(self, cell: NotebookNode, cell_index: int) -> None:
        self.cell = cell_index + 1


def _failure(error: Exception, progress: _Progress, cell_seconds: float) -> Failure:
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, PapermillExecutionError):
        return _cell_failure(error)
    if isinstance(error, CellTimeoutError):
        reason = f"Cell {progress.cell} ran for more than {cell_seconds:g} seconds and was stopped."
        return Failure(FailureKind.HANGING, reason, trace)
    if isinstance(error, DeadKernelError):
        reason = f"The notebook's process died in cell {progress.cell}; it was killed or ran out of memory."
        return Failure(FailureKind.KERNEL, reason, trace)
    last_line = [type(error).__name__, *str(error).strip().splitlines()][-1]
    if not progress.started and isinstance(error, RuntimeError | OSError):
        reason = f"The notebook's process did not start in {START_ATTEMPTS} attempts: {last_line}"
        return Failure(FailureKind.KERNEL, reason, trace)
    return Failure(FailureKind.PUBLISHING, last_line, trace)


def _cell_failure(error: PapermillExecutionError) -> Failure:
    trace = _ANSI.sub("", "\n".join(error.traceback))
    lines = [line for line in _ANSI.sub("", str(error.evalue)).splitlines() if line.strip()]
    sentence = lines[0].strip() if lines else ""
    if len(lines) > 1:
        sentence += f" (and {len(lines) - 1} more lines)"
    reason = sentence if sentence and error.ename in _our_errors() else f"{error.ename}: {sentence}".rstrip(": ")
    return Failure(FailureKind.NOTEBOOK, reason, trace)


def _our_errors() -> set[str]:
    """Names of the errors whose text is meant for the user as it stands."""
    from utfall import errors

    return {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
