"""A part of the made-up region small enough to change: some units, four years, and the faults that are put into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

FIRST = pd.Timestamp("2023-01-01")
UNITS = 16
NEW_UNIT = "99990"


@dataclass
class Part:
    """Tables and registers of the part, and what has been planted: kind → the units or names it is found by."""

    ledger: pd.DataFrame
    budget: pd.DataFrame
    population: pd.DataFrame
    registers: dict[str, dict[str, list[dict[str, object]]]]
    settings: dict[str, object]
    planted: list[tuple[str, str]] = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        for name in ("ledger", "budget", "population"):
            getattr(self, name).to_parquet(folder / f"{name}.parquet", index=False)
        for name, content in {**self.registers, "region": self.settings}.items():
            text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder


def part_of(demo: Path) -> Part:
    """Read the units that have most lines out of the made-up region."""
    ledger = pq.read_table(demo / "ledger.parquet", filters=[("period", ">=", FIRST)])
    months = pc.value_counts(ledger["unit"]).to_pandas()
    chosen = sorted({str(row["values"]) for row in months.sort_values(key=lambda r: [-x["counts"] for x in r])[:UNITS]})
    frame = ledger.filter(pc.is_in(ledger["unit"], pc.cast(chosen, "string"))).to_pandas()
    frame = _plain(frame)
    budget = pq.read_table(
        demo / "budget.parquet", filters=[("period", ">=", FIRST), ("unit", "in", chosen)]
    ).to_pandas()
    accounts = yaml.safe_load((demo / "accounts.yaml").read_text(encoding="utf-8"))
    for line in accounts["lines"]:
        line["price_index"] = None
    organisation = yaml.safe_load((demo / "organisation.yaml").read_text(encoding="utf-8"))
    kept = [row for row in organisation["units"] if row["level"] != "unit" or str(row["code"]) in chosen]
    return Part(
        frame,
        _plain(budget),
        pq.read_table(demo / "population.parquet").to_pandas(),
        {"organisation": {"units": kept}, "accounts": accounts},
        yaml.safe_load((demo / "region.yaml").read_text(encoding="utf-8")),
    )


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts that may be changed, and amounts as floats."""
    texts = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    return frame.astype({**dict.fromkeys(texts, "str"), "amount": "float64"})


def plant(part: Part, seed: int) -> None:
    """Put every kind of fault into a part, each at units of its own where it concerns a unit."""
    _Planting(part, np.random.default_rng(seed)).all()


class _Planting:
    def __init__(self, part: Part, random: np.random.Generator) -> None:
        self.part, self.random = part, random
        self.units = sorted(part.ledger["unit"].unique())
        random.shuffle(self.units)
        self.names = {str(row["code"]): str(row["name"]) for row in part.registers["organisation"]["units"]}
        self.year = part.ledger["period"] >= "2026-01-01"
        self.gross = (
            part.ledger[part.ledger["period"] > "2025-10-01"]
            .groupby("unit")["amount"]
            .apply(lambda amounts: amounts.abs().sum())
        )

    def all(self) -> None:
        first, second = self.units[:8], self.units[8:]
        for unit in first[:2]:
            self.doubled_rows(unit)
        for unit in first[2:4]:
            self.booked_twice(unit)
        for unit in first[4:6]:
            self.turned_month(unit)
        for unit in first[6:8]:
            self.turned_posting(unit)
        for unit in second[:2]:
            self.missing_month(unit)
        for unit in second[2:4]:
            self.tenfold(unit)
        for unit in second[4:6]:
            self.large_posting(unit)
        self.budget_only(second[6])
        self.outcome_only(second[7])
        self.unit_without_budget(first[0])
        for unit in (first[1], first[2]):
            self.booked_apart(unit)
        self.late_share()
        self.registers(first[3])
        self.person_number()
        self.population()

    def found_by(self, kind: str, place: str) -> None:
        self.part.planted.append((kind, place))

    def rows(self, unit: str, month: str | None = None) -> pd.Index:
        ledger = self.part.ledger
        of = (ledger["unit"] == unit) & (ledger["period"] >= "2026-01-01")
        return ledger.index[of if month is None else of & (ledger["period"] == month)]

    def steady_account(self, unit: str, sign: int = -1) -> tuple[str, pd.Timestamp]:
        """An account of some size with rows in every month, all of one sign, and a month of this year."""
        rows = self.part.ledger[self.part.ledger["unit"] == unit]
        by = rows.groupby("account")["amount"].agg(["size", "sum", lambda a: (a * sign > 0).mean()])
        by.columns = pd.Index(["rows", "total", "share"])
        by["months"] = rows.groupby("account")["period"].nunique()
        fit = by[(by["share"] == 1) & (by["months"] == rows["period"].nunique())]
        fit = fit[fit["total"].abs() > 0.02 * rows["amount"].abs().sum()].sort_values("rows")
        return str(fit.index[0]), pd.Timestamp(f"2026-{int(self.random.integers(2, 9)):02}-01")

    def doubled_rows(self, unit: str) -> None:
        chosen = self.part.ledger.loc[self.random.choice(self.rows(unit, "2026-04-01"), 4, replace=False)]
        self.part.ledger = pd.concat([self.part.ledger, chosen], ignore_index=True)
        self.found_by("doubled_rows", self.names[unit])

    def booked_twice(self, unit: str) -> None:
        rows = self.part.ledger.loc[self.rows(unit, "2026-03-01")]
        rows = rows[(rows["counterparty"] != "") & (rows["amount"] < 0)]
        again = rows.sample(1, random_state=1).assign(period=pd.Timestamp("2026-05-01"))
        self.part.ledger = pd.concat([self.part.ledger, again], ignore_index=True)
        self.found_by("booked_twice", self.names[unit])

    def turned_month(self, unit: str) -> None:
        account, month = self.steady_account(unit)
        ledger = self.part.ledger
        cell = (ledger["unit"] == unit) & (ledger["account"] == account) & (ledger["period"] == month)
        ledger.loc[cell, "amount"] *= -1
        self.found_by("turned_sign", self.names[unit])

    def turned_posting(self, unit: str) -> None:
        account, month = self.steady_account(unit)
        ledger = self.part.ledger
        cell = ledger[(ledger["unit"] == unit) & (ledger["account"] == account) & (ledger["period"] == month)]
        ledger.loc[cell["amount"].abs().idxmax(), "amount"] *= -1
        self.found_by("turned_sign", self.names[unit])

    def whole_line(self, unit: str) -> str:
        """First two digits of the accounts that make up a line which the unit posts on every month."""
        rows = self.part.ledger[self.part.ledger["unit"] == unit]
        group = rows["account"].str[:2]
        by = rows["amount"].abs().groupby(group).sum()[list({"44", "53", "55", "56", "79"} & set(group))]
        monthly = rows.groupby(group)["period"].nunique() == rows["period"].nunique()
        return str(by[monthly.reindex(by.index)].idxmax())

    def missing_month(self, unit: str) -> None:
        ledger = self.part.ledger
        of_line = (ledger["unit"] == unit) & ledger["account"].str.startswith(self.whole_line(unit))
        self.part.ledger = ledger[~(of_line & (ledger["period"] == "2026-07-01"))].reset_index(drop=True)
        self.found_by("missing_month", self.names[unit])

    def tenfold(self, unit: str) -> None:
        account, month = self.steady_account(unit)
        ledger = self.part.ledger
        cell = (ledger["unit"] == unit) & (ledger["account"] == account) & (ledger["period"] == month)
        ledger.loc[cell, "amount"] *= 10
        self.found_by("outlier", self.names[unit])

    def large_posting(self, unit: str) -> None:
        rows = self.part.ledger.loc[self.rows(unit, "2026-06-01")]
        one = rows[rows["account"].str.startswith("5")].sample(1, random_state=2)
        one = one.assign(amount=-round(0.3 * self.gross[unit], 2), voucher="F26-STOR")
        self.part.ledger = pd.concat([self.part.ledger, one], ignore_index=True)
        self.found_by("large_posting", self.names[unit])

    def budget_only(self, unit: str) -> None:
        ledger = self.part.ledger
        of_line = (ledger["unit"] == unit) & ledger["account"].str.startswith(self.whole_line(unit))
        self.part.ledger = ledger[~(of_line & (ledger["period"] >= "2026-01-01"))].reset_index(drop=True)
        self.found_by("budget_only", self.names[unit])

    def outcome_only(self, unit: str) -> None:
        budget = self.part.budget
        of_line = (budget["unit"] == unit) & budget["account"].str.startswith(self.whole_line(unit))
        self.part.budget = budget[~(of_line & (budget["period"] >= "2026-01-01"))].reset_index(drop=True)
        self.found_by("outcome_only", self.names[unit])

    def unit_without_budget(self, unit: str) -> None:
        budget = self.part.budget
        budget.loc[(budget["unit"] == unit) & (budget["period"] >= "2026-01-01"), "amount"] = 0.0
        self.found_by("unit_without_budget", self.names[unit])

    def booked_apart(self, unit: str) -> None:
        chosen = self.random.choice(self.rows(unit, "2026-02-01"), 3, replace=False)
        self.part.ledger.loc[chosen, "booked_on"] = pd.Timestamp("2024-02-10")
        self.found_by("booked_apart", self.names[unit])

    def late_share(self) -> None:
        ledger = self.part.ledger
        month = ledger.index[ledger["period"] == "2026-05-01"]
        chosen = self.random.choice(month, len(month) // 4, replace=False)
        ledger.loc[chosen, "booked_on"] = pd.Timestamp("2026-07-10")
        self.found_by("late_share", "maj 2026")

    def registers(self, unit: str) -> None:
        organisation, accounts = self.part.registers["organisation"]["units"], self.part.registers["accounts"]
        parent = next(row["parent"] for row in organisation if str(row["code"]) == unit)
        organisation.append({"code": NEW_UNIT, "name": "Nya enheten", "level": "unit", "parent": parent})
        accounts["accounts"].append({"first": "8000", "last": "8099", "line": "other_costs", "name": "Nytt konto"})
        for interval in accounts["accounts"]:
            if interval["first"] == "3600":
                interval["line"] = "materials"  # an income account on a line of costs
        measure = {"id": "m1", "name": "Ny åtgärd", "units": [NEW_UNIT], "lines": ["drugs"], "start": "2026-01"}
        measure |= {"planned_effect": 1e6, "responsible": "Chef", "judgement": "2026-12"}
        self.part.registers["measures"] = {"measures": [measure]}
        self.found_by("unit_never_posted", "Nya enheten")
        self.found_by("register_without_postings", "Ny åtgärd")
        self.found_by("unused_account", "Nytt konto")
        self.found_by("account_sign", "Konto 38")

    def person_number(self) -> None:
        chosen = self.random.choice(self.part.ledger.index, 2, replace=False)
        self.part.ledger.loc[chosen, "text"] = "Ersättning " + "640823" + "-3234"
        self.found_by("person_number", "text")

    def population(self) -> None:
        people = self.part.population
        people.loc[(people["area"] == "Länet") & (people["period"] == "2026-03-01"), "inhabitants"] += 900
        self.found_by("population", "mars 2026")
