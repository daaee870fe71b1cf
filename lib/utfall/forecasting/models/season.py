"""The season of a series, as far as its history supports one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.panel import MONTHS, Array

SEASON_MONTHS = 36
"""Latest months a season that may have changed is measured over."""

LONG_SEASON_MONTHS = 120
"""Latest months a stable season is measured over."""

LINE_YEARS = 3
"""Full years a straight line and the season around it are measured over in a short history."""

SHORT_MONTHS = 37
"""With fewer months than this the season is measured around a straight line, not a moving mean."""

UNTESTED_SHARE = 0.5
"""Share of a season seen only once that is believed."""


def season_of(values: Array, months: int) -> Array:
    """Measure the additive season by calendar month, shrunk as far as it is noise.

    The mean deviation from the centred twelve-month mean, times the share of its variance that the
    scatter around it does not explain.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(months, series)``, logarithms or amounts; ``nan`` before a series' start.
    months : int
        Latest months to measure over.

    Returns
    -------
    numpy.ndarray
        Shape ``(12, series)`` by column of `values` modulo twelve, summing to zero; zero for a series too
        short to have a season.

    Examples
    --------
    >>> values = np.tile(np.arange(12.0), 5)[:, None]
    >>> season_of(values, 60)[:, 0].round(2).tolist()[:3]
    [-5.5, -4.5, -3.5]
    """
    total, count = values.shape
    bare = np.full((total, count), np.nan)
    if total > MONTHS:
        inner = slice(MONTHS // 2, total - MONTHS // 2)
        bare[inner] = values[inner] - centred_mean(values)
    bare[: max(total - months, 0)] = np.nan
    known_months = (~np.isnan(values)).sum(axis=0)
    short = known_months < SHORT_MONTHS
    if short.any():
        bare[:, short] = np.nan
        recent = yearly_line(values[:, short]).bare[:total][::-1]
        bare[total - len(recent) :, short] = recent
    known = ~np.isnan(bare)
    season, repeats = np.zeros((MONTHS, count)), np.zeros((MONTHS, count))
    for phase in range(MONTHS):
        repeats[phase] = known[phase::MONTHS].sum(axis=0)
        season[phase] = np.nan_to_num(bare[phase::MONTHS]).sum(axis=0) / np.maximum(repeats[phase], 1)
    season -= season.mean(axis=0)
    around = np.where(known, bare - season[np.arange(total) % MONTHS], 0.0)
    spare = known.sum(axis=0) - (repeats > 0).sum(axis=0)
    noise = (around**2).sum(axis=0) / np.maximum(spare, 1)
    signal = season.var(axis=0) * MONTHS / (MONTHS - 1)
    each = np.maximum(known.sum(axis=0) / MONTHS, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(signal > 0, np.clip(1.0 - noise / each / signal, 0.0, 1.0), 0.0)
    share = np.where(spare < MONTHS, UNTESTED_SHARE, share)
    return season * np.where((repeats > 0).all(axis=0), share, 0.0)


@dataclass(frozen=True)
class YearlyLine:
    """Straight line through the means of the latest full years.

    Parameters
    ----------
    newest : numpy.ndarray
        Mean of the latest twelve months (of all there are in a shorter series), shape ``(series,)``.
    slope : numpy.ndarray
        Change a month, backwards in time, shape ``(series,)``; zero with less than two full years.
    years : numpy.ndarray
        Full years used, 0 to 3, shape ``(series,)``.
    bare : numpy.ndarray
        Deviations from the line, latest month first, shape ``(36, series)``; ``nan`` outside the full years.
    """

    newest: Array
    slope: Array
    years: NDArray[np.int64]
    bare: Array


def yearly_line(values: Array) -> YearlyLine:
    """Draw a straight line through the latest full years, unmoved by the season.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(months, series)``, the last month last; ``nan`` before a series' start.

    Returns
    -------
    YearlyLine
        Backwards in time.

    Examples
    --------
    >>> line = yearly_line(np.arange(30.0)[:, None])
    >>> line.newest.tolist(), line.slope.tolist(), line.years.tolist()
    ([23.5], [-1.0], [2])
    """
    count = values.shape[1]
    recent = np.full((LINE_YEARS * MONTHS, count), np.nan)
    back = values[::-1][: len(recent)]
    recent[: len(back)] = back
    known = (~np.isnan(values)).sum(axis=0)
    years = np.minimum(known // MONTHS, LINE_YEARS)
    blocks = recent.reshape(LINE_YEARS, MONTHS, count)
    newest = np.nan_to_num(blocks[0]).sum(axis=0) / np.clip(known, 1, MONTHS)
    slope = np.zeros(count)
    for full in (2, 3):
        rows = years == full
        slope[rows] = (blocks[full - 1][:, rows].mean(axis=0) - newest[rows]) / (MONTHS * (full - 1))
    bare = recent - (newest + slope * (np.arange(len(recent))[:, None] - (MONTHS - 1) / 2))
    bare[np.arange(len(recent))[:, None] >= years * MONTHS] = np.nan
    return YearlyLine(newest, slope, years, bare)


def straight_slope(values: Array) -> Array:
    """Slope of the straight line closest to the whole history, by least squares.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(months, series)``; ``nan`` before a series' start.

    Returns
    -------
    numpy.ndarray
        Change a month, shape ``(series,)``; zero for a series of one month.

    Examples
    --------
    >>> straight_slope(np.array([[np.nan], [1.0], [3.0], [5.0]])).tolist()
    [2.0]
    """
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    month = np.arange(len(values), dtype=float)[:, None]
    off = np.where(known, month - np.where(known, month, 0.0).sum(axis=0) / count, 0.0)
    spread = (off**2).sum(axis=0)
    return np.asarray((off * np.nan_to_num(values)).sum(axis=0) / np.where(spread > 0, spread, 1.0))


def centred_mean(values: Array) -> Array:
    """Centred twelve-month mean, the two end months at half weight.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(months, series)``, at least 13 months.

    Returns
    -------
    numpy.ndarray
        Shape ``(months - 12, series)``, for the months from the seventh to the seventh last.
    """
    weights = np.r_[0.5, np.ones(MONTHS - 1), 0.5] / MONTHS
    windows = len(values) - MONTHS
    return np.asarray(sum(weight * values[step : step + windows] for step, weight in enumerate(weights)))
