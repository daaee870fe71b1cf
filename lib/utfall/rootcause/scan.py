"""Significance-gated greedy scan for the segments that carry a deviation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from utfall.rootcause.cube import Cube, Cuboid
from utfall.rootcause.noise import fit_scale

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_CAUSES = 12
"""A report that lists more causes than this explains nothing; the rest stays unexplained, and is shown."""

MARGIN = 10.0
"""Gain beyond the price of the search: a chance finding would need odds of about one in 150."""


@dataclass(frozen=True)
class Found:
    """A segment the scan holds for a cause."""

    cuboid: Cuboid
    segment: int
    leaves: npt.NDArray[np.intp]
    gain: float
    price: float


def scan(cube: Cube, deviation: Floats, size: Floats) -> list[Found]:
    """Take the best segment, set its leaves aside, and go on until nothing is significant."""
    found: list[Found] = []
    free: Bools = np.ones(len(deviation), dtype=bool)
    while len(found) < MOST_CAUSES and free.sum() > 1:
        scale = fit_scale(deviation, size, free)
        best = _best(cube, deviation, size, scale, free)
        if best is None:
            break
        found.append(best)
        free[best.leaves] = False
    return found


def _best(cube: Cube, deviation: Floats, size: Floats, scale: Floats, free: Bools) -> Found | None:
    z = deviation / scale
    x = size / scale
    score, information = np.where(free, z * x, 0.0), np.where(free, x * x, 0.0)
    best: tuple[float, Cuboid, int, float, float] | None = None
    for cuboid in cube.cuboids:
        s = np.bincount(cuboid.group, score, cuboid.size)
        i = np.bincount(cuboid.group, information, cuboid.size)
        gain = np.divide(s * s, i, out=np.zeros_like(s), where=i > 0)
        price = 2 * np.log(cuboid.size) + 2 * np.log(len(cube.cuboids))
        k = int(gain.argmax())
        worth = float(gain[k] - price)
        if worth > MARGIN and (best is None or worth > best[0] * (1 + 1e-9)):
            best = (worth, cuboid, k, float(gain[k]), float(price))
    if best is None:
        return None
    _, cuboid, k, gain_, price_ = best
    return Found(cuboid, k, cube.leaves_of(cuboid, k), gain_, price_)
