"""Forecasts of parts and totals made to add up, trusting each by how it has erred."""

from __future__ import annotations

import numpy as np

from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.panel import Array

LEAST_SHRINKAGE = 0.5
"""Least weight of the variances alone against the measured covariance, which few errors tell badly."""

MOST_PARENTS = 1000
"""Parents reconciled with, those of the most series; the others are the sums of what comes out."""

MOST_NODES = 1000
"""Nodes the intensity of the shrinkage is estimated from; it is one number."""

RIDGE = 1e-9
"""Keeps the equations solvable when a total has a single part."""


def reconcile(forecasts: Array, errors: Array, tree: Hierarchy) -> Array:
    """Move the forecasts of all nodes as little as their errors warrant, until every total is its sum.

    Minimum trace reconciliation. The covariance of the errors is shrunk toward its diagonal by the larger
    of the Schäfer-Strimmer estimate and `LEAST_SHRINKAGE`. A node that has never
    erred, or never been tested, is not moved.

    Parameters
    ----------
    forecasts : numpy.ndarray
        Shape ``(nodes, horizon)``, the series and then the parents, in the order of ``tree.ids``.
    errors : numpy.ndarray
        Backtest errors, shape ``(nodes, tests)``; ``nan`` where a node was not tested.
    tree : Hierarchy
        Which series each parent is the sum of.

    Returns
    -------
    numpy.ndarray
        Shape ``(leaves, horizon)``: the series' forecasts. Sum them for the parents.

    References
    ----------
    Wickramasuriya, Athanasopoulos and Hyndman, "Optimal forecast reconciliation for hierarchical and grouped
    time series through trace minimization", *JASA* 114 (2019); Schäfer and Strimmer, "A shrinkage approach to
    large-scale covariance matrix estimation", *SAGMB* 4 (2005).

    Examples
    --------
    >>> tree = Hierarchy(np.array(["a", "b", "t"], dtype=object), np.array([[True, True]]))
    >>> errors = np.array([[1.0, -1.0], [1.0, -1.0], [1e-6, -1e-6]])
    >>> reconcile(np.array([[10.0], [20.0], [34.0]]), errors, tree).round(2).tolist()
    [[12.0], [22.0]]
    """
    leaves = tree.leaves
    parents = tree.telling(MOST_PARENTS)
    if not len(parents):
        return forecasts[:leaves]
    tree = tree.only(parents)
    rows = np.concatenate([np.arange(leaves), leaves + parents])
    forecasts, errors = forecasts[rows], errors[rows]
    tested = ~np.isnan(errors)
    filled = np.where(tested, errors, 0.0)
    count = tested.sum(axis=1)
    spread = np.sqrt((filled**2).sum(axis=1) / np.maximum(count, 1))
    unit = np.divide(filled, spread[:, None], out=np.zeros_like(filled), where=spread[:, None] > 0)
    shrinkage = max(LEAST_SHRINKAGE, _shrinkage(unit))
    # The covariance is a diagonal and as many columns as there are errors: it is never written out.
    variance = shrinkage * spread**2
    common = np.sqrt((1.0 - shrinkage) / max(errors.shape[1], 1)) * filled
    gap = _less_parts(forecasts, tree)
    common_gap = _less_parts(common, tree)
    inner = tree.common_sums(variance[:leaves]) + np.diag(variance[leaves:]) + common_gap @ common_gap.T
    inner += RIDGE * max(float(np.trace(inner)) / len(inner), np.finfo(float).tiny) * np.eye(len(inner))
    pull = np.asarray(np.linalg.solve(inner, gap), dtype=np.float64)
    return forecasts[:leaves] + variance[:leaves, None] * tree.shares(pull) - common[:leaves] @ (common_gap.T @ pull)


def _less_parts(values: Array, tree: Hierarchy) -> Array:
    """Each parent less its parts, which of forecasts that add up is zero."""
    return values[tree.leaves :] - tree.sums(values[: tree.leaves])


def _shrinkage(unit: Array) -> float:
    """Schäfer and Strimmer's intensity for errors of unit variance, from at most `MOST_NODES` nodes."""
    sample = unit[:: -(-len(unit) // MOST_NODES)]
    tests = sample.shape[1]
    if tests < 2:
        return 1.0
    correlation = sample @ sample.T / tests
    variance = ((sample**2) @ (sample**2).T / tests - correlation**2) / tests
    np.fill_diagonal(variance, 0.0)
    np.fill_diagonal(correlation, 0.0)
    size = float((correlation**2).sum())
    return float(np.clip(variance.sum() / size, 0.0, 1.0)) if size > 0 else 1.0
