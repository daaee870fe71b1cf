"""Cost in fixed prices: what of a change in cost since last year is price, by the index of each cost line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.presentation.numbers import period_name, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words
from utfall.region import a_year_before, months_between, year_start
from utfall.region.registers import ReportLine
from utfall.rootcause.comparison import Comparison

YEARS_BEFORE_LAST = 5
"""Years before last year that are shown: a trend is seen, and the organisation is still the same enough."""

RULE = (
    "Fasta priser: varje månads kostnad räknas om med postens prisindex för samma månad i år delat med månadens eget "
    "index. Prisdelen är förra årets kostnad i årets priser minus förra årets kostnad; den reala delen är resten."
)
"""The rule of the split, as it is told in a report."""


@dataclass(frozen=True, eq=False)
class FixedPrices:
    """Cost of a node's lines in nominal and in this year's prices. Amounts are in result sign.

    Parameters
    ----------
    lines : DataFrame
        One row a cost line: ``line, name, index, before`` and ``after`` (nominal, last year's months and this year's),
        ``fixed_before`` (last year's in this year's prices), ``price_part`` and ``real_part`` (SEK, sum to
        ``after - before``), and the shares ``nominal_growth, price_growth, real_growth`` of cost. What needs an index
        is missing where there is none that can be used, and ``reason`` says why.
    years : DataFrame
        ``year, nominal, fixed``: the same months of each year, all cost lines. Lines without a usable index are
        nominal in both; ``fixed`` is missing for a year that an index used this year does not reach.
    indices : DataFrame
        One row an index in use: ``index, lines, change`` (this year's mean over last year's, a share),
        ``outcome_until`` (last month of the span that is outcome), ``forecast_months`` (months of the span that are
        forecasts) and ``source``.
    forecast : tuple of Timestamp
        Months of this year's span in which any index is a forecast.
    since, period : Timestamp
        First and last month of this year's span.
    """

    lines: pd.DataFrame
    years: pd.DataFrame
    indices: pd.DataFrame
    forecast: tuple[pd.Timestamp, ...]
    since: pd.Timestamp
    period: pd.Timestamp

    @property
    def deflated(self) -> pd.DataFrame:
        """The lines whose price part is known."""
        return self.lines[self.lines["price_part"].notna()]

    @property
    def nominal_only(self) -> pd.DataFrame:
        """The lines that are shown in nominal prices only."""
        return self.lines[self.lines["price_part"].isna()]

    @property
    def index_table(self) -> Table:
        """Each price index in use, with status and source."""
        columns = {
            "index": Column("Prisindex"),
            "lines": Column("Används för"),
            "change": Column("Förändring mot förra året", "percent"),
            "outcome_until": Column("Utfall till och med", "period", missing="alla månader är prognos"),
            "forecast_months": Column("Därefter prognos", "number", unit="månader"),
            "source": Column("Källa"),
        }
        caption = f"Prisindex som används, {period_range(self.since, self.period)}"
        return Table(self.indices, caption, columns)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was not deflated and why, and which months of the index are forecasts."""
        said = [
            f"Visas bara i löpande priser: {list_words(rows['name'])} ({reason})."
            for reason, rows in self.nominal_only.groupby("reason", sort=False)
        ]
        if self.forecast:
            months = list_words(_spans(self.forecast))
            said.append(f"Prisindex är prognos för {months}; pris- och realdelen ändras när utfallet kommer.")
        if self.years["fixed"].isna().any() and len(self.deflated):
            missing = list_words(str(year) for year in self.years.loc[self.years["fixed"].isna(), "year"])
            said.append(f"Fasta priser saknas för {missing}, som något prisindex inte når.")
        return tuple(said)


def fixed_prices(comparison: Comparison) -> FixedPrices:
    """Split the change in each cost line since last year into price and the rest.

    Parameters
    ----------
    comparison : Comparison
        The node and the months; the ledger must hold the same months of last year.

    Returns
    -------
    FixedPrices
        Earlier years in this year's organisation.
    """
    region, period = comparison.region, comparison.period
    years = _years(comparison)
    lines = [line for line in region.accounts.lines if line.kind == "cost"]
    amounts = region.amounts(
        ["line", "period"],
        unit=comparison.node.code,
        since=pd.Timestamp(years[0], 1, 1),
        until=period,
        lines=[line.line for line in lines],
        structure=period,
    )
    cost = amounts.pivot_table(index="period", columns="line", values="actual", aggfunc="sum")
    index = _index_values(comparison)
    rows, by_year = [], []
    for line in lines:
        if line.line not in cost:
            continue
        nominal = _by_year(cost[line.line], years, period)
        if not nominal.fillna(0.0).to_numpy().any():  # budgeted, but never booked
            continue
        level = _by_year(index[line.price_index], years, period) if line.price_index is not None else None
        fixed, reason = _deflated(line, nominal, level)
        now, last = years[-1], years[-2]
        rows.append(_line_row(line, nominal[now].sum(), nominal[last].sum(), fixed[last], reason))
        sums = nominal.sum()
        by_year.append(pd.DataFrame({"year": years, "nominal": sums, "fixed": sums if reason else fixed}))
    columns = ["line", "name", "index", "before", "after", "fixed_before", "price_part", "real_part"]
    columns += ["nominal_growth", "price_growth", "real_growth", "reason"]
    frame = pd.DataFrame(rows, columns=columns)
    every = pd.concat(by_year) if by_year else pd.DataFrame(columns=["year", "nominal", "fixed"])
    totals = every.groupby("year").sum(skipna=False).round(2).reset_index()
    indices, forecast = _indices(comparison, frame[frame["price_part"].notna()], index)
    return FixedPrices(frame, totals, indices, forecast, comparison.since, period)


def _years(comparison: Comparison) -> list[int]:
    """Years whose months the ledger holds from January, this year last."""
    first = comparison.region.first_period
    earliest = first.year if first == year_start(first) else first.year + 1
    return list(range(max(earliest, comparison.period.year - 1 - YEARS_BEFORE_LAST), comparison.period.year + 1))


def _index_values(comparison: Comparison) -> pd.DataFrame:
    """Every price index by month; zero and below are no index."""
    if "price_index" not in comparison.region.tables:
        return pd.DataFrame()
    rows = comparison.region.table("price_index")
    wide = rows.pivot_table(index="period", columns="index", values="value", aggfunc="mean")
    return wide.where(wide > 0)


def _by_year(series: pd.Series, years: list[int], period: pd.Timestamp) -> pd.DataFrame:
    """Months January to the comparison's last as rows, years as columns."""
    columns = {}
    for year in years:
        months = months_between(pd.Timestamp(year, 1, 1), pd.Timestamp(year, period.month, 1))
        columns[year] = series.reindex(months).to_numpy()
    return pd.DataFrame(columns, index=range(1, period.month + 1))


def _deflated(line: ReportLine, nominal: pd.DataFrame, level: pd.DataFrame | None) -> tuple[pd.Series, str]:
    """Cost of each year in this year's prices; missing for a year whose index is, and why last year's is missing."""
    now, last = nominal.columns[-1], nominal.columns[-2]
    if level is None:
        return pd.Series(np.nan, index=nominal.columns), "inget prisindex i kontoregistret"
    fixed = nominal.fillna(0.0).mul(level[now], axis=0).div(level).sum(skipna=False).round(2)
    lacking = [pd.Timestamp(year, month, 1) for year in (last, now) for month in level.index[level[year].isna()]]
    if lacking:
        return fixed, f"prisindex {line.price_index} saknas eller är noll för {list_words(_spans(lacking))}"
    return fixed, ""


def _line_row(line: ReportLine, after: float, before: float, fixed_before: float, reason: str) -> dict[str, object]:
    known = not reason
    return {
        "line": line.line,
        "name": line.name,
        "index": line.price_index or "",
        "before": round(before, 2),
        "after": round(after, 2),
        "fixed_before": fixed_before if known else np.nan,
        "price_part": round(fixed_before - before, 2) if known else np.nan,
        "real_part": round(after - fixed_before, 2) if known else np.nan,
        "nominal_growth": growth(after, before),
        "price_growth": growth(fixed_before, before) if known else np.nan,
        "real_growth": growth(after, fixed_before) if known else np.nan,
        "reason": reason,
    }


def growth(after: float, before: float) -> float:
    """Growth of a cost in result sign, as a share; missing where there was no cost before.

    Examples
    --------
    >>> round(growth(-110.0, -100.0), 3), growth(-110.0, 0.0)
    (0.1, nan)
    """
    return after / before - 1 if before < 0 else np.nan


def _indices(
    comparison: Comparison, deflated: pd.DataFrame, values: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[pd.Timestamp, ...]]:
    """Status and source of each index in use over this year's months."""
    columns = ["index", "lines", "change", "outcome_until", "forecast_months", "source"]
    if deflated.empty:
        return pd.DataFrame(columns=columns), ()
    rows = comparison.region.table("price_index")
    used = rows[rows["index"].isin(deflated["index"])]
    span = used[(used["period"] >= comparison.since) & (used["period"] <= comparison.period)]
    since_last_year = a_year_before(comparison.since)
    both = used[(used["period"] >= since_last_year) & (used["period"] <= comparison.period)]
    now = values.loc[comparison.since : comparison.period].mean()
    before = values.loc[since_last_year : a_year_before(comparison.period)].mean()
    found = []
    for name, lines in deflated.groupby("index", sort=False):
        mine = span[span["index"] == name]
        found.append(
            {
                "index": name,
                "lines": list_words(lines["name"]),
                "change": now[name] / before[name] - 1,
                "outcome_until": mine.loc[mine["status"] == "outcome", "period"].max(),
                "forecast_months": int((mine["status"] == "forecast").sum()),
                "source": list_words(both.loc[both["index"] == name, "source"].unique()),
            }
        )
    forecast = span.loc[span["status"] == "forecast", "period"].drop_duplicates().sort_values()
    return pd.DataFrame(found, columns=columns), tuple(forecast)


def _spans(months: list[pd.Timestamp] | tuple[pd.Timestamp, ...]) -> list[str]:
    """Months in words, those that follow each other as one span."""
    spans: list[list[pd.Timestamp]] = []
    for month in months:
        if spans and month == spans[-1][-1] + pd.DateOffset(months=1) and month.year == spans[-1][0].year:
            spans[-1].append(month)
        else:
            spans.append([month])
    return [period_range(span[0], span[-1]) if len(span) > 1 else period_name(span[0]) for span in spans]
