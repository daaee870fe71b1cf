"""Year totals: the forecast, the same for earlier years, and widths that covered those errors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.forecasting.events.effects import EventEffects, Events
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.intervals.pooled import SHRINKAGE, noise_scale, pooled_factor, scale_months
from utfall.forecasting.intervals.short_histories import LENGTHS, latest, length_class, sample
from utfall.forecasting.models.level_shifts import LevelShift, at_present_level
from utfall.forecasting.models.spikes import Spike, without_spikes
from utfall.forecasting.panel import MONTHS, Array, Panel
from utfall.forecasting.year.chance import SPREAD_LEVELS
from utfall.forecasting.year.coherent import CoherentYears, EarlierYear
from utfall.forecasting.year.known_events import EventWidths, freed, put_back
from utfall.forecasting.year.rest_of_year import STOPPED_MONTHS, rest_of_year, stopped
from utfall.forecasting.year.scores import Scores, by_step, fitted
from utfall.presentation.numbers import short_period

HISTORY = 120
"""Latest months before an origin that are looked at."""

BACKTEST_YEARS = 5
"""How many earlier years the forecast is made for again, as if they were not yet known."""

MOST_TOTALS = 1000
"""Totals forecast on their own, those of the most series; the others are only sums."""

MIN_SCORES = 8
"""Fewest backtest errors an interval is made from."""

WISHED_SCORES = ((400, 1), (60, 3))
"""With fewer errors than the first number, origins so many months before and after are tested too."""

MIN_PARENT_SCORES = 60
"""Fewer errors of parents than this are pooled with those of the series."""

HORIZON_POWER = 0.8
"""The error of a sum of months grows about with this power of their number; it joins neighbouring origins."""

SHIFTED = "nivåskifte"
"""First word of the reason of a series with a lasting jump."""

FINISHED = "året är avslutat"
"""Reason of a series whose year has no months left."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class _Past:
    """An earlier year's remaining months: known then, the same on the level then, forecast, outcome."""

    known: Array
    level: Array
    forecast: Array
    actual: Array


class YearEndRun:
    """Forecasts the year totals of a panel on construction.

    Parameters
    ----------
    panel : Panel
        The series.
    tree : Hierarchy
        The totals wanted beside them; no parents for series alone.
    levels : tuple of float
        Nominal coverage of the intervals, in percent.
    reconciled : bool, default False
        Whether totals are forecast on their own too, and parts moved so that they add up to them.
    events : Events, optional
        Known events of the series. They are entered before the models see the history, here as in the backtests.

    Attributes
    ----------
    to_date : numpy.ndarray
        Sum of the year's known months, one a node (the series, then the parents).
    rest : numpy.ndarray
        Forecast by node and calendar month; zero for known months.
    spread_levels : tuple of float
        `SPREAD_LEVELS` and `levels`, ascending.
    spread : numpy.ndarray
        Half the width of the year total's interval by node and spread level, ``nan`` where it cannot be tested.
    path_half, accumulated_half : dict
        Level → half the interval's width by node and calendar month, ``nan`` where it cannot be tested.
    reason : numpy.ndarray
        What needs to be said of a node, in Swedish; empty for most.
    """

    def __init__(
        self,
        panel: Panel,
        tree: Hierarchy,
        levels: tuple[float, ...],
        *,
        reconciled: bool = False,
        events: Events | None = None,
    ) -> None:
        self.panel, self.tree, self.levels = panel, tree, levels
        self.events = events or None
        self.nodes = len(tree.ids)
        leaf_months = panel.month(panel.last)
        self.last = np.repeat(panel.last.max(), self.nodes) if self.nodes > tree.leaves else panel.last
        self.month = panel.month(self.last)
        self.reason = np.full(self.nodes, "", dtype=object)
        self.to_date = np.zeros(self.nodes)
        self.rest = np.full((self.nodes, MONTHS), np.nan)
        self.spread_levels = tuple(sorted({*map(float, SPREAD_LEVELS), *levels}))
        self.spread = np.full((self.nodes, len(self.spread_levels)), np.nan)
        self.path_half = {level: np.full((self.nodes, MONTHS), np.nan) for level in levels}
        self.accumulated_half = {level: np.full((self.nodes, MONTHS), np.nan) for level in levels}
        self.reconciled = reconciled and self.nodes > tree.leaves
        self._telling = tree.only(tree.telling(MOST_TOTALS))
        self._coherent = CoherentYears(self._telling, ())
        self._weighed_months: tuple[int, ...] = ()
        self._separate: dict[int, tuple[list[_Past], list[Array]]] = {}
        self._covered: dict[float, list[bool]] = {level: [] for level in levels}
        self._tested: list[pd.DataFrame] = []
        for month in np.unique(leaf_months):
            self._forecast(np.flatnonzero(leaf_months == month), int(month))

    @property
    def share(self) -> float:
        """How much of a say totals have in their parts' forecasts, 0 to 1; see `CoherentYears`."""
        return self._coherent.share

    @property
    def half(self) -> dict[float, Array]:
        """Level → half the width of the year total's interval by node."""
        return {level: self.spread[:, self.spread_levels.index(level)] for level in self.levels}

    @property
    def coverage(self) -> dict[float, tuple[float, int]]:
        """Level → share of tested forecasts whose interval, made from other years, covered; and how many."""
        return {level: (float(np.mean(hits)) if hits else 0.0, len(hits)) for level, hits in self._covered.items()}

    @property
    def backtest(self) -> pd.DataFrame:
        """Every earlier year's forecast, beside last year's profile and the outcome."""
        columns = ["unique_id", "year", "month", "forecast", "profile", "actual"]
        parts = [part for part in self._tested if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def signs(self) -> tuple[Array, Array]:
        """Tell which nodes have never been negative, and which never positive, and are not expected to be."""
        known = np.nan_to_num(np.concatenate([self.tree.with_parents(self.panel.values), self.rest], axis=1))
        return known.min(axis=1, initial=0.0) >= 0.0, known.max(axis=1, initial=0.0) <= 0.0

    def _forecast(self, rows: Rows, month: int) -> None:
        nodes = np.concatenate([rows, np.arange(self.tree.leaves, self.nodes)])
        leaves = self._until(rows, 0, month)
        known = self.tree.with_parents(leaves)
        self.to_date[nodes] = np.nansum(known[:, -month:], axis=1)
        self.rest[nodes] = 0.0
        if month == MONTHS:
            self.reason[nodes] = FINISHED
            self.spread[nodes] = 0.0
            return
        levelled, shifts = at_present_level(self._freed(rows, 0, month))
        ahead = self._with_events(rest_of_year(levelled, month), rows, 0, month)
        self._separate = {}
        if self.reconciled:
            self._coherent = self._weighed(rows, month)
            ahead = self._coherent.leaves(levelled, self._own([leaves], ahead[None], month)[0])
        self.rest[nodes, month:] = self.tree.with_parents(ahead)
        past = self._whole_past(rows, month)
        for back, then in enumerate(past, start=1):
            self._remember(nodes, back, month, then)
        length = (~np.isnan(known)).sum(axis=1)
        self._say_shifts(rows, shifts)
        self._say_spikes(rows, without_spikes(levelled)[1])
        settled = self._reasons(nodes, known, length)
        bounds = length_class(length)
        for parents in (False, True):
            kind = (nodes >= self.tree.leaves) == parents
            for bound in np.unique(bounds[kind]):
                chosen = kind & (bounds == bound) & ~settled
                if chosen.any():
                    used, scores = self._enough_scores(rows, past, month, int(bound), parents)
                    seen = latest(self.tree.with_parents(levelled)[kind], scale_months(used, int(bound)))
                    scale = noise_scale(seen, _shrinkage(parents))
                    self._widen(nodes[chosen], scale[chosen[kind]], month, scores)
        self.spread[nodes[settled]] = 0.0
        if self.events is not None:
            self._follow_events(rows, nodes, month)
        for level in self.levels:
            for half in (self.path_half, self.accumulated_half):
                half[level][nodes[settled], month:] = 0.0

    def _reasons(self, nodes: Rows, known: Array, length: Rows) -> NDArray[np.bool_]:
        """Write what needs to be said; return the series that leave nothing to be uncertain about."""
        low, high = np.nanmin(known, axis=1), np.nanmax(known, axis=1)
        zero = (low == 0.0) & (high == 0.0)
        constant = (low == high) & (length > MONTHS) & ~zero
        self.reason[nodes[length <= MONTHS]] = "kort historik: medelvärdet av kända månader"
        self.reason[nodes[stopped(known) & ~zero]] = f"upphörd: inga belopp på minst {STOPPED_MONTHS} månader"
        self.reason[nodes[constant]] = "samma belopp varje månad"
        self.reason[nodes[zero]] = "alla månader är noll"
        return zero | constant

    def _say_shifts(self, rows: Rows, shifts: tuple[LevelShift, ...]) -> None:
        for shift in shifts:
            row = rows[shift.row]
            column = self.panel.last[row] - HISTORY + 1 + shift.column
            month = short_period(self.panel.dates(np.array([column]))[0])
            self.reason[row] = f"{SHIFTED} {month}, tidigare månader omräknade till nivån därefter"

    def _say_spikes(self, rows: Rows, spikes: tuple[Spike, ...]) -> None:
        for spike in spikes:
            row = rows[spike.row]
            if spike.column >= HISTORY - MONTHS and not self.reason[row]:
                month = short_period(self.panel.dates(np.array([self.panel.last[row] - HISTORY + 1 + spike.column]))[0])
                self.reason[row] = f"enstaka avvikande månad {month}, räknad som tillfällig"

    def _widen(self, nodes: Rows, scale: Array, month: int, scores: Scores | None) -> None:
        """Give nodes the width that covered the pooled errors, each in its own scale."""
        if scores is None:
            texts = [f"{text}; " if text else "" for text in self.reason[nodes]]
            self.reason[nodes] = [f"{text}för få prövade år för ett intervall" for text in texts]
            return
        left = MONTHS - month
        ahead = np.ix_(nodes, np.arange(month, MONTHS))
        factors = np.array([pooled_factor(scores.rest, level) for level in self.spread_levels])
        self.spread[nodes] = scale[:, None] * factors * left**HORIZON_POWER
        for level in self.levels:
            each = by_step(scores.path, level)
            self.path_half[level][ahead] = scale[:, None] * each
            whole = by_step(scores.accumulated, level)
            # December's accumulated width is the year's own, which rests on more origins.
            whole *= pooled_factor(scores.rest, level) * left**HORIZON_POWER / max(whole[-1], np.finfo(float).tiny)
            self.accumulated_half[level][ahead] = scale[:, None] * whole
            for fold in np.unique(scores.fold):
                inside = scores.fold != fold
                if inside.sum() >= MIN_SCORES:
                    limit = pooled_factor(scores.rest[inside], level)
                    self._covered[level].extend((scores.rest[~inside] <= limit).tolist())

    def _enough_scores(
        self, rows: Rows, past: list[_Past], month: int, bound: int, parents: bool
    ) -> tuple[int, Scores | None]:
        """Errors of histories as long as `bound`, or of the longest shorter ones there are enough of."""
        for used in [length for length in reversed(LENGTHS) if length <= bound]:
            scores = self._scores(rows, past, month, used, parents)
            if parents and len(scores.rest) < MIN_PARENT_SCORES:
                scores = scores.joined(self._scores(rows, past, month, used, False))
            if len(scores.rest) >= MIN_SCORES:
                return used, scores
        return bound, None

    def _scores(self, rows: Rows, past: list[_Past], month: int, length: int, parents: bool) -> Scores:
        """Scale the errors of earlier years, of series forecast from `length` months of history."""
        whole = parents or length == LENGTHS[-1]
        few = rows if parents or (whole and self.reconciled) else sample(rows)
        tests = [(month, past if whole else self._past(few, month, length))]
        scores = self._scaled(tests, month, length, parents)
        tried = {month}
        for wished, months in WISHED_SCORES:
            if len(scores.rest) >= wished:
                break
            near = set(range(max(month - months, 1), min(month + months, MONTHS - 1) + 1)) - tried
            tried |= near
            tests += [
                (origin, self._whole_past(few, origin) if whole else self._past(few, origin, length))
                for origin in sorted(near)
            ]
            scores = self._scaled(tests, month, length, parents)
        return scores

    def _scaled(self, tests: list[tuple[int, list[_Past]]], month: int, length: int, parents: bool) -> Scores:
        rest, fold, path, accumulated = [], [], [], []
        for origin, back, then in [(o, b, then) for o, past in tests for b, then in enumerate(past)]:
            known, forecast, actual = then.level, then.forecast, then.actual
            if parents:
                # A unit that did not exist yet is an error of the total's forecast, as it was then.
                known, forecast, actual = (
                    self.tree.with_parents(part)[self.tree.leaves :]
                    for part in (known, np.nan_to_num(forecast), actual)
                )
            error = forecast - actual
            scale = noise_scale(known, _shrinkage(parents))
            seen = (~np.isnan(known)).sum(axis=1)
            usable = (seen >= length) & ~np.isnan(error).any(axis=1) & (scale > 0)
            scaled = error[usable] / scale[usable, None]
            rest.append(np.abs(scaled.sum(axis=1)) / (MONTHS - origin) ** HORIZON_POWER)
            fold.append(np.full(int(usable.sum()), back))
            path.append(fitted(np.abs(scaled), MONTHS - month))
            accumulated.append(fitted(np.abs(scaled.cumsum(axis=1)), MONTHS - month))
        return Scores(*map(np.concatenate, (rest, fold, path, accumulated)))

    def _weighed(self, rows: Rows, month: int) -> CoherentYears:
        """Weigh parts and totals by how their own forecasts of earlier years erred."""
        tests: list[list[EarlierYear]] = [[] for _ in range(BACKTEST_YEARS)]
        # The month before as well: a handful of years alone tells little of how errors go together.
        self._weighed_months = (month, month - 1 if month > 1 else month + 1)
        for origin in self._weighed_months:
            past, own = self._alone(rows, origin)
            for year, then, nodes in zip(tests, past, own, strict=True):
                year.append(EarlierYear(then.level, nodes, then.actual))
        return CoherentYears(self._telling, tests)

    def _alone(self, rows: Rows, month: int) -> tuple[list[_Past], list[Array]]:
        """Forecast earlier years, series and totals each on their own."""
        if month not in self._separate:
            past = self._past(rows, month)
            forecasts = np.stack([then.forecast for then in past])
            self._separate[month] = past, self._own([then.known for then in past], forecasts, month)
        return self._separate[month]

    def _own(self, known: list[Array], forecasts: Array, month: int) -> list[Array]:
        """Append to the series' forecasts those of their totals, each from its own history."""
        tree = self._telling
        totals = np.concatenate([tree.with_parents(part)[tree.leaves :] for part in known])
        level, _ = at_present_level(totals)
        ahead = rest_of_year(level, month).reshape(len(known), -1, MONTHS - month)
        return list(np.concatenate([forecasts, ahead], axis=1))

    def _whole_past(self, rows: Rows, month: int) -> list[_Past]:
        """Forecast the years before from all their history, as the current year is: adding up where it does."""
        if not self.reconciled:
            return self._past(rows, month)
        past, own = self._alone(rows, month)
        if month in self._weighed_months:
            at = self._weighed_months.index(month)
            coherent = [year[at] for year in self._coherent.earlier]
        else:
            years = enumerate(zip(past, own, strict=True))
            coherent = [self._coherent.leaves(then.level, nodes, without=year) for year, (then, nodes) in years]
        return [replace(then, forecast=leaves) for then, leaves in zip(past, coherent, strict=True)]

    def _past(self, rows: Rows, month: int, length: int = LENGTHS[-1]) -> list[_Past]:
        """Forecast the years before from `month`, the latest first, seeing only `length` months."""
        backs = range(1, BACKTEST_YEARS + 1)
        known = np.concatenate([latest(self._until(rows, back, month), length) for back in backs])
        bare = np.concatenate([latest(self._freed(rows, back, month), length) for back in backs])
        # All years as so many more series: the loop over months is what costs.
        level, _ = at_present_level(bare)
        ahead = rest_of_year(level, month).reshape(len(backs), len(rows), -1)
        forecast = np.concatenate([self._with_events(ahead[back - 1], rows, back, month) for back in backs])
        actual = np.concatenate([self._until(rows, back, MONTHS)[:, -(MONTHS - month) :] for back in backs])
        parts = (part.reshape(len(backs), len(rows), -1) for part in (known, level, forecast, actual))
        return [_Past(*then) for then in zip(*parts, strict=True)]

    def _remember(self, nodes: Rows, back: int, month: int, then: _Past) -> None:
        """Keep the forecast of an earlier year beside last year's profile and the outcome."""
        known, actual = self.tree.with_parents(then.known), self.tree.with_parents(then.actual)
        forecast = self.tree.with_parents(np.nan_to_num(then.forecast)).sum(axis=1)
        to_date = known[:, -month:].sum(axis=1)
        before = known[:, -month - MONTHS : -month]
        with np.errstate(divide="ignore", invalid="ignore"):
            profile = to_date * before.sum(axis=1) / before[:, :month].sum(axis=1)
        total = to_date + actual.sum(axis=1)
        usable = np.isfinite(profile) & np.isfinite(total)
        columns = {
            "unique_id": self.tree.ids[nodes],
            "year": self.panel.year(self.last[nodes]) - back,
            "month": month,
            "forecast": to_date + forecast,
            "profile": profile,
            "actual": total,
        }
        self._tested.append(pd.DataFrame(columns)[usable])

    def _until(self, rows: Rows, back: int, month: int) -> Array:
        """Return the `HISTORY` months up to `month` of the year `back` years before the current one."""
        columns = self._end(rows, back, month)[:, None] - np.arange(HISTORY - 1, -1, -1)
        inside = (columns >= 0) & (columns < self.panel.values.shape[1])
        return np.where(inside, self.panel.values[rows[:, None], np.where(inside, columns, 0)], np.nan)

    def _end(self, rows: Rows, back: int, month: int) -> Rows:
        """Column of `month` in the year `back` years before the current one."""
        last = self.panel.last[rows]
        return np.asarray(last + month - self.panel.month(last) - MONTHS * back)

    def _effects(self, rows: Rows, back: int, month: int) -> EventEffects | None:
        """What the events do to the series, as known at an origin; all `rows` end in the same calendar month."""
        if self.events is None or not len(rows):
            return None
        return self.events.at(int(self.panel.last[rows[0]] - self._end(rows[:1], back, month)[0]))

    def _freed(self, rows: Rows, back: int, month: int) -> Array:
        """The same months as `_until`, on the level of the last: as if its events had always been."""
        effects = self._effects(rows, back, month)
        if effects is None:
            return self._until(rows, back, month)
        columns = self._end(rows, back, month)[:, None] - np.arange(HISTORY - 1, -1, -1)
        return freed(effects, self.panel.values, rows, columns)

    def _with_events(self, ahead: Array, rows: Rows, back: int, month: int) -> Array:
        """Put the events of the remaining months back."""
        effects = self._effects(rows, back, month)
        if effects is None:
            return ahead
        return put_back(effects, ahead, rows, self._end(rows, back, month)[:, None] + 1 + np.arange(MONTHS - month))

    def _follow_events(self, rows: Rows, nodes: Rows, month: int) -> None:
        """Let the widths follow the events ahead: none of what is closed, more where a size is unsure."""
        assert self.events is not None
        columns = self._end(rows, 0, month)[:, None] + 1 + np.arange(MONTHS - month)
        first = self.path_half[self.levels[0]][rows, month:]
        widths = EventWidths(self.events, self.tree, rows, self.rest[rows, month:], first, columns)
        self.spread[nodes] = widths.totals(self.spread_levels, self.spread[nodes])
        for level in self.levels:
            self.path_half[level][nodes, month:] = widths.months(level, self.path_half[level][nodes, month:])
            whole = widths.sums(level, self.accumulated_half[level][nodes, month:])
            self.accumulated_half[level][nodes, month:] = whole


def _shrinkage(parents: bool) -> float:
    return 0.0 if parents else SHRINKAGE
