"""Present values and payback against closed forms, a second implementation and laws that must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios.benefit.projects import benefit, cost, item, project
from utfall.errors import InvalidData, InvalidParameter
from utfall.scenarios.benefit import calculate
from utfall.scenarios.benefit.streams import months_of, present_values, shares
from utfall.scenarios.benefit.valuation import paid_back_from, variance_shares

SEK = 1e-6
"""Tolerance, in SEK."""


def net_of(made):
    return made.line("total")["base"]


def test_a_level_stream_has_the_value_of_an_annuity_due():
    rate, years, yearly = 0.04, 7, 1_200_000.0
    monthly = (1 + rate) ** (1 / 12) - 1
    months = 12 * years
    annuity_due = yearly / 12 * (1 - (1 + monthly) ** -months) / monthly * (1 + monthly)
    made = calculate(project(years=years, discount_rate=rate), [benefit(yearly)])
    assert net_of(made) == pytest.approx(annuity_due, abs=SEK)


def test_what_comes_once_is_discounted_from_its_month():
    made = calculate(project(discount_rate=0.1), [cost(1000.0, start="2029-07")])
    assert net_of(made) == pytest.approx(-1000.0 / 1.1**2.5, abs=SEK)


def test_without_interest_the_net_is_the_sum_of_the_amounts():
    made = calculate(project(years=3), [cost(100.0), benefit(60.0), item("Drift", "cost", 10.0)])
    assert net_of(made) == pytest.approx(-100 + 3 * 50, abs=SEK)


def by_loops(rate, rows, months):
    """The same net present value, month by month, from the wording of the method."""
    total = 0.0
    for sign, value, timing, first, last, profile in rows:
        for month in range(months):
            if timing == "once":
                amount = value if month == first else 0.0
            elif not first <= month <= last:
                amount = 0.0
            else:
                kind, _, number = profile.rstrip(")").partition("(")
                age = month - first
                gradual, late = min(1.0, (age + 1) / int(number or 1)), float(age >= int(number or 0))
                amount = value / 12 * {"step": 1.0, "ramp": gradual, "delay": late}[kind]
            total += sign * amount / (1 + rate) ** (month / 12)
    return total


rows = st.lists(
    st.tuples(
        st.sampled_from([-1, 1]),
        st.floats(0, 1e7),
        st.sampled_from(["once", "yearly"]),
        st.integers(0, 11),
        st.integers(15, 35),
        st.sampled_from(["step", "ramp(6)", "delay(3)"]),
    ),
    min_size=1,
    max_size=5,
)


@given(rate=st.floats(0, 0.3), rows=rows)
@settings(max_examples=60, deadline=None)
def test_any_project_has_the_net_present_value_of_a_second_implementation(rate, rows):
    said = [
        (sign, value, timing, first, last, "step" if timing == "once" else profile)
        for sign, value, timing, first, last, profile in rows
    ]
    months = pd.date_range("2027-01-01", periods=36, freq="MS").strftime("%Y-%m")
    items = [
        item(
            f"Post {number}",
            "cost" if sign < 0 else "benefit",
            value,
            timing=timing,
            start=months[first],
            end=None if timing == "once" else months[last],
            profile=profile,
        )
        for number, (sign, value, timing, first, last, profile) in enumerate(said)
    ]
    worth = present_values(project(years=3, discount_rate=rate), items)
    assert worth.sum() == pytest.approx(by_loops(rate, said, 36), abs=1e-3)


@given(value=st.floats(1, 1e6), more=st.floats(1, 1e6), rate=st.floats(0, 0.2), higher=st.floats(0.001, 0.2))
@settings(max_examples=100, deadline=None)
def test_more_benefit_never_hurts_and_a_higher_rate_lowers_what_comes_later(value, more, rate, higher):
    def net(benefits, rate):
        return present_values(project(discount_rate=rate), [cost(1000.0), benefit(benefits)]).sum()

    assert net(value + more, rate) > net(value, rate)
    assert net(value, rate + higher) < net(value, rate)


def test_the_calculation_rests_on_the_present_value_of_each_item():
    items = [cost(100.0, spread=5.0), benefit(60.0, profile="ramp(6)"), item("Drift", "cost", 10.0, start="2027-05")]
    at_interest = project(years=3, discount_rate=0.05)
    made = calculate(at_interest, items)
    assert made.items["base"].to_numpy() == pytest.approx(present_values(at_interest, items))
    assert net_of(made) == pytest.approx(present_values(at_interest, items).sum())


def test_payback_without_interest_is_the_month_in_which_the_benefits_reach_the_cost():
    # 120 a year is 10 a month from January 2027: 250 is reached in the 25th month.
    assert calculate(project(), [cost(250.0), benefit(120.0)]).payback == pd.Timestamp("2029-01-01")
    assert calculate(project(), [cost(240.0), benefit(120.0)]).payback == pd.Timestamp("2028-12-01")


def test_payback_with_interest_solves_the_annuity_for_its_length():
    rate, price, yearly = 0.06, 3_000_000.0, 1_000_000.0
    monthly = (1 + rate) ** (1 / 12) - 1
    # price = payment × (1 − v^n) / i × (1 + i), solved for n
    months = -np.log(1 - price * monthly / (yearly / 12 * (1 + monthly))) / np.log(1 + monthly)
    made = calculate(project(discount_rate=rate), [cost(price), benefit(yearly)])
    assert made.payback == pd.Timestamp("2027-01-01") + pd.DateOffset(months=int(np.ceil(months)) - 1)


def test_payback_is_when_the_net_stays_above_zero_and_not_when_it_first_gets_there():
    renewal = cost(100.0, "Förnyelse", start="2028-01")
    made = calculate(project(years=3), [cost(60.0), renewal, benefit(120.0)])
    # 60 is reached in June 2027; the renewal takes it below zero until 160 has come, in April 2028.
    assert made.payback == pd.Timestamp("2028-04-01")


def test_a_project_that_never_pays_back_says_why():
    made = calculate(project(), [cost(1000.0), benefit(100.0)])
    assert made.payback is None
    assert "täcker inte" in made.payback_reason
    assert made.break_even == pytest.approx(2.0)
    assert "200\N{NO-BREAK SPACE}%" in made.text()


def test_the_position_of_payback_in_many_courses_at_once():
    courses = np.array([[1.0, 2.0], [-1.0, 0.0], [0.0, -1.0]])
    assert paid_back_from(courses).tolist() == [0, 1, -1]


def test_the_shares_of_variance_of_independent_parts_are_their_variances():
    random = np.random.default_rng(2)
    parts = random.normal(0, [1.0, 2.0, 4.0], (200_000, 3))
    assert variance_shares(parts) == pytest.approx(np.array([1, 4, 16]) / 21, abs=0.01)
    assert variance_shares(parts).sum() == pytest.approx(1.0)


def test_a_yearly_item_comes_with_a_twelfth_a_month_through_its_last_month():
    months = months_of(project(years=1))
    (spread,) = shares([benefit(1.0, start="2027-03", end="2027-05")], months)
    assert (spread * 12).round(12).tolist() == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]


def test_a_ramp_and_a_delay_come_as_they_are_declared():
    months = months_of(project(years=1))
    ramp, delay = shares([benefit(1.0, profile="ramp(4)"), benefit(1.0, profile="delay(2)")], months)
    assert (ramp[:5] * 12).round(12).tolist() == [0.25, 0.5, 0.75, 1, 1]
    assert (delay[:4] * 12).round(12).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"start": "2026-12"}, "outside the counted months 2027-01 to 2031-12"),
        ({"start": "2032-01"}, "outside the counted months"),
        ({"timing": "once", "profile": "ramp(3)"}, "comes once"),
        ({"profile": "delay(6)", "end": "2027-06"}, "lets nothing come"),
    ],
)
def test_an_item_that_does_not_fit_its_project_is_refused_by_name(wrong, message):
    with pytest.raises(InvalidData, match=message) as error:
        calculate(project(), [cost(1.0), benefit(1.0, "Färre resor", **wrong)])
    assert "Färre resor" in str(error.value)


def test_a_project_without_items_and_numbers_that_cannot_be_used_are_refused():
    with pytest.raises(InvalidData, match="no costs and no benefits"):
        calculate(project(), [])
    with pytest.raises(InvalidParameter, match="draws is 99"):
        calculate(project(), [cost(1.0)], draws=99)
    with pytest.raises(InvalidParameter, match="correlation"):
        calculate(project(), [cost(1.0)], common_share=1.5)
