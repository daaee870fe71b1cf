"""Deficits that must be restored: an account of each year's, the oldest paid first.

The Local Government Act (2017:725), 11 kap. 12 §: a negative balance requirement result is to be regulated during the
three nearest following years; 13 §: the council may decide that it is not, for extraordinary reasons (synnerliga skäl).
That surpluses restore the oldest deficit first is how the account is kept here; the law does not say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utfall.errors import InvalidParameter

Array = NDArray[Any]

YEARS_TO_RESTORE = 3
"""Years after the deficit's own within which it is to be restored: kommunallagen 11 kap. 12 §."""


@dataclass(frozen=True, eq=False)
class Restoration:
    """An account of deficits to restore; made by `restoration`. All amounts are sizes, ≥ 0.

    Attributes
    ----------
    years : tuple of int
        Calendar years of the account, n of them.
    origins : tuple of int
        Years in which the deficits arose, m of them: those of the opening first, then `years`.
    exempted : ndarray, shape (…, n)
        Part of each year's deficit that is not to be restored, for extraordinary reasons.
    restored : ndarray, shape (…, n)
        What each year's surplus restored.
    surplus : ndarray, shape (…, n)
        What was left of each year's surplus.
    falls_due : ndarray, shape (…, n)
        What was outstanding before the year and must be restored during it at the latest, what was overdue already
        not counted.
    overdue : ndarray, shape (…, n)
        What at the year's end should have been restored by then.
    outstanding : ndarray, shape (…, n)
        All that is to be restored at the year's end.
    by_origin : ndarray, shape (…, n, m)
        The same, by the year it arose.
    """

    years: tuple[int, ...]
    origins: tuple[int, ...]
    exempted: Array
    restored: Array
    surplus: Array
    falls_due: Array
    overdue: Array
    outstanding: Array
    by_origin: Array

    def remaining(self, years_to_restore: int = YEARS_TO_RESTORE) -> dict[int, Array]:
        """Say in which years what is outstanding at the end must be restored at the latest.

        Parameters
        ----------
        years_to_restore : int, default 3
            Years after the deficit's own.

        Returns
        -------
        dict of int to ndarray
            Last year allowed to the amounts, shape (…); only years with anything to restore.
        """
        last = self.by_origin[..., -1, :]
        return {
            origin + years_to_restore: last[..., place]
            for place, origin in enumerate(self.origins)
            if np.any(last[..., place] > 0)
        }


def restoration(
    requirement: ArrayLike,
    years: Sequence[int],
    *,
    opening: Mapping[int, float] | None = None,
    exempted: Mapping[int, ArrayLike] | None = None,
    years_to_restore: int = YEARS_TO_RESTORE,
) -> Restoration:
    """Keep account of deficits that are to be restored.

    A year with a negative balance requirement result adds its deficit; a year with a positive one restores what is
    outstanding, the oldest first, as far as it reaches.

    Parameters
    ----------
    requirement : array_like, shape (…, n)
        Balance requirement result of each year, in result sign; the last axis is the years.
    years : sequence of int
        The n calendar years, each following the one before.
    opening : mapping of int to float, optional
        Earlier year to what is still to be restored of its deficit, ≥ 0.
    exempted : mapping of int to array_like, optional
        Year to the part of its deficit, ≥ 0, that the council has decided need not be restored; more than the deficit
        counts as the whole of it.
    years_to_restore : int, default 3
        Years after the deficit's own within which it is to be restored.

    Returns
    -------
    Restoration

    Raises
    ------
    InvalidParameter
        When a result is missing, years do not follow each other, or an amount or year does not fit.

    Examples
    --------
    Malmö 2014 and 2015 (SEK million): the deficit of 193 was restored by the surplus of 355.

    >>> account = restoration([-193, 355], [2014, 2015])
    >>> account.outstanding.tolist(), account.restored.tolist(), account.surplus.tolist()
    ([193, 0], [0, 193], [0, 162])
    """
    results = np.asarray(requirement)
    opening, exempted = dict(opening or {}), dict(exempted or {})
    _refuse(results, tuple(years), opening, exempted)
    origins = (*sorted(opening), *years)
    kind = np.result_type(
        results.dtype, *(np.asarray(amount).dtype for amount in (*opening.values(), *exempted.values()))
    )
    shape = results.shape[:-1]
    held = np.zeros((*shape, len(origins)), kind)
    for place, year in enumerate(sorted(opening)):
        held[..., place] = opening[year]
    lines = {
        name: np.zeros((*shape, len(years)), kind)
        for name in ("exempted", "restored", "surplus", "falls_due", "overdue", "outstanding")
    }
    by_origin = np.zeros((*shape, len(years), len(origins)), kind)
    for at, year in enumerate(years):
        due = [place for place, origin in enumerate(origins) if origin == year - years_to_restore]
        lines["falls_due"][..., at] = held[..., due].sum(axis=-1)
        left = np.maximum(results[..., at], 0).astype(kind)
        for place in range(len(opening) + at):  # the oldest first
            paid = np.minimum(left, held[..., place])
            held[..., place] -= paid
            left -= paid
            lines["restored"][..., at] += paid
        deficit = np.maximum(-results[..., at], 0).astype(kind)
        spared = np.minimum(np.asarray(exempted.get(year, 0), kind), deficit)
        held[..., len(opening) + at] = deficit - spared
        late = [place for place, origin in enumerate(origins) if origin <= year - years_to_restore]
        lines["exempted"][..., at] = spared
        lines["surplus"][..., at] = left
        lines["overdue"][..., at] = held[..., late].sum(axis=-1)
        lines["outstanding"][..., at] = held.sum(axis=-1)
        by_origin[..., at, :] = held
    return Restoration(years=tuple(years), origins=origins, by_origin=by_origin, **lines)


def _refuse(
    results: Array, years: tuple[int, ...], opening: Mapping[int, float], exempted: Mapping[int, ArrayLike]
) -> None:
    if results.ndim == 0 or results.shape[-1] != len(years) or not years:
        raise InvalidParameter(f"requirement has the shape {results.shape}; its last axis is the {len(years)} years.")
    if years != tuple(range(years[0], years[0] + len(years))):
        raise InvalidParameter(f"years is {years}; give every year from the first to the last, in order.")
    if not np.isfinite(results.astype(float)).all():
        raise InvalidParameter("requirement has a year without a result; begin after it.")
    late = [year for year in opening if year >= years[0]]
    if late:
        raise InvalidParameter(f"opening holds {late[0]}, which is among the years of the account; give earlier years.")
    unknown = [year for year in exempted if year not in years]
    if unknown:
        raise InvalidParameter(
            f"exempted holds {unknown[0]}, not among the years; leave a part of an earlier deficit out of opening."
        )
    for name, amounts in (("opening", opening), ("exempted", exempted)):
        if any(not np.all(np.asarray(amount, float) >= 0) for amount in amounts.values()):
            raise InvalidParameter(f"{name} holds an amount that is negative or missing; deficits are given as sizes.")
