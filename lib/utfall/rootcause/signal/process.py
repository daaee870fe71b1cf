"""What a series does by itself: its season, level and trend, and how far it strays from them, from its own history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MONTHS = 12
"""Months in a year: seasons are taken out by whole years."""

FEWEST_YEARS = 2
"""Whole years before the judged one without which a season cannot be told from chance."""

MOST_YEARS = 5
"""Whole years used: what is older says little of how the unit works today."""

XMR_CONSTANT = 1.128
"""d2 for moving ranges of two values: mean moving range / d2 estimates the standard deviation (Shewhart)."""

TREND_KEPT = 0.8
"""Share of the past years' trend that is carried on: growth seldom goes on unbroken."""

TRUSTED_YEARS = 2.0
"""How many years' forecast errors the prior of a level's error counts for; a series has three of its own at most."""

LEVEL_TO_NOISE = 0.75
"""Prior: a level is missed by this many standard deviations of a month (.5 in pure chance, more when it drifts)."""

LEVEL_FLOOR = 0.01
"""No level is foreseen better than to one per cent: wages and prices alone vary by that between years."""

NOISE_FLOOR = 0.002
"""No month is foreseen better than to two per mille, however mechanical its bookings (depreciation)."""

YEAR_MEAN_LAG = 4.0
"""A random walk is four months' steps away from its own last year's mean when the new year begins (12 / 3)."""

MEAN_LAG = YEAR_MEAN_LAG + (MONTHS + 1) / 2
"""The same, on average over the twelve months to come."""

MOST_CORRELATION = 0.8
"""Higher correlations between months cannot be told from a drifting level in a few years."""

CORRELATION_MONTHS = 12
"""Months without correlation that the history's own correlation is shrunk with."""

SMALLEST_SHARE = 0.2
"""A series of one sign whose every month is at least this share of its median is treated in proportion."""

_MIDYEAR = np.arange(MONTHS) - (MONTHS - 1) / 2
_WITHIN_YEARS = np.arange(MONTHS * MOST_YEARS - 1) % MONTHS != MONTHS - 1


@dataclass(frozen=True)
class Process:
    """The expected year of each series and how far its months stray from it, as shares of `unit`.

    Parameters
    ----------
    fitted, expected : array of shape (series, 12)
        The last year of the history as the process explains it, and the year to come, SEK in result sign.
    fitted_unit, unit : array of shape (series, 12)
        What the spreads are shares of, SEK: the size of the expected month, or of the whole history for a series of
        both signs.
    level : array of shape (series,)
        Standard error of the coming year's level.
    noise : array of shape (series,)
        Standard deviation of a month around its season, from the moving range, and with the season's own error.
    correlation : array of shape (series,)
        Correlation of one month with the next.
    widest, widest_range : array of shape (series,)
        The largest residual, and the largest moving range, that the history holds.
    years : int
        Whole years of history.
    """

    fitted: Floats
    fitted_unit: Floats
    expected: Floats
    unit: Floats
    level: Floats
    noise: Floats
    correlation: Floats
    widest: Floats
    widest_range: Floats
    years: int

    def level_spread(self, months: int) -> Floats:
        """Standard error of the centre line in each of the first months: it widens from the end of the history."""
        steps = YEAR_MEAN_LAG + np.arange(1, months + 1)
        return self.level[:, None] * np.sqrt(steps / MEAN_LAG)

    def spread(self, months: int) -> Floats:
        """Standard error of each of the first months around its expected value."""
        return np.hypot(self.level_spread(months), self.noise[:, None])

    def sum_spread(self, months: int) -> Floats:
        """Standard error of the sum of the first months, SEK: errors of level add up, chance partly cancels."""
        month = np.arange(1, months + 1)
        unit = self.unit[:, :months]
        shared = (YEAR_MEAN_LAG + np.minimum.outer(month, month)) / MEAN_LAG
        apart = np.abs(np.subtract.outer(month, month))
        chance = self.correlation[:, None, None] ** apart
        covariance = (self.level**2)[:, None, None] * shared + (self.noise**2)[:, None, None] * chance
        return np.sqrt(np.einsum("si,sij,sj->s", unit, covariance, unit))


def fit_process(history: Floats) -> Process:
    """Estimate each series' own process from its whole years.

    Season, level and trend are additive in logarithms for a series of one sign, in amounts for others. The level's
    error is what one-year-ahead forecasts of the series' own earlier years missed by, shrunk towards a prior.

    Parameters
    ----------
    history : array of shape (series, 12 · years)
        SEK in result sign, 2 to 5 whole years, the last month last.

    Returns
    -------
    Process

    Examples
    --------
    >>> year = np.r_[np.full(6, -90.0), np.full(6, -110.0)]
    >>> process = fit_process(np.tile(year, 3)[None])
    >>> process.expected.round(1)[0, [0, 11]].tolist(), float(process.level.round(3)[0])
    ([-90.0, -110.0], 0.01)
    """
    series, months = history.shape
    years = months // MONTHS
    scaled, scale, in_proportion = scale_free(history)
    blocks = scaled.reshape(series, years, MONTHS)

    ahead, around = _year_ahead(blocks), _residuals(blocks)
    spare = np.sqrt(months / (months - years - MONTHS + 1))  # what fitting levels and season took from the residuals
    within = _WITHIN_YEARS[: months - 1]
    ranges = np.abs(np.diff(around, axis=1))[:, within]
    correlation = _correlation(around, within)
    plain = np.maximum(ranges.mean(axis=1) * spare / XMR_CONSTANT / np.sqrt(1 - correlation), NOISE_FLOOR)
    errors = [(blocks[:, year] - _year_ahead(blocks[:, :year])).mean(axis=1) for year in range(FEWEST_YEARS, years)]
    squares = sum((error**2 for error in errors), np.zeros(series))
    prior = (LEVEL_TO_NOISE * plain) ** 2 + LEVEL_FLOOR**2
    level = np.sqrt((TRUSTED_YEARS * prior + squares) / (TRUSTED_YEARS + len(errors)))

    # The mean of a series is above the exponential of its logarithms' mean.
    smear = np.where(in_proportion, np.exp(around).mean(axis=1), 1.0)[:, None]
    sign = np.sign(history.sum(axis=1))[:, None]

    def amounts(values: Floats) -> tuple[Floats, Floats]:
        proportional = sign * np.exp(np.where(in_proportion[:, None], values, 0.0)) * smear
        shown = np.where(in_proportion[:, None], proportional, values * scale[:, None])
        return shown, np.where(in_proportion[:, None], np.abs(shown), scale[:, None])

    fitted, fitted_unit = amounts(blocks[:, -1] - around.reshape(blocks.shape)[:, -1])
    expected, unit = amounts(ahead)
    return Process(
        fitted=fitted,
        fitted_unit=fitted_unit,
        expected=expected,
        unit=unit,
        level=np.maximum(level, LEVEL_FLOOR),
        noise=plain * np.sqrt(1 + 1 / years),
        correlation=correlation,
        widest=np.abs(around).max(axis=1) * spare,
        widest_range=ranges.max(axis=1) * spare,
        years=years,
    )


def scale_free(history: Floats) -> tuple[Floats, Floats, Bools]:
    """Put series on one scale: a series of one sign in logarithms of its size, others as shares of their mean size.

    Parameters
    ----------
    history : array of shape (series, months)
        SEK; no series is zero in every month.

    Returns
    -------
    scaled : array of shape (series, months)
        The series.
    scale : array of shape (series,)
        Mean size, SEK.
    in_proportion : array of bool, shape (series,)
        Whether a series is in logarithms.

    Examples
    --------
    >>> scaled, scale, in_proportion = scale_free(np.array([[-1.0, -1.0], [-1.0, 3.0]]))
    >>> scaled.tolist(), scale.tolist(), in_proportion.tolist()
    ([[0.0, 0.0], [-0.5, 1.5]], [1.0, 2.0], [True, False])
    """
    size = np.abs(history)
    scale = size.mean(axis=1)
    one_sign = (history > 0).all(axis=1) | (history < 0).all(axis=1)
    in_proportion = one_sign & (size.min(axis=1) > SMALLEST_SHARE * np.median(size, axis=1))
    logs = np.log(np.where(in_proportion[:, None], size, 1.0))
    return np.where(in_proportion[:, None], logs, history / scale[:, None]), scale, in_proportion


def _year_ahead(blocks: Floats) -> Floats:
    """Carry on the last year's level with the damped trend, in the season of all years."""
    level, trend, season = _parts(blocks)
    return level[:, -1:] + trend[:, None] * (MONTHS + _MIDYEAR) / MONTHS + season


def _residuals(blocks: Floats) -> Floats:
    """What is left of each month when its year's level, the trend within the year and the season are taken out."""
    level, trend, season = _parts(blocks)
    shape = season + trend[:, None] * _MIDYEAR / MONTHS
    return (blocks - level[:, :, None] - shape[:, None]).reshape(len(blocks), -1)


def _parts(blocks: Floats) -> tuple[Floats, Floats, Floats]:
    """Level of each year, trend a year, and season of each calendar month."""
    level = blocks.mean(axis=2)
    trend = TREND_KEPT * (level[:, -1] - level[:, 0]) / (blocks.shape[1] - 1)
    season = (blocks - level[:, :, None]).mean(axis=1) - trend[:, None] * _MIDYEAR / MONTHS
    return level, trend, season


def _correlation(around: Floats, within: Bools) -> Floats:
    """Correlation of one month with the next, freed of the bias that taking out each year's mean leaves."""
    months = around.shape[1]
    together = (around[:, 1:] * around[:, :-1])[:, within].mean(axis=1)
    alone = (around**2).mean(axis=1)
    raw = np.divide(together, alone, out=np.zeros(len(around)), where=alone > 0)
    # The mean of n months estimated from them pulls their correlation down by (1 + 3ρ) / n (Marriott and Pope 1954).
    unbiased = np.clip((raw + 1 / MONTHS) / (1 - 3 / MONTHS), 0.0, MOST_CORRELATION)
    return np.asarray(unbiased * months / (months + CORRELATION_MONTHS))
