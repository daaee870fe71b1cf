"""The monthly follow-up of one node: every part of the report, computed once when it is first asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pandas as pd

from utfall.effects import Portfolio, measure_portfolio
from utfall.evidence import Check
from utfall.followup.candidates.standing import own_standing
from utfall.followup.outlook import Outlook, outlook_and_forecast
from utfall.followup.personnel import Personnel, personnel
from utfall.followup.planned_measures import PlannedMeasures, planned_measures
from utfall.followup.result_table import ResultTable, result_table
from utfall.forecasting import YearEnd
from utfall.forecasting.panel import MONTHS
from utfall.presentation.numbers import amount, number, percent, period_name, period_range
from utfall.presentation.prose import KeyFigure, KeyFigures, Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.trend import Trend
from utfall.presentation.words import capitalise_first, list_words
from utfall.region import Region, a_year_before, months_between, year_start
from utfall.results import NotAvailable
from utfall.rootcause import Deviation, explain_deviation

LEVEL_WORDS = {"board": "nämnd", "division": "division", "area": "område", "unit": "enhet"}
"""What each level of the organisation is called in a report."""

TABLE_WORDS = {
    "ledger": "Huvudbok",
    "budget": "Budget",
    "volumes": "Produktion",
    "drug_use": "Läkemedelsanvändning",
    "staffing": "Bemanning",
    "purchased_care": "Köpt vård",
    "waiting": "Väntetider",
    "kpi_values": "Nyckeltal",
    "price_index": "Prisindex",
    "population": "Befolkning",
    "population_by_age": "Befolkning efter ålder",
    "balance_sheet": "Balansräkning",
    "income_statement": "Resultaträkning",
    "own_forecast": "Egna prognoser",
}
"""What each table is called in a report."""


class FollowUp:
    """The monthly follow-up of one board, division, area or unit.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given.
    period : str or Timestamp
        Last month.

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used, before any row is read.
    """

    def __init__(self, region: Region, *, unit: str | None = None, period: str | pd.Timestamp) -> None:
        self.region = region
        self.period = region.period(period)
        self.node = region.node(unit or None, self.period)

    def __repr__(self) -> str:
        return f"<FollowUp {self.node.name}, {self.period:%Y-%m}>"

    @cached_property
    def _year(self) -> tuple[Outlook, YearEnd]:
        return outlook_and_forecast(self.region, unit=self.node.code, period=self.period)

    @property
    def outlook(self) -> Outlook:
        """Full-year forecast."""
        return self._year[0]

    @cached_property
    def track_record(self) -> Prose:
        """Which way of guessing the year has done best for this node, in a sentence."""
        return Prose(own_standing(self.region, self.node, self.period, self._year[1]))

    @cached_property
    def results(self) -> ResultTable:
        """The result table."""
        return result_table(self.region, self.outlook, unit=self.node.code, period=self.period)

    @cached_property
    def deviation(self) -> Deviation:
        """Why the outcome deviates."""
        return explain_deviation(self.region, unit=self.node.code, period=self.period)

    @cached_property
    def personnel(self) -> Personnel | NotAvailable:
        """Own and hired staff."""
        return personnel(self.region, unit=self.node.code, period=self.period)

    @cached_property
    def measures(self) -> PlannedMeasures:
        """Measures of this node, with plan."""
        return planned_measures(self.region, unit=self.node.code, period=self.period)

    @cached_property
    def portfolio(self) -> Portfolio | NotAvailable:
        """What the measures have done, all jointly; in the board's report only, since no measure stands alone."""
        if self.node.level != "board":
            return NotAvailable("Åtgärdernas uppmätta effekter redovisas samlat i nämndens rapport.")
        if not self.region.measures:
            return NotAvailable("Regionens register innehåller inga åtgärder.")
        return measure_portfolio(self.region, period=self.period)

    @property
    def heading(self) -> Prose:
        """Which node and months the report is about."""
        span = period_range(year_start(self.period), self.period)
        above = [node.name for node in self.region.organisation.path(self.node.code, self.period)[:-1]]
        belongs = f", {LEVEL_WORDS[self.node.level]} inom {above[-1]}" if above else ""
        return Prose(f"**{self.node.name}**{belongs}. Perioden {span}.")

    @property
    def summary(self) -> Prose:
        """Three sentences: the result, what carries the deviation, and where the year is heading."""
        return Prose(" ".join([self._result_sentence(), self._cause_sentence(), self._outlook_sentence()]))

    @property
    def key_figures(self) -> KeyFigures:
        """The figures at the top of the report, which the month's front page shows too."""
        net, deviation, outlook = self.results.net, self.deviation, self.outlook
        versus = "budget" if deviation.against == "budget" else "förra året"
        to_date = self._figure(
            "deviation",
            f"Avvikelse mot {versus}",
            deviation.deviation,
            deviation.money.assess(deviation.deviation),
            signed=True,
        )
        figures = [
            self._figure("", "Nettoresultat", net["actual"]),
            replace(to_date, trend=self._monthly_deviation(versus)),
            self._figure("", "Helårsprognos", outlook.net["mean"]),
        ]
        change = self.results.gross_cost_change
        if pd.notna(change):
            figures.insert(2, KeyFigure("Kostnadsutveckling", percent(change, signed=True), "", "cost_change", change))
        column, words = outlook.reference
        ahead = float(outlook.net["mean"] - outlook.net[column])
        if pd.notna(ahead):
            figures.append(
                self._figure(
                    "forecast_deviation",
                    f"Prognos mot {words}",
                    ahead,
                    deviation.money.assess(ahead),
                    signed=True,
                )
            )
        return KeyFigures(figures)

    @property
    def controls(self) -> Table:
        """Every check the report's figures have passed."""
        checks: tuple[Check, ...] = self.results.checks + self.deviation.checks + self.outlook.checks
        frame = pd.DataFrame(
            [
                {
                    "name": check.name,
                    "detail": _compared(check),
                    "passed": "håller" if check.passed else "håller inte",
                }
                for check in dict.fromkeys(checks)
            ]
        )
        columns = {
            "name": Column("Kontroll"),
            "passed": Column("Utfall"),
            "detail": Column("Jämförda värden"),
        }
        return Table(frame, "Kontroller", columns)

    @property
    def sources(self) -> Prose:
        """Sources, data version and method."""
        region = self.region
        tables = list_words([TABLE_WORDS[name].lower() for name in TABLE_WORDS if name in region.tables])
        invented = "Alla uppgifter är påhittade. " if region.fictitious else ""
        described = f"{region.settings.description.rstrip('.')}. " if region.settings.description else ""
        indices = self._price_index_source()
        parts = (self.results, self.outlook, self.deviation, self.deviation.price_volume, self.measures)
        grades = sorted({part.grade for part in parts if not isinstance(part, NotAvailable)})
        explained = " ".join(f"**{grade}**: {grade.explanation}" for grade in grades)
        return Prose(
            f"{invented}{described}Källor: {tables}.{indices} Dataversion **{region.data_version}** anger exakt "
            f"vilka uppgifter rapporten bygger på.\n\n"
            f"Belopp i resultattecken: intäkter positiva, kostnader negativa. Tidigare år visas i organisationen "
            f"{period_name(self.period)}.\n\nEvidensgrader i rapporten: {explained}"
        )

    def _monthly_deviation(self, versus: str) -> Trend:
        """Each month's own deviation since the same month last year; this year's months add up to the deviation.

        Last year is laid out in this month's organisation.
        """
        since = a_year_before(self.period)
        amounts = self.region.amounts(["period"], unit=self.node.code, since=a_year_before(since), until=self.period)
        months = amounts.set_index("period").reindex(months_between(a_year_before(since), self.period))
        against = months["budget"] if self.deviation.against == "budget" else months["actual"].shift(MONTHS)
        own = (months["actual"] - against)[since:].round(2)
        return Trend(f"Månadens avvikelse mot {versus}", own.items(), currency=self.region.currency)

    def _price_index_source(self) -> str:
        if "price_index" not in self.region.tables:
            return ""
        rows = self.region.table("price_index", since=a_year_before(year_start(self.period)), until=self.period)
        sources = list_words(sorted(rows["source"].unique()))
        status = "innehåller prognosvärden" if (rows["status"] == "forecast").any() else "utfall"
        return f" Prisindex: {sources} ({status})." if sources else ""

    def _result_sentence(self) -> str:
        net = self.results.net
        span = period_range(year_start(self.period), self.period)
        words = self.deviation.money.compare(self.deviation.deviation, self.deviation.reference_words)
        return f"{self.node.name} redovisar {self._amount(net['actual'])} netto för {span}, vilket är {words}."

    def _cause_sentence(self) -> str:
        lines = self.deviation.lines
        named = lines[self.deviation.is_material]
        worst = named[named["deviation"] < 0].nsmallest(1, "deviation")
        best = named[named["deviation"] > 0].nlargest(1, "deviation")
        said = [
            f"störst {word} finns i {row['name'].lower()} ({self._amount(row['deviation'], signed=True)})"
            for word, rows in (("försämring", worst), ("förbättring", best))
            for row in rows.to_dict("records")
        ]
        if not said:
            return "Ingen post avviker."
        sentence = capitalise_first(" och ".join(said))
        # A line without enough history is not judged: only what was judged to be noise is called that.
        if pd.concat([worst, best])["signal"].eq(False).fillna(False).all():
            sentence += ", men inget av detta går utanför den normala variationen"
        return f"{sentence}."

    def _outlook_sentence(self) -> str:
        net = self.outlook.net
        column, words = self.outlook.reference
        deviation = self.deviation.money.compare(net["mean"] - net[column], words)
        sentence = f"Helårsprognosen är {self._amount(net['mean'])}, {deviation}"
        if pd.notna(net["lo-80"]):
            sentence += f", med 80 procents intervall {self._amount(net['lo-80'])} till {self._amount(net['hi-80'])}"
        return f"{sentence}."

    def _figure(self, key: str, label: str, value: float, word: str = "", *, signed: bool = False) -> KeyFigure:
        # On the front page small and large units stand in one column, so there every amount is in thousands.
        front = amount(value, "tkr", currency=self.region.currency, signed=signed)
        return KeyFigure(label, self._amount(value, signed=signed), word, key, float(value), front)

    def _amount(self, value: float, *, signed: bool = False) -> str:
        return self.deviation.money.write(value, signed=signed)


def follow_up(region: Region, *, unit: str | None = None, period: str | pd.Timestamp) -> FollowUp:
    """Follow up one node's year so far: everything the monthly report shows.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given or empty.
    period : str or Timestamp
        Last month.

    Returns
    -------
    FollowUp

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used, before any row is read.
    """
    return FollowUp(region, unit=unit, period=period)


def _compared(check: Check) -> str:
    if check.values is None:
        return check.detail
    return " = ".join(number(value, 2) for value in check.values)
