"""Since when a series has been what it is: after its first booking and its last lasting jump of level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from utfall.rootcause.signal.process import MONTHS, Bools, Floats, scale_free

SMALLEST_JUMP = 0.1
"""Smallest jump worth starting anew for, as a share of the level: a history is worth more than a small bias."""

JUMP_SIGMAS = 4.0
"""A jump is this many standard deviations of a month between two years' means, where chance alone gives .4."""

ABRUPT_SHARE = 0.67
"""Share of a jump that must come at once, between one quarter and the next: a trend that turns is no jump."""

SHORTEST = 6
"""Months on either side of a jump: a shorter new level is for the judged year to find."""

MEDIAN_RANGE = 0.954
"""Median moving range of a normal series of standard deviation one: unlike the mean, no jump moves it."""

QUARTER = 3
"""Months compared on either side to see whether a change came at once."""

FEWEST_MONTHS = 30
"""With less history than this a jump cannot be told from a season."""


def usable_from(history: Floats) -> tuple[NDArray[np.int64], Bools]:
    """Find the first month of each series' usable history.

    Parameters
    ----------
    history : array of shape (series, months)
        SEK in result sign, the last month last; zero where nothing is booked.

    Returns
    -------
    first : array of int, shape (series,)
        Column of the first usable month; the number of months where nothing is booked at all.
    jumped : array of bool, shape (series,)
        Whether the usable history begins with a jump of level, not with the first booking.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(1.0, 0.02, 60)
    >>> series = np.r_[np.zeros(6), np.full(20, -100.0), np.full(34, -140.0)] * noise
    >>> first, jumped = usable_from(series[None])
    >>> first.tolist(), jumped.tolist()
    ([26], [True])
    """
    if not history.shape[1]:
        return np.zeros(len(history), dtype=np.int64), np.zeros(len(history), dtype=bool)
    booked = history != 0
    first = np.where(booked.any(axis=1), booked.argmax(axis=1), history.shape[1]).astype(np.int64)
    jump = np.zeros(len(history), dtype=np.int64)
    for start in np.unique(first[first <= history.shape[1] - FEWEST_MONTHS]):
        rows = np.flatnonzero(first == start)
        jump[rows] = start + _last_jump(history[rows, start:])
    jumped = jump > first
    return np.where(jumped, jump, first), jumped


def _last_jump(values: Floats) -> NDArray[np.int64]:
    """Column of the last lasting jump of each series; 0 where there is none."""
    count, months = values.shape
    bare = _without_season(scale_free(values)[0])
    sigma = np.median(np.abs(np.diff(bare, axis=1)), axis=1) / MEDIAN_RANGE
    sums = np.concatenate([np.zeros((count, 1)), bare.cumsum(axis=1)], axis=1)

    def mean(begin: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
        return np.asarray((sums[:, end] - sums[:, begin]) / (end - begin))

    at = np.arange(SHORTEST, months - SHORTEST + 1)
    begin, end = np.maximum(at - MONTHS, 0), np.minimum(at + MONTHS, months)
    change, step = mean(at, end) - mean(begin, at), mean(at, at + QUARTER) - mean(at - QUARTER, at)
    trend = np.median(change / (end - begin), axis=1, keepdims=True)  # half a month, for a steady trend
    change, step = change - trend * (end - begin), step - trend * 2 * QUARTER  # a steady trend is no jump
    large = np.abs(change) > np.maximum(JUMP_SIGMAS * sigma, SMALLEST_JUMP)[:, None]
    found = large & (step * np.sign(change) > ABRUPT_SHARE * np.abs(change))
    # The months around a jump are found with it; it is where the step is largest among the last of them.
    last = np.where(found.any(axis=1), found.shape[1] - 1 - found[:, ::-1].argmax(axis=1), -1)
    near = np.arange(found.shape[1]) > (last - SHORTEST)[:, None]
    best = np.where(found & near, np.abs(step), -1.0).argmax(axis=1)
    return np.where(last >= 0, at[best], 0)


def _without_season(values: Floats) -> Floats:
    """Take each calendar month's usual distance from its centred year out; the level and its jumps stay."""
    count, months = values.shape
    weights = np.r_[0.5, np.ones(MONTHS - 1), 0.5] / MONTHS
    centred = sum(weight * values[:, lag : lag + months - MONTHS] for lag, weight in enumerate(weights))
    half = MONTHS // 2
    distance = np.full((count, -(-months // MONTHS) * MONTHS), np.nan)
    distance[:, half : months - half] = values[:, half : months - half] - centred
    season = np.nanmedian(distance.reshape(count, -1, MONTHS), axis=1)
    return np.asarray(values - season[:, np.arange(months) % MONTHS])
