"""What a series is explained by, made ready for every noise at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.effects.interrupted.grid import NoiseGrid, noise_grid

Array = NDArray[np.float64]

LONGEST_SEASON = 12
"""Seasons of up to this many periods get one figure a period; longer ones are made of waves."""

WAVES = 3
"""Waves of a long season."""


@dataclass(frozen=True, eq=False)
class Design:
    """The columns of a regression, whitened by every noise.

    Parameters
    ----------
    columns : ndarray of shape (noises, periods, columns)
        Level, extras, season, trend, courses, comparison and the series itself, in this order.
    since : tuple of int
        First period in which each extra is not zero.
    seasonal, courses : int
        How many columns of each there are.
    compared : bool
        Whether there is a comparison; its column is zero when there is none.
    grid : NoiseGrid
        The noises.
    """

    columns: Array
    since: tuple[int, ...]
    seasonal: int
    courses: int
    compared: bool
    grid: NoiseGrid

    @property
    def periods(self) -> int:
        """Length of the series."""
        return int(self.columns.shape[1])

    def cross(self, periods: int, extras: Sequence[int]) -> Array:
        """Cross products over the first periods, with only some of the extras.

        The noise of the first periods is whitened by the first rows alone, so what was known at any time costs
        no new factoring.
        """
        extra_columns = [1 + number for number in extras]
        others = range(1 + len(self.since), self.columns.shape[2])
        kept = self.columns[:, :periods, [0, *extra_columns, *others]]
        return np.matmul(kept.transpose(0, 2, 1), kept)


def make_design(
    series: Array,
    *,
    season: Array,
    trend: Array,
    courses: Array,
    comparison: Array | None = None,
    extras: Sequence[Array] = (),
) -> Design:
    """Whiten a regression by every noise.

    Parameters
    ----------
    series : ndarray of shape (periods,)
        What is explained; logarithms.
    season : ndarray of shape (periods, …)
        Columns of `season_columns`.
    trend : ndarray of shape (periods,)
        Years, from any beginning.
    courses : ndarray of shape (periods, …)
        Effects that are tried, one at a time.
    comparison : ndarray of shape (periods,), optional
        What the series may follow.
    extras : sequence of ndarray
        Columns for single months and level shifts, about whose size nothing is assumed.

    Returns
    -------
    Design
    """
    periods = len(series)
    grid = noise_grid(periods)
    level = np.ones((periods, 1))
    beside = np.zeros(periods) if comparison is None else comparison
    parts = [level, *(e[:, None] for e in extras), season, trend[:, None], courses, beside[:, None], series[:, None]]
    since = tuple(int(np.flatnonzero(extra)[0]) for extra in extras)
    columns = np.matmul(grid.whiten, np.hstack(parts))
    return Design(columns, since, season.shape[1], courses.shape[1], comparison is not None, grid)


def season_columns(position: NDArray[np.int64], period: int) -> Array:
    """Make the columns of a season that sums to zero over its period.

    Parameters
    ----------
    position : ndarray of int
        Where in the season each observation lies: the month of the year, less one.
    period : int
        Observations a season; 1 when there is none.

    Returns
    -------
    ndarray
        Columns such that independent coefficients of variance 1 give each month nearly variance 1.

    Examples
    --------
    >>> season_columns(np.arange(24) % 12, 12).shape, season_columns(np.zeros(5, dtype=int), 1).shape
    ((24, 11), (5, 0))
    """
    if period > LONGEST_SEASON:
        angles = 2 * np.pi * position[:, None] * np.arange(1, WAVES + 1) / period
        return np.hstack([np.cos(angles), np.sin(angles)])
    contrasts = np.linalg.svd(np.eye(period) - 1 / period)[0][:, : period - 1]
    return np.asarray(contrasts[position])


def single(position: int, periods: int) -> Array:
    """Column of one period by itself.

    Examples
    --------
    >>> single(1, 3).tolist()
    [0.0, 1.0, 0.0]
    """
    return (np.arange(periods) == position).astype(float)
