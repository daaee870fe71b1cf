"""Year totals: the forecast, the same for earlier years, and widths that covered those errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.forecasting.events.effects import Events
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.intervals.coverage import covered_too_seldom
from utfall.forecasting.intervals.short_histories import length_class
from utfall.forecasting.models.level_shifts import at_present_level
from utfall.forecasting.models.spikes import without_spikes
from utfall.forecasting.months.run import ONLY_EVENTS
from utfall.forecasting.panel import MONTHS, Array, Panel
from utfall.forecasting.year.backtests import Backtests
from utfall.forecasting.year.chance import SPREAD_LEVELS
from utfall.forecasting.year.known_events import EventWidths
from utfall.forecasting.year.origins import Origins, Past, Rows
from utfall.forecasting.year.reasons import FINISHED, UNTESTED, shift_reasons, spike_reasons, without_doubt
from utfall.forecasting.year.rest_of_year import rest_of_year
from utfall.forecasting.year.vintages import Vintages
from utfall.forecasting.year.widths import Errors, covered_years, scale_now, widths_of


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
    vintages : Vintages, optional
        What was booked late, for the months to be completed and the backtests to see no more than was known.

    Attributes
    ----------
    to_date : numpy.ndarray
        Sum of the year's known months, one a node (the series, then the parents).
    late : numpy.ndarray
        What those months are expected to be completed by, one a node; zero for a finished year.
    booked_bounds : tuple of numpy.ndarray
        What is booked, less (and more) the most that late amounts have taken from (and added to) the same months of an
        earlier year: a series that has only had one sign goes no lower (or higher).
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
    too_seldom : dict
        Level → the series and totals whose year total's interval covered too seldom to be chance.
    """

    def __init__(
        self,
        panel: Panel,
        tree: Hierarchy,
        levels: tuple[float, ...],
        *,
        reconciled: bool = False,
        events: Events | None = None,
        vintages: Vintages | None = None,
    ) -> None:
        self.panel, self.tree, self.levels = panel, tree, levels
        self.events = events or None
        self.nodes = len(tree.ids)
        leaf_months = panel.month(panel.last)
        self.last = np.repeat(panel.last.max(), self.nodes) if self.nodes > tree.leaves else panel.last
        self.month = panel.month(self.last)
        self.reason = np.full(self.nodes, "", dtype=object)
        self.to_date, self.late = np.zeros(self.nodes), np.zeros(self.nodes)
        self._least_late, self._most_late = np.zeros(self.nodes), np.zeros(self.nodes)
        self.rest = np.full((self.nodes, MONTHS), np.nan)
        self.spread_levels = tuple(sorted({*map(float, SPREAD_LEVELS), *levels}))
        self.spread = np.full((self.nodes, len(self.spread_levels)), np.nan)
        self.path_half = {level: np.full((self.nodes, MONTHS), np.nan) for level in levels}
        self.accumulated_half = {level: np.full((self.nodes, MONTHS), np.nan) for level in levels}
        self.reconciled = reconciled and self.nodes > tree.leaves
        self._origins = Origins(panel, vintages or Vintages(None, panel), self.events)
        self._backtests = Backtests(self._origins, tree, self.reconciled)
        self._hits: dict[float, list[Array]] = {level: [] for level in levels}
        self._covered = {level: np.zeros(self.nodes) for level in levels}
        self._years_tested = {level: np.zeros(self.nodes) for level in levels}
        self._tested: list[pd.DataFrame] = []
        for month in np.unique(leaf_months):
            self._forecast(np.flatnonzero(leaf_months == month), int(month))
        self.too_seldom = {
            level: covered_too_seldom(self._covered[level], self._years_tested[level], level, tree.members)
            for level in levels
        }

    @property
    def share(self) -> float:
        """How much of a say totals have in their parts' forecasts, 0 to 1; see `CoherentYears`."""
        return self._backtests.coherent.share

    @property
    def half(self) -> dict[float, Array]:
        """Level → half the width of the year total's interval by node."""
        return {level: self.spread[:, self.spread_levels.index(level)] for level in self.levels}

    @property
    def booked_bounds(self) -> tuple[Array, Array]:
        """How low and how high the year total of a series that keeps its sign can be."""
        return self.to_date + self._least_late, self.to_date + self._most_late

    @property
    def coverage(self) -> dict[float, tuple[float, int]]:
        """Level → share of tested forecasts whose interval, made from other years, covered; and how many."""
        joined = {level: np.concatenate(hits) if hits else np.zeros(0) for level, hits in self._hits.items()}
        return {level: (float(hits.mean()) if len(hits) else 0.0, len(hits)) for level, hits in joined.items()}

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
        origins = self._origins
        self.to_date[nodes] = np.nansum(self.tree.with_parents(origins.booked(rows, 0, month))[:, -month:], axis=1)
        self.rest[nodes] = 0.0
        if month == MONTHS:
            self.reason[nodes] = FINISHED
            self.spread[nodes] = 0.0
            return
        leaves = origins.known(rows, 0, month)
        known = self.tree.with_parents(leaves)
        self.late[nodes] = self._with_parents(origins.expected(rows, month))
        levelled, shifts = at_present_level(origins.freed(rows, 0, month))
        ahead = origins.with_events(rest_of_year(levelled, month), rows, 0, month)
        if self.reconciled:
            ahead = self._backtests.weigh(rows, month, leaves, levelled, ahead)
        self.rest[nodes, month:] = self.tree.with_parents(ahead)
        past = self._backtests.whole(rows, month)
        for back, then in enumerate(past, start=1):
            self._remember(nodes, back, month, then)
        length = (~np.isnan(known)).sum(axis=1)
        for row, text in shift_reasons(self.panel, rows, shifts, self.events):
            self.reason[row] = text
        for row, text in spike_reasons(self.panel, rows, without_spikes(levelled)[1]):
            self.reason[row] = self.reason[row] or text
        settled, said = without_doubt(known, length)
        for chosen, text in said:
            self.reason[nodes[chosen]] = text
        bounds = length_class(length)
        errors = Errors(self._backtests, self.tree, rows, month, past)
        for parents in (False, True):
            kind = (nodes >= self.tree.leaves) == parents
            for bound in np.unique(bounds[kind]):
                chosen = kind & (bounds == bound) & ~settled
                if chosen.any():
                    self._widen(errors, nodes, kind, chosen, levelled, int(bound), parents)
        self.spread[nodes[settled]] = 0.0
        if self.events is not None:
            self._follow_events(self.events, rows, nodes, month)
        for level in self.levels:
            for half in (self.path_half, self.accumulated_half):
                half[level][nodes[settled], month:] = 0.0
        if self.events is not None:
            self._say_untested_amounts(self.events, rows, nodes, month, (known == 0.0).sum(axis=1) == length)

    def _widen(
        self,
        errors: Errors,
        nodes: Rows,
        kind: NDArray[np.bool_],
        chosen: NDArray[np.bool_],
        levelled: Array,
        bound: int,
        parents: bool,
    ) -> None:
        """Give nodes the width that covered the errors of histories as long as theirs."""
        used, scores = errors.enough(bound, parents)
        mine = nodes[chosen]
        if scores is None:
            self.reason[mine] = [f"{text}; {UNTESTED}" if text else UNTESTED for text in self.reason[mine]]
            return
        scale = scale_now(self.tree, levelled, kind, used, bound, parents)[chosen[kind]]
        widths = widths_of(scores, scale, MONTHS - errors.month, self.levels, self.spread_levels)
        ahead = np.ix_(mine, np.arange(errors.month, MONTHS))
        self.spread[mine] = widths.total
        for level in self.levels:
            self.path_half[level][ahead] = widths.path[level]
            self.accumulated_half[level][ahead] = widths.accumulated[level]
            self._hits[level].append(widths.covered[level][~np.isnan(widths.covered[level])])
            covered, tested = covered_years(scores, widths.covered[level], self.nodes)
            self._covered[level][mine], self._years_tested[level][mine] = covered[mine], tested[mine]

    def _remember(self, nodes: Rows, back: int, month: int, then: Past) -> None:
        """Keep the forecast of an earlier year beside last year's profile and the outcome."""
        booked, actual = self.tree.with_parents(then.booked), self.tree.with_parents(then.actual)
        forecast = self.tree.with_parents(np.nan_to_num(then.forecast)).sum(axis=1)
        known = self.tree.with_parents(then.known)[:, -month:].sum(axis=1)
        surplus = self._with_parents(then.surplus)
        to_date = booked[:, -month:].sum(axis=1)
        before = booked[:, -month - MONTHS : -month]
        with np.errstate(divide="ignore", invalid="ignore"):
            profile = to_date * before.sum(axis=1) / before[:, :month].sum(axis=1)
        total = known - surplus + actual.sum(axis=1)
        usable = np.isfinite(profile) & np.isfinite(total)
        columns = {
            "unique_id": self.tree.ids[nodes],
            "year": self.panel.year(self.last[nodes]) - back,
            "month": month,
            "forecast": known + forecast,
            "profile": profile,
            "actual": total,
        }
        self._tested.append(pd.DataFrame(columns)[usable])
        came_late = known - surplus - to_date
        self._least_late[nodes] = np.fmin(self._least_late[nodes], came_late)
        self._most_late[nodes] = np.fmax(self._most_late[nodes], came_late)

    def _with_parents(self, leaves: Array) -> Array:
        return self.tree.with_parents(leaves[:, None])[:, 0]

    def _say_untested_amounts(
        self, events: Events, rows: Rows, nodes: Rows, month: int, zero: NDArray[np.bool_]
    ) -> None:
        """Leave amounts that events give to nodes of nothing else without an interval: no year could test them."""
        amounts = events.at(0).amount[rows[:, None], self._origins.ahead(rows, 0, month)]
        given = (self.tree.with_parents((amounts != 0.0).astype(float)) > 0.0) & zero[:, None]
        some = given.any(axis=1)
        self.reason[nodes[some]] = ONLY_EVENTS
        self.spread[nodes[some]] = np.nan
        for level in self.levels:
            for half, untested in (
                (self.path_half[level], given),
                (self.accumulated_half[level], np.logical_or.accumulate(given, axis=1)),
            ):
                half[nodes, month:] = np.where(untested, np.nan, half[nodes, month:])

    def _follow_events(self, events: Events, rows: Rows, nodes: Rows, month: int) -> None:
        """Let the widths follow the events ahead: none of what is closed, more where a size is unsure."""
        columns = self._origins.ahead(rows, 0, month)
        first = self.path_half[self.levels[0]][rows, month:]
        widths = EventWidths(events, self.tree, rows, self.rest[rows, month:], first, columns)
        self.spread[nodes] = widths.totals(self.spread_levels, self.spread[nodes])
        for level in self.levels:
            self.path_half[level][nodes, month:] = widths.months(level, self.path_half[level][nodes, month:])
            whole = widths.sums(level, self.accumulated_half[level][nodes, month:])
            self.accumulated_half[level][nodes, month:] = whole
