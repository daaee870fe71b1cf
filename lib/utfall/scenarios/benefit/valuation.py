"""What a stream of costs and benefits is worth: payback, break-even, and which item the answer hangs on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEARLY_ZERO = 0.005
"""SEK: half an öre. A cumulated net this near zero is zero, so that a calculation made to break even does."""


def paid_back_from(cumulated: Array) -> NDArray[Any]:
    """Find the month from which a cumulated net stays at or above zero to the end.

    Parameters
    ----------
    cumulated : ndarray, shape (…, months)
        Discounted net, summed from the start through each month; SEK.

    Returns
    -------
    ndarray of int, shape (…,)
        Position of the month; −1 where the net is below zero at the end.

    Examples
    --------
    >>> paid_back_from(np.array([[-5.0, 1.0, -1.0, 0.0, 2.0], [-5.0, -4.0, -3.0, -2.0, -1.0]])).tolist()
    [3, -1]
    """
    stays = np.logical_and.accumulate(cumulated[..., ::-1] >= -NEARLY_ZERO, axis=-1)[..., ::-1]
    return np.where(stays[..., -1], stays.argmax(axis=-1), -1)


def break_even_share(benefits: float, costs: float) -> float:
    """Say which share of the benefits must come for them to cover the costs.

    Parameters
    ----------
    benefits, costs : float
        Present values, as sizes.

    Returns
    -------
    float
        1 is all of them, more than 1 that they are too small; not a number when there are none.

    Examples
    --------
    >>> break_even_share(200.0, 150.0)
    0.75
    """
    return costs / benefits if benefits > 0 else float("nan")


def variance_shares(parts: Array) -> Array:
    """Say how much of the spread of a sum comes with each part.

    Parameters
    ----------
    parts : ndarray, shape (draws, parts)
        What is summed.

    Returns
    -------
    ndarray, shape (parts,)
        Covariance of each part with the sum, as a share of the sum's variance: they sum to 1, and are the shares of
        variance when parts are independent. All zero when nothing varies.

    Examples
    --------
    >>> variance_shares(np.array([[1.0, 3.0], [-1.0, 3.0], [2.0, 3.0]])).tolist()
    [1.0, 0.0]
    """
    # What does not vary is away from its mean by nothing, not by binary noise.
    away = np.where(np.ptp(parts, axis=0) > 0, parts - parts.mean(axis=0), 0.0)
    with_sum = (away * away.sum(axis=1, keepdims=True)).mean(axis=0)
    whole = float(with_sum.sum())
    return with_sum / whole if whole > 0 else np.zeros(parts.shape[1])
