"""How much a leaf deviates by itself, as a smooth function of its size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MAD_TO_SD = 1.4826
"""Median absolute deviation of a normal variable times this is its standard deviation."""

FEWEST_A_BIN = 40
"""A median absolute deviation of fewer leaves is too rough to fit a curve through."""

MOST_BINS = 12
"""More bins than this only follow chance."""


def fit_scale(deviation: Floats, size: Floats, use: npt.NDArray[np.bool_]) -> Floats:
    """Noise scale of each leaf: median absolute deviation by size, smoothed by a power of the size.

    Parameters
    ----------
    deviation : array of shape (leaves,)
        Actual minus expected, in the unit of the amounts.
    size : array of shape (leaves,)
        Positive size of each leaf, in the same unit.
    use : array of bool, shape (leaves,)
        Leaves without a known cause.

    Returns
    -------
    array of shape (leaves,)
        Positive scale, comparable to a standard deviation of the bulk of the leaves.
    """
    x, d = np.log(size[use]), np.abs(deviation[use])
    floor = max(float(np.median(d)) * 1e-3, np.finfo(float).tiny**0.5)
    bins = int(np.clip(len(x) // FEWEST_A_BIN, 1, MOST_BINS))
    order = np.argsort(x, kind="stable")
    middle, spread = [], []
    for part in np.array_split(order, bins):
        middle.append(float(np.median(x[part])))
        spread.append(max(float(np.median(d[part])) * MAD_TO_SD, floor))
    level = np.log(spread)
    if bins < 3:
        return np.full(len(size), float(np.exp(level.mean())))
    slope, at_zero = np.polyfit(middle, level, 1)
    return np.exp(at_zero + slope * np.log(size))
