"""What has no other half: units, budgets, accounts and registers that nothing is posted on, and the reverse."""

from __future__ import annotations

import pandas as pd

from utfall.presentation.numbers import amount, choose_unit
from utfall.quality.findings import Finding
from utfall.quality.ledger import Judged

ORPHAN_SHARE = 0.005
"""Share of what a unit books in a year below which a budget without outcome, or the reverse, is not told."""

TURNED_SHARE = 0.1
"""Share of an account's gross amounts that its turned sum must be: one that is taken out monthly sums to little."""


def units_never_posted(judged: Judged) -> list[Finding]:
    """Find units of the last month's organisation that the ledger has never had a row for.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
    """
    region = judged.region
    posted = set(region.amounts(["unit"], until=judged.last).query("actual != 0")["unit"])
    findings = []
    for node in region.organisation.nodes(judged.last, "unit"):
        if node.code not in posted:
            row = next((row.source_row for row in region.organisation.rows if row.code == node.code), None)
            what = f"{node.name} ({node.code}) finns i organisationen men har aldrig haft en rad i huvudboken."
            rows = () if row is None else (row,)
            findings.append(Finding("unit_never_posted", "organisation.yaml", what, node.name, rows=rows))
    return findings


def unmatched_budgets(judged: Judged) -> list[Finding]:
    """Find lines at units with a budget but no outcome in the year so far, and the reverse; and units with no budget.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        None where the region compares with the year before.
    """
    if not judged.region.has_budget:
        return []
    facts = judged.facts[judged.facts["period"] >= judged.first]
    sizes = facts.assign(actual=facts["actual"].abs(), budget=facts["budget"].abs())
    by_line = sizes.groupby(["unit", "line"])[["actual", "budget"]].sum().reset_index()
    planned = by_line.groupby("unit")["budget"].transform("sum")
    limit = ORPHAN_SHARE * by_line["unit"].map(judged.gross).fillna(0.0)
    findings = []
    for kind, given, lacking, said in (
        ("budget_only", "budget", "actual", "har budget i år men ingen bokföring"),
        ("outcome_only", "actual", "budget", "har bokföring i år men ingen budget"),
    ):
        odd = by_line[(by_line[given] > limit) & (by_line[lacking] == 0) & (planned > 0)]
        for row in odd.to_dict("records"):
            name = judged.name(row["unit"])
            total = float(facts.loc[(facts["unit"] == row["unit"]) & (facts["line"] == row["line"]), given].sum())
            what = f"{judged.line_name(row['line'])} på {name} {said}: {_money(judged, total)}."
            table = "budget" if kind == "budget_only" else "ledger"
            findings.append(Finding(kind, table, what, name, 1, abs(total)))
    for unit, group in by_line[planned == 0].groupby("unit"):
        name = judged.name(str(unit))
        spent = float(group["actual"].sum())
        if spent:
            what = f"{name} har bokföring men ingen budget {judged.last:%Y}."
            findings.append(Finding("unit_without_budget", "budget", what, name, len(group), spent))
    return findings


def unused_accounts(judged: Judged) -> list[Finding]:
    """Find intervals of accounts.yaml that no row of ledger or budget uses.

    Parameters
    ----------
    judged : Judged
        The months; every earlier one counts too.

    Returns
    -------
    list of Finding
    """
    region = judged.region
    accounts = region.amounts(["account"])["account"]
    used = {interval.first for account in accounts for interval in region.accounts.matching(account)}
    findings = []
    for interval in region.accounts.intervals:
        if interval.first not in used:
            span = interval.first if interval.first == interval.last else f"{interval.first}–{interval.last}"
            what = f"Ingen rad i huvudbok eller budget använder konto {span} ({interval.name})."
            rows = () if interval.source_row is None else (interval.source_row,)
            findings.append(Finding("unused_account", "accounts.yaml", what, rows=rows))
    return findings


def turned_accounts(judged: Judged) -> list[Finding]:
    """Find accounts whose year as a whole has the other sign than the kind of their line.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
    """
    kinds = {line.line: line.kind for line in judged.region.accounts.lines}
    year = judged.facts[judged.facts["period"] > judged.last - pd.DateOffset(years=1)]
    year = year.assign(gross=year["actual"].abs()).rename(columns={"actual": "total"})
    sums = year.groupby(["account", "line"])[["total", "gross"]].sum().reset_index()
    findings = []
    for row in sums.to_dict("records"):
        sign = 1 if kinds[row["line"]] == "income" else -1
        if row["total"] * sign < 0 and abs(row["total"]) > TURNED_SHARE * row["gross"]:
            expected = "intäkter" if sign > 0 else "kostnader"
            what = (
                f"Konto {row['account']} ({judged.line_name(row['line'])}) ska vara {expected}, men de senaste tolv "
                f"månaderna summerar till {_money(judged, row['total'])}."
            )
            findings.append(Finding("account_sign", "ledger", what, "", 1, abs(row["total"])))
    return findings


def registers_without_postings(judged: Judged) -> list[Finding]:
    """Find measures, goals and events for units that have posted nothing in twelve months.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
    """
    region = judged.region
    active = {unit for unit, gross in judged.gross.items() if gross > 0}
    posted = {code for unit in active for code in judged.posted_units.get(str(unit), ())}
    month = f"{judged.last:%Y-%m}"
    named: list[tuple[str, str, str, tuple[str, ...], int | None]] = []
    named += [("measures.yaml", "Åtgärden", m.name, m.units, m.source_row) for m in region.measures]
    named += [("goals.yaml", "Målet", g.name, (g.unit,), g.source_row) for g in region.goals]
    named += [
        ("events.yaml", "Händelsen", e.name, e.units, e.source_row)
        for e in region.events
        if e.kind != "closing" and (e.end is None or e.end >= month)
    ]
    nodes = {node.code for node in region.organisation.nodes(judged.last)}
    asked = {unit for _, _, _, units, _ in named for unit in units}
    below = {unit: region.organisation.units_under(unit, judged.last) if unit in nodes else [unit] for unit in asked}
    idle = {unit for unit, codes in below.items() if not posted & set(codes)}
    findings = []
    for file, word, name, units, row in named:
        for unit in units:
            if unit in idle:
                shown = judged.name(unit)
                what = f"{word} {name} gäller {shown}, som inte har bokfört något de senaste tolv månaderna."
                rows = () if row is None else (row,)
                findings.append(Finding("register_without_postings", file, what, shown, rows=rows))
    return findings


def _money(judged: Judged, value: float) -> str:
    return amount(value, choose_unit(value), currency=judged.region.currency, signed=True)
