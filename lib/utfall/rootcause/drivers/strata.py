"""Strata: pairing the rows of two periods, with every factor a number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.errors import Fault, InvalidData, InvalidParameter

Floats = npt.NDArray[np.float64]

RESULT_COLUMNS = ("factor", "change", "method")
"""Columns that the split adds to the strata."""


def require_columns(before: pd.DataFrame, after: pd.DataFrame, factors: list[str], strata: list[str]) -> None:
    """Check that both frames have every factor and every stratum column.

    Raises
    ------
    InvalidParameter
        When no factor is named, one is named twice, a column is missing, or a stratum column's name is taken.
    """
    if not factors:
        raise InvalidParameter("No factor is named: give at least one column whose product is the value.")
    if len(set(factors)) < len(factors):
        raise InvalidParameter(f"A factor is named twice in {factors}: name each column once.")
    taken = [column for column in strata if column in (*factors, *RESULT_COLUMNS)]
    if taken:
        raise InvalidParameter(
            f"Stratum column {taken[0]!r} is a factor or a column of the result: rename it before the split."
        )
    for name, frame in (("before", before), ("after", after)):
        missing = [column for column in [*factors, *strata] if column not in frame.columns]
        if missing:
            raise InvalidParameter(
                f"Frame `{name}` has no column {missing[0]!r}: add it, or name another. "
                f"Its columns are {list(map(str, frame.columns))}."
            )


def numbers(frame: pd.DataFrame, factors: list[str], name: str) -> Floats:
    """Give the factors as floats.

    Parameters
    ----------
    frame : DataFrame
        One row a stratum.
    factors : list of str
        Columns to read.
    name : str
        What the frame is called in an error.

    Returns
    -------
    array of shape (rows, factors)
        Finite numbers.

    Raises
    ------
    InvalidData
        For every value that is missing or no finite number, with its row.
    """
    faults = []
    columns = []
    for factor in factors:
        values = pd.to_numeric(frame[factor], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        for row in np.flatnonzero(~np.isfinite(values)):
            found = frame[factor].iloc[row]
            what = "is missing" if pd.isna(found) else f"is {str(found)!r}, not a finite number"
            faults.append(Fault(name, int(row) + 1, f"factor {factor!r} {what}.", "Fill it in, or leave the row out."))
        columns.append(values)
    if faults:
        raise InvalidData(sorted(faults, key=lambda fault: fault.row or 0))
    return np.column_stack(columns)


def match(
    before: pd.DataFrame, after: pd.DataFrame, x0: Floats, x1: Floats, strata: list[str]
) -> tuple[pd.DataFrame, Floats, Floats, int]:
    """Pair the rows of the two frames.

    Parameters
    ----------
    before, after : DataFrame
        One row a stratum.
    x0, x1 : array of shape (rows, factors)
        Their factors.
    strata : list of str
        Columns that together name a stratum; without any, rows are paired by label or by position.

    Returns
    -------
    names : DataFrame
        The strata, in the order in which they appear.
    x0, x1 : array of shape (strata, factors)
        Factors of the two periods, zero where a stratum does not exist.
    alone : int
        How many strata exist in one period only.

    Raises
    ------
    InvalidParameter
        When the rows cannot be paired.
    InvalidData
        When a stratum is missing or occurs twice in a frame.
    """
    if not strata:
        order = _row_order(before, after)
        return pd.DataFrame({"row": before.index}), x0, x1[order], 0
    keys0, keys1 = _keys(before, strata, "before"), _keys(after, strata, "after")
    names = pd.concat([keys0, keys1]).drop_duplicates(ignore_index=True)
    position = pd.MultiIndex.from_frame(names)
    at0 = pd.MultiIndex.from_frame(keys0).get_indexer(position)
    at1 = pd.MultiIndex.from_frame(keys1).get_indexer(position)
    # A stratum that does not exist in a period is worth nothing there, and no factor is to blame alone.
    padded0, padded1 = (np.vstack([x, np.zeros((1, x.shape[1]))]) for x in (x0, x1))
    return names, padded0[at0], padded1[at1], int(((at0 < 0) | (at1 < 0)).sum())


def _row_order(before: pd.DataFrame, after: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Rows of `after` in the order of `before`."""
    if len(before) != len(after):
        raise InvalidParameter(
            f"Frame `before` has {len(before)} rows and `after` {len(after)}: name the strata with `by` "
            "so that rows can be matched."
        )
    if before.index.is_unique and after.index.is_unique:
        order = after.index.get_indexer(before.index)
        if (order >= 0).all():
            return order
    if pd.api.types.is_integer_dtype(before.index) and pd.api.types.is_integer_dtype(after.index):
        return np.arange(len(before))
    raise InvalidParameter(
        "The rows of `before` and `after` carry different labels: name the strata with `by`, "
        "or reset both indexes to match row by row."
    )


def _keys(frame: pd.DataFrame, strata: list[str], name: str) -> pd.DataFrame:
    """Strata of a frame; a missing or repeated name is a fault with its row."""
    keys = frame[strata].reset_index(drop=True)
    faults = [
        Fault(name, int(row) + 1, f"stratum column {column!r} is missing.", "Fill it in.")
        for column in strata
        for row in np.flatnonzero(keys[column].isna())
    ]
    faults += [
        Fault(
            name,
            int(row) + 1,
            f"stratum {_words(keys.iloc[row])} occurs more than once.",
            "Add a column to `by`, or sum its rows first.",
        )
        for row in np.flatnonzero(keys.duplicated())
    ]
    if faults:
        raise InvalidData(faults)
    return keys


def _words(row: pd.Series) -> str:
    return ", ".join(f"{column}={value}" for column, value in row.items())
