"""What each way of guessing says of the full year, after one month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.followup.candidates.gathered import Gathered
from utfall.followup.forecast_accounts.make import BUDGET, COVERED, METHOD, OWN
from utfall.forecasting.panel import MONTHS
from utfall.forecasting.year.profiles import WINDOW, candidate_paths
from utfall.region import year_start

CANDIDATES = (METHOD, OWN, "last_year_profile", "last_year_remainder", "run_rate", BUDGET)
"""Every candidate, in the order shown."""


def totals_at(gathered: Gathered, month: pd.Timestamp) -> pd.DataFrame:
    """Full-year totals after a month by every candidate but the model's own.

    The plain methods are used on each unit and line, as in the accounts of forecasts, and added up. They see what was
    booked when the books of the month closed.

    Parameters
    ----------
    gathered : Gathered
        Outcome, budget and own forecasts.
    month : Timestamp
        Last month that is known.

    Returns
    -------
    DataFrame
        By ``node`` and ``kind`` (``income``, ``cost``), one column a candidate: SEK in result sign, missing where the
        candidate cannot be given for the node.
    """
    totals = gathered.by_node(_plain(gathered.booked(month), month.month))
    return totals.assign(
        **{BUDGET: _budget(gathered, month.year, totals.index), OWN: _own(gathered, month, totals.index)}
    )


def _plain(known: pd.DataFrame, month: int) -> pd.DataFrame:
    """Full years of units and lines by the methods that need the outcome alone."""
    values = known.to_numpy(dtype=np.float64)
    to_date = values[:, -month:].sum(axis=1)
    run_rate = to_date * MONTHS / month
    origin = WINDOW - MONTHS + month
    window = np.full((len(values), WINDOW), np.nan)
    taken = values[:, -origin:]
    window[:, origin - taken.shape[1] : origin] = taken
    paths = candidate_paths(window, month)
    columns = {"run_rate": run_rate}
    for method in ("last_year_remainder", "last_year_profile"):
        total = to_date + paths[method].sum(axis=1)
        if values.shape[1] >= MONTHS + month:
            # A line that began this year has no last year to be moved by: its own rate is all there is.
            total = np.where(np.isnan(total), run_rate, total)
        columns[method] = total
    return pd.DataFrame(columns, index=known.index)


def _budget(gathered: Gathered, year: int, index: pd.Index) -> pd.Series:
    if year not in gathered.budget:
        return pd.Series(np.nan, index=index)
    # A unit that is meant to have no budget has one of zero: without any, the region is not accepted.
    return gathered.by_node(gathered.budget[year])["value"].reindex(index).fillna(0.0)


def covered_by_own(gathered: Gathered, month: pd.Timestamp) -> pd.Series:
    """Share of each node's amounts, outcome so far and budget without sign, that its controllers have forecast."""
    so_far = gathered.booked(month).loc[:, year_start(month) :].abs().sum(axis=1)
    budget = gathered.budget.get(month.year, pd.Series(0.0, index=so_far.index)).fillna(0.0).abs()
    size = so_far + budget
    if month not in gathered.own:
        return pd.Series(0.0, index=gathered.nodes)
    told = size.where(gathered.own[month].notna(), 0.0)
    return (told.groupby(gathered.place).sum() / size.groupby(gathered.place).sum()).fillna(0.0)


def _own(gathered: Gathered, month: pd.Timestamp, index: pd.Index) -> pd.Series:
    if month not in gathered.own:
        return pd.Series(np.nan, index=index)
    covered = covered_by_own(gathered, month) >= COVERED
    sums = gathered.by_node(gathered.own[month])["value"].reindex(index).fillna(0.0)
    return sums.where(covered.reindex(index.get_level_values("node")).to_numpy(dtype=bool))
