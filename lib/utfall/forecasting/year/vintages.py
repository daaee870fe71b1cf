"""The ledger as it was booked at every month's closing, and what usually comes later."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData
from utfall.forecasting.panel import MONTHS, Array, Panel

LONGEST = 12
"""Months after which nothing more is waited for; what is booked later than that is taken to have been known."""

WINDOW = 60
"""Latest months that tell how much of a month is booked later."""

CREDIBLE = 3.0
"""Months after which half of what a series' own history says is believed; the other half is nothing."""

ROUNDING = 1e-9
"""Share of an amount that is left by subtracting and means nothing."""

COLUMNS = ("unique_id", "ds", "vintage", "y")
"""What late amounts are given as."""

Rows = NDArray[np.int64]


class Vintages:
    """What was booked on each month after its books closed, by the closing that first saw it.

    How much is still to come is estimated by the additive method of claims reserving: the share of an ordinary
    month that has been booked so many closings later, summed over the closings to come. An ordinary
    month is the mean of the latest year's as they were first booked: an odd month does not foretell an odd amount.

    Parameters
    ----------
    frame : pandas.DataFrame or None
        ``unique_id``, ``ds`` (the month), ``vintage`` (the first later month whose closed books held it) and ``y``, the
        part of the series' value. Parts of one month and vintage are added up. A vintage after a series' last month
        is not known yet and is not read.
    panel : Panel
        The series, with everything that is booked at their last month's closing.

    Raises
    ------
    InvalidData
        When a column is missing, or a row cannot be read; each fault names its row.

    References
    ----------
    Mack, "Distribution-free calculation of the standard error of chain ladder reserve estimates", *ASTIN Bulletin* 23
    (1993), for run-off triangles; Schmidt and Zocher, "The Bornhuetter-Ferguson principle", *Variance* 2 (2008), for
    the additive method. Bühlmann and Gisler, *A Course in Credibility Theory*, Springer 2005, for `CREDIBLE`.

    Examples
    --------
    >>> from utfall.forecasting.panel import read_panel
    >>> months = pd.date_range("2020-01-01", "2026-10-01", freq="MS")
    >>> panel = read_panel(pd.DataFrame({"unique_id": "care", "ds": months, "y": np.r_[np.full(81, 100.0), 95.0]}))
    >>> late = pd.DataFrame({"unique_id": "care", "ds": months[:-1], "vintage": months[1:], "y": 5.0})
    >>> vintages, last = Vintages(late, panel), np.array([81])
    >>> vintages.unbooked(np.array([0]), last - 12).tolist()
    [[5.0]]
    >>> vintages.expected(np.array([0]), last).round(1).tolist()
    [[4.8]]
    """

    def __init__(self, frame: pd.DataFrame | None, panel: Panel) -> None:
        late = np.zeros((*panel.values.shape, 0)) if frame is None else _late(frame, panel)
        self.delays = late.shape[2]
        """Most closings that anything was booked after."""
        # Still to come after so many closings, of what is booked now.
        self._tail = late[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        if not self.delays:
            return
        first = np.abs(np.nan_to_num(panel.values - self._tail[:, :, 0]))
        began = ~np.isnan(panel.values)
        sums, count = _before(first), _before(began.astype(float))
        start = np.maximum(np.arange(first.shape[1]) + 1 - MONTHS, 0)
        end = np.arange(first.shape[1]) + 1
        ordinary = (sums[:, end] - sums[:, start]) / np.maximum(count[:, end] - count[:, start], 1.0)
        # On a month without a single booking nothing is waited for: the series may have stopped.
        self._size = np.where(first > 0, ordinary, 0.0)
        self._late_before = _before(late)
        self._size_before = _before(self._size)
        self._count_before = count

    def __bool__(self) -> bool:
        return self.delays > 0

    def unbooked(self, rows: Rows, end: Rows) -> Array:
        """Tell what had not been booked when the books of a month closed.

        Parameters
        ----------
        rows : numpy.ndarray
            Series wanted.
        end : numpy.ndarray
            Column of the month of each.

        Returns
        -------
        numpy.ndarray
            Shape ``(len(rows), delays)``: the months up to and including `end`, in the unit of the series.
        """
        columns, age, inside = self._latest(end)
        return np.where(inside, self._tail[rows[:, None], columns, age], 0.0)

    def expected(self, rows: Rows, end: Rows, months: int = WINDOW) -> Array:
        """Estimate the same from what was known then.

        Parameters
        ----------
        rows, end
            As in `unbooked`.
        months : int
            Latest months that are looked at, at most.

        Returns
        -------
        numpy.ndarray
            The same shape.
        """
        if not self.delays:
            return np.zeros((len(rows), 0))
        delay = np.arange(1, self.delays + 1)
        stop = np.clip(end[:, None] + 1 - delay, 0, self._size.shape[1])
        start = np.maximum(stop - min(months, WINDOW), 0)
        row, place = rows[:, None], delay[None, :] - 1
        late = self._late_before[row, stop, place] - self._late_before[row, start, place]
        size = self._size_before[row, stop] - self._size_before[row, start]
        count = self._count_before[row, stop] - self._count_before[row, start]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(size > 0, late / size, 0.0) * count / (count + CREDIBLE)
        to_come = share[:, ::-1].cumsum(axis=1)[:, ::-1]
        columns, age, inside = self._latest(end)
        return np.where(inside, to_come[:, age[0]] * self._size[row, columns], 0.0)

    def _latest(self, end: Rows) -> tuple[Rows, Rows, NDArray[np.bool_]]:
        """Columns of the latest months, how many closings each has had after its own, and whether it exists."""
        age = np.arange(self.delays - 1, -1, -1)[None, :]
        columns = end[:, None] - age
        inside = (columns >= 0) & (columns < self._tail.shape[1])
        return np.where(inside, columns, 0), age, inside


def _before(values: Array) -> Array:
    """Sums of what stands before each column: one more column than the values have."""
    zero = np.zeros_like(values[:, :1])
    return np.concatenate([zero, values.cumsum(axis=1)], axis=1)


def _late(frame: pd.DataFrame, panel: Panel) -> Array:
    """Amounts by series, month and closings after its own, the first of which is number one."""
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        remedy = f"Hand over a long frame with the columns {', '.join(COLUMNS)}."
        raise InvalidData([Fault("vintages", None, f"The column {name} is missing.", remedy) for name in missing])
    position = pd.Series(np.arange(len(panel.ids)), index=panel.ids)
    row = frame["unique_id"].map(position)
    refused = frame["unique_id"].isin(list(panel.refused)).to_numpy()
    month, vintage = (_months(frame[name]) for name in ("ds", "vintage"))
    amount = pd.to_numeric(frame["y"], errors="coerce").to_numpy(dtype=float)
    faults = []
    for bad, what, remedy in (
        (row.isna().to_numpy() & ~refused, "the series is not among those forecast.", "Leave the row out."),
        (np.isnan(month) | np.isnan(vintage), "ds or vintage is not a date.", "Give dates."),
        (~np.isfinite(amount), "y is not a finite number.", "Give the number, or leave the row out."),
        (vintage <= month, "vintage is not after ds: it was not late.", "Leave the row out."),
    ):
        faults += [Fault("vintages", int(at) + 1, what, remedy) for at in np.flatnonzero(bad)]
    if faults:
        raise InvalidData(faults)
    leaf = row.fillna(0).to_numpy(dtype=np.int64)
    column, delay = (month - panel.start).astype(np.int64), (vintage - month).astype(np.int64)
    known = ~refused & (column >= panel.first[leaf]) & (column + delay <= panel.last[leaf]) & (delay <= LONGEST)
    late = np.zeros((*panel.values.shape, int(delay[known].max(initial=0))))
    np.add.at(late, (leaf[known], column[known], delay[known] - 1), amount[known])
    return late


def _months(dates: pd.Series) -> Array:
    """Months since January of year 0; ``nan`` for what is no date."""
    when = pd.to_datetime(dates, errors="coerce")
    return np.asarray(when.dt.year * MONTHS + when.dt.month - 1, dtype=np.float64)
