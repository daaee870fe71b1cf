"""One measure of the register: its series comes from the ledger, and what was planted is inside its interval."""

import pytest
import yaml

import utfall
from utfall.errors import InvalidParameter

PERIOD = "2026-10"


@pytest.fixture(scope="module")
def region(demo_folder):
    return utfall.open_region(demo_folder)


@pytest.fixture(scope="module")
def truth(demo_folder):
    rows = yaml.safe_load((demo_folder / "truth.yaml").read_text(encoding="utf-8"))["planted"]
    return {row["id"]: row["effect_sek"] for row in rows}


@pytest.mark.parametrize("measure", ["contract_home", "monitoring_beds", "right_skills_2024"])
def test_a_planted_effect_is_inside_its_interval(region, truth, measure):
    effect = utfall.measure_effect(region, measure=measure, period=PERIOD)
    low, high = effect.amount_interval(0.95)
    assert low <= sum(truth[measure].values()) <= high


def test_a_measure_that_did_nothing_is_not_claimed(region):
    effect = utfall.measure_effect(region, measure="service_agreements_2024", period=PERIOD)
    assert effect.verdict == "kan inte avgöras"
    low, high = effect.interval()
    assert low < 0 < high


def test_comparison_units_and_negative_control_come_from_the_register(region):
    compared = utfall.measure_effect(region, measure="care_flows_2024", period=PERIOD)
    assert compared.compared
    control = utfall.measure_effect(region, measure="hired_staff_2024", period=PERIOD).negative_control
    assert control is not None
    low, high = control.interval()
    assert low <= 0 <= high


def test_the_drug_measure_saved_while_the_total_rose(region, truth):
    """Issue's own example: the avoided cost is within ten per cent of what was planted."""
    result = utfall.drug_measure(region, measure="drug_handling", period=PERIOD, drug="Injektionsläkemedel Alfa")
    assert result.amount == pytest.approx(sum(truth["drug_handling"].values()), rel=0.10)
    low, high = result.amount_interval()
    assert low <= sum(truth["drug_handling"].values()) <= high
    cost = result.path["cost"]
    assert cost.tail(12).sum() > cost[cost.index < result.start].tail(12).sum()
    assert "ökade" in result.text()


def test_every_drug_of_the_unit_can_be_judged_together(region):
    result = utfall.drug_measure(region, measure="drug_handling", period=PERIOD)
    low, high = result.amount_interval()
    assert 0 < low < high


def test_a_planned_measure_says_how_long_it_needs(region):
    assert utfall.measure_prospect(region, measure="hiring_review_2026", period=PERIOD).months is not None
    assert utfall.measure_prospect(region, measure="care_flows_2024", period=PERIOD).months is None


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"measure": "nothing"}, "There is no measure 'nothing' in the register, which has hired_staff_2024"),
        ({"measure": "fees_2024"}, "concerns income, which the portfolio of measures judges"),
        ({"measure": "hiring_review_2026", "period": "2025-06"}, "starts in 2026-01, after 2025-06"),
    ],
)
def test_what_cannot_be_judged_is_said_in_a_sentence(region, ask, message):
    with pytest.raises(InvalidParameter, match=message):
        utfall.measure_effect(region, **({"period": PERIOD} | ask))


def test_a_drug_that_is_not_used_there_is_answered_with_those_that_are(region):
    with pytest.raises(InvalidParameter, match="its units use Injektionsläkemedel Alfa"):
        utfall.drug_measure(region, measure="drug_handling", period=PERIOD, drug="Alvedon")


def test_drug_use_that_is_not_counted_is_said(region):
    with pytest.raises(InvalidParameter, match="not counted where the measure contract_home applies"):
        utfall.drug_measure(region, measure="contract_home", period=PERIOD)
