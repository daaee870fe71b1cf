"""Significance-gated scan for the fewest segments that carry a deviation.

Take the segment with the most evidence beyond the price of having searched for it, set its leaves aside, fit the
noise again, and go on until nothing is significant. Then question every segment: could two of its parts say more
than the whole, and what is found when only this one is given back?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from utfall.rootcause.segments.cube import NOWHERE
from utfall.rootcause.segments.noise import Noise
from utfall.rootcause.segments.weigh import MARGIN, Candidate, Problem, weigh

Bools = npt.NDArray[np.bool_]

MOST_CAUSES = 12
"""A report that lists more causes than this explains nothing; the rest stays unexplained, and is shown."""

ALONE_SHARE = 0.04
"""A single leaf is a cause only if it is this share of the unexplained: small lone outliers are noise with a face."""

SUPPORT = 16.0
"""Evidence that must remain without the strongest leaf, or the segment is but one outlier with company."""

DIRECTION = 12.0
"""Evidence that leaves moved one way must reach this also against their own scatter: some accounts are restless."""


WEAK, ALONE, SCATTERED, BEYOND = "weak", "alone", "scattered", "beyond"
"""What can speak against a segment: too little evidence, but one small leaf, leaves that did not move one way, or
nothing but that there are more causes than a report can hold."""


@dataclass(frozen=True)
class Findings:
    """What a scan found.

    Parameters
    ----------
    causes : list of Candidate
        The most convincing first.
    rivals : list of list of Candidate
        For each cause the other segments that were weighed against it.
    rejected : list of (Candidate, str)
        Segments that were weighed in the end, the nearest first, with what spoke against each: one of `WEAK`, `ALONE`,
        `SCATTERED` and `BEYOND`.
    free : array of bool, shape (leaves,)
        Leaves outside the causes.
    noise : Noise
        Noise of those leaves.
    """

    causes: list[Candidate]
    rivals: list[list[Candidate]]
    rejected: list[tuple[Candidate, str]]
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
    if list(found) != before or len(found) == MOST_CAUSES:
        last = _pick(problem, list(found))
    free = _free(problem, list(found))
    # Where nothing could reach the price of the search, the trail still shows what came nearest.
    nearest = last.weighed or weigh(problem, free, floor=-np.inf)
    picks = sorted(found.values(), key=lambda pick: -_best(pick).worth)
    return Findings(
        causes=[_best(pick) for pick in picks],
        rivals=[[rival for rival in pick.weighed if rival.segment != _best(pick).segment] for pick in picks],
        rejected=[(candidate, _objection(problem, candidate, free) or BEYOND) for candidate in nearest],
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
    weighed = weigh(problem, free, within, max(MARGIN, floor))
    for candidate in weighed:
        objection = WEAK if candidate.worth <= floor else _objection(problem, candidate, free)
        if objection == WEAK:
            break
        if not objection:
            strongest = _strongest(candidate) if _rests_on_one(candidate) else None
            around = None if strongest is None else _around(problem, strongest, free, weighed)
            return _Pick(around or candidate, weighed)
    return _Pick(None, weighed)


def _objection(problem: Problem, candidate: Candidate, free: Bools) -> str:
    """What speaks against a segment, if anything does."""
    if candidate.worth <= MARGIN:
        return WEAK
    if _rests_on_one(candidate):
        gross = float(np.abs(problem.deviation[free]).sum())
        large = abs(float(problem.deviation[_strongest(candidate)])) >= ALONE_SHARE * gross
        return "" if large else ALONE
    return "" if candidate.shift.direction >= DIRECTION else SCATTERED


def _strongest(candidate: Candidate) -> int:
    """Leaf that speaks most for a segment."""
    return int(candidate.leaves[candidate.shift.evidence.argmax()])


def _rests_on_one(candidate: Candidate) -> bool:
    """Whether little would be left without the strongest leaf."""
    return candidate.gain - float(candidate.shift.evidence.max()) < SUPPORT


def _around(problem: Problem, leaf: int, free: Bools, weighed: list[Candidate]) -> Candidate | None:
    """Smallest segment around a leaf that stands alone: its neighbours have no part in what it did."""
    holding = problem.cube.segments[:, leaf]
    holding = holding[holding != NOWHERE]
    counts = problem.cube.sums(np.column_stack([free, np.ones(len(free))]))[holding]
    smallest = int(holding[np.lexsort((counts[:, 1], counts[:, 0]))[0]])
    return next((candidate for candidate in weighed if candidate.segment == smallest), None)
