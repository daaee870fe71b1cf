"""What needs to be said of a series beside its forecast, in Swedish."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from utfall.forecasting.events.contradicted import shift_reason
from utfall.forecasting.events.effects import Events
from utfall.forecasting.models.level_shifts import LevelShift
from utfall.forecasting.models.spikes import Spike
from utfall.forecasting.panel import MONTHS, Array, Panel
from utfall.forecasting.year.origins import HISTORY, Rows
from utfall.forecasting.year.rest_of_year import STOPPED_MONTHS, stopped
from utfall.presentation.numbers import short_period

FINISHED = "året är avslutat"
"""Reason of a series whose year has no months left."""

UNTESTED = "för få prövade år för ett intervall"
"""Reason of a series without an interval."""


def shift_reasons(
    panel: Panel, rows: Rows, shifts: tuple[LevelShift, ...], events: Events | None
) -> Iterator[tuple[int, str]]:
    """Say which series had a lasting jump, when, and whether an event says it was of another size.

    Parameters
    ----------
    panel : Panel
        The series.
    rows : numpy.ndarray
        Those that were looked at.
    shifts : tuple of LevelShift
        The jumps, by position among `rows` and among the `HISTORY` months up to each series' last.
    events : Events or None
        Known events.

    Yields
    ------
    row : int
        Row of the panel.
    reason : str
        Swedish.
    """
    for shift in shifts:
        row = int(rows[shift.row])
        yield row, shift_reason(shift, row, _column(panel, row, shift.column), panel, events)


def spike_reasons(panel: Panel, rows: Rows, spikes: tuple[Spike, ...]) -> Iterator[tuple[int, str]]:
    """Say which series had a single odd month in the last year: row of the panel and reason."""
    for spike in spikes:
        if spike.column >= HISTORY - MONTHS:
            row = int(rows[spike.row])
            month = short_period(panel.dates(np.array([_column(panel, row, spike.column)]))[0])
            yield row, f"enstaka avvikande månad {month}, räknad som tillfällig"


def without_doubt(known: Array, length: Rows) -> tuple[NDArray[np.bool_], list[tuple[NDArray[np.bool_], str]]]:
    """Find the nodes that leave nothing to be uncertain about, and what to say of plain nodes.

    Parameters
    ----------
    known : numpy.ndarray
        Months of every node, the last known month last.
    length : numpy.ndarray
        How many each has.

    Returns
    -------
    settled : numpy.ndarray
        Boolean, one a node.
    said : list
        Which nodes, and the reason; a later one replaces an earlier.
    """
    low, high = np.nanmin(known, axis=1), np.nanmax(known, axis=1)
    zero = (low == 0.0) & (high == 0.0)
    constant = (low == high) & (length > MONTHS) & ~zero
    said = [
        (length <= MONTHS, "kort historik: medelvärdet av kända månader"),
        (stopped(known) & ~zero, f"upphörd: inga belopp på minst {STOPPED_MONTHS} månader"),
        (constant, "samma belopp varje månad"),
        (zero, "alla månader är noll"),
    ]
    return zero | constant, said


def _column(panel: Panel, row: int, column: int) -> int:
    """Column of the panel of one of the `HISTORY` months up to a series' last."""
    return int(panel.last[row]) - HISTORY + 1 + column
