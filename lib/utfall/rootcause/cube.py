"""The cube of candidate segments: every combination of attribute values that some leaf carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

DEEPEST = 4
"""Most attributes a segment may name: nobody acts on a cause that takes five conditions to state."""

DENSE_CODES = 8
"""Codes are compacted by a table of seen codes up to this many slots a leaf, by sorting beyond it."""


@dataclass(frozen=True)
class Cuboid:
    """All segments that name the same dimensions.

    Parameters
    ----------
    dimensions : tuple of int
        Positions of the dimensions, ascending.
    group : array of int, shape (leaves,)
        Which segment of the cuboid a leaf is in, 0 … `size` - 1.
    size : int
        Number of segments with at least one leaf.
    """

    dimensions: tuple[int, ...]
    group: Ints
    size: int


@dataclass(frozen=True)
class Cube:
    """Leaves coded by dimension, with the cuboids that are worth searching.

    Parameters
    ----------
    names : tuple of str
        The dimensions.
    labels : tuple of Index
        The values of each dimension, by code.
    codes : array of int, shape (dimensions, leaves)
        Code of each leaf in each dimension.
    cuboids : tuple of Cuboid
        Fewest dimensions first, so that of two segments with the same leaves the simpler is met first.
    """

    names: tuple[str, ...]
    labels: tuple[pd.Index, ...]
    codes: Ints
    cuboids: tuple[Cuboid, ...]

    def leaves_of(self, cuboid: Cuboid, segment: int) -> Ints:
        """Positions of the leaves in one segment."""
        return np.flatnonzero(cuboid.group == segment)

    def words_of(self, cuboid: Cuboid, segment: int) -> dict[str, str]:
        """Attribute to value of one segment."""
        leaf = int(np.argmax(cuboid.group == segment))
        return {self.names[d]: str(self.labels[d][self.codes[d, leaf]]) for d in cuboid.dimensions}


def build_cube(leaves: pd.DataFrame, dimensions: Sequence[str], parents: Mapping[str, str]) -> Cube:
    """Code the leaves and list the cuboids, leaving out those that name a child and its ancestor.

    Parameters
    ----------
    leaves : DataFrame
        One row a leaf.
    dimensions : sequence of str
        Columns that describe a leaf.
    parents : mapping of str to str
        Child dimension to parent dimension, where each child value lies in one parent value.

    Returns
    -------
    Cube
        Ready to be searched.
    """
    coded = [pd.factorize(leaves[name], sort=True) for name in dimensions]
    codes = np.stack([code for code, _ in coded]) if coded else np.zeros((0, len(leaves)), dtype=np.intp)
    ancestors = {name: _ancestors(name, parents) for name in dimensions}
    cuboids = []
    seen: dict[tuple[int, ...], tuple[Ints, int]] = {(): (np.zeros(len(leaves), dtype=np.intp), 1)}
    for depth in range(1, min(DEEPEST, len(dimensions)) + 1):
        for chosen in combinations(range(len(dimensions)), depth):
            named = [dimensions[d] for d in chosen]
            if any(other in ancestors[name] for name in named for other in named):
                continue
            group, size = seen[chosen[:-1]]
            last = chosen[-1]
            group, size = _compact(group * len(coded[last][1]) + codes[last], size * len(coded[last][1]))
            seen[chosen] = group, size
            cuboids.append(Cuboid(chosen, group, size))
    return Cube(tuple(dimensions), tuple(pd.Index(label) for _, label in coded), codes, tuple(cuboids))


def _compact(code: Ints, slots: int) -> tuple[Ints, int]:
    """Renumber codes 0 … k - 1 in their order, without gaps."""
    if slots <= DENSE_CODES * len(code):
        present = np.zeros(slots, dtype=bool)
        present[code] = True
        number = np.cumsum(present) - 1
        return number[code], int(present.sum())
    values, group = np.unique(code, return_inverse=True)
    return group, len(values)


def _ancestors(name: str, parents: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    while name in parents and parents[name] not in found:
        name = parents[name]
        found.add(name)
    return found
