"""Significance-gated scan for the fewest segments that carry a deviation.

Take the segment with the most evidence beyond the price of having searched for it, set its leaves aside, fit the
noise again, and go on until nothing is significant. Then question every segment: could two of its parts say more
than the whole, and what is found when only this one is given back?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from utfall.rootcause.cube import NOWHERE
from utfall.rootcause.noise import Noise
from utfall.rootcause.weigh import MARGIN, Candidate, Problem, weigh

Bools = npt.NDArray[np.bool_]

MOST_CAUSES = 12
"""A report that lists more causes than this explains nothing; the rest stays unexplained, and is shown."""

ALONE_SHARE = 0.04
"""A single leaf is a cause only if it is this share of the unexplained: small lone outliers are noise with a face."""

SUPPORT = 16.0
"""Evidence that must remain without the strongest leaf, or the segment is but one outlier with company."""

DIRECTION = 12.0
"""Evidence that leaves moved one way must reach this also against their own scatter: some accounts are restless."""


@dataclass(frozen=True)
class Findings:
    """What a scan found.

    Parameters
    ----------
    causes : list of Candidate
        The most convincing first.
    rivals : list of list of Candidate
        For each cause the other segments that were weighed against it.
    rejected : list of Candidate
        Segments that were weighed in the end and found too light.
    free : array of bool, shape (leaves,)
        Leaves outside the causes.
    noise : Noise
        Noise of those leaves.
    """

    causes: list[Candidate]
    rivals: list[list[Candidate]]
    rejected: list[Candidate]
    free: Bools
    noise: Noise


@dataclass(frozen=True)
class _Pick:
    """The best significant candidate, if any, and all that were weighed."""

    best: Candidate | None
    weighed: list[Candidate]


def scan(problem: Problem) -> Findings:
    """Find the causes.

    Parameters
    ----------
    problem : Problem
        What is searched.

    Returns
    -------
    Findings
        Causes, and what was weighed and rejected.
    """
    found: dict[int, _Pick] = {}
    while len(found) < MOST_CAUSES:
        last = _pick(problem, list(found))
        if last.best is None:
            break
        found[last.best.segment] = last
    before = list(found)
    found = _split(problem, found)
    found = _question(problem, found)
    if list(found) != before:
        last = _pick(problem, list(found))
    free = _free(problem, list(found))
    picks = sorted(found.values(), key=lambda pick: -_best(pick).worth)
    return Findings(
        causes=[_best(pick) for pick in picks],
        rivals=[[rival for rival in pick.weighed if rival.segment != _best(pick).segment] for pick in picks],
        rejected=last.weighed,
        free=free,
        noise=problem.noise(free if free.any() else problem.live),
    )


def _best(pick: _Pick) -> Candidate:
    assert pick.best is not None
    return pick.best


def _split(problem: Problem, found: dict[int, _Pick]) -> dict[int, _Pick]:
    """Replace a cause by two of its parts where they say more than the whole and the rest of it says no."""
    kept: dict[int, _Pick] = {}
    for segment, pick in found.items():
        whole = _best(pick)
        others = [other for other in found if other != segment]
        inside = np.isin(np.arange(len(problem.live)), whole.leaves)
        larger = _pick(problem, others, inside, floor=whole.worth / 2)
        kept[segment] = pick
        if larger.best is None:
            continue
        others.append(larger.best.segment)
        inside &= _free(problem, others)
        smaller = _pick(problem, others, inside, floor=whole.worth - larger.best.worth)
        if smaller.best is None:
            continue
        rest = ~np.isin(whole.leaves, [*larger.best.leaves, *smaller.best.leaves])
        if whole.shift.evidence[rest].sum() < 0:
            del kept[segment]
            kept[larger.best.segment], kept[smaller.best.segment] = larger, smaller
    return kept


def _question(problem: Problem, found: dict[int, _Pick]) -> dict[int, _Pick]:
    """Search again for each cause with only that one given back; replace or drop it accordingly."""
    kept = dict(found)
    # The cause that was found last has just been searched for with all others set aside.
    for segment in list(found)[: len(found) - 1]:
        del kept[segment]
        again = _pick(problem, list(kept))
        if again.best is not None:
            kept[again.best.segment] = again
    return kept


def _free(problem: Problem, segments: list[int]) -> Bools:
    free = problem.live.copy()
    for segment in segments:
        free &= ~problem.cube.holds(segment)
    return free


def _pick(problem: Problem, segments: list[int], within: Bools | None = None, floor: float = 0.0) -> _Pick:
    """Best significant candidate besides the segments already found, and all that were weighed."""
    free = _free(problem, segments)
    weighed = weigh(problem, free, within, floor)
    gross = float(np.abs(problem.deviation[free]).sum())
    for candidate in weighed:
        if candidate.worth <= max(MARGIN, floor):
            break
        strongest = int(candidate.shift.evidence.argmax())
        if candidate.gain - candidate.shift.evidence[strongest] >= SUPPORT:
            if candidate.shift.direction >= DIRECTION:
                return _Pick(candidate, weighed)
        elif abs(float(problem.deviation[candidate.leaves[strongest]])) >= ALONE_SHARE * gross:
            return _Pick(_around(problem, int(candidate.leaves[strongest]), free, weighed) or candidate, weighed)
    return _Pick(None, weighed)


def _around(problem: Problem, leaf: int, free: Bools, weighed: list[Candidate]) -> Candidate | None:
    """Smallest segment around a leaf that stands alone: its neighbours have no part in what it did."""
    holding = problem.cube.segments[:, leaf]
    holding = holding[holding != NOWHERE]
    counts = problem.cube.sums(np.column_stack([free, np.ones(len(free))]))[holding]
    smallest = int(holding[np.lexsort((counts[:, 1], counts[:, 0]))[0]])
    return next((candidate for candidate in weighed if candidate.segment == smallest), None)
