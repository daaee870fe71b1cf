"""The divisions' amounts, line by line and month by month, in every draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from utfall.scenarios.engine.assumptions import Assumptions, Key
from utfall.scenarios.engine.drawing import stream
from utfall.scenarios.engine.money import spread, spread_evenly, whole_ore
from utfall.scenarios.engine.need import need_growth
from utfall.scenarios.engine.start import Start
from utfall.scenarios.simulation import INCOME_ITEMS

Array = NDArray[np.float64]
Ore = NDArray[np.int64]


def operate(
    start: Start, assumptions: Assumptions, drawn: dict[Key, Array], years: Sequence[int], draws: int, seed: int
) -> Ore:
    """Simulate the ledger's amounts.

    A line's year = base × Π (1 + price) (1 + elasticity × growth of need) (1 + growth of volume) × the division's own
    variation. To it are added measures, savings and what is assumed once.

    Parameters
    ----------
    start : Start
        Where it begins.
    assumptions : Assumptions
        The scenario's.
    drawn : dict of (str, str) to ndarray of shape (draws, years)
        Drawn drivers.
    years : sequence of int
        Simulated years.
    draws, seed : int
        How many courses, and what decides them.

    Returns
    -------
    ndarray of int, shape (draws, months, divisions, lines)
        Öre in result sign.
    """
    count = len(years)
    price, real, volume = _growth(start, assumptions, drawn, years, draws)
    if len(start.booked):
        # The first year is forecast from its booked months: drivers count from the second.
        for factor in (price, real, volume):
            factor /= factor[:, :1].copy()
    own = _own_variation(start, draws, count, seed)
    base = start.base * np.exp(_base_variation(start, draws, seed))
    yearly = base[:, None] * own * (price * real * volume)[:, :, None, :]
    _replace(yearly, start, drawn, volume)
    months = _by_month(start, yearly, seed)
    added = _measures(start, drawn, price, draws, count)
    added += _savings(start, drawn, price, draws, count)
    added += _once(start, drawn, draws, count)
    return months + added


def _growth(
    start: Start, assumptions: Assumptions, drawn: dict[Key, Array], years: Sequence[int], draws: int
) -> tuple[Array, Array, Array]:
    """Factors from the base by price, need and volume, each of shape (draws, years, lines)."""
    shape = (draws, len(years), len(start.lines))
    price, real, volume = np.ones(shape), np.ones(shape), np.ones(shape)
    need = need_growth(assumptions, drawn, start.inhabitants, years, draws)
    for at, line in enumerate(start.lines):
        if ("price", line.price_index or "") in drawn:
            price[..., at] = np.cumprod(1 + drawn["price", line.price_index or ""], axis=1)
        elasticity = drawn.get(("elasticity", line.line), 1.0 if line.volume_driven else 0.0)
        real[..., at] = np.cumprod(1 + elasticity * need, axis=1)
        if ("volume", line.line) in drawn:
            volume[..., at] = np.cumprod(1 + drawn["volume", line.line], axis=1)
    return price, real, volume


def _own_variation(start: Start, draws: int, years: int, seed: int) -> Array:
    """Divisions' own level of each line, year by year, against the base year's: (draws, years, divisions, lines)."""
    shape = (draws, years + 1, len(start.divisions), len(start.lines))
    # A change between two years holds both years' variation: each has its share of the variance.
    levels = stream(seed, "own").standard_normal(shape) * (start.patterns.own_sd / np.sqrt(2))
    moved = levels[:, 1:] - levels[:, :1]
    if len(start.booked):
        moved[:, 0] = 0.0
    return np.exp(moved)


def _base_variation(start: Start, draws: int, seed: int) -> Array:
    return stream(seed, "base").standard_normal((draws, *start.base.shape)) * start.base_sd


def _replace(yearly: Array, start: Start, drawn: dict[Key, Array], volume: Array) -> None:
    """Let what falls in the volume of one line return, in part, as cost of another: hired staff and own."""
    place = {line.line: at for at, line in enumerate(start.lines)}
    returned = []
    for driver, target in drawn:
        if driver == "replacement":
            source, goal = (place[name] for name in target.split(":"))
            changed = yearly[..., source] * (1 / volume[:, :, None, source] - 1)
            returned.append((goal, drawn[driver, target][:, :, None] * changed))
    for goal, amounts in returned:
        yearly[..., goal] += amounts


def _by_month(start: Start, yearly: Array, seed: int) -> Ore:
    draws, years, divisions, lines = yearly.shape
    patterns = start.patterns
    shares = np.moveaxis(patterns.shares, 0, -1)[None, :, :, None, :]
    whole = np.moveaxis(yearly, 1, -1)
    noise = np.broadcast_to(shares, (draws, divisions, lines, years, 12)).astype("float64")
    if patterns.monthly_sd.any():
        drawn = stream(seed, "months").standard_normal(noise.shape, dtype=np.float32)
        noise *= 1 + drawn * patterns.monthly_sd[None, :, :, None, None]
    booked = len(start.booked)
    known = np.moveaxis(start.booked, 0, -1)
    if booked:
        whole = whole.copy()
        whole[..., 0] -= known.sum(axis=-1)
        noise[..., 0, :booked] = 0.0
    total = noise.sum(axis=-1, keepdims=True)
    np.divide(noise, total, out=noise, where=total != 0)
    noise[np.broadcast_to(total == 0, noise.shape)] = 1 / 12
    months = spread(whole, noise)
    if booked:
        if booked == 12:
            months[..., :12] = 0
        months[..., :booked] = known
    return np.moveaxis(months, -1, 1)


def _measures(start: Start, drawn: dict[Key, Array], price: Array, draws: int, years: int) -> Ore:
    """What measures bring beyond the base, in the prices of each year; their own cost as it is stated."""
    added = np.zeros((draws, 12 * years, len(start.divisions), len(start.lines)), dtype=np.int64)
    skipped = 12 if len(start.booked) else 0
    count = 12 * years - skipped
    for measure in start.measures:
        share = drawn.get(("measure", measure.id), drawn.get(("measure", ""), np.ones((draws, years))))
        factor = np.repeat(share, 12, axis=1)[:, skipped:, None] * np.repeat(price, 12, axis=1)[:, skipped:]
        path = measure.path[:count, None] * measure.planned / 12
        running = measure.running[:count, None, None] * measure.cost / 12 * measure.cells
        used = np.flatnonzero(measure.cells.any(axis=0))
        for at in used:
            gained = factor[..., at : at + 1] * path * measure.cells[:, at]
            added[:, skipped:, :, at] += whole_ore(gained - running[None, :, :, at])
    return added


def _savings(start: Start, drawn: dict[Key, Array], price: Array, draws: int, years: int) -> Ore:
    """Yearly savings, spread over the external costs of the division or of all."""
    added = np.zeros((draws, 12 * years, len(start.divisions), len(start.lines)), dtype=np.int64)
    costs = start.of_group("external_cost")
    weights = np.abs(start.base[:, costs])
    for driver, target in drawn:
        if driver != "saving":
            continue
        cells = weights if target == "" else weights * (np.array(start.divisions) == target)[:, None]
        if cells.sum() == 0:
            continue
        yearly = drawn[driver, target][:, :, None, None] * 100 * (cells / cells.sum())
        yearly = np.moveaxis(yearly * price[:, :, None, costs], 1, -1)
        added[..., costs] += np.moveaxis(spread_evenly(yearly), -1, 1)
    added[:, : len(start.booked)] = 0  # what is booked cannot be saved
    return added


def _once(start: Start, drawn: dict[Key, Array], draws: int, years: int) -> Ore:
    """Amounts assumed for single years, on a line of the ledger: spread over the divisions as the line is.

    A name that is both a line and an item of the income statement means the item. In a year that is booked in part the
    whole amount falls in the months that are left.
    """
    booked = len(start.booked)
    added = np.zeros((draws, 12 * years, len(start.divisions), len(start.lines)), dtype=np.int64)
    place = {line.line: at for at, line in enumerate(start.lines)}
    for driver, target in drawn:
        if driver == "one_off" and target in place and target not in INCOME_ITEMS:
            cells = np.abs(start.base[:, place[target]])
            cells = cells / cells.sum() if cells.sum() else np.full(len(cells), 1 / len(cells))
            yearly = np.moveaxis(drawn[driver, target][:, :, None] * 100 * cells, 1, -1)
            months = np.moveaxis(spread_evenly(yearly), -1, 1)
            if booked:
                first = yearly[..., :1] if booked < 12 else np.zeros_like(yearly[..., :1])
                months[:, :booked] = 0
                months[:, booked:12] = np.moveaxis(spread_evenly(first, 12 - booked), -1, 1)
            added[..., place[target]] += months
    return added
