"""What the forecasts make of series that are short, empty, broken or ended."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidData, InvalidParameter
from utfall.forecasting import forecast, year_end

LAST = pd.Timestamp("2026-09-01")


def monthly(values: list[float] | np.ndarray, name: str = "a", last: pd.Timestamp = LAST) -> pd.DataFrame:
    months = pd.date_range(end=last, periods=len(values), freq="MS")
    return pd.DataFrame({"unique_id": name, "ds": months, "y": np.asarray(values, dtype=float)})


def seasonal(months: int = 60, level: float = 100.0, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    wave = 1 + 0.2 * np.sin(2 * np.pi * np.arange(months) / 12)
    return np.asarray(level * wave * np.exp(rng.normal(0, 0.03, months)))


def test_one_observation_is_carried_forward_without_an_interval_and_says_so() -> None:
    result = forecast(monthly([50.0]), 3)
    assert result.frame["mean"].tolist() == [50.0, 50.0, 50.0]
    assert result.frame["lo-80"].isna().all()
    assert "kort historik" in result.series["reason"].iloc[0]
    assert "för få" in result.series["reason"].iloc[0]
    assert year_end(monthly([50.0])).frame["mean"].tolist() == [200.0]


def test_a_series_of_zeros_stays_at_zero() -> None:
    result = forecast(monthly(np.zeros(48)), 6)
    assert (result.frame[["mean", "lo-95", "hi-95"]] == 0.0).all(axis=None)
    assert result.series["reason"].tolist() == ["alla månader är noll"]


def test_a_negative_month_among_costs_is_a_correction_and_not_a_habit() -> None:
    values = seasonal()
    corrected = values.copy()
    corrected[-8] = -40.0
    plain, told = (forecast(monthly(v), 12).frame["mean"].to_numpy() for v in (values, corrected))
    assert (told > 0).all()
    assert abs(told / plain - 1).mean() < 0.1


def test_a_month_without_rows_is_counted_as_zero_and_named() -> None:
    data = monthly(seasonal()).drop(index=[30, 41])
    result = forecast(data, 6)
    assert result.series["months"].tolist() == [60]
    assert any("Månader utan rader räknas som noll: a" in warning for warning in result.warnings)


def test_a_month_given_twice_is_refused_by_row() -> None:
    data = monthly(seasonal())
    with pytest.raises(InvalidData, match="row 61: a has a second row for 2026-09"):
        forecast(pd.concat([data, data.tail(1)]), 6)


def test_a_series_that_stopped_two_years_ago_is_forecast_at_zero_beside_the_living() -> None:
    stopped = np.concatenate([seasonal(60), np.zeros(24)])
    data = pd.concat([monthly(stopped, "ended"), monthly(seasonal(84), "living")])
    result = forecast(data, 12)
    ahead = result.frame.set_index("unique_id")["mean"]
    assert (ahead["ended"] == 0.0).all()
    assert (ahead["living"] > 50.0).all()
    assert "upphörd" in result.series.set_index("unique_id")["reason"]["ended"]


def test_a_series_whose_rows_end_two_years_before_the_others_is_named() -> None:
    data = pd.concat([monthly(seasonal(), "ended", pd.Timestamp("2024-09-01")), monthly(seasonal(84), "living")])
    assert any("slutar före de andra: ended" in warning for warning in forecast(data, 3).warnings)


def broken_among(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    months = pd.date_range(end=LAST, periods=30, freq="MS")
    values = 100 + rng.normal(0, 5, (count, 30))
    data = pd.DataFrame(
        {
            "unique_id": np.repeat([f"s{number:05d}" for number in range(count)], 30),
            "ds": np.tile(months, count),
            "y": values.ravel().astype(object),
        }
    )
    data.loc[5, "y"] = "tolv"
    data.loc[40 * 30 + 2, "y"] = np.inf
    data.loc[77 * 30 + 1, "ds"] = data.loc[77 * 30, "ds"]
    return data


@pytest.mark.slow
def test_three_broken_series_among_ten_thousand_are_named_and_the_others_forecast() -> None:
    result = forecast(broken_among(10_000), 3)
    assert result.frame["unique_id"].nunique() == 9_997
    assert np.isfinite(result.frame["mean"]).all()
    named = next(warning for warning in result.warnings if "utelämnade" in warning)
    assert named.startswith("Serier som inte går att läsa är utelämnade: s00000 (rad 6), s00040 (rad 1203), s00077")
    assert set(result.refused["unique_id"]) == {"s00000", "s00040", "s00077"}
    assert result.refused["row"].tolist() == [6, 1203, 2312]
    assert "'tolv', not a finite number" in result.refused["reason"].iloc[0]


def test_a_year_leaves_broken_series_out_and_names_them() -> None:
    result = year_end(broken_among(100))
    assert len(result.frame) == 97
    assert result.refused["unique_id"].tolist() == ["s00000", "s00040", "s00077"]


def test_no_part_of_a_total_may_be_left_out() -> None:
    data = broken_among(100)
    tree = dict.fromkeys(data["unique_id"].unique(), "total")
    for call in (lambda: forecast(data, 3, hierarchy=tree), lambda: year_end(data, hierarchy=tree)):
        with pytest.raises(InvalidData, match="row 6: y is 'tolv'"):
            call()


def test_an_empty_frame_gives_an_empty_forecast() -> None:
    empty = monthly([1.0]).head(0)
    assert forecast(empty, 3).frame.empty
    assert year_end(empty).frame.empty


def test_a_number_is_no_date() -> None:
    with pytest.raises(InvalidData, match=r"row 1: ds is .*202601.*, not a date"):
        forecast(monthly([1.0, 2.0]).assign(ds=[202601, 202602]), 1)


@pytest.mark.parametrize("levels", [80, ("80",), (), (0,)])
def test_a_level_that_is_no_percentage_is_refused(levels: object) -> None:
    with pytest.raises(InvalidParameter, match="give percentages"):
        forecast(monthly(seasonal()), 3, levels=levels)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [np.nan, None, np.inf])
def test_what_is_missing_is_said_in_plain_words(value: float | None) -> None:
    data = monthly(seasonal())
    data.loc[3, "y"] = value
    with pytest.raises(InvalidData, match=r"row 4: y is (missing|infinite), not a finite number") as said:
        forecast(data, 3)
    assert "np." not in str(said.value)


@pytest.mark.parametrize(
    ("levels", "horizon", "told"),
    [
        ([np.float64("nan")], 3, r"levels is \[missing\]"),
        (np.array([80.0, 120.0]), 3, r"levels is \[80\.0, 120\.0\]"),
        ((80,), np.float64("nan"), "horizon is missing"),
        ((80,), np.int64(0), "horizon is 0"),
    ],
)
def test_numbers_of_numpy_are_written_as_numbers(levels: object, horizon: object, told: str) -> None:
    with pytest.raises(InvalidParameter, match=told):
        forecast(monthly(seasonal()), horizon, levels=levels)


def test_a_forecast_of_no_series_cannot_be_drawn_and_says_so() -> None:
    result = forecast(monthly([]), 3)
    with pytest.raises(InvalidParameter, match="no series in the forecast"):
        result.plot()
