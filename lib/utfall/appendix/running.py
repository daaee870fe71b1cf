"""Running the notebooks of a case, on the house's own inputs and on those that may leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from utfall.appendix.case import Case, CaseNotebook
from utfall.appendix.package import layout
from utfall.appendix.rerun import DATA
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


def run_case(case: Case, work: Path, leaving: Callable[[], Path | None] = lambda: None) -> dict[str, NotebookNode]:
    """Run the notebooks of a case as they will lie in its package.

    Parameters
    ----------
    case : Case
        The case.
    work : Path
        Folder to run in; made.
    leaving : callable, optional
        Takes out the inputs that may leave the house, while the notebooks run on the house's own. When it gives a
        folder, the notebooks run on that as well, and both must give the same numbers.

    Returns
    -------
    dict of str to NotebookNode
        Notebook's id → the executed notebook, on the inputs that may leave where there are such.

    Raises
    ------
    UtfallError
        When a notebook fails, a number of the case is not found in it, or the two runs differ.
    """
    folders = [_laid_out(case, work / "in-house", case.data)]
    runs: list[subprocess.Popen[str]] = []
    with warm_kernels([notebook.path for notebook in case.notebooks]) as variables:
        try:
            runs.append(_start(folders[0], variables))
            inputs = leaving()
            if inputs is not None:
                folders.append(_laid_out(case, work / "leaving", inputs))
                runs.append(_start(folders[1], variables))
            for run in runs:
                said = run.communicate()[1].strip()
                if run.returncode:
                    raise UtfallError(said.splitlines()[-1] if said else "The run of the notebooks was stopped.")
        finally:
            for run in runs:
                run.kill()
    told = [read_told((folder / RUN / layout.NUMBERS).read_bytes()) for folder in folders]
    differences = [str(fault) for fault in number_faults(told[0], told[-1])]
    if differences:
        listed = "\n".join(differences[:SHOWN_DIFFERENCES])
        raise UtfallError(f"The inputs that may leave the house give other numbers than the house's own:\n{listed}")
    return {
        notebook.id: without_run(nbformat.read(folders[-1] / RUN / layout.executed(notebook.id), as_version=4))
        for notebook in case.notebooks
    }


def _laid_out(case: Case, folder: Path, data: Path) -> Path:
    """Put everything that a run needs where it will lie in the package, with some inputs in their place."""
    (folder / layout.NOTEBOOKS).mkdir(parents=True)
    (folder / layout.PARAMETERS).mkdir()
    (folder / layout.CASE).write_bytes(case.path.read_bytes())
    (folder / layout.INPUTS.rstrip("/")).symlink_to(data.resolve(), target_is_directory=data.is_dir())
    for notebook in case.notebooks:
        (folder / layout.source(notebook.id)).write_bytes(source_of(notebook))
        (folder / layout.parameters(notebook.id)).write_bytes(parameters_of(notebook))
    return folder


def _start(folder: Path, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "utfall.appendix.rerun", str(folder), str(folder / RUN)]
    environment = {**os.environ, **ONE_THREAD, **variables}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)


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
