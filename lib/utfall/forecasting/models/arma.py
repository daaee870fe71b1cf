"""Seasonal differences with short memory, over a grid of parameters, every series at once."""

from __future__ import annotations

from collections import deque
from itertools import product

import numpy as np

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


RETURNING = _points((0.3, 0.5, 0.7, 0.8, 0.9, 0.96), (0.0, 0.3, 0.6), (0.0, 0.3, 0.5, 0.7, 0.85))
"""Memory, month and season parameters of differences that return to their mean."""

RETURNING_LIGHT = _points((0.5, 0.8, 0.95), (0.0, 0.4), (0.2, 0.6))
"""A coarse grid of the same, for when series are forecast from many origins."""

WANDERING = _points((1.0,), (0.0, 0.2, 0.4, 0.55, 0.7, 0.85, 0.95), (0.0, 0.3, 0.5, 0.7, 0.85, 0.95))
"""With memory one this is the airline model, (0,1,1)(0,1,1)."""


WANDERING_LIGHT = _points((1.0,), (0.2, 0.5, 0.8), (0.3, 0.7, 0.9))
"""A coarse grid of the same."""


def seasonal_arma(values: Array, horizon: int, points: Points, *, drift: bool, trust: float = 1.0) -> Array:
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

    Returns
    -------
    numpy.ndarray
        Shape ``(series, horizon)``; ``nan`` for a series shorter than 13 months.

    References
    ----------
    Box, Jenkins and Reinsel, *Time Series Analysis*, 3rd ed., Prentice Hall 1994, ch. 9.

    Examples
    --------
    >>> season = np.tile(np.arange(12.0), 4)[:, None]
    >>> seasonal_arma(season, 3, WANDERING, drift=False).round(6).tolist()
    [[0.0, 1.0, 2.0]]
    """
    months, count = values.shape
    if months <= MONTHS:
        return np.full((count, horizon), np.nan)
    memory, short, season = (np.array(column)[:, None] for column in zip(*points, strict=True))
    change = values[MONTHS:] - values[:-MONTHS]
    known = ~np.isnan(change)
    number = known.sum(axis=0)
    mean = np.zeros(count)
    if drift:
        mean = np.where(known, change, 0.0).sum(axis=0) / (number + DRIFT_MONTHS)
    change = np.nan_to_num(change - mean)
    both = short * season
    # Errors of the latest thirteen months, oldest first: all the model remembers.
    errors = deque([np.zeros((len(points), count))] * (MONTHS + 1), maxlen=MONTHS + 1)
    total = np.zeros((len(points), count))
    seen = np.zeros(count)
    for month in range(1, len(change)):
        on = known[month - 1] & known[month]
        if not on.any():
            continue
        miss = change[month] - memory * change[month - 1]
        miss += short * errors[-1]
        miss += season * errors[1]
        miss -= both * errors[0]
        miss *= on
        errors.append(miss)
        counts = on & (number - known[month:].sum(axis=0) >= WARM_UP)
        total += counts * miss * miss
        seen += counts
    score = -0.5 * trust * seen * np.log((total + TINY) / np.maximum(seen, 1.0))
    weights = np.exp(score - score.max(axis=0))
    weights /= weights.sum(axis=0)
    ahead = _ahead(change[-1], np.stack(errors), memory, short, season, horizon)
    path = np.einsum("gn,hgn->nh", weights, ahead) + mean[:, None]
    for step in range(horizon):
        path[:, step] += values[step - MONTHS] if step < MONTHS else path[:, step - MONTHS]
    return np.where((number > 0)[:, None], path, np.nan)


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
