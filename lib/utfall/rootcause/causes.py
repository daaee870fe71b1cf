"""Causes: what carries a deviation, cell by cell, with what remains; each with its evidence and a slot for comments.

A cell is one unit and report line. In a cell whose deviation chance does not explain, each component that chance does
not explain either is a cause; what is left of the cell, the cells within their usual variation, and the cells that
cannot be judged are rows of their own. So the rows are the deviation.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, list_words, plural
from utfall.results import Result
from utfall.rootcause.budget_variances import COMPONENTS, BudgetVariances
from utfall.rootcause.usual_variation import limit

Row = dict[Hashable, Any]
"""One row of a frame."""

KIND_WORDS = {
    **COMPONENTS,
    "periodisation": "Periodisering",
    "high_cost": "Enstaka högkostnadsfall",
}
"""What each kind of cause is called in a report."""

REST_WORDS = {
    "unexplained": "Oförklarat i poster som avviker",
    "within_noise": "Inom normal variation",
    "undecided": "Kan inte avgöras",
}
"""The rows that are no causes."""

GRADES = {
    "price": Grade.A,
    "mix": Grade.A,
    "high_cost": Grade.A,
    "new": Grade.A,
    "volume": Grade.C,
    "efficiency": Grade.A,
    "intensity": Grade.C,
    "other": Grade.C,
    "budget": Grade.C,
}
"""Evidence of each kind: A what adds up from booked amounts and counts, C what rests on an index or on cost following
volume. Periodisation brings its own."""

NEGLIGIBLE_SHARE = 0.002
"""A deviation below this share of what was expected is no signal, however quiet its history."""

MINOR_SHARE = 0.15
"""A component smaller than this share of its cell's largest is left in the unexplained rest rather than named."""

COMPONENT_P = 0.01
"""In a cell that is a signal, a component is named when chance alone would exceed it this seldom."""

CAUSES_SHOWN = 12
"""Most rows the table names; the smaller ones are added up."""

CAUSES_NAMED = 3
"""Causes the text names."""

NO_COMMENT = "–"
"""Stands where the person responsible has not commented yet."""

CAUSE_COLUMNS = [
    "unit",
    "unit_name",
    "line",
    "line_name",
    "kind",
    "amount",
    "detail",
    "grade",
    "comment",
    "author",
    "decision",
]


@dataclass(frozen=True, eq=False, repr=False)
class Causes(Result):
    """What carries a deviation.

    Parameters
    ----------
    frame : DataFrame
        One row a cause, the largest first: ``unit, unit_name, line, line_name, kind`` (a key of `KIND_WORDS`),
        ``amount`` (SEK in result sign), ``detail`` (Swedish sentence, or empty), ``grade`` (A to D), ``comment,
        author, decision`` (what the person responsible said, and the decision it led to; empty so far).
    rest : dict of str to float
        What no cause carries, by key of `REST_WORDS`: SEK in result sign. With the causes it is the deviation.
    counts : dict of str to int
        How many cells each row of `rest` sums, and ``cells`` in all.
    one_unit : bool
        Whether all causes are of the same unit, whose name then goes without saying.
    money : Money
        How amounts are written.
    """

    frame: pd.DataFrame
    rest: dict[str, float]
    counts: dict[str, int]
    one_unit: bool
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    def with_frame(self, frame: pd.DataFrame) -> Causes:
        """Give the same causes with more said of each."""
        return replace(self, frame=frame)

    @property
    def grade(self) -> Grade:
        """The weakest evidence among the causes that are shown."""
        grades = [Grade(value) for value in self.frame["grade"]]
        return max(grades, default=Grade.C, key=lambda grade: grade.value)

    @property
    def deviation(self) -> float:
        """The whole deviation, SEK in result sign."""
        return float(self.frame["amount"].sum() + sum(self.rest.values()))

    @property
    def groups(self) -> pd.DataFrame:
        """Causes of one kind and line together: ``kind, line_name, amount, units, largest`` (name of a unit)."""
        order = self.frame["amount"].abs().sort_values(ascending=False, kind="stable").index
        frame = self.frame.loc[order].assign(direction=lambda rows: rows["amount"] < 0)
        groups = frame.groupby(["kind", "line_name", "direction"], sort=False).agg(
            amount=("amount", "sum"),
            units=("unit", "nunique"),
            largest=("unit_name", "first"),
            detail=("detail", "first"),
            grade=("grade", "max"),
        )
        groups = groups.reset_index().drop(columns="direction")
        return groups.loc[groups["amount"].abs().sort_values(ascending=False, kind="stable").index].reset_index(
            drop=True
        )

    @property
    def table(self) -> Table:
        """The largest causes, the smaller ones together, and what no cause carries; they sum to the deviation."""
        shown, small = self.frame.iloc[:CAUSES_SHOWN], self.frame.iloc[CAUSES_SHOWN:]
        rows = shown.assign(
            what=[self._what(row) for row in shown.to_dict("records")],
            kind=shown["kind"].map(KIND_WORDS),
            comment=[_comment(row) for row in shown.to_dict("records")],
        )
        ends: list[dict[str, object]] = []
        if len(small):
            label = plural(len(small), "mindre orsak", "mindre orsaker")
            ends.append({"what": label, "amount": small["amount"].sum()})
        ends += [
            {"what": self._rest_words(name), "amount": value} for name, value in self.rest.items() if self.counts[name]
        ]
        ends.append({"what": "Avvikelse", "amount": self.deviation})
        nothing = dict.fromkeys(["kind", "detail", "grade", "comment"], "")
        frame = pd.concat([rows, pd.DataFrame([nothing | end for end in ends])], ignore_index=True)
        columns = {
            "what": Column("Post" if self.one_unit else "Enhet och post"),
            "kind": Column("Slag"),
            "amount": Column("Belopp", "amount", better="higher"),
            "detail": Column("Vad som syns i uppgifterna"),
            "grade": Column("Evidens"),
            "comment": Column("Ansvarigs kommentar och beslut"),
        }
        return Table(
            frame[list(columns)],
            "Orsaker till avvikelsen, och det som återstår",
            columns,
            totals=(-1,),
            notes=self.assumptions,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def groups_view(self) -> Table | None:
        """Causes of the same kind and line together, for a node with many units; None for a single unit."""
        if self.one_unit:
            return None
        groups, small = self.groups.iloc[:CAUSES_SHOWN], self.groups.iloc[CAUSES_SHOWN:]
        rows = groups.assign(kind=groups["kind"].map(KIND_WORDS), units=groups["units"].astype("float64"))
        ends: list[dict[str, object]] = []
        if len(small):
            ends.append({"kind": "Övriga orsaker", "amount": small["amount"].sum()})
        ends += [
            {"kind": self._rest_words(name), "amount": value} for name, value in self.rest.items() if self.counts[name]
        ]
        ends.append({"kind": "Avvikelse", "amount": self.deviation})
        nothing: dict[str, object] = {"line_name": "", "largest": "", "units": None}
        frame = pd.concat([rows, pd.DataFrame([nothing | end for end in ends])], ignore_index=True)
        columns = {
            "kind": Column("Slag"),
            "line_name": Column("Post"),
            "amount": Column("Belopp", "amount", better="higher"),
            "units": Column("Enheter", "number", missing="anges bara för orsaker"),
            "largest": Column("Störst i"),
        }
        return Table(
            frame[list(columns)].astype({"units": "float64"}),
            "Orsaker av samma slag tillsammans",
            columns,
            totals=(-1,),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw the causes by kind and line, and what remains."""
        groups = self.groups
        labels = [f"{KIND_WORDS[row['kind']]}: {row['line_name'].lower()}" for row in groups.to_dict("records")]
        frame = pd.DataFrame({"label": labels, "amount": groups["amount"]}).iloc[:CAUSES_SHOWN]
        left = groups["amount"].iloc[CAUSES_SHOWN:].sum() + sum(self.rest.values())
        frame = pd.concat([frame, pd.DataFrame([{"label": "Återstår", "amount": left}])], ignore_index=True)
        return bars(frame, title=self._headline(), unit=self.money.unit, currency=self.money.currency)

    def text(self) -> str:
        """Say which causes are the largest, and how much no cause carries."""
        if self.frame.empty and not self.counts["within_noise"]:
            left = self.money.write(self.deviation, signed=True)
            return f"Inga orsaker pekas ut: med så kort historik kan avvikelsen ({left}) inte skiljas från slumpen."
        if self.frame.empty:
            return (
                f"{self._headline()}: ingen avvikelse är större än vad slumpen förklarar. "
                f"{capitalise_first(self._rest_sentence())}."
            )
        found = self.money.write(float(self.frame["amount"].sum()), signed=True)
        count = plural(len(self.frame), "orsak", "orsaker")
        named = [self._named(row) for row in self.groups.iloc[:CAUSES_NAMED].to_dict("records")]
        largest = f"störst är {list_words(named)}" if len(self.frame) > 1 else f"det är {named[0]}"
        return (
            f"Av avvikelsen {self.money.write(self.deviation, signed=True)} bärs {found} av {count}: {largest}. "
            f"{capitalise_first(self._rest_sentence())}."
        )

    def of(self, unit: str) -> pd.DataFrame:
        """Causes of one unit, by its code."""
        return self.frame[self.frame["unit"] == unit].reset_index(drop=True)

    def _headline(self) -> str:
        """Say which kind of cause moves the deviation most in its own direction."""
        if self.frame.empty:
            return "Inga orsaker pekas ut"
        groups = self.groups
        towards = groups[groups["amount"] * self.deviation > 0]
        most = (towards if len(towards) else groups).iloc[0].to_dict()
        return (
            f"{KIND_WORDS[most['kind']]} för {most['line_name'].lower()} bär mest: "
            f"{self.money.write(most['amount'], signed=True)} av {self.money.write(self.deviation, signed=True)}"
        )

    def _named(self, row: Row) -> str:
        where = f" i {plural(int(row['units']), 'enhet', 'enheter')}" if not self.one_unit else ""
        amount = self.money.write(float(row["amount"]), signed=True)
        return f"{KIND_WORDS[row['kind']].lower()} för {row['line_name'].lower()}{where} ({amount})"

    def _rest_sentence(self) -> str:
        said = {
            "unexplained": "oförklarat i de poster som avviker återstår {}",
            "within_noise": "inom normal variation ligger {}",
            "undecided": "utan tillräcklig historik att bedöma ligger {}",
        }
        parts = [
            said[name].format(self.money.write(value, signed=True))
            for name, value in self.rest.items()
            if self.counts[name]
        ]
        return list_words(parts) or "inget återstår"

    def _what(self, row: Row) -> str:
        return str(row["line_name"]) if self.one_unit else f"{row['unit_name']}: {row['line_name']}"

    def _rest_words(self, name: str) -> str:
        return f"{REST_WORDS[name]} ({plural(self.counts[name], 'post', 'poster')})"


def find_causes(
    variances: BudgetVariances,
    variation: pd.DataFrame,
    one_offs: pd.DataFrame,
    hidden: pd.DataFrame,
    repeated: pd.DataFrame,
    names: dict[str, str],
    money: Money,
) -> Causes:
    """Find the causes that carry a deviation.

    Parameters
    ----------
    variances : BudgetVariances
        The deviation of each cell, without what `one_offs` holds, and its components.
    variation : DataFrame
        ``unit, line, sd, degrees``: how far each cell strays by chance (SEK); missing where that is not known.
    one_offs : DataFrame
        ``unit, line, kind, amount, detail, grade``: postings that belong elsewhere, each a cause of its own.
    hidden : DataFrame
        ``unit, line``: cells in which a few patients' care was costly. Their deviation is one cause, undivided, so
        that no part says what a patient cost.
    repeated : DataFrame
        ``unit, line``: cells whose deviation is the same year after year, and so no chance.
    names : dict of str to str
        Names of the units by code.
    money : Money
        How amounts are written.

    Returns
    -------
    Causes

    Raises
    ------
    IdentityFailed
        When the rows do not sum to the deviation.
    """
    cells = variances.cells.merge(variation[["unit", "line", "sd", "degrees"]], on=["unit", "line"], how="left")
    cells = cells.assign(
        limit=limit(cells["sd"], cells["degrees"]), least=limit(cells["sd"], cells["degrees"], COMPONENT_P)
    )
    keys = pd.MultiIndex.from_frame(cells[["unit", "line"]])
    covered, again = (keys.isin(list(zip(rows["unit"], rows["line"], strict=True))) for rows in (hidden, repeated))
    size = cells["deviation"].abs()
    judged = cells["limit"].notna()
    signal = judged & ((size > cells["limit"]) | again) & (size > NEGLIGIBLE_SHARE * cells["expected"].abs())

    covered &= (signal | ~judged).to_numpy()  # costly patients in a cell that does not deviate explain nothing
    found = [_undivided(cells[covered], "high_cost"), _components(cells[signal & ~covered]), one_offs]
    frame = pd.concat([part for part in found if len(part)] or [_undivided(cells[:0], "new")], ignore_index=True)
    by_cell = frame[~frame["kind"].eq("periodisation")].groupby(["unit", "line"])["amount"].sum()
    carried = by_cell.reindex(keys).fillna(0.0).to_numpy()
    left = cells["deviation"] - carried
    masks = {
        "unexplained": (signal | covered) & (left.abs() >= 0.005),
        "within_noise": judged & ~signal & ~covered & (left.abs() >= 0.005),
        "undecided": ~judged & ~covered & (left.abs() >= 0.005),
    }
    rest = {name: float(left[mask].sum()) for name, mask in masks.items()}
    counts = {name: int(mask.sum()) for name, mask in masks.items()} | {"cells": len(cells)}
    frame = _named(frame, names, variances.line_names)
    whole = float(cells["deviation"].sum() + one_offs["amount"].sum())
    check = require_identity(
        "Orsakerna och det som återstår är avvikelsen", float(frame["amount"].sum() + sum(rest.values())), whole
    )
    return Causes(
        frame=frame,
        rest=rest,
        counts=counts,
        one_unit=len(cells["unit"].unique()) == 1,
        money=money,
        assumptions=(
            "En orsak är en drivkraft som är större än vad slumpen förklarar i den enhetens post. Den visar vad som "
            "syns i uppgifterna; varför det blev så säger den ansvarige.",
        ),
        warnings=_warnings(counts),
        checks=(check,),
    )


def _components(cells: pd.DataFrame) -> pd.DataFrame:
    """Give the components of cells that are signals, where chance does not explain the component either."""
    names = [name for name in COMPONENTS if name in cells]
    long = cells.melt(id_vars=["unit", "line", "least"], value_vars=names, var_name="kind", value_name="amount")
    largest = long.groupby(["unit", "line"])["amount"].transform(lambda values: values.abs().max())
    kept = (long["amount"].abs() > long["least"]) & (long["amount"].abs() >= MINOR_SHARE * largest)
    rows = long[kept]
    return rows.assign(grade=rows["kind"].map(lambda kind: GRADES[kind].value), detail="")[
        ["unit", "line", "kind", "amount", "detail", "grade"]
    ]


def _undivided(cells: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Give whole cells as one cause each."""
    return cells[["unit", "line"]].assign(kind=kind, amount=cells["deviation"], detail="", grade=GRADES[kind].value)


def _named(frame: pd.DataFrame, names: dict[str, str], line_names: dict[str, str]) -> pd.DataFrame:
    frame = frame.assign(
        unit_name=frame["unit"].map(names),
        line_name=frame["line"].map(line_names),
        comment="",
        author="",
        decision="",
    )
    order = frame["amount"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order, CAUSE_COLUMNS].reset_index(drop=True)


def _comment(row: Row) -> str:
    if not row["comment"]:
        return NO_COMMENT
    author = f" ({row['author']})" if row["author"] else ""
    decision = f" Beslut: {row['decision']}." if row["decision"] else ""
    return f"{row['comment']}{author}{decision}"


def _warnings(counts: dict[str, int]) -> tuple[str, ...]:
    if not counts["undecided"]:
        return ()
    count = plural(counts["undecided"], "post", "poster")
    return (f"{capitalise_first(count)} har för kort historik för att bedömas och står för sig.",)
