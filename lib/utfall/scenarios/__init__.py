"""Several years ahead: drivers, statements that tie, the law's tests, scenarios compared, a project's worth.

`simulate_years` is the way in. The engine (`engine/`) is pure: where the years begin and what is assumed give a
`Simulation`; `result/` shows one, `comparison/` several, `workbook/` writes it to Excel. `law/` knows no region.
`benefit/` values a project and hands it over to the register of measures.
"""

from utfall.scenarios.benefit import BenefitCalculation, benefit_calculation, hand_over, write_hand_over
from utfall.scenarios.comparison import (
    Requirement,
    ScenarioComparison,
    Sensitivities,
    compare_scenarios,
    scenario_sensitivities,
    what_must_be_true,
)
from utfall.scenarios.result import Scenario
from utfall.scenarios.simulate_years import simulate_years
from utfall.scenarios.simulation import Simulation
from utfall.scenarios.workbook import write_statements

__all__ = [
    "BenefitCalculation",
    "Requirement",
    "Scenario",
    "ScenarioComparison",
    "Sensitivities",
    "Simulation",
    "benefit_calculation",
    "compare_scenarios",
    "hand_over",
    "scenario_sensitivities",
    "simulate_years",
    "what_must_be_true",
    "write_hand_over",
    "write_statements",
]
