"""Leaves as they come in: checked, and turned into numbers and codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.errors import Fault, InvalidData, InvalidParameter

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

FRAME = "leaves"
"""What the frame is called in error messages."""

DUST = 1e-12
"""Share of the largest amount below which an amount is what floats leave behind where amounts should cancel."""


def require_columns(leaves: pd.DataFrame, dimensions: Sequence[str], amounts: Sequence[str]) -> None:
    """Check that the frame has the dimensions and the amounts.

    Raises
    ------
    InvalidParameter
        When no dimension is named, one is named twice, or a column is missing.
    """
    if not dimensions:
        raise InvalidParameter("No dimension is named: give at least one column that describes a leaf.")
    if len({*dimensions, *amounts}) < len(dimensions) + len(amounts):
        raise InvalidParameter(f"A column is named twice in {[*dimensions, *amounts]}: name each column once.")
    missing = [column for column in [*dimensions, *amounts] if column not in leaves.columns]
    if missing:
        raise InvalidParameter(
            f"Frame `{FRAME}` has no column {missing[0]!r}: add it, or name another. "
            f"Its columns are {list(map(str, leaves.columns))}."
        )


def amounts_of(leaves: pd.DataFrame, dimensions: Sequence[str], amounts: Sequence[str]) -> list[Floats]:
    """Give the amounts as floats, once every row has its amounts and its dimensions.

    Raises
    ------
    InvalidData
        When an amount is missing or no finite number, or a dimension is missing; every fault with its row.
    """
    faults = [
        Fault(FRAME, int(row) + 1, f"dimension {column!r} is missing.", "Fill it in.")
        for column in dimensions
        for row in np.flatnonzero(leaves[column].isna())
    ]
    numbers = []
    for column in amounts:
        values = pd.to_numeric(leaves[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        for row in np.flatnonzero(~np.isfinite(values)):
            found = leaves[column].iloc[row]
            what = "is missing" if pd.isna(found) else f"is {str(found)!r}, not a finite number"
            faults.append(Fault(FRAME, int(row) + 1, f"amount {column!r} {what}.", "Fill it in; 0 is an amount."))
        numbers.append(values)
    if faults:
        raise InvalidData(sorted(faults, key=lambda fault: fault.row or 0))
    return numbers


@dataclass(frozen=True)
class Codes:
    """Attributes of the leaves as numbers.

    Parameters
    ----------
    names : tuple of str
        The dimensions.
    labels : tuple of Index
        The values of each dimension, by code, in alphabetical order.
    codes : array of int, shape (dimensions, leaves)
        Code of each leaf in each dimension.
    """

    names: tuple[str, ...]
    labels: tuple[pd.Index, ...]
    codes: Ints

    def count(self, dimension: int) -> int:
        """How many values a dimension has."""
        return len(self.labels[dimension])


def code(leaves: pd.DataFrame, dimensions: Sequence[str]) -> Codes:
    """Number the values of every dimension.

    Parameters
    ----------
    leaves : DataFrame
        One row a leaf.
    dimensions : sequence of str
        Columns that describe a leaf, at least one.

    Returns
    -------
    Codes
        Values as text.
    """
    coded = [pd.factorize(leaves[name].astype(str), sort=True) for name in dimensions]
    labels = tuple(pd.Index(label) for _, label in coded)
    return Codes(tuple(dimensions), labels, np.stack([codes for codes, _ in coded]).astype(np.int32))


def merge(codes: Codes, amounts: Sequence[Floats]) -> tuple[Codes, list[Floats]]:
    """Sum rows with the same attributes: no segment could tell them apart.

    Parameters
    ----------
    codes : Codes
        Attributes of the rows.
    amounts : sequence of array of shape (rows,)
        Amounts of the rows.

    Returns
    -------
    codes : Codes
        Attributes of the leaves, each combination once.
    amounts : list of array of shape (leaves,)
        Their sums.
    """
    key = np.zeros(codes.codes.shape[1], dtype=np.int64)
    for dimension, code_of_row in enumerate(codes.codes):
        # Renumbered at every step, so that many dimensions of many values never overflow.
        key = np.unique(key * codes.count(dimension) + code_of_row, return_inverse=True)[1]
    _, first, leaf = np.unique(key, return_index=True, return_inverse=True)
    if len(first) == len(leaf):
        return codes, list(amounts)
    merged = Codes(codes.names, codes.labels, codes.codes[:, first])
    return merged, [np.bincount(leaf, amount).astype(np.float64) for amount in amounts]


def without_dust(amounts: Sequence[Floats]) -> list[Floats]:
    """Put to zero what floats leave behind where amounts cancel: nobody budgeted a billionth of an öre.

    Parameters
    ----------
    amounts : sequence of array of shape (leaves,)
        Amounts in one unit.

    Returns
    -------
    list of array of shape (leaves,)
        The same, without amounts below `DUST` of the largest.
    """
    largest = max((float(np.abs(amount).max(initial=0.0)) for amount in amounts), default=0.0)
    return [np.where(np.abs(amount) > DUST * largest, amount, 0.0) for amount in amounts]


def split_parents(codes: Codes, parents: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Separate the parents that hold in the data from those that do not.

    Parameters
    ----------
    codes : Codes
        Attributes of the leaves.
    parents : mapping of str to str
        Child dimension to parent dimension; names that are not among the dimensions are passed over.

    Returns
    -------
    holding : dict of str to str
        Where every child value lies in one parent value.
    broken : list of (str, str)
        Where one does not, as a unit that moved between two areas.

    Raises
    ------
    InvalidParameter
        When a dimension is its own ancestor.
    """
    holding: dict[str, str] = {}
    broken: list[tuple[str, str]] = []
    for child in parents:
        above = [child]
        while above[-1] in parents:
            above.append(parents[above[-1]])
            if above[-1] in above[:-1]:
                raise InvalidParameter(f"Dimension {above[-1]!r} is its own ancestor: correct `parents`.")
        # A level that is not among the dimensions is passed over: its parent is the next one up.
        nearest = next((name for name in above[1:] if name in codes.names), None)
        if child not in codes.names or nearest is None:
            continue
        one, other = codes.names.index(child), codes.names.index(nearest)
        pairs = np.unique(codes.codes[one].astype(np.int64) * codes.count(other) + codes.codes[other])
        if len(pairs) == codes.count(one):
            holding[child] = nearest
        else:
            broken.append((child, nearest))
    return holding, broken
