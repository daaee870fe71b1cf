"""Another course of the world: prices, needs, taxes and inhabitants from 2020 on, drawn as the base scenario expects.

Growth each year is what `utfall.demo.outlook` expects plus a normal deviation that lasts from year to year (AR(1)) and
goes together with the others', so that the base scenario's intervals are true of the worlds drawn here. The year 2019,
the planted events and the measures are the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import GROUP_OF_LINE, LINES, PRICE_OF_LINE, VOLUME_DRIVEN, of_line
from utfall.demo.age_groups import known_inhabitants
from utfall.demo.chance import generator
from utfall.demo.outlook import AGE_GROUPS, OUTLOOK, correlation_matrix, expected
from utfall.demo.plan import PENSION_JUMP
from utfall.demo.prices import lpik, price_paths
from utfall.demo.timeline import YEARS, year_slice
from utfall.region.scenario_drivers import DRIVERS

NORMAL_90 = 1.2815515655446004
"""Standard deviations to the end of an 80 % interval of a normal distribution."""

PRICE_YEAR = 2022
"""Year whose prices the yearly investments are told in."""

Array = NDArray[np.float64]
"""Fractions, one a year of `YEARS` or one a month."""

Drivers = Mapping[tuple[str, str], Array]
"""Driver and target to its growth or level each year of `YEARS`."""


@dataclass(frozen=True)
class Economy:
    """One course of the world.

    Attributes
    ----------
    drivers : mapping of (str, str) to ndarray, shape (years,)
        Driver and target to its growth or level each year of `YEARS`; the growth of 2019 is 0.
    prices : mapping of str to ndarray, shape (months,)
        Every index, with the mean of 2024 as 1.
    price_ratio : mapping of str to ndarray, shape (months,)
        Price of each index compared with the known history's, 1 in 2019.
    line_ratio : mapping of str to ndarray, shape (months,)
        Amount of each line compared with the known history's, 1 in 2019.
    inhabitants : mapping of str to ndarray of int, shape (years,)
        Inhabitants of each age group on the last day of each year.
    renewal : ndarray, shape (years,)
        SEK invested each year; none is counted in 2019.
    """

    drivers: Drivers
    prices: Mapping[str, Array]
    price_ratio: Mapping[str, Array]
    line_ratio: Mapping[str, Array]
    inhabitants: Mapping[str, NDArray[np.int64]]
    renewal: Array


def draw_economy(path: Array, seed: int, economy: int) -> Economy:
    """Draw one course of the world.

    Parameters
    ----------
    path : ndarray of shape (units, accounts, months)
        The expected path of the known history, SEK, positive, without chance and events.
    seed : int
        Seed of the region.
    economy : int
        Which course.

    Returns
    -------
    Economy
    """
    drivers = draw_drivers(generator(seed, f"economy {economy}"))
    known_paths = price_paths()
    indices = [target for driver, target in drivers if driver == "price"]
    levels = {index: _levels(drivers["price", index]) for index in indices}
    price_ratio = {index: _monthly(levels[index] / _yearly_index(known_paths[index])) for index in indices}
    prices = {index: known_paths[index] * price_ratio[index] for index in indices}
    prices["LPIK"] = lpik(prices["LPIK exkl. läkemedel"], prices["Läkemedel"])
    base = year_slice(2024)
    known, inhabitants = _known_lines(path), _inhabitants(drivers)
    return Economy(
        drivers=drivers,
        prices={index: values / values[base].mean() for index, values in prices.items()},
        price_ratio=price_ratio,
        line_ratio=_line_ratios(known, drivers, levels, _need(drivers, inhabitants)),
        inhabitants=inhabitants,
        renewal=_renewal(known, drivers, levels),
    )


def draw_drivers(rng: np.random.Generator, years: int = YEARS.size) -> dict[tuple[str, str], Array]:
    """Draw every driver of the base scenario.

    Parameters
    ----------
    rng : Generator
        Source of the draws.
    years : int
        How many years, the first of them without deviation.

    Returns
    -------
    dict of (str, str) to ndarray, shape (years,)
        A growth is 0 in the first year.
    """
    uncertain = [row for row in OUTLOOK if row.spread]
    sizes, directions = np.linalg.eigh(correlation_matrix([row.name for row in uncertain]))
    root = directions * np.sqrt(np.clip(sizes, 0.0, None)) @ directions.T
    innovations = root @ rng.standard_normal((len(uncertain), years - 1))
    drawn = {row.key: np.full(years, row.value) for row in OUTLOOK}
    for row, deviation in zip(uncertain, innovations, strict=True):
        for year in range(1, years - 1):
            kept = row.persistence
            deviation[year] = kept * deviation[year - 1] + np.sqrt(1 - kept**2) * deviation[year]
        drawn[row.key][1:] += row.spread / NORMAL_90 * deviation
    for driver, target in drawn:
        if DRIVERS[driver].kind == "growth":
            drawn[driver, target][0] = 0.0
    return drawn


def _levels(growth: Array) -> Array:
    """What growths build up to, with the first year as 1."""
    levels: Array = np.cumprod(1 + growth, dtype=np.float64)
    return levels


def _yearly_index(path: Array) -> Array:
    """Yearly means of a monthly path, with the first year as 1."""
    sums = path.reshape(-1, 12).sum(axis=1)
    index: Array = sums / sums[0]
    return index


def _monthly(ratio: Array) -> Array:
    """One value a month; a step between the years keeps each year's mean exact."""
    return np.repeat(ratio, 12)


def _inhabitants(drivers: Drivers) -> dict[str, NDArray[np.int64]]:
    first = {group: known[0] for group, known in known_inhabitants().items()}
    return {
        group: np.rint(first[group] * _levels(drivers["population", group])).astype(np.int64) for group in AGE_GROUPS
    }


def _need(drivers: Drivers, inhabitants: Mapping[str, NDArray[np.int64]]) -> Array:
    """Growth of the need of care each year, 0 in the first."""
    weighed = np.sum([inhabitants[group] * expected("age_cost", group) for group in AGE_GROUPS], axis=0)
    need = weighed * _levels(drivers["need", ""])
    growth: Array = np.diff(need, prepend=need[0]) / np.concatenate([need[:1], need[:-1]])
    return growth


def _line_ratios(
    known: Mapping[str, Array],
    drivers: Drivers,
    levels: Mapping[str, Array],
    need: Array,
) -> dict[str, Array]:
    still, flat = np.zeros(YEARS.size), np.ones(YEARS.size)
    by_need = {
        line: _levels(expected("elasticity", line, 1.0 if line in VOLUME_DRIVEN else 0.0) * need) for line in known
    }
    by_price = {line: levels.get(PRICE_OF_LINE.get(line, ""), flat) for line in known}
    drawn = {
        line: amounts[0] * by_price[line] * by_need[line] * _levels(drivers.get(("volume", line), still))
        for line, amounts in known.items()
    }
    spared = 1 - _levels(drivers["volume", "hired_staff"])
    returns = expected("replacement", "hired_staff:salaries") * spared
    hired = known["hired_staff"][0] * by_price["hired_staff"] * by_need["hired_staff"]
    drawn["salaries"] = drawn["salaries"] + returns * hired
    return {line: _monthly(drawn[line] / known[line]) for line in known}


def _known_lines(path: Array) -> dict[str, Array]:
    """Expected amount of each line each year of the known history, SEK, positive."""
    known = {line: path[:, of_line(line)].sum(axis=(0, 1)).reshape(-1, 12).sum(axis=1) for line, _, _, _ in LINES}
    return known | {"pensions": known["pensions"] * np.array([PENSION_JUMP[int(year)] for year in YEARS])}


def _renewal(known: Mapping[str, Array], drivers: Drivers, levels: Mapping[str, Array]) -> Array:
    """SEK invested each year: in the prices of the external costs, and none that counts in the first year."""
    costs = [line for line in PRICE_OF_LINE if GROUP_OF_LINE[line] == "external_cost"]
    prices = np.sum([known[line][0] * levels[PRICE_OF_LINE[line]] for line in costs], axis=0)
    renewal = drivers["other_investments", ""] * prices / prices[YEARS.tolist().index(PRICE_YEAR)]
    renewal[0] = 0.0
    return renewal


def new_depreciation(renewal: Array) -> Array:
    """Depreciation of what has been invested since the first year, from the middle of its year; SEK, positive.

    Examples
    --------
    >>> new_depreciation(np.array([0.0, 20.0, 40.0, 0.0])).tolist()
    [0.0, 0.5, 2.0, 3.0]
    """
    in_use = np.cumsum(renewal) - renewal / 2
    written_off: Array = in_use / expected("other_investment_life")
    return written_off
