"""The small region with registers about the years ahead that hold, for tests that break one thing at a time."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from tests.small_region import REGISTERS, ledger, write_region

SAID = {"source": "Påhittad", "owner": "Ekonomichef"}

AHEAD: dict[str, dict[str, list[dict[str, Any]]]] = {
    "scenarios": {
        "scenarios": [
            {"id": "base", "name": "Bas"},
            {"id": "tight", "name": "Stram", "based_on": "base"},
        ],
        "assumptions": [
            {"scenario": "base", "driver": "tax_base", "value": 0.03, "low": 0.02, "high": 0.04, **SAID},
            {"scenario": "base", "driver": "price", "target": "Löner", "value": 0.03, **SAID},
            {"scenario": "base", "driver": "population", "target": "80-", "value": 0.02, **SAID},
            {"scenario": "base", "driver": "population", "target": "80-", "year": 2028, "value": 0.04, **SAID},
            {"scenario": "base", "driver": "volume", "target": "drugs", "value": 0.05, "persistence": 0.5, **SAID},
            {"scenario": "tight", "driver": "saving", "target": "K", "year": 2027, "value": 1e6, **SAID},
        ],
        "correlations": [{"first": "tax_base", "second": "price:Löner", "value": 0.5, "source": "Påhittad"}],
        "limits": [
            {"id": "debt", "name": "Skuldtak", "measure": "debt_share", "direction": "at_most", "value": 0.14},
        ],
    },
    "investments": {
        "investments": [
            {
                "id": "mri",
                "name": "Magnetkamera",
                "unit": "K1",
                "kind": "replacement",
                "amount": 2e7,
                "paid": "2027-03",
                "in_use": "2027-06",
                "life": 10,
                "running_cost": 1e6,
                "loan": "new",
                "loan_share": 0.5,
                "status": "decided",
            },
        ],
        "loans": [
            {"id": "old", "name": "Gammalt lån", "amount": 1e7, "drawn": "2026-12", "years": 5, "interest": 0.031},
            {"id": "new", "name": "Nytt lån", "drawn": "2028-01", "years": 10, "refinances": "old"},
        ],
    },
    "projects": {
        "projects": [
            {
                "id": "home",
                "name": "Höftoperationer hem",
                "unit": "K",
                "start": "2027-01",
                "years": 5,
                "discount_rate": 0.03,
            },
        ],
        "project_items": [
            {
                "project": "home",
                "name": "Färre köpta operationer",
                "kind": "benefit",
                "value": 3e6,
                "low": 2e6,
                "high": 4e6,
                "timing": "yearly",
                "start": "2027-03",
                "profile": "ramp(6)",
                "effect": "cash",
                "lines": ["purchased_care"],
                **SAID,
            },
        ],
    },
}
"""Register file to its lists. Written by `write_ahead`, each row stands on a line of its own: the first on line 2."""

AGES = pd.DataFrame(
    [(2025, group, 1000.0, "outcome", "Påhittad") for group in ("0-79", "80-")],
    columns=["year", "age_group", "inhabitants", "status", "source"],
)

LEDGER = ledger().query("unit == 'K1' and period >= '2026-01-01'")

ACCOUNTS = copy.deepcopy(REGISTERS["accounts.yaml"])
ACCOUNTS["lines"][1]["price_index"] = "Löner"

PRICES = pd.DataFrame(
    [(index, "2026-01-01", 100.0, "outcome", "Påhittad") for index in ("Läkemedel", "Löner")],
    columns=["index", "period", "value", "status", "source"],
)


def changed(file: str, key: str, number: int = 0, **values: Any) -> dict[str, list[dict[str, Any]]]:
    """The lists of a file with some values of one row changed; a value that is None is left out."""
    lists = copy.deepcopy(AHEAD[file])
    row = lists[key][number] | values
    lists[key][number] = {name: value for name, value in row.items() if value is not None}
    return lists


def added(file: str, key: str, *rows: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The lists of a file with rows added to one of them."""
    lists = copy.deepcopy(AHEAD[file])
    return lists | {key: [*lists[key], *rows]}


def write_ahead(folder: Path, *, ages: pd.DataFrame | None = AGES, **files: Any) -> Path:
    """Write the small region with its tables and registers about the years ahead, some of them replaced."""
    settings = REGISTERS["region.yaml"] | {"reference": "previous_year"}
    write_region(folder, ledger=LEDGER, budget=None, volumes=None, region=settings, accounts=ACCOUNTS)
    PRICES.to_csv(folder / "price_index.csv", sep=";", decimal=",", index=False)
    if ages is not None:
        ages.to_csv(folder / "population_by_age.csv", sep=";", decimal=",", index=False)
    write_lists(folder, AHEAD | files)
    return folder


def write_lists(folder: Path, files: dict[str, Any]) -> None:
    """Write register files, a row a line."""
    for file, lists in files.items():
        if lists is not None:
            text = "".join(
                f"{key}:{'' if rows else ' []'}\n" + "".join(map(_line, rows)) for key, rows in lists.items()
            )
            (folder / f"{file}.yaml").write_text(text, encoding="utf-8")


def _line(row: dict[str, Any]) -> str:
    text = yaml.safe_dump(row, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10_000)
    return f"- {text}"


def line_of(folder: Path, file: str, text: str) -> int:
    """The line of a file that holds a text; it is there once."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if text in line]
    return number
