"""Months: a period is the first day of its month."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from utfall.errors import InvalidParameter

PeriodLike = str | date | pd.Timestamp | pd.Period
"""What a caller may give for a month: ``"2026-10"``, a date in it, or a pandas period."""


def parse_period(period: PeriodLike) -> pd.Timestamp:
    """Turn what a person writes for a month into the first day of that month.

    Parameters
    ----------
    period : str, date, Timestamp or Period
        The month; text as ``YYYY-MM`` or ``YYYY-MM-DD``.

    Returns
    -------
    Timestamp
        First day of the month.

    Raises
    ------
    InvalidParameter
        When the text is not a month.

    Examples
    --------
    >>> parse_period("2026-10")
    Timestamp('2026-10-01 00:00:00')
    """
    if isinstance(period, pd.Period):
        return pd.Timestamp(period.year, period.month, 1)
    if isinstance(period, date):  # Timestamp and datetime are dates
        return pd.Timestamp(period.year, period.month, 1)
    match = re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", str(period).strip())
    if match is None or not 1 <= int(match[2]) <= 12:
        raise InvalidParameter(f"The period {period!r} is not a month; write it as YYYY-MM, for example 2026-10.")
    return pd.Timestamp(int(match[1]), int(match[2]), 1)


def year_start(period: pd.Timestamp) -> pd.Timestamp:
    """January of the period's year.

    Examples
    --------
    >>> year_start(pd.Timestamp("2026-10-01"))
    Timestamp('2026-01-01 00:00:00')
    """
    return pd.Timestamp(period.year, 1, 1)


def a_year_before(period: pd.Timestamp) -> pd.Timestamp:
    """The same month the year before.

    Examples
    --------
    >>> a_year_before(pd.Timestamp("2026-10-01"))
    Timestamp('2025-10-01 00:00:00')
    """
    return pd.Timestamp(period.year - 1, period.month, 1)


def months_between(first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    """Every month from `first` through `last`.

    Examples
    --------
    >>> len(months_between(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-10-01")))
    10
    """
    return pd.date_range(first, last, freq="MS")
