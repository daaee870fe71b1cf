"""How wide an interval must be: the errors of earlier years, as many as there are, and the widths that covered them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.intervals.pooled import SHRINKAGE, noise_scale, pooled_factor, scale_months
from utfall.forecasting.intervals.short_histories import LENGTHS, latest, sample
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.backtests import Backtests
from utfall.forecasting.year.origins import Past, Rows
from utfall.forecasting.year.scores import Scores, by_step, fitted

MIN_SCORES = 8
"""Fewest backtest errors an interval is made from."""

WISHED_SCORES = ((400, 1), (60, 3))
"""With fewer errors than the first number, origins so many months before and after are tested too."""

MIN_PARENT_SCORES = 60
"""Fewer errors of parents than this are pooled with those of the series."""

HORIZON_POWER = 0.8
"""The error of a sum of months grows about with this power of their number; it joins neighbouring origins."""


@dataclass(frozen=True)
class Widths:
    """Half-widths of some nodes' intervals.

    Parameters
    ----------
    total : numpy.ndarray
        Of the year total, by node and spread level.
    path, accumulated : dict
        Level → of each remaining month, and of the year's sum up to it, by node and month.
    covered : dict
        Level → for each tested forecast 1 when the interval made from other years covered it, else 0; ``nan`` where
        they are too few.
    """

    total: Array
    path: dict[float, Array]
    accumulated: dict[float, Array]
    covered: dict[float, Array]


def widths_of(
    scores: Scores, scale: Array, left: int, levels: tuple[float, ...], spread_levels: tuple[float, ...]
) -> Widths:
    """Give nodes the width that covered the pooled errors, each in its own scale.

    Parameters
    ----------
    scores : Scores
        Scaled errors of earlier years.
    scale : numpy.ndarray
        Scale of each node.
    left : int
        Months that remain.
    levels, spread_levels : tuple of float
        Levels of the intervals, and of the year total's spread.

    Returns
    -------
    Widths
    """
    factors = np.array([pooled_factor(scores.rest, level) for level in spread_levels])
    path: dict[float, Array] = {}
    accumulated: dict[float, Array] = {}
    covered: dict[float, Array] = {}
    for level in levels:
        path[level] = scale[:, None] * by_step(scores.path, level)
        whole = by_step(scores.accumulated, level)
        # December's accumulated width is the year's own, which rests on more origins.
        whole *= pooled_factor(scores.rest, level) * left**HORIZON_POWER / max(whole[-1], np.finfo(float).tiny)
        accumulated[level] = scale[:, None] * whole
        covered[level] = np.full(len(scores.rest), np.nan)
        for fold in np.unique(scores.fold):
            inside = scores.fold != fold
            if inside.sum() >= MIN_SCORES:
                limit = pooled_factor(scores.rest[inside], level)
                covered[level][~inside] = scores.rest[~inside] <= limit
    return Widths(scale[:, None] * factors * left**HORIZON_POWER, path, accumulated, covered)


def covered_years(scores: Scores, covered: Array, nodes: int) -> tuple[Array, Array]:
    """Count the years of each node that were covered, and those that were tested.

    A node's year that was forecast from several months is one test, covered by the share of them: they meet the same
    outcome.

    Parameters
    ----------
    scores : Scores
        The tests.
    covered : numpy.ndarray
        Of each, 1 when it was covered and 0 when not; ``nan`` when that could not be told.
    nodes : int
        How many nodes there are.

    Returns
    -------
    covered, tested : numpy.ndarray
        Years, one number a node.

    Examples
    --------
    >>> nothing = np.zeros((3, 1))
    >>> scores = Scores(np.zeros(3), np.array([0, 0, 1]), np.array([1, 1, 1]), nothing, nothing)
    >>> [years.tolist() for years in covered_years(scores, np.array([1.0, 0.0, 1.0]), 2)]
    [[0.0, 1.5], [0.0, 2.0]]
    """
    told = ~np.isnan(covered)
    years = int(scores.fold.max(initial=-1)) + 1
    test, at = np.unique(scores.node[told] * years + scores.fold[told], return_inverse=True)
    share = np.bincount(at, covered[told], len(test)) / np.bincount(at, minlength=len(test))
    inside, tested = np.zeros(nodes), np.zeros(nodes)
    np.add.at(inside, test // max(years, 1), share)
    np.add.at(tested, test // max(years, 1), 1.0)
    return inside, tested


class Errors:
    """Scaled errors of earlier years' forecasts from one month.

    Parameters
    ----------
    backtests : Backtests
        Makes the forecasts.
    tree : Hierarchy
        The totals.
    rows : numpy.ndarray
        Series of this month's group.
    month : int
        Last known month of the year.
    past : list of Past
        The earlier years from that month, whole histories.
    """

    def __init__(self, backtests: Backtests, tree: Hierarchy, rows: Rows, month: int, past: list[Past]) -> None:
        self.backtests, self.tree, self.rows, self.month, self.past = backtests, tree, rows, month, past

    def enough(self, bound: int, parents: bool) -> tuple[int, Scores | None]:
        """Errors of histories as long as `bound`, or of the longest shorter ones there are enough of.

        Parameters
        ----------
        bound : int
            Months of history; one of `LENGTHS`.
        parents : bool
            Whether of totals or of series.

        Returns
        -------
        used : int
            Months of history the tested forecasts saw.
        scores : Scores or None
            None where fewer than `MIN_SCORES` forecasts could be tested.
        """
        for used in [length for length in reversed(LENGTHS) if length <= bound]:
            scores = self._scores(used, parents)
            if parents and len(scores.rest) < MIN_PARENT_SCORES:
                scores = scores.joined(self._scores(used, False))
            if len(scores.rest) >= MIN_SCORES:
                return used, scores
        return bound, None

    def _scores(self, length: int, parents: bool) -> Scores:
        """Scale the errors of earlier years, of series forecast from `length` months of history."""
        month, whole = self.month, parents or length == LENGTHS[-1]
        few = self.rows if parents or (whole and self.backtests.reconciled) else sample(self.rows)
        make = self.backtests.origins.past
        tests = [(month, self.rows, self.past) if whole else (month, few, make(few, month, length))]
        scores = self._scaled(tests, length, parents)
        tried = {month}
        for wished, months in WISHED_SCORES:
            if len(scores.rest) >= wished:
                break
            near = set(range(max(month - months, 1), min(month + months, MONTHS - 1) + 1)) - tried
            tried |= near
            tests += [
                (origin, few, self.backtests.whole(few, origin) if whole else make(few, origin, length))
                for origin in sorted(near)
            ]
            scores = self._scaled(tests, length, parents)
        return scores

    def _scaled(self, tests: list[tuple[int, Rows, list[Past]]], length: int, parents: bool) -> Scores:
        rest, fold, node, path, accumulated = [], [], [], [], []
        for origin, rows, back, then in [(o, rows, b, then) for o, rows, past in tests for b, then in enumerate(past)]:
            at = rows
            known, forecast, actual, surplus = then.level, then.forecast, then.actual, then.surplus[:, None]
            if parents:
                at = np.arange(self.tree.leaves, len(self.tree.ids))
                # A unit that did not exist yet is an error of the total's forecast, as it was then.
                known, forecast, actual, surplus = (
                    self.tree.with_parents(part)[self.tree.leaves :]
                    for part in (known, np.nan_to_num(forecast), actual, surplus)
                )
            error = forecast - actual
            scale = noise_scale(known, shrinkage_of(parents))
            seen = (~np.isnan(known)).sum(axis=1)
            usable = (seen >= length) & ~np.isnan(error).any(axis=1) & (scale > 0)
            scaled = error[usable] / scale[usable, None]
            # What is missing of the known months is missing of every sum of the year.
            before = surplus[usable] / scale[usable, None]
            rest.append(np.abs(scaled.sum(axis=1) + before[:, 0]) / (MONTHS - origin) ** HORIZON_POWER)
            fold.append(np.full(int(usable.sum()), back))
            node.append(at[usable])
            left = MONTHS - self.month
            path.append(fitted(np.abs(scaled), left))
            accumulated.append(fitted(np.abs(scaled.cumsum(axis=1) + before), left))
        return Scores(*map(np.concatenate, (rest, fold, node, path, accumulated)))


def scale_now(tree: Hierarchy, levelled: Array, kind: NDArray[np.bool_], used: int, bound: int, parents: bool) -> Array:
    """Scale of the current year's nodes of one kind, measured as that of the tested ones was."""
    seen = latest(tree.with_parents(levelled)[kind], scale_months(used, bound))
    return noise_scale(seen, shrinkage_of(parents))


def shrinkage_of(parents: bool) -> float:
    """Weight of the typical noise in a node's own: totals are not alike."""
    return 0.0 if parents else SHRINKAGE
