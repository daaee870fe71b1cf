"""Random numbers that stay the same when another table is added."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Make a generator of its own for each purpose, so that one table's draws do not move another's.

    Parameters
    ----------
    seed : int
        Seed of the region.
    purpose : str
        What the numbers are for.

    Returns
    -------
    Generator

    Examples
    --------
    >>> bool(generator(1, "volumes").random() == generator(1, "volumes").random())
    True
    """
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def autoregressive(
    rng: np.random.Generator, shape: tuple[int, ...], *, sd: NDArray[np.float64] | float, rho: float = 0.35
) -> NDArray[np.float64]:
    """AR(1) noise along the last axis, with mean 0 and standard deviation `sd` in every month.

    Parameters
    ----------
    rng : Generator
        Source of the draws.
    shape : tuple of int
        Months last.
    sd : array or float
        Standard deviation, one a series or one for all.
    rho : float
        Correlation of one month with the next.

    Returns
    -------
    ndarray of `shape`
    """
    noise = rng.standard_normal(shape)
    innovation = np.sqrt(1 - rho**2)
    for month in range(1, shape[-1]):
        noise[..., month] = rho * noise[..., month - 1] + innovation * noise[..., month]
    return noise * np.asarray(sd)[..., None]
