"""The region of the example in docs/method_scenarios.md: small enough to be worked by hand, in millions of SEK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

MKR = 1_000_000

YEARLY = {"3010": 120.0, "4010": -1200.0, "5610": -240.0, "7910": -60.0}
"""Account to the year's amount in 2025 (and 2024), mkr in result sign, the same every month."""

INCOME_STATEMENT = {
    "other_costs": -360.0,
    "tax_revenue": 1500.0,
    "general_grants": 300.0,
    "interest_costs": -12.0,
    "pension_indexation": -24.0,
}
"""What the ledger does not hold, 2025, mkr."""

BALANCE_SHEET = {
    "fixed_assets": 600.0,
    "financial_fixed_assets": 0.0,
    "inventories": 36.0,
    "receivables": 96.0,
    "cash": 268.0,
    "equity": 100.0,
    "pension_provisions": 480.0,
    "other_provisions": 0.0,
    "long_term_liabilities": 240.0,
    "current_liabilities": 180.0,
    "contingent_pension_liability": 300.0,
}
"""At the end of 2025, mkr; equity was 76 a year before."""

ASSUMPTIONS: tuple[tuple[str, str, float], ...] = (
    ("price", "Löner", 0.03),
    ("price", "Läkemedel", 0.02),
    ("volume", "drugs", 0.05),
    ("volume", "depreciation", -0.1),
    ("tax_base", "", 0.04),
    ("general_grants", "", 0.02),
    ("other", "other_costs", 0.025),
    ("pension_indexation", "", 0.05),
    ("pension_paid", "", 0.05),
    ("interest", "", 0.05),
    ("amortisation", "", 0.10),
)
"""Driver, target and value of the scenario ``example``; nothing is uncertain."""

INVESTMENT = {
    "id": "scanner",
    "name": "Magnetkamera",
    "unit": "R1",
    "kind": "new",
    "amount": 120.0 * MKR,
    "paid": "2027-01",
    "in_use": "2027-07",
    "life": 10,
    "running_cost": 2.4 * MKR,
    "loan": "scanner_loan",
    "loan_share": 0.5,
    "status": "decided",
    "source": "Exemplet",
    "owner": "Ekonomidirektör",
}
LOAN = {"id": "scanner_loan", "name": "Lån till magnetkamera", "drawn": "2027-01", "interest": 0.04, "years": 5}


def assumption(driver: str, target: str, value: float, scenario: str = "example", **more: Any) -> dict[str, Any]:
    """One row of the register."""
    row = {"scenario": scenario, "driver": driver, "target": target, "value": value}
    return row | {"source": "Exemplet", "owner": "Ekonomidirektör"} | more


def registers() -> dict[str, dict[str, Any]]:
    """Every register of the example, file by file."""
    return {
        "region.yaml": {"name": "Exempelregionen", "fictitious": True, "reference": "previous_year"},
        "organisation.yaml": {
            "units": [
                {"code": "B", "name": "Nämnden", "level": "board", "parent": None},
                {"code": "D", "name": "Division Vård", "level": "division", "parent": "B"},
                {"code": "A", "name": "Område Vård", "level": "area", "parent": "D"},
                {"code": "R1", "name": "Röntgen", "level": "unit", "parent": "A"},
            ]
        },
        "accounts.yaml": {
            "lines": [
                {"line": "fees", "name": "Patientavgifter", "group": "external_income", "kind": "income"},
                {
                    "line": "salaries",
                    "name": "Löner",
                    "group": "external_cost",
                    "kind": "cost",
                    "price_index": "Löner",
                },
                {
                    "line": "drugs",
                    "name": "Läkemedel",
                    "group": "external_cost",
                    "kind": "cost",
                    "price_index": "Läkemedel",
                },
                {"line": "depreciation", "name": "Avskrivningar", "group": "depreciation", "kind": "cost"},
            ],
            "accounts": [
                {"first": "30", "last": "39", "line": "fees", "name": "Intäkter"},
                {"first": "40", "last": "49", "line": "salaries", "name": "Löner"},
                {"first": "56", "last": "56", "line": "drugs", "name": "Läkemedel"},
                {"first": "79", "last": "79", "line": "depreciation", "name": "Avskrivningar"},
            ],
        },
        "scenarios.yaml": {
            "scenarios": [{"id": "example", "name": "Exemplet", "source": "Exemplet", "owner": "Ekonomidirektör"}],
            "assumptions": [assumption(*row) for row in ASSUMPTIONS],
            "correlations": [],
            "limits": [
                {
                    "id": "balance",
                    "name": "Ekonomi i balans",
                    "measure": "balance_requirement",
                    "direction": "at_least",
                    "value": 0.0,
                }
            ],
        },
        "investments.yaml": {"investments": [INVESTMENT], "loans": [LOAN]},
    }


def write_example(folder: Path, **replaced: Any) -> Path:
    """Write the region; a register given by the name of its file without ending replaces the example's own."""
    folder.mkdir(parents=True, exist_ok=True)
    months = pd.date_range("2024-01-01", "2025-12-01", freq="MS")
    pd.DataFrame(
        [
            {"period": month, "unit": "R1", "account": account, "amount": amount * MKR / 12}
            for month in months
            for account, amount in YEARLY.items()
        ]
    ).to_parquet(folder / "ledger.parquet", index=False)
    pd.DataFrame(
        [
            {"index": index, "period": month, "value": 100.0, "status": "outcome", "source": "Exemplet"}
            for index in ("Löner", "Läkemedel")
            for month in months
        ]
    ).to_parquet(folder / "price_index.parquet", index=False)
    pd.DataFrame(
        [{"year": 2025, "item": item, "amount": amount * MKR} for item, amount in INCOME_STATEMENT.items()]
    ).to_parquet(folder / "income_statement.parquet", index=False)
    sheet = replaced.pop("balance_sheet", None) or BALANCE_SHEET
    before = sheet | {"equity": 76.0, "cash": sheet["cash"] - 24.0}
    pd.DataFrame(
        [
            {"year": year, "item": item, "amount": amount * MKR}
            for year, items in ((2024, before), (2025, sheet))
            for item, amount in items.items()
        ]
    ).to_parquet(folder / "balance_sheet.parquet", index=False)
    for file, content in registers().items():
        content = replaced.get(file.removesuffix(".yaml"), content)
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / file).write_text(text, encoding="utf-8")
    return folder
