"""Signal or noise: whether a deviation is larger than the series' own month-to-month variation explains."""

from __future__ import annotations

import numpy as np
import pandas as pd

XMR_CONSTANT = 1.128
"""d2 for moving ranges of two values: mean moving range / d2 estimates the standard deviation (Shewhart)."""

LIMIT = 3.0
"""Control limits stand this many standard deviations out (Shewhart's three sigma)."""

MIN_DIFFERENCES = 12
"""Fewest yearly differences from which a noise level is estimated."""

MONTHS = 12


def noise_band(monthly: pd.DataFrame, months: int) -> pd.DataFrame:
    """How far a sum over several months may stray by chance.

    A month minus the same month a year before takes the season out, and the moving range of those differences takes a
    steady trend out; their mean over `XMR_CONSTANT` is the differences' standard deviation, which is √2 times a
    month's own. A sum over `months` independent months strays √months times as far.

    Parameters
    ----------
    monthly : DataFrame
        Columns ``line``, ``period``, ``actual`` (SEK): whole months before the year that is judged.
    months : int
        Number of months in the sum that is judged.

    Returns
    -------
    DataFrame
        ``line`` and ``band``: the half width in SEK; missing where the history is shorter than
        two years and a month.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", "2025-12-01", freq="MS")
    >>> wave = [-100.0 + (-1) ** (number // 12 + number) for number in range(36)]
    >>> noise_band(pd.DataFrame({"line": "drugs", "period": months, "actual": wave}), 10)["band"].round(2).tolist()
    [22.75]
    """
    if monthly.empty:
        return pd.DataFrame({"line": pd.Series(dtype="str"), "band": pd.Series(dtype="float64")})
    span = pd.date_range(monthly["period"].min(), monthly["period"].max(), freq="MS")
    wide = monthly.pivot_table(index="period", columns="line", values="actual", aggfunc="sum").reindex(span)
    differences = wide.fillna(0.0).diff(MONTHS).iloc[MONTHS:]
    ranges = differences.diff().abs().iloc[1:]
    if len(ranges) < MIN_DIFFERENCES:
        sigma = pd.Series(np.nan, index=wide.columns)
    else:
        sigma = ranges.mean() / XMR_CONSTANT / np.sqrt(2)
    return (LIMIT * sigma * np.sqrt(months)).rename("band").rename_axis("line").reset_index()
