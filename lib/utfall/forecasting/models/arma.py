"""Seasonal differences with short memory, over a grid of parameters, every series at once."""

from __future__ import annotations

from collections import deque
from itertools import product

import numpy as np

from utfall.forecasting.models.smoothing import grid_weights
from utfall.forecasting.panel import MONTHS, Array

DRIFT_MONTHS = 24
"""Yearly changes, in months, that the mean of zero weighs against a series' own mean change."""

WARM_UP = 8
"""Seasonal differences whose errors do not judge the grid points."""

TINY = 1e-12
"""Keeps the logarithm of a perfect fit finite; values are standardised."""

Points = tuple[tuple[float, float, float], ...]


def _points(memory: tuple[float, ...], short: tuple[float, ...], season: tuple[float, ...]) -> Points:
    return tuple(p for p in product(memory, short, season) if p[0] > p[1] or p[1] == 0.0)


RETURNING = _points((0.4, 0.7, 0.9), (0.0, 0.4), (0.0, 0.35, 0.65, 0.85))
"""Memory, month and season parameters of differences that return to their mean; a finer grid does no better."""

RETURNING_LIGHT = _points((0.5, 0.8, 0.95), (0.0, 0.4), (0.2, 0.6))
"""A coarse grid of the same, for when series are forecast from many origins."""

WANDERING = _points((1.0,), (0.0, 0.3, 0.55, 0.75, 0.92), (0.15, 0.5, 0.75, 0.92))
"""With memory one this is the airline model, (0,1,1)(0,1,1)."""

WANDERING_LIGHT = _points((1.0,), (0.2, 0.5, 0.8), (0.3, 0.7, 0.9))
"""A coarse grid of the same."""


def seasonal_arma(
    values: Array, horizon: int, points: Points, *, drift: bool, trust: float = 1.0, backs: tuple[int, ...] = (0,)
) -> Array:
    """Forecast the twelve-month difference as a mean plus a first-order process, and add it up again.

    With ``w`` the difference from the same month last year less its mean change (when `drift`),
    ``w[t] = memory * w[t-1] + e[t] - short * e[t-1] - season * e[t-12] + short * season * e[t-13]``:
    conditional least squares at every grid point, averaged by likelihood.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(months, series)``, the last month last, standardised; ``nan`` before a series' start.
    horizon : int
        Months to forecast.
    points : tuple of (float, float, float)
        Memory, short and season parameters tried.
    drift : bool
        Whether a series' mean yearly change, shrunk toward zero, is carried forward.
    trust : float, default 1
        Weight of the likelihood; below 1 averages over more grid points.
    backs : tuple of int, default (0,)
        Months before the end of `values` to forecast from. An earlier origin uses the errors up to it, and the
        mean change of the whole history; it is forecast no further than to the end of `values`.

    Returns
    -------
    numpy.ndarray
        Shape ``(backs, series, horizon)``; ``nan`` for a series shorter than 13 months at the origin, and
        beyond the end of `values` for an earlier origin.

    References
    ----------
    Box, Jenkins and Reinsel, *Time Series Analysis*, 3rd ed., Prentice Hall 1994, ch. 9.

    Examples
    --------
    >>> season = np.tile(np.arange(12.0), 4)[:, None]
    >>> seasonal_arma(season, 3, WANDERING, drift=False)[0].round(6).tolist()
    [[0.0, 1.0, 2.0]]
    """
    months, count = values.shape
    paths = np.full((len(backs), count, horizon), np.nan)
    if months <= MONTHS:
        return paths
    memory, short, season = (np.array(column)[:, None] for column in zip(*points, strict=True))
    change = values[MONTHS:] - values[:-MONTHS]
    known = ~np.isnan(change)
    number = np.cumsum(known, axis=0)
    mean = np.zeros(count)
    if drift:
        mean = np.where(known, change, 0.0).sum(axis=0) / (number[-1] + DRIFT_MONTHS)
    change = np.nan_to_num(change - mean)
    both = short * season
    # Errors of the latest thirteen months, oldest first: all the model remembers.
    errors = deque([np.zeros((len(points), count))] * (MONTHS + 1), maxlen=MONTHS + 1)
    total = np.zeros((len(points), count))
    seen = np.zeros(count)
    for month in range(len(change)):
        on = known[month - 1] & known[month] if month else np.zeros(count, dtype=bool)
        if on.any():
            miss = change[month] - memory * change[month - 1]
            miss += short * errors[-1]
            miss += season * errors[1]
            miss -= both * errors[0]
            miss *= on
            errors.append(miss)
            counts = on & (number[month - 1] >= WARM_UP)
            total += counts * miss * miss
            seen += counts
        back = len(change) - 1 - month
        if back in backs:
            score = -0.5 * trust * seen * np.log((total + TINY) / np.maximum(seen, 1.0))
            steps = min(back, horizon) or horizon
            ahead = _ahead(change[month], np.stack(errors), memory, short, season, steps)
            path = np.einsum("gn,hgn->nh", grid_weights(score), ahead) + mean[:, None]
            repeated = values[: months - back]
            for step in range(steps):
                path[:, step] += repeated[step - MONTHS] if step < MONTHS else path[:, step - MONTHS]
            paths[backs.index(back), :, :steps] = np.where((number[month] > 0)[:, None], path, np.nan)
    return paths


def _ahead(last: Array, errors: Array, memory: Array, short: Array, season: Array, horizon: int) -> Array:
    """Expect the differences ahead, shape ``(horizon, points, series)``; errors to come are zero."""
    path = np.zeros((horizon, *errors.shape[1:]))
    before = np.broadcast_to(last, errors.shape[1:])
    for step in range(horizon):
        here = memory * before
        if step == 0:
            here = here - short * errors[-1]
        if step < MONTHS:
            here = here - season * errors[step - MONTHS]
        if step <= MONTHS:
            here = here + short * season * errors[step - MONTHS - 1]
        path[step] = before = here
    return path
