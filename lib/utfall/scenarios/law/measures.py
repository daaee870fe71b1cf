"""What a limit can be set for: the measures of a simulation, year by year in every draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from utfall.scenarios.law.balance import BalanceRequirement, balance_requirement
from utfall.scenarios.law.figures import (
    debt_share,
    liquidity_days,
    quick_ratio,
    result_share,
    solidity,
    solidity_with_contingent,
)
from utfall.scenarios.simulation import ASSETS, Simulation

Values = NDArray[np.float64]
"""Shape (draws, years)."""

ORE_PER_SEK = 100
"""The simulation counts in whole öre."""

MONTHS = 12
"""Months between the ends of two years."""


@dataclass(frozen=True)
class FinancialMeasure:
    """A measure that a limit can be set for.

    Parameters
    ----------
    name : str
        Its name in reports.
    kind : {"amount", "percent", "number"}
        How it is written; an amount is in SEK, a percentage a share.
    unit : str
        Word of a number; empty otherwise.
    decimals : int
        Decimals shown.
    better : {"higher", "lower"}
        Which direction is better.
    definition : str
        How it is computed, in Swedish.
    values : callable
        Simulation to one value a draw and year.
    """

    name: str
    kind: Literal["amount", "percent", "number"]
    unit: str
    decimals: int
    better: Literal["higher", "lower"]
    definition: str
    values: Callable[[Simulation], Values]


def measure_values(simulation: Simulation) -> dict[str, Values]:
    """Compute every measure of a simulation.

    Parameters
    ----------
    simulation : Simulation
        Statements in every draw.

    Returns
    -------
    dict of str to ndarray, shape (draws, years)
        Measure to its values: SEK, shares or days. Not a number where a denominator is zero.
    """
    return {name: np.asarray(measure.values(simulation), float) for name, measure in MEASURES.items()}


def yearly_requirement(simulation: Simulation) -> BalanceRequirement:
    """Make the balance requirement investigation of each simulated year, in öre, shapes (draws, years).

    A year's realised gains are taken off where they are gains on the whole, and realised losses stay: whether single
    gains or losses may be exempted, and what unrealised amounts of earlier years are reversed, no simulation knows.
    Nothing is put into the result reserve or taken from it: that is a decision.

    Parameters
    ----------
    simulation : Simulation
        Statements in every draw.

    Returns
    -------
    BalanceRequirement
    """
    return balance_requirement(
        simulation.yearly_income("result"),
        realised_gains=np.maximum(simulation.yearly_income("realised_gains"), 0),
        unrealised=simulation.yearly_income("unrealised_gains"),
    )


def _requirement(simulation: Simulation) -> Values:
    requirement: Values = np.asarray(yearly_requirement(simulation).requirement) / ORE_PER_SEK
    return requirement


def _tax_and_grants(simulation: Simulation) -> Values:
    total: Values = (simulation.yearly_income("tax_revenue") + simulation.yearly_income("general_grants")).astype(float)
    return total


def _assets(simulation: Simulation) -> Values:
    return np.sum([simulation.closing(item) for item in ASSETS], axis=0).astype(float)


def _cost(simulation: Simulation) -> Values:
    cost: Values = -(simulation.yearly_income("external_costs") + simulation.yearly_income("other_costs")).astype(float)
    return cost


def _contingent(simulation: Simulation) -> Values:
    return np.asarray(simulation.contingent[:, MONTHS::MONTHS], float)


MEASURES: dict[str, FinancialMeasure] = {
    "balance_requirement": FinancialMeasure(
        "Balanskravsresultat",
        "amount",
        "",
        1,
        "higher",
        "årets resultat utan realisationsvinster och utan orealiserade vinster och förluster i värdepapper",
        _requirement,
    ),
    "result_share": FinancialMeasure(
        "Resultatets andel av skatter och bidrag",
        "percent",
        "",
        1,
        "higher",
        "årets resultat delat med skatteintäkter, generella statsbidrag och utjämning",
        lambda one: np.asarray(result_share(one.yearly_income("result"), _tax_and_grants(one))),
    ),
    "solidity": FinancialMeasure(
        "Soliditet",
        "percent",
        "",
        1,
        "higher",
        "eget kapital delat med totala tillgångar",
        lambda one: np.asarray(solidity(one.closing("equity"), _assets(one))),
    ),
    "solidity_with_contingent": FinancialMeasure(
        "Soliditet inklusive ansvarsförbindelsen",
        "percent",
        "",
        1,
        "higher",
        "eget kapital minus pensioner intjänade före 1998, delat med totala tillgångar",
        lambda one: np.asarray(solidity_with_contingent(one.closing("equity"), _contingent(one), _assets(one))),
    ),
    "debt_share": FinancialMeasure(
        "Låneskuldens andel av skatter och bidrag",
        "percent",
        "",
        1,
        "lower",
        "räntebärande lån delade med skatteintäkter, generella statsbidrag och utjämning",
        lambda one: np.asarray(debt_share(one.closing("long_term_liabilities"), _tax_and_grants(one))),
    ),
    "liquidity_days": FinancialMeasure(
        "Likviditet",
        "number",
        "dagar",
        0,
        "higher",
        "kassan delad med en dags externa kostnader utan avskrivningar (årets kostnader delade med 365)",
        lambda one: np.asarray(liquidity_days(one.closing("cash"), _cost(one))),
    ),
    "quick_ratio": FinancialMeasure(
        "Kassalikviditet",
        "percent",
        "",
        0,
        "higher",
        "fordringar och kassa delade med kortfristiga skulder",
        lambda one: np.asarray(
            quick_ratio(one.closing("receivables"), one.closing("cash"), one.closing("current_liabilities"))
        ),
    ),
}
"""Measure, as the register of limits names it, to what it is."""
