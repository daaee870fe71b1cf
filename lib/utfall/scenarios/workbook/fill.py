"""Which amounts and formulas stand in which cells of the statements' workbook."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.scenarios.result import Scenario
from utfall.scenarios.result.statements import ORE
from utfall.scenarios.simulation import ASSETS, FINANCING
from utfall.scenarios.workbook.cells import Cells, Ref
from utfall.scenarios.workbook.layout import (
    BALANCE,
    CASH,
    CONTROL,
    INCOME,
    LINES_OF,
    REQUIREMENT,
    SIMULATED,
    SheetLine,
)

HEADER_ROW = 4
"""Row, from 0, of the years' headings: above it stand the title, the note and the unit."""

FIRST_ROW = HEADER_ROW + 1
"""First row with amounts."""

KNOWN_YEARS = 4
"""Known years shown before the simulated."""

WHOLE = {INCOME: "external_costs", BALANCE: "cash"}
"""Item that a known year has when its statement is whole."""

STATEMENTS = {INCOME: "income_statement", BALANCE: "balance_sheet", CASH: "cash_flow"}
"""Sheet to the statement in `Scenario.statements`."""

OF_SIMULATION = "simulation:"
"""Begins the key of a row with the simulation's own mean."""


@dataclass(frozen=True)
class Filled:
    """Every cell with an amount or a formula.

    Attributes
    ----------
    cells : Cells
        The cells.
    years : tuple of int
        Years of the columns, the known first; the first column is 1.
    known : int
        How many of them are known.
    rows : dict of (str, str) to int
        Sheet and key to the row.
    control_rows : tuple of int
        First and last row of the control sheet whose cells must be 0.
    """

    cells: Cells
    years: tuple[int, ...]
    known: int
    rows: dict[tuple[str, str], int]
    control_rows: tuple[int, int]

    def ref(self, sheet: str, key: str, column: int) -> Ref:
        """The cell of a row in a column."""
        return Ref(sheet, self.rows[sheet, key], column)


def fill(scenario: Scenario) -> Filled:
    """Place the amounts and formulas of a scenario.

    The means of all draws are rounded to whole öre in the cells that hold amounts; every sum, and every balance that is
    last year's and what has moved it, is a formula. So the workbook ties to the öre, and its sums can differ from the
    simulation's means only by the rounding of their parts.

    Parameters
    ----------
    scenario : Scenario
        What is shown.

    Returns
    -------
    Filled
    """
    opening = scenario.years[0] - 1
    balances = set(scenario.history.loc[scenario.history["item"] == WHOLE[BALANCE], "year"].astype(int))
    known = sorted(year for year in balances if opening - KNOWN_YEARS < year < opening)
    years = (*known, opening, *scenario.years)
    rows = {(sheet, line.key): FIRST_ROW + at for sheet, lines in LINES_OF.items() for at, line in enumerate(lines)}
    last = FIRST_ROW + len(LINES_OF[CONTROL])
    for at, (sheet, key) in enumerate(SIMULATED):
        rows[CONTROL, f"{sheet}:{key}"] = last + at
        rows[CONTROL, f"{OF_SIMULATION}{sheet}:{key}"] = last + len(SIMULATED) + 2 + at
    filled = Filled(Cells(), years, len(known) + 1, rows, (FIRST_ROW, last + len(SIMULATED) - 1))
    for at, year in enumerate(years, 1):
        if at <= filled.known:
            _known_year(filled, scenario, year, at)
        else:
            _simulated_year(filled, scenario, year, at)
    return filled


def _known_year(filled: Filled, scenario: Scenario, year: int, column: int) -> None:
    history = scenario.history[scenario.history["year"] == year].set_index("item")["amount"]
    if column == filled.known:  # the opening balance, as the simulation has it
        opening = scenario.simulation
        history = history.drop(labels=[*ASSETS, *FINANCING], errors="ignore")
        for item in (*ASSETS, *FINANCING):
            history.loc[item] = opening.balance[item][:, 0].mean() / ORE
        history.loc["contingent_pension_liability"] = opening.contingent[:, 0].mean() / ORE
    for sheet, whole in WHOLE.items():
        if whole not in history.index:
            continue
        for line in LINES_OF[sheet]:
            if line.always:
                _make(filled, sheet, line, column)
            else:
                filled.cells.amounts[filled.ref(sheet, line.key, column)] = _ore(history.get(line.key, 0.0))


def _simulated_year(filled: Filled, scenario: Scenario, year: int, column: int) -> None:
    means = _means(scenario, year)
    for sheet, lines in LINES_OF.items():
        for line in lines:
            if line.parts:
                _make(filled, sheet, line, column)
            else:
                filled.cells.amounts[filled.ref(sheet, line.key, column)] = _ore(means[sheet, line.key])
    for line in LINES_OF[CONTROL]:
        filled.cells.rounding[filled.ref(CONTROL, line.key, column)] = 2
    for sheet, key in SIMULATED:
        mean = filled.ref(CONTROL, f"{OF_SIMULATION}{sheet}:{key}", column)
        filled.cells.amounts[mean] = _ore(means[sheet, key])
        apart = filled.ref(CONTROL, f"{sheet}:{key}", column)
        filled.cells.made[apart] = ((1, filled.ref(sheet, key, column)), (-1, mean))
        filled.cells.rounding[apart] = 0


def _make(filled: Filled, sheet: str, line: SheetLine, column: int) -> None:
    filled.cells.made[filled.ref(sheet, line.key, column)] = tuple(
        (sign, filled.ref(of, key, column + year)) for sign, of, key, year in line.parts
    )


def _means(scenario: Scenario, year: int) -> dict[tuple[str, str], float]:
    """Mean of every item and sum that the simulation has, by sheet and key."""
    made: dict[tuple[str, str], float] = {}
    frame = scenario.statements[scenario.statements["year"] == year]
    for sheet, statement in STATEMENTS.items():
        rows = frame[frame["statement"] == statement]
        made |= {(sheet, key): float(mean) for key, mean in _pairs(rows, "item")}
    lines = scenario.requirement[scenario.requirement["year"] == year]
    return made | {(REQUIREMENT, key): float(mean) for key, mean in _pairs(lines, "line")}


def _pairs(rows: pd.DataFrame, key: str) -> zip[tuple[str, float]]:
    return zip(rows[key].astype(str), rows["mean"].astype("float64"), strict=True)


def _ore(sek: float) -> int:
    return int(np.rint(float(sek) * ORE))
