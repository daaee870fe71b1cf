"""How a measure changed an intensity: an interrupted series on its logarithm, averaged over what cannot be told.

The logarithm of the intensity (packages per needed package, material per operation, hired hours per visit) is
a level, a trend, a season, perhaps a covariate, noise, and from the start of the measure an effect::

    y_t = level + trend_t + season_t + covariate_t + profile_t · effect + steps_t + noise_t

The effect comes as its introduction profile says and may wander from there in monthly steps, so that an effect that
fades or grows is followed. How strongly the noise is autocorrelated, how fast the level drifts, how much trend and
season there are, how fast the effect wanders and (unless it is declared) how it was introduced cannot be read off a
few years. Every combination of a small grid is weighed by how well it explains the series, and the effect is drawn from
all of them. Given a combination the model is linear: trend, season and steps are coefficients with a normal prior in
units of the noise, whose variance is integrated over, which leaves a t distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CORRELATIONS = (-0.4, 0.0, 0.4, 0.8)
"""Correlation of a month's noise with the month before. It is negative where purchases run ahead of use one month
and are made up for the next."""

LEVEL_STEPS = (0.0, 0.1, 0.3, 1.0)
"""Monthly step of a level that drifts, in standard deviations of the noise. Real costs per prescription need the
largest: without it their intervals cover too seldom."""

TRENDS = (0.0, 1.0, 5.0)
"""Trend a year, in standard deviations of the noise; the largest lets it be whatever the series says."""

SEASONS = (0.0, 1.0)
"""Size of the season, in standard deviations of the noise."""

EFFECT_STEPS = (0.0, 0.1, 0.3, 1.0)
"""Monthly step by which the effect leaves its profile, in standard deviations of the noise."""

RAMPS = (1, 3, 6, 12)
"""Months an undeclared measure may have taken to its full effect; 1 is at once."""

COVARIATE = 100.0
"""What a covariate may do, in standard deviations of the noise for each unit of it: as good as anything."""

NONE = 1e-10
"""Prior variance of what is not there; zero itself has no inverse."""

MONTHS = 12
HARMONICS = 6
"""Waves a year that together make any season of twelve months."""

MOST_MONTHS = 120
"""Months of the series that are used, the latest; what was usual more than some years back says little of today."""

DRAWS = 4_000
"""Draws of the effect: the ends of a 95 per cent interval then move by about a fiftieth of its width."""

SEED = 1641
"""The same draws for the same data, every time."""


@dataclass(frozen=True, eq=False)
class IntensityEffect:
    """Draws of a measure's effect on the logarithm of an intensity.

    Parameters
    ----------
    log_effect : ndarray of shape (draws, months after the start)
        Effect of each month, the months of one draw together: −0.1 is about ten per cent less.
    ramps : dict of int to float
        Probability of each introduction profile that was tried: months to full effect; empty when declared.
    """

    log_effect: Floats
    ramps: dict[int, float]


def intensity_effect(
    log_intensity: Floats,
    start: int,
    *,
    usable: Bools | None = None,
    covariate: Floats | None = None,
    profile: Floats | None = None,
    draws: int = DRAWS,
) -> IntensityEffect:
    """Draw the effect of a measure on an intensity, month by month.

    Parameters
    ----------
    log_intensity : ndarray of shape (months,)
        Logarithm of the intensity; what stands in a month that is not usable does not matter.
    start : int
        Position of the first month with the measure.
    usable : ndarray of bool, optional
        Months that say something of the usual intensity; all when left out.
    covariate : ndarray, optional
        Something else that moves the intensity, known every month.
    profile : ndarray, optional
        Declared introduction, 0..1 each month; integrated over ramps of several lengths when left out.
    draws : int
        How many draws.

    Returns
    -------
    IntensityEffect

    Examples
    --------
    >>> y = 0.02 * np.random.default_rng(1).standard_normal(48) - 0.1 * (np.arange(48) >= 36)
    >>> effect = intensity_effect(y, 36).log_effect.mean(axis=1)
    >>> bool(-0.12 < effect.mean() < -0.08), bool((effect < 0).mean() > 0.99)
    (True, True)
    """
    cut = max(0, min(len(log_intensity) - MOST_MONTHS, start - 1))
    y = log_intensity[cut:]
    months, first = len(y), start - cut
    keep = np.ones(months, dtype=bool) if usable is None else usable[cut:]
    after = np.arange(months) - first + 1
    ramps = {length: np.clip(after / length, 0.0, 1.0) for length in RAMPS} if profile is None else {0: profile[cut:]}
    extra = None if covariate is None else covariate[cut:] - covariate[cut:][keep].mean()
    design = _Design(np.where(keep, y, 0.0), first, keep, extra)

    scores, parts = [], []
    for shape in ramps.values():
        part = design.weigh(shape)
        parts.append(part)
        scores.append(part.score)
    score = np.concatenate([one.ravel() for one in scores])
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    rng = np.random.default_rng(SEED)
    counts = rng.multinomial(draws, weight).reshape(len(parts), -1)
    drawn = [part.draw(count, rng) for part, count in zip(parts, counts, strict=True)]
    likely = dict(zip(ramps, weight.reshape(len(parts), -1).sum(axis=1).tolist(), strict=True))
    return IntensityEffect(np.concatenate(drawn), likely if profile is None else {})


@dataclass(frozen=True, eq=False)
class _Weighed:
    """Every combination of the grid for one introduction profile: how likely, and how to draw from it."""

    score: Floats
    information: Floats  # (combinations, coefficients, coefficients)
    moment: Floats  # (combinations, coefficients)
    spread: Floats  # (combinations,): sum of squares that is left
    freedom: int
    path: Floats  # (months after, coefficients): coefficients to effect

    def draw(self, counts: NDArray[np.int64], rng: np.random.Generator) -> Floats:
        """Draw so many effects from each combination."""
        chosen = np.flatnonzero(counts)
        if not len(chosen):
            return np.empty((0, len(self.path)))
        covariance = np.linalg.inv(self.information[chosen])
        mean = np.einsum("gij,gj->gi", covariance, self.moment[chosen]) @ self.path.T
        size, turn = np.linalg.eigh(self.path @ covariance @ self.path.T)
        root = turn * np.sqrt(np.maximum(size, 0.0))[:, None, :]
        which = np.repeat(np.arange(len(chosen)), counts[chosen])
        scale = np.sqrt(self.spread[chosen][which] / rng.chisquare(self.freedom, len(which)))
        normal = rng.standard_normal((len(which), len(self.path)))
        return mean[which] + scale[:, None] * np.einsum("dij,dj->di", root[which], normal)


class _Design:
    """The series and every column that may explain it, seen through each noise of the grid."""

    def __init__(self, y: Floats, start: int, usable: Bools, covariate: Floats | None) -> None:
        months = len(y)
        at = np.arange(months)
        wave = 2 * np.pi * np.outer(at, np.arange(1, HARMONICS + 1)) / MONTHS
        season = np.hstack([np.cos(wave), np.sin(wave[:, :-1])]) / np.sqrt(HARMONICS)
        trend = (at - at.mean())[:, None] / MONTHS
        steps = (at[:, None] > start + np.arange(months - start - 1)[None, :]).astype(float)
        # A month that is not usable gets a coefficient of its own, which takes it out of every other estimate.
        left_out = np.eye(months)[:, ~usable]
        free = [np.ones((months, 1)), left_out]
        known = np.empty((months, 0)) if covariate is None else covariate[:, None]
        self.start, self.months = start, months
        self.free = 1 + sum(block.shape[1] for block in free)
        self.sizes = (known.shape[1], trend.shape[1], season.shape[1], steps.shape[1])
        self.steps = steps[start:]
        self.freedom = months - self.free
        columns = np.hstack([*free, known, trend, season, steps, y[:, None]])
        self.whiten, self.log_root = _noises(months)
        self.seen = self.whiten @ columns
        self.square = np.swapaxes(self.seen, 1, 2) @ self.seen

    def weigh(self, profile: Floats) -> _Weighed:
        """Weigh every combination of the grid, for one introduction profile."""
        shape = self.whiten @ profile
        across = np.einsum("gn,gnj->gj", shape, self.seen)
        noises, width = across.shape
        full = np.empty((noises, width + 1, width + 1))
        full[:, 1:, 1:] = self.square
        full[:, 0, 1:] = full[:, 1:, 0] = across
        full[:, 0, 0] = (shape**2).sum(axis=1)

        priors = np.array(
            [
                np.repeat(np.maximum(np.square(sizes), NONE), self.sizes)
                for sizes in product([COVARIATE], TRENDS, SEASONS, EFFECT_STEPS)
            ]
        )
        system = np.repeat(full, len(priors), axis=0)
        drawn = np.arange(self.free, width)
        system[:, drawn, drawn] += np.tile(1.0 / priors, (noises, 1))
        # The last row of the factor is what the coefficients leave: its corner the root of the sum of squares.
        factor = np.diagonal(np.linalg.cholesky(system), axis1=1, axis2=2)
        spread = factor[:, -1] ** 2
        score = (
            -np.repeat(self.log_root, len(priors))
            - np.log(factor[:, :-1]).sum(axis=1)
            - np.tile(np.log(priors).sum(axis=1) / 2, noises)
            - self.freedom / 2 * np.log(spread)
        )
        path = np.zeros((self.months - self.start, width))
        path[:, 0] = profile[self.start :]
        path[:, width - self.sizes[-1] :] = self.steps
        return _Weighed(score, system[:, :-1, :-1], system[:, :-1, -1], spread, self.freedom, path)


@lru_cache(maxsize=8)
def _noises(months: int) -> tuple[Floats, Floats]:
    """Inverse Cholesky factor of each noise's covariance, and half the log of its determinant."""
    at = np.arange(months)
    apart = np.abs(at[:, None] - at)
    drift = np.minimum(at[:, None], at) + 1.0
    whiten = np.empty((len(CORRELATIONS) * len(LEVEL_STEPS), months, months))
    log_root = np.empty(len(whiten))
    for number, (correlation, step) in enumerate(product(CORRELATIONS, LEVEL_STEPS)):
        factor = np.linalg.cholesky(correlation**apart + step**2 * drift)
        whiten[number] = np.linalg.inv(factor)
        log_root[number] = np.log(np.diag(factor)).sum()
    return whiten, log_root
