"""Paths the effect may have taken, each with its probability: every figure of a result is read off the same paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.effects.interrupted.posterior import Mixture

Array = NDArray[np.float64]

EACH = 401
"""Equally probable sizes of the effect kept for each course."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Paths of the effect on the logarithm.

    Parameters
    ----------
    paths : ndarray of shape (draws, periods)
        One path a row.
    weight : ndarray of shape (draws,)
        Their probabilities.
    """

    paths: Array
    weight: Array

    @property
    def mean_effect(self) -> Array:
        """Mean over the periods, on the logarithm, one a path."""
        return np.asarray(self.paths.mean(axis=1))

    def saved(self, cost: Array) -> Array:
        """What each path says would have been paid beyond the actual cost, summed over periods with a cost."""
        known = np.isfinite(cost)
        return np.asarray(np.expm1(-self.paths[:, known]) @ cost[known])

    def expected(self, values: Array) -> Array:
        """Mean of something that has one value, or one row, a path."""
        return np.asarray(self.weight @ values)

    def quantiles(self, values: Array, probabilities: Sequence[float]) -> Array:
        """Weighted quantiles of something that has one value a path.

        Examples
        --------
        >>> draws = Draws(np.zeros((3, 1)), np.array([0.25, 0.5, 0.25]))
        >>> draws.quantiles(np.array([3.0, 1.0, 2.0]), [0.25, 0.5]).tolist()
        [1.0, 1.6666666666666665]
        """
        order = np.argsort(values, kind="stable")
        cumulative = np.cumsum(self.weight[order]) - self.weight[order] / 2
        return np.interp(probabilities, cumulative, values[order])

    def share_at_least(self, values: Array, least: float) -> float:
        """Probability that something reaches a value."""
        return float(self.weight[values >= least].sum())


def draw(effects: Sequence[Mixture], courses: Array, weights: Array) -> Draws:
    """Lay equally probable sizes of the effect along each course.

    Parameters
    ----------
    effects : sequence of Mixture
        The full effect, given each course.
    courses : ndarray of shape (courses, periods)
        Shares of the full effect.
    weights : ndarray of shape (courses,)
        Probability of each course.

    Returns
    -------
    Draws
        Nothing is random in them: the same data give the same figures.
    """
    at = (np.arange(EACH) + 0.5) / EACH
    paths = [effect.quantiles(at)[:, None] * shares for effect, shares in zip(effects, courses, strict=True)]
    return Draws(np.vstack(paths), np.repeat(weights / EACH, EACH))
