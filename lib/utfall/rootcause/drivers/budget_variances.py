"""Budget variances: the flexible budget, and how much of a deviation is volume, price, mix, efficiency or the budget.

The budget holds no prices and no patients, so what is counted is compared with last year, and what the budget asked
for beyond last year's cost at this year's volume and price level stands apart. Everything sums, cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, list_words
from utfall.results import Result

COMPONENTS = {
    "volume": "Volym",
    "price": "Pris utöver index",
    "mix": "Mix",
    "efficiency": "Effektivitet",
    "hours": "Arbetade timmar",
    "intensity": "Kostnad per volym",
    "other": "Övrig förändring",
    "new": "Utan jämförelse",
    "budget": "Budgetens nivå",
}
"""Components of a budget deviation, and what a report calls them."""

PRICE_WHEN_AGAINST_LAST_YEAR = "Pris"
"""What price is called where the index is part of it."""


@dataclass(frozen=True, eq=False, repr=False)
class BudgetVariances(Result):
    """A deviation split over volume, price, mix, efficiency and the level of the budget.

    Parameters
    ----------
    cells : DataFrame
        One row a ``unit, line``: ``actual, expected, deviation``, ``flexible`` (the budget at actual volume),
        ``before`` (last year's outcome), ``volume_ratio`` (actual over planned volume) and the components
        ``volume, price, mix, efficiency, hours, intensity, other, new, budget``; SEK in result sign. The components
        sum to ``deviation``.
    line_names : dict of str to str
        Names of the lines, in their order.
    since, period : Timestamp
        First and last month.
    reference_words : str
        What the outcome is compared with.
    against : {"budget", "previous_year"}
        The same as a word of the kit.
    taken : float
        What lies in the wrong month and was taken out first, SEK in result sign.
    money : Money
        How amounts are written.
    """

    cells: pd.DataFrame
    line_names: dict[str, str]
    since: pd.Timestamp
    period: pd.Timestamp
    reference_words: str
    against: str
    taken: float
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """C: exact sums, on the assumption that cost follows the counted volume and the price index."""
        return Grade.C if all(check.passed for check in self.checks) else Grade.D

    @property
    def by_line(self) -> pd.DataFrame:
        """Sums by line: ``line, name, actual, expected, flexible, deviation`` and the components."""
        sums = self.cells.drop(columns=["unit", "volume_ratio"]).groupby("line", sort=False).sum()
        sums = sums.reindex([line for line in self.line_names if line in sums.index]).reset_index()
        return sums.assign(name=sums["line"].map(self.line_names))

    @property
    def totals(self) -> pd.Series:
        """Sum of each component over all cells, SEK in result sign."""
        return self.cells[list(COMPONENTS)].sum()

    @property
    def shown_components(self) -> list[str]:
        """Components that are not zero everywhere, in their order."""
        return [name for name in COMPONENTS if self.cells[name].abs().sum() >= 0.005]

    @property
    def table(self) -> Table:
        """Components by line; each row sums to its deviation."""
        names = self.shown_components
        columns = {"name": Column("Post")}
        columns |= {
            name: Column(self.component_words(name), "amount", missing="anges bara för summan") for name in names
        }
        columns["deviation"] = Column("Avvikelse", "amount", better="higher")
        lines = self.by_line
        total = lines[[*names, "deviation"]].sum().to_dict() | {"name": "Summa"}
        ends: list[dict[Any, Any]] = [total]
        if self.taken:
            ends.append({"name": "Periodiseringar, som tagits ut först", "deviation": self.taken})
            ends.append({"name": "Avvikelse", "deviation": self.cells["deviation"].sum() + self.taken})
        span = period_range(self.since, self.period)
        return Table(
            pd.concat([lines, pd.DataFrame(ends)], ignore_index=True),
            f"Avvikelsen mot {self.reference_words} efter drivkraft, {span}",
            columns,
            totals=(-1,) if len(ends) == 1 else (-3, -1),
            notes=self.assumptions,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def flexible_view(self) -> Table | None:
        """The flexible budget by line; None when there is no budget, or no planned volume."""
        lines = self.by_line
        lines = lines.assign(planned=lines["flexible"] - lines["expected"], rest=lines["actual"] - lines["flexible"])
        if self.against != "budget" or not lines["planned"].abs().sum():
            return None
        sums = ["expected", "planned", "flexible", "actual", "rest"]
        total = lines[sums].sum().to_dict() | {"name": "Summa"}
        columns = {
            "name": Column("Post"),
            "expected": Column("Budget", "amount"),
            "planned": Column("Volymens del", "amount"),
            "flexible": Column("Budget vid verklig volym", "amount"),
            "actual": Column(self._outcome_words, "amount"),
            "rest": Column("Avvikelse vid verklig volym", "amount", better="higher"),
        }
        return Table(
            pd.concat([lines, pd.DataFrame([total])], ignore_index=True),
            f"Vad budgeten hade varit vid den verkliga volymen, {period_range(self.since, self.period)}",
            columns,
            totals=(-1,),
            notes=(
                "Poster som antas följa vårdvolymen räknas om med verklig volym genom planerad volym, enhet för enhet; "
                "övriga poster är oförändrade.",
            ),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def _outcome_words(self) -> str:
        return "Utfall utan periodiseringar" if self.taken else "Utfall"

    def component_words(self, name: str) -> str:
        """What a component is called in a report."""
        if name == "price" and self.against == "previous_year":
            return PRICE_WHEN_AGAINST_LAST_YEAR
        return COMPONENTS[name]

    def plot(self) -> Chart:
        """Draw how the components lead from what was expected to the outcome."""
        rows: list[dict[str, object]] = [
            {
                "label": capitalise_first(self.reference_words),
                "amount": self.cells["expected"].sum(),
                "kind": "total",
            }
        ]
        rows += [
            {"label": self.component_words(name), "amount": self.totals[name], "kind": "step"}
            for name in self.shown_components
        ]
        rows.append({"label": self._outcome_words, "amount": self.cells["actual"].sum(), "kind": "total"})
        return waterfall(pd.DataFrame(rows), title=self._headline(), unit=self.money.unit, currency=self.money.currency)

    def text(self) -> str:
        """Say which components carry the deviation, and what the budget would have been at the actual volume."""
        order = self.totals[self.shown_components].abs().sort_values(ascending=False, kind="stable").index
        named = [
            f"{self.component_words(name).lower()} {self.money.write(self.totals[name], signed=True)}"
            for name in order
            if self.money.assess(self.totals[name])
        ]
        sentences = [f"{self._headline()}."]
        if named:
            sentences.append(f"Avvikelsen delas i {list_words(named)}.")
        if self.flexible_view is not None:
            flexible = self.money.write(float(self.cells["flexible"].sum()))
            sentences.append(f"Vid den verkliga volymen hade budgeten varit {flexible} netto.")
        return " ".join(sentences)

    def _headline(self) -> str:
        deviation = float(self.cells["deviation"].sum())
        towards = {name: value for name, value in self.totals.items() if value * deviation > 0}
        what = "Utan periodiseringar är avvikelsen" if self.taken else "Avvikelsen är"
        headline = f"{what} {self.money.write(deviation, signed=True)}"
        if abs(self.totals["new"]) > abs(deviation) / 2:
            return f"{headline}; förra året saknas, så den kan inte delas upp"
        if not towards or not self.money.assess(deviation):
            return headline
        largest = max(towards, key=lambda name: abs(towards[name]))
        return f"{headline}, mest genom {self.component_words(str(largest)).lower()}"
