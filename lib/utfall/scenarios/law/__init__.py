"""The law: the balance requirement, the deficits to restore, the result reserve, figures and limits.

Pure functions of amounts; nothing here knows a region.
"""

from utfall.scenarios.law.balance import LINES, BalanceRequirement, balance_requirement
from utfall.scenarios.law.figures import (
    debt_share,
    liquidity_days,
    quick_ratio,
    result_share,
    solidity,
    solidity_with_contingent,
)
from utfall.scenarios.law.history import opening_deficits, requirement_history
from utfall.scenarios.law.limits import judge_limits
from utfall.scenarios.law.measures import MEASURES, FinancialMeasure, measure_values, yearly_requirement
from utfall.scenarios.law.reserve import RESERVE_RULES, ReserveRules, most_to_reserve
from utfall.scenarios.law.restoration import YEARS_TO_RESTORE, Restoration, restoration

__all__ = [
    "LINES",
    "MEASURES",
    "RESERVE_RULES",
    "YEARS_TO_RESTORE",
    "BalanceRequirement",
    "FinancialMeasure",
    "ReserveRules",
    "Restoration",
    "balance_requirement",
    "debt_share",
    "judge_limits",
    "liquidity_days",
    "measure_values",
    "most_to_reserve",
    "opening_deficits",
    "quick_ratio",
    "requirement_history",
    "restoration",
    "result_share",
    "solidity",
    "solidity_with_contingent",
    "yearly_requirement",
]
