"""The forecast of year totals, and how it shows itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.forecasting.as_written import as_written
from utfall.forecasting.months.run import ONLY_EVENTS
from utfall.forecasting.words import forecast_grade
from utfall.forecasting.year.chance import chance_of_at_least
from utfall.forecasting.year.reasons import FINISHED
from utfall.presentation.charts import year_path
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import amount, choose_unit
from utfall.presentation.probability import in_percent
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.results import Result

ROWS_SHOWN = 25
"""Rows of the printed table."""

TOO_FEW_YEARS, UNTRIED = "för få prövade år", "beloppet kan inte prövas"
"""Why there is no interval: few years to test it on, or an amount of an event alone."""


@dataclass(frozen=True, eq=False, repr=False)
class YearEnd(Result):
    """Forecast of each series' year total.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``unique_id``, ``year``, ``to_date`` (sum of the known months, as they are booked), ``late`` (what is expected
        to be booked later on them; zero without vintages), ``mean`` (year total), for each level
        ``lo-L`` and ``hi-L``, and ``reason`` (Swedish; empty unless something needs to be said of the
        series, and always given where a number is missing). In the unit and sign of the input.
    path : pandas.DataFrame
        The remaining months: ``unique_id``, ``ds``, ``mean``, ``lo-L``, ``hi-L``. With ``to_date`` and ``late`` the
        means sum to the mean of the year.
    accumulated : pandas.DataFrame
        The same columns for the year's sum up to and including each remaining month, what is expected to be booked
        later included; the last is the year.
    known : pandas.DataFrame
        The year's months with an outcome: ``unique_id``, ``ds``, ``y``.
    spread : pandas.DataFrame
        How far from the mean the year total may be: ``unique_id``, ``lowest`` and ``highest`` (what is booked,
        for a series that has only ever had one sign, else infinite), and for levels from 2 to 99.5 percent
        ``half-L``, half the width of the interval that covers L percent. `probability` reads it.
    backtest : pandas.DataFrame
        One row for each series and earlier year: ``unique_id``, ``year``, ``month``, ``forecast``,
        ``profile`` (last year's profile of what was booked then, to compare with) and ``actual`` year totals.
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
        >>> from utfall.forecasting import year_end
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
        level = self.levels[0]
        low, high = f"lo-{level:g}", f"hi-{level:g}"
        without = shown.loc[shown[low].isna(), "reason"]
        untested = UNTRIED if len(without) and (without == ONLY_EVENTS).all() else TOO_FEW_YEARS
        columns = {
            "unique_id": Column("Serie"),
            "to_date": Column("Utfall hittills", "amount"),
            **({"late": Column("Väntad sen bokföring", "amount")} if self.frame["late"].any() else {}),
            "mean": Column("Prognos helår", "amount"),
            low: Column(f"Lägst ({in_percent(level)} %)", "amount", missing=untested),
            high: Column(f"Högst ({in_percent(level)} %)", "amount", missing=untested),
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
            When there is no such series, or no series at all.
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
            level=level,
        )

    def text(self) -> str:
        """Tell the topmost parent's, or the largest series', year total with its interval."""
        if self.frame.empty:
            return "Det finns ingen serie att göra en prognos för."
        row = self._row(None)
        level = self.levels[0]
        sentences = [f"{row['unique_id']}: {self._headline(row)}."]
        if row["to_date"] == row["mean"] and row["reason"] == FINISHED:
            sentences.append("Året är avslutat.")
        elif pd.notna(row[f"lo-{level:g}"]):
            low, high = (_written(row[f"{edge}-{level:g}"]) for edge in ("lo", "hi"))
            sentences.append(f"Med {in_percent(level)} procents sannolikhet hamnar helåret mellan {low} och {high}.")
        else:
            why = UNTRIED if row["reason"] == ONLY_EVENTS else TOO_FEW_YEARS
            sentences.append(f"Intervallet kan inte beräknas: {why}.")
        return " ".join(sentences)

    def _headline(self, row: pd.Series) -> str:
        return f"helårsprognosen för {row['year']} är {_written(row['mean'])}"

    def _row(self, series: object | None) -> pd.Series:
        if series is None and self.frame.empty:
            raise InvalidParameter("There is no series in the forecast; hand over at least one.")
        if series is None:
            # Parents stand last, the topmost at the end.
            at = len(self.frame) - 1 if self.parents else int(np.argmax(self.frame["mean"].abs()))
            return self.frame.iloc[at]
        found = self.frame[self.frame["unique_id"] == series]
        if found.empty:
            raise InvalidParameter(f"There is no series {as_written(series)} in the forecast; use a name in its frame.")
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
