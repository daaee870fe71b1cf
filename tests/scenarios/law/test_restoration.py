"""Deficits to restore: the oldest first, within three years, by hand, by identity and by a second implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utfall.errors import InvalidParameter
from utfall.scenarios.law import restoration


def test_malmo_restored_the_deficit_of_2014_with_the_surplus_of_2015():
    # Malmö stad, årsredovisning 2015: −193 to restore 2014; 355 − 193 = 162 left 2015, nothing to restore (mkr).
    account = restoration([121, -193, 355], [2013, 2014, 2015])
    assert account.outstanding.tolist() == [0, 193, 0]
    assert account.surplus.tolist() == [121, 0, 162]


def test_a_deficit_falls_due_in_its_third_year_and_is_overdue_at_the_end_of_it():
    account = restoration([-100, 10, 20, 30, 0], range(2024, 2029))
    assert account.falls_due.tolist() == [0, 0, 0, 70, 0]
    assert account.overdue.tolist() == [0, 0, 0, 40, 40]


def test_the_oldest_deficit_is_restored_first():
    account = restoration([-50, -30, 60, 0], range(2024, 2028))
    assert account.by_origin[2].tolist() == [0, 20, 0, 0]
    assert account.falls_due.tolist() == [0, 0, 0, 0]
    assert account.remaining() == {2028: 20}


def test_a_surplus_before_the_deficit_restores_nothing():
    assert restoration([500, -100], [2024, 2025]).outstanding.tolist() == [0, 100]


def test_deficits_of_the_opening_come_first_and_fall_due_by_their_own_year():
    account = restoration([25, 0, 100], [2026, 2027, 2028], opening={2023: 40, 2025: 30})
    assert account.origins == (2023, 2025, 2026, 2027, 2028)
    assert account.falls_due.tolist() == [40, 0, 30]
    assert account.overdue.tolist() == [15, 15, 0]
    assert account.outstanding.tolist() == [45, 45, 0]
    assert account.surplus.tolist() == [0, 0, 55]


def test_what_the_council_exempts_is_not_to_be_restored():
    account = restoration([-100, 0, 0, 0], range(2024, 2028), exempted={2024: 60})
    assert account.exempted.tolist() == [60, 0, 0, 0]
    assert account.outstanding.tolist() == [40] * 4
    assert restoration([-100, 0], [2024, 2025], exempted={2024: 900}).outstanding.tolist() == [0, 0]


def test_another_number_of_years_may_be_set():
    assert restoration([-10, 0], [2024, 2025], years_to_restore=1).overdue.tolist() == [0, 10]


def by_hand(results, years, opening, years_to_restore=3):
    """The same account kept as a list of debts, one draw at a time."""
    debts = [[year, amount] for year, amount in sorted(opening.items())]
    outstanding, overdue = [], []
    for year, result in zip(years, results, strict=True):
        if result < 0:
            debts.append([year, -result])
        for debt in debts:
            paid = min(max(result, 0), debt[1])
            debt[1] -= paid
            result -= paid
        outstanding.append(sum(amount for _, amount in debts))
        overdue.append(sum(amount for origin, amount in debts if origin + years_to_restore <= year))
    return outstanding, overdue


@given(
    results=st.lists(st.lists(st.integers(-(10**12), 10**12), min_size=6, max_size=6), min_size=1, max_size=4),
    opening=st.dictionaries(st.integers(2018, 2025), st.integers(0, 10**12), max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_every_draw_is_as_kept_by_hand_and_nothing_is_lost(results, opening):
    years = range(2026, 2032)
    account = restoration(np.array(results, dtype=np.int64), years, opening=opening)
    for draw, row in enumerate(results):
        outstanding, overdue = by_hand(row, years, opening)
        assert account.outstanding[draw].tolist() == outstanding
        assert account.overdue[draw].tolist() == overdue
    deficits = np.maximum(-np.array(results, dtype=np.int64), 0).sum(axis=1) + sum(opening.values())
    assert (account.restored.sum(axis=1) + account.outstanding[:, -1] == deficits).all()
    assert (account.restored + account.surplus == np.maximum(np.array(results), 0)).all()


def test_a_thousand_draws_over_twelve_years_are_kept_at_once():
    results = np.random.default_rng(1).normal(0, 1e10, (1000, 12)).astype(np.int64)
    account = restoration(results, range(2020, 2032))
    assert account.by_origin.shape == (1000, 12, 12)
    assert (account.by_origin.sum(axis=2) == account.outstanding).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [2024]), "last axis"),
        (([1, 2], [2024, 2026]), "every year"),
        (([1, np.nan], [2024, 2025]), "without a result"),
    ],
)
def test_results_and_years_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(InvalidParameter, match=message):
        restoration(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"opening": {2024: 1}}, "among the years"),
        ({"opening": {2023: -1}}, "negative or missing"),
        ({"exempted": {2020: 1}}, "not among the years"),
        ({"exempted": {2024: np.nan}}, "negative or missing"),
    ],
)
def test_deficits_that_do_not_fit_are_refused(options, message):
    with pytest.raises(InvalidParameter, match=message):
        restoration([1], [2024], **options)
