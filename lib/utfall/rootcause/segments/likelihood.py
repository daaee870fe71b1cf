"""The evidence that a group of leaves moved together, weighed under heavy-tailed noise."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_STEPS = 12
"""Reweighting settles in a handful of steps; a further one would not change which segment is best."""

SETTLED = 0.1
"""A step shorter than this many standard errors changes the gain by less than a hundredth."""

CONSISTENCY = 0.4
"""The leaves of one cause scatter by at most this share of their shift; half moved and half not would be 1."""

OUTLYING = 3.0
"""How far out, in noise scales, a leaf still tells more of the direction the farther out it is."""

OWN_SPREAD_PRIOR = 20.0
"""How many leaves of ordinary spread speak against a segment that seems to scatter more than others."""


@dataclass(frozen=True)
class Shift:
    """A common shift of a group of leaves.

    Parameters
    ----------
    size : float
        The shift, in the unit of the shape.
    spread : float
        How much the leaves scatter around it, at least 1 noise scale: a cause need not move all its
        leaves alike.
    evidence : array of shape (leaves,)
        Twice the log likelihood ratio against no shift, leaf by leaf.
    direction : float
        Evidence that the leaves moved one way, rather than that they scatter more than others.
    """

    size: float
    spread: float
    evidence: Floats = field(repr=False)
    direction: float

    @property
    def gain(self) -> float:
        """Evidence of the whole group."""
        return float(self.evidence.sum())


def shift(standard: Floats, shape: Floats, degrees: float) -> Shift:
    """Most likely common shift of a group, by reweighted least squares under Student's t.

    Parameters
    ----------
    standard : array of shape (leaves,)
        Deviations in units of their own noise scale.
    shape : array of shape (leaves,)
        What a shift of one adds to each standard deviation; positive or negative, not zero.
    degrees : float
        Degrees of freedom of the noise.

    Returns
    -------
    Shift
        With its evidence.

    References
    ----------
    Lange, K. L., Little, R. J. A. & Taylor, J. M. G. (1989). Robust statistical modeling using the t
    distribution. Journal of the American Statistical Association 84(408), 881-896.

    Examples
    --------
    >>> found = shift(np.array([1.0, 2.0, 3.0]), np.ones(3), degrees=1000.0)
    >>> round(found.size, 2), round(found.gain, 1)
    (2.0, 12.0)
    """
    size = float(np.median(standard / shape))
    left = standard - size * shape
    typical = float(np.sqrt(np.mean(shape * shape)))
    spread = 1.0
    for _ in range(MOST_STEPS):
        weight = (degrees + 1) / (degrees + (left / spread) ** 2)
        weighted = weight * shape
        information = float(weighted @ shape)
        if information == 0:  # shapes so small that their squares are nothing: the median is all there is
            break
        step = float(weighted @ left) / information
        size += step
        left = standard - size * shape
        most = max(1.0, CONSISTENCY * abs(size) * typical)
        before, spread = spread, float(np.clip(((weight @ (left * left)) / len(left)) ** 0.5, 1.0, most))
        if abs(step) * information**0.5 < SETTLED * spread and abs(spread - before) < SETTLED * spread:
            break
    ratio = (standard * standard + degrees) / (left * left / spread**2 + degrees)
    evidence = (degrees + 1) * np.log(ratio) - 2 * np.log(spread)
    return Shift(size, spread, evidence, _direction(standard, size * shape))


def _direction(standard: Floats, moved: Floats) -> float:
    """Twice the log likelihood ratio of a shift when the scatter is unknown, outliers cut off."""
    seen, told = np.clip(standard, -OUTLYING, OUTLYING), np.clip(moved, -OUTLYING, OUTLYING)
    before, left = float(seen @ seen), float((seen - told) @ (seen - told))
    leaves = len(standard) + OWN_SPREAD_PRIOR
    return leaves * float(np.log((before + OWN_SPREAD_PRIOR) / (left + OWN_SPREAD_PRIOR)))
