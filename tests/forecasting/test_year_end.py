"""Year totals: what must hold for any series, whatever its sign, length or shape."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidData, InvalidParameter
from utfall.forecasting import year_end


def monthly(name: str, values: object, end: str = "2026-09-01") -> pd.DataFrame:
    y = np.asarray(values, dtype=float)
    return pd.DataFrame({"unique_id": name, "ds": pd.date_range(end=end, periods=len(y), freq="MS"), "y": y})


def seasonal(months: int, *, seed: int, level: float = 100.0, growth: float = 0.0, noise: float = 2.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    t = np.arange(months)
    return level * (1 + growth) ** (t / 12) * (1 + 0.2 * np.sin(2 * np.pi * t / 12)) + rng.normal(0, noise, months)


def test_a_noiseless_season_with_a_level_is_continued_exactly() -> None:
    values = seasonal(60, seed=0, noise=0.0)
    result = year_end(monthly("a", values[:57]))
    assert result.frame["mean"].iloc[0] == pytest.approx(values[48:60].sum(), rel=1e-9)


def test_turning_the_sign_around_turns_the_forecast_around() -> None:
    data = pd.concat([monthly(f"s{i}", seasonal(80, seed=i, growth=0.03)) for i in range(12)])
    cost, result = year_end(data).frame, year_end(data.assign(y=-data["y"])).frame
    np.testing.assert_allclose(result["mean"], -cost["mean"])
    np.testing.assert_allclose(result["lo-80"], -cost["hi-80"])
    np.testing.assert_allclose(result["hi-95"], -cost["lo-95"])


def test_path_and_to_date_sum_to_the_year() -> None:
    data = pd.concat([monthly(f"s{i}", seasonal(20 + 7 * i, seed=i)) for i in range(8)])
    result = year_end(data)
    summed = result.frame.set_index("unique_id")["to_date"] + result.path.groupby("unique_id")["mean"].sum()
    np.testing.assert_allclose(summed, result.frame.set_index("unique_id")["mean"].loc[summed.index], rtol=1e-12)
    assert list(result.path["ds"].dt.month.unique()) == [10, 11, 12]


def test_a_finished_year_is_its_own_sum_without_width() -> None:
    row = year_end(monthly("a", seasonal(48, seed=3), end="2025-12-01")).frame.iloc[0]
    assert row["mean"] == row["to_date"] == row["lo-95"] == row["hi-95"]
    assert row["reason"] == "året är avslutat"


@pytest.mark.parametrize("months", range(1, 13))
def test_a_short_series_gets_its_run_rate_and_says_why_it_has_no_interval(months: int) -> None:
    values = np.full(months, 10.0)
    values[0] = 12.0
    row = year_end(monthly("new", values)).frame.iloc[0]
    assert row["mean"] == pytest.approx(row["to_date"] + 3 * values.mean())
    assert np.isnan(row["lo-95"])
    assert "kort historik" in row["reason"]


def test_every_missing_number_has_a_reason() -> None:
    odd = [
        monthly("zero", np.zeros(50)),
        monthly("constant", np.full(50, -3.0)),
        monthly("stopped", np.r_[seasonal(40, seed=1), np.zeros(9)]),
        monthly("rare", (np.arange(50) % 17 == 0) * 40.0),
        monthly("mixed", np.random.default_rng(0).normal(0, 5, 50)),
        monthly("one", [5.0]),
        monthly("earlier", seasonal(30, seed=2), end="2026-03-01"),
    ]
    frame = year_end(pd.concat(odd)).frame
    missing = frame.drop(columns="reason").isna().any(axis=1)
    assert (frame.loc[missing, "reason"] != "").all()
    assert frame["mean"].notna().all()
    by_name = frame.set_index("unique_id")
    assert by_name.loc["zero", ["mean", "lo-95", "hi-95"]].tolist() == [0.0, 0.0, 0.0]
    assert by_name.loc["constant", "mean"] == pytest.approx(-36.0)
    assert by_name.loc["stopped", "mean"] == by_name.loc["stopped", "to_date"]


def test_a_level_shift_at_new_year_is_followed_and_not_averaged_away() -> None:
    values = seasonal(72, seed=5)
    values[48:] *= 1.6
    for month in (3, 6, 9):
        for year, end in ((48, 48 + month), (60, 60 + month)):
            known = monthly("pension", values[:end], end=f"{2026}-{month:02d}-01")
            forecast = year_end(known).frame["mean"].iloc[0]
            assert forecast == pytest.approx(values[year : year + 12].sum(), rel=0.04)


def test_a_total_is_the_sum_of_its_parts_and_its_interval_knows_they_do_not_err_together() -> None:
    data = pd.concat([monthly(f"u{i}", seasonal(90, seed=i, noise=8.0)) for i in range(40)])
    tree = pd.DataFrame({"child": [f"u{i}" for i in range(40)], "parent": [f"d{i % 2}" for i in range(40)]})
    tree = pd.concat([tree, pd.DataFrame({"child": ["d0", "d1"], "parent": "region"})])
    frame = year_end(data, hierarchy=tree).frame.set_index("unique_id")
    units = frame.loc[[f"u{i}" for i in range(40)]]
    for column in ("to_date", "mean"):
        assert frame.loc["region", column] == pytest.approx(units[column].sum(), abs=1e-6)
        assert frame.loc["d0", column] + frame.loc["d1", column] == pytest.approx(frame.loc["region", column])
    width = frame["hi-80"] - frame["lo-80"]
    # Independent noise: the total's width grows with the root of forty, a sum of widths with forty.
    assert 0.5 * np.sqrt(40) < width["region"] / width[units.index].mean() < 2 * np.sqrt(40)


def test_a_month_without_row_counts_as_zero_and_is_said() -> None:
    data = monthly("gap", seasonal(50, seed=1)).drop(index=20)
    assert any("gap" in text for text in year_end(data).warnings)


def test_a_row_without_number_is_refused_by_row() -> None:
    data = monthly("a", [1.0, np.nan, 3.0])
    with pytest.raises(InvalidData, match="row 2"):
        year_end(data)


def test_a_month_given_twice_is_refused() -> None:
    data = pd.concat([monthly("a", [1.0, 2.0]), monthly("a", [2.0])])
    with pytest.raises(InvalidData, match="second row for 2026-09"):
        year_end(data)


def test_a_level_that_is_not_a_percentage_is_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"0\.95"):
        year_end(monthly("a", [1.0]), levels=(0.95,))


def test_a_parent_handed_over_that_is_not_its_sum_is_refused() -> None:
    data = pd.concat([monthly("a", np.ones(30)), monthly("b", np.ones(30)), monthly("t", np.full(30, 3.0))])
    with pytest.raises(InvalidData, match="sum to 2"):
        year_end(data, hierarchy={"a": "t", "b": "t"})


def test_no_series_gives_an_empty_frame() -> None:
    empty = year_end(monthly("a", [])).frame
    assert list(empty.columns[:4]) == ["unique_id", "year", "to_date", "mean"]
    assert empty.empty
