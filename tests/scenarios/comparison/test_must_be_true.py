"""What must be true for balance: answers that can be worked by hand.

Without growth of the tax base the result of 2026 is 33,96 − 60 = −26,04. A saving is spread over salaries and drugs as
they are and follows their prices: a million gives (1 200 × 1,03 + 240 × 1,02) / 1 440 = 1,02833 millions in 2026.
"""

import pytest

from tests.results_walk import untold
from utfall.errors import InvalidParameter
from utfall.scenarios.comparison import what_must_be_true

MKR = 1_000_000
A_MILLION_GIVES = (1200 * 1.03 + 240 * 1.02) / 1440


def test_the_saving_that_brings_balance_is_the_deficit_in_opening_prices_rounded_up(example):
    found = what_must_be_true(example, "no_growth", year=2026, draws=1)
    exact = 26.04 / A_MILLION_GIVES
    assert exact <= found.value / MKR < exact + 0.1 + 1e-9
    assert found.reached
    assert found.frame["mean"].iloc[0] / MKR == pytest.approx(-26.04)
    assert 0 <= found.frame["mean"].iloc[1] / MKR < 0.15
    assert all(check.passed for check in found.checks)
    assert len(found.checks) == 2


def test_a_growth_that_must_be_lower_is_found_where_its_bounds_allow(example):
    # Drugs are 244,8 × (1 + volume): −26,04 + 244,8 × (0,05 − v) = 0.
    found = what_must_be_true(example, "no_growth", year=2026, driver=("volume", "drugs"), bounds=(-0.2, 0.1), draws=1)
    exact = 0.05 - 26.04 / 244.8
    assert exact - 0.0001 - 1e-9 <= found.value <= exact
    assert found.assumed == 0.05


def test_what_cannot_be_reached_says_so_and_how_near_it_comes(example):
    # Ten percentage points lower, at −5 %, 1,56 is still lacking.
    found = what_must_be_true(example, "no_growth", year=2026, driver=("volume", "drugs"), draws=1)
    assert not found.reached
    assert found.value == pytest.approx(-0.05)
    assert found.frame["mean"].iloc[1] / MKR == pytest.approx(-1.56)
    assert "kan inte nås" in found.text()
    assert found.checks == ()


def test_what_is_already_in_balance_needs_nothing_more(example):
    found = what_must_be_true(example, "example", year=2026, draws=1)
    assert found.change == 0
    assert "inget mer krävs" in found.text()
    assert untold(found, "requirement") == []


def test_a_higher_tax_rate_is_told_as_a_share_of_the_rate(example):
    # Tax 1 500: 26,04 is 1,736 %.
    found = what_must_be_true(example, "no_growth", year=2026, driver="tax_rate", draws=1)
    assert found.value == pytest.approx(0.0174)
    assert "skattesatsen vara 1,74" in found.text()


def test_a_higher_probability_needs_more_as_far_as_the_draws_spread(example):
    # Tax growth 2 % (1 to 3): the result is 3,96 with 15 to its tenth percentile, which must be lifted to 0.
    found = what_must_be_true(example, "uncertain", year=2026, probability=0.9, draws=4000)
    assert found.value / MKR == pytest.approx((15 - 3.96) / A_MILLION_GIVES, abs=1.0)
    assert found.frame["chance"].iloc[1] == pytest.approx(0.9, abs=0.0015)
    assert found.frame["chance"].iloc[1] >= 0.9
    assert untold(found, "requirement") == []


def test_a_saving_that_begins_later_must_be_in_force_in_the_year_asked_for(example):
    found = what_must_be_true(example, "no_growth", year=2028, since=2028, draws=1)
    sooner = what_must_be_true(example, "no_growth", year=2028, draws=1)
    assert found.since == 2028
    assert sooner.since == 2026
    assert found.value >= sooner.value  # earlier savings also spare interest


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"probability": 0.0}, "The probability is 0.0"),
        ({"driver": "spending"}, "it is no driver"),
        ({"driver": "volume"}, "needs its target"),
        ({"driver": "borrow_below"}, "cannot be solved for"),
        ({"since": 2029}, "The first year moved is 2029"),
        ({"bounds": (3.0, 1.0)}, "hold nothing"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(example, asked, message):
    with pytest.raises(InvalidParameter, match=message):
        what_must_be_true(example, "no_growth", **({"year": 2026, "draws": 1} | asked))
