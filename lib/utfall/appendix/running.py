"""Running the notebooks of a case as they will lie in its package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, as_completed
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from utfall.appendix.case import Case, CaseNotebook
from utfall.appendix.inputs.reads import noting
from utfall.appendix.numbers import collect_numbers, numbers_csv
from utfall.appendix.package import layout
from utfall.appendix.processes import ThisProcess
from utfall.appendix.rerun import DATA, run_one
from utfall.appendix.verify.compare import number_faults
from utfall.appendix.verify.told import read_told
from utfall.errors import UtfallError
from utfall.publishing.execute import as_json
from utfall.publishing.pool import ONE_THREAD
from utfall.publishing.warm.session import warm_kernels

INPUTS_FROM_NOTEBOOKS = f"../{layout.INPUTS.rstrip('/')}"
"""Where a notebook of a package finds its inputs."""

RUN = "korning"
"""Folder, beside the notebooks, in which they are run."""

SHOWN_DIFFERENCES = 20
"""How many numbers that differ a refusal lists."""


def run_case(case: Case, work: Path) -> dict[str, NotebookNode]:
    """Run the notebooks of a case on the house's own inputs.

    Parameters
    ----------
    case : Case
        The case.
    work : Path
        Folder to run in; made.

    Returns
    -------
    dict of str to NotebookNode
        Notebook's id → the executed notebook.

    Raises
    ------
    UtfallError
        When a notebook fails, or a number of the case is not found in it.
    """
    folder = laid_out(case, work / "in-house", case.data)
    with warm_kernels([notebook.path for notebook in case.notebooks]) as variables:
        return {name: without_run(book) for name, book in run_notebooks(case, folder, ThisProcess(), variables)}


def laid_out(case: Case, folder: Path, data: Path, *, notes: bool = False) -> Path:
    """Put everything that a run needs where it will lie in the package, with some inputs in their place.

    Parameters
    ----------
    case : Case
        The case.
    folder : Path
        Folder to make.
    data : Path
        The inputs.
    notes : bool, default False
        Whether the notebooks note what they read; `noted` takes the notes out of them.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InvalidData
        When what a notebook reads cannot be noted.
    """
    (folder / layout.NOTEBOOKS).mkdir(parents=True)
    (folder / layout.PARAMETERS).mkdir()
    (folder / layout.CASE).write_bytes(case.path.read_bytes())
    (folder / layout.INPUTS.rstrip("/")).symlink_to(data.resolve(), target_is_directory=data.is_dir())
    for notebook in case.notebooks:
        source = source_of(notebook)
        if notes:
            source = as_json(noting(nbformat.reads(source.decode(), as_version=4), notebook.path.name)).encode()
        (folder / layout.source(notebook.id)).write_bytes(source)
        (folder / layout.parameters(notebook.id)).write_bytes(parameters_of(notebook))
    return folder


def run_notebooks(
    case: Case, folder: Path, cores: Executor, variables: Mapping[str, str]
) -> Iterator[tuple[str, NotebookNode]]:
    """Run the notebooks that `laid_out` laid in a folder.

    Parameters
    ----------
    case : Case
        The case.
    folder : Path
        The folder.
    cores : Executor
        Who does the work, as `all_cores` gives them; where that is this process, another one is started for it.
    variables : mapping of str to str
        Variables of the processes that run notebooks, as `warm_kernels` gives them.

    Yields
    ------
    (str, NotebookNode)
        Each notebook's id and the executed notebook, when it has come to its end.

    Raises
    ------
    UtfallError
        When a notebook fails.
    """
    variables = {**ONE_THREAD, **variables}
    if isinstance(cores, ThisProcess):
        _run_apart(folder, variables)
        names = iter([notebook.id for notebook in case.notebooks])
    else:
        runs = {cores.submit(_run_here, folder, each.id, variables): each.id for each in case.notebooks}
        names = (runs[run] for run in as_completed(runs) if run.result() is None)
    for name in names:
        yield name, nbformat.read(folder / RUN / layout.executed(name), as_version=4)


def _run_here(folder: Path, notebook: str, variables: Mapping[str, str]) -> None:
    os.environ.update(variables)  # this process is one of several that were made for the work
    run_one(folder, notebook, folder / RUN)


def _run_apart(folder: Path, variables: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "utfall.appendix.rerun", str(folder), str(folder / RUN)]
    environment = {**os.environ, **variables}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            said = process.communicate()[1].strip()
        finally:
            process.kill()
    if process.returncode:
        raise UtfallError(said.splitlines()[-1] if said else "The run of the notebooks was stopped.")


def require_same_numbers(case: Case, house: Mapping[str, NotebookNode], leaving: Mapping[str, NotebookNode]) -> None:
    """Require that the inputs that may leave give the numbers of the house's own.

    Parameters
    ----------
    case : Case
        The case.
    house, leaving : mapping of str to NotebookNode
        Notebook's id → the executed notebook, on either inputs.

    Raises
    ------
    InvalidData
        When a number is not found.
    UtfallError
        When one differs by more than its tolerance.
    """
    told, again = (read_told(numbers_csv(collect_numbers(case, executed))) for executed in (house, leaving))
    differences = [str(fault) for fault in number_faults(told, again)]
    if differences:
        listed = "\n".join(differences[:SHOWN_DIFFERENCES])
        raise UtfallError(f"The inputs that may leave the house give other numbers than the house's own:\n{listed}")


def without_run(notebook: NotebookNode) -> NotebookNode:
    """Take out of an executed notebook what differs from run to run: times, paths and a random name of a cell.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook; it is changed.

    Returns
    -------
    NotebookNode

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> without_run(new_notebook(metadata={"papermill": {"start_time": "2026-11-22T08:00"}})).metadata
    {}
    """
    notebook.metadata.pop("papermill", None)
    for place, cell in enumerate(notebook.cells):
        for told in ("papermill", "execution"):
            cell.metadata.pop(told, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["id"] = f"injected-{place}"
    return notebook


def source_of(notebook: CaseNotebook) -> bytes:
    """Give a notebook as it lies in the package."""
    return as_json(nbformat.read(notebook.path, as_version=4)).encode()


def parameters_of(notebook: CaseNotebook) -> bytes:
    """Give what a notebook of a package is run with, as it lies there."""
    parameters = {**notebook.parameters, DATA: INPUTS_FROM_NOTEBOOKS}
    return (json.dumps(parameters, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
