"""Loans: drawn, repaid, refinanced and paid interest on, to the öre."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.scenarios.engine.examples_on_disk import seen
from tests.scenarios.engine.plain_start import BALANCE, BASE, ITEMS, MKR, assume, booked_months, plain_start, row
from utfall.region import Region
from utfall.region.scenario_registers import Assumption, Investment, Loan
from utfall.scenarios.engine import Start, read_start, simulate
from utfall.scenarios.engine.purchases import Purchase, Purchases
from utfall.scenarios.simulation import INCOME_ITEMS, Simulation

DAYS = 365


def loan(known_as: str = "l", **changes: Any) -> Loan:
    """A loan of 1 000 000.01 SEK drawn in May 2026, repaid in seven years, 6 % a year."""
    known = {"id": known_as, "name": known_as, "amount": 1_000_000.01, "drawn": "2026-05", "years": 7, "interest": 0.06}
    return Loan(**(known | changes))


def lent(
    *loans: Loan, investments: tuple[Purchase, ...] = (), rows: tuple[Assumption, ...] = (), years: int = 9
) -> Simulation:
    """With these loans, and none in the opening."""
    free = plain_start().balance | {"long_term_liabilities": 0, "equity": round(630.0 * MKR)}
    start = plain_start(balance=free, purchases=Purchases(investments, loans))
    return simulate(start, assume(*rows), years=years, draws=1)


def poor(yearly_gap: float = -180.0) -> Start:
    """Cash for few days and a result that takes of it every year."""
    start = plain_start()
    items = {item: round(ITEMS.get(item, 0.0) * MKR) for item in INCOME_ITEMS[3:]}
    items["tax_revenue"] += round((yearly_gap - 12.0) * MKR)  # the result was 12
    balance = start.balance | {"cash": 20 * MKR, "equity": start.balance["equity"] - 460 * MKR}
    return plain_start(items=items, balance=balance)


def test_a_loan_is_repaid_in_equal_parts_each_december_from_the_year_after_to_the_ore() -> None:
    drawn = lent(loan())
    repaid = -drawn.cash_flow["loans_repaid"][0].reshape(9, 12)
    assert (repaid[:, :11] == 0).all()
    december = repaid[:, 11]
    assert december[0] == 0
    assert december[1:8] == pytest.approx(100_000_001 / 7, abs=1)
    assert december.sum() == 100_000_001
    assert drawn.cash_flow["loans_drawn"][0].nonzero()[0].tolist() == [4]
    left = [100_000_001 - int(december[: year + 1].sum()) for year in range(9)]
    assert drawn.closing("long_term_liabilities")[0].tolist() == left


def test_a_loan_without_an_amount_takes_what_its_investments_need() -> None:
    known = {
        "name": "I", "unit": "R1", "kind": "new", "paid": "2026-05", "in_use": "2026-05", "life": 10, "loan": "l",
        "status": "decided",
    }  # fmt: skip
    bought = (
        Purchase(Investment(id="a", amount=40e6, loan_share=0.5, **known), 0),
        Purchase(Investment(id="b", amount=10e6, **known), None),
        Purchase(Investment(id="c", amount=7e6, **(known | {"loan": None})), 0),
    )
    drawn = lent(loan(amount=None), investments=bought)
    assert drawn.yearly_cash_flow("loans_drawn")[0, 0] == 30 * MKR


def test_refinancing_pays_off_exactly_the_remainder_and_draws_it_anew() -> None:
    drawn = lent(loan(), loan("again", amount=None, drawn="2029-03", years=3, refinances="l"))
    # Three Decembers, 2027 and 2028 of seven parts, leave five.
    remainder = 100_000_001 - 100_000_001 * 2 // 7
    march = 3 * 12 + 2
    assert drawn.cash_flow["loans_drawn"][0, march] == remainder
    assert drawn.cash_flow["loans_repaid"][0, march] == -remainder
    ends = drawn.closing("long_term_liabilities")[0]
    assert ends[3] == remainder
    assert ends[4:7] == pytest.approx([remainder * 2 / 3, remainder / 3, 0], abs=1)


def test_refinancing_with_a_larger_loan_pays_off_the_old_one_and_keeps_the_rest() -> None:
    drawn = lent(loan(), loan("more", amount=3_000_000.0, drawn="2027-06", refinances="l"))
    june = 12 + 5
    assert drawn.cash_flow["loans_drawn"][0, june] == 300_000_000
    assert drawn.cash_flow["loans_repaid"][0, june] == -100_000_001
    assert drawn.closing("long_term_liabilities")[0, 1] == 300_000_000


def test_a_loan_may_refinance_one_that_is_in_the_opening_balance(example: Region) -> None:
    # Ten parts of 6 mkr, the sixth in December 2026: four remain.
    old = loan("old", amount=60e6, drawn="2020-05", years=10, interest=None)
    new = loan("new", amount=None, drawn="2027-06", years=4, refinances="old")
    drawn = simulate(read_start(seen(example, "2025-12", loans=(old, new))), assume(), years=2, draws=1)
    assert drawn.yearly_cash_flow("loans_drawn")[0] / MKR == pytest.approx([0, 24])
    assert drawn.yearly_cash_flow("loans_repaid")[0] / MKR == pytest.approx([-6, -24])
    assert drawn.closing("long_term_liabilities")[0] / MKR == pytest.approx([240 - 6, 240 - 6])


def test_an_older_loan_that_was_refinanced_before_the_start_is_owed_as_the_one_that_paid_it_off(
    example: Region,
) -> None:
    # 60 mkr in ten parts, four of them paid by June 2021: 36 in ten new parts, of which four are paid by 2025.
    first = loan("first", amount=60e6, drawn="2016-05", years=10)
    second = loan("second", amount=None, drawn="2021-06", years=10, refinances="first")
    start = read_start(seen(example, "2025-12", loans=(first, second)))
    assert [(known.id, left / MKR) for known, left in start.purchases.opened] == [("second", pytest.approx(21.6))]


def test_interest_is_a_twelfth_of_the_years_on_what_was_owed_when_the_month_began() -> None:
    own, driven = lent(loan()), lent(loan(interest=None), rows=(row("interest", "", 0.03),))
    owed = own.balance["long_term_liabilities"][0, :-1]
    for drawn, rate in ((own, 0.06), (driven, 0.03)):
        assert -drawn.income["interest_costs"][0] == pytest.approx(owed * rate / 12, abs=0.51)
    assert own.income["interest_costs"][0, 4] == 0  # the month it is drawn
    assert own.income["interest_costs"][0, 5] == -round(100_000_001 * 0.06 / 12)


def test_the_openings_loans_follow_the_drivers_rate_year_by_year() -> None:
    rates = (row("interest", "", 0.02), row("interest", "", 0.05, year=2027), row("amortisation", "", 0.25))
    drawn = simulate(plain_start(), assume(*rates), years=6, draws=1)
    assert drawn.closing("long_term_liabilities")[0] / MKR == pytest.approx([360, 240, 120, 0, 0, 0])
    assert drawn.yearly_income("interest_costs")[0] / MKR == pytest.approx([-9.6, -18, -4.8, -2.4, 0, 0], abs=1e-6)
    assert drawn.yearly_cash_flow("loans_repaid")[0] / MKR == pytest.approx([-120] * 4 + [0, 0])


@pytest.mark.parametrize("days", [10.0, 21.5])
def test_the_region_borrows_so_that_it_keeps_the_days_it_must_in_every_month_and_no_more(days: float) -> None:
    drawn = simulate(poor(), assume(row("borrow_below", "", days), row("interest", "", 0.03)), years=4, draws=1)
    costs = -(drawn.income["external_costs"] + drawn.income["other_costs"])[0]
    # The year before the first is as the first: nothing grows.
    least = np.convolve(np.concatenate([costs[:12], costs]), np.ones(12), "valid")[1:] * days / DAYS
    cash, borrowed = drawn.balance["cash"][0, 1:], drawn.cash_flow["loans_drawn"][0]
    assert (cash >= least - 1e-3).all()
    assert cash[borrowed > 0] == pytest.approx(least[borrowed > 0], abs=1.0)
    assert (borrowed > 0).sum() > 36
    assert (borrowed >= 0).all()
    assert drawn.balance["long_term_liabilities"][0, 1:] == pytest.approx(
        BALANCE["long_term_liabilities"] * MKR + borrowed.cumsum(), abs=0.5
    )


def test_a_region_with_cash_enough_borrows_nothing_and_one_that_may_not_borrow_goes_below_zero() -> None:
    rich = simulate(plain_start(), assume(row("borrow_below", "", 20.0)), years=3, draws=1)
    assert not rich.cash_flow["loans_drawn"].any()
    bare = simulate(poor(), assume(), years=3, draws=1)
    assert not bare.cash_flow["loans_drawn"].any()
    assert bare.closing("cash")[0, -1] < 0


def test_no_loan_is_drawn_to_keep_the_cash_of_months_that_are_booked() -> None:
    booked = booked_months(np.broadcast_to(BASE / 12, (6, *BASE.shape)))
    drawn = simulate(replace(poor(), booked=booked), assume(row("borrow_below", "", 20.0)), years=1, draws=1)
    assert not drawn.cash_flow["loans_drawn"][0, :6].any()
    assert drawn.cash_flow["loans_drawn"][0, 6] > 0


def test_a_floor_assumed_for_one_year_is_none_in_the_others() -> None:
    drawn = simulate(poor(), assume(row("borrow_below", "", 10.0, year=2028)), years=3, draws=1)
    assert drawn.yearly_cash_flow("loans_drawn")[0, :2].tolist() == [0, 0]


def test_loans_are_repaid_to_nothing_and_not_beyond() -> None:
    drawn = simulate(plain_start(), assume(row("amortisation", "", 0.7)), years=3, draws=1)
    assert drawn.closing("long_term_liabilities")[0] / MKR == pytest.approx([144, 0, 0])


def test_amortisation_is_never_below_zero() -> None:
    drawn = simulate(plain_start(), assume(row("amortisation", "", 0.01, low=0.0, high=0.05)), years=3, draws=200)
    assert (drawn.cash_flow["loans_repaid"] <= 0).all()
