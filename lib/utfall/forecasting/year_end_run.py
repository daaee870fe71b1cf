"""One forecast of year totals: windows, forecast, backtest, intervals and what the reader must know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.evidence import Check
from utfall.forecasting.hierarchy import Hierarchy
from utfall.forecasting.intervals import SHRINKAGE, noise_scale, pooled_factor
from utfall.forecasting.panel import MONTHS, Array, Panel
from utfall.forecasting.profiles import WINDOW, ZERO_SHARE, combined_path

BACKTEST_YEARS = 5
"""How many earlier years the forecast is made for again, as if they were not yet known."""

NEIGHBOURS = 1
"""Origins this many months before and after the real one take part in the pool of errors."""

LENGTHS = (1, 2, 3, 6, 9, 13, 19, 25, 37)
"""Lengths of history, in months, tested apart: a short series is tested as if all were as short."""

MIN_SCORES = 20
"""Fewest backtest errors an interval is made from."""

MIN_PARENT_SCORES = 60
"""Fewer errors of parents than this are pooled with those of the series."""

STOPPED_MONTHS = 6
"""A series that was active and has been empty for this many months is taken to have stopped."""

HORIZON_POWER = 0.8
"""The error of a sum of months grows about with this power of their number; it joins neighbouring origins."""

COVERAGE_TOLERANCE = 0.04
"""How far the backtest coverage may be from the nominal before the check fails."""

NAMES_SHOWN = 5
"""Series a warning names; the rest are counted."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class _Scores:
    """Scaled absolute errors of one kind of series: of the year's remainder and of each month."""

    rest: Array
    fold: Rows
    path: Array


class YearEndRun:
    """Forecasts the panel on construction.

    Parameters
    ----------
    panel : Panel
        The series.
    tree : Hierarchy
        The totals wanted beside them; no parents for series alone.
    levels : tuple of float
        Nominal coverage of the intervals, in percent.
    """

    def __init__(self, panel: Panel, tree: Hierarchy, levels: tuple[float, ...]) -> None:
        self.panel, self.tree, self.levels = panel, tree, levels
        self.nodes = len(tree.ids)
        self.padded = np.pad(panel.values, ((0, 0), (0, MONTHS)), constant_values=np.nan)
        leaf_months = panel.month(panel.last)
        parents = self.nodes - tree.leaves
        last = panel.last if not parents else np.repeat(panel.last.max(), self.nodes)
        self.last = last
        self.month = panel.month(last)
        self.reason = np.full(self.nodes, "", dtype=object)
        self.to_date = np.zeros(self.nodes)
        self.rest = np.full((self.nodes, MONTHS), np.nan)
        self.half = {level: np.full(self.nodes, np.nan) for level in levels}
        self.path_half = {level: np.full((self.nodes, MONTHS), np.nan) for level in levels}
        self.coverage: dict[float, list[bool]] = {level: [] for level in levels}
        self.tested: list[pd.DataFrame] = []
        for month in np.unique(leaf_months):
            self._forecast(np.flatnonzero(leaf_months == month), int(month))

    def _forecast(self, rows: Rows, month: int) -> None:
        window = self._windows(rows, 0)
        nodes, known = self._nodes(rows), self._sum(window)[:, : WINDOW - MONTHS + month]
        self.to_date[nodes] = np.nansum(known[:, WINDOW - MONTHS :], axis=1)
        if month == MONTHS:
            self.rest[nodes] = 0.0
            for level in self.levels:
                self.half[level][nodes] = 0.0
            self.reason[nodes] = "året är avslutat"
            return
        rest = self._sum(rest_of_year(window, month))
        self.rest[nodes, month:] = rest
        self.rest[nodes, :month] = 0.0
        self._backtest(rows, month)
        length = (~np.isnan(known)).sum(axis=1)
        settled = self._settled(nodes, known, length)
        is_parent = nodes >= self.tree.leaves
        for parents in (False, True):
            for bound in np.unique(_length_class(length[is_parent == parents])):
                chosen = (_length_class(length) == bound) & (is_parent == parents) & ~settled
                if chosen.any():
                    self._widen(rows, nodes, known, chosen, month, int(bound), parents)
        for level in self.levels:
            self.half[level][nodes[settled]] = 0.0
            self.path_half[level][nodes[settled]] = 0.0

    def _settled(self, nodes: Rows, known: Array, length: Rows) -> NDArray[np.bool_]:
        """Write the reasons; return the series that leave nothing to be uncertain about."""
        low, high = np.nanmin(known, axis=1), np.nanmax(known, axis=1)
        zero = (low == 0.0) & (high == 0.0)
        constant = (low == high) & (length > MONTHS) & ~zero
        stopped = _stopped(known) & ~zero
        self.reason[nodes[length <= MONTHS]] = "kort historik: medelvärdet av kända månader"
        self.reason[nodes[stopped]] = f"upphörd: inga belopp på {STOPPED_MONTHS} månader"
        self.reason[nodes[constant]] = "samma belopp varje månad"
        self.reason[nodes[zero]] = "alla månader är noll"
        return zero | constant

    def _widen(
        self,
        rows: Rows,
        nodes: Rows,
        known: Array,
        chosen: NDArray[np.bool_],
        month: int,
        bound: int,
        parents: bool,
    ) -> None:
        """Give the chosen nodes the width that covered the errors of series with as short a history."""
        used, scores = self._enough_scores(rows, month, bound, parents)
        if scores is None:
            short = nodes[chosen]
            self.reason[short] = [
                f"{text + '; ' if text else ''}för få prövade år för ett intervall"
                for text in self.reason[short]
            ]
            return
        scale = noise_scale(_latest(known[chosen], used), _shrinkage(parents))
        months = MONTHS - month
        for level in self.levels:
            factor = pooled_factor(scores.rest, level)
            self.half[level][nodes[chosen]] = factor * scale * months**HORIZON_POWER
            each = np.array([pooled_factor(scores.path[:, step], level) for step in range(months)])
            self.path_half[level][np.ix_(nodes[chosen], np.arange(month, MONTHS))] = scale[:, None] * each
            for fold in np.unique(scores.fold):
                inside = scores.fold != fold
                if inside.sum() >= MIN_SCORES:
                    limit = pooled_factor(scores.rest[inside], level)
                    self.coverage[level].extend((scores.rest[~inside] <= limit).tolist())

    def _enough_scores(self, rows: Rows, month: int, bound: int, parents: bool) -> tuple[int, _Scores | None]:
        """Errors of histories as long as `bound`, or of the longest shorter ones there are enough of."""
        for used in [length for length in reversed(LENGTHS) if length <= bound]:
            scores = self._scores(rows, month, used, parents)
            if parents and len(scores.rest) < MIN_PARENT_SCORES:
                alone = self._scores(rows, month, used, False)
                scores = _Scores(
                    *(
                        np.concatenate([getattr(scores, name), getattr(alone, name)])
                        for name in ("rest", "fold", "path")
                    )
                )
            if len(scores.rest) >= MIN_SCORES:
                return used, scores
        return bound, None

    def _scores(self, rows: Rows, month: int, length: int, parents: bool) -> _Scores:
        """Forecast earlier years with only `length` months of history; scale the errors."""
        rest: list[Array] = []
        fold: list[Rows] = []
        path: list[Array] = []
        origins = range(max(month - NEIGHBOURS, 1), min(month + NEIGHBOURS, MONTHS - 1) + 1)
        for back in range(1, BACKTEST_YEARS + 1):
            whole = self._windows(rows, back)
            for origin in origins:
                cut = WINDOW - MONTHS + origin
                seen = whole.copy()
                if not parents:
                    seen[:, :cut] = _latest(whole[:, :cut], length)
                error = rest_of_year(seen, origin) - whole[:, cut:]
                known = seen[:, :cut]
                if parents:
                    known = self._sum(known)[self.tree.leaves :]
                    # A unit that did not exist yet is an error of the total's forecast, as it was then.
                    error = self._sum(np.nan_to_num(rest_of_year(seen, origin)))[self.tree.leaves :]
                    error -= self._sum(whole[:, cut:])[self.tree.leaves :]
                scale = noise_scale(known, _shrinkage(parents))
                usable = (
                    ((~np.isnan(known)).sum(axis=1) >= length) & ~np.isnan(error).any(axis=1) & (scale > 0)
                )
                scaled = error[usable] / scale[usable, None]
                rest.append(np.abs(scaled.sum(axis=1)) / (MONTHS - origin) ** HORIZON_POWER)
                fold.append(np.full(int(usable.sum()), back))
                if origin == month:
                    path.append(np.abs(scaled))
        return _Scores(np.concatenate(rest), np.concatenate(fold), np.concatenate(path))

    def _backtest(self, rows: Rows, month: int) -> None:
        """Forecast earlier years with all that was known then, beside last year's profile."""
        nodes = self._nodes(rows)
        for back in range(1, BACKTEST_YEARS + 1):
            whole = self._windows(rows, back)
            total = self._sum(whole)
            cut = WINDOW - MONTHS + month
            to_date = total[:, WINDOW - MONTHS : cut].sum(axis=1)
            before = total[:, WINDOW - 2 * MONTHS : WINDOW - MONTHS]
            with np.errstate(divide="ignore", invalid="ignore"):
                profile = to_date * before.sum(axis=1) / before[:, :month].sum(axis=1)
            forecast = to_date + self._sum(np.nan_to_num(rest_of_year(whole, month))).sum(axis=1)
            actual = total[:, WINDOW - MONTHS :].sum(axis=1)
            usable = np.isfinite(profile) & np.isfinite(actual)
            self.tested.append(
                pd.DataFrame(
                    {
                        "unique_id": self.tree.ids[nodes[usable]],
                        "year": self.panel.year(self.last[nodes[usable]]) - back,
                        "month": month,
                        "forecast": forecast[usable],
                        "profile": profile[usable],
                        "actual": actual[usable],
                    }
                )
            )

    def _windows(self, rows: Rows, back: int) -> Array:
        """Four calendar years ending `back` years before the current one, shape ``(rows, WINDOW)``."""
        last = self.panel.last[rows]
        december = last + MONTHS - self.panel.month(last) - MONTHS * back
        columns = december[:, None] - np.arange(WINDOW - 1, -1, -1)
        return np.where(columns >= 0, self.padded[rows[:, None], np.maximum(columns, 0)], np.nan)

    def _nodes(self, rows: Rows) -> Rows:
        return np.concatenate([rows, np.arange(self.tree.leaves, self.nodes)])

    def _sum(self, leaves: Array) -> Array:
        return self.tree.with_parents(leaves)

    @cached_property
    def backtest(self) -> pd.DataFrame:
        """Every earlier year's forecast, beside last year's profile and the outcome."""
        columns = ["unique_id", "year", "month", "forecast", "profile", "actual"]
        parts = [part for part in self.tested if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def frame(self) -> pd.DataFrame:
        """Year totals, one row a node."""
        mean = self.to_date + self.rest.sum(axis=1)
        columns: dict[str, object] = {
            "unique_id": self.tree.ids,
            "year": self.panel.year(self.last),
            "to_date": self.to_date,
            "mean": mean,
        }
        low, high = self._signs()
        for level in self.levels:
            half = self.half[level]
            columns[f"lo-{level:g}"] = np.where(low, np.maximum(mean - half, self.to_date), mean - half)
            columns[f"hi-{level:g}"] = np.where(high, np.minimum(mean + half, self.to_date), mean + half)
        columns["reason"] = self.reason
        return pd.DataFrame(columns)

    def path(self) -> pd.DataFrame:
        """Remaining months, one row a node and month."""
        nodes, months = np.nonzero(np.arange(MONTHS)[None, :] >= self.month[:, None])
        mean = self.rest[nodes, months]
        columns: dict[str, object] = {
            "unique_id": self.tree.ids[nodes],
            "ds": self.panel.dates(self.last[nodes] - self.month[nodes] + 1 + months),
            "mean": mean,
        }
        low, high = self._signs()
        for level in self.levels:
            half = self.path_half[level][nodes, months]
            columns[f"lo-{level:g}"] = np.where(low[nodes], np.maximum(mean - half, 0.0), mean - half)
            columns[f"hi-{level:g}"] = np.where(high[nodes], np.minimum(mean + half, 0.0), mean + half)
        return pd.DataFrame(columns)

    def _signs(self) -> tuple[Array, Array]:
        """Which nodes have never been negative, and which never positive: no interval crosses zero there."""
        known = np.nan_to_num(self._sum(self.panel.values))
        return known.min(axis=1, initial=0.0) >= 0.0, known.max(axis=1, initial=0.0) <= 0.0

    def checks(self) -> tuple[Check, ...]:
        """How the forecast did in earlier years: its error and how often the intervals covered."""
        tested = self.backtest
        found: list[Check] = []
        if len(tested):
            actual = tested["actual"].abs().sum()
            own = 100 * (tested["forecast"] - tested["actual"]).abs().sum() / actual if actual else 0.0
            naive = 100 * (tested["profile"] - tested["actual"]).abs().sum() / actual if actual else 0.0
            found.append(
                Check(
                    "Prognosen för tidigare år är minst lika träffsäker som förra årets profil",
                    bool(own <= naive),
                    f"fel {_percent(own)} mot {_percent(naive)} av årets belopp, {len(tested)} prövade år",
                )
            )
        for level in self.levels:
            covered = self.coverage[level]
            if covered:
                share = float(np.mean(covered))
                found.append(
                    Check(
                        f"Intervallet {level:g} % har täckt utfallet så ofta som det lovar",
                        abs(share - level / 100) <= COVERAGE_TOLERANCE,
                        f"{_percent(100 * share)} av {len(covered)} prövade prognoser",
                    )
                )
        return tuple(found)

    def assumptions(self) -> tuple[str, ...]:
        """Say in Swedish what the forecast takes for given."""
        return (
            "Resten av året följer seriens säsong de tre senaste åren på de senaste månadernas nivå.",
            "Intervallen har den bredd som täckt felen när samma prognos gjorts för tidigare år.",
            "Inga åtgärder eller beslut utöver dem som redan syns i utfallet är inräknade.",
        )

    def warnings(self) -> tuple[str, ...]:
        """Say in Swedish what the reader must know of single series."""
        found: list[str] = []
        if self.panel.filled:
            found.append(f"Månader utan rader räknas som noll: {_named(list(self.panel.filled))}.")
        if len(self.last) and (self.panel.last < self.panel.last.max()).any():
            early = self.panel.ids[self.panel.last < self.panel.last.max()]
            found.append(f"Serier som slutar före de andra: {_named(list(early))}.")
        said = [text for text in dict.fromkeys(self.reason) if text and text != "året är avslutat"]
        for text in said:
            found.append(f"{text[0].upper()}{text[1:]}: {_named(list(self.tree.ids[self.reason == text]))}.")
        return tuple(found)


def rest_of_year(window: Array, month: int) -> Array:
    """Forecast the remaining months of the window's last year, with what the series' state demands.

    Parameters
    ----------
    window : numpy.ndarray
        Shape ``(n, WINDOW)``: three calendar years and the current one.
    month : int
        Last known month, 1 to 11.

    Returns
    -------
    numpy.ndarray
        Shape ``(n, 12 - month)``; zero for a stopped series, and never of the other sign than a series
        that has only ever had one. ``nan`` for a series with no known month in the last twelve.
    """
    known = window[:, : WINDOW - MONTHS + month]
    path = combined_path(window, month)
    low, high = np.nan_to_num(known).min(axis=1), np.nan_to_num(known).max(axis=1)
    path = np.where((low >= 0.0)[:, None], np.maximum(path, 0.0), path)
    path = np.where((high <= 0.0)[:, None], np.minimum(path, 0.0), path)
    return np.where(_stopped(known)[:, None] & ~np.isnan(path), 0.0, path)


def _stopped(known: Array) -> NDArray[np.bool_]:
    """Whether a series that used to have amounts has had none for `STOPPED_MONTHS`."""
    tail, before = known[:, -STOPPED_MONTHS:], known[:, :-STOPPED_MONTHS]
    months = (~np.isnan(before)).sum(axis=1)
    empty = (before == 0.0).sum(axis=1)
    return (tail == 0.0).all(axis=1) & (months > 0) & (empty <= ZERO_SHARE * months)


def _latest(known: Array, length: int) -> Array:
    """Hide all but the latest `length` months; the longest class sees everything."""
    if length == LENGTHS[-1]:
        return known
    hidden = known.copy()
    hidden[:, : known.shape[1] - length] = np.nan
    return hidden


def _length_class(length: Rows) -> Rows:
    """Return the longest of `LENGTHS` that each history fills."""
    bounds = np.array(LENGTHS)
    return bounds[np.maximum(np.searchsorted(bounds, length, side="right") - 1, 0)]


def _shrinkage(parents: bool) -> float:
    return 0.0 if parents else SHRINKAGE


def _percent(value: float) -> str:
    return f"{value:.1f} %".replace(".", ",")


def _named(names: list[object]) -> str:
    shown = ", ".join(str(name) for name in names[:NAMES_SHOWN])
    return shown if len(names) <= NAMES_SHOWN else f"{shown} och {len(names) - NAMES_SHOWN} till"
