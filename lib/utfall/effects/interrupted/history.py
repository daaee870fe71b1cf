"""What the history alone says, before the measure is judged: placebos, and what could be seen at all.

Nothing that came after the start is looked at, so that what is said here could have been said beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from utfall.effects.interrupted.comparison import common_movement
from utfall.effects.interrupted.design import Design, make_design, season_columns, single
from utfall.effects.interrupted.inputs import Observed
from utfall.effects.interrupted.outliers import find_odd
from utfall.effects.interrupted.placebo import Window, standardise, stretch, windows
from utfall.effects.interrupted.posterior import (
    COINCIDENCE,
    COINCIDENCE_PER_VOLUME,
    COINCIDENCE_WIDTH,
    coincidence,
    planned_variance,
    reduce_design,
    weigh,
)

Array = NDArray[np.float64]

GROWTH = 0.02
"""Growth a year that a cost in fixed prices is expected to have, loosely: a unit does a little more each year. What
a cost is per volume is not expected to grow."""

PRICES = 0.02
"""Growth a year expected of prices, when there is no index to take them out by."""

POWER = 0.8
"""Probability with which the smallest detectable effect is detected."""

SIGNIFICANCE = 0.05
"""Probability of seeing an effect where there is none, in the smallest detectable effect."""


@dataclass(frozen=True, eq=False)
class History:
    """What is known before a measure is judged.

    Parameters
    ----------
    placebos : pandas.DataFrame
        ``start``, ``end`` (periods), ``effect``, ``sd`` (on the logarithm) and ``standardised``, one row a placebo.
    stretch : float
        How much wider the placebos make the intervals.
    coincidence : float
        Probability of something else at the same time.
    minimum_detectable : float
        Smallest lowering, as a share, that would be seen in four cases of five.
    """

    placebos: pd.DataFrame
    stretch: float
    coincidence: float
    minimum_detectable: float


def judge_history(observed: Observed, course: Array) -> History:
    """Make placebo judgements on the history, and see what a measure would have to do to be seen.

    Parameters
    ----------
    observed : Observed
        The series; nothing from the start on is used but how many periods there are.
    course : ndarray
        Declared course of the effect, by period from the start on.

    Returns
    -------
    History
    """
    before, periods = observed.before, len(observed.periods)
    season, trend = season_columns(observed.position, observed.season), observed.years
    series, movement = observed.series[:before], None
    if observed.controls.shape[1]:
        own = np.column_stack([np.ones(before), trend[:before], season[:before]])
        movement = common_movement(observed.controls.to_numpy()[:before], own)
    missing = [at for at in observed.missing if at < before]
    odd = find_odd(
        series if movement is None else series - movement,
        season=season[:before],
        trend=trend[:before],
        before=before,
        missing=missing,
    )
    tried = windows(before, periods - before)
    steps = [(np.arange(before) >= window.start).astype(float) for window in tried]
    design = make_design(
        series,
        season=season[:before],
        trend=trend[:before],
        courses=np.column_stack([np.zeros(before), *steps]),
        comparison=movement,
        extras=[*(single(at, before) for at in missing), *(one.column(before) for one in odd)],
    )
    planned = make_design(
        np.zeros(periods),
        season=season,
        trend=trend,
        courses=np.r_[np.zeros(before), course][:, None],
        extras=[*(single(at, periods) for at in missing), *(one.column(periods) for one in odd)],
    )
    placebos = _placebos(design, observed, tried)
    factor = stretch(placebos["standardised"].tolist(), _apart(tried))
    usual = COINCIDENCE if observed.volume is None else COINCIDENCE_PER_VOLUME
    chance = coincidence(usual, sum(one.shift for one in odd), before / observed.per_year)
    error = factor * _planned_error(design, planned, expected_growth(observed)) * course.mean()
    return History(placebos, factor, chance, minimum_detectable(error, chance))


def expected_growth(observed: Observed) -> float:
    """Growth a year that is expected of a series without comparison."""
    return (GROWTH if observed.volume is None else 0.0) + (PRICES if observed.price is None else 0.0)


def minimum_detectable(error: float, chance: float) -> float:
    """Smallest lowering, as a share, that is seen in `POWER` of the cases.

    Parameters
    ----------
    error : float
        Standard error the mean effect is going to have, on the logarithm.
    chance : float
        Probability of something else at the same time.

    Returns
    -------
    float

    Examples
    --------
    >>> round(minimum_detectable(0.02, 0.0), 3)
    0.054
    """
    needed = norm.ppf(1 - SIGNIFICANCE / 2) + norm.ppf(POWER)
    return float(1 - np.exp(-needed * np.sqrt(error**2 + chance * COINCIDENCE_WIDTH**2)))


def placebo_frame(
    observed: Observed,
    tried: Sequence[Window],
    effect: Sequence[float],
    sd: Sequence[float],
    standardised: Sequence[float],
) -> pd.DataFrame:
    """Lay placebo effects out, one row a placebo."""
    return pd.DataFrame(
        {
            "start": [observed.periods[window.start] for window in tried],
            "end": [observed.periods[window.end - 1] for window in tried],
            "effect": np.array(effect, dtype=float),
            "sd": np.array(sd, dtype=float),
            "standardised": np.array(standardised, dtype=float),
        }
    )


def _apart(tried: Sequence[Window]) -> int:
    return tried[1].start - tried[0].start if len(tried) > 1 else 0


def _placebos(design: Design, observed: Observed, tried: Sequence[Window]) -> pd.DataFrame:
    """Judge each placebo with the periods up to its end alone."""
    growth = expected_growth(observed)
    found = [
        weigh(reduce_design(design, window.end), [1 + number], compared=design.compared, growth=growth).effect(0)
        for number, window in enumerate(tried)
    ]
    return placebo_frame(
        observed,
        tried,
        [effect.expected for effect in found],
        [effect.spread for effect in found],
        [standardise(effect.below(0.0)) for effect in found],
    )


def _planned_error(design: Design, planned: Design, growth: float) -> float:
    """Standard error the full effect is going to have, with the noise the history has."""
    # The first course of the history is zero throughout: what is weighed is the noise alone.
    history = weigh(reduce_design(design), [0], compared=design.compared, growth=growth)
    variance = planned_variance(reduce_design(planned), 0, history.scale)
    return float(np.sqrt((history.weight * variance).sum()))
