"""Details: what the data show of each cause, in a sentence whose every number comes from the analysis."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_name
from utfall.presentation.words import capitalise_first, list_words, plural
from utfall.region import Region, year_start
from utfall.region.registers import Measure
from utfall.results import NotAvailable
from utfall.rootcause.causes.suppliers import SAME_NUMBER, leading_suppliers
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.drivers.budget_variances import BudgetVariances
from utfall.rootcause.drivers.cost_factors import SplitCells
from utfall.rootcause.signal.control_charts import ControlCharts

Row = dict[Hashable, Any]
"""One row of a frame."""

SUPPLIERS_SOUGHT = 12
"""Causes, the largest first, for which vouchers are searched for a supplier."""

SUPPLIER_KINDS = ("intensity", "other", "new")
"""Kinds of cause behind which a supplier may stand."""

STAFF_LINES = ("salaries", "hired_staff")
"""Lines whose cost is people's hours."""

HIGH_COST_WORDS = "Hela postens avvikelse. Enstaka högkostnadsfall ingår; hur stor del visas inte."


def with_details(
    frame: pd.DataFrame,
    comparison: Comparison,
    variances: BudgetVariances,
    split: SplitCells,
    repeated: pd.DataFrame,
    charts: ControlCharts | NotAvailable,
    money: Money,
) -> pd.DataFrame:
    """Fill in what the data show of each cause, and what the person responsible has said of it.

    Parameters
    ----------
    frame : DataFrame
        Causes, as `utfall.rootcause.causes.causes.Causes.frame`, the largest first; rows that have a detail keep it.
    comparison : Comparison
        The node, the months and what they are compared with.
    variances : BudgetVariances
        The components of each cell.
    split : SplitCells
        What the counts say, drug by drug.
    repeated : DataFrame
        ``unit, line, years``: cells that have missed their budget in the same direction for so many years before.
    charts : ControlCharts or NotAvailable
        When each cell's months left their own pattern.
    money : Money
        How amounts are written.

    Returns
    -------
    DataFrame
        The same rows with ``detail, comment, author`` and ``decision``.
    """
    if frame.empty:
        return frame
    cells = variances.cells.set_index(["unit", "line"]).to_dict("index")
    incomes = {line.line for line in comparison.region.accounts.lines if line.kind == "income"}
    suppliers = _suppliers(frame, comparison)
    measures = _budgeted_measures(comparison)
    years = {(row["unit"], row["line"]): int(row["years"]) for row in repeated.to_dict("records")}
    left = {} if isinstance(charts, NotAvailable) else _left_pattern(charts)
    details = []
    for row in frame.to_dict("records"):
        key = (row["unit"], row["line"])
        words = row["detail"]
        if not words:
            words = _words(
                row,
                cells.get(key),
                split.drugs,
                measures,
                income=row["line"] in incomes,
                budget=comparison.against == "budget",
            )
            supplier = (
                _supplier_words(suppliers[key], money) if key in suppliers and row["kind"] in SUPPLIER_KINDS else ""
            )
            again = years.get(key, 0) if row["kind"] == "budget" else 0
            every = f"Budgeten har missats åt samma håll även de {again} åren före." if again else ""
            # The month a patient's bill came says more of the patient than of the cost.
            begun = "" if row["kind"] == "high_cost" else _since_words(left.get(key), float(row["amount"]))
            words = " ".join(part for part in (words, every, supplier, begun) if part)
        details.append(words)
    return _with_comments(frame.assign(detail=details), comparison.region, comparison.period)


def _words(
    row: Row,
    cell: Row | None,
    drugs: pd.DataFrame,
    measures: dict[object, list[str]],
    *,
    income: bool,
    budget: bool,
) -> str:
    kind, line, amount = row["kind"], row["line"], float(row["amount"])
    own = drugs[drugs["unit"] == row["unit"]] if line == "drugs" else drugs[:0]
    worse = amount < 0
    if kind == "volume" and cell is not None and pd.notna(cell["volume_ratio"]):
        ratio = float(cell["volume_ratio"]) - 1
        return f"Volymen är {percent(abs(ratio), 1)} {'över' if ratio > 0 else 'under'} plan."
    up = worse != income  # more of a cost is worse, more of an income better
    if kind == "volume":
        return f"{'Större' if up else 'Mindre'} volym än förra året."
    if kind == "price":
        known = _leading_drug(own, "price", amount, "{drug}: priset {ratio} utöver prisindex.") if budget else ""
        what = "Kostnaden per timme" if line in STAFF_LINES else "Priset"
        than = "i förhållande till prisindex" if budget else "sedan förra året"
        return known or f"{what} har {'stigit' if up else 'sjunkit'} {than}."
    if kind == "mix" and line in STAFF_LINES:
        to_own = worse == (line == "salaries")
        return f"Timmar har flyttats från {'inhyrd till egen' if to_own else 'egen till inhyrd'} personal."
    if kind == "mix":
        known = _leading_drug(own, "drug_share", amount, "Fler behandlas med {drug}.")
        return known or f"Vården har blivit {'dyrare' if worse else 'billigare'} per fall."
    if kind == "hours":
        return "Fler arbetade timmar än förra året." if worse else "Färre arbetade timmar än förra året."
    if kind == "efficiency":
        return _leading_drug(own, "packages_per_dose", amount, "{drug}: förpackningar per dos {ratio}.")
    if kind == "intensity":
        what = "Intäkten" if income else "Kostnaden"
        return f"{what} per volym har {'stigit' if up else 'sjunkit'} utöver prisindex."
    if kind == "other":
        planned = " och det som budgeten räknade med" if budget else ""
        return f"{'Sämre' if worse else 'Bättre'} än förra året utöver prisindex{planned}."
    if kind == "budget" and cell is not None:
        return _budget_words(cell, amount, measures.get((row["unit"], line), []))
    if kind == "high_cost":
        return HIGH_COST_WORDS
    return "Posten fanns inte förra året." if kind == "new" else ""


def _leading_drug(drugs: pd.DataFrame, factor: str, amount: float, words: str) -> str:
    """Name the drug that moved most in the same direction, with how much its factor changed."""
    rows = drugs[(drugs["factor"] == factor) & (drugs["change"] * amount > 0)]
    if rows.empty:
        return ""
    row = rows.iloc[int(rows["change"].abs().to_numpy().argmax())]
    ratio = "" if pd.isna(row["ratio"]) else percent(float(row["ratio"]) - 1, 1, signed=True)
    return words.format(drug=row["drug"], ratio=ratio)


def _budget_words(cell: Row, amount: float, measures: list[str]) -> str:
    level = float(cell["flexible"]) + amount
    share = f"{percent(abs(amount / level), 1)} " if level else ""
    lower = (amount < 0) == (level < 0)  # of a cost, a budget that asks for less; of an income, one that hopes for less
    words = f"Budgeten är {share}{'lägre' if lower else 'högre'} än förra årets nivå vid årets volym och prisindex."
    return (
        f"{words} {capitalise_first(list_words(measures))} kan ligga i budgeten." if measures and amount < 0 else words
    )


def _budgeted_measures(comparison: Comparison) -> dict[object, list[str]]:
    """Measures that started this year and so may lie in the budget, by unit and line."""
    first = year_start(comparison.period)
    named: dict[object, list[str]] = {}
    for measure in comparison.region.measures:
        if not _started_in(measure, first, comparison.period) or measure.planned_effect <= 0:
            continue
        for unit in measure.units:
            for line in measure.lines:
                named.setdefault((unit, line), []).append(f"åtgärden {measure.name}")
    return named


def _started_in(measure: Measure, first: pd.Timestamp, last: pd.Timestamp) -> bool:
    return first <= pd.Timestamp(f"{measure.start}-01") <= last


def _suppliers(frame: pd.DataFrame, comparison: Comparison) -> dict[object, Row]:
    """Leading supplier of the largest causes, by unit and line."""
    if comparison.previous_span[0] < comparison.region.first_period:
        return {}
    sought = frame[frame["kind"].isin(SUPPLIER_KINDS) & ~frame["line"].isin(STAFF_LINES) & frame["detail"].eq("")]
    found = leading_suppliers(comparison, sought.drop_duplicates(["unit", "line"]).head(SUPPLIERS_SOUGHT))
    return {(row["unit"], row["line"]): row for row in found.to_dict("records")}


def _left_pattern(charts: ControlCharts) -> dict[object, Row]:
    """Cells whose months are a signal, with the month it began and by how much."""
    rows = charts.signals.dropna(subset=["since"]).to_dict("records")
    return {(row["unit"], row["line"]): row for row in rows}


def _since_words(signal: Row | None, amount: float) -> str:
    """Say when the months left their pattern, where they left it in the direction of the cause."""
    if signal is None or float(signal["outside"]) * amount <= 0:
        return ""
    month = period_name(signal["since"])
    return f"Månaderna lämnade sitt mönster i {month} ({signal['rule'].lower()})."


def _supplier_words(lead: Row, money: Money) -> str:
    number, before = int(lead["invoices"]), int(lead["invoices_before"])
    words = (
        f"Leverantören {lead['counterparty']} svarar för {money.write(float(str(lead['change'])), signed=True)} sedan "
        "förra året"
    )
    if pd.notna(lead["since"]):
        words += f", från {period_name(lead['since'])}"
    ratio = float(lead["per_invoice"])
    alike = before and abs(number / before - 1) <= SAME_NUMBER
    if alike and ratio > 0:
        change = f"{percent(abs(ratio - 1), 0)} {'högre' if ratio > 1 else 'lägre'}"
        return f"{words}: ungefär lika många verifikat ({number}), {change} belopp per verifikat."
    return f"{words}: {plural(number, 'verifikat', 'verifikat')} mot {before}."


def _with_comments(frame: pd.DataFrame, region: Region, period: pd.Timestamp) -> pd.DataFrame:
    """Lay in the latest comment of the year so far on each unit and line."""
    said: dict[tuple[str, str], tuple[str, str, str]] = {}
    for comment in sorted(region.comments, key=lambda comment: comment.period):
        month = pd.Timestamp(f"{comment.period}-01")
        if year_start(period) <= month <= period:
            said[comment.unit, comment.line] = (comment.text, comment.author, _decision(comment.decision, region))
    values = [
        said.get((unit, line), said.get((unit, ""), ("", "", "")))
        for unit, line in zip(frame["unit"], frame["line"], strict=True)
    ]
    comments, authors, decisions = zip(*values, strict=True)
    return frame.assign(comment=comments, author=authors, decision=decisions)


def _decision(identifier: str, region: Region) -> str:
    decisions: Iterable[str] = (
        f"{decision.body} {decision.date:%Y-%m-%d}" + (f", {decision.reference}" if decision.reference else "")
        for decision in region.decisions
        if decision.id == identifier
    )
    return next(iter(decisions), "")
