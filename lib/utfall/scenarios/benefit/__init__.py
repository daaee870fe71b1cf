"""The benefit calculation (nyttokalkyl): whether a project is worth its cost, and what of it reaches the budget."""

from utfall.scenarios.benefit.calculation import benefit_calculation, calculate
from utfall.scenarios.benefit.hand_over import hand_over, write_hand_over
from utfall.scenarios.benefit.result import BenefitCalculation

__all__ = ["BenefitCalculation", "benefit_calculation", "calculate", "hand_over", "write_hand_over"]
