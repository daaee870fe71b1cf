"""Several measures on one series, estimated together: one path each, so that none takes credit for another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from utfall.effects.interrupted.comparison import compare
from utfall.effects.interrupted.design import Design, make_design, season_columns, single
from utfall.effects.interrupted.history import POWER, SIGNIFICANCE, expected_growth, judge_history
from utfall.effects.interrupted.inputs import Observed
from utfall.effects.interrupted.outliers import find_odd
from utfall.effects.interrupted.placebo import stray
from utfall.effects.interrupted.posterior import COINCIDENCE_WIDTH, reduce_design
from utfall.effects.portfolio.joint_posterior import TINY, foreseen_variance, weigh_jointly

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class JointEffects:
    """Full effects of some measures on one series, on the logarithm.

    Parameters
    ----------
    mean : ndarray of shape (measures,)
        Full effect of each; nothing pulls it.
    covariance : ndarray of shape (measures, measures)
        What the noise leaves unknown of them, widened by the placebos.
    coincidence : ndarray of shape (measures,)
        Variance of what else, unseen, may have come at the same time as each.
    placebos : tuple of float
        Standardised effects of measures that never were, at earlier dates.
    stretch : float
        How much wider the placebos have made the intervals.
    planned_sd : ndarray of shape (measures,)
        Standard deviation of each effect as it could be foreseen from the history alone.
    weights : ndarray of shape (measures, months)
        How much each month's noise moves each estimate; tells how estimates on series with common noise go together.
    noise : ndarray of shape (months,)
        The noise of the months before the first start, as draws of variance 1; missing afterwards.
    affected : tuple of str
        Comparison series left out because they moved at the start.
    compared : bool
        Whether a comparison was used.
    """

    mean: Array
    covariance: Array
    coincidence: Array
    placebos: tuple[float, ...]
    stretch: float
    planned_sd: Array
    weights: Array
    noise: Array
    affected: tuple[str, ...]
    compared: bool

    @property
    def strayed(self) -> float | None:
        """Mean squared placebo effect, in variances it claims for itself; None when the history is too short."""
        return stray(self.placebos)


def estimate_jointly(observed: Observed, paths: Array) -> JointEffects:
    """Estimate the full effect of every measure on a series.

    Parameters
    ----------
    observed : Observed
        The series; its start is that of the first measure.
    paths : ndarray of shape (periods, measures)
        Share of the full effect that is there in each period: the declared profile of each measure, times the share of
        the series it touches.

    Returns
    -------
    JointEffects

    Examples
    --------
    >>> import pandas as pd
    >>> from utfall.effects.interrupted.inputs import read_observed
    >>> months = pd.period_range("2021-01", periods=72, freq="M")
    >>> first, second = months >= pd.Period("2024-01", "M"), months >= pd.Period("2025-06", "M")
    >>> noise = np.random.default_rng(1).normal(0, 0.02, 72)
    >>> cost = pd.Series(1e6 * np.exp(noise - 0.1 * first - 0.2 * second), months)
    >>> paths = np.column_stack([first, second]).astype(float)
    >>> effects = estimate_jointly(read_observed(cost, "2024-01"), paths)
    >>> bool(np.all(np.abs(effects.mean - [-0.1, -0.2]) < 0.04))
    True
    """
    periods, before, count = len(observed.periods), observed.before, paths.shape[1]
    season, trend = season_columns(observed.position, observed.season), observed.years
    first = paths[:, np.argmax(paths[before] > 0)]
    comparison = compare(observed.controls, season=season, trend=trend, course=first)
    series, movement = observed.series, comparison.movement
    odd = find_odd(
        series if movement is None else series - movement,
        season=season,
        trend=trend,
        course=paths,
        before=before,
        missing=observed.missing,
    )
    design = make_design(
        series,
        season=season,
        trend=trend,
        courses=paths,
        comparison=movement,
        extras=[*(single(at, periods) for at in observed.missing), *(one.column(periods) for one in odd)],
    )
    growth = expected_growth(observed)
    joint = weigh_jointly(reduce_design(design), count, compared=design.compared, growth=growth)
    past = judge_history(observed, first[before:])
    known = weigh_jointly(reduce_design(design, before), 0, compared=design.compared, growth=growth)
    foreseen = foreseen_variance(known, reduce_design(design, extras_before=before), count)
    coincidence = past.coincidence * COINCIDENCE_WIDTH**2 / np.maximum(_mean_share(paths), TINY) ** 2
    likeliest = int(joint.weight.sum(axis=(1, 2, 3, 4)).argmax())
    operator, noise = _operator(design, likeliest, count, before)
    return JointEffects(
        mean=joint.mean,
        covariance=past.stretch**2 * joint.covariance,
        coincidence=coincidence,
        placebos=tuple(past.placebos["standardised"].tolist()),
        stretch=past.stretch,
        planned_sd=np.sqrt(past.stretch**2 * foreseen + coincidence),
        weights=operator,
        noise=noise,
        affected=comparison.affected,
        compared=design.compared,
    )


def detectable(sd: float) -> float:
    """Smallest lowering, as a share, that is detected with the usual power.

    Parameters
    ----------
    sd : float
        Standard deviation the effect is going to have, on the logarithm.

    Returns
    -------
    float

    Examples
    --------
    >>> round(detectable(0.01), 3)
    0.028
    """
    return float(-np.expm1(-(norm.ppf(1 - SIGNIFICANCE / 2) + norm.ppf(POWER)) * sd))


def _mean_share(paths: Array) -> Array:
    """How much of a measure is there on average since its start."""
    return np.asarray(paths.sum(axis=0) / np.maximum((paths > 0).sum(axis=0), 1))


def _operator(design: Design, noise: int, count: int, before: int) -> tuple[Array, Array]:
    """How each month's noise moves the estimates, under one noise, and the noise of the history."""
    columns = design.columns[noise]
    first = 1 + len(design.since) + design.seasonal
    explained = columns[:, : first + 1 + count]
    operator = np.linalg.pinv(explained)[first + 1 :]
    past = columns[:before, [*range(first + 1), columns.shape[1] - 1]]
    used = past[:, :-1][:, past[:, :-1].any(axis=0)]
    rest = past[:, -1] - used @ np.linalg.lstsq(used, past[:, -1], rcond=None)[0]
    spread = np.sqrt((rest @ rest) / max(before - used.shape[1], 1))
    noise_values = np.full(len(columns), np.nan)
    noise_values[:before] = rest / max(spread, TINY)
    return operator, noise_values
