"""Events that return: a wage revision each April, an index published each month."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.panel import MONTHS, Array

YEARLY = (9, 15)
"""Fewest and most months between events that come once a year, and have been moved by a quarter at most."""

CLOSE = 3
"""Most months between the values of an index."""

FORGOTTEN = 18
"""An event that has not been listed for as many months is not expected to return."""


def expected_again(
    steps: Array, listed: NDArray[np.bool_], origin: NDArray[np.int64], lasting: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Continue events that return beyond the last one listed, in place.

    Three events in a row a year apart are expected each year after the last, of the last one's size and, where it
    ended, for as long; the values of an index are expected to change as they did twelve months before. Without this, a
    history freed from its wage revisions would be forecast as if wages were never revised again.

    Parameters
    ----------
    steps : numpy.ndarray
        What each event adds, shape ``(groups, months)``, at the month it starts, and takes away after it has ended;
        logarithms of changes, or amounts. Filled beyond the last one.
    listed : numpy.ndarray
        Where an event, also of size zero, is listed.
    origin : numpy.ndarray
        Column of the last known month of each group's series.
    lasting : numpy.ndarray
        Groups none of whose events ends: only those can be an index.

    Returns
    -------
    numpy.ndarray
        Boolean, the shape of `steps`: what was filled in.

    Examples
    --------
    >>> steps = np.zeros((1, 60))
    >>> steps[0, [3, 15, 27]] = 0.02, 0.03, 0.04
    >>> filled = expected_again(steps, steps > 0, np.array([30]), np.array([True]))
    >>> np.flatnonzero(filled).tolist(), steps[0, 39].item()
    ([39, 51], 0.04)
    """
    filled = np.zeros(steps.shape, dtype=bool)
    months = steps.shape[1]
    for group in np.flatnonzero(listed.sum(axis=1) >= 3):
        first, middle, last = np.flatnonzero(listed[group])[-3:]
        if last < origin[group] - FORGOTTEN:
            continue
        gaps = (middle - first, last - middle)
        if all(YEARLY[0] <= gap <= YEARLY[1] for gap in gaps):
            year = steps[group, last : last + MONTHS].copy()
            for start in range(last + MONTHS, months, MONTHS):
                steps[group, start : start + MONTHS] = year[: months - start]
                filled[group, start] = True
        elif max(gaps) <= CLOSE and lasting[group]:
            year = steps[group, max(last + 1 - MONTHS, 0) : last + 1]
            ahead = np.arange(last + 1, months)
            steps[group, ahead] = year[(ahead - last - 1) % len(year)]
            filled[group, ahead] = True
    return filled
