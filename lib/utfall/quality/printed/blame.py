"""The one cell that explains the sums that do not hold."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from utfall.quality.printed.read import Cell, PrintedTable
from utfall.quality.printed.sums import Sum

FEWEST_SUMS = 2
"""Sums that must blame the same cell before it is named: one alone blames every one of its terms."""

CELL_COLUMNS = ("row", "column", "stated", "expected", "sums")
"""Columns of the frame of wrong cells."""


def wrong_cells(table: PrintedTable, sums: list[Sum]) -> pd.DataFrame:
    """Name the cells that alone explain sums that do not hold.

    A cell is named when correcting it makes every failing sum it is part of hold, breaks none that holds, and no
    other cell explains as many.

    Parameters
    ----------
    table : PrintedTable
        The table.
    sums : list of Sum
        Its sums.

    Returns
    -------
    DataFrame
        ``row, column, stated, expected, sums``: what the cell should say, and how many sums it explains.
    """
    failing = [each for each in sums if not each.holds]
    rows = []
    while failing:
        told = ((cell, _explains(cell, sums, failing)) for cell in _suspects(failing))
        explained = {cell: explanation for cell, explanation in told if explanation is not None}
        most = max((len(blaming) for blaming, _ in explained.values()), default=0)
        best = [cell for cell, (blaming, _) in explained.items() if len(blaming) == most]
        if most < FEWEST_SUMS or len(best) != 1:
            break
        cell = best[0]
        found, correction = explained[cell]
        row, column = cell
        stated = table.value(cell)
        rows.append((table.rows[row], table.columns[column], float(stated), float(stated + correction), len(found)))
        failing = [each for each in failing if each not in found]
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))


def _suspects(failing: list[Sum]) -> dict[Cell, None]:
    return {cell: None for each in failing for cell, _ in each.cells}


def _explains(cell: Cell, sums: list[Sum], failing: list[Sum]) -> tuple[list[Sum], Decimal] | None:
    """The failing sums that one correction of a cell makes hold; None when it would break or leave another."""
    concerned = [(each, dict(each.cells)[cell]) for each in sums if cell in dict(each.cells)]
    blaming = [(each, sign) for each, sign in concerned if each in failing]
    if not blaming:
        return None
    # The sum with the least rounding in it tells best what the cell should say.
    closest, sign = min(blaming, key=lambda pair: pair[0].tolerance)
    correction = -sign * closest.difference
    holds = all(abs(each.difference + sign * correction) <= each.tolerance for each, sign in concerned)
    return ([each for each, _ in blaming], correction) if holds else None
