"""What effect measures had: interrupted series, avoided cost, comparison units, and all measures jointly."""

from utfall.effects.avoided.avoided_cost import avoided_cost
from utfall.effects.avoided.result import AvoidedCost
from utfall.effects.interrupted.effect import Effect
from utfall.effects.interrupted.estimate import estimate_effect
from utfall.effects.of_register import drug_measure, measure_card, measure_effect, measure_prospect
from utfall.effects.portfolio.measure_portfolio import measure_portfolio
from utfall.effects.portfolio.result import Portfolio
from utfall.effects.prospective import Prospect, prospective
from utfall.effects.synthetic.synthetic_control import SyntheticControl, synthetic_control

__all__ = [
    "AvoidedCost",
    "Effect",
    "Portfolio",
    "Prospect",
    "SyntheticControl",
    "avoided_cost",
    "drug_measure",
    "estimate_effect",
    "measure_card",
    "measure_effect",
    "measure_portfolio",
    "measure_prospect",
    "prospective",
    "synthetic_control",
]
