"""The need of care: inhabitants by age, what each age costs, and need per head, against sums worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.scenarios.engine.plain_start import assume, plain_start, row, yearly
from utfall.scenarios.engine import Assumptions, simulate
from utfall.scenarios.engine.drawing import draw_drivers
from utfall.scenarios.engine.need import need_growth

YEARS = (2026, 2027)

PEOPLE = pd.DataFrame({"0–79": [900.0, 900.0, 909.0], "80+": [100.0, 104.0, 110.0]}, index=[2025, 2026, 2027])


def growth(assumptions: Assumptions, people: pd.DataFrame = PEOPLE, years: tuple[int, ...] = YEARS) -> np.ndarray:
    """Yearly growth of need, one draw."""
    return need_growth(assumptions, draw_drivers(assumptions, years, 1, 0), people, years, 1)[0]


def test_the_tables_forecast_is_followed_where_nothing_is_assumed() -> None:
    assert growth(assume()) == pytest.approx([1004 / 1000 - 1, 1019 / 1004 - 1])


def test_an_age_group_weighs_by_what_its_inhabitants_cost() -> None:
    weighed = assume(row("age_cost", "0–79", 1.0), row("age_cost", "80+", 5.0))
    # 900 + 5 × 100 = 1400; 900 + 5 × 104 = 1420; 909 + 5 × 110 = 1459.
    assert growth(weighed) == pytest.approx([1420 / 1400 - 1, 1459 / 1420 - 1])


def test_an_assumption_of_an_age_group_replaces_the_tables_forecast_of_that_group_alone() -> None:
    # 80+ grows 10 % a year: 100, 110, 121; the others as the table has them: 900, 900, 909.
    assert growth(assume(row("population", "80+", 0.10))) == pytest.approx([1010 / 1000 - 1, 1030 / 1010 - 1])


def test_need_per_head_comes_on_top_of_people_for_one_group_and_for_all() -> None:
    # 80+: 104 × 1.02 and 110 × 1.02²; the whole × 1.01 a year.
    some = assume(row("need", "80+", 0.02), row("need", "", 0.01))
    first = (900 + 104 * 1.02) / 1000 * 1.01
    second = (909 + 110 * 1.02**2) / (900 + 104 * 1.02) * 1.01
    assert growth(some) == pytest.approx([first - 1, second - 1])


def test_a_region_without_age_groups_follows_need_per_head_alone() -> None:
    assert growth(assume(row("need", "", 0.015)), pd.DataFrame()) == pytest.approx([0.015, 0.015])
    assert growth(assume(), pd.DataFrame()) == pytest.approx([0.0, 0.0])


def test_only_the_lines_that_volume_drives_follow_the_need_and_others_by_the_share_assumed() -> None:
    drawn = simulate(plain_start(inhabitants=PEOPLE), assume(row("elasticity", "salaries", 0.5)), years=2, draws=1)
    assert yearly(drawn, "drugs")[0] == pytest.approx([-360 * 1.004, -360 * 1.019], abs=1e-6)
    half = 960 * np.cumprod([1 + 0.5 * 0.004, 1 + 0.5 * (1019 / 1004 - 1)])
    assert yearly(drawn, "salaries")[0] == pytest.approx(-half, abs=1e-6)
    assert yearly(drawn, "rents")[0] == pytest.approx([-180, -180], abs=1e-6)


def test_a_line_that_volume_drives_follows_the_need_less_where_that_is_assumed() -> None:
    drawn = simulate(plain_start(inhabitants=PEOPLE), assume(row("elasticity", "drugs", 0.0)), years=2, draws=1)
    assert yearly(drawn, "drugs")[0] == pytest.approx([-360, -360], abs=1e-6)


def test_the_last_known_growth_goes_on_when_the_table_ends_before_the_first_year() -> None:
    people = pd.DataFrame({"80+": [100.0, 102.0]}, index=[2024, 2025])
    assert growth(assume(), people) == pytest.approx([0.02, 0.02])


def test_a_forecast_for_every_fifth_year_is_spread_over_the_years_between() -> None:
    people = pd.DataFrame({"80+": [100.0, 110.0]}, index=[2025, 2030])
    years = (2026, 2027, 2028, 2029, 2030)
    assert np.prod(1 + growth(assume(), people, years)) == pytest.approx(1.10)


def test_an_elasticity_assumed_for_one_year_leaves_the_line_its_own_in_the_others() -> None:
    changed = assume(row("need", "", 0.1), row("elasticity", "drugs", 0.5, year=2027))
    drawn = simulate(plain_start(), changed, years=3, draws=1)
    assert yearly(drawn, "drugs")[0] / -360 == pytest.approx([1.1, 1.1 * 1.05, 1.1 * 1.05 * 1.1])
