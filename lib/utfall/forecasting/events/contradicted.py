"""Events that the booked months contradict: closings that are still booked, and sizes that are plainly wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.forecasting.events.effects import CLOSED, Events
from utfall.forecasting.events.read_events import UNNAMED
from utfall.forecasting.models.level_shifts import LevelShift
from utfall.forecasting.panel import MONTHS, Array, Panel
from utfall.forecasting.words import WRONG_SIZE, series_named
from utfall.presentation.numbers import amount, choose_unit, percent, period_name, short_period

LATEST_MONTHS = 3
"""Months since a closing, the latest ones, that tell whether it is still booked."""

STILL_SHARE = 0.05
"""Least share of what was booked before a closing that counts as booked; less is corrections and late invoices."""

SAME_TIME = 1
"""Months between an event and a jump that is taken to be the event's."""


@dataclass(frozen=True)
class StillBooked:
    """A series that an event has closed and that is booked all the same.

    Parameters
    ----------
    series : object
        Name of the series.
    event : str
        Name of the event.
    since : pandas.Timestamp
        First month closed.
    monthly : float
        Mean of the latest closed months, in the unit and sign of the series.
    """

    series: object
    event: str
    since: pd.Timestamp
    monthly: float


def still_booked(events: Events) -> tuple[StillBooked, ...]:
    """Find series that a known event has closed and that are booked all the same in their last known month.

    Parameters
    ----------
    events : Events
        The events. What is booked is measured without those given as amounts, such as the cost of winding down.

    Returns
    -------
    tuple of StillBooked
        In the order of the events, a series once.

    Examples
    --------
    >>> from utfall.forecasting.panel import read_panel
    >>> months = pd.date_range("2025-01-01", periods=18, freq="MS")
    >>> panel = read_panel(pd.DataFrame({"unique_id": "rent", "ds": months, "y": -5.0}))
    >>> closing = pd.DataFrame({"unique_id": ["rent"], "start": ["2026-04"], "change": [-1.0]})
    >>> [(found.series, f"{found.since:%Y-%m}", found.monthly) for found in still_booked(Events(closing, panel, 3))]
    [('rent', '2026-04', -5.0)]
    """
    rows, panel = events.rows, events.panel
    last = panel.last[rows.leaf]
    closed = (rows.change <= CLOSED - 1.0) & (rows.start <= last) & (rows.end >= last)
    booked = panel.values - events.at(0).amount[:, : panel.values.shape[1]]
    found: dict[int, StillBooked] = {}
    for row in np.flatnonzero(closed):
        leaf, start, end = int(rows.leaf[row]), max(int(rows.start[row]), 0), int(last[row])
        since = booked[leaf, max(start, end + 1 - LATEST_MONTHS) : end + 1]
        before = booked[leaf, max(start - MONTHS, 0) : start]
        usual = float(np.nanmean(np.abs(before))) if (~np.isnan(before)).any() else 0.0
        monthly = float(np.nan_to_num(since).mean())
        if since[-1] != 0.0 and abs(monthly) > STILL_SHARE * usual and leaf not in found:
            name = str(rows.group_name[rows.group[row]])
            found[leaf] = StillBooked(panel.ids[leaf], name, panel.dates(np.array([start]))[0], monthly)
    return tuple(found.values())


def closings_told(found: tuple[StillBooked, ...]) -> tuple[str, ...]:
    """Tell which closed series are still booked, one sentence an event and month.

    Parameters
    ----------
    found : tuple of StillBooked
        From `still_booked`.

    Returns
    -------
    tuple of str
        Swedish sentences that name the series.

    Examples
    --------
    >>> rent = StillBooked("hyra", "Flytten", pd.Timestamp("2026-04-01"), -5e3)
    >>> closings_told((rent,))[0].replace(chr(160), " ")  # doctest: +ELLIPSIS
    'hyra är stängd sedan april 2026 (Flytten) men bokförs fortfarande, −5 000 kr i månaden. Prognosen räknar med...
    """
    together: dict[tuple[str, pd.Timestamp], list[StillBooked]] = {}
    for one in found:
        together.setdefault((one.event, one.since), []).append(one)
    sentences = []
    for (event, since), closed in together.items():
        monthly = sum(one.monthly for one in closed)
        because = f" ({event})" if event != UNNAMED else ""
        sentences.append(
            f"{series_named(one.series for one in closed)} är {'stängd' if len(closed) == 1 else 'stängda'} sedan "
            f"{period_name(since)}{because} men bokförs fortfarande, "
            f"{amount(monthly, choose_unit(abs(monthly)))} i månaden. "
            "Prognosen räknar med noll: rätta händelsen eller bokföringen."
        )
    return tuple(sentences)


def shift_reason(shift: LevelShift, row: int, column: int, panel: Panel, events: Events | None = None) -> str:
    """Say why a series jumped: an event whose size is not what the series shows, or a level shift nothing explains.

    Parameters
    ----------
    shift : LevelShift
        A jump that is left in the series when its events are taken out of it.
    row : int
        Row of the series in the panel; beyond its last, a total.
    column : int
        Column of the panel of the first month after the jump.
    panel : Panel
        The series.
    events : Events, optional
        Their events.

    Returns
    -------
    str
        Swedish, without capital or full stop, for the reason of a series. An event of a given size within
        `SAME_TIME` months of the jump is named with both sizes.

    Examples
    --------
    >>> from utfall.forecasting.panel import read_panel
    >>> months = pd.date_range("2024-01-01", periods=4, freq="MS")
    >>> panel = read_panel(pd.DataFrame({"unique_id": "hyra", "ds": months, "y": [-100.0, -100.0, -150.0, -150.0]}))
    >>> raised = pd.DataFrame({"unique_id": ["hyra"], "start": ["2024-03"], "change": [0.25], "name": ["Avtal"]})
    >>> found = shift_reason(LevelShift(0, 2, 1.2, True), 0, 2, panel, Events(raised, panel, 2))
    >>> found.removeprefix(WRONG_SIZE).replace(chr(160), " ")
    'Avtal mars 2024 är angiven till +25,0 %, men serien visar +50,0 %'
    """
    said = _both_sizes(shift, row, column, events) if events and row < len(panel.ids) else ""
    month = short_period(panel.dates(np.array([column]))[0])
    return said or f"nivåskifte {month}, tidigare månader omräknade till nivån därefter"


def _both_sizes(shift: LevelShift, row: int, column: int, events: Events) -> str:
    rows = events.rows
    given = ~rows.unknown & ~(rows.change <= CLOSED - 1.0) & (rows.leaf == row)
    near = np.flatnonzero(given & (np.abs(rows.start - column) <= SAME_TIME))
    if not len(near):
        return ""
    event = int(near[np.argmin(np.abs(rows.start[near] - column))])
    bare = events.at(0).without(events.panel.values)[row]
    after, before = _levels(bare, column, shift)
    if not np.isnan(rows.amount[event]):
        given_size, shown_size = float(rows.amount[event]), float(rows.amount[event]) + after - before
        unit = choose_unit(max(abs(given_size), abs(shown_size)))
        stated, shown = (f"{amount(size, unit, signed=True)} i månaden" for size in (given_size, shown_size))
    elif before != 0.0 and after / before > 0.0:
        change = float(rows.change[event])
        stated, shown = (percent(size, signed=True) for size in (change, (1.0 + change) * after / before - 1.0))
    else:
        return ""
    month = short_period(events.panel.dates(rows.start[[event]])[0])
    name = rows.group_name[rows.group[event]]
    return f"{WRONG_SIZE}{name} {month} är angiven till {stated}, men serien visar {shown}"


def _levels(bare: Array, column: int, shift: LevelShift) -> tuple[float, float]:
    """Level after a jump and before it: of the same calendar months a year earlier, where all of them are known."""
    then = bare[column : column + MONTHS]
    then = then[~np.isnan(then)]
    after = float(then.mean())
    year_before = bare[column - MONTHS : column - MONTHS + len(then)] if column >= MONTHS else bare[:0]
    if len(year_before) and not np.isnan(year_before).any():
        return after, float(year_before.mean())
    # The jump as it was found, which the season of a short history may have taken some of.
    return after, after / shift.size if shift.relative else after - shift.size
