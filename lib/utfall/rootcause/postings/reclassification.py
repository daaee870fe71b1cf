"""Reclassifications: amounts that have moved between accounts of a unit, or between units of an area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, percent, period_name, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.results import NotAvailable, Result
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.postings.mirrored import (
    ALIKE_SHARE,
    HISTORY_MONTHS,
    LASTING_MONTHS,
    SIGMAS,
    Shifts,
    lasting_shifts,
    mirrored_shifts,
)
from utfall.rootcause.trail import Step

MOVES_NAMED = 3
"""Moves the text names."""

COLUMNS = [
    "unit_from", "unit_from_name", "line_from", "line_from_name", "account_from",
    "unit_to", "unit_to_name", "line_to", "line_to_name", "account_to",
    "start", "months", "amount", "effect_from", "effect_to", "net", "deviation_from", "deviation_to", "grade",
]  # fmt: skip
"""Columns of `Reclassifications.frame`."""


@dataclass(frozen=True, eq=False, repr=False)
class Reclassifications(Result):
    """Amounts that have moved between accounts of a unit, or between units of an area.

    Parameters
    ----------
    frame : DataFrame
        One row a move, the largest first: from and to which ``unit, line, account``; ``start`` (first month) and
        ``months``; ``amount`` a month, positive; ``effect_from`` and ``effect_to``, what the two deviations hold
        because of it since the start (SEK in result sign, opposite signs) and their sum ``net``; ``deviation_from`` and
        ``deviation_to``, the year's deviations of the two; ``grade``.
    by_line : DataFrame
        The effects summed: ``unit, line, effect``.
    since, period : Timestamp
        First and last month.
    money : Money
        How amounts are written.
    """

    frame: pd.DataFrame
    by_line: pd.DataFrame
    since: pd.Timestamp
    period: pd.Timestamp
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """C: that two shifts belong together is read from their months and sizes alone."""
        return Grade.C if all(check.passed for check in self.checks) else Grade.D

    @property
    def step(self) -> Step:
        """The step of the method."""
        return Step(
            "Omklassificering",
            "Månadsutfall per enhet och konto, tre år",
            "Varaktig förskjutning på ett konto, speglad på ett annat från samma månad",
            plural(len(self.frame), "flytt", "flyttar") if len(self.frame) else "Inget funnet",
            self.grade,
        )

    @property
    def table(self) -> Table:
        """The moves, with what each means for the two deviations."""
        columns = {
            "source": Column("Från"),
            "target": Column("Till"),
            "start": Column("Sedan", "period"),
            "amount": Column("Belopp per månad", "amount"),
            "effect_from": Column("Effekt där det minskar", "amount", signed=True),
            "effect_to": Column("Effekt där det ökar", "amount", signed=True),
            "net": Column("Netto", "amount", signed=True),
            "grade": Column("Evidens"),
        }
        return Table(
            self.frame.assign(source=self._places("from"), target=self._places("to")),
            f"Belopp som flyttat mellan konton eller enheter, {period_range(self.since, self.period)}",
            columns,
            notes=("De två avvikelserna förklarar varandra; tillsammans är de nära noll.",),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw what each side of the moves means for its deviation."""
        sides = [
            pd.DataFrame({"label": self._places(side), "amount": self.frame[f"effect_{side}"]})
            for side in ("from", "to")
        ]
        figures = pd.concat(sides).groupby("label", sort=False)["amount"].sum().reset_index()
        return bars(figures, title=self._headline(), unit=self.money.unit, currency=self.money.currency)

    def text(self) -> str:
        """Which amounts have moved, from where and to where."""
        named = [
            f"{self.money.write(row['amount'])} i månaden från {source} till {target} sedan {period_name(row['start'])}"
            for row, source, target in zip(
                self.frame.head(MOVES_NAMED).to_dict("records"), self._places("from"), self._places("to"), strict=False
            )
        ]
        if not named:
            return f"{self._headline()}."
        return f"{self._headline()}: {list_words(named)}. Avvikelserna där förklarar varandra och tar i stort ut sig."

    def _places(self, side: str) -> list[str]:
        names = zip(self.frame[f"unit_{side}_name"], self.frame[f"account_{side}"], strict=True)
        return [f"{unit}, konto {account}" for unit, account in names]

    def _headline(self) -> str:
        if self.frame.empty:
            return "Inget belopp har flyttat varaktigt mellan konton eller enheter"
        return f"{plural(len(self.frame), 'belopp har', 'belopp har')} flyttat mellan konton eller enheter"


def reclassifications(comparison: Comparison, money: Money) -> Reclassifications | NotAvailable:
    """Find amounts that have moved between accounts of a unit, or between units of an area.

    A move is a lasting shift on one account mirrored by the opposite shift on another from the same month. Each month
    is compared with the same month a year before, so that season is no shift; each of the two must be far outside its
    own variation, nearly all months after the start shifted and nearly none before it, and their sum within it.

    Parameters
    ----------
    comparison : Comparison
        The node, the months and what they are compared with.
    money : Money
        How amounts are written.

    Returns
    -------
    Reclassifications or NotAvailable
        Not available where the ledger has no two whole years before the judged one, or the year has too few months.

    Raises
    ------
    IdentityFailed
        When the effects by line do not sum to the moves' net.
    """
    region, since = comparison.region, comparison.since
    if since - pd.DateOffset(months=HISTORY_MONTHS) < region.first_period:
        return NotAvailable("Omklassificeringar kan inte bedömas: huvudboken har inte två hela år före det bedömda.")
    if comparison.period.month < LASTING_MONTHS:
        return NotAvailable("Omklassificeringar kan inte bedömas förrän årets tredje månad: de ska ha varat.")
    frame = _frame(comparison, lasting_shifts(comparison))
    sides = [
        frame[[f"unit_{side}", f"line_{side}", f"effect_{side}"]].set_axis(["unit", "line", "effect"], axis=1)
        for side in ("from", "to")
    ]
    by_line = pd.concat(sides).groupby(["unit", "line"])["effect"].sum().round(2).reset_index()
    check = require_identity("Effekterna per post = flyttarnas netto", by_line["effect"].sum(), frame["net"].sum())
    return Reclassifications(
        frame=frame,
        by_line=by_line,
        since=since,
        period=comparison.period,
        money=money,
        assumptions=(
            f"Månaderna jämförs med samma månader året före. Var förskjutning ska ha varat i {LASTING_MONTHS} månader "
            f"och vara minst {number(SIGMAS)} standardavvikelser; de två får skilja högst {percent(ALIKE_SHARE, 0)}.",
            "Att två förskjutningar hör ihop läses ur att de börjar samma månad och är lika stora; det ska bekräftas "
            "av den som konterar.",
        ),
        warnings=(),
        checks=(check,),
    )


def _frame(comparison: Comparison, shifts: Shifts) -> pd.DataFrame:
    organisation = comparison.region.organisation
    line_names = comparison.region.accounts.frame.set_index("line")["name"]
    rows = []
    for move in mirrored_shifts(shifts):
        months = comparison.period.month - move.start
        row: dict[str, object] = {
            "start": comparison.since + pd.DateOffset(months=move.start),
            "months": months,
            "amount": round(float(np.abs(move.sizes).mean()), 2),
            "grade": Grade.C.value,
        }
        for side, at, size in zip(("from", "to"), move.rows, move.sizes, strict=True):
            key = {name: str(shifts.keys[name].iloc[at]) for name in ("unit", "line", "account")}
            row |= {
                f"unit_{side}": key["unit"],
                f"unit_{side}_name": organisation.name(key["unit"], comparison.period),
                f"line_{side}": key["line"],
                f"line_{side}_name": line_names[key["line"]],
                f"account_{side}": key["account"],
                f"effect_{side}": round(size * months, 2),
                f"deviation_{side}": float(shifts.keys["deviation"].iloc[at]),
            }
        rows.append(row)
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame = frame.assign(net=(frame["effect_from"].astype(float) + frame["effect_to"].astype(float)).round(2))
    return frame.sort_values("amount", ascending=False, kind="stable", ignore_index=True)
