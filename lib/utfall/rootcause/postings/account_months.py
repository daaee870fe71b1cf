"""The months of each account at each unit: what is usual there, and how far a month or a posting must go beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.rootcause.comparison import Comparison
from utfall.rootcause.postings.high_cost import LINE as PATIENT_LINE

MONTHS = 12

HISTORY_YEARS = 3
"""Most years before the judged one that say what is usual: older months say little of today's account."""

FEWEST_MONTHS = 9
"""Months of a year in which an account must have postings to be judged: an account used now and then has no usual
month, and every posting on it is unusual."""

EARLIER_MONTHS = 3
"""Months before January whose postings may have their counterpart in the year."""

SIGMAS = 6.0
"""Robust standard deviations a month must stray. Shewhart's three would cry wolf: a board has thousands of accounts,
and amounts have heavier tails than the normal curve."""

MAD_SIGMA = 1.4826
"""The median absolute deviation times this is the standard deviation of a normal curve."""

ACCOUNT_SHARE = 0.5
"""A finding is at least this share of the account's usual month."""

UNIT_SHARE = 0.005
"""A finding is at least this share of the unit's usual month, all its accounts added up without their signs."""


@dataclass(frozen=True, eq=False)
class AccountMonths:
    """Monthly sums of each account at each unit, with what is usual.

    Parameters
    ----------
    keys : DataFrame
        One row an account at a unit, sorted: ``unit, account, line``.
    history : ndarray of float, shape (rows, months before January)
        Monthly sums before the year, SEK in result sign; whole years.
    posted : ndarray of bool, shape (rows, months before January)
        Which of them have postings.
    year : ndarray of float, shape (rows, months of the year so far)
        Monthly sums of the year.

    Examples
    --------
    >>> keys = pd.DataFrame({"unit": ["K1"], "account": ["6910"], "line": ["other_costs"]})
    >>> history = np.tile([[-100.0, -104.0, -96.0, -102.0]], 3)
    >>> months = AccountMonths(keys, history, history != 0, np.array([[-98.0, 900.0]]))
    >>> months.level.tolist(), months.limit.round().tolist()
    ([-101.0], [50.0])
    >>> months.beyond.tolist()
    [[-3.0, 5.0, -1.0, 3.0, 1001.0]]
    """

    keys: pd.DataFrame
    history: NDArray[np.float64]
    posted: NDArray[np.bool_]
    year: NDArray[np.float64]

    @cached_property
    def judged(self) -> NDArray[np.bool_]:
        """Which accounts have been used in enough of the last twelve months before the year."""
        return self.posted[:, -MONTHS:].sum(axis=1) >= FEWEST_MONTHS

    @cached_property
    def level(self) -> NDArray[np.float64]:
        """The usual month: the median of the twelve before January."""
        return np.asarray(np.median(self.history[:, -MONTHS:], axis=1))

    @cached_property
    def floor(self) -> NDArray[np.float64]:
        """Smallest amount worth a finding at the account's unit."""
        unit = pd.factorize(self.keys["unit"])[0]
        return np.asarray(UNIT_SHARE * np.bincount(unit, np.abs(self.level))[unit])

    @cached_property
    def limit(self) -> NDArray[np.float64]:
        """How far a month must stray: the largest of four limits.

        `SIGMAS` robust standard deviations of the months round their own year's median, the second largest stray month
        of the history (the largest may be such a mistake as is looked for), `ACCOUNT_SHARE` of the usual month, and
        `UNIT_SHARE` of the unit's. Season and trend are left in, so an account that swings must stray further.
        """
        years = self.history.reshape(len(self.history), -1, MONTHS)
        strays = np.abs(years - np.median(years, axis=2, keepdims=True))
        # A year in which the account was hardly used says nothing of how it varies.
        used = self.posted.reshape(years.shape).sum(axis=2) >= FEWEST_MONTHS
        used[:, -1] = True
        sigma = MAD_SIGMA * _median_of(strays, used)
        second = np.sort(np.where(used[..., None], strays, 0.0).reshape(len(strays), -1), axis=1)[:, -2]
        return np.maximum.reduce([SIGMAS * sigma, second, ACCOUNT_SHARE * np.abs(self.level), self.floor])

    @cached_property
    def beyond(self) -> NDArray[np.float64]:
        """How far each month lies from the usual one: the last three before the year, then the year's."""
        months = np.concatenate([self.history[:, -EARLIER_MONTHS:], self.year], axis=1)
        return np.asarray(months - self.level[:, None])


def account_months(comparison: Comparison) -> AccountMonths | None:
    """Sum each account at each unit by month; postings for single patients' care are left out.

    Parameters
    ----------
    comparison : Comparison
        The node and the year so far.

    Returns
    -------
    AccountMonths or None
        None where the ledger has no whole year before the judged one.
    """
    region, since = comparison.region, comparison.since
    years = min(HISTORY_YEARS, _months(region.first_period, since) // MONTHS)
    if years < 1:
        return None
    start = since - pd.DateOffset(years=years)
    frame = region.amounts(
        ["unit", "account", "line", "period"],
        unit=comparison.node.code,
        since=start,
        until=comparison.period,
        lines=[line.line for line in region.accounts.lines if line.line != PATIENT_LINE],
        structure=comparison.period,
    )
    row = frame.groupby(["unit", "account"], sort=True).ngroup().to_numpy()
    keys = frame[["unit", "account", "line"]].iloc[np.unique(row, return_index=True)[1]].reset_index(drop=True)
    month = (12 * (frame["period"].dt.year - start.year) + frame["period"].dt.month - start.month).to_numpy()
    sums = np.zeros((len(keys), MONTHS * years + comparison.period.month))
    sums[row, month] = frame["actual"].to_numpy()
    history, year = sums[:, : MONTHS * years], sums[:, MONTHS * years :]
    return AccountMonths(keys, history, history != 0.0, year)


def _months(first: pd.Timestamp, last: pd.Timestamp) -> int:
    return MONTHS * (last.year - first.year) + last.month - first.month


def _median_of(strays: NDArray[np.float64], used: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Median over the months of the years used; an unused year sorts to the end and is not counted."""
    ordered = np.sort(np.where(used[..., None], strays, np.inf).reshape(len(strays), -1), axis=1)
    middle = MONTHS * used.sum(axis=1) // 2  # an even number of months, so there are two in the middle
    rows = np.arange(len(strays))
    return np.asarray((ordered[rows, middle - 1] + ordered[rows, middle]) / 2)
