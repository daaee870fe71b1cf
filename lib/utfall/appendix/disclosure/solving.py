"""What a reader can work out: the unknowns of sums that have only one possible value.

Exact: sums are solved in fractions, and what is left open is narrowed by the values each unknown may have, whole
numbers between a lower and an upper bound, until nothing more follows.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Generic, TypeVar

MAX_ROUNDS = 100
"""How many times the bounds are narrowed; each round that changes anything closes a gap, and most close in a few."""

MAX_UNKNOWNS = 1500
"""Unknowns solved together; more are narrowed by their bounds alone."""


Unknown = TypeVar("Unknown", bound=Hashable)


@dataclass(frozen=True)
class Sum(Generic[Unknown]):
    """The unknowns in `parts`, each times its coefficient, add up to `total`.

    Parameters
    ----------
    parts : mapping
        Unknown → coefficient.
    total : Fraction
        What they add up to.
    """

    parts: Mapping[Unknown, Fraction]
    total: Fraction


Bounds = tuple[int, int | None]
"""Least and largest value of an unknown; no largest when it is not known."""


def determined(sums: Sequence[Sum[Unknown]], bounds: Mapping[Unknown, Bounds]) -> dict[Unknown, Fraction]:
    """Find the unknowns that have only one possible value.

    Parameters
    ----------
    sums : sequence of Sum
        What is known of them.
    bounds : mapping
        Unknown → its bounds; all are whole numbers.

    Returns
    -------
    dict
        Unknown → the value it must have. Unknowns of sums that cannot all hold are left out.

    Examples
    --------
    >>> two = Sum({"a": Fraction(1), "b": Fraction(1)}, Fraction(9))
    >>> determined([two], {"a": (1, 4), "b": (5, None)}), determined([two], {"a": (1, 4), "b": (8, None)})
    ({}, {'a': Fraction(1, 1), 'b': Fraction(8, 1)})
    """
    reduced = _reduced(sums) if len(bounds) <= MAX_UNKNOWNS else list(sums)
    narrow = {
        unknown: (Fraction(low), None if high is None else Fraction(high)) for unknown, (low, high) in bounds.items()
    }
    if not _narrow([*reduced, *sums], narrow):
        return {}
    return {unknown: low for unknown, (low, high) in narrow.items() if low == high}


def _reduced(sums: Sequence[Sum[Unknown]]) -> list[Sum[Unknown]]:
    """The same sums solved for as many unknowns as can be, by Gauss and Jordan's elimination."""
    solved: dict[Unknown, dict[Unknown, Fraction]] = {}
    totals: dict[Unknown, Fraction] = {}
    for each in sums:
        parts, total = dict(each.parts), each.total
        for pivot in [unknown for unknown in parts if unknown in solved]:
            factor = parts.get(pivot, Fraction(0))
            if factor:
                total -= factor * totals[pivot]
                _subtract(parts, solved[pivot], factor)
        if not parts:
            continue
        pivot = next(iter(parts))
        factor = parts[pivot]
        parts = {unknown: value / factor for unknown, value in parts.items()}
        total /= factor
        for other, row in solved.items():
            of_pivot = row.get(pivot)
            if of_pivot:
                totals[other] -= of_pivot * total
                _subtract(row, parts, of_pivot)
        solved[pivot], totals[pivot] = parts, total
    return [Sum(parts, totals[pivot]) for pivot, parts in solved.items()]


def _subtract(row: dict[Unknown, Fraction], other: Mapping[Unknown, Fraction], factor: Fraction) -> None:
    for unknown, value in other.items():
        left = row.get(unknown, Fraction(0)) - factor * value
        if left:
            row[unknown] = left
        else:
            row.pop(unknown, None)


def _narrow(sums: Sequence[Sum[Unknown]], bounds: dict[Unknown, tuple[Fraction, Fraction | None]]) -> bool:
    """Narrow the bounds in place; False when no values fit."""
    for _ in range(MAX_ROUNDS):
        changed = False
        for each in sums:
            for unknown, factor in each.parts.items():
                low, high = _rest(each, unknown, bounds)
                ends = [None if end is None else (each.total - end) / factor for end in (high, low)]
                lower, upper = ends if factor > 0 else ends[::-1]
                old_low, old_high = bounds[unknown]
                new_low = old_low if lower is None else max(old_low, Fraction(ceil(lower)))
                new_high = old_high
                if upper is not None:
                    new_high = Fraction(floor(upper)) if old_high is None else min(old_high, Fraction(floor(upper)))
                if new_high is not None and new_low > new_high:
                    return False
                if (new_low, new_high) != (old_low, old_high):
                    bounds[unknown], changed = (new_low, new_high), True
        if not changed:
            break
    return True


def _rest(
    each: Sum[Unknown], unknown: Unknown, bounds: Mapping[Unknown, tuple[Fraction, Fraction | None]]
) -> tuple[Fraction | None, Fraction | None]:
    """Least and largest value of a sum without one of its parts; None when there is no bound."""
    least: Fraction | None = Fraction(0)
    most: Fraction | None = Fraction(0)
    for other, factor in each.parts.items():
        if other == unknown:
            continue
        low, high = bounds[other]
        small, large = (low, high) if factor > 0 else (high, low)
        least = None if least is None or small is None else least + factor * small
        most = None if most is None or large is None else most + factor * large
    return least, most
