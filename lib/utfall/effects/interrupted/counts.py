"""The effect on a count (events, errors, admissions) for the number at risk: a Poisson regression with offset.

The variance is that of the counts themselves, not the Poisson's: quasi-Poisson, as in Lopez Bernal, Cummins and
Gasparrini, "Interrupted time series regression for the evaluation of public health interventions: a tutorial", *IJE*
46(1), 2017, whose example a test recomputes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, t

from utfall.effects.interrupted.comparison import Comparison
from utfall.effects.interrupted.history import History, minimum_detectable, placebo_frame
from utfall.effects.interrupted.inputs import Observed
from utfall.effects.interrupted.judge import Judged, widened
from utfall.effects.interrupted.placebo import standardise, stretch, windows
from utfall.effects.interrupted.posterior import COINCIDENCE, Mixture
from utfall.effects.interrupted.profile import course
from utfall.errors import Fault, InvalidData

Array = NDArray[np.float64]

HARMONICS = 2
"""Waves a season is made of."""

FEWEST_EVENTS = 10
"""Events before the start, and after it, below which a ratio of rates is not estimated: its error is not normal."""


def judge_counts(observed: Observed, profile: str | pd.Series) -> Judged:
    """Judge the effect of one measure on a count.

    Parameters
    ----------
    observed : Observed
        The counts, and the number at risk as its volume.
    profile : str or pandas.Series
        The declared profile.

    Returns
    -------
    Judged

    Raises
    ------
    InvalidData
        When there are too few events.
    """
    periods, before = len(observed.periods), observed.before
    shares = course(profile, observed.periods[before:])
    for where, counted in (("before", observed.cost[:before]), ("after", observed.cost[before:])):
        if np.nansum(counted) < FEWEST_EVENTS:
            what = f"has {np.nansum(counted):g} events {where} the start."
            raise InvalidData([Fault("cost", None, what, f"A rate needs at least {FEWEST_EVENTS}; sum larger units.")])
    regression = _Regression(observed)
    whole = np.r_[np.zeros(before), shares]
    size, error = regression.effect(whole, periods)
    history = _history(observed, regression, whole)
    return Judged(
        courses=shares[None, :],
        weights=np.ones(1),
        effects=(widened(Mixture(np.ones(1), np.array([size]), np.array([error])), history, shares.mean()),),
        history=history,
        odd=(),
        comparison=Comparison(None, (), ()),
        follows=None,
    )


def _history(observed: Observed, regression: _Regression, whole: Array) -> History:
    """Placebos, and what could be seen, from the periods before the start."""
    before, periods = observed.before, len(observed.periods)
    tried = windows(before, periods - before)
    placebos = [regression.effect((np.arange(periods) >= w.start).astype(float), w.end) for w in tried]
    found = [standardise(float(norm.cdf(-size / error))) for size, error in placebos]
    factor = stretch(found, tried[1].start - tried[0].start if len(tried) > 1 else 0)
    frame = placebo_frame(observed, tried, [size for size, _ in placebos], [error for _, error in placebos], found)
    planned = factor * regression.planned(whole, before) * whole[before:].mean()
    return History(frame, factor, COINCIDENCE, minimum_detectable(planned, COINCIDENCE))


@dataclass(frozen=True, eq=False)
class _Regression:
    """Level, trend, season and one effect."""

    observed: Observed

    def effect(self, whole: Array, end: int) -> tuple[float, float]:
        """Size and error of the effect, from the periods before `end`."""
        rows = self._rows(end)
        fit = self._fit(np.column_stack([self._base()[rows], whole[rows]]), rows)
        rest = fit.resid_pearson
        # Events that come in runs tell less than as many that do not.
        repeated = float(np.clip(np.corrcoef(rest[1:], rest[:-1])[0, 1], 0.0, 0.9))
        runs = np.sqrt((1 + repeated) / (1 - repeated))
        wide = t.ppf(0.975, max(fit.df_resid, 1)) / norm.ppf(0.975)
        return float(fit.params[-1]), float(fit.bse[-1] * runs * wide)

    def planned(self, whole: Array, before: int) -> float:
        """Error the effect was going to have, by the history alone."""
        rows = self._rows(before)
        fit = self._fit(self._base()[rows], rows)
        expected = np.exp(self._base() @ fit.params + self._offset())
        columns = np.column_stack([self._base(), whole])
        information = (columns * expected[:, None]).T @ columns / fit.scale
        return float(np.sqrt(np.linalg.inv(information)[-1, -1]))

    def _fit(self, columns: Array, rows: NDArray[np.int64]):  # type: ignore[no-untyped-def]
        import statsmodels.api as sm  # takes a second to load, and only counts need it

        model = sm.GLM(self.observed.cost[rows], columns, family=sm.families.Poisson(), offset=self._offset()[rows])
        fit = model.fit()
        dispersion = max(fit.pearson_chi2 / max(fit.df_resid, 1), 1.0)
        return model.fit(scale=dispersion)

    def _rows(self, end: int) -> NDArray[np.int64]:
        return np.setdiff1d(np.arange(end), np.array(self.observed.missing, dtype=int))

    def _base(self) -> Array:
        observed = self.observed
        waves = range(1, HARMONICS + 1) if observed.season > 2 * HARMONICS else range(0)
        angles = [2 * np.pi * wave * observed.position / observed.season for wave in waves]
        season = [f(angle) for angle in angles for f in (np.cos, np.sin)]
        return np.column_stack([np.ones(len(observed.periods)), observed.years, *season])

    def _offset(self) -> Array:
        return np.zeros(len(self.observed.periods)) if self.observed.volume is None else self.observed.volume
