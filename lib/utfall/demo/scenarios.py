"""The register of scenarios: the base scenario, three that differ from it, and the limits they are held against."""

from __future__ import annotations

from dataclasses import dataclass, replace

from utfall.demo.outlook import CORRELATIONS, EXPECTED, OUTLOOK, Expectation

INVENTED = "Påhittad för demonstration"
"""What every source begins with."""

BASE = "base"
"""The scenario the others are based on."""

Row = dict[str, object]
"""One row of a register."""


@dataclass(frozen=True)
class _Scenario:
    """A scenario and what it assumes differently: driver and target to middle and half the width of the interval."""

    id: str
    name: str
    description: str
    differs: dict[tuple[str, str], tuple[float, float]]


_SCENARIOS = (
    _Scenario(
        BASE,
        "Basscenario",
        "Priser, löner och skatteunderlag ungefär som prognoserna säger; sex tiondelar av åtgärdernas effekt nås.",
        {},
    ),
    _Scenario(
        "cautious",
        "Försiktigt",
        "Skatteunderlaget växer långsammare, priserna stiger mer och fyra tiondelar av åtgärdernas effekt nås.",
        {
            ("tax_base", ""): (0.036, 0.014),
            ("general_grants", ""): (0.022, 0.030),
            ("price", "Material och tjänster"): (0.027, 0.020),
            ("volume", "drugs"): (0.050, 0.020),
            ("unrealised_gain", ""): (0.02, 0.08),
            ("measure", ""): (0.4, 0.3),
        },
    ),
    _Scenario(
        "strained",
        "Ansträngt",
        "Lågkonjunktur och dyrare varor: svagt skatteunderlag, hög ränta, inhyrd personal kvar och få åtgärder i mål.",
        {
            ("tax_base", ""): (0.030, 0.014),
            ("general_grants", ""): (0.012, 0.030),
            ("price", "LPIK exkl. läkemedel"): (0.031, 0.012),
            ("price", "Löner"): (0.032, 0.010),
            ("price", "Material och tjänster"): (0.032, 0.025),
            ("other", "other_costs"): (0.037, 0.014),
            ("volume", "drugs"): (0.055, 0.025),
            ("volume", "hired_staff"): (0.0, 0.10),
            ("need", ""): (0.004, 0.006),
            ("interest", ""): (0.042, 0.012),
            ("unrealised_gain", ""): (0.0, 0.10),
            ("pension_indexation", ""): (0.034, 0.025),
            ("measure", ""): (0.2, 0.2),
        },
    ),
    _Scenario(
        "plan_holds",
        "Planen håller",
        "Som basscenariot, men åtgärderna får hela den effekt som planen räknar med, och planen för ekonomi i balans "
        "sparar 150 mkr 2027, 300 mkr 2028 och 400 mkr om året därefter.",
        {("measure", ""): (1.0, 0.0)},
    ),
)

PLAN_SAVINGS: tuple[tuple[int | None, float], ...] = ((2026, 0.0), (2027, 150e6), (2028, 300e6), (None, 400e6))
"""SEK that the invented plan for an economy in balance saves, by year; the last in every year after."""

_LAW = "Kommunallagen (2017:725) 11 kap. 5 och 12 §§"

LIMITS: tuple[Row, ...] = (
    {
        "id": "balance",
        "name": "Balanskravet",
        "measure": "balance_requirement",
        "direction": "at_least",
        "value": 0.0,
        "source": _LAW,
        "owner": "Regionfullmäktige",
    },
    {
        "id": "result",
        "name": "Resultat i förhållande till skatter och bidrag",
        "measure": "result_share",
        "direction": "at_least",
        "value": 0.01,
        "source": f"{INVENTED}; en region har det i sina riktlinjer för god ekonomisk hushållning",
        "owner": "Regionfullmäktige",
    },
    {
        "id": "solidity",
        "name": "Soliditet",
        "measure": "solidity",
        "direction": "at_least",
        "value": -0.25,
        "source": f"{INVENTED}; en region har det i regionplanen",
        "owner": "Regionfullmäktige",
    },
    {
        "id": "debt",
        "name": "Skuldtak",
        "measure": "debt_share",
        "direction": "at_most",
        "value": 0.30,
        "source": f"{INVENTED}; en region har det i finanspolicyn",
        "owner": "Finanschef",
    },
    {
        "id": "liquidity",
        "name": "Likviditet",
        "measure": "liquidity_days",
        "direction": "at_least",
        "value": 20.0,
        "source": f"{INVENTED}; en region har det i finanspolicyn",
        "owner": "Finanschef",
    },
)
"""Limits; all but the law's are invented."""


def scenarios_register() -> dict[str, list[Row]]:
    """Return the content of ``scenarios.yaml``: scenarios, assumptions, correlations and limits.

    Returns
    -------
    dict of str to list of dict
        A scenario beside the base has only the rows that differ.

    Examples
    --------
    >>> [row["name"] for row in scenarios_register()["scenarios"]]
    ['Basscenario', 'Försiktigt', 'Ansträngt', 'Planen håller']
    """
    assumptions = [_assumption(BASE, row) for row in OUTLOOK]
    for scenario in _SCENARIOS:
        for key, (value, spread) in scenario.differs.items():
            assumptions.append(_assumption(scenario.id, replace(EXPECTED[key], value=value, spread=spread)))
    assumptions += [
        {
            "scenario": "plan_holds",
            "driver": "saving",
            "target": "",
            "year": year,
            "value": sek,
            "source": f"{INVENTED}; en region tar den ur planen för ekonomi i balans",
            "owner": "Regiondirektör",
        }
        for year, sek in PLAN_SAVINGS
    ]
    return {
        "scenarios": [
            {
                "id": scenario.id,
                "name": scenario.name,
                "description": scenario.description,
                "based_on": None if scenario.id == BASE else BASE,
                "source": INVENTED,
                "owner": "Ekonomidirektör",
            }
            for scenario in _SCENARIOS
        ],
        "assumptions": assumptions,
        "correlations": [
            {"first": first, "second": second, "value": value, "source": INVENTED}
            for first, second, value in CORRELATIONS
        ],
        "limits": list(LIMITS),
    }


def _assumption(scenario: str, row: Expectation) -> Row:
    interval: Row = {}
    if row.spread:
        interval = {
            "low": _short(row.value - row.spread),
            "high": _short(row.value + row.spread),
            "persistence": row.persistence,
        }
    return {
        "scenario": scenario,
        "driver": row.driver,
        "target": row.target,
        "value": row.value,
        **interval,
        "source": f"{INVENTED}; en region tar den ur {row.source}",
        "owner": row.owner,
    }


def _short(value: float) -> float:
    """Without the tail that sums of binary fractions leave: 0.038 + 0.014 is 0.052."""
    return round(value, 6)
