"""The rules of the control chart, by name: which months of a year are more than chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from utfall.rootcause.signal.process import Bools, Floats, Process

SHIFT, TREND, TWO_OF_THREE, POINT, RANGE = "shift", "trend", "two_of_three", "point", "range"
"""The rules, the most lasting first: a series that breaks several is named by the first of them.

The point, the two of three and the run on one side are from Western Electric, *Statistical Quality Control Handbook*
(1956); the trend is from Nelson, "The Shewhart control chart—tests for special causes", *Journal of Quality
Technology* 16(4), 1984; the moving range is Shewhart's own second chart. Their textbook limits presume that the
centre line and the spread are known and that months are independent. Monthly accounts are neither, so the numbers
below were set on simulated series without any signal; `WIDENING` takes the rest.
"""

RULE_NAMES: Mapping[str, str] = {
    SHIFT: "Nivåskifte",
    TREND: "Trend",
    TWO_OF_THREE: "Två av tre nära gränsen",
    POINT: "Enstaka månad utanför gränsen",
    RANGE: "Ovanligt språng mellan två månader",
}
"""What a report calls each rule."""

POINT_SIGMAS = 3.0
"""A month this many standard errors out is a signal (Shewhart's three sigma; Western Electric's first rule)."""

TWO_OF_THREE_SIGMAS = 2.3
"""Two months of three this far out on the same side, where the limit is three (Western Electric: 2.0, for independent
months)."""

RUN = 6
"""Months in a row on one side of the centre line (Western Electric 8, Nelson 9). Six are enough here, since their mean
must also be further out than the centre line's own error explains."""

RUN_SIGMAS = 2.5
"""How many of its own standard errors the mean of such a run must be out, without the month furthest out: one month
alone is no shift."""

CLIMB = 6
"""Months in a row that each rise, or each fall (Nelson's third rule)."""

CLIMB_SIGMAS = 4.0
"""Standard errors of a month that such a climb must cover: correlated months climb by themselves, but not far."""

RANGE_SIGMAS = 3.267 * 1.128
"""Shewhart's limit for the moving range, D4 · d2, in standard deviations of a month."""

HEAVY_TAIL = 1.5
"""The largest residual of a history is multiplied by itself over this many standard deviations: a normal history (2.6)
keeps the limits where they are, one with one-offs widens its own."""

MOST_TAIL = 2.0
"""A month twice as far out as any in the history is a signal, however heavy the tails."""

WIDENING: Mapping[int, float] = {2: 1.6, 3: 1.25, 4: 1.15, 5: 1.1}
"""By whole years of history: how much wider all limits are, since the spread is itself estimated.

Set so that a year without signal breaks any rule in about one case of twenty over white, correlated, heavy-tailed and
drifting series; the tests measure it.
"""


@dataclass(frozen=True)
class Alarms:
    """Which rules the months of each series break.

    Parameters
    ----------
    months : dict of str to array of bool, shape (series, months)
        The months that take part in breaking each rule.
    limit : array of shape (series, months)
        Half width of the natural process limits, SEK.
    limit_before : array of shape (series, 12)
        The same in the last year of the history, where the level is known.
    """

    months: Mapping[str, Bools]
    limit: Floats
    limit_before: Floats

    def first_rule(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """The rule each series is named by, and each of its months; empty where no rule is broken."""
        by_month = np.full(self.limit.shape, "", dtype=object)
        by_series = np.full(len(self.limit), "", dtype=object)
        for rule, months in reversed(list(self.months.items())):
            by_month[months] = rule
            by_series[months.any(axis=1)] = rule
        return by_series, by_month


def apply_rules(actual: Floats, process: Process) -> Alarms:
    """Hold the months of a year against their process.

    Parameters
    ----------
    actual : array of shape (series, months)
        The year's first months, at most twelve, SEK in result sign.
    process : Process
        Fitted to the years before.

    Returns
    -------
    Alarms

    Examples
    --------
    >>> from utfall.rootcause.signal.process import fit_process
    >>> history = -100.0 + np.random.default_rng(1).normal(0, 2, (1, 60))
    >>> year = np.r_[np.full(4, -100.0), -130.0, -100.0]
    >>> apply_rules(year[None], fit_process(history)).first_rule()[0].tolist()
    ['point']
    """
    count = actual.shape[1]
    excess = (actual - process.expected[:, :count]) / process.unit[:, :count]
    wider = WIDENING[process.years]
    spread, level = process.spread(count), process.level_spread(count)
    noise = process.noise[:, None]
    tail = np.minimum(process.widest / HEAVY_TAIL / process.noise, MOST_TAIL)
    limit = wider * np.maximum(POINT_SIGMAS * spread, np.hypot((tail * process.widest)[:, None], level))
    leap = wider * np.maximum(RANGE_SIGMAS * process.noise, tail * process.widest_range)[:, None]
    outside = np.abs(excess) > limit
    # The way out to a month beyond the limit, and back from it, says nothing more than that month does.
    told = outside | np.pad(outside[:, :-1], ((0, 0), (1, 0)))
    leaps = np.pad(np.abs(np.diff(excess, axis=1)) > leap, ((0, 0), (1, 0)))
    months = {
        SHIFT: _run(excess, level, noise, process.correlation, wider),
        TREND: _climb(excess, wider * CLIMB_SIGMAS * spread),
        TWO_OF_THREE: _two_of_three(excess, limit * TWO_OF_THREE_SIGMAS / POINT_SIGMAS),
        POINT: outside,
        RANGE: leaps & ~told,
    }
    of_month = wider * np.maximum(POINT_SIGMAS * process.noise, tail * process.widest)[:, None]
    return Alarms(months, limit * process.unit[:, :count], of_month * process.fitted_unit)


def _run(excess: Floats, level: Floats, noise: Floats, correlation: Floats, wider: float) -> Bools:
    """Months in runs on one side whose mean is further out than the errors of the centre line and of a mean explain."""
    if excess.shape[1] < RUN:
        return np.zeros(excess.shape, dtype=bool)
    runs = sliding_window_view(excess, RUN, axis=1)
    of_level = sliding_window_view(level**2, RUN, axis=1).mean(axis=2)
    of_mean = noise**2 / RUN * ((1 + correlation) / (1 - correlation))[:, None]
    size = np.abs(runs)
    mean = (size.sum(axis=2) - size.max(axis=2)) / (RUN - 1)
    far = mean > wider * RUN_SIGMAS * np.sqrt(of_level + of_mean)
    return _covered(((runs > 0).all(axis=2) | (runs < 0).all(axis=2)) & far, RUN)


def _climb(excess: Floats, least: Floats) -> Bools:
    """Months in climbs, or falls, that cover at least this much."""
    if excess.shape[1] < CLIMB:
        return np.zeros(excess.shape, dtype=bool)
    climbs = sliding_window_view(excess, CLIMB, axis=1)
    steps = np.diff(climbs, axis=2)
    steady = (steps > 0).all(axis=2) | (steps < 0).all(axis=2)
    return _covered(steady & (np.abs(climbs[..., -1] - climbs[..., 0]) > least[:, CLIMB - 1 :]), CLIMB)


def _two_of_three(excess: Floats, limit: Floats) -> Bools:
    """Months beyond the limit that have another on the same side among their neighbours of three."""
    found = np.zeros(excess.shape, dtype=bool)
    for outside in (excess > limit, excess < -limit):
        for apart in (1, 2):
            both = outside[:, apart:] & outside[:, :-apart]
            found[:, apart:] |= both
            found[:, :-apart] |= both
    return found


def _covered(windows: Bools, length: int) -> Bools:
    """The months of the windows that were found."""
    months = np.zeros((len(windows), windows.shape[1] + length - 1), dtype=bool)
    for offset in range(length):
        months[:, offset : offset + windows.shape[1]] |= windows
    return months
