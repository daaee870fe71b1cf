"""Whether one method's error is smaller than another's, when forecasts of one year share what happened that year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
"""Coverage of the interval of a difference."""

FEWEST_CLUSTERS = 2
"""Fewer years than this say nothing of how much years differ."""


@dataclass(frozen=True)
class Difference:
    """How much smaller one method's error is than another's.

    Parameters
    ----------
    forecasts : int
        Pairs compared.
    mine, other : float
        Sum of absolute errors over the sum of the bases.
    gain : float
        ``other − mine``: positive when mine is better.
    low, high : float
        Interval of `gain`; missing when there are too few years.
    """

    forecasts: int
    mine: float
    other: float
    gain: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """``better``, ``worse``, or ``unclear`` where the interval holds zero or is missing."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "unclear"


def difference(pairs: pd.DataFrame, level: float = LEVEL) -> Difference:
    """Compare the errors of two methods on the same forecasts.

    The eleven forecasts of a year miss the same surprises, and so do units in one year and years in one unit: the
    forecasts are no independent tests. The variance is of sums over years, and over units where there are several,
    whichever is largest, or both joined; with as many degrees of freedom as the fewer of the two, less one.

    Parameters
    ----------
    pairs : DataFrame
        One row a forecast: ``year``, ``unit``, ``base`` (positive), ``mine`` and ``other`` (errors, any sign).
    level : float
        Coverage of the interval.

    Returns
    -------
    Difference

    References
    ----------
    Cameron, Gelbach and Miller, "Robust inference with multiway clustering", *Journal of Business & Economic
    Statistics* 29(2), 2011: the joined variance. Diebold and Mariano, "Comparing predictive accuracy", *Journal of
    Business & Economic Statistics* 13(3), 1995: the loss differential.

    Examples
    --------
    >>> pairs = pd.DataFrame({"year": [2023, 2024, 2025], "unit": "1", "base": 100.0})
    >>> found = difference(pairs.assign(mine=[1.0, -2.0, 1.5], other=[5.0, 6.5, -5.0]))
    >>> round(found.gain, 3), round(found.low, 3), found.verdict
    (0.04, 0.028, 'better')
    """
    base = pairs["base"].to_numpy(dtype=float)
    if not len(pairs) or not base.sum() > 0:
        return Difference(0, *[float("nan")] * 5)
    mine, other = (pairs[name].abs().to_numpy(dtype=float) for name in ("mine", "other"))
    size = base.sum()
    gain = (other - mine).sum() / size
    # What each forecast adds to the difference of the two ratios.
    part = (other - mine - gain * base) / size
    years, units = pd.factorize(pairs["year"])[0], pd.factorize(pairs["unit"])[0]
    half = _half(part, years, units, level)
    figures = (mine.sum() / size, other.sum() / size, gain, gain - half, gain + half)
    return Difference(len(pairs), *map(float, figures))


def _half(part: NDArray[np.float64], years: NDArray[np.int64], units: NDArray[np.int64], level: float) -> float:
    clusters = years.max() + 1
    if clusters < FEWEST_CLUSTERS:
        return float("nan")
    variances = [_variance(part, years)]
    if units.max() > 0:
        clusters = min(clusters, units.max() + 1)
        both = years * (units.max() + 1) + units
        by_unit = _variance(part, units)
        joined = variances[0] + by_unit - _variance(part, both)
        variances += [by_unit, joined]
    return float(stats.t.ppf(0.5 + level / 2, clusters - 1) * np.sqrt(max(variances)))


def _variance(part: NDArray[np.float64], cluster: NDArray[np.int64]) -> float:
    sums = np.bincount(cluster, weights=part)
    count = len(np.unique(cluster))
    return float(count / (count - 1) * (sums**2).sum()) if count > 1 else 0.0
