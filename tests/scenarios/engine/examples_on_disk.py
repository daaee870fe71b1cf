"""The region of the worked example on disk, with another ledger, other tables and other registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

import utfall
from tests.scenarios.example_region import BALANCE_SHEET, INCOME_STATEMENT, MKR, YEARLY, write_example
from utfall.region import Region
from utfall.region.scenario_registers import Investment
from utfall.region.store import ParquetStore


def open_example(folder: Path, *, first: str = "2022-01", last: str = "2026-08", **replaced: Any) -> Region:
    """Write and open it, with a ledger of other months; a register named as its file replaces the example's own."""
    write_example(folder, **replaced)
    months = pd.date_range(first, last, freq="MS")
    pd.DataFrame(
        [
            {"period": month, "unit": "R1", "account": account, "amount": amount * MKR / 12}
            for month in months
            for account, amount in YEARLY.items()
        ]
    ).to_parquet(folder / "ledger.parquet", index=False)
    return utfall.open_region(folder)


def with_tables(
    region: Region, folder: Path, *, equity: Mapping[int, float] | None = None, results: Sequence[int] = (2025,)
) -> Region:
    """The same region with other years in its tables.

    Parameters
    ----------
    region : Region
        The example.
    folder : Path
        Where the tables are written.
    equity : mapping of int to float, optional
        Years that have a balance sheet, and the equity in it, mkr; cash balances.
    results : sequence of int
        Years that have an income statement.
    """
    sheets = [
        {"year": year, "item": item, "amount": amount * MKR}
        for year, own in ({2024: 76.0, 2025: 100.0} if equity is None else equity).items()
        for item, amount in (BALANCE_SHEET | {"equity": own, "cash": 168.0 + own}).items()
    ]
    statements = [
        {"year": year, "item": item, "amount": amount * MKR}
        for year in results
        for item, amount in INCOME_STATEMENT.items()
    ]
    assert isinstance(region.store, ParquetStore)
    files = region.store.files | {name: folder / f"{name}.parquet" for name in ("balance_sheet", "income_statement")}
    for name, rows in (("balance_sheet", sheets), ("income_statement", statements)):
        pd.DataFrame(rows).to_parquet(files[name], index=False)
    return _with_store(region, files)


def without_table(region: Region, table: str) -> Region:
    """The same region without one of its tables."""
    assert isinstance(region.store, ParquetStore)
    return _with_store(region, {name: file for name, file in region.store.files.items() if name != table})


def _with_store(region: Region, files: dict[str, Path]) -> Region:
    store = ParquetStore(files)
    return Region(region.settings, region.registers, store, region.data_version, region.inputs, region.cube)


def seen(region: Region, latest: str, **registers: tuple[Any, ...]) -> Region:
    """The same region as it was when `latest` was its last month, with other registers."""
    return Region(
        region.settings.model_copy(update={"latest_period": latest}),
        replace(region.registers, **registers),
        region.store,
        region.data_version,
        region.inputs,
        region.cube,
    )


def investment(known_as: str, **changes: Any) -> Investment:
    """An investment of 12 mkr in the X-ray unit, paid in March 2026 and worn over ten years."""
    row = {
        "id": known_as, "name": known_as, "unit": "R1", "kind": "new", "amount": 12.0 * MKR, "paid": "2026-03",
        "in_use": "2026-04", "life": 10, "status": "decided",
    }  # fmt: skip
    return Investment(**(row | changes))
