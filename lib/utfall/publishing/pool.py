"""Several worker processes at once, of which any may die without harm to the others."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

from utfall.publishing.outcome import Failure, FailureKind, Outcome
from utfall.publishing.worker import Task

ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
    )
}
"""One thread of linear algebra in each process: the processes are the parallelism."""


class WorkerPool:
    """Worker processes that make reports, each looked after by a thread of its own.

    A pool from the standard library breaks when one worker dies, and starts its workers by running the caller's
    script again. Here a worker that dies costs the report it was making, and a new one takes its place.

    Parameters
    ----------
    workers : int
        How many at once.
    environment : mapping
        Variables to set in the workers, and so in the notebooks' kernels.
    """

    def __init__(self, workers: int, environment: Mapping[str, str]) -> None:
        self._workers = workers
        self._environment = environment
        self._closing = threading.Event()
        self._processes: set[WorkerProcess] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with self._lock:
            for process in self._processes:
                process.kill()

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Make the reports and hand back each outcome as it comes.

        Parameters
        ----------
        tasks : iterable of Task
            What to do, started in this order.

        Yields
        ------
        Outcome
            One for each task.
        """
        waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        count = 0
        for count, task in enumerate(tasks, 1):  # noqa: B007
            waiting.put(task)
        outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        for _ in range(min(self._workers, count)):
            threading.Thread(target=self._look_after, args=(waiting, outcomes), daemon=True).start()
        for _ in range(count):
            yield outcomes.get()

    def _look_after(self, waiting: queue.SimpleQueue[Task], outcomes: queue.SimpleQueue[Outcome]) -> None:
        worker = None
        while not self._closing.is_set():
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                worker = worker or self._start()
                outcomes.put(worker.ask(task))
            except Exception as error:
                outcomes.put(_lost(task, error, worker))
                self._stop(worker)
                worker = None
        self._stop(worker)

    def _start(self) -> WorkerProcess:
        with self._lock:
            worker = WorkerProcess(self._environment)
            self._processes.add(worker)
            if self._closing.is_set():
                worker.kill()
        return worker

    def _stop(self, worker: WorkerProcess | None) -> None:
        if worker is not None:
            worker.kill()
            with self._lock:
                self._processes.discard(worker)


class WorkerProcess:
    """One worker process, seen from outside.

    Parameters
    ----------
    environment : mapping
        Variables to set in it beside ours, and so in its notebooks' kernels.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "utfall.publishing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            env={**os.environ, **ONE_THREAD, **environment},
            **_GROUP_OF_ITS_OWN,
        )

    def ask(self, task: Task) -> Outcome:
        """Make a report.

        Parameters
        ----------
        task : Task
            The job and how to do it.

        Returns
        -------
        Outcome

        Raises
        ------
        EOFError, OSError
            When the process dies meanwhile.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump(task, self._process.stdin)
        self._process.stdin.flush()
        outcome = pickle.load(self._process.stdout)
        assert isinstance(outcome, Outcome)
        return outcome

    def kill(self) -> None:
        """Stop the process; its kernel sees that its parent is gone, and stops too."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # a task that was on its way when the process died
                    stream.close()

    def last_words(self) -> str:
        """What the process last wrote on its standard error."""
        self._messages.seek(0)
        return self._messages.read().decode("utf-8", "replace")[-4000:]


_GROUP_OF_ITS_OWN: Mapping[str, Any] = (
    {"start_new_session": True}
    if hasattr(os, "setsid")
    else {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
)
"""Ctrl-C reaches the run alone, which then stops its workers in order."""


def _lost(task: Task, error: Exception, worker: WorkerProcess | None) -> Outcome:
    reason = "The process that made the report died; it was killed or ran out of memory."
    if worker is None:
        reason = f"No process could be started to make the report: {error}"
    trace = f"{type(error).__name__}: {error}\n{worker.last_words() if worker else ''}"
    return Outcome(task.job.slug, Failure(FailureKind.KERNEL, reason, trace))
