"""Intervals that hold on the whole and not for a line: found, named, and not cried out without cause."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from utfall.forecasting import forecast, year_end
from utfall.forecasting.intervals.coverage import FALSE_ALARM, covered_too_seldom


def lines(seed: int, jumps: bool) -> tuple[pd.DataFrame, dict[str, str]]:
    """Forty series, of which ten of one line jump about while the others only vary around their season."""
    rng = np.random.default_rng(seed)
    months = pd.date_range(end="2026-09-01", periods=96, freq="MS")
    frames, tree = [], {"Läkemedel": "Netto", "Löner": "Netto"}
    for number in range(40):
        values = 200 + 10 * np.sin(2 * np.pi * np.arange(96) / 12) + rng.normal(0, 3, 96)
        if jumps and number < 10:
            moves = (rng.random(96) < 1 / 9) * rng.choice([-1, 1], 96)
            values = np.abs(values + 60 * moves.cumsum()) + 50
        frames.append(pd.DataFrame({"unique_id": f"s{number}", "ds": months, "y": values}))
        tree[f"s{number}"] = "Läkemedel" if number < 10 else "Löner"
    return pd.concat(frames), tree


@pytest.mark.parametrize("seed", [0, 1])
def test_a_line_covered_too_seldom_is_named_although_all_series_together_are_covered(seed: int) -> None:
    series, tree = lines(seed, jumps=True)
    result = forecast(series, 6, hierarchy=tree, levels=(80,))
    assert all(check.passed for check in result.checks if "täcker" in check.name)
    (told,) = [text for text in result.warnings if "för sällan" in text]
    assert "serierna i Läkemedel" in told
    assert "Löner" not in told


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_named_where_every_line_is_covered(seed: int) -> None:
    series, tree = lines(seed, jumps=False)
    assert not [text for text in forecast(series, 6, hierarchy=tree).warnings if "för sällan" in text]


def test_the_year_names_a_line_covered_too_seldom_and_no_other() -> None:
    series, tree = lines(0, jumps=True)
    result = year_end(series, hierarchy=tree, levels=(80,))
    assert all(check.passed for check in result.checks if "täcker" in check.name)
    (told,) = [text for text in result.warnings if "för sällan" in text]
    assert "serierna i Läkemedel" in told
    assert "Löner" not in told
    # Ten series, of which three years each could be tested from three months: a year is one test.
    assert "30\u00a0prövade" in told
    even, tree = lines(0, jumps=False)
    assert not [text for text in year_end(even, hierarchy=tree).warnings if "för sällan" in text]


def test_right_intervals_raise_a_false_alarm_no_more_often_than_promised() -> None:
    rng = np.random.default_rng(3)
    members = np.zeros((10, 100), dtype=bool)
    members[np.arange(100) % 10, np.arange(100)] = True
    tested = np.full(110, 20.0)
    alarms = [
        bool(covered_too_seldom(rng.binomial(20, 0.8, 110).astype(float), tested, 80, members)) for _ in range(400)
    ]
    assert np.mean(alarms) <= FALSE_ALARM + 2 * np.sqrt(FALSE_ALARM * (1 - FALSE_ALARM) / 400)


def test_the_limit_is_that_of_the_binomial_distribution() -> None:
    groups, tests = 4, 50
    fewest = int(stats.binom.ppf(FALSE_ALARM / groups, tests, 0.8))  # one fewer is told
    for covered, told in ((fewest - 1.0, True), (fewest + 0.0, False)):
        values = np.array([covered, 50.0, 50.0, 50.0])
        found = covered_too_seldom(values, np.full(4, float(tests)), 80, np.zeros((0, 4), dtype=bool))
        assert [one.node for one in found] == ([0] if told else [])


def test_what_was_not_tested_is_not_judged() -> None:
    nothing = np.zeros(3)
    assert covered_too_seldom(nothing, nothing, 80, np.array([[True, True]])) == ()
