"""The effect on counts: a Poisson regression with offset."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.effects import estimate_effect
from utfall.effects.interrupted.effect import UNDECIDED
from utfall.errors import InvalidData, InvalidParameter

MONTHS = pd.period_range("2021-01", periods=60, freq="M")


def events(seed: int, effect: float = 0.0, *, rate: float = 40.0, at_risk: pd.Series | None = None) -> pd.Series:
    rng = np.random.default_rng(seed)
    after = pd.Period("2025-01", "M") <= MONTHS
    season = 1 + 0.2 * np.cos(2 * np.pi * MONTHS.month / 12)
    risk = 1.0 if at_risk is None else (at_risk / at_risk.mean()).to_numpy()
    return pd.Series(rng.poisson(rate * season * risk * np.where(after, 1 + effect, 1.0)), MONTHS)


def test_fewer_events_are_found():
    found = estimate_effect(events(1, -0.3), "2025-01", counts=True)
    assert found.interval()[0] < -0.3 < found.interval()[1] < 0
    assert found.verdict == "antalet blev lägre"
    assert "kr" not in found.text().split()


def test_more_at_risk_is_no_effect():
    at_risk = pd.Series(np.where(pd.Period("2025-01", "M") <= MONTHS, 150.0, 100.0), MONTHS)
    found = estimate_effect(events(2, at_risk=at_risk), "2025-01", volume=at_risk, counts=True)
    assert found.verdict == UNDECIDED
    assert found.measured == "antalet per volym"


def test_months_without_events_are_counts_too():
    rare = events(3, -0.5, rate=3.0)
    assert (rare == 0).any()
    found = estimate_effect(rare, "2025-01", counts=True)
    assert found.interval()[0] < -0.5 < found.interval()[1]


def test_counts_that_stray_more_than_poisson_get_wider_intervals():
    calm = events(4)
    wild = pd.Series(np.random.default_rng(4).negative_binomial(3, 3 / 43, 60), MONTHS)
    plain, found = (estimate_effect(counted, "2025-01", counts=True) for counted in (calm, wild))
    assert np.ptp(found.interval()) > 2 * np.ptp(plain.interval())


@pytest.mark.slow
def test_intervals_of_counts_hold_the_truth():
    held = []
    for seed in range(100, 140):
        low, high = estimate_effect(events(seed, -0.2), "2025-01", counts=True).interval()
        held.append(low <= -0.2 <= high)
    assert np.mean(held) >= 0.9


def test_too_few_events_are_refused():
    with pytest.raises(InvalidData, match="events after the start"):
        estimate_effect(events(5).where(pd.Period("2025-01", "M") > MONTHS, 0), "2025-01", counts=True)


def test_a_negative_count_is_refused():
    with pytest.raises(InvalidData, match="not negative"):
        estimate_effect(events(6) - 100, "2025-01", counts=True)


def test_counts_take_no_comparison_and_no_prices():
    with pytest.raises(InvalidParameter, match="on their own"):
        estimate_effect(events(7), "2025-01", counts=True, price_index=pd.Series(1.0, MONTHS))
