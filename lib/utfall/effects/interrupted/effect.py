"""The effect of one measure, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.effects.interrupted.draws import Draws
from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.counterfactual import counterfactual
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, percent, short_period
from utfall.presentation.tables import Column, Kind, Table
from utfall.presentation.words import capitalise_first, change_words
from utfall.results import Result

UNDECIDED = "kan inte avgöras"
"""The verdict when the interval holds both a lowering and a rise, or nothing at all."""

ROWS_SHOWN = 24
"""Periods of the printed table; the last ones when there are more."""


@dataclass(frozen=True, eq=False, repr=False)
class Effect(Result):
    """Effect of one measure on one series; returned by `estimate_effect`.

    Attributes
    ----------
    path : pandas.DataFrame
        By period from the start on: ``effect`` (share), ``lo`` and ``hi`` at `level`, ``actual``,
        ``counterfactual`` (what it would have been without the measure) with ``counterfactual_lo`` and
        ``counterfactual_hi``, and ``saved`` (counterfactual − actual, positive when something was saved).
    history : pandas.Series
        The figures before the start.
    level : float
        Coverage of the intervals.
    minimum_detectable : float
        Smallest lowering, as a share, that would be seen in four cases of five: known from the history, before the
        measure was judged.
    placebo : pandas.DataFrame
        The same judgement at earlier dates, when nothing was done: ``start``, ``end``, ``effect`` (share),
        ``standardised`` (in standard errors it claims for itself), ``inside`` (whether its 95 % interval holds 0).
    stretch : float
        How much wider than the model's own the intervals are, for the placebos to be covered.
    measured : str
        What the effect is on, in Swedish: "kostnaden", "kostnaden per volym", "antalet".
    money : bool
        Whether the figures are amounts of money.
    compared : bool
        Whether a comparison was used.
    negative_control : Effect or None
        The same judgement on a series the measure cannot have touched.
    assumptions, warnings : tuple of str
        Swedish sentences.
    own_checks : tuple of Check
        What could have failed of the judgement.
    comparison_checks : tuple of Check
        What could have failed of the comparison: the estimate then stands on the series' own history.
    """

    path: pd.DataFrame
    history: pd.Series
    level: float
    minimum_detectable: float
    placebo: pd.DataFrame
    stretch: float
    measured: str
    money: bool
    compared: bool
    negative_control: Effect | None
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    own_checks: tuple[Check, ...]
    comparison_checks: tuple[Check, ...]
    _draws: Draws

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check."""
        return self.own_checks + self.comparison_checks

    @property
    def grade(self) -> Grade:
        """B with a comparison and every check passed, C when the series stands alone, D when a check of it failed."""
        if not all(check.passed for check in self.own_checks):
            return Grade.D
        sound = self.compared and all(check.passed for check in self.comparison_checks)
        return Grade.B if sound else Grade.C

    @property
    def relative(self) -> float:
        """Mean effect over the periods from the start on, as a share: −0.08 is 8 % lower."""
        return float(np.expm1(self._draws.expected(self._draws.mean_effect)))

    def interval(self, level: float | None = None) -> tuple[float, float]:
        """Interval of the mean effect, as shares.

        Parameters
        ----------
        level : float, optional
            Its coverage; the result's own when left out.

        Returns
        -------
        tuple of float
        """
        low, high = self._draws.quantiles(self._draws.mean_effect, self._tails(level))
        return float(np.expm1(low)), float(np.expm1(high))

    @property
    def amount(self) -> float:
        """What was saved from the start on, in the unit of the cost, at the prices and volumes there were."""
        return float(self._draws.expected(self._saved))

    def amount_interval(self, level: float | None = None) -> tuple[float, float]:
        """Interval of the amount saved.

        Parameters
        ----------
        level : float, optional
            Its coverage; the result's own when left out.

        Returns
        -------
        tuple of float
        """
        low, high = self._draws.quantiles(self._saved, self._tails(level))
        return float(low), float(high)

    def probability(self, at_least: float = 0.0) -> float:
        """Probability that at least so much was saved from the start on.

        Parameters
        ----------
        at_least : float, default 0.0
            Amount in the unit of the cost: the plan for the same periods, or 0 for any saving at all.

        Returns
        -------
        float
        """
        return self._draws.share_at_least(self._saved, at_least)

    @property
    def verdict(self) -> str:
        """What can be said, in words."""
        low, high = self.interval()
        if low <= 0 <= high:
            return UNDECIDED
        said = f"{self.measured} blev {'lägre' if high < 0 else 'högre'}"
        return said if self.grade is not Grade.D else f"{said}, men underlaget är svagt"

    @property
    def placebo_view(self) -> Table | None:
        """The same judgement at earlier dates, when nothing was done; None when the history is too short for any."""
        if self.placebo.empty:
            return None
        columns = {
            "start": Column("Påhittad start", "period"),
            "effect": Column("Skattad effekt", "percent", signed=True),
            "words": Column("Utfall"),
        }
        words = self.placebo["inside"].map({True: "ingen effekt", False: "en effekt, som inte finns"})
        wider = f"Intervallen är vidgade {number(self.stretch, 2)} gånger."
        notes = (f"Väntat är att högst en av tjugo visar en effekt. {wider}",)
        frame = self.placebo.assign(words=words)[list(columns)]
        return Table(frame, "Samma bedömning på påhittade startdatum i historien", columns, notes=notes)

    @property
    def table(self) -> Table:
        """Month by month: what it was, what it would have been, and what was saved."""
        frame = self.path.reset_index()
        total = frame[["actual", "counterfactual", "saved"]].sum(min_count=1)
        frame["period"] = [_short(period) for period in frame["period"]]
        left_out = max(len(frame) - ROWS_SHOWN, 0)
        shown = pd.concat(
            [frame.iloc[left_out:], pd.DataFrame([{"period": "Hela perioden", **total}])], ignore_index=True
        )
        kind: Kind = "amount" if self.money else "number"
        columns = {
            "period": Column("Period"),
            "actual": Column("Utfall", kind),
            "counterfactual": Column("Utan åtgärden", kind),
            "saved": Column("Minskning", kind, signed=True),
            "effect": Column("Effekt", "percent", signed=True, missing="medelvärdet står i texten"),
        }
        notes = (f"De {left_out} första perioderna visas inte, men ingår i summan.",) if left_out else ()
        unit = Money.for_deviations(frame["actual"], frame["saved"]).unit if self.money else None
        return Table(shown, "Åtgärdens effekt per period", columns, totals=(-1,), notes=notes, unit=unit)

    def plot(self) -> Chart:
        """Draw the outcome against what it would have been without the measure."""
        drawn = ["actual", "counterfactual", "counterfactual_lo", "counterfactual_hi"]
        after = self.path[drawn].set_axis(["actual", "without", "lo", "hi"], axis=1)
        shown = pd.concat([self.history.to_frame("actual"), after])
        if isinstance(shown.index, pd.PeriodIndex):
            shown.index = shown.index.to_timestamp()
        return counterfactual(
            shown,
            shown.index[len(self.history)],
            title=self._headline(),
            level=round(100 * self.level),
            unit=None if self.money else "antal",
        )

    def text(self) -> str:
        """Tell the effect, or that it cannot be told, with what could have been seen."""
        low, high = self.interval()
        span = f"mellan {change_words(low)} och {change_words(high)}"
        sure = f"med {percent(self.level, 0)} säkerhet"
        sentences = [f"{self._headline()}."]
        if self.verdict == UNDECIDED:
            sentences.append(f"Utfallet ligger {sure} {span} än det hade blivit utan åtgärden.")
        else:
            sentences.append(f"Skillnaden ligger {sure} {span}.")
            sentences.append(self._amount_words(sure))
        sentences.append(
            "Historien visade redan före start att en sänkning måste vara ungefär "
            f"{percent(self.minimum_detectable)} för att synas."
        )
        if self.grade is Grade.D:
            failed = "; ".join(check.name.lower() for check in self.own_checks if not check.passed)
            sentences.append(f"Underlaget är svagt, för detta är inte uppfyllt: {failed}.")
        return " ".join(sentences)

    def _headline(self) -> str:
        if self.verdict == UNDECIDED:
            return f"Det {UNDECIDED} om åtgärden ändrade {self.measured}"
        return f"{capitalise_first(self.measured)} blev {change_words(self.relative)} än utan åtgärden"

    def _amount_words(self, sure: str) -> str:
        amount, (low, high) = self.amount, self.amount_interval()
        word = "minskning" if amount >= 0 else "ökning"
        turned = (amount, low, high) if amount >= 0 else (-amount, -high, -low)
        if self.money:
            money = Money.for_amounts([amount, low, high])
            size, least, most = (money.write(value) for value in turned)
        else:
            size, least, most = (number(value) for value in turned)
        return f"Det är en {word} på {size} från start ({sure} {least} till {most})."

    @property
    def _saved(self) -> np.ndarray:
        return self._draws.saved(self.path["actual"].to_numpy("float64"))

    def _tails(self, level: float | None) -> tuple[float, float]:
        coverage = checked_level(self.level if level is None else level)
        return (1 - coverage) / 2, (1 + coverage) / 2


def checked_level(level: float) -> float:
    """Refuse a coverage that is no share.

    Examples
    --------
    >>> checked_level(0.9)
    0.9
    """
    if not 0 < level < 1:
        raise InvalidParameter(f"level is {level}; write it as a share between 0 and 1, as 0.95.")
    return level


def _short(period: pd.Period | pd.Timestamp) -> str:
    if isinstance(period, pd.Period) and not period.freqstr.startswith("M"):
        return str(period)
    return short_period(period)
