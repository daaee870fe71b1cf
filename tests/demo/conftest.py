"""The made-up region, made once for all tests, and what the tests read out of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml

from utfall.demo import make_region


@dataclass(frozen=True)
class MadeRegion:
    """The files of a made-up region, read without the kit."""

    folder: Path

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")

    def register(self, name: str) -> dict:
        return yaml.safe_load((self.folder / f"{name}.yaml").read_text(encoding="utf-8"))

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The ledger's sums in whole öre: period, unit, account, ore."""
        table = pq.read_table(self.folder / "ledger.parquet", columns=["period", "unit", "account", "amount"])
        sums = table.group_by(["period", "unit", "account"]).aggregate([("amount", "sum")])
        frame = sums.select(["period", "unit", "account"]).to_pandas()
        frame = frame.astype({"unit": str, "account": str})
        # Sums below 10^13 öre are whole in floating point, so rounding brings back the exact number.
        ore = np.rint(pc.cast(sums["amount_sum"], "float64").to_numpy() * 100).astype("int64")
        lines = {account: self.line_of(account) for account in frame["account"].unique()}
        return frame.assign(ore=ore, line=frame["account"].map(lines))

    @cached_property
    def budget(self) -> pd.DataFrame:
        """The budget with its lines; amounts are whole kronor."""
        frame = self.table("budget")
        lines = {account: self.line_of(account) for account in frame["account"].unique()}
        return frame.assign(line=frame["account"].map(lines))

    @cached_property
    def intervals(self) -> list[dict]:
        return self.register("accounts")["accounts"]

    def line_of(self, account: str) -> str:
        (line,) = (row["line"] for row in self.intervals if row["first"] <= account <= row["last"])
        return line

    @cached_property
    def nodes(self) -> list[dict]:
        return self.register("organisation")["units"]

    def code(self, name: str) -> str:
        return next(row["code"] for row in self.nodes if row["name"] == name)

    @cached_property
    def planted(self) -> dict[str, dict]:
        return {row["id"]: row for row in self.register("truth")["planted"]}

    @cached_property
    def deviation_2026(self) -> pd.DataFrame:
        """January to October 2026 against budget: unit, line, deviation (SEK)."""
        keys = ["unit", "line"]
        actual = self.cells[self.cells["period"] >= "2026-01-01"].groupby(keys)["ore"].sum() / 100
        months = self.budget["period"].between(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-10-01"))
        budget = self.budget[months].groupby(keys)["amount"].sum()
        return actual.sub(budget, fill_value=0.0).rename("deviation").reset_index()


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> MadeRegion:
    return MadeRegion(make_region(tmp_path_factory.mktemp("made") / "region"))
