"""What a check of a region's data gives."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import Chart, bars
from utfall.presentation.numbers import amount, choose_unit, number, period_range
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.results import Result

SHOWN = 40
"""Findings that the list of faults shows; `DataQuality.findings` has them all."""

TABLE_NAMES = {
    "ledger": "Huvudbok",
    "budget": "Budget",
    "volumes": "Volymer",
    "drug_use": "Läkemedel",
    "staffing": "Bemanning",
    "purchased_care": "Köpt vård",
    "waiting": "Väntetider",
    "kpi_values": "Nyckeltal",
    "price_index": "Prisindex",
    "population": "Folkmängd",
    "population_by_age": "Folkmängd efter ålder",
    "balance_sheet": "Balansräkning",
    "income_statement": "Resultaträkning",
    "own_forecast": "Egen prognos",
}
"""What the tables are called in a report."""


@dataclass(frozen=True, eq=False, repr=False)
class DataQuality(Result):
    """How far a region's data can be relied on.

    Parameters
    ----------
    period, since : Timestamp
        Last and first month looked at.
    findings : DataFrame
        One row a finding: ``kind, name, is_fault, table, file, rows, unit, what, remedy, count, amount``. ``rows`` are
        the first rows of the file, as a person counts them; empty where the file has no such numbers.
    summary : DataFrame
        One row a kind: ``kind, name, is_fault, remedy, findings, count, amount``.
    rows : DataFrame
        One row a table: ``table, file, read, used, excluded, refused, reasons, total``.
    totals : DataFrame
        One row a control total: ``table, what, stated, found, difference, tolerance, holds``.
    currency : str
        Currency of the amounts.
    """

    period: pd.Timestamp
    since: pd.Timestamp
    findings: pd.DataFrame
    summary: pd.DataFrame
    rows: pd.DataFrame
    totals: pd.DataFrame
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    currency: str

    @property
    def grade(self) -> Grade:
        """A when stated totals hold and nothing looks wrong, C when something is untried or does."""
        if not all(self.totals["holds"]):
            return Grade.D
        return Grade.A if len(self.totals) and all(check.passed for check in self.checks) else Grade.C

    @property
    def faults(self) -> pd.DataFrame:
        """The findings that may make the figures wrong."""
        return self.findings[self.findings["is_fault"]]

    @property
    def fault_amount(self) -> float:
        """Money they concern, without sign; what two of them concern is counted twice."""
        return float(self.faults["amount"].sum())

    @property
    def rows_read(self) -> int:
        """Rows of all files."""
        return int(self.rows["read"].sum())

    @property
    def rows_used(self) -> int:
        """Rows that are in a table."""
        return int(self.rows["used"].sum())

    @property
    def rows_left(self) -> int:
        """Rows that are not."""
        return self.rows_read - self.rows_used

    @property
    def table(self) -> Table:
        """The kinds of findings there are."""
        found = self.summary[self.summary["findings"] > 0].sort_values("amount", ascending=False, kind="stable")
        columns = {
            "name": Column("Fynd"),
            "findings": Column("Antal", "number"),
            "count": Column("Rader", "number"),
            "amount": Column("Belopp", "amount"),
            "remedy": Column("Att göra"),
        }
        notes = ("Rader räknar månader, värden eller poster i ett register där fyndet inte gäller rader i en fil.",)
        caption = f"Fynd i uppgifterna, {period_range(self.since, self.period)}"
        return Table(found.reset_index(drop=True), caption, columns, notes=notes, currency=self.currency)

    @property
    def faults_view(self) -> Table | None:
        """The findings that may make the figures wrong, the largest first; None when there is none."""
        return self._listed(self.faults, "Fynd som kan göra siffrorna fel")

    @property
    def notes_view(self) -> Table | None:
        """The findings that are worth knowing; None when there is none."""
        return self._listed(self.findings[~self.findings["is_fault"]], "Fynd som är bra att känna till")

    @property
    def rows_view(self) -> Table:
        """Where every row of every table went, and what the table sums to."""
        frame = self.rows.assign(name=self.rows["table"].map(TABLE_NAMES))
        columns = {
            "name": Column("Tabell"),
            "file": Column("Fil"),
            "read": Column("Lästa", "number"),
            "used": Column("Använda", "number"),
            "excluded": Column("Utelämnade", "number"),
            "refused": Column("Stoppade", "number"),
            "total": Column("Summa", "amount", missing="tabellen har inga belopp"),
        }
        notes = tuple(
            f"{name}, utelämnat: {reasons}."
            for name, reasons in zip(frame["name"], frame["reasons"], strict=True)
            if reasons
        )
        caption = "Rader i varje tabell: lästa = använda + utelämnade + stoppade"
        return Table(frame, caption, columns, notes=notes, currency=self.currency)

    @property
    def totals_view(self) -> Table | None:
        """Control totals, stated and found; None when none is stated."""
        if self.totals.empty:
            return None
        words = {True: "stämmer", False: "stämmer inte"}
        frame = self.totals.assign(name=self.totals["table"].map(TABLE_NAMES), words=self.totals["holds"].map(words))
        columns = {
            "name": Column("Tabell"),
            "what": Column("Avser"),
            "stated": Column("Angiven summa", "amount"),
            "found": Column("Radernas summa", "amount"),
            "difference": Column("Skillnad", "amount", unit="sek", signed=True),
            "words": Column("Utfall"),
        }
        return Table(frame, "Kontrollsummor", columns, currency=self.currency)

    @property
    def totals_note(self) -> Prose:
        """How many control totals were tried, and whether they hold."""
        if self.totals.empty:
            return Prose("Ingen kontrollsumma är angiven.")
        counted = plural(len(self.totals), "kontrollsumma är prövad", "kontrollsummor är prövade")
        failing = int((~self.totals["holds"]).sum())
        return Prose(f"{counted}; {'alla stämmer' if not failing else f'{number(failing)} stämmer inte'}.")

    def plot(self) -> Chart:
        """How much money each kind of finding concerns."""
        found = self.summary[self.summary["amount"] > 0]
        figures = pd.DataFrame({"label": found["name"], "amount": found["amount"]}).reset_index(drop=True)
        if figures.empty:
            title = "Inget fynd gäller pengar"
        else:
            largest = figures["label"].iloc[figures["amount"].argmax()]
            title = f"Mest pengar gäller fynden av slaget {str(largest).lower()}"
        return bars(figures, title=title, currency=self.currency, higher_is_better=False)

    def text(self) -> str:
        """How many rows were read and used, and how many findings there are."""
        read, used, left = self.rows_read, self.rows_used, self.rows_left
        said = f"{number(read)} rader har lästs ur {plural(len(self.rows), 'tabell', 'tabeller')}. "
        said += "Alla används." if not left else f"{number(used)} används, och {number(left)} har lämnats utanför."
        faults = self.faults
        span = period_range(self.since, self.period)
        if faults.empty:
            said += f" Inget i {span} ser fel ut."
        else:
            written = amount(self.fault_amount, choose_unit(self.fault_amount), currency=self.currency)
            said += f" {plural(len(faults), 'fynd', 'fynd')} i {span} kan göra siffrorna fel; de gäller {written}."
        worth = len(self.findings) - len(faults)
        return said + (f" Ytterligare {plural(worth, 'fynd', 'fynd')} är bra att känna till." if worth else "")

    def _listed(self, findings: pd.DataFrame, caption: str) -> Table | None:
        if findings.empty:
            return None
        shown = findings.sort_values("amount", ascending=False, kind="stable").head(SHOWN)
        shown = shown.assign(
            where=[_where(file, rows) for file, rows in zip(shown["file"], shown["rows"], strict=True)]
        )
        columns = {
            "name": Column("Fynd"),
            "what": Column("Vad"),
            "amount": Column("Belopp", "amount"),
            "where": Column("Fil och rad"),
        }
        left = len(findings) - len(shown)
        notes = (f"De {number(len(shown))} största av {number(len(findings))} visas.",) if left else ()
        return Table(shown.reset_index(drop=True), caption, columns, notes=notes, currency=self.currency)


def _where(file: str, rows: str) -> str:
    return f"{file}, rad {rows}" if rows else file
