"""The first year when some of its months are booked: its total as the year-end forecast has it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.forecasting import year_end
from utfall.scenarios.engine.drawing import NORMAL_90

Array = NDArray[np.float64]


UNKNOWN_SD = 0.10
"""Standard deviation of a total whose history is too short to tell one, and no other series tells."""

MOST_SD = 0.5
"""Largest standard deviation, as a share: widths pooled from other series may not fit a line that begins."""


def expected_year(
    monthly: pd.DataFrame, shape: tuple[int, int], kinds: Sequence[str] = ()
) -> tuple[Array, Array, Array]:
    """Forecast the total of the calendar year that the last month lies in.

    Parameters
    ----------
    monthly : DataFrame
        Öre in result sign by month, one column a division and line.
    shape : tuple of int
        Divisions and lines.
    kinds : sequence of str
        Kind of each line, as "income" and "cost": lines of a kind are off together as far as the forecast of their sum
        is less sure than independent forecasts would make it. One kind when not given.

    Returns
    -------
    tuple of ndarray of shape (divisions, lines)
        The total, its standard deviation as a share of it, and the correlation with the others of its kind.
    """
    months = pd.DatetimeIndex(monthly.index)
    last = months[-1]
    this_year = monthly[months.year == last.year]
    booked = this_year.sum().to_numpy()
    if last.month == 12:
        return booked.reshape(shape), np.zeros(shape), np.zeros(shape)
    used = (monthly != 0).any().to_numpy() & (this_year != 0).any().to_numpy()
    sign = np.where(monthly.sum().to_numpy() < 0, -1.0, 1.0)
    # A series that nothing is booked on this year is left at what is booked.
    columns = np.flatnonzero(used)
    total: Array = booked.astype("float64")
    deviation: Array = np.zeros(booked.shape)
    together: Array = np.zeros(booked.shape)
    if not len(columns):
        return total.reshape(shape), deviation.reshape(shape), together.reshape(shape)
    kind = np.tile(np.array(kinds) if len(kinds) else np.full(shape[1], ""), shape[0])
    values = monthly.to_numpy() * sign
    sums = {name: columns[kind[columns] == name] for name in dict.fromkeys(kind[columns])}
    series = [values[:, [column]] for column in columns] + [values[:, parts] for parts in sums.values()]
    long = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(series)), len(monthly)),
            "ds": np.tile(monthly.index, len(series)),
            "y": np.concatenate([parts.sum(axis=1) for parts in series]),
        }
    )
    found = year_end(long).frame.sort_values("unique_id")
    middle = np.nan_to_num(found["mean"].to_numpy("float64"))
    width = (found["hi-80"] - found["lo-80"]).to_numpy("float64") / 2 / NORMAL_90
    total[columns] = middle[: len(columns)] * sign[columns]
    sizes = np.abs(middle)
    shares = np.divide(width, sizes, out=np.zeros(len(sizes)), where=sizes > 0)
    known = shares[: len(columns)][np.isfinite(shares[: len(columns)])]
    shares = np.where(np.isfinite(shares), shares, known.max() if len(known) else UNKNOWN_SD)
    shares = np.minimum(shares, MOST_SD)
    deviation[columns] = shares[: len(columns)]
    for at, parts in enumerate(sums.values(), len(columns)):
        together[parts] = _together(np.abs(total[parts] * deviation[parts]), shares[at] * sizes[at])
    return total.reshape(shape), deviation.reshape(shape), together.reshape(shape)


def _together(parts: Array, whole: float) -> float:
    """Correlation between parts with these standard deviations that gives their sum its own.

    Examples
    --------
    >>> round(_together(np.array([1.0, 1.0]), np.sqrt(3.0)), 6), _together(np.array([1.0, 1.0]), 1.0)
    (0.5, 0.0)
    """
    independent, linked = float((parts**2).sum()), float(parts.sum() ** 2)
    if linked <= independent:
        return 0.0
    return float(np.clip((whole**2 - independent) / (linked - independent), 0.0, 1.0))
