"""The cube of candidate segments: every combination of attribute values that some leaf carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from utfall.rootcause.segments.leaves import Codes
from utfall.rootcause.segments.unrest import Neighbours, neighbours_of

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

DEEPEST = 4
"""Most attributes a segment may name: nobody acts on a cause that takes five conditions to state."""

MOST_MEMBERSHIPS = 12_000_000
"""Memberships of leaves in segments that are held at once, about 150 MB; a larger cube is searched less deep."""

NOWHERE = -1
"""Stands for the segment of a leaf in a cuboid where it would only repeat a simpler one."""

DENSE_SLOTS = 8
"""Codes are compacted by a table of seen codes up to this many slots a leaf, by sorting beyond it."""


@dataclass(frozen=True)
class Cube:
    """Leaves coded by dimension, and the distinct segments they are in.

    A cuboid is the set of segments that name the same dimensions; the cuboids with the fewest dimensions come
    first, so that of two segments with the same leaves the simpler has the lower number.

    Parameters
    ----------
    attributes : Codes
        Attributes of the leaves.
    cuboids : tuple of tuple of int
        Positions of the dimensions that each cuboid names.
    segments : array of int, shape (cuboids, leaves)
        Number of the segment each leaf is in, cuboid by cuboid, or `NOWHERE`.
    first : array of int, shape (cuboids + 1,)
        Number of each cuboid's first segment, and the number of segments in all.
    members : sparse matrix of shape (segments, leaves)
        One where a leaf is in a segment.
    """

    attributes: Codes
    cuboids: tuple[tuple[int, ...], ...]
    segments: Ints
    first: npt.NDArray[np.intp]
    members: sparse.csc_matrix = field(repr=False, compare=False)

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
        return self.members @ values

    @cached_property
    def neighbours(self) -> list[Neighbours]:
        """Leaves in the order of each dimension, to compare those that are most alike."""
        return neighbours_of(self.attributes)

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
        known = self.attributes
        return {known.names[d]: str(known.labels[d][known.codes[d, leaf]]) for d in named}

    def prices(self) -> Floats:
        """What the search must pay for each segment: twice the log of how many it was picked from.

        Returns
        -------
        array of shape (segments,)
            ``2 ln(segments of its cuboid) + 2 ln(cuboids)``, on the scale of twice a log likelihood ratio.
        """
        sizes = np.diff(self.first)
        return np.repeat(2 * np.log(sizes) + 2 * np.log(len(sizes)), sizes)


def build_cube(attributes: Codes, parents: Mapping[str, str]) -> Cube:
    """Number the distinct segments, leaving out those that name a child and its ancestor.

    Parameters
    ----------
    attributes : Codes
        Attributes of at least one leaf.
    parents : mapping of str to str
        Child dimension to parent dimension, where each child value lies in one parent value.

    Returns
    -------
    Cube
        Ready to be searched.

    Examples
    --------
    >>> import pandas as pd
    >>> from utfall.rootcause.segments.leaves import code
    >>> leaves = pd.DataFrame({"unit": ["a1", "a2", "b1"], "area": ["a", "a", "b"]})
    >>> cube = build_cube(code(leaves, ["area", "unit"]), {"unit": "area"})
    >>> [cube.words(segment) for segment in range(len(cube))]
    [{'area': 'a'}, {'area': 'b'}, {'unit': 'a1'}, {'unit': 'a2'}, {'unit': 'b1'}]
    """
    leaves = attributes.codes.shape[1]
    everything = _Grouping(np.zeros(leaves, dtype=np.int64), 1, np.array([leaves]), np.array([0]))
    groupings: dict[tuple[int, ...], _Grouping] = {(): everything}
    kept: list[tuple[int, ...]] = []
    rows: list[Ints] = []
    sizes: list[int] = []
    for cuboid in _cuboids(attributes.names, parents, leaves):
        last = cuboid[-1]
        grouping = _group(groupings[cuboid[:-1]], attributes.codes[last], attributes.count(last))
        groupings[cuboid] = grouping
        new = _new_segments(grouping, cuboid, groupings)
        number = np.where(new, np.cumsum(new) - 1 + sum(sizes), NOWHERE).astype(np.int32)
        if new.any():
            kept.append(cuboid)
            rows.append(number[grouping.group])
            sizes.append(int(new.sum()))
    segments = np.stack(rows)
    somewhere = segments.T != NOWHERE
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    members = sparse.csc_matrix(
        (
            np.ones(int(somewhere.sum())),
            segments.T[somewhere],
            np.concatenate([[0], np.cumsum(somewhere.sum(axis=1))]),
        ),
        shape=(int(first[-1]), leaves),
    )
    return Cube(attributes, tuple(kept), segments, first, members)


@dataclass(frozen=True)
class _Grouping:
    """Leaves grouped by some dimensions: the group of each, and each group's size and one leaf of it."""

    group: npt.NDArray[np.int64]
    groups: int
    count: npt.NDArray[np.intp]
    member: npt.NDArray[np.intp]


def _group(above: _Grouping, code: Ints, values: int) -> _Grouping:
    """Divide groups further by one more dimension."""
    group, groups = _compact(above.group * values + code, above.groups * values)
    member = np.zeros(groups, dtype=np.intp)
    member[group] = np.arange(len(group))
    return _Grouping(group, groups, np.bincount(group, minlength=groups), member)


def _new_segments(
    grouping: _Grouping, cuboid: tuple[int, ...], groupings: Mapping[tuple[int, ...], _Grouping]
) -> npt.NDArray[np.bool_]:
    """Which segments hold other leaves than each of the simpler segments around them.

    A segment with the leaves of a simpler one is the same answer in more words, and not one more guess to pay for.
    """
    new = np.ones(grouping.groups, dtype=bool)
    for left_out in range(len(cuboid)):
        simpler = groupings.get(cuboid[:left_out] + cuboid[left_out + 1 :])
        if simpler is not None and len(cuboid) > 1:
            new &= simpler.count[simpler.group[grouping.member]] > grouping.count
    return new


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
