"""A single month far off anything else in its series, and the history without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.models.season import LONG_SEASON_MONTHS, season_of
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.profiles import keeps_one_sign, median_of_known

NEIGHBOURS = 3
"""Months on either side that a month is compared with; those before only, at the end."""

FEWEST_MONTHS = 37
"""Shorter histories are left as they are: there is no telling a spike from a season."""

SURE_AT = 8.0
"""A spike is this many times further from its neighbours than months of the series usually are."""

ALONE_AT = 2.0
"""A spike is this many times further from its neighbours than any other month of the series."""

SMALLEST = 0.1
"""Smallest spike worth correcting, as a logarithm of the ratio to the neighbours."""

MOST_SPIKES = 2
"""Spikes looked for in one series."""

REFINED = 2
"""Times the season is measured anew without a spike, which was in it at first."""

SMALLEST_SHARE = 1e-3
"""A logarithm is taken of no less than this share of the mean."""


@dataclass(frozen=True)
class Spike:
    """A single odd month.

    Parameters
    ----------
    row : int
        Row of the series.
    column : int
        The month.
    expected : float
        What its neighbours and the season make of it, in the unit and sign of the series.
    """

    row: int
    column: int
    expected: float


def without_spikes(values: Array) -> tuple[Array, tuple[Spike, ...]]:
    """Replace single months far off everything else in their series by what their neighbours suggest.

    A month that is large every year is a season, and one of several odd months belongs to how the series is:
    neither is touched. An odd last month is taken for an accident until the next one says otherwise. Series of
    mixed signs, and those often empty, are left as they are.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(series, months)``, the last known month last; ``nan`` before a series' start.

    Returns
    -------
    cleaned : numpy.ndarray
        The same shape.
    spikes : tuple of Spike
        The months replaced, in the order found.

    Examples
    --------
    >>> series = 100 * np.random.default_rng(0).normal(1.0, 0.02, 60)
    >>> series[40] = 400.0
    >>> cleaned, spikes = without_spikes(series[None])
    >>> [spike.column for spike in spikes], float(cleaned[0, 40].round(-1))
    ([40], 100.0)
    """
    cleaned = values.copy()
    found: list[Spike] = []
    rows = np.flatnonzero(keeps_one_sign(values) & ((~np.isnan(values)).sum(axis=1) >= FEWEST_MONTHS))
    for _ in range(MOST_SPIKES):
        if not len(rows):
            break
        columns = _largest_spike(cleaned[rows])
        rows, columns = rows[columns >= 0], columns[columns >= 0]
        for _ in range(1 + REFINED):
            if len(rows):
                cleaned[rows, columns] = _surroundings(cleaned[rows])[0][np.arange(len(rows)), columns]
        found += [
            Spike(int(row), int(column), float(cleaned[row, column])) for row, column in zip(rows, columns, strict=True)
        ]
    return cleaned, tuple(found)


def _largest_spike(values: Array) -> NDArray[np.int64]:
    """Column of each series' spike; −1 for none."""
    off = np.abs(_surroundings(values)[1])
    usual = 1.4826 * median_of_known(off.T)
    off = np.nan_to_num(off)
    rows, largest = np.arange(len(off)), off.argmax(axis=1)
    far = off[rows, largest]
    off[rows, largest] = 0.0
    odd = far > np.maximum.reduce([SURE_AT * usual, ALONE_AT * off.max(axis=1), np.full(len(off), SMALLEST)])
    return np.where(odd, largest, -1)


def _surroundings(values: Array) -> tuple[Array, Array]:
    """What each month's neighbours and season make of it, and the logarithm of the month's ratio to that."""
    sign = np.where(np.nansum(values, axis=1, keepdims=True) < 0, -1.0, 1.0)
    size = np.nanmean(np.abs(values), axis=1, keepdims=True)
    logs = np.log(np.maximum(values * sign / size, SMALLEST_SHARE))
    logs[np.isnan(values)] = np.nan
    months = logs.shape[1]
    season = season_of(logs.T, LONG_SEASON_MONTHS)[np.arange(months) % MONTHS].T
    bare = np.pad(logs - season, ((0, 0), (NEIGHBOURS, NEIGHBOURS)), constant_values=np.nan)
    steps = [step for step in range(2 * NEIGHBOURS + 1) if step != NEIGHBOURS]
    expected = median_of_known(np.stack([bare[:, step : step + months] for step in steps])) + season
    return np.exp(expected) * size * sign, logs - expected
