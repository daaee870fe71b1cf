"""A simulation small enough to count by hand: two years, four draws, every month like the other.

Draw k (0 to 3) costs 10 SEK more a month for each k. In SEK a month of the first year: income 20, costs −100 − 10k,
depreciation −5, tax 70, grants 20, dividends 2, interest −1, indexation −1, unrealised gains 3: the result is 8 − 10k,
which is 96 − 120k a year. In the second year costs are 2 more a month: 72 − 120k. Without the unrealised gains of 36
the balance requirement result is 60 − 120k, then 36 − 120k. Cash changes by the result less 1 a month.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from utfall.region.scenario_registers import Assumption, Investment, Limit, Loan, ScenarioRow
from utfall.scenarios.result import summarise
from utfall.scenarios.result.names import Names
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS, Simulation

DRAWS, YEARS = 4, (2026, 2027)
MONTHS = 12 * len(YEARS)

A_MONTH = {
    "external_income": 20,
    "external_costs": -100,
    "depreciation": -5,
    "tax_revenue": 70,
    "general_grants": 20,
    "financial_income": 2,
    "unrealised_gains": 3,
    "interest_costs": -1,
    "pension_indexation": -1,
}
"""SEK a month of the first year in draw 0."""

CASH_A_MONTH = {
    "depreciation_added_back": 5,
    "gains_deducted": -3,
    "pension_change": 1,
    "receivables_change": -1,
    "current_liabilities_change": 2,
    "investments": -6,
    "placements": -1,
    "loans_drawn": 3,
    "loans_repaid": -1,
}
"""SEK a month beside the result; they sum to −1."""

BALANCE_A_MONTH = {
    "fixed_assets": 1,
    "financial_fixed_assets": 4,
    "receivables": 1,
    "pension_provisions": 1,
    "long_term_liabilities": 2,
    "current_liabilities": 2,
}
"""SEK a month that balances change by, beside cash and equity."""

OPENING = {
    "fixed_assets": 1000,
    "financial_fixed_assets": 500,
    "inventories": 50,
    "receivables": 150,
    "cash": 300,
    "equity": 400,
    "pension_provisions": 900,
    "other_provisions": 50,
    "long_term_liabilities": 250,
    "current_liabilities": 400,
}
"""SEK; assets and financing are 2 000 each."""

CONTINGENT = 600

NAMES = Names(
    divisions={"K": "Division Kirurgi", "M": "Division Medicin"},
    lines={"sold": "Såld vård", "salaries": "Löner", "wear": "Avskrivningar", "rent_in": "Hyra", "rent_out": "Lokaler"},
    line_groups={
        "sold": "external_income",
        "salaries": "external_cost",
        "wear": "depreciation",
        "rent_in": "internal_income",
        "rent_out": "internal_cost",
    },
)

LIMITS = (
    Limit(id="balance", name="Balanskravet", measure="balance_requirement", direction="at_least", value=0.0),
    Limit(
        id="debt", name="Skuldtak", measure="debt_share", direction="at_most", value=0.26, source="Beslut", owner="E"
    ),
)

ASSUMPTIONS = (
    Assumption(
        scenario="base",
        driver="tax_base",
        value=0.03,
        low=0.02,
        high=0.045,
        source="Prognos, påhittad",
        owner="Ekonomichef",
    ),
    Assumption(scenario="base", driver="saving", year=2027, value=50_000_000, source="Beslut", owner="Direktör"),
    Assumption(scenario="base", driver="volume", target="salaries", value=0.01, source="Trend", owner="Controller"),
)

INVESTMENTS = (
    Investment(
        id="mri",
        name="Magnetkamera",
        unit="K1",
        kind="new",
        amount=48.0,
        paid="2027-03",
        in_use="2027-06",
        life=10,
        running_cost=2.0,
        loan="l1",
        loan_share=0.5,
        status="decided",
    ),
)

LOANS = (Loan(id="l1", name="Lån 2027", drawn="2027-03", years=10),)


def history() -> pd.DataFrame:
    """2024 and 2025: results of −30 and 10; equity rises to the opening's 400."""
    rows = []
    for year, costs, equity in ((2024, -1138, 390), (2025, -1098, 400)):
        income = {item: 12 * amount for item, amount in A_MONTH.items() if item != "unrealised_gains"}
        income |= {"external_costs": costs, "unrealised_gains": 0, "depreciation": -172}
        rows += [(year, item, float(income.get(item, 0))) for item in INCOME_ITEMS]
        rows.append((year, "result", float(sum(income.values()))))
        balance = OPENING | {"equity": equity, "cash": 300 - (400 - equity)}
        rows += [(year, item, float(amount)) for item, amount in balance.items()]
        rows.append((year, "contingent_pension_liability", float(CONTINGENT)))
    return pd.DataFrame(rows, columns=["year", "item", "amount"])


def simulation(**changed: object) -> Simulation:
    """Build every array from the amounts above, in öre."""
    more = np.zeros((DRAWS, MONTHS), dtype=np.int64)
    more += 10 * np.arange(DRAWS)[:, None]
    more[:, 12:] += 2
    income = {item: np.full((DRAWS, MONTHS), 100 * A_MONTH.get(item, 0), dtype=np.int64) for item in INCOME_ITEMS}
    income["external_costs"] -= 100 * more
    result = sum(income.values())
    cash_flow = {item: np.full((DRAWS, MONTHS), 100 * CASH_A_MONTH.get(item, 0)) for item in CASH_FLOW_ITEMS}
    cash_flow["result"] = result.copy()
    changes = {
        item: np.full((DRAWS, MONTHS), 100 * BALANCE_A_MONTH.get(item, 0), dtype=np.int64)
        for item in (*ASSETS, *FINANCING)
    }
    changes["cash"] = result - 100
    changes["equity"] = result
    balance = {
        item: 100 * OPENING[item] + np.concatenate([np.zeros((DRAWS, 1), np.int64), change.cumsum(axis=1)], axis=1)
        for item, change in changes.items()
    }
    made = Simulation(
        scenario="base",
        years=YEARS,
        months=pd.date_range("2026-01-01", periods=MONTHS, freq="MS"),
        booked=0,
        income=income,
        balance=balance,
        cash_flow=cash_flow,
        contingent=np.full((DRAWS, MONTHS + 1), 100 * CONTINGENT, dtype=np.int64),
        net_cost=_net_cost(income),
        divisions=("K", "M"),
        lines=("sold", "salaries", "wear", "rent_in", "rent_out"),
        drivers={},
        history=history(),
    )
    return dataclasses.replace(made, **changed)  # type: ignore[arg-type]


def scenario(**changed: object):
    """What is shown of it."""
    return summarise(
        simulation(**changed),
        scenario=ScenarioRow(id="base", name="Grundscenariot", description="Påhittat"),
        rows=ASSUMPTIONS,
        names=NAMES,
        limits=LIMITS,
        investments=INVESTMENTS,
        loans=LOANS,
        unit_names={"K1": "Röntgen"},
        region_name="Småregionen",
        fictitious=True,
    )


def _net_cost(income: dict) -> np.ndarray:
    """Surgery has all income, a quarter of the costs and the wear; it lets premises to Medicine for 30 a year."""
    net = np.zeros((DRAWS, len(YEARS), 2, 5), dtype=np.int64)
    yearly = {item: income[item].reshape(DRAWS, 2, 12).sum(axis=2) for item in INCOME_ITEMS}
    net[:, :, 0, 0] = yearly["external_income"]
    net[:, :, 0, 1] = yearly["external_costs"] // 4
    net[:, :, 1, 1] = yearly["external_costs"] - yearly["external_costs"] // 4
    net[:, :, 0, 2] = yearly["depreciation"]
    net[:, :, 0, 3], net[:, :, 1, 4] = 3000, -3000
    return net
