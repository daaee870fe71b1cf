"""Can this year be compared with last? Price index, working days and reorganisations, each with its check."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation import theme
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.plot import Line, draw_lines
from utfall.presentation.charts.quantity import quantity
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import change_words, list_words, plural
from utfall.region import a_year_before
from utfall.results import NotAvailable, Result
from utfall.rootcause.comparability.calendar_days import DAYS_OFF_RULE
from utfall.rootcause.comparability.calendar_effect import CalendarEffect, calendar_effect
from utfall.rootcause.comparability.fixed_prices import RULE, FixedPrices, fixed_prices, growth
from utfall.rootcause.comparability.reorganised import Reorganisations, reorganised
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.trail import Step

NO_COST_BEFORE = "ingen kostnad förra året, eller inget prisindex"
"""Why a growth may be missing."""

IDENTITY = "Prisdel, real del och ej prisomräknat summerar till kostnadens förändring"
"""The identity that the split must hold."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparability(Result):
    """Cost of a node this year and last, in nominal and fixed prices, with what else disturbs the comparison.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    since, period : Timestamp
        First and last month of this year's span.
    prices : FixedPrices
        Cost in nominal and in this year's prices.
    calendar : CalendarEffect
        Working days.
    reorganisations : Reorganisations
        What was moved, merged or renamed.
    money : Money
        How amounts are written.
    """

    unit_name: str
    since: pd.Timestamp
    period: pd.Timestamp
    prices: FixedPrices
    calendar: CalendarEffect
    reorganisations: Reorganisations
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """C when every index is there and is outcome and every identity held, else D: a forecast is an assumption."""
        return Grade.C if all(check.passed for check in self.checks) else Grade.D

    @property
    def totals(self) -> dict[str, float]:
        """All cost lines together: ``before, after, price_part, real_part, not_deflated``, SEK in result sign."""
        lines, left = self.prices.lines, self.prices.nominal_only
        return {
            "before": float(round(lines["before"].sum(), 2)),
            "after": float(round(lines["after"].sum(), 2)),
            "price_part": float(round(lines["price_part"].sum(), 2)),
            "real_part": float(round(lines["real_part"].sum(), 2)),
            "not_deflated": float(round((left["after"] - left["before"]).sum(), 2)),
        }

    @property
    def table(self) -> Table:
        """Each cost line: nominal last year and this, and the change as price and real part."""
        deflated, left = self.prices.deflated, self.prices.nominal_only
        rows = [deflated]
        if len(left):
            rows += [pd.DataFrame([_sum_row("Summa i fasta priser", deflated)])] if len(deflated) else []
            rows += [left.assign(not_deflated=left["after"] - left["before"])]
        total: dict[str, object] = {"name": "Summa kostnader", **self.totals}
        total["nominal_growth"] = growth(self.totals["after"], self.totals["before"])
        if left.empty:
            total |= _sum_row("Summa kostnader", deflated)
        frame = pd.concat([*rows, pd.DataFrame([total])], ignore_index=True)
        columns = {
            "name": Column("Kostnad"),
            "before": Column("Förra året", "amount"),
            "after": Column("I år", "amount"),
            "price_part": Column("Pris", "amount", better="higher", missing="inget prisindex"),
            "real_part": Column("Realt", "amount", better="higher", missing="inget prisindex"),
        }
        if len(left):
            label = "Ej prisomräknat"
            columns["not_deflated"] = Column(label, "amount", better="higher", missing="posten är prisomräknad")
        columns["nominal_growth"] = Column("Löpande ökning", "percent", missing=NO_COST_BEFORE)
        columns["price_growth"] = Column("Prisökning", "percent", missing=NO_COST_BEFORE)
        columns["real_growth"] = Column("Real ökning", "percent", missing=NO_COST_BEFORE)
        sums = [at for at, name in enumerate(frame["name"]) if str(name).startswith("Summa ")]
        return Table(
            frame,
            f"Kostnad i löpande och fasta priser, {period_range(self.since, self.period)}",
            columns,
            totals=tuple(sums),
            notes=(RULE, *self.prices.warnings),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def years_table(self) -> Table:
        """The same months of each year in nominal and in this year's prices."""
        columns = {
            "label": Column("År"),
            "nominal": Column("Löpande priser", "amount"),
            "fixed": Column(f"{self.period.year} års priser", "amount", missing="prisindex saknas för året"),
        }
        return Table(
            self.prices.years.assign(label=self.prices.years["year"].astype(str)),
            f"Kostnad {_months_words(self.since, self.period)} varje år",
            columns,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the method."""
        changes = self.reorganisations.changes
        held = all(check.passed for check in self.reorganisations.checks)
        deflated = f"{number(len(self.prices.deflated))} av {plural(len(self.prices.lines), 'post', 'poster')}"
        return (
            Step(
                "Prisindex",
                "Prisindex per kostnadspost",
                "Varje månads kostnad i samma månads priser i år",
                f"{deflated} i fasta priser",
                self.grade,
            ),
            Step(
                "Kalender",
                "Arbetsdagar",
                "Antal arbetsdagar mot förra året; belopp bara om volymen har följt dem",
                self.calendar.text().removesuffix("."),
                self.calendar.grade,
            ),
            Step(
                "Omorganisationer",
                "Organisationens giltighetstider",
                "Alla år visas i årets organisation; förra årets summa är huvudbokens för enheterna som ingår",
                f"{plural(len(changes), 'förändring', 'förändringar')} berör enheten",
                Grade.A if held else Grade.D,
            ),
        )

    def plot(self) -> Chart:
        """Draw cost year by year, in nominal and in this year's prices."""
        years = self.prices.years
        fixed_name = f"{self.period.year} års priser"
        cost = years.assign(nominal=0.0 - years["nominal"], fixed=0.0 - years["fixed"])
        shown = quantity(self.money.unit, float(cost[["nominal", "fixed"]].abs().max().max()), self.money.currency)
        series = {"Löpande priser": ("nominal", theme.ACTUAL)}
        if len(self.prices.deflated):
            series = {fixed_name: ("fixed", theme.REFERENCE)} | series
        lines = [
            Line(name, list(zip(cost["year"].astype(float), cost[column], strict=True)), color)
            for name, (column, color) in series.items()
        ]
        ticks = [(float(year), str(year)) for year in cost["year"]]
        told = [
            f"{name}: "
            + ", ".join(
                f"{shown.write(value)} år {year}"
                for year, value in zip(cost["year"], cost[column], strict=True)
                if value == value
            )
            for name, (column, _) in series.items()
            if cost[column].notna().any()
        ]
        alt = f"Linjediagram i {shown.label}, {_months_words(self.since, self.period)} varje år. {'. '.join(told)}."
        return Chart(self._headline(), alt, draw_lines(lines, shown=shown, ticks=ticks), cost, shown)

    def text(self) -> str:
        """How much of the change is price, what the working days say, and what was reorganised."""
        parts = [f"{self._headline()}.", *self.prices.warnings, self.calendar.text(), self.reorganisations.text()]
        return " ".join(part for part in parts if part)

    def _headline(self) -> str:
        totals = self.totals
        rise = growth(totals["after"], totals["before"])
        if rise != rise:
            return f"{self.unit_name} hade ingen kostnad samma månader förra året att jämföra med"
        nominal = f"Kostnaden i {self.unit_name} är {change_words(rise, 'samma månader förra året')}"
        if self.prices.deflated.empty:
            return f"{nominal} i löpande priser; prisindex saknas"
        change = self.money.write(totals["after"] - totals["before"], signed=True)
        words = {"price_part": "är pris", "real_part": "är real förändring", "not_deflated": "saknar prisindex"}
        parts = [
            f"{self.money.write(totals[part], signed=True)} {said}"
            for part, said in words.items()
            if self.money.assess(totals[part])
        ]
        return f"{nominal} ({change}): {list_words(parts)}" if parts else nominal


def comparability(comparison: Comparison, money: Money) -> Comparability | NotAvailable:
    """Set this year's cost beside last year's so that they can be compared.

    Parameters
    ----------
    comparison : Comparison
        The node and the months; always set beside last year, whatever it is compared with elsewhere.
    money : Money
        How amounts are written.

    Returns
    -------
    Comparability or NotAvailable
        Not available where the ledger has no last year, or the node no cost.

    Raises
    ------
    IdentityFailed
        When the parts do not sum to the change, or last year's total is not the ledger's.
    """
    region = comparison.region
    if a_year_before(comparison.since) < region.first_period:
        return NotAvailable("Kostnaden kan inte jämföras med förra året: historiken är för kort.")
    prices = fixed_prices(comparison)
    if prices.lines.empty:
        return NotAvailable("Inga kostnader är bokförda på enheten.")
    calendar = calendar_effect(comparison, money)
    moved = reorganised(comparison, pd.Timestamp(int(prices.years["year"].min()), 1, 1), money)
    lines = prices.lines
    parts = lines["price_part"].sum() + lines["real_part"].sum()
    left = prices.nominal_only
    parts += (left["after"] - left["before"]).sum()
    indexed = lines[lines["index"] != ""]
    checks = (
        require_identity(IDENTITY, lines["after"].sum() - lines["before"].sum(), parts),
        Check("Prisindex finns för alla månader och poster som har ett", bool(indexed["price_part"].notna().all())),
        Check("Prisindex är utfall, inte prognos", not prices.forecast),
        *moved.checks,
    )
    return Comparability(
        unit_name=comparison.node.name,
        since=comparison.since,
        period=comparison.period,
        prices=prices,
        calendar=calendar,
        reorganisations=moved,
        money=money,
        assumptions=(RULE, DAYS_OFF_RULE, "Alla år visas i den organisation som gäller den sista månaden."),
        warnings=prices.warnings,
        checks=checks,
    )


def _sum_row(name: str, lines: pd.DataFrame) -> dict[str, object]:
    before, after, fixed = (float(lines[column].sum()) for column in ("before", "after", "fixed_before"))
    return {
        "name": name,
        "before": before,
        "after": after,
        "price_part": fixed - before,
        "real_part": after - fixed,
        "nominal_growth": growth(after, before),
        "price_growth": growth(fixed, before),
        "real_growth": growth(after, fixed),
    }


def _months_words(since: pd.Timestamp, period: pd.Timestamp) -> str:
    """The months without their year: "januari–oktober"."""
    return period_range(since, period).removesuffix(f" {period.year}")
