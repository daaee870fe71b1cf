"""Several worker processes at once, of which any may die without harm to the others."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import IO, Any, Protocol

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
} | {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""One thread in each process: the processes are the parallelism, and one with threads cannot be forked safely."""

COMMAND = (sys.executable, "-P", "-m", "utfall.publishing.worker")
"""What starts a worker."""

CLOSE_SECONDS = 10.0
"""How long workers may take to end before they are killed."""


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
        self._processes: set[Worker] = set()
        self._forks: Forks | None = None
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
            if self._forks:
                self._forks.close()

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
        started = min(self._workers, count)
        if started > 1 and sys.platform == "linux":
            self._forks = Forks(started, self._environment)
        for _ in range(started):
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

    def _start(self) -> Worker:
        with self._lock:
            forked = self._forks.workers.pop() if self._forks and self._forks.workers else None
            worker = forked or WorkerProcess(self._environment)
            self._processes.add(worker)
            if self._closing.is_set():
                worker.kill()
        return worker

    def _stop(self, worker: Worker | None) -> None:
        if worker is not None:
            worker.kill()
            with self._lock:
                self._processes.discard(worker)


class Worker(Protocol):
    """A process that makes reports, seen from outside."""

    def ask(self, task: Task) -> Outcome:
        """Make a report; an error when the process dies meanwhile."""

    def kill(self) -> None:
        """Stop the process."""

    def last_words(self) -> str:
        """What the process last wrote on its standard error."""


class WorkerProcess:
    """A worker with a process of its own from the start.

    Parameters
    ----------
    environment : mapping
        Variables to set in it beside ours, and so in its notebooks' kernels.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            COMMAND,
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
        return _exchange(task, self._process.stdin, self._process.stdout)

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
        return _end_of(self._messages)


class Forks:
    """Workers forked from one process that has everything imported, which takes as long as several reports.

    Parameters
    ----------
    count : int
        How many.
    environment : mapping
        Variables to set in them beside ours.

    Attributes
    ----------
    workers : list of Worker
        The workers; they can be asked at once, and answer when they are there.
    """

    def __init__(self, count: int, environment: Mapping[str, str]) -> None:
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        pairs = [socket.socketpair() for _ in range(count)]
        theirs = [their.fileno() for _, their in pairs]
        self._process = subprocess.Popen(
            [*COMMAND, *map(str, theirs)],
            stdin=subprocess.DEVNULL,
            stdout=self._messages,
            stderr=self._messages,
            env={**os.environ, **ONE_THREAD, **environment},
            pass_fds=theirs,
            **_GROUP_OF_ITS_OWN,
        )
        self.workers: list[Worker] = [_Fork(our, self._messages) for our, _ in pairs]
        for _, their in pairs:
            their.close()

    def close(self) -> None:
        """Stop all of them; each ends when its socket does, and the first when the others have."""
        for worker in self.workers:
            worker.kill()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class _Fork:
    """One of several workers of one origin."""

    def __init__(self, connection: socket.socket, messages: IO[bytes]) -> None:
        self._connection = connection
        self._tasks, self._outcomes = connection.makefile("wb"), connection.makefile("rb")
        self._messages = messages

    def ask(self, task: Task) -> Outcome:
        return _exchange(task, self._tasks, self._outcomes)

    def kill(self) -> None:
        for end in (self._tasks, self._outcomes, self._connection):
            with contextlib.suppress(OSError):  # as above
                end.close()

    def last_words(self) -> str:
        return _end_of(self._messages)


def _exchange(task: Task, tasks: IO[bytes], outcomes: IO[bytes]) -> Outcome:
    pickle.dump(task, tasks)
    tasks.flush()
    outcome = pickle.load(outcomes)
    assert isinstance(outcome, Outcome)
    return outcome


def _end_of(messages: IO[bytes]) -> str:
    messages.seek(0)
    return messages.read().decode("utf-8", "replace")[-4000:]


_GROUP_OF_ITS_OWN: Mapping[str, Any] = (
    {"start_new_session": True}
    if hasattr(os, "setsid")
    else {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
)
"""Ctrl-C reaches the run alone, which then stops its workers in order."""


def _lost(task: Task, error: Exception, worker: Worker | None) -> Outcome:
    reason = "The process that made the report died; it was killed or ran out of memory."
    if worker is None:
        reason = f"No process could be started to make the report: {error}"
    trace = f"{type(error).__name__}: {error}\n{worker.last_words() if worker else ''}"
    return Outcome(task.job.slug, Failure(FailureKind.KERNEL, reason, trace))
