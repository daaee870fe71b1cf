"""Events put back on series and totals alike: means that still add up, and widths that follow them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import special

from utfall.forecasting.events.effects import EventEffects
from utfall.forecasting.events.read_events import Columns
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.panel import Array


def put_back_on_nodes(
    effects: EventEffects, tree: Hierarchy, columns: Columns, mean: Array, half: Mapping[float, Array]
) -> tuple[Array, dict[float, Array]]:
    """Put events back on the forecast of every node.

    Parameters
    ----------
    effects : EventEffects
        What the events do to the series.
    tree : Hierarchy
        Which series each parent is the sum of.
    columns : numpy.ndarray
        Column of the panel of each step, shape ``(series, steps)``.
    mean : numpy.ndarray
        Forecast on the level of the origin, shape ``(nodes, steps)``, the series first; each parent the sum of its
        series.
    half : mapping
        Level in percent → half the interval's width, the same shape.

    Returns
    -------
    mean : numpy.ndarray
        Each parent still the sum of its series.
    half : dict
        A closed series has no width; a size that was estimated widens it. A parent keeps the share of its width that
        its series keep of theirs, taken as independent.

    Examples
    --------
    >>> from utfall.forecasting.events.effects import Events
    >>> from utfall.forecasting.panel import read_panel
    >>> import pandas as pd
    >>> series = pd.DataFrame({"unique_id": ["a", "b"], "ds": "2026-10-01", "y": [10.0, 30.0]})
    >>> panel = read_panel(series)
    >>> tree = Hierarchy(np.array(["a", "b", "t"], dtype=object), np.array([[True, True]]))
    >>> closing = pd.DataFrame({"unique_id": ["b"], "start": ["2026-11"], "change": [-1.0]})
    >>> mean, half = np.array([[10.0], [30.0], [40.0]]), {80: np.array([[3.0], [4.0], [5.0]])}
    >>> effects = Events(closing, panel, 1).at(0)
    >>> mean, half = put_back_on_nodes(effects, tree, np.array([[1], [1]]), mean, half)
    >>> mean.ravel().tolist(), half[80].ravel().tolist()
    ([10.0, 0.0, 10.0], [3.0, 0.0, 3.0])
    """
    leaves, rows = tree.leaves, np.arange(tree.leaves)[:, None]
    ratio = effects.ratio[rows, columns]
    booked = tree.with_parents(effects.put_back(mean[:leaves], columns))
    # An error in one event's size is the same in all its series: such errors add up, they do not cancel.
    unsure = np.abs(booked[:leaves] - effects.amount[rows, columns]) * effects.spread[rows, columns]
    unsure = tree.with_parents(unsure)
    widths = {}
    for level, width in half.items():
        share = np.concatenate([ratio, _parents_share(width[:leaves], ratio, tree)])
        z = float(special.ndtri(0.5 + level / 200.0))
        widths[level] = np.sqrt((width * share) ** 2 + (z * unsure) ** 2)
    return booked, widths


def _parents_share(half: Array, ratio: Array, tree: Hierarchy) -> Array:
    """Share of its width a parent keeps when its series keep theirs in different shares."""
    if not len(tree.members):
        return np.zeros((0, ratio.shape[1]))
    width = np.nan_to_num(half)
    before = tree.with_parents(width**2)[tree.leaves :]
    after = tree.with_parents((width * ratio) ** 2)[tree.leaves :]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.sqrt(after / before)
    return np.where(before > 0, share, 1.0)
