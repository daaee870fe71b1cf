"""Known events in the forecast of a year: entered before the models, in the backtests too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidParameter
from utfall.forecasting import year_end

LAST = pd.Timestamp("2026-09-01")
MONTHS = pd.date_range("2020-01-01", LAST, freq="MS")


def units(count: int = 12, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    wave = 1 + 0.1 * np.sin(2 * np.pi * MONTHS.month / 12)
    values = [-100.0 * (1 + n) * wave * np.exp(rng.normal(0, 0.02, len(MONTHS))) for n in range(count)]
    return pd.DataFrame(
        {
            "unique_id": np.repeat([f"u{n}" for n in range(count)], len(MONTHS)),
            "ds": np.tile(MONTHS, count),
            "y": np.concatenate(values),
        }
    )


def event(name: str = "u3", start: str = "2026-11", **columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"unique_id": name, "start": start, "name": "händelse", **columns}])


def test_a_closing_leaves_only_the_months_before_it() -> None:
    data = units()
    plain, told = year_end(data), year_end(data, events=event(change=-1.0))
    ahead = told.path[told.path["unique_id"] == "u3"].set_index("ds")
    october = plain.path[plain.path["unique_id"] == "u3"].set_index("ds").loc["2026-10-01"]
    assert (ahead.loc["2026-11-01":, ["mean", "lo-95", "hi-95"]] == 0.0).all(axis=None)
    assert ahead.loc["2026-10-01", "mean"] == pytest.approx(october["mean"])
    row = told.frame.set_index("unique_id").loc["u3"]
    assert row["mean"] == pytest.approx(row["to_date"] + october["mean"])
    others = [name for name in data["unique_id"].unique() if name != "u3"]
    same = [result.frame.set_index("unique_id").loc[others, "mean"] for result in (plain, told)]
    pd.testing.assert_series_equal(*same)


def test_the_closing_is_in_the_total_and_its_interval() -> None:
    data = units()
    tree = dict.fromkeys(data["unique_id"].unique(), "total")
    plain, told = (
        year_end(data, hierarchy=tree, events=events).frame.set_index("unique_id")
        for events in (None, event("u11", "2026-10", change=-1.0))
    )
    leaves = told.drop(index="total")
    assert told.loc["total", "mean"] == pytest.approx(leaves["mean"].sum())
    lost = plain.loc["u11", "mean"] - plain.loc["u11", "to_date"]
    assert told.loc["total", "mean"] == pytest.approx(plain.loc["total", "mean"] - lost)
    width = {
        name: frame.loc["total", "hi-80"] - frame.loc["total", "lo-80"] for name, frame in (("p", plain), ("t", told))
    }
    assert width["t"] < width["p"]


def test_an_amount_a_month_is_added_to_each_month_it_is_in_force() -> None:
    data = units()
    plain, told = (
        year_end(data, events=events).frame.set_index("unique_id")["mean"]
        for events in (None, event(start="2026-11", amount=-50.0))
    )
    assert told["u3"] - plain["u3"] == pytest.approx(-100.0)


def test_a_revision_moved_to_another_month_is_forecast_better_than_without_the_register() -> None:
    """Wages rise 3 % each April, but 2026's revision comes in October."""
    data = units(30, seed=4)
    months = pd.date_range("2020-01-01", "2026-12-01", freq="MS")
    revised = [pd.Timestamp(year, 4, 1) for year in range(2020, 2026)] + [pd.Timestamp(2026, 10, 1)]
    level = pd.Series(1.03 ** np.array([sum(month >= day for day in revised) for month in months]), months)
    data["y"] *= data["ds"].map(level)
    known = pd.concat(
        [event(name, f"{day:%Y-%m}", change=0.03) for name in data["unique_id"].unique() for day in revised]
    )
    wave = 1 + 0.1 * np.sin(2 * np.pi * np.arange(10, 13) / 12)
    truth = {
        name: (-100.0 * (1 + n) * wave * level.iloc[-3:].to_numpy()).sum()
        for n, name in enumerate(data["unique_id"].unique())
    }
    errors = []
    for events in (None, known):
        frame = year_end(data, events=events).frame.set_index("unique_id")
        rest = frame["mean"] - frame["to_date"]
        errors.append(float((rest - pd.Series(truth)).abs().sum() / pd.Series(truth).abs().sum()))
    assert errors[1] < 0.8 * errors[0]


def test_earlier_years_are_forecast_without_knowing_what_came_later() -> None:
    data = units()
    changed = data["ds"].ge("2025-11-01") & data["unique_id"].eq("u3")
    data.loc[changed, "y"] *= 0.5
    plain, told = (
        year_end(data, events=events).backtest.query("unique_id == 'u3' and year == 2025")["forecast"].item()
        for events in (None, event(start="2025-11", change=-0.5))
    )
    assert told == pytest.approx(plain)
    knew = year_end(data, events=event(start="2025-11", change=-0.5, known_from="2025-06")).backtest
    foreseen = knew.query("unique_id == 'u3' and year == 2025").iloc[0]
    assert abs(foreseen["forecast"] - foreseen["actual"]) < 0.25 * abs(plain - foreseen["actual"])


def test_what_is_reckoned_with_is_said() -> None:
    told = year_end(units(), events=event(change=-1.0)).assumptions
    assert any("Inräknat: händelse från november 2026" in text for text in told)
    assert any("utöver de uppräknade" in text for text in told)
    later = year_end(units(), events=event(start="2027-02", change=-1.0)).assumptions
    assert not any("Inräknat" in text for text in later)


def test_events_do_not_go_with_reconciling_and_say_so() -> None:
    with pytest.raises(InvalidParameter, match="leave one of them out"):
        year_end(units(), events=event(change=-1.0), reconciled=True)


@pytest.mark.parametrize("months", [3, 12, 14, 24, 30])
def test_a_short_history_with_an_event_is_forecast_as_one_without(months: int) -> None:
    data = units(4).groupby("unique_id").tail(months)
    plain, told = (
        year_end(data, events=events).frame.set_index("unique_id")["mean"]
        for events in (None, event(start="2026-11", amount=-50.0))
    )
    assert told["u3"] - plain["u3"] == pytest.approx(-100.0)
    assert told["u1"] == pytest.approx(plain["u1"])


def test_an_event_that_turns_the_sign_keeps_the_mean_inside_its_interval() -> None:
    data = units()
    result = year_end(data, events=event("u0", "2026-10", amount=300.0))
    row = result.frame.set_index("unique_id").loc["u0"]
    assert row["lo-95"] <= row["lo-80"] <= row["mean"] <= row["hi-80"] <= row["hi-95"]
    assert result.probability("u0", float(row["mean"])) == pytest.approx(0.5)


def test_a_yearly_closing_is_expected_again() -> None:
    """Closed each December; the closings of 2023, 2024 and 2025 are in the register, that of 2026 is not."""
    data = units()
    shut = data["unique_id"].eq("u3") & data["ds"].dt.month.eq(12)
    data.loc[shut, "y"] = 0.0
    past = pd.concat([event("u3", f"{year}-12", end=f"{year}-12", change=-1.0) for year in (2023, 2024, 2025)])
    path = year_end(data, events=past).path
    december = path[(path["unique_id"] == "u3") & (path["ds"] == "2026-12-01")]
    assert december["mean"].item() == pytest.approx(0.0, abs=1.0)
