"""What each planted event did to the actuals and to the budget, to the öre."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from utfall.demo.timeline import ACTUAL_MONTHS, MONTHS, year_slice

Cell = tuple[int, int]
"""Position of a unit and of an account."""

IntSeries = NDArray[np.int64]
"""One whole number a month."""


@dataclass
class EffectsLog:
    """Effects by event, unit and account, in result sign.

    Attributes
    ----------
    actual : dict
        Event to cell to öre a month: what the actuals would not have held without the event.
    budget : dict
        Event to cell to SEK a month: what the budget would not have held without it.
    """

    actual: dict[str, dict[Cell, IntSeries]] = field(default_factory=lambda: defaultdict(dict))
    budget: dict[str, dict[Cell, IntSeries]] = field(default_factory=lambda: defaultdict(dict))

    def add_actual(self, event: str, cell: Cell, ore: IntSeries) -> None:
        """Record öre a month in the actuals."""
        series = np.zeros(ACTUAL_MONTHS, dtype=np.int64)
        series[:] = ore[:ACTUAL_MONTHS]
        cells = self.actual[event]
        cells[cell] = cells[cell] + series if cell in cells else series

    def add_budget(self, event: str, cell: Cell, sek: NDArray[np.float64] | IntSeries) -> None:
        """Record SEK a month in the budget, rounded to whole kronor."""
        series = np.rint(sek).astype(np.int64)
        cells = self.budget[event]
        cells[cell] = cells[cell] + series if cell in cells else series

    def budget_sum(self, shape: tuple[int, int]) -> IntSeries:
        """Everything recorded in the budget, SEK, shape (units, accounts, months)."""
        total = np.zeros((*shape, MONTHS), dtype=np.int64)
        for cells in self.budget.values():
            for (unit, account), series in cells.items():
                total[unit, account] += series
        return total

    def against_budget(self, event: str, year: int) -> dict[Cell, int]:
        """Öre against budget of each cell, over the months of `year` that have actuals."""
        span = year_slice(year)
        months = slice(span.start, min(span.stop, ACTUAL_MONTHS))
        cells = {**self.actual.get(event, {}), **self.budget.get(event, {})}
        nothing = np.zeros(MONTHS, dtype=np.int64)
        return {
            cell: int(self.actual[event].get(cell, nothing)[months].sum())
            - 100 * int(self.budget[event].get(cell, nothing)[months].sum())
            for cell in sorted(cells)
        }
