"""The control chart: each series held against its own process, month by month (XmR; Shewhart, Wheeler)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import InvalidParameter
from utfall.evidence import Check
from utfall.presentation.numbers import number, period_name
from utfall.presentation.words import plural
from utfall.rootcause.signal.process import FEWEST_YEARS, MONTHS, MOST_YEARS, Floats, fit_process
from utfall.rootcause.signal.run_rules import SHIFT, WIDENING, apply_rules
from utfall.rootcause.signal.usable_history import usable_from

SIGNAL, NOISE, UNDECIDED = "signal", "brus", "kan inte avgöras"
"""The verdicts."""

FEWEST_BOOKED = 0.75
"""Share of the usable months with a booking, below which a series has no monthly process to be held against."""

COVERS_95 = 1.96
"""Standard errors on either side that hold 95 per cent of a normal sum."""

MOST_ALARMS_BEFORE = 0.25
"""Share of the series that may break a rule in the year before. More than that means that most of what is seen is no
cause of its own: something common (prices, a reform) moves them, or the process is not what the method takes it for."""

FEW_ALARMS = 2
"""As many alarms in the year before are no sign of anything, however few the series."""

SUMS = ["actual", "expected", "outside", "lo", "hi"]
POINTS = ["period", "actual", "expected", "lo", "hi", "rule"]


@dataclass(frozen=True, eq=False)
class ControlChart:
    """Series, the verdict on each, and their months.

    Parameters
    ----------
    frame : DataFrame
        One row a series: its names, ``verdict``, ``rule`` (a key of `RULE_NAMES`, empty without a signal), ``since``
        (the month a signal begins), ``actual, expected, outside, lo, hi`` (sum of the judged months, what the process
        leads to expect, their difference, and the natural limits of the sum at 95 per cent; SEK in result sign, all
        but the first missing where it cannot be decided), ``months`` of history used, and ``reason``.
    points : DataFrame
        One row a month of each decided series, from a year before the judged months: its names,
        ``period, actual, expected, lo, hi, rule``; SEK in result sign.
    """

    frame: pd.DataFrame
    points: pd.DataFrame


def control_chart(months: pd.DataFrame, since: pd.Timestamp) -> ControlChart:
    """Judge whether the months since a date follow from what each series did before.

    A series is held against its own history alone, so its verdict is the same in every report that shows it.

    Parameters
    ----------
    months : DataFrame
        ``period`` (first day of the month), ``actual`` (SEK in result sign), and the columns that name the series. A
        month without row is zero.
    since : Timestamp
        First judged month; the last is the last of the frame, at most twelve in all.

    Returns
    -------
    ControlChart

    Raises
    ------
    InvalidParameter
        When no month, or more than twelve, are to be judged.

    Examples
    --------
    >>> period = pd.date_range("2021-01-01", "2026-10-01", freq="MS")
    >>> noise = np.random.default_rng(1).normal(0, 2, len(period))
    >>> actual = -100.0 + noise - 20.0 * (period >= "2026-03-01")
    >>> chart = control_chart(pd.DataFrame({"line": "drugs", "period": period, "actual": actual}), period[60])
    >>> chart.frame[["line", "verdict", "rule", "since"]].astype(str).to_numpy().tolist()
    [['drugs', 'signal', 'shift', '2026-03-01']]
    """
    names, values, first = _wide(months)
    history = (since.year - first.year) * MONTHS + since.month - first.month
    judged = values.shape[1] - history
    if not 0 < judged <= MONTHS:
        raise InvalidParameter(f"There are {judged} months from {since:%Y-%m} to judge; give one to twelve.")
    past = values[:, :history] if history > 0 else np.zeros((len(values), 0))
    begin, jumped = usable_from(past)
    usable = past.shape[1] - begin
    years = np.minimum(usable // MONTHS, MOST_YEARS)
    booked = ((past != 0) & (np.arange(past.shape[1]) >= begin[:, None])).sum(axis=1)
    years[booked < FEWEST_BOOKED * usable] = 0

    columns: dict[str, NDArray[Any]] = {
        "verdict": np.full(len(names), UNDECIDED, dtype=object),
        "rule": np.full(len(names), "", dtype=object),
        "since": np.full(len(names), np.datetime64("NaT"), dtype="datetime64[us]"),
        "actual": values[:, past.shape[1] :].sum(axis=1).round(2),
        **{name: np.full(len(names), np.nan) for name in SUMS[1:]},
        "months": usable,
        "reason": np.full(len(names), "", dtype=object),
    }
    months_of, shown = [], []
    for count in range(FEWEST_YEARS, MOST_YEARS + 1):
        rows = np.flatnonzero(years == count)
        if len(rows):
            sums, points = _judge(values[rows, past.shape[1] - count * MONTHS :], count, since)
            for name, column in sums.items():
                columns[name][rows] = column
            months_of.append(np.repeat(rows, judged + MONTHS))
            shown.append(points)
    for row in np.flatnonzero(years < FEWEST_YEARS):
        columns["reason"][row] = _reason(int(usable[row]), bool(jumped[row]), since)
    frame = names.assign(**columns).astype({"verdict": "str", "rule": "str", "reason": "str"})
    order = np.concatenate(months_of) if shown else np.zeros(0, dtype=int)
    months_shown: dict[str, Any] = {
        name: np.concatenate([part[name] for part in shown]) if shown else [] for name in POINTS
    }
    points_frame = names.take(order).reset_index(drop=True).assign(**months_shown).astype({"rule": "str"})
    return ControlChart(frame, points_frame)


def held_before(months: pd.DataFrame, since: pd.Timestamp) -> Check:
    """Put the year before to the same rules, from what was known before it: most series should have kept quiet.

    Parameters
    ----------
    months, since
        As in `control_chart`.

    Returns
    -------
    Check
        Not passed either when there is no history to put to the test.
    """
    name = "Samma regler på året före larmar för högst en fjärdedel av serierna"
    earlier = months[months["period"] < since]
    before = since - pd.DateOffset(years=1)
    if earlier.empty or earlier["period"].max() < before:
        return Check(name, False, "det finns inget år före")
    verdicts = control_chart(earlier, before).frame["verdict"]
    decided, alarms = int((verdicts != UNDECIDED).sum()), int((verdicts == SIGNAL).sum())
    if not decided:
        return Check(name, False, "för kort historik för att prövas")
    passed = alarms <= max(FEW_ALARMS, MOST_ALARMS_BEFORE * decided)
    return Check(name, passed, f"{number(alarms)} av {number(decided)}")


def _judge(values: Floats, years: int, since: pd.Timestamp) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Sums and months of series with as many whole years before the judged months."""
    past, actual = values[:, : years * MONTHS], values[:, years * MONTHS :]
    count = actual.shape[1]
    process = fit_process(past)
    alarms = apply_rules(actual, process)
    expected = process.expected[:, :count]
    rule, rule_of_month = alarms.first_rule()
    begins = _begins((actual - expected) / process.unit[:, :count], rule, rule_of_month)
    rule_of_month[(rule_of_month == SHIFT) & (np.arange(count) < begins[:, None])] = ""
    total = expected.sum(axis=1)
    range_95 = COVERS_95 * WIDENING[years] * process.sum_spread(count)
    calendar = np.datetime64(since, "M") + np.arange(-MONTHS, count)
    sums = {
        "verdict": np.where(rule != "", SIGNAL, NOISE),
        "rule": rule,
        "since": np.where(rule != "", calendar[MONTHS + begins], np.datetime64("NaT")),
        "expected": total.round(2),
        "outside": (actual.sum(axis=1) - total).round(2),
        "lo": (total - range_95).round(2),
        "hi": (total + range_95).round(2),
        "months": years * MONTHS,
    }
    centre = np.hstack([process.fitted, expected])
    limit = np.hstack([alarms.limit_before, alarms.limit])
    points = {
        "period": np.tile(calendar.astype("datetime64[us]"), len(values)),
        "actual": values[:, -(MONTHS + count) :].ravel(),
        "expected": centre.ravel().round(2),
        "lo": (centre - limit).ravel().round(2),
        "hi": (centre + limit).ravel().round(2),
        "rule": np.hstack([np.full(process.fitted.shape, "", dtype=object), rule_of_month]).ravel(),
    }
    return sums, points


def _begins(excess: Floats, rule: NDArray[np.object_], rule_of_month: NDArray[np.object_]) -> NDArray[np.int64]:
    """The judged month each signal begins with, 0 without one: a shift's is the best single change point."""
    left = excess.shape[1] - np.arange(excess.shape[1])
    explained = excess[:, ::-1].cumsum(axis=1)[:, ::-1] ** 2 / left
    first = (rule_of_month == rule[:, None]).argmax(axis=1)
    return np.where(rule == SHIFT, explained.argmax(axis=1), first)


def _wide(months: pd.DataFrame) -> tuple[pd.DataFrame, Floats, pd.Timestamp]:
    """The series' names, their months side by side, and the first month."""
    keys = [name for name in months.columns if name not in ("period", "actual")]
    code = np.zeros(len(months), dtype=np.int64)
    for key in keys:
        position, values = pd.factorize(months[key])
        code = code * len(values) + position
    _, first, series = np.unique(code, return_index=True, return_inverse=True)
    month = months["period"].to_numpy("datetime64[M]").astype(np.int64)
    sums = np.zeros((len(first), int(np.ptp(month)) + 1))
    np.add.at(sums, (series, month - month.min()), months["actual"].to_numpy("float64"))
    return months[keys].iloc[first].reset_index(drop=True), sums.round(2), months["period"].min()


def _reason(usable: int, jumped: bool, since: pd.Timestamp) -> str:
    """Why a series cannot be judged."""
    if not usable:
        return f"Inget är bokfört före {period_name(since)}."
    if usable < FEWEST_YEARS * MONTHS:
        begins = period_name(since - pd.DateOffset(months=usable))
        what = "Nivån ändrades varaktigt" if jumped else "Posten bokfördes första gången"
        return f"{what} i {begins}; {plural(usable, 'månad', 'månader')} är för kort historik."
    return "Posten bokförs inte längre, eller bara i enstaka månader."
