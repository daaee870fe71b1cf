"""Price and volume: why cost changed since last year, by price, volume, mix and efficiency, with exact sums."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words
from utfall.results import NotAvailable, Result
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.drivers.cost_factors import (
    FACTOR_KIND,
    FACTOR_WORDS,
    KINDS,
    NOT_SPLIT,
    VOLUME_PRODUCT,
    SplitCells,
)

KIND_WORDS = {
    "price": "Pris",
    "volume": "Volym",
    "mix": "Mix",
    "efficiency": "Effektivitet",
    "hours": "Arbetade timmar",
    "price_and_efficiency": "Pris och effektivitet",
    NOT_SPLIT: "Ej uppdelat",
}
"""What each kind of driver is called in a report."""

ASSUMED_FACTORS = ("price_index", "intensity", "cost_per_volume")
"""Factors that rest on an index or on an assumed volume, not on counts of what was paid for."""

IDENTITY = "Pris, volym, mix och effektivitet summerar till kostnadens förändring"
"""The identity that the split must hold."""

DRIVERS_NAMED = 2
"""Single drivers the text names."""


@dataclass(frozen=True, eq=False, repr=False)
class PriceVolume(Result):
    """Change of cost since the same months last year, by cost line and factor.

    Parameters
    ----------
    frame : DataFrame
        ``line, line_name, factor, kind`` (one of `KINDS`) and ``change``: SEK in result sign, so a rise in cost is
        negative.
    drugs : DataFrame
        The same by drug: ``unit, drug, factor, change``.
    before, after : float
        Net cost in the two spans, SEK in result sign.
    since, period : Timestamp
        First and last month of this year's span.
    money : Money
        How amounts are written.
    """

    frame: pd.DataFrame
    drugs: pd.DataFrame
    before: float
    after: float
    since: pd.Timestamp
    period: pd.Timestamp
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """A when all was split on counted volumes, C when a price index or an assumed volume took part."""
        assumed = self.frame["factor"].isin(ASSUMED_FACTORS) & (self.frame["change"] != 0)
        return Grade.C if assumed.any() else Grade.A

    @property
    def by_kind(self) -> pd.DataFrame:
        """Change by kind of driver: ``kind, change``."""
        sums = self.frame.groupby("kind")["change"].sum()
        sums = sums.reindex([kind for kind in KINDS if sums.get(kind, 0.0) != 0])
        return sums.rename_axis("kind").reset_index()

    @property
    def table(self) -> Table:
        """Change by line and kind of driver."""
        wide = self.frame.pivot_table(index="line_name", columns="kind", values="change", aggfunc="sum", sort=False)
        kinds = [kind for kind in KINDS if kind in set(self.by_kind["kind"])]
        wide = wide.reindex(columns=kinds).fillna(0.0)
        wide = wide.assign(change=wide.sum(axis=1)).reset_index()
        total = wide.drop(columns="line_name").sum().to_dict() | {"line_name": "Summa kostnader"}
        columns = {"line_name": Column("Kostnad")}
        columns |= {kind: Column(KIND_WORDS[kind], "amount") for kind in kinds}
        columns["change"] = Column("Förändring", "amount", better="higher")
        return Table(
            pd.concat([wide, pd.DataFrame([total])], ignore_index=True),
            f"Kostnadens förändring mot samma månader förra året, {period_range(self.since, self.period)}",
            columns,
            totals=(-1,),
            notes=(*self.assumptions, f"Evidensgrad {self.grade.value}. {self.grade.explanation}"),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw the change by kind of driver."""
        frame = self.by_kind.rename(columns={"change": "amount"})
        frame = frame.assign(label=frame["kind"].map(KIND_WORDS))
        if frame.empty:
            frame = pd.DataFrame([{"label": "Ingen förändring", "amount": 0.0}])
        return bars(
            frame[["label", "amount"]],
            title=self._headline(),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def text(self) -> str:
        """What drove the cost: the heaviest kind, the largest single drivers, and the drug whose price moved most."""
        sentences = [f"{self._headline()}."]
        counted = self.frame[(self.frame["factor"] != NOT_SPLIT) & (self.frame["change"] != 0)]
        order = counted["change"].abs().sort_values(ascending=False, kind="stable").index[:DRIVERS_NAMED]
        named = [
            f"{FACTOR_WORDS[row['factor']]} i {row['line_name'].lower()} "
            f"({self.money.write(row['change'], signed=True)})"
            for row in counted.loc[order].to_dict("records")
        ]
        if named:
            sentences.append(f"Störst enskilda drivkrafter: {list_words(named)}.")
        prices = self.drugs[self.drugs["factor"] == "price"].to_dict("records")
        moved = max(prices, key=lambda row: abs(row["change"]), default={"change": 0.0})
        if moved["change"]:
            word = "höjt" if moved["change"] < 0 else "sänkt"
            amount = self.money.write(moved["change"], signed=True)
            sentences.append(
                f"Störst prisändring bland läkemedel utöver prisindex: {moved['drug']} ({word} pris, {amount})."
            )
        return " ".join(sentences)

    def _headline(self) -> str:
        change = self.after - self.before
        direction = "lägre" if change > 0 else "högre"
        headline = f"Kostnaden är {self.money.write(abs(change))} {direction} än samma månader förra året"
        kinds = self.by_kind[self.by_kind["kind"] != NOT_SPLIT].to_dict("records")
        towards = [row for row in kinds if row["change"] * change > 0]
        if not towards:
            return headline
        most = max(towards, key=lambda row: abs(row["change"]))
        return f"{headline}, mest genom {KIND_WORDS[most['kind']].lower()}"


def price_and_volume(comparison: Comparison, cells: SplitCells, money: Money) -> PriceVolume | NotAvailable:
    """Split the change of cost since the same months last year over price, volume, mix and efficiency.

    Drugs are price × packages per dose × doses per patient × patients by drug and unit; staff is cost an hour ×
    hours by unit, category and employment, with the shift between own and hired apart; purchased care is price a
    DRG point × points a case × cases by provider; the other volume-driven lines are volume × price index × use of
    resources per volume. What no count covers stays in a row of its own.

    Parameters
    ----------
    comparison : Comparison
        The node and the months; always compared with last year, whatever it is compared with elsewhere.
    cells : SplitCells
        The split, unit by unit.
    money : Money
        How amounts are written.

    Returns
    -------
    PriceVolume or NotAvailable
        Its changes sum to the change in the ledger's cost. Not available where the ledger has no last year, or
        nothing is counted.

    Raises
    ------
    IdentityFailed
        When the parts do not sum to the ledger.
    """
    region = comparison.region
    if comparison.since - pd.DateOffset(years=1) < region.first_period:
        return NotAvailable("Kostnaden kan inte jämföras med förra året: historiken är för kort.")
    cost_lines = [line.line for line in region.accounts.lines if line.kind == "cost"]
    change = _ledger_change(comparison).reindex(cost_lines).dropna(how="all").fillna(0.0)
    if cells.by_cell.empty:
        return NotAvailable("Kostnaden kan inte delas upp: regionens uppgifter innehåller inga räknade volymer.")
    parts = cells.by_cell.groupby(["line", "factor"], sort=False)["change"].sum().reset_index()
    frame = _with_remainder(parts, change)
    frame = frame.assign(line_name=frame["line"].map(region.accounts.frame.set_index("line")["name"]))
    before, after = float(change["before"].sum()), float(change["after"].sum())
    check = require_identity(
        IDENTITY,
        after - before,
        frame["change"].sum(),
    )
    return PriceVolume(
        frame=frame,
        drugs=cells.drugs,
        before=before,
        after=after,
        since=comparison.since,
        period=comparison.period,
        money=money,
        assumptions=_assumptions(frame),
        warnings=(),
        checks=(check,),
    )


def _ledger_change(comparison: Comparison) -> pd.DataFrame:
    now = comparison.region.amounts(
        ["line"], unit=comparison.node.code, since=comparison.since, until=comparison.period
    ).set_index("line")["actual"]
    before = comparison.previous_year(["line"]).set_index("line")["actual"]
    return pd.concat({"before": before, "after": now}, axis=1).fillna(0.0)


def _with_remainder(parts: pd.DataFrame, change: pd.DataFrame) -> pd.DataFrame:
    covered = parts.groupby("line")["change"].sum().reindex(change.index).fillna(0.0)
    left = (change["after"] - change["before"] - covered).rename("change").rename_axis("line").reset_index()
    frame = pd.concat([parts, left.assign(factor=NOT_SPLIT)], ignore_index=True)
    frame = frame.assign(kind=frame["factor"].map(FACTOR_KIND))
    order = {line: number for number, line in enumerate(change.index)}
    frame = frame[frame["line"].isin(list(order))]
    frame = frame.sort_values("line", key=lambda lines: lines.map(order), kind="stable")
    return frame[["line", "factor", "kind", "change"]].reset_index(drop=True)


def _assumptions(frame: pd.DataFrame) -> tuple[str, ...]:
    said = ["Uppdelningen jämför med samma månader förra året i årets organisation (additiv LMDI, summerar exakt)."]
    if frame["factor"].isin(["volume"]).any():
        said.append(
            f"Där egna räknade volymer saknas står {VOLUME_PRODUCT}, eller enhetens mest räknade produkt, "
            "för vårdvolymen."
        )
    return tuple(said)
