"""The portfolio of measures, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.portfolio.ledger_bridge import LedgerBridge
from utfall.effects.portfolio.verdicts import CERTAINLY_WORSE, CLAIMS, WORSE
from utfall.evidence import Check, Grade
from utfall.presentation.charts import intervals
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_name, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.region import year_start
from utfall.results import NotAvailable, Result

Array = NDArray[np.float64]

LEVELS = (80, 95)
"""Probabilities of the intervals, in per cent."""

SPANS = ("month", "to_date", "full_year")
"""The latest month, this year through it, and twelve months with the whole effect."""

KIND_WORDS = {
    "budget_reducing": "förbättrar resultatet",
    "capacity": "frigör kapacitet",
    "one_off": "engångseffekt",
    "price": "ändrat pris",
}
"""What a measure's effect is used for, as it is printed."""

TOTAL = "total"
"""Identifier of the sum of all measures in `Portfolio.effects`."""

NO_ESTIMATE = "åtgärden kan inte skattas; skälet står under bedömningen"
"""Why figures of a measure are missing."""

CARRIES = 0.05
"""Share of all effects from which a measure's grade counts for the sum."""

NO_RATE = "engångseffekt, eller kan inte skattas"
"""Why a full-year rate is missing."""


@dataclass(frozen=True, eq=False, repr=False)
class Portfolio(Result):
    """Every measure of the register that has started, estimated jointly; returned by `measure_portfolio`.

    Attributes
    ----------
    period : Timestamp
        The report's month.
    measures : DataFrame
        One row a measure, in the order of the register: ``id, name, kind, component, responsible, decision, start,
        judgement, judged`` (this is the month of judgement), ``group`` (identifier shared by measures that no data can
        tell apart) and ``split`` (whether the figures are a share of the group's, by plan: not measured);
        ``plan_year, plan_to_date``; ``relative`` (full effect as a share of what its cells would have held);
        ``p_positive, p_plan`` (probability that it has given something this year, and as much as planned);
        ``cost_to_date, net_to_date, cost_year, net_year``; ``minimum_detectable`` (SEK a year that would be seen in
        four cases of five, known from the history alone); ``grade``; ``placebo`` and ``negative_control`` (in words);
        ``verdict``, ``reason`` (why it cannot be estimated). Amounts are SEK, + is better for the result.
    effects : DataFrame
        ``id, span, estimate, lo-80, hi-80, lo-95, hi-95``: every estimated measure, every kind (``kind:capacity``) and
        ``total``, over the spans "month", "to_date" (this year) and "full_year" (twelve months with the whole effect).
    correlation : DataFrame
        Correlation of the estimates of this year's effects: measures that share cells are told apart only in part.
    bridge : LedgerBridge or NotAvailable
        From last year's amounts of the measures' cells to this year's.
    measure_checks : DataFrame
        ``id, check, passed, detail``: every check of every measure.
    money : Money
        How amounts are written.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        That the sums hold, and how the checks of the measures went.
    """

    period: pd.Timestamp
    measures: pd.DataFrame
    effects: pd.DataFrame
    correlation: pd.DataFrame
    bridge: LedgerBridge | NotAvailable
    measure_checks: pd.DataFrame
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    _draws: dict[str, Array]
    """Draws of what each measure, and all together, gave this year."""

    @property
    def grade(self) -> Grade:
        """The lowest grade among the measures that carry the sum; D when none can be estimated."""
        known = self.measures[self.measures["reason"] == ""].set_index("id")
        if known.empty:
            return Grade.D
        size = self.span("to_date").loc[known.index, "estimate"].abs()
        carrying = known.loc[size >= CARRIES * size.sum(), "grade"]
        return max((Grade(grade) for grade in carrying), key=lambda grade: grade.value)

    def span(self, span: str) -> pd.DataFrame:
        """Effects over one span, by identifier.

        Parameters
        ----------
        span : {"month", "to_date", "full_year"}
            The span.

        Returns
        -------
        DataFrame
        """
        rows = self.effects[self.effects["span"] == span]
        return rows.set_index("id").drop(columns="span")

    def probability(self, measure: str = TOTAL, at_least: float = 0.0) -> float:
        """Probability that a measure, or all together, gave more than an amount this year.

        Parameters
        ----------
        measure : str, default "total"
            Identifier.
        at_least : float, default 0.0
            SEK, + better.

        Returns
        -------
        float
        """
        return float((self._draws[measure] > at_least).mean())

    def interval(self, measure: str = TOTAL, level: float = 0.95) -> tuple[float, float]:
        """Interval around what a measure, or all together, gave this year; SEK, + better."""
        lo, hi = np.quantile(self._draws[measure], [(1 - level) / 2, (1 + level) / 2])
        return float(lo), float(hi)

    @property
    def year_words(self) -> str:
        """The span of this year."""
        return period_range(year_start(self.period), self.period)

    @property
    def table(self) -> Table:
        """Plan of this year, estimate with its widest interval, probabilities, verdict; the sum last.

        The narrower interval is in the chart: the table would be wider than a page.
        """
        frame = self._with_effects("to_date")
        plan = self.measures.loc[self.measures["reason"] == "", "plan_to_date"].sum()
        total = self.span("to_date").loc[[TOTAL]].assign(name="Alla skattade åtgärder", plan_to_date=plan)
        total["p_positive"] = self.probability()
        total["p_plan"] = self.probability(at_least=plan)
        frame = pd.concat([frame, total.reset_index()], ignore_index=True)
        frame["verdict"] = frame["verdict"].fillna("")
        columns = {
            "name": Column("Åtgärd"),
            "plan_to_date": Column("Plan", "amount", signed=True),
            "estimate": Column("Skattning", "amount", signed=True, missing=NO_ESTIMATE),
            **_interval_columns(levels=LEVELS[-1:]),
            "p_positive": Column("Chans till effekt", "percent", decimals=0, missing=NO_ESTIMATE),
            "p_plan": Column("Chans att planen nås", "percent", decimals=0, missing="plan eller skattning saknas"),
            "verdict": Column("Bedömning"),
            "grade": Column("Evidens"),
        }
        frame["grade"] = frame["grade"].fillna(self.grade.value)
        return self._table(
            frame, f"Åtgärdernas effekt, {self.year_words}", columns, totals=(-1,), notes=self._split_notes
        )

    @property
    def rate_table(self) -> Table:
        """The latest month and the full-year rate, with the measure's own cost and the net."""
        month = self._with_effects("month").rename(columns={"estimate": "month"})
        rate = self.span("full_year").reindex(month["id"]).reset_index(drop=True)
        frame = month.drop(columns=[name for name in rate if name in month]).join(rate)
        columns = {
            "name": Column("Åtgärd"),
            "kind_words": Column("Verkan"),
            "month": Column(period_name(self.period).capitalize(), "amount", signed=True, missing=NO_ESTIMATE),
            "estimate": Column("Helårstakt", "amount", signed=True, missing=NO_RATE),
            **_interval_columns(NO_RATE),
            "plan_year": Column("Plan per helår", "amount", signed=True),
            "cost_year": Column("Egen kostnad per år", "amount"),
            "net_year": Column("Netto per år", "amount", signed=True, missing=NO_RATE),
        }
        return self._table(frame, f"Månad och helårstakt, {period_name(self.period)}", columns)

    @property
    def kind_table(self) -> Table:
        """The effect this year by what it is used for: only some of it lowers the cost."""
        rows = self.span("to_date")
        kinds = {f"kind:{kind}": words for kind, words in KIND_WORDS.items() if f"kind:{kind}" in rows.index}
        frame = rows.loc[[*kinds, TOTAL]].reset_index()
        frame["label"] = [*kinds.values(), "alla"]
        columns = {"label": Column("Verkan"), "estimate": Column("Skattning", "amount", signed=True)}
        return self._table(
            frame, f"Effekt efter verkan, {self.year_words}", {**columns, **_interval_columns()}, totals=(-1,)
        )

    @property
    def check_table(self) -> Table:
        """What could be seen of each measure, and how it stood its checks."""
        columns = {
            "name": Column("Åtgärd"),
            "minimum_detectable": Column("Minsta effekt per år som syns", "amount", missing="historien räcker inte"),
            "placebo": Column("Påhittade startdatum"),
            "negative_control": Column("Det som åtgärden inte rör"),
            "grade": Column("Evidens"),
            "judgement": Column("Bedöms", "period", missing="ingen bedömningsmånad är bestämd"),
        }
        return self._table(self.measures, "Hur säkra skattningarna är", columns)

    def plot(self) -> Chart:
        """Draw this year's estimates with their intervals, one row a measure; what cannot be told is told so."""
        frame = self._with_effects("to_date").rename(columns={"name": "label"})
        frame["decided"] = frame["verdict"].isin([*CLAIMS, WORSE, CERTAINLY_WORSE])
        frame["words"] = frame["verdict"].where(~frame["decided"], "")
        ends = [f"{edge}-{level}" for level in LEVELS for edge in ("lo", "hi")]
        return intervals(
            frame[["label", "estimate", *ends, "grade", "decided", "words"]],
            title=self._headline().rstrip("."),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def text(self) -> str:
        """Tell what the measures have given together, against plan, and what is judged."""
        known = self.measures[self.measures["reason"] == ""]
        if known.empty:
            return "Ingen åtgärd i registret kan skattas ännu."
        plan = float(known["plan_to_date"].sum())
        chance = self.probability(at_least=plan)
        share = (
            "under 1\N{NO-BREAK SPACE}%"
            if chance < 0.01
            else "över 99\N{NO-BREAK SPACE}%"
            if chance > 0.99
            else percent(chance, 0)
        )
        judged = self.measures[self.measures["judged"]]
        said = [
            self._headline(),
            f"Planen för samma tid är {self.money.write(plan)}; sannolikheten att den nås är {share}.",
        ]
        if judged.empty:
            said.append("Ingen av åtgärderna bedöms denna månad: siffrorna är löpande skattningar.")
        else:
            said.append(f"{plural(len(judged), 'åtgärd', 'åtgärder')} bedöms denna månad.")
        unknown = len(self.measures) - len(known)
        if unknown:
            said.append(f"{plural(unknown, 'åtgärd', 'åtgärder')} kan inte skattas.")
        return " ".join(said)

    def _headline(self) -> str:
        if not (self.measures["reason"] == "").any():
            return self.text()
        total = self.span("to_date").loc[TOTAL].astype(float).to_dict()
        low, high = (self.money.write(total[name]) for name in ("lo-95", "hi-95"))
        word = "förbättrat" if total["estimate"] >= 0 else "försämrat"
        return (
            f"Åtgärderna har tillsammans {word} resultatet med omkring {self.money.write(abs(total['estimate']))} "
            f"{self.year_words} (95\N{NO-BREAK SPACE}% intervall {low} till {high})."
        )

    def _with_effects(self, span: str) -> pd.DataFrame:
        frame = self.measures.assign(kind_words=self.measures["kind"].map(KIND_WORDS))
        return frame.join(self.span(span), on="id")

    @property
    def _split_notes(self) -> tuple[str, ...]:
        split = self.measures[self.measures["split"]]
        if split.empty:
            return ()
        return (f"Fördelning, ej mätt: {', '.join(split['name'])} delar en uppmätt effekt efter plan.",)

    def _table(
        self,
        frame: pd.DataFrame,
        caption: str,
        columns: dict[str, Column],
        totals: tuple[int, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> Table:
        return Table(
            frame,
            caption,
            columns,
            totals=totals if len(frame) else (),
            notes=("Plus förbättrar resultatet.", *notes) if "estimate" in columns else notes,
            unit=self.money.unit,
            currency=self.money.currency,
        )


def _interval_columns(missing: str = NO_ESTIMATE, levels: tuple[int, ...] = LEVELS) -> dict[str, Column]:
    columns = {}
    for level in levels:
        columns[f"lo-{level}"] = Column(f"{level} % från", "amount", signed=True, missing=missing)
        columns[f"hi-{level}"] = Column("till", "amount", signed=True, missing=missing)
    return columns
