"""The effect under every noise, every strength of comparison and every course, weighed by what explains the series.

The parts about which much is uncertain but little is asked (level, season, single months) are integrated out
exactly; the trend's and the effect's own uncertainty likewise, one after the other. What remains is a mixture of
normal distributions, one for each combination on the grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from utfall.effects.interrupted.design import Design

Array = NDArray[np.float64]

SEASON_WIDTHS = {1.0: 0.5, 4.0: 0.5}
"""Size of the season, in standard deviations of the noise: its probability before the data are seen."""

TREND_WIDTHS = {0.03: 0.6, 0.15: 0.4}
"""How far a year's growth is from the expected, as a share: ordinary costs, and those that soar or fall."""

FOLLOWS = {0.0: 0.15, 0.5: 0.2, 1.0: 0.65}
"""How much of the comparison's movement the series shares: not at all, half, all of it."""

EFFECT_WIDTH = 0.5
"""Size of effects on the logarithm before the data are seen: wide, so that nothing is pulled to zero."""

HAIR = 1e-6
"""Pull of single months to zero: none to speak of, but two columns that fall together in a shortened series part."""

SCALE_NODES = np.array([-2.4, -1.2, 0.0, 1.2, 2.4])
"""Where the noise's standard deviation is tried, in standard errors of its logarithm around its estimate."""

LEAST_WEIGHT = 1e-3
"""Parts of the mixture with less than this share of the largest weight are left out."""

MOST_SPREAD, POINTS = 7.0, 241
"""How far out, in standard deviations, and in how many points a mixture is looked up."""

COINCIDENCE, COINCIDENCE_PER_VOLUME, COINCIDENCE_WIDTH = 0.06, 0.16, 0.03
"""How often something else moves a cost, or a cost per volume, unseen and at the same time; and by how much on the
logarithm.

Real costs without any measure jump now and then, and what they are per volume more than twice as often: a new price
list, another product. A quiet history does not show that they will not."""

COINCIDENCE_YEARS = 5.0
"""Years of history that the probabilities above count as."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of normal distributions.

    Parameters
    ----------
    weight, mean, sd : ndarray
        Of each part; the weights sum to 1.
    """

    weight: Array
    mean: Array
    sd: Array

    @property
    def expected(self) -> float:
        """The mean."""
        return float(self.weight @ self.mean)

    @property
    def spread(self) -> float:
        """The standard deviation."""
        return float(np.sqrt(self.weight @ (self.sd**2 + (self.mean - self.expected) ** 2)))

    def below(self, value: float) -> float:
        """Probability below a value.

        Examples
        --------
        >>> one = np.array([1.0])
        >>> Mixture(one, 0 * one, one).below(0.0)
        0.5
        """
        return float(self.weight @ ndtr((value - self.mean) / self.sd))

    def quantiles(self, probabilities: Array) -> Array:
        """Values below which the given probabilities lie."""
        middle, spread = self.expected, self.spread
        values = np.linspace(middle - MOST_SPREAD * spread, middle + MOST_SPREAD * spread, POINTS)
        cumulative = ndtr((values[:, None] - self.mean) / self.sd) @ self.weight
        return np.interp(probabilities, cumulative, values)

    def stretched(self, factor: float) -> Mixture:
        """The mixture made wider about its mean."""
        return Mixture(self.weight, self.expected + factor * (self.mean - self.expected), factor * self.sd)

    def shaken(self, probability: float, width: float) -> Mixture:
        """The mixture with a disturbance that now and then comes on top."""
        return Mixture(
            np.concatenate([self.weight * (1 - probability), self.weight * probability]),
            np.concatenate([self.mean, self.mean]),
            np.concatenate([self.sd, np.hypot(self.sd, width)]),
        )


@dataclass(frozen=True, eq=False)
class Posterior:
    """Effects under every combination, before they are put together.

    Parameters
    ----------
    weight : ndarray of shape (noises, seasons, follows, trends, scales, courses)
        Probability of each combination.
    mean, variance : ndarray
        The full effect on the logarithm, of the same shape.
    scale : ndarray
        Variance of the noise; broadcasts to the same shape.
    """

    weight: Array
    mean: Array
    variance: Array
    scale: Array

    def course_weights(self) -> Array:
        """Probability of each course."""
        return np.asarray(self.weight.sum(axis=(0, 1, 2, 3, 4)))

    def noise_weights(self) -> Array:
        """Probability of each noise."""
        return np.asarray(self.weight.sum(axis=(1, 2, 3, 4, 5)))

    def follow_weights(self) -> Array:
        """Probability that the comparison is followed not at all, half, wholly."""
        return np.asarray(self.weight.sum(axis=(0, 1, 3, 4, 5)))

    def effect(self, course: int) -> Mixture:
        """The full effect, given that it took one course."""
        weight = self.weight[..., course].ravel()
        kept = weight > LEAST_WEIGHT * weight.max()
        mean, variance = (values[..., course].ravel()[kept] for values in (self.mean, self.variance))
        return Mixture(weight[kept] / weight[kept].sum(), mean, np.sqrt(variance))


@dataclass(frozen=True, eq=False)
class Reduced:
    """Cross products with level, extras and season integrated out, for every noise and size of season.

    Parameters
    ----------
    products : ndarray of shape (noises, seasons, columns, columns)
        Of trend, courses, comparison and series.
    log_weight : ndarray of shape (noises, seasons)
        What the integration leaves of the likelihood, with the prior.
    freedom : int
        Periods less the columns about whose size nothing was assumed.
    seasonal : int
        Columns of the season.
    """

    products: Array
    log_weight: Array
    freedom: int
    seasonal: int


def reduce_design(design: Design, periods: int | None = None, *, extras_before: int | None = None) -> Reduced:
    """Integrate level, extras and season out.

    Parameters
    ----------
    design : Design
        The regression.
    periods : int, optional
        Only the first so many periods; all when left out.
    extras_before : int, optional
        Only the extras that begin before this period; all within `periods` when left out.

    Returns
    -------
    Reduced
    """
    periods = design.periods if periods is None else periods
    latest = periods if extras_before is None else extras_before
    extras = [number for number, since in enumerate(design.since) if since < latest]
    flat = 1 + len(extras)
    out = flat + design.seasonal
    cross = design.cross(periods, extras)
    widths = np.array(list(SEASON_WIDTHS))
    inner = np.repeat(cross[:, None, :out, :out], len(widths), axis=1)
    diagonal = np.arange(flat, out)
    inner[:, :, diagonal, diagonal] += (1 / widths**2)[None, :, None]
    free = np.arange(1, flat)
    inner[:, :, free, free] += HAIR
    outer = np.broadcast_to(cross[:, None, :out, out:], (*inner.shape[:3], cross.shape[2] - out))
    products = cross[:, None, out:, out:] - np.matmul(outer.transpose(0, 1, 3, 2), np.linalg.solve(inner, outer))
    log_weight = (
        (design.grid.log_prior - design.grid.log_determinant[:, periods - 1] / 2)[:, None]
        - np.linalg.slogdet(inner)[1] / 2
        - design.seasonal * np.log(widths)
        + np.log(list(SEASON_WIDTHS.values()))
    )
    return Reduced(products, log_weight, periods - flat, design.seasonal)


def weigh(
    reduced: Reduced, courses: Sequence[int], *, compared: bool, growth: float, log_prior: Array | None = None
) -> Posterior:
    """Estimate the effect under every combination, and how probable each is.

    Parameters
    ----------
    reduced : Reduced
        The regression, level and season integrated out.
    courses : sequence of int
        Which of the design's courses the effect may have taken.
    compared : bool
        Whether the design has a comparison.
    growth : float
        Growth a year that is expected of a series without comparison; beside one, none is.
    log_prior : ndarray, optional
        Log probability of each course; equal when left out.

    Returns
    -------
    Posterior
    """
    follows = FOLLOWS if compared else {0.0: 1.0}
    share = np.array(list(follows))[:, None, None, None]
    expected = (1 - share) * growth
    width = np.array(list(TREND_WIDTHS))[:, None, None]
    products = reduced.products[:, :, None, None, None, None]
    trend, comparison, series = 0, -2, -1
    at = 1 + np.asarray(courses)

    # The series less what it shares with the comparison and its expected growth.
    tt = products[..., trend, trend]
    tc, ty = products[..., trend, comparison], products[..., trend, series]
    cc, cy, yy = (products[..., a, b] for a, b in ((comparison, comparison), (comparison, series), (series, series)))
    left = yy - 2 * share * cy + share**2 * cc - 2 * expected * (ty - share * tc) + expected**2 * tt
    with_trend = ty - share * tc - expected * tt
    per_course = reduced.products[:, :, None, None, None]
    ee = per_course[..., at, at]
    et = per_course[..., trend, at]
    with_effect = per_course[..., at, series] - share * per_course[..., at, comparison] - expected * et

    scale = _scales(reduced, left, with_trend, with_effect[..., :1], tt, et[..., :1], ee[..., :1])
    pull = tt + scale / width**2
    information = ee - et**2 / pull + scale / EFFECT_WIDTH**2
    moved = with_effect - et * with_trend / pull
    rest = left - with_trend**2 / pull - moved**2 / information
    log_weight = (
        reduced.log_weight[:, :, None, None, None, None]
        + np.log(list(follows.values()))[:, None, None, None]
        + np.log(list(TREND_WIDTHS.values()))[:, None, None]
        + (0.0 if log_prior is None else log_prior)
        + (1 - reduced.freedom / 2) * np.log(scale)
        - np.log(width)
        - (np.log(pull) + np.log(information) + rest / scale) / 2
    )
    weight = np.exp(log_weight - log_weight.max())
    return Posterior(
        weight / weight.sum(),
        np.broadcast_to(moved / information, weight.shape),
        scale / information,
        scale,
    )


def planned_variance(reduced: Reduced, course: int, scale: Array) -> Array:
    """Variance the full effect has by its design alone, whatever happens.

    Parameters
    ----------
    reduced : Reduced
        The regression; its series is not looked at.
    course : int
        Which of the design's courses the effect takes.
    scale : ndarray
        Variances of the noise, as in `Posterior`.

    Returns
    -------
    ndarray
        For every combination, in the shape of `Posterior.variance`.
    """
    products = reduced.products[:, :, None, None, None, None]
    pull = products[..., 0, 0] + scale / np.array(list(TREND_WIDTHS))[:, None, None] ** 2
    information = products[..., 1 + course, 1 + course] - products[..., 0, 1 + course] ** 2 / pull
    return np.asarray(scale / (information + scale / EFFECT_WIDTH**2))


def _scales(
    reduced: Reduced, left: Array, with_trend: Array, with_effect: Array, tt: Array, et: Array, ee: Array
) -> Array:
    """Variances of the noise to try: around the one estimated with free trend and effect."""
    tiny = np.finfo(float).eps
    information = np.maximum(ee - et**2 / tt, tiny)
    moved = with_effect - et * with_trend / tt
    rest = left - with_trend**2 / tt - np.where(information > 1e-9, moved**2 / information, 0.0)
    # The season is pulled to zero and takes about half of its columns' freedom.
    freedom = max(reduced.freedom - reduced.seasonal / 2 - 2, 1.0)
    estimate = np.maximum(rest, tiny) / freedom
    return np.asarray(estimate * np.exp(2 * SCALE_NODES / np.sqrt(2 * freedom))[:, None])


def coincidence(usual: float, shifts: int, years: float) -> float:
    """How often something else moves this series at the same time.

    Parameters
    ----------
    usual : float
        How often it does in series whose history shows no level shift.
    shifts : int
        Level shifts of its history.
    years : float
        Length of the history.

    Returns
    -------
    float
        Probability; shifts raise it, but their absence does not lower it.

    Examples
    --------
    >>> coincidence(0.06, 0, 4.0), round(coincidence(0.06, 1, 5.0), 6)
    (0.06, 0.13)
    """
    return max(usual, (usual * COINCIDENCE_YEARS + shifts) / (COINCIDENCE_YEARS + years))
