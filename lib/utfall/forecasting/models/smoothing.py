"""Exponential smoothing over a grid of parameters: every series and every grid point at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.models.season import yearly_line
from utfall.forecasting.panel import MONTHS, Array

WARM_UP = 1
"""Months at a series' start whose errors do not judge the grid points."""

WARM_UP_AHEAD = 1.2
"""More such months for each further step ahead: the first states are the least sure."""

TINY = 1e-12
"""Keeps the logarithm of a perfect fit finite; values are standardised."""


@dataclass(frozen=True)
class Grid:
    """Parameters tried together.

    Parameters
    ----------
    level : tuple of float
        Smoothing of the level, 0 to 1.
    trend : tuple of (float, float)
        Smoothing of the slope as a share of the level's, and damping a month; ``(0, 0)`` is no trend.
    """

    level: tuple[float, ...]
    trend: tuple[tuple[float, float], ...]

    def columns(self) -> tuple[Array, Array, Array]:
        """Return level gain, slope gain and damping of each grid point, each of shape ``(points, 1)``."""
        points = np.array([(level, *trend) for level, trend in product(self.level, self.trend)])
        level, slope, damping = points.T[:, :, None]
        return level, level * slope, damping


DAMPED = Grid(
    level=(0.05, 0.12, 0.25, 0.45, 0.7, 0.9),
    trend=((0.0, 0.0), (0.05, 0.8), (0.2, 0.85), (0.1, 0.92), (0.05, 0.96), (0.02, 0.98)),
)
"""No trend and damped trends; a finer grid does no better."""

DAMPED_LIGHT = Grid(level=(0.1, 0.3, 0.6, 0.9), trend=((0.0, 0.0), (0.1, 0.85), (0.1, 0.95), (0.02, 0.98)))
"""A coarse grid of the same, for when series are forecast from many origins."""

LEVEL = Grid(level=(0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0), trend=((0.0, 0.0),))
"""A level alone."""


def smooth(
    values: Array,
    horizon: int,
    grid: Grid,
    *,
    horizons: tuple[int, ...] = (1,),
    trust: tuple[float, ...] = (1.0,),
    backs: tuple[int, ...] = (0,),
) -> Array:
    """Forecast series without season, averaged over the grid by how well each point has fitted.

    The states start from a pass over the reversed series, so that no early year decides them. Grid points
    are weighted by the likelihood of their errors at `horizons`, less the number of their parameters.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(months, series)``, the last month last, standardised and without season; ``nan`` before a
        series' start.
    horizon : int
        Months to forecast.
    grid : Grid
        Parameters tried.
    horizons : tuple of int, default (1,)
        Steps ahead whose errors judge a grid point.
    trust : tuple of float, default (1,)
        Weight of the likelihood at each of `horizons`; errors far ahead overlap and are worth less.
    backs : tuple of int, default (0,)
        Months before the end of `values` to forecast from. An earlier origin uses the states and errors up to
        it, but the first states have seen the whole history.

    Returns
    -------
    numpy.ndarray
        Shape ``(backs, series, horizon)``; ``nan`` for an origin before the first month.

    References
    ----------
    Hyndman, Koehler, Ord and Snyder, *Forecasting with Exponential Smoothing*, Springer 2008, ch. 2 and 5.

    Examples
    --------
    >>> line = np.arange(48.0)[:, None]
    >>> smooth(line, 3, Grid((0.5,), ((0.1, 1.0),)))[0].round(3).tolist()
    [[48.0, 49.0, 50.0]]
    """
    level_gain, slope_gain, damping = grid.columns()
    line = yearly_line(values)
    points = len(damping)
    level = np.repeat((line.newest - line.slope * (MONTHS + 1) / 2)[None], points, axis=0)
    slope = np.where(damping > 0, line.slope[None], 0.0)
    active = ~np.isnan(values)
    filled = np.nan_to_num(values)
    for month in range(len(values) - 1, -1, -1):
        level, slope = _learn(filled[month], active[month], level, slope, level_gain, slope_gain, damping)
    level, slope = level + damping * slope, -slope
    judge = _Judge(damping, values.shape[1], horizons)
    steps = np.cumsum(damping ** np.arange(1, horizon + 1), axis=1)
    paths = np.full((len(backs), values.shape[1], horizon), np.nan)
    for month in range(len(values)):
        judge.look(filled[month], active[month], level, slope)
        level, slope = _learn(filled[month], active[month], level, slope, level_gain, slope_gain, damping)
        back = len(values) - 1 - month
        if back in backs:
            weights = judge.weights(trust, np.where(slope_gain > 0, 4.0, 2.0))
            paths[backs.index(back)] = (weights * level).sum(axis=0)[:, None] + (weights * slope).T @ steps
    return paths


def grid_weights(score: Array) -> Array:
    """Weigh grid points by their likelihood.

    Parameters
    ----------
    score : numpy.ndarray
        Log-likelihood, shape ``(points, series)``.

    Returns
    -------
    numpy.ndarray
        The same shape, summing to one for each series.

    Examples
    --------
    >>> grid_weights(np.log([[1.0], [3.0]])).round(2).tolist()
    [[0.25], [0.75]]
    """
    weights = np.exp(score - score.max(axis=0))
    return np.asarray(weights / weights.sum(axis=0))


def _learn(
    value: Array,
    active: NDArray[np.bool_],
    level: Array,
    slope: Array,
    level_gain: Array,
    slope_gain: Array,
    damping: Array,
) -> tuple[Array, Array]:
    """Take in one month; a month before a series' start changes nothing."""
    damped = damping * slope
    ahead = level + damped
    miss = value - ahead
    if active.all():
        ahead += level_gain * miss
        damped += slope_gain * miss
        return ahead, damped
    return (
        np.where(active, ahead + level_gain * miss, level),
        np.where(active, damped + slope_gain * miss, slope),
    )


class _Judge:
    """Adds up the squared errors of every grid point at the chosen steps ahead."""

    def __init__(self, damping: Array, series: int, horizons: tuple[int, ...]) -> None:
        self.horizons = horizons
        self.reach = [(damping ** np.arange(1, step + 1)).sum(axis=1, keepdims=True) for step in horizons]
        self.error = [np.zeros((len(damping), series)) for _ in horizons]
        self.count = [np.zeros(series) for _ in horizons]
        self.seen = np.zeros(series)
        self.past: list[tuple[Array, Array]] = []

    def look(self, value: Array, active: NDArray[np.bool_], level: Array, slope: Array) -> None:
        """Compare a month with what was forecast for it, before the states learn of it."""
        self.past.append((level, slope))
        if len(self.past) > max(self.horizons):
            self.past.pop(0)
        for number, step in enumerate(self.horizons):
            if step > len(self.past):
                continue
            then, growth = self.past[-step]
            counts = active & (self.seen >= WARM_UP + WARM_UP_AHEAD * (step - 1))
            miss = value - then
            miss -= self.reach[number] * growth
            miss *= counts
            miss *= miss
            self.error[number] += miss
            self.count[number] += counts
        self.seen = self.seen + active

    def weights(self, trust: tuple[float, ...], parameters: Array) -> Array:
        """Weigh every grid point for each series, shape ``(points, series)``, summing to one."""
        score = np.zeros_like(self.error[0])
        for error, count, share in zip(self.error, self.count, trust, strict=True):
            score -= 0.5 * share * count * np.log((error + TINY) / np.maximum(count, 1.0))
        return grid_weights(score - parameters)
