"""Leaves that have only one of the two amounts: budgeted and not used, or used and not budgeted.

Where this is the habit of a ledger, one more such leaf tells little, however large it is beside the noise of the
leaves that have both amounts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from utfall.rootcause.segments.noise import Noise

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HABIT = 0.01
"""From this share of the leaves on, being without one amount is a habit; below it, each one is an event."""

HEAVY = 0.25
"""A single leaf that is a quarter of all deviations is news, however many others there are like it."""

TOGETHER = 0.5
"""A habit is never spread evenly: units that leave budgets unused leave many, so that two leaves say what one would
if they were independent."""


def voids_of(actual: Floats, expected: Floats) -> Bools:
    """Tell which leaves have one amount only.

    Parameters
    ----------
    actual, expected : array of shape (leaves,)
        Amounts.

    Returns
    -------
    array of bool, shape (2, leaves)
        Leaves that were expected and did not come, and leaves that came unexpected.
    """
    return np.stack([(actual == 0) & (expected != 0), (actual != 0) & (expected == 0)])


def habitual(voids: Bools, deviation: Floats, free: Bools) -> Bools:
    """Tell which leaves without one amount are so by habit.

    Parameters
    ----------
    voids : array of bool, shape (2, leaves)
        From `voids_of`.
    deviation : array of shape (leaves,)
        Actual minus expected.
    free : array of bool, shape (leaves,)
        Leaves without a known cause.

    Returns
    -------
    array of bool, shape (2, leaves)
        Of each kind, none or all but the heaviest.
    """
    light = np.abs(deviation) < HEAVY * np.abs(deviation[free]).sum()
    common = (voids & free).sum(axis=1) >= HABIT * free.sum()
    return voids & light & common[:, None]


def accept(noise: Noise, relative: Floats, habits: Bools, free: Bools) -> Noise:
    """Widen the noise of habitual leaves until each is no stronger evidence than it is rare.

    Parameters
    ----------
    noise : Noise
        Noise of the leaves that have both amounts.
    relative : array of shape (leaves,)
        Deviation of each leaf as a share of its size.
    habits : array of bool, shape (2, leaves)
        From `habitual`.
    free : array of bool, shape (leaves,)
        Leaves without a known cause.

    Returns
    -------
    Noise
        With wider scales where there is a habit.
    """
    scale = noise.scale
    for habit in habits:
        if not habit.any():
            continue
        most = 2 * TOGETHER * np.log(free.sum() / max(1, (habit & free).sum()))
        standard = np.sqrt(noise.degrees * np.expm1(most / (noise.degrees + 1)))
        scale = np.where(habit, np.maximum(scale, np.abs(relative) / max(standard, 1e-3)), scale)
    return replace(noise, scale=scale)
