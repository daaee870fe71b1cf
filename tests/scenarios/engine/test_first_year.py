"""A first year with booked months has the total and the spread of the year-end forecast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import utfall
from utfall.scenarios.engine.first_year import expected_year

MONTHS = pd.date_range("2020-01-01", "2026-08-01", freq="MS")
SEASON = np.array([0.06, 0.07, 0.08, 0.09, 0.10, 0.12, 0.03, 0.05, 0.09, 0.10, 0.10, 0.11])
Z90 = 1.2815515655446004


def planted(growth: float, noise: float, seed: int, size: float = -1e10) -> np.ndarray:
    """A line with a season, growing every year, each month a little off."""
    rng = np.random.default_rng(seed)
    year = MONTHS.year.to_numpy() - 2020
    month = SEASON[MONTHS.month.to_numpy() - 1]
    return size * (1 + growth) ** year * month * (1 + noise * rng.standard_normal(len(MONTHS)))


def year_ends(series: pd.DataFrame) -> pd.DataFrame:
    """The year-end forecast of some series, one column each."""
    long = series.rename(columns=str).reset_index(names="ds").melt("ds", var_name="unique_id", value_name="y")
    return utfall.year_end(long).frame.set_index("unique_id")


@pytest.fixture(scope="module")
def four() -> pd.DataFrame:
    """Two cost lines and two income lines, öre in result sign, as columns division by division."""
    return pd.DataFrame(
        [planted(0.03, 0.01, 1), planted(0.03, 0.02, 2), planted(0.02, 0.01, 3, 2e9), planted(0.0, 0.03, 4, 5e8)],
        columns=MONTHS,
    ).T


def test_the_total_is_near_the_year_that_was_planted(four: pd.DataFrame) -> None:
    total, deviation, _ = expected_year(four, (2, 2))
    truth = [[-1e10 * 1.03**6, -1e10 * 1.03**6], [2e9 * 1.02**6, 5e8]]
    assert total == pytest.approx(np.array(truth), rel=0.02)
    assert (deviation > 0).all()
    assert (deviation < 0.03).all()


def test_total_and_spread_are_those_of_the_year_end_forecast_of_the_same_series(four: pd.DataFrame) -> None:
    total, deviation, _ = expected_year(four, (2, 2))
    known = year_ends(four.abs().assign(together=four.abs().sum(axis=1))).loc[["0", "1", "2", "3"]]
    assert np.abs(total).ravel() == pytest.approx(known["mean"].to_numpy())
    width = known["hi-80"] - known["lo-80"]
    assert (deviation * np.abs(total)).ravel() == pytest.approx(width.to_numpy() / 2 / Z90)


def test_a_year_that_is_wholly_booked_is_certain(four: pd.DataFrame) -> None:
    whole = four.loc[:"2025-12-01"]
    total, deviation, _ = expected_year(whole, (2, 2))
    assert total.ravel() == pytest.approx(whole.loc["2025"].sum().to_numpy())
    assert not deviation.any()


def test_a_line_that_nothing_is_booked_on_this_year_and_one_that_never_was_are_left_at_nothing(
    four: pd.DataFrame,
) -> None:
    changed = four.copy()
    changed.loc["2026", 1] = 0.0
    changed[3] = 0.0
    total, deviation, _ = expected_year(changed, (2, 2))
    assert total[0, 1] == total[1, 1] == 0.0
    assert deviation[0, 1] == deviation[1, 1] == 0.0
    assert total[0, 0] == pytest.approx(-1e10 * 1.03**6, rel=0.02)


def test_a_history_too_short_for_an_interval_is_not_taken_as_certain(four: pd.DataFrame) -> None:
    _, deviation, _ = expected_year(four.loc["2025-01-01":, [0]], (1, 1))
    assert (deviation > 0).all()


def test_the_sum_of_a_kind_is_as_uncertain_as_the_forecast_of_the_sum() -> None:
    # Twelve cost lines that share every surprise, and two income lines that share none.
    common = planted(0.03, 0.02, 5)
    columns = {number: common * (1 + number / 10) for number in range(12)}
    lines = pd.DataFrame(columns | {12: planted(0.0, 0.02, 6, 1e9), 13: planted(0.0, 0.02, 7, 1e9)}, index=MONTHS)
    total, deviation, together = (
        found.ravel() for found in expected_year(lines, (1, 14), ["cost"] * 12 + ["income"] * 2)
    )
    assert together[:12] == pytest.approx(np.full(12, together[0]))
    assert together[0] > 0.8
    assert together[12] < 0.5
    costs, incomes = list(range(12)), [12, 13]
    sums = {"costs": -lines[costs].sum(axis=1), "incomes": lines[incomes].sum(axis=1)}
    whole = year_ends(lines.abs().assign(**sums)).loc["costs"]
    parts = np.abs(total * deviation)[:12]
    drawn = (1 - together[0]) * (parts**2).sum() + together[0] * parts.sum() ** 2
    assert np.sqrt(drawn) == pytest.approx((whole["hi-80"] - whole["lo-80"]) / 2 / Z90, rel=0.02)


def test_a_line_that_began_this_year_is_not_uncertain_by_many_times_itself() -> None:
    began = np.where(MONTHS >= "2026-06-01", -1e8, 0.0)
    # 1 000 kronor a month, and five million every December.
    once_a_year = np.where(MONTHS.month == 12, -5e8, -1e5)
    lines = pd.DataFrame({0: planted(0.0, 0.01, 1), 1: began, 2: once_a_year}, index=MONTHS)
    _, deviation, _ = expected_year(lines, (1, 3))
    assert deviation.max() <= 1.0
