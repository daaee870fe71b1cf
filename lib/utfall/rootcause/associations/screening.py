"""Which of many series move together beyond season, trend, their own persistence and the number of things tried.

Two monthly series that have nothing to do with each other correlate as soon as both have a season or a trend, or are
sluggish. So each series is first reduced to its innovations: what the calendar month, a straight trend and its own
three months before do not foretell (Haugh 1976, *JASA* 71, 378–385). What is left of a series is uncorrelated over
time, and then two independent series correlate by chance alone.

How large chance is, is found by turning signs: where two series are unrelated, the product of their innovations in a
month has either sign. So the signs of the months are turned at random, the same for every pair, and the largest
statistic over all pairs is noted. What exceeds 95 per cent of those is beyond chance, with all that was tried taken
into account (Westfall and Young's max-T). The statistic is scaled by its own squared terms: a single month, however
extreme, makes nothing significant, and months that are restless in both series count for no more than the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

OWN_MONTHS = 3
"""Months of a series' own past that are taken out: enough for AR(1) around a trend, few enough for three years."""

MONTHS_A_YEAR = 12

TAKEN_OUT = MONTHS_A_YEAR + 1 + OWN_MONTHS
"""Coefficients taken out of each series: twelve months, a trend and its own past."""

FEWEST_MONTHS = 36
"""Shortest history from which anything is judged: after what is taken out, half of three years is left."""

TURNS = 999
"""Random turns of the signs."""

SEED = 20_260_101
"""Seed of the turns: the same region gives the same answer every time."""

FAMILY_LEVEL = 0.05
"""Chance that anything at all is found among series that have nothing to do with each other."""

SMALLEST_VARIATION = 1e-4
"""Innovations smaller than this (one ten-thousandth of the level) are rounding, not variation."""

HOLDOUT = 12
"""Months at the end on which an association found before them is tried."""


@dataclass(frozen=True, eq=False)
class Screening:
    """Every pair and lag that was tried.

    Parameters
    ----------
    frame : DataFrame
        ``first, second`` (the pair), ``lag`` (months that the second goes before), ``correlation`` of the innovations,
        ``share`` (its square), ``share_low, share_high`` (95 per cent for all pairs at once), ``slope`` (change in the
        first for one unit of the second), ``beyond_chance`` and ``holds`` (the slope from the months before the last
        twelve foretells those twelve better than no association does).
    months : int
        Months behind each correlation.
    """

    frame: pd.DataFrame
    months: int


def innovations(levels: pd.DataFrame) -> pd.DataFrame:
    """Take the calendar month, a straight trend and its own past out of each series.

    Parameters
    ----------
    levels : DataFrame
        One column a series, one row a month without gaps; in logarithms where changes are relative.

    Returns
    -------
    DataFrame
        The same columns without the first three months. A series that does not vary beyond what is taken out is left
        out.

    Examples
    --------
    >>> months = pd.date_range("2020-01-01", periods=60, freq="MS")
    >>> innovations(pd.DataFrame({"steady": 0.01 * np.arange(60) + (months.month == 7)}, index=months)).columns.tolist()
    []
    """
    values = levels.to_numpy(dtype=np.float64)
    rows = len(values) - OWN_MONTHS
    calendar = np.asarray(levels.index.month)[OWN_MONTHS:, None] == np.arange(1, MONTHS_A_YEAR + 1)  # type: ignore[attr-defined]
    common = np.column_stack([calendar.astype(np.float64), np.linspace(0.0, 1.0, rows)])
    left = {}
    for column, series in zip(levels.columns, values.T, strict=True):
        own = [series[OWN_MONTHS - back : len(series) - back] for back in range(1, OWN_MONTHS + 1)]
        known = np.column_stack([common, *own])
        rest = series[OWN_MONTHS:] - known @ np.linalg.lstsq(known, series[OWN_MONTHS:])[0]
        if rest.std() > SMALLEST_VARIATION:
            left[column] = rest
    return pd.DataFrame(left, index=levels.index[OWN_MONTHS:])


def screen(
    levels: pd.DataFrame, pairs: Sequence[tuple[object, object]], lags: Sequence[int] = (0, 1, 2)
) -> Screening | None:
    """Try every pair at every lag.

    Parameters
    ----------
    levels : DataFrame
        One column a series, one row a month without gaps.
    pairs : sequence of (first, second)
        Columns; the second may go before the first.
    lags : sequence of int, default (0, 1, 2)
        Months by which it does.

    Returns
    -------
    Screening or None
        None when no pair is left whose both series vary.

    Examples
    --------
    >>> generator = np.random.default_rng(0)
    >>> months = pd.date_range("2019-01-01", periods=90, freq="MS")
    >>> visits = generator.normal(0, 0.05, 91)
    >>> levels = {"visits": visits[1:], "cost": visits[:-1] + generator.normal(0, 0.02, 90)}
    >>> tried = screen(pd.DataFrame(levels, index=months), [("cost", "visits")]).frame
    >>> tried.loc[tried["beyond_chance"], "lag"].tolist()
    [1]
    """
    fresh = innovations(levels)
    pairs = [(first, second) for first, second in pairs if first in fresh and second in fresh]
    if not pairs:
        return None
    tried = [(first, second, lag) for lag in lags for first, second in pairs]
    ahead = max(lags)
    of = {column: fresh[column].to_numpy() for column in fresh}
    y = np.column_stack([of[first][ahead:] for first, _, _ in tried])
    x = np.column_stack([of[second][ahead - lag : len(fresh) - lag] for _, second, lag in tried])
    products = y * x
    statistic, limit = _against_chance(products)
    correlation = products.sum(axis=0) / np.sqrt((y**2).sum(axis=0) * (x**2).sum(axis=0))
    low, high = _share_interval(correlation, limit, len(y))
    frame = pd.DataFrame(
        {
            "first": [first for first, _, _ in tried],
            "second": [second for _, second, _ in tried],
            "lag": [lag for _, _, lag in tried],
            "correlation": correlation,
            "share": correlation**2,
            "share_low": low,
            "share_high": high,
            "slope": products.sum(axis=0) / (x**2).sum(axis=0),
            # Both, so that no interval of what is called beyond chance reaches zero.
            "beyond_chance": (np.abs(statistic) > limit) & (low > 0),
            "holds": _holds(y, x),
        }
    )
    return Screening(frame, len(y))


def _against_chance(products: Floats) -> tuple[Floats, float]:
    """Statistic of each pair, and the limit that the largest of them all exceeds by chance once in twenty."""
    months = len(products)
    scaled = products / np.sqrt((products**2).sum(axis=0))
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(TURNS, months))
    largest = np.abs(signs @ scaled).max(axis=1)
    # The twelve months taken out of both series leave fewer free terms than there are products.
    statistic = scaled.sum(axis=0) * np.sqrt((months - MONTHS_A_YEAR) / months)
    return statistic, float(np.quantile(largest, 1 - FAMILY_LEVEL, method="higher"))


def _share_interval(correlation: Floats, limit: float, months: int) -> tuple[Floats, Floats]:
    """Interval of the squared correlation by Fisher's transformation, as wide as the limit for all pairs asks."""
    half = limit / np.sqrt(months - TAKEN_OUT)
    middle = np.arctanh(np.abs(correlation).clip(max=1 - 1e-12))
    return np.tanh(np.maximum(middle - half, 0.0)) ** 2, np.tanh(middle + half) ** 2


def _holds(y: Floats, x: Floats) -> npt.NDArray[np.bool_]:
    """Whether what was found before the last year foretells it: right in sign, and not twice too large in size."""
    before, last = slice(None, -HOLDOUT), slice(-HOLDOUT, None)
    slope = (y[before] * x[before]).sum(axis=0) / np.maximum((x[before] ** 2).sum(axis=0), np.finfo(float).tiny)
    missed = ((y[last] - slope * x[last]) ** 2).sum(axis=0)
    better: npt.NDArray[np.bool_] = missed < (y[last] ** 2).sum(axis=0)
    return better
