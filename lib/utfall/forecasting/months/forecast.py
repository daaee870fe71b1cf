"""The months ahead of every series, with intervals that were tested and totals that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.forecasting.as_written import as_written
from utfall.forecasting.events.effects import Events
from utfall.forecasting.events.words import event_assumptions, event_warnings, no_others
from utfall.forecasting.hierarchy.tree import read_hierarchy, split_leaves
from utfall.forecasting.intervals.pooled import checked_levels
from utfall.forecasting.months.parts import NAMES, PARTS, split, told
from utfall.forecasting.months.restored import Restored
from utfall.forecasting.months.run import ONLY_EVENTS, ForecastRun
from utfall.forecasting.panel import read_panel
from utfall.forecasting.words import coverage_checks, coverage_warnings, error_check, forecast_grade, series_warnings
from utfall.presentation.charts import cumulated, fan
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import amount, choose_unit, period_range
from utfall.presentation.probability import in_percent
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.results import Result

LONGEST_HORIZON = 120
"""Months ahead that may be asked for; beyond ten years a time series says nothing."""

HISTORY_SHOWN = 48
"""Latest known months kept for the chart."""

NO_SERIES = "There is no series in the forecast; hand over at least one."
"""Said when a forecast of nothing is to be drawn."""

ASSUMPTIONS = (
    "Prognosen väger samman upp till åtta sätt att skriva fram seriens egen nivå, trend och säsong; de som felat minst "
    "på senare tid väger mest.",
    "Intervallen har den bredd som täckt felen när samma prognos gjorts från tidigare månader.",
)
"""What every forecast takes for given."""


@dataclass(frozen=True, eq=False, repr=False)
class Forecast(Result):
    """Forecast of monthly series.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``unique_id``, ``ds``, ``mean``, and for each level ``lo-L`` and ``hi-L``; in the unit and sign of the
        input. A missing interval has its reason in ``series``.
    series : pandas.DataFrame
        One row a series and parent: ``unique_id``, ``months`` (of history), ``total`` (sum of the means of the
        months ahead) and ``reason`` (Swedish; empty unless something needs to be said of the series).
    history : pandas.DataFrame
        The latest known months: ``unique_id``, ``ds``, ``y``.
    backtest : pandas.DataFrame
        Every forecast made again from an earlier origin: ``unique_id``, ``origin``, ``ds``, ``forecast``,
        ``naive`` (the same month of the latest year known then), ``actual``. Parents by their own forecast,
        before they were made to add up.
    events : pandas.DataFrame
        What each known event changes: ``unique_id``, ``name``, ``ds``, ``effect``, in the unit and sign of the
        input, against the level of the last known month. Months without an effect have no row.
    refused : pandas.DataFrame
        Faults of series that cannot be read and are left out: ``unique_id``, ``row``, ``reason``.
    all_parts : pandas.DataFrame
        What each mean is made of; see `parts`.
    horizon : int
        Months ahead.
    levels : tuple of float
        Nominal coverage of the intervals, in percent.
    parents : int
        How many of the rows of ``series``, the last ones, are parents.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        How the forecast did in the backtest.
    """

    frame: pd.DataFrame
    series: pd.DataFrame
    history: pd.DataFrame
    backtest: pd.DataFrame
    events: pd.DataFrame
    refused: pd.DataFrame
    all_parts: pd.DataFrame
    horizon: int
    levels: tuple[float, ...]
    parents: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """Evidence grade, from the checks and how many backtests they rest on."""
        return forecast_grade(self.checks, len(self.backtest) // max(self.horizon, 1))

    @property
    def table(self) -> Table:
        """The months ahead of the topmost parent, or the largest series."""
        name = self._name(None)
        shown = self.frame[self.frame["unique_id"] == name]
        level = self.levels[0]
        reason = self.series.loc[self.series["unique_id"] == name, "reason"]
        only_events = len(reason) > 0 and reason.iloc[0] == ONLY_EVENTS
        untested = "beloppet kan inte prövas" if only_events else "för få prövade månader"
        columns = {
            "ds": Column("Månad", "period"),
            "mean": Column("Prognos", "amount"),
            f"lo-{level:g}": Column(f"Lägst ({in_percent(level)} %)", "amount", missing=untested),
            f"hi-{level:g}": Column(f"Högst ({in_percent(level)} %)", "amount", missing=untested),
        }
        others = len(self.series) - 1
        notes = (f"{plural(others, 'serie', 'serier')} till ingår i resultatet.",) if others > 0 else ()
        return Table(shown, "Prognos" if name is None else f"Prognos för {name}", columns, notes=notes)

    def plot(self, series: object | None = None) -> Chart:
        """Draw one series' history and the fan of its forecast.

        Parameters
        ----------
        series : str, optional
            Name of the series or parent; the topmost parent, or the largest series, when left out.

        Returns
        -------
        Chart
            The history and the forecast.

        Raises
        ------
        InvalidParameter
            When there is no such series, or no series at all.
        """
        name = self._name(series)
        if name is None:
            raise InvalidParameter(NO_SERIES)
        known = self.history[self.history["unique_id"] == name].set_index("ds")["y"]
        ahead = self.frame[self.frame["unique_id"] == name].drop(columns="unique_id")
        missing = [column for column in ahead.columns if ahead[column].isna().all()]
        return fan(known, ahead.drop(columns=missing), title=f"{name}: {self._headline(name)}")

    def text(self) -> str:
        """Tell the topmost parent's, or the largest series', sum over the months ahead."""
        name = self._name(None)
        if name is None:
            return "Det finns ingen serie att göra en prognos för."
        return f"{name}: {self._headline(name)}."

    def parts(self, series: object | None = None) -> pd.DataFrame:
        """Split one series' forecast into parts that sum to it.

        Parameters
        ----------
        series : str, optional
            Name of the series or parent; the topmost parent, or the largest series, when left out.

        Returns
        -------
        pandas.DataFrame
            One row a month: ``ds``, ``level`` (mean of the latest twelve known months, on the present level),
            ``trend``, ``season``, ``events``, ``reconciliation`` (what was moved for parts and totals to add up,
            and to stay within the history) and ``mean``, their sum.

        Raises
        ------
        InvalidParameter
            When there is no such series.
        """
        name = self._name(series)
        rows = self.all_parts[self.all_parts["unique_id"] == name]
        return rows.drop(columns="unique_id").reset_index(drop=True)

    def plot_parts(self, series: object | None = None) -> Chart:
        """Draw how level, trend, season and events add up to one series' forecast.

        Parameters
        ----------
        series : str, optional
            As in `parts`.

        Returns
        -------
        Chart
            The forecast, and what it would be with some of its parts only.

        Raises
        ------
        InvalidParameter
            When there is no such series, or no series at all.
        """
        parts = self.parts(series)
        if parts.empty:
            raise InvalidParameter(NO_SERIES)
        sums = parts[[part for part in PARTS if part != "level"]].sum()
        largest = str(sums.abs().idxmax())
        effect = amount(sums[largest], choose_unit(abs(sums[largest])), signed=True)
        title = f"{self._name(series)}: {NAMES[largest].lower()} påverkar mest, sammanlagt {effect}"
        if not sums.any():
            title = f"{self._name(series)}: prognosen är dagens nivå"
        return cumulated(parts.set_index("ds")[list(PARTS)].rename(columns=NAMES), title=title)

    def explain(self, series: object | None = None) -> str:
        """Tell in words what one series' forecast is made of.

        Parameters
        ----------
        series : str, optional
            As in `parts`.

        Returns
        -------
        str
            One Swedish paragraph; every number is in `parts` or `events`.

        Raises
        ------
        InvalidParameter
            When there is no such series.
        """
        parts, name = self.parts(series), self._name(series)
        if parts.empty:
            return "Det finns ingen serie att göra en prognos för."
        return told(name, parts, self.events[self.events["unique_id"] == name])

    def explanation(self, series: object | None = None) -> Prose:
        """Show what `explain` tells, as a paragraph in a notebook.

        Parameters
        ----------
        series : str, optional
            As in `parts`.

        Returns
        -------
        Prose
            The same words.

        Raises
        ------
        InvalidParameter
            When there is no such series.
        """
        return Prose(self.explain(series))

    def _headline(self, name: object) -> str:
        ahead = self.frame[self.frame["unique_id"] == name]
        span = period_range(ahead["ds"].iloc[0], ahead["ds"].iloc[-1])
        total = self.series.loc[self.series["unique_id"] == name, "total"].iloc[0]
        return f"prognosen för {span} är sammanlagt {amount(total, choose_unit(abs(total)))}"

    def _name(self, series: object | None) -> object | None:
        if self.series.empty:
            return None
        if series is None:
            if self.parents:
                return self.series["unique_id"].iloc[-1]
            return self.series["unique_id"].iloc[int(np.nanargmax(self.series["total"].abs()))]
        if series not in set(self.series["unique_id"]):
            raise InvalidParameter(f"There is no series {as_written(series)} in the forecast; use a name in its frame.")
        return series


def forecast(
    series: pd.DataFrame,
    horizon: int,
    *,
    levels: Sequence[float] = (80, 95),
    hierarchy: pd.DataFrame | Mapping[str, str] | None = None,
    events: pd.DataFrame | None = None,
) -> Forecast:
    """Forecast monthly series.

    Parameters
    ----------
    series : pandas.DataFrame
        Columns ``unique_id``, ``ds`` and ``y``. Any unit and any sign: result sign, cost as positive numbers,
        or mixed.
    horizon : int
        Months ahead, from the month after each series' last.
    levels : sequence of float, default (80, 95)
        Nominal coverage of the intervals, in percent, each between 1 and 99.
    hierarchy : pandas.DataFrame or mapping, optional
        Columns ``child`` and ``parent``, or child → parent; parents at several levels by chaining. The
        result then holds the parents too. Parts and totals are forecast apart and reconciled, so that each
        parent is the exact sum of its series.
    events : pandas.DataFrame, optional
        What is known to change a series from a month on: ``unique_id`` (a series, not a parent), ``start`` (first
        month), and where they apply ``end`` (last month), ``change`` (share of the level: −1 closes, 0.034
        raises by 3.4 %) or ``amount`` (a month, in the unit and sign of the series), ``name``, and ``known_from``
        (month it became known). Past events too: the history is put on the level after them. With neither change
        nor amount the size of a past event is estimated from the series, and of one ahead from the past ones of its
        name. An event of the same name each year is expected to return after the last one listed.

    Returns
    -------
    Forecast
        `horizon` rows a series (and parent) in ``.frame``.

    Raises
    ------
    InvalidData
        When the series, the hierarchy or the events cannot be used; each fault names its row.
    InvalidParameter
        When the horizon is not 1 to 120 months, or a level is not a percentage between 1 and 99.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", "2026-09-01", freq="MS")
    >>> rent = pd.DataFrame({"unique_id": "rent", "ds": months, "y": -100.0})
    >>> frame = forecast(rent, 2).frame
    >>> frame["ds"].dt.strftime("%Y-%m").tolist(), frame["mean"].round(2).tolist()
    (['2026-10', '2026-11'], [-100.0, -100.0])
    >>> ended = pd.DataFrame({"unique_id": ["rent"], "start": ["2026-11"], "change": [-0.4]})
    >>> forecast(rent, 2, events=ended).frame["mean"].round(2).tolist()
    [-100.0, -60.0]
    """
    wanted = checked_levels(levels)
    if not isinstance(horizon, int | np.integer) or not 1 <= horizon <= LONGEST_HORIZON:
        raise InvalidParameter(f"horizon is {as_written(horizon)}; give whole months from 1 to {LONGEST_HORIZON}.")
    panel = read_panel(split_leaves(series, hierarchy), common_end=hierarchy is not None)
    tree = read_hierarchy(hierarchy, panel.ids)
    known = Events(events, panel, int(horizon))
    run = ForecastRun(panel, tree, int(horizon), wanted, known)
    restored = Restored(run)
    backtest = restored.backtest()
    extrapolated = (
        (f"Längre fram än {plural(run.tested_steps, 'månad', 'månader')} är intervallens bredd framskriven.",)
        if 0 < run.tested_steps < horizon
        else ()
    )
    return Forecast(
        frame=_frame(restored),
        series=pd.DataFrame(
            {
                "unique_id": tree.ids,
                "months": (~np.isnan(tree.with_parents(panel.values))).sum(axis=1),
                "total": restored.mean.sum(axis=1),
                "reason": run.reason,
            }
        ),
        history=_history(restored),
        backtest=backtest,
        events=restored.event_effects,
        refused=panel.refusals,
        all_parts=split(restored),
        horizon=int(horizon),
        levels=wanted,
        parents=len(tree.members),
        assumptions=(*ASSUMPTIONS, *event_assumptions(known), no_others(known)),
        warnings=(
            *event_warnings(known),
            *series_warnings(panel, tree.ids, run.reason),
            *coverage_warnings(run.too_seldom, tree),
            *extrapolated,
        ),
        checks=(
            *error_check(backtest, "naive", "felet när samma månad förra året upprepas"),
            *coverage_checks(run.coverage),
        ),
    )


def _frame(restored: Restored) -> pd.DataFrame:
    run = restored.run
    steps = np.tile(np.arange(1, run.horizon + 1), run.nodes)
    nodes = np.repeat(np.arange(run.nodes), run.horizon)
    columns = {
        "unique_id": run.tree.ids[nodes],
        "ds": run.panel.dates(run.last[nodes] + steps),
        "mean": restored.mean.ravel(),
    }
    never_negative, never_positive = (sign[nodes] for sign in restored.signs())
    for level, half in restored.half.items():
        low, high = columns["mean"] - half.ravel(), columns["mean"] + half.ravel()
        columns[f"lo-{level:g}"] = np.where(never_negative, np.maximum(low, 0.0), low)
        columns[f"hi-{level:g}"] = np.where(never_positive, np.minimum(high, 0.0), high)
    return pd.DataFrame(columns)


def _history(restored: Restored) -> pd.DataFrame:
    run, values = restored.run, restored.history
    recent = np.arange(values.shape[1]) > (run.last - HISTORY_SHOWN)[:, None]
    nodes, columns = np.nonzero(recent & ~np.isnan(values))
    return pd.DataFrame(
        {
            "unique_id": run.tree.ids[nodes],
            "ds": run.panel.dates(columns),
            "y": values[nodes, columns],
        }
    )
