"""How the forecasts have done: error, bias, coverage, and whether the model is worth having."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.evidence import Check, Grade
from utfall.followup.forecast_accounts import views
from utfall.followup.forecast_accounts.make import METHOD, OWN
from utfall.followup.forecast_accounts.nodes import NET
from utfall.followup.forecast_accounts.scored import score, told_first
from utfall.followup.forecast_accounts.summaries import coverage, errors, movement, revisions, value_added
from utfall.followup.forecast_accounts.trust import COVERS, PROFILE, accuracy_checks, accuracy_warnings
from utfall.followup.forecast_accounts.views import CHART_METHODS, IN_TEXT
from utfall.forecasting.words import forecast_grade
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import percent, period_name
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Table
from utfall.presentation.words import capitalise_first, list_words, plural
from utfall.region import Region, year_start
from utfall.region.stored_forecasts import read_forecasts
from utfall.results import Result

SUGGESTED_YEARS = 3
"""Earlier years that a region without stored forecasts is advised to reconstruct."""

ASSUMPTIONS = (
    "Felet är prognosen minus utfallet, som andel av enhetens totala kostnad det året; för en post som andel av "
    "postens belopp. Nettot kan ligga nära noll och är inget mått att dela med.",
    "Positiv snedhet betyder att prognosen var bättre än utfallet blev.",
    "För varje månad räknas den prognos som lämnades först; en senare omräkning visas som revidering.",
    "Prognoser för samma år möter samma utfall. Osäkerheten räknas därför mellan år, och mellan enheter där de är "
    "flera, inte mellan prognoser.",
    "Facit på sidan om årets prognoser görs om i efterhand efter samma månad i upp till fem år, också för jämförbara "
    "enheter; här står de prognoser som är sparade. Metoderna ser på båda ställena det som var bokfört då, så en annan "
    "rangordning kommer av andra år, månader och enheter.",
)
"""What every account of forecasts takes for given."""


@dataclass(frozen=True, eq=False, repr=False)
class ForecastAccuracy(Result):
    """How one node's forecasts of finished years have done, and how this year's have moved.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        Last month with an outcome.
    scored : DataFrame
        One row a scored forecast: ``made_for, month, year, unit, name, scope`` (``node`` or ``part``), ``key, method,
        mean, outcome, error, base, lo_80 … hi_95, inside_80, inside_95, data_version, reconstructed``; SEK in result
        sign.
    by_method, by_month : DataFrame
        The node's net, by method and by month made: ``forecasts, error, bias`` (shares of its cost), ``covered``.
    by_part, by_line : DataFrame
        The same for the parts' net, and for the node's lines.
    gains : DataFrame
        How much smaller the model's error is than each method's: ``scope, method, forecasts, mine, other, gain, low,
        high, verdict``.
    coverage : DataFrame
        How often the intervals held the outcome: ``scope, level, promised, share, forecasts, tests``.
    revisions : DataFrame
        Months forecast more than once from different data.
    movement : DataFrame
        This year's forecasts by month made.
    stored : int
        Months with a stored forecast.
    currency : str
        Currency of the amounts.
    """

    unit_name: str
    period: pd.Timestamp
    scored: pd.DataFrame
    by_method: pd.DataFrame
    by_month: pd.DataFrame
    by_part: pd.DataFrame
    by_line: pd.DataFrame
    gains: pd.DataFrame
    coverage: pd.DataFrame
    revisions: pd.DataFrame
    movement: pd.DataFrame
    stored: int
    currency: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def years(self) -> list[int]:
        """Finished years that have been scored."""
        return sorted(self.scored["year"].unique().tolist())

    @property
    def table(self) -> Table:
        """Error and bias of every method."""
        return views.method_table(self.by_method, self._span())

    def plot(self) -> Chart:
        """Error by month made, for the model and the methods it is compared with."""
        return views.error_chart(self.by_month, self.text() if self.by_month.empty else None)

    def text(self) -> str:
        """How far the forecasts have missed, which way, and how the model compares."""
        if not self.stored:
            first = year_start(self.period) - pd.DateOffset(years=SUGGESTED_YEARS)
            return (
                "Inga prognoser är sparade än. Spara dem med kommandot "
                f"utfall forecast {self.period:%Y-%m} --since {first:%Y-%m} (och --data för en egen region)."
            )
        kept = plural(self.stored, "månads prognos är sparad", "månaders prognoser är sparade")
        if self.by_method.empty:
            return f"{capitalise_first(kept)}, men inget av deras år är avslutat. Träffen visas när utfallet finns."
        mine = self.by_method[self.by_method["method"] == METHOD].iloc[0]
        made = plural(int(mine["forecasts"]), "prognos", "prognoser")
        sentences = [
            f"Prognosmodellen har i medeltal missat helårets netto {self._span()} med {percent(mine['error'], 2)} av "
            f"kostnaden ({made}, {self._months_made()}).",
            self._bias_sentence(float(mine["bias"])),
            *self._comparisons(),
        ]
        return " ".join(sentences)

    @property
    def gain_view(self) -> Table | None:
        """Whether the model's error is smaller than the other methods'."""
        return views.gain_table(self.gains, self.unit_name)

    @property
    def month_view(self) -> Table | None:
        """Error and bias by month made."""
        return views.month_table(self.by_month, self._span())

    @property
    def part_view(self) -> Table | None:
        """Error of the parts' forecasts."""
        return views.part_table(self.by_part)

    @property
    def line_view(self) -> Table | None:
        """Error by report line."""
        return views.line_table(self.by_line)

    @property
    def coverage_note(self) -> Prose:
        """How often the intervals held the outcome."""
        rows = self.coverage[self.coverage["scope"] == "node"]
        if rows.empty:
            return Prose("Ingen prognos med intervall har fått sitt utfall än.")
        said = [
            f"Intervallet på {row['level']} % rymde utfallet i {percent(row['share'], 0)} av "
            f"{plural(int(row['forecasts']), 'prognos', 'prognoser')}."
            for _, row in rows.iterrows()
        ]
        failed = [check for check in self.checks if check.name.startswith(COVERS) and not check.passed]
        said += [f"{check.name}: inte för enheten och dess delar sammantaget, {check.detail}." for check in failed]
        return Prose(" ".join(said))

    def coverage_plot(self) -> Chart:
        """How much more often, or more seldom, the intervals held the outcome than they promise."""
        return views.coverage_chart(self.coverage)

    @property
    def coverage_view(self) -> Table | None:
        """Promised and real coverage, with how many forecasts it rests on."""
        return views.coverage_table(self.coverage)

    @property
    def revision_note(self) -> Prose:
        """Whether any month's forecast has been made again from other data."""
        if self.revisions.empty:
            return Prose("Ingen månads prognos har räknats om med andra uppgifter.")
        months = list_words(period_name(month) for month in self.revisions["made_for"])
        count = plural(len(self.revisions), "månads prognos har", "månaders prognoser har")
        return Prose(f"{capitalise_first(count)} räknats om med andra uppgifter: {months}.")

    @property
    def revision_view(self) -> Table | None:
        """Forecasts that have been made again: the first, the latest, and the difference."""
        return views.revision_table(self.revisions, self.currency)

    def movement_plot(self) -> Chart | None:
        """The year's forecast by month made; None, which shows nothing, when none is stored."""
        return views.movement_chart(self.movement, self.period.year, self.currency)

    @property
    def movement_view(self) -> Table | None:
        """The year's forecasts by month made."""
        return views.movement_table(self.movement, self.period.year, self.currency)

    def _span(self) -> str:
        years = self.years
        return "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"

    def _months_made(self) -> str:
        """The months that the forecasts were made after."""
        months = sorted(self.scored.loc[self.scored["method"] == METHOD, "month"].unique())
        first, last = (period_name(f"2000-{int(month):02d}").split(" ")[0] for month in (months[0], months[-1]))
        return f"gjorda efter {first}" if first == last else f"gjorda efter {first} till {last}"

    def _bias_sentence(self, bias: float) -> str:
        if not any(digit in percent(bias, 2) for digit in "123456789"):
            return "Den har varken varit för optimistisk eller för pessimistisk."
        word = "optimistisk" if bias > 0 else "pessimistisk"
        return f"I medeltal har den varit för {word}, med {percent(abs(bias), 2)} av kostnaden."

    def _comparisons(self) -> list[str]:
        rows = self.gains[self.gains["scope"] == "node"]
        said = []
        for verdict, words in (("better", "mindre"), ("worse", "större")):
            names = [IN_TEXT[method] for method in rows.loc[rows["verdict"] == verdict, "method"]]
            if names:
                said.append(f"Felet är {words} än för {list_words(names)}.")
        unclear = [IN_TEXT[method] for method in rows.loc[rows["verdict"] == "unclear", "method"]]
        if unclear:
            said.append(f"Jämfört med {list_words(unclear)} kan det inte avgöras vilket som träffar bäst.")
        return said


def forecast_accuracy(region: Region, *, unit: str | None = None, period: str | pd.Timestamp) -> ForecastAccuracy:
    """Score the stored forecasts of a node and its parts against the outcome of finished years.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given or empty.
    period : str or Timestamp
        Last month whose outcome is known.

    Returns
    -------
    ForecastAccuracy
        Without stored forecasts it says so, and how to make them.

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used.
    InvalidData
        When a stored file is no forecast of this kit.
    """
    month = region.period(period)
    node = region.node(unit or None, month)
    parts = {child.code: child.name for child in region.organisation.children(node.code, month)}
    stored = read_forecasts(region, units=[node.code, *parts])
    stored = stored[stored["made_for"] <= month]
    told = told_first(stored)
    scored = score(region, told, month)
    names = {node.code: node.name, **parts}
    scope = np.where(scored["unit"] == node.code, "node", "part")
    scored = scored.assign(scope=scope, name=scored["unit"].map(names)).dropna(subset=["base"])
    net = scored[scored["key"] == NET]
    whole, below = net[net["scope"] == "node"], net[net["scope"] == "part"]
    lines = scored[(scored["scope"] == "node") & ~scored["key"].isin(["income", "cost", NET])]
    scopes = {"node": whole, "part": below, "line": lines}
    found = pd.concat([coverage(rows).assign(scope=name) for name, rows in scopes.items()], ignore_index=True)
    gains = pd.concat([value_added(scopes[name]).assign(scope=name) for name in ("node", "part")], ignore_index=True)
    by_method = errors(whole, ["method"])
    checks = accuracy_checks(region, node.code, net, gains)
    return ForecastAccuracy(
        unit_name=node.name,
        period=month,
        scored=scored,
        by_method=by_method,
        by_month=errors(_common(whole), ["month", "method"]),
        by_part=_model_beside(below, ["unit", "name"]),
        by_line=_model_beside(lines.assign(name=lines["key"].map(_line_names(region))), ["key", "name"]),
        gains=gains,
        coverage=found,
        revisions=revisions(stored, node.code),
        movement=movement(told, node.code, month.year),
        stored=told["made_for"].nunique(),
        currency=region.currency,
        assumptions=ASSUMPTIONS,
        warnings=accuracy_warnings(region, node.code, whole, month),
        checks=checks,
        grade=forecast_grade(checks, len(net[["unit", "year"]].drop_duplicates())),
    )


def _common(whole: pd.DataFrame) -> pd.DataFrame:
    """Only months that every method of the chart has forecast, so that their errors are of the same forecasts."""
    rows = whole[whole["method"].isin(CHART_METHODS)]
    methods = rows["method"].nunique()
    count = rows.groupby("made_for")["method"].nunique()
    return whole[whole["made_for"].isin(count[count == methods].index)]


def _model_beside(scored: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The model's error, bias and coverage of each part, beside the errors of the own forecast and the profile."""
    found = errors(scored, [*by, "method"])
    wide = found.pivot_table(index=by, columns="method", values="error").reindex(columns=[METHOD, OWN, PROFILE])
    mine = found[found["method"] == METHOD].set_index(by)[["forecasts", "bias", "covered"]]
    return mine.join(wide).reset_index()


def _line_names(region: Region) -> dict[str, str]:
    return {line.line: line.name for line in region.accounts.lines}
