"""The remaining months of a year: plain methods and the batch core, combined month by month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.models.booked_months import empty_months
from utfall.forecasting.models.core import LIGHT, bounded, member_paths
from utfall.forecasting.models.spikes import without_spikes
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.profiles import WINDOW, candidate_paths, median_of_known, run_rate

STOPPED_MONTHS = 6
"""A series that has been empty for this many months, longer than before, is taken to have stopped."""

LONG_STOPPED_MONTHS = 24
"""A series that has been empty for this many months has stopped, however rare its amounts were."""

PLAIN_METHODS = ("growth_3", "level_6")
"""Plain methods that take part beside the batch core; see `candidate_paths`."""


def rest_of_year(known: Array, month: int) -> Array:
    """Forecast the months that remain of the year the last known month lies in.

    The median, month by month, of the batch core's members and `PLAIN_METHODS`, a single odd month left out of
    account; see `without_spikes`. A series with at most
    twelve months of history gets their mean.

    Parameters
    ----------
    known : numpy.ndarray
        Shape ``(n, months)``, the last known month last; ``nan`` before a series' start.
    month : int
        Calendar month of the last column, 1 to 11.

    Returns
    -------
    numpy.ndarray
        Shape ``(n, 12 - month)``; zero for a stopped series, and never of the other sign than a series that
        has only ever had one. ``nan`` for a series with no known month in the last twelve.

    Examples
    --------
    >>> season = np.tile(np.arange(10.0, 22.0), 5)[None, :57]
    >>> rest_of_year(season, 9).round(1).tolist()
    [[19.0, 20.0, 21.0]]
    """
    cleaned = without_spikes(known)[0]
    window = _calendar_window(cleaned, month)
    plain = candidate_paths(window, month)
    members = member_paths(cleaned, MONTHS - month, LIGHT)
    middle = median_of_known(np.concatenate([members, [plain[name] for name in PLAIN_METHODS]]))
    length = (~np.isnan(known)).sum(axis=1)
    usable = (length > MONTHS)[:, None] & ~np.isnan(middle)
    path = bounded(np.where(usable, middle, run_rate(window, month)), known)
    empty = stopped(known)[:, None] | empty_months(known, MONTHS - month)
    return np.where(empty & ~np.isnan(path), 0.0, path)


def stopped(known: Array) -> NDArray[np.bool_]:
    """Tell which series used to have amounts and have stopped.

    Parameters
    ----------
    known : numpy.ndarray
        Shape ``(n, months)``, the last known month last.

    Returns
    -------
    numpy.ndarray
        Boolean, shape ``(n,)``: nothing for at least `STOPPED_MONTHS` and for longer than ever before, or
        nothing for `LONG_STOPPED_MONTHS`. A series of nothing but zeros has not stopped.

    Examples
    --------
    >>> closed, rare = np.r_[np.ones(20), np.zeros(7)], np.tile([0.0] * 8 + [1.0], 3)
    >>> stopped(np.vstack([closed, np.r_[rare[7:], np.zeros(7)]])).tolist()
    [True, False]
    """
    booked = np.nan_to_num(known) != 0.0
    began = np.cumsum(booked, axis=1) > 0
    run, longest = np.zeros(len(known)), np.zeros(len(known))
    for month in range(known.shape[1]):
        longest = np.where(booked[:, month], np.maximum(longest, run), longest)
        run = np.where(began[:, month] & ~booked[:, month], run + 1, 0)
    long = run >= LONG_STOPPED_MONTHS
    return np.asarray(booked.any(axis=1) & (long | ((run >= STOPPED_MONTHS) & (run > longest))))


def _calendar_window(known: Array, month: int) -> Array:
    """Three whole calendar years and the current one, the months to come unknown."""
    window = np.full((len(known), WINDOW), np.nan)
    origin = WINDOW - MONTHS + month
    taken = known[:, -origin:]
    window[:, origin - taken.shape[1] : origin] = taken
    return window
