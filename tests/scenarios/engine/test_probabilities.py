"""Probabilities are those of the assumptions: with one thing uncertain they can be worked out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.scenarios.engine.plain_start import BASE, MKR, assume, plain_start, row
from utfall.scenarios.engine import simulate

DRAWS = 20_000
LEVELS = np.array([0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98])
REST = 60 - 1140 - 24 - 360 + 24 - 12 + 300
"""Everything of one division's result but the taxes, mkr."""


def growth(level: np.ndarray | float) -> np.ndarray:
    """Quantile of the tax base's growth: 3 %, with 1 and 6 % as the ends of its 80 % interval."""
    z = stats.norm.ppf(level)
    return 0.03 + np.where(np.asarray(z) < 0, 0.02, 0.03) * z / stats.norm.ppf(0.9)


@pytest.fixture(scope="module")
def results() -> np.ndarray:
    uncertain = assume(
        row("tax_base", "", 0.03, low=0.01, high=0.06, persistence=1.0), row("volume", "depreciation", 0.0),
        row("other", "other_depreciation", 0.0),
    )  # fmt: skip
    return simulate(plain_start(BASE[:1]), uncertain, years=2, draws=DRAWS, seed=3).yearly_income("result") / MKR


@pytest.mark.parametrize("years", [1, 2])
def test_the_results_quantiles_are_those_of_the_tax_base(results: np.ndarray, years: int) -> None:
    # With persistence 1 the second year's growth is the first's: the quantile is the square's.
    expected = REST + 1800 * (1 + growth(LEVELS)) ** years
    density = np.gradient(expected, LEVELS)
    margin = 4 * density * np.sqrt(LEVELS * (1 - LEVELS) / DRAWS)
    assert (np.abs(np.quantile(results[:, years - 1], LEVELS) - expected) < margin).all()


def test_the_result_is_distributed_as_the_tax_base_is(results: np.ndarray) -> None:
    shares = (results[:, 0] - REST) / 1800 - 1
    away = (shares - 0.03) / np.where(shares < 0.03, 0.02, 0.03) * stats.norm.ppf(0.9)
    assert stats.kstest(away, "norm").pvalue > 0.01


def test_the_chance_of_a_result_is_the_chance_of_the_growth_it_needs(results: np.ndarray) -> None:
    for wanted in (690.0, 702.0, 740.0):
        needed = (wanted - REST) / 1800 - 1
        side = 0.02 if needed < 0.03 else 0.03
        chance = stats.norm.sf((needed - 0.03) / side * stats.norm.ppf(0.9))
        assert (results[:, 0] >= wanted).mean() == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / DRAWS))


def test_years_that_do_not_depend_on_each_other_add_their_variance() -> None:
    uncertain = assume(row("one_off", "tax_revenue", 0.0, low=-30e6, high=30e6))
    drawn = simulate(plain_start(BASE[:1]), uncertain, years=4, draws=DRAWS // 4, seed=4)
    equity = drawn.closing("equity") / MKR
    yearly = 30 / stats.norm.ppf(0.9)
    assert equity.std(axis=0) == pytest.approx(yearly * np.sqrt([1, 2, 3, 4]), rel=0.04)


def test_the_mean_of_a_lopsided_interval_is_off_its_middle_by_what_the_halves_give(results: np.ndarray) -> None:
    # E|z|/2 = φ(0) = 0.399 of each side's standard deviation.
    bias = (0.03 - 0.02) / stats.norm.ppf(0.9) * stats.norm.pdf(0)
    assert results[:, 0].mean() == pytest.approx(
        REST + 1800 * (1.03 + bias), abs=4 * results[:, 0].std() / np.sqrt(DRAWS)
    )
