"""Where a year is heading: the year total of every series, with intervals that were tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.forecasting.hierarchy import read_hierarchy, split_leaves
from utfall.forecasting.panel import read_panel
from utfall.forecasting.year_end_run import YearEndRun

MIN_TESTS_B = 200
"""Backtests needed before a passed backtest counts as evidence of grade B."""


@dataclass(frozen=True)
class YearEnd:
    """Forecast of each series' year total.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``unique_id``, ``year``, ``to_date`` (sum of the known months), ``mean`` (year total), for each level
        ``lo-L`` and ``hi-L``, and ``reason`` (Swedish; empty unless something needs to be said of the
        series, and always given where a number is missing). In the unit and sign of the input.
    path : pandas.DataFrame
        The remaining months: ``unique_id``, ``ds``, ``mean``, ``lo-L``, ``hi-L``. With ``to_date`` the means
        sum to the mean of the year.
    backtest : pandas.DataFrame
        One row for each series and earlier year: ``unique_id``, ``year``, ``month``, ``forecast``,
        ``profile`` (last year's profile, to compare with) and ``actual`` year totals.
    levels : tuple of float
        Nominal coverage of the intervals, in percent.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        How the forecast did in the backtest.
    """

    frame: pd.DataFrame
    path: pd.DataFrame
    backtest: pd.DataFrame
    levels: tuple[float, ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """Evidence grade, from the checks and how many backtests they rest on."""
        if not self.checks or not all(check.passed for check in self.checks):
            return Grade.D
        return Grade.B if len(self.backtest) >= MIN_TESTS_B else Grade.C


def year_end(
    series: pd.DataFrame,
    *,
    levels: Sequence[float] = (80, 95),
    hierarchy: pd.DataFrame | Mapping[str, str] | None = None,
) -> YearEnd:
    """Forecast the total of the calendar year each series' last month lies in.

    Parameters
    ----------
    series : pandas.DataFrame
        Monthly series, columns ``unique_id``, ``ds`` and ``y``. Any unit and any sign: result sign, cost as
        positive numbers, or mixed.
    levels : sequence of float, default (80, 95)
        Nominal coverage of the intervals, in percent, each between 1 and 99.
    hierarchy : pandas.DataFrame or mapping, optional
        Columns ``child`` and ``parent``, or child → parent; parents at several levels by chaining. The
        result then holds the parents too, after the series. Each parent is the exact sum of its
        series, and its interval comes from the backtest of that sum.

    Returns
    -------
    YearEnd
        One row a series (and parent) in ``.frame``.

    Raises
    ------
    InvalidData
        When the series or the hierarchy cannot be used; each fault names its row.
    InvalidParameter
        When a level is not a percentage between 1 and 99.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", "2026-09-01", freq="MS")
    >>> rent = pd.DataFrame({"unique_id": "rent", "ds": months, "y": -100.0})
    >>> year_end(rent).frame[["year", "to_date", "mean"]].to_dict("records")
    [{'year': 2026, 'to_date': -900.0, 'mean': -1200.0}]
    """
    wanted = _checked_levels(levels)
    panel = read_panel(split_leaves(series, hierarchy), common_end=hierarchy is not None)
    run = YearEndRun(panel, read_hierarchy(hierarchy, panel.ids), wanted)
    return YearEnd(
        frame=run.frame(),
        path=run.path(),
        backtest=run.backtest,
        levels=wanted,
        assumptions=run.assumptions(),
        warnings=run.warnings(),
        checks=run.checks(),
    )


def _checked_levels(levels: Sequence[float]) -> tuple[float, ...]:
    wanted = tuple(sorted(set(levels)))
    if not wanted or not all(1 <= level <= 99 for level in wanted):
        raise InvalidParameter(
            f"levels is {levels!r}; give percentages between 1 and 99, for example (80, 95)."
        )
    return wanted
