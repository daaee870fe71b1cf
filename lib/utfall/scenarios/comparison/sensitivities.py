"""Which assumption matters most: each set to the ends of its interval, one at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import tornado
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.tables import Column, Table
from utfall.region import Region
from utfall.region.scenario_registers import Assumption
from utfall.results import Result
from utfall.scenarios.comparison.middle import (
    MEASURE_NAMES,
    measured,
    middle,
    start_of,
    without_variation,
    year_within,
)
from utfall.scenarios.engine import Assumptions, resolve
from utfall.scenarios.law import MEASURES
from utfall.scenarios.result.assumption_rows import A_YEAR, written
from utfall.scenarios.result.limits import measure_words
from utfall.scenarios.result.names import Names, names_of

End = Literal["low", "high"]
"""Which end of an interval."""

MOST_ROWS = 12
"""Assumptions shown in the table and the chart; the frame has them all."""

ENDS: tuple[End, End] = ("low", "high")
"""Both ends."""


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivities(Result):
    """What the answer becomes when each uncertain assumption is set low and high; made by `scenario_sensitivities`.

    Attributes
    ----------
    scenario, scenario_name : str
        The scenario.
    year : int
        The year that is judged.
    measure, measure_name : str
        What it is judged by.
    base : float
        The answer with every assumption at its middle: SEK, a share or days.
    frame : DataFrame
        One row an assumption, the one that matters most first: ``driver, target, label, short_label, low, high`` (the
        answers), ``low_value, high_value`` (how it was set the first year; ``low_label, high_label`` in words),
        ``span`` (distance between the lowest and the highest answer), ``source, owner``.
    money : Money
        How amounts are written.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        None: nothing is estimated.
    """

    scenario: str
    scenario_name: str
    year: int
    measure: str
    measure_name: str
    base: float
    frame: pd.DataFrame
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...] = ()

    @property
    def grade(self) -> Grade:
        """D: what happens if an assumption is another is no forecast."""
        return Grade.D

    @property
    def table(self) -> Table:
        """The answers with source and owner of each assumption, the one that matters most first."""
        kind, unit, decimals = _kind(self.measure)
        columns = {
            "label": Column("Antagande"),
            "low_label": Column("Lågt"),
            "low": Column("Ger", kind, unit=unit, decimals=decimals),
            "high_label": Column("Högt"),
            "high": Column("Ger", kind, unit=unit, decimals=decimals),
            "span": Column("Skillnad", kind, unit=unit, decimals=decimals),
            "source": Column("Källa"),
            "owner": Column("Ansvarig"),
        }
        notes = [f"Med alla antaganden i mitten: {self._write(self.base)}."]
        if len(self.frame) > MOST_ROWS:
            notes.append(f"De {MOST_ROWS} som betyder mest av {len(self.frame)} visas.")
        return Table(
            self.frame.head(MOST_ROWS),
            f"{self.measure_name} {self.year} när ett antagande i taget ändras, scenariot {self.scenario_name}",
            columns,
            notes=tuple(notes),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw how far the answer moves with each assumption."""
        kind, unit, _ = _kind(self.measure)
        shown = {"amount": str(self.money.unit), "percent": "%"}.get(kind, unit or "")
        title = f"{self.measure_name} {self.year} är känsligast för {_first(self.frame)}"
        frame = self.frame.assign(label=self.frame["short_label"])
        for end in ENDS:  # the interval beside the bar has no room for the unit's last words
            frame[f"{end}_label"] = frame[f"{end}_label"].str.removesuffix(A_YEAR)
        return tornado(frame, self.base, title=title, unit=shown, currency=self.money.currency, most=MOST_ROWS)

    def text(self) -> str:
        """Tell which assumption matters most, and who answers for it."""
        if self.frame.empty:
            return f"Inget antagande i scenariot {self.scenario_name} har något intervall."
        top = self.frame.iloc[0]
        return (
            f"{self.measure_name} {self.year} är {self._write(self.base)} med alla antaganden i mitten. Mest betyder "
            f"{top['label']}: {top['low_label']} ger {self._write(top['low'])}, {top['high_label']} ger "
            f"{self._write(top['high'])}. Ansvarig är {top['owner']}."
        )

    def _write(self, value: float) -> str:
        if self.measure in MEASURES and MEASURES[self.measure].kind != "amount":
            return measure_words(self.measure, value, self.money.currency, decimals=1)
        return self.money.write(value)


def scenario_sensitivities(
    region: Region, scenario: str, *, year: int | None = None, measure: str = "result"
) -> Sensitivities:
    """Set each uncertain assumption to the ends of its interval, one at a time, the others at their middle.

    Parameters
    ----------
    region : Region
        The region, with its register of scenarios.
    scenario : str
        Identifier.
    year : int, optional
        The year that is judged; the fifth when left out.
    measure : str, default "result"
        What it is judged by: "result", "cash", "equity", "long_term_liabilities" or a measure that limits are set on.

    Returns
    -------
    Sensitivities

    Raises
    ------
    InvalidParameter
        When there is no such scenario, year or measure.

    Notes
    -----
    The ends are those of the 80 % intervals, in every year at once. Assumptions that move together in the draws are
    here moved one at a time, so the spans do not add up to the scenario's interval.
    """
    assumed = resolve(region, scenario)
    start = without_variation(start_of(region))
    judged = year_within(start, year)
    years = judged - start.first_year + 1

    def answer(assumptions: Assumptions) -> float:
        return float(measured(middle(start, assumptions, years), measure, judged)[0])

    base = answer(assumed)
    names = names_of(region)
    rows = []
    for driver, target in assumed.keys:
        own = [row for row in assumed.rows if (row.driver, row.target) == (driver, target)]
        if any(row.is_uncertain for row in own):
            answers = {end: answer(at_end(assumed, driver, target, end)) for end in ENDS}
            rows.append(_row(own, names, answers, base))
    columns = [
        "driver",
        "target",
        "label",
        "short_label",
        "low",
        "high",
        "low_value",
        "high_value",
        "low_label",
        "high_label",
        "span",
        "source",
        "owner",
    ]
    frame = pd.DataFrame(rows, columns=columns).sort_values("span", ascending=False, kind="stable", ignore_index=True)
    return Sensitivities(
        scenario=scenario,
        scenario_name=next(row.name for row in region.scenarios if row.id == scenario),
        year=judged,
        measure=measure,
        measure_name=MEASURE_NAMES[measure],
        base=base,
        frame=frame,
        money=Money.for_amounts([base, *frame["low"], *frame["high"]], region.currency),
        assumptions=(
            "Ett antagande i taget sätts till ändarna av sitt 80 % intervall, i alla år; de andra står i mitten",
            "Antaganden som hänger ihop ändras ändå var för sig, så skillnaderna kan inte läggas ihop",
        ),
        warnings=start.warnings,
    )


def at_end(assumptions: Assumptions, driver: str, target: str, end: End) -> Assumptions:
    """Set every row of one assumption to an end of its interval.

    Parameters
    ----------
    assumptions : Assumptions
        The scenario's.
    driver, target : str
        Which assumption.
    end : {"low", "high"}
        Which end; a row without interval keeps its value.

    Returns
    -------
    Assumptions
    """

    def moved(row: Assumption) -> Assumption:
        value = getattr(row, end)
        return row if value is None else row.model_copy(update={"value": value, "low": None, "high": None})

    rows = [moved(row) if (row.driver, row.target) == (driver, target) else row for row in assumptions.rows]
    return replace(assumptions, rows=tuple(rows))


def _row(own: list[Assumption], names: Names, answers: dict[End, float], base: float) -> dict[str, object]:
    first = own[0]
    alike = len({(row.low, row.high) for row in own}) == 1
    labels = {
        end: written(first.driver, float(getattr(first, end))) if alike else words
        for end, words in zip(ENDS, ("lågt varje år", "högt varje år"), strict=True)
    }
    every = [*answers.values(), base]
    return {
        "driver": first.driver,
        "target": first.target,
        "label": names.assumption(first.driver, first.target),
        "short_label": names.short(first.driver, first.target),
        "low": answers["low"],
        "high": answers["high"],
        "low_value": first.low,
        "high_value": first.high,
        "low_label": labels["low"],
        "high_label": labels["high"],
        "span": max(every) - min(every),
        "source": first.source,
        "owner": first.owner,
    }


def _kind(measure: str) -> tuple[Literal["amount", "percent", "number"], str | None, int | None]:
    if measure not in MEASURES or MEASURES[measure].kind == "amount":
        return "amount", None, None
    about = MEASURES[measure]
    return about.kind, about.unit or None, 1


def _first(frame: pd.DataFrame) -> str:
    return str(frame["label"].iloc[0]) if len(frame) else "inget antagande"
