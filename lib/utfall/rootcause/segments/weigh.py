"""Weighing segments: which of them carry more of the deviation than noise and the search would give."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from utfall.rootcause.segments.cube import Cube
from utfall.rootcause.segments.likelihood import Shift, shift
from utfall.rootcause.segments.noise import Noise, fit_noise
from utfall.rootcause.segments.voids import accept, habitual

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

MARGIN = 10.0
"""Evidence beyond the price of the search; chance alone gives it in about one case in two hundred."""

CLIPS = (3.0, 12.0)
"""Deviations are cut off at so many scales in the quick search: the first is blind to outliers, the second
sees the segments of few leaves that moved far."""

SHORTLIST = 12
"""Segments that each quick search hands on to be weighed in full."""

HOPE = 1.5
"""The full weighing never gives more than this times the better of the quick gains, if that is near the price."""

ALIKE = 0.7
"""A way of moving whose quick gain is below this share of another's, for the same segment, is not the better one."""

NEAR = 0.8
"""Segments that cannot reach this share of the best one's worth are no rivals of it."""


@dataclass(frozen=True)
class Problem:
    """What is searched: deviations relative to a size.

    Parameters
    ----------
    cube : Cube
        Candidate segments.
    deviation : array of shape (leaves,)
        Actual minus expected.
    relative : array of shape (leaves,)
        Deviation as a share of the leaf's size.
    size : array of shape (leaves,)
        Positive size of each leaf.
    live : array of bool, shape (leaves,)
        Leaves that have an amount at all.
    shapes : array of shape (shapes, leaves)
        Ways in which a cause moves relative deviations: what a shift of one adds to each.
    movements : tuple of str
        What each shape means: ``"result"``, ``"volume"`` or ``"amount"``.
    grain : float
        Smallest deviation that the amounts can express.
    voids : array of bool, shape (leaves,)
        Leaves that have only an expected amount, or only an actual one.
    """

    cube: Cube
    deviation: Floats
    relative: Floats
    size: Floats
    live: Bools
    shapes: Floats
    movements: tuple[str, ...]
    grain: float
    voids: Bools

    _fitted: dict[bytes, Noise] = field(default_factory=dict, init=False, repr=False, compare=False)

    def noise(self, free: Bools) -> Noise:
        """Noise of the leaves in `free`, fitted once."""
        key = np.packbits(free).tobytes()
        if key not in self._fitted:
            habits = habitual(self.voids, self.deviation, free)
            usual = free & ~habits.any(axis=0)
            fitted = fit_noise(self.relative, self.size, usual, self.grain, self.shapes, self.cube.neighbours)
            self._fitted[key] = accept(fitted, self.relative, habits, free)
        return self._fitted[key]


@dataclass(frozen=True)
class Candidate:
    """A segment with its evidence, in the light of the causes found so far.

    Parameters
    ----------
    segment : int
        Its number in the cube.
    leaves : array of int
        Its leaves that no other cause has claimed.
    gain : float
        Twice the log likelihood ratio against no shift.
    price : float
        What the search must pay, on the same scale.
    shift : Shift
        How much the leaves moved.
    movement : str
        In which way: one of the problem's movements.
    """

    segment: int
    leaves: Ints
    gain: float
    price: float
    shift: Shift = field(repr=False)
    movement: str

    @property
    def worth(self) -> float:
        """Evidence beyond the price of the search."""
        return self.gain - self.price


def weigh(problem: Problem, free: Bools, within: Bools | None = None, floor: float = MARGIN) -> list[Candidate]:
    """Weigh the most promising segments in full.

    Parameters
    ----------
    problem : Problem
        What is searched.
    free : array of bool, shape (leaves,)
        Leaves that no cause has claimed.
    within : array of bool, shape (leaves,), optional
        Only segments all of whose free leaves are in here, but not all that are in here.
    floor : float, default MARGIN
        Segments that cannot be worth more than this are of no interest.

    Returns
    -------
    list of Candidate
        The most convincing first, and the simplest first among segments with the same leaves.
    """
    if free.sum() < 2:
        return []
    noise = problem.noise(free)
    standard = problem.relative / noise.scale
    shapes = problem.shapes / noise.scale
    prices = problem.cube.prices() + 2 * np.log(len(shapes))
    gains, most = _quick_gains(problem.cube, standard, shapes, noise.degrees, free)
    if within is not None:
        count = problem.cube.sums(np.column_stack([free, within]).astype(float))
        most[(count[:, 0] != count[:, 1]) | (count[:, 0] == within.sum())] = 0.0
    weighed: list[Candidate] = []
    seen: set[tuple[bytes, int]] = set()
    for segment, shape in _shortlist(gains, most, prices, floor):
        best = max((candidate.worth for candidate in weighed), default=-np.inf)
        if most[segment] - prices[segment] < max(floor, NEAR * best):
            continue
        leaves = np.flatnonzero(problem.cube.holds(segment) & free)
        key = leaves.tobytes(), shape
        if key in seen:
            continue
        seen.add(key)
        likely = shift(standard[leaves], shapes[shape, leaves], noise.degrees)
        price, movement = float(prices[segment]), problem.movements[shape]
        weighed.append(Candidate(segment, leaves, likely.gain, price, likely, movement))
    return sorted(weighed, key=lambda candidate: (-round(candidate.worth, 6), candidate.segment))


def _quick_gains(cube: Cube, standard: Floats, shapes: Floats, degrees: float, free: Bools) -> tuple[Floats, Floats]:
    """Gain of every segment with the deviations cut off, and the most that any shift could gain.

    Returns arrays of shape (clips, shapes, segments) and (segments,).
    """
    clipped = [np.clip(standard, -clip, clip) for clip in CLIPS]
    most = (degrees + 1) * np.log1p(standard * standard / degrees)
    columns = [most, *(shape * shape for shape in shapes), *(shape * z for z in clipped for shape in shapes)]
    sums = cube.sums(np.column_stack(columns) * free[:, None]).T
    information = sums[1 : 1 + len(shapes)]
    scores = sums[1 + len(shapes) :].reshape(len(CLIPS), len(shapes), -1)
    return np.divide(scores**2, information, out=np.zeros_like(scores), where=information > 0), sums[0]


def _shortlist(gains: Floats, most: Floats, prices: Floats, floor: float) -> list[tuple[int, int]]:
    """Segments and shapes that can hope to be worth more than the floor, most promising first."""
    hopeful = np.flatnonzero(most > prices + floor)
    gains, prices = gains[:, :, hopeful], prices[hopeful]
    reach = HOPE * gains.max(axis=0)
    reach[reach < np.maximum(prices + floor, ALIKE * reach.max(axis=0, initial=0.0))] = 0.0
    chosen: dict[tuple[int, int], float] = {}
    for quick in gains:
        worth = np.where(reach > 0, quick - prices, -np.inf)
        for shape in range(len(worth)):
            for place in np.argsort(-worth[shape], kind="stable")[:SHORTLIST]:
                if reach[shape, place] > 0:
                    chosen[int(hopeful[place]), shape] = float(reach[shape, place])
    return sorted(chosen, key=lambda key: (-chosen[key], key))
