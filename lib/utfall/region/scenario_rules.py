"""What must hold between the rows of the registers about the years ahead.

Loaded only where a region has such a register. What a row must fulfil on its own is in
`utfall.region.scenario_registers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.region.region import Registers
from utfall.region.scenario_drivers import ACTIVITY_ITEMS, DRIVERS, TargetKind
from utfall.region.scenario_registers import Assumption, Correlation, Loan, Project, ProjectItem
from utfall.region.store import Store
from utfall.region.tables import INCOME_ITEMS

SCENARIO_FILE = "scenarios.yaml"
INVESTMENT_FILE = "investments.yaml"
PROJECT_FILE = "projects.yaml"

SMALLEST_EIGENVALUE = -1e-9
"""What rounding may make of an eigenvalue that is zero; one that is smaller makes correlations impossible together."""

TARGET_WORDS: dict[TargetKind, tuple[str, str]] = {
    "age_group": ("age group", "the table population_by_age, or without it the assumptions of age_cost"),
    "line": ("report line", "accounts.yaml"),
    "line_pair": ("report line", "accounts.yaml"),
    "price_index": ("price index", "accounts.yaml and the table price_index"),
    "activity_item": ("item", "the table income_statement"),
    "item_or_line": ("item or report line", "the table income_statement and accounts.yaml"),
    "measure": ("measure", "measures.yaml"),
    "division": ("division", "organisation.yaml"),
}
"""What each kind of target is called, and where those that may be named are listed."""


def check_registers_ahead(registers: Registers, store: Store) -> None:
    """Check that scenarios, investments and projects fit together, and speak of what there is.

    Parameters
    ----------
    registers : Registers
        Every register.
    store : Store
        The tables; only the names of age groups and price indices are read, where an assumption needs them.

    Raises
    ------
    InvalidData
        Naming every fault by file, row and remedy.
    """
    faults = _scenarios(registers)
    faults += _assumptions(registers, _Targets(registers, store))
    faults += _correlations(registers)
    faults += _given_twice("limit", ((limit.id, limit.source_row) for limit in registers.limits), SCENARIO_FILE)
    faults += _investments(registers)
    faults += _loans(registers)
    faults += _projects(registers)
    if faults:
        raise InvalidData(faults)


class _Targets:
    """The targets that assumptions may name, looked up when they are asked for."""

    def __init__(self, registers: Registers, store: Store) -> None:
        self.registers, self.store = registers, store
        self._known: dict[TargetKind, tuple[str, ...]] = {}

    def of(self, kind: TargetKind) -> tuple[str, ...]:
        """Every target of a kind, in the order of their register or table."""
        if kind not in self._known:
            self._known[kind] = tuple(dict.fromkeys(self._find(kind)))
        return self._known[kind]

    def _find(self, kind: TargetKind) -> Iterable[str]:
        lines = [line.line for line in self.registers.accounts.lines]
        if kind == "age_group":
            groups = self._column("population_by_age", "age_group")
            # Without the table, the groups are those whose cost is known: one spelt otherwise is then a fault.
            return groups or [row.target for row in self.registers.assumptions if row.driver == "age_cost"]
        if kind == "price_index":
            followed = [line.price_index for line in self.registers.accounts.lines if line.price_index is not None]
            return [*followed, *self._column("price_index", "index")]
        if kind == "activity_item":
            return ACTIVITY_ITEMS
        if kind == "item_or_line":
            return [*INCOME_ITEMS, *lines]
        if kind == "measure":
            return [measure.id for measure in self.registers.measures]
        if kind == "division":
            return [row.code for row in self.registers.organisation.rows if row.level == "division"]
        return lines

    def _column(self, table: str, column: str) -> list[str]:
        return [] if table not in self.store else self.store.rows(table, columns=[column])[column].unique().tolist()


def _scenarios(registers: Registers) -> list[Fault]:
    rows = {scenario.id: scenario for scenario in registers.scenarios}
    faults = _given_twice("scenario", ((row.id, row.source_row) for row in registers.scenarios), SCENARIO_FILE)
    for scenario in registers.scenarios:
        if scenario.based_on is not None and scenario.based_on not in rows:
            what = f"the scenario {scenario.id} is based on the unknown scenario {scenario.based_on}."
            faults.append(Fault(SCENARIO_FILE, scenario.source_row, what, _use_one_of(rows, "scenarios")))
    for circle in _circles({row.id: row.based_on for row in registers.scenarios}):
        based = ", ".join(f"{each} on {rows[each].based_on}" for each in circle)
        what = f"the scenarios are based on each other in a circle: {based}."
        faults.append(Fault(SCENARIO_FILE, rows[circle[0]].source_row, what, "Let one of them be based on none."))
    return faults


def _assumptions(registers: Registers, targets: _Targets) -> list[Fault]:
    ids = {scenario.id for scenario in registers.scenarios}
    seen: dict[tuple[str, str, int | None], int | None] = {}
    faults: list[Fault] = []
    for row in registers.assumptions:
        if row.scenario not in ids:
            what = f"the assumption of {row.key} is for the unknown scenario {row.scenario}."
            faults.append(Fault(SCENARIO_FILE, row.source_row, what, _use_one_of(ids, "scenarios")))
        place = (row.scenario, row.key, row.year)
        if place in seen:
            when = "every year" if row.year is None else str(row.year)
            first = "" if seen[place] is None else f", first in row {seen[place]}"
            what = f"the scenario {row.scenario} assumes {row.key} for {when} twice{first}."
            faults.append(Fault(SCENARIO_FILE, row.source_row, what, "Keep one of them."))
        seen.setdefault(place, row.source_row)
        fault = _target_fault(row, targets)
        if fault is not None:
            faults.append(fault)
    return faults


def _target_fault(row: Assumption, targets: _Targets) -> Fault | None:
    """What is wrong with an assumption's target, if anything."""
    driver = DRIVERS[row.driver]
    if driver.target == "none":
        if not row.target:
            return None
        what = f"{driver.name} has no target, but {row.target!r} is given."
        return Fault(SCENARIO_FILE, row.source_row, what, "Leave target empty.")
    if not row.target and driver.whole:
        return None
    called, listed = TARGET_WORDS[driver.target]
    named = row.target.split(":") if driver.target == "line_pair" else [row.target]
    if driver.target == "line_pair" and (len(named) != 2 or named[0] == named[1]):
        what = f"the target {row.target!r} of {driver.name} is not two report lines."
        return Fault(SCENARIO_FILE, row.source_row, what, "Write it as from_line:to_line.")
    known = targets.of(driver.target)
    unknown = next((name for name in named if name not in known), None)
    if unknown is None:
        return None
    what = f"{driver.name} needs a target" if not row.target else f"{driver.name} names the unknown {called} {unknown}"
    return Fault(SCENARIO_FILE, row.source_row, f"{what}.", _use_one_of(known, listed))


def _correlations(registers: Registers) -> list[Fault]:
    keys = list(dict.fromkeys(row.key for row in registers.assumptions))
    seen: set[frozenset[str]] = set()
    faults: list[Fault] = []
    for row in registers.correlations:
        for key in (row.first, row.second):
            if key not in keys:
                what = f"the correlation of {row.first} and {row.second} is about {key}, which nothing is assumed of."
                faults.append(Fault(SCENARIO_FILE, row.source_row, what, _use_one_of(keys, "assumptions")))
        pair = frozenset((row.first, row.second))
        if pair in seen:
            what = f"the correlation of {row.first} and {row.second} is given twice."
            faults.append(Fault(SCENARIO_FILE, row.source_row, what, "Keep one of them."))
        seen.add(pair)
    return faults or _impossible_together(registers.correlations)


def _impossible_together(rows: Sequence[Correlation]) -> list[Fault]:
    """Correlations that no numbers can have at once: their matrix has a negative eigenvalue."""
    keys = list(dict.fromkeys(key for row in rows for key in (row.first, row.second)))
    if not keys:
        return []
    places = [(keys.index(row.first), keys.index(row.second)) for row in rows]
    matrix = np.eye(len(keys))
    for (one, other), row in zip(places, rows, strict=True):
        matrix[one, other] = matrix[other, one] = row.value
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= SMALLEST_EIGENVALUE:
        return []
    # The smallest eigenvalue is a sum over the correlations; the row that draws it down most is named.
    parts = [vectors[one, 0] * vectors[other, 0] * row.value for (one, other), row in zip(places, rows, strict=True)]
    worst = rows[int(np.argmin(parts))]
    what = (
        f"the correlations cannot all hold together (smallest eigenvalue {values[0]:.3g}); that of {worst.first} and "
        f"{worst.second} is the furthest off."
    )
    return [Fault(SCENARIO_FILE, worst.source_row, what, "Bring it, or those with the same drivers, closer to 0.")]


def _investments(registers: Registers) -> list[Fault]:
    loans = [loan.id for loan in registers.loans]
    rows = registers.investments
    faults = _given_twice("investment", ((row.id, row.source_row) for row in rows), INVESTMENT_FILE)
    for row in rows:
        if row.unit not in registers.organisation.codes:
            what = f"the investment {row.id} names the unknown unit {row.unit}."
            faults.append(Fault(INVESTMENT_FILE, row.source_row, what, "Use a code of organisation.yaml."))
        if row.loan is not None and row.loan not in loans:
            what = f"the investment {row.id} is paid by the unknown loan {row.loan}."
            faults.append(Fault(INVESTMENT_FILE, row.source_row, what, _use_one_of(loans, "loans")))
    return faults


def _loans(registers: Registers) -> list[Fault]:
    rows = {loan.id: loan for loan in registers.loans}
    borrowing = {row.loan for row in registers.investments if row.loan_share > 0}
    faults = _given_twice("loan", ((row.id, row.source_row) for row in registers.loans), INVESTMENT_FILE)
    circles = _circles({row.id: row.refinances for row in registers.loans})
    for circle in circles:
        pays = ", ".join(f"{each} refinances {rows[each].refinances}" for each in circle)
        remedy = "Let one of them be repaid without a new loan: leave out its refinances."
        faults.append(Fault(INVESTMENT_FILE, rows[circle[0]].source_row, f"circular financing: {pays}.", remedy))
    in_circles = {each for circle in circles for each in circle}
    refinanced: set[str] = set()
    for row in registers.loans:
        if row.amount is None and row.id not in borrowing:
            what = f"the loan {row.id} has neither an amount nor an investment that it pays for."
            remedy = "Give its amount, or name it as loan of an investment."
            faults.append(Fault(INVESTMENT_FILE, row.source_row, what, remedy))
        if row.refinances is not None:
            if row.id not in in_circles:
                faults += _refinancing(row, rows)
            if row.refinances in refinanced:
                what = f"the loan {row.refinances} is refinanced twice, the second time by {row.id}."
                faults.append(Fault(INVESTMENT_FILE, row.source_row, what, "Keep one of them."))
            refinanced.add(row.refinances)
    return faults


def _refinancing(row: Loan, rows: Mapping[str, Loan]) -> list[Fault]:
    old = rows.get(row.refinances or "")
    if old is None:
        what = f"the loan {row.id} refinances the unknown loan {row.refinances}."
        others = [other for other in rows if other != row.id]
        return [Fault(INVESTMENT_FILE, row.source_row, what, _use_one_of(others, "loans"))]
    if row.drawn <= old.drawn:
        what = f"the loan {row.id} is drawn in {row.drawn}, not after {old.id} that it refinances ({old.drawn})."
        return [Fault(INVESTMENT_FILE, row.source_row, what, "Correct one of the months.")]
    return []


def _projects(registers: Registers) -> list[Fault]:
    rows = {project.id: project for project in registers.projects}
    lines = [line.line for line in registers.accounts.lines]
    faults = _given_twice("project", ((row.id, row.source_row) for row in registers.projects), PROJECT_FILE)
    for project in registers.projects:
        if project.unit not in registers.organisation.codes:
            what = f"the project {project.id} names the unknown unit {project.unit}."
            faults.append(Fault(PROJECT_FILE, project.source_row, what, "Use a code of organisation.yaml."))
    items = ((f"{item.name!r} of the project {item.project}", item.source_row) for item in registers.project_items)
    faults += _given_twice("item", items, PROJECT_FILE, "Add them together, or give them names of their own.")
    for item in registers.project_items:
        if item.project not in rows:
            what = f"the item {item.name!r} belongs to the unknown project {item.project}."
            faults.append(Fault(PROJECT_FILE, item.source_row, what, _use_one_of(rows, "projects")))
        else:
            faults += _outside(item, rows[item.project])
        for line in item.lines:
            if line not in lines:
                what = f"the item {item.name!r} of {item.project} names the unknown report line {line}."
                faults.append(Fault(PROJECT_FILE, item.source_row, what, _use_one_of(lines, "accounts.yaml")))
    return faults


def _outside(item: ProjectItem, project: Project) -> list[Fault]:
    """An item that begins in no month of its project, and would never be counted."""
    last = f"{pd.Period(project.start, 'M') + 12 * project.years - 1}"
    if project.start <= item.start <= last:
        return []
    what = f"the item {item.name!r} of {project.id} begins in {item.start}, outside {project.start} to {last}."
    return [Fault(PROJECT_FILE, item.source_row, what, "Correct its start, or the project's start or years.")]


def _circles(next_of: Mapping[str, str | None]) -> list[list[str]]:
    """Every circle of names that lead to each other; each begins with its first name in the order given."""
    order = list(next_of)
    done: set[str] = set()
    circles = []
    for start in order:
        path: list[str] = []
        name: str | None = start
        while name is not None and name in next_of and name not in done and name not in path:
            path.append(name)
            name = next_of[name]
        if name in path:
            circle = path[path.index(name) :]
            first = circle.index(min(circle, key=order.index))
            circles.append([*circle[first:], *circle[:first]])
        done.update(path)
    return circles


def _given_twice(
    kind: str,
    rows: Iterable[tuple[str, int | None]],
    file: str,
    remedy: str | None = None,
) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for name, row in rows:
        if name in seen:
            remedy = remedy or f"Give each {kind} its own id."
            faults.append(Fault(file, row, f"the {kind} {name} is given twice.", remedy))
        seen.add(name)
    return faults


def _use_one_of(known: Collection[str], listed: str) -> str:
    return f"Use one of {', '.join(known)} ({listed})." if known else f"There is none yet; see {listed}."
