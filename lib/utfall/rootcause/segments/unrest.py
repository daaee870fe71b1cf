"""How much noisier the leaves of some attribute values are than their size alone would make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from utfall.rootcause.segments.leaves import Codes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

QUIETEST = 0.05
"""Contrasts below this many scales are rounding, and tell nothing more of the spread the smaller they are."""

OVERLAP = 1.4
"""Neighbouring contrasts share a leaf: the variance of their mean is this many times that of independent ones."""

MOST_CONTRASTS = 5_000
"""More contrasts than this tell the spread of no value better than is needed: every second or third is taken then."""

CERTAIN = 2.0
"""An estimate is never drawn towards the others by more than this many standard errors (Efron & Morris)."""

FACTORS = (0.5, 8.0)
"""Values are at most so much calmer or noisier than others: a value with a quieter past has no right to silence."""


@dataclass(frozen=True)
class Neighbours:
    """Leaves ordered so that those with the same value of a dimension lie together.

    Parameters
    ----------
    code : array of int, shape (leaves,)
        Value of each leaf.
    values : int
        How many values there are.
    order : array of int, shape (leaves,)
        Leaves by value and then by their other attributes, so that neighbours are as alike as can be.
    """

    code: Ints
    values: int
    order: Places


def neighbours_of(attributes: Codes) -> list[Neighbours]:
    """Order the leaves by each dimension, the coarsest dimension first.

    Parameters
    ----------
    attributes : Codes
        Attributes of the leaves.

    Returns
    -------
    list of Neighbours
        One a dimension with more than one value; the same whatever the order of the columns.
    """
    by_name = sorted(range(len(attributes.names)), key=lambda d: (attributes.count(d), attributes.names[d]))
    return [
        Neighbours(
            attributes.codes[d],
            attributes.count(d),
            # The last key is the first that lexsort goes by; the finest of the others is the least important.
            np.lexsort([*(attributes.codes[other] for other in by_name[::-1] if other != d), attributes.codes[d]]),
        )
        for d in by_name
        if attributes.count(d) > 1
    ]


def unrest(standard: Floats, shapes: Floats, use: Bools, neighbours: Sequence[Neighbours]) -> Floats:
    """Estimate how many times noisier each leaf is because of the values it carries.

    What is compared are contrasts of neighbouring leaves from which any shift they share has gone, so that a cause
    that moves a value's leaves does not make the value noisy. Few leaves say little: their estimate is drawn
    towards the others, by as much as the values really differ.

    Parameters
    ----------
    standard : array of shape (leaves,)
        Deviations in units of the noise that their size would give.
    shapes : array of shape (shapes, leaves)
        What a shift of one adds to each standard deviation, for each way in which a cause can move leaves.
    use : array of bool, shape (leaves,)
        Leaves without a known cause.
    neighbours : sequence of Neighbours
        From `neighbours_of`.

    Returns
    -------
    array of shape (leaves,)
        Positive factors, about 1 in the middle.

    References
    ----------
    Efron, B. & Morris, C. (1972). Limiting the risk of Bayes and empirical Bayes estimators, part II. Journal of
    the American Statistical Association 67(337), 130-139.
    """
    effect = np.zeros(len(standard))
    for near in neighbours:
        at = near.order[use[near.order]]
        same = near.code[at[:-1]] == near.code[at[1:]]
        every = 1 + int(same.sum()) // MOST_CONTRASTS
        one, other = at[:-1][same][::every], at[1:][same][::every]
        pairs = np.bincount(near.code[one], minlength=near.values)
        if (pairs > 1).sum() < 2:
            continue
        calm = standard * np.exp(-effect)
        found = np.min([_means(calm, shape, one, other, near, pairs) for shape in shapes], axis=0)
        effect += _shrink(found[0], found[1], pairs)[near.code]
    return np.clip(np.exp(effect), *FACTORS)


def _means(standard: Floats, shape: Floats, one: Places, other: Places, near: Neighbours, pairs: Places) -> Floats:
    """Mean log contrast of every value against all, and its variance; shape (2, values)."""
    contrast = (standard[one] * shape[other] - standard[other] * shape[one]) / np.hypot(shape[one], shape[other])
    logs = np.log(np.maximum(np.abs(contrast), QUIETEST))
    total = np.bincount(near.code[one], logs, minlength=near.values)
    error = OVERLAP * logs.var() / np.maximum(pairs, 1)
    return np.stack([np.where(pairs > 0, total / np.maximum(pairs, 1) - logs.mean(), 0.0), error])


def _shrink(found: Floats, variance: Floats, pairs: Places) -> Floats:
    """Draw each estimate towards their mean by what it is uncertain, but never by much."""
    if not variance.any():
        return np.zeros(len(found))
    seen = pairs > 0
    weight = seen / variance
    found = np.where(seen, found - (weight @ found) / weight.sum(), 0.0)
    between = max(0.0, float((weight @ (found**2)) - seen.sum() + 1) / float(weight.sum()))
    kept = found * between / (between + variance)
    certain = np.sign(found) * np.maximum(np.abs(found) - CERTAIN * np.sqrt(variance), 0.0)
    return np.where(np.abs(certain) > np.abs(kept), certain, kept)
