"""What must hold between tables and registers before anything is computed from them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.region.importing import MAX_FAULTS_A_RULE, CheckedTable
from utfall.region.periods import parse_period
from utfall.region.region import Registers
from utfall.region.registers import RegionFile
from utfall.region.store import ORE
from utfall.region.tables import ASSETS, FINANCING

_SIDES = {"assets": ASSETS, "financing": FINANCING}
"""The two sides of a balance sheet."""


def check_registers(settings: RegionFile, registers: Registers) -> None:
    """Check that the registers speak of the same units, lines and measures.

    Raises
    ------
    InvalidData
        Naming every reference to something that does not exist.
    """
    codes = registers.organisation.codes
    lines = {line.line for line in registers.accounts.lines}
    measure_ids = [measure.id for measure in registers.measures]
    faults: list[Fault] = []
    for measure in registers.measures:
        for unit in (*measure.units, *measure.comparison_units):
            if unit not in codes:
                what = f"the measure {measure.id} names the unknown unit {unit}."
                faults.append(Fault("measures.yaml", measure.source_row, what, "Use a code of organisation.yaml."))
        for line in measure.lines:
            if line not in lines:
                what = f"the measure {measure.id} names the unknown line {line}."
                faults.append(Fault("measures.yaml", measure.source_row, what, "Use a line of accounts.yaml."))
        if measure_ids.count(measure.id) > 1:
            what = f"the measure {measure.id} is given twice."
            faults.append(Fault("measures.yaml", measure.source_row, what, "Give each measure its own id."))
    for goal in registers.goals:
        if goal.unit not in codes:
            what = f"the goal {goal.id} names the unknown unit {goal.unit}."
            faults.append(Fault("goals.yaml", goal.source_row, what, "Use a code of organisation.yaml."))
    for decision in registers.decisions:
        for measure_id in decision.measures:
            if measure_id not in measure_ids:
                what = f"the decision {decision.id} names the unknown measure {measure_id}."
                faults.append(Fault("decisions.yaml", decision.source_row, what, "Use an id of measures.yaml."))
    for order in registers.reports:
        for unit in order.units:
            if unit not in codes:
                what = f"the report {order.title} names the unknown unit {unit}."
                faults.append(Fault("reports.yaml", order.source_row, what, "Use a code of organisation.yaml."))
    decision_ids = {decision.id for decision in registers.decisions}
    for comment in registers.comments:
        for what, value, known, register in (
            ("unit", comment.unit, codes, "organisation.yaml"),
            ("line", comment.line, lines, "accounts.yaml"),
            ("decision", comment.decision, decision_ids, "decisions.yaml"),
        ):
            if value and value not in known:
                said = f"a comment for {comment.period} names the unknown {what} {value}."
                faults.append(Fault("comments.yaml", comment.source_row, said, f"Use one of {register}."))
    faults += _unusable_events(registers)
    if faults:
        raise InvalidData(faults)


def check_across_tables(tables: Mapping[str, CheckedTable], settings: RegionFile, registers: Registers) -> None:
    """Check that accounts are mapped, units exist, and budgets are there where they are needed.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        The tables, each of whose rows holds on its own.
    settings : RegionFile
        What ``region.yaml`` says.
    registers : Registers
        The registers.

    Raises
    ------
    InvalidData
        Naming every fault by file, row and remedy.
    """
    if tables["ledger"].summary.empty:
        raise InvalidData([Fault(tables["ledger"].file, None, "the ledger has no rows.", "Export it again.")])
    faults: list[Fault] = []
    for name, table in tables.items():
        if "account" in table.summary:
            unmapped = _unmapped_accounts(table, registers)
            faults += unmapped or _turned_signs(table, registers)
        if "unit" in table.summary:
            units_only = name != "kpi_values"  # a key figure may be a division's own
            faults += _unknown_units(table, registers, units_only=units_only)
        if "line" in table.summary:
            faults += _unknown_lines(table, registers)
    faults += _unbalanced_years(tables.get("balance_sheet"))
    faults += _unknown_price_indices(tables.get("price_index"), registers)
    if "budget" in tables:
        faults += _budget_versions(tables["budget"], settings)
        faults += _missing_budgets(tables["ledger"], tables["budget"], registers)
        faults += _missing_budget_months(tables["budget"], tables["ledger"])
    elif settings.reference == "budget":
        what = "outcomes are to be compared with a budget, but there is no table budget."
        faults.append(Fault("region.yaml", None, what, "Add the budget, or write reference: previous_year."))
    faults += _missing_months(tables["ledger"])
    faults += _latest_period(tables["ledger"], settings)
    if faults:
        raise InvalidData(faults)


def _unusable_events(registers: Registers) -> list[Fault]:
    """Events that name what does not exist, or have another event's id."""
    lines = {line.line for line in registers.accounts.lines}
    seen: set[str] = set()
    faults = []
    for event in registers.events:
        for what, values, is_known, register in (
            ("unit", event.units, registers.organisation.codes.__contains__, "a code of organisation.yaml"),
            ("line", event.lines, lines.__contains__, "a line of accounts.yaml"),
            ("account", event.accounts, registers.accounts.matching, "an account in an interval of accounts.yaml"),
        ):
            for value in values:
                if not is_known(value):
                    said = f"the event {event.id} names the unknown {what} {value}."
                    faults.append(Fault("events.yaml", event.source_row, said, f"Use {register}."))
        if event.id in seen:
            said = f"the event {event.id} is given twice."
            faults.append(Fault("events.yaml", event.source_row, said, "Give each event its own id."))
        seen.add(event.id)
    return faults


def _unmapped_accounts(table: CheckedTable, registers: Registers) -> list[Fault]:
    lines = registers.accounts.line_of(sorted(table.summary["account"].unique()))
    remedy = "Add the account to an interval in accounts.yaml."
    return _unknown(table, "account", lines, lambda account: f"{account} is in no interval", remedy)


def _turned_signs(table: CheckedTable, registers: Registers) -> list[Fault]:
    """Lines whose amounts as a whole have the other sign than their kind: a ledger that was not turned around."""
    kinds = {line.line: line.kind for line in registers.accounts.lines}
    lines = table.summary["account"].map(registers.accounts.line_of(sorted(table.summary["account"].unique())))
    sums = table.summary["ore"].groupby(lines).sum()
    wrong = [str(line) for line, total in sums.items() if total * (1 if kinds[str(line)] == "income" else -1) < 0]
    # One odd line may be real (a year of corrections); most lines turned can only be the sign of the whole file.
    if 2 * len(wrong) <= len(sums):
        return []
    what = f"{len(wrong)} of {len(sums)} report lines have the wrong sign as a whole, such as {wrong[0]}."
    remedy = "Income is positive and cost negative here: map the amount with factor: -1 in region.yaml."
    return [Fault(table.file, None, what, remedy)]


def _unknown_units(table: CheckedTable, registers: Registers, *, units_only: bool) -> list[Fault]:
    organisation = registers.organisation
    remedy = "Add the unit to organisation.yaml or correct the code."
    faults = _unknown(table, "unit", organisation.codes, lambda unit: f"{unit} is not in the organisation", remedy)
    if faults or not units_only:
        return faults
    pairs = table.summary[["unit", "period"]].drop_duplicates()
    valid: set[tuple[str, pd.Timestamp]] = set()
    for period in pairs["period"].unique():
        month = pd.Timestamp(period)
        valid |= {(node.code, month) for node in organisation.nodes(month, "unit")}
    bad = pairs[[key not in valid for key in zip(pairs["unit"], pairs["period"], strict=True)]]
    months_of = {str(unit): months for unit, months in bad.groupby("unit")["period"]}
    rows = table.first_rows(["unit", "period"], [(unit, months.min()) for unit, months in months_of.items()])
    for unit, months in months_of.items():
        first = months.min()
        row = rows.get((unit, first))
        what = f"unit {unit} has rows in {first:%Y-%m}, when it is not a valid unit (in all {len(months)} months)."
        remedy = "Correct its validity dates in organisation.yaml, or move the rows to the unit that took over."
        faults.append(Fault(*table.at(row), what, remedy))
    return faults


def _unknown_lines(table: CheckedTable, registers: Registers) -> list[Fault]:
    known = {line.line for line in registers.accounts.lines}
    remedy = "Use a line of accounts.yaml."
    return _unknown(table, "line", known, lambda line: f"{line} is not a report line", remedy)


def _unbalanced_years(sheet: CheckedTable | None) -> list[Fault]:
    """Years whose assets are not equity, provisions and liabilities to the öre, in which the sums are kept."""
    if sheet is None:
        return []
    years = sheet.summary.pivot_table(index="year", columns="item", values="ore", aggfunc="sum")
    sums = pd.DataFrame({name: years.reindex(columns=list(items)).sum(axis=1) for name, items in _SIDES.items()})
    wrong = sums[sums["assets"] != sums["financing"]]
    rows = sheet.first_rows(["year"], [(year,) for year in wrong.index])
    faults = []
    for year, assets, financing in wrong.itertuples(name=None):
        given = years.columns[years.loc[year].notna()]
        missing = [item for items in _SIDES.values() for item in items if item not in given]
        lacks = f"; it has no row for {', '.join(missing)}" if missing else ""
        what = (
            f"the balance sheet of {year:g} does not balance: assets {assets / ORE:.2f}, equity, provisions and "
            f"liabilities {financing / ORE:.2f}, difference {(assets - financing) / ORE:.2f} SEK{lacks}."
        )
        remedy = "Correct the amounts: assets, provisions and liabilities are positive, equity has its sign."
        faults.append(Fault(*sheet.at(rows.get((year,))), what, remedy))
    return faults


def _unknown_price_indices(price_index: CheckedTable | None, registers: Registers) -> list[Fault]:
    known = set() if price_index is None else set(price_index.summary["index"])
    return [
        Fault(
            "accounts.yaml",
            line.source_row,
            f"the line {line.line} follows the unknown price index {line.price_index}.",
            "Use an index of the table price_index, or leave it out.",
        )
        for line in registers.accounts.lines
        if line.price_index is not None and line.price_index not in known
    ]


def _budget_versions(budget: CheckedTable, settings: RegionFile) -> list[Fault]:
    versions = sorted(budget.summary["version"].unique())
    wanted = settings.budget_version
    if wanted is not None and wanted not in versions:
        what = f"budget_version {wanted!r} is not in the budget, which has {', '.join(versions)}."
        return [Fault("region.yaml", None, what, "Name one of them.")]
    if wanted is None and len(versions) > 1:
        what = f"the budget has the versions {', '.join(versions)}."
        return [Fault("region.yaml", None, what, "Say which one counts with budget_version.")]
    return []


def _missing_budgets(ledger: CheckedTable, budget: CheckedTable, registers: Registers) -> list[Fault]:
    """Units with postings in a budgeted year but no budget at all that year."""
    spent = _unit_years(ledger.summary)
    planned = _unit_years(budget.summary)
    budgeted_years = {year for _, year in planned}
    without = [
        (unit, year)
        for unit, year in sorted(spent - planned)
        if year in budgeted_years and unit in registers.organisation.codes
    ]
    months = ledger.summary.groupby(["unit", ledger.summary["period"].dt.year])["period"].min()
    rows = ledger.first_rows(["unit", "period"], [(unit, months[unit, year]) for unit, year in without])
    faults = []
    for unit, year in without:
        file, row = ledger.at(rows.get((unit, months[unit, year])))
        at = "" if row is None else f", row {row}"
        name = registers.organisation.name(unit, pd.Timestamp(year, 1, 1))
        what = f"the unit {unit} ({name}) has no budget for {year}, but postings from {file}{at}."
        faults.append(Fault(budget.file, None, what, "Add its budget, with amount 0 if it is meant to have none."))
    return faults


def _missing_months(ledger: CheckedTable) -> list[Fault]:
    """Months in the middle of the ledger without a single row."""
    months = pd.DatetimeIndex(ledger.summary["period"].unique())
    gaps = pd.date_range(months.min(), months.max(), freq="MS").difference(months)
    if not len(gaps):
        return []
    named = ", ".join(f"{month:%Y-%m}" for month in gaps)
    return [Fault(ledger.file, None, f"the ledger has no rows at all for {named}.", "Export the missing months too.")]


def _missing_budget_months(budget: CheckedTable, ledger: CheckedTable) -> list[Fault]:
    """Years with a budget for some months only, as long as the ledger reaches them."""
    months = pd.DatetimeIndex(budget.summary["period"].unique())
    faults = []
    for year in sorted(set(months.year) & set(ledger.summary["period"].dt.year.unique())):
        gaps = pd.date_range(f"{year}-01-01", f"{year}-12-01", freq="MS").difference(months)
        if len(gaps):
            named = ", ".join(f"{month:%Y-%m}" for month in gaps)
            what = f"the budget for {year} has no rows for {named}."
            faults.append(Fault(budget.file, None, what, "Add the months, with amount 0 if that is the budget."))
    return faults


def _unit_years(frame: pd.DataFrame) -> set[tuple[str, int]]:
    pairs = pd.DataFrame({"unit": frame["unit"], "year": frame["period"].dt.year}).drop_duplicates()
    return {(str(unit), int(year)) for unit, year in pairs.itertuples(index=False)}


def _latest_period(ledger: CheckedTable, settings: RegionFile) -> list[Fault]:
    if settings.latest_period is None or ledger.summary.empty:
        return []
    last = ledger.summary["period"].max()
    if parse_period(settings.latest_period) > last:
        what = f"latest_period is {settings.latest_period}, but the ledger ends in {last:%Y-%m}."
        return [Fault("region.yaml", None, what, "Add the missing months or correct latest_period.")]
    return []


def _unknown(
    table: CheckedTable, column: str, known: Container[str], say: Callable[[str], str], remedy: str
) -> list[Fault]:
    """One fault for each value that is not known, at the first row that has it."""
    counts = table.summary.groupby(column)["rows"].sum()
    unknown = sorted(str(value) for value in counts.index if value not in known)[:MAX_FAULTS_A_RULE]
    rows = table.first_rows([column], [(value,) for value in unknown])
    faults = []
    for value in unknown:
        count = int(counts[value])
        more = "" if count == 1 else f" ({count} rows)"
        faults.append(Fault(*table.at(rows.get((value,))), f"{column} {say(value)}{more}.", remedy))
    return faults
