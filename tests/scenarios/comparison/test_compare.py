"""Scenarios beside each other: differences that can be worked by hand."""

import pytest

from tests.results_walk import untold
from utfall.errors import InvalidParameter
from utfall.scenarios.comparison import compare_scenarios

MKR = 1_000_000


@pytest.fixture(scope="module")
def weaker(example):
    return compare_scenarios(example, ["example", "weaker_tax", "dearer"], years=2, draws=1)


def results(comparison, year):
    frame = comparison.frame[comparison.frame["year"] == year]
    return dict(zip(frame["scenario"], frame["mean"] / MKR, strict=True))


def test_a_weaker_tax_base_costs_what_its_growth_says(weaker):
    first = results(weaker, 2026)
    assert first["example"] == pytest.approx(33.96)
    assert first["weaker_tax"] - first["example"] == pytest.approx(1500 * (1.03 - 1.04))
    second = results(weaker, 2027)
    assert second["weaker_tax"] - second["example"] == pytest.approx(1500 * (1.03**2 - 1.04**2))


def test_the_steps_are_those_of_each_assumption_and_sum_to_the_difference(example):
    steps = compare_scenarios(example, ["example", "dearer"], years=1, draws=1).steps.set_index("driver")["amount"]
    assert steps["tax_base"] / MKR == pytest.approx(-15.0)
    assert steps["price"] / MKR == pytest.approx(-12.0)
    assert steps[""] == pytest.approx(0.0, abs=0.01)


def test_assumptions_that_act_on_each_other_share_what_they_do_together(example):
    # Drugs 240: price first gives 2,52 and last 2,544; volume first 2,448 and last 2,472. Each gets the mean.
    steps = compare_scenarios(example, ["example", "drugs"], years=1, draws=1).steps.set_index("driver")["amount"]
    assert steps["price"] / MKR == pytest.approx(-2.532)
    assert steps["volume"] / MKR == pytest.approx(-2.460)
    assert steps.sum() / MKR == pytest.approx(240 * 1.02 * 1.05 - 240 * 1.03 * 1.06)


def test_what_uncertainty_adds_to_the_means_is_a_step_of_its_own(example):
    # The interval of salaries reaches further down than up: the mean price is below its middle.
    comparison = compare_scenarios(example, ["example", "spread"], years=1, draws=4000)
    steps = comparison.steps.set_index("driver")["amount"] / MKR
    assert steps["tax_base"] == pytest.approx(0.0, abs=0.001)
    ends = comparison.last.set_index("scenario")["mean"] / MKR
    assert steps.sum() == pytest.approx(ends["spread"] - ends["example"])
    # Mean of a split normal: (0,005 − 0,010) / 1,2816 × √(1/2π) below the middle, of 1 200.
    assert steps[""] == pytest.approx(1200 * 0.005 / 1.2815516 * 0.39894, abs=0.5)


def test_scenarios_are_drawn_alike_so_that_only_what_is_assumed_differs(example):
    comparison = compare_scenarios(example, ["spread", "uncertain"], years=1, draws=50)
    one, other = (comparison.scenario(name).simulation for name in ("spread", "uncertain"))
    deviation = one.drivers["tax_base", ""] - 0.04
    assert deviation == pytest.approx(other.drivers["tax_base", ""] - 0.02)


def test_the_table_has_every_scenario_and_the_text_every_number(weaker):
    assert weaker.table.frame["name"].tolist() == ["Exemplet", "Scenario weaker_tax", "Scenario dearer"]
    assert untold(weaker, "comparison") == []
    assert "nan" not in weaker.plot().alt + weaker.plot_intervals().alt
    assert weaker.plot_steps("dearer").data["amount"].iloc[-1] == pytest.approx(weaker.last["mean"].iloc[2])


@pytest.mark.parametrize(
    ("scenarios", "message"),
    [
        (["example"], "1 scenarios cannot be compared"),
        (["example", "example"], "named twice"),
        (["example", "nowhere"], "There is no scenario 'nowhere'"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(example, scenarios, message):
    with pytest.raises(InvalidParameter, match=message):
        compare_scenarios(example, scenarios, years=1, draws=1)
