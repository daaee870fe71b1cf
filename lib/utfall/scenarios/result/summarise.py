"""From a simulation to what is shown of it; every sum is tried first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from utfall.presentation.money import Money
from utfall.presentation.numbers import HOME_CURRENCY, period_name
from utfall.presentation.words import list_words
from utfall.region.scenario_drivers import split_key
from utfall.region.scenario_registers import Assumption, Investment, Limit, Loan, ScenarioRow
from utfall.scenarios.result.assumption_rows import assumption_frame
from utfall.scenarios.result.identities import identities
from utfall.scenarios.result.investments import investment_frame
from utfall.scenarios.result.limits import limit_frame, measure_frame
from utfall.scenarios.result.names import Names, names_of
from utfall.scenarios.result.requirement import requirement_lines, requirement_years
from utfall.scenarios.result.scenario import Scenario
from utfall.scenarios.result.statements import (
    division_frame,
    division_line_frame,
    monthly_frame,
    statement_frame,
)
from utfall.scenarios.simulation import Simulation

if TYPE_CHECKING:
    from utfall.region import Region
    from utfall.scenarios.engine.assumptions import Assumptions


def summarise(
    simulation: Simulation,
    *,
    scenario: ScenarioRow,
    rows: Iterable[Assumption],
    names: Names,
    limits: Iterable[Limit] = (),
    investments: Iterable[Investment] = (),
    loans: Iterable[Loan] = (),
    unit_names: dict[str, str] | None = None,
    region_name: str = "regionen",
    fictitious: bool = False,
    currency: str = HOME_CURRENCY,
    assumptions: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> Scenario:
    """Try every sum of a simulation, and gather what is shown of it.

    Parameters
    ----------
    simulation : Simulation
        Statements in every draw.
    scenario : ScenarioRow
        The register's row.
    rows : iterable of Assumption
        The assumptions that count, as they were resolved.
    names : Names
        Names of divisions, lines and measures, and the groups of the lines.
    limits : iterable of Limit
        The register's.
    investments : iterable of Investment
        Those not yet paid.
    loans : iterable of Loan
        The register's, for their names.
    unit_names : dict of str to str, optional
        Code to name of the investments' units.
    region_name : str
        Name of the region.
    fictitious : bool, default False
        Whether the figures are invented.
    currency : str, default "SEK"
        ISO code of the currency.
    assumptions, warnings : sequence of str
        Swedish sentences beyond those that follow from the simulation itself.

    Returns
    -------
    Scenario

    Raises
    ------
    IdentityFailed
        When a sum does not hold to the öre in some draw.
    """
    checks = identities(simulation, names.line_groups)
    statements = statement_frame(simulation)
    result = statements[statements["item"] == "result"]["mean"]
    spread = statements[(statements["statement"] == "income_statement")]["mean"]
    return Scenario(
        id=scenario.id,
        name=scenario.name,
        description=scenario.description,
        region_name=region_name,
        fictitious=fictitious,
        years=simulation.years,
        booked=simulation.booked,
        draws=simulation.draws,
        statements=statements,
        monthly=monthly_frame(simulation),
        divisions=division_frame(simulation, names.divisions),
        division_lines=division_line_frame(simulation, names.divisions, names.lines),
        requirement=requirement_lines(simulation),
        balance=requirement_years(simulation),
        limits=limit_frame(simulation, limits),
        measures=measure_frame(simulation),
        assumption_rows=assumption_frame(rows, names),
        investments=investment_frame(investments, loans, unit_names or {}),
        history=simulation.history,
        money=Money.for_deviations(spread, result, currency),
        assumptions=(*_assumed(simulation, scenario), *assumptions),
        warnings=tuple(warnings),
        checks=checks,
        _simulation=simulation,
    )


def summarise_region(
    region: Region, simulation: Simulation, assumptions: Assumptions, warnings: Sequence[str] = ()
) -> Scenario:
    """Gather what is shown of a simulation of a region, with names and limits from its registers.

    Parameters
    ----------
    region : Region
        The region.
    simulation : Simulation
        Statements in every draw.
    assumptions : Assumptions
        What it was simulated with.
    warnings : sequence of str
        Swedish sentences of the simulation.

    Returns
    -------
    Scenario

    Raises
    ------
    IdentityFailed
        When a sum does not hold to the öre in some draw.
    """
    names = names_of(region)
    first = simulation.months[min(simulation.booked, len(simulation.months) - 1)]
    ahead = [row for row in region.investments if pd.Timestamp(row.paid) >= first]
    return summarise(
        simulation,
        scenario=next(row for row in region.scenarios if row.id == assumptions.scenario),
        rows=assumptions.rows,
        names=names,
        limits=region.limits,
        investments=ahead,
        loans=region.loans,
        unit_names={row.unit: region.organisation.name(row.unit, region.latest_period) for row in ahead},
        region_name=region.name,
        fictitious=region.fictitious,
        currency=region.currency,
        assumptions=_correlated(assumptions, names),
        warnings=warnings,
    )


def _assumed(simulation: Simulation, scenario: ScenarioRow) -> tuple[str, ...]:
    first = simulation.years[0]
    said = [
        f"Åren framåt följer antagandena i scenariot {scenario.name}, som står med källa och ansvarig; siffrorna "
        "gäller om de håller",
    ]
    if 0 < simulation.booked < 12:
        until = period_name(simulation.months[simulation.booked - 1])
        said.append(
            f"Huvudbokens rader är bokförda till och med {until} och följer årsprognosen resten av {first}; "
            f"antagandena om dem gäller från {first + 1}, de om skatter, bidrag och finansiella poster från {first}"
        )
    said.append(
        "Ingenting sätts av till eller tas ur resultatreserven, och enskilda vinster och förluster undantas inte ur "
        "balanskravet: det är beslut som inte kan räknas fram"
    )
    return tuple(said)


def _correlated(assumptions: Assumptions, names: Names) -> tuple[str, ...]:
    keys = set(assumptions.keys)
    pairs = [
        f"{names.assumption(*split_key(pair.first))} och {names.assumption(*split_key(pair.second))}"
        for pair in assumptions.correlations
        if {split_key(pair.first), split_key(pair.second)} <= keys
    ]
    if not pairs:
        return ("Osäkerheten i ett antagande antas inte hänga ihop med osäkerheten i ett annat",)
    return (f"Osäkerheter som antas hänga ihop: {list_words(pairs)}; övriga är oberoende av varandra",)
