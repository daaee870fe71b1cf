"""Scenarios beside each other: where each leads, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.region import Region
from utfall.scenarios.comparison.middle import start_of
from utfall.scenarios.comparison.result import ScenarioComparison
from utfall.scenarios.comparison.steps import difference_steps
from utfall.scenarios.engine import resolve, simulate
from utfall.scenarios.result import Scenario, summarise_region

MOST_SCENARIOS = 6
"""Scenarios that can be told apart in one chart."""


def compare_scenarios(
    region: Region, scenarios: Sequence[str] | None = None, *, years: int = 5, draws: int = 1000, seed: int = 0
) -> ScenarioComparison:
    """Simulate several scenarios with the same draws, and say where each leads and why they differ.

    Parameters
    ----------
    region : Region
        The region, with its register of scenarios.
    scenarios : sequence of str, optional
        Identifiers; the first is what the others are compared with. All of the register when left out.
    years : int, default 5
        Calendar years.
    draws : int, default 1000
        How many courses of each.
    seed : int, default 0
        Decides every draw. Scenarios are drawn alike, so that they differ only by what is assumed.

    Returns
    -------
    ScenarioComparison

    Raises
    ------
    InvalidParameter
        When a scenario is unknown or named twice, or there are fewer than two or more than six.
    """
    wanted = [row.id for row in region.scenarios] if scenarios is None else list(scenarios)
    if len(set(wanted)) != len(wanted):
        raise InvalidParameter(f"A scenario is named twice among {', '.join(wanted)}; name each once.")
    if not 2 <= len(wanted) <= MOST_SCENARIOS:
        raise InvalidParameter(
            f"{len(wanted)} scenarios cannot be compared; name two to {MOST_SCENARIOS} of the register's, "
            f"which has {', '.join(row.id for row in region.scenarios) or 'none'}."
        )
    start = start_of(region)
    assumed = {name: resolve(region, name) for name in wanted}
    made = {
        name: summarise_region(
            region, simulate(start, assumed[name], years=years, draws=draws, seed=seed), assumed[name], start.warnings
        )
        for name in wanted
    }
    first, *others = wanted
    last = made[first].years[-1]
    steps = []
    for name in others:
        difference = _mean(made[name], last) - _mean(made[first], last)
        parts = difference_steps(start, assumed[first], assumed[name], last, difference)
        parts.insert(0, "scenario", name)
        steps.append(parts)
    return ScenarioComparison(
        region_name=region.name,
        fictitious=region.fictitious,
        years=made[first].years,
        names={name: scenario.name for name, scenario in made.items()},
        frame=pd.concat([_by_year(scenario) for scenario in made.values()], ignore_index=True),
        steps=pd.concat(steps, ignore_index=True),
        history=made[first].history,
        money=made[first].money,
        warnings=made[first].warnings,
        checks=made[first].checks,
        _scenarios=made,
    )


def _mean(scenario: Scenario, year: int) -> float:
    return float(scenario.spread("income_statement", "result").loc[[year], "mean"].iloc[0])


def _by_year(scenario: Scenario) -> pd.DataFrame:
    """One row a year: result with interval, chance of balance, measures, and how many limits are broken."""
    frame = scenario.spread("income_statement", "result").reset_index()
    frame.insert(0, "scenario", scenario.id)
    frame.insert(1, "name", scenario.name)
    balance = scenario.balance.set_index("year")
    for column in ("balanced", "times", "of", "outstanding"):
        frame[column] = balance[column].to_numpy()
    for measure in ("liquidity_days", "debt_share", "solidity"):
        rows = scenario.measures[scenario.measures["measure"] == measure]
        frame[measure] = rows["mean"].to_numpy()
    frame["cash"] = scenario.spread("balance_sheet", "cash")["mean"].to_numpy()
    limits = scenario.limits
    broken = limits[limits["breaks"].astype("float64") >= 0.5].groupby("year")["limit"].nunique()
    frame["limits_broken"] = [int(broken.get(year, 0)) for year in scenario.years]
    frame["limits"] = limits["limit"].nunique()
    return frame
