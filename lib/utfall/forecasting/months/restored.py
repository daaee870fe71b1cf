"""A run with its events put back: means, intervals and earlier forecasts as they are booked."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from utfall.forecasting.events.nodes import put_back_on_nodes
from utfall.forecasting.months.run import ForecastRun
from utfall.forecasting.panel import MONTHS, Array

BACKTEST_COLUMNS = ("unique_id", "origin", "ds", "forecast", "naive", "actual")
"""Columns of the frame of earlier forecasts."""


class Restored:
    """What a run says of the months ahead, events and all.

    Parameters
    ----------
    run : ForecastRun
        The run; without events everything is as it stands there.

    Attributes
    ----------
    mean : numpy.ndarray
        Shape ``(nodes, horizon)``; each parent the sum of its series.
    half : dict
        Level → half the interval's width, the same shape. A series that is closed has none; a size that was
        estimated widens it.
    """

    def __init__(self, run: ForecastRun) -> None:
        self.run = run
        self.mean, self.half = run.mean, dict(run.half)
        if run.events is None:
            return
        columns = run.panel.last[:, None] + 1 + np.arange(run.horizon)
        self.mean, self.half = put_back_on_nodes(run.events.at(0), run.tree, columns, run.mean, run.half)

    def signs(self) -> tuple[Array, Array]:
        """Tell which nodes have never been negative, and which never positive, and are not expected to be."""
        known = np.concatenate([np.nan_to_num(self.history), self.mean], axis=1)
        return known.min(axis=1, initial=0.0) >= 0.0, known.max(axis=1, initial=0.0) <= 0.0

    @cached_property
    def history(self) -> Array:
        """Every node's months as they were booked, in the columns of the panel."""
        return self.run.tree.with_parents(self.run.panel.values)

    @cached_property
    def event_effects(self) -> pd.DataFrame:
        """What each event changes in each month ahead, against the level of the last known month.

        Returns
        -------
        pandas.DataFrame
            ``unique_id``, ``name``, ``ds``, ``effect``: series and parents, months with an effect only. The effects
            of a series sum to its mean less what it would be without them; events that meet in one series
            take effect in the order of their groups.
        """
        run, columns = self.run, ["unique_id", "name", "ds", "effect"]
        if run.events is None:
            return pd.DataFrame(columns=columns)
        effects, rows = run.events.at(0), run.events.rows
        factor, amount = effects.by_group
        level = run.mean[: run.tree.leaves] - effects.base_amount[:, None]
        ahead = run.panel.last[:, None] + 1 + np.arange(run.horizon)
        of_group: dict[str, dict[int, Array]] = {}
        for group, leaf in enumerate(rows.group_leaf):
            at = ahead[leaf]
            changed = level[leaf] * factor[group, at]
            effect = changed - level[leaf] + amount[group, at]
            level[leaf] = changed
            if effect.any():
                of_group.setdefault(str(rows.group_name[group]), {})[int(leaf)] = effect
        frames = [self._of_nodes(name, by_leaf) for name, by_leaf in of_group.items()]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _of_nodes(self, name: str, by_leaf: dict[int, Array]) -> pd.DataFrame:
        """One event's effect on its series and on every parent of theirs."""
        run = self.run
        touched = np.array(list(by_leaf))
        effect = np.array(list(by_leaf.values()))
        parents = run.tree.members[:, touched].astype(float) @ effect
        nodes = np.r_[touched, run.tree.leaves + np.arange(len(parents))]
        effect = np.concatenate([effect, parents])
        at, step = np.nonzero(effect)
        return pd.DataFrame(
            {
                "unique_id": run.tree.ids[nodes[at]],
                "name": name,
                "ds": run.panel.dates(run.last[nodes[at]] + 1 + step),
                "effect": effect[at, step],
            }
        )

    def backtest(self) -> pd.DataFrame:
        """Every forecast from an earlier origin, month by month, as it would have been booked.

        Returns
        -------
        pandas.DataFrame
            ``unique_id``, ``origin`` (last month known then), ``ds``, ``forecast``, ``naive`` (the same month
            of the latest year known then), ``actual``.
        """
        run, parts = self.run, []
        for then in run.past:
            usable = ~np.isnan(then.error) & ~np.isnan(then.naive)
            forecast, naive, actual = self._as_booked(then.back, then.forecast, then.naive, then.actual)
            usable &= ~np.isnan(naive)
            nodes, steps = np.nonzero(usable)
            origin = run.last[nodes] - then.back
            columns = {
                "unique_id": run.tree.ids[nodes],
                "origin": run.panel.dates(origin),
                "ds": run.panel.dates(origin + 1 + steps),
                "forecast": forecast[usable],
                "naive": naive[usable],
                "actual": actual[usable],
            }
            parts.append(pd.DataFrame(columns))
        if parts:
            return pd.concat(parts, ignore_index=True)
        return pd.DataFrame(columns=list(BACKTEST_COLUMNS))

    def _as_booked(self, back: int, *paths: Array) -> tuple[Array, Array, Array]:
        """Forecast, naive and actual of an origin, with the events known then; ``naive`` knows of none."""
        run = self.run
        forecast, naive, actual = paths
        if run.events is None:
            return forecast, naive, actual
        leaves, values = run.tree.leaves, self.history
        origin = run.last - back
        columns = origin[:, None] + 1 + np.arange(run.horizon)
        booked = run.events.at(back).put_back(forecast[:leaves], columns[:leaves])
        change = np.nan_to_num(booked - forecast[:leaves])
        # A parent's own forecast moves as much as its series do together.
        forecast = forecast + run.tree.with_parents(change)
        last_year = columns - MONTHS * (1 + np.arange(run.horizon) // MONTHS)
        return forecast, _at(values, last_year), _at(values, columns)


def _at(values: Array, columns: np.ndarray) -> Array:
    inside = (columns >= 0) & (columns < values.shape[1])
    picked = values[np.arange(len(values))[:, None], np.clip(columns, 0, values.shape[1] - 1)]
    return np.where(inside, picked, np.nan)
