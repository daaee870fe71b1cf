"""The measures that concern a unit, with their plan; what they have achieved is estimated elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.region import Region, parse_period, year_start
from utfall.results import Result

MONTHS = 12

UNITS_NAMED = 3
"""Most units that are named; more are counted."""

KIND_WORDS = {
    "budget_reducing": "förbättrar resultatet",
    "capacity": "frigör kapacitet",
    "one_off": "engångseffekt",
    "price": "ändrat pris",
}
"""What a measure's effect is used for, as it is printed."""


@dataclass(frozen=True, eq=False, repr=False)
class PlannedMeasures(Result):
    """Measures in the register that apply to a node.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    period : Timestamp
        The report's month.
    frame : DataFrame
        One row a measure: ``id, name, where, start, kind, planned_effect`` (SEK per full year),
        ``planned_to_date`` (SEK this year through the month, by the declared profile), ``responsible, judgement``.
    currency : str
        Currency of the amounts.
    """

    unit_name: str
    period: pd.Timestamp
    frame: pd.DataFrame
    currency: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def table(self) -> Table:
        """The measures with plan, start, responsible and next judgement."""
        columns = {
            "name": Column("Åtgärd"),
            "where": Column("Omfattar"),
            "start": Column("Start", "period"),
            "planned_effect": Column("Plan per helår", "amount"),
            "planned_to_date": Column("Plan i år hittills", "amount"),
            "kind_words": Column("Verkan"),
            "responsible": Column("Ansvarig"),
            "judgement": Column("Bedöms", "period", missing="ingen bedömningsmånad är bestämd"),
        }
        frame = self.frame.assign(kind_words=self.frame["kind"].map(KIND_WORDS))
        notes = (f"Evidensgrad {self.grade}. {self.grade.explanation}",)
        return Table(frame, "Åtgärder med plan", columns, notes=notes, currency=self.currency)

    def plot(self) -> Chart:
        """Planned effect of each measure."""
        frame = self.frame.rename(columns={"name": "label", "planned_effect": "amount"})
        return bars(frame[["label", "amount"]], title=self.text().split(". ")[0], currency=self.currency)

    def text(self) -> str:
        """How many measures apply and what they are planned to give."""
        if self.frame.empty:
            return f"Inga åtgärder i registret avser {self.unit_name}."
        count = plural(len(self.frame), "åtgärd", "åtgärder")
        return (
            f"{count} i registret avser {self.unit_name}, helt eller delvis. Beloppen är planer för åtgärderna som "
            "helhet, alltså även för andra enheter de omfattar. De är inte uppmätta effekter."
        )


def planned_measures(region: Region, *, unit: str | None = None, period: str | pd.Timestamp) -> PlannedMeasures:
    """List the measures that apply to a node.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given.
    period : str or Timestamp
        The report's month.

    Returns
    -------
    PlannedMeasures

    Raises
    ------
    InvalidParameter
        For a unit or period that cannot be used.
    """
    month = region.period(period)
    node = region.node(unit, month)
    rows = []
    for measure in region.measures_of(node.code, month):
        start = parse_period(measure.start)
        if start <= month.replace(month=12):
            rows.append(
                {
                    "id": measure.id,
                    "name": measure.name,
                    "where": _where(region, measure.units, month),
                    "start": start,
                    "kind": measure.kind,
                    "planned_effect": measure.planned_effect,
                    "planned_to_date": planned_effect(measure.planned_effect, start, measure.profile, month),
                    "responsible": measure.responsible,
                    "judgement": parse_period(measure.judgement) if measure.judgement else pd.NaT,
                }
            )
    columns = [
        "id",
        "name",
        "where",
        "start",
        "kind",
        "planned_effect",
        "planned_to_date",
        "responsible",
        "judgement",
    ]
    return PlannedMeasures(
        unit_name=node.name,
        period=month,
        frame=pd.DataFrame(rows, columns=columns),
        currency=region.currency,
        assumptions=("Planerad effekt följer den införandeprofil som registrerats i förväg.",),
        warnings=(),
        checks=(),
        grade=Grade.D,
    )


def _where(region: Region, codes: tuple[str, ...], month: pd.Timestamp) -> str:
    """Name the units of a measure; where they are many, count them and name their divisions."""
    organisation = region.organisation
    if len(codes) <= UNITS_NAMED:
        return list_words([organisation.name(code, month) for code in codes])
    placement = organisation.placement(month).set_index("posted_unit")["division"]
    divisions = dict.fromkeys(placement.get(code, "") for code in codes)
    named = [organisation.name(code, month) for code in divisions if code]
    return f"{len(codes)} enheter i {list_words(named)}" if named else f"{len(codes)} enheter"


def planned_effect(per_year: float, start: pd.Timestamp, profile: str, month: pd.Timestamp) -> float:
    """Planned effect this year through a month, by the declared profile.

    Parameters
    ----------
    per_year : float
        SEK per full year.
    start : Timestamp
        First month of the measure.
    profile : str
        ``step``, ``ramp(n)`` (grows evenly over n months, the first month has 1/n), ``delay(n)`` (full after n
        months) or ``pulse`` (the start month only).
    month : Timestamp
        Last month that counts.

    Returns
    -------
    float
        SEK.

    Examples
    --------
    >>> january, march = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-01")
    >>> planned_effect(12.0, january, "step", march), planned_effect(12.0, january, "ramp(2)", march)
    (3.0, 2.5)
    """
    kind, _, argument = profile.rstrip(")").partition("(")
    total = 0.0
    for each in pd.date_range(max(start, year_start(month)), month, freq="MS"):
        age = (each.year - start.year) * MONTHS + each.month - start.month
        if kind == "ramp":
            weight = min(1.0, (age + 1) / int(argument))
        elif kind == "delay":
            weight = float(age >= int(argument))
        elif kind == "pulse":
            weight = float(age == 0)
        else:
            weight = 1.0
        total += weight * per_year / MONTHS
    return total
