"""The registers of the years ahead: scenarios, limits, investments and projects."""

from __future__ import annotations

import numpy as np
import pytest

import utfall
from utfall.region.scenario_drivers import DRIVERS


@pytest.fixture(scope="module")
def scenarios(made) -> dict:
    return made.register("scenarios")


def rows_of(scenarios: dict, scenario: str) -> dict[tuple[str, str], dict]:
    return {(row["driver"], row["target"]): row for row in scenarios["assumptions"] if row["scenario"] == scenario}


def test_the_plan_of_investments_sums_to_the_printed_totals(made):
    rows = made.register("investments")["investments"]
    by_kind = {kind: sum(row["amount"] for row in rows if row["kind"] == kind) for kind in ("new", "replacement")}
    assert by_kind == {"new": 9_104_000, "replacement": 49_891_000}
    assert sum(row["amount"] for row in rows) == 58_995_000
    assert len(rows) == len({row["id"] for row in rows}) == 44


def test_investments_are_paid_within_the_plan_and_used_within_half_a_year(made):
    def month(text: str) -> int:
        year, number = text.split("-")
        return 12 * int(year) + int(number)

    codes = {row["code"] for row in made.nodes}
    for row in made.register("investments")["investments"]:
        assert "2026-11" <= row["paid"] <= "2027-12"
        assert 0 <= month(row["in_use"]) - month(row["paid"]) <= 6
        assert row["life"] in (5, 7, 10, 15)
        assert 0 <= row["running_cost"] <= 0.08 * row["amount"]
        assert row["running_cost"] == 0 or row["kind"] == "new"
        assert row["unit"] in codes
        assert "påhittade" in row["source"]


def test_only_the_hotlab_is_paid_by_a_loan(made):
    register = made.register("investments")
    (borrowed,) = [row for row in register["investments"] if row.get("loan")]
    (loan,) = register["loans"]
    assert borrowed["name"].startswith("Hotlab")
    assert borrowed["amount"] == 20_000_000
    assert (loan["id"], loan["years"], loan["amount"], loan["interest"]) == (borrowed["loan"], 20, None, None)
    assert loan["drawn"] == borrowed["paid"]


def test_three_scenarios_say_only_where_they_differ_from_the_base(scenarios):
    base = rows_of(scenarios, "base")
    names = {row["id"]: (row["name"], row["based_on"]) for row in scenarios["scenarios"]}
    assert names == {
        "base": ("Basscenario", None),
        "cautious": ("Försiktigt", "base"),
        "strained": ("Ansträngt", "base"),
        "plan_holds": ("Planen håller", "base"),
    }
    for scenario in ("cautious", "strained", "plan_holds"):
        rows = rows_of(scenarios, scenario)
        assert 0 < len(rows) < len(base) / 2
        assert all(row["value"] != base[key]["value"] for key, row in rows.items() if key in base)
        assert set(rows) - set(base) == ({("saving", "")} if scenario == "plan_holds" else set())


def test_the_base_scenario_says_something_of_everything_that_matters(scenarios, made):
    base = rows_of(scenarios, "base")
    groups = set(made.table("population_by_age")["age_group"])
    assert {target for driver, target in base if driver == "population"} == groups
    assert base["age_cost", "80+"]["value"] == 4 * base["age_cost", "20–64"]["value"]
    used = {line["price_index"] for line in made.register("accounts")["lines"]} - {None}
    assert {target for driver, target in base if driver == "price"} == used
    optional = {"tax_rate", "saving", "one_off", "placement"}
    assert {driver for driver, _ in base} == set(DRIVERS) - optional


def test_every_assumption_says_that_it_is_invented_and_who_answers_for_it(scenarios):
    assert len(scenarios["assumptions"]) > 60
    for row in scenarios["assumptions"]:
        assert row["source"].startswith("Påhittad för demonstration; en region tar den ur ")
        assert row["owner"]
        if "low" in row:
            assert row["high"] - row["value"] == pytest.approx(row["value"] - row["low"])
    assert all(row["source"] for row in scenarios["limits"])


def test_the_measures_get_all_their_effect_only_where_the_plan_holds(scenarios):
    measure = {scenario: rows_of(scenarios, scenario)["measure", ""] for scenario in ("base", "plan_holds")}
    assert (measure["base"]["low"], measure["base"]["value"], measure["base"]["high"]) == pytest.approx((0.3, 0.6, 0.9))
    assert measure["plan_holds"]["value"] == 1.0
    assert "low" not in measure["plan_holds"]


def test_the_correlations_can_all_hold_together(scenarios):
    names = sorted({row[end] for row in scenarios["correlations"] for end in ("first", "second")})
    matrix = np.eye(len(names))
    for row in scenarios["correlations"]:
        one, other = names.index(row["first"]), names.index(row["second"])
        matrix[one, other] = matrix[other, one] = row["value"]
    assert np.linalg.eigvalsh(matrix).min() > 0


def worth(register: dict, project: str, worst: bool | None, effects=("cash", "capacity")) -> float:
    """Present value, SEK, by whole years from the start; every item at one end of its interval or its middle."""
    head = next(row for row in register["projects"] if row["id"] == project)
    begin = 12 * int(head["start"][:4]) + int(head["start"][5:])
    total = 0.0
    for row in register["project_items"]:
        if row["project"] != project or row["effect"] not in effects:
            continue
        end = "value" if worst is None else "high" if worst == (row["kind"] == "cost") else "low"
        sign = -1 if row["kind"] == "cost" else 1
        first = 12 * int(row["start"][:4]) + int(row["start"][5:]) - begin
        count = 1 if row["timing"] == "once" else 12 * head["years"] - first
        share = 1 if row["timing"] == "once" else 1 / 12
        delay = int(row["profile"].split("(")[1][:-1]) if "(" in row["profile"] else 0
        for month in range(count):
            force = 1.0
            if row["profile"].startswith("ramp"):
                force = min(1.0, (month + 1) / delay)
            elif row["profile"].startswith("delay"):
                force = float(month >= delay)
            total += sign * row[end] * share * force / (1 + head["discount_rate"]) ** ((first + month) // 12)
    return total


def test_one_project_pays_even_at_its_worst_one_never_and_one_cannot_be_told(made):
    register = made.register("projects")
    assert worth(register, "home_monitoring", worst=True, effects=("cash",)) > 0
    assert worth(register, "shared_scheduling", worst=False) < 0
    assert worth(register, "image_support", worst=True) < 0 < worth(register, "image_support", worst=False)
    middle = worth(register, "image_support", worst=None, effects=("cash",))
    assert abs(middle) < 3e6


@pytest.mark.slow
def test_the_kit_reads_every_register(made):
    region = utfall.open_region(made.folder)
    assert [scenario.id for scenario in region.scenarios] == ["base", "cautious", "strained", "plan_holds"]
    assert sum(investment.amount for investment in region.investments) == 58_995_000
    assert len(region.projects) == 3
    assert len(region.table("income_statement")) == 70
