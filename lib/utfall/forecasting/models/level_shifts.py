"""Lasting jumps in a series' level, and the history as it would have been on the present level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from utfall.forecasting.models.season import LONG_SEASON_MONTHS, season_of
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.profiles import keeps_one_sign

SPAN = 6
"""Months before and after a jump whose medians are compared."""

FEWEST_AFTER = 3
"""Months a new level must have lasted."""

FEWEST_MONTHS = 30
"""Shorter histories are left as they are: there is no telling a jump from a season."""

SURE_AT = 5.0
"""A jump is one when it is this many times the series' usual change of level over the same span; more where the
new level has lasted for less."""

SMALLEST = 0.1
"""Smallest jump worth correcting, as a share of the level."""

LARGEST = 4.0
"""A ratio of levels beyond this is a start or an end of an activity, not a jump to carry over."""

ABRUPT_SHARE = 0.5
"""Least share of a jump that must come in one month; the rest would be a trend."""

MOST_SHIFTS = 3
"""Jumps looked for in one series."""


@dataclass(frozen=True)
class LevelShift:
    """A lasting jump.

    Parameters
    ----------
    row : int
        Row of the series.
    column : int
        First month on the new level.
    size : float
        Ratio of the new level to the old where `relative`, else their difference.
    relative : bool
        Whether the series is treated in relative terms.
    """

    row: int
    column: int
    size: float
    relative: bool


def at_present_level(values: Array) -> tuple[Array, tuple[LevelShift, ...]]:
    """Move the months before each lasting jump to the level after it.

    A jump is a difference between the medians of the months on either side that is many times what the
    series does otherwise, and that comes abruptly. Series of one sign are moved in proportion, those of mixed
    signs by an amount; a series of one sign that is often empty is left as it is.

    Parameters
    ----------
    values : numpy.ndarray
        Shape ``(series, months)``, the last known month last; ``nan`` before a series' start.

    Returns
    -------
    adjusted : numpy.ndarray
        The same shape; months after the last jump are as they were.
    shifts : tuple of LevelShift
        The jumps, in the order found.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> series = np.r_[np.full(40, 100.0), np.full(10, 160.0)] * rng.normal(1.0, 0.01, 50)
    >>> adjusted, shifts = at_present_level(series[None])
    >>> shifts[0].column, round(shifts[0].size, 1), float(adjusted[0, :40].mean().round(-1))
    (40, 1.6, 160.0)
    """
    adjusted = values.copy()
    found: list[LevelShift] = []
    if values.shape[1] < FEWEST_MONTHS:
        return adjusted, ()
    relative = keeps_one_sign(values)
    filled = np.nan_to_num(values)
    # Moving a series of one sign that is often empty would give it amounts of the other sign.
    movable = relative | ((filled.min(axis=1) < 0.0) & (filled.max(axis=1) > 0.0))
    rows = np.flatnonzero(movable & ((~np.isnan(values)).sum(axis=1) >= FEWEST_MONTHS))
    for _ in range(MOST_SHIFTS):
        if not len(rows):
            break
        columns, sizes = _largest_jump(adjusted[rows], relative[rows])
        jumps = np.flatnonzero(columns > 0)
        for at in jumps:
            row, column, size = int(rows[at]), int(columns[at]), float(sizes[at])
            if relative[row]:
                adjusted[row, :column] *= size
            else:
                adjusted[row, :column] += size
            found.append(LevelShift(row, column, size, bool(relative[row])))
        rows = rows[jumps]
    return adjusted, tuple(found)


def _largest_jump(values: Array, relative: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Array]:
    """First month on the new level (0 for no jump) and size of each series' clearest jump."""
    size = np.nanmean(np.abs(values), axis=1, keepdims=True)
    size[size == 0.0] = 1.0
    scaled = values / size
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.abs(scaled))
    usable = relative & (np.isfinite(logs) | np.isnan(values)).all(axis=1)
    level = np.where(usable[:, None], logs, np.where(relative[:, None], np.nan, scaled))
    season = season_of(level.T, LONG_SEASON_MONTHS)
    bare = level - season[np.arange(level.shape[1]) % MONTHS].T
    change, steps = _changes(bare)
    usual = 1.4826 * _median(np.abs(change))
    # A median of fewer months is less sure, by the root of their number.
    after = np.clip(level.shape[1] - np.arange(level.shape[1]), 1, SPAN)
    limit = np.maximum(SURE_AT * usual[:, None] * np.sqrt(SPAN / after), SMALLEST)
    largest = np.where(relative, np.log(LARGEST), LARGEST)[:, None]
    with np.errstate(invalid="ignore"):
        clear = (np.abs(change) > limit) & (np.abs(change) < largest)
        clear &= np.sign(change) * steps >= ABRUPT_SHARE * np.abs(change)
        score = np.where(clear, np.abs(change) * np.abs(steps), 0.0)
    best = score.argmax(axis=1)
    rows = np.arange(len(values))
    columns = np.where(score[rows, best] > 0.0, best, 0)
    jump = change[rows, best]
    return columns, np.where(relative, np.exp(np.nan_to_num(jump)), np.nan_to_num(jump) * size[:, 0])


def _changes(bare: Array) -> tuple[Array, Array]:
    """Change of the median around each month, and the change in that month alone; ``nan`` at the ends."""
    series, months = bare.shape
    ending = np.concatenate([bare, np.full((series, SPAN - FEWEST_AFTER), np.nan)], axis=1)
    medians = np.median(sliding_window_view(bare, SPAN, axis=1), axis=2)
    after = _median(sliding_window_view(ending[:, months - SPAN + 1 - FEWEST_AFTER + 1 :], SPAN, axis=1))
    change = np.full((series, months), np.nan)
    change[:, SPAN : months - SPAN + 1] = medians[:, SPAN:] - medians[:, : months - 2 * SPAN + 1]
    late = np.arange(months - SPAN + 1, months - FEWEST_AFTER + 1)
    change[:, late] = after[:, -len(late) :] - medians[:, late - SPAN]
    steps = np.full((series, months), np.nan)
    steps[:, 1:] = np.diff(bare, axis=1)
    return change, steps


def _median(values: Array) -> Array:
    """Median of the known values along the last axis; ``nan`` where there are none."""
    ordered = np.sort(values, axis=-1)
    count = (~np.isnan(values)).sum(axis=-1)
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0)[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[-1] - 1)[..., None], axis=-1)[..., 0]
    return np.where(count > 0, (low + high) / 2.0, np.nan)
