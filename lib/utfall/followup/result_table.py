"""The result table: outcome, budget, last year and forecast, line by line."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.followup.outlook import NET, Outlook, row_of
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_range
from utfall.presentation.tables import Column, Table
from utfall.region import Region, a_year_before, year_start
from utfall.results import Result

SUMS = {"income": "Summa intäkter", "cost": "Summa kostnader", NET: "Netto"}
"""What the sums of the result table are called."""

MIN_BASE_SHARE = 0.001
"""A percentage is not given when last year's amount is below this share of last year's gross: it would only mislead."""


@dataclass(frozen=True, eq=False, repr=False)
class ResultTable(Result):
    """The result of one node's year so far.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        Last month.
    frame : DataFrame
        One row a report line, then the sums: ``key, label, actual, budget, deviation, previous_year, change``
        (share; a cost that grows is positive), ``forecast``, ``year_budget``, ``forecast_deviation``. SEK in result
        sign; the budget columns are missing where the region has none.
    currency : str
        Currency of the amounts.
    """

    unit_name: str
    period: pd.Timestamp
    frame: pd.DataFrame
    currency: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def net(self) -> pd.Series:
        """The row of the net."""
        return row_of(self.frame, NET)

    @property
    def gross_cost_change(self) -> float:
        """Gross cost this year over the same months last year, minus one: *bruttokostnadsutveckling*."""
        return float(row_of(self.frame, "cost")["change"]) if "cost" in set(self.frame["key"]) else float("nan")

    @property
    def money(self) -> Money:
        """How amounts are written."""
        return Money.for_deviations(self.frame["actual"], self.frame["deviation"], self.currency)

    @property
    def table(self) -> Table:
        """The printed table."""
        no_budget = "regionen har ingen budget i sina uppgifter"
        columns = {
            "label": Column("Post"),
            "actual": Column("Utfall ack", "amount"),
            "budget": Column("Budget ack", "amount", missing=no_budget),
            "deviation": Column("Avvikelse", "amount", better="higher", missing=no_budget),
            "previous_year": Column("Föregående år ack", "amount", missing="uppgift för förra året saknas"),
            "change": Column("Förändring", "percent", missing="för litet eller inget jämförelsebelopp"),
            "forecast": Column("Helårsprognos", "amount"),
            "year_budget": Column("Helårsbudget", "amount", missing=no_budget),
            "forecast_deviation": Column("Prognos mot budget", "amount", better="higher", missing=no_budget),
        }
        if self.frame["budget"].isna().all():
            columns = {key: column for key, column in columns.items() if column.missing != no_budget}
        sums = tuple(position for position, key in enumerate(self.frame["key"]) if key in SUMS)
        caption = f"Resultat {period_range(year_start(self.period), self.period)}"
        notes = ("Intäkter är positiva och kostnader negativa. En negativ avvikelse är sämre än budget.",)
        return Table(
            self.frame, caption, columns, totals=sums, notes=notes, unit=self.money.unit, currency=self.currency
        )

    def plot(self) -> Chart:
        """Deviation (or change since last year) of each line."""
        lines = self.frame[~self.frame["key"].isin(SUMS)]
        if lines["deviation"].isna().all():
            lines = lines.assign(amount=lines["actual"] - lines["previous_year"])
        else:
            lines = lines.assign(amount=lines["deviation"])
        return bars(lines[["label", "amount"]], title=f"{self.text().split('. ')[0]}", currency=self.currency)

    def text(self) -> str:
        """Outcome so far, its deviation and the growth of cost."""
        net = self.net
        money = self.money
        span = period_range(year_start(self.period), self.period)
        sentence = f"Nettoresultatet {span} är {money.write(net['actual'])}"
        if pd.notna(net["deviation"]):
            sentence += f", {money.compare(net['deviation'], 'budget')}"
        change = self.gross_cost_change
        if pd.isna(change):
            return f"{sentence}."
        word = "ökat" if change >= 0 else "minskat"
        return f"{sentence}. Bruttokostnaden har {word} med {percent(abs(change))} mot samma månader förra året."


def result_table(
    region: Region, outlook: Outlook, *, unit: str | None = None, period: str | pd.Timestamp
) -> ResultTable:
    """Put together the result table of one node's year so far.

    Parameters
    ----------
    region : Region
        The region.
    outlook : Outlook
        The node's full-year forecast, from `utfall.followup.year_outlook`.
    unit : str, optional
        Name or code, at any level; the board when not given.
    period : str or Timestamp
        Last month.

    Returns
    -------
    ResultTable

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used.
    IdentityFailed
        When the table does not sum to the ledger.
    """
    month = region.period(period)
    node = region.node(unit, month)
    since = year_start(month)
    now = region.amounts(["line"], unit=node.code, since=since, until=month).set_index("line")
    before = region.amounts(
        ["line"], unit=node.code, since=a_year_before(since), until=a_year_before(month), structure=month
    ).set_index("line")["actual"]
    register = region.accounts.frame
    lines = register[["line", "name", "kind"]].rename(columns={"line": "key", "name": "label"})
    lines = lines.assign(
        actual=lines["key"].map(now["actual"]).fillna(0.0),
        budget=lines["key"].map(now["budget"]).fillna(0.0),
        previous_year=lines["key"].map(before).fillna(0.0),
    )
    used = lines[["actual", "budget", "previous_year"]].ne(0).any(axis=1)
    frame = _with_sums(lines[used])
    if not region.has_budget:
        frame["budget"] = float("nan")
    if a_year_before(since) < region.first_period:
        frame["previous_year"] = float("nan")
    frame = frame.assign(deviation=(frame["actual"] - frame["budget"]).round(2))
    frame = frame.assign(change=_change(frame))
    forecast = outlook.frame.set_index("key")
    frame = frame.assign(forecast=frame["key"].map(forecast["mean"]), year_budget=frame["key"].map(forecast["budget"]))
    frame = frame.assign(forecast_deviation=frame["forecast"] - frame["year_budget"])
    ledger = region.control_total(unit=node.code, since=since, until=month)
    net = row_of(frame, NET)
    checks = (require_identity("Resultattabellens netto = huvudbokens summa", net["actual"], ledger),)
    return ResultTable(
        unit_name=node.name,
        period=month,
        frame=frame.drop(columns="kind"),
        currency=region.currency,
        assumptions=("Föregående år visas i årets organisation, så att enheter som flyttats jämförs med sig själva.",),
        warnings=(),
        checks=checks,
        grade=Grade.A,
    )


def _with_sums(lines: pd.DataFrame) -> pd.DataFrame:
    """Income, its sum, costs, their sum, and the net."""
    numbers = ["actual", "budget", "previous_year"]
    blocks = []
    for kind in ("income", "cost"):
        block = lines[lines["kind"] == kind]
        if len(block):
            total = block[numbers].sum().to_dict() | {"key": kind, "label": SUMS[kind], "kind": kind}
            blocks += [block, pd.DataFrame([total])]
    total = lines[numbers].sum().to_dict() | {"key": NET, "label": SUMS[NET], "kind": NET}
    return pd.concat([*blocks, pd.DataFrame([total])], ignore_index=True)


def _change(frame: pd.DataFrame) -> pd.Series:
    """Change since last year as a share; missing where it would mislead."""
    gross = frame.loc[~frame["key"].isin(SUMS), "previous_year"].abs().sum()
    base = frame["previous_year"]
    sensible = (base.abs() > MIN_BASE_SHARE * gross) & (base * frame["actual"] > 0)
    return (frame["actual"] / base - 1).where(sensible)
