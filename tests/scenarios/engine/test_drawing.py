"""Drivers are drawn as they are stated: intervals, persistence, correlations, and alike in every scenario."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.scenarios.engine.plain_start import assume, row
from utfall.scenarios.engine.assumptions import Assumptions
from utfall.scenarios.engine.drawing import draw_drivers

YEARS = (2026, 2027, 2028)
DRAWS = 60_000
TAX, GRANTS, OTHER = ("tax_base", ""), ("general_grants", ""), ("other", "other_costs")


def scores(drawn: np.ndarray, middle: float, below: float, above: float) -> np.ndarray:
    """Standard deviations from the middle, each side by its own width: 10 % lie beyond 1.2816."""
    away = drawn - middle
    return away / np.where(away < 0, below, above) * stats.norm.ppf(0.9)


def three(persistence: float = 0.0) -> Assumptions:
    """Tax base, grants and other costs, correlated in pairs."""
    return assume(
        row("tax_base", "", 0.03, low=0.02, high=0.04, persistence=persistence),
        row("general_grants", "", 0.02, low=0.0, high=0.04, persistence=persistence),
        row("other", "other_costs", 0.03, low=0.01, high=0.05, persistence=persistence),
        together=(
            ("tax_base", "general_grants", 0.7),
            ("tax_base", "other:other_costs", -0.4),
            ("general_grants", "other:other_costs", 0.1),
        ),
    )


@pytest.mark.parametrize("persistence", [0.0, 0.6, 1.0])
def test_eight_in_ten_draws_lie_in_the_stated_interval_and_one_in_ten_on_each_side_also_where_it_is_lopsided(
    persistence: float,
) -> None:
    lopsided = row("tax_base", "", 0.03, low=0.02, high=0.07, persistence=persistence)
    drawn = draw_drivers(assume(lopsided), YEARS, DRAWS, 1)[TAX]
    margin = 4 * math.sqrt(0.1 * 0.9 / DRAWS)
    assert (drawn < 0.02).mean(axis=0) == pytest.approx(0.1, abs=margin)
    assert (drawn > 0.07).mean(axis=0) == pytest.approx(0.1, abs=margin)
    assert (drawn < 0.03).mean(axis=0) == pytest.approx(0.5, abs=2 * margin)


def test_each_side_of_a_lopsided_interval_is_half_of_a_normal_distribution() -> None:
    drawn = draw_drivers(assume(row("tax_base", "", 0.03, low=0.02, high=0.07)), [2026], DRAWS, 2)[TAX]
    away = scores(drawn[:, 0], 0.03, 0.01, 0.04)
    assert stats.kstest(away, "norm").pvalue > 0.01


def test_persistence_is_the_correlation_between_a_year_and_the_next() -> None:
    drawn = draw_drivers(assume(row("tax_base", "", 0.03, low=0.01, high=0.05, persistence=0.6)), YEARS, DRAWS, 3)[TAX]
    found = np.corrcoef(drawn.T)
    assert found[0, 1] == pytest.approx(0.6, abs=0.02)
    assert found[1, 2] == pytest.approx(0.6, abs=0.02)
    assert found[0, 2] == pytest.approx(0.36, abs=0.02)
    assert drawn.std(axis=0) == pytest.approx(0.02 / stats.norm.ppf(0.9), rel=0.02)


def test_years_without_persistence_do_not_depend_on_each_other() -> None:
    drawn = draw_drivers(assume(row("tax_base", "", 0.03, low=0.01, high=0.05)), YEARS, DRAWS, 4)[TAX]
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.0, abs=0.02)


def test_a_level_with_persistence_one_is_off_by_the_same_every_year() -> None:
    drawn = draw_drivers(
        assume(
            row("measure", "", 0.5, low=0.2, high=0.9, persistence=1.0),
            row("measure", "", 0.7, low=0.4, high=1.1, persistence=1.0, year=2028),
        ),
        YEARS,
        1000,
        5,
    )["measure", ""]
    assert drawn[:, 1] == pytest.approx(drawn[:, 0], abs=1e-12)
    assert drawn[:, 2] - 0.7 == pytest.approx(drawn[:, 0] - 0.5, abs=1e-12)
    assert drawn[:, 0].std() > 0.2


@pytest.mark.parametrize("persistence", [0.0, 0.8])
def test_three_drivers_correlate_in_pairs_as_stated_in_every_year(persistence: float) -> None:
    drawn = draw_drivers(three(persistence), YEARS, DRAWS, 6)
    for year in range(len(YEARS)):
        found = np.corrcoef([drawn[key][:, year] for key in (TAX, GRANTS, OTHER)])
        assert found[0, 1] == pytest.approx(0.7, abs=0.02)
        assert found[0, 2] == pytest.approx(-0.4, abs=0.02)
        assert found[1, 2] == pytest.approx(0.1, abs=0.02)


def test_correlation_leaves_each_driver_its_own_interval() -> None:
    drawn = draw_drivers(three(), YEARS, DRAWS, 7)
    for key, low, high in ((TAX, 0.02, 0.04), (GRANTS, 0.0, 0.04), (OTHER, 0.01, 0.05)):
        assert np.quantile(drawn[key][:, 0], [0.1, 0.9]) == pytest.approx([low, high], abs=0.001)


def test_lopsided_drivers_have_the_rank_correlation_that_the_stated_one_means() -> None:
    drawn = draw_drivers(
        assume(
            row("tax_base", "", 0.03, low=0.02, high=0.09),
            row("general_grants", "", 0.02, low=-0.08, high=0.03),
            together=(("tax_base", "general_grants", 0.7),),
        ),
        [2026],
        DRAWS,
        8,
    )
    ranked = stats.spearmanr(drawn[TAX][:, 0], drawn[GRANTS][:, 0]).statistic
    # Kruskal (1958): rank correlation of two normal variables.
    assert ranked == pytest.approx(6 / math.pi * math.asin(0.7 / 2), abs=0.015)


def test_drivers_of_different_persistence_correlate_as_stated_the_first_year_and_less_later() -> None:
    drawn = draw_drivers(
        assume(
            row("tax_base", "", 0.03, low=0.02, high=0.04, persistence=0.9),
            row("general_grants", "", 0.02, low=0.0, high=0.04),
            together=(("tax_base", "general_grants", 0.7),),
        ),
        YEARS,
        DRAWS,
        9,
    )
    found = [np.corrcoef(drawn[TAX][:, year], drawn[GRANTS][:, year])[0, 1] for year in range(3)]
    # A year's new part of the lasting driver is √(1 − 0.9²) of its deviation, and only that part correlates.
    later = 0.7 * math.sqrt(1 - 0.9**2)
    assert found == pytest.approx([0.7, later, later], abs=0.02)


def test_a_correlation_with_a_driver_that_the_scenario_lacks_is_left_out() -> None:
    alone = assume(row("tax_base", "", 0.03, low=0.02, high=0.04))
    paired = assume(*alone.rows, together=(("tax_base", "price:Löner", 0.6), ("price:Löner", "interest", 0.5)))
    drawn = draw_drivers(paired, YEARS, DRAWS, 10)
    assert set(drawn) == {TAX}
    assert np.quantile(drawn[TAX], [0.1, 0.5, 0.9]) == pytest.approx([0.02, 0.03, 0.04], abs=0.0005)


def test_a_driver_is_drawn_alike_in_scenarios_that_differ_elsewhere() -> None:
    base = three(0.5)
    more = (row("interest", "", 0.03, low=0.01, high=0.05), row("need", "", 0.0, low=-0.01, high=0.01))
    wider = Assumptions("other", (*more, *base.rows), base.correlations)
    one, other = (draw_drivers(assumptions, YEARS, 500, 11) for assumptions in (base, wider))
    for key in (TAX, GRANTS, OTHER):
        assert (one[key] == other[key]).all()


def test_a_driver_with_another_middle_keeps_its_departures() -> None:
    weak = three(0.5).with_value("tax_base", "", 0.01, low=0.0, high=0.02, persistence=0.5)
    one, other = (draw_drivers(assumptions, YEARS, 500, 11) for assumptions in (three(0.5), weak))
    assert one[TAX] - 0.03 == pytest.approx(other[TAX] - 0.01, abs=1e-12)
    assert (one[GRANTS] == other[GRANTS]).all()


def test_a_driver_is_drawn_alike_also_where_the_scenario_lacks_one_it_correlates_with() -> None:
    pairs = (("tax_base", "general_grants", 0.7),)
    tax = row("tax_base", "", 0.03, low=0.02, high=0.04)
    both = assume(tax, row("general_grants", "", 0.02, low=0.0, high=0.04), together=pairs)
    one, other = (draw_drivers(assumptions, YEARS, 500, 12) for assumptions in (both, assume(tax, together=pairs)))
    assert one[TAX] == pytest.approx(other[TAX], abs=1e-12)


def test_the_same_seed_gives_the_same_draws_and_another_seed_keeps_none() -> None:
    one, same, other = (draw_drivers(three(), YEARS, 50, seed) for seed in (1, 1, 2))
    for key in (TAX, GRANTS, OTHER):
        assert (one[key] == same[key]).all()
        assert (one[key] != other[key]).all()


def test_what_has_no_interval_is_the_same_in_every_draw() -> None:
    drawn = draw_drivers(assume(row("tax_base", "", 0.03), row("tax_base", "", 0.05, year=2027)), YEARS, 7, 1)[TAX]
    assert (drawn == [[0.03, 0.05, 0.03]] * 7).all()


@pytest.mark.parametrize(
    ("driver", "target", "value", "low", "high", "least"),
    [
        ("volume", "hired", -0.5, -0.9, -0.3, -1.0),
        ("amortisation", "", 0.01, 0.0, 0.05, 0.0),
        ("pension_accrued", "pensions", 0.02, 0.0, 0.4, 0.0),
        ("other_investments", "", 1e6, 0.0, 5e7, 0.0),
    ],
)
def test_no_draw_is_below_what_the_driver_can_be(
    driver: str, target: str, value: float, low: float, high: float, least: float
) -> None:
    drawn = draw_drivers(assume(row(driver, target, value, low=low, high=high)), YEARS, 5000, 13)[driver, target]
    assert drawn.min() >= least
