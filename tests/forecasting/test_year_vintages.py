"""Year totals of a ledger that is booked late: what is waited for, and how wide that makes the intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidData
from utfall.forecasting import year_end
from utfall.forecasting.panel import read_panel
from utfall.forecasting.year.origins import Origins
from utfall.forecasting.year.vintages import CREDIBLE, WINDOW, Vintages

END = pd.Timestamp("2026-10-01")


def late_ledger(series=6, years=8, *, seed=1, share=0.05, spread=0.02, noise=2.0, until="2026-12-01"):
    """Whole series, and what of each month was booked one and two closings later."""
    rng = np.random.default_rng(seed)
    months = pd.date_range(end=until, periods=12 * years, freq="MS")
    whole, late = [], []
    for number in range(series):
        season = 1 + 0.2 * np.sin(2 * np.pi * months.month.to_numpy() / 12)
        y = 100.0 * (1 + number) * season + rng.normal(0, noise * (1 + number), len(months))
        name = f"s{number}"
        whole.append(pd.DataFrame({"unique_id": name, "ds": months, "y": y}))
        for delay, part in ((1, 0.7), (2, 0.3)):
            amount = y * part * (share + rng.normal(0, spread, len(months)))
            vintage = months + pd.DateOffset(months=delay)
            late.append(pd.DataFrame({"unique_id": name, "ds": months, "vintage": vintage, "y": amount}))
    return pd.concat(whole, ignore_index=True), pd.concat(late, ignore_index=True)


def as_booked(whole, late, month):
    """The series and the vintages as anyone had them when the books of a month closed, reckoned row by row."""
    known = whole[whole["ds"] <= month].set_index(["unique_id", "ds"])["y"]
    later = late[(late["vintage"] > month) & (late["ds"] <= month)].groupby(["unique_id", "ds"])["y"].sum()
    return known.sub(later, fill_value=0.0).reset_index(), late[late["vintage"] <= month]


def test_with_nothing_late_the_year_is_what_it_is_without_vintages():
    whole, late = late_ledger(until=END)
    plain, empty = year_end(whole), year_end(whole, vintages=late.iloc[:0])
    for name in ("frame", "path", "accumulated", "known", "spread", "backtest"):
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(empty, name))
    assert plain.assumptions == empty.assumptions
    assert (plain.frame["late"] == 0.0).all()


def test_booked_waited_for_and_to_come_add_up_to_the_year_at_every_level():
    series, vintages = as_booked(*late_ledger(), END)
    hierarchy = {f"s{number}": "even" if number % 2 == 0 else "odd" for number in range(6)} | {"even": "t", "odd": "t"}
    result = year_end(series, hierarchy=hierarchy, vintages=vintages)
    frame = result.frame.set_index("unique_id")
    ahead = result.path.groupby("unique_id")["mean"].sum()
    pd.testing.assert_series_equal(
        frame["to_date"] + frame["late"] + ahead.reindex(frame.index), frame["mean"], check_names=False
    )
    booked = series[series["ds"].dt.year == END.year].groupby("unique_id")["y"].sum()
    for number in range(6):
        assert frame.loc[f"s{number}", "to_date"] == pytest.approx(booked[f"s{number}"])
    for column in ("to_date", "late", "mean"):
        assert frame.loc["t", column] == pytest.approx(frame[column].iloc[:6].sum())
        assert frame.loc["even", column] + frame.loc["odd", column] == pytest.approx(frame.loc["t", column])
    last = result.accumulated.groupby("unique_id")["mean"].last()
    assert last["t"] == pytest.approx(frame.loc["t", "mean"])
    assert any("brukar bokföras sent" in text for text in result.assumptions)
    assert "Väntad sen bokföring" in [column.label for column in result.table.columns.values()]


def test_what_is_waited_for_is_what_usually_came():
    whole, late = late_ledger(series=40, spread=0.01)
    series, vintages = as_booked(whole, late, END)
    found = year_end(series, vintages=vintages).frame.set_index("unique_id")["late"]
    # Of the last month nothing late has come, of the one before the first part; the season's size is not waited for.
    believed = WINDOW / (WINDOW + CREDIBLE)
    level = np.arange(1, 41) * 100.0
    usual = pd.Series(level * 0.05 * (1 + 0.3) * believed, index=[f"s{number}" for number in range(40)])
    assert (found / usual).mean() == pytest.approx(1.0, abs=0.05)
    assert (found / usual).between(0.85, 1.15).all()


def test_a_series_is_completed_alike_alone_and_among_others():
    series, vintages = as_booked(*late_ledger(), END)
    alone = year_end(series[series["unique_id"] == "s3"], vintages=vintages[vintages["unique_id"] == "s3"]).frame
    among = year_end(series, vintages=vintages).frame.set_index("unique_id").loc["s3"]
    assert alone[["to_date", "late", "mean"]].iloc[0].tolist() == among[["to_date", "late", "mean"]].tolist()


@pytest.mark.parametrize("month", ["2021-01-01", "2023-10-01", "2025-12-01"])
def test_an_earlier_origin_knows_exactly_what_was_booked_and_could_be_waited_for_then(month):
    whole, late = late_ledger()
    then = pd.Timestamp(month)
    now, now_late = as_booked(whole, late, END)
    series, vintages = as_booked(whole, late, then)
    before, today = read_panel(series), read_panel(now)
    rows, end = np.arange(6), np.repeat(before.values.shape[1] - 1, 6)
    origins = Origins(today, Vintages(now_late, today), None)
    back, months = END.year - then.year, before.values.shape[1]
    np.testing.assert_allclose(origins.booked(rows, back, then.month)[:, -months:], before.values)
    waited = Vintages(vintages, before).expected(rows, end)
    np.testing.assert_allclose(Vintages(now_late, today).expected(rows, end), waited)
    completed = before.values.copy()
    completed[:, -waited.shape[1] :] += waited
    np.testing.assert_allclose(origins.known(rows, back, then.month)[:, -months:], completed)


@pytest.mark.slow
def test_the_intervals_hold_the_final_year_as_often_as_they_say_though_months_are_booked_late():
    covered = {"as it was booked": [], "as if all were known": []}
    for seed in (1, 2, 3):
        whole, late = late_ledger(series=60, seed=seed, share=0.1, spread=0.1, noise=1.0)
        truth = whole[whole["ds"].dt.year == END.year].groupby("unique_id")["y"].sum()
        series, vintages = as_booked(whole, late, END)
        for name, given in (("as it was booked", vintages), ("as if all were known", None)):
            frame = year_end(series, vintages=given).frame.set_index("unique_id")
            covered[name] += truth.between(frame["lo-80"], frame["hi-80"]).tolist()
    # Three standard errors of 180 independent outcomes are nine hundredths.
    assert np.mean(covered["as it was booked"]) == pytest.approx(0.8, abs=0.09)
    assert np.mean(covered["as if all were known"]) < 0.6


def test_last_years_profile_sees_no_more_than_the_model():
    whole, late = late_ledger(series=2)
    series, vintages = as_booked(whole, late, END)
    row = year_end(series, vintages=vintages).backtest.query("unique_id == 's1' and year == 2025").iloc[0]
    then = as_booked(whole, late, pd.Timestamp("2025-10-01"))[0].query("unique_id == 's1'").set_index("ds")["y"]
    profile = then["2025"].sum() * then["2024"].sum() / then["2024-01":"2024-10"].sum()
    assert row["profile"] == pytest.approx(profile)
    assert row["actual"] == pytest.approx(whole.query("unique_id == 's1'").set_index("ds")["y"]["2025"].sum())


def test_a_finished_year_is_left_as_it_is_booked():
    december = pd.Timestamp("2025-12-01")
    series, vintages = as_booked(*late_ledger(), december)
    frame = year_end(series, vintages=vintages).frame
    assert (frame["late"] == 0.0).all()
    assert (frame["mean"] == frame["to_date"]).all()


def test_a_cost_whose_late_bookings_take_back_may_end_below_what_is_booked():
    whole, late = late_ledger(series=12, share=-0.2, spread=0.05, until="2026-12-01")
    november = pd.Timestamp("2026-11-01")
    series, vintages = as_booked(whole, late, november)
    series = series[series["ds"].dt.month != 12]
    vintages = vintages[vintages["ds"].dt.month != 12]
    result = year_end(series, vintages=vintages)
    assert (result.frame["lo-95"] < result.frame["to_date"]).all()
    lowest = result.spread["lowest"]
    assert (lowest < result.frame["to_date"]).all()
    assert (lowest > 0.8 * result.frame["to_date"]).all()


def test_a_month_without_a_booking_waits_for_nothing():
    whole, late = late_ledger(series=1)
    whole.loc[whole["ds"] >= "2026-09-01", "y"] = 0.0
    series, vintages = as_booked(whole, late[late["ds"] < "2026-09-01"], END)
    assert year_end(series, vintages=vintages).frame["late"].item() == 0.0


def test_a_late_row_that_cannot_be_read_is_named():
    whole, late = late_ledger(series=1)
    for column, value, words in (
        ("unique_id", "other", "not among those forecast"),
        ("y", np.nan, "not a finite number"),
        ("vintage", pd.NaT, "not a date"),
        ("vintage", late["ds"].iloc[1], "it was not late"),
    ):
        broken = late.copy()
        broken.loc[1, column] = value
        with pytest.raises(InvalidData, match=f"row 2: .*{words}"):
            year_end(whole, vintages=broken)
    with pytest.raises(InvalidData, match="The column vintage is missing"):
        year_end(whole, vintages=late.drop(columns="vintage"))
