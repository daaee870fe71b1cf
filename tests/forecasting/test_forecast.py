"""The months ahead: what must hold for any series."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidData, InvalidParameter
from utfall.evidence import Grade
from utfall.forecasting import forecast
from utfall.forecasting.intervals.pooled import pooled_factor


def monthly(name: str, values: object, end: str = "2026-09-01") -> pd.DataFrame:
    y = np.asarray(values, dtype=float)
    return pd.DataFrame({"unique_id": name, "ds": pd.date_range(end=end, periods=len(y), freq="MS"), "y": y})


def many(count: int, months: int, seed: int, noise: float = 3.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    t = np.arange(months)
    season = 10 * np.sin(2 * np.pi * t / 12)
    walk = rng.normal(0, 1, (count, months)).cumsum(axis=1)
    values = 200 + season + walk + rng.normal(0, noise, (count, months))
    return pd.concat([monthly(f"s{number}", row) for number, row in enumerate(values)])


def test_the_months_follow_each_series_own_last_month() -> None:
    data = pd.concat([many(2, 40, 0), monthly("early", np.arange(30.0), end="2026-03-01")])
    frame = forecast(data, 3).frame
    first = frame.groupby("unique_id")["ds"].min()
    assert first["s0"] == pd.Timestamp("2026-10-01")
    assert first["early"] == pd.Timestamp("2026-04-01")
    assert (frame.groupby("unique_id").size() == 3).all()
    assert list(frame.columns) == ["unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95"]


def test_intervals_cover_what_comes_as_often_as_they_promise() -> None:
    data = many(300, 84, 4)
    cut = sorted(data["ds"].unique())[-12]
    frame = forecast(data[data["ds"] < cut], 12).frame
    joined = frame.merge(data, on=["unique_id", "ds"])
    for level, low, high in ((80, 0.77, 0.83), (95, 0.93, 0.97)):
        inside = joined["y"].between(joined[f"lo-{level}"], joined[f"hi-{level}"]).mean()
        assert low <= inside <= high


def test_the_forecast_beats_repeating_last_year_on_series_that_wander() -> None:
    data = many(100, 84, 5)
    cut = sorted(data["ds"].unique())[-12]
    known, after = data[data["ds"] < cut], data[data["ds"] >= cut]
    frame = forecast(known, 12).frame.merge(after, on=["unique_id", "ds"])
    naive = after.assign(y=known.groupby("unique_id").tail(12)["y"].to_numpy())
    assert (frame["mean"] - frame["y"]).abs().sum() < 0.85 * (naive["y"] - after["y"]).abs().sum()


def test_turning_the_sign_around_turns_the_forecast_around() -> None:
    data = many(15, 60, 6)
    cost, result = forecast(data, 6).frame, forecast(data.assign(y=-data["y"]), 6).frame
    np.testing.assert_allclose(result["mean"], -cost["mean"])
    np.testing.assert_allclose(result["lo-95"], -cost["hi-95"])


def test_parts_sum_to_totals_to_the_krona_and_costs_stay_costs() -> None:
    rng = np.random.default_rng(3)
    data = many(20, 70, 7).assign(y=lambda d: -d["y"] * 1e4)
    rare = monthly("rare", (rng.random(70) < 0.2) * -5e5)
    tree = {f"s{number}": f"d{number % 3}" for number in range(20)} | {"rare": "d0"}
    tree |= {f"d{number}": "region" for number in range(3)}
    frame = forecast(pd.concat([data, rare]), 12, hierarchy=tree).frame
    wide = frame.pivot_table(index="ds", columns="unique_id", values="mean")
    leaves = wide[[*[f"s{number}" for number in range(20)], "rare"]]
    np.testing.assert_allclose(leaves.sum(axis=1), wide["region"], atol=0.005)
    np.testing.assert_allclose(wide[["d0", "d1", "d2"]].sum(axis=1), wide["region"], atol=0.005)
    assert (leaves <= 0).all().all()
    assert (frame[frame["unique_id"] == "rare"]["hi-95"] <= 0).all()


def test_every_missing_interval_has_a_reason_and_no_mean_is_missing() -> None:
    odd = [
        monthly("zero", np.zeros(40)),
        monthly("constant", np.full(40, 7.0)),
        monthly("stopped", np.r_[np.full(40, 9.0), np.zeros(8)]),
        monthly("one", [4.0]),
        monthly("mixed", np.random.default_rng(1).normal(0, 3, 45)),
    ]
    result = forecast(pd.concat(odd), 12)
    assert result.frame["mean"].notna().all()
    missing = result.frame[result.frame.isna().any(axis=1)]["unique_id"].unique()
    reasons = result.series.set_index("unique_id")["reason"]
    assert (reasons[missing] != "").all()
    totals = result.frame.groupby("unique_id")["mean"].sum()
    assert totals[["zero", "constant", "stopped"]].tolist() == [0.0, 84.0, 0.0]


def test_a_january_licence_is_expected_in_january() -> None:
    values = np.tile(np.r_[np.zeros(8), -500.0, np.zeros(3)], 5)
    frame = forecast(monthly("licence", values, end="2026-04-01"), 12).frame
    booked = frame[frame["mean"] != 0]
    assert booked["ds"].dt.month.tolist() == [1]
    assert booked["mean"].iloc[0] == pytest.approx(-500, rel=0.02)


def test_a_recent_jump_is_followed() -> None:
    rng = np.random.default_rng(0)
    values = np.r_[np.full(60, 100.0), np.full(5, 160.0)] + rng.normal(0, 2, 65)
    result = forecast(monthly("pension", values), 12)
    np.testing.assert_allclose(result.frame["mean"], 160, rtol=0.05)
    assert "nivåskifte maj 2026" in result.series["reason"].iloc[0]


def test_beyond_what_could_be_tested_the_reader_is_told() -> None:
    result = forecast(many(10, 48, 1), 60)
    assert any("framskriven" in text for text in result.warnings)
    width = result.frame["hi-80"] - result.frame["lo-80"]
    assert width.iloc[59] > width.iloc[22]


def test_a_result_shows_itself_and_becomes_json() -> None:
    tree = {f"s{number}": "region" for number in range(12)}
    result = forecast(many(12, 60, 2), 12, hierarchy=tree)
    total = result.frame[result.frame["unique_id"] == "region"]["mean"].sum()
    assert f"{total:.0f}".replace(",", " ")[:1] in result.text()
    told = {row["unique_id"]: row["total"] for row in result.to_dict()["series"]}
    assert told == pytest.approx(result.frame.groupby("unique_id")["mean"].sum().to_dict()), "the sum told is kept"
    assert "oktober 2026–september 2027" in result.text()
    assert "<caption>" not in result.table.to_text()
    assert result.plot("s3").title.startswith("s3:")
    json.dumps(result.to_dict())
    assert result.grade in (Grade.B, Grade.C)


def test_an_unknown_series_cannot_be_drawn() -> None:
    with pytest.raises(InvalidParameter, match="no series 'x'"):
        forecast(many(2, 40, 1), 3).plot("x")


@pytest.mark.parametrize("horizon", [0, 121, 1.5])
def test_a_horizon_outside_ten_years_is_refused(horizon: float) -> None:
    with pytest.raises(InvalidParameter, match="horizon is"):
        forecast(monthly("a", [1.0, 2.0]), horizon)  # type: ignore[arg-type]


def test_a_frame_without_columns_is_refused() -> None:
    with pytest.raises(InvalidData, match="unique_id is missing"):
        forecast(pd.DataFrame({"ds": [], "y": []}), 3)


def test_pooled_factors_cover_new_errors_also_when_there_are_few() -> None:
    rng = np.random.default_rng(0)
    for count in (8, 30, 500):
        factors = [pooled_factor(np.abs(rng.normal(0, 1, count)), 95) for _ in range(400)]
        inside = np.mean([np.mean(np.abs(rng.normal(0, 1, 50)) <= factor) for factor in factors])
        assert 0.93 <= inside <= 0.985
