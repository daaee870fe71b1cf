"""The region of the worked example on disk, with another ledger, other tables and other registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

import utfall
from tests.scenarios.example_region import BALANCE_SHEET, INCOME_STATEMENT, MKR, YEARLY, write_example
from utfall.region import Region

REGION = {"name": "Exempelregionen", "fictitious": True, "reference": "previous_year"}
"""Its region.yaml."""

UNITS = ("R1",)


def open_example(
    folder: Path,
    *,
    first: str = "2024-01",
    last: str = "2025-12",
    yearly: Mapping[str, float] = YEARLY,
    units: Sequence[str] = UNITS,
    equity: Mapping[int, float] | None = None,
    results: Sequence[int] = (2025,),
    measures: Sequence[Mapping[str, Any]] = (),
    **replaced: Any,
) -> Region:
    """Write and open it.

    Parameters
    ----------
    folder : Path
        Where.
    first, last : str
        Months of the ledger, each a twelfth of the year.
    yearly : mapping of str to float
        Account to a year's amount, mkr in result sign.
    units : sequence of str
        Units, each with a part of the ledger as large as the others'.
    equity : mapping of int to float, optional
        Years that have a balance sheet, and the equity in it, mkr; cash balances.
    results : sequence of int
        Years that have an income statement.
    measures : sequence of mapping
        The register of measures.
    **replaced
        Registers by the name of their file without ending.
    """
    write_example(folder, **replaced)
    months = pd.date_range(first, last, freq="MS")
    pd.DataFrame(
        [
            {"period": month, "unit": unit, "account": account, "amount": amount * MKR / 12 / len(units)}
            for month in months
            for unit in units
            for account, amount in yearly.items()
        ]
    ).to_parquet(folder / "ledger.parquet", index=False)
    equity = {2024: 76.0, 2025: 100.0} if equity is None else equity
    pd.DataFrame(
        [
            {"year": year, "item": item, "amount": amount * MKR}
            for year, own in equity.items()
            for item, amount in (BALANCE_SHEET | {"equity": own, "cash": 168.0 + own}).items()
        ]
    ).to_parquet(folder / "balance_sheet.parquet", index=False)
    pd.DataFrame(
        [
            {"year": year, "item": item, "amount": amount * MKR}
            for year in results
            for item, amount in INCOME_STATEMENT.items()
        ]
    ).to_parquet(folder / "income_statement.parquet", index=False)
    if measures:
        text = yaml.safe_dump({"measures": list(measures)}, allow_unicode=True, sort_keys=False)
        (folder / "measures.yaml").write_text(text, encoding="utf-8")
    return utfall.open_region(folder)


def investment(name: str, **changes: Any) -> dict[str, Any]:
    """An investment of 12 mkr in the X-ray unit, worn over ten years."""
    row = {
        "id": name, "name": name, "unit": "R1", "kind": "new", "amount": 12.0 * MKR, "paid": "2026-03",
        "in_use": "2026-04", "life": 10, "status": "decided", "source": "Exemplet", "owner": "Ekonomidirektör",
    }  # fmt: skip
    return row | changes
