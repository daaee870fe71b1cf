"""Investments: paid in one month, worn in others, to the öre; and what wears of what there is already."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.scenarios.engine.examples_on_disk import investment, seen
from tests.scenarios.engine.plain_start import BASE, MKR, assume, at, booked_months, plain_start, row, yearly
from utfall.region import Region
from utfall.region.scenario_registers import Investment, Loan
from utfall.scenarios.engine import Assumptions, read_start, simulate
from utfall.scenarios.engine.purchases import Purchase, Purchases
from utfall.scenarios.simulation import Simulation

MAY = 4
"""Position of May in the first year."""


def bought(division: int | None = 0, **changes: Any) -> Purchases:
    """One investment of 1 000 000.01 SEK, paid in May 2026, in use from October, worn over seven years."""
    known = {
        "id": "i", "name": "Röntgen", "unit": "R1", "kind": "new", "amount": 1_000_000.01, "paid": "2026-05",
        "in_use": "2026-10", "life": 7, "status": "decided",
    }  # fmt: skip
    return Purchases((Purchase(Investment(**(known | changes)), division),))


def beside_nothing(
    purchases: Purchases, assumptions: Assumptions | None = None, years: int = 9
) -> dict[str, np.ndarray]:
    """What the investment changes, by month: income, balance and cash flow items, öre."""
    assumptions = assumptions or assume()
    with_it = simulate(plain_start(purchases=purchases), assumptions, years=years, draws=1)
    without = simulate(plain_start(), assumptions, years=years, draws=1)
    return {
        item: (values[item] - others[item])[0]
        for values, others in (
            (with_it.income, without.income),
            (with_it.balance, without.balance),
            (
                {f"flow of {item}": flow for item, flow in with_it.cash_flow.items()},
                {f"flow of {item}": flow for item, flow in without.cash_flow.items()},
            ),
        )
        for item in values
    }


def test_depreciation_sums_to_the_amount_over_the_life_to_the_ore_in_equal_months_from_the_one_it_is_used() -> None:
    changed = beside_nothing(bought())
    worn = -changed["depreciation"]
    assert worn.sum() == 100_000_001
    assert (worn[:9] == 0).all()
    assert (worn[9 : 9 + 84] > 0).all()
    assert (worn[9 + 84 :] == 0).all()
    assert worn[9 : 9 + 84] == pytest.approx(100_000_001 / 84, abs=1)


def test_it_is_paid_in_its_month_and_is_an_asset_from_then_until_it_is_worn() -> None:
    changed = beside_nothing(bought())
    paid = np.zeros(108)
    paid[MAY] = -100_000_001
    assert (changed["flow of investments"] == paid).all()
    assert (changed["fixed_assets"][: MAY + 1] == 0).all()
    assert (changed["fixed_assets"][MAY + 1 : 10] == 100_000_001).all()
    assert changed["fixed_assets"][-1] == 0
    assert (changed["cash"][MAY + 1 :] == -100_000_001).all()


def test_what_it_costs_to_run_comes_from_the_month_it_is_used_and_is_paid() -> None:
    changed = beside_nothing(bought(running_cost=120_000.0))
    assert changed["external_costs"][:9].sum() == 0
    assert -changed["external_costs"][9:] == pytest.approx(np.full(99, 1_000_000), abs=1)
    assert -changed["external_costs"][9:21].sum() == 12_000_000


def test_a_divisions_investment_is_the_divisions_cost_and_one_above_them_is_none_of_theirs() -> None:
    own, above = (
        simulate(
            plain_start(purchases=bought(division, running_cost=1.2e6, in_use="2026-05")), assume(), years=2, draws=1
        )
        for division in (1, None)
    )
    plain = simulate(plain_start(), assume(), years=2, draws=1)
    for line, expected in (("depreciation", -1_000_000.01 / 7 / 1e6), ("rents", -1.2)):
        assert (yearly(own, line, 1) - yearly(plain, line, 1))[0, 1] == pytest.approx(expected, abs=1e-6)
        assert (yearly(above, line) == yearly(plain, line)).all()
    assert (own.yearly_income("result") == above.yearly_income("result")).all()
    assert (above.yearly_income("other_costs") - plain.yearly_income("other_costs"))[0, 1] == -1.2 * MKR


def test_an_investment_after_the_last_year_changes_nothing() -> None:
    changed = beside_nothing(bought(paid="2030-01", in_use="2031-01"), years=3)
    assert not any(values.any() for values in changed.values())


def test_other_investments_are_paid_through_the_year_and_worn_from_its_middle() -> None:
    renewed = assume(row("other_investments", "", 40e6, year=2026), row("other_investment_life", "", 4.0))
    with_it, without = (simulate(plain_start(), known, years=6, draws=1) for known in (renewed, assume()))
    assert with_it.yearly_cash_flow("investments")[0] / MKR == pytest.approx([-40, 0, 0, 0, 0, 0])
    worn = (with_it.yearly_income("other_depreciation") - without.yearly_income("other_depreciation"))[0] / MKR
    assert worn == pytest.approx([-5, -10, -10, -10, -5, 0], abs=1e-6)


def test_other_investments_follow_the_prices_of_the_external_costs() -> None:
    renewed = assume(row("other_investments", "", 40e6), row("price", "Löner", 0.10))
    drawn = simulate(plain_start(), renewed, years=2, draws=1)
    # Of 1 776 mkr of external costs 1 140 are wages.
    level = [(1140 * 1.1**year + 636) / 1776 for year in (1, 2)]
    assert -drawn.yearly_cash_flow("investments")[0] / MKR == pytest.approx([40 * level[0], 40 * level[1]], abs=1e-6)


def existing_depreciation(drawn: Simulation) -> list[float]:
    """Depreciation within and outside the ledger, mkr."""
    both = drawn.yearly_income("depreciation") + drawn.yearly_income("other_depreciation")
    return [float(amount) for amount in both[0] / MKR]


def test_what_there_is_wears_by_the_same_share_of_its_book_value_each_year() -> None:
    drawn = simulate(plain_start(), assume(), years=4, draws=1)
    # 72 of 720 mkr: a tenth of what is left each year.
    assert existing_depreciation(drawn) == pytest.approx([-72, -64.8, -58.32, -52.488], abs=1e-6)
    assert drawn.closing("fixed_assets")[0] / MKR == pytest.approx([648, 583.2, 524.88, 472.392], abs=1e-6)


def test_what_there_is_wears_as_the_register_of_assets_says_where_the_scenario_has_it() -> None:
    said = assume(row("volume", "depreciation", -0.05), row("other", "other_depreciation", -0.5))
    drawn = simulate(plain_start(), said, years=2, draws=1)
    assert existing_depreciation(drawn) == pytest.approx([-60 * 0.95 - 6, -60 * 0.95**2 - 3], abs=1e-6)


def test_assets_without_book_value_are_not_worn_below_nothing() -> None:
    balance = plain_start().balance
    worn_out = balance | {"fixed_assets": 0, "equity": balance["equity"] - balance["fixed_assets"]}
    drawn = simulate(plain_start(balance=worn_out), assume(), years=2, draws=1)
    assert drawn.balance["fixed_assets"].min() >= 0


def test_what_is_paid_before_the_start_is_told_of_and_left_out(example: Region) -> None:
    bought = (investment("before", paid="2025-11"), investment("ahead", paid="2026-01"))
    old = Loan(id="old", name="Gammalt", amount=1e6, drawn="2020-05", years=10)
    start = read_start(seen(example, "2025-12", investments=bought, loans=(old,)))
    assert [purchase.investment.id for purchase in start.purchases.investments] == ["ahead"]
    assert start.purchases.loans == ()
    assert any("1 investeringar" in said and "2026-01" in said for said in start.warnings)


def test_an_investment_of_a_unit_is_borne_by_its_division_and_one_of_the_board_by_none(example: Region) -> None:
    bought = (investment("unit"), investment("board", unit="B"), investment("division", unit="D"))
    start = read_start(seen(example, "2025-12", investments=bought))
    assert {bought.investment.id: bought.division for bought in start.purchases.investments} == {
        "unit": 0,
        "board": None,
        "division": 0,
    }


def test_an_investment_paid_in_a_booked_month_is_among_the_assets_and_its_loan_among_the_loans(example: Region) -> None:
    its = Loan(id="its", name="Lånet", drawn="2026-03", years=10)
    bought = (investment("this_year", loan="its", loan_share=0.5),)
    starts = (
        read_start(seen(example, "2026-08", investments=bought, loans=(its,))),
        read_start(seen(example, "2026-08", investments=(), loans=())),
    )
    with_it, without = (simulate(start, assume(), years=1, draws=1) for start in starts)
    more = [(with_it.closing(item) - without.closing(item))[0, 0] / MKR for item in ("long_term_liabilities", "cash")]
    assert more == pytest.approx([6.0, -6.0], abs=0.5)


def test_an_investment_in_use_since_a_booked_month_is_worn_a_whole_year_the_year_after() -> None:
    booked = booked_months(np.broadcast_to(BASE / 12, (6, *BASE.shape)))
    # In use from April: the forecast of the first year holds nine months of its 12 mkr a year, the next year twelve.
    scanner = bought(amount=120e6, paid="2026-02", in_use="2026-04", life=10)
    flat = assume(row("volume", "depreciation", 0.0), row("other", "other_depreciation", 0.0))
    with_it, without = (
        simulate(plain_start(booked=booked, purchases=known), flat, years=2, draws=1)
        for known in (scanner, Purchases())
    )
    more = (with_it.yearly_income("depreciation") - without.yearly_income("depreciation"))[0] / MKR
    assert more == pytest.approx([0, -3], abs=1e-6)


def test_the_last_external_cost_line_bears_the_running_costs() -> None:
    drawn = simulate(plain_start(purchases=bought(running_cost=12e6, in_use="2026-05")), assume(), years=2, draws=1)
    assert yearly(drawn, "rents", 0)[0, 1] == pytest.approx(-132, abs=1e-6)
    assert at("rents") == max(plain_start().of_group("external_cost"))
    assert yearly(drawn, "rents", 1)[0] == pytest.approx([-60, -60], abs=1e-6)
