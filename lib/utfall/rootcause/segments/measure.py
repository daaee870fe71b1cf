"""What a deviation is measured against, and the ways in which a cause can move its leaves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from utfall.rootcause.segments.cube import Cube
from utfall.rootcause.segments.likelihood import shift
from utfall.rootcause.segments.noise import Noise
from utfall.rootcause.segments.voids import voids_of
from utfall.rootcause.segments.weigh import MARGIN, Problem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CLEARLY_SKEWED = 0.04
"""Difference in skewness, about one standard error with 1 500 leaves, that speaks against the plain measure."""

LARGEST_DRIFT = 1.0
"""A common shift of more than a noise scale is no drift: leaves that moved that far have been moved."""


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


def without_drift(problem: Problem, noise: Noise, use: Bools) -> tuple[Problem, float]:
    """Take out the shift that leaves have in common, in result or in volume.

    Parameters
    ----------
    problem : Problem
        Deviations.
    noise : Noise
        Noise of the leaves that have no cause.
    use : array of bool, shape (leaves,)
        Leaves that are asked for their common shift.

    Returns
    -------
    problem : Problem
        What deviates from the common shift.
    drift : float
        The common shift, as a share of the leaves' size; zero when it is chance, or too large to be taken for a drift.
    """
    if not use.any():
        return problem, 0.0
    standard, scale = (problem.relative / noise.scale)[use], noise.scale[use]
    common = [
        (shift(standard, shape[use] / scale, noise.degrees), shape)
        for shape, movement in zip(problem.shapes, problem.movements, strict=True)
        if movement != "amount"
    ]
    best, shape = max(common, key=lambda pair: pair[0].gain)
    if best.gain < MARGIN or abs(best.size) > LARGEST_DRIFT * float(np.median(scale)):
        return problem, 0.0
    return replace(problem, relative=problem.relative - best.size * shape), best.size


def _problem(cube: Cube, actual: Floats, expected: Floats, size: Floats) -> Problem:
    live = size > 0
    size = np.where(live, size, 1.0)
    deviation = actual - expected
    moved = np.abs(deviation[deviation != 0])
    shapes = _shapes(np.where(expected != 0, expected, actual), size, live)
    return Problem(
        cube=cube,
        deviation=deviation,
        relative=deviation / size,
        size=size,
        live=live,
        shapes=np.stack(list(shapes.values())),
        movements=tuple(shapes),
        grain=float(moved.min()) if len(moved) else 1.0,
        voids=voids_of(actual, expected),
    )


def _shapes(signed: Floats, size: Floats, live: Bools) -> dict[str, Floats]:
    """Ways a cause can move relative deviations: the result in proportion, the volume, one amount a leaf."""
    shapes = {"result": np.ones(len(size))}
    if (signed[live] < 0).any() and (signed[live] > 0).any():
        # A unit with more patients has both more cost and more income: opposite ways in the result.
        shapes["volume"] = np.where(signed < 0, -1.0, 1.0)
    # One amount a leaf weighs most where the leaf is small; the median leaf sets the unit.
    shapes["amount"] = (np.median(size[live]) if live.any() else 1.0) / size
    return shapes
