"""Figures of simulated years, and how likely limits are to be broken, counted by hand."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidParameter
from utfall.region.scenario_registers import Limit, LimitMeasure
from utfall.scenarios.law import MEASURES, judge_limits, measure_values, yearly_requirement
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS, Simulation

ORE = 100
YEARS = (2027, 2028)


def simulation(*, income=None, closing=None, contingent=0, draws=1):
    """Two years in which an item is the same SEK every month, or a given (draws, years) of SEK a year."""
    months = 12 * len(YEARS)

    def monthly(item):
        yearly = np.broadcast_to(np.asarray((income or {}).get(item, 0)), (draws, len(YEARS)))
        return (np.repeat(yearly, 12, axis=1) * ORE / 12).astype(np.int64)

    def balances(item):
        years = np.broadcast_to(np.asarray((closing or {}).get(item, 0)), (draws, len(YEARS)))
        held = np.zeros((draws, months + 1), np.int64)
        held[:, 1:] = np.repeat(years, 12, axis=1) * ORE
        return held

    return Simulation(
        scenario="base",
        years=YEARS,
        months=pd.date_range("2027-01-01", periods=months, freq="MS"),
        booked=0,
        income={item: monthly(item) for item in INCOME_ITEMS},
        balance={item: balances(item) for item in (*ASSETS, *FINANCING)},
        cash_flow={item: np.zeros((draws, months), np.int64) for item in CASH_FLOW_ITEMS},
        contingent=np.full((draws, months + 1), contingent * ORE, np.int64),
        net_cost=np.zeros((draws, len(YEARS), 0, 0), np.int64),
        divisions=(),
        lines=(),
        drivers={},
        history=pd.DataFrame(columns=["year", "item", "amount"]),
    )


ORDINARY = simulation(
    income={
        "external_income": 120,
        "external_costs": [[-1200, -2400]],
        "depreciation": -60,
        "other_costs": -120,
        "tax_revenue": 960,
        "general_grants": 240,
        "realised_gains": 36,
        "unrealised_gains": [[-24, 12]],
    },
    closing={
        "fixed_assets": 700,
        "receivables": 200,
        "cash": [[100, 300]],
        "equity": 250,
        "long_term_liabilities": 300,
        "current_liabilities": 400,
    },
    contingent=450,
)


def test_each_measure_is_as_worked_by_hand():
    values = {name: found[0] for name, found in measure_values(ORDINARY).items()}
    # result: 120 − 1200 − 60 − 120 + 960 + 240 + 36 − 24 = −48; the year after −1200 + 36 = −1212
    assert values["result_share"].tolist() == pytest.approx([-48 / 1200, -1212 / 1200])
    assert values["balance_requirement"].tolist() == pytest.approx([-48 - 36 + 24, -1212 - 36 - 12])
    assert values["solidity"].tolist() == pytest.approx([250 / 1000, 250 / 1200])
    assert values["solidity_with_contingent"].tolist() == pytest.approx([-200 / 1000, -200 / 1200])
    assert values["debt_share"].tolist() == pytest.approx([300 / 1200] * 2)
    assert values["liquidity_days"].tolist() == pytest.approx([100 / (1320 / 365), 300 / (2520 / 365)])
    assert values["quick_ratio"].tolist() == pytest.approx([300 / 400, 500 / 400])


def test_a_realised_loss_stays_in_the_balance_requirement():
    made = yearly_requirement(simulation(income={"tax_revenue": 120, "realised_gains": -24}))
    assert made.requirement[0].tolist() == [96 * ORE] * 2


def test_what_is_divided_by_nothing_is_missing_and_not_zero():
    values = measure_values(simulation())
    assert np.isnan(values["result_share"]).all()
    assert np.isnan(values["quick_ratio"]).all()


def test_there_is_a_measure_for_every_one_that_a_limit_may_be_set_for():
    assert set(MEASURES) == set(get_args(LimitMeasure))


def limit(measure="balance_requirement", direction="at_least", value=2.0):
    return Limit(id="l1", name="Gräns", measure=measure, direction=direction, value=value)


def test_the_probabilities_of_a_limit_are_counted_over_the_draws():
    four = simulation(income={"tax_revenue": [[12, 24], [36, 12], [12, 12], [48, 48]]}, draws=4)
    judged = judge_limits(four, [limit(value=24.0)])
    assert judged["year"].tolist() == [2027, 2028]
    assert judged["breaks"].tolist() == [0.5, 0.5]
    assert judged["breaks_first"].tolist() == [0.5, 0.25]
    assert judged["breaks_by"].tolist() == [0.5, 0.75]
    assert judged["breaks_ever"].tolist() == [0.75, 0.75]


def test_the_first_years_sum_to_the_probability_of_any_year():
    random = np.random.default_rng(3)
    many = simulation(income={"tax_revenue": random.integers(0, 1000, (500, 2)) * 12}, draws=500)
    judged = judge_limits(many, [limit(value=6000.0)])
    assert judged["breaks_first"].sum() == pytest.approx(judged["breaks_ever"].iloc[0])
    assert 0.7 < judged["breaks_ever"].iloc[0] < 0.8  # two independent years at a half each: three quarters


def test_a_value_on_the_limit_is_within_it_on_both_sides():
    even = simulation(income={"tax_revenue": 24})
    for direction in ("at_least", "at_most"):
        assert judge_limits(even, [limit(direction=direction, value=24.0)])["breaks"].tolist() == [0.0, 0.0]
    assert judge_limits(even, [limit(direction="at_most", value=23.0)])["breaks"].tolist() == [1.0, 1.0]


def test_a_limit_whose_measure_cannot_be_computed_is_missing_with_a_reason():
    judged = judge_limits(simulation(), [limit(measure="debt_share", direction="at_most", value=0.2)])
    assert judged[["breaks", "breaks_first", "breaks_by", "breaks_ever"]].isna().all(axis=None)
    assert judged["reason"].str.contains("noll").all()


def test_without_limits_there_is_an_empty_frame():
    judged = judge_limits(ORDINARY, [])
    assert judged.empty
    assert "breaks_ever" in judged


def test_an_unknown_measure_is_refused():
    odd = Limit.model_construct(id="l1", name="n", measure="profit", direction="at_least", value=0.0)
    with pytest.raises(InvalidParameter, match="profit"):
        judge_limits(ORDINARY, [odd])
