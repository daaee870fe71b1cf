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

from utfall.evidence import Check, Grade
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, list_words, plural
from utfall.results import Result
from utfall.rootcause.drivers.budget_variances import COMPONENTS, PRICE_WHEN_AGAINST_LAST_YEAR

Row = dict[Hashable, Any]
"""One row of a frame."""

KIND_WORDS = {
    **COMPONENTS,
    "periodisation": "Periodisering",
    "high_cost": "Köpt vård, inte uppdelad",
}
"""What each kind of cause is called in a report."""

REST_WORDS = {
    "unexplained": "Oförklarat i poster som avviker",
    "within_noise": "Inom normal variation",
    "undecided": "Kan inte avgöras",
}
"""The rows that are no causes."""

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
    against : {"budget", "previous_year"}
        What the outcome is compared with.
    money : Money
        How amounts are written.
    """

    frame: pd.DataFrame
    rest: dict[str, float]
    counts: dict[str, int]
    one_unit: bool
    against: str
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
            kind=shown["kind"].map(self.kind_words),
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
        rows = groups.assign(kind=groups["kind"].map(self.kind_words), units=groups["units"].astype("float64"))
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
        labels = [f"{self.kind_words(row['kind'])}: {row['line_name'].lower()}" for row in groups.to_dict("records")]
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
        count = plural(len(self.frame), "orsak pekas", "orsaker pekas")
        named = [self._named(row) for row in self.groups.iloc[:CAUSES_NAMED].to_dict("records")]
        largest = f"störst är {list_words(named)}" if len(self.frame) > 1 else f"det är {named[0]}"
        return (
            f"Avvikelsen är {self.money.write(self.deviation, signed=True)}. {count} ut: {largest}. "
            f"{capitalise_first(self._rest_sentence())}."
        )

    def kind_words(self, kind: str) -> str:
        """What a kind of cause is called; compared with last year, the index is part of the price."""
        return PRICE_WHEN_AGAINST_LAST_YEAR if kind == "price" and self.against == "previous_year" else KIND_WORDS[kind]

    def _headline(self) -> str:
        """Say which kind of cause moves the deviation most in its own direction."""
        if self.frame.empty:
            return "Inga orsaker pekas ut"
        groups = self.groups
        towards = groups[groups["amount"] * self.deviation > 0]
        most = (towards if len(towards) else groups).iloc[0].to_dict()
        return (
            f"{self.kind_words(most['kind'])} för {most['line_name'].lower()} bär mest: "
            f"{self.money.write(most['amount'], signed=True)}"
        )

    def _named(self, row: Row) -> str:
        where = f" i {plural(int(row['units']), 'enhet', 'enheter')}" if not self.one_unit else ""
        amount = self.money.write(float(row["amount"]), signed=True)
        return f"{self.kind_words(row['kind']).lower()} för {row['line_name'].lower()}{where} ({amount})"

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


def _comment(row: Row) -> str:
    if not row["comment"]:
        return NO_COMMENT
    author = f" ({row['author']})" if row["author"] else ""
    decision = f" Beslut: {row['decision']}." if row["decision"] else ""
    return f"{row['comment']}{author}{decision}"
