"""Other courses of the world: drawn as the base scenario says, with tables that agree, and the same every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.demo.conftest import MadeRegion
from tests.demo.test_files import digests
from utfall.demo import make_region
from utfall.demo.accounts import of_line
from utfall.demo.economy import draw_drivers
from utfall.demo.scenarios import scenarios_register
from utfall.demo.world import draw_world

DRAWS = 2500


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], np.ndarray]:
    """Drivers of many courses: driver and target to growth or level, shape (draws, years)."""
    rng = np.random.default_rng(7)
    courses = [draw_drivers(rng) for _ in range(DRAWS)]
    return {key: np.stack([course[key] for course in courses]) for key in courses[0]}


@pytest.fixture(scope="module")
def base() -> list[dict]:
    return [row for row in scenarios_register()["assumptions"] if row["scenario"] == "base"]


def test_every_interval_of_the_base_scenario_covers_eight_of_ten_courses_every_year(drawn, base):
    uncertain = [row for row in base if "low" in row]
    assert len(uncertain) > 25
    for row in uncertain:
        later = drawn[row["driver"], row["target"]][:, 1:]
        covered = ((later >= row["low"]) & (later <= row["high"])).mean(axis=0)
        # The standard error of a share of 2 500 draws is 0.008.
        assert covered == pytest.approx(np.full(7, 0.8), abs=0.03), row
        assert later.mean() == pytest.approx(row["value"], abs=0.05 * (row["high"] - row["low"]))


def test_a_deviation_lasts_as_long_as_the_base_scenario_says(drawn, base):
    for row in base:
        if "low" in row:
            later = drawn[row["driver"], row["target"]][:, 1:]
            between_years = np.corrcoef(later[:, 3], later[:, 4])[0, 1]
            assert between_years == pytest.approx(row["persistence"], abs=0.06), row


def test_deviations_go_together_as_the_register_says(drawn):
    for row in scenarios_register()["correlations"]:
        first, second = (tuple([*row[end].split(":"), ""][:2]) for end in ("first", "second"))
        together = np.corrcoef(drawn[first][:, 1], drawn[second][:, 1])[0, 1]
        assert together == pytest.approx(row["value"], abs=0.06), row


def test_what_is_certain_is_the_same_in_every_course(drawn, base):
    for row in base:
        if "low" not in row:
            assert (drawn[row["driver"], row["target"]] == row["value"]).all()


def test_a_line_grows_by_its_price_its_share_of_the_need_and_its_volume():
    known, other = draw_world(2026), draw_world(2026, 5)
    drivers, inhabitants = other.economy.drivers, other.economy.inhabitants
    weights = {"0–19": 0.6, "20–64": 1.0, "65–79": 2.4, "80+": 4.0}
    weighed = sum(weight * inhabitants[group] for group, weight in weights.items())
    need = weighed[1:] / weighed[:-1] * (1 + drivers["need", ""][1:]) - 1
    growth = (1 + drivers["price", "LPIK exkl. läkemedel"][1:]) * (1 + 0.6 * need)
    growth = growth * (1 + drivers["volume", "purchased_care"][1:])
    path = known.plan.expected[:, of_line("purchased_care")].sum(axis=(0, 1)).reshape(8, 12).sum(axis=1)
    wanted = path[0] * np.cumprod(growth) / path[1:]

    def care(world) -> np.ndarray:
        return world.booked[:, of_line("purchased_care"), :84].sum(axis=(0, 1)).reshape(7, 12).sum(axis=1)

    assert care(other)[1:] / care(known)[1:] == pytest.approx(wanted[:6], rel=1e-6)


def test_less_hired_staff_returns_in_part_as_own_staff():
    known, other = draw_world(2026), draw_world(2026, 1)
    drivers, inhabitants = other.economy.drivers, other.economy.inhabitants
    paths = {
        line: known.plan.expected[:, of_line(line)].sum(axis=(0, 1)).reshape(8, 12).sum(axis=1)
        for line in ("salaries", "hired_staff")
    }
    weights = {"0–19": 0.6, "20–64": 1.0, "65–79": 2.4, "80+": 4.0}
    weighed = sum(weight * inhabitants[group] for group, weight in weights.items())
    need = np.concatenate([[0.0], weighed[1:] / weighed[:-1] * (1 + drivers["need", ""][1:]) - 1])
    wages = np.cumprod(1 + drivers["price", "Löner"])
    paid = wages * np.cumprod(1 + 0.5 * need)
    own = paths["salaries"][0] * paid * np.cumprod(1 + drivers["volume", "salaries"])
    spared = paths["hired_staff"][0] * paid * (1 - np.cumprod(1 + drivers["volume", "hired_staff"]))
    ratio = other.economy.line_ratio["salaries"][::12]
    assert spared[-1] > 0
    assert ratio * paths["salaries"] == pytest.approx(own + 0.55 * spared)


def test_the_first_year_is_the_known_one():
    known, other = draw_world(2026), draw_world(2026, 2)
    assert (known.booked[:, :, :12] == other.booked[:, :, :12]).all()
    assert not (known.booked[:, :, 12:24] == other.booked[:, :, 12:24]).all()
    assert (known.budget == other.budget).all()


def test_courses_differ_from_each_other():
    results = [draw_world(2026, economy).statements.sheets["amount"].to_numpy() for economy in (1, 2)]
    assert not np.array_equal(*results)


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> MadeRegion:
    return MadeRegion(make_region(tmp_path_factory.mktemp("course") / "region", economy=1))


@pytest.mark.slow
def test_the_same_course_gives_the_same_bytes(other, tmp_path):
    assert digests(make_region(tmp_path / "again", economy=1)) == digests(other.folder)


@pytest.mark.slow
def test_tables_of_another_course_agree_with_its_ledger(other):
    def summed(frame: pd.DataFrame) -> pd.Series:
        return (frame["amount"] * 100).round().astype("int64").groupby([frame["unit"], frame["period"]]).sum()

    def booked(line: str, units: set[str]) -> pd.Series:
        rows = other.cells[(other.cells["line"] == line) & other.cells["unit"].isin(units)]
        return rows.groupby(["unit", "period"])["ore"].sum()

    staffing, drugs, care = (other.table(name) for name in ("staffing", "drug_use", "purchased_care"))
    for frame, line in (
        (staffing[staffing["employment"] == "own"], "salaries"),
        (staffing[staffing["employment"] == "hired"], "hired_staff"),
        (drugs, "drugs"),
        (care, "purchased_care"),
    ):
        both = pd.concat({"table": summed(frame), "ledger": booked(line, set(frame["unit"]))}, axis=1).fillna(0)
        assert len(both) > 500
        assert (both["table"] == both["ledger"]).all()
    volumes = other.table("volumes")
    doses = volumes[(volumes["product"] == "Läkemedelsdoser") & volumes["actual"].notna()]
    counted = drugs.groupby(["unit", "period"])["doses"].sum()
    assert doses.set_index(["unit", "period"])["actual"].eq(counted).all()


@pytest.mark.slow
def test_prices_of_another_course_are_those_it_was_drawn_with(made, other):
    drivers = draw_world(2026, 1).economy.drivers
    prices = other.table("price_index")
    for index in ("Löner", "Läkemedel", "Material och tjänster", "LPIK exkl. läkemedel"):
        mine = prices[prices["index"] == index]
        growth = mine.groupby(mine["period"].dt.year)["value"].mean().pct_change().dropna()
        assert growth.to_numpy() == pytest.approx(drivers["price", index][1:], abs=2e-4)
    # A package costs as much more than in the known history as the index does.
    price = {}
    for name, region in (("known", made), ("other", other)):
        drugs = region.table("drug_use")
        rows = drugs[(drugs["drug"] == "Immunglobulin") & (drugs["period"].dt.year == 2025)]
        price[name] = rows["amount"].sum() / rows["packages"].sum()
    index = made.table("price_index").query("index == 'Läkemedel'")
    known_growth = index.groupby(index["period"].dt.year)["value"].mean().pct_change().loc[2020:2025]
    ratio = np.prod(1 + drivers["price", "Läkemedel"][1:7]) / np.prod(1 + known_growth)
    assert price["other"] / price["known"] == pytest.approx(ratio, rel=1e-3)


@pytest.mark.slow
def test_inhabitants_of_another_course_sum_to_its_county(other):
    ages = other.table("population_by_age")
    outcomes = ages[ages["status"] == "outcome"].groupby("year")["inhabitants"].sum()
    population = other.table("population")
    december = population[(population["area"] == "Länet") & (population["period"].dt.month == 12)]
    assert outcomes.tolist() == december["inhabitants"].tolist()
    assert population["source"].eq("Påhittad för demonstration").all()


@pytest.mark.slow
def test_another_course_opens_without_a_fault_and_claims_no_planted_truth(other):
    region = utfall.open_region(other.folder)
    assert len(region.scenarios) == 4
    assert not (other.folder / "truth.yaml").exists()
    assert "truth.yaml" not in Path(other.folder / "LASMIG.txt").read_text(encoding="utf-8")
