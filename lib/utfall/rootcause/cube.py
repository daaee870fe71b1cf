"""The cube of candidate segments: every combination of attribute values that some leaf carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

DEEPEST = 4
"""Most attributes a segment may name: nobody acts on a cause that takes five conditions to state."""

MOST_MEMBERSHIPS = 12_000_000
"""Memberships of leaves in segments that are held at once, about 150 MB; a larger cube is searched less deep."""

DENSE_SLOTS = 8
"""Codes are compacted by a table of seen codes up to this many slots a leaf, by sorting beyond it."""


@dataclass(frozen=True)
class Cube:
    """Leaves coded by dimension, and the segments they are in.

    A cuboid is the set of segments that name the same dimensions; the cuboids with the fewest dimensions come
    first, so that of two segments with the same leaves the simpler has the lower number.

    Parameters
    ----------
    names : tuple of str
        The dimensions.
    labels : tuple of Index
        The values of each dimension, by code.
    codes : array of int, shape (dimensions, leaves)
        Code of each leaf in each dimension.
    cuboids : tuple of tuple of int
        Positions of the dimensions that each cuboid names.
    segments : array of int, shape (cuboids, leaves)
        Number of the segment each leaf is in, cuboid by cuboid; a segment is in one cuboid only.
    first : array of int, shape (cuboids + 1,)
        Number of each cuboid's first segment, and the number of segments in all.
    """

    names: tuple[str, ...]
    labels: tuple[pd.Index, ...]
    codes: Ints
    cuboids: tuple[tuple[int, ...], ...]
    segments: Ints
    first: npt.NDArray[np.intp]
    _members: sparse.csc_matrix = field(repr=False, compare=False)

    def __len__(self) -> int:
        return int(self.first[-1])

    def sums(self, values: Floats) -> Floats:
        """Sum of the leaves' values in every segment.

        Parameters
        ----------
        values : array of shape (leaves, columns)
            What to sum.

        Returns
        -------
        array of shape (segments, columns)
            The sums.
        """
        return self._members @ values

    def cuboid_of(self, segment: int) -> int:
        """Position of the cuboid a segment is in."""
        return int(np.searchsorted(self.first, segment, side="right")) - 1

    def holds(self, segment: int) -> npt.NDArray[np.bool_]:
        """Whether each leaf is in the segment."""
        return self.segments[self.cuboid_of(segment)] == segment

    def words(self, segment: int) -> dict[str, str]:
        """Attribute to value of a segment."""
        leaf = int(np.argmax(self.holds(segment)))
        named = self.cuboids[self.cuboid_of(segment)]
        return {self.names[d]: str(self.labels[d][self.codes[d, leaf]]) for d in named}

    def prices(self) -> Floats:
        """What the search must pay for each segment: twice the log of how many it was picked from.

        Returns
        -------
        array of shape (segments,)
            ``2 ln(segments of its cuboid) + 2 ln(cuboids)``, on the scale of twice a log likelihood ratio.
        """
        sizes = np.diff(self.first)
        return np.repeat(2 * np.log(sizes) + 2 * np.log(len(sizes)), sizes)


def build_cube(leaves: pd.DataFrame, dimensions: Sequence[str], parents: Mapping[str, str]) -> Cube:
    """Code the leaves and number the segments, leaving out those that name a child and its ancestor.

    Parameters
    ----------
    leaves : DataFrame
        One row a leaf, at least one.
    dimensions : sequence of str
        Columns that describe a leaf, at least one.
    parents : mapping of str to str
        Child dimension to parent dimension, where each child value lies in one parent value.

    Returns
    -------
    Cube
        Ready to be searched.

    Examples
    --------
    >>> leaves = pd.DataFrame({"unit": ["a1", "a2", "b1"], "area": ["a", "a", "b"]})
    >>> cube = build_cube(leaves, ["area", "unit"], {"unit": "area"})
    >>> [cube.words(segment) for segment in range(len(cube))]
    [{'area': 'a'}, {'area': 'b'}, {'unit': 'a1'}, {'unit': 'a2'}, {'unit': 'b1'}]
    """
    coded = [pd.factorize(leaves[name], sort=True) for name in dimensions]
    codes = np.stack([code for code, _ in coded]).astype(np.int32)
    cuboids = _cuboids(dimensions, parents, len(leaves))
    columns, sizes = [], []
    numbered: dict[tuple[int, ...], tuple[npt.NDArray[np.int64], int]] = {(): (np.zeros(len(leaves), dtype=np.int64), 1)}
    for cuboid in cuboids:
        above, size = numbered[cuboid[:-1]]
        last = len(coded[cuboid[-1]][1])
        numbered[cuboid] = _compact(above * last + codes[cuboid[-1]], size * last)
        columns.append(numbered[cuboid][0])
        sizes.append(numbered[cuboid][1])
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    segments = (np.stack(columns) + first[:-1, None]).astype(np.int32)
    members = sparse.csc_matrix(
        (np.ones(segments.size), segments.T.ravel(), np.arange(len(leaves) + 1) * len(cuboids)),
        shape=(int(first[-1]), len(leaves)),
    )
    labels = tuple(pd.Index(label) for _, label in coded)
    return Cube(tuple(dimensions), labels, codes, tuple(cuboids), segments, first, members)


def _cuboids(dimensions: Sequence[str], parents: Mapping[str, str], leaves: int) -> list[tuple[int, ...]]:
    """Sets of dimensions worth searching, the smallest first, as many levels as fit in memory."""
    ancestors = {name: _ancestors(name, parents) for name in dimensions}
    chosen: list[tuple[int, ...]] = []
    for depth in range(1, min(DEEPEST, len(dimensions)) + 1):
        level = [
            named
            for named in combinations(range(len(dimensions)), depth)
            if not any(dimensions[other] in ancestors[dimensions[one]] for one in named for other in named)
        ]
        if chosen and (len(chosen) + len(level)) * leaves > MOST_MEMBERSHIPS:
            break
        chosen += level
    return chosen


def _ancestors(name: str, parents: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    while name in parents and parents[name] not in found:
        name = parents[name]
        found.add(name)
    return found


def _compact(code: npt.NDArray[np.int64], slots: int) -> tuple[npt.NDArray[np.int64], int]:
    """Renumber codes 0 … k - 1 in their order, without gaps."""
    if slots <= DENSE_SLOTS * len(code):
        present = np.zeros(slots, dtype=bool)
        present[code] = True
        return (np.cumsum(present) - 1)[code], int(present.sum())
    values, group = np.unique(code, return_inverse=True)
    return group, len(values)
