"""One assumption at a time: answers that can be worked by hand."""

import pytest

from tests.results_walk import untold
from utfall.errors import InvalidParameter
from utfall.scenarios.comparison import scenario_sensitivities

MKR = 1_000_000


@pytest.fixture(scope="module")
def spread(example):
    return scenario_sensitivities(example, "spread", year=2026)


def test_each_answer_is_the_result_with_one_assumption_at_an_end_and_the_others_in_the_middle(spread):
    rows = spread.frame.set_index("driver")
    assert spread.base / MKR == pytest.approx(33.96)
    assert (rows.loc["tax_base", ["low", "high"]] / MKR).tolist() == pytest.approx([33.96 - 15, 33.96 + 15])
    # Salaries 1 200: a low price is better.
    assert (rows.loc["price", ["low", "high"]] / MKR).tolist() == pytest.approx([33.96 + 12, 33.96 - 6])


def test_only_uncertain_assumptions_are_moved_and_the_largest_span_comes_first(spread):
    assert spread.frame["driver"].tolist() == ["tax_base", "price"]
    assert spread.frame["span"].tolist() == pytest.approx([30 * MKR, 18 * MKR])


def test_a_measure_that_limits_are_set_on_can_be_judged(example):
    rows = scenario_sensitivities(example, "spread", year=2026, measure="result_share").frame.set_index("driver")
    assert rows.loc["tax_base", "high"] == pytest.approx((33.96 + 15) / (1500 * 1.05 + 306))


def test_the_table_names_who_answers_and_the_text_tells_only_what_is_there(spread):
    assert spread.table.frame["owner"].tolist() == ["Ekonomidirektör"] * 2
    assert untold(spread, "sensitivities") == []
    assert "Skatteunderlag" in spread.text()
    assert spread.plot().data["label"].tolist() == ["Skatteunderlag", "Löner, pris"]


def test_a_scenario_where_all_is_certain_says_so(example):
    assert "har något intervall" in scenario_sensitivities(example, "example", year=2026).text()


def test_an_unknown_measure_or_year_is_refused(example):
    with pytest.raises(InvalidParameter, match="There is no measure 'profit'"):
        scenario_sensitivities(example, "spread", year=2026, measure="profit")
    with pytest.raises(InvalidParameter, match="The year 2024 is not simulated; choose 2026"):
        scenario_sensitivities(example, "spread", year=2024)
