"""The size of a past event, measured in the series and shrunk toward the other events of its name."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from utfall.forecasting.models.core import SMALLEST_SHARE
from utfall.forecasting.models.season import LONG_SEASON_MONTHS, season_of
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.profiles import keeps_one_sign

SPAN = 4
"""Months before and after an event that are compared."""

FEWEST_AROUND = 3
"""Fewest months there must be on either side."""

FEWEST_PLACEBOS = 6
"""Fewest other months the same comparison is made at, to know how much it varies without an event."""

NORMAL_95 = 1.96
"""Standard deviations that hold 95 per cent of a normal variable."""

FEWEST_YEARS = 1.25
"""Years below which the season takes so much of the noise that a step cannot be told from it.

A season fitted to few years hides noise, in the step and in the comparisons alike: with white and with autocorrelated
noise their spread falls short by (years + 0.5) / (years − 1), measured from three years to ten.
"""

ROUNDS = 3
"""Times the season is measured anew without the steps found: a step is easily taken for season."""

EXACT = 1e-6
"""Variance of the logarithm of a size that is given, among those measured."""

Columns = NDArray[np.int64]


def measured_steps(values: Array, starts: Columns) -> tuple[Array, Array]:
    """Measure the lasting steps of one series at known months.

    Each is the difference between the medians of the months after and before, without season, less the usual
    such difference in the series; its variance is that of the same difference at other months.

    Parameters
    ----------
    values : numpy.ndarray
        Known months of one series; ``nan`` before its start.
    starts : numpy.ndarray
        First columns of the steps, rising.

    Returns
    -------
    steps : numpy.ndarray
        Logarithm of each relative change; ``nan`` where it cannot be measured: too few months around it, too
        short a history, or a series that does not keep one sign.
    variances : numpy.ndarray
        Their variances.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> values = np.r_[np.full(40, 100.0), np.full(20, 110.0)] * rng.normal(1.0, 0.01, 60)
    >>> steps, variances = measured_steps(values, np.array([40]))
    >>> round(float(np.exp(steps[0]) - 1.0), 2)
    0.09
    """
    missing = np.full(len(starts), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if len(known) <= MONTHS or not keeps_one_sign(values[None])[0]:
        return missing, missing.copy()
    first = int(known[0])
    size = np.abs(values[first:])
    logs = np.log(np.maximum(size, SMALLEST_SHARE * size.mean()))
    at = np.asarray(starts) - first
    usable = (at >= FEWEST_AROUND) & (at <= len(logs) - FEWEST_AROUND)
    found, spread = np.zeros(len(at)), np.full(len(at), np.nan)
    position = np.arange(len(logs))
    years = max(len(logs) / MONTHS, FEWEST_YEARS)
    inflation = (years + 0.5) / (years - 1.0)
    for _ in range(ROUNDS):
        steps = sum((found[i] * (position >= at[i]) for i in np.flatnonzero(usable)), np.zeros(len(logs)))
        season = season_of((logs - steps)[:, None], LONG_SEASON_MONTHS)[:, 0]
        rest = logs - steps - season[position % MONTHS]
        for i in np.flatnonzero(usable):
            before, after = min(SPAN, int(at[i])), min(SPAN, len(logs) - int(at[i]))
            usual = _changes(rest, before, after)
            if len(usual) < FEWEST_PLACEBOS:
                usable[i] = False
                continue
            middle = float(np.median(usual))
            own = float(np.median(rest[at[i] : at[i] + after]) - np.median(rest[at[i] - before : at[i]]))
            found[i] += own - middle
            # The tails count: a step is often as large as the rarest change without one.
            spread[i] = inflation * float(np.quantile(np.abs(usual - middle), 0.95)) / NORMAL_95
    return np.where(usable, found, np.nan), np.where(usable, np.maximum(spread**2, EXACT), np.nan)


def pooled_steps(steps: Array, variances: Array) -> tuple[Array, Array]:
    """Shrink the steps of one name toward their mean, and give the mean to those that could not be measured.

    Random effects: the more the steps differ beyond their own uncertainty, the less they are moved. A single step is
    moved toward zero by the share of it that its uncertainty explains.

    Parameters
    ----------
    steps, variances : numpy.ndarray
        Measured and given logarithms, and their variances; ``nan`` where there is none.

    Returns
    -------
    steps, variances : numpy.ndarray
        ``nan`` only where none of the name is known.

    References
    ----------
    DerSimonian and Laird, "Meta-analysis in clinical trials", *Controlled Clinical Trials* 7 (1986).

    Examples
    --------
    >>> steps, _ = pooled_steps(np.array([0.02, 0.04, np.nan]), np.array([1e-4, 1e-4, np.nan]))
    >>> steps.round(3).tolist()
    [0.025, 0.035, 0.03]
    """
    known = ~np.isnan(steps)
    count = int(known.sum())
    if count == 0:
        return steps, variances
    x, v = steps[known], variances[known]
    if count == 1:
        share = max(0.0, 1.0 - float(v[0]) / max(float(x[0] ** 2), EXACT)) if v[0] > EXACT else 1.0
        # Elsewhere the same name may mean as much or as little as the step itself.
        return np.where(known, steps * share, x[0] * share), np.where(known, variances * share, v[0] + x[0] ** 2)
    weight = 1.0 / v
    mean = float((weight * x).sum() / weight.sum())
    excess = float((weight * (x - mean) ** 2).sum()) - (count - 1)
    between = max(0.0, excess / float(weight.sum() - (weight**2).sum() / weight.sum()))
    weight = 1.0 / (v + between)
    mean, uncertainty = float((weight * x).sum() / weight.sum()), 1.0 / float(weight.sum())
    own = between / (between + v)
    moved, left = steps.copy(), variances.copy()
    moved[known] = mean + own * (x - mean)
    left[known] = own * v + (1.0 - own) ** 2 * uncertainty
    moved[~known], left[~known] = mean, between + uncertainty
    return moved, left


def _changes(rest: Array, before: int, after: int) -> Array:
    """Difference of the medians after and before every month there is."""
    first = np.median(sliding_window_view(rest, before), axis=1)
    then = np.median(sliding_window_view(rest, after), axis=1)
    count = len(rest) - before - after + 1
    return np.asarray(then[before : before + count] - first[:count])
