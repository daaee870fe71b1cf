"""The controllers' own forecasts: made up with known habits, and no other file knows of them."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.demo.test_files import digests
from utfall.demo import make_region, region


@pytest.fixture(scope="module")
def years(made) -> pd.DataFrame:
    """Own forecast, budget and outcome of whole years: period, unit, line, amount, budget, actual, month."""
    own = made.table("own_forecast").assign(year=lambda rows: rows["period"].dt.year)
    keys = ["unit", "line", "year"]
    sums = {
        "budget": made.budget.assign(year=made.budget["period"].dt.year).groupby(keys)["amount"].sum(),
        "actual": made.cells.assign(year=made.cells["period"].dt.year).groupby(keys)["ore"].sum() / 100,
    }
    frame = own.join(sums["budget"].rename("budget"), on=keys).join(sums["actual"].rename("actual"), on=keys)
    frame = frame.fillna({"budget": 0.0, "actual": 0.0})
    return frame[frame["year"] <= 2025].assign(month=lambda rows: rows["period"].dt.month)


@pytest.mark.slow
def test_no_other_file_changes_because_the_own_forecasts_are_made(made, tmp_path, monkeypatch):
    nothing = made.table("own_forecast").head(0)
    monkeypatch.setattr(region, "own_forecast_table", lambda *arguments: nothing)
    without = digests(make_region(tmp_path / "without"))
    with_them = digests(made.folder)
    assert without.pop("own_forecast.parquet") != with_them.pop("own_forecast.parquet")
    assert without == with_them


def test_there_is_a_forecast_a_month_from_january_to_november_until_the_ledger_ends(made):
    own = made.table("own_forecast")
    months = sorted(own["period"].unique())
    assert f"{months[0]:%Y-%m}" == "2023-01"
    assert f"{months[-1]:%Y-%m}" == "2026-10"
    assert {month.month for month in months} == set(range(1, 12))
    assert len(months) == 3 * 11 + 10


def test_nearly_every_amount_of_a_year_has_been_forecast(made):
    own = made.table("own_forecast")
    told = own.loc[own["period"] == "2025-06-01", ["unit", "line"]].drop_duplicates()
    booked = made.cells[made.cells["period"].between("2025-01-01", "2025-06-01")]
    size = booked.assign(size=booked["ore"].abs()).groupby(["unit", "line"], as_index=False)["size"].sum()
    assert size.merge(told)["size"].sum() > 0.999 * size["size"].sum()


def test_forecasts_come_closer_as_the_year_goes(years):
    errors = (years["amount"] - years["actual"]).abs().groupby(years["month"]).sum()
    assert (errors.diff().dropna() < 0).all()
    assert errors[11] < 0.2 * errors[1]


def test_forecasts_lean_on_the_budget_early_in_the_year(years):
    costs = years[(years["actual"] - years["budget"] < -0.05 * years["budget"].abs()) & (years["budget"] < 0)]
    # How much of a year's overspending the forecast has owned up to.
    moved = (costs["amount"] - costs["budget"]).groupby(costs["month"]).sum()
    share = moved / (costs["actual"] - costs["budget"]).groupby(costs["month"]).sum()
    assert share[2] < 0.6
    assert share[11] > 0.85
    assert share.is_monotonic_increasing


def test_forecasts_of_cost_are_too_optimistic(years):
    costs = years[years["budget"] < 0]
    bias = (costs["amount"] - costs["actual"]).groupby(costs["month"]).sum()
    assert (bias > 0).all()


@pytest.mark.parametrize("event", ["high_cost_hematology", "high_cost_neonatal", "high_cost_2023"])
def test_a_controller_knows_the_own_units_event_the_month_before_the_ledger_shows_it(event, made):
    planted = made.planted[event]
    own = made.table("own_forecast")
    own = own[(own["unit"] == planted["units"][0]) & (own["line"] == "purchased_care")].set_index("period")["amount"]
    start = pd.Timestamp(f"{planted['start']}-01")
    cost = planted["effect_sek_by_year"][start.year]
    steps = own[f"{start.year}"].diff()
    known, unknown = steps[start - pd.DateOffset(months=1)], steps[: start - pd.DateOffset(months=2)].dropna()
    assert known < 0.2 * cost < 0
    assert unknown.abs().max() < 0.1 * abs(cost)
