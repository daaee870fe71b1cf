"""How a year is spread over its months, and how divisions vary on their own: from the ledger's past years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

PATTERN_YEARS = 3
"""Past years whose months tell how a year is spread."""

NORMAL_MAD = 1.4826
"""Median absolute deviation to standard deviation, for normal deviations."""

MOST_OWN = 0.25
"""Largest own variation from year to year, as a share: what is above are lines that begin or end."""

MOST_MONTHLY = 0.5
"""Largest variation of a month, as a share of it."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """Months and own variation.

    Attributes
    ----------
    shares : ndarray of shape (12, divisions, lines)
        Share of the year in each month; sums to 1.
    monthly_sd : ndarray of shape (divisions, lines)
        How much a month varies round its share, as a share of it.
    own_sd : ndarray of shape (lines,)
        How much a division's growth differs from the line's growth in all divisions, standard deviation of a year.
    """

    shares: Array
    monthly_sd: Array
    own_sd: Array


def find_patterns(past: pd.DataFrame, shape: tuple[int, int]) -> Patterns:
    """Find them in past whole years.

    Parameters
    ----------
    past : DataFrame
        Öre by month, one column a division and line; the last row is a December.
    shape : tuple of int
        Divisions and lines.

    Returns
    -------
    Patterns
    """
    years = len(past) // 12
    months = past.to_numpy()[len(past) - 12 * years :].reshape(years, 12, *shape)
    totals = months.sum(axis=1)
    late = months[-PATTERN_YEARS:]
    divisor = late.sum(axis=(0, 1))
    usable = (np.abs(divisor) > 0) & (np.abs(late).sum(axis=(0, 1)) < 2 * np.abs(divisor))
    shares = np.full((12, *shape), 1 / 12)
    np.divide(late.sum(axis=0), divisor, out=shares, where=usable)
    monthly = np.zeros(shape)
    yearly = late.sum(axis=1)
    of_year = np.divide(late, yearly[:, None], out=np.zeros(late.shape), where=yearly[:, None] != 0)
    relative = np.divide(of_year, shares, out=np.ones(late.shape), where=usable & (shares != 0)) - 1
    if len(late) > 1:
        # Deviations from a mean of the same few years are too small by their number.
        known = np.sqrt(len(late) / (len(late) - 1))
        monthly = np.clip(NORMAL_MAD * np.median(np.abs(relative), axis=(0, 1)) * known, 0, MOST_MONTHLY)
    return Patterns(shares, np.where(usable, monthly, 0.0), _own_sd(totals))


def _own_sd(totals: Array) -> Array:
    """Spread of divisions' growth round their line's, from year to year."""
    years, divisions, lines = totals.shape
    found = np.zeros(lines)
    if years < 3 or divisions < 2:
        return found
    line_totals = totals.sum(axis=1)
    for at in range(lines):
        before, after = totals[:-1, :, at], totals[1:, :, at]
        kept = (before * after > 0).all(axis=0)
        if kept.sum() < 2 or not (line_totals[:-1, at] * line_totals[1:, at] > 0).all():
            continue
        growth = np.log(after[:, kept] / before[:, kept])
        common = np.log(after[:, kept].sum(axis=1) / before[:, kept].sum(axis=1))
        count = int(kept.sum())
        apart = NORMAL_MAD * float(np.median(np.abs(growth - common[:, None]))) * np.sqrt(count / (count - 1))
        found[at] = min(apart, MOST_OWN)
    return found
