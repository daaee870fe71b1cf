"""What measures usually give, learnt from all of them at once: lends the uncertain ones what the others have shown.

The effect of measure m on series b is ``g_m + d_mb``: the measure's own effect, spread ``tau`` about the mean ``mu`` of
all measures, and what is particular to the series, spread ``omega``. Neither spread is plugged in: both are integrated
over, and so is the mean. The plan has no part in it: a measure is not believed to give
more because more was planned. Effects of all measures stay in, also those that show nothing or harm: leaving them
out would overstate the sum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SPREADS = np.geomspace(0.005, 0.64, 15)
"""Spreads that are tried, on the logarithm: from measures that all do the same to very unlike ones."""

USUAL_BETWEEN, USUAL_WITHIN = 0.1, 0.03
"""Half of the probability lies below these before the data are seen, for the spread between measures and within one."""

MEAN_SPREAD = 0.2
"""How far from zero the mean effect of measures may be: so wide that it is learnt from the measures alone. Were it
narrow, a portfolio of few measures would be pulled towards no effect, and their sum understated."""

DRAWS = 4000
"""Draws of the effects; the ends of a 95 % interval then move by a fiftieth of its width."""

SEED = 2026
"""The same draws for the same data, every time."""


def pool(estimate: Array, covariance: Array, measure: Sequence[int], *, draws: int = DRAWS) -> Array:
    """Draw effects given all estimates together.

    Parameters
    ----------
    estimate : ndarray of shape (effects,)
        Improvement on the logarithm: positive is better.
    covariance : ndarray of shape (effects, effects)
        What is not known of them.
    measure : sequence of int
        Which measure each belongs to.
    draws : int
        How many draws.

    Returns
    -------
    ndarray of shape (draws, effects)

    Examples
    --------
    >>> drawn = pool(np.array([0.2, 0.0, 0.01]), np.diag([0.01, 0.01, 0.01]) ** 2, [0, 1, 2])
    >>> bool(abs(drawn[:, 0].mean() - 0.2) < 0.005)
    True
    """
    count = len(estimate)
    if not count:
        return np.zeros((draws, 0))
    belongs = np.equal.outer(np.asarray(measure), np.asarray(measure)).astype(float)
    alone = len(set(measure)) == count  # what is particular to a series cannot be told from the measure's effect
    parts = [
        (tau, omega, np.log(_prior(tau, USUAL_BETWEEN) * _prior(omega, USUAL_WITHIN)))
        for tau in SPREADS
        for omega in (SPREADS[:1] if alone else SPREADS)
    ]
    scores, means, roots = [], [], []
    for tau, omega, log_prior in parts:
        prior = MEAN_SPREAD**2 + tau**2 * belongs + omega**2 * np.eye(count)
        gain = np.linalg.solve(covariance + prior, prior).T
        rest = np.linalg.solve(covariance + prior, estimate)
        scores.append(log_prior - (np.linalg.slogdet(covariance + prior)[1] + estimate @ rest) / 2)
        means.append(prior @ rest)
        roots.append(_root(prior - gain @ prior))
    weight = np.exp(np.array(scores) - max(scores))
    rng = np.random.default_rng(SEED)
    chosen = rng.multinomial(draws, weight / weight.sum())
    drawn = [
        mean + rng.standard_normal((number, count)) @ root.T
        for number, mean, root in zip(chosen, means, roots, strict=True)
        if number
    ]
    return rng.permutation(np.concatenate(drawn))


def _prior(spread: float, usual: float) -> float:
    """Half a Cauchy distribution, over steps of equal length on the logarithm."""
    return float(spread / (1 + (spread / usual) ** 2))


def _root(covariance: Array) -> Array:
    size, turn = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray(turn * np.sqrt(np.maximum(size, 0.0)))
