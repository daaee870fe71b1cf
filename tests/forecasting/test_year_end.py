"""Year totals: what must hold for any series, whatever its sign, length or shape."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.forecasting import DATA, medicine_units, year_totals
from utfall.errors import InvalidData, InvalidParameter
from utfall.forecasting import year_end
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.panel import MONTHS
from utfall.forecasting.year.coherent import CoherentYears, EarlierYear


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


def region(units: int = 12, months: int = 93) -> tuple[pd.DataFrame, dict[str, str]]:
    """Units in two divisions: money moves to and fro between units of a division, whose own sum is steady."""
    rng = np.random.default_rng(7)
    swings = rng.normal(0, 1, (2, units // 2, months)).cumsum(axis=2)
    swings -= swings.mean(axis=1, keepdims=True)
    base = [seasonal(months, seed=unit, level=80.0 + unit, noise=0.3) for unit in range(units)]
    values = np.array(base) + 2.0 * swings.reshape(units, months)
    data = pd.concat([monthly(f"u{unit:02d}", np.maximum(row, 0.0)) for unit, row in enumerate(values)])
    tree = {f"u{unit:02d}": f"d{2 * unit // units}" for unit in range(units)} | {"d0": "region", "d1": "region"}
    return data, tree


def test_reconciled_totals_are_the_sum_of_their_parts_month_by_month_and_no_cost_turns_negative() -> None:
    data, tree = region()
    data["y"] *= 1e6
    data.loc[data["unique_id"] == "u03", "y"] *= 1e-6
    result = year_end(data, hierarchy=tree, reconciled=True)
    for frame in (result.frame.assign(ds=0), result.path, result.accumulated):
        wide = frame.pivot_table(index="ds", columns="unique_id", values="mean")
        for parent in ("d0", "d1", "region"):
            parts = wide[[child for child, above in tree.items() if above == parent]].sum(axis=1)
            np.testing.assert_allclose(wide[parent], parts, rtol=0, atol=0.005)
    assert (result.path["mean"] >= 0).all()
    assert (result.path["lo-95"].dropna() >= 0).all()


@pytest.mark.slow
def test_year_totals_are_nearer_the_truth_when_totals_have_a_say_where_parts_err_against_each_other() -> None:
    data, tree = region(months=96)
    shifted = data.assign(ds=data["ds"] + pd.DateOffset(months=3))  # the last month is December
    truth = shifted[shifted["ds"].dt.year == 2026].groupby("unique_id")["y"].sum()
    alone, together = [], []
    for month in (2, 4, 6):
        known = shifted[shifted["ds"] <= pd.Timestamp(2026, month, 1)]
        single = year_end(known).frame.set_index("unique_id")["mean"]
        whole = year_end(known, hierarchy=tree, reconciled=True).frame.set_index("unique_id")["mean"]
        for division in ("d0", "d1"):
            units = [child for child, above in tree.items() if above == division]
            alone.append(abs(single[units].sum() - truth[units].sum()))
            together.append(abs(whole[division] - truth[units].sum()))
        assert any("jämkas" in text for text in year_end(known, hierarchy=tree, reconciled=True).assumptions)
    assert np.sum(together) < 0.8 * np.sum(alone)


def test_without_reconciling_a_series_has_the_forecast_it_has_alone() -> None:
    data, tree = region()
    alone, summed = year_end(data).frame, year_end(data, hierarchy=tree).frame
    pd.testing.assert_series_equal(alone["mean"], summed["mean"][: len(alone)])


def test_totals_that_forecast_badly_on_their_own_are_left_the_sums_they_were() -> None:
    tree = Hierarchy(np.array(["a", "b", "t"], dtype=object), np.array([[True, True]]))
    rng = np.random.default_rng(0)
    known, actual = np.ones((2, 48)), np.ones((2, 3))
    # The total's errors are small on average years and wild in the year left out: they cannot be trusted.
    bad = [np.vstack([1 + rng.normal(0, 0.1, (2, 3)), 2 + scale * np.ones((1, 3))]) for scale in (0.05, 5, -5, 0.05)]
    years = CoherentYears(tree, [[EarlierYear(known, own, actual)] for own in bad])
    assert years.share == 0.0
    own = np.array([[1.0] * 3, [1.0] * 3, [9.0] * 3])
    np.testing.assert_array_equal(years.leaves(known, own), own[:2])
    assert CoherentYears(tree, [[EarlierYear(known, bad[0], actual)]]).share == 0.0


def test_a_unit_of_the_same_amount_every_month_is_not_moved_by_what_its_total_does() -> None:
    data, tree = region()
    for name, months in (("rent", 93), ("new rent", 14)):
        data = pd.concat([data, monthly(name, np.full(months, 50.0))])
        tree[name] = "d0"
    frame = year_end(data, hierarchy=tree, reconciled=True).frame.set_index("unique_id")
    assert frame.loc[["rent", "new rent"], ["mean", "lo-95", "hi-95"]].to_numpy() == pytest.approx(600.0)


def test_the_same_rows_in_another_order_give_the_same_year() -> None:
    data, tree = region()
    first, again = year_end(data, hierarchy=tree, reconciled=True), year_end(data, hierarchy=tree, reconciled=True)
    pd.testing.assert_frame_equal(first.frame, again.frame)
    mixed = year_end(data.sample(frac=1.0, random_state=3), hierarchy=tree, reconciled=True)
    for one, other in ((first.frame, mixed.frame), (first.path, mixed.path)):
        keys = [name for name in ("unique_id", "ds") if name in one]
        left, right = (frame.sort_values(keys).reset_index(drop=True) for frame in (one, other))
        pd.testing.assert_frame_equal(left, right, rtol=1e-9)


def test_the_probability_is_that_of_the_intervals_and_falls_as_more_is_asked() -> None:
    data = pd.concat([monthly(f"s{i}", seasonal(90, seed=i, noise=6.0)) for i in range(20)])
    result = year_end(data, levels=(80, 95, 71))
    for row in result.frame.itertuples():
        by_name = row._asdict()
        for level in (80, 95, 71):
            ends = result.frame.loc[row.Index, [f"lo-{level}", f"hi-{level}"]]
            expected = [0.5 + level / 200, 0.5 - level / 200]
            found = [result.probability(by_name["unique_id"], end) for end in ends]
            assert found == pytest.approx(expected)
        asked = np.linspace(0.5 * by_name["mean"], 1.5 * by_name["mean"], 50)
        chances = [result.probability(by_name["unique_id"], total) for total in asked]
        assert (np.diff(chances) <= 0).all()
        assert 0.0 <= chances[-1] < chances[0] <= 1.0


def test_the_probability_of_a_cost_is_that_of_the_income_turned_around() -> None:
    data = pd.concat([monthly(f"s{i}", seasonal(80, seed=i)) for i in range(12)])
    income, cost = year_end(data), year_end(data.assign(y=-data["y"]))
    total = float(income.frame["mean"].iloc[0]) + 5.0
    assert cost.probability("s0", -total) == pytest.approx(1.0 - income.probability("s0", total))


def test_what_is_booked_is_sure_and_what_cannot_be_tested_has_no_probability() -> None:
    finished = year_end(monthly("a", seasonal(48, seed=3), end="2025-12-01"))
    total = finished.frame["mean"].iloc[0]
    assert [finished.probability("a", amount) for amount in (total - 1, total, total + 1)] == [1.0, 1.0, 0.0]
    short = year_end(monthly("new", [5.0, 6.0, 7.0]))
    assert np.isnan(short.probability("new", 20.0))
    assert short.frame["reason"].iloc[0] != ""
    data = pd.concat([monthly(f"s{i}", seasonal(80, seed=i)) for i in range(12)])
    running = year_end(data)
    assert running.probability("s1", running.frame["to_date"].iloc[1]) == 1.0
    with pytest.raises(InvalidParameter, match="no series 'zz'"):
        running.probability("zz", 1.0)


def test_the_probability_is_right_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    walks = 200 + rng.normal(0, 3, (240, 96)) + rng.normal(0, 1.5, (240, 96)).cumsum(axis=1)
    data = pd.concat([monthly(f"w{i}", row, end="2026-12-01") for i, row in enumerate(walks)])
    result = year_end(data[data["ds"] <= "2026-05-01"])
    truth = data[data["ds"].dt.year == 2026].groupby("unique_id")["y"].sum()
    chances = np.array([result.probability(name, total) for name, total in truth.items()])
    fifths = np.histogram(chances, bins=5, range=(0, 1))[0] / len(chances)
    # Even fifths; the limits are three standard errors of 240 independent outcomes.
    assert np.abs(fifths - 0.2).max() < 3 * np.sqrt(0.2 * 0.8 / 240)


@pytest.mark.skipif(not DATA.is_dir(), reason="the public series are not here")
@pytest.mark.parametrize("month", range(1, MONTHS))
def test_no_month_of_a_real_year_is_forecast_worse_than_by_last_years_profile(month: int) -> None:
    whole = pd.read_parquet(DATA / "dev_series.parquet").rename(columns={"uid": "unique_id"})
    for name, series, year in (("dev", whole[whole["bench"]], 2020), ("medicines", medicine_units(), 2007)):
        found = year_totals(name, series, (year,), (month,)).iloc[0]
        for suffix in ("", " (median)"):
            assert found[f"utfall.year_end{suffix}"] <= found[f"last-year profile{suffix}"]


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
    assert list(empty.columns[:5]) == ["unique_id", "year", "to_date", "late", "mean"]
    assert empty.empty


@pytest.mark.parametrize("series", [None, "a", np.float64("nan")])
def test_a_year_of_no_series_cannot_be_drawn_and_says_so_in_one_sentence(series: object) -> None:
    with pytest.raises(InvalidParameter) as refused:
        year_end(monthly("a", [])).plot(series)
    assert str(refused.value).count(".") == 1
    assert "no series" in str(refused.value)
    assert "np." not in str(refused.value)


def test_a_level_with_decimals_is_written_whole_in_words_table_and_chart() -> None:
    data = pd.concat([monthly(f"s{n}", seasonal(81, seed=n)) for n in range(4)])
    result = year_end(data, levels=(97.5,))
    assert "Med 97,5 procents sannolikhet" in result.text()
    assert "Lägst (97,5\N{NO-BREAK SPACE}%)" in result.table.to_text()
    assert "97,5 % sannolikhet" in result.plot("s1").alt
