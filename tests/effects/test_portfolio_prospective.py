"""How long a proposed measure must run before it can be seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.effects.interrupted.inputs import read_observed
from utfall.effects.portfolio.joint import estimate_jointly
from utfall.effects.prospective import ALONE, COMPARED, HORIZON, VOLUME, prospective
from utfall.errors import InvalidParameter

MONTHS = pd.period_range("2020-01", periods=72, freq="M")


@pytest.fixture(scope="module")
def common():
    return np.random.default_rng(3).normal(0, 0.012, 72).cumsum()


@pytest.fixture(scope="module")
def cost(common):
    return pd.Series(1e6 * np.exp(common + np.random.default_rng(4).normal(0, 0.015, 72)), MONTHS)


def test_a_larger_effect_is_seen_sooner(cost):
    months = [prospective(cost, planned_share=share).frame["months"].iloc[0] for share in (0.08, 0.15, 0.3)]
    assert months == sorted(months, reverse=True)


def test_an_effect_that_comes_gradually_is_seen_later(cost):
    step, ramp = (prospective(cost, planned_share=0.12, profile=name).frame for name in ("step", "ramp(12)"))
    assert step["after-6"].iloc[0] < 0.7 * ramp["after-6"].iloc[0]


def test_what_cannot_be_seen_is_said_so_with_what_could(cost):
    prospect = prospective(cost, planned_share=0.01)
    assert prospect.months is None
    assert f"inom {HORIZON} månader" in prospect.text()
    assert "syns som minst" in prospect.text()
    assert "nan" not in prospect.table.to_text().lower()


def test_units_to_compare_with_make_it_visible_sooner(cost, common):
    rng = np.random.default_rng(5)
    units = pd.DataFrame({f"u{one}": 1e6 * np.exp(common + rng.normal(0, 0.01, 72)) for one in range(6)}, MONTHS)
    prospect = prospective(cost, planned_share=0.06, controls=units)
    seen = prospect.frame.set_index("basis")["after-12"]
    assert seen[COMPARED] < 0.8 * seen[ALONE]
    assert "jämförelseenheter" in prospect.text()


def test_the_volume_makes_it_visible_sooner_where_it_moves_the_cost():
    rng = np.random.default_rng(6)
    visits = pd.Series(100 * np.exp(rng.normal(0, 0.05, 72).cumsum()), MONTHS)
    cost = pd.Series(1e4 * visits.to_numpy() * np.exp(rng.normal(0, 0.02, 72)), MONTHS)
    seen = prospective(cost, planned_share=0.1, volume=visits).frame.set_index("basis")["after-12"]
    assert seen[VOLUME] < 0.7 * seen[ALONE]


@pytest.mark.slow
def test_what_is_foreseen_is_seen_in_about_four_cases_of_five():
    rng = np.random.default_rng(12)
    seen = 0
    for _ in range(60):
        log_cost = rng.normal(0, 0.03, 84)
        months = pd.period_range("2019-01", periods=84, freq="M")
        history = pd.Series(1e6 * np.exp(log_cost[:72]), months[:72])
        share = float(prospective(history, planned_share=0.1, price_index=history * 0 + 1).frame["after-12"].iloc[0])
        after = (np.arange(84) >= 72).astype(float)
        cost = pd.Series(1e6 * np.exp(log_cost + np.log1p(-share) * after), months)
        found = estimate_jointly(read_observed(cost, months[72], price_index=cost * 0 + 1), after[:, None])
        seen += found.mean[0] + 1.96 * np.sqrt(found.covariance[0, 0] + found.coincidence[0]) < 0
    # The allowance for unseen coincidences, of which there are none here, lets more be seen than promised.
    assert 0.7 <= seen / 60 <= 1.0


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 5])
def test_a_share_outside_zero_and_one_is_refused(cost, share):
    with pytest.raises(InvalidParameter, match="planned_share"):
        prospective(cost, planned_share=share)


def test_too_short_a_history_is_refused(cost):
    with pytest.raises(InvalidParameter, match="periods come before"):
        prospective(cost[:10], planned_share=0.1)


def test_a_prospect_is_a_plan_and_shows_itself(cost):
    prospect = prospective(cost, planned_share=0.1)
    assert prospect.grade == "D"
    assert "från minst tre år före starten" in prospect.text()
    assert prospect.to_dict()["frame"]
    assert prospect.plot().svg
