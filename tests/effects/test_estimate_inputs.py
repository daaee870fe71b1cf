"""Series that cannot be judged are refused in one sentence, or graded down with the reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.effects.test_estimate import BEFORE, made_up, neighbours
from utfall.effects import estimate_effect
from utfall.errors import InvalidData, InvalidParameter
from utfall.evidence import Grade


def failing(found) -> set[str]:
    return {check.name for check in found.checks if not check.passed}


def test_less_than_a_season_before_the_start_is_refused():
    with pytest.raises(InvalidParameter, match="Only 8 periods come before"):
        estimate_effect(made_up(50)["2024-05":], "2025-01")


def test_less_than_eighteen_months_before_the_start_is_graded_down_and_said():
    found = estimate_effect(made_up(51, -0.2)["2023-10":], "2025-01")
    assert found.grade is Grade.D
    assert "Minst 18 perioder före start" in failing(found)
    assert "minst 18 perioder före start" in found.text()


def test_a_month_or_two_after_the_start_is_graded_down():
    found = estimate_effect(made_up(52)[:"2025-02"], "2025-01")
    assert found.grade is Grade.D
    assert "Minst 3 perioder efter start" in failing(found)


@pytest.mark.parametrize("start", ["2019-01", "2021-01", "2026-01"])
def test_a_start_outside_the_data_is_refused(start):
    with pytest.raises(InvalidParameter, match="outside the data, which cover 2021-01 to 2025-12"):
        estimate_effect(made_up(53), start)


def test_a_start_that_is_no_date_is_refused():
    with pytest.raises(InvalidParameter, match="'soon' is not a period"):
        estimate_effect(made_up(53), "soon")


@pytest.mark.parametrize("hide", ["gap", "nan"])
def test_a_missing_month_is_left_out_and_graded_down(hide):
    cost = made_up(54, -0.1)
    holed = cost.drop(cost.index[20]) if hide == "gap" else cost.where(cost.index != cost.index[20])
    found = estimate_effect(holed, "2025-01")
    assert found.relative == pytest.approx(estimate_effect(cost, "2025-01").relative, abs=0.01)
    assert found.grade is Grade.D
    assert "Inga perioder saknas" in failing(found)
    assert next(check.detail for check in found.checks if check.name == "Inga perioder saknas") == "september 2022"


def test_a_missing_month_after_the_start_is_neither_saved_nor_spent():
    cost = made_up(55, -0.1)
    found = estimate_effect(cost.drop(cost.index[BEFORE + 3]), "2025-01")
    assert found.path["saved"].isna().sum() == 1
    assert found.amount == pytest.approx(found.path["saved"].sum())
    assert "nan" not in found.table.to_text().lower()


def test_many_missing_months_are_refused_by_name():
    cost = made_up(56)
    with pytest.raises(InvalidData, match="2022-01: cost is missing"):
        estimate_effect(cost.drop(cost.index[12:20]), "2025-01")


@pytest.mark.parametrize("value", [0.0, -5.0])
def test_a_cost_that_is_not_positive_is_refused_by_month(value):
    cost = made_up(57)
    cost.iloc[10] = value
    with pytest.raises(InvalidData, match="2021-11: cost is"):
        estimate_effect(cost, "2025-01")


def test_a_series_that_never_moves_is_refused():
    flat = pd.Series(100.0, made_up(58).index)
    with pytest.raises(InvalidData, match="the same in every period"):
        estimate_effect(flat, "2025-01")
    with pytest.raises(InvalidData, match="the same in every period"):
        estimate_effect(flat, "2025-01", price_index=made_up(58))


def test_a_comparison_unit_that_never_moves_or_has_gaps_is_left_out_and_told():
    beside = neighbours(590)
    beside["enhet 0"] = 100.0
    beside.loc[beside.index[:30], "enhet 1"] = np.nan
    beside.loc[beside.index[3], "enhet 2"] = 0.0
    found = estimate_effect(made_up(59, -0.1), "2025-01", controls=beside)
    told = " ".join(found.warnings)
    assert all(name in told for name in ("enhet 0", "enhet 1", "enhet 2"))
    assert found.interval()[0] < -0.1 < found.interval()[1]


def test_no_usable_comparison_unit_leaves_the_series_alone():
    beside = pd.DataFrame({"enhet": 100.0}, index=made_up(60).index)
    found = estimate_effect(made_up(60, -0.1), "2025-01", controls=beside)
    assert found.grade is Grade.C
    assert not found.compared


@pytest.mark.parametrize("share", [-0.1, 1.2])
def test_a_profile_outside_zero_to_one_is_refused(share):
    cost = made_up(61)
    shares = pd.Series(share, cost.index[BEFORE:])
    with pytest.raises(InvalidParameter, match="between 0 and 1"):
        estimate_effect(cost, "2025-01", profile=shares)


@pytest.mark.parametrize("profile", ["ramp", "ramp(0)", "sudden", "delay(-1)"])
def test_an_unknown_profile_is_refused(profile):
    with pytest.raises(InvalidParameter, match="is not known"):
        estimate_effect(made_up(61), "2025-01", profile=profile)


def test_a_profile_that_lacks_a_month_is_refused_by_name():
    cost = made_up(61)
    with pytest.raises(InvalidParameter, match="2025-12"):
        estimate_effect(cost, "2025-01", profile=pd.Series(1.0, cost.index[BEFORE:-1]))


def test_an_index_that_does_not_reach_the_last_month_is_refused():
    cost = made_up(62)
    with pytest.raises(InvalidData, match="2025-12: price_index is missing"):
        estimate_effect(cost, "2025-01", price_index=pd.Series(1.0, cost.index[:-1]))


@pytest.mark.parametrize(
    ("index", "what"),
    [(pd.RangeIndex(60), "no dates as index"), (pd.date_range("2021-01-01", periods=60, freq="9D"), "9 days apart")],
)
def test_a_series_without_evenly_spaced_dates_is_refused(index, what):
    with pytest.raises(InvalidParameter, match=what):
        estimate_effect(made_up(63).set_axis(index), "2025-01")


def test_a_month_that_occurs_twice_is_refused():
    cost = made_up(64)
    with pytest.raises(InvalidData, match="has 2021-01 twice"):
        estimate_effect(pd.concat([cost, cost.iloc[:1]]), "2025-01")


def test_a_series_of_words_is_refused():
    cost = made_up(65).astype(object)
    cost.iloc[3] = "okänt"
    with pytest.raises(InvalidData, match="not a number"):
        estimate_effect(cost, "2025-01")


def test_months_in_any_order_are_put_in_order():
    cost = made_up(66, -0.1)
    assert (
        estimate_effect(cost.sample(frac=1, random_state=1), "2025-01").relative
        == estimate_effect(cost, "2025-01").relative
    )


def test_a_series_without_any_noise_is_judged_all_the_same():
    months = made_up(67).index
    exact = pd.Series(np.where(months >= pd.Period("2025-01", "M"), 90.0, 100.0), months)
    found = estimate_effect(exact, "2025-01")
    assert found.relative == pytest.approx(-0.1, abs=0.005)
    assert np.isfinite([*found.interval(), found.amount, found.minimum_detectable]).all()
