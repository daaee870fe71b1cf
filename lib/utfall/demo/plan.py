"""From the expected path to the budget: strained frames, planned effects, and the printed table of 2024."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import INDEX, SIGN, of_line
from utfall.demo.budget import TABLE_YEAR, fit_to_table, round_to_table
from utfall.demo.chance import generator
from utfall.demo.drug_events import plan_handling_2024
from utfall.demo.effects_log import EffectsLog
from utfall.demo.measure_effects import ShareEffect
from utfall.demo.organisation import MERGED_INTO, MERGED_UNITS, DemoOrganisation
from utfall.demo.programme import (
    PLAN_2024_YEAR,
    QUIET_UNITS,
    measures_of_2024,
    measures_of_2026,
    single_unit_effects,
)
from utfall.demo.single_events import plan_contract_2024, plan_contract_later
from utfall.demo.timeline import YEARS, by_year

PENSION_JUMP = {2019: 1.0, 2020: 1.0, 2021: 1.0, 2022: 1.0, 2023: 1.34, 2024: 1.41, 2025: 1.18, 2026: 1.15}
"""Pension cost compared with its level before the jump of 2023."""

PENSION_JUMP_BUDGETED_2023 = 0.45
"""Share of the jump that the 2023 budget foresaw."""

STRAINED_UNITS = 0.55
"""Share of the units whose budget is below what they are expected to cost."""

_STRAIN: dict[str, tuple[float, ...]] = {
    "salaries": (0.022, 0.005, 0.005, 0.020, 0.180, 0.090, 0.170, 0.025),
    "hired_staff": (0.20, 0.08, 0.12, 0.40, 0.50, 0.30, 0.45, 0.08),
    "purchased_care": (0.06, 0.0, 0.0, 0.05, 0.15, 0.12, 0.18, 0.18),
    "drugs": (0.03, 0.01, 0.01, 0.03, 0.10, 0.09, 0.14, 0.13),
    "materials": (0.03, 0.0, 0.01, 0.06, 0.16, 0.09, 0.10, 0.09),
    "other_costs": (0.03, 0.0, 0.01, 0.05, 0.14, 0.09, 0.09, 0.08),
}
"""How much a typical strained unit is expected to cost above its budget, one share a year."""


@dataclass(frozen=True)
class Plan:
    """The budget, and what it was made from.

    Parameters
    ----------
    expected : ndarray of shape (units, accounts, months)
        The expected path scaled to the table, SEK, positive.
    strain : ndarray of shape (units,)
        How strained each unit's budget is.
    effects : tuple of ShareEffect
        Every effect that is a share of its accounts.
    spendable : ndarray, shape of expected
        Budget before planned effects, SEK, positive.
    """

    expected: NDArray[np.float64]
    strain: NDArray[np.float64]
    effects: tuple[ShareEffect, ...]
    spendable: NDArray[np.float64]


def quiet_units(organisation: DemoOrganisation) -> NDArray[np.bool_]:
    """Whether each unit has a planted cause of its own in the last year."""
    return np.isin(np.arange(len(organisation.units)), organisation.index(*QUIET_UNITS))


def draw_strain(organisation: DemoOrganisation, seed: int) -> NDArray[np.float64]:
    """How strained each unit's budget is: 0 for a unit that keeps it, about 1 for a typical strained one."""
    rng = generator(seed, "strain")
    units = len(organisation.units)
    strain = np.where(rng.random(units) < STRAINED_UNITS, rng.uniform(0.5, 1.7, units), 0.0)
    strain[quiet_units(organisation)] = 0.0
    strain[organisation.index("Riks- och regionvården", "Utomlänsvård psykiatri")] = 1.0
    strain[organisation.index(*MERGED_UNITS, MERGED_INTO)] = 0.8
    return strain


def make_plan(organisation: DemoOrganisation, path: NDArray[np.float64], log: EffectsLog, seed: int) -> Plan:
    """Make the budget.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    path : ndarray of shape (units, accounts, months)
        The expected path, SEK, positive, not yet scaled.
    log : EffectsLog
        Where planned effects are recorded.
    seed : int
        Seed of the region.

    Returns
    -------
    Plan
    """
    strain = draw_strain(organisation, seed)
    gap = np.zeros(path.shape)
    for line, shares in _STRAIN.items():
        by_month = by_year(dict(zip(YEARS.tolist(), shares, strict=True)))
        gap[:, of_line(line)] = (strain[:, None] * by_month)[:, None, :]
    pension = INDEX["4410"]
    jump = by_year(PENSION_JUMP) - 1
    foreseen = jump * by_year({int(year): PENSION_JUMP_BUDGETED_2023 if year == 2023 else 1.0 for year in YEARS})
    spendable = path / (1 + gap)
    proportional = spendable.copy()
    proportional[:, pension] *= 1 + foreseen

    table_year = (TABLE_YEAR,)
    effects = [*measures_of_2024(organisation, path, seed), *single_unit_effects(organisation)]
    for effect in effects:
        effect.plan_years(log, proportional, table_year)
    plan_handling_2024(organisation, proportional, log)
    plan_contract_2024(organisation, proportional, log)
    factor = fit_to_table(organisation, proportional, log.budget_sum(path.shape[:2]))[..., None]
    expected, spendable, proportional = path * factor, spendable * factor, proportional * factor

    # The true effects of 2024 are sums in kronor, so they are drawn again on the scaled path.
    effects = [*measures_of_2024(organisation, expected, seed), *single_unit_effects(organisation)]
    effects += measures_of_2026(organisation, spendable, strain, seed)
    other_years = tuple(int(year) for year in YEARS if year != PLAN_2024_YEAR)
    for effect in effects:
        effect.plan_years(log, proportional, other_years)
        effect.rebase(log, proportional)
    plan_contract_later(organisation, proportional, log)
    shortfall = SIGN[:, None] * (spendable - expected)
    for unit, account in zip(*np.nonzero(shortfall.any(axis=2)), strict=True):
        log.add_budget("strained_budget", (int(unit), int(account)), shortfall[unit, account])
    for unit in np.flatnonzero(expected[:, pension].any(axis=1)):
        log.add_budget("pension_jump", (int(unit), pension), -expected[unit, pension] * foreseen)
    effects.append(_pension_effect(expected[:, pension], jump))
    return Plan(expected, strain, tuple(effects), proportional)


def _pension_effect(pensions: NDArray[np.float64], jump: NDArray[np.float64]) -> ShareEffect:
    units = np.flatnonzero(pensions.any(axis=1))
    change = np.broadcast_to(jump, (units.size, jump.size))
    return ShareEffect("pension_jump", units, (INDEX["4410"],), change)


def finish_budget(organisation: DemoOrganisation, plan: Plan, log: EffectsLog) -> NDArray[np.int64]:
    """Add the recorded planned effects to the expected path and round to whole kronor.

    Returns
    -------
    ndarray of int, shape (units, accounts, months)
        The budget, SEK in result sign; 2024 equals the table.
    """
    recorded = log.budget_sum(plan.expected.shape[:2])
    return round_to_table(organisation, plan.expected * SIGN[:, None], recorded)
