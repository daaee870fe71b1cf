"""How often intervals covered, series by series and total by total, and where that was too seldom to be chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from utfall.forecasting.panel import Array

FALSE_ALARM = 0.05
"""Chance that any of all the groups judged together is told although its interval is as wide as it should be."""

WORTH_TELLING = 0.04
"""Share by which the coverage must fall short of what was promised: less than this is not worth a sentence."""


@dataclass(frozen=True)
class Covered:
    """How often a group of series, or a series or total alone, was covered.

    Parameters
    ----------
    node : int
        Row of the series or total.
    parts : bool
        Whether the series of the total are judged together, and not its own interval.
    share : float
        Share of the outcomes inside the interval.
    tested : int
        Forecasts tested.
    """

    node: int
    parts: bool
    share: float
    tested: int


def covered_too_seldom(covered: Array, tested: Array, level: float, members: NDArray[np.bool_]) -> tuple[Covered, ...]:
    """Find the series and totals whose interval covered too seldom to be chance.

    Every series and total is judged by its own interval, and the series of every total together, each by the
    binomial probability of as few covered forecasts or fewer, times the number of groups (Bonferroni). Coverage that
    is right on the whole may hide a line whose intervals are too narrow behind others that are too wide.

    Parameters
    ----------
    covered : numpy.ndarray
        Forecasts covered of each node, the series first, then the totals. A forecast of several months counts by the
        share of its months inside.
    tested : numpy.ndarray
        Forecasts tested of each node, the same shape.
    level : float
        Nominal coverage in percent.
    members : numpy.ndarray
        Boolean, shape ``(totals, series)``: whether a series is part of a total.

    Returns
    -------
    tuple of Covered
        The worst first.

    References
    ----------
    Kupiec, "Techniques for verifying the accuracy of risk measurement models", *Journal of Derivatives* 3 (1995).

    Examples
    --------
    >>> covered, tested = np.array([32.0, 16.0, 30.0]), np.array([40.0, 40.0, 40.0])
    >>> [(found.node, found.parts) for found in covered_too_seldom(covered, tested, 80, np.array([[True, True]]))]
    [(1, False), (2, True)]
    """
    series = members.shape[1]
    weights = members.astype(float)
    inside = np.concatenate([covered, weights @ covered[:series]])
    tests = np.concatenate([tested, weights @ tested[:series]])
    judged = tests > 0
    nominal = level / 100.0
    chance = special.bdtr(np.floor(inside + 1e-9), tests.astype(np.int64), nominal)
    with np.errstate(invalid="ignore"):
        share = inside / tests
        short = judged & (chance * judged.sum() < FALSE_ALARM) & (share < nominal - WORTH_TELLING)
    rows = np.flatnonzero(short)
    rows = rows[np.argsort(share[rows], kind="stable")]
    nodes = len(covered)
    return tuple(
        Covered(
            node=int(row if row < nodes else series + row - nodes),
            parts=bool(row >= nodes),
            share=float(share[row]),
            tested=int(tests[row]),
        )
        for row in rows
    )
