"""How an effect comes: the share of the full effect that is there in each month after the start."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import InvalidParameter

Array = NDArray[np.float64]

DECLARED = 0.8
"""Probability that an effect comes as declared. The rest is shared by `OTHERWISE`: should the months after the start
plainly contradict the declaration, the estimate of the mean effect follows the months."""

OTHERWISE = {"step": 1.0, "ramp(6)": 1.0, "delay(3)": 1.0, "fading": 2.0}
"""Ways in which an effect comes that nobody declared, and how probable they are beside each other: a gradual start
would have been declared, but nobody declares that an effect will fade."""

FADED = 24
"""Months until a fading effect is gone."""


def course(profile: str | pd.Series, periods: pd.PeriodIndex) -> Array:
    """Read a declared profile.

    Parameters
    ----------
    profile : str or pandas.Series
        "step" (whole at once), "ramp(6)" (a sixth the first month, whole from the sixth), "delay(3)" (nothing for
        three months, then whole), "pulse" (the first month only), "fading", or shares between 0 and 1 by period.
    periods : pandas.PeriodIndex
        The periods from the start on.

    Returns
    -------
    ndarray
        One share a period.

    Raises
    ------
    InvalidParameter
        When the profile is not known, leaves 0…1, lacks a period, or lets nothing happen within the periods.

    Examples
    --------
    >>> months = pd.period_range("2026-01", periods=4, freq="M")
    >>> course("ramp(2)", months).tolist(), course("delay(3)", months).tolist()
    ([0.5, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0])
    """
    shares = _series(profile, periods) if isinstance(profile, pd.Series) else _named(profile, len(periods))
    if not shares.any():
        raise InvalidParameter(
            f"The profile {_name(profile)} has no effect yet in the {len(periods)} periods after the start; "
            "judge the measure later."
        )
    return shares


def other_courses(profile: str | pd.Series, periods: pd.PeriodIndex) -> list[tuple[Array, float]]:
    """Give the courses the effect may have taken instead of the declared one, each with its probability.

    A profile given period by period, and a pulse, stand alone: who declares those knows the course.

    Examples
    --------
    >>> months = pd.period_range("2026-01", periods=12, freq="M")
    >>> [round(probability, 3) for _, probability in other_courses("step", months)]
    [0.05, 0.05, 0.1]
    >>> other_courses("pulse", months)
    []
    """
    if isinstance(profile, pd.Series) or profile == "pulse":
        return []
    others = {name: _named(name, len(periods)) for name in OTHERWISE if name != profile}
    kept = {name: shares for name, shares in others.items() if shares.any()}
    whole = sum(OTHERWISE[name] for name in kept)
    return [(shares, (1 - DECLARED) * OTHERWISE[name] / whole) for name, shares in kept.items()]


def profile_words(profile: str | pd.Series) -> str:
    """Say in Swedish how an effect comes.

    Examples
    --------
    >>> profile_words("ramp(6)")
    'gradvis under 6 perioder'
    """
    if isinstance(profile, pd.Series):
        return "period för period som angivet"
    kind, _, periods = profile.rstrip(")").partition("(")
    return {
        "step": "på en gång",
        "ramp": f"gradvis under {periods} perioder",
        "delay": f"på en gång efter {periods} perioder",
        "pulse": "bara i den första perioden",
        "fading": "på en gång och avtar sedan",
    }[kind]


def _named(profile: str, months: int) -> Array:
    since = np.arange(months)
    known = re.fullmatch(r"(step|pulse|fading)|(ramp|delay)\(([1-9]\d*)\)", str(profile))
    if known is None:
        raise InvalidParameter(
            f"profile {profile!r} is not known. Use 'step', 'ramp(6)', 'delay(3)', 'pulse', 'fading' or a Series in "
            "0..1."
        )
    match known[1] or known[2]:
        case "ramp":
            return np.minimum((since + 1) / int(known[3]), 1.0)
        case "delay":
            return (since >= int(known[3])).astype(float)
        case "pulse":
            return (since == 0).astype(float)
        case "fading":
            return np.maximum(1.0 - since / FADED, 0.0)
    return np.ones(months)


def _series(profile: pd.Series, periods: pd.PeriodIndex) -> Array:
    index = profile.index
    if isinstance(index, pd.DatetimeIndex):
        index = index.to_period(periods.freqstr)
    elif not isinstance(index, pd.PeriodIndex):
        raise InvalidParameter("profile is a Series without dates. Give it the periods of the cost as index.")
    shares = pd.Series(profile.to_numpy("float64"), index).reindex(periods)
    if shares.isna().any():
        raise InvalidParameter(
            f"profile has no share for {shares.index[shares.isna()][0]}. Give every period from the start."
        )
    if not shares.between(0, 1).all():
        outside = shares[~shares.between(0, 1)]
        raise InvalidParameter(
            f"profile is {outside.iloc[0]:g} in {outside.index[0]}; it is a share of the full effect, between 0 and 1."
        )
    return shares.to_numpy()


def _name(profile: str | pd.Series) -> str:
    return "given" if isinstance(profile, pd.Series) else repr(profile)
