"""From effects to kronor: what each measure gave, month by month, without any krona counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.portfolio.block_estimates import BlockEstimate

Array = NDArray[np.float64]

YEAR = 12
"""Months of the full-year rate."""


@dataclass(frozen=True, eq=False)
class Gains:
    """Draws of what one measure gave; SEK, + is better for the result.

    Parameters
    ----------
    monthly : ndarray of shape (draws, months)
        Month by month, the latest last.
    full_year : ndarray of shape (draws,)
        What the whole effect would give in twelve months like the latest ones.
    base : float
        Amount of the measure's cells in those months as it would have been without the measure, on average.
    """

    monthly: Array
    full_year: Array
    base: float

    def plus(self, other: Gains) -> Gains:
        """The same draws of two parts, together."""
        return Gains(self.monthly + other.monthly, self.full_year + other.full_year, self.base + other.base)

    def times(self, share: float) -> Gains:
        """A part of it."""
        return Gains(self.monthly * share, self.full_year * share, self.base * share)


def block_gains(estimate: BlockEstimate, effects: Array, order: Sequence[int]) -> list[Gains]:
    """Turn draws of the effects on one block into kronor.

    A measure is counted on what the ones begun before it left; a later one takes nothing away from it. So what each
    gave adds up to the difference between the booked amount and the one without any measure.

    Parameters
    ----------
    estimate : BlockEstimate
        The block.
    effects : ndarray of shape (draws, claims)
        Full effects on the logarithm of the amount.
    order : sequence of int
        The claims by their start.

    Returns
    -------
    list of Gains
        One a claim, over all months of the block.
    """
    block = estimate.block
    amounts, paths = block.nominal.to_numpy(), estimate.paths
    latest = slice(-min(YEAR, len(amounts)), None)
    scale = YEAR / len(amounts[latest])
    level = np.broadcast_to(amounts, (len(effects), len(amounts))) * np.exp(-effects @ paths.T)
    found: dict[int, Gains] = {}
    for claim in order:
        moved = effects[:, [claim]] * paths[:, claim]
        monthly = -block.sign * level * np.expm1(moved)
        without = level[:, latest].sum(axis=1) * scale
        full_year = -block.sign * without * np.expm1(effects[:, claim] * block.shares[claim])
        found[claim] = Gains(monthly, full_year, float(without.mean()))
        level = level * np.exp(moved)
    return [found[claim] for claim in range(paths.shape[1])]


def planned(per_year: float, path: Array, months: pd.DatetimeIndex, since: pd.Timestamp) -> float:
    """Plan from a month on, by the declared profile.

    Parameters
    ----------
    per_year : float
        SEK per full year.
    path : ndarray of shape (months,)
        Share of the full effect in each month.
    months : DatetimeIndex
        The months.
    since : Timestamp
        First month that counts.

    Returns
    -------
    float
        SEK.

    Examples
    --------
    >>> months = pd.date_range("2025-12-01", periods=3, freq="MS")
    >>> planned(12.0, np.array([0.5, 1.0, 1.0]), months, pd.Timestamp("2026-01-01"))
    2.0
    """
    return float(per_year / YEAR * path[months >= since].sum())
