"""The interrupted series: against a second implementation, and against series whose effect is known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from utfall.effects.avoided import intensity
from utfall.effects.avoided.intensity import intensity_effect
from utfall.effects.avoided.intensity_placebo import placebos
from utfall.effects.avoided.usage import read_usage

MONTHS, START = 48, 36


def series(seed, *, correlation=0.0, drift=0.0, effect=0.0, ramp=1, sd=0.03, season=0.0, trend=0.0):
    rng = np.random.default_rng(seed)
    noise = np.zeros(MONTHS)
    shocks = rng.normal(0, sd, MONTHS)
    noise[0] = shocks[0]
    for month in range(1, MONTHS):
        noise[month] = correlation * noise[month - 1] + np.sqrt(1 - correlation**2) * shocks[month]
    at = np.arange(MONTHS)
    path = effect * np.clip((at - START + 1) / ramp, 0, 1)
    wave = season * np.cos(2 * np.pi * at / 12)
    return noise + rng.normal(0, drift, MONTHS).cumsum() + path + wave + trend * at / 12


@pytest.fixture
def one_noise(monkeypatch):
    """A grid of a single combination, so that its answer can be written down."""

    def only(correlation=0.0):
        monkeypatch.setattr(intensity, "CORRELATIONS", (correlation,))
        for name in ("LEVEL_STEPS", "TRENDS", "SEASONS", "EFFECT_STEPS"):
            monkeypatch.setattr(intensity, name, (0.0,))
        intensity._noises.cache_clear()

    yield only
    intensity._noises.cache_clear()


def test_with_white_noise_alone_it_is_the_difference_of_means_with_its_t_interval(one_noise):
    one_noise()
    y = series(1, effect=-0.1)
    drawn = intensity_effect(y, START, profile=(np.arange(MONTHS) >= START) * 1.0, draws=40_000).log_effect
    assert (drawn == drawn[:, :1]).mean() > 0.99 or np.ptp(drawn, axis=1).max() < 1e-3  # one step, the same every month
    expected = stats.ttest_ind(y[START:], y[:START])
    lo, hi = expected.confidence_interval(0.95)
    assert drawn.mean() == pytest.approx(y[START:].mean() - y[:START].mean(), abs=2e-4)
    assert np.quantile(drawn[:, -1], [0.025, 0.975]) == pytest.approx([lo, hi], abs=1e-3)


def test_with_one_autocorrelation_it_is_generalised_least_squares(one_noise):
    one_noise(0.4)
    y = series(2, correlation=0.4, effect=-0.1)
    step = (np.arange(MONTHS) >= START) * 1.0
    drawn = intensity_effect(y, START, profile=step, draws=40_000).log_effect[:, -1]
    apart = np.abs(np.subtract.outer(np.arange(MONTHS), np.arange(MONTHS)))
    fitted = sm.GLS(y, sm.add_constant(step), sigma=0.4**apart).fit()
    assert drawn.mean() == pytest.approx(fitted.params[1], abs=3e-4)
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx(fitted.conf_int()[1], abs=1.5e-3)


def test_a_month_that_is_not_usable_has_no_say():
    y, usable = series(3, effect=-0.1), np.ones(MONTHS, dtype=bool)
    usable[[20, 40]] = False
    wild = y.copy()
    wild[[20, 40]] = [5.0, np.nan]
    calm = intensity_effect(y, START, usable=usable).log_effect
    assert intensity_effect(wild, START, usable=usable).log_effect == pytest.approx(calm)


def test_leaving_a_month_out_is_the_same_as_not_having_it(one_noise):
    one_noise()
    y, usable = series(4, effect=-0.1), np.ones(MONTHS, dtype=bool)
    usable[[5, 6, 40]] = False
    step = (np.arange(MONTHS) >= START) * 1.0
    drawn = intensity_effect(y, START, usable=usable, profile=step, draws=40_000).log_effect[:, -1]
    kept = stats.ttest_ind(y[usable & (step == 1)], y[usable & (step == 0)]).confidence_interval(0.95)
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx(list(kept), abs=1e-3)


@pytest.mark.parametrize("ramp", [1, 6])
def test_an_undeclared_introduction_is_followed(ramp):
    found = intensity_effect(series(5, effect=-0.2, ramp=ramp, sd=0.005), START)
    assert max(found.ramps, key=found.ramps.get) == ramp
    path = found.log_effect.mean(axis=0)
    assert path == pytest.approx(-0.2 * np.clip(np.arange(1, 13) / ramp, 0, 1), abs=0.015)


def test_an_effect_that_fades_is_followed_down():
    y = series(6, effect=-0.2, sd=0.005)
    y[START:] += np.linspace(0, 0.2, MONTHS - START)
    path = intensity_effect(y, START).log_effect.mean(axis=0)
    assert path[0] == pytest.approx(-0.2, abs=0.03)
    assert path[-1] == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"correlation": 0.6},
        {"drift": 0.008},
        {"season": 0.05, "trend": 0.03},
        {"correlation": 0.4, "effect": -0.1, "ramp": 6},
        {"effect": -0.1, "drift": 0.008},
    ],
)
def test_intervals_hold_the_truth_whatever_the_noise(kind):
    inside = []
    for seed in range(60):
        drawn = intensity_effect(series(100 + seed, **kind), START, draws=1_000).log_effect.mean(axis=1)
        lo, hi = np.quantile(drawn, [0.025, 0.975])
        truth = (kind.get("effect", 0.0) * np.clip(np.arange(1, 13) / kind.get("ramp", 1), 0, 1)).mean()
        inside.append(lo <= truth <= hi)
    assert np.mean(inside) >= 0.9


def test_a_covariate_takes_its_own_part():
    rng = np.random.default_rng(7)
    z = rng.normal(0, 1, MONTHS) + 2 * (np.arange(MONTHS) >= START)
    y = series(70, effect=-0.1, sd=0.01) - 0.05 * z
    alone = intensity_effect(y, START).log_effect.mean()
    beside = intensity_effect(y, START, covariate=z).log_effect.mean()
    assert alone < -0.17
    assert beside == pytest.approx(-0.1, abs=0.02)


def test_adding_a_constant_changes_nothing_and_scaling_scales():
    y = series(8, effect=-0.1)
    base = intensity_effect(y, START).log_effect
    assert intensity_effect(y + 3.0, START).log_effect == pytest.approx(base, abs=1e-6)
    assert intensity_effect(2 * y, START).log_effect == pytest.approx(2 * base, abs=1e-6)


def test_placebos_find_nothing_in_noise_and_something_in_a_break():
    def use(y):
        period = pd.period_range("2021-01", periods=60, freq="M")
        return read_usage(
            pd.DataFrame({"period": period, "price": 1.0, "packages": 100 * np.exp(y), "need": 100}), "2025-01", None
        )

    rng = np.random.default_rng(9)
    found = [placebos(use(rng.normal(0, 0.03, 60)))["found"].any() for _ in range(20)]
    assert sum(found) <= 3
    broken = rng.normal(0, 0.01, 60)
    broken[36:] -= 0.2  # a year before the start that is claimed
    frame = placebos(use(broken))
    assert frame["found"].any()
    assert frame.loc[frame["found"], "start"].tolist() == [pd.Timestamp("2024-01-01")]
