"""Drivers drawn: dependent between each other and from year to year, the same draws in every scenario."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from utfall.region.scenario_drivers import DRIVERS, key_of, split_key
from utfall.scenarios.engine.assumptions import Assumptions, Key

Array = NDArray[np.float64]

NORMAL_90 = 1.2815515655446004
"""Standard deviations to the 90th percentile: the end of an 80 % interval."""


def draw_drivers(assumptions: Assumptions, years: Sequence[int], draws: int, seed: int) -> dict[Key, Array]:
    """Draw every driver that something is assumed of.

    A deviation is standard normal, follows the year before by the assumption's persistence, and is stretched on each
    side of the middle so that the 80 % interval is the one stated (a split normal distribution, also called two-piece).
    Each driver has its own stream of random numbers, so that it is drawn alike in scenarios that differ elsewhere.

    Parameters
    ----------
    assumptions : Assumptions
        The scenario's.
    years : sequence of int
        Calendar years.
    draws : int
        How many courses.
    seed : int
        Decides every draw.

    Returns
    -------
    dict of (str, str) to ndarray, shape (draws, years)

    Notes
    -----
    The split normal distribution: Wallis, K. F. (2014), "The two-piece normal, binormal, or double Gaussian
    distribution", Statistical Science 29(1). Here the middle is the median, so both tails keep 10 %.

    Examples
    --------
    >>> from utfall.region.scenario_registers import Assumption
    >>> row = Assumption(scenario="base", driver="tax_base", value=0.03, low=0.02, high=0.05, source="s", owner="o")
    >>> drawn = draw_drivers(Assumptions("base", (row,)), [2027], 100_000, 0)["tax_base", ""]
    >>> [round(float(q), 3) for q in np.quantile(drawn, [0.1, 0.5, 0.9])]
    [0.02, 0.03, 0.05]
    """
    innovations = _innovations(assumptions, len(years), draws, seed)
    drawn = {}
    for key in assumptions.keys:
        spreads = [assumptions.spread(*key, year) for year in years]
        values = np.array([spread.value for spread in spreads])
        if all(spread.is_certain for spread in spreads):
            drawn[key] = np.broadcast_to(values, (draws, len(years)))
            continue
        deviation = _persistent(innovations[key], [spread.persistence for spread in spreads])
        below = values - [spread.low for spread in spreads]
        above = [spread.high for spread in spreads] - values
        driver = DRIVERS[key[0]]
        values = values + np.where(deviation < 0, below, above) * deviation / NORMAL_90
        least = -np.inf if driver.minimum is None else driver.minimum
        most = np.inf if driver.maximum is None else driver.maximum
        drawn[key] = np.clip(values, least, most)
    return drawn


def stream(seed: int, *names: object) -> np.random.Generator:
    """A stream of random numbers of its own for each name.

    Examples
    --------
    >>> a, b = (stream(1, "price", name).random() for name in ("Löner", "Läkemedel"))
    >>> a == b, a == stream(1, "price", "Löner").random()
    (False, True)
    """
    return np.random.default_rng([seed, zlib.crc32("\x1f".join(map(str, names)).encode())])


def normal_draws(shape: tuple[int, ...], seed: int, *names: object) -> Array:
    """Draw standard normal deviations in pairs of opposite sign, so that means and medians hardly depend on the seed.

    Parameters
    ----------
    shape : tuple of int
        Draws first.
    seed : int
        Decides every draw.
    *names : object
        Names the stream.

    Returns
    -------
    ndarray

    Notes
    -----
    Antithetic variates: Hammersley, J. M. and Morton, K. W. (1956), "A new Monte Carlo technique: antithetic variates",
    Mathematical Proceedings of the Cambridge Philosophical Society 52(3).

    Examples
    --------
    >>> drawn = normal_draws((4, 2), 0, "own")
    >>> bool((drawn[::2] == -drawn[1::2]).all())
    True
    """
    half = stream(seed, *names).standard_normal(((shape[0] + 1) // 2, *shape[1:]))
    # Each beside its opposite: the first draws are the same however many are asked for.
    return np.stack([half, -half], axis=1).reshape(-1, *shape[1:])[: shape[0]]


def _innovations(assumptions: Assumptions, years: int, draws: int, seed: int) -> dict[Key, Array]:
    # Every driver that correlates is drawn, also one that this scenario says nothing of: so that the others are drawn
    # alike in all scenarios.
    named = {key_of(*key): key for key in assumptions.keys}
    named |= {end: split_key(end) for pair in assumptions.correlations for end in (pair.first, pair.second)}
    keys = sorted(named.values())
    own = {key: normal_draws((draws, years), seed, "driver", *key) for key in keys}
    pairs = [(named[pair.first], named[pair.second], pair.value) for pair in assumptions.correlations]
    together = sorted({key for first, second, _ in pairs for key in (first, second)})
    if not together:
        return own
    place = {key: at for at, key in enumerate(together)}
    matrix = np.eye(len(together))
    for first, second, value in pairs:
        matrix[place[first], place[second]] = matrix[place[second], place[first]] = value
    # The symmetric root leaves each driver as near its own stream as can be: one more pair moves the others little.
    sizes, directions = np.linalg.eigh(matrix)
    root = directions * np.sqrt(np.clip(sizes, 0.0, None)) @ directions.T
    mixed = np.einsum("ij,jdy->idy", root, np.stack([own[key] for key in together]))
    return own | dict(zip(together, mixed, strict=True))


def _persistent(innovations: Array, persistence: Sequence[float]) -> Array:
    """First-order autoregression with standard deviation 1 in every year."""
    deviation = innovations.copy()
    for year in range(1, innovations.shape[1]):
        follows = persistence[year]
        deviation[:, year] = follows * deviation[:, year - 1] + np.sqrt(1 - follows**2) * innovations[:, year]
    return deviation
