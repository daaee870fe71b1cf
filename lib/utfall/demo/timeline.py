"""The months the made-up region covers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

FIRST_YEAR = 2019
"""First year of actuals and budgets."""

LAST_YEAR = 2026
"""Last year: its budget covers all months, its actuals end in `LATEST_PERIOD`."""

LATEST_PERIOD = "2026-10"
"""Last month with actuals."""

YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
"""Every year."""

MONTHS = 12 * YEARS.size
"""Months with a budget."""


def at(period: str) -> int:
    """Position of a month, 0 for January of the first year.

    Examples
    --------
    >>> at("2019-01"), at("2026-10")
    (0, 93)
    """
    year, month = period.split("-")
    return (int(year) - FIRST_YEAR) * 12 + int(month) - 1


def period_text(position: int) -> str:
    """Write a position as ``YYYY-MM``.

    Examples
    --------
    >>> period_text(93)
    '2026-10'
    """
    return f"{FIRST_YEAR + position // 12}-{position % 12 + 1:02d}"


ACTUAL_MONTHS = at(LATEST_PERIOD) + 1
"""Months with actuals."""

YEAR_OF_MONTH: NDArray[np.int64] = np.repeat(YEARS, 12)
"""Year of each month."""


def year_slice(year: int) -> slice:
    """Months of one year.

    Examples
    --------
    >>> year_slice(2020)
    slice(12, 24, None)
    """
    start = (year - FIRST_YEAR) * 12
    return slice(start, start + 12)


def month_starts(months: int = MONTHS) -> NDArray[np.datetime64]:
    """First day of each month.

    Examples
    --------
    >>> str(month_starts(1)[0])
    '2019-01-01T00:00:00.000000'
    """
    first = np.datetime64(f"{FIRST_YEAR}-01", "M")
    return (first + np.arange(months)).astype("datetime64[us]")


def by_year(values: Mapping[int, float]) -> NDArray[np.float64]:
    """One value a month, the same through each year."""
    return np.array([values[int(year)] for year in YEAR_OF_MONTH])


def through_years(values: Mapping[int, float]) -> NDArray[np.float64]:
    """One value a month, gliding between the years' values, which are reached at midyear."""
    middle = np.arange(YEARS.size) * 12 + 5.5
    return np.interp(np.arange(MONTHS), middle, [values[int(year)] for year in YEARS])


def ramp(start: str, months: int = 1) -> NDArray[np.float64]:
    """Share of its full effect that a change has in each month: 0 before, 1 after `months` months.

    Examples
    --------
    >>> ramp("2026-09", 2)[-5:].tolist()
    [0.0, 0.5, 1.0, 1.0, 1.0]
    """
    return np.clip((np.arange(MONTHS) - at(start) + 1) / months, 0.0, 1.0)
