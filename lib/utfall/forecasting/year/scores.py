"""Errors of earlier years' forecasts in each series' own scale, and the widths that covered them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.intervals.pooled import pooled_factor
from utfall.forecasting.panel import Array


@dataclass(frozen=True)
class Scores:
    """Scaled absolute errors: of the year's remainder, and of its months alone and accumulated.

    Parameters
    ----------
    rest : numpy.ndarray
        One a tested forecast, by the power of the months that remained; see `HORIZON_POWER` in the run.
    fold : numpy.ndarray
        The year of each, counted back from the current one.
    node : numpy.ndarray
        The series or total of each.
    path, accumulated : numpy.ndarray
        Shape ``(tests, months left)``; ``nan`` where an origin later in the year has fewer months left.
    """

    rest: Array
    fold: NDArray[np.int64]
    node: NDArray[np.int64]
    path: Array
    accumulated: Array

    def joined(self, other: Scores) -> Scores:
        """Pool with the scores of other series."""
        return Scores(
            np.concatenate([self.rest, other.rest]),
            np.concatenate([self.fold, other.fold]),
            np.concatenate([self.node, other.node]),
            np.concatenate([self.path, other.path]),
            np.concatenate([self.accumulated, other.accumulated]),
        )


def fitted(scores: Array, steps: int) -> Array:
    """Cut or fill scores to as many steps ahead; origins later in the year have fewer.

    Examples
    --------
    >>> fitted(np.array([[1.0, 2.0]]), 3).tolist(), fitted(np.array([[1.0, 2.0]]), 1).tolist()
    ([[1.0, 2.0, nan]], [[1.0]])
    """
    found = np.full((len(scores), steps), np.nan)
    found[:, : scores.shape[1]] = scores[:, :steps]
    return found


def by_step(scores: Array, level: float) -> Array:
    """Find the factor of each step ahead; a step without tests has the factor of the one before.

    Examples
    --------
    >>> by_step(np.column_stack([np.arange(1.0, 100.0), np.full(99, np.nan)]), 80).tolist()
    [80.0, 80.0]
    """
    factors = np.full(scores.shape[1], np.nan)
    for step in range(len(factors)):
        known = scores[~np.isnan(scores[:, step]), step]
        factors[step] = pooled_factor(known, level) if len(known) else factors[step - 1]
    return factors
