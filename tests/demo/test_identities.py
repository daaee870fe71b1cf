"""The tables say the same as the ledger, to the öre."""

from __future__ import annotations

import pandas as pd
import pytest


def ledger_ore(made, line: str, units: set[str] | None = None) -> pd.Series:
    rows = made.cells[made.cells["line"] == line]
    if units is not None:
        rows = rows[rows["unit"].isin(units)]
    return rows.groupby(["unit", "period"])["ore"].sum()


def table_ore(frame: pd.DataFrame) -> pd.Series:
    return (frame["amount"] * 100).round().astype("int64").groupby([frame["unit"], frame["period"]]).sum()


def same(left: pd.Series, right: pd.Series) -> None:
    both = pd.concat({"left": left, "right": right}, axis=1).fillna(0)
    assert len(both) > 500
    assert (both["left"] == both["right"]).all()


def test_drug_use_sums_to_the_drug_accounts_of_its_units(made):
    use = made.table("drug_use")
    same(table_ore(use), ledger_ore(made, "drugs", set(use["unit"])))


@pytest.mark.parametrize(("employment", "line"), [("own", "salaries"), ("hired", "hired_staff")])
def test_staffing_sums_to_the_ledger_for_every_unit_and_month(made, employment, line):
    staffing = made.table("staffing")
    same(table_ore(staffing[staffing["employment"] == employment]), ledger_ore(made, line))


def test_purchased_care_sums_to_its_account(made):
    same(table_ore(made.table("purchased_care")), ledger_ore(made, "purchased_care"))


def test_doses_in_volumes_are_the_doses_of_drug_use(made):
    volumes = made.table("volumes")
    doses = volumes[(volumes["product"] == "Läkemedelsdoser") & volumes["actual"].notna()]
    counted = made.table("drug_use").groupby(["unit", "period"])["doses"].sum()
    assert doses.set_index(["unit", "period"])["actual"].eq(counted).all()
    assert len(doses) == len(counted)


def test_assets_equal_equity_provisions_and_liabilities_every_year(made):
    sheet = made.table("balance_sheet").pivot_table(index="year", columns="item", values="amount")
    assets = ["fixed_assets", "financial_fixed_assets", "inventories", "receivables", "cash"]
    outside = ["contingent_pension_liability"]
    financing = sheet.columns.difference([*assets, *outside])
    assert (sheet[assets].sum(axis=1) == sheet[financing].sum(axis=1)).all()
    assert (sheet["cash"] > 0).all()
    assert sheet["equity"].diff().loc[2023] == -512e6


def test_staff_counts_are_possible(made):
    staffing = made.table("staffing")
    own = staffing[staffing["employment"] == "own"]
    assert (staffing["headcount"] >= 1).all()
    assert (own["leavers"] <= own["headcount"]).all()
    # Nobody works more than a full month without absence.
    assert (own["hours"] <= own["fte"] * 165 + 0.1).all()


def test_patients_doses_and_packages_follow_each_other(made):
    use = made.table("drug_use")
    assert (use[["patients", "doses", "packages"]] > 0).all().all()
    price = (-use["amount"] / use["packages"]).groupby([use["drug"], use["period"].dt.year])
    assert ((price.max() / price.min()) < 1.4).all()


def test_within_guarantee_is_part_of_the_completed_and_the_queue_adds_up(made):
    waiting = made.table("waiting").sort_values(["unit", "period"])
    assert (waiting["within_guarantee"] <= waiting["completed"]).all()
    before = waiting.groupby("unit")["waiting"].shift()
    flow = before + waiting["referred"] - waiting["completed"]
    known = before.notna()
    assert (flow[known] == waiting.loc[known, "waiting"]).all()
