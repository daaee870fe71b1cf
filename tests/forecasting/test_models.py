"""The batch core's members against second implementations and planted truth."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.statespace.sarimax import SARIMAX

from utfall.forecasting.models.arma import seasonal_arma
from utfall.forecasting.models.core import FULL, LIGHT, bounded, member_paths
from utfall.forecasting.models.season import season_of
from utfall.forecasting.models.smoothing import Grid, smooth

SEASON = np.array([5.0, -3.0, 1.0, 0.0, 2.0, -6.0, -9.0, 4.0, 3.0, 1.0, 0.0, 2.0])


def noisy(months: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 100 + np.tile(SEASON, months // 12 + 1)[:months] + rng.normal(0, 1, months).cumsum() * 0.5


@pytest.mark.parametrize("gain", [0.1, 0.4, 0.8])
def test_smoothing_without_trend_is_the_exponentially_weighted_mean(gain: float) -> None:
    values = np.random.default_rng(0).normal(0, 1, 200)
    expected = pd.Series(values).ewm(alpha=gain, adjust=False).mean().iloc[-1]
    path = smooth(values[:, None], 3, Grid((gain,), ((0.0, 0.0),)))
    np.testing.assert_allclose(path[0], expected, atol=1e-6)


def test_smoothing_with_damped_trend_is_the_textbook_recursion() -> None:
    values = np.random.default_rng(1).normal(0.3, 1, 300).cumsum()
    gain, share, damping = 0.3, 0.2, 0.9
    level, slope = values[0], 0.0
    for value in values[1:]:
        ahead = level + damping * slope
        level, slope = ahead + gain * (value - ahead), damping * slope + gain * share * (value - ahead)
    expected = level + slope * np.cumsum(damping ** np.arange(1, 5))
    np.testing.assert_allclose(smooth(values[:, None], 4, Grid((gain,), ((share, damping),)))[0], expected, atol=1e-6)


@pytest.mark.parametrize(("memory", "short", "season"), [(1.0, 0.4, 0.6), (0.7, 0.3, 0.5), (0.9, 0.0, 0.8)])
def test_the_seasonal_process_forecasts_as_a_state_space_model_does(memory: float, short: float, season: float) -> None:
    values = noisy(240, 3)
    wandering = memory == 1.0
    order = (0, 1, 1) if wandering else (1, 0, 1)
    params = [*([] if wandering else [memory]), -short, -season, 1.0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SARIMAX(values, order=order, seasonal_order=(0, 1, 1, 12), simple_differencing=False)
        expected = model.smooth(params).forecast(18)
    path = seasonal_arma(values[:, None], 18, ((memory, short, season),), drift=False)
    np.testing.assert_allclose(path[0], expected, rtol=5e-4)


def test_a_stable_season_is_measured_as_the_classical_decomposition_does() -> None:
    values = 50 + 0.2 * np.arange(72) + np.tile(SEASON, 6)
    expected = seasonal_decompose(values, period=12, model="additive").seasonal[:12]
    np.testing.assert_allclose(season_of(values[:, None], 120)[:, 0], expected, atol=1e-9)


def test_noise_is_not_taken_for_a_season() -> None:
    noise = np.random.default_rng(2).normal(0, 1, (72, 200))
    assert season_of(noise, 120).std() < 0.5 * noise.std() / np.sqrt(6)


@pytest.mark.parametrize("members", [FULL, LIGHT])
def test_every_member_continues_a_clean_season_and_growth(members: dict) -> None:  # type: ignore[type-arg]
    months = np.arange(96)
    clean = 1000 * 1.03 ** (months / 12) * np.exp(np.tile(SEASON, 8) / 50)
    paths = member_paths(clean[None, :84], 12, members)
    np.testing.assert_allclose(paths[:, 0], np.broadcast_to(clean[84:], (len(members), 12)), rtol=0.03)


def test_the_sign_and_unit_of_a_series_do_not_matter() -> None:
    values = np.vstack([noisy(80, seed) for seed in range(5)])
    paths = member_paths(values, 12)
    np.testing.assert_allclose(member_paths(-1e6 * values, 12), -1e6 * paths, rtol=1e-6)


def test_a_series_is_forecast_alike_alone_and_among_others_of_other_lengths() -> None:
    long, short = noisy(90, 1), noisy(40, 2)
    together = np.full((2, 90), np.nan)
    together[0], together[1, 50:] = long, short
    paths = member_paths(together, 6)
    np.testing.assert_allclose(paths[:, 1], member_paths(short[None], 6)[:, 0], rtol=1e-9)


def test_no_forecast_explodes() -> None:
    rng = np.random.default_rng(5)
    wild = np.exp(rng.normal(0, 1, (100, 60)).cumsum(axis=1) * 0.5)
    paths = bounded(member_paths(wild, 24)[0], wild)
    assert (paths <= 3 * wild[:, -24:].max(axis=1, keepdims=True) + 1e-9).all()
    assert (paths >= 0).all()
