"""How likely a year total is to reach an amount, read from the widths that covered earlier errors."""

from __future__ import annotations

import numpy as np

from utfall.forecasting.panel import Array

SPREAD_LEVELS = (*range(2, 99, 2), 99, 99.5)
"""Coverages, in percent, whose widths are kept for every series: probabilities are read between them."""

TAIL_POWER = 2.0
"""Beyond the widest tested interval the probability falls with this power of the distance, as Chebyshev's bound."""


def chance_of_at_least(
    total: float, mean: float, half: Array, levels: Array, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> float:
    """Probability that what was forecast is at least `total`.

    Parameters
    ----------
    total : float
        The amount, in the unit and sign of the forecast.
    mean : float
        The forecast.
    half : numpy.ndarray
        Half the width of the interval at each of `levels`, never falling; ``nan`` where not tested.
    levels : numpy.ndarray
        Coverages in percent, ascending.
    bounds : tuple of float
        The amounts nothing is below and nothing above.

    Returns
    -------
    float
        From 0 to 1; ``nan`` where a width is missing.

    Examples
    --------
    >>> half, levels = np.array([1.0, 2.0, 3.0]), np.array([50.0, 80.0, 95.0])
    >>> [round(chance_of_at_least(total, 10.0, half, levels), 3) for total in (8.0, 10.0, 11.0, 16.0)]
    [0.9, 0.5, 0.25, 0.006]
    >>> chance_of_at_least(8.0, 10.0, half, levels, bounds=(9.0, np.inf))
    1.0
    """
    if np.isnan(half).any() or np.isnan(total):
        return float("nan")
    lowest, highest = bounds
    if total <= lowest or total > highest:
        return float(total <= lowest)
    widest, distance = float(half[-1]), abs(total - mean)
    if widest == 0.0:
        return float(total <= mean)
    if distance <= widest:
        outside = 1.0 - float(np.interp(distance, [0.0, *half], [0.0, *levels])) / 100.0
    else:
        outside = (1.0 - float(levels[-1]) / 100.0) * (widest / distance) ** TAIL_POWER
    return 1.0 - outside / 2.0 if total <= mean else outside / 2.0
