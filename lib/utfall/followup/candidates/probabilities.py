"""How likely the budget, and the financial goals of the register, are to be reached by the end of the year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.followup.candidates.goal_measures import Demand, demand, disagreement
from utfall.followup.forecast_accounts.ledger_then import LedgerThen, as_vintages
from utfall.followup.outlook import HALF_ORE, NET, Outlook
from utfall.forecasting import YearEnd, year_end
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import NBSP, number
from utfall.presentation.probability import RARE, chance_words
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.region import Region
from utfall.region.organisation import Node
from utfall.region.registers import Goal
from utfall.results import Result

BUDGET_GOAL = "budget"
"""Identifier of the first row: that the year's net is at least the budget's."""

UNKNOWN = "kan inte avgöras"
"""What stands where no probability can be given."""

REACHED, NOT_REACHED = "ja, året är avslutat", "nej, året är avslutat"
"""What stands where the year has no months left."""

PER_CENT_SUFFIX = ", procent"
"""End of a goal's name that the sign in its target says as well."""

DIRECTIONS = {"at_most": "högst", "at_least": "minst"}

ASSUMPTION = (
    "Sannolikheterna läses ur felen när samma prognos gjorts för tidigare år. Beslut som ännu inte syns i utfallet är "
    "inte inräknade."
)
"""What every probability takes for given."""


@dataclass(frozen=True, eq=False, repr=False)
class Probabilities(Result):
    """Probability to reach the budget and each goal of one node.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        Last month with an outcome.
    frame : DataFrame
        One row a goal, the budget first: ``goal`` (identifier), ``name``, ``target`` (words), ``target_value`` (the
        number in them: SEK in result sign for the budget, per cent for a goal whose name ends with
        `PER_CENT_SUFFIX`), ``probability`` (0 to 1, missing where it cannot be told), ``known`` (whether the year is
        finished), ``said`` (the probability in words), ``reason`` (why it is missing) and ``what`` (how the key figure
        is computed).
    tested : int
        Forecasts of earlier years that the grade rests on; none for a finished year.
    """

    unit_name: str
    period: pd.Timestamp
    frame: pd.DataFrame
    tested: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def table(self) -> Table:
        """Goals with their probabilities; why one is missing stands below."""
        columns = {"name": Column("Mål"), "target": Column("Målvärde"), "said": Column("Sannolikhet att nå målet")}
        missing = self.frame[self.frame["reason"] != ""]
        reasons = [f"{list_words(rows['name'])}: {reason}." for reason, rows in missing.groupby("reason", sort=False)]
        computed = self.frame[(self.frame["what"] != "") & (self.frame["reason"] == "")]
        how = [f"{row['name']}: {row['what']}." for row in computed.to_dict("records")]
        failed = [f"{check.name}: {check.detail}" for check in self.checks if not check.passed]
        doubt = (f"Kontroll som inte håller – {'; '.join(failed)}.",) if failed else ()
        graded = f"Evidensgrad {self.grade}. {self.grade.explanation}"
        if self.tested:
            graded += f" Prognosen vilar på {plural(self.tested, 'prövad prognos', 'prövade prognoser')}."
        return Table(
            self.frame,
            f"Sannolikhet att nå budget och mål {self.period.year}",
            columns,
            notes=(graded, *doubt, *how, *reasons),
        )

    def plot(self) -> Chart:
        """Draw the probabilities that could be told."""
        known = self.frame.dropna(subset="probability")
        # Not drawn as more certain than the words below them allow.
        shown = known["probability"] if self.frame["known"].any() else known["probability"].clip(RARE, 1.0 - RARE)
        figures = pd.DataFrame({"label": known["name"], "amount": shown})
        return bars(figures, title=self._first(), unit="%", sort=False)

    def text(self) -> str:
        """Tell how likely the budget is, and how many goals can be judged."""
        goals = self.frame[self.frame["goal"] != BUDGET_GOAL]
        if goals.empty:
            return f"{self._first()}. Registret har inga mål för {self.unit_name} {self.period.year}."
        told = goals.dropna(subset="probability")
        words = [f"{row['name'].lower()} {row['target']}: {row['said']}" for row in told.to_dict("records")]
        sentences = [f"{self._first()}."]
        if words:
            sentences.append(f"Målen – {'; '.join(words)}.")
        unknown = len(goals) - len(told)
        if unknown:
            sentences.append(f"För {plural(unknown, 'mål', 'mål')} kan sannolikheten inte avgöras.")
        return " ".join(sentences)

    def _first(self) -> str:
        row = self.frame.iloc[0]
        if row["reason"]:
            return f"Om budgeten hålls kan inte avgöras: {row['reason']}"
        if row["known"]:
            return f"Budgeten för {self.period.year} hölls{'' if row['probability'] == 1.0 else ' inte'}"
        return f"Sannolikheten att budgeten hålls är {row['said']}"


def probabilities(
    region: Region, node: Node, month: pd.Timestamp, outlook: Outlook, forecast: YearEnd
) -> Probabilities:
    """Work out how likely the budget and each goal of a node are.

    Parameters
    ----------
    region : Region
        The region.
    node : Node
        The node.
    month : Timestamp
        Last month with an outcome.
    outlook, forecast
        From `utfall.followup.outlook.outlook_and_forecast`.

    Returns
    -------
    Probabilities
    """
    budget = outlook.net["budget"]
    reason = "" if pd.notna(budget) else "det finns ingen budget för året"
    target = outlook.money.write(budget) if pd.notna(budget) else "–"
    finished = outlook.finished
    rows = [_row(BUDGET_GOAL, "Budget, netto", target, float(budget), outlook.budget_chance, finished, reason)]
    checks: list[Check] = []
    for goal in region.goals:
        if goal.unit == node.code and goal.year == month.year:
            rows.append(_goal_row(region, node, month, goal, forecast, finished, checks))
    failed = any(not check.passed for check in checks)
    return Probabilities(
        unit_name=node.name,
        period=month,
        frame=pd.DataFrame(rows),
        tested=len(forecast.backtest),
        assumptions=(ASSUMPTION,),
        warnings=(),
        checks=(*outlook.checks, *checks),
        grade=Grade.D if failed else outlook.grade,
    )


def _goal_row(
    region: Region,
    node: Node,
    month: pd.Timestamp,
    goal: Goal,
    forecast: YearEnd,
    finished: bool,
    checks: list[Check],
) -> dict[str, object]:
    name = goal.name.removesuffix(PER_CENT_SUFFIX)
    unit = f"{NBSP}%" if name != goal.name else ""
    target = f"{DIRECTIONS[goal.direction]} {number(goal.target, 1)}{unit}"
    asked = demand(region, node.code, month, goal)
    if isinstance(asked, str):
        return _row(goal.id, name, target, goal.target, float("nan"), finished, asked)
    recorded, reason = disagreement(region, node.code, month, goal, asked.now)
    if reason:
        return _row(goal.id, name, target, goal.target, float("nan"), finished, reason)
    if pd.notna(recorded):
        checks.append(Check(f"{name}: nyckeltalet hittills är huvudbokens", True, values=(recorded, float(asked.now))))
    probability = chance_of(region, node, month, asked, forecast)
    return _row(goal.id, name, target, goal.target, probability, finished, "", asked.what)


def _row(
    goal: str,
    name: str,
    target: str,
    target_value: float,
    probability: float,
    finished: bool,
    reason: str,
    what: str = "",
) -> dict[str, object]:
    if pd.isna(probability):
        said, reason = UNKNOWN, reason or "för få tidigare år att pröva prognosen på"
    elif finished:
        said = REACHED if probability > 0.5 else NOT_REACHED
    else:
        said = chance_words(probability)
    return {
        "goal": goal,
        "name": name,
        "target": target,
        "target_value": target_value,
        "probability": float(probability),
        "known": finished and pd.notna(probability),
        "said": said,
        "reason": reason,
        "what": what,
    }


def chance_of(region: Region, node: Node, month: pd.Timestamp, asked: Demand, forecast: YearEnd) -> float:
    """Probability that a demand on the year's amounts is met.

    Parameters
    ----------
    region : Region
        The region.
    node : Node
        The node.
    month : Timestamp
        Last month with an outcome.
    asked : Demand
        The demand.
    forecast : YearEnd
        The node's forecast, used as it is where the demand concerns its income, cost or net.

    Returns
    -------
    float
        From 0 to 1; missing where the forecast has no interval.
    """
    whole = {("cost",): "kind:cost", ("income", "cost"): NET}.get(asked.whole_kinds)
    if whole is None or whole not in set(forecast.frame["unique_id"]):
        forecast, whole = _weighted(region, node, month, asked.weights), NET
    if asked.at_least:
        return forecast.probability(whole, asked.total - HALF_ORE)
    return 1.0 - forecast.probability(whole, asked.total + HALF_ORE)


def _weighted(region: Region, node: Node, month: pd.Timestamp, weights: dict[str, float]) -> YearEnd:
    """Forecast a weighted sum of the node's lines, tested as the sum it is."""
    monthly = region.amounts(["line", "period"], unit=node.code, until=month, lines=list(weights))
    monthly = monthly.assign(y=monthly["actual"] * monthly["line"].map(weights))
    wide = monthly.pivot_table(index="period", columns="line", values="y", aggfunc="sum")
    wide = wide.reindex(pd.date_range(region.first_period, month, freq="MS")).fillna(0.0)
    series = wide.rename_axis("ds").reset_index().melt("ds", var_name="unique_id", value_name="y")
    late = LedgerThen.as_read(region, month, node.code).vintages(month)
    late = late[late["line"].isin(list(weights))]
    late = late.assign(actual=late["actual"] * late["line"].map(weights).astype("float64"))
    return year_end(
        series,
        levels=(80,),
        hierarchy=dict.fromkeys(map(str, wide.columns), NET),
        vintages=as_vintages(late).assign(unique_id=late["line"]),
    )
