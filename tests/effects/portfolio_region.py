"""A region of three units whose costs are drawn, so that what measures did in it is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import utfall
from tests.small_region import write_region

MONTHS = pd.date_range("2020-01-01", "2026-10-01", freq="MS")


def noise(seed: int, sd: float = 0.02) -> np.ndarray:
    """Autocorrelated noise on the logarithm, with a season and a little growth."""
    rng = np.random.default_rng(seed)
    shocks = rng.normal(0, sd, len(MONTHS))
    for month in range(1, len(MONTHS)):
        shocks[month] += 0.4 * shocks[month - 1]
    number = np.arange(len(MONTHS))
    return shocks + 0.02 * number / 12 - 0.1 * (number % 12 == 6) + 0.05 * (number % 12 == 11)


def path(start: str, ramp: int = 1) -> np.ndarray:
    """Share of a measure's full effect that is there in each month."""
    age = (MONTHS.year - int(start[:4])) * 12 + MONTHS.month - int(start[5:])
    return np.clip((np.asarray(age) + 1) / ramp, 0.0, 1.0)


def measure(name: str, start: str, **rest: object) -> dict[str, object]:
    """One row of the register; salaries of K1 unless said otherwise."""
    row = {"id": name, "name": f"Åtgärd {name}", "units": ["K1"], "lines": ["salaries"], "start": start}
    return row | {"planned_effect": 1_200_000.0, "judgement": "2026-10", **rest}


def ledger(amounts: dict[tuple[str, str], np.ndarray]) -> pd.DataFrame:
    """Rows of the ledger from amounts by unit and account, in result sign."""
    rows = [
        pd.DataFrame({"period": MONTHS, "unit": unit, "account": account, "amount": np.round(values, 2)})
        for (unit, account), values in amounts.items()
    ]
    return pd.concat(rows, ignore_index=True)


def make_region(folder: Path, amounts: dict[tuple[str, str], np.ndarray], measures: list[dict], **replaced: object):
    """The region, opened: salaries of one million a month at K1, K2 and M1 unless `amounts` says otherwise."""
    plain = {(unit, "4010"): -1e6 * np.exp(noise(seed)) for seed, unit in enumerate(("K1", "K2", "M1"), start=10)}
    settings = {"name": "Småregionen", "fictitious": True, "reference": "previous_year"}
    tables = {
        "region": settings,
        "ledger": ledger(plain | amounts),
        "budget": None,
        "volumes": None,
        "measures": {"measures": measures},
    }
    return utfall.open_region(write_region(folder / "region", **(tables | replaced)))
