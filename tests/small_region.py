"""A region small enough to count by hand: two divisions, three units, two years, four accounts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml

UNITS = ("K1", "K2", "M1")
ACCOUNTS = {"3010": 200.0, "4010": -1000.0, "5610": -300.0, "5310": -150.0}
"""Account to its amount in a plain month, in result sign."""

MONTHS = pd.date_range("2024-01-01", "2026-10-01", freq="MS")
BUDGET_MONTHS = pd.date_range("2024-01-01", "2026-12-01", freq="MS")


def ledger() -> pd.DataFrame:
    """Every unit, month and account once, growing by one krona a month; October 2026's drugs at K1 cost 5 000 more."""
    rows = [
        {
            "period": month,
            "unit": unit,
            "account": account,
            "amount": plain - number,
            "counterparty": "Leverantör A",
        }
        for number, month in enumerate(MONTHS)
        for unit in UNITS
        for account, plain in ACCOUNTS.items()
    ]
    frame = pd.DataFrame(rows)
    extra = (frame["period"] == "2026-10-01") & (frame["unit"] == "K1") & (frame["account"] == "5610")
    frame.loc[extra, "amount"] -= 5000.0
    return frame


def budget() -> pd.DataFrame:
    """The plain month, every month."""
    rows = [
        {"period": month, "unit": unit, "account": account, "amount": plain}
        for month in BUDGET_MONTHS
        for unit in UNITS
        for account, plain in ACCOUNTS.items()
    ]
    return pd.DataFrame(rows)


def volumes() -> pd.DataFrame:
    """A hundred visits a unit and month."""
    rows = [
        {"period": month, "unit": unit, "product": "Läkarbesök", "planned": 100.0, "actual": 100.0}
        for month in MONTHS
        for unit in UNITS
    ]
    return pd.DataFrame(rows)


REGISTERS: dict[str, dict[str, object]] = {
    "region.yaml": {"name": "Småregionen", "fictitious": True, "description": "Påhittade uppgifter för prov"},
    "organisation.yaml": {
        "units": [
            {"code": "B", "name": "Nämnden", "level": "board", "parent": None},
            {"code": "K", "name": "Division Kirurgi", "level": "division", "parent": "B"},
            {"code": "M", "name": "Division Medicin", "level": "division", "parent": "B"},
            {"code": "KA", "name": "Område Kirurgi", "level": "area", "parent": "K"},
            {"code": "MA", "name": "Område Medicin", "level": "area", "parent": "M"},
            {"code": "K1", "name": "Ortopedi", "level": "unit", "parent": "KA"},
            {"code": "K2", "name": "Ögonmottagningen", "level": "unit", "parent": "KA"},
            {"code": "M1", "name": "Hjärtenheten", "level": "unit", "parent": "MA"},
        ]
    },
    "accounts.yaml": {
        "lines": [
            {"line": "care_sold", "name": "Såld vård", "group": "external_income", "kind": "income"},
            {"line": "salaries", "name": "Löner", "group": "external_cost", "kind": "cost"},
            {"line": "purchased_care", "name": "Köpt vård", "group": "external_cost", "kind": "cost"},
            {
                "line": "drugs",
                "name": "Läkemedel",
                "group": "external_cost",
                "kind": "cost",
                "volume_driven": True,
            },
        ],
        "accounts": [
            {"first": "30", "last": "39", "line": "care_sold", "name": "Intäkter"},
            {"first": "40", "last": "49", "line": "salaries", "name": "Löner"},
            {"first": "53", "last": "53", "line": "purchased_care", "name": "Köpt vård"},
            {"first": "56", "last": "56", "line": "drugs", "name": "Läkemedel"},
        ],
    },
    "measures.yaml": {
        "measures": [
            {
                "id": "drugs-2026",
                "name": "Effektiviserad läkemedelshantering",
                "units": ["K1"],
                "lines": ["drugs"],
                "start": "2026-01",
                "planned_effect": 1200.0,
                "responsible": "Verksamhetschef",
                "judgement": "2026-12",
            }
        ]
    },
}


def write_region(folder: Path, *, as_csv: bool = False, **replaced: object) -> Path:
    """Write the small region; a table or register given by name replaces its own, None leaves it out."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"ledger": ledger, "budget": budget, "volumes": volumes}
    for name, make in tables.items():
        frame = replaced.get(name, make) if name in replaced else make()
        if isinstance(frame, pd.DataFrame):
            if as_csv:
                frame = frame.assign(period=frame["period"].dt.strftime("%Y-%m"))
                frame.to_csv(folder / f"{name}.csv", sep=";", decimal=",", index=False)
            else:
                frame.to_parquet(folder / f"{name}.parquet", index=False)
    for file, content in REGISTERS.items():
        content = replaced.get(file.removesuffix(".yaml"), content)
        if content is not None:
            text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
            (folder / file).write_text(text, encoding="utf-8")
    return folder
