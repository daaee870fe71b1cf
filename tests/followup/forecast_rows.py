"""Own forecasts and stored forecasts of the small region, for tests of the forecast accounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.small_region import ledger

MONTH = pd.Timestamp("2026-10-01")


def own_forecasts(share=1.0):
    """A controller who forecasts the same for every line of every unit, each month of three years."""
    cells = ledger().drop_duplicates(["unit", "account"])
    lines = {"3010": "care_sold", "4010": "salaries", "5310": "purchased_care", "5610": "drugs"}
    months = [month for month in pd.date_range("2024-01-01", MONTH, freq="MS") if month.month < 12]
    rows = [
        {"period": month, "unit": row.unit, "line": lines[row.account], "amount": 12 * row.amount * share}
        for month in months
        for row in cells.itertuples()
    ]
    return pd.DataFrame(rows)


def with_own(folder, frame):
    frame.to_parquet(folder / "own_forecast.parquet", index=False)
    return folder


def told(region, **columns):
    """One stored row for the small region's board, its net in 2025 as told after March, unless said otherwise."""
    row = {
        "made_for": pd.Timestamp("2025-03-01"),
        "unit": "B",
        "key": "net",
        "method": "utfall",
        "year": 2025,
        "mean": 0.0,
        "lo_80": np.nan,
        "hi_80": np.nan,
        "lo_95": np.nan,
        "hi_95": np.nan,
        "data_version": region.data_version,
        "kit_version": "0.1.0",
        "made_on": pd.Timestamp("2025-04-10"),
        "reconstructed": False,
    }
    return row | columns
