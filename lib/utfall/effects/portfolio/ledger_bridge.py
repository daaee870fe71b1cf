"""From what the measures gave to the ledger: last year's amounts, and what led to this year's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from utfall.effects.portfolio.cells import CellLedger
from utfall.effects.portfolio.unit_volume import choose_volume, unit_volumes
from utfall.evidence import Check, require_identity
from utfall.presentation.charts import waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import deviation_words
from utfall.region import Region, a_year_before, year_start


@dataclass(frozen=True, eq=False)
class LedgerBridge:
    """The measures' cells, from the same months of last year to this year; SEK in result sign.

    Parameters
    ----------
    frame : DataFrame
        ``key, label, amount, kind`` ("total" or "step") in the order told: last year, each measure's change since then,
        price index, volume, the rest, this year. The steps sum to the difference, to the öre.
    since, period : Timestamp
        First and last month of this year's span.
    check : Check
        That the steps sum.
    money : Money
        How amounts are written.
    """

    frame: pd.DataFrame
    since: pd.Timestamp
    period: pd.Timestamp
    check: Check
    money: Money

    @property
    def table(self) -> Table:
        """The bridge, one row a step."""
        return Table(
            self.frame,
            f"Från åtgärder till bokföring, {period_range(self.since, self.period)} mot samma månader förra året",
            {"label": Column("Post"), "amount": Column("Belopp", "amount", signed=True)},
            totals=(0, -1),
            notes=(
                "Bara de enheter och konton som någon åtgärd avser. Åtgärdernas rader är skattningar: effekten i år "
                "minus effekten samma månader förra året. Resten är vad som varken är åtgärd, prisindex eller volym.",
            ),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def view(self) -> Table:
        """The table."""
        return self.table

    def plot(self) -> Chart:
        """Draw the bridge as a waterfall."""
        steps = self.frame[["label", "amount", "kind"]]
        difference = self.frame["amount"].iloc[-1] - self.frame["amount"].iloc[0]
        said = deviation_words(difference, self.money.unit, "förra året", currency=self.money.currency)
        title = f"Åtgärdernas enheter och konton är {said}"
        return waterfall(steps, title=title, unit=self.money.unit, currency=self.money.currency)


def ledger_bridge(
    region: Region,
    ledger: CellLedger,
    cells: pd.DataFrame,
    changes: Mapping[str, tuple[str, float]],
) -> LedgerBridge | None:
    """Lead last year's amounts of some cells over to this year's.

    Parameters
    ----------
    region : Region
        The region.
    ledger : CellLedger
        Every amount.
    cells : DataFrame
        ``unit, account``: the cells that any measure claims, each once.
    changes : mapping
        Identifier to name, and what the measure gave this year less what it gave in the same months last year.

    Returns
    -------
    LedgerBridge or None
        None when the ledger does not hold the same months of last year.
    """
    month = ledger.months[-1]
    since = year_start(month)
    if a_year_before(since) < ledger.months[0]:
        return None
    rows = ledger.frame.merge(cells[["unit", "account"]].drop_duplicates(), on=["unit", "account"])
    now = rows[rows["period"] >= since]
    before = rows[rows["period"].between(a_year_before(since), a_year_before(month))]
    priced = before["actual"] * _price_change(ledger, before)
    last, this, price = (
        round(float(part.sum()), 2) for part in (before["actual"], now["actual"], priced - before["actual"])
    )
    volume = round(_volume_part(region, ledger, before.assign(actual=priced)), 2)
    steps = [(key, name, round(amount, 2)) for key, (name, amount) in changes.items()]
    steps += [("price_index", "Prisindex", price), ("volume", "Volym", volume)]
    rest = round(this - last - sum(amount for _, _, amount in steps), 2)
    steps.append(("rest", "Övrigt, inte förklarat av åtgärder, pris eller volym", rest))
    frame = pd.DataFrame(
        [
            ("last_year", f"Förra året, {period_range(a_year_before(since), a_year_before(month))}", last, "total"),
            *((key, name, amount, "step") for key, name, amount in steps),
            ("this_year", f"I år, {period_range(since, month)}", this, "total"),
        ],
        columns=["key", "label", "amount", "kind"],
    )
    check = require_identity(
        "förra året + åtgärder + prisindex + volym + övrigt = i år", last + frame["amount"].iloc[1:-1].sum(), this
    )
    return LedgerBridge(frame, since, month, check, Money.for_amounts(frame["amount"], region.currency))


def _price_change(ledger: CellLedger, before: pd.DataFrame) -> pd.Series:
    """How many times dearer each row is this year, by its line's index; 1 where there is none."""
    change = pd.Series(1.0, before.index)
    for line, rows in before.groupby("line"):
        name = ledger.lines[str(line)].price_index
        if name in ledger.index:
            level = ledger.index[name]
            later = rows["period"] + pd.DateOffset(years=1)
            change[rows.index] = later.map(level) / rows["period"].map(level)
    return change


def _volume_part(region: Region, ledger: CellLedger, before: pd.DataFrame) -> float:
    """What a changed volume did to lines that follow it, at this year's prices."""
    driven = [name for name, line in ledger.lines.items() if line.volume_driven]
    before = before[before["line"].isin(driven)]
    if "volumes" not in region.tables or before.empty:
        return 0.0
    counted = unit_volumes(region, ledger.months)
    month = ledger.months[-1]
    now = counted.loc[year_start(month) : month]
    then = counted.loc[a_year_before(year_start(month)) : a_year_before(month)]
    part = 0.0
    sums = before.groupby(["unit", "line"], as_index=False)["actual"].sum()
    for unit, line, amount in sums.itertuples(index=False):
        volume = choose_volume(counted, unit, ledger.lines[line])
        if volume is None:
            continue
        old, new = volume.reindex(then.index), volume.reindex(now.index)
        if old.notna().all() and new.notna().all() and old.sum() > 0:
            part += amount * (new.sum() / old.sum() - 1)
    return float(part)
