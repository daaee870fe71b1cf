"""The rest of the year made to add up: totals forecast on their own too, trusted as far as it has paid off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from utfall.forecasting.hierarchy.reconcile import reconcile
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.models.months_ahead import without_empty
from utfall.forecasting.panel import MONTHS, Array

SHARES = (0.0, 0.5, 1.0)
"""Shares of the way from bottom-up to the reconciled forecast; the one that erred least is gone."""

FEWEST_MONTHS = 2 * MONTHS
"""Months the longest series must have had for an earlier year to tell anything of how the forecasts err."""

LARGEST_RATIO = 10.0
"""A node's error ten times larger or smaller says no more than that: single nodes do not decide."""


@dataclass(frozen=True)
class EarlierYear:
    """A year's remaining months forecast as if they were not known.

    Parameters
    ----------
    known : numpy.ndarray
        The series' months known then, shape ``(leaves, months)``.
    own : numpy.ndarray
        Every node's own forecast, shape ``(nodes, months left)``; ``nan`` for a series not yet begun.
    actual : numpy.ndarray
        The series' outcome, shape ``(leaves, months left)``.
    """

    known: Array
    own: Array
    actual: Array


class CoherentYears:
    """Reconciles what remains of years, as far as that made earlier years' forecasts better.

    Each earlier year is reconciled on the errors of the others, and the errors of all nodes' sums of remaining
    months then tell how far from bottom-up to go: not at all, half the way or the whole.

    Parameters
    ----------
    tree : Hierarchy
        Which series each total is the sum of.
    tests : sequence of sequence of EarlierYear
        By earlier year, forecasts from one or more months.

    Attributes
    ----------
    share : float
        The share of `SHARES` that erred least; 0 where fewer than two years could be tested.
    earlier : list of list of numpy.ndarray
        The series' forecasts of each tested year and month, as `leaves` makes them without that year's errors.

    References
    ----------
    Wickramasuriya, Athanasopoulos and Hyndman, *JASA* 114 (2019), for the reconciliation.

    Examples
    --------
    >>> tree = Hierarchy(np.array(["a", "b", "t"], dtype=object), np.array([[True, True]]))
    >>> known, actual = np.ones((2, 36)), np.ones((2, 1))
    >>> off = [0.3, 0.4, -0.3, -0.4]  # the parts err together, their total does not
    >>> tests = [[EarlierYear(known, np.array([[1 + e], [1 + e], [2.01]]), actual)] for e in off]
    >>> years = CoherentYears(tree, tests)
    >>> years.share, years.leaves(known, np.array([[1.5], [1.5], [2.0]])).round(2).tolist()
    (1.0, [[1.0], [1.0]])
    """

    def __init__(self, tree: Hierarchy, tests: Sequence[Sequence[EarlierYear]]) -> None:
        self.tree = tree
        self._errors = [self._errors_of(year) for year in tests]
        together = [self._together([test.own for test in year], number) for number, year in enumerate(tests)]
        self.share = self._least_wrong(tests, together)
        self.earlier = [
            [self._settled(test.known, test.own, leaves) for test, leaves in zip(year, whole, strict=True)]
            for year, whole in zip(tests, together, strict=True)
        ]

    def leaves(self, known: Array, own: Array, without: int | None = None) -> Array:
        """Forecast the series so that they add up to the totals' forecasts.

        Parameters
        ----------
        known : numpy.ndarray
            The series' known months.
        own : numpy.ndarray
            Every node's own forecast.
        without : int, optional
            The tested year (as in the order handed over) that is forecast, whose errors are not used.

        Returns
        -------
        numpy.ndarray
            Shape ``(leaves, months left)``; ``nan`` where `own` is.
        """
        return self._settled(known, own, self._together([own], without)[0])

    def _settled(self, known: Array, own: Array, together: Array) -> Array:
        """Go the chosen share of the way, and no further than a series can go."""
        alone = own[: self.tree.leaves]
        if self.share == 0.0:
            return alone
        moved = np.nan_to_num(alone) * (1.0 - self.share) + together * self.share
        return np.where(np.isnan(alone), np.nan, without_empty(moved, known))

    def _together(self, own: Sequence[Array], without: int | None) -> list[Array]:
        """Reconcile wholly, several forecasts at once: it is the equations that cost."""
        errors = [part for number, part in enumerate(self._errors) if number != without and part.shape[1]]
        if not own or not errors:
            return [np.nan_to_num(nodes[: self.tree.leaves]) for nodes in own]
        filled = np.nan_to_num(np.concatenate(own, axis=1))
        leaves = reconcile(filled, np.concatenate(errors, axis=1), self.tree)
        return np.split(leaves, np.cumsum([nodes.shape[1] for nodes in own])[:-1], axis=1)

    def _errors_of(self, year: Sequence[EarlierYear]) -> Array:
        parts = [np.zeros((len(self.tree.ids), 0))]
        for test in year:
            if (~np.isnan(test.known)).sum(axis=1).max(initial=0) >= FEWEST_MONTHS:
                parts.append(test.own - np.nan_to_num(self.tree.with_parents(test.actual)))
        return np.concatenate(parts, axis=1)

    def _least_wrong(self, tests: Sequence[Sequence[EarlierYear]], together: list[list[Array]]) -> float:
        tested = [number for number, errors in enumerate(self._errors) if errors.shape[1]]
        if len(tested) < 2:
            return 0.0
        wrong = np.zeros((len(SHARES), len(self.tree.ids)))
        for number in tested:
            for test, leaves in zip(tests[number], together[number], strict=True):
                alone = np.nan_to_num(test.own[: self.tree.leaves])
                whole = np.where(np.isnan(test.own[: self.tree.leaves]), 0.0, without_empty(leaves, test.known))
                for row, share in enumerate(SHARES):
                    off = (alone + share * (whole - alone) - np.nan_to_num(test.actual)).sum(axis=1)
                    wrong[row] += np.abs(self.tree.with_parents(off))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(wrong == wrong[0], 1.0, wrong / wrong[0])
        ratio = np.clip(ratio, 1.0 / LARGEST_RATIO, LARGEST_RATIO)
        return SHARES[int(np.argmin(np.log(ratio).mean(axis=1)))]
