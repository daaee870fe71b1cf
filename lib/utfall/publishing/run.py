"""The month's run: every report of a plan, several at once, with a front page over them."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from utfall.errors import InvalidParameter, UtfallError
from utfall.publishing.failure_page import render_failure_page
from utfall.publishing.files import MonthFolder, write_whole
from utfall.publishing.index import render_index, render_months
from utfall.publishing.jobs import ReportJob
from utfall.publishing.outcome import CELL_SECONDS, Failure, Outcome
from utfall.publishing.plan import Plan
from utfall.publishing.pool import WorkerPool
from utfall.publishing.status import MonthStatus, State, publisher_of_earlier_run, slugs_of_earlier_runs
from utfall.publishing.volume import keep_volume
from utfall.publishing.warm.session import warm_kernels
from utfall.publishing.worker import Task

SAVE_SECONDS = 2.0
"""How often a run that goes on writes ``status.json``; a run that is killed loses no more than this."""

INTERRUPTED = 130
"""Exit code of a run that was stopped with Ctrl-C, as shells have it."""


class Pool(Protocol):
    """Whatever makes reports."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Make the reports and hand back each outcome as it comes."""


@dataclass(frozen=True)
class FailedReport:
    """A report that could not be made.

    Parameters
    ----------
    slug : str
        File name of its page, without suffix.
    unit_name : str
        The unit.
    failure : Failure
        Why.
    """

    slug: str
    unit_name: str
    failure: Failure


@dataclass(frozen=True)
class BatchResult:
    """What became of a run.

    Parameters
    ----------
    ok : tuple of str
        Slugs of the reports that were made.
    failed : tuple of FailedReport
        The reports that were not, and why.
    warnings : mapping
        Slug → what the notebook printed, for reports that were made all the same.
    seconds : float
        How long the run took.
    index : Path
        The front page.
    interrupted : bool
        Whether the run was stopped before its end.
    kept : tuple of str
        Slugs of the reports that were there already and would have come out the same.
    volume : Path or None
        The collected volume, when there is one.
    """

    ok: tuple[str, ...]
    failed: tuple[FailedReport, ...]
    warnings: dict[str, tuple[str, ...]]
    seconds: float
    index: Path
    interrupted: bool = False
    kept: tuple[str, ...] = ()
    volume: Path | None = None

    @property
    def exit_code(self) -> int:
        """0 when every report was made, 1 when some failed, 130 when the run was stopped."""
        if self.interrupted:
            return INTERRUPTED
        return 1 if self.failed else 0


def render_reports(
    plan: Plan,
    *,
    out: str | Path,
    workers: int | None = None,
    progress: bool = True,
    cell_seconds: float = CELL_SECONDS,
    warm: bool = True,
    force: bool = False,
    scheduler: str | None = None,
    notes: Mapping[str, str] | None = None,
) -> BatchResult:
    """Render the reports of a plan that are not there already, and the front page of its month.

    A report that fails is named on the front page and in ``status.json``; a page in its place says why. Running the
    same plan again makes what is missing, has failed, or would come out otherwise because its notebook, its
    parameters, the data or the kit have changed. A run that is stopped, or killed, leaves the reports that were
    finished, and the next one goes on from there.

    Parameters
    ----------
    plan : Plan
        The reports.
    out : str or Path
        Folder of all months; the pages end up in ``out/<period>/``.
    workers : int, optional
        How many reports to make at once; by default as many as there are processor cores, and one more in warm
        kernels, which now and then wait.
    progress : bool
        Whether to show a progress bar with the time left, on standard error.
    cell_seconds : float
        How long a cell of a notebook may run before its report is given up.
    warm : bool
        Whether notebooks may run in kernels forked from one that has everything imported; much faster, and used
        only where forking is sound.
    force : bool
        Whether to make every report anew.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``"tcp://host:8786"``, whose workers make the reports instead of this
        machine; they must find the notebooks and the data under the same paths.
    notes : mapping of str to str, optional
        Heading → what the front page tells beside the reports, in Swedish.

    Returns
    -------
    BatchResult

    Raises
    ------
    InvalidParameter
        When `workers` is less than 1, or the folder holds another publisher's reports.
    UtfallError
        When another run is at work on the same month, its status cannot be written, or the cluster cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result = render_reports(Plan("2026-10", ()), out=folder, progress=False)
    ...     result.index.name, result.exit_code
    ('index.html', 0)
    """
    if workers is not None and workers < 1:
        raise InvalidParameter(f"The number of workers is {workers}; give at least 1.")
    start = time.monotonic()
    folder = MonthFolder(Path(out).resolve() / plan.period)
    with folder.taken():
        _refuse_another_region(folder, plan)
        gone = slugs_of_earlier_runs(folder.status) - {job.slug for job in plan.jobs}
        keep = _Keeper(plan, folder, force=force)
        interrupted = False
        if keep.to_make:
            with _pool(keep.to_make, workers, warm=warm, scheduler=scheduler) as pool:
                interrupted = _make_all(keep, pool, progress=progress, cell_seconds=cell_seconds)
        keep.save()
        if plan.complete:
            for slug in gone:
                folder.remove(slug)
        volume = None if interrupted else keep_volume(plan, keep.status, folder)
        bound = volume.name if volume else ""
        write_whole(folder.index, render_index(keep.status, _month_before(folder), volume=bound, notes=notes))
        write_whole(folder.path.parent / "index.html", render_months(_all_months(folder.path.parent)))
    return _result(keep, time.monotonic() - start, interrupted, volume)


def _refuse_another_region(folder: MonthFolder, plan: Plan) -> None:
    """Two regions in one folder would share a front page, and the later run would remove the earlier one's pages."""
    publisher = publisher_of_earlier_run(folder.status)
    if publisher is not None and publisher != plan.publisher:
        raise InvalidParameter(
            f"{folder.path} holds the reports of {publisher or 'another region'}, not of {plan.publisher}; "
            "choose another folder with --out."
        )


@contextmanager
def _pool(jobs: Iterable[ReportJob], workers: int | None, *, warm: bool, scheduler: str | None) -> Iterator[Pool]:
    """Whatever makes the reports: processes of this machine, or a cluster's."""
    if scheduler:
        from utfall.publishing.cluster import ClusterPool

        with ClusterPool(scheduler) as cluster:
            yield cluster
        return
    notebooks = {job.notebook for job in jobs} if warm else ()
    with warm_kernels(notebooks) as environment, WorkerPool(workers or _workers(environment), environment) as pool:
        yield pool


def _make_all(keep: _Keeper, pool: Pool, *, progress: bool, cell_seconds: float) -> bool:
    """Make the reports; tell whether the run was interrupted."""
    try:
        with _progress_bar(len(keep.to_make), shown=progress) as step:
            for outcome in pool.run(Task(job, keep.folder, cell_seconds) for job in keep.to_make):
                keep(outcome)
                step(failed=outcome.failure is not None)
    except KeyboardInterrupt:
        return True
    return False


def _month_before(folder: MonthFolder) -> MonthStatus | None:
    year, month = map(int, folder.path.name.split("-"))
    before = f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"
    return MonthStatus.read(MonthFolder(folder.path.with_name(before)).status)


def _all_months(reports: Path) -> list[MonthStatus]:
    found = (MonthStatus.read(path) for path in sorted(reports.glob("[0-9][0-9][0-9][0-9]-[01][0-9]/status.json")))
    return [status for status in found if status is not None]


def _workers(environment: Mapping[str, str]) -> int:
    return available_cores() + bool(environment)


def available_cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Keeper:
    """Puts what became of each report on disk as it comes: a run that is killed has still told what it did."""

    def __init__(self, plan: Plan, folder: MonthFolder, *, force: bool) -> None:
        self._jobs = {job.slug: job for job in plan.jobs}
        self.folder = folder
        self.made: list[str] = []
        self.status = MonthStatus.begin(plan, folder.status)
        fresh = {slug for slug, job in self._jobs.items() if self.status.reports[slug].is_fresh(job, folder)}
        self.kept = () if force else tuple(slug for slug in self._jobs if slug in fresh)
        self.to_make = [job for slug, job in self._jobs.items() if slug not in self.kept]
        self.save()

    def __call__(self, outcome: Outcome) -> None:
        job = self._jobs[outcome.slug]
        if outcome.failure:
            with contextlib.suppress(OSError):  # a full disk holds no page on why; the front page and the run tell
                write_whole(self.folder.page(outcome.slug), render_failure_page(job, outcome.failure))
        self.status = self.status.after(outcome, job.fingerprint)
        self.made.append(outcome.slug)
        if time.monotonic() - self._saved > SAVE_SECONDS:
            with contextlib.suppress(UtfallError):  # a report that fills the disk may yet be cleared away
                self.save()

    def save(self) -> None:
        """Write ``status.json``."""
        try:
            self.status.write(self.folder.status)
        except OSError as error:
            raise UtfallError(
                f"{self.folder.status} cannot be written: {error.strerror}. The reports finished so far are kept; make "
                "room or give leave to write, and run the same command again."
            ) from error
        self._saved = time.monotonic()


@contextmanager
def _progress_bar(total: int, *, shown: bool) -> Iterator[_Step]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=2, disable=not shown) as bar:
        yield _Step(bar, total)


class _Step:
    """Moves the bar one report forward."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("Reports", total=total, failed="")
        self._failures = 0

    def __call__(self, *, failed: bool) -> None:
        self._failures += failed
        self._bar.update(self._task, advance=1, failed=f"{self._failures} failed" if self._failures else "")


def _result(keep: _Keeper, seconds: float, interrupted: bool, volume: Path | None) -> BatchResult:
    of_this_run = [keep.status.reports[slug] for slug in keep.made]
    return BatchResult(
        ok=tuple(report.slug for report in of_this_run if report.state is State.OK),
        failed=tuple(
            FailedReport(report.slug, report.unit_name, report.failure) for report in of_this_run if report.failure
        ),
        warnings={report.slug: report.warnings for report in of_this_run if report.warnings},
        seconds=seconds,
        index=keep.folder.index,
        interrupted=interrupted,
        kept=keep.kept,
        volume=volume,
    )
