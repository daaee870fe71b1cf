"""Events handed over as a frame, checked row by row against the series they are about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData
from utfall.forecasting.as_written import as_written
from utfall.forecasting.panel import MONTHS, Array, Panel

COLUMNS = ("unique_id", "start", "end", "change", "amount", "name", "known_from")
"""What an event says; ``unique_id`` and ``start`` are needed, and what is left out counts as missing."""

NEVER_ENDS = 10_000_000
"""Month after every other, counted as columns are."""

UNNAMED = "händelse"
"""Name of an event without one."""

Columns = NDArray[np.int64]


@dataclass(frozen=True)
class EventRows:
    """Events of the series of a panel, one entry a row of the frame.

    Parameters
    ----------
    leaf : numpy.ndarray
        Row of the series in the panel.
    group : numpy.ndarray
        Number of the series-and-name the row belongs to.
    start, end : numpy.ndarray
        First and last column in force; an end that is not known is `NEVER_ENDS`.
    known_from : numpy.ndarray
        Column from which the event was known: its start at the latest.
    change : numpy.ndarray
        Share of the level, −1 closes; ``nan`` where there is an amount or the size is to be estimated.
    amount : numpy.ndarray
        Amount a month in the sign of the series; ``nan`` where there is none.
    group_leaf : numpy.ndarray
        Row of the series of each group.
    group_name : numpy.ndarray
        Name of each group.
    """

    leaf: Columns
    group: Columns
    start: Columns
    end: Columns
    known_from: Columns
    change: Array
    amount: Array
    group_leaf: Columns
    group_name: NDArray[np.object_]

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Rows whose size is to be estimated."""
        return np.isnan(self.change) & np.isnan(self.amount)


def read_event_rows(events: pd.DataFrame | None, panel: Panel) -> EventRows:
    """Check a frame of events and place it among the months of a panel.

    Parameters
    ----------
    events : pandas.DataFrame or None
        ``unique_id``, ``start`` and, where they are known, ``end``, ``change`` (share of the level), ``amount`` (a
        month, in the sign of the series), ``name`` and ``known_from``. Months are dates in them. With neither
        ``change`` nor ``amount`` the size is estimated.
    panel : Panel
        The series.

    Returns
    -------
    EventRows
        In the order of the frame. Events of series that the panel has set aside are left out.

    Raises
    ------
    InvalidData
        When a column is missing or not known, a series is not in the panel, a month or number cannot be read, both
        sizes are given, a change takes away more than all, or an event ends before it starts; each fault names its
        row, counted from 1.

    Examples
    --------
    >>> from utfall.forecasting.panel import read_panel
    >>> panel = read_panel(pd.DataFrame({"unique_id": "rent", "ds": ["2026-01-01", "2026-02-01"], "y": [-5.0, -5.0]}))
    >>> rows = read_event_rows(pd.DataFrame({"unique_id": ["rent"], "start": ["2026-04"], "change": [-1.0]}), panel)
    >>> rows.start.tolist(), rows.change.tolist()
    ([3], [-1.0])
    """
    frame = _with_all_columns(events)
    place = {name: row for row, name in enumerate(panel.ids)}
    frame = frame[~frame["unique_id"].isin(list(panel.refused))]
    faults: list[Fault] = []
    months = {name: _months(frame, name, faults) for name in ("start", "end", "known_from")}
    sizes = {name: _numbers(frame, name, faults) for name in ("change", "amount")}
    known = frame["unique_id"].isin(list(place)).to_numpy()
    both = ~np.isnan(sizes["change"]) & ~np.isnan(sizes["amount"])
    with np.errstate(invalid="ignore"):
        too_much = sizes["change"] < -1.0
        backwards = months["end"] < months["start"]
    for bad, what, remedy in (
        (~known, "there is no series '{unique_id}'.", "Use a name among the series, or leave the row out."),
        (np.isnan(months["start"]) & frame["start"].isna().to_numpy(), "start is missing.", "Give the first month."),
        (both, "both change and amount are given.", "Give one of them."),
        (too_much, "change is {change}, which takes away more than there is.", "Give −1 for what ends."),
        (backwards, "end {end} is before start {start}.", "Exchange the two."),
    ):
        for at in np.flatnonzero(bad):
            row = {str(name): v if isinstance(v, str) else as_written(v) for name, v in frame.iloc[at].items()}
            faults.append(Fault("events", int(frame["row"].iloc[at]), what.format(**row), remedy))
    if faults:
        raise InvalidData(sorted(faults, key=lambda fault: fault.row or 0))
    leaf = np.array([place[name] for name in frame["unique_id"]], dtype=np.int64)
    names = frame["name"].astype(object).where(frame["name"].notna(), UNNAMED).astype(str).to_numpy(dtype=object)
    numbers: dict[tuple[int, str], int] = {}
    group = [numbers.setdefault(pair, len(numbers)) for pair in zip(leaf.tolist(), names.tolist(), strict=True)]
    start = months["start"].astype(np.int64) - panel.start
    end = np.where(np.isnan(months["end"]), NEVER_ENDS, np.nan_to_num(months["end"]) - panel.start)
    told = np.where(np.isnan(months["known_from"]), np.inf, months["known_from"] - panel.start)
    return EventRows(
        leaf=leaf,
        group=np.asarray(group, dtype=np.int64),
        start=start,
        end=end.astype(np.int64),
        known_from=np.minimum(told, start).astype(np.int64),
        change=sizes["change"],
        amount=sizes["amount"],
        group_leaf=np.array([pair[0] for pair in numbers], dtype=np.int64),
        group_name=np.array([pair[1] for pair in numbers], dtype=np.object_),
    )


def _with_all_columns(events: pd.DataFrame | None) -> pd.DataFrame:
    if events is None:
        return pd.DataFrame(columns=[*COLUMNS, "row"])
    faults = [
        Fault("events", None, f"the column {name} is missing.", "Give at least unique_id and start.")
        for name in ("unique_id", "start")
        if name not in events.columns
    ]
    faults += [
        Fault("events", None, f"the column {name} is not known.", f"Use some of {', '.join(COLUMNS)}.")
        for name in events.columns
        if name not in COLUMNS
    ]
    if faults:
        raise InvalidData(faults)
    frame = events.reset_index(drop=True).reindex(columns=list(COLUMNS))
    return frame.assign(row=np.arange(1, len(frame) + 1))


def _months(frame: pd.DataFrame, column: str, faults: list[Fault]) -> Array:
    """Months since January of year 0; ``nan`` where there is none."""
    given = frame[column]
    if isinstance(given.dtype, pd.PeriodDtype):
        given = given.dt.to_timestamp()
    # Few different months are written in many rows: each is read once.
    written = {value: pd.to_datetime(value, errors="coerce") for value in given.dropna().unique()}
    read = np.full(len(frame), np.nan)
    for at, (value, missing) in enumerate(zip(given, given.isna(), strict=True)):
        if missing:
            continue
        day = written[value]
        if pd.isna(day):
            row = int(frame["row"].iloc[at])
            what = f"{column} is {as_written(value)}, not a month."
            faults.append(Fault("events", row, what, "Write it as 2026-10."))
        else:
            read[at] = day.year * MONTHS + day.month - 1
    return read


def _numbers(frame: pd.DataFrame, column: str, faults: list[Fault]) -> Array:
    read = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = (np.isnan(read) & frame[column].notna().to_numpy()) | np.isinf(read)
    for at in np.flatnonzero(wrong):
        what = f"{column} is {as_written(frame[column].iloc[at])}, not a finite number."
        faults.append(Fault("events", int(frame["row"].iloc[at]), what, "Give the number."))
    return np.where(np.isinf(read), np.nan, read)
