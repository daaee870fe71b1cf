"""Running a package's notebooks again: ``python -m utfall.appendix.rerun FOLDER OUT [--data DATA]``.

This command is how a package is run by whichever kit checks it: the kit in the package runs it, the kit that checks
reads what it wrote. It therefore stays as it is from version to version.

FOLDER is what lies in the package's ``data/``, a copy that may be written in. DATA takes the place of ``underlag/``.
OUT, which is made, holds afterwards ``notebooks/<id>.korning.ipynb`` for each notebook, and ``tal.csv``, the numbers
of the case found in them. The exit code is 0; or 1, with one sentence on standard error as its last line.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from utfall.errors import UtfallError
from utfall.needless import leave_out_needless

if TYPE_CHECKING:  # loaded where it is used, when what is needless has been left out
    from nbformat import NotebookNode

    from utfall.appendix.case import Case
    from utfall.appendix.numbers import Number

DATA = "data"
"""Parameter that tells a notebook where its inputs are."""

CELL_SECONDS = 1_800
"""How long a cell may run: the one who checks may have a slower machine."""


def run_again(
    folder: Path,
    out: Path,
    *,
    data: Path | None = None,
    collect: Callable[[Case, Mapping[str, NotebookNode]], Mapping[str, Number]] | None = None,
) -> None:
    """Run the notebooks of a package, and find the numbers of its case in them.

    Parameters
    ----------
    folder : Path
        What lies in the package's ``data/``; a copy, for a notebook may write beside its inputs.
    out : Path
        Where the executed notebooks and the list of numbers are written; made when missing.
    data : Path, optional
        Inputs to use instead of the package's own, where some of them stayed in the house.
    collect : callable, optional
        Finds the numbers of a case in executed notebooks; by default `collect_numbers`.

    Raises
    ------
    UtfallError
        When a notebook fails, or a number is not found.
    """
    from utfall.appendix.case import read_case
    from utfall.appendix.numbers import collect_numbers, numbers_csv
    from utfall.appendix.package import layout

    names = (path.relative_to(folder).as_posix() for path in (folder / layout.NOTEBOOKS).iterdir())
    executed = {notebook: run_one(folder, notebook, out, data=data) for notebook in layout.notebook_ids(names)}
    numbers = (collect or collect_numbers)(read_case(folder / layout.CASE, with_files=False), executed)
    out.mkdir(parents=True, exist_ok=True)
    (out / layout.NUMBERS).write_bytes(numbers_csv(numbers))


def run_one(folder: Path, notebook: str, out: Path, *, data: Path | None = None) -> NotebookNode:
    """Run one notebook of a package.

    Parameters
    ----------
    folder, out, data
        As in `run_again`.
    notebook : str
        The notebook's id.

    Returns
    -------
    NotebookNode
        The executed notebook, which is written to `out` too.

    Raises
    ------
    UtfallError
        When it fails.
    """
    from utfall.appendix.package import layout
    from utfall.publishing.execute import NotebookFailed, run_notebook

    (out / layout.NOTEBOOKS).mkdir(parents=True, exist_ok=True)
    parameters = json.loads((folder / layout.parameters(notebook)).read_text(encoding="utf-8"))
    if data is not None:
        parameters[DATA] = str(data.resolve())
    source, target = folder / layout.source(notebook), out / layout.executed(notebook)
    try:
        return run_notebook(source, parameters, target, cell_seconds=CELL_SECONDS)
    except NotebookFailed as error:
        raise UtfallError(f"{notebook}: {error.failure.reason}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command's arguments.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m utfall.appendix.rerun", description="Run a package again.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args(arguments)
    leave_out_needless()
    try:
        run_again(given.folder, given.out, data=given.data)
    except (UtfallError, OSError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
