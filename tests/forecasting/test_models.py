"""The batch core's members against second implementations and planted truth."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.statespace.sarimax import SARIMAX

from utfall.forecasting.models.arma import seasonal_arma
from utfall.forecasting.models.core import FULL, LIGHT, bounded, combined_paths, member_paths
from utfall.forecasting.models.level_shifts import at_present_level
from utfall.forecasting.models.months_ahead import months_ahead
from utfall.forecasting.models.season import season_of, straight_slope
from utfall.forecasting.models.smoothing import DAMPED, Grid, smooth
from utfall.forecasting.models.weights import BACKS, recent_errors, weighted_mean

SEASON = np.array([5.0, -3.0, 1.0, 0.0, 2.0, -6.0, -9.0, 4.0, 3.0, 1.0, 0.0, 2.0])


def noisy(months: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 100 + np.tile(SEASON, months // 12 + 1)[:months] + rng.normal(0, 1, months).cumsum() * 0.5


@pytest.mark.parametrize("gain", [0.1, 0.4, 0.8])
def test_smoothing_without_trend_is_the_exponentially_weighted_mean(gain: float) -> None:
    values = np.random.default_rng(0).normal(0, 1, 200)
    expected = pd.Series(values).ewm(alpha=gain, adjust=False).mean().iloc[-1]
    path = smooth(values[:, None], 3, Grid((gain,), ((0.0, 0.0),)))
    np.testing.assert_allclose(path[0, 0], expected, atol=1e-6)


def test_smoothing_with_damped_trend_is_the_textbook_recursion() -> None:
    values = np.random.default_rng(1).normal(0.3, 1, 300).cumsum()
    gain, share, damping = 0.3, 0.2, 0.9
    level, slope = values[0], 0.0
    for value in values[1:]:
        ahead = level + damping * slope
        level, slope = ahead + gain * (value - ahead), damping * slope + gain * share * (value - ahead)
    expected = level + slope * np.cumsum(damping ** np.arange(1, 5))
    path = smooth(values[:, None], 4, Grid((gain,), ((share, damping),)))
    np.testing.assert_allclose(path[0, 0], expected, atol=1e-6)


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
    np.testing.assert_allclose(path[0, 0], expected, rtol=5e-4)


@pytest.mark.parametrize("memory", [1.0, 0.7])
def test_a_forecast_from_an_earlier_origin_has_not_seen_what_came_after(memory: float) -> None:
    values = np.vstack([noisy(90, seed) for seed in range(3)]).T
    points = ((memory, 0.3, 0.6), (memory, 0.0, 0.3))
    both = seasonal_arma(values, 12, points, drift=False, backs=(0, 9))
    alone = seasonal_arma(values[:-9], 9, points, drift=False)[0]
    np.testing.assert_allclose(both[1, :, :9], alone)
    assert np.isnan(both[1, :, 9:]).all()


def test_smoothing_from_an_earlier_origin_knows_no_more_than_where_the_series_began() -> None:
    values = np.vstack([noisy(90, seed) for seed in range(3)]).T
    values -= season_of(values, 120)[np.arange(90) % 12]
    after = values.copy()
    after[-9:] += 50.0
    calm, shocked = (smooth(each, 9, DAMPED, backs=(9,))[0] for each in (values, after))
    np.testing.assert_allclose(shocked, calm, atol=1.0)


def test_a_straight_slope_is_the_least_squares_one() -> None:
    values = np.random.default_rng(4).normal(0, 1, (40, 2)).cumsum(axis=0)
    values[:13, 1] = np.nan
    slopes = [np.polyfit(np.arange(40), values[:, 0], 1)[0], np.polyfit(np.arange(27), values[13:, 1], 1)[0]]
    np.testing.assert_allclose(straight_slope(values), slopes)


def test_the_drifting_member_is_the_theta_method() -> None:
    rng = np.random.default_rng(6)
    values = np.exp(np.log(100) + np.cumsum(rng.normal(0.004, 0.03, 120)))
    logs = pd.Series(np.log(values), pd.date_range("2015-01-01", periods=120, freq="MS"))
    expected = np.exp(ThetaModel(logs, deseasonalize=False).fit().forecast(12))
    drifting = member_paths(values[None], 12)[list(FULL).index("drifting"), 0]
    np.testing.assert_allclose(drifting / expected, 1.0, atol=0.03)


def test_a_stable_season_is_measured_as_the_classical_decomposition_does() -> None:
    values = 50 + 0.2 * np.arange(72) + np.tile(SEASON, 6)
    expected = seasonal_decompose(values, period=12, model="additive").seasonal[:12]
    np.testing.assert_allclose(season_of(values[:, None], 120)[:, 0], expected, atol=1e-9)


def test_noise_is_not_taken_for_a_season() -> None:
    noise = np.random.default_rng(2).normal(0, 1, (72, 200))
    assert season_of(noise, 120).std() < 0.5 * noise.std() / np.sqrt(6)


@pytest.mark.parametrize("members", [FULL, LIGHT])
def test_every_member_with_a_season_continues_a_clean_one_and_growth(members: dict) -> None:  # type: ignore[type-arg]
    months = np.arange(96)
    clean = 1000 * 1.03 ** (months / 12) * np.exp(np.tile(SEASON, 8) / 50)
    paths = member_paths(clean[None, :84], 12, members)[[name != "seasonless" for name in members]]
    np.testing.assert_allclose(paths[:, 0], np.broadcast_to(clean[84:], (len(paths), 12)), rtol=0.03)


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


def test_a_member_weighs_by_what_it_erred_after_each_earlier_origin() -> None:
    values = np.vstack([noisy(60, 1), noisy(60, 2)])
    values[1, :30] = np.nan
    ended = np.pad(values, ((0, 0), (0, 12)), constant_values=np.nan)
    paths = np.stack([[ended[:, 60 - back : 72 - back] + off for back in BACKS] for off in (1.0, 3.0)])
    errors = recent_errors(paths, values)
    np.testing.assert_allclose(errors, [[1.0, 1.0], [3.0, 3.0]])
    now = np.stack([np.full((2, 4), 10.0), np.full((2, 4), 20.0)])
    np.testing.assert_allclose(weighted_mean(now, errors, np.ones(2)), (10 * 27 + 20) / 28)


def test_a_series_too_short_to_compare_the_members_weighs_them_alike() -> None:
    values = noisy(26, 3)[None]
    assert np.isnan(recent_errors(np.zeros((2, len(BACKS), 1, 12)), values)).all()
    paths = np.array([[[4.0]], [[6.0]]])
    assert weighted_mean(paths, np.full((2, 1), np.nan), np.ones(1)).tolist() == [[5.0]]


def test_weights_follow_whether_the_season_is_stable_or_has_changed() -> None:
    rng = np.random.default_rng(9)
    stable = 100 * np.exp(np.tile(SEASON, 10)[:120] / 30 + rng.normal(0, 0.08, (150, 120)))
    changed = 100 * np.exp(np.tile(SEASON, 10)[:120] / 30 + rng.normal(0, 0.03, (150, 120)))
    changed[:, 72:] *= np.exp(np.roll(np.tile(SEASON, 4), 5) / 15)
    for values in (stable, changed):
        known, after = values[:, :108], values[:, 108:]
        alike = np.abs(np.mean(member_paths(known, 12), axis=0) - after).mean()
        weighted = np.abs(combined_paths(known, 12) - after).mean()
        assert weighted < alike


def test_one_exploding_member_hardly_moves_the_forecast() -> None:
    rng = np.random.default_rng(3)
    paths = rng.normal(100, 2, (7, 50, 12))
    errors = rng.uniform(1, 2, (7, 50))
    calm = weighted_mean(paths, errors, np.full(50, 100.0))
    paths[2] = 1e9
    wild = weighted_mean(paths, errors, np.full(50, 100.0))
    assert np.abs(wild / calm - 1).max() < 0.15


def test_a_growing_cost_keeps_its_season_in_proportion() -> None:
    rng = np.random.default_rng(8)
    t = np.arange(108)
    growing = 100 * np.exp(0.015 * t + 0.3 * np.sin(2 * np.pi * t / 12)) * np.exp(rng.normal(0, 0.02, (60, 108)))
    ahead = months_ahead(growing[:, :96], 12)
    swing = np.log(ahead.max(axis=1) / ahead.min(axis=1))
    truth = np.log(growing[:, 96:].max(axis=1) / growing[:, 96:].min(axis=1))
    assert abs(np.median(swing) - np.median(truth)) < 0.06
    assert np.abs(ahead / growing[:, 96:] - 1).mean() < 0.04


def test_a_spurt_is_not_carried_on_for_ever() -> None:
    rng = np.random.default_rng(10)
    steady = 100 * np.exp(rng.normal(0, 0.02, (60, 84)))
    steady[:, -6:] *= 1.06 ** np.arange(1, 7)
    ahead = months_ahead(steady, 36)
    assert (ahead[:, -1] < 1.6 * steady[:, -1]).all()
    assert np.median(ahead[:, -1] / steady[:, -1]) < 1.25


@pytest.mark.parametrize("factor", [0.2, 5.0])
def test_one_odd_month_at_the_end_moves_the_year_ahead_by_a_fraction_of_itself(factor: float) -> None:
    rng = np.random.default_rng(11)
    t = np.arange(72)
    usual = 100 * (1 + 0.1 * np.sin(2 * np.pi * t / 12)) * np.exp(rng.normal(0, 0.04, (80, 72)))
    odd = usual.copy()
    odd[:, -1] *= factor
    moved = months_ahead(odd, 12).sum(axis=1) / months_ahead(usual, 12).sum(axis=1) - 1
    assert np.median(np.abs(moved)) < 0.05 * abs(factor - 1)


@pytest.mark.parametrize("ago", [4, 8, 16])
def test_a_jump_of_pension_costs_is_carried_forward_whole(ago: int) -> None:
    rng = np.random.default_rng(12)
    jumped = 100 * 1.02 ** (np.arange(84) / 12) * np.exp(rng.normal(0, 0.02, (60, 84)))
    jumped[:, 72 - ago :] *= 1.45
    known, _ = at_present_level(jumped[:, :72])
    off = months_ahead(known, 12).sum(axis=1) / jumped[:, 72:].sum(axis=1) - 1
    assert abs(np.median(off)) < 0.02
    assert np.abs(off).max() < 0.15


def test_rare_amounts_are_forecast_by_their_mean_and_never_below_nothing() -> None:
    rng = np.random.default_rng(13)
    rare = (rng.random((200, 84)) < 0.25) * rng.gamma(2.0, 50.0, (200, 84))
    ahead = months_ahead(rare[:, :72], 12)
    assert (ahead >= 0).all()
    assert ahead.sum() == pytest.approx(rare[:, 72:].sum(), rel=0.15)


def test_a_series_without_season_gets_hardly_any() -> None:
    rng = np.random.default_rng(15)
    noise = 100 * np.exp(rng.normal(0, 0.1, (150, 72)))
    assert (months_ahead(noise, 12).std(axis=1) / 100).mean() < 0.03


@pytest.mark.parametrize("months", [14, 20, 24, 30])
def test_a_short_history_is_forecast_no_worse_than_by_repeating_last_year(months: int) -> None:
    rng = np.random.default_rng(14)
    t = np.arange(months + 12)
    growth = rng.normal(0.02, 0.04, (200, 1)) * t / 12
    season = rng.normal(0, 0.1, (200, 12))[:, t % 12]
    values = 100 * np.exp(growth + season + rng.normal(0, 0.05, (200, len(t))))
    known, after = values[:, :months], values[:, months:]
    own = np.abs(months_ahead(known, 12) - after).mean()
    assert own < np.abs(known[:, -12:] - after).mean()


def test_no_forecast_explodes() -> None:
    rng = np.random.default_rng(5)
    wild = np.exp(rng.normal(0, 1, (100, 60)).cumsum(axis=1) * 0.5)
    paths = bounded(member_paths(wild, 24)[0], wild)
    assert (paths <= 3 * wild[:, -24:].max(axis=1, keepdims=True) + 1e-9).all()
    assert (paths >= 0).all()
