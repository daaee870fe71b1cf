"""Where the year is heading: every candidate beside the others, with what each has been worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.followup.candidates.assembled import candidate_rows, rows_through_the_year
from utfall.followup.candidates.gathered import gather
from utfall.followup.candidates.probabilities import Probabilities, probabilities
from utfall.followup.candidates.records import Record, errors_by_month, past_forecasts, record_at
from utfall.followup.candidates.remade import remade_forecasts, tests_of_outlook
from utfall.followup.candidates.standing import record_note, standing_words
from utfall.followup.candidates.through_the_year import ErrorsByMonth, ThroughTheYear
from utfall.followup.forecast_accounts.make import METHOD
from utfall.followup.forecast_accounts.views import METHOD_NOTES, METHOD_WORDS
from utfall.followup.outlook import NET, Outlook, outlook_and_forecast
from utfall.forecasting.panel import MONTHS
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import NBSP, percent, period_name
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.region import Region
from utfall.results import NotAvailable, Result

LEVEL_WORDS = {"board": "nämnder", "division": "divisioner", "area": "områden", "unit": "enheter"}
"""What comparable nodes of each level are called."""

SEEN_THEN = (
    "Facit räknas i dag, men varje prognos har bara fått se det som var bokfört lika många dagar efter sin månad som "
    "den senaste månaden nu har haft. Den egna prognosen är som den lämnades."
)
"""What the record takes for given where the ledger says when rows were booked."""

SEEN_NOW = (
    "Facit räknas i dag på bokförda uppgifter: varje prognos har fått se det som hör till månaderna till och med sin "
    "egen, också det som bokfördes senare."
)
"""The same where it does not."""

ASSUMPTIONS = (
    "Felet är prognosen minus utfallet, som andel av enhetens kostnad det året. Nettot kan ligga nära noll och är "
    "inget mått att dela med. Positiv snedhet betyder att prognosen var bättre än utfallet blev.",
    "Skillnader mellan prognoser jämförs på samma enheter och år; osäkerheten räknas mellan år, och mellan enheter.",
)
"""What the comparison takes for given."""

STANDING_WORDS = {
    "best": "bäst hittills",
    "level": "oavgjort",
    "worse": "större fel",
    "": "för få år",
}
"""How a candidate stands by its record."""

COARSER = (
    "Modellens prognos för tidigare månader, och för de jämförbara, är gjord direkt på varje nods poster och inte "
    "enhet för enhet."
)
"""Said of nodes above the units, whose own forecast is made from their units'."""


@dataclass(frozen=True, eq=False, repr=False)
class YearForecast(Result):
    """Every candidate for the full year of one node, and what each has been worth.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        Last month with an outcome.
    frame : DataFrame
        One row a candidate: ``method, label, income, cost, net`` (SEK in result sign), ``deviation`` from the budget
        (or last year where there is none), ``reason`` (why it is missing, in Swedish), then its record at the same
        month of earlier years: ``own_error, own_bias, own_count`` for the node, ``error, bias, count`` with the
        comparable nodes, ``behind, behind_low, behind_high, verdict, standing`` against the best.
    record : Record
        The same record, and how many nodes and years it rests on.
    outlook : Outlook
        The model's forecast, line by line.
    through_the_year : ThroughTheYear
        What each candidate said after each month.
    errors : ErrorsByMonth
        How much each has missed by, by month.
    probabilities : Probabilities
        How likely the budget and the goals are.
    comparable : str
        What the comparable nodes are called.
    """

    unit_name: str
    period: pd.Timestamp
    frame: pd.DataFrame
    record: Record
    outlook: Outlook
    through_the_year: ThroughTheYear
    errors: ErrorsByMonth | NotAvailable
    probabilities: Probabilities
    comparable: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def money(self) -> Money:
        """How amounts are written."""
        return self.outlook.money

    @property
    def heading(self) -> Prose:
        """Which node and month this is about."""
        return Prose(f"**{self.unit_name}**, efter {period_name(self.period)}.")

    @property
    def best(self) -> pd.Series | None:
        """The candidate that has done best; None where there is nothing to rank by."""
        row = self.record.best
        return None if row is None else self.frame[self.frame["method"] == row["method"]].iloc[0]

    @property
    def table(self) -> Table:
        """Candidates side by side, with the record they share."""
        _, words = self.outlook.reference
        columns = {
            "label": Column("Prognos"),
            NET: Column("Helår, netto", "amount", missing="prognosen kan inte ges, se nedan"),
            "deviation": Column(f"Mot {words}", "amount", better="higher", missing="prognosen kan inte ges, se nedan"),
            "error": Column("Medelfel", "percent", decimals=2, missing="inga tidigare år"),
            "bias": Column("Snedhet", "percent", decimals=2, signed=True, missing="inga tidigare år"),
            "count": Column("Prognoser", "number"),
            "standing": Column("Enligt facit"),
        }
        reasons = [f"{row['label']}: {row['reason']}." for row in self.frame.to_dict("records") if row["reason"]]
        best = self.best
        return Table(
            self.frame,
            f"Helåret {self.period.year} enligt varje prognos, och vad prognosen varit värd",
            columns,
            totals=() if best is None else (int(self.frame.index[self.frame["method"] == best["method"]][0]),),
            notes=(record_note(self.record, self.period, self.comparable), *METHOD_NOTES[:1], *reasons),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def records_view(self) -> Table:
        """The node's own record beside that of the comparable nodes."""
        columns = {
            "label": Column("Prognos"),
            "own_error": Column("Medelfel här", "percent", decimals=2, missing="inga tidigare år"),
            "own_bias": Column("Snedhet här", "percent", decimals=2, signed=True, missing="inga tidigare år"),
            "own_count": Column("Prognoser här", "number"),
            "error": Column("Medelfel, alla", "percent", decimals=2, missing="inga tidigare år"),
            "count": Column("Prognoser, alla", "number"),
            "behind_words": Column("Större fel än den bästa (95 %)"),
        }
        frame = self.frame.assign(behind_words=[_behind_words(row) for _, row in self.frame.iterrows()])
        return Table(frame, f"Facit efter {_month(self.period)} tidigare år, andel av kostnaden", columns)

    @property
    def parts_view(self) -> Table:
        """Income, cost and net of every candidate."""
        columns = {"label": Column("Prognos")}
        words = {"income": "Intäkter", "cost": "Kostnader", NET: "Netto"}
        columns |= {
            key: Column(name, "amount", missing="prognosen kan inte ges")
            for key, name in words.items()
            if self.frame[key].notna().any()
        }
        return Table(
            self.frame,
            f"Intäkter och kostnader helåret {self.period.year} enligt varje prognos",
            columns,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw how far each candidate lies from the budget, or from last year where there is none."""
        column, words = self.outlook.reference
        shown = self.frame[(self.frame["method"] != column) & self.frame["deviation"].notna()]
        figures = pd.DataFrame({"label": shown["label"], "amount": shown["deviation"]})
        low, high = (self.money.write(value) for value in (shown["deviation"].min(), shown["deviation"].max()))
        span = low if low == high else f"från {low} till {high}"
        title = f"Prognoserna ligger {span} mot {words}" if len(shown) else "Det finns inget att jämföra prognosen med"
        return bars(figures, title=title, unit=self.money.unit, currency=self.money.currency, sort=False)

    def text(self) -> str:
        """The model's forecast, how likely the budget is, and which forecast has done best."""
        return f"{self.outlook.text()} {standing_words(self.record, self.period, self.comparable)}"


def year_forecast(region: Region, unit: str | None = None, *, period: str | pd.Timestamp) -> YearForecast:
    """Forecast the year of one node by every candidate, and say what each has been worth.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given or empty.
    period : str or Timestamp
        Last month with an outcome.

    Returns
    -------
    YearForecast

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used, or a unit without a single posting.
    IdentityFailed
        When a candidate's income and cost do not sum to its net, or the outcome so far is not the ledger's.
    """
    month = region.period(period)
    node = region.node(unit or None, month)
    outlook, forecast = outlook_and_forecast(region, unit=node.code, period=month)
    gathered = gather(region, node, month)
    this_year, remade = remade_forecasts(gathered)
    exact = tests_of_outlook(node.code, forecast)
    replaced = (remade["node"] == node.code) & (remade["month"] == month.month)
    past = past_forecasts(gathered, pd.concat([remade[~replaced], exact], ignore_index=True), range(1, MONTHS))
    record = record_at(past, month.month, node.code, gathered.read_after)
    frame = candidate_rows(gathered, outlook).merge(record.frame, on="method")
    frame = frame.assign(standing=frame["verdict"].map(STANDING_WORDS))
    coarse = () if node.level == "unit" else (COARSER,)
    assumptions = (SEEN_NOW if gathered.read_after is None else SEEN_THEN, *ASSUMPTIONS, *coarse)
    identities = [
        require_identity(f"{row['label']}: intäkter och kostnader summerar till nettot", row["net"], row["parts"])
        for row in frame.assign(parts=frame[["income", "cost"]].sum(axis=1, min_count=1)).to_dict("records")
        if pd.notna(row["net"])
    ]
    checks = (*outlook.checks, *identities, *model_check(record))
    through = ThroughTheYear(
        unit_name=node.name,
        period=month,
        frame=rows_through_the_year(gathered, outlook, this_year),
        money=outlook.money,
        assumptions=assumptions,
        warnings=(),
        checks=outlook.checks,
        grade=outlook.grade,
    )
    return YearForecast(
        unit_name=node.name,
        period=month,
        frame=frame,
        record=record,
        outlook=outlook,
        through_the_year=through,
        errors=_errors(node.name, past, outlook, assumptions, LEVEL_WORDS[node.level]),
        probabilities=probabilities(region, node, month, outlook, forecast),
        comparable=LEVEL_WORDS[node.level],
        assumptions=(*outlook.assumptions, *assumptions),
        warnings=outlook.warnings,
        checks=checks,
        grade=outlook.grade,
    )


def _errors(
    name: str, past: pd.DataFrame, outlook: Outlook, assumptions: tuple[str, ...], comparable: str
) -> ErrorsByMonth | NotAvailable:
    errors, nodes, years = errors_by_month(past)
    if errors.empty:
        return NotAvailable("Det finns för få tidigare år för att säga när på året en prognos går att lita på.")
    return ErrorsByMonth(
        unit_name=name,
        frame=errors.reset_index(),
        nodes=nodes,
        years=years,
        comparable=comparable,
        assumptions=assumptions,
        warnings=(),
        checks=outlook.checks,
        grade=outlook.grade,
    )


def model_check(record: Record) -> tuple[Check, ...]:
    """Check that no other candidate has done better than the model by more than chance explains.

    Parameters
    ----------
    record : Record
        How the candidates have done.

    Returns
    -------
    tuple of Check
        One check, or none where there is nothing to rank by.
    """
    row = record.frame[record.frame["method"] == METHOD].iloc[0]
    if not row["verdict"]:
        return ()
    detail = f"medelfel {percent(row['error'], 2)} av kostnaden"
    best = record.best
    if best is not None and best["method"] != METHOD:
        detail += f" mot {percent(best['error'], 2)} för {METHOD_WORDS[best['method']].lower()}"
    return (Check("Ingen annan prognos har träffat säkert bättre än modellen", row["verdict"] != "worse", detail),)


def _behind_words(row: pd.Series) -> str:
    if np.isnan(row["behind"]):
        return "–"
    if np.isnan(row["behind_low"]):
        return "bäst" if row["behind"] == 0.0 else percent(row["behind"], 2, signed=True)
    interval = f"{percent(row['behind_low'], 2, signed=True)} till {percent(row['behind_high'], 2, signed=True)}"
    return f"{percent(row['behind'], 2, signed=True)} ({interval})".replace(
        " ", NBSP
    )  # a broken cell is tall on a phone


def _month(period: pd.Timestamp) -> str:
    return period_name(period).split(" ")[0]
