"""Classes of history length: a short series is tested as if all series were as short."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.panel import Array

LENGTHS = (1, 2, 3, 6, 9, 13, 19, 25, 37, 49, 61)
"""Least months of history of each class; the last class sees everything."""

MOST_TESTED = 400
"""Series tested as if shorter than they are; more would not sharpen a quantile."""


def length_class(length: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the longest of `LENGTHS` that each history fills.

    Examples
    --------
    >>> length_class(np.array([1, 14, 200])).tolist()
    [1, 13, 61]
    """
    bounds = np.array(LENGTHS)
    return bounds[np.maximum(np.searchsorted(bounds, length, side="right") - 1, 0)]


def latest(known: Array, months: int) -> Array:
    """Hide all but the latest months.

    Parameters
    ----------
    known : numpy.ndarray
        Shape ``(n, months)``, the last known month last.
    months : int
        Months to leave; everything is left from the longest of `LENGTHS` on.

    Returns
    -------
    numpy.ndarray
        The same shape, hidden months ``nan``.

    Examples
    --------
    >>> latest(np.array([[1.0, 2.0, 3.0]]), 2).tolist()
    [[nan, 2.0, 3.0]]
    """
    if months >= LENGTHS[-1]:
        return known
    hidden = known.copy()
    hidden[:, : max(known.shape[1] - months, 0)] = np.nan
    return hidden


def sample(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Choose at most `MOST_TESTED` rows, evenly spread.

    Examples
    --------
    >>> len(sample(np.arange(1000)))
    334
    """
    return rows[:: -(-len(rows) // MOST_TESTED)] if len(rows) else rows
