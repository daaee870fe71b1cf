"""The divisions' amounts year by year, against numbers worked by hand from round ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scenarios.engine.plain_start import BASE, LINES, MKR, assume, at, booked_months, plain_start, row, yearly
from utfall.scenarios.engine import Start, simulate
from utfall.scenarios.engine.patterns import Patterns

HALF_BOOKED = booked_months(np.broadcast_to(BASE / 12, (6, *BASE.shape)))
"""Six months of the first year, each a twelfth of the base."""


def varied(own: float, start: Start | None = None) -> Start:
    """A start whose divisions vary on their own."""
    start = start or plain_start()
    return replace(start, patterns=replace(start.patterns, own_sd=np.full(len(LINES), own)))


def test_where_nothing_is_assumed_every_year_is_the_base() -> None:
    drawn = simulate(plain_start(), assume(row("volume", "depreciation", 0.0)), years=3, draws=2)
    assert drawn.net_cost / MKR == pytest.approx(np.broadcast_to(BASE, (2, 3, *BASE.shape)), abs=1e-7)


def test_price_need_and_volume_compound_year_by_year() -> None:
    drawn = simulate(
        plain_start(),
        assume(row("price", "Läkemedel", 0.02), row("need", "", 0.01), row("volume", "drugs", 0.05)),
        years=3,
        draws=1,
    )
    year = 1.02 * 1.01 * 1.05
    assert yearly(drawn, "drugs", 0)[0] == pytest.approx([-240 * year, -240 * year**2, -240 * year**3], abs=1e-6)
    assert yearly(drawn, "fees", 1)[0] == pytest.approx([36 * 1.01, 36 * 1.01**2, 36 * 1.01**3], abs=1e-6)
    assert yearly(drawn, "salaries")[0] == pytest.approx([-960] * 3, abs=1e-6)


def test_a_growth_of_one_year_stays_in_the_years_after_it() -> None:
    drawn = simulate(plain_start(), assume(row("price", "Löner", 0.10, year=2027)), years=3, draws=1)
    assert yearly(drawn, "salaries")[0] == pytest.approx([-960, -1056, -1056], abs=1e-6)
    assert yearly(drawn, "hired")[0] == pytest.approx([-180, -198, -198], abs=1e-6)


def test_part_of_what_falls_in_hired_staff_returns_as_own_staff() -> None:
    drawn = simulate(
        plain_start(),
        assume(row("volume", "hired", -0.25), row("replacement", "hired:salaries", 0.4)),
        years=2,
        draws=1,
    )
    # D1 had 120 hired: 90 and 67.5 remain; of the fall, 30 and 52.5, 40 % returns: 12 and 21.
    assert yearly(drawn, "hired", 0)[0] == pytest.approx([-90, -67.5], abs=1e-6)
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-612, -621], abs=1e-6)


def test_what_returns_is_in_the_prices_of_the_year() -> None:
    drawn = simulate(
        plain_start(),
        assume(row("volume", "hired", -0.25), row("replacement", "hired:salaries", 0.4), row("price", "Löner", 0.10)),
        years=1,
        draws=1,
    )
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-612 * 1.1], abs=1e-6)


def test_hired_staff_that_grows_takes_the_place_of_own_staff_by_the_same_share() -> None:
    drawn = simulate(
        plain_start(), assume(row("volume", "hired", 0.5), row("replacement", "hired:salaries", 0.4)), years=1, draws=1
    )
    assert yearly(drawn, "hired", 0)[0] == pytest.approx([-180], abs=1e-6)
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-600 + 0.4 * 60], abs=1e-6)


def test_hired_staff_that_ends_altogether_returns_in_part_as_own_staff() -> None:
    drawn = simulate(
        plain_start(), assume(row("volume", "hired", -1.0), row("replacement", "hired:salaries", 0.4)), years=2, draws=1
    )
    assert yearly(drawn, "hired", 0)[0] == pytest.approx([0, 0], abs=1e-6)
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-648, -648], abs=1e-6)


def test_a_replacement_of_a_line_that_the_ledger_has_no_amounts_on_changes_nothing() -> None:
    drawn = simulate(plain_start(), assume(row("replacement", "consultants:salaries", 0.4)), years=1, draws=1)
    assert yearly(drawn, "salaries")[0] == pytest.approx([-960], abs=1e-6)


def test_in_a_year_that_is_booked_in_part_drivers_count_from_the_year_after() -> None:
    drawn = simulate(
        plain_start(booked=HALF_BOOKED),
        assume(row("price", "Löner", 0.10), row("volume", "hired", -0.5), row("replacement", "hired:salaries", 0.4)),
        years=3,
        draws=1,
    )
    assert yearly(drawn, "hired", 0)[0] == pytest.approx([-120, -66, -36.3], abs=1e-6)
    # 40 % of what fell, 60 and 90 in the first year's prices, comes back.
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-600, -(600 + 24) * 1.1, -(600 + 36) * 1.21], abs=1e-6)


def test_a_line_assumed_to_end_keeps_its_forecast_in_a_year_that_is_booked_in_part() -> None:
    drawn = simulate(plain_start(booked=HALF_BOOKED), assume(row("volume", "hired", -1.0)), years=2, draws=1)
    assert yearly(drawn, "hired")[0] == pytest.approx([-180, 0], abs=1e-6)


def test_booked_months_stay_and_the_months_left_sum_to_the_forecast_year() -> None:
    booked = booked_months(np.broadcast_to(BASE / 12 * 1.5, (6, *BASE.shape)))
    drawn = simulate(plain_start(booked=booked), assume(row("saving", "", 6e6)), years=1, draws=1)
    costs = BASE[:, at("salaries") : at("rents") + 1].sum() / 12
    assert drawn.income["external_costs"][0, :6] / MKR == pytest.approx([costs * 1.5] * 6, abs=1e-6)
    left = drawn.income["external_costs"][0, 6:] / MKR
    assert drawn.yearly_income("external_costs")[0, 0] / MKR == pytest.approx(12 * costs + 3, abs=1e-6)
    assert left == pytest.approx([costs * 0.5 + 0.5] * 6, abs=1e-6)


def test_a_first_year_that_is_wholly_booked_is_what_is_booked() -> None:
    booked = booked_months(np.broadcast_to(BASE / 12, (12, *BASE.shape)))
    drawn = simulate(
        plain_start(booked=booked), assume(row("price", "Löner", 0.1), row("saving", "", 9e6)), years=2, draws=1
    )
    assert (drawn.net_cost[0, 0] == booked.sum(axis=0)).all()


def test_what_is_left_of_a_line_that_is_never_booked_in_the_months_left_is_still_in_the_year() -> None:
    shares = np.full((12, *BASE.shape), 1 / 12)
    shares[:, :, at("rents")] = 0.0
    shares[0, :, at("rents")] = 1.0
    patterns = Patterns(shares, np.zeros(BASE.shape), np.zeros(len(LINES)))
    drawn = simulate(plain_start(booked=HALF_BOOKED, patterns=patterns), assume(), years=1, draws=1)
    assert yearly(drawn, "rents")[0] == pytest.approx([-180], abs=1e-6)


def test_a_division_varies_on_its_own_by_what_was_estimated_and_does_not_drift() -> None:
    drawn = simulate(varied(0.05), assume(), years=6, draws=4000)
    rents = np.log(yearly(drawn, "rents", 0) / -120)
    assert rents.std(axis=0) == pytest.approx([0.05] * 6, rel=0.06)
    assert rents.mean(axis=0) == pytest.approx([0.0] * 6, abs=4 * 0.05 / np.sqrt(4000))
    assert np.diff(rents, axis=1).std(axis=0) == pytest.approx([0.05] * 5, rel=0.06)


def test_divisions_and_lines_vary_each_on_its_own() -> None:
    drawn = simulate(varied(0.05), assume(), years=1, draws=4000)
    parts = np.stack([yearly(drawn, line, division)[:, 0] for line in ("rents", "drugs") for division in (0, 1)])
    away = np.corrcoef(parts)[np.triu_indices(4, 1)]
    assert away == pytest.approx(np.zeros(6), abs=0.06)


def test_own_variation_begins_the_year_after_one_that_is_booked_in_part() -> None:
    drawn = simulate(varied(0.05, plain_start(booked=HALF_BOOKED)), assume(), years=2, draws=4000)
    rents = np.log(yearly(drawn, "rents", 0) / -120)
    assert rents[:, 0] == pytest.approx(0.0, abs=1e-9)
    assert rents[:, 1].std() == pytest.approx(0.05, rel=0.06)


def test_a_forecast_first_year_is_as_uncertain_as_the_forecast_and_hands_it_on() -> None:
    base_sd = np.zeros(BASE.shape)
    base_sd[0, at("rents")] = 0.04
    drawn = simulate(plain_start(booked=HALF_BOOKED, base_sd=base_sd), assume(), years=2, draws=4000)
    rents = yearly(drawn, "rents", 0)
    assert rents.std(axis=0) == pytest.approx([120 * 0.04] * 2, rel=0.05)
    assert rents[:, 1] == pytest.approx(rents[:, 0], abs=1e-6)
    assert drawn.income["external_costs"][:, :6].std(axis=0) == pytest.approx([0.0] * 6)


def test_lines_of_a_kind_are_off_together_by_the_stated_correlation_and_the_other_kind_is_not() -> None:
    start = plain_start(booked=HALF_BOOKED, base_sd=np.full(BASE.shape, 0.02), base_together=np.full(BASE.shape, 0.6))
    drawn = simulate(start, assume(), years=1, draws=6000)
    parts = np.stack([yearly(drawn, line, 0)[:, 0] for line in ("salaries", "rents", "fees")])
    found = np.corrcoef(parts)
    assert found[0, 1] == pytest.approx(0.6, abs=0.04)
    assert found[[0, 1], 2] == pytest.approx([0.0, 0.0], abs=0.05)
    assert parts.std(axis=1) == pytest.approx([12.0, 2.4, 1.2], rel=0.05)


def test_a_base_near_nothing_with_a_wide_interval_varies_by_that_interval() -> None:
    base, base_sd = BASE.copy(), np.zeros(BASE.shape)
    base[0, at("rents")], base_sd[0, at("rents")] = -0.01, 200.0  # 0.01 mkr, standard deviation 2 mkr
    drawn = simulate(plain_start(base, booked=HALF_BOOKED, base_sd=base_sd), assume(), years=1, draws=500)
    assert yearly(drawn, "rents", 0).std() == pytest.approx(2.0, rel=0.2)


def test_internal_lines_are_the_divisions_and_not_the_regions() -> None:
    base = BASE.copy()
    base[:, at("internal_income")] *= 2
    plain, more = (simulate(plain_start(amounts), assume(), years=1, draws=1) for amounts in (BASE, base))
    assert (plain.yearly_income("result") == more.yearly_income("result")).all()
    assert yearly(more, "internal_income")[0, 0] == pytest.approx(72, abs=1e-6)
