"""A saving and an amount assumed for one year change the result by exactly that, and cash only where money moves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenarios.engine.plain_start import BASE, LINES, MKR, assume, at, booked_months, plain_start, row, yearly
from utfall.errors import InvalidParameter
from utfall.region.scenario_registers import Assumption
from utfall.region.tables import INCOME_ITEMS as ITEMS_OUTSIDE_THE_LEDGER
from utfall.scenarios.engine import Start, simulate
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, Simulation

HALF_BOOKED = booked_months(np.broadcast_to(BASE / 12, (6, *BASE.shape)))
NOT_PAID = ("realised_gains", "unrealised_gains", "pension_indexation", "other_depreciation")
"""Items that are a change of value: the result moves, and no money does."""

EXTERNAL_LINES = tuple(
    line.line for line in LINES if line.group in ("external_income", "external_cost", "depreciation")
)

# Receivables, inventories and current liabilities follow twelve months' flow: nothing there, so that cash is plain.
NO_WORKING_CAPITAL = plain_start().balance | {
    "inventories": 0,
    "receivables": 0,
    "current_liabilities": 0,
    "equity": plain_start().balance["equity"] + 150 * MKR,
}


def changed(row_: Assumption, *others: Assumption, start: Start | None = None) -> tuple[Simulation, Simulation]:
    """With the row and without it, three years."""
    start = start or plain_start(balance=NO_WORKING_CAPITAL)
    with_it = simulate(start, assume(row_, *others), years=3, draws=1)
    return with_it, simulate(start, assume(*others), years=3, draws=1)


def ties(drawn: Simulation) -> bool:
    """Whether assets are financing and the cash flow is the change of cash, in every month."""
    assets, financing = (sum(drawn.balance[item] for item in items) for items in (ASSETS, FINANCING))
    flow = sum(drawn.cash_flow[item] for item in CASH_FLOW_ITEMS)
    return bool((assets == financing).all() and (np.diff(drawn.balance["cash"]) == flow).all())


def difference(both: tuple[Simulation, Simulation], item: str) -> list[int]:
    """How a yearly item differs, öre."""
    values = [drawn.closing(item) if item in drawn.balance else drawn.yearly_income(item) for drawn in both]
    return [int(amount) for amount in (values[0] - values[1])[0]]


@pytest.mark.parametrize("item", ITEMS_OUTSIDE_THE_LEDGER)
def test_an_item_assumed_once_changes_that_years_result_by_exactly_that(item: str) -> None:
    both = changed(row("one_off", item, -7_000_001.0, year=2027))
    assert ties(both[0])
    assert difference(both, "result") == [0, -700_000_100, 0]
    assert difference(both, "equity") == [0, -700_000_100, -700_000_100]
    paid = 0 if item in NOT_PAID else -700_000_100
    assert difference(both, "cash") == [0, paid, paid]


def test_write_downs_and_losses_meet_the_assets_they_are_of_and_indexation_the_provision() -> None:
    for item, stock, sign in (
        ("other_depreciation", "fixed_assets", 1),
        ("realised_gains", "financial_fixed_assets", 1),
        ("unrealised_gains", "financial_fixed_assets", 1),
        ("pension_indexation", "pension_provisions", -1),
    ):
        both = changed(row("one_off", item, -5e6, year=2027))
        assert difference(both, stock) == [0, sign * -5 * MKR, sign * -5 * MKR], item


@pytest.mark.parametrize("line", EXTERNAL_LINES)
def test_a_line_assumed_once_changes_that_years_result_by_exactly_that(line: str) -> None:
    both = changed(row("one_off", line, -7_000_001.0, year=2027))
    assert ties(both[0])
    assert difference(both, "result") == [0, -700_000_100, 0]
    paid = 0 if line == "depreciation" else -700_000_100
    assert difference(both, "cash") == [0, paid, paid]


def test_an_amount_on_an_internal_line_is_the_divisions_and_not_the_regions() -> None:
    both = changed(row("one_off", "internal_costs", -6e6, year=2027))
    assert difference(both, "result") == [0, 0, 0]
    assert yearly(both[0], "internal_costs")[0] == pytest.approx([-36, -42, -36], abs=1e-6)


def test_an_amount_on_a_line_is_shared_by_the_divisions_as_the_line_is() -> None:
    with_it, without = changed(row("one_off", "rents", -9e6, year=2026))
    # D1 has 120 of the 180 mkr, D2 the other 60.
    for division, share in ((0, -6.0), (1, -3.0)):
        more = yearly(with_it, "rents", division) - yearly(without, "rents", division)
        assert more[0] == pytest.approx([share, 0, 0], abs=1e-6)


def test_an_amount_in_a_year_that_is_booked_in_part_falls_in_the_months_left() -> None:
    both = changed(row("one_off", "rents", -6e6, year=2026), start=plain_start(booked=HALF_BOOKED))
    more = (both[0].income["external_costs"] - both[1].income["external_costs"])[0, :12] / MKR
    assert more == pytest.approx([0.0] * 6 + [-1.0] * 6, abs=1e-6)


def test_a_settlement_of_taxes_is_not_changed_by_another_tax_rate() -> None:
    both = changed(row("one_off", "tax_revenue", 10e6, year=2027), row("tax_rate", "", 0.05))
    assert difference(both, "result") == [0, 10 * MKR, 0]


def test_a_saving_improves_every_year_by_what_is_assumed_over_the_external_costs_alone() -> None:
    both = changed(row("saving", "", 20e6))
    assert ties(both[0])
    # Each of the ten cells is rounded to whole öre.
    assert difference(both, "result") == pytest.approx([20 * MKR] * 3, abs=10)
    assert difference(both, "external_costs") == difference(both, "result")
    assert difference(both, "cash") == pytest.approx([20 * MKR, 40 * MKR, 60 * MKR], abs=30)
    more = (both[0].net_cost - both[1].net_cost)[0, 0] / MKR
    # Of the external costs, 1 776 mkr, D1's salaries are 600.
    assert more[0, at("salaries")] == pytest.approx(20 * 600 / 1776, abs=1e-6)


def test_a_divisions_saving_stays_in_the_division() -> None:
    both = changed(row("saving", "D2", 12e6), row("saving", "", 6e6))
    more = (both[0].net_cost - both[1].net_cost)[0, 0].sum(axis=1) / MKR
    assert more == pytest.approx([0, 12], abs=1e-6)


def test_a_saving_is_in_opening_prices() -> None:
    prices = [row("price", "Löner", 0.10), row("price", "Läkemedel", 0.10)]
    both = changed(row("saving", "D1", 11.4e6), *prices)
    # D1's external costs are 1 140 mkr, of which 960 follow a price.
    expected = [11.4 * (960 * 1.1**year + 180) / 1140 * MKR for year in (1, 2, 3)]
    assert difference(both, "result") == pytest.approx(expected, abs=2)


def test_a_saving_of_one_year_is_not_there_the_next() -> None:
    assert difference(changed(row("saving", "", 20e6, year=2027)), "result") == pytest.approx([0, 20 * MKR, 0], abs=10)


def test_in_a_year_that_is_booked_in_part_the_saving_comes_in_the_months_left() -> None:
    both = changed(row("saving", "", 12e6), start=plain_start(booked=HALF_BOOKED))
    more = (both[0].income["external_costs"] - both[1].income["external_costs"])[0, :18] / MKR
    assert more == pytest.approx([0.0] * 6 + [1.0] * 12, abs=1e-6)


def test_a_saving_that_no_division_can_bear_is_refused_and_not_lost_in_silence() -> None:
    with pytest.raises(InvalidParameter, match="D9"):
        simulate(plain_start(), assume(row("saving", "D9", 12e6)), years=1, draws=1)
