"""Additive LMDI-I: how much of a change in a product each factor brought, with no remainder."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SERIES_BELOW = 1e-8
"""Below this total log change the growth factor equals 1 to the last bit, and the quotient would be 0/0."""


def contributions(before: Floats, after: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Split the change of each cell's product over its factors by logarithmic means.

    A factor's share is ``L(after, before) * ln(factor after / factor before)``, where ``L`` is the
    logarithmic mean of the two products. The shares of a cell sum to its change. A product that
    was (or became) zero because of one factor gives that factor the whole change, which is the limit
    of the formula as the factor goes to zero.

    Parameters
    ----------
    before, after : array of shape (cells, factors)
        Finite factors of the two periods. A factor may be negative where it keeps its sign.

    Returns
    -------
    shares : array of shape (cells, factors)
        In the unit of the product, signed as the product; zero in cells that are not decided.
    decided : array of bool, shape (cells,)
        False where a factor changes sign, or several factors are zero in the period in which the
        product is zero: no logarithm tells the factors apart there.

    References
    ----------
    Ang, B. W. (2005). The LMDI approach to decomposition analysis: a practical guide.
    Energy Policy 33(7), 867-871. Ang, B. W. & Liu, N. (2007). Handling zero values in the
    logarithmic mean Divisia index decomposition approach. Energy Policy 35(1), 238-246.

    Examples
    --------
    >>> shares, decided = contributions(np.array([[10.0, 2.0]]), np.array([[10.0, 3.0]]))
    >>> shares.tolist(), decided.tolist()
    ([[0.0, 10.0]], [True])
    """
    value_before, value_after = before.prod(axis=1), after.prod(axis=1)
    zero_before, zero_after = before == 0, after == 0
    changes_sign = (np.sign(before) * np.sign(after) < 0).any(axis=1)
    appears = zero_before.any(axis=1) & ~zero_after.any(axis=1)
    vanishes = zero_after.any(axis=1) & ~zero_before.any(axis=1)
    nothing = zero_before.any(axis=1) & zero_after.any(axis=1)
    regular = ~changes_sign & ~zero_before.any(axis=1) & ~zero_after.any(axis=1)

    shares = np.zeros_like(before)
    logs = np.log(after[regular] / before[regular])
    shares[regular] = logs * _logarithmic_mean(value_before[regular], logs.sum(axis=1))[:, None]

    one_appears = appears & ~changes_sign & (zero_before.sum(axis=1) == 1)
    shares[one_appears] = np.where(zero_before[one_appears], value_after[one_appears, None], 0.0)
    one_vanishes = vanishes & ~changes_sign & (zero_after.sum(axis=1) == 1)
    shares[one_vanishes] = np.where(zero_after[one_vanishes], -value_before[one_vanishes, None], 0.0)
    return shares, regular | one_appears | one_vanishes | nothing


def _logarithmic_mean(value: Floats, log_change: Floats) -> Floats:
    """Logarithmic mean of `value` and ``value * exp(log_change)``, stable where they are close."""
    moved = np.abs(log_change) > SERIES_BELOW
    growth = np.ones_like(log_change)
    growth[moved] = np.expm1(log_change[moved]) / log_change[moved]
    return value * growth
