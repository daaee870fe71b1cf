"""The series of an analysis as one array, months aligned by calendar year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import SupportsInt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData
from utfall.forecasting.as_written import as_written

Array = NDArray[np.float64]

MONTHS = 12
"""Months in a year; every series here is monthly."""


@dataclass(frozen=True)
class Panel:
    """Monthly series in one array, the last column the last month of the series that ends last.

    Parameters
    ----------
    ids : numpy.ndarray
        Name of each series, shape ``(n,)``.
    values : numpy.ndarray
        Shape ``(n, months)``; ``nan`` before a series' first month and after its last.
    first : numpy.ndarray
        Column of each series' first month, shape ``(n,)``.
    last : numpy.ndarray
        Column of each series' last month, shape ``(n,)``.
    start : int
        The month of column 0, counted in months since January of year 0.
    filled : dict
        Series id → number of months inside the series that had no row and count as zero.
    refused : dict
        Series id → its faults; a series that cannot be read is not among `ids`.
    """

    ids: NDArray[np.object_]
    values: Array
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    start: int
    filled: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Months from a series' first to its last, shape ``(n,)``."""
        return self.last - self.first + 1

    @property
    def refusals(self) -> pd.DataFrame:
        """Every fault of the series set aside: ``unique_id``, ``row`` (from 1, as handed over), ``reason``."""
        faults = [
            (name, fault.row, f"{fault.what} {fault.remedy}")
            for name, all_of in self.refused.items()
            for fault in all_of
        ]
        return pd.DataFrame(faults, columns=["unique_id", "row", "reason"])

    def year(self, column: NDArray[np.int64]) -> NDArray[np.int64]:
        """Calendar year of a column."""
        return (self.start + column) // MONTHS

    def month(self, column: NDArray[np.int64]) -> NDArray[np.int64]:
        """Calendar month of a column, 1 to 12."""
        return (self.start + column) % MONTHS + 1

    def dates(self, column: NDArray[np.int64]) -> pd.DatetimeIndex:
        """First day of the month of each column."""
        absolute = self.start + np.asarray(column)
        months = (absolute - 1970 * MONTHS).astype("datetime64[M]")
        return pd.DatetimeIndex(months.astype("datetime64[ns]"))


def read_panel(series: pd.DataFrame, *, common_end: bool = False) -> Panel:
    """Put a long frame of monthly series into one array.

    A month without a row between a series' first and last month is a month without bookings: it
    counts as zero, and how many there were is kept in `Panel.filled`. Zeros before a series' first amount
    are months before it began, unless it is later empty for as long.

    A series with a row that cannot be read is set aside in `Panel.refused` and the others are read. Where series
    are to be summed none may be left out.

    Parameters
    ----------
    series : pandas.DataFrame
        Columns ``unique_id``, ``ds`` (a date in the month) and ``y`` (SEK or any unit, any sign).
    common_end : bool, default False
        Whether a series that ends before the others is continued with zeros to the common last
        month, as it must be where series are summed.

    Returns
    -------
    Panel
        The series in order of first appearance.

    Raises
    ------
    InvalidData
        When a column or a series' name is missing; and, where series are to be summed or none is sound, when a
        value is not a finite number, a date cannot be read or a series has two rows for the same month. Each
        fault names its row, counted from 1 in the frame as handed over.

    Examples
    --------
    >>> frame = pd.DataFrame({"unique_id": "a", "ds": ["2026-01-01", "2026-03-01"], "y": [5.0, 7.0]})
    >>> panel = read_panel(frame)
    >>> panel.values.tolist(), panel.filled
    ([[5.0, 0.0, 7.0]], {'a': 1})
    """
    frame, refused = _checked(series)
    if refused and (common_end or not len(frame)):
        raise InvalidData([fault for faults in refused.values() for fault in faults])
    codes, ids = pd.factorize(frame["unique_id"])
    months = frame["month"].to_numpy()
    n = len(ids)
    if n == 0:
        empty = np.zeros(0, dtype=np.int64)
        return Panel(np.asarray(ids, dtype=object), np.zeros((0, 0)), empty, empty, 0)
    start, end = int(months.min()), int(months.max())
    columns = months - start
    values = np.full((n, end - start + 1), np.nan)
    values[codes, columns] = frame["y"].to_numpy(dtype=float)
    first = np.full(n, end - start, dtype=np.int64)
    last = np.zeros(n, dtype=np.int64)
    np.minimum.at(first, codes, columns)
    np.maximum.at(last, codes, columns)
    if common_end:
        last[:] = end - start
    position = np.arange(values.shape[1])
    gap = np.isnan(values) & (position >= first[:, None]) & (position <= last[:, None])
    values[gap] = 0.0
    counts = gap.sum(axis=1)
    first = _without_leading_zeros(values, first, last)
    names = np.asarray(ids, dtype=object)
    filled = {str(names[i]): int(counts[i]) for i in np.flatnonzero(counts)}
    return Panel(names, values, first, last, start, filled, refused)


def _without_leading_zeros(values: Array, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Take empty months before a series really began out of its history; return the new first months.

    They are told from the empty months of a series that is seldom used by being more in a row than any
    later ones. A series of nothing but zeros keeps them.
    """
    position = np.arange(values.shape[1])
    booked = (values != 0.0) & ~np.isnan(values)
    begins = np.where(booked.any(axis=1), booked.argmax(axis=1), first)
    longest, run = np.zeros(len(values)), np.zeros(len(values))
    for column in position:
        run = np.where((column > begins) & (column <= last) & ~booked[:, column], run + 1, 0)
        longest = np.maximum(longest, run)
    leading = begins - first
    moved = np.where(leading > longest, begins, first)
    values[(position >= first[:, None]) & (position < moved[:, None])] = np.nan
    return np.asarray(moved)


def _checked(series: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, tuple[Fault, ...]]]:
    """Return unique_id, month (counted from year 0) and y of the sound series, and what is wrong with the others."""
    missing = [name for name in ("unique_id", "ds", "y") if name not in series.columns]
    if missing:
        remedy = "Hand over a long frame with the columns unique_id, ds and y."
        raise InvalidData([Fault("series", None, f"The column {name} is missing.", remedy) for name in missing])
    ids = series["unique_id"].reset_index(drop=True)
    if isinstance(ids.dtype, pd.CategoricalDtype):
        ids = ids.astype(ids.cat.categories.dtype)
    unnamed = np.flatnonzero(ids.isna())
    if len(unnamed):
        raise InvalidData([_fault(row, "unique_id is missing.", "Name the series.") for row in unnamed])
    when = series["ds"].reset_index(drop=True)
    if isinstance(when.dtype, pd.PeriodDtype):
        when = when.dt.to_timestamp()
    # A number such as 202609 would be read as so many nanoseconds since 1970.
    numeric = pd.api.types.is_numeric_dtype(when)
    dates = pd.to_datetime(when.astype(object).where(when.isna()) if numeric else when, errors="coerce")
    y = pd.to_numeric(series["y"], errors="coerce").reset_index(drop=True).to_numpy(dtype=float, na_value=np.nan)
    month = (dates.dt.year * MONTHS + dates.dt.month - 1).fillna(-1).astype("int64")
    frame = pd.DataFrame({"unique_id": ids, "month": month, "y": y})
    undated, unread = dates.isna().to_numpy(), ~np.isfinite(y)
    twice = frame.duplicated(["unique_id", "month"]).to_numpy() & ~undated
    found: dict[str, list[Fault]] = {}
    for row in np.flatnonzero(undated | unread | twice):
        faults = found.setdefault(str(ids.iloc[row]), [])
        if undated[row]:
            faults.append(_fault(row, f"ds is {as_written(series['ds'].iloc[row])}, not a date.", "Give a date."))
        if unread[row]:
            remedy = "Give the number, or leave the row out if nothing was booked."
            what = f"y is {as_written(series['y'].iloc[row])}, not a finite number."
            faults.append(_fault(row, what, remedy))
        if twice[row]:
            what = f"{ids.iloc[row]} has a second row for {dates.iloc[row]:%Y-%m}."
            faults.append(_fault(row, what, "Sum the rows of a month before forecasting."))
    if not found:
        return frame, {}
    broken = set(ids.iloc[np.flatnonzero(undated | unread | twice)])
    return frame[~ids.isin(broken)], {name: tuple(faults) for name, faults in found.items()}


def _fault(row: SupportsInt, what: str, remedy: str) -> Fault:
    """One fault in a row of the frame as handed over, counted from 1."""
    return Fault("series", int(row) + 1, what, remedy)
