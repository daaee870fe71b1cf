"""What a controller can do without a model: the methods that a forecast must be better than."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.forecasting.panel import MONTHS
from utfall.forecasting.year.profiles import WINDOW, candidate_paths
from utfall.region import year_start

PLAIN = ("run_rate", "last_year_remainder", "last_year_profile")
"""The year's own rate; last year's remaining months; and those moved by how this year differs so far."""


def plain_methods(leaves: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Forecast the year of every unit and line by each plain method.

    Parameters
    ----------
    leaves : DataFrame
        One row a unit and line, one column a month, the last `month`; SEK in result sign.
    month : Timestamp
        Last month with an outcome.

    Returns
    -------
    DataFrame
        One column a method of `PLAIN`. Where the ledger does not hold the whole year before, the methods that need
        it are missing.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", "2026-06-01", freq="MS")
    >>> leaves = pd.DataFrame([[-10.0] * 12 + [-11.0] * 6], columns=months)
    >>> plain_methods(leaves, pd.Timestamp("2026-06-01")).round(1).to_dict("records")
    [{'run_rate': -132.0, 'last_year_remainder': -126.0, 'last_year_profile': -132.0}]
    """
    to_date = leaves.loc[:, year_start(month) :].sum(axis=1)
    frame = pd.DataFrame({"run_rate": to_date * MONTHS / month.month}, index=leaves.index)
    window = np.full((len(leaves), WINDOW), np.nan)
    known = leaves.to_numpy()[:, -(WINDOW - MONTHS + month.month) :]
    origin = WINDOW - MONTHS + month.month
    window[:, origin - known.shape[1] : origin] = known
    paths = candidate_paths(window, month.month)
    for method in PLAIN[1:]:
        frame[method] = to_date + paths[method].sum(axis=1)
    if leaves.shape[1] >= MONTHS + month.month:
        # A line that began this year has no last year to be moved by: its own rate is all there is.
        frame = frame.T.fillna(frame["run_rate"]).T
    return frame[list(PLAIN)]
