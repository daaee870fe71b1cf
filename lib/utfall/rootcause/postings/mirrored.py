"""Lasting shifts of an account's months, and pairs of them that mirror each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.rootcause.comparison import Comparison
from utfall.rootcause.postings.account_months import MONTHS, UNIT_SHARE

HISTORY_MONTHS = 24
"""Months before the year: twelve to compare with and twelve to see how such comparisons vary."""

LASTING_MONTHS = 3
"""A shift has lasted when it is there in this many months; a month or two is a matter of periodisation."""

SIGMAS = 6.0
"""Standard deviations each of the two shifts must be out, by the months' own variation."""

ALIKE_SIGMAS = 3.0
"""What is left when the two shifts are added is noise within this many standard deviations."""

ALIKE_SHARE = 0.25
"""It is also at most this share of the smaller of them: two changes that only happen in the same month are seldom that
alike."""

ROUNDING_SHARE = 0.01
"""What is left may be this share of the smaller shift even where the accounts do not vary at all."""

ACCOUNT_SHARE = 0.1
"""A shift is at least this share of its account's usual month."""

HELD_SHARE = 0.5
"""A month is shifted when it is so by more than this share of the shift; and the deviation since the start holds at
least this share of it, or the budget moved along."""

EXCEPTIONS = 0.2
"""Most of the months after the start that may not be shifted, and of those before it that may be."""

STARTS_APART = 1
"""Noise may hide by a month when each of two shifts began; together they then tell it."""


@dataclass(frozen=True, eq=False)
class Shifts:
    """The lasting shifts: one row an account at a unit.

    Attributes
    ----------
    keys : DataFrame
        ``area, unit, line, account, kind``, and ``deviation`` of the year so far.
    changes : ndarray of float
        Each month of the year before and of the year so far against the same month a year before.
    start : ndarray of int
        Month of the year (0 is January) from which the shift is clearest.
    """

    keys: pd.DataFrame
    changes: NDArray[np.float64]
    start: NDArray[np.int64]


@dataclass(frozen=True)
class Move:
    """Two shifts that mirror each other.

    Attributes
    ----------
    rows : (int, int)
        Rows of `Shifts.keys`: where cost or income decreased, and where it increased.
    start : int
        Month of the year (0 is January) from which both are shifted.
    sizes : (float, float)
        Mean shift a month of each, SEK in result sign.
    left : float
        Their sum as a share of the smaller.
    """

    rows: tuple[int, int]
    start: int
    sizes: tuple[float, float]
    left: float


def lasting_shifts(comparison: Comparison) -> Shifts:
    """Find the lasting shifts among all accounts of the node, where the deviation holds them.

    Parameters
    ----------
    comparison : Comparison
        The node, the months and what they are compared with.

    Returns
    -------
    Shifts
    """
    region, period = comparison.region, comparison.period
    first = comparison.since - pd.DateOffset(months=HISTORY_MONTHS)
    frame = region.amounts(
        ["area", "unit", "account", "line", "kind", "period"],
        unit=comparison.node.code,
        since=first,
        until=period,
        structure=period,
    )
    row = frame.groupby(["unit", "account"], sort=True).ngroup().to_numpy()
    keys = frame[["area", "unit", "line", "account", "kind"]].iloc[np.unique(row, return_index=True)[1]]
    month = (12 * (frame["period"].dt.year - first.year) + frame["period"].dt.month - first.month).to_numpy()
    actual, budget = np.zeros((2, len(keys), HISTORY_MONTHS + period.month))
    actual[row, month], budget[row, month] = frame["actual"], frame["budget"]
    changes = actual[:, MONTHS:] - actual[:, :-MONTHS]  # against the same month a year before: season is no shift
    deviations = actual[:, HISTORY_MONTHS:] - budget[:, HISTORY_MONTHS:]
    if comparison.against == "previous_year":
        deviations = changes[:, MONTHS:]
    start = _clearest(changes)
    size, error = _size(changes, start)
    level = np.abs(np.median(actual[:, MONTHS:HISTORY_MONTHS], axis=1))
    unit = pd.factorize(keys["unit"])[0]
    floor = np.maximum(ACCOUNT_SHARE * level, UNIT_SHARE * np.bincount(unit, level, minlength=1)[unit])
    since_start = np.arange(period.month) >= start[:, None]
    held = (deviations * since_start).sum(axis=1) / since_start.sum(axis=1) * np.sign(size)
    clear = (np.abs(size) >= np.maximum(SIGMAS * error, floor)) & (held >= HELD_SHARE * np.abs(size)) & (size != 0)
    keys = keys.assign(deviation=deviations.sum(axis=1).round(2))[clear].reset_index(drop=True)
    return Shifts(keys, changes[clear], start[clear])


def _clearest(changes: NDArray[np.float64]) -> NDArray[np.int64]:
    """Month of the year that parts each series best in a before and an after (least squares)."""
    months = changes.shape[1]
    starts = range(MONTHS, months - LASTING_MONTHS + 1)
    gaps = np.array([changes[:, at:].mean(axis=1) - changes[:, :at].mean(axis=1) for at in starts])
    weights = np.array([at * (months - at) / months for at in starts])
    return np.asarray(np.argmax(weights[:, None] * gaps**2, axis=0), dtype=np.int64)


def _size(changes: NDArray[np.float64], start: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean shift a month from each start and its standard error; the size is zero where the months do not part."""
    at, months = start + MONTHS, changes.shape[1]
    after = np.arange(months) >= at[:, None]
    before = np.where(after, 0.0, changes).sum(axis=1) / at
    shift = changes - before[:, None]
    size = np.where(after, shift, 0.0).sum(axis=1) / (months - at)
    spread = np.sqrt(np.where(after, 0.0, shift**2).sum(axis=1) / (at - 1))
    shifted = shift * np.sign(size)[:, None] > HELD_SHARE * np.abs(size)[:, None]
    lasts = (~shifted & after).sum(axis=1) <= EXCEPTIONS * (months - at)
    new = (shifted & ~after).sum(axis=1) <= EXCEPTIONS * at
    return np.where(lasts & new, size, 0.0), spread * np.sqrt(1 / at + 1 / (months - at))


def mirrored_shifts(shifts: Shifts) -> list[Move]:
    """Pair the shifts that mirror each other, within a unit or on one account within an area.

    Parameters
    ----------
    shifts : Shifts
        The shifts.

    Returns
    -------
    list of Move
        The most alike first; each shift is in one at most.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> changes = rng.normal(0, 5, (2, 22)) + np.array([[100.0], [-100.0]]) * (np.arange(22) >= 15)
    >>> keys = pd.DataFrame({"area": "A", "unit": "K1", "line": "other", "account": ["5710", "6010"], "kind": "cost"})
    >>> [(move.rows, move.start) for move in mirrored_shifts(Shifts(keys, changes, np.array([3, 3])))]
    [((0, 1), 3)]
    """
    keys, size = shifts.keys, _size(shifts.changes, shifts.start)[0]
    unit, area, account, kind = (pd.factorize(keys[name])[0] for name in ("unit", "area", "account", "kind"))
    near = unit[:, None] == unit
    near |= (area[:, None] == area) & (keys["area"] != "").to_numpy() & (account[:, None] == account)
    near &= (kind[:, None] == kind) & (np.abs(shifts.start[:, None] - shifts.start) <= STARTS_APART)
    # More cost is a shift downwards in result sign, more income one upwards.
    decreased = (size > 0) == (keys["kind"] == "cost").to_numpy()
    pairs = np.argwhere(near & decreased[:, None] & ~decreased & (size[:, None] * size < 0))
    found = [move for pair in pairs if (move := _mirrored(shifts, int(pair[0]), int(pair[1])))]
    moves: list[Move] = []
    used: set[int] = set()
    for move in sorted(found, key=lambda move: move.left):
        if not used & set(move.rows):
            moves.append(move)
            used |= set(move.rows)
    return moves


def _mirrored(shifts: Shifts, one: int, other: int) -> Move | None:
    """Judge two shifts from the start that their difference tells: both clear there, and alike."""
    both = shifts.changes[[one, other]]
    start = _clearest(both[:1] - both[1:])
    size, error = _size(both, np.repeat(start, 2))
    smaller, left = np.abs(size).min(), abs(size.sum())
    noise = max(ALIKE_SIGMAS * float(np.hypot(*error)), ROUNDING_SHARE * smaller)
    clear = (np.abs(size) >= SIGMAS * error).all() and smaller > 0
    if not clear or left > min(noise, ALIKE_SHARE * smaller):
        return None
    return Move((one, other), int(start[0]), (float(size[0]), float(size[1])), float(left / smaller))
