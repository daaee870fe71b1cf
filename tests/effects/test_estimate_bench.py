"""Real costs without any measure, the same with an effect injected, and published studies repeated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks import effects as bench
from benchmarks.effects_cases import Case

pytestmark = pytest.mark.skipif(not bench.BENCH.is_dir(), reason=f"there are no data in {bench.BENCH}")


@pytest.fixture(scope="module")
def studies() -> pd.DataFrame:
    return bench.published(bench.BENCH)


def test_every_published_study_is_reproduced(studies):
    assert studies.index[~studies["reproduced"]].tolist() == []


def test_the_way_errors_are_computed_matters_and_is_named():
    published = bench.quetiapine(bench.BENCH, "approx")[2]
    assert published == pytest.approx(602, abs=2)
    assert bench.quetiapine(bench.BENCH, "opg")[2] > 1.5 * published


def test_common_practice_finds_an_effect_of_the_seat_belt_law_on_those_it_did_not_cover(studies):
    roads = pd.read_csv(bench.BENCH / "seatbelts.csv")
    months = pd.PeriodIndex(roads["date"], freq="M")
    rear = pd.Series(roads["rear"].to_numpy(float), months)
    case = Case(rear, pd.Period("1983-02", "M"), None, None, None, "step", 0.0, len(rear), "", "none", 0.0)
    effect, error = bench.newey_west(case)
    assert effect > 1.96 * error  # it "rose"
    assert studies.loc["Seat belts, rear passengers, zero inside", "found"] == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("per_volume", [False, True])
def test_nothing_is_found_in_real_costs_where_nothing_was_done(per_volume):
    scored = bench.score(bench.real_windows(bench.BENCH, 150, per_volume=per_volume), compared=False)
    found = bench.summary(scored)
    assert found["false positives"] <= 0.08
    assert found["false positives common"] > 0.25


@pytest.mark.parametrize("per_volume", [False, True])
def test_injected_effects_lie_in_their_intervals(per_volume):
    found = bench.summary(bench.score(bench.injected(bench.BENCH, per_volume=per_volume), compared=False))
    assert found["coverage"] >= 0.90
    assert np.isfinite(found["RMSE"])
