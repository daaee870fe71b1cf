"""What the portfolio's statistics promise, held against simulations where the truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.effects.interrupted.design import make_design, season_columns
from utfall.effects.interrupted.inputs import read_observed
from utfall.effects.interrupted.posterior import reduce_design, weigh
from utfall.effects.portfolio.common_noise import joint_covariance, noise_correlation
from utfall.effects.portfolio.joint import detectable, estimate_jointly
from utfall.effects.portfolio.joint_posterior import weigh_jointly
from utfall.effects.portfolio.pooling import pool
from utfall.effects.portfolio.verdicts import CERTAIN, ERROR, ONGOING, UNDECIDED, WORSE, beyond_doubt, verdict

MONTHS = 84
PERIODS = pd.period_range("2019-01", periods=MONTHS, freq="M")
START = 48


def noise(rng):
    """Log cost without a measure: autocorrelation or a wandering level, trend, season and one-offs."""
    correlation, sd, step = rng.uniform(0, 0.7), rng.uniform(0.02, 0.06), 0.0
    if rng.random() < 0.5:
        sd, step = sd / 2, rng.uniform(0.004, 0.012)
    own = rng.normal(0, sd, MONTHS)
    own[1:] *= np.sqrt(1 - correlation**2)
    for month in range(1, MONTHS):
        own[month] += correlation * own[month - 1]
    number = np.arange(MONTHS)
    season = -0.15 * (number % 12 == 6) + 0.08 * (number % 12 == 11)
    one_offs = (rng.random(MONTHS) < 0.03) * rng.uniform(0.1, 0.4, MONTHS)
    return own + rng.normal(0, step, MONTHS).cumsum() + number / 12 * rng.uniform(-0.02, 0.06) + season + one_offs


def path(start, ramp):
    return np.clip((np.arange(MONTHS) - start + 1) / ramp, 0.0, 1.0)


def estimated(log_cost, paths, last=MONTHS):
    cost = pd.Series(1e6 * np.exp(log_cost[:last]), PERIODS[:last])
    return estimate_jointly(read_observed(cost, PERIODS[START], price_index=cost * 0 + 1), paths[:last])


def three_on_one_series(rng):
    """Three measures, begun one after the other on the same cost, with their truth."""
    starts = (START, rng.integers(54, 60), rng.integers(64, 72))
    paths = np.column_stack([path(start, ramp) for start, ramp in zip(starts, (6, 3, 1), strict=True)])
    truth = np.array([0.08, 0.1, 0.06]) * rng.uniform(0.5, 1.5, 3)
    return noise(rng) - paths @ truth, paths, truth


@pytest.fixture(scope="module")
def overlapping():
    rng = np.random.default_rng(3)
    cases = []
    for _ in range(120):
        log_cost, paths, truth = three_on_one_series(rng)
        effects = estimated(log_cost, paths)
        alone = sum(-estimated(log_cost, paths[:, [one]]).mean[0] for one in range(3))
        cases.append((pool(-effects.mean, joint_covariance([effects]), [0, 1, 2], draws=1000), truth, alone))
    return cases


@pytest.mark.slow
def test_the_joint_sum_of_overlapping_measures_is_the_truth_on_average(overlapping):
    truth = sum(truth.sum() for _, truth, _ in overlapping)
    joint = sum(drawn.mean(axis=0).sum() for drawn, _, _ in overlapping)
    assert joint / truth == pytest.approx(1.0, abs=0.05)


@pytest.mark.slow
def test_judged_one_by_one_they_would_be_counted_partly_twice(overlapping):
    truth = sum(truth.sum() for _, truth, _ in overlapping)
    assert sum(alone for _, _, alone in overlapping) / truth > 1.08


@pytest.mark.slow
def test_pooled_intervals_of_overlapping_measures_and_of_their_sum_cover_the_truth(overlapping):
    parts, sums = [], []
    for drawn, truth, _ in overlapping:
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        parts += list((low <= truth) & (truth <= high))
        low, high = np.quantile(drawn.sum(axis=1), [0.025, 0.975])
        sums.append(low <= truth.sum() <= high)
    assert np.mean(parts) >= 0.93
    assert np.mean(sums) >= 0.93


@pytest.mark.parametrize("kind", ["alike", "half of them nothing", "none of them anything"])
def test_pooling_covers_and_keeps_the_sum_whatever_measures_give(kind):
    rng = np.random.default_rng(11)
    covered, pooled, truth, claimed, all_right = [], 0.0, 0.0, 0.0, 0.0
    for _ in range(150):
        true = rng.normal(0.05, 0.05, 12) if kind == "alike" else np.zeros(12)
        if kind == "half of them nothing":
            true = np.where(rng.random(12) < 0.5, 0.0, rng.uniform(0.04, 0.15, 12))
        sd = rng.uniform(0.01, 0.08, 12)
        seen = rng.normal(true, sd)
        drawn = pool(seen, np.diag(sd**2), range(12), draws=1000)
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        covered.append(np.mean((low <= true) & (true <= high)))
        significant = seen > 1.96 * sd
        pooled, truth = pooled + drawn.mean(axis=0).sum(), truth + true.sum()
        claimed, all_right = claimed + seen[significant].sum(), all_right + true[significant].sum()
    assert np.mean(covered) >= 0.93
    assert pooled == pytest.approx(truth, rel=0.05, abs=150 * 12 * 0.003)
    # What pooling is for: the significant ones alone claim more than they gave.
    assert claimed > 1.1 * all_right


def test_pooling_lends_an_uncertain_series_what_the_same_measure_did_elsewhere():
    sd = np.array([0.01, 0.01, 0.01, 0.2])
    drawn = pool(np.array([0.2, 0.21, 0.19, 0.0]), np.diag(sd**2), [0, 0, 0, 0])
    assert drawn[:, 3].mean() == pytest.approx(0.2, abs=0.05)
    assert drawn[:, 3].std() < 0.1


def test_the_prior_is_learnt_from_the_measures_and_knows_no_plan():
    sd = np.full(8, 0.05)
    low = pool(np.full(8, 0.02), np.diag(sd**2), range(8))
    high = pool(np.full(8, 0.3), np.diag(sd**2), range(8))
    assert low.mean() == pytest.approx(0.02, abs=0.01)
    assert high.mean() == pytest.approx(0.3, abs=0.02)


@pytest.mark.slow
def test_looking_every_month_finds_no_more_than_promised_where_there_is_nothing():
    rng = np.random.default_rng(7)
    naive, bounded, judged = [], [], []
    for _ in range(60):
        log_cost = noise(rng)
        shares = path(START, 3)[:, None]
        found, certain = [], []
        for last in range(START + 3, START + 25, 3):
            effects = estimated(log_cost, shares, last)
            draws = pool(-effects.mean, joint_covariance([effects]), [0], draws=1000)[:, 0]
            low, high = np.quantile(draws, [0.025, 0.975])
            found.append(low > 0 or high < 0)
            certain.append(verdict(draws, 0.1, judged=False, base=1.0) != ONGOING)
        naive.append(any(found))
        bounded.append(any(certain))
        judged.append(found[-1])
    assert np.mean(bounded) <= ERROR
    assert np.mean(judged) <= 2 * ERROR  # once, in the month fixed beforehand; sixty series are few
    assert np.mean(naive) > np.mean(bounded)


def test_the_bound_that_holds_at_any_time_holds_for_estimates_that_gather_information():
    # The textbook case: a mean of independent observations, looked at after each of 500.
    rng = np.random.default_rng(1)
    draws = rng.normal(0, 0.3, (2000, 500))
    number = np.arange(1, 501)
    means = draws.cumsum(axis=1) / number
    sds = 0.3 / np.sqrt(number)
    ever = [any(beyond_doubt(mean, sd) for mean, sd in zip(row, sds, strict=True)) for row in means[:400]]
    assert np.mean(ever) <= ERROR
    often = np.abs(means[:400]) > 1.96 * sds
    assert often.any(axis=1).mean() > 5 * ERROR


def test_a_large_effect_is_seen_before_its_month_of_judgement():
    draws = np.random.default_rng(1).normal(10.0, 1.0, 4000)
    assert verdict(draws, 12.0, judged=False, base=100.0) == CERTAIN
    assert verdict(draws - 8.0, None, judged=False, base=100.0) == ONGOING


def test_a_measure_that_made_things_worse_is_said_to_have_done_so():
    draws = np.random.default_rng(1).normal(-10.0, 1.0, 4000)
    assert verdict(draws, 12.0, judged=True, base=100.0) == WORSE
    assert verdict(draws + 10.0, None, judged=True, base=100.0) == UNDECIDED


def test_one_measure_alone_is_weighed_as_by_the_estimate_of_one_measure():
    rng = np.random.default_rng(4)
    season, trend = season_columns(np.arange(MONTHS) % 12, 12), (np.arange(MONTHS) - START) / 12
    course = path(START, 6)[:, None]
    design = make_design(noise(rng), season=season, trend=trend, courses=course)
    reduced = reduce_design(design)
    joint = weigh_jointly(reduced, 1, compared=False, growth=0.02)
    single = weigh(reduced, [0], compared=False, growth=0.02).effect(0)
    assert joint.mean[0] == pytest.approx(single.expected, abs=0.003)
    assert np.sqrt(joint.covariance[0, 0]) == pytest.approx(single.spread, rel=0.05)


def test_what_could_be_seen_is_known_before_the_measure_and_does_not_depend_on_its_effect():
    log_cost = noise(np.random.default_rng(8))
    shares = path(START, 3)[:, None]
    without, large = (estimated(log_cost - effect * shares[:, 0], shares).planned_sd[0] for effect in (0.0, 0.5))
    assert without == pytest.approx(large)
    assert 0.01 < detectable(without) < 0.5


def test_noise_in_common_is_found_and_independent_noise_is_not_made_common():
    rng = np.random.default_rng(2)
    common = rng.standard_normal(48)
    alike = common + 0.5 * rng.standard_normal((3, 48))
    found = noise_correlation(np.vstack([alike, rng.standard_normal((3, 48))]))
    assert found[0, 1] > 0.6
    assert np.abs(found[:3, 3:]).max() < 0.3
    assert np.linalg.eigvalsh(found).min() >= 0


def test_estimates_on_series_with_the_same_noise_go_together():
    rng = np.random.default_rng(9)
    shared, shares = noise(rng), path(START, 3)[:, None]
    pair = [estimated(shared + 0.003 * rng.standard_normal(MONTHS), shares) for _ in range(2)]
    alone = [estimated(noise(rng), shares) for _ in range(2)]

    def correlation(effects):
        covariance = joint_covariance(effects)
        noise_part = covariance[0, 0] - effects[0].coincidence[0], covariance[1, 1] - effects[1].coincidence[0]
        return covariance[0, 1] / np.sqrt(np.prod(noise_part))

    assert correlation(pair) > 0.8
    assert abs(correlation(alone)) < 0.3
    assert np.linalg.eigvalsh(joint_covariance([*pair, *alone])).min() > 0
