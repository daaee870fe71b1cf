"""What a run found, as tidy frames."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.run import YearEndRun


def year_totals(run: YearEndRun) -> pd.DataFrame:
    """Year totals with intervals, one row a node; see `utfall.forecasting.year.result.YearEnd`."""
    mean = run.to_date + run.late + run.rest.sum(axis=1)
    columns = {
        "unique_id": run.tree.ids,
        "year": run.panel.year(run.last),
        "to_date": run.to_date,
        "late": run.late,
        "mean": mean,
        **_edges(run, np.arange(run.nodes), mean, run.half, run.booked_bounds),
        "reason": run.reason,
    }
    return pd.DataFrame(columns)


def remaining_months(run: YearEndRun) -> pd.DataFrame:
    """The remaining months one by one, with intervals; see `utfall.forecasting.year.result.YearEnd`."""
    nothing = np.zeros(run.nodes)
    return _months(run, run.rest, run.path_half, (nothing, nothing))


def accumulated_months(run: YearEndRun) -> pd.DataFrame:
    """The year's sum up to each remaining month, with intervals; see `utfall.forecasting.year.result.YearEnd`."""
    sums = (run.to_date + run.late)[:, None] + run.rest.cumsum(axis=1)
    return _months(run, sums, run.accumulated_half, run.booked_bounds)


def _months(run: YearEndRun, means: Array, halves: Mapping[float, Array], bounds: tuple[Array, Array]) -> pd.DataFrame:
    nodes, months = np.nonzero(np.arange(MONTHS)[None, :] >= run.month[:, None])
    mean = means[nodes, months]
    half = {level: width[nodes, months] for level, width in halves.items()}
    columns = {
        "unique_id": run.tree.ids[nodes],
        "ds": run.panel.dates(run.last[nodes] - run.month[nodes] + 1 + months),
        "mean": mean,
        **_edges(run, nodes, mean, half, (bounds[0][nodes], bounds[1][nodes])),
    }
    return pd.DataFrame(columns)


def _edges(
    run: YearEndRun, nodes: NDArray[np.int64], mean: Array, halves: Mapping[float, Array], bounds: tuple[Array, Array]
) -> dict[str, Array]:
    """Interval ends; a series that has only had one sign keeps it in the months to come."""
    never_negative, never_positive = (sign[nodes] for sign in run.signs())
    edges = {}
    for level in run.levels:
        low, high = mean - halves[level], mean + halves[level]
        edges[f"lo-{level:g}"] = np.where(never_negative, np.maximum(low, bounds[0]), low)
        edges[f"hi-{level:g}"] = np.where(never_positive, np.minimum(high, bounds[1]), high)
    return edges


def year_spread(run: YearEndRun) -> pd.DataFrame:
    """How far from the mean year totals may be; see `utfall.forecasting.year.result.YearEnd`."""
    lowest, highest = run.booked_bounds
    never_negative, never_positive = run.signs()
    columns = {
        "unique_id": run.tree.ids,
        "lowest": np.where(never_negative, lowest, -np.inf),
        "highest": np.where(never_positive, highest, np.inf),
        **{f"half-{level:g}": run.spread[:, number] for number, level in enumerate(run.spread_levels)},
    }
    return pd.DataFrame(columns)


def known_months(run: YearEndRun) -> pd.DataFrame:
    """Months of the current year with an outcome, as they are booked."""
    values = run.tree.with_parents(run.panel.values)
    position = np.arange(values.shape[1])
    this_year = (position > (run.last - run.month)[:, None]) & (position <= run.last[:, None])
    nodes, columns = np.nonzero(this_year & ~np.isnan(values))
    dates = run.panel.dates(columns)
    return pd.DataFrame({"unique_id": run.tree.ids[nodes], "ds": dates, "y": values[nodes, columns]})
