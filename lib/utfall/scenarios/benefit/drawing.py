"""What each cost and benefit may turn out as: drawn from its 80 % interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from utfall.region.scenario_registers import ProjectItem
from utfall.scenarios.engine.drawing import NORMAL_90, stream

Array = NDArray[np.float64]


def draw_items(items: Sequence[ProjectItem], draws: int, seed: int, *, common_share: float = 0.0) -> Array:
    """Draw the amount of each item.

    The value is the median; below and above it the amount is normal with a spread of its own, so that a tenth of the
    draws lies below ``low`` and a tenth above ``high``. A cost below zero becomes zero; a benefit may fall below zero.
    Each item has its own stream of random numbers, so that another item added to the project does not move it. Every
    draw has a twin with its deviations turned around (antithetic draws), so that what is symmetric has its value as
    mean.

    Parameters
    ----------
    items : sequence of ProjectItem
        Costs and benefits.
    draws : int
        How many.
    seed : int
        Decides every draw.
    common_share : float, default 0.0
        Correlation between the items of a kind: 0, each is drawn for itself; 1, all benefits come high or low together,
        and so do all costs. Costs and benefits are independent of each other.

    Returns
    -------
    ndarray, shape (draws, items)
        SEK, once or a year; sizes.

    Notes
    -----
    The same split normal distribution as the drivers of a scenario (see `utfall.scenarios.engine.drawing`).

    Examples
    --------
    >>> item = ProjectItem(project="p", name="n", kind="benefit", value=10, low=8, high=20, timing="yearly",
    ...                    start="2027-01", effect="cash", source="s", owner="o")
    >>> np.quantile(draw_items([item], 100_000, 0), [0.1, 0.5, 0.9]).round(1).tolist()
    [8.0, 10.0, 20.0]
    """
    common = {kind: _deviations(stream(seed, "benefit", "common", kind), draws) for kind in ("cost", "benefit")}
    amounts = np.empty((draws, len(items)))
    met: dict[tuple[str, str], int] = {}
    for number, item in enumerate(items):
        met[item.kind, item.name] = met.get((item.kind, item.name), 0) + 1
        own = _deviations(stream(seed, "benefit", item.kind, item.name, met[item.kind, item.name]), draws)
        deviation = np.sqrt(common_share) * common[item.kind] + np.sqrt(1.0 - common_share) * own
        amounts[:, number] = _stretched(item, deviation)
    is_cost = np.array([item.kind == "cost" for item in items])
    amounts[:, is_cost] = np.maximum(amounts[:, is_cost], 0.0)
    return amounts


def _deviations(random: np.random.Generator, draws: int) -> Array:
    first = random.standard_normal((draws + 1) // 2)
    return np.concatenate([first, -first])[:draws]


def _stretched(item: ProjectItem, deviation: Array) -> Array:
    """Stretch a standard normal deviation to the item's interval on each side of its value."""
    if item.low is None or item.high is None:
        return np.full(len(deviation), item.value)
    stretch = np.where(deviation < 0, item.value - item.low, item.high - item.value)
    stretched: Array = item.value + stretch * deviation / NORMAL_90
    return stretched
