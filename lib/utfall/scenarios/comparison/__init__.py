"""Scenarios beside each other, which assumption matters most, and what must be true."""

from utfall.scenarios.comparison.compare import compare_scenarios
from utfall.scenarios.comparison.must_be_true import Requirement, what_must_be_true
from utfall.scenarios.comparison.result import ScenarioComparison
from utfall.scenarios.comparison.sensitivities import Sensitivities, scenario_sensitivities

__all__ = [
    "Requirement",
    "ScenarioComparison",
    "Sensitivities",
    "compare_scenarios",
    "scenario_sensitivities",
    "what_must_be_true",
]
