"""How stable a segment is: whether it would be found again in a resample of its leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from utfall.rootcause.segments.weigh import MARGIN, Candidate

RESAMPLES = 200
"""Resamples a segment must stand; a share of them is known to about three percentage points."""

RIVALS = 8
"""Strongest other segments that it must beat each time."""

SEED = 20_240_917
"""The resamples are the same at every run, so that a report can be reproduced."""


def stability(cause: Candidate, rivals: Sequence[Candidate]) -> float:
    """Share of resamples in which a segment is significant and beats every rival.

    Every leaf gets a random weight instead of being drawn or left out, so that a segment of one leaf can be
    judged too.

    Parameters
    ----------
    cause : Candidate
        The segment.
    rivals : sequence of Candidate
        Other segments that were weighed against it, the strongest first.

    Returns
    -------
    float
        From 0 to 1.

    References
    ----------
    Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9(1), 130-134.
    """
    others = [rival for rival in rivals if not np.array_equal(rival.leaves, cause.leaves)][:RIVALS]
    involved, place = np.unique(
        np.concatenate([candidate.leaves for candidate in (cause, *others)]), return_inverse=True
    )
    weights = np.random.default_rng(SEED).exponential(size=(RESAMPLES, len(involved)))
    best_rival = np.full(RESAMPLES, -np.inf)
    start = len(cause.leaves)
    own = weights[:, place[:start]] @ cause.shift.evidence - cause.price
    for rival in others:
        at = place[start : start + len(rival.leaves)]
        best_rival = np.maximum(best_rival, weights[:, at] @ rival.shift.evidence - rival.price)
        start += len(rival.leaves)
    return float(((own > MARGIN) & (own >= best_rival)).mean())
