"""How far a year so far strays by chance: the limits hold what they promise, and real events do not widen them."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from utfall.rootcause.signal.usual_variation import _trigamma_inverse, exceeds, limit, summed, usual_variation

YEARS = range(2019, 2027)


def spans(logs: np.ndarray, *, line: str = "drugs", level: float = -1e6) -> pd.DataFrame:
    """Spans of units whose logarithms, shape (units, years), are given."""
    return pd.DataFrame(
        [
            (f"u{unit}", line, year, level * np.exp(logs[unit, place]))
            for unit in range(len(logs))
            for place, year in enumerate(YEARS)
        ],
        columns=["unit", "line", "year", "actual"],
    )


def strayed(logs: np.ndarray, truth: np.ndarray, p: float) -> float:
    """Share of units whose last year strays from what could be expected by more than the limit at `p`."""
    frame = usual_variation(spans(logs))
    chance = -1e6 * (np.exp(logs[:, -1]) - np.exp(truth))
    return float((np.abs(chance) > limit(frame["sd"], frame["degrees"], p)).mean())


@pytest.mark.parametrize("p", [0.05, 0.01])
@pytest.mark.parametrize("spread", [0.0, 0.6])
def test_limits_around_a_steady_level_hold_what_they_promise(p, spread):
    """Yearly noise around a known path; units may be noisier or calmer than their kind (lognormal by `spread`)."""
    rng = np.random.default_rng(7)
    shares = []
    for _ in range(12):
        sd = 0.02 * np.exp(rng.normal(0, spread, 500))
        common = np.cumsum(rng.normal(0.03, 0.02, len(YEARS)))
        logs = common + rng.normal(0, 1, (500, len(YEARS))) * sd[:, None]
        shares.append(strayed(logs, np.full(500, common[-1]), p))
    assert 0.6 * p < np.mean(shares) < 1.2 * p


def test_where_levels_wander_the_limits_are_around_last_year():
    """A random walk: what could be expected is the level of the year before, and its whole change is chance."""
    rng = np.random.default_rng(8)
    logs = np.cumsum(rng.normal(0, 0.03, (1500, len(YEARS))), axis=1)
    assert strayed(logs, logs[:, -2], 0.05) == pytest.approx(0.05, abs=0.015)


def test_months_that_lean_on_each_other_are_no_trap():
    """Ten months with autocorrelation .6: √10 times a month's spread is far too little, whole spans are not."""
    rng = np.random.default_rng(9)
    units, months = 400, 12 * len(YEARS)
    noise = np.zeros((units, months))
    for month in range(1, months):
        noise[:, month] = 0.6 * noise[:, month - 1] + rng.normal(0, 0.05, units)
    monthly = 1e5 * (1 + noise).reshape(units, len(YEARS), 12)[:, :, :10]
    sums = monthly.sum(axis=2)
    frame = usual_variation(spans(np.log(sums / 1e6)))
    chance = np.abs(sums[:, -1] - 1e6)
    assert (chance > limit(frame["sd"], frame["degrees"], 0.05)).mean() == pytest.approx(0.05, abs=0.025)
    ranges = np.abs(np.diff(monthly.reshape(units, -1), axis=1)).mean(axis=1) / 1.128
    assert (chance > 1.96 * ranges * np.sqrt(10)).mean() > 0.2


def test_a_real_jump_years_ago_hardly_widens_a_units_limits():
    rng = np.random.default_rng(10)
    logs = rng.normal(0, 0.02, (300, len(YEARS)))
    jumped = logs.copy()
    jumped[0, 4:] += 0.5
    calm, after = (usual_variation(spans(rows)).iloc[0] for rows in (logs, jumped))
    level = np.exp(0.5)  # the same share of a higher level
    assert after["sd"] / level < 1.6 * calm["sd"]


def test_what_every_unit_did_is_not_a_single_units_chance():
    """Prices that rise 20 % everywhere one year leave the limits as they were."""
    rng = np.random.default_rng(11)
    logs = rng.normal(0, 0.02, (300, len(YEARS)))
    shocked = logs + np.where(np.arange(len(YEARS)) >= 4, 0.2, 0.0)
    calm, after = (usual_variation(spans(rows)) for rows in (logs, shocked))
    assert (after["sd"] / np.exp(0.2)).to_numpy() == pytest.approx(calm["sd"].to_numpy(), rel=1e-9)


def test_what_every_unit_did_is_told_apart_from_a_single_units_change():
    logs = np.tile(np.array([0, 0, 0, 0, 0, 0, 0, 0.1]), (20, 1)) + np.random.default_rng(1).normal(0, 1e-3, (20, 8))
    frame = usual_variation(spans(logs))
    assert frame["drift"].to_numpy() == pytest.approx(-1e6 * np.expm1(0.1), rel=0.03)


def test_a_series_without_a_year_before_is_not_judged():
    rows = spans(np.random.default_rng(2).normal(0, 0.02, (20, 8)))
    new = pd.DataFrame({"unit": ["new"], "line": ["drugs"], "year": [2026], "actual": [-5e5]})
    frame = usual_variation(pd.concat([rows, new], ignore_index=True)).set_index("unit")
    assert np.isnan(frame.at["new", "sd"])
    row = frame.loc[["new"]].assign(deviation=-9e9)
    assert exceeds(row["deviation"], row["sd"], row["degrees"]).isna().all()


def test_a_unit_with_one_year_before_leans_on_its_kind():
    rows = spans(np.random.default_rng(2).normal(0, 0.02, (200, 8)))
    young = pd.DataFrame({"unit": ["young"] * 2, "line": "drugs", "year": [2025, 2026], "actual": [-1e6, -1.1e6]})
    frame = usual_variation(pd.concat([rows, young], ignore_index=True)).set_index("unit")
    assert frame.at["young", "years"] == 0
    assert frame.at["young", "sd"] == pytest.approx(0.02e6, rel=0.2)
    assert frame.at["young", "degrees"] < frame.at["u0", "degrees"]


@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_short_history_says_nothing(years):
    rows = spans(np.random.default_rng(3).normal(0, 0.02, (2, 8)))
    assert usual_variation(rows[rows["year"] > 2026 - years])["sd"].isna().all()


def test_a_region_of_two_units_judges_each_by_its_own_years():
    rows = spans(np.random.default_rng(4).normal(0, 0.02, (2, 8)))
    frame = usual_variation(rows)
    assert frame["sd"].between(0.005e6, 0.08e6).all()


def test_sums_of_opposite_signs_and_zeros_are_passed_over():
    logs = np.random.default_rng(5).normal(0, 0.02, (30, 8))
    rows = spans(logs)
    odd = pd.DataFrame(
        {"unit": "odd", "line": "drugs", "year": list(YEARS), "actual": [-1e5, 2e4, 0.0, -1e5, 3e4, -1e5, 0.0, -2e5]}
    )
    frame = usual_variation(pd.concat([rows, odd], ignore_index=True)).set_index("unit")
    assert np.isnan(frame.at["odd", "sd"])
    assert frame.drop("odd")["sd"].notna().all()


def test_the_inverse_of_trigamma_is_an_inverse():
    for value in (0.01, 0.3, 1.6449340668482264, 20.0):
        assert float(special.polygamma(1, _trigamma_inverse(value))) == pytest.approx(value, rel=1e-8)
    assert _trigamma_inverse(np.pi**2 / 6) == pytest.approx(1.0)  # trigamma(1) = π²/6


def test_the_limit_is_students_quantile():
    assert limit(pd.Series([2.0]), pd.Series([13.0]), 0.05).iloc[0] == pytest.approx(2 * stats.t.ppf(0.975, 13))


def test_sums_of_series_have_the_variance_of_welch_and_satterthwaite():
    """Equal variances and degrees: n series of ν degrees make nν."""
    frame = pd.DataFrame({"line": "a", "sd": [2.0] * 9, "degrees": [10.0] * 9})
    total = summed(frame, ["line"]).iloc[0]
    assert total["sd"] == pytest.approx(6.0)
    assert total["degrees"] == pytest.approx(90.0)
