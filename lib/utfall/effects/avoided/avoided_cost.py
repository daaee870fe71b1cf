"""Avoided cost: what a measure saved per unit of need, also where the total rises because more is done.

Two questions that are never mixed. *Why did the ledger move?* A bridge over price, intensity, need, mix and number
treated, which sums to the ledger. *What was avoided?* An interrupted series on the intensity alone; the cost of each
month at actual price and volume is held against what it would have been without the measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.avoided.cost_bridge import cost_bridge
from utfall.effects.avoided.guards import look_out
from utfall.effects.avoided.intensity import intensity_effect
from utfall.effects.avoided.intensity_placebo import placebos
from utfall.effects.avoided.result import LEVELS, AvoidedCost, ends
from utfall.effects.avoided.usage import Usage, read_usage
from utfall.effects.avoided.usage_words import DOSES, NEEDED_PACKAGES, UsageWords
from utfall.effects.interrupted.profile import course
from utfall.errors import InvalidParameter
from utfall.presentation.disclosure import MIN_COUNT, suppress
from utfall.presentation.money import Money
from utfall.presentation.words import plural

Floats = NDArray[np.float64]

YEAR = 12
"""Months whose cost the full-year rate is taken from."""


def avoided_cost(
    use: pd.DataFrame,
    start: Any,
    *,
    strata: str | Sequence[str] | None = None,
    profile: str | pd.Series | None = None,
    words: UsageWords | None = None,
) -> AvoidedCost:
    """Estimate what a measure that changes an intensity avoided, and explain why the cost moved.

    Works for packages of a drug per dose, and as well for material per operation or hired hours per visit: whatever
    is bought (``packages``, at a ``price``) to meet a ``need``.

    Parameters
    ----------
    use : DataFrame
        One row a month (and stratum): ``period``; ``price`` of one package; ``packages`` bought; ``need``, the number
        of packages the care given needs (for a drug the sum of dose ÷ package rounded up, dose by dose), or ``doses``
        where that is not known. Perhaps ``patients`` treated, and ``clinic_days``, on which they were treated.
    start : str, Timestamp or Period
        First month with the measure.
    strata : str or sequence of str, optional
        Columns that name groups with a need of their own (indication, dose band): a shift between them is mix then,
        and no effect.
    profile : str or Series, optional
        How the effect comes, as declared beforehand ("step", "ramp(6)", "delay(3)"; see `profile.course`). When it was
        not declared, the courses of a measure that came at once and of ones that came over 3, 6 and 12 months are
        weighed by how well they explain the months.
    words : UsageWords, optional
        What the quantities are called in the report; packages and doses of a drug when left out.

    Returns
    -------
    AvoidedCost

    Raises
    ------
    InvalidParameter
        When a column is missing, the start is outside the data or less than a year and a half into them, or the
        intensity does not vary.
    InvalidData
        For every value that cannot be used, with its row.

    Examples
    --------
    >>> months = pd.period_range("2022-01", periods=36, freq="M")
    >>> later = np.arange(36) >= 24
    >>> noise = np.random.default_rng(7).integers(-3, 4, 36)
    >>> use = pd.DataFrame({"period": months, "price": 1000.0, "patients": np.where(later, 130, 100),
    ...                     "need": np.where(later, 260, 200), "packages": np.where(later, 273, 240) + noise})
    >>> result = avoided_cost(use, "2024-01")
    >>> result.verdict, bool(result.path["cost"].iloc[-1] > result.path["cost"].iloc[0])
    ('undviken kostnad', True)
    """
    usage = read_usage(use, start, strata)
    said = words or (NEEDED_PACKAGES if usage.need_name == "need" else DOSES)
    effect = intensity_effect(
        usage.months["log_intensity"].to_numpy(),
        usage.position,
        usable=usage.months["usable"].to_numpy(),
        covariate=usage.per_day,
        profile=None if profile is None else _declared(usage, profile),
    )
    cost = usage.months["cost"].fillna(0.0)
    avoided = cost.to_numpy()[usage.position :] * np.expm1(-effect.log_effect)
    totals = _totals(cost, usage.start, effect.log_effect, avoided)
    money = Money.for_amounts([*totals["avoided"], cost.iloc[-YEAR:].sum()])
    return AvoidedCost(
        start=usage.start,
        period=usage.months.index[-1],
        path=_path(usage, effect.log_effect, avoided),
        totals=totals,
        booked=float(cost.iloc[usage.position :].sum()),
        bridge=cost_bridge(usage, said, money),
        guards=look_out(usage, said),
        placebo=placebos(usage),
        ramps=effect.ramps,
        probability_avoided=float((avoided.sum(axis=1) > 0).mean()),
        need_name=usage.need_name,
        words=said,
        money=money,
        assumptions=_assumptions(said, profile is not None, usage.per_day is not None),
        warnings=_warnings(usage, said),
        _draws=avoided.sum(axis=1),
    )


def _declared(usage: Usage, profile: str | pd.Series) -> Floats:
    """Share of the full effect in every month of the series."""
    periods = pd.DatetimeIndex(usage.months.index[usage.position :]).to_period("M")
    shares = np.concatenate([np.zeros(usage.position), course(profile, periods)])
    if not shares[usage.months["usable"]].any():
        raise InvalidParameter("No month in which the effect has come, by its profile, can be used: judge it later.")
    return shares


def _path(usage: Usage, log_effect: Floats, avoided: Floats) -> pd.DataFrame:
    """Cost, intensity and what the draws say, month by month."""
    months, at = usage.months, usage.position
    path = months[["cost", *(["patients"] if usage.has_patients else [])]].copy()
    path["intensity"] = usage.before * np.exp(months["log_intensity"])
    drawn = {
        "without": path["intensity"].to_numpy()[at:] * np.exp(-log_effect),
        "effect": np.expm1(log_effect),
        "avoided": avoided,
    }
    known = months["cost"].notna().to_numpy()
    for name, values in drawn.items():
        for suffix, numbers in zip(("", "_lo", "_hi"), (values.mean(axis=0), *ends(values, 0.95)), strict=True):
            path[name + suffix] = np.where(known, np.concatenate([np.full(at, np.nan), numbers]), np.nan)
    path.loc[_withheld(usage)] = np.nan
    return path


def _withheld(usage: Usage) -> NDArray[np.bool_]:
    """Months that would point at a few patients, and as many others as keep them from being worked out."""
    if not usage.has_patients:
        return np.zeros(len(usage.months), dtype=bool)
    counts = usage.months["patients"].fillna(0.0).round()
    table = pd.DataFrame({"patients": [*counts, counts.sum()], "total": [False] * len(counts) + [True]})
    return suppress(table, "patients", total="total").hidden.to_numpy()[:-1]


def _totals(cost: pd.Series, start: pd.Timestamp, log_effect: Floats, avoided: Floats) -> pd.DataFrame:
    """Latest month, since the start, and a year at the present rate, with their intervals."""
    year = cost.iloc[-YEAR:]
    with_measure = year.index >= start
    present = log_effect[:, -1]
    # A month before the start would have cost less with the measure, one after it would have cost more without.
    rate = year[with_measure].sum() * np.expm1(-present) - year[~with_measure].sum() * np.expm1(present)
    spans = {"month": avoided[:, -1], "to_date": avoided.sum(axis=1), "full_year": rate * YEAR / len(year)}
    rows = {}
    for span, draws in spans.items():
        rows[span] = {"avoided": float(draws.mean())}
        for level in LEVELS:
            rows[span][f"lo-{level}"], rows[span][f"hi-{level}"] = map(float, ends(draws, level / 100))
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("span")


def _assumptions(words: UsageWords, declared: bool, with_days: bool) -> tuple[str, ...]:
    said = [
        f"Utan åtgärden hade {words.intensity} fortsatt som före starten, med den trend och säsong som syns där.",
        "Priser, behov och antal behandlade är de faktiska; bara åtgången räknas som åtgärdens effekt.",
    ]
    if declared:
        said.append("Hur åtgärden infördes är angivet på förhand.")
    else:
        said.append("Hur snabbt åtgärden infördes är inte angivet: flera möjligheter vägs samman.")
    if with_days:
        said.append("Volymen per mottagningsdag räknas som volym: åtgärden antas inte själv ha ändrat antalet dagar.")
    return tuple(said)


def _warnings(usage: Usage, words: UsageWords) -> tuple[str, ...]:
    said = []
    if usage.need_name == "doses":
        said.append(
            f"Behovet mäts i {words.needs}, inte i {words.resource}: en ändrad dos kan se ut som en ändrad åtgång."
        )
    gaps = int(usage.months["cost"].isna().sum())
    if gaps:
        said.append(f"{plural(gaps, 'månad', 'månader')} saknas i uppgifterna och ingår inte.")
    left_out = int((~usage.months["usable"] & usage.months["cost"].notna()).sum())
    if left_out:
        said.append(
            f"{plural(left_out, 'månad', 'månader')} med ovanliga inköp, eller inga, ingår i kostnaden men inte i "
            "skattningen av åtgången."
        )
    if _withheld(usage).any():
        said.append(
            f"Månader med färre än {MIN_COUNT} {words.treated} visas inte, och inte heller de som annars röjer dem."
        )
    return tuple(said)
