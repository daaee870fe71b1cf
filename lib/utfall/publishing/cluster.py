"""The same reports made by the workers of a Dask cluster, of which any may be lost without harm."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType

from utfall.errors import UtfallError
from utfall.publishing.files import MonthFolder, write_whole
from utfall.publishing.fingerprint import kit
from utfall.publishing.outcome import Failure, FailureKind, Outcome
from utfall.publishing.pool import WorkerProcess
from utfall.publishing.warm.session import warm_kernels
from utfall.publishing.worker import Task

CONNECT_SECONDS = 15
"""How long the scheduler may take to answer, and its first worker to be there."""


class ClusterPool:
    """Makes reports on a Dask cluster.

    Each report is made in a folder of the worker's own and sent here, where it is written: the cluster needs to reach
    the notebooks and the data, under the same paths as here, but not the reports' folder. A worker that is lost has
    its reports made by another.

    Parameters
    ----------
    address : str
        The scheduler, such as ``"tcp://host:8786"``.

    Raises
    ------
    UtfallError
        On entry: when nobody answers there, there is no worker, or a worker has another version of the kit.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> ClusterPool:
        from distributed import Client  # a second of imports, for those who have a cluster

        try:
            self._client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UtfallError(
                f"No Dask scheduler answers at {self._address}; start one with `dask scheduler`, or leave --scheduler "
                "out to make the reports on this machine."
            ) from error
        try:
            self._look_over_workers()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()  # the scheduler drops what nobody waits for any more

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Make the reports and hand back each outcome as it comes.

        Parameters
        ----------
        tasks : iterable of Task
            What to do, begun in this order.

        Yields
        ------
        Outcome
            One for each task.
        """
        from distributed import as_completed

        waiting = {self._client.submit(make_elsewhere, task, kit(), pure=False): task for task in tasks}
        for future in as_completed(list(waiting), loop=self._client.loop):
            task = waiting.pop(future)
            try:
                made = future.result()
                yield _received(made, task.folder)
            except OSError as error:
                yield _lost(task, f"The report could not be written: {error.strerror}.", error)
            except Exception as error:
                yield _lost(task, f"The cluster could not make the report: {type(error).__name__}: {error}", error)

    def _look_over_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            raise UtfallError(
                f"The scheduler at {self._address} has no workers; start some with `dask worker {self._address}`."
            ) from error
        there = self._client.run(_kit_there)
        others = sorted(worker for worker, version in there.items() if version != kit())
        if others:
            raise UtfallError(
                f"The workers {', '.join(others)} have another version of the kit or its libraries than this machine; "
                "install the same version there, as reports must not depend on who makes them."
            )


@dataclass(frozen=True)
class MadeElsewhere:
    """A report and its files, on the way from a worker.

    Parameters
    ----------
    outcome : Outcome
        What became of it.
    files : mapping
        Path below the month's folder → content.
    """

    outcome: Outcome
    files: Mapping[str, bytes]


def make_elsewhere(task: Task, version: str) -> MadeElsewhere:
    """Make one report on a worker of the cluster.

    Parameters
    ----------
    task : Task
        The job; its folder is the sender's.
    version : str
        The kit that planned it.

    Returns
    -------
    MadeElsewhere

    Raises
    ------
    RuntimeError
        When this worker, which came later than the run began, has another version of the kit.
    """
    if kit() != version:
        raise RuntimeError("the worker has another version of the kit; install the same one there")
    with tempfile.TemporaryDirectory(prefix="utfall-") as name:
        folder = MonthFolder(Path(name) / task.job.period)
        with folder.taken():
            outcome = _process().make(replace(task, folder=folder))
            files = {folder.relative(path): path.read_bytes() for path in folder.files_of(task.job.slug)}
    return MadeElsewhere(outcome, files)


def _kit_there() -> str:
    return kit()


_of_thread = threading.local()


def _process() -> _ReportProcess:
    """The calling thread's own process: a worker may have several threads."""
    if not hasattr(_of_thread, "process"):
        _of_thread.process = _ReportProcess()
    process: _ReportProcess = _of_thread.process
    return process


class _ReportProcess:
    """A process that makes one report at a time, started when first needed and again when it has died."""

    def __init__(self) -> None:
        self._process: WorkerProcess | None = None

    def make(self, task: Task) -> Outcome:
        try:
            self._process = self._process or WorkerProcess(_environment(task.job.notebook.parent))
            return self._process.ask(task)
        except Exception as error:
            lost, self._process = self._process, None
            if lost is not None:
                lost.kill()
            return _lost(task, "The process that made the report died; it was killed or ran out of memory.", error)


_kept = ExitStack()
"""Servers of warm kernels, which live as long as the worker."""


@lru_cache(maxsize=8)
def _environment(notebooks: Path) -> Mapping[str, str]:
    return _kept.enter_context(warm_kernels(sorted(notebooks.glob("*.ipynb"))))


def _received(made: MadeElsewhere, folder: MonthFolder) -> Outcome:
    slug = made.outcome.slug
    for path in list(folder.files_of(slug)):
        if folder.relative(path) not in made.files:
            path.unlink(missing_ok=True)
    page = folder.relative(folder.page(slug))
    for name in sorted(made.files, key=lambda name: name == page):  # the page last: what it links to is then there
        write_whole(folder.path / name, made.files[name])
    return made.outcome


def _lost(task: Task, reason: str, error: Exception) -> Outcome:
    return Outcome(task.job.slug, Failure(FailureKind.KERNEL, reason, f"{type(error).__name__}: {error}"))
