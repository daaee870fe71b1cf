"""Made-up monthly costs with a measure of known effect, and windows of real costs without any.

A case is drawn from a description of what a unit's cost looks like: level, trend, season, prices, what the region's
units have in common, and noise of its own, in which a level may wander. Nothing here is fitted to what the estimator
assumes: outliers come with their own signs, the price index is published with an error, comparison units have
trends, seasons and outliers of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

LENGTHS = {36: 12, 60: 12, 84: 24}
"""Months of a series, and how many of them come after the start."""

SHAPES = ("none", "abrupt", "gradual", "delayed", "fading")
"""How the effect comes."""

NOISES = ("calm", "sticky", "wandering")
"""Own noise: AR(1) with little or with much correlation, or half of it on a level that wanders."""

SIZES = (-0.04, -0.08, -0.15)
"""Full effects, as shares."""

DECLARED = {"none": "step", "abrupt": "step", "gradual": "ramp(6)", "delayed": "delay(3)", "fading": "step"}
"""What the register would say; nobody declares that an effect will fade."""

DONORS = 8
RAMP, DELAY, HALF_LIFE = 6, 3, 12
"""Months until a gradual effect is whole, until a delayed one begins, and until a fading one is halved."""


@dataclass(frozen=True)
class Case:
    """One measure with its truth.

    Parameters
    ----------
    cost : pandas.Series
        Positive monthly cost.
    start : pandas.Period
        First month with the measure.
    controls : pandas.DataFrame or None
        Comparison units.
    price_index : pandas.Series or None
        The published index.
    volume : pandas.Series or None
        What the cost is divided by.
    profile : str
        The declared profile.
    truth : float
        Mean effect after the start on log cost.
    length, noise, shape, size
        What the case is a case of.
    """

    cost: pd.Series
    start: pd.Period
    controls: pd.DataFrame | None
    price_index: pd.Series | None
    volume: pd.Series | None
    profile: str
    truth: float
    length: int
    noise: str
    shape: str
    size: float


def draw_case(seed: int) -> Case:
    """Draw one case; the seed also says which length, noise and shape it has, so that all occur equally often.

    Parameters
    ----------
    seed : int
        Number of the case.

    Returns
    -------
    Case
    """
    rng = np.random.default_rng([seed, 20_260_101])
    lengths = tuple(LENGTHS)
    length = lengths[seed % 3]
    noise = NOISES[seed // 3 % 3]
    shape = SHAPES[seed // 9 % 5]
    size = 0.0 if shape == "none" else float(rng.choice(SIZES))
    after = LENGTHS[length]
    months = pd.period_range(pd.Period("2016-01", "M") + int(rng.integers(12)), periods=length, freq="M")

    price = np.cumsum(np.where(months.month == 1, rng.normal(0.03, 0.01, length), 0.0))
    common = _autoregressive(rng, length, 0.8, 0.02) + np.cumsum(rng.normal(0, 0.002, length))
    effect = np.zeros(length)
    effect[length - after :] = np.log1p(size) * course(shape, after)
    own = _unit(rng, months, noise) + price + common + effect
    donors = {
        f"enhet {number + 1}": np.exp(
            _unit(rng, months, str(rng.choice(NOISES))) + price + rng.uniform(0.7, 1.3) * common
        )
        for number in range(DONORS)
    }
    published = np.exp(price + rng.normal(0, 0.003, length))
    return Case(
        cost=pd.Series(np.exp(own), months, name="cost"),
        start=months[length - after],
        controls=pd.DataFrame(donors, index=months),
        price_index=pd.Series(published, months),
        volume=None,
        profile=DECLARED[shape],
        truth=float(effect[length - after :].mean()),
        length=length,
        noise=noise,
        shape=shape,
        size=size,
    )


def course(shape: str, months: int) -> Array:
    """Share of the full effect in each month after the start."""
    since = np.arange(months)
    match shape:
        case "gradual":
            return np.minimum((since + 1) / RAMP, 1.0)
        case "delayed":
            return np.where(since < DELAY, 0.0, 1.0)
        case "fading":
            return np.asarray(0.5 ** (since / HALF_LIFE))
    return np.ones(months)


def _unit(rng: np.random.Generator, months: pd.PeriodIndex, noise: str) -> Array:
    """Log cost of a unit without prices, common factor and measure."""
    length, month = len(months), months.month.to_numpy()
    trend = rng.uniform(-0.02, 0.06) * np.arange(length) / 12
    season = -rng.uniform(0.02, 0.12) * (month == 7) + rng.uniform(0.0, 0.08) * (month == 12)
    for harmonic in (1, 2):
        phase = rng.uniform(0, 2 * np.pi)
        season = season + rng.uniform(0, 0.03) / harmonic * np.cos(2 * np.pi * harmonic * month / 12 + phase)
    sd = rng.uniform(0.02, 0.06)
    match noise:
        case "calm":
            wander = _autoregressive(rng, length, rng.uniform(0.0, 0.35), sd)
        case "sticky":
            wander = _autoregressive(rng, length, rng.uniform(0.35, 0.7), sd)
        case _:
            wander = _autoregressive(rng, length, rng.uniform(0.0, 0.7), sd / 2)
            wander = wander + np.cumsum(rng.normal(0, rng.uniform(0.004, 0.012), length))
    return np.asarray(rng.uniform(13, 17) + trend + season + wander + _one_offs(rng, month))


def _one_offs(rng: np.random.Generator, month: NDArray[np.int64]) -> Array:
    """Single dear months, and amounts that ended up on the wrong side of new year."""
    found = np.where(rng.random(len(month)) < 0.03, np.log1p(rng.uniform(0.1, 0.4, len(month))), 0.0)
    for at in np.flatnonzero(month[:-1] == 12):
        if rng.random() < 0.3:
            moved = rng.uniform(0.03, 0.1)
            found[at] += moved
            found[at + 1] -= moved
    return found


def _autoregressive(rng: np.random.Generator, length: int, correlation: float, sd: float) -> Array:
    shocks = rng.normal(0, sd, length)
    series = np.empty(length)
    series[0] = shocks[0]
    for at in range(1, length):
        series[at] = correlation * series[at - 1] + np.sqrt(1 - correlation**2) * shocks[at]
    return series
