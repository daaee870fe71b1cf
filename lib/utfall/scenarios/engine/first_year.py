"""The first year when some of its months are booked: its total as the year-end forecast has it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.forecasting import year_end
from utfall.scenarios.engine.drawing import NORMAL_90

Array = NDArray[np.float64]


def expected_year(monthly: pd.DataFrame, shape: tuple[int, int]) -> tuple[Array, Array]:
    """Forecast the total of the calendar year that the last month lies in.

    Parameters
    ----------
    monthly : DataFrame
        Öre in result sign by month, one column a division and line.
    shape : tuple of int
        Divisions and lines.

    Returns
    -------
    tuple of ndarray of shape (divisions, lines)
        The total, and its standard deviation as a share of it.
    """
    months = pd.DatetimeIndex(monthly.index)
    last = months[-1]
    this_year = monthly[months.year == last.year]
    booked = this_year.sum().to_numpy()
    if last.month == 12:
        return booked.reshape(shape), np.zeros(shape)
    used = (monthly != 0).any().to_numpy() & (this_year != 0).any().to_numpy()
    sign = np.where(monthly.sum().to_numpy() < 0, -1.0, 1.0)
    # A series that nothing is booked on this year is left at what is booked.
    columns = np.flatnonzero(used)
    long = pd.DataFrame(
        {
            "unique_id": np.repeat(columns, len(monthly)),
            "ds": np.tile(monthly.index, len(columns)),
            "y": (monthly.to_numpy() * sign)[:, columns].T.ravel(),
        }
    )
    total: Array = booked.astype("float64")
    deviation: Array = np.zeros(booked.shape)
    if len(columns):
        found = year_end(long).frame.set_index("unique_id")
        place = found.index.astype(int)
        total[place] = found["mean"].to_numpy() * sign[place]
        width = (found["hi-80"] - found["lo-80"]).to_numpy() / 2 / NORMAL_90
        deviation[place] = np.divide(width, np.abs(total[place]), out=np.zeros(len(place)), where=total[place] != 0)
    return np.nan_to_num(total).reshape(shape), np.nan_to_num(deviation).reshape(shape)
