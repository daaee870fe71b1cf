"""The noise a series may have, as a grid that estimates are averaged over.

Noise is what level, trend, season and effect leave: an AR(1) with standard deviation 1 (in a unit that is
estimated), a level that wanders and a slope that drifts. Which of it a series has cannot be told from a few years,
and an interval that takes the likeliest for certain is too narrow; so every combination is tried and weighed by how
well it explains the series. The combinations do not depend on the data, so each is factored once a process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CORRELATIONS = {0.0: 0.2, 0.3: 0.25, 0.6: 0.3, 0.85: 0.25}
"""Correlation of a month's noise with the month before: its probability before the data are seen."""

LEVEL_STEPS = {0.0: 0.25, 0.1: 0.25, 0.2: 0.2, 0.4: 0.15, 0.8: 0.1, 2.0: 0.05}
"""Step a month of a wandering level, in standard deviations of the AR(1): its probability."""

SLOPE_STEPS = {0.0: 0.4, 0.01: 0.2, 0.03: 0.2, 0.1: 0.2}
"""Step a month of a drifting slope, in standard deviations of the AR(1): its probability."""

BESIDE_DRIFT = ({0.0, 0.6}, {0.0, 0.2})
"""Correlations and level steps tried together with a drifting slope: few, for drift drowns their differences."""

BLOCK = 24
"""Noises are factored for lengths rounded up to this many months, so that few lengths are kept."""


@dataclass(frozen=True, eq=False)
class NoiseGrid:
    """Every noise, factored for a number of months.

    Parameters
    ----------
    correlation, level, slope : ndarray of shape (noises,)
        What noise it is.
    whiten : ndarray of shape (noises, months, months)
        Inverse Cholesky factors: they turn each noise into independent draws of variance 1. The first m rows
        and columns belong to the first m months alone.
    log_determinant : ndarray of shape (noises, months)
        Log determinant of the covariance of the first 1, 2, … months.
    log_prior : ndarray of shape (noises,)
        Log probability before the data are seen.
    """

    correlation: Array
    level: Array
    slope: Array
    whiten: Array
    log_determinant: Array
    log_prior: Array

    def nearest(self, correlation: float, level: float) -> int:
        """Position of the noise with this correlation and level step and no drift."""
        apart = np.abs(self.correlation - correlation) + np.abs(self.level - level) + self.slope
        return int(apart.argmin())


def noise_grid(months: int) -> NoiseGrid:
    """Give every noise for a series of some months.

    Parameters
    ----------
    months : int
        Length of the series.

    Returns
    -------
    NoiseGrid

    Examples
    --------
    >>> grid = noise_grid(36)
    >>> grid.whiten.shape[1:], round(float(np.exp(grid.log_prior).sum()), 9)
    ((36, 36), 1.0)
    """
    whole = _factored(-(-months // BLOCK) * BLOCK)
    return NoiseGrid(
        whole.correlation,
        whole.level,
        whole.slope,
        whole.whiten[:, :months, :months],
        whole.log_determinant[:, :months],
        whole.log_prior,
    )


@lru_cache(maxsize=8)
def _factored(months: int) -> NoiseGrid:
    at = np.arange(months)
    apart = np.abs(at[:, None] - at[None, :])
    wandering = np.minimum(at[:, None], at[None, :]).astype(float)
    gained = np.cumsum(np.tri(months, k=-1), axis=0)  # what a slope's step has added to each later month
    drifting = gained @ gained.T
    combinations = [
        (correlation, level, slope)
        for correlation, level, slope in product(CORRELATIONS, LEVEL_STEPS, SLOPE_STEPS)
        if slope == 0 or (correlation in BESIDE_DRIFT[0] and level in BESIDE_DRIFT[1])
    ]
    whiten = np.empty((len(combinations), months, months))
    log_determinant = np.empty((len(combinations), months))
    for number, (correlation, level, slope) in enumerate(combinations):
        factor = np.linalg.cholesky(correlation**apart + level**2 * wandering + slope**2 * drifting)
        whiten[number] = np.tril(np.linalg.inv(factor))
        log_determinant[number] = 2 * np.log(np.diag(factor)).cumsum()
    prior = np.array([CORRELATIONS[one] * LEVEL_STEPS[two] * SLOPE_STEPS[three] for one, two, three in combinations])
    known = np.array(combinations)
    return NoiseGrid(known[:, 0], known[:, 1], known[:, 2], whiten, log_determinant, np.log(prior / prior.sum()))
