"""What else may have happened at the start: each makes an effect look like the measure's that is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from utfall.effects.interrupted.design import season_columns, single
from utfall.effects.interrupted.inputs import Observed
from utfall.effects.interrupted.judge import Judged
from utfall.effects.interrupted.outliers import Odd, likeliest
from utfall.presentation.numbers import number, percent, period_name
from utfall.presentation.words import change_words, list_words

Array = NDArray[np.float64]

SHIFTED_START = 6
"""Periods before and after the declared start in which another start is looked for."""

PLAINLY = 7.0
"""Log likelihood that another start must gain. Of made-up measures with the right start three in a hundred are then
doubted; of abrupt lowerings by 15 % that are dated three months wrong, four in ten are."""

CLOSE = 1
"""Periods a start may be off without being doubted."""

VOLUME_ERRORS, VOLUME_CHANGE = 4.0, 0.05
"""Standard errors, and share, from which the volume changed at the start."""

PRICE_TIMES = 1.5
"""How much larger than every other a price change at the start must be to be remarked on."""

ODD_SHOWN = 6
"""Odd months that are named; the rest are counted."""


def better_start(observed: Observed, judged: Judged) -> int | None:
    """Find a start that explains the series plainly better than the declared one.

    Parameters
    ----------
    observed : Observed
        The series.
    judged : Judged
        Its effect with the declared start.

    Returns
    -------
    int or None
        Periods from the declared start, negative when earlier; None when the declared start holds its ground.
    """
    periods, before = len(observed.periods), observed.before
    rest = observed.series
    if judged.comparison.movement is not None and judged.follows is not None:
        rest = rest - judged.follows * judged.comparison.movement
    moves = np.arange(-SHIFTED_START, min(SHIFTED_START, periods - before - 1) + 1)
    courses = np.column_stack([_moved(judged.courses[0], before + int(move), periods) for move in moves])
    # The very months around the start are what the dates compete for; those taken out there say nothing else.
    away = [odd for odd in judged.odd if odd.shift or abs(odd.position - before) > SHIFTED_START]
    fit = likeliest(rest, _columns(observed, away), season_columns(observed.position, observed.season))
    size, error = fit.judge(courses)
    gain = fit.freedom / 2 * np.log1p((size / error) ** 2 / max(fit.freedom - 1, 1))
    best = int(gain.argmax())
    declared = int(np.flatnonzero(moves == 0)[0])
    doubted = gain[best] - gain[declared] > PLAINLY and abs(moves[best]) > CLOSE
    return int(moves[best]) if doubted else None


def flags(observed: Observed, judged: Judged) -> tuple[str, ...]:
    """Name what else may explain the effect.

    Parameters
    ----------
    observed : Observed
        The series.
    judged : Judged
        Its effect.

    Returns
    -------
    tuple of str
        Swedish sentences; empty when nothing was noticed.
    """
    found = [
        _hoarding(observed, judged.odd),
        _volume(observed, judged),
        _price(observed),
        _reorganised(observed, judged.odd),
        _odd_months(observed, judged.odd),
    ]
    return tuple(sentence for sentence in found if sentence)


def _hoarding(observed: Observed, odd: Sequence[Odd]) -> str:
    last = [o for o in odd if not o.shift and o.size > 0 and observed.before - 2 <= o.position < observed.before]
    if not last:
        return ""
    when = list_words(_named(observed, sorted(o.position for o in last)))
    return (
        f"Ovanligt mycket bokfördes strax före starten ({when}): inköp kan ha gjorts i förväg. "
        "Perioden räknas inte med."
    )


def _volume(observed: Observed, judged: Judged) -> str:
    if observed.volume is None:
        return ""
    season = season_columns(observed.position, observed.season)
    course = np.zeros(len(observed.periods))
    course[observed.before :] = 1.0
    size, error = likeliest(observed.volume, _columns(observed, ()), season).judge(course[:, None])
    change = float(np.expm1(size[0]))
    if abs(size[0]) < VOLUME_ERRORS * error[0] or abs(change) < VOLUME_CHANGE:
        return ""
    return (
        f"Volymen blev {change_words(change)} vid starten: ny förpackningsstorlek, ändrad registrering eller "
        "omorganisation kan förklara en ändrad kostnad per volym."
    )


def _price(observed: Observed) -> str:
    if observed.price is None:
        return ""
    steps = np.abs(np.diff(observed.price))
    near = slice(max(observed.before - 2, 0), observed.before + 1)
    others = np.delete(steps, np.arange(len(steps))[near])
    if steps[near].max() <= PRICE_TIMES * others.max():
        return ""
    return (
        "Prisindex ändrades mer vid starten än någon annan gång: effekten är rensad för det som indexet visar, "
        "men ett nytt pris som indexet inte visar räknas som effekt."
    )


def _reorganised(observed: Observed, odd: Sequence[Odd]) -> str:
    shifts = [o for o in odd if o.shift]
    if not shifts:
        return ""
    told = list_words(f"{_named(observed, [o.position])[0]} ({percent(np.expm1(o.size), signed=True)})" for o in shifts)
    return (
        f"Nivån skiftade i historien, i {told}: en omorganisation eller ändrad bokföring. Skiftet är borttaget, "
        "men något liknande kan ha skett vid starten."
    )


def _odd_months(observed: Observed, odd: Sequence[Odd]) -> str:
    single_months = sorted((o for o in odd if not o.shift), key=lambda o: o.position)
    if not single_months:
        return ""
    told = [
        f"{name} ({percent(np.expm1(o.size), 0, signed=True)})"
        for name, o in zip(_named(observed, [o.position for o in single_months]), single_months, strict=True)
    ]
    more = len(told) - ODD_SHOWN
    words = list_words(told) if more <= 0 else f"{', '.join(told[:ODD_SHOWN])} och {number(more)} till"
    return f"Perioder som avviker från seriens mönster och inte räknas med: {words}."


def _columns(observed: Observed, odd: Sequence[Odd]) -> Array:
    """Level, trend, missing periods and odd ones."""
    periods = len(observed.periods)
    extras = [*(single(at, periods) for at in observed.missing), *(o.column(periods) for o in odd)]
    return np.column_stack([np.ones(periods), observed.years, *extras])


def _moved(course: Array, start: int, periods: int) -> Array:
    """The course, begun at another period; what it lacks at the end continues."""
    moved = np.zeros(periods)
    length = periods - start
    moved[start:] = np.r_[course, np.full(max(length - len(course), 0), course[-1])][:length]
    return moved


def _named(observed: Observed, positions: Sequence[int]) -> list[str]:
    return [name_period(observed, position) for position in positions]


def name_period(observed: Observed, position: int) -> str:
    """Name one of the series' periods in Swedish; months by name, others as their dates."""
    period = observed.periods[position]
    return period_name(period) if observed.frequency == "M" else str(period)
