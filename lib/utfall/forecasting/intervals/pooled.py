"""Intervals from pooled backtest errors: a width for each series times one factor for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import special

from utfall.errors import InvalidParameter
from utfall.forecasting.as_written import as_written
from utfall.forecasting.panel import MONTHS, Array

SHRINKAGE = 0.4
"""Weight of the typical noise of all series against a series' own, on the log scale."""

QUIETEST = 0.1
"""No series is taken to be more exact than this share of the typical series, short of a constant one."""

MIN_DIFFERENCES = 6
"""Fewest seasonal differences a series' own noise is measured from."""

NOISE_MONTHS = 36
"""Latest months the noise is measured over."""


def checked_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Sort the wanted levels of coverage.

    Parameters
    ----------
    levels : sequence of float
        Nominal coverage in percent.

    Returns
    -------
    tuple of float
        Ascending, each once.

    Raises
    ------
    InvalidParameter
        When there is none, or one is not a percentage between 1 and 99.

    Examples
    --------
    >>> checked_levels([95, 80])
    (80, 95)
    """
    given = list(levels) if isinstance(levels, Iterable) else [levels]
    numbers = all(isinstance(level, int | float | np.integer | np.floating) for level in given)
    wanted = tuple(sorted(set(given))) if numbers and isinstance(levels, Iterable) else ()
    if not wanted or not all(1 <= level <= 99 for level in wanted):
        raise InvalidParameter(
            f"levels is {as_written(levels)}; give percentages between 1 and 99, for example (80, 95)."
        )
    return wanted


def scale_months(used: int, bound: int) -> int:
    """Say how many of a series' months its scale is measured over.

    Parameters
    ----------
    used : int
        Months of history the tested forecasts saw.
    bound : int
        Months of history the series has, at least.

    Returns
    -------
    int
        `bound`, but less than a seasonal difference needs where the tests had none: scales compare only
        when they are measured alike.

    Examples
    --------
    >>> scale_months(3, 9), scale_months(13, 37), scale_months(25, 37)
    (9, 18, 37)
    """
    seasonal_from = MONTHS + 1 + MIN_DIFFERENCES
    return bound if used >= seasonal_from else min(bound, seasonal_from - 1)


def noise_scale(known: Array, shrinkage: float = SHRINKAGE) -> Array:
    """How much a series moves from month to month beyond its season, comparable between series.

    The mean absolute change of the twelve-month difference (of the value itself for short series),
    shrunk toward the typical ratio of noise to level among all the series.

    Parameters
    ----------
    known : numpy.ndarray
        Shape ``(n, months)``, the origin last; ``nan`` before a series' start.
    shrinkage : float
        Weight of the typical ratio, 0 to 1; 0 for totals, which are not alike.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, in the unit of the series, never negative.

    Examples
    --------
    >>> quiet, loud = np.tile([10.0, 10.1, 10.0, 9.9, 10.1], 10), np.tile([10.0, 13.0, 9.0, 11.0, 6.0], 10)
    >>> noise_scale(np.vstack([quiet, loud])).round(2).tolist()
    [0.53, 3.0]
    """
    recent = known[:, -NOISE_MONTHS - MONTHS - 1 :]
    seasonal = recent[:, MONTHS:] - recent[:, :-MONTHS]
    own = _mean_abs(np.diff(seasonal, axis=1), MIN_DIFFERENCES)
    plain = _mean_abs(np.diff(known[:, -NOISE_MONTHS:], axis=1), 1)
    own = np.where(np.isnan(own), plain, own)
    # A series that is often empty may have had nothing for a year; it still has the size it used to have.
    level = np.fmax(_mean_abs(known[:, -MONTHS:], 1), _mean_abs(known, 1) * (known[:, -MONTHS:] == 0).all(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(level > 0, own / level, np.nan)
    positive = relative[np.isfinite(relative) & (relative > 0)]
    if not len(positive):
        return np.zeros(len(known))
    typical = float(np.median(positive))
    relative = np.where(np.isfinite(relative), np.maximum(relative, QUIETEST * typical), typical)
    shrunk = np.exp((1.0 - shrinkage) * np.log(relative) + shrinkage * np.log(typical))
    return np.nan_to_num(level) * shrunk


def pooled_factor(scores: Array, level: float) -> float:
    """Find the factor that covers `level` percent of the scaled absolute errors.

    The quantile with the finite-sample correction of conformal prediction. Where there are too few scores for
    that quantile to exist, Student's t with as many degrees of freedom, or the largest score if larger.

    Parameters
    ----------
    scores : numpy.ndarray
        Absolute errors divided by their scale, at least one.
    level : float
        Nominal coverage in percent.

    Returns
    -------
    float
        The factor.

    References
    ----------
    Vovk, Gammerman and Shafer, *Algorithmic Learning in a Random World*, Springer 2005, ch. 2.

    Examples
    --------
    >>> pooled_factor(np.arange(1.0, 100.0), 80)
    80.0
    >>> round(pooled_factor(np.array([1.0, 1.0, 1.0, 1.0, 1.0]), 95), 2)
    2.57
    """
    ordered = np.sort(scores)
    rank = int(np.ceil((len(ordered) + 1) * level / 100.0))
    if rank <= len(ordered):
        return float(ordered[rank - 1])
    spread = float(np.sqrt((ordered**2).mean()))
    return max(float(ordered[-1]), spread * float(special.stdtrit(len(ordered), 0.5 + level / 200.0)))


def _mean_abs(values: Array, at_least: int) -> Array:
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, np.abs(values), 0.0).sum(axis=1)
    return np.where(count >= at_least, total / np.maximum(count, 1), np.nan)
