"""Months and own variation are found as they were planted, and lines that begin, end or change sign do no harm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.scenarios.engine.plain_start import BASE, LINES, assume, at, plain_start
from utfall.scenarios.engine import simulate
from utfall.scenarios.engine.patterns import MOST_OWN, Patterns, find_patterns

SEASON = np.array([0.06, 0.07, 0.08, 0.09, 0.10, 0.12, 0.03, 0.05, 0.09, 0.10, 0.10, 0.11])
"""Shares of a year, January first."""


def past(yearly: np.ndarray, shares: np.ndarray = SEASON) -> pd.DataFrame:
    """Months of years, divisions and lines: (years, divisions, lines) times shares, one column a cell."""
    months = yearly[:, None] * shares[:, None, None]
    return pd.DataFrame(months.reshape(12 * len(yearly), -1))


def noisy(yearly: np.ndarray, monthly: float, rng: np.random.Generator) -> pd.DataFrame:
    """The same, each month off by a share of itself."""
    months = past(yearly)
    return months * (1 + monthly * rng.standard_normal(months.shape))


def test_the_season_is_found_and_the_years_ahead_follow_it() -> None:
    yearly = np.full((5, *BASE.shape), -1e9) * (1 + 0.02 * np.arange(5))[:, None, None]
    patterns = find_patterns(past(yearly), BASE.shape)
    assert patterns.shares == pytest.approx(np.broadcast_to(SEASON[:, None, None], (12, *BASE.shape)))
    assert patterns.monthly_sd == pytest.approx(np.zeros(BASE.shape), abs=1e-12)
    assert patterns.own_sd == pytest.approx(np.zeros(len(LINES)), abs=1e-12)
    drawn = simulate(plain_start(patterns=patterns), assume(), years=2, draws=1)
    fees = drawn.income["external_income"][0].reshape(2, 12)
    assert fees / fees.sum(axis=1, keepdims=True) == pytest.approx(np.stack([SEASON, SEASON]), abs=1e-8)


def test_only_the_three_latest_years_tell_of_the_months() -> None:
    flat = past(np.full((2, 1, 1), -1e9), np.full(12, 1 / 12))
    both = pd.concat([flat, past(np.full((3, 1, 1), -1e9))], ignore_index=True)
    assert find_patterns(both, (1, 1)).shares[:, 0, 0] == pytest.approx(SEASON)


def test_planted_variation_of_months_is_found_within_a_few_per_cent() -> None:
    rng = np.random.default_rng(1)
    found = find_patterns(noisy(np.full((3, 20, 30), -1e9), 0.10, rng), (20, 30)).monthly_sd
    assert found.mean() == pytest.approx(0.10, rel=0.06)


def test_months_ahead_vary_as_much_as_they_were_found_to() -> None:
    patterns = plain_start().patterns
    shaken = replace(patterns, monthly_sd=np.full(BASE.shape, 0.10))
    drawn = simulate(plain_start(BASE[:1], patterns=_of_one(shaken)), assume(), years=1, draws=3000)
    months = drawn.income["external_income"]
    # A month is part of the year that it is a share of: (1 − 1/12) of the variance is left.
    assert (months / months.mean(axis=0) - 1).std() == pytest.approx(0.10 * np.sqrt(11 / 12), rel=0.03)
    assert (months.sum(axis=1) == months[0].sum()).all()


def test_planted_own_variation_is_found_within_a_few_per_cent() -> None:
    rng = np.random.default_rng(2)
    levels = 0.04 / np.sqrt(2) * rng.standard_normal((8, 400, 1))  # a change between two years is then 4 %
    found = find_patterns(past(-1e9 * np.exp(levels)), (400, 1)).own_sd
    assert found[0] == pytest.approx(0.04, rel=0.05)


def test_few_divisions_are_corrected_for_being_part_of_the_line_they_are_held_against() -> None:
    rng = np.random.default_rng(3)
    levels = 0.04 / np.sqrt(2) * rng.standard_normal((8, 3, 400))
    found = find_patterns(past(-1e9 * np.exp(levels)), (3, 400)).own_sd
    assert np.median(found) == pytest.approx(0.04, rel=0.06)


def test_growth_that_all_divisions_share_is_no_variation_of_their_own() -> None:
    rng = np.random.default_rng(4)
    common = np.cumsum(rng.normal(0.03, 0.05, 8))[:, None, None]
    sizes = np.array([1.0, 5.0, 20.0])[None, :, None]
    assert find_patterns(past(-1e9 * sizes * np.exp(common)), (3, 1)).own_sd == pytest.approx([0.0], abs=1e-9)


def test_a_line_that_begins_or_ends_in_one_division_leaves_the_others_estimate_alone() -> None:
    rng = np.random.default_rng(5)
    yearly = -1e9 * np.exp(0.02 * rng.standard_normal((6, 5, 1)))
    begins, ends = yearly.copy(), yearly.copy()
    begins[:5, 0], ends[3:, 0] = 0.0, 0.0
    plain = find_patterns(past(yearly[:, 1:]), (4, 1)).own_sd
    for changed in (begins, ends):
        found = find_patterns(past(changed), (5, 1))
        assert found.own_sd == pytest.approx(plain)
        assert np.isfinite(found.shares).all()
        assert found.shares.sum(axis=0) == pytest.approx(np.ones((5, 1)))


def test_own_variation_has_a_ceiling() -> None:
    rng = np.random.default_rng(6)
    assert find_patterns(past(-1e9 * np.exp(rng.standard_normal((6, 5, 1)))), (5, 1)).own_sd == [MOST_OWN]


@pytest.mark.parametrize("what", ["nothing", "changes sign", "sums to nothing"])
def test_lines_of_zeros_and_of_both_signs_are_spread_evenly_and_do_not_vary(what: str) -> None:
    rng = np.random.default_rng(7)
    months = {
        "nothing": np.zeros((36, 2)),
        "changes sign": rng.standard_normal((36, 2)) * 1e9,
        "sums to nothing": np.tile([[1e9], [-1e9]], (18, 2)),
    }[what]
    found = find_patterns(pd.DataFrame(months), (2, 1))
    assert found.shares == pytest.approx(np.full((12, 2, 1), 1 / 12))
    assert not found.monthly_sd.any()
    assert not found.own_sd.any()


def test_one_year_or_one_division_tells_of_no_variation() -> None:
    rng = np.random.default_rng(8)
    one_year = find_patterns(noisy(np.full((1, 3, 1), -1e9), 0.1, rng), (3, 1))
    assert not one_year.monthly_sd.any()
    assert not one_year.own_sd.any()
    assert not find_patterns(noisy(np.full((6, 1, 1), -1e9), 0.1, rng), (1, 1)).own_sd.any()


def test_a_line_booked_in_one_month_alone_stays_in_that_month() -> None:
    shares = np.zeros(12)
    shares[10] = 1.0
    found = find_patterns(past(np.full((3, *BASE.shape), -1e9), shares), BASE.shape)
    drawn = simulate(plain_start(patterns=found), assume(), years=1, draws=5)
    assert drawn.income["external_income"].nonzero()[1].tolist() == [10] * 5
    assert (drawn.net_cost[:, 0, 0, at("fees")] == 60 * 100_000_000).all()


def _of_one(patterns: Patterns) -> Patterns:
    """The patterns of the first division."""
    return Patterns(patterns.shares[:, :1], patterns.monthly_sd[:1], patterns.own_sd)
