"""Segments: the fewest parts of the organisation and the accounts that carry a deviation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.results import Result
from utfall.rootcause.segments.cube import Cube, build_cube
from utfall.rootcause.segments.findings import causes_frame, checks_of, gross, no_causes, rejected_frame, warnings_of
from utfall.rootcause.segments.leaves import amounts_of, code, merge, require_columns, split_parents, without_dust
from utfall.rootcause.segments.measure import against_both, against_expected, less_skewed, without_drift
from utfall.rootcause.segments.scan import Findings, scan
from utfall.rootcause.segments.voids import habitual, voids_of
from utfall.rootcause.segments.weigh import Problem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_ROUNDS = 4
"""The common shift and the segments that deviate from it settle each other in two or three rounds."""

NO_LEAVES = "Underlaget är tomt: det finns ingen avvikelse att lokalisera."
"""What is said when there is nothing to search."""

NAMED = 5
"""Most segments the text names; the table holds them all."""

ASSUMPTIONS = (
    "Ett segment visar var avvikelsen sitter, inte varför.",
    "Bruset skattas ur delarna själva, så att stora avvikelser i enstaka delar inte tas för ett mönster.",
    "Bruset får skilja sig med delarnas storlek och mellan värden i varje dimension: en orolig enhet är inte en orsak.",
    "Varje segment betalar för hur många segment som prövats innan det pekas ut.",
)
"""What every localisation rests on."""


@dataclass(frozen=True, eq=False, repr=False)
class Segments(Result):
    """Where a deviation sits.

    Parameters
    ----------
    causes : list of dict
        Attribute to value of each segment, the most significant first; empty when none stands out.
    table : DataFrame
        One row a cause: ``segment`` (its words), ``deviation`` (unit of the amounts, result sign; leaves in two
        segments count in the first), ``share`` (of the gross deviation in the same direction, 0 to 1),
        ``leaves`` (count), ``significance`` (evidence beyond the price of the search; kept above 10),
        ``stability`` (share of resamples that find it again) and ``movement`` (how its leaves moved).
    unexplained : float
        Net deviation outside the causes.
    worse, better : float
        Gross deviations of the leaves that are worse (negative) and better (positive) than expected.
    unexplained_worse, unexplained_better : float
        The same outside the causes.
    rejected : DataFrame
        Segments that were weighed and not chosen: ``segment, deviation, leaves, significance, reason``.
    assumptions, warnings : tuple of str
        What the answer rests on, and what the reader must know, in Swedish.
    checks : tuple of Check
        What was checked.
    """

    causes: list[dict[str, str]]
    table: pd.DataFrame
    unexplained: float
    worse: float = 0.0
    better: float = 0.0
    unexplained_worse: float = 0.0
    unexplained_better: float = 0.0
    rejected: pd.DataFrame = field(default_factory=pd.DataFrame)
    assumptions: tuple[str, ...] = ASSUMPTIONS
    warnings: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def grade(self) -> Grade:
        """C when every check passed, else D."""
        return Grade.C if all(check.passed for check in self.checks) else Grade.D

    @property
    def money(self) -> Money:
        """How amounts are written."""
        return Money.for_amounts([self.worse, self.better])

    def show_table(self) -> Table:
        """Give the segments and what remains outside them, as they are printed."""
        left = {"segment": "Utanför segmenten", "deviation": self.unexplained}
        frame = pd.concat([self.table, pd.DataFrame([left])], ignore_index=True)
        columns = {
            "segment": Column("Segment"),
            "deviation": Column("Avvikelse", "amount", better="higher"),
            "share": Column("Andel av samma riktning", "percent", missing="anges bara för segment"),
            "leaves": Column("Delar", "number", missing="anges bara för segment"),
            "stability": Column("Återfinns vid omräkning", "percent", missing="anges bara för segment"),
            "movement": Column("Delarna har rört sig", missing="anges bara för segment"),
        }
        notes = (
            f"Försämringar {self.money.write(self.worse)} och förbättringar "
            f"{self.money.write(self.better, signed=True)} redovisas var för sig; andelarna avser den egna riktningen.",
        )
        return Table(frame, "Segment som bär avvikelsen", columns, totals=(-1,), notes=notes, unit=self.money.unit)

    def plot(self) -> Chart:
        """Draw the segments' deviations, and what remains."""
        named = self.table[["segment", "deviation"]].set_axis(["label", "amount"], axis=1)
        left = pd.DataFrame([{"label": "Utanför segmenten", "amount": self.unexplained}])
        count = plural(len(self.causes), "segment", "segment")
        title = f"{count} bär avvikelsen" if self.causes else "Inget segment skiljer ut sig"
        return bars(pd.concat([named, left]), title=title, unit=self.money.unit)

    def text(self) -> str:
        """Tell which segments stand out, or that none does."""
        if not self.causes:
            return "Inget segment skiljer ut sig statistiskt: avvikelsen är spridd eller ryms i bruset."
        largest = self.table.loc[self.table["deviation"].abs().sort_values(ascending=False, kind="stable").index]
        named = [
            f"{segment} ({self.money.write(moved, signed=True)})"
            for segment, moved in zip(largest["segment"][:NAMED], largest["deviation"][:NAMED], strict=True)
        ]
        intro = "Störst är" if len(self.causes) > NAMED else "Det är" if len(self.causes) == 1 else "De är"
        return (
            f"{plural(len(self.causes), 'segment', 'segment')} skiljer ut sig från bruset. "
            f"{intro} {list_words(named)}. "
            f"Utanför segmenten återstår {self.money.write(self.unexplained, signed=True)}."
        )


def localise(
    leaves: pd.DataFrame,
    dimensions: Sequence[str],
    *,
    actual: str = "actual",
    expected: str = "expected",
    parents: Mapping[str, str] | None = None,
) -> Segments:
    """Find the fewest segments that carry the deviation of actual from expected.

    A segment is a combination of attribute values. Each pays for the number of segments that were tried before
    it is believed, under noise whose spread by size and tails are estimated from the leaves themselves; so the
    answer to pure noise is no segment at all. The same leaves always give the same answer.

    Parameters
    ----------
    leaves : DataFrame
        One row a leaf: the dimensions, `actual` and `expected` (SEK in result sign, or any one unit). Rows with
        the same attributes are summed.
    dimensions : sequence of str
        Columns that describe a leaf.
    actual, expected : str
        Columns with the amounts.
    parents : mapping of str to str, optional
        Child dimension to parent dimension, for example ``{"unit": "area", "area": "division"}``. A segment then
        names a child alone, without its parents.

    Returns
    -------
    Segments
        Empty when no segment stands out from the noise.

    Raises
    ------
    InvalidParameter
        When a column is missing or named twice, or a dimension is its own ancestor.
    InvalidData
        When an amount or an attribute is missing, with its row.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> leaves = pd.DataFrame({"unit": np.repeat(list("ABCDEF"), 40), "account": np.tile(np.arange(40), 6)})
    >>> leaves["expected"] = -rng.lognormal(10, 1, len(leaves))
    >>> growth = rng.normal(0, 0.05, len(leaves)) + 0.2 * (leaves["unit"] == "C")
    >>> leaves["actual"] = leaves["expected"] * (1 + growth)
    >>> localise(leaves, ["unit", "account"]).causes
    [{'unit': 'C'}]
    """
    dimensions = list(dimensions)
    require_columns(leaves, dimensions, [actual, expected])
    outcome, plan = amounts_of(leaves, dimensions, [actual, expected])
    attributes, summed = merge(code(leaves, dimensions), [outcome, plan])
    outcome, plan = without_dust(summed)
    holding, broken = split_parents(attributes, parents or {})
    deviation = outcome - plan
    if not len(leaves):
        return Segments([], no_causes(), 0.0, warnings=(NO_LEAVES,))
    cube = build_cube(attributes, holding)
    findings, drift = _search(cube, outcome, plan)

    table, claimed = causes_frame(cube, findings, deviation)
    habits = habitual(voids_of(outcome, plan), deviation, ~claimed).any(axis=0)
    (worse, better), (left_worse, left_better) = gross(deviation), gross(deviation[~claimed])
    return Segments(
        causes=[cube.words(cause.segment) for cause in findings.causes],
        table=table,
        unexplained=float(deviation[~claimed].sum()),
        worse=worse,
        better=better,
        unexplained_worse=left_worse,
        unexplained_better=left_better,
        rejected=rejected_frame(cube, findings, deviation),
        warnings=warnings_of(table, attributes, len(leaves), broken, drift, int(habits.sum())),
        checks=checks_of(table, deviation, claimed),
    )


def _search(cube: Cube, actual: Floats, expected: Floats) -> tuple[Findings, float]:
    """Scan in the measure in which the noise left over is symmetric; returns also the drift taken out."""
    plain, symmetric = against_expected(cube, actual, expected), against_both(cube, actual, expected)
    problem = less_skewed(plain, symmetric, plain.live)
    findings = scan(problem)
    better = less_skewed(plain, symmetric, findings.free)
    if better is not problem:
        problem, findings = better, scan(better)
    # Leaves without a cause must be centred on the plan: if not, the question is what deviates from their common
    # shift. Where most leaves would have a cause, it may be the whole that has moved.
    if not findings.causes:
        return findings, without_drift(problem, findings.noise, findings.free)[1]
    most = findings.free.sum() > problem.live.sum() / 2
    steady, drift = _without_drift(problem, findings, findings.free if most else problem.live)
    saved = len(findings.causes) - len(steady.causes)
    believed = drift and saved >= (0 if most or not findings.free.any() else 1)
    return (steady, drift) if believed else (findings, 0.0)


def _without_drift(problem: Problem, findings: Findings, use: Bools) -> tuple[Findings, float]:
    """Scan for what deviates from the common shift, which is asked again of the leaves that then have no cause."""
    known, drift = findings, 0.0
    for _ in range(MOST_ROUNDS):
        steady, found = without_drift(problem, known.noise, use)
        if not found:
            break
        drift, known = found, scan(steady)
        if (known.free == use).all() or not known.free.any():
            break
        use = known.free
    return known, drift
