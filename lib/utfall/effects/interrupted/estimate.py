"""What effect a measure had on one series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from utfall.effects.interrupted.draws import Draws, draw
from utfall.effects.interrupted.effect import Effect, checked_level
from utfall.effects.interrupted.flags import better_start, flags, name_period
from utfall.effects.interrupted.inputs import Observed, read_observed
from utfall.effects.interrupted.judge import Judged, judge
from utfall.effects.interrupted.placebo import MOST_STRAY, stray
from utfall.effects.interrupted.posterior import COINCIDENCE_WIDTH
from utfall.effects.interrupted.profile import profile_words
from utfall.errors import InvalidParameter
from utfall.evidence import Check
from utfall.presentation.numbers import number, percent
from utfall.presentation.words import plural

ENOUGH_BEFORE = 18
"""Periods before the start from which an effect is graded as estimated: a season and a half."""

ENOUGH_AFTER = 3
"""Periods after the start from which it is: one or two may be odd by themselves."""

FOLLOWED = 0.25
"""Share of the comparison's movement that the series must follow for the comparison to count."""

REMARKABLE = 1.05
"""Widening of the intervals from which it is remarked on."""

INSIDE = 1.96
"""Standardised placebo effects up to this are inside their own 95 % interval."""


def estimate_effect(
    cost: pd.Series,
    start: Any,
    *,
    volume: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
    price_index: pd.Series | None = None,
    profile: str | pd.Series = "step",
    level: float = 0.95,
    negative_control: pd.Series | None = None,
    counts: bool = False,
) -> Effect:
    """Estimate what effect a measure had on a cost, with an interval that has been tried on the cost's own history.

    The logarithm of the cost, in fixed prices and per volume where those are given, is explained by level, trend,
    season, single odd months, what the comparison series have in common and the effect. How the noise hangs together
    is not decided but averaged over (`utfall.effects.interrupted.grid`). The same judgement is made at earlier dates
    when nothing was done, and intervals are widened until they would have covered that nothing.

    Parameters
    ----------
    cost : pandas.Series
        Positive figures on an equally spaced DatetimeIndex or PeriodIndex.
    start : str, date or Period
        First period with the measure.
    volume : pandas.Series, optional
        What the cost is for: visits, doses, patients. The effect is then on the cost per volume; of counts it is
        the number at risk.
    controls : pandas.DataFrame, optional
        Comparison series without the measure, one a column, of the same kind as what is judged (costs, or costs
        per volume when there is a volume).
    price_index : pandas.Series, optional
        Price index of the cost, any base.
    profile : str or pandas.Series, default "step"
        How the effect comes, as declared beforehand: "step", "ramp(6)", "delay(3)", "pulse", "fading" or a Series of
        shares in 0..1 by period. A plain contradiction by the data is heeded.
    level : float, default 0.95
        Coverage of the intervals shown.
    negative_control : pandas.Series, optional
        A series the measure cannot have touched; an effect on it fails a check.
    counts : bool, default False
        The series counts events, so that it may be zero: a Poisson regression with the volume as offset.

    Returns
    -------
    Effect

    Raises
    ------
    InvalidData
        When a series cannot be used; each fault names its period.
    InvalidParameter
        When the start, the profile or the level cannot be used.

    Examples
    --------
    >>> months = pd.period_range("2022-01", periods=48, freq="M")
    >>> noise = np.random.default_rng(1).normal(0, 0.01, 48)
    >>> cost = pd.Series(1e6 * np.exp(noise) * np.where(months >= pd.Period("2025-01", "M"), 0.9, 1.0), months)
    >>> effect = estimate_effect(cost, "2025-01")
    >>> effect.verdict, round(effect.relative, 2)
    ('kostnaden blev lägre', -0.1)
    """
    checked_level(level)
    if counts and (controls is not None or price_index is not None):
        raise InvalidParameter("Counts are judged on their own: leave out controls and price_index, or counts=True.")
    observed = read_observed(cost, start, volume=volume, controls=controls, price_index=price_index, counts=counts)
    judged = _judge_counts(observed, profile) if counts else judge(observed, profile)
    draws = draw(judged.effects, judged.courses, judged.weights)
    untouched = None
    if negative_control is not None:
        untouched = estimate_effect(
            negative_control, start, price_index=price_index, profile=profile, level=level, counts=counts
        )
    elsewhere = None if counts else better_start(observed, judged)
    index = observed.periods.to_timestamp() if isinstance(cost.index, pd.DatetimeIndex) else observed.periods
    return Effect(
        path=_path(draws, observed.cost[observed.before :], index[observed.before :], level),
        history=pd.Series(observed.cost[: observed.before], index[: observed.before], name="actual"),
        level=level,
        minimum_detectable=judged.history.minimum_detectable,
        placebo=_placebo(judged),
        stretch=judged.history.stretch,
        measured=_measured(observed, counts),
        money=not counts,
        compared=judged.comparison.movement is not None,
        negative_control=untouched,
        assumptions=_assumptions(observed, judged, profile),
        warnings=_warnings(observed, judged, elsewhere, counts),
        own_checks=_own_checks(observed, judged, elsewhere, untouched),
        comparison_checks=_comparison_checks(judged),
        _draws=draws,
    )


def _judge_counts(observed: Observed, profile: str | pd.Series) -> Judged:
    from utfall.effects.interrupted.counts import judge_counts  # loads statsmodels, which few measures need

    return judge_counts(observed, profile)


def _path(draws: Draws, actual: np.ndarray, index: pd.Index, level: float) -> pd.DataFrame:
    tails = ((1 - level) / 2, (1 + level) / 2)
    edges = np.array([draws.quantiles(month, tails) for month in draws.paths.T])
    without = draws.expected(np.exp(-draws.paths))
    return pd.DataFrame(
        {
            "effect": np.expm1(draws.expected(draws.paths)),
            "lo": np.expm1(edges[:, 0]),
            "hi": np.expm1(edges[:, 1]),
            "actual": actual,
            "counterfactual": actual * without,
            "counterfactual_lo": actual * np.exp(-edges[:, 1]),
            "counterfactual_hi": actual * np.exp(-edges[:, 0]),
            "saved": actual * (without - 1),
        },
        index=index.rename("period"),
    )


def _placebo(judged: Judged) -> pd.DataFrame:
    found = judged.history.placebos
    return pd.DataFrame(
        {
            "start": found["start"],
            "end": found["end"],
            "effect": np.expm1(found["effect"]),
            "standardised": found["standardised"],
            "inside": found["standardised"].abs() <= INSIDE,
        }
    )


def _measured(observed: Observed, counts: bool) -> str:
    what = "antalet" if counts else "kostnaden"
    return what if observed.volume is None else f"{what} per volym"


def _own_checks(
    observed: Observed, judged: Judged, elsewhere: int | None, untouched: Effect | None
) -> tuple[Check, ...]:
    before, after = observed.before, len(observed.periods) - observed.before
    found = judged.history.placebos["standardised"].tolist()
    strayed = stray(found)
    outside = int(sum(abs(value) > INSIDE for value in found))
    missing = ", ".join(name_period(observed, at) for at in observed.missing)
    checks = [
        Check(f"Minst {ENOUGH_BEFORE} perioder före start", before >= ENOUGH_BEFORE, f"{before}"),
        Check(f"Minst {ENOUGH_AFTER} perioder efter start", after >= ENOUGH_AFTER, f"{after}"),
        Check("Inga perioder saknas", not observed.missing, missing),
        Check(
            "Påhittade startdatum i historien ger inga effekter",
            strayed is not None and strayed <= MOST_STRAY,
            "historien är för kort för att prövas"
            if strayed is None
            else f"{plural(outside, 'effekt', 'effekter')} av {len(found)} prövade",
        ),
        Check(
            "Inget annat startdatum passar klart bättre",
            elsewhere is None,
            "" if elsewhere is None else f"bäst passar {name_period(observed, observed.before + elsewhere)}",
        ),
    ]
    if untouched is not None:
        low, high = untouched.interval()
        span = f"{percent(low, signed=True)} till {percent(high, signed=True)}"
        checks.append(Check("Ingen effekt på det som åtgärden inte rör", low <= 0 <= high, span))
    return tuple(checks)


def _comparison_checks(judged: Judged) -> tuple[Check, ...]:
    comparison = judged.comparison
    if not comparison.used and not comparison.affected:
        return ()
    follows = judged.follows or 0.0
    return (
        Check(
            "Jämförelseserierna är opåverkade vid starten",
            not comparison.affected,
            f"borttagna: {', '.join(comparison.affected)}" if comparison.affected else f"{len(comparison.used)} serier",
        ),
        Check(
            "Serien följer jämförelseserierna",
            follows >= FOLLOWED,
            f"{percent(follows, 0)} av deras gemensamma rörelse",
        ),
    )


def _assumptions(observed: Observed, judged: Judged, profile: str | pd.Series) -> tuple[str, ...]:
    beside = " och jämförelseserierna" if judged.comparison.used else ""
    return (
        f"Utan åtgärden hade serien fortsatt som historien{beside} visar, med sin nivå, trend och säsong.",
        f"Effekten kommer {profile_words(profile)}, om inte utfallet tydligt säger annat.",
        f"Något annat, som inte syns, ändrar serien samtidigt i {percent(judged.history.coincidence, 0)} av fallen, "
        f"då med omkring {percent(COINCIDENCE_WIDTH, 0)}; intervallet rymmer det.",
    )


def _warnings(observed: Observed, judged: Judged, elsewhere: int | None, counts: bool) -> tuple[str, ...]:
    found = [*observed.warnings, *(() if counts else flags(observed, judged))]
    if observed.price is None and not counts:
        found.append("Serien är inte rensad från prisförändringar: prisindex saknas.")
    if judged.comparison.affected:
        names = ", ".join(judged.comparison.affected)
        found.append(f"Jämförelseserier som själva ändrades vid starten har tagits bort: {names}.")
    if elsewhere is not None:
        found.append(
            f"Serien ändras tydligast i {name_period(observed, observed.before + elsewhere)}, inte vid den angivna "
            "starten: kontrollera när åtgärden började."
        )
    if judged.history.stretch >= REMARKABLE:
        wider = number(judged.history.stretch, 2)
        strayed = (stray(judged.history.placebos["standardised"].tolist()) or 0.0) > 1
        why = "så att de påhittade startdatumen täcks" if strayed else "för historien är för kort för att pröva det"
        found.append(f"Intervallet är {wider} gånger bredare än modellens eget, {why}.")
    return tuple(found)
