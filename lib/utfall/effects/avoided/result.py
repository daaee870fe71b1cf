"""What a measure avoided: the result, with its tables, picture and words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.avoided.cost_bridge import CostBridge
from utfall.effects.avoided.guards import Guard, Status
from utfall.effects.avoided.usage_words import UsageWords
from utfall.evidence import Check, Grade
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.counterfactual import counterfactual
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_name, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, plural
from utfall.results import NotAvailable, Result

Floats = NDArray[np.float64]

AVOIDED, ADDED, UNDECIDED = "undviken kostnad", "merkostnad", "kan inte avgöras"
"""The verdicts."""

SURE = 0.975
"""Probability from which a direction is claimed: the 95 per cent interval then lies on one side of zero."""

HUNDRED = 100
"""The intensity is shown for this many of what it is counted by: 92,0 rather than 0,92."""

LEVELS = (80, 95)
"""Probabilities of the intervals in tables, in per cent."""


@dataclass(frozen=True, eq=False, repr=False)
class AvoidedCost(Result):
    """What a measure avoided, and why the cost moved all the same.

    Attributes
    ----------
    start, period : Timestamp
        First month with the measure, and the latest.
    path : DataFrame
        By ``period``: ``cost`` (positive), ``patients`` where known, ``intensity`` (use per need; with strata, at the
        mix and intensities of before), and from the start ``without`` (the intensity without the measure), ``effect``
        (relative change of the intensity: −0.1 is ten per cent less) and ``avoided`` (SEK, + saved), each of the last
        three with ``_lo`` and ``_hi`` at 95 per cent. Missing before the start, and where a month would point at
        fewer than five patients.
    totals : DataFrame
        By ``span`` ("month", "to_date", "full_year"): ``avoided``, ``lo-80, hi-80, lo-95, hi-95``; SEK, + saved.
    booked : float
        Cost since the start, SEK, positive.
    bridge : CostBridge or NotAvailable
        Why the cost moved, SEK in result sign.
    guards : tuple of Guard
        What else happened around the start.
    placebo : DataFrame
        The estimate where nothing happened (see `placebos`).
    ramps : dict of int to float
        Probability of each way the measure may have been introduced: months to full effect.
    probability_avoided : float
        That the cost since the start is lower than it would have been.
    need_name : {"need", "doses"}
        What the use is held against.
    words : UsageWords
        What the quantities are called.
    money : Money
        How amounts are written.
    """

    start: pd.Timestamp
    period: pd.Timestamp
    path: pd.DataFrame
    totals: pd.DataFrame
    booked: float
    bridge: CostBridge | NotAvailable
    guards: tuple[Guard, ...]
    placebo: pd.DataFrame
    ramps: dict[int, float]
    probability_avoided: float
    need_name: str
    words: UsageWords
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    _draws: Floats
    """Avoided cost since the start, one value a draw."""

    @property
    def amount(self) -> float:
        """Avoided cost since the start, SEK, + saved."""
        return float(self.totals["avoided"]["to_date"])

    def amount_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Interval around the avoided cost since the start."""
        lo, hi = ends(self._draws, level)
        return float(lo), float(hi)

    @property
    def relative(self) -> float:
        """Effect on the cost since the start, as a share of what it would have been: −0.12 is twelve per cent less."""
        return float((-self._draws / (self.booked + self._draws)).mean())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Interval around the relative effect."""
        lo, hi = ends(-self._draws / (self.booked + self._draws), level)
        return float(lo), float(hi)

    def probability(self, at_least: float = 0.0) -> float:
        """Probability that more than this has been avoided since the start, SEK."""
        return float((self._draws > at_least).mean())

    @property
    def verdict(self) -> str:
        """`AVOIDED`, `ADDED` or `UNDECIDED`."""
        if self.obstacle or 1 - SURE < self.probability_avoided < SURE:
            return UNDECIDED
        return AVOIDED if self.probability_avoided >= SURE else ADDED

    @property
    def obstacle(self) -> str:
        """What makes the estimate unusable, whatever it says; empty when nothing does."""
        for guard in self.guards:
            if guard.status is Status.RAISED and guard.key == "pack_size":
                return guard.words
        if self.placebo["found"].any():
            return "Samma beräkning visar en effekt även före starten, där ingen fanns."
        return ""

    @property
    def is_joint(self) -> bool:
        """Whether the effect of the measure cannot be told from that of a changed volume."""
        return any(guard.key == "volume" and guard.status is Status.RAISED for guard in self.guards)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The bridge's sum, the placebos and the guards."""
        bridge = () if isinstance(self.bridge, NotAvailable) else (self.bridge.check,)
        guards = tuple(check for guard in self.guards if (check := guard.check))
        return (*bridge, *self._placebo_check(), *guards)

    @property
    def grade(self) -> Grade:
        """B when the need is known, no guard is up and the placebos passed; D when the estimate is unusable; else C."""
        if self.obstacle:
            return Grade.D
        clean = self.need_name == "need" and not any(guard.status is Status.RAISED for guard in self.guards)
        return Grade.B if clean and len(self.placebo) else Grade.C

    @property
    def table(self) -> Table:
        """What was avoided: in the latest month, since the start, and in a year at the present rate."""
        labels = {
            "month": capitalise_first(period_name(self.period)),
            "to_date": f"Sedan starten ({period_range(self.start, self.period)})",
            "full_year": "Helårstakt",
        }
        columns = {"label": Column("Undviken kostnad"), "avoided": Column("Skattning", "amount", signed=True)}
        for level in LEVELS:
            columns[f"lo-{level}"] = Column(f"{level} % från", "amount", signed=True)
            columns[f"hi-{level}"] = Column("till", "amount", signed=True)
        return Table(
            self.totals.assign(label=self.totals.index.map(labels)),
            "Undviken kostnad vid faktiska priser och faktisk volym",
            columns,
            notes=(f"Plus är undviken kostnad. Bedömning: {self.verdict}. Evidensgrad {self.grade.value}.",),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def closing_table(self) -> Table:
        """From the cost without the measure to the booked cost."""
        avoided = round(self.amount, 2)
        rows = [
            {"label": "Kostnad utan åtgärden (skattad)", "amount": -(self.booked + avoided)},
            {"label": "Undviken kostnad (skattad)", "amount": avoided},
            {"label": "Bokförd kostnad", "amount": -self.booked},
        ]
        return Table(
            pd.DataFrame(rows),
            f"Avstämning mot bokförd kostnad, {period_range(self.start, self.period)}",
            {"label": Column("Post"), "amount": Column("Belopp", "amount", signed=True)},
            totals=(-1,),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def month_table(self) -> Table:
        """Month by month since the start."""
        frame = self.path[self.path.index >= self.start].reset_index()
        frame[["intensity", "without"]] *= HUNDRED
        why = "månaden saknas, eller har få patienter"
        figures = {
            "cost": ("Bokförd kostnad", False),
            "intensity": (capitalise_first(self.words.per_hundred), None),
            "without": ("Utan åtgärden", None),
            "avoided": ("Undviken kostnad", True),
            "avoided_lo": ("95 % från", True),
            "avoided_hi": ("till", True),
        }
        columns = {"period": Column("Månad", "period")}
        for name, (label, signed) in figures.items():
            if signed is None:
                columns[name] = Column(label, "number", decimals=1, missing=why)
            else:
                columns[name] = Column(label, "amount", signed=signed, missing=why)
        return Table(
            frame,
            "Undviken kostnad månad för månad",
            columns,
            currency=self.money.currency,
        )

    @property
    def guard_table(self) -> Table:
        """What else could look like the measure, and what was found."""
        words = {Status.CLEAR: "Nej", Status.MET: "Ja, hanteras", Status.RAISED: "Ja", Status.UNTESTED: "Ej prövat"}
        rows = [{"name": guard.name, "status": words[guard.status], "words": guard.words} for guard in self.guards]
        columns = {"name": Column("Förutsättning"), "status": Column("Avviker"), "words": Column("Vad som syns")}
        return Table(pd.DataFrame(rows), "Annat som kan likna eller dölja åtgärdens effekt", columns)

    def plot(self) -> Chart:
        """Draw the intensity, and what it would have been without the measure."""
        names = {"intensity": "actual", "without": "without", "without_lo": "lo", "without_hi": "hi"}
        path = HUNDRED * self.path[list(names)].rename(columns=names)
        change = percent(abs(self.relative), 0)
        since = f"sedan {period_name(self.start)}"
        title = {
            AVOIDED: f"Åtgången är {change} lägre än den hade varit utan åtgärden, {since}",
            ADDED: f"Åtgången är {change} högre än den hade varit utan åtgärden, {since}",
            UNDECIDED: f"Det kan inte avgöras om åtgången ändrats av åtgärden, {since}",
        }[self.verdict]
        return counterfactual(path, self.start, title=title, unit=self.words.per_hundred)

    def text(self) -> str:
        """Tell why the cost moved, what was avoided, and how sure that is."""
        since, edges = period_name(self.start), self.amount_interval()
        if self.verdict == UNDECIDED:
            lo, hi = map(self.money.write, edges)
            why = self.obstacle or (
                f"Den undvikna kostnaden sedan {since} skattas till {self.money.write(self.amount)}, men den kan vara "
                f"från {lo} till {hi} (95 % intervall)."
            )
            said = f"Om åtgärden har minskat åtgången kan inte avgöras. {why}"
        else:
            word, kind = ("högre", "undviks") if self.verdict == AVOIDED else ("lägre", "tillkommer")
            lo, hi = (self.money.write(value) for value in sorted(map(abs, edges)))
            size, rate = (self.money.write(abs(self.totals["avoided"][span])) for span in ("to_date", "full_year"))
            said = (
                f"Utan åtgärden hade kostnaden sedan {since} varit {size} {word} vid samma priser och antal "
                f"{self._counted} (95 % intervall {lo} till {hi}). I dagens takt {kind} {rate} på ett år."
            )
            if self.is_joint:
                said += (
                    f" Det gäller åtgärd och volym tillsammans, för fler {self._counted} per dag kan i sig minska "
                    "åtgången."
                )
        moved = "" if isinstance(self.bridge, NotAvailable) else f"{self.bridge.text()} "
        return f"{moved}{said}"

    @property
    def _counted(self) -> str:
        return self.words.treated if "patients" in self.path.columns else self.words.needs

    def _placebo_check(self) -> tuple[Check, ...]:
        if self.placebo.empty:
            return ()
        effects = self.placebo["effect"].to_numpy()
        worst = float(np.expm1(effects[np.abs(effects).argmax()]))
        number = plural(len(self.placebo), "låtsad start", "låtsade starter")
        detail = f"{number} före den verkliga, störst skattad ändring {percent(worst, 1, signed=True)}"
        return (Check("Ingen effekt hittas där ingen finns", not self.placebo["found"].any(), detail),)


def ends(draws: Floats, level: float) -> Floats:
    """Ends of the interval that leaves as many draws below as above.

    Parameters
    ----------
    draws : ndarray
        One row a draw.
    level : float
        Probability of the interval.

    Returns
    -------
    ndarray
        Lower and upper end.
    """
    return np.asarray(np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0))
