"""The expected path of every unit, account and month: level × price × real growth × volume × season.

The path knows nothing of chance and of the planted events; budgets and actuals are both made from it.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import (
    ACCOUNTS,
    GROUP_OF_LINE,
    LINES,
    PRICE_OF_LINE,
    STAFF_CATEGORIES,
    VOLUME_DRIVEN,
    of_line,
)
from utfall.demo.chance import generator
from utfall.demo.kinds import ABSENCE_SHARE, KINDS, SEASON_OF_LINE, SEASONS, SOCIAL_SHARE
from utfall.demo.organisation import DemoOrganisation, DemoUnit
from utfall.demo.prices import price_paths
from utfall.demo.timeline import MONTHS, YEARS, through_years, year_slice
from utfall.demo.units import LINES_MKR

Number = TypeVar("Number", np.float64, np.int64)
"""SEK as fractions, or öre as whole numbers."""

_REAL_GROWTH: dict[str, tuple[float, ...]] = {
    "state_grants": (0.60, 0.85, 0.95, 0.90, 0.96, 1.00, 0.94, 0.90),
    "salaries": (0.955, 0.965, 0.975, 0.985, 0.995, 1.00, 1.003, 1.005),
    "pensions": (0.955, 0.965, 0.975, 0.985, 0.995, 1.00, 1.003, 1.005),
    "hired_staff": (0.66, 0.63, 0.72, 0.93, 1.04, 1.00, 0.96, 0.93),
    "purchased_care": (0.88, 0.85, 0.88, 0.93, 0.97, 1.00, 1.03, 1.06),
    "drugs": (0.75, 0.79, 0.83, 0.88, 0.94, 1.00, 1.06, 1.12),
    "materials": (0.96, 0.95, 0.97, 0.99, 1.00, 1.00, 1.005, 1.01),
    "other_costs": (0.96, 0.95, 0.97, 0.99, 1.00, 1.00, 1.005, 1.01),
    "depreciation": (0.85, 0.88, 0.91, 0.94, 0.97, 1.00, 1.03, 1.06),
}
"""Growth beyond price, one value a year with 2024 as 1."""

VOLUME_TREND_SD = 0.007
"""Spread between units of the yearly growth of their volume."""

SMALLEST_LINE_SEK = {"hired_staff": 250_000.0, "drugs": 60_000.0}
"""A unit that would spend less than this in a year on a line has none of it."""

SMALLEST_OTHER_SEK = 20_000.0
"""The same for the other lines."""


def line_levels(unit: DemoUnit) -> dict[str, float]:
    """Amount of each line in 2024, SEK, positive, before the divisions are scaled to their table.

    Parameters
    ----------
    unit : DemoUnit
        The unit.

    Returns
    -------
    dict
        Line to SEK; lines the unit does not have are left out.
    """
    kind, external = KINDS[unit.kind], unit.size_mkr * 1e6
    own = {line: mkr * 1e6 for line, mkr in LINES_MKR.get(unit.name, {}).items()}
    remaining = {line: share for line, share in kind.costs.items() if line not in own}
    rest = (external - sum(own.values())) / sum(remaining.values())
    levels = {line: share * rest for line, share in remaining.items()} | own
    levels |= {line: weight * external for line, weight in kind.income.items()}
    levels |= {"internal_costs": kind.internal_cost * external, "depreciation": kind.depreciation * external}
    if unit.division == "KIR":
        levels.pop("internal_income", None)  # the division's table has none
    if unit.division == "HSD":
        levels.pop("depreciation", None)
    return {line: level for line, level in levels.items() if level >= SMALLEST_LINE_SEK.get(line, SMALLEST_OTHER_SEK)}


def expected_volume(organisation: DemoOrganisation, seed: int) -> NDArray[np.float64]:
    """Planned volume of each unit and month, the mean of 2024 as 1, shape (units, months)."""
    units = organisation.units
    trend = generator(seed, "volume trend").normal(0.003, VOLUME_TREND_SD, len(units))
    years = (np.arange(MONTHS) - year_slice(2024).start - 5.5) / 12
    growth = np.exp(trend[:, None] * years)
    season = np.stack([np.tile(SEASONS[KINDS[unit.kind].season], YEARS.size) for unit in units])
    return growth * season


def expected_amounts(
    organisation: DemoOrganisation, volume: NDArray[np.float64], drug_units: frozenset[str]
) -> NDArray[np.float64]:
    """Return the expected amount of each unit, account and month, SEK, positive, without chance and events.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    volume : ndarray of shape (units, months)
        Planned volume.
    drug_units : frozenset of str
        Names of the units that follow each drug.

    Returns
    -------
    ndarray of shape (units, accounts, months)
    """
    prices = price_paths()
    amounts = np.zeros((len(organisation.units), len(ACCOUNTS), MONTHS))
    for unit in organisation.units:
        kind = KINDS[unit.kind]
        for line, level in line_levels(unit).items():
            path = np.full(MONTHS, level / 12)
            if line in PRICE_OF_LINE:
                path = path * prices[PRICE_OF_LINE[line]]
            if line in _REAL_GROWTH:
                path = path * through_years(dict(zip(YEARS.tolist(), _REAL_GROWTH[line], strict=True)))
            if line in VOLUME_DRIVEN:
                path = path * volume[unit.index]
            else:
                path = path * np.tile(SEASONS[SEASON_OF_LINE[line]], YEARS.size)
            positions = of_line(line)
            if line == "salaries":
                categories = path * np.array(kind.staff)[:, None]
                amounts[unit.index, positions] = split_salaries(categories[None])[0]
            elif line == "hired_staff":
                amounts[unit.index, positions[0]] = path * kind.hired_physicians
                amounts[unit.index, positions[1]] = path * (1 - kind.hired_physicians)
            elif line == "drugs":
                bought = drug_shares(unit, drug_units)
                amounts[unit.index, positions] = path * np.array(bought)[:, None]
            else:
                shares = [ACCOUNTS[position].share for position in positions]
                amounts[unit.index, positions] = path * np.array(shares)[:, None]
    amounts *= organisation.active[:, None, :]
    return amounts


def drug_shares(unit: DemoUnit, drug_units: frozenset[str]) -> tuple[float, float]:
    """Share of the drugs bought on requisition and within the benefit scheme."""
    if unit.name in drug_units:
        return (1.0, 0.0)
    return (0.15, 0.85) if unit.kind == "health_centre" else (0.7, 0.3)


def split_salaries(categories: NDArray[Number]) -> NDArray[Number]:
    """Spread each category's salary cost over the payroll accounts.

    Parameters
    ----------
    categories : ndarray of shape (units, categories, months)
        Salary cost with social fees, positive.

    Returns
    -------
    ndarray of shape (units, accounts, months)
        Time worked for each category, time not worked, social fees; the sum is the categories' sum.
    """
    months = categories.shape[-1]
    absence = np.resize(ABSENCE_SHARE, months)
    fees = categories * SOCIAL_SHARE
    absent = (categories - fees) * absence
    if np.issubdtype(categories.dtype, np.integer):
        fees, absent = np.rint(fees).astype(np.int64), np.rint(absent).astype(np.int64)
    worked = categories - fees - absent
    assert worked.shape[1] == len(STAFF_CATEGORIES)
    return np.concatenate([worked, absent.sum(1, keepdims=True), fees.sum(1, keepdims=True)], axis=1)


def group_positions(group: str) -> list[int]:
    """Positions of the accounts in one column of the budget table."""
    return [position for line, _, _, _ in LINES if GROUP_OF_LINE[line] == group for position in of_line(line)]
