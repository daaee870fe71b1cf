"""The batch core: several plain methods on all series at once, combined month by month."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from utfall.forecasting.models.arma import RETURNING, RETURNING_LIGHT, WANDERING, WANDERING_LIGHT, seasonal_arma
from utfall.forecasting.models.season import LONG_SEASON_MONTHS, SEASON_MONTHS, season_of
from utfall.forecasting.models.smoothing import DAMPED, DAMPED_LIGHT, Grid, smooth
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.profiles import keeps_one_sign

CHUNK = 200
"""Series worked on together: few enough for the cache, many enough to hide the loop over months."""

HISTORY_MONTHS = 240
"""Months of history used; older ones do not help."""

SMALLEST_SHARE = 1e-3
"""A logarithm is taken of no less than this share of the mean."""

LARGEST_MULTIPLE = 3.0
"""No forecast is further from zero than this multiple of the largest amount of the latest two years."""

Member = Callable[[Array, int], Array]
"""Maps values of shape (months, series) and a horizon to paths of shape (series, horizon)."""


def _recent(values: Array, horizon: int) -> Array:
    return _damped(values, horizon, SEASON_MONTHS, DAMPED, (1, 3), (0.6, 0.3))


def _stable(values: Array, horizon: int) -> Array:
    return _damped(values, horizon, LONG_SEASON_MONTHS, DAMPED, (1, 3, 6, 12), (1.0, 0.5, 0.3, 0.15))


def _returning(values: Array, horizon: int) -> Array:
    return seasonal_arma(values, horizon, RETURNING, drift=True, trust=0.3)


def _wandering(values: Array, horizon: int) -> Array:
    return seasonal_arma(values, horizon, WANDERING, drift=False, trust=0.3)


def _recent_light(values: Array, horizon: int) -> Array:
    return _damped(values, horizon, SEASON_MONTHS, DAMPED_LIGHT, (1, 3), (0.6, 0.3))


def _stable_light(values: Array, horizon: int) -> Array:
    return _damped(values, horizon, LONG_SEASON_MONTHS, DAMPED_LIGHT, (1, 6), (1.0, 0.5))


def _returning_light(values: Array, horizon: int) -> Array:
    return seasonal_arma(values, horizon, RETURNING_LIGHT, drift=True, trust=0.3)


def _wandering_light(values: Array, horizon: int) -> Array:
    return seasonal_arma(values, horizon, WANDERING_LIGHT, drift=False, trust=0.3)


def _damped(
    values: Array, horizon: int, months: int, grid: Grid, horizons: tuple[int, ...], trust: tuple[float, ...]
) -> Array:
    """Take the season of the latest `months` out, smooth what is left with damped trends, put it back."""
    season = season_of(values, months)
    total = len(values)
    bare = values - season[np.arange(total) % MONTHS]
    ahead = season[(total + np.arange(horizon)) % MONTHS].T
    return smooth(bare, horizon, grid, horizons=horizons, trust=trust) + ahead


FULL: Mapping[str, tuple[str, Member]] = {
    "recent": ("relative", _recent),
    "stable": ("relative", _stable),
    "returning": ("relative", _returning),
    "wandering": ("amount", _wandering),
}
"""Members of the forecast: in relative terms (logarithms where a series keeps one sign) or in amounts."""

LIGHT: Mapping[str, tuple[str, Member]] = {
    "recent": ("relative", _recent_light),
    "stable": ("relative", _stable_light),
    "returning": ("relative", _returning_light),
    "wandering": ("amount", _wandering_light),
}
"""The same members on coarse grids, to forecast a whole region from many origins within a report."""


def member_paths(values: Array, horizon: int, members: Mapping[str, tuple[str, Member]] = FULL) -> Array:
    """Forecast every series by every member.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(series, months)``, the origin last; ``nan`` before a series' start. Any unit and sign.
    horizon : int
        Months to forecast.
    members : mapping
        `FULL` or `LIGHT`.

    Returns
    -------
    numpy.ndarray
        Shape ``(members, series, horizon)`` in the unit of `values`; ``nan`` where a member has too short
        a history.
    """
    paths = np.full((len(members), len(values), horizon), np.nan)
    history = values[:, -HISTORY_MONTHS:]
    length = (~np.isnan(history)).sum(axis=1)
    # Series of a length in the same chunk: the leading empty months are then cut away once for all.
    order = np.argsort(length, kind="stable")[int((length == 0).sum()) :]
    for begin in range(0, len(order), CHUNK):
        rows = order[begin : begin + CHUNK]
        longest = int(length[rows].max())
        paths[:, rows] = _chunk(history[rows, -longest:], horizon, members)
    return paths


def bounded(path: Array, known: Array) -> Array:
    """Keep a forecast within a multiple of the history, and on its side of zero.

    Parameters
    ----------
    path : numpy.ndarray
        Forecast, shape ``(series, horizon)``.
    known : numpy.ndarray
        History, shape ``(series, months)``; ``nan`` before a series' start.

    Returns
    -------
    numpy.ndarray
        `path`, no further from zero than `LARGEST_MULTIPLE` of the largest amount of the latest two years
        (of the whole history where they are empty), and not below zero for a series that never was, nor
        above.

    Examples
    --------
    >>> bounded(np.array([[9.0, 1e6, -1.0]]), np.array([[5.0, 6.0]])).tolist()
    [[9.0, 18.0, 0.0]]
    """
    filled = np.nan_to_num(known)
    largest = np.abs(filled[:, -2 * MONTHS :]).max(axis=1, initial=0.0)
    largest = np.where(largest > 0, largest, np.abs(filled).max(axis=1, initial=0.0))[:, None] * LARGEST_MULTIPLE
    low = np.where(filled.min(axis=1, keepdims=True, initial=0.0) >= 0.0, 0.0, -largest)
    high = np.where(filled.max(axis=1, keepdims=True, initial=0.0) <= 0.0, 0.0, largest)
    return np.clip(path, low, high)


def _chunk(values: Array, horizon: int, members: Mapping[str, tuple[str, Member]]) -> Array:
    sign = np.where(np.nansum(values, axis=1) < 0, -1.0, 1.0)[:, None]
    recent = np.asarray(np.nanmean(np.abs(values[:, -2 * MONTHS :]), axis=1, keepdims=True))
    ever = np.asarray(np.nanmean(np.abs(values), axis=1, keepdims=True))
    size = np.where(recent > 0.0, recent, np.where(ever > 0.0, ever, 1.0))
    amount = values * sign / size
    relative = keeps_one_sign(values)[:, None]
    logs = np.where(relative, np.log(np.maximum(amount, SMALLEST_SHARE)), amount)
    centre = np.where(relative, np.nanmean(logs, axis=1, keepdims=True), 0.0)
    logs = np.where(np.isnan(values), np.nan, logs - centre)
    found = np.empty((len(members), len(values), horizon))
    for number, (terms, member) in enumerate(members.values()):
        if terms == "amount":
            path = member(amount.T, horizon)
        else:
            path = member(logs.T, horizon)
            with np.errstate(over="ignore"):
                path = np.where(relative, np.exp(path + centre), path)
        found[number] = path * sign * size
    return found
