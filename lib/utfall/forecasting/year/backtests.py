"""Earlier years forecast as if they were not known; where totals have a say, parts and totals together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.models.level_shifts import at_present_level
from utfall.forecasting.panel import MONTHS, Array
from utfall.forecasting.year.coherent import CoherentYears, EarlierYear
from utfall.forecasting.year.origins import BACKTEST_YEARS, Origins, Past, Rows
from utfall.forecasting.year.rest_of_year import rest_of_year

MOST_TOTALS = 1000
"""Totals forecast on their own, those of the most series; the others are only sums."""


class Backtests:
    """Forecasts of earlier years, made as the current year's is.

    Parameters
    ----------
    origins : Origins
        What was known when.
    tree : Hierarchy
        The totals.
    reconciled : bool
        Whether totals are forecast on their own too, and parts moved so that they add up to them.

    Attributes
    ----------
    coherent : CoherentYears
        How parts and totals are weighed together.
    """

    def __init__(self, origins: Origins, tree: Hierarchy, reconciled: bool) -> None:
        self.origins, self.reconciled = origins, reconciled
        self._telling = tree.only(tree.telling(MOST_TOTALS))
        self.coherent = CoherentYears(self._telling, ())
        self._weighed_months: tuple[int, ...] = ()
        self._separate: dict[int, tuple[list[Past], list[Array]]] = {}

    def weigh(self, rows: Rows, month: int, known: Array, levelled: Array, ahead: Array) -> Array:
        """Weigh parts and totals by how their own forecasts of earlier years erred; return the current year's parts.

        Parameters
        ----------
        rows : numpy.ndarray
            The series.
        month : int
            Last known month of the year.
        known, levelled : numpy.ndarray
            Their histories, and the same on the level of the last month.
        ahead : numpy.ndarray
            Each series' own forecast.

        Returns
        -------
        numpy.ndarray
            The shape of `ahead`.
        """
        self._separate = {}
        tests: list[list[EarlierYear]] = [[] for _ in range(BACKTEST_YEARS)]
        # The month before as well: a handful of years alone tells little of how errors go together.
        self._weighed_months = (month, month - 1 if month > 1 else month + 1)
        for origin in self._weighed_months:
            past, own = self._alone(rows, origin)
            for year, then, nodes in zip(tests, past, own, strict=True):
                year.append(EarlierYear(then.level, nodes, then.actual))
        self.coherent = CoherentYears(self._telling, tests)
        return self.coherent.leaves(levelled, self._own([known], ahead[None], month)[0])

    def whole(self, rows: Rows, month: int) -> list[Past]:
        """Forecast the years before from all their history, as the current year is: adding up where it does."""
        if not self.reconciled:
            return self.origins.past(rows, month)
        past, own = self._alone(rows, month)
        if month in self._weighed_months:
            at = self._weighed_months.index(month)
            coherent = [year[at] for year in self.coherent.earlier]
        else:
            years = enumerate(zip(past, own, strict=True))
            coherent = [self.coherent.leaves(then.level, nodes, without=year) for year, (then, nodes) in years]
        return [replace(then, forecast=leaves) for then, leaves in zip(past, coherent, strict=True)]

    def _alone(self, rows: Rows, month: int) -> tuple[list[Past], list[Array]]:
        """Forecast earlier years, series and totals each on their own."""
        if month not in self._separate:
            past = self.origins.past(rows, month)
            forecasts = np.stack([then.forecast for then in past])
            self._separate[month] = past, self._own([then.known for then in past], forecasts, month)
        return self._separate[month]

    def _own(self, known: list[Array], forecasts: Array, month: int) -> list[Array]:
        """Append to the series' forecasts those of their totals, each from its own history."""
        tree = self._telling
        totals = np.concatenate([tree.with_parents(part)[tree.leaves :] for part in known])
        level, _ = at_present_level(totals)
        ahead = rest_of_year(level, month).reshape(len(known), -1, MONTHS - month)
        return list(np.concatenate([forecasts, ahead], axis=1))
