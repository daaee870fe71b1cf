"""Effects that are a share of the accounts they touch: what is planned, and what really happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import SIGN, of_line
from utfall.demo.actuals import Actuals
from utfall.demo.effects_log import EffectsLog
from utfall.demo.timeline import MONTHS, YEAR_OF_MONTH, ramp, year_slice


@dataclass(frozen=True)
class ShareEffect:
    """A change of some accounts by a share, and what the budget counted on.

    Parameters
    ----------
    event : str
        Identifier of the event.
    units : ndarray of int
        Positions of the units it touches.
    accounts : tuple of int
        Positions of the accounts it touches.
    change : ndarray of shape (units, months)
        What it really does: −0.1 takes a tenth away.
    planned_sek : mapping
        Year to SEK a year that the budget counts on; positive improves the result.
    planned_from : str
        First month of the planned effect.
    weights : ndarray of shape (units,), optional
        How the plan is shared between the units; their size where not given.
    rebased_from : int, optional
        First year whose budget is made from what the measure really does.
    categories : tuple of int, optional
        Staff categories, where it touches salaries.
    """

    event: str
    units: NDArray[np.int64]
    accounts: tuple[int, ...]
    change: NDArray[np.float64]
    planned_sek: Mapping[int, float] = field(default_factory=dict)
    planned_from: str = "2019-01"
    weights: NDArray[np.float64] | None = None
    rebased_from: int | None = None
    categories: tuple[int, ...] | None = None

    def plan_years(self, log: EffectsLog, budget: NDArray[np.float64], years: tuple[int, ...]) -> None:
        """Record in the budgets of `years` what the plan counts on.

        Parameters
        ----------
        log : EffectsLog
            Where to record.
        budget : ndarray of shape (units, accounts, months)
            Budget before the measure, SEK, positive; shares the plan between cells.
        years : tuple of int
            Which of the planned years.
        """
        cells = np.ix_(self.units, np.array(self.accounts))
        for year in years:
            if year not in self.planned_sek:
                continue
            in_year = (year == YEAR_OF_MONTH) * (ramp(self.planned_from) > 0)
            size = budget[cells] * in_year
            if self.weights is not None:
                per_unit = size.sum(axis=(1, 2), keepdims=True)
                size = size / np.where(per_unit > 0, per_unit, 1) * self.weights[:, None, None]
            series = self.planned_sek[year] * size / size.sum()
            for row, unit in enumerate(self.units):
                for column, account in enumerate(self.accounts):
                    if series[row, column].any():
                        log.add_budget(self.event, (int(unit), account), series[row, column])

    def rebase(self, log: EffectsLog, budget: NDArray[np.float64]) -> None:
        """Record in the budgets from `rebased_from` what the measure really does."""
        if self.rebased_from is None:
            return
        later = (self.rebased_from <= YEAR_OF_MONTH).astype(float)
        later[[month for year in self.planned_sek for month in range(*year_slice(year).indices(MONTHS))]] = 0
        for row, unit in enumerate(self.units):
            for account in self.accounts:
                series = SIGN[account] * budget[unit, account] * self.change[row] * later
                if series.any():
                    log.add_budget(self.event, (int(unit), account), series)

    def happen(self, actuals: Actuals) -> None:
        """Change the actuals."""
        payroll = set(of_line("salaries"))
        if self.categories is not None:
            actuals.scale_salaries(self.event, self.units.tolist(), self.change, self.categories)
        others = [account for account in self.accounts if account not in payroll]
        actuals.scale(self.event, self.units.tolist(), others, self.change)
