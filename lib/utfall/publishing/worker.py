"""A worker process: takes jobs on its standard input, makes the reports, answers on its standard output."""

from __future__ import annotations

import logging
import os
import pickle
import queue
import sys
import threading
from dataclasses import dataclass
from types import ModuleType
from typing import BinaryIO, cast

from utfall.publishing.files import MonthFolder
from utfall.publishing.jobs import ReportJob

NEEDLESS = ("rfc3987_syntax",)
"""Optional modules that a worker does without: this one takes two seconds to load, to let JSON schemas check addresses
in other alphabets, of which a notebook's schema has none."""


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
    """Make reports until the standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get among the answers
    logging.disable(logging.CRITICAL)  # what goes wrong is in the outcome, not on a screen nobody reads
    for name in NEEDLESS:
        sys.modules[name] = cast(ModuleType, None)  # as Python has it: the import fails, as if it were not installed
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, tasks), daemon=True).start()

    from utfall.publishing.report import (
        make_report,
    )  # a second of imports, while the first task is on its way

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
