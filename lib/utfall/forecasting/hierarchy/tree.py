"""Totals of series: which series each parent is the sum of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from utfall.errors import Fault, InvalidData
from utfall.forecasting.panel import Array, read_panel

SUM_TOLERANCE = 0.005
"""Largest difference, for each series summed, between a parent and the sum of its series: half an öre."""


@dataclass(frozen=True)
class Hierarchy:
    """Which series (leaves) each node is the sum of.

    Parameters
    ----------
    ids : numpy.ndarray
        The leaves in the panel's order, then the parents, nearest to the leaves first.
    members : numpy.ndarray
        Boolean, shape ``(parents, leaves)``: whether a leaf is part of a parent.
    """

    ids: NDArray[np.object_]
    members: NDArray[np.bool_]

    @property
    def leaves(self) -> int:
        """Number of leaves."""
        return int(self.members.shape[1])

    @cached_property
    def _weights(self) -> sparse.csr_array:
        # Nearly all of it is zero, and a sparse product starts no threads.
        return sparse.csr_array(self.members.astype(float))

    def telling(self, most: int) -> NDArray[np.int64]:
        """Find the parents that say something no other parent or series does.

        A parent of one series, or of the same series as a parent nearer to them, is known already.

        Parameters
        ----------
        most : int
            Parents wanted at most: those of the most series.

        Returns
        -------
        numpy.ndarray
            Rows of ``members``, ascending.

        Examples
        --------
        >>> rows = [[True, False, False], [True, True, False], [True, True, False], [True, True, True]]
        >>> tree = Hierarchy(np.array(list("abcpqrs"), dtype=object), np.array(rows))
        >>> tree.telling(5).tolist(), tree.telling(1).tolist()
        ([1, 3], [3])
        """
        if not len(self.members):
            return np.zeros(0, dtype=np.int64)
        packed = np.packbits(self.members, axis=1)
        _, first = np.unique(packed, axis=0, return_index=True)
        size = self.members.sum(axis=1)
        rows = np.sort(first[size[first] > 1])
        return np.sort(rows[np.argsort(-size[rows], kind="stable")[:most]])

    def only(self, parents: NDArray[np.int64]) -> Hierarchy:
        """Leave out all other parents.

        Parameters
        ----------
        parents : numpy.ndarray
            Rows of ``members``.

        Examples
        --------
        >>> tree = Hierarchy(np.array(["a", "p", "q"], dtype=object), np.array([[True], [True]]))
        >>> tree.only(np.array([1])).ids.tolist()
        ['a', 'q']
        """
        ids = np.concatenate([self.ids[: self.leaves], self.ids[self.leaves + parents]])
        return Hierarchy(ids, self.members[parents])

    def sums(self, values: Array) -> Array:
        """Sum an array over the leaves, without missing values, to the parents.

        Parameters
        ----------
        values : numpy.ndarray
            Shape ``(leaves, k)``.

        Returns
        -------
        numpy.ndarray
            Shape ``(parents, k)``.

        Examples
        --------
        >>> tree = Hierarchy(np.array(["a", "b", "t"], dtype=object), np.array([[True, True]]))
        >>> tree.sums(np.array([[1.0], [2.0]])).tolist()
        [[3.0]]
        """
        return np.asarray(self._weights @ values)

    def shares(self, values: Array) -> Array:
        """Give every leaf the sum over its parents: the transpose of `sums`.

        Parameters
        ----------
        values : numpy.ndarray
            Shape ``(parents, k)``.

        Returns
        -------
        numpy.ndarray
            Shape ``(leaves, k)``.

        Examples
        --------
        >>> tree = Hierarchy(np.array(["a", "b", "t"], dtype=object), np.array([[True, True]]))
        >>> tree.shares(np.array([[3.0]])).tolist()
        [[3.0], [3.0]]
        """
        return np.asarray(self._weights.T @ values)

    def common_sums(self, values: Array) -> Array:
        """Sum a value of each leaf over the leaves two parents have in common.

        Parameters
        ----------
        values : numpy.ndarray
            Shape ``(leaves,)``.

        Returns
        -------
        numpy.ndarray
            Shape ``(parents, parents)``.

        Examples
        --------
        >>> tree = Hierarchy(np.array(["a", "b", "p", "q"], dtype=object), np.array([[True, True], [True, False]]))
        >>> tree.common_sums(np.array([1.0, 2.0])).tolist()
        [[3.0, 1.0], [1.0, 1.0]]
        """
        return np.asarray((self._weights * values[None, :] @ self._weights.T).todense())

    def with_parents(self, values: Array) -> Array:
        """Append the parents' sums to an array over the leaves.

        Parameters
        ----------
        values : numpy.ndarray
            First axis the leaves. ``nan`` is a month before a leaf's start: it adds nothing to a parent,
            whose own value is missing only where no leaf has one.

        Returns
        -------
        numpy.ndarray
            First axis the leaves, then the parents.

        Examples
        --------
        >>> tree = Hierarchy(np.array(["a", "b", "t"], dtype=object), np.array([[True, True]]))
        >>> tree.with_parents(np.array([[1.0, np.nan], [2.0, np.nan]])).tolist()
        [[1.0, nan], [2.0, nan], [3.0, nan]]
        """
        if not len(self.members):
            return values
        flat = values.reshape(len(values), -1)
        known = ~np.isnan(flat)
        total = self._weights @ np.where(known, flat, 0.0)
        total[(self._weights @ known.astype(float)) == 0] = np.nan
        return np.concatenate([values, total.reshape(len(self.members), *values.shape[1:])])


def read_hierarchy(hierarchy: pd.DataFrame | Mapping[str, str] | None, ids: NDArray[np.object_]) -> Hierarchy:
    """Resolve child → parent into the leaves of every parent.

    Parameters
    ----------
    hierarchy : pandas.DataFrame or mapping or None
        Columns ``child`` and ``parent`` (or exactly two columns, in that order), or child → parent.
        Several levels by chaining; a child may have several parents (a unit in an organisation and in an
        account group), each leaf still counts once in a parent.
    ids : numpy.ndarray
        The series' names.

    Returns
    -------
    Hierarchy
        Every parent with at least one series under it.

    Raises
    ------
    InvalidData
        When a series has no parent although a hierarchy is given, a parent is its own descendant, or a
        parent has no series under it.

    Examples
    --------
    >>> tree = read_hierarchy({"a": "t", "b": "t"}, np.array(["a", "b"], dtype=object))
    >>> tree.ids.tolist(), tree.members.tolist()
    (['a', 'b', 't'], [[True, True]])
    """
    if hierarchy is None:
        return Hierarchy(ids, np.zeros((0, len(ids)), dtype=bool))
    pairs = _pairs(hierarchy)
    parents_of: dict[object, list[object]] = {}
    for child, parent in pairs:
        parents_of.setdefault(child, []).append(parent)
    leaf_row = {name: row for row, name in enumerate(ids)}
    inner = {parent for _, parent in pairs}
    depth: dict[object, int] = {}
    members: dict[object, set[int]] = {name: set() for name in inner}
    for name, row in leaf_row.items():
        if name in inner:
            continue
        if name not in parents_of:
            raise InvalidData(
                [
                    Fault(
                        "hierarchy",
                        None,
                        f"The series {name} has no parent.",
                        "Add a row for it, or leave the series out.",
                    )
                ]
            )
        for ancestor, steps in _ancestors(name, parents_of).items():
            members[ancestor].add(row)
            depth[ancestor] = max(depth.get(ancestor, 0), steps)
    faults = [
        Fault("hierarchy", None, f"The parent {name} has no series under it.", "Remove it or add its series.")
        for name in sorted(map(str, (name for name in inner if not members[name])))
    ]
    if faults:
        raise InvalidData(faults)
    order = sorted(inner, key=lambda name: (depth[name], str(name)))
    table = np.zeros((len(order), len(ids)), dtype=bool)
    for number, name in enumerate(order):
        table[number, sorted(members[name])] = True
    return Hierarchy(np.array([*ids, *order], dtype=object), table)


def split_leaves(series: pd.DataFrame, hierarchy: pd.DataFrame | Mapping[str, str] | None) -> pd.DataFrame:
    """Take out the parents of a frame that holds them beside their series, after checking their sums.

    Parameters
    ----------
    series : pandas.DataFrame
        Long frame ``unique_id``, ``ds``, ``y``.
    hierarchy : pandas.DataFrame or mapping or None
        See `read_hierarchy`.

    Returns
    -------
    pandas.DataFrame
        The series that are nobody's parent.

    Raises
    ------
    InvalidData
        When a parent's amount is not the sum of its series in some month.
    """
    if hierarchy is None or "unique_id" not in series.columns:
        return series
    inner = {parent for _, parent in _pairs(hierarchy)}
    is_parent = series["unique_id"].isin(inner)
    if not is_parent.any():
        return series
    leaves, given = read_panel(series[~is_parent], common_end=True), read_panel(series[is_parent])
    tree = read_hierarchy(hierarchy, leaves.ids)
    sums = tree.with_parents(leaves.values)
    place = {name: number for number, name in enumerate(tree.ids)}
    faults = []
    for row, column in zip(*np.nonzero(~np.isnan(given.values)), strict=True):
        at = column + given.start - leaves.start
        inside = 0 <= at < sums.shape[1]
        total = float(np.nan_to_num(sums[place[given.ids[row]], at])) if inside else 0.0
        amount = float(given.values[row, column])
        if abs(amount - total) > SUM_TOLERANCE * (1 + tree.leaves):
            month = given.dates(np.array([column]))[0]
            what = f"{given.ids[row]} is {amount:.2f} in {month:%Y-%m}, but its series sum to {total:.2f}."
            faults.append(Fault("series", None, what, "Hand over the series alone, or correct the hierarchy."))
    if faults:
        raise InvalidData(faults)
    return series[~is_parent]


def _pairs(hierarchy: pd.DataFrame | Mapping[str, str]) -> list[tuple[object, object]]:
    if isinstance(hierarchy, Mapping):
        return list(hierarchy.items())
    if {"child", "parent"} <= set(hierarchy.columns):
        columns = hierarchy[["child", "parent"]]
    elif hierarchy.shape[1] == 2:
        columns = hierarchy
    else:
        raise InvalidData(
            [
                Fault(
                    "hierarchy",
                    None,
                    f"The columns are {', '.join(map(str, hierarchy.columns))}.",
                    "Hand over the columns child and parent.",
                )
            ]
        )
    known = columns.dropna()
    return list(dict.fromkeys(zip(known.iloc[:, 0], known.iloc[:, 1], strict=True)))


def _ancestors(name: object, parents_of: dict[object, list[object]]) -> dict[object, int]:
    """Every ancestor with the longest number of steps to it."""
    found: dict[object, int] = {}
    trail = [(name, 0)]
    limit = len(parents_of) + 1
    while trail:
        here, steps = trail.pop()
        for parent in parents_of.get(here, ()):
            if steps + 1 > limit:
                raise InvalidData(
                    [
                        Fault(
                            "hierarchy",
                            None,
                            f"{parent} is its own descendant.",
                            "Break the circle of parents.",
                        )
                    ]
                )
            if found.get(parent, 0) < steps + 1:
                found[parent] = steps + 1
                trail.append((parent, steps + 1))
    return found
