"""Measures that never were: the same judgement made at earlier dates, with what was known then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Array = NDArray[np.float64]

FIRST = 12
"""Periods that come before the earliest placebo start."""

SHORTEST, LONGEST = 6, 12
"""Periods after a placebo start that it is judged on."""

MOST_STARTS = 8
"""Placebo starts at most; more lie so close that they tell the same."""

LEAST_APART = 3
"""Periods between two placebo starts."""

INDEPENDENT = 12
"""Periods between starts that tell something of their own: closer ones share most of their months."""

TRUST = 4.0
"""Independent placebos that the model's own word weighs as much as."""

TESTED, UNTESTED = 2.0, 0.5
"""Independent placebos from which the model's own word is taken as it is; and what is added to its variances, as a
share, when there is none.

Two years of history cannot tell sticky noise from calm, nor an effect that fades from one that stays. Averaged over
what is likely the intervals are right all the same, but too narrow where it is the worse that is true: in made-up
series with two years before the start, sticky noise and an effect that fades they cover 92 per cent, and 94 once they
are widened so. From 39 months before the start on nothing is added.
"""

MOST_STRAY = 2.5
"""Mean squared placebo effect, in variances it claims for itself, beyond which the check fails.

In made-up series with the assumed noise it is 1 on average, and 2,5 or more in one series in forty."""

CERTAIN = 1e-7
"""Smallest probability told apart from zero."""


@dataclass(frozen=True)
class Window:
    """A placebo: first period with the made-up measure, and the first after the judgement."""

    start: int
    end: int


def windows(before: int, after: int) -> tuple[Window, ...]:
    """Choose the placebo starts of a history.

    Parameters
    ----------
    before, after : int
        Periods before and after the real start.

    Returns
    -------
    tuple of Window
        Within the history; empty when it is too short.

    Examples
    --------
    >>> windows(24, 12)
    (Window(start=12, end=24), Window(start=15, end=24), Window(start=18, end=24))
    """
    length = min(max(after, SHORTEST), LONGEST)
    latest = before - SHORTEST
    apart = max(LEAST_APART, -(-(latest - FIRST) // (MOST_STARTS - 1)))
    return tuple(Window(start, min(start + length, before)) for start in range(FIRST, latest + 1, apart))


def standardise(below_zero: float) -> float:
    """Turn the probability that an effect is below zero into standard deviations above it.

    Examples
    --------
    >>> round(standardise(0.025), 2)
    1.96
    """
    return -float(norm.ppf(np.clip(below_zero, CERTAIN, 1 - CERTAIN)))


def stray(found: Sequence[float]) -> float | None:
    """Mean squared standardised placebo effect; None when there is no placebo.

    Examples
    --------
    >>> stray([1.0, -2.0]), stray([])
    (2.5, None)
    """
    return float(np.mean(np.square(found))) if len(found) else None


def stretch(found: Sequence[float], apart: int) -> float:
    """How much wider intervals must be for the placebos to have been covered as promised.

    Where there are too few placebos to tell, the model's own word counts for less, see `UNTESTED`.

    Parameters
    ----------
    found : sequence of float
        Standardised placebo effects.
    apart : int
        Periods between their starts.

    Returns
    -------
    float
        At least 1: placebos that went well by chance do not make an interval narrower.

    Examples
    --------
    >>> stretch([0.5, -0.2, 0.1], 12), round(stretch([3.0, -3.0, 3.0, 3.0], 12), 2), round(stretch([], 0), 2)
    (1.0, 2.24, 1.22)
    """
    independent = len(found) * min(apart / INDEPENDENT, 1.0)
    claimed = 1.0 + UNTESTED * max(0.0, 1.0 - independent / TESTED)
    variance = (TRUST * claimed + independent * (stray(found) or 0.0)) / (TRUST + independent)
    return float(np.sqrt(max(1.0, variance)))
