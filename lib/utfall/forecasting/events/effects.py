"""Known events as factors and amounts: a history freed from them, and a forecast with them put back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData
from utfall.forecasting.events.read_events import NEVER_ENDS, Columns, read_event_rows
from utfall.forecasting.events.recurring import expected_again
from utfall.forecasting.events.sizes import EXACT, measured_steps, pooled_steps
from utfall.forecasting.panel import MONTHS, Array, Panel

CLOSED = 1e-6
"""A level below this share of what it was is closed: what it would have been cannot be told from it."""


@dataclass(frozen=True)
class EventEffects:
    """What events do to every series of a panel, month by month, as known at one origin.

    The level of reference is that of the origin: an event in force then, before and after changes nothing.

    Parameters
    ----------
    ratio : numpy.ndarray
        Factor on the level, shape ``(series, months + horizon)``; zero while closed.
    amount : numpy.ndarray
        Amounts beside the level, the same shape.
    base_amount : numpy.ndarray
        Those in force at the origin, shape ``(series,)``; they are part of the level.
    spread : numpy.ndarray
        Standard deviation of the logarithm of `ratio`, from sizes that are estimated.
    by_group : tuple of numpy.ndarray
        The factor and the amount of each series-and-name, each relative to the origin.
    expected : numpy.ndarray
        Boolean, shape ``(groups, months + horizon)``: events that are not listed but expected to return.
    size, size_spread : numpy.ndarray
        Logarithm used for the change of each row of the events, and its standard deviation; ``nan`` for amounts and
        for what could not be estimated or was not known.
    origin : numpy.ndarray
        Column of each series' last known month.
    """

    ratio: Array
    amount: Array
    base_amount: Array
    spread: Array
    by_group: tuple[Array, Array]
    expected: NDArray[np.bool_]
    size: Array
    size_spread: Array
    origin: Columns

    def without(self, values: Array) -> Array:
        """Move a history to the level of the origin, as if the events in force there had always been.

        Parameters
        ----------
        values : numpy.ndarray
            Shape ``(series, months)``, in the columns of the panel.

        Returns
        -------
        numpy.ndarray
            The same shape. Months a series was closed repeat the same month of an open year up to the origin, and
            are ``nan`` after it, where there is nothing to compare with.
        """
        months = values.shape[1]
        ratio = self.ratio[:, :months]
        closed = ratio < CLOSED
        with np.errstate(divide="ignore", invalid="ignore"):
            bare = (values - self.amount[:, :months]) / ratio + self.base_amount[:, None]
        bare[closed] = np.nan
        for row in np.flatnonzero((closed & ~np.isnan(values)).any(axis=1)):
            _fill_closed(bare[row], values[row], closed[row], int(self.origin[row]))
        return bare

    def put_back(self, paths: Array, columns: Columns) -> Array:
        """Put the events back on paths that know nothing of them.

        Parameters
        ----------
        paths : numpy.ndarray
            Shape ``(series, steps)``.
        columns : numpy.ndarray
            Column of each step, the same shape.

        Returns
        -------
        numpy.ndarray
            The same shape.
        """
        rows = np.arange(len(paths))[:, None]
        level = paths - self.base_amount[:, None]
        return np.asarray(level * self.ratio[rows, columns] + self.amount[rows, columns])


class Events:
    """The events of a panel, and what they do as known at any origin.

    Parameters
    ----------
    events : pandas.DataFrame or None
        See `read_event_rows`.
    panel : Panel
        The series.
    horizon : int
        Months after each series' last that effects are wanted for.

    Raises
    ------
    InvalidData
        When a row cannot be used; also when the size of an event ahead is left out and none of its name has been.

    Examples
    --------
    >>> from utfall.forecasting.panel import read_panel
    >>> months = pd.date_range("2025-01-01", periods=4, freq="MS")
    >>> panel = read_panel(pd.DataFrame({"unique_id": "rent", "ds": months, "y": [-100.0, -100.0, -103.0, -103.0]}))
    >>> raised = pd.DataFrame({"unique_id": ["rent"], "start": ["2025-03"], "change": [0.03]})
    >>> effects = Events(raised, panel, 2).at(0)
    >>> effects.without(panel.values).round(2).tolist()
    [[-103.0, -103.0, -103.0, -103.0]]
    >>> effects.put_back(np.array([[-103.0]]), np.array([[4]])).tolist()
    [[-103.0]]
    """

    def __init__(self, events: pd.DataFrame | None, panel: Panel, horizon: int) -> None:
        self.panel = panel
        self.rows = read_event_rows(events, panel)
        self.months = panel.values.shape[1] + horizon
        self._known: dict[int, EventEffects] = {}
        now = self.at(0)
        ahead = self.rows.unknown & np.isnan(now.size) & (self.rows.start > now.origin[self.rows.leaf])
        if ahead.any():
            what = "neither change nor amount is given, and no earlier event of the name tells the size."
            numbers = np.flatnonzero(ahead) if events is None else self._row_numbers(events)[ahead]
            raise InvalidData([Fault("events", int(row), what, "Give one of them.") for row in numbers])

    def __bool__(self) -> bool:
        return len(self.rows.leaf) > 0

    def clean(self, panel: Panel) -> Panel:
        """Free a panel from the events known today.

        Parameters
        ----------
        panel : Panel
            The panel the events were read for.

        Returns
        -------
        Panel
            Every month on the level of each series' last.
        """
        return replace(panel, values=self.at(0).without(panel.values))

    def at(self, back: int) -> EventEffects:
        """Effects as they were known so many months before each series' last.

        At an earlier origin an event that had not begun is known when its ``known_from`` says so, and a size that
        is estimated is estimated from the months up to the origin.

        Parameters
        ----------
        back : int
            Months before the last known month.

        Returns
        -------
        EventEffects
            For all months of the panel and the horizon.
        """
        if back not in self._known:
            self._known[back] = self._at(back)
        return self._known[back]

    def _at(self, back: int) -> EventEffects:
        rows = self.rows
        origin = self.panel.last - back
        of_row = origin[rows.leaf]
        # Whoever forecasts today knows what is handed over today.
        known = (rows.start <= of_row) | (rows.known_from <= of_row) | (back == 0)
        size, variance = self._sizes(origin, known)
        relative = known & np.isnan(rows.amount) & ~np.isnan(size)
        groups = len(rows.group_leaf)
        of_group = origin[rows.group_leaf]

        steps = np.zeros((groups, self.months))
        lasting = relative & (size > np.log(CLOSED))
        self._add(steps, lasting, size)
        amount = np.zeros(steps.shape)
        in_amounts = known & ~np.isnan(rows.amount)
        self._add(amount, in_amounts, np.nan_to_num(rows.amount))
        never_ends = np.ones(groups, dtype=bool)
        never_ends[rows.group[rows.end != NEVER_ENDS]] = False
        expected = expected_again(steps, self._starts(lasting), of_group, never_ends)
        expected |= expected_again(amount, self._starts(in_amounts), of_group, never_ends)
        closing = np.zeros(steps.shape)
        self._add(closing, relative & ~lasting, np.ones(len(size)))
        expected |= expected_again(closing, self._starts(relative & ~lasting), of_group, never_ends)

        logs, closed, amount = steps.cumsum(axis=1), closing.cumsum(axis=1) > 0.5, amount.cumsum(axis=1)
        number = np.arange(groups)
        at_origin = np.clip(of_group, 0, self.months - 1)
        logs -= logs[number, at_origin][:, None]
        before = amount[number, at_origin]
        shape = (len(self.panel.ids), self.months)
        of_leaf = np.zeros(shape)
        np.add.at(of_leaf, rows.group_leaf, logs)
        shut = np.zeros(shape)
        np.add.at(shut, rows.group_leaf, closed.astype(float))
        total = np.zeros(shape)
        np.add.at(total, rows.group_leaf, amount)
        base = np.zeros(shape[0])
        np.add.at(base, rows.group_leaf, before)
        return EventEffects(
            ratio=np.where(shut > 0.5, 0.0, np.exp(of_leaf)),
            amount=total,
            base_amount=base,
            spread=self._spread(relative, variance, origin),
            by_group=(np.where(closed, 0.0, np.exp(logs)), amount - before[:, None]),
            expected=expected,
            size=np.where(known & np.isnan(rows.amount), size, np.nan),
            size_spread=np.sqrt(variance),
            origin=origin,
        )

    def _starts(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Months in which the chosen rows start, shape ``(groups, months)``."""
        rows, found = self.rows, np.zeros((len(self.rows.group_leaf), self.months), dtype=bool)
        began = np.flatnonzero(chosen & (rows.start >= 0) & (rows.start < self.months))
        found[rows.group[began], rows.start[began]] = True
        return found

    def _add(self, into: Array, chosen: NDArray[np.bool_], size: Array) -> None:
        """Add sizes at the months they start and take them away after the months they end."""
        rows = self.rows
        inside = chosen & (rows.start < self.months) & (rows.end >= 0)
        np.add.at(into, (rows.group[inside], np.maximum(rows.start[inside], 0)), size[inside])
        ended = inside & (rows.end + 1 < self.months)
        np.add.at(into, (rows.group[ended], rows.end[ended] + 1), -size[ended])

    def _sizes(self, origin: Columns, known: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Logarithm and variance of every known change; those left out are estimated before `origin`."""
        rows = self.rows
        with np.errstate(divide="ignore"):
            size = np.log1p(rows.change)
        variance = np.where(np.isnan(size), np.nan, 0.0)
        unknown = rows.unknown & known
        if not unknown.any():
            return size, variance
        of_row = origin[rows.leaf]
        bare = self._without_given(known)
        for leaf in np.unique(rows.leaf[unknown]):
            mine = np.flatnonzero(unknown & (rows.leaf == leaf) & (rows.start <= of_row))
            mine = mine[np.argsort(rows.start[mine], kind="stable")]
            until = bare[leaf, : max(int(origin[leaf]) + 1, 0)]
            size[mine], variance[mine] = measured_steps(until, rows.start[mine])
        names = rows.group_name[rows.group]
        for name in np.unique(names[unknown].astype(str)):
            alike = np.flatnonzero((names == name) & known & np.isnan(rows.amount) & np.isfinite(_or_nan(size)))
            alike = alike[rows.unknown[alike] | (rows.start[alike] <= of_row[alike])]
            filled = np.union1d(alike, np.flatnonzero((names == name) & unknown))
            moved, left = pooled_steps(size[filled], np.maximum(variance[filled], EXACT))
            estimated = rows.unknown[filled]
            size[filled[estimated]], variance[filled[estimated]] = moved[estimated], left[estimated]
        return size, variance

    def _without_given(self, known: NDArray[np.bool_]) -> Array:
        """Series without the known events of given size, for the others to be measured in."""
        rows = self.rows
        logs = np.zeros((len(rows.group_leaf), self.months))
        amounts = np.zeros(logs.shape)
        given = known & ~np.isnan(rows.change) & (rows.change > CLOSED - 1.0)
        self._add(logs, given, np.log1p(np.where(given, rows.change, 0.0)))
        self._add(amounts, known & ~np.isnan(rows.amount), np.nan_to_num(rows.amount))
        months = self.panel.values.shape[1]
        of_leaf, beside = np.zeros(self.panel.values.shape), np.zeros(self.panel.values.shape)
        np.add.at(of_leaf, rows.group_leaf, logs.cumsum(axis=1)[:, :months])
        np.add.at(beside, rows.group_leaf, amounts.cumsum(axis=1)[:, :months])
        return np.asarray((self.panel.values - beside) / np.exp(of_leaf))

    def _spread(self, relative: NDArray[np.bool_], variance: Array, origin: Columns) -> Array:
        """Uncertainty of the level in each month against that of the origin."""
        rows, spread = self.rows, np.zeros((len(self.panel.ids), self.months))
        position = np.arange(self.months)
        for row in np.flatnonzero(relative & rows.unknown):
            leaf = rows.leaf[row]
            active = (position >= rows.start[row]) & (position <= rows.end[row])
            at_origin = rows.start[row] <= origin[leaf] <= rows.end[row]
            spread[leaf] += variance[row] * (active != at_origin)
        return np.sqrt(spread)

    def _row_numbers(self, events: pd.DataFrame) -> Columns:
        return np.flatnonzero(~events["unique_id"].isin(list(self.panel.refused))) + 1


def _or_nan(values: Array) -> Array:
    return np.where(np.isinf(values), np.nan, values)


def _fill_closed(bare: Array, values: Array, closed: NDArray[np.bool_], origin: int) -> None:
    """Let closed months up to the origin repeat an open year, or have the mean where there is none."""
    open_mean = np.nanmean(bare[: origin + 1]) if (~np.isnan(bare[: origin + 1])).any() else 0.0
    for column in np.flatnonzero(closed[: origin + 1] & ~np.isnan(values[: origin + 1])):
        before = bare[column - MONTHS] if column >= MONTHS else np.nan
        bare[column] = before if not np.isnan(before) else open_mean
