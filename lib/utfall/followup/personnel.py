"""Personnel: own and hired staff this year and last, in hours and money."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import monthly
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import amount, choose_unit, number, percent, period_range
from utfall.presentation.tables import Column, Table
from utfall.region import Region, a_year_before, year_start
from utfall.results import NotAvailable, Result

EMPLOYMENT_WORDS = {"own": "Egen personal", "hired": "Inhyrd personal"}
"""What own and hired staff are called in a report."""


@dataclass(frozen=True, eq=False, repr=False)
class Personnel(Result):
    """Staff of one node, this year so far and the same months last year.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        Last month.
    frame : DataFrame
        One row an employment (own, hired) and their sum: ``label, hours, hours_before, cost, cost_before`` (cost in
        SEK, result sign), ``hours_change``, ``cost_change`` (shares).
    months : DataFrame
        Hired staff by month: ``period, actual, previous_year`` (SEK, result sign).
    hired_share, hired_share_before : float
        Hired staff's share of the cost of staff.
    sick_share, sick_share_before : float
        Sick hours over own worked and sick hours.
    currency : str
        Currency of the amounts.
    """

    unit_name: str
    period: pd.Timestamp
    frame: pd.DataFrame
    months: pd.DataFrame
    hired_share: float
    hired_share_before: float
    sick_share: float
    sick_share_before: float
    currency: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def table(self) -> Table:
        """Hours and cost, own and hired."""
        columns = {
            "label": Column("Personal"),
            "hours": Column("Timmar", "number"),
            "hours_before": Column("Timmar förra året", "number"),
            "hours_change": Column("Förändring timmar", "percent", missing="inget att jämföra med"),
            "cost": Column("Kostnad", "amount"),
            "cost_before": Column("Kostnad förra året", "amount"),
            "cost_change": Column("Förändring kostnad", "percent", missing="inget att jämföra med"),
        }
        caption = f"Egen och inhyrd personal, {period_range(year_start(self.period), self.period)}"
        return Table(self.frame, caption, columns, totals=(-1,), currency=self.currency)

    def plot(self) -> Chart:
        """Cost of hired staff month by month, this year and last."""
        cost = -self.months.set_index("period")
        return monthly(
            cost["actual"],
            title=self._hired_sentence(),
            previous_year=cost["previous_year"],
            currency=self.currency,
        )

    def text(self) -> str:
        """Hired staff, worked hours and sick leave."""
        total = self.frame.iloc[-1]
        sentences = [f"{self._hired_sentence()}."]
        if pd.notna(total["hours_change"]):
            word = "ökat" if total["hours_change"] >= 0 else "minskat"
            sentences.append(
                f"Arbetade timmar har {word} med {percent(abs(total['hours_change']))} till {number(total['hours'])}."
            )
        if pd.notna(self.sick_share):
            before = f", mot {percent(self.sick_share_before)} förra året" if pd.notna(self.sick_share_before) else ""
            sentences.append(f"Sjukfrånvaron är {percent(self.sick_share)}{before}.")
        return " ".join(sentences)

    def _hired_sentence(self) -> str:
        hired = self.frame.set_index("employment").loc["hired"]
        if hired["cost"] == 0 and hired["cost_before"] == 0:
            return "Ingen inhyrd personal har anlitats i år eller förra året"
        now, before = (
            amount(abs(value), choose_unit(abs(value)), currency=self.currency)
            for value in (hired["cost"], hired["cost_before"])
        )
        share = f" ({percent(self.hired_share)} av personalkostnaden)" if pd.notna(self.hired_share) else ""
        return f"Inhyrd personal har kostat {now}{share}, mot {before} samma månader förra året"


def personnel(region: Region, *, unit: str | None = None, period: str | pd.Timestamp) -> Personnel | NotAvailable:
    """Follow up own and hired staff.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given.
    period : str or Timestamp
        Last month.

    Returns
    -------
    Personnel or NotAvailable
        Not available when the region, or the node, has no staffing.

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used.
    """
    month = region.period(period)
    node = region.node(unit, month)
    missing = NotAvailable(f"{node.name} har ingen bemanning i uppgifterna.")
    if "staffing" not in region.tables:
        return missing
    rows = region.table("staffing", unit=node.code, since=a_year_before(year_start(month)), until=month)
    if rows.empty:
        return missing
    now = rows[rows["period"] >= year_start(month)]
    before = rows[rows["period"] <= a_year_before(month)]
    frame = _frame(now, before)
    hired = rows[rows["employment"] == "hired"].groupby("period")["amount"].sum()
    span = pd.date_range(year_start(month), month, freq="MS")
    months = pd.DataFrame(
        {
            "period": span,
            "actual": hired.reindex(span).fillna(0.0).to_numpy(),
            "previous_year": hired.reindex(span - pd.DateOffset(years=1)).fillna(0.0).to_numpy(),
        }
    )
    return Personnel(
        unit_name=node.name,
        period=month,
        frame=frame,
        months=months,
        hired_share=_share(frame, "cost"),
        hired_share_before=_share(frame, "cost_before"),
        sick_share=_sick_share(now),
        sick_share_before=_sick_share(before),
        currency=region.currency,
        assumptions=("Timmar är arbetade timmar; sjukfrånvaro avser egen personal.",),
        warnings=(),
        checks=(),
        grade=Grade.A,
    )


def _frame(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    sums = [
        rows.groupby("employment")[["hours", "amount"]].sum().reindex(list(EMPLOYMENT_WORDS)).fillna(0.0)
        for rows in (now, before)
    ]
    frame = pd.DataFrame(
        {
            "employment": list(EMPLOYMENT_WORDS),
            "label": list(EMPLOYMENT_WORDS.values()),
            "hours": sums[0]["hours"].to_numpy(),
            "hours_before": sums[1]["hours"].to_numpy(),
            "cost": sums[0]["amount"].to_numpy(),
            "cost_before": sums[1]["amount"].to_numpy(),
        }
    )
    total = frame[["hours", "hours_before", "cost", "cost_before"]].sum().to_dict()
    frame = pd.concat([frame, pd.DataFrame([total | {"employment": "all", "label": "Summa"}])], ignore_index=True)
    return frame.assign(
        hours_change=frame["hours"] / frame["hours_before"].where(frame["hours_before"] > 0) - 1,
        cost_change=frame["cost"] / frame["cost_before"].where(frame["cost_before"] < 0) - 1,
    )


def _share(frame: pd.DataFrame, column: str) -> float:
    rows = frame.set_index("employment")[column]
    return float(rows["hired"] / rows["all"]) if rows["all"] else float("nan")


def _sick_share(rows: pd.DataFrame) -> float:
    own = rows[rows["employment"] == "own"]
    sick, worked = own["sick_hours"].sum(), own["hours"].sum()
    return float(sick / (sick + worked)) if sick + worked > 0 else float("nan")
