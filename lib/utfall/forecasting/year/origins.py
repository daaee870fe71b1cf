"""What was known at an origin: what was booked, what was expected to be, and on the level of the last month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.events.effects import EventEffects, Events
from utfall.forecasting.intervals.short_histories import LENGTHS, latest
from utfall.forecasting.models.level_shifts import at_present_level
from utfall.forecasting.panel import MONTHS, Array, Panel
from utfall.forecasting.year.known_events import freed, put_back
from utfall.forecasting.year.rest_of_year import rest_of_year
from utfall.forecasting.year.vintages import ROUNDING, Vintages

HISTORY = 120
"""Latest months before an origin that are looked at."""

BACKTEST_YEARS = 5
"""How many earlier years the forecast is made for again, as if they were not yet known."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Past:
    """An earlier year as it was forecast then, beside what came.

    Parameters
    ----------
    booked : numpy.ndarray
        The months known then, as they were booked then, shape ``(series, months)``.
    known : numpy.ndarray
        The same, completed by what was expected to be booked later.
    level : numpy.ndarray
        The same, on the level of the last of them.
    forecast, actual : numpy.ndarray
        The remaining months, shape ``(series, months left)``.
    surplus : numpy.ndarray
        How much more the completed months of that year were than they became, shape ``(series,)``.
    """

    booked: Array
    known: Array
    level: Array
    forecast: Array
    actual: Array
    surplus: Array


class Origins:
    """The series as they were known at the last month, and at the same or another month of earlier years.

    Parameters
    ----------
    panel : Panel
        The series as they are booked now.
    vintages : Vintages
        What was booked late; everything is taken to have been known where there is nothing.
    events : Events, optional
        Known events.
    """

    def __init__(self, panel: Panel, vintages: Vintages, events: Events | None) -> None:
        self.booked_now, self.vintages, self.events = panel, vintages, events
        self.panel = panel
        """The series completed by what is expected to be booked later."""
        if vintages:
            every = np.arange(len(panel.ids))
            values = self._moved(panel.values, panel.last, vintages.expected(every, panel.last))
            self.panel = replace(panel, values=values)

    def booked(self, rows: Rows, back: int, month: int) -> Array:
        """Return the `HISTORY` months up to `month` of the year `back` years before, as they were booked then."""
        end = self._end(rows, back, month)
        values = self.booked_now.values[rows]
        if self.vintages:
            values = self._moved(values, end, -self.vintages.unbooked(rows, end))
        return _window(values, end)

    def known(self, rows: Rows, back: int, month: int, months: int = HISTORY) -> Array:
        """The same completed by what was expected then, from so many months of history."""
        end = self._end(rows, back, month)
        return _window(self._then(rows, end, months), end)

    def final(self, rows: Rows, back: int, month: int) -> Array:
        """The same as they are known now."""
        return _window(self.panel.values[rows], self._end(rows, back, month))

    def expected(self, rows: Rows, month: int) -> Array:
        """What the months of the current year are expected to be completed by, summed by series."""
        end = self._end(rows, 0, month)
        return self.vintages.expected(rows, end)[:, -month:].sum(axis=1)

    def freed(self, rows: Rows, back: int, month: int, months: int = HISTORY) -> Array:
        """The same months as `known`, on the level of the last: as if its events had always been."""
        effects = self._effects(rows, back, month)
        if effects is None:
            return self.known(rows, back, month, months)
        end = self._end(rows, back, month)
        values = self.panel.values
        if self.vintages:
            values = self.panel.values.copy()
            values[rows] = self._then(rows, end, months)
        return freed(effects, values, rows, end[:, None] - np.arange(HISTORY - 1, -1, -1))

    def with_events(self, ahead: Array, rows: Rows, back: int, month: int) -> Array:
        """Put the events of the remaining months back."""
        effects = self._effects(rows, back, month)
        return ahead if effects is None else put_back(effects, ahead, rows, self.ahead(rows, back, month))

    def ahead(self, rows: Rows, back: int, month: int) -> Rows:
        """Columns of the months that remain of the year."""
        return self._end(rows, back, month)[:, None] + 1 + np.arange(MONTHS - month)

    def past(self, rows: Rows, month: int, length: int = LENGTHS[-1]) -> list[Past]:
        """Forecast the years before from `month`, the latest first, seeing only `length` months."""
        backs = range(1, BACKTEST_YEARS + 1)
        seen = HISTORY if length >= LENGTHS[-1] else length
        full = [self.known(rows, back, month, seen) for back in backs]
        known = np.concatenate([latest(part, length) for part in full])
        bare = np.concatenate([latest(self.freed(rows, back, month, seen), length) for back in backs])
        # All years as so many more series: the loop over months is what costs.
        level, _ = at_present_level(bare)
        ahead = rest_of_year(level, month).reshape(len(backs), len(rows), -1)
        forecast = np.concatenate([self.with_events(ahead[back - 1], rows, back, month) for back in backs])
        actual = np.concatenate([self.final(rows, back, MONTHS)[:, -(MONTHS - month) :] for back in backs])
        parts = [part.reshape(len(backs), len(rows), -1) for part in (known, level, forecast, actual)]
        booked, surplus = parts[0], np.zeros((len(backs), len(rows)))
        if self.vintages:
            booked = np.stack([latest(self.booked(rows, back, month), length) for back in backs])
            final = np.stack([self.final(rows, back, month) for back in backs])
            surplus = np.nansum((np.stack(full) - final)[:, :, -month:], axis=2)
        return [Past(*then) for then in zip(booked, *parts, surplus, strict=True)]

    def _then(self, rows: Rows, end: Rows, months: int) -> Array:
        """All months of some series, those up to `end` as they were booked and completed then."""
        if not self.vintages:
            return self.panel.values[rows]
        change = self.vintages.expected(rows, end, months) - self.vintages.unbooked(rows, end)
        return self._moved(self.booked_now.values[rows], end, change)

    def _moved(self, values: Array, end: Rows, change: Array) -> Array:
        """Add a change to the latest months before `end`; what rounding leaves of an amount is nothing."""
        columns = end[:, None] - np.arange(change.shape[1] - 1, -1, -1)
        row, step = np.nonzero((columns >= 0) & (columns < values.shape[1]))
        column = columns[row, step]
        moved = values.copy()
        before = values[row, column]
        after = before + change[row, step]
        moved[row, column] = np.where(np.abs(after) <= ROUNDING * np.abs(before), 0.0, after)
        return moved

    def _end(self, rows: Rows, back: int, month: int) -> Rows:
        """Column of `month` in the year `back` years before the current one."""
        last = self.panel.last[rows]
        return np.asarray(last + month - self.panel.month(last) - MONTHS * back)

    def _effects(self, rows: Rows, back: int, month: int) -> EventEffects | None:
        """What the events do to the series, as known at an origin; all `rows` end in the same calendar month."""
        if self.events is None or not len(rows):
            return None
        return self.events.at(int(self.panel.last[rows[0]] - self._end(rows[:1], back, month)[0]))


def _window(values: Array, end: Rows) -> Array:
    """The `HISTORY` months up to a column of each row."""
    columns = end[:, None] - np.arange(HISTORY - 1, -1, -1)
    inside = (columns >= 0) & (columns < values.shape[1])
    return np.where(inside, np.take_along_axis(values, np.where(inside, columns, 0), axis=1), np.nan)
