"""The tables of a benefit calculation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from utfall.presentation.numbers import percent, period_name
from utfall.presentation.probability import chance_words
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words
from utfall.scenarios.benefit.verdicts import BOTTOM_LINES, NO_INTERVAL, verdict_of

if TYPE_CHECKING:
    from utfall.scenarios.benefit.result import BenefitCalculation

KINDS = {
    ("cost", "cash"): "kostnad i budgeten",
    ("cost", "capacity"): "kostnad i tid och kvalitet",
    ("benefit", "cash"): "nytta i budgeten",
    ("benefit", "capacity"): "nytta i tid och kvalitet",
}
"""Kind and effect of an item, in words."""


def bottom_line_table(calculation: BenefitCalculation) -> Table:
    """The bottom lines: benefits, costs, net with its interval, probability and verdict."""
    lines = calculation.bottom_lines[calculation.bottom_lines["items"] > 0]
    frame = lines.assign(
        label=lines["id"].map(BOTTOM_LINES),
        chance=lines["p_positive"].map(chance_words),
        verdict=lines["p_positive"].map(verdict_of),
    )
    columns = {
        "label": Column("Nuvärde"),
        "benefits": Column("Nyttor", "amount", signed=True),
        "costs": Column("Kostnader", "amount"),
        "net": Column("Netto", "amount", signed=True, better="higher"),
        "lo-80": Column("80 % från", "amount", signed=True, missing=NO_INTERVAL),
        "hi-80": Column("till", "amount", signed=True, missing=NO_INTERVAL),
        "lo-95": Column("95 % från", "amount", signed=True, missing=NO_INTERVAL),
        "hi-95": Column("till", "amount", signed=True, missing=NO_INTERVAL),
        "chance": Column("Chans till nettonytta", missing=NO_INTERVAL),
        "verdict": Column("Bedömning"),
    }
    needs = {"sammanlagt": calculation.break_even, "i budgeten": calculation.break_even_cash}
    said = [f"{percent(need, 0)} {where}" for where, need in needs.items() if need > 0]
    notes = (f"Andel av nyttorna som behöver komma för att kalkylen ska gå ihop: {list_words(said)}.",) if said else ()
    caption = f"Nyttokalkyl för {calculation.name}, {_span(calculation)}"
    return _table(calculation, frame, caption, columns, totals=(-1,), notes=notes)


def item_table(calculation: BenefitCalculation) -> Table:
    """Every item: what is stated, its present value, and how much of the uncertainty comes with it."""
    frame = calculation.items.assign(
        kind_words=[
            KINDS[kind, effect]
            for kind, effect in zip(calculation.items["kind"], calculation.items["effect"], strict=True)
        ],
        when=[_when(row) for _, row in calculation.items.iterrows()],
    )
    whole = {
        "name": "Netto",
        "kind_words": "",
        "when": "",
        **calculation.items[["mean", "variance_share"]].sum().to_dict(),
    }
    frame = pd.concat([frame, pd.DataFrame([whole])], ignore_index=True)
    missing = "posten är angiven utan intervall, eller raden är en summa"
    columns = {
        "name": Column("Post"),
        "kind_words": Column("Slag"),
        "when": Column("När"),
        "value": Column("Belopp", "amount", missing="raden är en summa"),
        "low": Column("80 % från", "amount", missing=missing),
        "high": Column("till", "amount", missing=missing),
        "mean": Column("Nuvärde", "amount", signed=True),
        "lo-80": Column("80 % från", "amount", signed=True, missing=missing),
        "hi-80": Column("till", "amount", signed=True, missing=missing),
        "variance_share": Column("Andel av osäkerheten", "percent", decimals=0),
    }
    return _table(calculation, frame, f"Poster, {_span(calculation)}", columns, totals=(-1,))


def source_table(calculation: BenefitCalculation) -> Table:
    """Where each item comes from, and who answers for it."""
    columns = {"name": Column("Post"), "source": Column("Källa"), "owner": Column("Ansvarig")}
    return _table(calculation, calculation.items, "Posternas källor", columns)


def yearly_table(calculation: BenefitCalculation) -> Table:
    """Costs and benefits year by year as they come, and their present value."""
    sums = calculation.yearly.drop(columns=["year", "cumulated", "p_paid_back"]).sum().to_dict()
    last = calculation.yearly[["cumulated", "p_paid_back"]].iloc[-1].to_dict()
    years = calculation.yearly.assign(label=calculation.yearly["year"].astype(str))
    frame = pd.concat([years, pd.DataFrame([{"label": "Summa", **sums, **last}])])
    frame = frame.assign(chance=frame["p_paid_back"].astype("float64").map(chance_words))
    columns = {
        "label": Column("År"),
        "cash_costs": Column("Kostnader i budgeten", "amount"),
        "cash_benefits": Column("Nyttor i budgeten", "amount", signed=True),
        "capacity_costs": Column("Kostnader i tid och kvalitet", "amount"),
        "capacity_benefits": Column("Nyttor i tid och kvalitet", "amount", signed=True),
        "net": Column("Netto", "amount", signed=True),
        "discounted": Column("Nuvärde", "amount", signed=True),
        "cumulated": Column("Nuvärde hittills", "amount", signed=True),
        "chance": Column("Chans att ha gått ihop", missing=NO_INTERVAL),
    }
    shown = {name: column for name, column in columns.items() if name != "capacity_costs" or sums[name] != 0}
    return _table(calculation, frame.reset_index(drop=True), f"År för år, {_span(calculation)}", shown, totals=(-1,))


def _table(
    calculation: BenefitCalculation,
    frame: pd.DataFrame,
    caption: str,
    columns: dict[str, Column],
    totals: tuple[int, ...] = (),
    notes: tuple[str, ...] = (),
) -> Table:
    money = calculation.money
    return Table(frame, caption, columns, totals=totals, notes=notes, unit=money.unit, currency=money.currency)


def _span(calculation: BenefitCalculation) -> str:
    return f"nuvärde {period_name(calculation.start)} med {percent(calculation.discount_rate)} ränta"


def _when(row: pd.Series) -> str:
    if row["timing"] == "once":
        return f"en gång, {period_name(row['start'])}"
    until = f" till {period_name(row['end'])}" if isinstance(row["end"], str) else ""
    return f"per år från {period_name(row['start'])}{until}"
