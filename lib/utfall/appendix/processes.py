"""The work of one build shared over the cores, where that is sound.

Only the standard library is imported here at first: `one_thread` has to come before anything that starts threads.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from utfall.errors import UtfallError

SINGLE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Variables that keep numerical libraries from starting a thread when they are imported."""

T = TypeVar("T")


@contextmanager
def all_cores() -> Iterator[Executor]:
    """Share work over the cores: processes forked from this one, with everything it has imported.

    Where forking is not sound (other systems than Linux, a process that has threads), and on one core, the work is
    done in this process when it is submitted. A program that wants the processes calls `one_thread` first, and shares
    its work before it has read any data.

    Yields
    ------
    Executor
        At its end, and when this process is killed, those at work stop.

    Raises
    ------
    UtfallError
        When a process dies.
    """
    from utfall.publishing.run import available_cores
    from utfall.publishing.warm.session import can_fork, single_threaded

    if available_cores() == 1 or not can_fork() or not single_threaded():
        yield ThisProcess()
        return
    watched, held = os.pipe()
    pool = ProcessPoolExecutor(available_cores(), get_context("fork"), initializer=_follow, initargs=(watched, held))
    try:
        pool.submit(os.getpid).result()  # forks all of them now, while there is one thread
        yield pool
        pool.shutdown()
    except BrokenProcessPool as error:
        what = "A process of the build died; it was killed or ran out of memory. Run the command again"
        raise UtfallError(f"{what}, on a computer with more memory if it dies again.") from error
    finally:
        os.close(held)
        pool.shutdown(cancel_futures=True)
        os.close(watched)


def one_thread() -> None:
    r"""Let this process have a single thread, so that it can be forked; called before anything large is imported.

    Examples
    --------
    >>> import subprocess, sys
    >>> code = "from utfall.appendix.processes import *; one_thread(); import pandas; print(len(threading.enumerate()))"
    >>> subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    '1\n'
    """
    os.environ.update(SINGLE)


class ThisProcess(Executor):
    """Does the work itself, at once.

    Examples
    --------
    >>> ThisProcess().submit(max, 3, 5).result()
    5
    """

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Do the work.

        Parameters
        ----------
        fn : callable
            The work.
        *args, **kwargs
            What it is called with.

        Returns
        -------
        Future
            Its result, or its error.
        """
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


def _follow(watched: int, held: int) -> None:
    """Set up a process: it shares what it has imported, is deaf to Ctrl-C, and stops when whoever forked it does."""
    gc.freeze()  # a collection would copy memory that is shared
    os.close(held)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_stop_with, args=(watched,), daemon=True).start()


def _stop_with(watched: int) -> None:
    os.read(watched, 1)  # nothing is ever written: it ends when no one holds the other end
    os._exit(1)
