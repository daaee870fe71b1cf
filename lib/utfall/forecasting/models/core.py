"""The batch core: several plain methods on all series at once, combined month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.models.arma import RETURNING, RETURNING_LIGHT, WANDERING, WANDERING_LIGHT, seasonal_arma
from utfall.forecasting.models.season import LONG_SEASON_MONTHS, SEASON_MONTHS, season_of, straight_slope
from utfall.forecasting.models.smoothing import DAMPED, DAMPED_LIGHT, LEVEL, Grid, smooth
from utfall.forecasting.models.weights import BACKS, recent_errors, weighted_mean
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.profiles import keeps_one_sign

CHUNK = 200
"""Series worked on together: few enough for the cache, many enough to hide the loop over months."""

HISTORY_MONTHS = 240
"""Months of history used; older ones do not help."""

SMALLEST_SHARE = 1e-3
"""A logarithm is taken of no less than this share of the mean."""

DRIFT_SHARE = 0.5
"""Share of the history's straight slope that the drifting member carries forward."""

DRIFT_MONTHS = (24, 60)
"""Months of history up to which none, and from which all, of that share is believed."""

LARGEST_MULTIPLE = 3.0
"""No forecast is further from zero than this multiple of the largest amount of the latest two years."""

Backs = tuple[int, ...]
"""Months before the last known one to forecast from."""


@dataclass(frozen=True)
class Member:
    """One way to forecast.

    Parameters
    ----------
    terms : str
        What it works on: ``"relative"`` (logarithms of a series that keeps one sign, amounts of others),
        ``"root"`` (square roots instead of logarithms) or ``"amount"``.
    path : callable
        Maps values of shape (months, series), a horizon and origins to paths of shape (origins, series,
        horizon).
    fewest : int
        Months of history from which it takes part.
    one_sign : bool
        Whether it takes part only in series that keep one sign and are seldom empty.
    """

    terms: str
    path: Callable[[Array, int, Backs], Array]
    fewest: int = 0
    one_sign: bool = False


def _recent(values: Array, horizon: int, backs: Backs) -> Array:
    return _damped(values, horizon, backs, SEASON_MONTHS, DAMPED, (1, 3), (0.6, 0.3))


def _stable(values: Array, horizon: int, backs: Backs) -> Array:
    return _damped(values, horizon, backs, LONG_SEASON_MONTHS, DAMPED, (1, 3, 6, 12), (1.0, 0.5, 0.3, 0.15))


def _seasonless(values: Array, horizon: int, backs: Backs) -> Array:
    return smooth(values, horizon, DAMPED_LIGHT, horizons=(1, 3), trust=(0.6, 0.3), backs=backs)


def _drifting(values: Array, horizon: int, backs: Backs) -> Array:
    """Smooth without a trend around a straight line of half the history's slope: the theta method."""
    months = np.arange(len(values))[:, None]
    season = season_of(values, LONG_SEASON_MONTHS)
    bare = values - season[months[:, 0] % MONTHS]
    least, enough = DRIFT_MONTHS
    length = (~np.isnan(values)).sum(axis=0)
    slope = DRIFT_SHARE * np.clip((length - least) / (enough - least), 0.0, 1.0) * straight_slope(bare)
    paths = smooth(bare - slope * months, horizon, LEVEL, horizons=(1, 3), trust=(0.6, 0.3), backs=backs)
    for number, back in enumerate(backs):
        ahead = len(values) - back + np.arange(horizon)
        paths[number] += slope[:, None] * ahead + season[ahead % MONTHS].T
    return paths


def _returning(values: Array, horizon: int, backs: Backs) -> Array:
    return seasonal_arma(values, horizon, RETURNING, drift=True, trust=0.3, backs=backs)


def _wandering(values: Array, horizon: int, backs: Backs) -> Array:
    return seasonal_arma(values, horizon, WANDERING, drift=False, trust=0.3, backs=backs)


def _recent_light(values: Array, horizon: int, backs: Backs) -> Array:
    return _damped(values, horizon, backs, SEASON_MONTHS, DAMPED_LIGHT, (1, 3), (0.6, 0.3))


def _stable_light(values: Array, horizon: int, backs: Backs) -> Array:
    return _damped(values, horizon, backs, LONG_SEASON_MONTHS, DAMPED_LIGHT, (1, 6), (1.0, 0.5))


def _returning_light(values: Array, horizon: int, backs: Backs) -> Array:
    return seasonal_arma(values, horizon, RETURNING_LIGHT, drift=True, trust=0.3, backs=backs)


def _wandering_light(values: Array, horizon: int, backs: Backs) -> Array:
    return seasonal_arma(values, horizon, WANDERING_LIGHT, drift=False, trust=0.3, backs=backs)


def _damped(
    values: Array,
    horizon: int,
    backs: Backs,
    months: int,
    grid: Grid,
    horizons: tuple[int, ...],
    trust: tuple[float, ...],
) -> Array:
    """Take the season of the latest `months` out, smooth what is left with damped trends, put it back."""
    season = season_of(values, months)
    total = len(values)
    paths = smooth(
        values - season[np.arange(total) % MONTHS], horizon, grid, horizons=horizons, trust=trust, backs=backs
    )
    for number, back in enumerate(backs):
        paths[number] += season[(total - back + np.arange(horizon)) % MONTHS].T
    return paths


FULL: Mapping[str, Member] = {
    "recent": Member("relative", _recent, 24),
    "stable": Member("relative", _stable, 24),
    "drifting": Member("relative", _drifting, 24),
    "returning": Member("relative", _returning, 13),
    "returning root": Member("root", _returning, 13),
    "seasonless": Member("relative", _seasonless, 36, one_sign=True),
    "wandering": Member("relative", _wandering, 36),
    "wandering amount": Member("amount", _wandering, 36),
}
"""Members of the forecast. With a season seen once, only those that start from last year's months take part; those
that may well be wrong, with a wandering season or none, take part when there is a history to try them on."""

LIGHT: Mapping[str, Member] = {
    "recent": Member("relative", _recent_light),
    "stable": Member("relative", _stable_light),
    "returning": Member("relative", _returning_light),
    "wandering": Member("amount", _wandering_light),
}
"""Four of them on coarse grids, to forecast a whole region from many origins within a report."""


def member_paths(values: Array, horizon: int, members: Mapping[str, Member] = FULL) -> Array:
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
    for rows, history in _chunks(values):
        paths[:, rows] = _chunk(history, horizon, members, (0,))[:, 0]
    return paths


def combined_paths(values: Array, horizon: int, members: Mapping[str, Member] = FULL) -> Array:
    """Forecast every series by the members together, each weighted by how it has lately done on the series.

    The members are compared from earlier origins in the same pass over the months. Their season, trend of the
    whole history and first states have then seen what came after; that is why the comparison serves to weigh
    them only, and says nothing of how far the forecast will err.

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
        Shape ``(series, horizon)`` in the unit of `values`; ``nan`` where no member has a forecast.

    References
    ----------
    Bates and Granger, "The Combination of Forecasts", *Operational Research Quarterly* 20 (1969).

    Examples
    --------
    >>> values = np.tile(np.arange(10.0, 22.0), 5)[None]
    >>> combined_paths(values, 3).round(1).tolist()
    [[10.0, 11.0, 12.0]]
    """
    joined = np.full((len(values), horizon), np.nan)
    for rows, history in _chunks(values):
        paths = _chunk(history, max(horizon, MONTHS), members, (0, *BACKS))
        for number, back in enumerate(BACKS, start=1):
            if back < history.shape[1]:
                paths[:, number] = bounded(paths[:, number], history[:, :-back])
        now = bounded(paths[:, 0, :, :horizon], history)
        joined[rows] = weighted_mean(now, recent_errors(paths[:, 1:], history), _size(history)[:, 0])
    return joined


def bounded(path: Array, known: Array) -> Array:
    """Keep a forecast within a multiple of the history, and on its side of zero.

    Parameters
    ----------
    path : numpy.ndarray
        Forecast, shape ``(series, horizon)``, or such forecasts along further axes before.
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


def _chunks(values: Array) -> Iterator[tuple[NDArray[np.int64], Array]]:
    """Return rows to be worked on together with their history, series of a length in the same chunk.

    The leading empty months are then cut away once for all.
    """
    history = values[:, -HISTORY_MONTHS:]
    length = (~np.isnan(history)).sum(axis=1)
    order = np.argsort(length, kind="stable")[int((length == 0).sum()) :]
    for begin in range(0, len(order), CHUNK):
        rows = order[begin : begin + CHUNK]
        yield rows, history[rows, -int(length[rows].max()) :]


def _size(values: Array) -> Array:
    """Mean absolute amount of the latest two years, or ever; one for nothing but zeros. Shape ``(series, 1)``."""
    recent = np.asarray(np.nanmean(np.abs(values[:, -2 * MONTHS :]), axis=1, keepdims=True))
    ever = np.asarray(np.nanmean(np.abs(values), axis=1, keepdims=True))
    return np.where(recent > 0.0, recent, np.where(ever > 0.0, ever, 1.0))


def _chunk(values: Array, horizon: int, members: Mapping[str, Member], backs: Backs) -> Array:
    """Paths of every member from every origin, shape ``(members, backs, series, horizon)``."""
    sign = np.where(np.nansum(values, axis=1) < 0, -1.0, 1.0)[:, None]
    size = _size(values)
    amount = values * sign / size
    relative = keeps_one_sign(values)[:, None]
    positive = np.maximum(amount, SMALLEST_SHARE)
    logs = np.where(relative, np.log(positive), amount)
    centre = np.where(relative, np.nanmean(logs, axis=1, keepdims=True), 0.0)
    # Twice the root less one changes as the amount itself does near the usual size.
    given = {
        "amount": amount,
        "relative": np.where(np.isnan(values), np.nan, logs - centre),
        "root": np.where(np.isnan(values), np.nan, np.where(relative, 2.0 * (np.sqrt(positive) - 1.0), amount)),
    }
    found = np.empty((len(members), len(backs), len(values), horizon))
    length = (~np.isnan(values)).sum(axis=1)
    for number, member in enumerate(members.values()):
        path = member.path(given[member.terms].T, horizon, backs)
        if member.terms == "relative":
            with np.errstate(over="ignore"):
                path = np.where(relative, np.exp(path + centre), path)
        elif member.terms == "root":
            path = np.where(relative, np.maximum(path / 2.0 + 1.0, 0.0) ** 2, path)
        barred = (length < member.fewest)[:, None] | (member.one_sign & ~relative)
        found[number] = np.where(barred, np.nan, path * sign * size)
    return found
