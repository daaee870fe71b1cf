"""A deviation that comes back every year is no chance; one that does not is not called repeated."""

import numpy as np
import pandas as pd
import pytest

from utfall.rootcause.signal.repeated import repeated_deviations
from utfall.rootcause.signal.usual_variation import usual_variation

YEARS = range(2019, 2027)


def spans(biases: np.ndarray, seed: int, sd: float = 0.05) -> pd.DataFrame:
    """Units whose cost is over budget by a steady share each, with yearly noise."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"u{unit}", "care", year, -1e6 * (1 + bias) * np.exp(rng.normal(0, sd)), -1e6)
        for unit, bias in enumerate(biases)
        for year in YEARS
    ]
    return pd.DataFrame(rows, columns=["unit", "line", "year", "actual", "budget"])


def found(rows: pd.DataFrame) -> set[str]:
    return set(repeated_deviations(rows, usual_variation(rows))["unit"])


def test_a_budget_that_is_missed_every_year_is_found_where_one_year_alone_is_noise():
    biases = np.where(np.arange(400) < 40, 0.18, 0.0)
    units = found(spans(biases, 1))
    planted = {f"u{number}" for number in range(40)}
    assert len(units & planted) >= 32
    assert not units - planted


def test_among_fair_budgets_nothing_is_repeated():
    assert not found(spans(np.zeros(2000), 2))


def test_years_in_both_directions_are_not_repeated():
    rows = spans(np.zeros(30), 3, sd=0.01)
    swings = rows["year"].map(lambda year: 1.3 if year % 2 else 0.7)
    assert not found(rows.assign(actual=rows["actual"].where(rows["unit"] != "u0", -1e6 * swings)))


def test_this_year_must_stray_too():
    rows = spans(np.full(30, 0.3), 4, sd=0.01)
    fair_now = rows["year"].eq(2026) & rows["unit"].eq("u0")
    units = found(rows.assign(actual=rows["actual"].where(~fair_now, -1_000_100.0)))
    assert "u0" not in units
    assert len(units) == 29


@pytest.mark.parametrize("years", [1, 2, 3])
def test_too_few_years_with_a_budget_repeat_nothing(years):
    rows = spans(np.full(30, 0.5), 5)
    short = rows[rows["year"] > 2026 - years]
    variation = usual_variation(rows)
    assert repeated_deviations(short, variation).empty


def test_a_unit_without_budget_is_passed_over():
    rows = spans(np.zeros(30), 6)
    rows = rows.assign(budget=rows["budget"].where(rows["unit"] != "u0", 0.0))
    assert "u0" not in found(rows)
