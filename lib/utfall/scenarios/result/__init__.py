"""What a simulation shows: statements with intervals, limits, assumptions, charts and words."""

from utfall.scenarios.result.scenario import Scenario
from utfall.scenarios.result.summarise import summarise, summarise_region

__all__ = ["Scenario", "summarise", "summarise_region"]
