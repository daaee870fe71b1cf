"""Where the year is heading: one node's full-year forecast, summed from its units' report lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade, require_identity
from utfall.followup.forecast_accounts.ledger_then import LedgerThen, as_vintages
from utfall.forecasting import YearEnd, year_end
from utfall.forecasting.events.of_register import events_of
from utfall.forecasting.panel import MONTHS
from utfall.presentation.charts import year_path
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.probability import chance_words
from utfall.presentation.tables import Column, Table
from utfall.region import Region, a_year_before, year_start
from utfall.results import Result

A_SUM = re.compile(r"\b(?:(line|kind):([a-z][a-z0-9_]*)|net\b)")
"""A sum as the forecast calls it."""

KIND_WORDS = {"income": "intäkterna", "cost": "kostnaderna"}
"""Sums of lines of a kind, in Swedish."""

A_SERIES = re.compile(r"([^\s|,:]+)\|([a-z][a-z0-9_]*)")
"""A series as the forecast calls it: ``unit|line``."""

NET = "net"
"""Identifier of the whole node in the forecast."""

HALF_ORE = 0.005
"""SEK by which two sums may differ and still be the same."""


@dataclass(frozen=True, eq=False, repr=False)
class Outlook(Result):
    """Full-year forecast of one node.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        Last month with an outcome.
    frame : DataFrame
        One row a report line, kind of line (``income``, ``cost``) and ``net``: ``key, to_date, late, mean, lo-80,
        hi-80, lo-95, hi-95, budget, previous_year``; SEK in result sign. ``late`` is what is expected to be booked
        later on the months so far; with ``to_date`` and the months that remain it is ``mean``. ``budget`` is missing
        where there is none.
    months : DataFrame
        Accumulated net by month: ``period, actual, previous_year, budget, mean, lo-80, hi-80``.
    budget_chance : float
        Probability that the net of the full year is at least the budget's; 0 or 1 when the year is finished, missing
        where there is no budget or no interval.
    currency : str
        Currency of the amounts.
    """

    unit_name: str
    period: pd.Timestamp
    frame: pd.DataFrame
    months: pd.DataFrame
    budget_chance: float
    currency: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def net(self) -> pd.Series:
        """The row of the whole node."""
        return row_of(self.frame, NET)

    @property
    def finished(self) -> bool:
        """Whether the year has no months left."""
        return self.period.month == MONTHS

    @property
    def money(self) -> Money:
        """How amounts are written."""
        lines = self.frame[~self.frame["key"].isin(["income", "cost", NET])]
        column, _ = self.reference
        return Money.for_deviations(lines["to_date"], lines["mean"] - lines[column], self.currency)

    @property
    def reference(self) -> tuple[str, str]:
        """Column that the forecast is compared with, and what it is called."""
        return ("previous_year", "förra året") if pd.isna(self.net["budget"]) else ("budget", "budget")

    @property
    def table(self) -> Table:
        """Forecast of income, cost and net with intervals."""
        column, words = self.reference
        rows = self.frame.set_index("key").reindex(
            [key for key in ("income", "cost", NET) if key in set(self.frame["key"])]
        )
        names = {"income": "Intäkter", "cost": "Kostnader", NET: "Netto"}
        frame = rows.reset_index().assign(label=[names[key] for key in rows.index])
        frame = frame.assign(deviation=frame["mean"] - frame[column])
        columns = {
            "label": Column("Post"),
            "to_date": Column("Utfall hittills", "amount"),
            **({"late": Column("Väntad sen bokföring", "amount")} if frame["late"].any() else {}),
            "mean": Column("Prognos helår", "amount"),
            "lo-80": Column("Lägst (80 %)", "amount", missing="intervallet kan inte beräknas"),
            "hi-80": Column("Högst (80 %)", "amount", missing="intervallet kan inte beräknas"),
            column: Column("Helårsbudget" if column == "budget" else "Helår förra året", "amount"),
            "deviation": Column(f"Prognos mot {words}", "amount", better="higher"),
        }
        caption = f"Helårsprognos {self.period.year}"
        return Table(
            frame,
            caption,
            columns,
            totals=(-1,),
            notes=self._notes(),
            unit=self.money.unit,
            currency=self.currency,
        )

    def plot(self) -> Chart:
        """Accumulated net month by month, with the forecast and its 80 per cent interval."""
        months = self.months.set_index("period")
        ahead = months[months["actual"].isna()][["mean", "lo-80", "hi-80"]]
        return year_path(
            months["actual"].dropna(),
            title=self._headline(),
            previous_year=_known(months["previous_year"]),
            budget=_known(months["budget"]),
            forecast=ahead if len(ahead) else None,
            unit=self.money.unit,
            currency=self.currency,
        )

    def text(self) -> str:
        """The forecast, its interval, and how it has done before."""
        net = self.net
        sentences = [f"{self._headline()}."]
        if self.finished:
            sentences.append("Året är avslutat.")
        elif pd.notna(net["lo-80"]):
            low, high = (self._amount(net[bound]) for bound in ("lo-80", "hi-80"))
            sentences.append(f"Med 80 procents sannolikhet hamnar helåret mellan {low} och {high}.")
        else:
            sentences.append("Intervallet kan inte beräknas: historiken är för kort.")
        return " ".join([*sentences, *self.late_words, *self.budget_words])

    @property
    def late_words(self) -> tuple[str, ...]:
        """What is expected to be booked later, as a sentence; nothing where that is too little to be written."""
        said = self.money.write(self.net["late"], signed=True)
        if not any(digit in said for digit in "123456789"):
            return ()
        return (f"Av prognosen är {said} sådant som väntas bokföras senare på månaderna hittills.",)

    @property
    def budget_words(self) -> tuple[str, ...]:
        """How likely it is that the budget is kept, as a sentence; nothing where that is not known."""
        if pd.isna(self.budget_chance):
            return ()
        if self.finished:
            return (f"Budgeten hölls{'' if self.budget_chance == 1.0 else ' inte'}.",)
        return (f"Sannolikheten att budgeten hålls är {chance_words(self.budget_chance)}.",)

    def _headline(self) -> str:
        column, words = self.reference
        net = self.net
        forecast = self._amount(net["mean"])
        deviation = self.money.compare(net["mean"] - net[column], words)
        return f"Helårsprognosen är {forecast}, {deviation}"

    def _notes(self) -> tuple[str, ...]:
        failed = [f"{check.name}: {check.detail}" for check in self.checks if not check.passed]
        doubt = (f"Kontroll som inte håller – {'; '.join(failed)}.",) if failed else ()
        return (f"Evidensgrad {self.grade}. {self.grade.explanation}", *doubt, *self.assumptions[:1])

    def _amount(self, value: float) -> str:
        return self.money.write(value)


def year_outlook(region: Region, *, unit: str | None = None, period: str | pd.Timestamp) -> Outlook:
    """Forecast a node's full year from its units' report lines, so that parts sum to wholes at every level.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given.
    period : str or Timestamp
        Last month with an outcome.

    Returns
    -------
    Outlook

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used, or a unit without a single posting.
    IdentityFailed
        When the forecast's outcome so far is not the ledger's.
    """
    return outlook_and_forecast(region, unit=unit, period=period)[0]


def outlook_and_forecast(
    region: Region, *, unit: str | None = None, period: str | pd.Timestamp
) -> tuple[Outlook, YearEnd]:
    """Forecast as `year_outlook`, and give the forecast of every series beside it.

    Parameters
    ----------
    region, unit, period
        As in `year_outlook`.

    Returns
    -------
    outlook : Outlook
        The node's full year.
    forecast : YearEnd
        Its units' lines (``unit|line``), then ``line:…``, ``kind:income``, ``kind:cost`` and ``net``.

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used, or a unit without a single posting.
    IdentityFailed
        When the forecast's outcome so far is not the ledger's, or its parts do not add up to it.
    """
    month = region.period(period)
    node = region.node(unit, month)
    monthly = region.amounts(["unit", "line", "period"], unit=node.code, until=month)
    if monthly.empty:
        raise InvalidParameter(f"{node.name} has no postings through {month:%Y-%m}: there is nothing to follow up yet.")
    series, hierarchy = series_of(region, monthly, month)
    forecast = year_end(
        series,
        hierarchy=hierarchy,
        events=events_of(region, leaves_of_series(series), month),
        vintages=as_vintages(LedgerThen.as_read(region, month, node.code).vintages(month)),
    )
    frame = _frame(region, node.code, month, forecast)
    ledger = region.control_total(unit=node.code, since=year_start(month), until=month)
    net = row_of(frame, NET)
    identities = [require_identity("Prognosens utfall hittills = huvudbokens summa", net["to_date"], ledger)]
    if net["late"]:
        ahead = forecast.path.loc[forecast.path["unique_id"] == NET, "mean"].sum()
        parts = net["to_date"] + net["late"] + ahead
        identities.append(
            require_identity("Utfall hittills + väntad sen bokföring + resten = helårsprognosen", parts, net["mean"])
        )
    outlook = Outlook(
        unit_name=node.name,
        period=month,
        frame=frame,
        months=_months(region, node.code, month, forecast),
        budget_chance=forecast.probability(NET, float(net["budget"]) - HALF_ORE),
        currency=region.currency,
        assumptions=(
            "Prognosen görs för varje enhet och post och summeras, så att delar och helhet stämmer.",
            *forecast.assumptions,
        ),
        warnings=with_names(region, month, forecast.warnings),
        checks=(*identities, *forecast.checks),
        grade=Grade.A if month.month == MONTHS else forecast.grade,  # a finished year is a sum
    )
    return outlook, forecast


def leaves_of_series(series: pd.DataFrame) -> pd.DataFrame:
    """Unit and line of each of `series_of`'s series: ``unique_id, unit, line``.

    Parameters
    ----------
    series : DataFrame
        ``unique_id`` (``unit|line``), ``ds`` and ``y``.

    Returns
    -------
    DataFrame
    """
    leaves = pd.DataFrame({"unique_id": series["unique_id"].unique()})
    leaves[["unit", "line"]] = leaves["unique_id"].str.split("|", n=1, expand=True)
    return leaves


def with_names(region: Region, month: pd.Timestamp, texts: Iterable[str]) -> tuple[str, ...]:
    """Write series as people know them: the unit's name and the line's, for ``unit|line``.

    Parameters
    ----------
    region : Region
        The region.
    month : Timestamp
        Month whose structure names the units.
    texts : iterable of str
        Sentences that name series.

    Returns
    -------
    tuple of str
    """
    units = {node.code: node.name for node in region.organisation.nodes(month)}
    lines = region.accounts.frame.drop_duplicates("line").set_index("line")["name"].to_dict()

    def name(found: re.Match[str]) -> str:
        unit, line = found.groups()
        return f"{units.get(unit, unit)} ({str(lines.get(line, line)).lower()})"

    def name_sum(found: re.Match[str]) -> str:
        kind, key = found.groups()
        if kind is None:
            return "nettot"
        return KIND_WORDS.get(key, key) if kind == "kind" else str(lines.get(key, key)).lower()

    return tuple(A_SUM.sub(name_sum, A_SERIES.sub(name, text)) for text in texts)


def row_of(frame: pd.DataFrame, key: str) -> pd.Series:
    """The row of a report line, a kind of line, or the net."""
    return frame[frame["key"] == key].iloc[0]


def series_of(region: Region, monthly: pd.DataFrame, month: pd.Timestamp) -> tuple[pd.DataFrame, dict[str, str]]:
    """Whole series for each unit and line (a month without postings is 0), and what each adds up to.

    Parameters
    ----------
    region : Region
        The region.
    monthly : DataFrame
        Amounts of one node: ``unit, line, period, actual``.
    month : Timestamp
        Last month with an outcome.

    Returns
    -------
    series : DataFrame
        ``unique_id`` (``unit|line``), ``ds`` and ``y``, SEK in result sign.
    hierarchy : dict
        Child → parent: ``line:…``, ``kind:income`` and ``kind:cost``, and `NET`.
    """
    key = monthly["unit"] + "|" + monthly["line"]
    wide = monthly.assign(key=key).pivot_table(index="period", columns="key", values="actual", aggfunc="sum")
    wide = wide.reindex(pd.date_range(monthly["period"].min(), month, freq="MS")).fillna(0.0)
    series = wide.rename_axis("ds").reset_index().melt("ds", var_name="unique_id", value_name="y")
    kinds = region.accounts.frame.set_index("line")["kind"]
    hierarchy = {leaf: f"line:{leaf.split('|', 1)[1]}" for leaf in wide.columns}
    hierarchy |= {parent: f"kind:{kinds[parent.removeprefix('line:')]}" for parent in set(hierarchy.values())}
    hierarchy |= {parent: NET for parent in set(hierarchy.values()) if parent.startswith("kind:")}
    return series, hierarchy


def _frame(region: Region, code: str, month: pd.Timestamp, forecast: YearEnd) -> pd.DataFrame:
    frame = forecast.frame[~forecast.frame["unique_id"].str.contains("|", regex=False)]
    frame = frame.assign(key=frame["unique_id"].str.replace(r"^(line|kind):", "", regex=True))
    year, december = year_start(month), month.replace(month=12)
    budget = _by_key(region, region.amounts(["line"], unit=code, since=year, until=december, structure=month), "budget")
    last = region.amounts(
        ["line"], unit=code, since=a_year_before(year), until=a_year_before(december), structure=month
    )
    before = _by_key(region, last, "actual")
    if not region.has_budget:
        budget[:] = float("nan")
    if a_year_before(year) < region.first_period:
        before[:] = float("nan")
    columns = ["key", "to_date", "late", "mean", "lo-80", "hi-80", "lo-95", "hi-95"]
    return frame[columns].assign(
        budget=frame["key"].map(budget).astype("float64"),
        previous_year=frame["key"].map(before).astype("float64"),
    )


def _by_key(region: Region, amounts: pd.DataFrame, column: str) -> pd.Series:
    """Amounts by line, by kind of line, and net; every line of the register is there."""
    register = region.accounts.frame.set_index("line")["kind"]
    lines = amounts.set_index("line")[column].reindex(register.index).fillna(0.0)
    kinds = lines.groupby(register).sum()
    return pd.concat([lines, kinds, pd.Series({NET: lines.sum()})])


def _months(region: Region, code: str, month: pd.Timestamp, forecast: YearEnd) -> pd.DataFrame:
    """Accumulated net for each month of the year."""
    year, december = year_start(month), month.replace(month=12)
    span = pd.date_range(year, december, freq="MS")
    now = region.amounts(["period"], unit=code, since=year, until=december, structure=month).set_index("period")
    last = region.amounts(
        ["period"], unit=code, since=a_year_before(year), until=a_year_before(december), structure=month
    ).set_index("period")["actual"]
    frame = pd.DataFrame({"period": span})
    actual = now["actual"].reindex(span).fillna(0.0).cumsum().where(span <= month)
    budget = now["budget"].reindex(span).fillna(0.0).cumsum()
    before = last.reindex(span - pd.DateOffset(years=1)).fillna(0.0).cumsum()
    if a_year_before(year) < region.first_period:
        before = before * float("nan")
    ahead = forecast.accumulated[forecast.accumulated["unique_id"] == NET].set_index("ds").reindex(span)
    return frame.assign(
        actual=actual.to_numpy(),
        previous_year=before.to_numpy(),
        budget=budget.to_numpy() if region.has_budget else float("nan"),
        **{column: ahead[column].to_numpy() for column in ("mean", "lo-80", "hi-80")},
    )


def _known(series: pd.Series) -> pd.Series | None:
    return None if series.isna().all() else series
