"""Estimates on different series that have noise in common: what is not known of all of them, together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

from utfall.effects.portfolio.joint import JointEffects

Array = NDArray[np.float64]

FEWEST_MONTHS = 24
"""Months of history that series must share for the noise they have in common to be told."""

HAIR = 1e-9
"""Share of the variance added so that effects that can hardly be told apart do not stop the arithmetic."""


def joint_covariance(estimates: Sequence[JointEffects]) -> Array:
    """Covariance of the effects on all series, one after the other.

    Each series' own covariance stands as it is. Between two series it follows from how alike their noise was before
    any measure, and from how each month's noise moves each estimate.

    Parameters
    ----------
    estimates : sequence of JointEffects
        One a series, all over the same months.

    Returns
    -------
    ndarray of shape (effects, effects)
        Without negative eigenvalues.
    """
    if not estimates:
        return np.zeros((0, 0))
    moved = np.vstack([_scaled(estimate) for estimate in estimates])
    which = np.repeat(np.arange(len(estimates)), [len(estimate.mean) for estimate in estimates])
    alike = noise_correlation(np.array([estimate.noise for estimate in estimates]))
    shared = (moved @ moved.T) * alike[np.ix_(which, which)]
    return np.asarray(shared + block_diag(*(np.diag(estimate.coincidence) for estimate in estimates)))


def noise_correlation(noise: Array) -> Array:
    """Correlation of noise between series, shrunk towards none by what chance alone gives.

    Parameters
    ----------
    noise : ndarray of shape (series, months)
        Missing where a series has none.

    Returns
    -------
    ndarray of shape (series, series)

    Examples
    --------
    >>> wave = np.random.default_rng(1).standard_normal((3, 60))
    >>> both = noise_correlation(np.vstack([wave[0], wave[0] + wave[1] / 5, wave[2]]))
    >>> bool(both[0, 1] > 0.8), bool(abs(both[0, 2]) < 0.2)
    (True, True)
    """
    count = len(noise)
    known = noise[:, np.isfinite(noise).all(axis=0)]
    months = known.shape[1]
    if count < 2 or months < FEWEST_MONTHS:
        return np.eye(count)
    found = np.atleast_2d(np.corrcoef(known))
    apart = found[~np.eye(count, dtype=bool)]
    # Schäfer and Strimmer (2005): as much as chance explains of the squared correlations is taken away.
    chance = ((1 - apart**2) ** 2 / (months - 1)).sum() / max((apart**2).sum(), np.finfo(float).eps)
    kept = 1 - min(1.0, chance)
    return np.asarray(kept * found + (1 - kept) * np.eye(count))


def _scaled(estimate: JointEffects) -> Array:
    """What each month's noise of variance 1 adds to each effect, so that it sums to the effects' covariance."""
    own = np.linalg.cholesky(estimate.covariance)
    squares = estimate.weights @ estimate.weights.T
    raw = np.linalg.cholesky(squares + HAIR * np.trace(squares) * np.eye(len(squares)))
    return np.asarray(own @ np.linalg.solve(raw, estimate.weights))
