"""Leaves as they come in: checked, and turned into numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.errors import Fault, InvalidData, InvalidParameter

Floats = npt.NDArray[np.float64]

FRAME = "leaves"
"""What the frame is called in error messages."""


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


def split_parents(
    leaves: pd.DataFrame, dimensions: Sequence[str], parents: Mapping[str, str]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Separate the parents that hold in the data from those that do not.

    Parameters
    ----------
    leaves : DataFrame
        One row a leaf.
    dimensions : sequence of str
        Columns that describe a leaf; parents of other columns are passed over.
    parents : mapping of str to str
        Child dimension to parent dimension.

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
        if child not in dimensions:
            continue
        # A level that is not among the dimensions is passed over: its parent is the next one up.
        nearest = next((name for name in above[1:] if name in dimensions), None)
        if nearest is None:
            continue
        pairs = leaves[[child, nearest]].drop_duplicates()
        if pairs[child].is_unique:
            holding[child] = nearest
        else:
            broken.append((child, nearest))
    return holding, broken
