"""Several effects at once under every noise, weighed by what explains the series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.effects.interrupted.posterior import FOLLOWS, SCALE_NODES, TREND_WIDTHS, Reduced

Array = NDArray[np.float64]

WIDE = 2.0
"""Size of effects on the logarithm before the data are seen: so wide that nothing is pulled here. What measures usually
give is learnt from all of them together (see `utfall.effects.portfolio.pooling`)."""

TINY = float(np.finfo(float).eps)
"""What stands in for nothing where something is divided by."""


@dataclass(frozen=True, eq=False)
class JointPosterior:
    """What is known of several effects on one series.

    Parameters
    ----------
    weight : ndarray of shape (noises, seasons, follows, trends, scales)
        Probability of each combination.
    scale : ndarray
        Variance of the noise, of the same shape.
    mean : ndarray of shape (measures,)
        Full effects on the logarithm.
    covariance : ndarray of shape (measures, measures)
        What is not known of them.
    """

    weight: Array
    scale: Array
    mean: Array
    covariance: Array


def weigh_jointly(reduced: Reduced, count: int, *, compared: bool, growth: float) -> JointPosterior:
    """Average over everything that cannot be told, as `posterior.weigh` does for one measure at a time.

    Parameters
    ----------
    reduced : Reduced
        The regression, level and season integrated out; its first courses are the measures' paths.
    count : int
        How many measures.
    compared : bool
        Whether the design has a comparison.
    growth : float
        Growth a year that is expected of a series without comparison.

    Returns
    -------
    JointPosterior
    """
    share = np.array(list(FOLLOWS if compared else {0.0: 1.0}))
    follow_prior = np.array(list((FOLLOWS if compared else {0.0: 1.0}).values()))
    width, trend_prior = np.array(list(TREND_WIDTHS)), np.array(list(TREND_WIDTHS.values()))
    products = reduced.products
    explained = list(range(1 + count))  # the trend, then the measures
    # The series less what it shares with the comparison and its expected growth, as a combination of columns.
    turn = np.zeros((len(share), products.shape[-1]))
    turn[:, -1], turn[:, -2], turn[:, 0] = 1.0, -share, -(1 - share) * growth
    target = np.einsum("nsij,fj->nsfi", products, turn)
    across = target[..., explained]
    left = np.einsum("nsfi,fi->nsf", target, turn)
    inner = products[:, :, explained][..., explained]

    free = inner + np.eye(len(explained)) * 1e-9 * np.trace(inner, axis1=-2, axis2=-1)[..., None, None]
    fitted = np.linalg.solve(free[:, :, None], across[..., None])[..., 0]
    rest = left - np.einsum("nsfi,nsfi->nsf", across, fitted)
    freedom = max(reduced.freedom - reduced.seasonal / 2 - 1 - count, 1.0)
    estimate = np.maximum(rest, TINY) / freedom
    # Axes from here: noise, season, follows, trend width, scale.
    scale = estimate[..., None, None] * np.exp(2 * SCALE_NODES / np.sqrt(2 * freedom))
    scale = np.broadcast_to(scale, (*scale.shape[:3], len(width), len(SCALE_NODES)))
    system = _pulled(inner, scale)
    inverse = np.linalg.inv(system)
    mean = np.einsum("nsftgij,nsfj->nsftgi", inverse, across)
    rest = left[..., None, None] - np.einsum("nsftgi,nsfi->nsftg", mean, across)
    log_weight = (
        reduced.log_weight[:, :, None, None, None]
        + np.log(follow_prior)[:, None, None]
        + np.log(trend_prior / width)[:, None]
        + ((len(explained) - reduced.freedom) / 2) * np.log(scale)
        - (np.linalg.slogdet(system)[1] + rest / scale) / 2
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean, inverse = mean[..., 1:], inverse[..., 1:, 1:]
    average = np.einsum("nsftg,nsftgi->i", weight, mean)
    apart = mean - average
    covariance = np.einsum("nsftg,nsftgij->ij", weight * scale, inverse)
    covariance += np.einsum("nsftg,nsftgi,nsftgj->ij", weight, apart, apart)
    return JointPosterior(weight, scale, average, covariance)


def foreseen_variance(history: JointPosterior, reduced: Reduced, count: int) -> Array:
    """Variance that effects will have, foreseen with the noise of the history alone.

    Parameters
    ----------
    history : JointPosterior
        From the months before any measure.
    reduced : Reduced
        The regression over the months to come as well: how far an effect can be told depends on its columns and on the
        noise, not on what will happen.
    count : int
        How many measures.

    Returns
    -------
    ndarray of shape (measures,)
    """
    explained = list(range(1 + count))
    inner = reduced.products[:, :, explained][..., explained]
    inverse = np.linalg.inv(_pulled(inner, history.scale))
    variance = np.diagonal(inverse, axis1=-2, axis2=-1)[..., 1:] * history.scale[..., None]
    return np.einsum("nsftg,nsftgk->k", history.weight, variance)


def _pulled(inner: Array, scale: Array) -> Array:
    """Cross products of trend and measures, with the pull of their priors."""
    pull = np.ones((*scale.shape, inner.shape[-1])) * scale[..., None] / WIDE**2
    pull[..., 0] = scale / np.array(list(TREND_WIDTHS))[:, None] ** 2
    return inner[:, :, None, None, None] + pull[..., None] * np.eye(inner.shape[-1])
