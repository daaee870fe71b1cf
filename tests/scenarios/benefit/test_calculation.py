"""Two bottom lines that are never mixed, sums that hold, and words that say what the frames hold."""

from __future__ import annotations

import json

import numpy as np
import pytest
import yaml

import utfall
from tests.results_walk import untold
from tests.scenarios.benefit.projects import benefit, cost, item, project
from tests.small_region import write_region
from utfall.errors import InvalidParameter
from utfall.evidence import Grade
from utfall.scenarios.benefit import benefit_calculation, calculate

ITEMS = [
    cost(4e6, "Utrustning", spread=5e5),
    item("Licenser", "cost", 1.2e6, spread=2e5),
    cost(3e5, "Utbildningstid", effect="capacity"),
    benefit(1.5e6, "Färre resor", low=1e6, high=1.8e6, profile="ramp(6)"),
    benefit(3e6, "Färre vårddagar", low=5e5, high=6e6, effect="capacity", start="2027-07"),
]


@pytest.fixture(scope="module")
def made():
    return calculate(project(name="Hemmonitorering", discount_rate=0.03), ITEMS)


def test_no_krona_of_time_and_quality_enters_the_budget(made):
    without = calculate(project(discount_rate=0.03), [row for row in ITEMS if row.effect == "cash"])
    cash = made.line("cash")
    assert cash == pytest.approx(without.line("cash"))
    assert without.line("total")["net"] == pytest.approx(cash["net"])
    assert made.line("total")["net"] == pytest.approx(cash["net"] + made.line("capacity")["net"])


def test_the_parts_sum_to_the_whole_item_by_item_and_year_by_year(made):
    total = made.line("total")["net"]
    assert made.items["mean"].sum() == pytest.approx(total)
    assert made.yearly["discounted"].sum() == pytest.approx(total)
    assert made.yearly["cumulated"].iloc[-1] == pytest.approx(total)
    assert made.path["mean"].iloc[-1] == pytest.approx(total)
    assert made.items["variance_share"].sum() == pytest.approx(1.0)
    parts = made.yearly[["cash_costs", "cash_benefits", "capacity_costs", "capacity_benefits"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(made.yearly["net"].to_numpy())
    assert all(check.passed for check in made.checks)
    assert len(made.checks) == 4


def test_payback_in_the_budget_is_that_of_the_items_in_cash_alone():
    items = [cost(120.0, spread=1.0), benefit(60.0), benefit(120.0, "Tid", effect="capacity")]
    made = calculate(project(), items)
    assert (f"{made.payback:%Y-%m}", f"{made.payback_cash:%Y-%m}") == ("2027-08", "2028-12")
    assert "går ihop från augusti 2027, i budgeten från december 2028." in made.text()
    never = calculate(project(), [cost(1000.0), *items[1:]])
    assert never.payback_cash is None
    dear = calculate(project(), [cost(500.0), *items[1:]])
    assert dear.payback is not None
    assert dear.payback_cash is None
    assert "men inte i budgeten" in dear.text()


def test_the_break_even_share_of_the_benefits_brings_the_net_to_zero(made):
    total, cash = made.line("total"), made.line("cash")
    assert made.break_even * total["benefits"] + total["costs"] == pytest.approx(0.0)
    assert made.break_even_cash * cash["benefits"] + cash["costs"] == pytest.approx(0.0)
    assert made.break_even < 1 < made.break_even_cash


def test_it_is_a_plan_until_something_has_happened(made):
    assert made.grade is Grade.D


def test_every_number_of_the_text_is_held(made):
    assert untold(made, "made") == []
    assert "som inte kan tas ur budgeten" in made.text()
    assert any(
        warning.startswith("Nettonyttan väntas i tid och kvalitet, inte i budgeten") for warning in made.warnings
    )


def test_everything_it_shows_can_be_shown_and_kept(made):
    shown = [made.table, made.item_table, made.source_table, made.yearly_table]
    assert all(table.to_html() and table.caption for table in shown)
    assert all(chart.svg and chart.alt for chart in (made.plot(), made.bottom_line_plot(), made.course_plot()))
    kept = json.loads(json.dumps(made.to_dict()))
    assert kept["project"] == "p"
    assert kept["payback"] == f"{made.payback:%Y-%m-%d}T00:00:00"
    assert "Så säkert är det" in made._repr_mimebundle_()["text/html"]


def test_the_budget_alone_is_one_bottom_line_and_says_nothing_of_time_and_quality():
    made = calculate(project(), [cost(100.0, spread=10.0), benefit(50.0, spread=5.0)])
    assert "tid och kvalitet" not in made.text()
    assert made.table.frame["id"].tolist() == ["cash", "total"]


@pytest.mark.parametrize(
    ("yearly", "opening"),
    [(100.0, "Projektet ger en nettonytta"), (5.0, "Projektet ger ingen nettonytta"), (20.0, "Om Projektet")],
)
def test_the_text_opens_with_the_verdict(yearly, opening):
    made = calculate(project(), [cost(100.0, spread=10.0), benefit(yearly, spread=yearly / 5)])
    assert made.text().startswith(opening)


def test_without_benefits_there_is_no_break_even():
    made = calculate(project(), [cost(100.0, spread=10.0)])
    assert np.isnan(made.break_even)
    assert "behöver komma" not in made.text()
    assert any("inga nyttor" in warning for warning in made.warnings)


def test_what_comes_after_the_counted_years_is_left_out_and_told():
    made = calculate(project(years=1), [cost(1.0, spread=0.5), benefit(12.0, "Resor", end="2030-12", spread=1.0)])
    assert made.line("total")["benefits"] == pytest.approx(12.0)
    assert any("december 2027" in warning and "Resor" in warning for warning in made.warnings)


@pytest.fixture
def region(tmp_path):
    other = item("Annat projekts", "cost", 1e9, project="q")
    rows = {
        "projects": [project(), project(id="q")],
        "project_items": [*ITEMS, other],
    }
    written = {key: [row.model_dump(mode="json", exclude_defaults=True) for row in of] for key, of in rows.items()}
    write_region(tmp_path)
    (tmp_path / "projects.yaml").write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    return utfall.open_region(tmp_path)


def test_a_project_is_found_in_the_register_of_a_region_with_its_own_items_alone(region):
    made = benefit_calculation(region, "p")
    assert made.line("total") == calculate(project(), ITEMS).line("total")


def test_a_project_that_is_not_in_the_register_is_refused_with_those_that_are(region):
    with pytest.raises(InvalidParameter, match="no project 'x' in the register of projects, which has p, q"):
        benefit_calculation(region, "x")


def test_a_region_without_projects_says_so(tmp_path):
    with pytest.raises(InvalidParameter, match="is empty"):
        benefit_calculation(utfall.open_region(write_region(tmp_path)), "p")
