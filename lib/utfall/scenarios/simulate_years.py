"""`simulate_years`: several years ahead for a region, in one of its scenarios."""

from __future__ import annotations

from utfall.region import Region
from utfall.scenarios.engine import read_start, resolve, simulate, unsaid
from utfall.scenarios.result import Scenario, summarise_region

YEARS = 5
"""Years ahead when nothing else is asked for."""

DRAWS = 1000
"""Courses drawn when nothing else is asked for."""


def simulate_years(region: Region, scenario: str, *, years: int = YEARS, draws: int = DRAWS, seed: int = 0) -> Scenario:
    """Simulate income statement, balance sheet and cash flow several years ahead.

    Parameters
    ----------
    region : Region
        A region with the tables ``balance_sheet`` and ``income_statement`` and a register of scenarios.
    scenario : str
        Identifier in the register.
    years : int, default 5
        Calendar years, from the first that is not closed.
    draws : int, default 1000
        How many courses are drawn.
    seed : int, default 0
        Decides every draw; scenarios simulated with the same seed differ only by what they assume.

    Returns
    -------
    Scenario
        The statements with their intervals, the law's tests, the limits, and what is assumed.

    Raises
    ------
    InvalidParameter
        When the scenario is unknown, a table is missing, or years or draws cannot be used.
    InvalidData
        When the opening result is not the change of equity.
    IdentityFailed
        When the statements do not tie to the öre in some draw.

    Notes
    -----
    The method is described in docs/method_scenarios.md.
    """
    start = read_start(region)
    assumptions = resolve(region, scenario)
    simulation = simulate(start, assumptions, years=years, draws=draws, seed=seed)
    return summarise_region(region, simulation, assumptions, (*start.warnings, *unsaid(start, assumptions)))
