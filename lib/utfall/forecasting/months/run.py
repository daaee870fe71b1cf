"""One forecast of the months ahead: the paths, the same from earlier origins, and the intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.events.contradicted import shift_reason
from utfall.forecasting.events.effects import Events
from utfall.forecasting.hierarchy.reconcile import reconcile
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.intervals.coverage import covered_too_seldom
from utfall.forecasting.intervals.pooled import SHRINKAGE, noise_scale, pooled_factor, scale_months
from utfall.forecasting.intervals.short_histories import LENGTHS, latest, length_class, sample
from utfall.forecasting.models.core import HISTORY_MONTHS
from utfall.forecasting.models.level_shifts import LevelShift, at_present_level
from utfall.forecasting.models.months_ahead import months_ahead, without_empty
from utfall.forecasting.models.spikes import Spike, without_spikes
from utfall.forecasting.panel import MONTHS, Array, Panel
from utfall.forecasting.year.rest_of_year import STOPPED_MONTHS, stopped
from utfall.presentation.numbers import short_period

ORIGINS = 6
"""Fewest earlier origins the forecast is made from again, where the history allows it."""

ORIGIN_STEP = 3
"""Most months between those origins, so that every season is tested."""

FAR_ENOUGH = 0.75
"""Share of the months ahead that could be tested at all, at which longer histories are preferred."""

WISHED_SCORES = 60
"""Few series are tested from more origins, to have about as many errors of each step as this."""

FEWEST_MONTHS = 25
"""Months of history an origin should leave to the longest series: two of every calendar month."""

PATH_MONTHS = 2 * MONTHS
"""Months the model's path is drawn for at least: its season is told from two of every calendar month."""

TESTED_MONTHS = 144
"""Latest months an earlier origin sees; more would change its errors little and its time much."""

MIN_SCORES = 8
"""Fewest backtest errors an interval is made from."""

MIN_PARENT_SCORES = 60
"""Fewer errors of parents than this at a step are pooled with those of the series."""

EXTRAPOLATED_POWER = 0.5
"""Beyond the steps that could be tested, widths grow with this power of the steps: as a random walk's."""

SPIKE_SAID_MONTHS = 24
"""Odd months older than this are left out of account without a word: they hardly move a forecast anyway."""

ONLY_EVENTS = (
    "alla månader hittills är noll: prognosen är händelsens angivna belopp, och saknar intervall eftersom beloppet "
    "inte kan prövas mot tidigare månader"
)
"""Reason of a series that nothing but an event gives amounts to."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class _Tests:
    """Scaled absolute errors, shape ``(tests, horizon)``, with the origin and the node of each test."""

    scores: Array
    fold: Rows
    node: Rows

    def joined(self, other: _Tests) -> _Tests:
        return _Tests(
            np.concatenate([self.scores, other.scores]),
            np.concatenate([self.fold, other.fold]),
            np.concatenate([self.node, other.node]),
        )


@dataclass(frozen=True)
class Past:
    """Forecasts from an earlier origin.

    Parameters
    ----------
    back : int
        Months from the origin to the last known month.
    known : numpy.ndarray
        History on the level of its end, shape ``(series, months)``.
    forecast, actual, naive : numpy.ndarray
        Shape ``(series, horizon)``; ``actual`` is ``nan`` for months not known yet, ``naive`` repeats the
        same month of the latest known year.
    """

    back: int
    known: Array
    forecast: Array
    actual: Array
    naive: Array

    @property
    def error(self) -> Array:
        """Forecast less outcome; ``nan`` where either is not known."""
        return self.forecast - self.actual


class ForecastRun:
    """Forecasts a panel on construction.

    Parameters
    ----------
    panel : Panel
        The series.
    tree : Hierarchy
        The totals wanted beside them; no parents for series alone.
    horizon : int
        Months to forecast.
    levels : tuple of float
        Nominal coverage of the intervals, in percent.
    events : Events, optional
        What is known of the months ahead and behind. The run is then on the level of each series' last month,
        freed from the events known at every origin: put them back with `utfall.forecasting.months.restored`.

    Attributes
    ----------
    last : numpy.ndarray
        Column of each node's last known month.
    level : numpy.ndarray
        Mean of each series' latest twelve known months on the present level.
    path : numpy.ndarray
        The model's path of each series before totals were reconciled, at least `PATH_MONTHS` long.
    mean : numpy.ndarray
        Shape ``(nodes, horizon)``; each parent the sum of its series.
    half : dict
        Level → half the interval's width, same shape; ``nan`` where it cannot be tested.
    reason : numpy.ndarray
        What needs to be said of a node, in Swedish; empty for most.
    past : list of Past
        Forecasts of all nodes from earlier origins, the latest first.
    tested_steps : int
        Months ahead that an earlier origin could be tested for.
    too_seldom : dict
        Level → the series and totals whose interval covered too seldom to be chance.
    """

    def __init__(
        self,
        panel: Panel,
        tree: Hierarchy,
        horizon: int,
        levels: tuple[float, ...],
        events: Events | None = None,
    ) -> None:
        self.panel, self.tree, self.horizon, self.levels = panel, tree, horizon, levels
        self.events = events if events else None
        self.nodes = len(tree.ids)
        self.last = np.repeat(panel.last.max(), self.nodes) if self.nodes > tree.leaves else panel.last
        self.reason = np.full(self.nodes, "", dtype=object)
        self.half = {level: np.full((self.nodes, horizon), np.nan) for level in levels}
        self._hits: dict[float, list[Array]] = {level: [] for level in levels}
        self._covered = {level: np.zeros(self.nodes) for level in levels}
        self._tested = {level: np.zeros(self.nodes) for level in levels}
        self._seen: dict[int, Array] = {}
        self._values = self._known_at(0)
        length = (~np.isnan(self._values)).sum(axis=1)
        self.backs = self._origins(int(length.max(initial=0)))
        self.tested_steps = min(horizon, max(self.backs, default=0))
        known, shifts = at_present_level(self._values[:, -HISTORY_MONTHS:])
        self.past = self._past(np.arange(self.nodes), LENGTHS[-1])
        path = months_ahead(known, max(horizon, PATH_MONTHS))
        self.path = path[: tree.leaves]
        recent = known[: tree.leaves, -MONTHS:]
        months = (~np.isnan(recent)).sum(axis=1)
        self.level = np.where(months > 0, np.nansum(recent, axis=1) / np.maximum(months, 1), np.nan)
        self.mean = self._coherent(path[:, :horizon])
        self._say_shifts(shifts)
        self._say_spikes(without_spikes(known)[1])
        settled = self._reasons(length)
        self._widths(known, length, settled)
        self.too_seldom = {
            level: covered_too_seldom(self._covered[level], self._tested[level], level, tree.members)
            for level in levels
        }

    @property
    def coverage(self) -> dict[float, tuple[float, int]]:
        """Level → share of outcomes inside intervals made from other origins, and how many forecasts."""
        joined = {level: np.concatenate(hits) if hits else np.zeros(0) for level, hits in self._hits.items()}
        return {level: (float(hits.mean()) if len(hits) else 0.0, len(hits)) for level, hits in joined.items()}

    def _known_at(self, back: int) -> Array:
        """Every node's months, freed from the events known so many months before the last."""
        if self.events is None:
            back = 0
        if back not in self._seen:
            values = self.panel.values if self.events is None else self.events.at(back).without(self.panel.values)
            self._seen[back] = self.tree.with_parents(self._aligned(values))
        return self._seen[back]

    def _aligned(self, values: Array) -> Array:
        """Return the series with their own last month in the last column."""
        last = self.panel.last
        columns = last[:, None] - np.arange(values.shape[1] - 1, -1, -1)
        return np.where(columns >= 0, values[np.arange(len(values))[:, None], np.maximum(columns, 0)], np.nan)

    def _origins(self, longest: int) -> list[int]:
        """Months to go back: the whole horizon and more where the longest history allows it."""
        furthest = longest - (FEWEST_MONTHS if longest > FEWEST_MONTHS + MONTHS else MONTHS + 1)
        furthest = max(furthest, longest // 2 if longest < FEWEST_MONTHS else 0)
        count = max(ORIGINS, -(-WISHED_SCORES // max(self.tree.leaves, 1)))
        room = furthest - self.horizon
        if room >= count - 1:
            step = min(ORIGIN_STEP, room // (count - 1))
            return [self.horizon + step * number for number in range(count)]
        spread = np.linspace(1, furthest, count) if furthest >= 1 else np.zeros(0)
        return sorted({round(back) for back in spread})

    def _past(self, rows: Rows, length: int) -> list[Past]:
        """Forecast from every earlier origin, seeing only the latest `length` months before it."""
        if not self.backs:
            return []
        months = self._values.shape[1]
        seen = np.full((len(self.backs), len(rows), min(months, TESTED_MONTHS)), np.nan)
        for number, back in enumerate(self.backs):
            known = self._known_at(back)[rows, max(months - back - TESTED_MONTHS, 0) : months - back]
            if length < LENGTHS[-1]:
                known = known[:, -length:]
            seen[number, :, seen.shape[2] - known.shape[1] :] = known
        # All origins as so many more series: the loop over months is what costs.
        known, _ = at_present_level(seen.reshape(-1, seen.shape[2]))
        forecast = months_ahead(known, self.horizon).reshape(len(self.backs), len(rows), self.horizon)
        levelled = known.reshape(seen.shape)
        past = []
        for number, back in enumerate(self.backs):
            after = self._known_at(back)[rows, months - back :][:, : self.horizon]
            actual = np.pad(after, ((0, 0), (0, self.horizon - after.shape[1])), constant_values=np.nan)
            repeated = seen[number][:, -MONTHS:][:, np.arange(self.horizon) % min(MONTHS, seen.shape[2])]
            past.append(Past(back, levelled[number], forecast[number], actual, repeated))
        return past

    def _coherent(self, forecast: Array) -> Array:
        """Make the parts add up, each on its side of zero."""
        if self.nodes == self.tree.leaves:
            return forecast
        errors = [then.error for then in self.past]
        if errors:
            leaves = reconcile(forecast, np.concatenate(errors, axis=1), self.tree)
        else:
            leaves = forecast[: self.tree.leaves]
        return self.tree.with_parents(without_empty(leaves, self._values[: self.tree.leaves]))

    def _reasons(self, length: Rows) -> NDArray[np.bool_]:
        """Write what needs to be said; return the series that leave nothing to be uncertain about."""
        known = self._values
        low = np.nanmin(known, axis=1, initial=np.inf)
        high = np.nanmax(known, axis=1, initial=-np.inf)
        zero = (low == 0.0) & (high == 0.0)
        constant = (low == high) & (length > MONTHS) & ~zero
        self.reason[length <= MONTHS] = "kort historik: medelvärdet av kända månader"
        self.reason[stopped(known) & ~zero] = f"upphörd: inga belopp på minst {STOPPED_MONTHS} månader"
        self.reason[constant] = "samma belopp varje månad"
        self.reason[zero] = "alla månader är noll"
        settled = np.asarray(zero | constant)
        for half in self.half.values():
            half[settled] = 0.0
        self._say_untested_amounts(zero)
        return settled

    def _say_untested_amounts(self, zero: NDArray[np.bool_]) -> None:
        """Leave amounts that events give to a series of nothing else without an interval: no month could test them."""
        if self.events is None:
            return
        ahead = self.panel.last[:, None] + 1 + np.arange(self.horizon)
        amounts = self.events.at(0).amount[np.arange(self.tree.leaves)[:, None], ahead]
        given = (self.tree.with_parents((amounts != 0.0).astype(float)) > 0.0) & zero[:, None]
        self.reason[given.any(axis=1)] = ONLY_EVENTS
        for half in self.half.values():
            half[given] = np.nan

    def _say_shifts(self, shifts: tuple[LevelShift, ...]) -> None:
        width = min(self._values.shape[1], HISTORY_MONTHS)
        for shift in shifts:
            column = self.last[shift.row] - width + 1 + shift.column
            self.reason[shift.row] = shift_reason(shift, shift.row, int(column), self.panel, self.events)

    def _say_spikes(self, spikes: tuple[Spike, ...]) -> None:
        width = min(self._values.shape[1], HISTORY_MONTHS)
        for spike in spikes:
            if spike.column >= width - SPIKE_SAID_MONTHS and not self.reason[spike.row]:
                month = short_period(self.panel.dates(np.array([self.last[spike.row] - width + 1 + spike.column]))[0])
                self.reason[spike.row] = f"enstaka avvikande månad {month}, räknad som tillfällig"

    def _widths(self, known: Array, length: Rows, settled: NDArray[np.bool_]) -> None:
        bounds = length_class(length)
        parent = np.arange(self.nodes) >= self.tree.leaves
        for parents in (False, True):
            for bound in np.unique(bounds[parent == parents]):
                chosen = (parent == parents) & (bounds == bound) & ~settled
                if not chosen.any():
                    continue
                used, tests = self._enough_scores(int(bound), parents)
                seen = latest(known[parent == parents], scale_months(used, int(bound)))
                scale = noise_scale(seen, 0.0 if parents else SHRINKAGE)[chosen[parent == parents]]
                self._widen(np.flatnonzero(chosen), scale, tests)

    def _enough_scores(self, bound: int, parents: bool) -> tuple[int, _Tests]:
        """Errors of histories as long as `bound`, or of the longest shorter ones tested as far ahead as any."""
        best = (bound, self._no_tests())
        furthest = 0
        for used in [length for length in reversed(LENGTHS) if length <= bound]:
            tests = self._scores(used, parents)
            if parents and _known(tests.scores)[: self.tested_steps].min(initial=0) < MIN_PARENT_SCORES:
                tests = tests.joined(self._scores(used, False))
            steps = int((_known(tests.scores) >= MIN_SCORES).sum())
            if steps > furthest:
                furthest, best = steps, (used, tests)
            if furthest >= FAR_ENOUGH * self.tested_steps:
                break
        return best

    def _no_tests(self) -> _Tests:
        none = np.zeros(0, dtype=np.int64)
        return _Tests(np.zeros((0, self.horizon)), none, none)

    def _scores(self, length: int, parents: bool) -> _Tests:
        """Scale the errors of earlier forecasts, made from `length` months of history."""
        rows = np.arange(self.tree.leaves, self.nodes) if parents else np.arange(self.tree.leaves)
        if parents or length == LENGTHS[-1]:
            past = [(then, rows, rows) for then in self.past]
        else:
            few = sample(rows)
            past = [(then, np.arange(len(few)), few) for then in self._past(few, length)]
        tests = self._no_tests()
        for then, at, node in past:
            known = then.known[at]
            scale = noise_scale(known, 0.0 if parents else SHRINKAGE)
            usable = (~np.isnan(known)).sum(axis=1) >= min(length, FEWEST_MONTHS if parents else length)
            usable &= (scale > 0) & ~np.isnan(then.error[at, 0])
            scores = np.abs(then.error[at][usable]) / scale[usable, None]
            tests = tests.joined(_Tests(scores, np.full(int(usable.sum()), then.back), node[usable]))
        return tests

    def _widen(self, nodes: Rows, scale: Array, tests: _Tests) -> None:
        """Give nodes the widths that covered the pooled errors, each in its own scale."""
        scores, fold = tests.scores, tests.fold
        if not len(scores):
            texts = [f"{text}; " if text else "" for text in self.reason[nodes]]
            self.reason[nodes] = [f"{text}för få prövade månader för ett intervall" for text in texts]
            return
        own = np.isin(tests.node, nodes)
        for level in self.levels:
            self.half[level][nodes] = scale[:, None] * self._factors(scores, level)
            for origin in np.unique(fold):
                others = scores[fold != origin]
                if _known(others)[0] >= MIN_SCORES:
                    now = fold == origin
                    inside = scores[now] <= self._factors(others, level)
                    known = ~np.isnan(scores[now])
                    share = (inside & known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
                    self._hits[level].append(share)
                    mine = tests.node[now][own[now]]
                    np.add.at(self._covered[level], mine, share[own[now]])
                    np.add.at(self._tested[level], mine, 1.0)

    def _factors(self, scores: Array, level: float) -> Array:
        """Factor of each step ahead: never smaller than a step before, extrapolated where untested."""
        factors = np.full(self.horizon, np.nan)
        for step in range(self.horizon):
            near = scores[:, max(step - 1, 0) : step + 2]
            known = near[~np.isnan(near)]
            if _known(scores)[step] >= MIN_SCORES:
                factors[step] = pooled_factor(known, level)
        last = int(np.flatnonzero(~np.isnan(factors))[-1])
        factors[: last + 1] = np.maximum.accumulate(factors[: last + 1])
        beyond = np.arange(last + 1, self.horizon)
        factors[beyond] = factors[last] * ((beyond + 1) / (last + 1)) ** EXTRAPOLATED_POWER
        return factors


def _known(scores: Array) -> Rows:
    """How many tests there are of each step ahead."""
    return np.asarray((~np.isnan(scores)).sum(axis=0))
