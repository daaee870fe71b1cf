"""Totals: what they are the sum of, and forecasts made to add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidData
from utfall.forecasting.hierarchy import reconcile as module
from utfall.forecasting.hierarchy.reconcile import LEAST_SHRINKAGE, reconcile
from utfall.forecasting.hierarchy.tree import Hierarchy, read_hierarchy

LEAVES = np.array(["a", "b", "c"], dtype=object)


def test_parents_of_parents_hold_every_leaf_once() -> None:
    pairs = [("a", "d1"), ("b", "d1"), ("c", "d2"), ("d1", "top"), ("d2", "top"), ("a", "top")]
    tree = read_hierarchy(pd.DataFrame(pairs, columns=["child", "parent"]), LEAVES)
    assert tree.ids.tolist() == ["a", "b", "c", "d1", "d2", "top"]
    np.testing.assert_array_equal(tree.with_parents(np.array([[1.0], [2.0], [4.0]]))[3:, 0], [3, 4, 7])


def test_a_child_may_stand_under_two_trees() -> None:
    pairs = [("a", "unit 1"), ("b", "unit 1"), ("c", "unit 2"), ("a", "drugs"), ("b", "staff"), ("c", "staff")]
    tree = read_hierarchy(pd.DataFrame(pairs, columns=["child", "parent"]), LEAVES)
    sums = dict(zip(tree.ids[3:], tree.with_parents(np.array([1.0, 2.0, 4.0]))[3:], strict=True))
    assert sums == {"drugs": 1.0, "staff": 6.0, "unit 1": 3.0, "unit 2": 4.0}


def test_a_series_without_parent_is_refused_by_name() -> None:
    with pytest.raises(InvalidData, match="series c has no parent"):
        read_hierarchy({"a": "top", "b": "top"}, LEAVES)


def test_a_parent_without_series_is_refused_by_name() -> None:
    with pytest.raises(InvalidData, match="parent empty has no series"):
        read_hierarchy({"a": "top", "b": "top", "c": "top", "z": "empty"}, LEAVES)


def test_a_circle_of_parents_is_refused() -> None:
    with pytest.raises(InvalidData, match="its own descendant"):
        read_hierarchy({"a": "x", "b": "x", "c": "x", "x": "y", "y": "x"}, LEAVES)


def test_reconciling_is_the_textbook_minimum_trace_projection() -> None:
    rng = np.random.default_rng(0)
    tree = Hierarchy(
        np.array(["a", "b", "c", "d", "top"], dtype=object), np.array([[True, True, False], [True, True, True]])
    )
    errors = np.array([[1.0], [2.0], [0.5], [2.5], [3.0]])
    forecasts = rng.normal(10, 2, (5, 4))
    # One error tells nothing of a covariance: the weights are the variances alone.
    spread = (errors**2).mean(axis=1)
    summing = np.vstack([np.eye(3), [[1, 1, 0], [1, 1, 1]]])
    weighted = summing.T / spread
    expected = np.linalg.solve(weighted @ summing, weighted @ forecasts)
    np.testing.assert_allclose(reconcile(forecasts, errors, tree), expected, rtol=1e-6)


def test_reconciling_with_many_errors_uses_their_covariance() -> None:
    rng = np.random.default_rng(1)
    tree = Hierarchy(np.array(["a", "b", "top"], dtype=object), np.array([[True, True]]))
    common = rng.normal(0, 1, 5000)
    errors = np.vstack([common + rng.normal(0, 0.3, 5000), rng.normal(0, 1, 5000), rng.normal(0, 0.5, 5000) + common])
    forecasts = np.array([[10.0], [20.0], [33.0]])
    second = errors @ errors.T / 5000
    shrunk = (1 - LEAST_SHRINKAGE) * second + LEAST_SHRINKAGE * np.diag(np.diag(second))
    summing = np.vstack([np.eye(2), [[1, 1]]])
    weighted = summing.T @ np.linalg.inv(shrunk)
    expected = np.linalg.solve(weighted @ summing, weighted @ forecasts)
    np.testing.assert_allclose(reconcile(forecasts, errors, tree), expected, rtol=1e-6)


def test_forecasts_that_add_up_already_are_left_alone() -> None:
    tree = Hierarchy(np.array(["a", "b", "top"], dtype=object), np.array([[True, True]]))
    forecasts = np.array([[1.0], [2.0], [3.0]])
    errors = np.random.default_rng(0).normal(0, 1, (3, 20))
    np.testing.assert_allclose(reconcile(forecasts, errors, tree), forecasts[:2])


def test_a_node_never_tested_is_not_moved() -> None:
    tree = Hierarchy(np.array(["a", "b", "new", "top"], dtype=object), np.array([[True, True, True]]))
    errors = np.random.default_rng(0).normal(0, 1, (4, 20))
    errors[2] = np.nan
    moved = reconcile(np.array([[1.0], [2.0], [3.0], [9.0]]), errors, tree)
    assert moved[2, 0] == 3.0
    assert moved.sum() > 6.5


def test_a_total_named_twice_or_of_a_single_part_counts_once() -> None:
    rng = np.random.default_rng(2)
    once = Hierarchy(np.array(["a", "b", "top"], dtype=object), np.array([[True, True]]))
    rows = np.array([[True, False], [True, True], [True, True]])
    twice = Hierarchy(np.array(["a", "b", "only a", "top", "top again"], dtype=object), rows)
    errors, forecasts = rng.normal(0, 1, (3, 20)), np.array([[1.0], [2.0], [4.0]])
    order = [0, 1, 0, 2, 2]
    np.testing.assert_allclose(reconcile(forecasts[order], errors[order], twice), reconcile(forecasts, errors, once))


def test_beyond_the_limit_the_totals_of_the_fewest_series_are_only_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    rows = np.array([[True, True, False], [True, True, True]])
    both = Hierarchy(np.array(["a", "b", "c", "small", "top"], dtype=object), rows)
    top = Hierarchy(np.array(["a", "b", "c", "top"], dtype=object), rows[1:])
    errors, forecasts = rng.normal(0, 1, (5, 20)), np.array([[1.0], [2.0], [3.0], [9.0], [8.0]])
    monkeypatch.setattr(module, "MOST_PARENTS", 1)
    kept = [0, 1, 2, 4]
    np.testing.assert_allclose(reconcile(forecasts, errors, both), reconcile(forecasts[kept], errors[kept], top))
