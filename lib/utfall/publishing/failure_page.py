"""The page that stands where a report is missing, so that no link is dead and no old report looks new."""

from __future__ import annotations

from utfall.presentation import numbers
from utfall.publishing.jobs import ReportJob
from utfall.publishing.outcome import Failure
from utfall.publishing.pages import page_template, remedy
from utfall.publishing.style import index_style


def render_failure_page(job: ReportJob, failure: Failure) -> str:
    """Render the page of a report that could not be made.

    Parameters
    ----------
    job : ReportJob
        The report.
    failure : Failure
        Why it is missing.

    Returns
    -------
    str
        A whole HTML page.

    Examples
    --------
    >>> from pathlib import Path
    >>> from utfall.publishing.outcome import FailureKind
    >>> job = ReportJob(Path("n.ipynb"), {}, "klinik-1", "Månadsrapport", "2026-10", "unit", "1", "Klinik")
    >>> page = render_failure_page(job, Failure(FailureKind.KERNEL, "The process died."))
    >>> "Rapporten saknas" in page
    True
    """
    return page_template("failed.html.j2").render(
        job=job,
        failure=failure,
        remedy=remedy(failure.kind),
        month=numbers.period_name(job.period),
        style=index_style(),
        labels_style="",
    )
