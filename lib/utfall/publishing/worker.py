"""A worker process: takes jobs, makes the reports, answers; or several such, forked from one."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from utfall.needless import leave_out_needless
from utfall.publishing.files import MonthFolder
from utfall.publishing.jobs import ReportJob


@dataclass(frozen=True)
class Task:
    """A job and how to do it.

    Parameters
    ----------
    job : ReportJob
        The report to make.
    folder : MonthFolder
        Where its files go.
    cell_seconds : float
        How long a cell may run.
    """

    job: ReportJob
    folder: MonthFolder
    cell_seconds: float


def main() -> None:
    """Make reports until the tasks end.

    Without arguments, tasks come on the standard input and outcomes go to the standard output. With numbers of sockets
    as arguments, there is a worker for each, forked from this process.
    """
    sockets = [socket.socket(fileno=int(number)) for number in sys.argv[1:]]
    logging.disable(logging.CRITICAL)  # what goes wrong is in the outcome, not on a screen nobody reads
    leave_out_needless()
    if len(sockets) > 1:
        _fork(sockets)
    elif sockets:
        _serve_on(sockets[0])
    else:
        answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get among the answers
        _serve(sys.stdin.buffer, answers)


def _fork(sockets: Sequence[socket.socket]) -> None:
    """Import everything, then become a worker for each socket, and wait for them to end."""
    from utfall.publishing.render import exporter
    from utfall.publishing.report import make_report  # noqa: F401 - what the workers will need
    from utfall.publishing.warm.session import single_threaded

    assert exporter().template  # read and compiled now
    gc.collect()
    gc.freeze()  # a collection would copy memory that is shared
    forkable = single_threaded()
    started = []
    for mine in sockets:
        if not forkable:
            command = [sys.executable, "-P", "-m", "utfall.publishing.worker", str(mine.fileno())]
            started.append(subprocess.Popen(command, pass_fds=[mine.fileno()]).pid)
        elif (child := os.fork()) == 0:
            for other in sockets:
                if other is not mine:
                    other.close()
            _serve_on(mine)
        else:
            started.append(child)
    for each in sockets:
        each.close()
    for child in started:
        os.waitpid(child, 0)


def _serve_on(connection: socket.socket) -> NoReturn:
    _serve(connection.makefile("rb"), connection.makefile("wb"))


def _serve(source: BinaryIO, answers: BinaryIO) -> NoReturn:
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(source, tasks), daemon=True).start()

    from utfall.publishing.report import make_report  # a second of imports, while the first task is on its way

    while True:
        task = tasks.get()
        outcome = make_report(task.job, task.folder, cell_seconds=task.cell_seconds)
        pickle.dump(outcome, answers)
        answers.flush()


def _receive(source: BinaryIO, tasks: queue.SimpleQueue[Task]) -> None:
    """Pass tasks on; when whoever gave them is gone, stop at once, also in the middle of a report."""
    try:
        while True:
            tasks.put(pickle.load(source))
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main()
