"""One series judged: the effect under every course it may have taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.interrupted.comparison import Comparison, compare
from utfall.effects.interrupted.design import make_design, season_columns, single
from utfall.effects.interrupted.history import History, expected_growth, judge_history
from utfall.effects.interrupted.inputs import Observed
from utfall.effects.interrupted.outliers import Odd, find_odd
from utfall.effects.interrupted.posterior import COINCIDENCE_WIDTH, FOLLOWS, Mixture, reduce_design, weigh
from utfall.effects.interrupted.profile import course, other_courses

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """What is known of a measure's effect.

    Parameters
    ----------
    courses : ndarray of shape (courses, periods after the start)
        Shares of the full effect; the declared course first.
    weights : ndarray of shape (courses,)
        Probability of each course.
    effects : tuple of Mixture
        The full effect on the logarithm, given each course, as wide as the placebos ask for and with the chance of
        something else at the same time.
    history : History
        What was known before the start.
    odd : tuple of Odd
        Months and shifts that were taken out.
    comparison : Comparison
        The comparison series.
    follows : float or None
        How much of their movement the series shares, on average over what is likely.
    """

    courses: Array
    weights: Array
    effects: tuple[Mixture, ...]
    history: History
    odd: tuple[Odd, ...]
    comparison: Comparison
    follows: float | None


def judge(observed: Observed, profile: str | pd.Series) -> Judged:
    """Judge the effect of one measure on one series.

    Parameters
    ----------
    observed : Observed
        The series.
    profile : str or pandas.Series
        The declared profile.

    Returns
    -------
    Judged
    """
    periods, before = len(observed.periods), observed.before
    ahead = observed.periods[before:]
    others = other_courses(profile, ahead)
    courses = np.stack([course(profile, ahead), *(shares for shares, _ in others)])
    undeclared = [probability for _, probability in others]
    whole = np.vstack([np.zeros((before, len(courses))), courses.T])
    season, trend = season_columns(observed.position, observed.season), observed.years
    comparison = compare(observed.controls, season=season, trend=trend, course=whole[:, 0])
    series, movement = observed.series, comparison.movement
    odd = find_odd(
        series if movement is None else series - movement,
        season=season,
        trend=trend,
        before=before,
        course=whole[:, 0],
        missing=observed.missing,
    )
    design = make_design(
        series,
        season=season,
        trend=trend,
        courses=whole,
        comparison=movement,
        extras=[*(single(at, periods) for at in observed.missing), *(one.column(periods) for one in odd)],
    )
    posterior = weigh(
        reduce_design(design),
        range(len(courses)),
        compared=design.compared,
        growth=expected_growth(observed),
        log_prior=np.log([1 - sum(undeclared), *undeclared]),
    )
    history = judge_history(observed, courses[0])
    return Judged(
        courses=courses,
        weights=posterior.course_weights(),
        effects=tuple(
            widened(posterior.effect(number), history, shares.mean()) for number, shares in enumerate(courses)
        ),
        history=history,
        odd=odd,
        comparison=comparison,
        follows=float(posterior.follow_weights() @ list(FOLLOWS)) if design.compared else None,
    )


def widened(effect: Mixture, history: History, share: float) -> Mixture:
    """Make an effect as uncertain as the history says that effects are.

    Parameters
    ----------
    effect : Mixture
        The full effect.
    history : History
        What the history says.
    share : float
        Mean share of the full effect after the start.

    Returns
    -------
    Mixture
    """
    return effect.stretched(history.stretch).shaken(history.coincidence, COINCIDENCE_WIDTH / share)
