"""One report, from notebook to page: run it, render it, let the gates look at it, write it."""

from __future__ import annotations

import errno
import os
import time
import traceback
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from utfall.publishing.data_files import data_files
from utfall.publishing.execute import NotebookFailed, run_notebook
from utfall.publishing.files import MonthFolder, write_whole
from utfall.publishing.gates import faults_of_page
from utfall.publishing.jobs import ReportJob
from utfall.publishing.outcome import CELL_SECONDS, Failure, FailureKind, Outcome
from utfall.publishing.outputs import key_figures, printed
from utfall.publishing.render import render_page

_WARNING_LENGTH = 500


def make_report(job: ReportJob, folder: MonthFolder, *, cell_seconds: float = CELL_SECONDS) -> Outcome:
    """Make one report and write it.

    When it fails, the page of an earlier run is removed, so that nobody takes it for new. No error of the notebook
    or of the rendering is raised: one unit never stops the others.

    Parameters
    ----------
    job : ReportJob
        The report.
    folder : MonthFolder
        Where its files go.
    cell_seconds : float
        How long a cell may run.

    Returns
    -------
    Outcome
    """
    start = time.monotonic()
    try:
        outcome = _released(job, folder, job.cell_seconds or cell_seconds)
    except NotebookFailed as error:
        outcome = Outcome(job.slug, _told_by(error))
    except OSError as error:
        outcome = Outcome(job.slug, Failure(FailureKind.STORAGE, _storage(error), traceback.format_exc()))
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        outcome = Outcome(job.slug, Failure(FailureKind.PUBLISHING, reason, traceback.format_exc()))
    if outcome.failure:
        _leave_only_the_notebook(job, folder)
    return replace(outcome, seconds=time.monotonic() - start)


def _leave_only_the_notebook(job: ReportJob, folder: MonthFolder) -> None:
    """Remove what an earlier run, or this one before it failed, made of the report: it would look new."""
    for path in list(folder.files_of(job.slug)):
        if path != folder.notebook(job.slug):
            path.unlink(missing_ok=True)


def _storage(error: OSError) -> str:
    what = error.strerror or str(error)
    where = f" ({Path(error.filename).name})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"The disk is full{where}; free some space and run the same command again."
    return f"A file could not be read or written{where}: {what}."


def _released(job: ReportJob, folder: MonthFolder, cell_seconds: float) -> Outcome:
    notebook = _executed(job, folder, cell_seconds)
    page = render_page(notebook, job)
    faults = faults_of_page(page, notebook, job)
    if faults:
        rest = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        return Outcome(job.slug, Failure(FailureKind.GATES, faults[0] + rest, "\n".join(faults)))
    files = _write_all(job, folder, page, notebook)
    warnings = tuple(
        f"{what}: {text.strip()[:_WARNING_LENGTH]}"
        for what, text in (
            ("The notebook warned", printed(notebook, "stderr")),
            ("The notebook printed what no reader will see", printed(notebook, "stdout")),
        )
        if text.strip()
    )
    return Outcome(job.slug, None, warnings, key_figures(notebook), files=files)


def _executed(job: ReportJob, folder: MonthFolder, cell_seconds: float) -> NotebookNode:
    unfinished = folder.unfinished_notebook(job.slug)
    folder.notebook(job.slug).unlink(missing_ok=True)
    try:
        return run_notebook(job.notebook, job.parameters, unfinished, cell_seconds=cell_seconds)
    except NotebookFailed as error:
        if isinstance(error.__cause__, OSError):  # a part of a notebook shows nothing, and takes the others' room
            unfinished.unlink(missing_ok=True)
        raise
    finally:
        if unfinished.exists():  # a failed notebook is kept too: it shows where it stopped
            os.replace(unfinished, folder.notebook(job.slug))


def _told_by(error: NotebookFailed) -> Failure:
    """Why a notebook failed; when it was the disk, and not the notebook, that is told."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        return replace(error.failure, kind=FailureKind.STORAGE, reason=_storage(cause))
    return error.failure


def _write_all(job: ReportJob, folder: MonthFolder, page: str, notebook: NotebookNode) -> dict[str, str]:
    """Write what the reader gets; the page last, so that what it links to is there."""
    contents: dict[Path, str | bytes] = {
        folder.path / name: content for name, content in data_files(notebook, job).items()
    }
    if job.pdf:
        from utfall.publishing.pdf import render_pdf  # a library of the system, which pages do without

        contents[folder.pdf(job.slug)] = render_pdf(page)
    contents[folder.page(job.slug)] = page
    for path in set(folder.files_of(job.slug)) - set(contents) - {folder.notebook(job.slug)}:
        path.unlink(missing_ok=True)  # a table the notebook no longer has
    return {folder.relative(path): write_whole(path, content) for path, content in contents.items()}
