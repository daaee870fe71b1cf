"""The path of every series: the batch core's weighted mean, and what the state of a series demands."""

from __future__ import annotations

import numpy as np

from utfall.forecasting.models.booked_months import empty_months
from utfall.forecasting.models.core import bounded, combined_paths
from utfall.forecasting.models.season import SHORT_MONTHS
from utfall.forecasting.models.spikes import without_spikes
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.rest_of_year import stopped

REPEATED_SHARE = 0.1
"""Share of last year's own months in the forecast from two years or less, whose trend is easily noise."""


def months_ahead(known: Array, horizon: int) -> Array:
    """Forecast series by the batch core's members, each weighted by how it has lately done on the series.

    A single month far off anything else in its series is left out of account; see `without_spikes`. Histories
    of less than `SHORT_MONTHS` months are moved towards last year's own months, the shorter the more.

    Parameters
    ----------
    known : numpy.ndarray
        Shape ``(series, months)``, on the present level, the last known month last; ``nan`` before a series'
        start.
    horizon : int
        Months to forecast.

    Returns
    -------
    numpy.ndarray
        Shape ``(series, horizon)``: the mean of the known months for a series of at most twelve, zero for a
        stopped one, ``nan`` for one without a known month.

    Examples
    --------
    >>> months_ahead(np.array([[4.0, 6.0]]), 2).tolist()
    [[5.0, 5.0]]
    """
    length = (~np.isnan(known)).sum(axis=1)
    middle = combined_paths(without_spikes(known)[0], horizon)
    total = np.nansum(known[:, -MONTHS:], axis=1)
    level = np.where(length > 0, total / np.clip(length, 1, MONTHS), np.nan)[:, None]
    if known.shape[1] >= MONTHS:
        repeated = known[:, -MONTHS:][:, np.arange(horizon) % MONTHS]
        share = REPEATED_SHARE * np.clip((SHORT_MONTHS - length) / (SHORT_MONTHS - 2 * MONTHS), 0.0, 1.0)
        middle = np.where((share > 0)[:, None], middle + share[:, None] * (repeated - middle), middle)
    usable = (length > MONTHS)[:, None] & ~np.isnan(middle)
    return without_empty(np.where(usable, middle, level), known)


def without_empty(path: Array, known: Array) -> Array:
    """Bound a path by its history, and empty the months that a stopped or seldom booked series has none in.

    Parameters
    ----------
    path, known : numpy.ndarray
        Forecast ``(series, horizon)`` and history ``(series, months)``.

    Returns
    -------
    numpy.ndarray
        Shape ``(series, horizon)``.
    """
    empty = stopped(known)[:, None] | empty_months(known, path.shape[1])
    return np.where(empty & ~np.isnan(path), 0.0, bounded(path, known))
