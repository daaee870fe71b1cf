"""What every kernel would otherwise do for the first time: a little ordinary work of the libraries it has."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import sys
from collections.abc import Callable, Mapping

from utfall.publishing.warm.session import single_threaded

REPEATS = 3
"""How often each piece of work is done: Python makes code quicker for what it has seen a few times."""

SECONDS = 20.0
"""How long the work may take in the process that tries it."""


def rehearse() -> None:
    """Let the imported libraries do a small piece of their ordinary work, before kernels are forked.

    A library looks for fonts, builds tables of converters and compiles patterns the first time it is used, and Python
    itself adapts code that runs often. Done here, every fork has it; done in the fork, each does it again in memory
    that it first has to copy. Another process tries it before: work that starts a thread, hangs or dies is left to
    the kernels. No data and no settings of a notebook are touched.
    """
    if _leaves_one_thread():
        _rehearse()


def _rehearse() -> None:
    for module, piece in PIECES.items():
        if module in sys.modules:
            for _ in range(REPEATS):
                # A library in an unknown version may lack what we call; the notebook will tell, if it needs it.
                with contextlib.suppress(Exception):
                    piece()


def _leaves_one_thread() -> bool:
    reading, writing = os.pipe()
    attempt = os.fork()
    if attempt == 0:
        # Whatever happens, this copy of the server must not go on as one.
        with contextlib.suppress(BaseException):
            _rehearse()
            if single_threaded():
                os.write(writing, b"1")
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        answered, _, _ = select.select([answer], [], [], SECONDS)
        if not answered:
            os.kill(attempt, signal.SIGKILL)
        return answer.read() == b"1"


def _tabulate() -> None:
    import pandas as pd

    months = pd.date_range("2019-01-01", periods=48, freq="MS")
    rows = pd.DataFrame({"period": months.repeat(2), "unit": ["a", "b"] * 48, "amount": range(96)})
    sums = rows.pivot_table("amount", "period", "unit", aggfunc="sum", observed=True).asfreq("MS")
    sums.merge(sums.shift(12), left_index=True, right_index=True, suffixes=("", "_before")).round(1).to_html()


def _draw() -> None:
    import numpy as np
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.5))
    axes = figure.subplots()
    months, values = np.arange("2019-01", "2023-01", dtype="datetime64[M]"), np.arange(48.0)
    axes.plot(months, values, label="Utfall")
    axes.bar(months, values, width=20)
    axes.fill_between(months, values, values + 1, alpha=0.3)
    axes.set_title("Kostnad per månad")
    axes.set_ylabel("mkr")
    axes.annotate("högst", (months[-1], 47))
    axes.legend()
    figure.savefig(io.StringIO(), format="svg", metadata={"Date": None})


def _fit() -> None:
    import numpy as np
    from statsmodels.api import OLS, tsa

    wave = np.sin(np.arange(48.0))
    OLS(wave, np.ones((48, 1))).fit()
    tsa.SARIMAX(wave, order=(1, 0, 0), trend="ct").fit(disp=False)


PIECES: Mapping[str, Callable[[], None]] = {
    "pandas": _tabulate,
    "matplotlib.figure": _draw,
    "statsmodels.api": _fit,
}
"""Module that must have been imported → what is done with it."""
