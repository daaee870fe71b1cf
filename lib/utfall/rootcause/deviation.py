"""The deviation of one node's year so far, with everything the root-cause method found of it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import period_range
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, list_words
from utfall.results import NotAvailable, Result
from utfall.rootcause.associations.associations import Associations
from utfall.rootcause.causes.causes import Causes
from utfall.rootcause.comparability.comparability import Comparability
from utfall.rootcause.drivers.budget_variances import BudgetVariances
from utfall.rootcause.drivers.price_volume import PriceVolume
from utfall.rootcause.postings.high_cost import HighCost
from utfall.rootcause.postings.periodisation import Periodisation
from utfall.rootcause.postings.reclassification import Reclassifications
from utfall.rootcause.segments.located import Located
from utfall.rootcause.signal.control_charts import ControlCharts
from utfall.rootcause.trail import Step, trail_table

MATERIAL_SHARE = 0.1
"""An improvement (or worsening) smaller than this share of the largest deviation is not worth a sentence."""

VISIBLE_SHARE = 0.02
"""A step smaller than this share of the largest is a line nobody sees: it is added to the rest."""

WATERFALL_STEPS = 8
"""Most lines a waterfall names; the smaller ones are added up in one step."""

LINES_NAMED = 2
"""Worsened lines the text names."""


@dataclass(frozen=True, eq=False, repr=False)
class Deviation(Result):
    """The deviation of one node's year so far, with where it sits and what moved it.

    Parameters
    ----------
    unit, unit_name : str
        Code and name of the node.
    since, period : Timestamp
        First and last month.
    against : {"budget", "previous_year"}
        What the outcome is compared with.
    reference_words : str
        The same in Swedish, as it follows "än".
    lines : DataFrame
        One row a report line: ``line, name, kind, actual, expected, deviation, band, signal``; SEK in result
        sign. ``signal`` is whether the deviation is wider than the noise band; missing where there is none.
    causes : Causes
        What carries it, cell by cell, and what remains.
    comparability : Comparability or NotAvailable
        Fixed prices, working days and reorganisations.
    control_charts : ControlCharts or NotAvailable
        Each unit's months against their own process limits.
    price_volume : PriceVolume or NotAvailable
        Change of cost since last year by price, volume, mix and efficiency.
    variances : BudgetVariances
        The deviation by volume, price, mix, efficiency and the budget's level; the flexible budget.
    located : Located
        Where it sits: the largest parts, and the segments that stand out.
    periodisation : Periodisation or NotAvailable
        Postings in the wrong month, missing or doubled, and the deviation without them.
    reclassifications : Reclassifications or NotAvailable
        Deviations that are each other's: moved between accounts or units.
    high_cost : HighCost or NotAvailable
        Single high-cost cases, within the disclosure rule.
    associations : Associations or NotAvailable
        Candidates: cost that moves with production or staffing.
    trail : tuple of Step
        Every step of the method.
    money : Money
        How amounts are written.
    """

    unit: str
    unit_name: str
    since: pd.Timestamp
    period: pd.Timestamp
    against: str
    reference_words: str
    lines: pd.DataFrame
    causes: Causes
    comparability: Comparability | NotAvailable
    control_charts: ControlCharts | NotAvailable
    price_volume: PriceVolume | NotAvailable
    variances: BudgetVariances
    located: Located
    periodisation: Periodisation | NotAvailable
    reclassifications: Reclassifications | NotAvailable
    high_cost: HighCost | NotAvailable
    associations: Associations | NotAvailable
    trail: tuple[Step, ...]
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """A: the deviation is an identity, and the identities held, or there would be no result."""
        return Grade.A if all(check.passed for check in self.checks) else Grade.D

    @property
    def actual(self) -> float:
        """Net outcome, SEK in result sign."""
        return float(self.lines["actual"].sum())

    @property
    def expected(self) -> float:
        """Net of what the outcome is compared with, SEK in result sign."""
        return float(self.lines["expected"].sum())

    @property
    def deviation(self) -> float:
        """Net deviation, SEK; negative is worse."""
        return float(round(self.lines["deviation"].sum(), 2))

    @property
    def heading(self) -> Prose:
        """Which node, months and comparison the deviation is about."""
        span = period_range(self.since, self.period)
        return Prose(f"**{self.unit_name}**. Utfallet {span} jämförs med {self.reference_words}.")

    @property
    def index_view(self) -> Table | None:
        """The price indices in use, with status and source."""
        return None if isinstance(self.comparability, NotAvailable) else _rows(self.comparability.prices.index_table)

    @property
    def reorganisations_view(self) -> Table | None:
        """What was moved, merged or renamed in the compared years; None when nothing was."""
        return None if isinstance(self.comparability, NotAvailable) else _rows(self.comparability.reorganisations.table)

    @property
    def table(self) -> Table:
        """Deviation by report line, with whether it is larger than chance explains."""
        total = {
            "name": "Summa",
            "actual": self.actual,
            "expected": self.expected,
            "deviation": self.deviation,
            "judgement": "",
        }
        lines = self.lines.assign(judgement=self.lines["signal"].map(_judgement))
        columns = {
            "name": Column("Post"),
            "actual": Column("Utfall", "amount"),
            "expected": Column(capitalise_first(self.reference_words), "amount"),
            "deviation": Column("Avvikelse", "amount", better="higher"),
            "band": Column("Enheternas egen variation ±", "amount", missing="för kort historik, eller summa"),
            "judgement": Column("Bedömning"),
        }
        return Table(
            pd.concat([lines, pd.DataFrame([total])], ignore_index=True),
            f"Avvikelse mot {self.reference_words} per post, {period_range(self.since, self.period)}",
            columns,
            totals=(-1,),
            notes=(
                "Signal: avvikelsen är större än vad enheterna varierar oberoende av varandra; en avvikelse som alla "
                "delar är alltid större. Brus: den ryms i variationen, men enskilda enheter kan avvika.",
            ),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def trail_table(self) -> Table:
        """Every step of the method."""
        return trail_table(self.trail)

    def plot(self) -> Chart:
        """Draw a waterfall from what was expected to the outcome."""
        steps = self.lines.rename(columns={"name": "label", "deviation": "amount"})[["label", "amount"]]
        order = steps["amount"].abs().sort_values(ascending=False, kind="stable").index
        visible = steps["amount"].abs() >= VISIBLE_SHARE * steps["amount"].abs().max()
        shown = min(int((visible & steps["amount"].ne(0)).sum()), WATERFALL_STEPS)
        named, rest = steps.loc[order[:shown]], steps.loc[order[shown:]]
        rows: list[dict[str, object]] = [
            {"label": capitalise_first(self.reference_words), "amount": self.expected, "kind": "total"}
        ]
        rows += [{"label": label, "amount": value, "kind": "step"} for label, value in named.to_numpy().tolist()]
        if rest["amount"].abs().sum() > 0:
            rows.append({"label": "Övriga poster", "amount": rest["amount"].sum(), "kind": "step"})
        rows.append({"label": "Utfall", "amount": self.actual, "kind": "total"})
        return waterfall(pd.DataFrame(rows), title=self._headline(), unit=self.money.unit, currency=self.money.currency)

    def text(self) -> str:
        """Say how large the deviation is, which lines carry it, and how many are only noise."""
        sentences = [f"{self._headline()}."]
        worse = self.lines[self.is_material & (self.lines["deviation"] < 0)].nsmallest(LINES_NAMED, "deviation")
        better = self.lines[self.is_material & (self.lines["deviation"] > 0)].nlargest(1, "deviation")
        for word, lines in (("försämring", worse), ("förbättring", better)):
            named = [
                f"{row['name'].lower()} ({self.money.write(row['deviation'], signed=True)})"
                for row in lines.to_dict("records")
            ]
            if named:
                sentences.append(f"Störst {word}: {list_words(named)}.")
        noise = int((self.lines["signal"].eq(False) & self.lines["deviation"].ne(0)).sum())
        if noise:
            total = int(self.lines["deviation"].ne(0).sum())
            sentences.append(f"{noise} av {total} poster ligger som helhet inom sin normala variation.")
        return " ".join(sentences)

    @property
    def is_material(self) -> pd.Series:
        """Which lines deviate enough, beside the one that deviates most, to be worth a sentence."""
        size = self.lines["deviation"].abs()
        shown = self.lines["deviation"].map(lambda value: bool(self.money.assess(value)))
        return shown & (size >= MATERIAL_SHARE * size.max())

    def _headline(self) -> str:
        return f"{self.unit_name} ligger {self.money.compare(self.deviation, self.reference_words)}"


def _rows(table: Table) -> Table | None:
    """Give a table, unless it has no rows."""
    return table if len(table.frame) else None


def _judgement(signal: bool | None) -> str:
    if pd.isna(signal):
        return "kan inte avgöras"
    return "signal" if signal else "brus"
