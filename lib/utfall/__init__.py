"""utfall: an analysis kit for the controllers and analysts of a Swedish healthcare region.

What a notebook imports::

    import utfall

    region = utfall.open_region("data/demo")
    result = utfall.explain_deviation(region, unit="Division Kirurgi", period="2026-10")
    result
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from utfall.effects import (
        avoided_cost,
        drug_measure,
        estimate_effect,
        measure_card,
        measure_effect,
        measure_portfolio,
        measure_prospect,
        prospective,
        synthetic_control,
    )
    from utfall.followup import follow_up, forecast_accuracy, month_forecast, year_forecast
    from utfall.forecasting import forecast, year_end
    from utfall.parameters import check_parameters
    from utfall.quality import check_data, check_printed_sums
    from utfall.region import open_region
    from utfall.rootcause import decompose, explain_deviation, localise
    from utfall.scenarios import (
        benefit_calculation,
        compare_scenarios,
        scenario_sensitivities,
        simulate_years,
        what_must_be_true,
        write_statements,
    )

__version__ = version("utfall")

_PUBLIC = {
    "avoided_cost": "utfall.effects",
    "benefit_calculation": "utfall.scenarios",
    "check_data": "utfall.quality",
    "check_parameters": "utfall.parameters",
    "check_printed_sums": "utfall.quality",
    "compare_scenarios": "utfall.scenarios",
    "decompose": "utfall.rootcause",
    "drug_measure": "utfall.effects",
    "estimate_effect": "utfall.effects",
    "explain_deviation": "utfall.rootcause",
    "follow_up": "utfall.followup",
    "forecast": "utfall.forecasting",
    "forecast_accuracy": "utfall.followup",
    "localise": "utfall.rootcause",
    "measure_card": "utfall.effects",
    "measure_effect": "utfall.effects",
    "measure_portfolio": "utfall.effects",
    "measure_prospect": "utfall.effects",
    "month_forecast": "utfall.followup",
    "open_region": "utfall.region",
    "prospective": "utfall.effects",
    "scenario_sensitivities": "utfall.scenarios",
    "simulate_years": "utfall.scenarios",
    "synthetic_control": "utfall.effects",
    "what_must_be_true": "utfall.scenarios",
    "write_statements": "utfall.scenarios",
    "year_end": "utfall.forecasting",
    "year_forecast": "utfall.followup",
}

__all__ = [
    "avoided_cost",
    "benefit_calculation",
    "check_data",
    "check_parameters",
    "check_printed_sums",
    "compare_scenarios",
    "decompose",
    "drug_measure",
    "estimate_effect",
    "explain_deviation",
    "follow_up",
    "forecast",
    "forecast_accuracy",
    "localise",
    "measure_card",
    "measure_effect",
    "measure_portfolio",
    "measure_prospect",
    "month_forecast",
    "open_region",
    "prospective",
    "scenario_sensitivities",
    "simulate_years",
    "synthetic_control",
    "what_must_be_true",
    "write_statements",
    "year_end",
    "year_forecast",
]


def __getattr__(name: str) -> Any:
    # Loaded when first used: `utfall --help` should not wait for the analyses.
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'utfall' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
