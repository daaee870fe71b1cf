"""One report, from notebook to page: run it, render it, let the gates look at it, write it."""

from __future__ import annotations

import os
import time
import traceback

from utfall.publishing.execute import NotebookFailed, run_notebook
from utfall.publishing.files import MonthFolder, write_whole
from utfall.publishing.gates import faults_of_page
from utfall.publishing.outcome import CELL_SECONDS, Failure, FailureKind, Outcome
from utfall.publishing.outputs import key_figures, printed
from utfall.publishing.plan import ReportJob
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
        outcome = _released(job, folder, cell_seconds)
    except NotebookFailed as error:
        outcome = Outcome(job.slug, error.failure)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        outcome = Outcome(job.slug, Failure(FailureKind.PUBLISHING, reason, traceback.format_exc()))
    if outcome.failure:
        folder.page(job.slug).unlink(missing_ok=True)
    return Outcome(job.slug, outcome.failure, outcome.warnings, outcome.key_figures, time.monotonic() - start)


def _released(job: ReportJob, folder: MonthFolder, cell_seconds: float) -> Outcome:
    unfinished = folder.unfinished_notebook(job.slug)
    folder.notebook(job.slug).unlink(missing_ok=True)
    try:
        notebook = run_notebook(job.notebook, job.parameters, unfinished, cell_seconds=cell_seconds)
    finally:
        if unfinished.exists():  # a failed notebook is kept too: it shows where it stopped
            os.replace(unfinished, folder.notebook(job.slug))
    page = render_page(notebook, job)
    faults = faults_of_page(page, notebook)
    if faults:
        rest = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        return Outcome(job.slug, Failure(FailureKind.GATES, faults[0] + rest, "\n".join(faults)))
    write_whole(folder.page(job.slug), page)
    warnings = tuple(
        f"{what}: {text.strip()[:_WARNING_LENGTH]}"
        for what, text in (
            ("The notebook warned", printed(notebook, "stderr")),
            ("The notebook printed what no reader will see", printed(notebook, "stdout")),
        )
        if text.strip()
    )
    return Outcome(job.slug, None, warnings, key_figures(notebook))
