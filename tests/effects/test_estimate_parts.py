"""The parts of the estimate, against the formulas written out in full."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from utfall.effects.interrupted.comparison import common_movement, compare
from utfall.effects.interrupted.design import make_design, season_columns, single
from utfall.effects.interrupted.grid import noise_grid
from utfall.effects.interrupted.outliers import find_odd
from utfall.effects.interrupted.posterior import (
    EFFECT_WIDTH,
    FOLLOWS,
    HAIR,
    SEASON_WIDTHS,
    TREND_WIDTHS,
    Mixture,
    planned_variance,
    reduce_design,
    weigh,
)

PERIODS, START, GROWTH = 30, 20, 0.02
DIFFUSE = 1e4
"""Prior variance that stands for no assumption at all."""


@pytest.fixture
def parts() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "series": rng.normal(0, 0.1, PERIODS),
        "season": season_columns(np.arange(PERIODS) % 4, 4),
        "trend": (np.arange(PERIODS) - START) / 4,
        "courses": (np.arange(PERIODS) >= START).astype(float)[:, None],
        "comparison": rng.normal(0, 0.1, PERIODS),
    }


def noise_covariance(number: int) -> np.ndarray:
    whiten = noise_grid(PERIODS).whiten[number]
    root = np.linalg.inv(whiten)
    return root @ root.T


def test_noises_are_what_they_are_called():
    grid = noise_grid(PERIODS)
    number = grid.nearest(0.6, 0.2)
    at = np.arange(PERIODS)
    expected = 0.6 ** np.abs(at[:, None] - at) + 0.04 * np.minimum(at[:, None], at)
    assert noise_covariance(number) == pytest.approx(expected)
    assert grid.log_determinant[number, -1] == pytest.approx(np.linalg.slogdet(expected)[1])


def test_a_drifting_slope_is_the_sum_of_its_steps():
    grid = noise_grid(PERIODS)
    number = int(np.flatnonzero((grid.slope == 0.1) & (grid.correlation == 0) & (grid.level == 0))[0])
    steps = np.tri(PERIODS, k=-1)  # slope in force at each month, by the month of its step
    path = np.cumsum(steps, axis=0)
    assert noise_covariance(number) == pytest.approx(np.eye(PERIODS) + 0.01 * path @ path.T)


def test_the_first_months_are_whitened_as_if_there_were_no_others():
    whole, short = noise_grid(48), noise_grid(17)
    assert whole.whiten[:, :17, :17] == pytest.approx(short.whiten)


def test_the_effect_and_its_weight_are_those_of_the_full_regression(parts):
    design = make_design(**parts, extras=[single(5, PERIODS)])
    found = weigh(reduce_design(design), [0], compared=True, growth=GROWTH)
    combinations = [(3, 0, 0, 0, 2), (7, 1, 2, 1, 1), (0, 0, 1, 1, 3), (20, 1, 0, 0, 4)]
    dense, given = [], []
    for noise, season, follow, trend, scale in combinations:
        variance = float(np.broadcast_to(found.scale, found.weight.shape)[noise, season, follow, trend, scale, 0])
        share = list(FOLLOWS)[follow]
        columns = np.column_stack(
            [np.ones(PERIODS), single(5, PERIODS), parts["season"], parts["trend"], parts["courses"]]
        )
        widths = [
            DIFFUSE,
            variance / HAIR,
            *[variance * list(SEASON_WIDTHS)[season] ** 2] * 3,
            list(TREND_WIDTHS)[trend] ** 2,
            EFFECT_WIDTH**2,
        ]
        left = parts["series"] - share * parts["comparison"] - (1 - share) * GROWTH * parts["trend"]
        covariance = variance * noise_covariance(noise)
        precision = columns.T @ np.linalg.solve(covariance, columns) + np.diag(1 / np.array(widths))
        mean = np.linalg.solve(precision, columns.T @ np.linalg.solve(covariance, left))
        at = (noise, season, follow, trend, scale, 0)
        assert found.mean[at] == pytest.approx(mean[-1], rel=1e-4)
        assert found.variance[at] == pytest.approx(np.linalg.inv(precision)[-1, -1], rel=1e-4)
        marginal = covariance + columns @ np.diag(widths) @ columns.T
        prior = (
            noise_grid(PERIODS).log_prior[noise]
            + np.log(list(SEASON_WIDTHS.values())[season])
            + np.log(list(FOLLOWS.values())[follow])
            + np.log(list(TREND_WIDTHS.values())[trend])
        )
        # The extra has a prior in units of the noise; its width's own factor is the same for all but the scale.
        dense.append(multivariate_normal.logpdf(left, cov=marginal) + prior + np.log(variance) / 2)
        given.append(np.log(found.weight[at]))
    assert np.diff(given) == pytest.approx(np.diff(dense), abs=1e-3)


def test_the_planned_precision_is_the_one_that_comes(parts):
    reduced = reduce_design(make_design(**parts))
    found = weigh(reduced, [0], compared=True, growth=GROWTH)
    assert planned_variance(reduced, 0, found.scale) == pytest.approx(found.variance)


def test_the_weights_of_all_combinations_sum_to_one(parts):
    found = weigh(reduce_design(make_design(**parts)), [0], compared=True, growth=GROWTH)
    assert found.weight.sum() == pytest.approx(1)
    assert found.noise_weights().sum() == pytest.approx(found.follow_weights().sum()) == pytest.approx(1)


def test_a_mixture_of_one_is_the_normal_distribution():
    one = Mixture(np.ones(1), np.array([2.0]), np.array([3.0]))
    assert one.quantiles(np.array([0.025, 0.5, 0.975])) == pytest.approx([2 - 5.88, 2, 2 + 5.88], abs=0.02)
    assert one.stretched(2.0).spread == pytest.approx(6)
    assert one.shaken(0.5, 4.0).spread == pytest.approx(np.sqrt(9 + 8))


def test_the_oddest_months_are_found_and_no_others():
    rng = np.random.default_rng(4)
    series = rng.normal(0, 0.02, 60)
    series[[13, 50]] += [0.2, -0.15]
    course = (np.arange(60) >= 48).astype(float)
    found = find_odd(
        series, season=season_columns(np.arange(60) % 12, 12), trend=np.arange(60) / 12, course=course, before=48
    )
    assert sorted(odd.position for odd in found) == [13, 50]
    assert {odd.position: odd.size for odd in found} == pytest.approx({13: 0.2, 50: -0.15}, abs=0.06)


def test_the_common_movement_heeds_neither_size_nor_one_odd_month():
    rng = np.random.default_rng(5)
    common = rng.normal(0, 0.05, 48)
    units = common[:, None] + rng.normal(0, 0.005, (48, 7)) + np.linspace(8, 18, 7)
    units[10, 3] += 0.5
    found = common_movement(units, np.ones((48, 1)))
    assert found - found.mean() == pytest.approx(common - common.mean(), abs=0.01)


def test_a_unit_that_shifted_at_the_start_is_not_compared_with():
    rng = np.random.default_rng(6)
    months = pd.period_range("2021-01", periods=48, freq="M")
    units = pd.DataFrame(rng.normal(15, 0.02, (48, 6)), months, list("abcdef"))
    units.loc[months[36:], "c"] -= 0.15
    found = compare(
        units,
        season=season_columns(np.arange(48) % 12, 12),
        trend=np.arange(48) / 12,
        course=(np.arange(48) >= 36).astype(float),
    )
    assert found.affected == ("c",)
    assert found.used == ("a", "b", "d", "e", "f")
