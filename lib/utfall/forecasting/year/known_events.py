"""Known events in the forecast of a year: histories freed from them, and widths that follow them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from utfall.forecasting.events.effects import EventEffects, Events
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.panel import Array

Rows = NDArray[np.int64]


def freed(effects: EventEffects, values: Array, rows: Rows, columns: Rows) -> Array:
    """Read months of some series on the level of an origin.

    Parameters
    ----------
    effects : EventEffects
        What the events do, as known at the origin.
    values : numpy.ndarray
        The whole panel, shape ``(all series, months)``.
    rows : numpy.ndarray
        Series wanted.
    columns : numpy.ndarray
        Months wanted of each, shape ``(len(rows), any)``; ``nan`` outside the panel.

    Returns
    -------
    numpy.ndarray
        Shape of `columns`.
    """
    bare = effects.without(values)
    inside = (columns >= 0) & (columns < values.shape[1])
    return np.where(inside, bare[rows[:, None], np.where(inside, columns, 0)], np.nan)


def put_back(effects: EventEffects, paths: Array, rows: Rows, columns: Rows) -> Array:
    """Put events back on the paths of some series; see `EventEffects.put_back`.

    Parameters
    ----------
    effects : EventEffects
        What the events do, as known at the origin.
    paths : numpy.ndarray
        Shape ``(len(rows), steps)``.
    rows : numpy.ndarray
        The series.
    columns : numpy.ndarray
        Month of each step, the shape of `paths`.

    Returns
    -------
    numpy.ndarray
        The same shape. A closed series has nothing, also where its path is not known; months before the panel are
        as they were.
    """
    inside = columns >= 0
    at = rows[:, None], np.where(inside, columns, 0)
    level = (paths - effects.base_amount[rows][:, None]) * effects.ratio[at]
    booked = np.where(effects.ratio[at] == 0.0, 0.0, level) + effects.amount[at]
    return np.asarray(np.where(inside, booked, paths))


class EventWidths:
    """How much of its width each node keeps, and how much unsure sizes add.

    Parameters
    ----------
    events : Events
        The events.
    tree : Hierarchy
        The totals.
    rows : numpy.ndarray
        Series of this month's group; all of them where there are totals.
    rest : numpy.ndarray
        Forecast of the remaining months with the events, shape ``(len(rows), left)``.
    half : numpy.ndarray
        Half the width of each of those months without the events, the same shape.
    columns : numpy.ndarray
        Month of each step, the same shape.
    """

    def __init__(self, events: Events, tree: Hierarchy, rows: Rows, rest: Array, half: Array, columns: Rows) -> None:
        effects = events.at(0)
        at = rows[:, None], columns
        ratio, width = effects.ratio[at], np.nan_to_num(half)
        unsure = np.abs(rest - effects.amount[at]) * effects.spread[at]
        self._unsure = _with_totals(tree, unsure)
        self._month = self._kept(tree, width, ratio)
        steps = np.arange(1, ratio.shape[1] + 1)
        self._sum = self._kept(tree, width.cumsum(axis=1), ratio.cumsum(axis=1) / steps)

    def months(self, level: float, half: Array) -> Array:
        """Half-widths of the months one by one, shape ``(nodes, left)``."""
        return np.hypot(half * self._month, _z(level) * self._unsure)

    def sums(self, level: float, half: Array) -> Array:
        """Half-widths of the months accumulated, shape ``(nodes, left)``."""
        # An error in the size of one event is the same every month: it adds up.
        return np.hypot(half * self._sum, _z(level) * self._unsure.cumsum(axis=1))

    def totals(self, levels: Sequence[float], half: Array) -> Array:
        """Half-widths of the year total, shape ``(nodes, levels)``."""
        z = np.array([_z(level) for level in levels])
        return np.hypot(half * self._sum[:, -1:], z * self._unsure.sum(axis=1)[:, None])

    @staticmethod
    def _kept(tree: Hierarchy, width: Array, ratio: Array) -> Array:
        if not len(tree.members):
            return ratio
        before, after = (tree.with_parents(part**2)[tree.leaves :] for part in (width, width * ratio))
        with np.errstate(divide="ignore", invalid="ignore"):
            parents = np.where(before > 0, np.sqrt(after / before), 1.0)
        return np.concatenate([ratio, parents])


def _with_totals(tree: Hierarchy, values: Array) -> Array:
    return tree.with_parents(values) if len(tree.members) else values


def _z(level: float) -> float:
    return float(special.ndtri(0.5 + level / 200.0))
