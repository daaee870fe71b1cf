"""The made-up region while it is drawn: plan, budget, actuals, events, and the statements that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.demo.actuals import Actuals, draw_actuals
from utfall.demo.drug_events import happen_in_drugs, plan_drug_events
from utfall.demo.drugs import DRUGS
from utfall.demo.economy import Economy, draw_economy
from utfall.demo.economy_actuals import take_course
from utfall.demo.economy_statements import Statements, make_statements
from utfall.demo.effects_log import EffectsLog
from utfall.demo.expected import expected_amounts, expected_volume
from utfall.demo.income_statement import YEARS as CLOSED
from utfall.demo.organisation import DemoOrganisation, demo_organisation
from utfall.demo.plan import Plan, finish_budget, make_plan, quiet_units
from utfall.demo.prices import price_paths
from utfall.demo.single_events import happen_at_supplier, happen_in_purchased_care, misplace_postings
from utfall.demo.timeline import YEARS
from utfall.demo.volumes import volume_ratio


@dataclass(frozen=True)
class World:
    """Everything that has been drawn, before it is written.

    Attributes
    ----------
    organisation : DemoOrganisation
        The units.
    seed : int
        Seed of the region.
    plan : Plan
        What the budget was made from.
    budget : ndarray of int, shape (units, accounts, months)
        SEK in result sign.
    actuals : Actuals
        After every event.
    misplaced : ndarray of int, shape (units, accounts, months with actuals)
        Postings in a month they do not belong to, öre in result sign; not in `actuals`.
    supplier : ndarray of int, shape (months with actuals,)
        Öre of one supplier's invoices, positive; part of `actuals`.
    planned_volume : ndarray of shape (units, months)
        The mean of 2024 as 1.
    log : EffectsLog
        What each event changed in the known history.
    economy : Economy or None
        The other course of the world, if it is another.
    statements : Statements
        Income statement and balance sheets.
    """

    organisation: DemoOrganisation
    seed: int
    plan: Plan
    budget: NDArray[np.int64]
    actuals: Actuals
    misplaced: NDArray[np.int64]
    supplier: NDArray[np.int64]
    planned_volume: NDArray[np.float64]
    log: EffectsLog
    economy: Economy | None
    statements: Statements

    @property
    def booked(self) -> NDArray[np.int64]:
        """The ledger's sums as booked, öre in result sign, shape (units, accounts, months with actuals)."""
        return self.actuals.ledger_ore() + self.misplaced

    @property
    def prices(self) -> Mapping[str, NDArray[np.float64]]:
        """Every price index, one value a month, with the mean of 2024 as 1."""
        return price_paths() if self.economy is None else self.economy.prices

    @property
    def inhabitants(self) -> dict[str, NDArray[np.int64]] | None:
        """Inhabitants of each age group at the end of the closed years, where the course is another."""
        if self.economy is None:
            return None
        return {group: counts[: len(CLOSED)] for group, counts in self.economy.inhabitants.items()}

    @property
    def county(self) -> dict[str, int] | None:
        """All inhabitants in each December, where the course is another."""
        if self.economy is None:
            return None
        counts = np.sum(list(self.economy.inhabitants.values()), axis=0)
        return {f"{year}-12": int(count) for year, count in zip(YEARS, counts, strict=True)}


def draw_world(seed: int, economy: int | None = None) -> World:
    """Draw the made-up region, without writing it.

    Parameters
    ----------
    seed : int
        Decides every draw.
    economy : int, optional
        Which other course of the world; the known history when not given.

    Returns
    -------
    World
    """
    organisation = demo_organisation()
    log = EffectsLog()
    quiet = quiet_units(organisation)
    planned_volume = expected_volume(organisation, seed)
    plan = make_plan(organisation, expected_amounts(organisation, planned_volume, frozenset(DRUGS)), log, seed)
    ratio = volume_ratio(organisation, quiet, seed)
    actuals = draw_actuals(organisation, plan.expected, ratio, quiet, log, seed)
    plan_drug_events(organisation, plan.spendable, log, actuals.drug_use)
    budget = finish_budget(organisation, plan, log)

    for effect in plan.effects:
        effect.happen(actuals)
    happen_in_drugs(actuals, seed)
    happen_in_purchased_care(actuals)
    supplier = happen_at_supplier(actuals)
    misplaced = misplace_postings(actuals)
    course = None
    if economy is not None:
        course = draw_economy(plan.expected, seed, economy)
        supplier = take_course(actuals, supplier, course)
    statements = make_statements(actuals.ledger_ore() + misplaced, course)
    return World(
        organisation, seed, plan, budget, actuals, misplaced, supplier, planned_volume, log, course, statements
    )
