"""The balance sheet's own rules, each worked by hand from the opening."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenarios.engine.plain_start import BALANCE, BASE, MKR, assume, at, booked_months, plain_start, row
from utfall.scenarios.engine import simulate
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS

GROWING = (
    row("price", "Löner", 0.03),
    row("tax_base", "", 0.04),
    row("other", "other_costs", 0.02),
    row("need", "", 0.01),
)

INCOMING = ("external_income", "other_income", "tax_revenue", "general_grants")
OUTGOING = ("external_costs", "other_costs")


def test_the_first_column_is_the_opening_balance() -> None:
    drawn = simulate(plain_start(), assume(*GROWING), years=2, draws=3)
    for item, amount in BALANCE.items():
        assert (drawn.balance[item][:, 0] == round(amount * MKR)).all()
    assert drawn.balance["cash"].shape == (3, 25)
    assert (drawn.contingent == 300 * MKR).all()


def test_the_opening_month_takes_one_twelfth_of_the_years_drift() -> None:
    drawn = simulate(plain_start(), assume(*GROWING), years=1, draws=1)
    # Twelve months to January: eleven of the year before, and January.
    before = 2124 + 96  # taxes, grants and other income; fees
    january = sum(drawn.income[item][0, 0] for item in INCOMING) / MKR
    assert drawn.balance["receivables"][0, 1] / MKR == pytest.approx(
        180 * (before * 11 / 12 + january) / before, abs=1e-6
    )
    spent = 1776 + 360
    paid = -sum(drawn.income[item][0, 0] for item in OUTGOING) / MKR
    assert drawn.balance["inventories"][0, 1] / MKR == pytest.approx(30 * (spent * 11 / 12 + paid) / spent, abs=1e-6)


def test_receivables_stock_and_current_liabilities_keep_their_share_of_a_years_income_and_costs() -> None:
    drawn = simulate(plain_start(), assume(*GROWING), years=4, draws=1)
    income = sum(drawn.yearly_income(item) for item in INCOMING)[0] / MKR
    costs = -sum(drawn.yearly_income(item) for item in OUTGOING)[0] / MKR
    for item, amount, flow, opening in (
        ("receivables", 180, income, 2220),
        ("inventories", 30, costs, 2136),
        ("current_liabilities", 360, costs, 2136),
    ):
        assert drawn.closing(item)[0] / MKR == pytest.approx(amount * flow / opening, abs=1e-6), item
        sign = 1 if item == "current_liabilities" else -1
        moved = np.diff(np.concatenate([[amount], drawn.closing(item)[0] / MKR]))
        assert drawn.yearly_cash_flow(f"{item}_change")[0] / MKR == pytest.approx(sign * moved, abs=1e-6), item


def test_other_provisions_stay_and_nothing_else_is_forgotten() -> None:
    drawn = simulate(plain_start(), assume(*GROWING), years=2, draws=1)
    assert (drawn.balance["other_provisions"] == 60 * MKR).all()
    assert set(drawn.balance) == {*ASSETS, *FINANCING}
    assert set(drawn.income) == set(INCOME_ITEMS)
    assert set(drawn.cash_flow) == set(CASH_FLOW_ITEMS)


def test_the_pension_provision_rolls_forward_by_what_accrues_is_indexed_and_is_paid() -> None:
    drawn = simulate(
        plain_start(),
        assume(
            row("pension_accrued", "pensions", 0.5),
            row("pension_indexation", "", 0.04),
            row("pension_paid", "", 0.06),
            row("volume", "pensions", 0.10),
        ),
        years=2,
        draws=1,
    )
    # 96 mkr of pension cost, half of it accrues: 52.8 and 58.08; 4 % of the opening is added and 6 % is paid.
    first = 600 + 52.8 + 24 - 36
    second = first + 58.08 + 0.04 * first - 0.06 * first
    assert drawn.closing("pension_provisions")[0] / MKR == pytest.approx([first, second], abs=1e-6)
    assert drawn.yearly_income("pension_indexation")[0] / MKR == pytest.approx([-24, -0.04 * first], abs=1e-6)
    # The result bears the cost and the indexation; cash bears what is paid of the cost and of the provision.
    assert drawn.yearly_cash_flow("pension_change")[0] / MKR == pytest.approx([first - 600, second - first], abs=1e-6)


def test_a_provision_on_the_wrong_side_of_zero_rolls_forward_by_the_same_rule() -> None:
    balance = plain_start().balance
    claim = balance | {"pension_provisions": -100 * MKR, "equity": balance["equity"] + 700 * MKR}
    drawn = simulate(plain_start(balance=claim), assume(row("pension_indexation", "", 0.05)), years=2, draws=1)
    assert drawn.closing("pension_provisions")[0] / MKR == pytest.approx([-105, -110.25], abs=1e-6)
    assert drawn.yearly_income("pension_indexation")[0] / MKR == pytest.approx([5, 5.25], abs=1e-6)


def test_dividends_are_cash_and_gains_stay_invested() -> None:
    drawn = simulate(
        plain_start(),
        assume(row("dividend", "", 0.03), row("realised_gain", "", 0.01), row("unrealised_gain", "", 0.05)),
        years=2,
        draws=1,
    )
    # Gains are shares of the year's opening, a twelfth a month; dividends of what is placed when the month begins.
    assert drawn.yearly_income("realised_gains")[0] / MKR == pytest.approx([2.4, 2.544], abs=1e-6)
    assert drawn.yearly_income("unrealised_gains")[0] / MKR == pytest.approx([12, 12.72], abs=1e-6)
    assert drawn.closing("financial_fixed_assets")[0] / MKR == pytest.approx([254.4, 269.664], abs=1e-6)
    months = 240 + 14.4 / 12 * np.arange(12)
    assert drawn.income["financial_income"][0, :12] / MKR == pytest.approx(0.03 / 12 * months, abs=1e-7)
    plain = simulate(plain_start(), assume(), years=2, draws=1)
    more = (drawn.closing("cash") - plain.closing("cash"))[0]
    assert more.tolist() == drawn.yearly_income("financial_income")[0].cumsum().tolist()


def test_placements_move_from_cash_and_yield_from_the_month_after() -> None:
    drawn = simulate(plain_start(), assume(row("placement", "", 24e6), row("dividend", "", 0.12)), years=1, draws=1)
    assert drawn.closing("financial_fixed_assets")[0, 0] / MKR == pytest.approx(264)
    assert drawn.income["financial_income"][0] / MKR == pytest.approx(0.01 * (240 + 2 * np.arange(12)), abs=1e-6)
    assert drawn.yearly_cash_flow("placements")[0, 0] / MKR == pytest.approx(-24)


def test_cash_earns_interest_on_what_it_was_when_the_month_began_and_none_below_zero() -> None:
    drawn = simulate(plain_start(), assume(row("cash_interest", "", 0.02)), years=2, draws=1)
    opening = drawn.balance["cash"][0, :-1]
    assert drawn.income["financial_income"][0] == pytest.approx(opening * 0.02 / 12, abs=0.51)
    balance = plain_start().balance
    overdrawn = balance | {"cash": -100 * MKR, "equity": balance["equity"] - 580 * MKR}
    drawn = simulate(plain_start(balance=overdrawn), assume(row("cash_interest", "", 0.02)), years=1, draws=1)
    assert drawn.income["financial_income"][0, 0] == 0


def test_a_changed_tax_rate_is_a_share_of_the_openings_from_its_year_on() -> None:
    rates = [row("tax_rate", "", 0.05, year=year) for year in (2027, 2028)]
    drawn = simulate(plain_start(), assume(row("tax_base", "", 0.04), *rates), years=3, draws=1)
    expected = [1800 * 1.04, 1800 * 1.04**2 * 1.05, 1800 * 1.04**3 * 1.05]
    assert drawn.yearly_income("tax_revenue")[0] / MKR == pytest.approx(expected, abs=1e-6)


def test_items_outside_the_ledger_grow_from_the_closed_year_also_where_months_are_booked() -> None:
    booked = booked_months(np.broadcast_to(BASE / 12, (6, *BASE.shape)))
    drawn = simulate(plain_start(booked=booked), assume(*GROWING), years=2, draws=1)
    assert drawn.yearly_income("tax_revenue")[0] / MKR == pytest.approx([1872, 1946.88], abs=1e-6)
    assert drawn.yearly_income("other_costs")[0] / MKR == pytest.approx([-367.2, -374.544], abs=1e-6)
    assert drawn.net_cost[0, 0, 0, at("salaries")] / MKR == pytest.approx(-600)


def test_the_cash_of_the_first_year_by_hand() -> None:
    drawn = simulate(plain_start(), assume(row("volume", "depreciation", 0.0)), years=1, draws=1)
    # Fees 96, taxes 1 800, grants 300 and other income 24, less costs 1 776 and 360, depreciation 60 and 12.
    assert drawn.yearly_income("result")[0, 0] / MKR == pytest.approx(12, abs=1e-6)
    assert drawn.closing("cash")[0, 0] / MKR == pytest.approx(480 + 12 + 72, abs=1e-6)
    assert drawn.closing("equity")[0, 0] / MKR == pytest.approx(162, abs=1e-6)
