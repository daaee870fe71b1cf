"""What a forecast is made of: parts that sum to it, and words whose every number is theirs."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidParameter
from utfall.forecasting import Forecast, forecast
from utfall.forecasting.months.parts import PARTS, season_of_path
from utfall.presentation.numbers import amount, choose_unit

END = pd.Timestamp("2026-10-01")


def costs(count: int = 9, months: int = 72, trend: float = 0.0, season: float = 0.08, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ds = pd.date_range(end=END, periods=months, freq="MS")
    path = (1 + season * np.cos(2 * np.pi * (ds.month.to_numpy() - 7) / 12)) * np.exp(trend * np.arange(months) / 12)
    values = -12e6 * path * np.exp(rng.normal(0, 0.004, (count, months)))
    return pd.concat(
        [pd.DataFrame({"unique_id": f"s{number}", "ds": ds, "y": row}) for number, row in enumerate(values)]
    )


TREE = {f"s{number}": f"d{number % 3}" for number in range(9)} | {f"d{number}": "all" for number in range(3)}
EVENTS = pd.DataFrame(
    {
        "unique_id": ["s0", "s1", "s3", "s3"],
        "start": ["2027-03", "2025-05", "2027-01", "2027-02"],
        "change": [-1.0, 0.05, 0.1, -0.2],
        "name": ["Avtalsslut", "Nytt pris", "Nytt pris", "Färre platser"],
    }
)


@pytest.fixture(scope="module")
def told() -> Forecast:
    return forecast(costs(), 12, hierarchy=TREE, events=EVENTS)


def test_parts_sum_to_the_forecast_of_every_series_and_parent(told: Forecast) -> None:
    for name in told.series["unique_id"]:
        parts = told.parts(name)
        np.testing.assert_allclose(parts[list(PARTS)].sum(axis=1), parts["mean"], atol=1e-6)
        shown = told.frame[told.frame["unique_id"] == name]
        np.testing.assert_allclose(parts["mean"], shown["mean"], atol=1e-6)
        assert parts["ds"].tolist() == shown["ds"].tolist()


def test_a_parents_parts_are_the_sums_of_its_series(told: Forecast) -> None:
    for part in PARTS:
        summed = sum(told.parts(f"s{number}")[part] for number in range(9))
        np.testing.assert_allclose(told.parts("all")[part], summed, atol=1e-5)


def test_the_level_is_the_mean_of_the_latest_year() -> None:
    data = costs()
    latest = data[data["ds"] > END - pd.DateOffset(months=12)].groupby("unique_id")["y"].mean()
    result = forecast(data, 12)
    for name in ("s0", "s8"):
        np.testing.assert_allclose(result.parts(name)["level"], latest[name])


def test_the_level_is_counted_after_what_has_already_happened() -> None:
    data = costs()
    data.loc[(data["unique_id"] == "s0") & (data["ds"] >= "2026-07-01"), "y"] *= 1.25
    rows = pd.DataFrame({"unique_id": ["s0"], "start": ["2026-07"], "change": [0.25]})
    level = forecast(data, 12, events=rows).parts("s0")["level"].iloc[0]
    assert level == pytest.approx(1.25 * -12e6, rel=0.01)


def test_a_planted_season_is_found_and_no_trend_is_made_up() -> None:
    parts = forecast(costs(season=0.08), 12).parts("s4")
    planted = -12e6 * 0.08 * np.cos(2 * np.pi * (parts["ds"].dt.month.to_numpy() - 7) / 12)
    np.testing.assert_allclose(parts["season"], planted, atol=0.012 * 12e6)
    assert abs(parts["season"].sum()) < 1.0
    assert parts["trend"].abs().max() < 0.01 * 12e6


def test_a_month_is_forecast_alike_however_far_one_looks() -> None:
    data = costs(trend=0.03)
    short, long = (forecast(data, horizon).frame for horizon in (3, 30))
    joined = short.merge(long, on=["unique_id", "ds"])
    assert len(joined) == 27
    np.testing.assert_allclose(joined["mean_x"], joined["mean_y"])


def test_a_planted_trend_is_the_part_that_grows() -> None:
    parts = forecast(costs(trend=0.06, season=0.0), 12).parts("s2")
    assert parts["season"].abs().max() < 0.01 * abs(parts["level"].iloc[0])
    grown = parts["trend"].to_numpy() / parts["level"].to_numpy()
    assert 0.025 < grown[0] < 0.045  # the latest year's mean lies half a year back
    assert 0.06 < grown[-1] < 0.1
    assert 12 * np.polyfit(np.arange(12), grown, 1)[0] == pytest.approx(0.06, abs=0.015)


def test_the_season_of_a_path_is_told_apart_from_its_slope() -> None:
    season = np.array([3.0, -1.0, 0.0, -2.0, 1.0, -1.0, 4.0, -4.0, 0.5, -0.5, 2.0, -2.0])
    path = 100 + 0.7 * np.arange(24) + np.tile(season, 2)
    np.testing.assert_allclose(season_of_path(path[None])[0], season, atol=1e-9)


def test_the_events_part_is_the_sum_of_each_events_effect(told: Forecast) -> None:
    for name in ("s0", "s3", "d0", "all"):
        listed = told.events[told.events["unique_id"] == name].groupby("ds")["effect"].sum()
        parts = told.parts(name).set_index("ds")["events"]
        np.testing.assert_allclose(parts, listed.reindex(parts.index).fillna(0.0), atol=1e-5)
    assert set(told.events[told.events["unique_id"] == "all"]["name"]) == {"Avtalsslut", "Nytt pris", "Färre platser"}
    assert told.events[told.events["unique_id"] == "s1"].empty  # in force already: it is part of the level
    assert (told.events["effect"] != 0).all()


def test_events_that_meet_take_effect_one_on_the_other(told: Forecast) -> None:
    parts = told.parts("s3").set_index("ds")
    without = parts["mean"] - parts["events"]
    effects = told.events[told.events["unique_id"] == "s3"].pivot_table(index="ds", columns="name", values="effect")
    np.testing.assert_allclose(effects["Nytt pris"], 0.1 * without["2027-01-01":])
    np.testing.assert_allclose(effects["Färre platser"].dropna(), -0.2 * 1.1 * without["2027-02-01":])


def test_series_alone_need_no_reconciliation() -> None:
    assert (forecast(costs(), 12).all_parts["reconciliation"].abs() < 1e-6).all()


def test_short_empty_and_stopped_series_have_parts_too() -> None:
    ds = pd.date_range(end=END, periods=40, freq="MS")
    values = {
        "zero": np.zeros(40),
        "stopped": np.r_[np.full(30, 5.0), np.zeros(10)],
        "short": np.r_[np.full(37, np.nan), 3.0, 4.0, 5.0],
        "rare": np.tile(np.r_[9.0, np.zeros(11)], 4)[:40],
    }
    data = pd.concat([pd.DataFrame({"unique_id": name, "ds": ds, "y": y}).dropna() for name, y in values.items()])
    result = forecast(data, 30)
    assert result.all_parts.notna().all().all()
    np.testing.assert_allclose(result.all_parts[list(PARTS)].sum(axis=1), result.all_parts["mean"], atol=1e-9)
    assert (result.parts("short")["level"] == 4.0).all()


def test_every_number_of_the_explanation_is_in_the_frames(told: Forecast) -> None:
    for name in ("s0", "all"):
        parts, events = told.parts(name), told.events[told.events["unique_id"] == name]
        unit = choose_unit(abs(parts["level"].iloc[0]))
        said = told.explain(name)
        known = [parts["level"].iloc[0], parts["mean"].sum(), parts["season"].max(), parts["season"].min()]
        known += [*parts[list(PARTS)].sum(), *events.groupby("name")["effect"].sum(), events["effect"].sum()]
        written = {amount(value, unit).lstrip("−+") for value in known}
        figures = re.findall(r"[+−]?(\d[\d\u00a0]*(?:,\d+)?\u00a0(?:mkr|tkr|kr))", said)
        assert len(figures) >= 5
        assert set(figures) <= written


def test_the_explanation_names_level_season_and_the_events_with_their_months(told: Forecast) -> None:
    said = told.explain("s0").replace("\u00a0", " ")
    assert said.startswith("s0: nivån är −12,0 mkr i månaden")
    assert "juli 2027" in said
    assert "Avtalsslut från mars 2027" in said
    assert "Prognosen för november 2026–oktober 2027 blir sammanlagt" in said
    assert told.explain() == told.explain("all")


def test_a_series_without_season_trend_or_events_is_only_its_level() -> None:
    ds = pd.date_range(end=END, periods=40, freq="MS")
    said = forecast(pd.DataFrame({"unique_id": "rent", "ds": ds, "y": -100.0}), 3).explain("rent")
    assert said.replace("\u00a0", " ") == (
        "rent: nivån är −100 kr i månaden, medelvärdet av de senaste tolv månaderna på dagens nivå. "
        "Prognosen för november 2026–januari 2027 blir sammanlagt −300 kr."
    )


def test_the_chart_of_the_parts_ends_in_the_forecast(told: Forecast) -> None:
    chart = told.plot_parts("s0")
    last = chart.data[chart.data["series"] == "Prognos"].set_index("period")["value"]
    np.testing.assert_allclose(last, told.parts("s0").set_index("ds")["mean"], atol=1e-6)
    assert chart.title.startswith("s0: händelser påverkar mest, sammanlagt")
    assert chart.data["series"].iloc[0] == "Nivå"


def test_an_unknown_series_has_no_parts(told: Forecast) -> None:
    for ask in (told.parts, told.plot_parts, told.explain):
        with pytest.raises(InvalidParameter, match="no series 'x'"):
            ask("x")


def test_nothing_is_made_of_no_series() -> None:
    empty = forecast(pd.DataFrame({"unique_id": [], "ds": [], "y": []}), 3)
    assert empty.parts().empty
    assert "ingen serie" in empty.explain()
    with pytest.raises(InvalidParameter, match="no series in the forecast"):
        empty.plot_parts()
