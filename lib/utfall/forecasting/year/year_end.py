"""Where a year is heading: the year total of every series, with intervals that were tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.forecasting.events.effects import Events
from utfall.forecasting.events.words import event_assumptions, event_warnings, no_others
from utfall.forecasting.hierarchy.tree import read_hierarchy, split_leaves
from utfall.forecasting.intervals.pooled import checked_levels
from utfall.forecasting.panel import MONTHS, Array, read_panel
from utfall.forecasting.words import coverage_checks, error_check, forecast_grade, series_warnings
from utfall.forecasting.year.chance import chance_of_at_least
from utfall.forecasting.year.run import FINISHED, YearEndRun
from utfall.presentation.charts import year_path
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import amount, choose_unit
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.results import Result

ASSUMPTIONS = (
    "Resten av året är medianen av sex sätt att skriva fram seriens egen nivå, trend och säsong.",
    "Intervallen har den bredd som täckt felen när samma prognos gjorts för tidigare år.",
)
"""What every forecast of a year takes for given."""

WEIGHED_TOGETHER = (
    "Delar och summor prognostiseras var för sig och jämkas efter hur de felat tidigare år, så att delarna blir summan."
)
"""Said where totals have a say in their parts' forecasts."""

SUMMED = "Summorna är delarnas prognoser hopräknade: summornas egna prognoser har inte gjort felen mindre tidigare år."
"""Said where totals have none."""

ROWS_SHOWN = 25
"""Rows of the printed table."""


@dataclass(frozen=True, eq=False, repr=False)
class YearEnd(Result):
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
    accumulated : pandas.DataFrame
        The same columns for the year's sum up to and including each remaining month; the last is the year.
    known : pandas.DataFrame
        The year's months with an outcome: ``unique_id``, ``ds``, ``y``.
    spread : pandas.DataFrame
        How far from the mean the year total may be: ``unique_id``, ``lowest`` and ``highest`` (what is booked,
        for a series that has only ever had one sign, else infinite), and for levels from 2 to 99.5 percent
        ``half-L``, half the width of the interval that covers L percent. `probability` reads it.
    backtest : pandas.DataFrame
        One row for each series and earlier year: ``unique_id``, ``year``, ``month``, ``forecast``,
        ``profile`` (last year's profile, to compare with) and ``actual`` year totals.
    refused : pandas.DataFrame
        Series that could not be read and have no forecast: ``unique_id``, ``row`` (from 1, as handed over), ``reason``.
    levels : tuple of float
        Nominal coverage of the intervals, in percent.
    parents : int
        How many of the rows of ``frame``, the last ones, are parents.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        How the forecast did in the backtest.
    """

    frame: pd.DataFrame
    path: pd.DataFrame
    accumulated: pd.DataFrame
    known: pd.DataFrame
    spread: pd.DataFrame
    backtest: pd.DataFrame
    refused: pd.DataFrame
    levels: tuple[float, ...]
    parents: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    def probability(self, series: object, total: float) -> float:
        """Probability that a series' year total is at least `total`.

        Read from the widths that covered the errors of earlier years, the same as the intervals': at the
        lower end of the 80 % interval it is 0.90. As the intervals, it knows that a series which has only had
        one sign will not take back what is booked. Beyond the widest tested interval the probability of
        being further away falls with the square of the distance.

        Parameters
        ----------
        series : str
            Name of the series or parent.
        total : float
            Year total, in the unit and sign of the input: with costs as negative numbers, at least `total`
            is a cost of at most its size.

        Returns
        -------
        float
            From 0 to 1; 0 or 1 for a finished year, and ``nan`` where there is no interval (the reason is in
            ``frame``).

        Raises
        ------
        InvalidParameter
            When there is no such series.

        Examples
        --------
        >>> months = pd.date_range("2018-01-01", "2026-09-01", freq="MS")
        >>> swing = np.where(np.arange(len(months)) * 7 % 10 < 5, 1.0, -1.0)
        >>> rent = pd.DataFrame({"unique_id": "rent", "ds": months, "y": -100.0 + swing})
        >>> result = year_end(rent)
        >>> [round(result.probability("rent", result.frame[end].iloc[0]), 3) for end in ("lo-80", "mean", "hi-95")]
        [0.9, 0.5, 0.025]
        """
        row = self._row(series)
        spread = self.spread[self.spread["unique_id"] == row["unique_id"]].iloc[0]
        half = spread.filter(like="half-")
        levels = np.array([float(name.removeprefix("half-")) for name in half.index])
        bounds = float(spread["lowest"]), float(spread["highest"])
        return chance_of_at_least(total, float(row["mean"]), half.to_numpy(dtype=np.float64), levels, bounds)

    @property
    def grade(self) -> Grade:
        """Evidence grade, from the checks and how many backtests they rest on."""
        return forecast_grade(self.checks, len(self.backtest))

    @property
    def table(self) -> Table:
        """Year totals with intervals; of many series the totals and the largest."""
        shown = self._shown()
        narrow = f"{self.levels[0]:g}"
        untested = "för få prövade år"
        columns = {
            "unique_id": Column("Serie"),
            "to_date": Column("Utfall hittills", "amount"),
            "mean": Column("Prognos helår", "amount"),
            f"lo-{narrow}": Column(f"Lägst ({narrow} %)", "amount", missing=untested),
            f"hi-{narrow}": Column(f"Högst ({narrow} %)", "amount", missing=untested),
        }
        left_out = len(self.frame) - len(shown)
        notes = (f"{plural(left_out, 'mindre serie', 'mindre serier')} visas inte.",) if left_out else ()
        return Table(shown, f"Helårsprognos {self._years()}", columns, notes=notes)

    def plot(self, series: object | None = None) -> Chart:
        """Draw one series' year month by month, accumulated, with the forecast and its interval.

        Parameters
        ----------
        series : str, optional
            Name of the series or parent; the topmost parent, or the largest series, when left out.

        Returns
        -------
        Chart
            The accumulated outcome and forecast.

        Raises
        ------
        InvalidParameter
            When there is no such series.
        """
        row = self._row(series)
        name, level = row["unique_id"], self.levels[0]
        known = self.known[self.known["unique_id"] == name].set_index("ds")["y"].cumsum()
        ahead = self.accumulated[self.accumulated["unique_id"] == name].set_index("ds")
        tested = ahead[f"lo-{level:g}"].notna().all() and len(ahead) > 0
        columns = ["mean", f"lo-{level:g}", f"hi-{level:g}"] if tested else ["mean"]
        forecast = ahead[columns].set_axis(["mean", "lo", "hi"][: len(columns)], axis=1)
        return year_path(
            known,
            title=f"{name}: {self._headline(row)}",
            forecast=forecast if len(ahead) else None,
            level=int(level),
        )

    def text(self) -> str:
        """Tell the topmost parent's, or the largest series', year total with its interval."""
        if self.frame.empty:
            return "Det finns ingen serie att göra en prognos för."
        row = self._row(None)
        level = f"{self.levels[0]:g}"
        sentences = [f"{row['unique_id']}: {self._headline(row)}."]
        if row["to_date"] == row["mean"] and row["reason"] == FINISHED:
            sentences.append("Året är avslutat.")
        elif pd.notna(row[f"lo-{level}"]):
            low, high = (_written(row[f"{edge}-{level}"]) for edge in ("lo", "hi"))
            sentences.append(f"Med {level} procents sannolikhet hamnar helåret mellan {low} och {high}.")
        else:
            sentences.append("Intervallet kan inte beräknas: för få prövade år.")
        return " ".join(sentences)

    def _headline(self, row: pd.Series) -> str:
        return f"helårsprognosen för {row['year']} är {_written(row['mean'])}"

    def _row(self, series: object | None) -> pd.Series:
        if series is None:
            # Parents stand last, the topmost at the end.
            at = len(self.frame) - 1 if self.parents else int(np.argmax(self.frame["mean"].abs()))
            return self.frame.iloc[at]
        found = self.frame[self.frame["unique_id"] == series]
        if found.empty:
            raise InvalidParameter(f"There is no series {series!r} in the forecast; use a name in its frame.")
        return found.iloc[0]

    def _shown(self) -> pd.DataFrame:
        if len(self.frame) <= ROWS_SHOWN:
            return self.frame
        totals = self.frame.iloc[len(self.frame) - self.parents :]
        singles = self.frame.iloc[: len(self.frame) - self.parents]
        largest = singles["mean"].abs().nlargest(max(ROWS_SHOWN - len(totals), 0)).index
        return pd.concat([singles.loc[largest], totals.tail(ROWS_SHOWN)])

    def _years(self) -> str:
        years = sorted(set(self.frame["year"]))
        return "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _written(value: float) -> str:
    return amount(value, choose_unit(abs(value)))


def year_end(
    series: pd.DataFrame,
    *,
    levels: Sequence[float] = (80, 95),
    hierarchy: pd.DataFrame | Mapping[str, str] | None = None,
    reconciled: bool = False,
    events: pd.DataFrame | None = None,
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
        result then holds the parents too, after the series. Each parent is the exact sum of its series, and
        its interval comes from the backtest of that sum.
    reconciled : bool, default False
        Whether the parents are forecast on their own as well, and the series moved so that they add up to
        them, as far as that made earlier years' errors smaller. A series' forecast then depends on what it is
        forecast together with: reports that are to add up must take their numbers from the same call.
    events : pandas.DataFrame, optional
        Known events of the series, as `utfall.forecast` reads them: a contract that ends, a closing, a revision of
        wages or prices. Not together with `reconciled`.

    Returns
    -------
    YearEnd
        One row a series (and parent) in ``.frame``.

    Raises
    ------
    InvalidData
        When the series or the hierarchy cannot be used; each fault names its row.
    InvalidParameter
        When a level is not a percentage between 1 and 99, or both `reconciled` and `events` are asked for.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", "2026-09-01", freq="MS")
    >>> rent = pd.DataFrame({"unique_id": "rent", "ds": months, "y": -100.0})
    >>> year_end(rent).frame[["year", "to_date", "mean"]].to_dict("records")
    [{'year': 2026, 'to_date': -900.0, 'mean': -1200.0}]
    >>> ended = pd.DataFrame({"unique_id": ["rent"], "start": ["2026-12"], "change": [-1.0]})
    >>> year_end(rent, events=ended).frame["mean"].tolist()
    [-1100.0]
    """
    if reconciled and events is not None:
        raise InvalidParameter("Known events cannot be entered in a reconciled forecast yet; leave one of them out.")
    wanted = checked_levels(levels)
    panel = read_panel(split_leaves(series, hierarchy), common_end=hierarchy is not None)
    tree = read_hierarchy(hierarchy, panel.ids)
    known = Events(events, panel, int((MONTHS - panel.month(panel.last)).max(initial=0)))
    run = YearEndRun(panel, tree, wanted, reconciled=reconciled, events=known)
    said = [text if text != FINISHED else "" for text in run.reason]
    return YearEnd(
        frame=_totals(run),
        path=_remaining(run, run.rest, run.path_half, 0.0),
        accumulated=_remaining(run, run.to_date[:, None] + run.rest.cumsum(axis=1), run.accumulated_half, run.to_date),
        known=_known(run),
        spread=_spread(run),
        backtest=run.backtest,
        refused=panel.refusals,
        levels=wanted,
        parents=len(tree.members),
        assumptions=(*_assumptions(run), *event_assumptions(known), no_others(known)),
        warnings=(*series_warnings(panel, tree.ids, said), *event_warnings(known)),
        checks=(
            *error_check(run.backtest, "profile", "felet med förra årets profil"),
            *coverage_checks(run.coverage),
        ),
    )


def _assumptions(run: YearEndRun) -> tuple[str, ...]:
    if not run.reconciled or not run.rest.any():
        return ASSUMPTIONS
    return (*ASSUMPTIONS[:1], WEIGHED_TOGETHER if run.share > 0.0 else SUMMED, *ASSUMPTIONS[1:])


def _totals(run: YearEndRun) -> pd.DataFrame:
    mean = run.to_date + run.rest.sum(axis=1)
    columns = {
        "unique_id": run.tree.ids,
        "year": run.panel.year(run.last),
        "to_date": run.to_date,
        "mean": mean,
        **_edges(run, np.arange(run.nodes), mean, run.half, run.to_date),
        "reason": run.reason,
    }
    return pd.DataFrame(columns)


def _remaining(run: YearEndRun, means: Array, halves: Mapping[float, Array], floor: Array | float) -> pd.DataFrame:
    nodes, months = np.nonzero(np.arange(MONTHS)[None, :] >= run.month[:, None])
    mean = means[nodes, months]
    half = {level: width[nodes, months] for level, width in halves.items()}
    columns = {
        "unique_id": run.tree.ids[nodes],
        "ds": run.panel.dates(run.last[nodes] - run.month[nodes] + 1 + months),
        "mean": mean,
        **_edges(run, nodes, mean, half, np.broadcast_to(floor, run.nodes)[nodes]),
    }
    return pd.DataFrame(columns)


def _edges(
    run: YearEndRun, nodes: NDArray[np.int64], mean: Array, halves: Mapping[float, Array], floor: Array
) -> dict[str, Array]:
    """Interval ends; a series that has only had one sign keeps it in the months to come."""
    never_negative, never_positive = (sign[nodes] for sign in run.signs())
    edges = {}
    for level in run.levels:
        low, high = mean - halves[level], mean + halves[level]
        edges[f"lo-{level:g}"] = np.where(never_negative, np.maximum(low, floor), low)
        edges[f"hi-{level:g}"] = np.where(never_positive, np.minimum(high, floor), high)
    return edges


def _spread(run: YearEndRun) -> pd.DataFrame:
    never_negative, never_positive = run.signs()
    columns = {
        "unique_id": run.tree.ids,
        "lowest": np.where(never_negative, run.to_date, -np.inf),
        "highest": np.where(never_positive, run.to_date, np.inf),
        **{f"half-{level:g}": run.spread[:, number] for number, level in enumerate(run.spread_levels)},
    }
    return pd.DataFrame(columns)


def _known(run: YearEndRun) -> pd.DataFrame:
    """Months of the current year with an outcome."""
    values = run.tree.with_parents(run.panel.values)
    position = np.arange(values.shape[1])
    this_year = (position > (run.last - run.month)[:, None]) & (position <= run.last[:, None])
    nodes, columns = np.nonzero(this_year & ~np.isnan(values))
    dates = run.panel.dates(columns)
    return pd.DataFrame({"unique_id": run.tree.ids[nodes], "ds": dates, "y": values[nodes, columns]})
