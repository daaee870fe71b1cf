"""Which cost lines move with production, staffing and queues: candidates for an explanation, never causes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, percent, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, list_words, plural
from utfall.results import NotAvailable, Result
from utfall.rootcause.associations.monthly_series import (
    FTE,
    HIRED_SHARE,
    KEYS,
    UNUSED,
    cost_series,
    driver_series,
    history_months,
)
from utfall.rootcause.associations.screening import FEWEST_MONTHS, HOLDOUT, Screening, screen
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.drivers.cost_factors import STAFF_LINES
from utfall.rootcause.trail import Step

COUNTED_ALREADY = (FTE, HIRED_SHARE)
"""Not tried against the lines of staff: their hours are what is paid for, and a factor of the drivers already."""

NAMED = 3
"""Associations the text names; the table holds them all."""

ASSUMPTIONS = (
    "Säsong, trend och seriens egen tröghet är borträknade; det som jämförs är månadernas variation därutöver.",
    "Ett samband är en kandidat till förklaring, inte en orsak: båda serierna kan följa något tredje.",
)


@dataclass(frozen=True, eq=False, repr=False)
class Associations(Result):
    """Associations beyond chance between a node's monthly costs and its production, staffing and queues.

    Parameters
    ----------
    unit_name : str
        Name of the node.
    since, period : Timestamp
        First and last month of the history.
    frame : DataFrame
        One row an association beyond chance, the strongest first: ``label, line_name, driver, direction`` ("samma" or
        "motsatt"), ``lag`` (months that the driver goes before the cost), ``share, share_low, share_high`` (share of
        the cost's month-to-month variation, and an interval that holds for all that was tried at once), ``months``,
        ``holds`` (whether it held in the last year) and ``grade``.
    tried : DataFrame
        Every cost line, driver and lag that was tried: the same columns and ``beyond_chance``.
    left_out : DataFrame
        Series that could not be tried: ``name, reason``.
    money : Money
        How amounts are written.
    """

    unit_name: str
    since: pd.Timestamp
    period: pd.Timestamp
    frame: pd.DataFrame
    tried: pd.DataFrame
    left_out: pd.DataFrame
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """C when every association held in the last year, else D; an association is never better."""
        return Grade.C if all(check.passed for check in self.checks) else Grade.D

    @property
    def table(self) -> Table:
        """The associations beyond chance."""
        columns = {
            "label": Column("Kostnad"),
            "driver": Column("Går med"),
            "direction": Column("Riktning"),
            "lag": Column("Förskjutning", "number", unit="månader"),
            "share": Column("Andel av variationen", "percent"),
            "share_low": Column("Från", "percent"),
            "share_high": Column("Till", "percent"),
            "months": Column("Månader", "number"),
            "grade": Column("Evidens"),
        }
        return Table(
            self.frame,
            f"Samband med produktion, bemanning och köer, {period_range(self.since, self.period)}",
            columns,
            notes=(self._tried_words(), *self.assumptions, *self.warnings),
        )

    @property
    def step(self) -> Step:
        """The step of the method."""
        return Step(
            "Samband med produktion och bemanning",
            f"{number(len(self.tried))} samband, månader {period_range(self.since, self.period)}",
            "Återstår utöver säsong, trend och tröghet; högst 5 % risk att något är slump; prövat på sista året",
            plural(len(self.frame), "kandidat", "kandidater") if len(self.frame) else "Inget samband utöver slumpen",
            self.grade,
        )

    def plot(self) -> Chart:
        """Draw the share of variation that goes with each, to the left where cost falls as the driver rises."""
        sign = self.frame["direction"].map({"samma": 1.0, "motsatt": -1.0}).astype("float64")
        shown = pd.DataFrame(
            {"label": self.frame["label"] + " – " + self.frame["driver"], "amount": sign * self.frame["share"]}
        )
        return bars(shown, title=self._headline(), unit="%", higher_is_better=False)

    def text(self) -> str:
        """Name the strongest candidates, and how much was tried."""
        # A unit's name keeps its capital, a line's does not.
        lines = self.frame["line_name"]
        words = self.frame["label"].where(self.frame["label"] != lines, lines.map(_in_sentence))
        named = [
            f"{row['words']} går i {row['direction']} riktning som {_in_sentence(row['driver'])} "
            f"{_lag_words(row['lag'])} ({percent(row['share'])} av variationen, "
            f"intervall {percent(row['share_low'])} till {percent(row['share_high'])}"
            f"{'' if row['holds'] else ', höll inte under det sista året'})"
            for row in self.frame.assign(words=words).head(NAMED).to_dict("records")
        ]
        listed = f" {capitalise_first(list_words(named))}." if named else ""
        reserve = " Sambanden är kandidater, inte orsaker." if named else ""
        return f"{self._headline()}.{listed} {self._tried_words()}{reserve}"

    def _headline(self) -> str:
        if self.frame.empty:
            return f"Inget samband med produktion, bemanning eller köer utöver slumpen i {self.unit_name}"
        found = plural(len(self.frame), "kandidat", "kandidater")
        return f"{found} till samband med produktion, bemanning eller köer i {self.unit_name}"

    def _tried_words(self) -> str:
        rejected = int((~self.tried["beyond_chance"]).sum())
        return (
            f"{plural(len(self.tried), 'samband', 'samband')} prövades (post, förklaring och 0–2 månaders "
            f"förskjutning) och {number(rejected)} förkastades."
        )


def associations(
    comparison: Comparison, money: Money, cells: pd.DataFrame | None = None
) -> Associations | NotAvailable:
    """Find which cost lines move with production, staffing and queues beyond chance.

    Parameters
    ----------
    comparison : Comparison
        The node and the last month; all its history is used.
    money : Money
        How amounts are written.
    cells : DataFrame, optional
        ``unit, line`` of the costs to try, each against its own unit's series; the node's cost lines, as sums, when
        not given.

    Returns
    -------
    Associations or NotAvailable
        Among series that have nothing to do with each other, anything at all is found in at most one case of twenty.
        Not available where the history is shorter than `FEWEST_MONTHS`, or nothing can be tried.
    """
    months = history_months(comparison)
    if len(months) < FEWEST_MONTHS:
        return NotAvailable(
            "Samband med produktion och bemanning kan inte avgöras: historiken är "
            f"{plural(len(months), 'månad', 'månader')} och minst {FEWEST_MONTHS} behövs."
        )
    costs, drivers = cost_series(comparison, months, cells), driver_series(comparison, months, cells)
    pairs = [
        (cost, driver)
        for cost in costs.levels.columns
        for driver in drivers.levels.columns
        if cost[0] == driver[0] and not (cost[2] in STAFF_LINES.values() and driver[2] in COUNTED_ALREADY)
    ]
    levels = pd.concat([costs.levels, drivers.levels], axis=1)
    screening = screen(levels, pairs)
    if screening is None:
        why = "ingen kostnadspost" if costs.levels.empty else "ingen serie över produktion, bemanning eller köer"
        return NotAvailable(
            f"Samband med produktion och bemanning kan inte avgöras: {why} är hel och varierar genom hela historiken."
        )
    names = {line.line: line.name for line in comparison.region.accounts.lines}
    tried = _named(comparison, screening, names, cells is not None)
    used = {*screening.frame["first"], *screening.frame["second"]}
    unused = pd.DataFrame([(*key, UNUSED) for key in levels.columns if key not in used], columns=[*KEYS, "reason"])
    left_out = pd.concat([costs.left_out, drivers.left_out, unused], ignore_index=True)
    left_out = left_out.assign(name=left_out["name"].map(lambda name: names.get(name, name)))
    found = _found(tried)
    return Associations(
        unit_name=comparison.node.name,
        since=months[0],
        period=comparison.period,
        frame=found,
        tried=tried,
        left_out=left_out[["name", "reason"]],
        money=money,
        assumptions=ASSUMPTIONS,
        warnings=_warnings(left_out),
        checks=tuple(
            Check(f"{row['label']} och {row['driver']}: håller de sista {HOLDOUT} månaderna", bool(row["holds"]))
            for row in found.to_dict("records")
        ),
    )


def _named(comparison: Comparison, screening: Screening, names: dict[str, str], by_unit: bool) -> pd.DataFrame:
    frame = screening.frame
    line = frame["first"].map(lambda key: names[key[2]])
    unit = frame["first"].map(lambda key: comparison.region.organisation.name(key[0], comparison.period))
    frame = frame.assign(
        line_name=line,
        label=unit + ": " + line if by_unit else line,
        driver=frame["second"].map(lambda key: key[2]),
        direction=frame["correlation"].map(lambda value: "samma" if value > 0 else "motsatt"),
        months=screening.months,
        grade=frame["holds"].map({True: Grade.C.value, False: Grade.D.value}),
    )
    columns = ["label", "line_name", "driver", "direction", "lag", "share", "share_low", "share_high"]
    return frame[[*columns, "months", "beyond_chance", "holds", "grade"]]


def _found(tried: pd.DataFrame) -> pd.DataFrame:
    """Those beyond chance, each pair at its strongest lag."""
    found = tried[tried["beyond_chance"]].sort_values("share", ascending=False, kind="stable")
    found = found.drop_duplicates(["label", "driver"])
    return found.drop(columns="beyond_chance").reset_index(drop=True)


def _warnings(left_out: pd.DataFrame) -> tuple[str, ...]:
    return tuple(
        f"Prövades inte, eftersom serien {reason}: {list_words(dict.fromkeys(rows['name']))}."
        for reason, rows in left_out.groupby("reason", sort=True)
    )


def _lag_words(lag: int) -> str:
    return "samma månad" if lag == 0 else f"{plural(lag, 'månad', 'månader')} tidigare"


def _in_sentence(name: str) -> str:
    """A name within a sentence: "läkarbesök", but "DRG-poäng"."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
