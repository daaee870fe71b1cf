"""The statements tie to the öre in every month of every draw, whatever the region and whatever is assumed."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings

from tests.scenarios.made_starts import made_assumptions, made_starts
from utfall.scenarios.engine import Assumptions, Start, simulate
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS

ANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@ANY
@given(start=made_starts(), assumptions=made_assumptions())
def test_statements_tie_in_every_month_of_every_draw(start: Start, assumptions: Assumptions) -> None:
    drawn = simulate(start, assumptions, years=3, draws=5, seed=1)
    for values in (*drawn.income.values(), *drawn.balance.values(), *drawn.cash_flow.values(), drawn.net_cost):
        assert values.dtype == np.int64
    assets = sum(drawn.balance[item] for item in ASSETS)
    financing = sum(drawn.balance[item] for item in FINANCING)
    assert (assets == financing).all()
    flow = sum(drawn.cash_flow[item] for item in CASH_FLOW_ITEMS)
    assert (np.diff(drawn.balance["cash"], axis=1) == flow).all()
    result = sum(drawn.income[item] for item in INCOME_ITEMS)
    assert (np.diff(drawn.balance["equity"], axis=1) == result).all()
    assert (drawn.cash_flow["result"] == result).all()


@ANY
@given(start=made_starts(), assumptions=made_assumptions())
def test_the_divisions_lines_are_the_income_statement(start: Start, assumptions: Assumptions) -> None:
    drawn = simulate(start, assumptions, years=2, draws=3, seed=2)
    for item, group in (
        ("external_income", "external_income"),
        ("external_costs", "external_cost"),
        ("depreciation", "depreciation"),
    ):
        lines = [at for at, line in enumerate(start.lines) if line.group == group]
        assert (drawn.net_cost[..., lines].sum(axis=(2, 3)) == drawn.yearly_income(item)).all()


@ANY
@given(start=made_starts(), assumptions=made_assumptions())
def test_what_is_booked_stays_as_it_is_booked(start: Start, assumptions: Assumptions) -> None:
    booked = len(start.booked)
    drawn = simulate(start, assumptions, years=2, draws=3, seed=3)
    assert drawn.booked == booked
    incomes = start.booked[:, :, start.of_group("external_income")].sum(axis=(1, 2))
    assert (drawn.income["external_income"][:, :booked] == incomes).all()


@ANY
@given(start=made_starts(), assumptions=made_assumptions())
def test_loans_are_never_repaid_beyond_what_is_owed(start: Start, assumptions: Assumptions) -> None:
    drawn = simulate(start, assumptions, years=4, draws=3, seed=4)
    assert (drawn.balance["long_term_liabilities"] >= 0).all()
    moved = drawn.cash_flow["loans_drawn"] + drawn.cash_flow["loans_repaid"]
    assert (np.diff(drawn.balance["long_term_liabilities"], axis=1) == moved).all()


@ANY
@given(start=made_starts(), assumptions=made_assumptions())
def test_the_same_seed_gives_the_same_years_and_more_draws_keep_none_of_the_identities_from_holding(
    start: Start, assumptions: Assumptions
) -> None:
    one, same, other = (simulate(start, assumptions, years=2, draws=4, seed=seed) for seed in (5, 5, 6))
    assert (one.balance["cash"] == same.balance["cash"]).all()
    uncertain = any(not assumptions.spread(*key, 2027).is_certain for key in assumptions.keys)
    if not uncertain and not start.base_sd.any() and not start.patterns.own_sd.any():
        assert (one.yearly_income("result") == other.yearly_income("result")).all()
