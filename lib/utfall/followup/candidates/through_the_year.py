"""What each candidate said after each month of the year, and when in the year each has been worth believing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.followup.forecast_accounts.make import BUDGET, METHOD, OWN
from utfall.followup.forecast_accounts.views import METHOD_NOTES, METHOD_WORDS
from utfall.presentation.charts import by_month
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_name
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, plural
from utfall.results import Result

PLAIN_SHOWN = "last_year_profile"
"""The plain method drawn beside the model, the budget and the own forecast."""

DRAWN = (METHOD, BUDGET, OWN, PLAIN_SHOWN)
"""Candidates drawn: more could not be told apart."""


@dataclass(frozen=True, eq=False, repr=False)
class ThroughTheYear(Result):
    """Full-year net by every candidate after each month of this year.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        Last month with an outcome.
    frame : DataFrame
        One row a month through `period`: ``period``, one column a candidate (SEK in result sign, missing where the
        candidate could not be given), ``lo-80`` and ``hi-80`` of the model's.
    money : Money
        How amounts are written.
    """

    unit_name: str
    period: pd.Timestamp
    frame: pd.DataFrame
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def table(self) -> Table:
        """Every candidate after every month."""
        columns = {"period": Column("Efter", "period")}
        columns |= {method: Column(METHOD_WORDS[method], "amount") for method in self._given}
        return Table(
            self.frame,
            f"Helårets netto enligt varje prognos, månad för månad {self.period.year}",
            columns,
            notes=METHOD_NOTES[: 1 + (OWN in self._given)],
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw how the candidates have moved, with the model's interval."""
        months = self.frame.set_index(self.frame["period"].dt.month)
        drawn = [method for method in DRAWN if method in self._given]
        band = months[["lo-80", "hi-80"]].set_axis(["lo", "hi"], axis=1)
        return by_month(
            months[drawn].rename(columns=METHOD_WORDS),
            title=self._headline(),
            band=band if band.notna().any(axis=None) else None,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def text(self) -> str:
        """Tell how far the model's and the controllers' forecasts have moved since January."""
        sentences = [f"{self._headline()}."]
        for method in (OWN, PLAIN_SHOWN):
            known = self.frame[method].dropna() if method in self.frame else pd.Series()
            if len(known) > 1:
                sentences.append(f"{METHOD_WORDS[method]}: {self._moved(known)}.")
        return " ".join(sentences)

    def _headline(self) -> str:
        known = self.frame[METHOD].dropna()
        if len(known) < 2:
            return f"Prognosen efter {period_name(self.period)} är {self.money.write(known.iloc[-1])}"
        return f"Prognosen har gått {self._moved(known)}"

    def _moved(self, known: pd.Series) -> str:
        first, last = (self.frame["period"][known.index[at]] for at in (0, -1))
        begun, ended = (self.money.write(known.iloc[at]) for at in (0, -1))
        months = f"efter {_month(first)}", f"efter {_month(last)}"
        return f"från {begun} {months[0]} till {ended} {months[1]}"

    @property
    def _given(self) -> list[str]:
        return [method for method in METHOD_WORDS if method in self.frame and self.frame[method].notna().any()]


@dataclass(frozen=True, eq=False, repr=False)
class ErrorsByMonth(Result):
    """How much each candidate has missed by in earlier years, by the month the forecast was made.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    frame : DataFrame
        One row a month (1 to 11): ``month`` and one column a candidate, mean absolute error as a share of gross cost.
    nodes : int
        Nodes the errors are pooled over.
    years : int
        Earlier years.
    comparable : str
        What the nodes are called: "enheter".
    """

    unit_name: str
    frame: pd.DataFrame
    nodes: int
    years: int
    comparable: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def table(self) -> Table:
        """Mean error of every candidate, by month."""
        frame = self.frame.assign(label=[capitalise_first(_month_of(month)) for month in self.frame["month"]])
        columns = {"label": Column("Efter")}
        columns |= {
            method: Column(METHOD_WORDS[method], "percent", decimals=2, missing="för få tidigare år")
            for method in METHOD_WORDS
            if method in frame
        }
        return Table(frame, "Medelfel i andel av kostnaden, efter månad då prognosen gjordes", columns)

    def plot(self) -> Chart:
        """Draw the errors by month."""
        drawn = [method for method in DRAWN if method in self.frame]
        errors = self.frame.set_index("month")[drawn].rename(columns=METHOD_WORDS)
        return by_month(errors, title=self._headline(), unit="%", from_zero=True)

    def text(self) -> str:
        """Tell from which month the model has been a better guess than the budget."""
        years = plural(self.years, "tidigare år", "tidigare år")
        rests = years if self.nodes == 1 else f"{years} i {self.nodes} {self.comparable}"
        sentence = f"{self._headline()}. Det bygger på {rests}."
        last = self.frame.iloc[-1]
        if METHOD not in self.frame:
            return sentence
        first = self.frame.iloc[0]
        sentence += (
            f" Efter {_month_of(first['month'])} är modellens medelfel {percent(first[METHOD], 2)} av kostnaden, "
            f"efter {_month_of(last['month'])} {percent(last[METHOD], 2)}"
        )
        half = self.frame.loc[self.frame[METHOD] <= first[METHOD] / 2, "month"]
        return f"{sentence}; det har halverats efter {_month_of(half.iloc[0])}." if len(half) else f"{sentence}."

    def _headline(self) -> str:
        if METHOD not in self.frame or BUDGET not in self.frame:
            return "Modellen och budgeten har för få gemensamma år för att jämföras"
        better = self.frame[METHOD] < self.frame[BUDGET]
        if better.all():
            return "Modellen har träffat bättre än budgeten från årets första månad"
        if not better.any():
            return "Budgeten har träffat minst lika bra som modellen hela året"
        # From the month after the last in which the budget was as good.
        last = self.frame["month"][~better].max()
        if last == self.frame["month"].max():
            return "Budgeten har träffat minst lika bra som modellen ännu sent på året"
        return f"Budgeten har varit en minst lika bra gissning till och med {_month_of(last)}, därefter inte"


def _month(period: pd.Timestamp) -> str:
    return period_name(period).split(" ")[0]


def _month_of(number: float) -> str:
    return _month(pd.Timestamp(2000, int(number), 1))
