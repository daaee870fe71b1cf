"""Shapley shares of a change in a product: the mean over every order in which the factors can move."""

from __future__ import annotations

from math import factorial

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_FACTORS = 12
"""Every subset of the factors is visited: 4 096 at twelve, and no bridge with more bars is readable."""


def contributions(before: Floats, after: Floats) -> Floats:
    """Split the change of each cell's product over its factors, averaged over all orders.

    Parameters
    ----------
    before, after : array of shape (cells, factors)
        Finite factors of the two periods, of any sign, zeros included.

    Returns
    -------
    array of shape (cells, factors)
        In the unit of the product; each row sums to the change of its product up to rounding.

    Raises
    ------
    ValueError
        For more than `MOST_FACTORS` factors.

    References
    ----------
    Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games II, 307-317.

    Examples
    --------
    >>> contributions(np.array([[0.0, 0.0]]), np.array([[4.0, 3.0]])).tolist()
    [[6.0, 6.0]]
    """
    cells, factors = before.shape
    if factors > MOST_FACTORS:
        raise ValueError(f"Shapley shares of {factors} factors would visit 2**{factors} subsets")
    products = np.ones((1, cells))
    for factor in range(factors):
        # Bit number `factor` of a row tells whether that factor has moved to its value after.
        products = np.concatenate([products * before[:, factor], products * after[:, factor]])
    subsets = np.arange(2**factors)
    size = np.array([int(subset).bit_count() for subset in subsets])
    orders = np.array([factorial(s) * factorial(factors - s - 1) / factorial(factors) for s in range(factors)])
    shares = np.zeros((cells, factors))
    for factor in range(factors):
        unmoved = subsets[(subsets >> factor) & 1 == 0]
        step = products[unmoved | (1 << factor)] - products[unmoved]
        shares[:, factor] = orders[size[unmoved]] @ step
    return shares
