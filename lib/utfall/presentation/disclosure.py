"""Small counts are hidden, and so much beside them that they cannot be worked out.

A count of a few patients can point at one of them. Hiding it alone does not help when the total is shown: the
reader subtracts. So a larger count is hidden too, and it is checked that what remains leaves every hidden
count at least two possible values, also for a reader who knows the rules by which counts are hidden here.
No official limit was found for Swedish health care; fewer than five is common practice and the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter

MIN_COUNT = 5
"""Smallest count that is shown; zero is shown too, since it points at nobody."""

LEAST_MIN_COUNT = 4
"""Smallest limit that protects: "< 2" can only be one, and below four a reader who knows the rules can at
times tell which of the few possible values were hidden together."""

HIDDEN = "döljs"
"""What stands for a figure that is hidden to protect another."""


@dataclass(frozen=True, eq=False)
class Suppressed:
    """A frame that may be shown.

    Parameters
    ----------
    frame : DataFrame
        The frame handed in, with hidden counts as "< 5" or "döljs" and the figures that belong to them as
        "döljs". `Table` shows such text as it stands.
    hidden : Series of bool
        Which rows are hidden.
    notes : tuple of str
        What to say below the table; empty when nothing is hidden.
    """

    frame: pd.DataFrame
    hidden: pd.Series
    notes: tuple[str, ...]


def suppress(
    frame: pd.DataFrame,
    count_column: str,
    *,
    total: str | None = None,
    by: Sequence[str] = (),
    also: Sequence[str] = (),
    min_count: int = MIN_COUNT,
) -> Suppressed:
    """Hide small counts, and others where they could be found by subtraction.

    Parameters
    ----------
    frame : DataFrame
        One row a group of persons.
    count_column : str
        Column with their number: whole, not negative, none missing.
    total : str, optional
        Column of bool that marks the row which is the sum of the others (one in each part of `by`). Without
        it the caller vouches that no sum of these counts is shown anywhere.
    by : sequence of str, default ()
        Columns that part the frame; each part has its own total, and no sum across parts may be shown.
    also : sequence of str, default ()
        Columns hidden with the count: amounts, shares and means of the same persons.
    min_count : int, default 5
        Smallest count shown; at least 4.

    Returns
    -------
    Suppressed

    Raises
    ------
    InvalidParameter
        When a count is no whole number, a total is not the sum of its rows, or `min_count` is too small.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": ["A", "B", "C", "Alla"], "patients": [2, 9, 40, 51],
    ...                       "sum": [False, False, False, True]})
    >>> suppress(frame, "patients", total="sum").frame["patients"].tolist()
    ['< 5', 'döljs', 40, 51]
    """
    if min_count < LEAST_MIN_COUNT:
        raise InvalidParameter(f"min_count is {min_count}; a limit below {LEAST_MIN_COUNT} does not protect.")
    counts = _counts(frame, count_column)
    labels = np.array([""] * len(frame), dtype=object)
    group: np.ndarray = np.zeros(len(frame), int)
    if by:
        group = frame.groupby(list(by), sort=False, dropna=False).ngroup().to_numpy()
    parts = [np.flatnonzero(group == number) for number in np.unique(group)]
    is_total: np.ndarray = np.zeros(len(frame), bool) if total is None else frame[total].to_numpy(dtype=bool)
    for part in parts:
        members, sums = part[~is_total[part]], part[is_total[part]]
        if total is None:
            labels[members] = _small(counts[members], min_count)
            continue
        if len(sums) != 1 or counts[members].sum() != counts[sums[0]]:
            raise InvalidParameter(
                f"The counts in {count_column!r} sum to {counts[members].sum()}, but the total row says "
                f"{counts[sums].tolist()}. Each part needs exactly one total row, the sum of the others."
            )
        labels[members], labels[sums[0]] = protect(counts[members], min_count)
    hidden = pd.Series(labels != "", index=frame.index)
    shown = frame.copy()
    for name in (count_column, *also):
        cells = shown[name].astype(object)
        cells[hidden] = labels[labels != ""] if name == count_column else HIDDEN
        shown[name] = cells
    return Suppressed(shown, hidden, _notes(labels, min_count))


def protect(counts: np.ndarray, min_count: int) -> tuple[np.ndarray, str]:
    """Choose what to hide among counts shown with their total.

    Small counts are hidden first and then, from the smallest, at least one of those that could be shown,
    until no hidden count can be worked out. Counts that tie are hidden together, and the total goes when
    nothing but zeros would be left beside it: otherwise what was chosen would itself be a hint.

    Parameters
    ----------
    counts : ndarray of int, shape (n,)
        The counts without their total.
    min_count : int
        Smallest count shown.

    Returns
    -------
    labels : ndarray of str, shape (n,)
        "" for a count that is shown.
    total : str
        The same for the total.
    """
    labels = _small(counts, min_count)
    if not (labels != "").any():
        return labels, ""
    while True:
        shown = counts[(labels == "") & (counts > 0)]
        if not len(shown):  # what is left is all zeros, so the total would say too much
            return labels, HIDDEN
        if (labels == HIDDEN).any() and _undetermined(counts, labels, shown.min(), min_count):
            return labels, ""
        labels[(labels == "") & (counts == shown.min())] = HIDDEN  # all that tie: their order would be a hint


def _undetermined(counts: np.ndarray, labels: np.ndarray, least_shown: int, min_count: int) -> bool:
    """Whether a reader who knows these rules is left with two possible values for every hidden count."""
    hidden = labels != ""
    also_hidden = labels[hidden] == HIDDEN
    low = np.where(also_hidden, min_count, 1)
    high = np.where(also_hidden, least_shown - 1, min_count - 1)
    rest = counts[hidden].sum()  # the total less what is shown
    lowest = np.maximum(low, rest - (high.sum() - high))
    highest = np.minimum(high, rest - (low.sum() - low))
    return bool((highest > lowest).all())


def _small(counts: np.ndarray, min_count: int) -> np.ndarray:
    labels = np.array([""] * len(counts), dtype=object)
    labels[(counts > 0) & (counts < min_count)] = f"< {min_count}"
    return labels


def _counts(frame: pd.DataFrame, count_column: str) -> np.ndarray:
    values = pd.to_numeric(frame[count_column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isfinite(values) | (values < 0) | (values != np.floor(values))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InvalidParameter(
            f"Row {row} of {count_column!r} is {frame[count_column].iloc[row]!r}; a count is a whole number, "
            "0 or more. Correct it before the table is shown."
        )
    return values.astype(np.int64)


def _notes(labels: np.ndarray, min_count: int) -> tuple[str, ...]:
    if not (labels != "").any():
        return ()
    notes = [f"Antal under {min_count} visas inte, för att enskilda personer inte ska kunna pekas ut."]
    if (labels == HIDDEN).any():
        notes.append(f"”{HIDDEN}” står där en uppgift annars skulle göra det möjligt att räkna ut en dold.")
    return tuple(notes)
