"""Whole öre, so that sums hold exactly in every draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ore = NDArray[np.int64]


def whole_ore(amounts: Array) -> Ore:
    """Round to whole öre.

    Examples
    --------
    >>> whole_ore(np.array([-10.4, 10.6])).tolist()
    [-10, 11]
    """
    return np.rint(amounts).astype(np.int64)


def spread_evenly(yearly: Array, months: int = 12) -> Ore:
    """Part yearly amounts into months of whole öre that sum to the rounded year.

    Parameters
    ----------
    yearly : ndarray of shape (..., years)
        Öre.
    months : int, default 12
        Months of a year.

    Returns
    -------
    ndarray of int, shape (..., years * months)

    Examples
    --------
    >>> parts = spread_evenly(np.array([100.0]))
    >>> parts.tolist(), int(parts.sum())
    ([8, 9, 8, 8, 9, 8, 8, 9, 8, 8, 9, 8], 100)
    """
    return spread(yearly, np.full((*yearly.shape, months), 1 / months))


def spread(yearly: Array, shares: Array) -> Ore:
    """Part yearly amounts into months by shares, in whole öre that sum to the rounded year.

    Parameters
    ----------
    yearly : ndarray of shape (..., years)
        Öre.
    shares : ndarray of shape (..., years, months)
        Shares that sum to 1.

    Returns
    -------
    ndarray of int, shape (..., years * months)
    """
    through = np.cumsum(shares, axis=-1)
    through[..., -1] = 1.0  # the last month closes the year whatever the shares' last digit
    through *= yearly[..., None]
    whole = np.rint(through, out=through).astype(np.int64)
    return np.diff(whole, axis=-1, prepend=0).reshape(*yearly.shape[:-1], -1)
