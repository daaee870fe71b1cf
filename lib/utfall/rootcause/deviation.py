"""Why does the outcome deviate? The steps of the root-cause method in their order, each leaving a trace."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, list_words
from utfall.region import Region
from utfall.results import NotAvailable, Result
from utfall.rootcause.comparison import Comparison, compare
from utfall.rootcause.high_cost import HighCost, high_cost_cases
from utfall.rootcause.located import Located, locate
from utfall.rootcause.price_volume import PriceVolume, price_and_volume
from utfall.rootcause.signal import noise_band
from utfall.rootcause.trail import Step, trail_table

HISTORY_YEARS = 3
"""Years before the judged one from which the month-to-month noise is taken."""

MATERIAL_SHARE = 0.1
"""An improvement (or worsening) smaller than this share of the largest deviation is not worth a sentence."""

VISIBLE_SHARE = 0.02
"""A step smaller than this share of the largest is a line nobody sees: it is added to the rest."""

NEGLIGIBLE_SHARE = 0.002
"""A deviation below this share of what was expected is no signal, however quiet its history."""

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
    located : Located
        Where it sits: the largest parts, and the segments that stand out.
    price_volume : PriceVolume or NotAvailable
        Change of cost since last year by price, volume, mix and efficiency.
    high_cost : HighCost or NotAvailable
        Single high-cost cases, within the disclosure rule.
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
    located: Located
    price_volume: PriceVolume | NotAvailable
    high_cost: HighCost | NotAvailable
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
            "band": Column("Normal variation ±", "amount", missing="för kort historik, eller summa"),
            "judgement": Column("Bedömning"),
        }
        return Table(
            pd.concat([lines, pd.DataFrame([total])], ignore_index=True),
            f"Avvikelse mot {self.reference_words} per post, {period_range(self.since, self.period)}",
            columns,
            totals=(-1,),
            notes=("Signal: avvikelsen är större än normal variation. Brus: den ryms i normal variation.",),
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
            sentences.append(f"{noise} av {total} poster ligger inom sin normala variation och tolkas inte.")
        return " ".join(sentences)

    @property
    def is_material(self) -> pd.Series:
        """Which lines deviate enough, beside the one that deviates most, to be worth a sentence."""
        size = self.lines["deviation"].abs()
        shown = self.lines["deviation"].map(lambda value: bool(self.money.assess(value)))
        return shown & (size >= MATERIAL_SHARE * size.max())

    def _headline(self) -> str:
        return f"{self.unit_name} ligger {self.money.compare(self.deviation, self.reference_words)}"


def explain_deviation(
    region: Region,
    *,
    unit: str | None = None,
    period: str | pd.Timestamp,
    against: str | None = None,
) -> Deviation:
    """Explain the deviation of a node's year so far: the whole root-cause method.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given.
    period : str or Timestamp
        Last month; the deviation runs from January.
    against : {"budget", "previous_year"}, optional
        What the outcome is compared with; the region's own reference when not given.

    Returns
    -------
    Deviation

    Raises
    ------
    InvalidParameter
        For a unit, period or reference that cannot be used.
    IdentityFailed
        When a sum that must hold does not: the parts and the ledger, or the drivers and the change.
    """
    comparison = compare(region, unit=unit, period=period, against=against)
    lines = _lines(comparison)
    money = Money.for_amounts(lines[["actual", "expected"]].to_numpy().ravel(), region.currency)
    located = locate(comparison, money)
    split = price_and_volume(comparison, money)
    care = lines.loc[lines["line"] == "purchased_care", "deviation"].sum()
    checks = (
        *_control_totals(comparison, lines),
        require_identity(
            "Delarna summerar till avvikelsen", located.parts["deviation"].sum(), lines["deviation"].sum()
        ),
    )
    return Deviation(
        unit=comparison.node.code,
        unit_name=comparison.node.name,
        since=comparison.since,
        period=comparison.period,
        against=comparison.against,
        reference_words=comparison.reference_words,
        lines=lines,
        located=located,
        price_volume=split,
        high_cost=high_cost_cases(comparison, float(care), money),
        trail=_trail(lines, checks, located, split),
        money=money,
        assumptions=(
            f"Normal variation är tre standardavvikelser åt vardera hållet, skattade ur de {HISTORY_YEARS} "
            "föregående årens månader, rensade från säsong och trend.",
        ),
        warnings=(split.reason,) if isinstance(split, NotAvailable) else (),
        checks=checks + (() if isinstance(split, NotAvailable) else split.checks),
    )


def _lines(comparison: Comparison) -> pd.DataFrame:
    """Compare each report line, and judge its deviation against the line's own noise."""
    frame = comparison.amounts(["line"])
    register = comparison.region.accounts.frame[["line", "name", "kind", "order"]]
    frame = frame.merge(register, on="line").sort_values("order", ignore_index=True)
    history = comparison.region.amounts(
        ["line", "period"],
        unit=comparison.node.code,
        since=comparison.since - pd.DateOffset(years=HISTORY_YEARS),
        until=comparison.since - pd.DateOffset(months=1),
        structure=comparison.period,
    )
    frame = frame.merge(noise_band(history, comparison.period.month), on="line", how="left")
    size = frame["deviation"].abs()
    large = (size > NEGLIGIBLE_SHARE * frame["expected"].abs()) & (size > frame["band"])
    signal = large.astype("boolean").where(frame["band"].notna())
    columns = ["line", "name", "kind", "actual", "expected", "deviation", "band", "signal"]
    return frame.assign(signal=signal)[columns]


def _control_totals(comparison: Comparison, lines: pd.DataFrame) -> tuple[Check, ...]:
    """Ledger in = report out, for the outcome and for what it is compared with."""
    region, code, since, until = comparison.region, comparison.node.code, comparison.since, comparison.period
    ledger = region.control_total(unit=code, since=since, until=until)
    checks = [require_identity("Rapportens utfall = huvudbokens summa", lines["actual"].sum(), ledger)]
    if comparison.against == "budget":
        budget = region.control_total(unit=code, since=since, until=until, table="budget")
        checks.append(require_identity("Rapportens budget = budgettabellens summa", lines["expected"].sum(), budget))
    return tuple(checks)


def _trail(
    lines: pd.DataFrame, checks: tuple[Check, ...], located: Located, split: PriceVolume | NotAvailable
) -> tuple[Step, ...]:
    judged = int(lines["signal"].notna().sum())
    outside = int(lines["signal"].fillna(False).sum())
    gross = abs(located.worsened) + located.improved
    left = abs(located.segments.unexplained) / gross if gross else 0.0
    found = len(located.segments.causes)
    steps = [
        Step(
            "Kontrollsummor",
            "Huvudbok, budget",
            "Rapportens summa är huvudbokens summa på öret",
            f"{len(checks)} kontroller håller",
            Grade.A,
        ),
        Step(
            "Signal eller brus",
            f"Månadsutfall {HISTORY_YEARS} år före",
            "Tre standardavvikelser, säsong och trend borträknade",
            f"{outside} av {judged} poster är signal" if judged else "Kan inte avgöras: för kort historik",
            Grade.C,
        ),
        Step(
            "Segment",
            "Enhet × konto",
            "Minsta antal segment som skiljer ut sig från bruset",
            f"{found} segment; oförklarat netto är {percent(left, 0)} av bruttoavvikelsen",
            Grade.C,
        ),
    ]
    if isinstance(split, PriceVolume):
        steps.append(
            Step(
                "Pris, volym, mix, effektivitet",
                "Räknade volymer, prisindex",
                "Additiv LMDI mot samma månader förra året",
                "Delarna summerar till förändringen",
                split.grade,
            )
        )
    return tuple(steps)


def _judgement(signal: bool | None) -> str:
    if pd.isna(signal):
        return "kan inte avgöras"
    return "signal" if signal else "brus"
