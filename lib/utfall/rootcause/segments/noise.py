"""How much leaves deviate by themselves: their spread by size and by attribute, and the weight of the tails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from utfall.rootcause.segments.unrest import Neighbours, unrest

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEWEST_A_BIN = 60
"""A median of fewer leaves is too rough to fit a curve through."""

MOST_BINS = 12
"""More bins than this only follow chance."""

ROUNDING = 0.28
"""Median size of the difference of two amounts that were both rounded to a grain of one."""

QUARTER_TO_MEDIAN = 2.117
"""The median of a normal variable's absolute value is this many times its 25 per cent quantile."""

SHOWN = 0.95
"""The lower quarter is trusted where at least this share of the leaves deviate by more than their rounding."""

TAIL_QUANTILES = (0.95, 0.98, 0.99)
"""The tails are judged here: far enough out to see them, short of the few leaves that are causes of their own."""

DEGREES = np.array([2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 12.0, 30.0])
"""Tails considered, from heavy to almost normal: no ledger is so normal that ten scales could not happen."""

_MEDIANS = special.stdtrit(DEGREES, 0.75)
_TAILS = [special.stdtrit(DEGREES, 0.5 + quantile / 2) / _MEDIANS for quantile in TAIL_QUANTILES]


@dataclass(frozen=True)
class Noise:
    """Noise of relative deviations: Student's t around zero, with a scale for each leaf.

    Parameters
    ----------
    scale : array of shape (leaves,)
        Positive scale of each leaf's relative deviation.
    degrees : float
        Degrees of freedom: 30 is almost normal, 3 has heavy tails.
    skew : float
        Asymmetry of the bulk, -1 to 1, from its 10, 50 and 90 per cent quantiles.
    """

    scale: Floats
    degrees: float
    skew: float


def fit_noise(
    relative: Floats,
    size: Floats,
    use: Bools,
    grain: float,
    shapes: Floats,
    neighbours: Sequence[Neighbours],
) -> Noise:
    """Fit the noise of the leaves without a known cause, robustly against the causes not yet found.

    Parameters
    ----------
    relative : array of shape (leaves,)
        Deviation of each leaf as a share of its size.
    size : array of shape (leaves,)
        Positive size of each leaf.
    use : array of bool, shape (leaves,)
        Leaves without a known cause; without any, the noise is of scale 1.
    grain : float
        Smallest deviation that the amounts can express; no leaf is believed to be quieter than its rounding.
    shapes : array of shape (shapes, leaves)
        Ways in which a cause moves relative deviations: what a shift of one adds to each.
    neighbours : sequence of Neighbours
        Leaves in the order of each dimension; without any, the noise depends on the size alone.

    Returns
    -------
    Noise
        With a scale for every leaf, also for those not used.
    """
    if not use.any():
        return Noise(np.ones(len(size)), float(DEGREES[-1]), 0.0)
    logs = np.log(size)
    used, used_logs = relative[use], logs[use]
    rounding = ROUNDING * grain / size
    curve = _middle_by_size(used, used_logs, rounding[use])
    middle = np.maximum(curve(logs), rounding)
    middle = np.maximum(middle * unrest(relative / middle, shapes / middle, use, neighbours), rounding)
    standard = used / middle[use]
    absolute = np.maximum(np.abs(used), rounding[use]) / middle[use]
    unit = _middle(absolute[None, :], (np.abs(used) > rounding[use])[None, :])[0]
    degrees = _degrees(_at(absolute, TAIL_QUANTILES) / unit)
    median = float(np.interp(1 / degrees, 1 / DEGREES[::-1], _MEDIANS[::-1]))
    low, centre, high = _at(standard, [0.1, 0.5, 0.9])
    skew = float((high + low - 2 * centre) / (high - low)) if high > low else 0.0
    return Noise(middle * unit / median, degrees, skew)


def _middle_by_size(relative: Floats, logs: Floats, rounding: Floats) -> Callable[[Floats], Floats]:
    """Median absolute relative deviation as a smooth function of the log of the size."""
    # Each leaf at least at its rounding, so that a bin of leaves that were booked to plan is not silent.
    spread = np.maximum(np.abs(relative), rounding)
    bins = int(np.clip(len(logs) // FEWEST_A_BIN, 1, MOST_BINS))
    order = np.argsort(logs, kind="stable")[len(logs) % bins :].reshape(bins, -1)
    at = logs[order[:, order.shape[1] // 2]]
    middle = np.log(_middle(spread[order], (np.abs(relative) > rounding)[order]))
    if bins < 4:
        flat = float(np.median(middle))
        return lambda x: np.full(len(x), np.exp(flat))
    # A line through medians of slopes first: the outermost leaves, the largest ones, lie beyond the last bin.
    i, j = np.triu_indices(bins, 1)
    slope = float(np.clip(np.median((middle[j] - middle[i]) / np.maximum(at[j] - at[i], 1e-9)), -1.0, 0.5))
    bend = np.convolve(np.pad(middle - slope * at, 1, "edge"), [0.25, 0.5, 0.25], "valid")
    return lambda x: np.exp(slope * x + np.interp(x, at, bend))


def _middle(absolute: Floats, shown: Bools) -> Floats:
    """Median of each row, or what its lower quarter says of it where a cause moves every other leaf.

    Where leaves do not show, being within their rounding, the quarter says how many they are and nothing more.
    """
    count = absolute.shape[1]
    parted = np.partition(absolute, [count // 4, count // 2], axis=1)
    quarter, median = parted[:, count // 4], parted[:, count // 2]
    told = shown.mean(axis=1) >= SHOWN
    return np.where(told, np.minimum(median, QUARTER_TO_MEDIAN * quarter), median)


def _at(values: Floats, shares: Sequence[float]) -> Floats:
    """Give the quantiles of values, each the value at that rank."""
    ranks = [min(int(share * len(values)), len(values) - 1) for share in shares]
    return np.partition(values, ranks)[ranks]


def _degrees(ratios: Floats) -> float:
    """Degrees of freedom whose tail quantiles are `ratios` times as far out as the median."""
    thickness = [np.interp(ratio, tail[::-1], 1 / DEGREES[::-1]) for ratio, tail in zip(ratios, _TAILS, strict=True)]
    return float(1 / np.mean(thickness))
