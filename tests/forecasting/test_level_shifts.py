"""Lasting jumps and single odd months: found where planted, not in noise, season, trend or wandering."""

from __future__ import annotations

import numpy as np
import pytest

from utfall.forecasting.models.booked_months import empty_months
from utfall.forecasting.models.level_shifts import at_present_level
from utfall.forecasting.models.spikes import without_spikes
from utfall.forecasting.year.rest_of_year import stopped


def calm(seed: int, months: int = 72, noise: float = 0.03) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(months)
    return 100 * 1.03 ** (t / 12) * (1 + 0.15 * np.sin(2 * np.pi * t / 12)) * rng.normal(1, noise, months)


@pytest.mark.parametrize("factor", [0.6, 1.5])
@pytest.mark.parametrize("ago", [4, 9, 20, 36])
def test_a_planted_jump_is_found_in_its_month_and_taken_out(factor: float, ago: int) -> None:
    truth = np.vstack([calm(seed) for seed in range(40)])
    jumped = truth.copy()
    jumped[:, : 72 - ago] *= factor
    adjusted, shifts = at_present_level(jumped)
    found = {shift.row for shift in shifts if abs(shift.column - (72 - ago)) <= 1}
    assert len(found) >= 33
    off = np.abs(adjusted / truth - 1)[sorted(found)]
    assert np.median(off) < 0.05


@pytest.mark.parametrize("kind", ["noise", "season", "trend", "wandering"])
def test_jumps_are_seldom_seen_where_there_are_none(kind: str) -> None:
    rng = np.random.default_rng(7)
    shape = (200, 72)
    t = np.arange(72)
    series = {
        "noise": 100 * np.exp(rng.normal(0, 0.05, shape)),
        "season": 100 * (1 + 0.4 * np.sin(2 * np.pi * t / 12)) * np.exp(rng.normal(0, 0.03, shape)),
        "trend": 100 * np.exp(0.01 * t) * np.exp(rng.normal(0, 0.03, shape)),
        "wandering": 100 * np.exp(rng.normal(0, 0.05, shape).cumsum(axis=1)),
    }[kind]
    _, shifts = at_present_level(series)
    assert len({shift.row for shift in shifts}) <= 10


def test_the_months_after_the_jump_are_left_alone() -> None:
    values = calm(1)
    values[:40] *= 0.5
    adjusted, _ = at_present_level(values[None])
    np.testing.assert_array_equal(adjusted[0, 41:], values[41:])


@pytest.mark.parametrize("factor", [0.3, 3.0])
@pytest.mark.parametrize("column", [40, 68, 71])
def test_a_planted_odd_month_is_found_and_replaced_by_what_it_would_have_been(factor: float, column: int) -> None:
    truth = -np.vstack([calm(seed) for seed in range(40)])
    odd = truth.copy()
    odd[:, column] *= factor
    cleaned, spikes = without_spikes(odd)
    assert len({spike.row for spike in spikes if spike.column == column}) >= 36
    assert len(spikes) <= 42
    rows = [spike.row for spike in spikes if spike.column == column]
    assert np.median(np.abs(cleaned / truth - 1)[rows, column]) < 0.08


def test_a_month_that_is_large_every_year_is_no_odd_month() -> None:
    values = np.vstack([calm(seed) for seed in range(40)])
    values[:, 5::12] *= 4.0
    assert without_spikes(values)[1] == ()


def test_a_new_level_is_no_odd_month_from_its_second_month() -> None:
    values = np.vstack([calm(seed) for seed in range(40)])
    values[:, -2:] *= 2.5
    assert len(without_spikes(values)[1]) <= 1


@pytest.mark.parametrize("kind", ["noise", "heavy", "wandering"])
def test_odd_months_are_seldom_seen_where_there_are_none(kind: str) -> None:
    rng = np.random.default_rng(7)
    shape = (200, 72)
    series = {
        "noise": 100 * np.exp(rng.normal(0, 0.2, shape)),
        "heavy": 100 * np.exp(0.05 * rng.standard_t(4, shape)),
        "wandering": 100 * np.exp(rng.normal(0, 0.05, shape).cumsum(axis=1)),
    }[kind]
    assert len({spike.row for spike in without_spikes(series)[1]}) <= {"noise": 2, "heavy": 12, "wandering": 2}[kind]


def test_a_stopped_series_is_told_from_a_rare_one() -> None:
    closed = np.r_[np.full(40, 5.0), np.zeros(8)]
    rare = np.zeros(48)
    rare[[3, 20, 38]] = 70.0
    nothing = np.zeros(48)
    long_gone = np.r_[np.zeros(10), 4.0, np.zeros(10), 5.0, np.zeros(26)]
    assert stopped(np.vstack([closed, rare, nothing, long_gone])).tolist() == [True, False, False, True]


def test_irregular_bookings_leave_every_month_open() -> None:
    rng = np.random.default_rng(0)
    irregular = (rng.random((300, 48)) < 0.3) * 10.0
    assert empty_months(irregular, 12).any(axis=1).mean() < 0.05


def test_a_quarterly_invoice_is_expected_in_its_months_only() -> None:
    quarterly = np.tile([0.0, 0.0, 90.0], 16)[None]
    assert (~empty_months(quarterly, 12)[0]).nonzero()[0].tolist() == [2, 5, 8, 11]
