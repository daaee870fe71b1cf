"""The divisions' amounts, line by line and month by month, in every draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from utfall.errors import InvalidParameter
from utfall.region.tables import INCOME_ITEMS
from utfall.scenarios.engine.assumptions import Assumptions, Key
from utfall.scenarios.engine.drawing import normal_draws, stream
from utfall.scenarios.engine.money import spread, spread_evenly, whole_ore
from utfall.scenarios.engine.need import need_growth
from utfall.scenarios.engine.start import Start

Array = NDArray[np.float64]
Ore = NDArray[np.int64]


def operate(
    start: Start,
    assumptions: Assumptions,
    drawn: dict[Key, Array],
    years: Sequence[int],
    draws: int,
    seed: int,
    block: int = 0,
) -> Ore:
    """Simulate the ledger's amounts.

    A line's year = base × Π (1 + price) (1 + elasticity × growth of need) (1 + growth of volume) × the division's own
    variation. To it are added measures and savings.

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
    draws, seed, block : int
        How many courses, what decides them, and which block of courses they are.

    Returns
    -------
    ndarray of int, shape (draws, months, divisions, lines)
        Öre in result sign.
    """
    count = len(years)
    price, real, volume = _growth(start, assumptions, drawn, years, draws)
    own = _own_variation(start, draws, count, seed, block)
    base = start.base * (1 + _base_variation(start, draws, seed, block))
    unchanged = base[:, None] * own * (price * real)[:, :, None, :]
    yearly = unchanged * volume[:, :, None, :]
    _replace(yearly, unchanged, start, drawn, volume)
    months = _by_month(start, yearly, seed, block)
    added = _measures(start, drawn, price, draws, count)
    added += _savings(start, drawn, price, draws, count)
    return months + added


def _growth(
    start: Start, assumptions: Assumptions, drawn: dict[Key, Array], years: Sequence[int], draws: int
) -> tuple[Array, Array, Array]:
    """Factors from the base by price, need and volume, each of shape (draws, years, lines)."""
    shape = (draws, len(years), len(start.lines))
    price, real, volume = np.ones(shape), np.ones(shape), np.ones(shape)
    # A first year that is booked in part is forecast from its months: drivers count from the second.
    counts = np.array([0.0 if at == 0 and len(start.booked) else 1.0 for at in range(len(years))])
    need = need_growth(assumptions, drawn, start.inhabitants, years, draws)
    for at, line in enumerate(start.lines):
        if ("price", line.price_index or "") in drawn:
            price[..., at] = np.cumprod(1 + counts * drawn["price", line.price_index or ""], axis=1)
        own = 1.0 if line.volume_driven else 0.0
        assumed = drawn.get(("elasticity", line.line), np.full(need.shape, np.nan))
        real[..., at] = np.cumprod(1 + counts * np.where(np.isnan(assumed), own, assumed) * need, axis=1)
        if ("volume", line.line) in drawn:
            volume[..., at] = np.cumprod(1 + counts * drawn["volume", line.line], axis=1)
    return price, real, volume


def _own_variation(start: Start, draws: int, years: int, seed: int, block: int) -> Array:
    """Divisions' own level of each line, year by year, against the base year's: (draws, years, divisions, lines)."""
    shape = (draws, years + 1, len(start.divisions), len(start.lines))
    # A change between two years holds both years' variation: each has its share of the variance.
    levels = normal_draws(shape, seed, "own", block) * (start.patterns.own_sd / np.sqrt(2))
    moved = levels[:, 1:] - levels[:, :1]
    if len(start.booked):
        moved[:, 0] = 0.0
    return np.exp(moved)


def _base_variation(start: Start, draws: int, seed: int, block: int) -> Array:
    """How the first year's forecast is off, as a share; lines of a kind are off together as far as their sum is."""
    shape = (draws, *start.base.shape)
    off = normal_draws(shape, seed, "base", block) * np.sqrt(1 - start.base_together)
    for kind in sorted({line.kind for line in start.lines}):
        of_kind = np.array([line.kind == kind for line in start.lines])
        common = normal_draws((draws, 1, 1), seed, "base", kind, block)
        off = off + np.where(of_kind, common * np.sqrt(start.base_together), 0.0)
    return off * start.base_sd


def _replace(yearly: Array, unchanged: Array, start: Start, drawn: dict[Key, Array], volume: Array) -> None:
    """Let what falls in the volume of one line return, in part, as cost of another: hired staff and own."""
    place = {line.line: at for at, line in enumerate(start.lines)}
    returned = []
    for driver, target in drawn:
        source, _, goal = target.partition(":")
        if driver == "replacement" and {source, goal} <= set(place):
            fallen = unchanged[..., place[source]] * (1 - volume[:, :, None, place[source]])
            returned.append((place[goal], drawn[driver, target][:, :, None] * fallen))
    for at, amounts in returned:
        yearly[..., at] += amounts


def _by_month(start: Start, yearly: Array, seed: int, block: int) -> Ore:
    draws, years, divisions, lines = yearly.shape
    patterns = start.patterns
    shares = np.moveaxis(patterns.shares, 0, -1)[None, :, :, None, :]
    whole = np.moveaxis(yearly, 1, -1)
    noise = np.broadcast_to(shares, (draws, divisions, lines, years, 12)).astype("float64")
    if patterns.monthly_sd.any():
        drawn = stream(seed, "months", block).standard_normal(noise.shape, dtype=np.float32)
        noise *= 1 + drawn * patterns.monthly_sd[None, :, :, None, None]
    booked = len(start.booked)
    known = np.moveaxis(start.booked, 0, -1)
    if booked:
        whole = whole.copy()
        whole[..., 0] -= known.sum(axis=-1)
        noise[..., 0, :booked] = 0.0
    total = noise.sum(axis=-1, keepdims=True)
    even = np.full((years, 12), 1 / 12)
    if booked < 12:
        even[0] = np.where(np.arange(12) < booked, 0.0, 1 / (12 - booked))
    noise = np.where(total == 0, even, np.divide(noise, total, out=noise, where=total != 0))
    months = spread(whole, noise)
    if booked:
        if booked == 12:
            months[..., :12] = 0
        months[..., :booked] = known
    return np.moveaxis(months, -1, 1)


def _measures(start: Start, drawn: dict[Key, Array], price: Array, draws: int, years: int) -> Ore:
    """What measures bring beyond the base, in the prices of each year; their own cost as it is stated."""
    added = np.zeros((draws, 12 * years, len(start.divisions), len(start.lines)), dtype=np.int64)
    for measure in start.measures:
        share = drawn.get(("measure", measure.id), drawn.get(("measure", ""), np.ones((draws, years))))
        factor = np.repeat(share, 12, axis=1)[..., None] * np.repeat(price, 12, axis=1)
        path = measure.path[: 12 * years, None] * measure.planned / 12
        running = measure.running[: 12 * years, None, None] * measure.cost / 12 * measure.cells
        used = np.flatnonzero(measure.cells.any(axis=0))
        for at in used:
            gained = factor[..., at : at + 1] * path * measure.cells[:, at]
            added[..., at] += whole_ore(gained - running[None, :, :, at])
    added[:, : len(start.booked)] = 0  # what is booked holds what it holds
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
        if not drawn[driver, target].any():
            continue
        if cells.sum() == 0:
            whose = f"The division {target}" if target else "The region"
            raise InvalidParameter(f"{whose} has no external costs to save on; choose another division.")
        yearly = drawn[driver, target][:, :, None, None] * 100 * (cells / cells.sum())
        yearly = np.moveaxis(yearly * price[:, :, None, costs], 1, -1)
        added[..., costs] += np.moveaxis(spread_evenly(yearly), -1, 1)
    added[:, : len(start.booked)] = 0  # what is booked cannot be saved
    return added


def once_on_lines(start: Start, drawn: dict[Key, Array], draws: int, years: int) -> Ore:
    """Amounts assumed for single years, on a line of the ledger: spread over the divisions as the line is.

    A name that is both a line and an item of the table ``income_statement`` means the item. In a year that is booked in
    part the whole amount falls in the months that are left.

    Parameters
    ----------
    start : Start
        Where it begins.
    drawn : dict of (str, str) to ndarray of shape (draws, years)
        Drawn drivers.
    draws, years : int
        How many.

    Returns
    -------
    ndarray of int, shape (draws, months, divisions, lines)
        Öre in result sign.
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
                months[:, :12] = 0
            if 0 < booked < 12:
                months[:, booked:12] = np.moveaxis(spread_evenly(yearly[..., :1], 12 - booked), -1, 1)
            added[..., place[target]] += months
    return added
