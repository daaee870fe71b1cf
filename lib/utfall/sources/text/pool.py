"""Work on blocks by several threads, with the results in the order of the blocks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

THREADS = 2
"""Threads at work: the parser leaves Python's lock while it reads, and the engine has threads of its own."""

AHEAD = 4
"""Blocks in work or waiting to be taken, so that memory does not depend on the size of the file."""

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


def in_order(tasks: Iterable[Task], work: Callable[[Task], Outcome]) -> Iterator[Outcome]:
    """Do work on tasks as they come, a few ahead of what is taken.

    Parameters
    ----------
    tasks : iterable
        The tasks.
    work : callable
        What is done with each.

    Yields
    ------
    object
        The outcomes, in the order of the tasks.

    Examples
    --------
    >>> list(in_order(range(6), lambda number: number * number))
    [0, 1, 4, 9, 16, 25]
    """
    waiting: deque[Future[Outcome]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            for task in tasks:
                waiting.append(pool.submit(work, task))
                if len(waiting) >= AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
