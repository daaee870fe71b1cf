"""Segments: the fewest parts of the organisation and the accounts that carry a deviation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.rootcause.cube import Cube, build_cube
from utfall.rootcause.measure import against_both, against_expected, less_skewed
from utfall.rootcause.scan import Findings, scan
from utfall.rootcause.weigh import Candidate

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Segments:
    """Where a deviation sits.

    Parameters
    ----------
    causes : list of dict
        Attribute to value of each segment, the most significant first; empty when nothing stands out.
    table : DataFrame
        One row a cause: ``segment`` (its words), ``deviation`` (SEK, result sign), ``share`` (of the gross
        deviation of the same sign, 0-1), ``leaves`` (count), ``significance`` (gain over the price of
        the search), ``stability`` (share of resamples that find it again).
    unexplained : float
        Net deviation outside the causes, SEK, result sign.
    """

    causes: list[dict[str, str]]
    table: pd.DataFrame
    unexplained: float


def localise(
    leaves: pd.DataFrame,
    dimensions: Sequence[str],
    *,
    actual: str = "actual",
    expected: str = "expected",
    parents: Mapping[str, str] | None = None,
) -> Segments:
    """Find the fewest segments that carry the deviation of actual from expected.

    Parameters
    ----------
    leaves : DataFrame
        One row a leaf: the dimensions, `actual` and `expected` (SEK, result sign).
    dimensions : sequence of str
        Columns that describe a leaf.
    actual, expected : str
        Columns with the amounts.
    parents : mapping of str to str, optional
        Child dimension to parent dimension, for example ``{"unit": "area", "area": "division"}``.

    Returns
    -------
    Segments
        Empty when no segment stands out from the noise.

    Raises
    ------
    InvalidParameter
        When a column is missing.
    InvalidData
        When an amount or an attribute is missing.
    """
    dimensions = list(dimensions)
    missing = [column for column in [*dimensions, actual, expected] if column not in leaves.columns]
    if missing:
        raise InvalidParameter(f"Frame `leaves` has no column {missing[0]!r}: add it, or name another.")
    faults = [
        Fault("leaves", int(row) + 1, f"column {column!r} is missing.", "Fill it in, or leave the row out.")
        for column in [*dimensions, actual, expected]
        for row in np.flatnonzero(leaves[column].isna())
    ]
    if faults:
        raise InvalidData(faults)
    outcome, plan = (leaves[column].to_numpy(dtype=float) for column in (actual, expected))
    cube = build_cube(leaves, dimensions, parents or {})
    deviation = outcome - plan
    found = search(cube, outcome, plan).causes if len(leaves) else []
    claimed = np.zeros(len(leaves), dtype=bool)
    for cause in found:
        claimed[cause.leaves] = True
    causes = [cube.words(cause.segment) for cause in found]
    return Segments(causes, _table(found, causes, deviation), float(deviation[~claimed].sum()))


def search(cube: Cube, actual: Floats, expected: Floats) -> Findings:
    """Scan in the measure in which the noise left over is symmetric."""
    plain, symmetric = against_expected(cube, actual, expected), against_both(cube, actual, expected)
    first = less_skewed(plain, symmetric, plain.live)
    findings = scan(first)
    second = less_skewed(plain, symmetric, findings.free)
    return findings if second is first else scan(second)


def _table(found: list[Candidate], causes: list[dict[str, str]], deviation: Floats) -> pd.DataFrame:
    over, under = deviation[deviation < 0].sum(), deviation[deviation > 0].sum()
    rows = []
    for cause, words in zip(found, causes, strict=True):
        moved = float(deviation[cause.leaves].sum())
        gross = over if moved < 0 else under
        rows.append(
            {
                "segment": ", ".join(f"{name}: {value}" for name, value in words.items()),
                "deviation": moved,
                "share": moved / gross if gross else np.nan,
                "leaves": len(cause.leaves),
                "significance": cause.gain - cause.price,
                "stability": np.nan,
            }
        )
    return pd.DataFrame(rows, columns=["segment", "deviation", "share", "leaves", "significance", "stability"])
