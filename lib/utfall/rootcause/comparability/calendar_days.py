"""Working days: Monday to Friday, less the Swedish public holidays and the eves nobody works."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from utfall.region import months_between

FIXED_HOLIDAYS = {
    "Nyårsdagen": (1, 1),
    "Trettondedag jul": (1, 6),
    "Första maj": (5, 1),
    "Sveriges nationaldag": (6, 6),
    "Juldagen": (12, 25),
    "Annandag jul": (12, 26),
}
"""Public holidays on a fixed date (lag 1989:253 om allmänna helgdagar, as it stands since 2005)."""

EASTER_HOLIDAYS = {"Långfredagen": -2, "Annandag påsk": 1, "Kristi himmelsfärdsdag": 39}
"""Public holidays a number of days after Easter Sunday. Those that are always a Saturday or a Sunday (påskdagen,
pingstdagen, midsommardagen, alla helgons dag) take no working day and are left out."""

FIXED_EVES = {"Julafton": (12, 24), "Nyårsafton": (12, 31)}
"""Not public holidays by that law, but days off in practice."""

MIDSUMMER_FROM = (6, 19)
"""Midsummer's eve, also a day off in practice, is the Friday from 19 to 25 June."""

DAYS_OFF_RULE = (
    "Arbetsdagar är måndag–fredag utom allmänna helgdagar; midsommarafton, julafton och nyårsafton räknas som lediga."
)
"""The rule as it is told in a report."""


@lru_cache(maxsize=64)
def days_off(year: int) -> dict[pd.Timestamp, str]:
    """Public holidays that can fall on a weekday, and the eves that are days off in practice.

    Parameters
    ----------
    year : int
        From 2005, when the national day became a holiday.

    Returns
    -------
    dict
        Date to name.

    Examples
    --------
    >>> [f"{day:%Y-%m-%d}" for day, name in days_off(2026).items() if name == "Långfredagen"]
    ['2026-04-03']
    """
    easter = pd.Timestamp(year - 1, 12, 31) + pd.offsets.Easter()
    midsummer = pd.date_range(pd.Timestamp(year, *MIDSUMMER_FROM), periods=7)
    found = {pd.Timestamp(year, *date): name for name, date in (FIXED_HOLIDAYS | FIXED_EVES).items()}
    found |= {easter + pd.Timedelta(days=after): name for name, after in EASTER_HOLIDAYS.items()}
    found |= {day: "Midsommarafton" for day in midsummer if day.day_name() == "Friday"}
    return dict(sorted(found.items()))


def working_days(first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Count the working days of each month.

    Parameters
    ----------
    first, last : Timestamp
        First and last month.

    Returns
    -------
    Series of int
        Working days by month.

    Examples
    --------
    >>> working_days(pd.Timestamp("2026-04-01"), pd.Timestamp("2026-06-01")).tolist()
    [20, 19, 21]
    """
    months = months_between(first, last)
    off = [day for year in range(first.year, last.year + 1) for day in days_off(year)]
    begins, ends = (days.to_numpy().astype("datetime64[D]") for days in (months, months + pd.offsets.MonthBegin()))
    counts = np.busday_count(begins, ends, holidays=np.array(off, dtype="datetime64[D]"))
    return pd.Series(counts, index=months, name="working_days")
