"""How much of each member a series' forecast is made of: the more, the better it has lately done."""

from __future__ import annotations

import numpy as np

from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.profiles import median_of_known

BACKS = (3, 6, 9, 12, 18, 24)
"""Months before the last known one from which the members are compared."""

FEWEST_MONTHS = 25
"""Months of history an origin must leave a series for its errors to be compared."""

SHARPNESS = 3.0
"""A member that errs twice as much as another weighs this power of two less."""

TINY = 1e-6
"""Smallest mean error, as a share of the series' size, that is told from none."""

FURTHEST = 4.0
"""No member counts for being further from their median than this multiple of their median distance to it."""


def recent_errors(paths: Array, values: Array) -> Array:
    """Measure how far each member has been from what came after the origins in `BACKS`.

    Parameters
    ----------
    paths : numpy.ndarray
        Forecasts from the origins in `BACKS`, shape ``(members, backs, series, steps)``, at least twelve steps.
    values : numpy.ndarray
        What is known, shape ``(series, months)``; ``nan`` before a series' start.

    Returns
    -------
    numpy.ndarray
        Mean absolute error over the origins and at most twelve months from each, in the unit of `values`, shape
        ``(members, series)``; ``nan`` for a series too short for any origin.
    """
    months = values.shape[1]
    length = (~np.isnan(values)).sum(axis=1)
    total, count = np.zeros((len(paths), len(values))), np.zeros((len(paths), len(values)))
    for number, back in enumerate(BACKS):
        if back >= months:
            continue
        steps = min(back, MONTHS)
        off = np.abs(paths[:, number, :, :steps] - values[:, months - back : months - back + steps]).mean(axis=2)
        usable = (length >= FEWEST_MONTHS + back) & ~np.isnan(off)
        total += np.where(usable, off, 0.0)
        count += usable
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def weighted_mean(paths: Array, errors: Array, size: Array) -> Array:
    """Join the members' forecasts, each weighted by how little it has erred, none far from the others.

    Parameters
    ----------
    paths : numpy.ndarray
        Shape ``(members, series, horizon)``; ``nan`` where a member has no forecast.
    errors : numpy.ndarray
        Mean absolute errors, shape ``(members, series)``; members weigh alike in a series without any.
    size : numpy.ndarray
        What is a usual amount of each series, shape ``(series,)``, above zero.

    Returns
    -------
    numpy.ndarray
        Shape ``(series, horizon)``; ``nan`` where no member has a forecast.

    Examples
    --------
    >>> paths = np.array([[[10.0]], [[12.0]], [[11.0]], [[99.0]]])
    >>> weighted_mean(paths, np.ones((4, 1)), np.ones(1)).round(1).tolist()
    [[12.1]]
    >>> weighted_mean(paths, np.array([[0.1], [0.9], [0.9], [0.9]]), np.ones(1)).round(1).tolist()
    [[10.0]]
    """
    middle = median_of_known(paths)
    apart = np.abs(paths - middle)
    reach = FURTHEST * median_of_known(apart)
    near = np.where(np.isnan(paths), middle, np.clip(paths, middle - reach, middle + reach))
    known = np.where(np.isnan(errors), np.nanmax(errors, axis=0, initial=0.0), errors) / size
    known = np.maximum(known, TINY)
    weights = (known / known.min(axis=0)) ** -SHARPNESS
    weights /= weights.sum(axis=0)
    return np.asarray((near * weights[:, :, None]).sum(axis=0))
