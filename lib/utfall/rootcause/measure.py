"""What a deviation is measured against, and the ways in which a cause can move its leaves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from utfall.rootcause.cube import Cube
from utfall.rootcause.weigh import Problem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CLEARLY_SKEWED = 0.04
"""Difference in skewness, about one standard error with 1 500 leaves, that speaks against the plain measure."""


def against_expected(cube: Cube, actual: Floats, expected: Floats) -> Problem:
    """Measure each deviation against the leaf's expected amount; what nobody expected, against what was booked.

    Parameters
    ----------
    cube : Cube
        Candidate segments.
    actual, expected : array of shape (leaves,)
        Amounts in one unit, of any sign.

    Returns
    -------
    Problem
        What to search.
    """
    return _problem(cube, actual, expected, np.where(expected != 0, np.abs(expected), np.abs(actual)))


def against_both(cube: Cube, actual: Floats, expected: Floats) -> Problem:
    """Measure each deviation against the mean size of the actual and the expected amount.

    This is symmetric where it is the expected amount that is uncertain: an outcome of twice the plan then counts
    as much as one of half of it.

    Parameters
    ----------
    cube, actual, expected
        As in `against_expected`.

    Returns
    -------
    Problem
        What to search.
    """
    return _problem(cube, actual, expected, (np.abs(expected) + np.abs(actual)) / 2)


def less_skewed(plain: Problem, symmetric: Problem, use: Bools) -> Problem:
    """Choose the measure in which the noise is symmetric; the plain one unless it clearly is not.

    Parameters
    ----------
    plain, symmetric : Problem
        The same deviations in two measures.
    use : array of bool, shape (leaves,)
        Leaves without a known cause.

    Returns
    -------
    Problem
        One of the two.
    """
    if not use.any():
        return plain
    skew = abs(plain.noise(use).skew) - abs(symmetric.noise(use).skew)
    return symmetric if skew > CLEARLY_SKEWED else plain


def _problem(cube: Cube, actual: Floats, expected: Floats, size: Floats) -> Problem:
    live = size > 0
    size = np.where(live, size, 1.0)
    deviation = actual - expected
    moved = np.abs(deviation[deviation != 0])
    return Problem(
        cube=cube,
        deviation=deviation,
        relative=deviation / size,
        size=size,
        live=live,
        shapes=_shapes(np.where(expected != 0, expected, actual), size, live),
        grain=float(moved.min()) if len(moved) else 1.0,
    )


def _shapes(signed: Floats, size: Floats, live: Bools) -> Floats:
    """Ways a cause can move relative deviations: in result, in volume, by one amount a leaf."""
    result = np.ones(len(size))
    # One amount a leaf weighs most where the leaf is small; the median leaf sets the unit.
    amount = (np.median(size[live]) if live.any() else 1.0) / size
    if (signed[live] < 0).any() and (signed[live] > 0).any():
        # A unit with more patients has both more cost and more income: opposite ways in the result.
        return np.stack([result, np.where(signed < 0, -1.0, 1.0), amount])
    return np.stack([result, amount])
