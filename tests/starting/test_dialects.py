"""A proposal reads the made-up region's exports, in whatever dialect, to the amounts they were made of."""

import functools
import shutil
from pathlib import Path

import pandas as pd
import pytest

import utfall
from tests.starting.dialects import DIALECTS, outcome, plan
from utfall.starting import propose_region, tell_proposal, try_region, write_proposal

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "own_data"


@pytest.fixture(scope="module")
def truth(demo_folder):
    return outcome(demo_folder), plan(demo_folder)


@pytest.fixture(scope="module")
def proposed(truth, tmp_path_factory):
    """Gives the proposal of a dialect, made once."""

    @functools.cache
    def make(dialect):
        folder = tmp_path_factory.mktemp(dialect)
        return propose_region(folder / "region", DIALECTS[dialect](folder, *truth))

    return make


def sums(region, table):
    """Öre by month, unit and account."""
    frame = region.table(table)
    ore = (frame["amount"].astype("float64") * 100).round().astype("int64")
    keys = [frame["period"].astype("datetime64[us]"), frame["unit"].astype("str"), frame["account"].astype("str")]
    return ore.groupby(keys).sum().sort_index()


def planted(frame):
    keys = frame.assign(period=frame["period"].astype("datetime64[us]")).set_index(["period", "unit", "account"])
    return keys["ore"].sort_index()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_proposed_mapping_reads_every_dialect_to_the_same_amounts_without_an_edit(dialect, truth, proposed):
    ledger, budget = truth
    write_proposal(proposed(dialect))
    tried = try_region(proposed(dialect).folder)
    assert tried.holds, tried.lines
    region = utfall.open_region(proposed(dialect).folder)
    for table, frame in (("ledger", ledger), ("budget", budget)):
        read, expected = sums(region, table), planted(frame)
        pd.testing.assert_series_equal(read[read != 0], expected[expected != 0], check_names=False)


def test_the_example_region_is_read_as_its_own_mapping_reads_it(tmp_path):
    for file in ("ledger.csv", "budget.csv"):
        shutil.copy(EXAMPLE / file, tmp_path)
    shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns(".utfall"))
    write_proposal(propose_region(tmp_path / "proposed", [tmp_path / "ledger.csv", tmp_path / "budget.csv"]))
    region, example = utfall.open_region(tmp_path / "proposed"), utfall.open_region(tmp_path / "example")
    for table in ("ledger", "budget"):
        pd.testing.assert_series_equal(sums(region, table), sums(example, table))
    lines = ["line", "period"]
    pd.testing.assert_frame_equal(region.amounts(lines), example.amounts(lines), check_like=True)


def test_the_unit_of_the_amounts_is_found_by_laying_ledger_and_budget_beside_each_other(proposed):
    proposal = proposed("in_ore")
    factors = {table.name: table.mapping["columns"]["amount"]["factor"] for table in proposal.tables}
    assert factors == {"ledger": -0.01, "budget": -1}
    assert any("öre" in doubt.text and doubt.place == "ledger.amount" for doubt in proposal.doubts)


def test_names_and_places_of_units_are_taken_from_the_files(truth, proposed):
    titled = proposed("titled")
    rows = {row["code"]: row for row in titled.organisation.rows}
    unit = truth[0]["unit"].iloc[0]
    assert rows[unit]["name"] == f"Enheten {unit} åäö"
    assert rows[rows[unit]["parent"]]["name"] == "Division Å"
    told = " ".join(account for interval in titled.accounts.intervals for account in interval.accounts)
    assert f"{truth[0]['account'].iloc[0]} Kontot {truth[0]['account'].iloc[0]}" in told


def test_raindances_objects_become_the_organisation_with_its_levels(truth, proposed):
    proposal = proposed("raindance")
    rows = {row["code"]: row for row in proposal.organisation.rows}
    unit = sorted(truth[0]["unit"].unique())[0]
    assert [rows[unit]["name"], rows[unit]["parent"], rows["O0"]["parent"], rows["V1"]["level"]] == [
        f"Mottagning {unit}",
        "O0",
        "V1",
        "division",
    ]
    assert proposal.tables[0].mapping["exclude"][0]["first"] == "1"
    assert any("KST är unit, OMR är area, VO är division" in line for line in tell_proposal(proposal))
