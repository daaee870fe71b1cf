"""Regions of other shapes tie like the others: one division, no depreciation, lines of zeros, prepaid pensions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scenarios.engine.plain_start import BASE, LINES, MKR, assume, at, booked_months, plain_start, row
from utfall.errors import InvalidParameter
from utfall.region.scenario_registers import Investment
from utfall.scenarios.engine import Start, simulate, unsaid
from utfall.scenarios.engine.patterns import Patterns
from utfall.scenarios.engine.purchases import Purchase, Purchases
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS, Simulation

EVERYTHING = assume(
    row("price", "Löner", 0.03, low=0.02, high=0.05, persistence=0.5),
    row("need", "", 0.01, low=0.0, high=0.02),
    row("tax_base", "", 0.03, low=0.01, high=0.04),
    row("saving", "", 5e6),
    row("one_off", "salaries", -3e6, year=2027),
    row("pension_accrued", "pensions", 0.4),
    row("pension_indexation", "", 0.04, low=0.02, high=0.06),
    row("pension_paid", "", 0.03),
    row("interest", "", 0.03),
    row("cash_interest", "", 0.01),
    row("unrealised_gain", "", 0.03, low=-0.1, high=0.1),
    row("amortisation", "", 0.05),
    row("borrow_below", "", 20.0),
    row("other_investments", "", 30e6),
    together=(("tax_base", "price:Löner", 0.5),),
)
"""Something of every kind."""

SCANNER = Investment(
    id="i", name="I", unit="R1", kind="new", amount=20e6, paid="2026-09", in_use="2026-12", life=8, status="decided",
    running_cost=1e6,
)  # fmt: skip


def require_ties(drawn: Simulation) -> None:
    """The three statements tie in every month of every draw."""
    assets, financing = (sum(drawn.balance[item] for item in items) for items in (ASSETS, FINANCING))
    assert (assets == financing).all()
    assert (np.diff(drawn.balance["cash"], axis=1) == sum(drawn.cash_flow[item] for item in CASH_FLOW_ITEMS)).all()
    assert (np.diff(drawn.balance["equity"], axis=1) == sum(drawn.income[item] for item in INCOME_ITEMS)).all()


def one_division() -> Start:
    return plain_start(BASE[:1])


def no_depreciation_lines() -> Start:
    return plain_start(BASE[:, : at("depreciation")])


def income_alone() -> Start:
    return plain_start(BASE[:, : at("salaries")])


def lines_of_zeros() -> Start:
    base = BASE.copy()
    base[:, at("drugs")] = base[1, at("rents")] = 0.0
    booked = booked_months(np.broadcast_to(base / 12, (5, *base.shape)))
    return plain_start(base, booked=booked)


def noisy_months() -> Start:
    shares = np.full((12, *BASE.shape), 1 / 12)
    patterns = Patterns(shares, np.full(BASE.shape, 0.5), np.full(len(LINES), 0.25))
    return plain_start(patterns=patterns, booked=booked_months(np.broadcast_to(BASE / 12, (11, *BASE.shape))))


def pensions_prepaid() -> Start:
    balance = plain_start().balance
    return plain_start(balance=balance | {"pension_provisions": -50 * MKR, "equity": balance["equity"] + 650 * MKR})


def nothing_owed_and_nothing_owned() -> Start:
    balance = dict.fromkeys(plain_start().balance, 0)
    return plain_start(balance=balance | {"cash": 100 * MKR, "equity": 100 * MKR})


@pytest.mark.parametrize(
    "shape",
    [
        one_division,
        no_depreciation_lines,
        income_alone,
        lines_of_zeros,
        noisy_months,
        pensions_prepaid,
        nothing_owed_and_nothing_owned,
    ],
)
@pytest.mark.parametrize("place", [0, None])
def test_statements_tie(shape: object, place: int | None) -> None:
    start = shape()  # type: ignore[operator]
    kept = [known for known in EVERYTHING.rows if known.driver != "saving" or len(start.of_group("external_cost"))]
    assumptions = replace(EVERYTHING, rows=tuple(kept))
    bought = replace(start, purchases=Purchases((Purchase(SCANNER, place),)))
    drawn = simulate(bought, assumptions, years=4, draws=40)
    require_ties(drawn)
    worn = 20 * MKR / 8 / 12
    without = simulate(start, assumptions, years=4, draws=40)
    both = [known.income["depreciation"] + known.income["other_depreciation"] for known in (without, drawn)]
    assert (both[0] - both[1])[:, 11:] == pytest.approx(np.full((40, 37), worn), abs=1)


def test_a_region_without_depreciation_lines_wears_its_investments_above_the_divisions() -> None:
    start = replace(no_depreciation_lines(), purchases=Purchases((Purchase(SCANNER, 0),)))
    drawn = simulate(start, assume(row("other", "other_depreciation", 0.0)), years=2, draws=1)
    assert not drawn.income["depreciation"].any()
    assert drawn.yearly_income("other_depreciation")[0] / MKR == pytest.approx([-12 - 2.5 / 12, -12 - 2.5], abs=1e-6)


def test_many_divisions_and_lines_sum_to_the_regions_statement() -> None:
    rng = np.random.default_rng(1)
    base = np.tile(BASE, (6, 1)) * rng.uniform(0.5, 2, (12, 1))
    drawn = simulate(plain_start(base), EVERYTHING, years=3, draws=50)
    costs = [number for number, line in enumerate(LINES) if line.group == "external_cost"]
    assert (drawn.net_cost[..., costs].sum(axis=(2, 3)) == drawn.yearly_income("external_costs")).all()
    require_ties(drawn)


def test_what_the_opening_has_and_the_scenario_says_nothing_of_is_told() -> None:
    start = plain_start()
    assert [said.split(":")[0] for said in unsaid(start, assume())] == [
        "Scenariot saknar antagande om ränta",
        "Scenariot saknar antagande om pensionernas uppräkning",
        "Scenariot saknar antagande om skatteunderlaget",
    ]
    rates = (row("interest", "", 0.03), row("pension_indexation", "", 0.02), row("tax_base", "", 0.03))
    assert unsaid(start, assume(*rates)) == ()


def test_blocks_of_courses_are_the_same_courses_however_many_are_asked_for() -> None:
    patterns = Patterns(np.full((12, *BASE.shape), 1 / 12), np.full(BASE.shape, 0.1), np.full(len(LINES), 0.1))
    few, many = (simulate(plain_start(patterns=patterns), EVERYTHING, years=2, draws=draws) for draws in (510, 1020))
    assert (few.net_cost == many.net_cost[:510]).all()
    assert (few.balance["cash"] == many.balance["cash"][:510]).all()


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="seed is -1; give 0 or more"):
        simulate(plain_start(), assume(), seed=-1)
