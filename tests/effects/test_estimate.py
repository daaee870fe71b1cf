"""The effect of a measure on one series: what it promises, and what it must not claim."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.effects import newey_west, score, summary
from benchmarks.effects_cases import draw_case
from utfall.effects import Effect, estimate_effect
from utfall.effects.interrupted.effect import UNDECIDED
from utfall.errors import InvalidParameter
from utfall.evidence import Grade

BEFORE, AFTER = 48, 12


def made_up(seed: int, effect: float = 0.0, *, sd: float = 0.02, profile: np.ndarray | None = None) -> pd.Series:
    """A monthly cost with season, trend and noise, and an effect from January 2025."""
    rng = np.random.default_rng(seed)
    months = pd.period_range("2021-01", periods=BEFORE + AFTER, freq="M")
    shares = np.ones(AFTER) if profile is None else profile
    course = np.r_[np.zeros(BEFORE), shares] * np.log1p(effect)
    season = -0.08 * (months.month == 7) + 0.04 * (months.month == 12)
    log = 15 + 0.02 * np.arange(BEFORE + AFTER) / 12 + season + course + rng.normal(0, sd, BEFORE + AFTER)
    return pd.Series(np.exp(log), months)


def neighbours(seed: int, count: int = 6) -> pd.DataFrame:
    return pd.DataFrame({f"enhet {number}": made_up(seed + 1 + number) for number in range(count)})


@pytest.fixture(scope="module")
def lowered() -> Effect:
    return estimate_effect(made_up(1, -0.1), "2025-01", controls=neighbours(100))


def test_a_planted_lowering_is_found_within_its_interval(lowered):
    low, high = lowered.interval()
    assert low < -0.1 < high < 0
    assert lowered.relative == pytest.approx(-0.1, abs=0.02)
    assert lowered.verdict == "kostnaden blev lägre"
    assert lowered.grade is Grade.B


def test_what_was_saved_is_the_cost_that_did_not_arise(lowered):
    without = made_up(1, 0.0)["2025-01":].sum()
    truth = without - made_up(1, -0.1)["2025-01":].sum()
    low, high = lowered.amount_interval()
    assert low < truth < high
    assert lowered.amount == pytest.approx(lowered.path["saved"].sum())
    assert (lowered.path["counterfactual"] - lowered.path["actual"]).tolist() == pytest.approx(lowered.path["saved"])


def test_the_path_says_the_same_as_the_mean(lowered):
    assert np.expm1(np.log1p(lowered.path["effect"]).mean()) == pytest.approx(lowered.relative)
    assert (lowered.path["lo"] <= lowered.path["effect"]).all()
    assert (lowered.path["effect"] <= lowered.path["hi"]).all()


def test_a_wider_promise_gives_a_wider_interval(lowered):
    assert lowered.interval(0.99)[0] < lowered.interval(0.95)[0] < lowered.interval(0.5)[0]
    assert lowered.interval(0.5)[1] < lowered.interval(0.95)[1] < lowered.interval(0.99)[1]


def test_probabilities_fall_as_the_plan_grows(lowered):
    amounts = [0.0, lowered.amount, 3 * lowered.amount]
    found = [lowered.probability(at_least=amount) for amount in amounts]
    assert found[0] > 0.99
    assert found[1] == pytest.approx(0.5, abs=0.1)
    assert found[2] < 0.01


def test_an_effect_that_is_not_there_cannot_be_told():
    found = estimate_effect(made_up(2), "2025-01")
    assert found.verdict == UNDECIDED == "kan inte avgöras"
    assert "kan inte avgöras" in found.text()
    low, high = found.interval()
    assert low < 0 < high


def test_a_cost_that_rose_is_said_to_have_risen():
    found = estimate_effect(made_up(3, 0.15), "2025-01")
    assert found.verdict == "kostnaden blev högre"
    assert found.amount < 0
    assert "ökning" in found.text()


@pytest.mark.parametrize("factor", [1e-6, 1e9])
def test_the_currency_does_not_matter(factor):
    cost = made_up(4, -0.1)
    plain, scaled = (estimate_effect(one, "2025-01") for one in (cost, cost * factor))
    assert scaled.relative == pytest.approx(plain.relative, abs=1e-6)
    assert scaled.amount == pytest.approx(plain.amount * factor, rel=1e-5)


def test_the_same_data_give_the_same_figures():
    first, second = (estimate_effect(made_up(5, -0.05), "2025-01") for _ in range(2))
    assert first.to_dict() == second.to_dict()


def test_dates_and_periods_mean_the_same_months():
    cost = made_up(6, -0.1)
    dated = cost.set_axis(cost.index.to_timestamp())
    found = estimate_effect(dated, pd.Timestamp("2025-01-01"))
    assert found.relative == estimate_effect(cost, "2025-01").relative
    assert isinstance(found.path.index, pd.DatetimeIndex)
    assert found.path.index[0] == pd.Timestamp("2025-01-01")


def test_a_price_rise_that_the_index_shows_is_no_effect():
    months = made_up(7).index
    index = pd.Series(np.where(months >= pd.Period("2025-01", "M"), 1.1, 1.0), months)
    assert estimate_effect(made_up(7) * index, "2025-01").interval()[0] > 0
    fixed = estimate_effect(made_up(7) * index, "2025-01", price_index=index)
    assert fixed.interval()[0] < 0 < fixed.interval()[1]


def test_more_patients_at_a_lower_cost_each_is_a_lower_cost_per_volume():
    cost = made_up(8, -0.1)
    rising = pd.Series(np.linspace(100.0, 250.0, len(cost)), cost.index)
    found = estimate_effect(cost * rising, "2025-01", volume=rising)
    assert found.measured == "kostnaden per volym"
    assert found.interval()[0] < -0.1 < found.interval()[1] < 0


def test_comparison_units_take_out_what_the_region_has_in_common():
    rng = np.random.default_rng(9)
    common = np.exp(np.cumsum(rng.normal(0, 0.02, BEFORE + AFTER)))
    cost = made_up(9, -0.08).mul(common)
    beside = neighbours(900).mul(common, axis=0)
    alone, compared = estimate_effect(cost, "2025-01"), estimate_effect(cost, "2025-01", controls=beside)
    assert np.ptp(compared.interval()) < 0.7 * np.ptp(alone.interval())
    assert compared.verdict == "kostnaden blev lägre"


def test_units_that_have_nothing_in_common_are_not_relied_on():
    rng = np.random.default_rng(10)
    months = made_up(10).index
    unrelated = pd.DataFrame(np.exp(15 + rng.normal(0, 0.3, (len(months), 3)).cumsum(axis=0)), months)
    found = estimate_effect(made_up(10, -0.1), "2025-01", controls=unrelated.add_prefix("enhet "))
    assert found.interval()[0] < -0.1 < found.interval()[1]
    assert found.grade is Grade.C
    assert not {check.name: check.passed for check in found.checks}["Serien följer jämförelseserierna"]


def test_every_sentence_and_figure_survives_the_appendix(lowered):
    kept = json.loads(json.dumps(lowered.to_dict()))
    assert kept["text"] == lowered.text()
    assert len(kept["path"]) == AFTER
    assert kept["grade"] == "B"
    assert "NaN" not in json.dumps(kept)


def test_it_shows_itself_with_picture_table_and_method(lowered):
    shown = lowered._repr_mimebundle_()
    assert "<svg" in shown["text/html"]
    assert "Utan åtgärden" in shown["text/html"]
    assert "Evidensgrad B" in shown["text/plain"]
    assert not {"nan", "NaN", "None"} & set(shown["text/plain"].split())


def test_the_printed_months_add_up_to_the_whole_period(lowered):
    rows = lowered.table.frame
    assert rows["saved"].iloc[-1] == pytest.approx(rows["saved"].iloc[:-1].sum())


@pytest.mark.parametrize("level", [95, 0.0, 1.0])
def test_a_level_that_is_no_share_is_refused(lowered, level):
    with pytest.raises(InvalidParameter, match=r"0\.95"):
        lowered.interval(level)
    with pytest.raises(InvalidParameter):
        estimate_effect(made_up(1), "2025-01", level=level)


@pytest.mark.parametrize(
    ("frequency", "periods", "start"),
    [("Q", 40, "2018Q1"), ("Y", 30, "2005"), ("W", 160, "2012-06-04"), ("D", 120, "2010-03-15")],
)
def test_quarters_years_weeks_and_days_are_judged_too(frequency, periods, start):
    index = pd.period_range(pd.Period({"Y": "1980"}.get(frequency, "2010"), frequency), periods=periods, freq=frequency)
    after = index >= pd.Period(start, frequency)
    log = 5 + np.random.default_rng(11).normal(0, 0.02, periods) + np.log(0.8) * after
    found = estimate_effect(pd.Series(np.exp(log), index), start)
    assert found.interval()[0] < -0.2 < found.interval()[1] < 0
    assert found.plot().svg


@pytest.mark.slow
def test_made_up_measures_are_covered():
    compared = summary(score((draw_case(seed) for seed in range(5000, 5180)), compared=True))
    alone = summary(score((draw_case(seed) for seed in range(5000, 5180)), compared=False))
    for one, error in ((compared, 3.5), (alone, 4.0)):
        assert one["coverage"] >= 0.92
        assert one["RMSE"] <= error
    # The common practice on the same series promises more than it holds.
    assert compared["coverage common"] < 0.85
    assert compared["RMSE"] < compared["RMSE common"]


@pytest.mark.slow
def test_measures_that_did_nothing_are_seldom_claimed():
    empty = [case for case in map(draw_case, range(5000, 5450)) if case.shape == "none"]
    found = summary(score(empty, compared=True))
    assert found["cases"] == 90
    assert found["false positives"] <= 0.08
    assert found["false positives common"] > 0.15


def test_the_common_practice_is_what_it_is_said_to_be():
    # A second implementation, statsmodels', of what the benchmark compares with.
    import statsmodels.api as sm

    case = draw_case(3)
    months = pd.PeriodIndex(case.cost.index)
    season = (months.month.to_numpy()[:, None] == np.arange(2, 13)).astype(float)
    after = np.asarray(months >= case.start, dtype=float)
    columns = np.column_stack([np.ones(len(months)), np.arange(len(months)), season, after])
    series = np.log(case.cost.to_numpy()) - np.log(case.price_index.to_numpy())
    lags = int(4 * (len(months) / 100) ** (2 / 9))
    fit = sm.OLS(series, columns).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    assert newey_west(case) == pytest.approx((fit.params[-1], fit.bse[-1]))
