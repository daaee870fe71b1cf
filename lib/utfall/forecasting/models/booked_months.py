"""Series booked in certain calendar months only: a licence in January, a settlement each quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.panel import MONTHS, Array

AGREEING_MONTHS = 11
"""Calendar months that must be booked, or empty, in both of the latest two years alike."""


def empty_months(known: Array, horizon: int) -> NDArray[np.bool_]:
    """Tell which months ahead a series is not booked in.

    Two years that agree on which calendar months are empty are a habit; a series that is seldom and
    irregularly booked does not agree, and may be booked any month.

    Parameters
    ----------
    known : numpy.ndarray
        Shape ``(n, months)``, the last known month last; ``nan`` before a series' start.
    horizon : int
        Months ahead.

    Returns
    -------
    numpy.ndarray
        Boolean, shape ``(n, horizon)``.

    Examples
    --------
    >>> licence = np.tile([500.0] + [0.0] * 11, 3)[None]
    >>> empty_months(licence, 13)[0].tolist().index(False)
    0
    >>> int(empty_months(licence, 13).sum())
    11
    """
    if known.shape[1] < 2 * MONTHS:
        return np.zeros((len(known), horizon), dtype=bool)
    latest, before = known[:, -MONTHS:], known[:, -2 * MONTHS : -MONTHS]
    empty = latest == 0.0
    agreeing = ((empty == (before == 0.0)) & ~np.isnan(before)).sum(axis=1)
    both = ((latest != 0.0) & (before != 0.0) & ~np.isnan(before)).any(axis=1)
    habit = both & (agreeing >= AGREEING_MONTHS)
    expected = empty & (before == 0.0) & habit[:, None]
    return np.asarray(expected[:, np.arange(horizon) % MONTHS])
