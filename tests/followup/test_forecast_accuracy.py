"""Forecasts are scored against what then happened, and compared with what needs no model."""

import shutil

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.followup.forecast_rows import MONTH, own_forecasts, told, with_own
from tests.small_region import REGISTERS, ledger, write_region
from utfall.followup import forecast_accuracy
from utfall.followup.forecast_accounts.make import forecast_months, make_forecasts
from utfall.followup.forecast_accounts.scored import score
from utfall.followup.forecast_accounts.value_added import difference
from utfall.region.stored_forecasts import count_stored, store_forecasts


@pytest.fixture
def folder(tmp_path):
    return write_region(tmp_path / "region")


def outcome_2025(accounts=None, units=("K1", "K2", "M1")):
    rows = ledger()
    rows = rows[(rows["period"].dt.year == 2025) & rows["unit"].isin(units)]
    return rows[rows["account"].isin(accounts or list(rows["account"].unique()))]["amount"].sum()


def test_errors_bias_and_coverage_are_those_of_a_hand_count(folder):
    region = utfall.open_region(folder)
    net, cost = outcome_2025(), -outcome_2025(["4010", "5610", "5310"])
    misses = {1: 300.0, 2: -100.0, 3: 0.0, 4: 500.0}
    for month, miss in misses.items():
        mean = net + miss
        bounds = {"lo_80": mean - 200, "hi_80": mean + 200, "lo_95": mean - 400, "hi_95": mean + 400}
        made_for = pd.Timestamp(2025, month, 1)
        rows = [
            told(region, made_for=made_for, mean=mean, **bounds),
            told(region, made_for=made_for, method="run_rate", mean=net - 600.0),
        ]
        store_forecasts(region, pd.DataFrame(rows))
    result = forecast_accuracy(region, period=MONTH)
    by_method = result.by_method.set_index("method")
    assert by_method.loc["utfall", "forecasts"] == 4
    assert by_method.loc["utfall", "error"] == pytest.approx(900 / 4 / cost)
    assert by_method.loc["utfall", "bias"] == pytest.approx(700 / 4 / cost)
    assert by_method.loc["run_rate", "bias"] == pytest.approx(-600 / cost)
    covered = result.coverage.set_index(["scope", "level"])["share"]
    assert covered["node", 80] == pytest.approx(2 / 4)
    assert covered["node", 95] == pytest.approx(3 / 4)
    by_month = result.by_month.set_index(["method", "month"])
    assert by_month.loc[("utfall", 4), "error"] == pytest.approx(500 / cost)
    assert by_month["covered"].dropna().to_dict() == {
        ("utfall", month): float(abs(misses[month]) <= 200) for month in misses
    }
    assert "för optimistisk" in result.text()
    assert "4\u00a0prognoser" in result.text()
    # One year says nothing of how years differ: the gain has no interval, and nothing is claimed.
    (gain,) = result.gains.to_dict("records")
    assert gain["gain"] == pytest.approx((600 - 900 / 4) / cost)
    assert np.isnan(gain["low"])
    assert "kan det inte avgöras" in result.text()


def test_a_year_is_not_scored_before_its_december_is_known(folder):
    region = utfall.open_region(folder)
    store_forecasts(region, pd.DataFrame([told(region)]))
    before = forecast_accuracy(region, period="2025-11")
    assert before.scored.empty
    assert "inget av deras år är avslutat" in before.text()
    assert len(forecast_accuracy(region, period="2025-12").scored) == 1


def test_forecasts_made_after_the_asked_month_are_not_seen(folder):
    region = utfall.open_region(folder)
    store_forecasts(region, pd.DataFrame([told(region, made_for=pd.Timestamp("2026-09-01"), year=2026)]))
    assert forecast_accuracy(region, period="2026-08").stored == 0


def test_the_outcome_is_laid_in_the_organisation_of_the_month_the_forecast_was_made_in(tmp_path):
    units = [row for row in REGISTERS["organisation.yaml"]["units"] if row["code"] != "K2"]
    moved = {"code": "K2", "name": "Ögonmottagningen", "level": "unit"}
    units += [
        moved | {"parent": "KA", "valid_to": "2025-06-30"},
        moved | {"parent": "MA", "valid_from": "2025-07-01"},
    ]
    region = utfall.open_region(write_region(tmp_path / "region", organisation={"units": units}))
    rows = [told(region, made_for=pd.Timestamp(2025, month, 1), unit="K") for month in (3, 9)]
    scored = score(region, pd.DataFrame(rows), MONTH).set_index("month")["outcome"]
    assert scored[3] == pytest.approx(outcome_2025(units=("K1", "K2")))
    assert scored[9] == pytest.approx(outcome_2025(units=("K1",)))


def test_a_unit_that_ended_before_the_year_did_is_not_scored(tmp_path):
    units = [row for row in REGISTERS["organisation.yaml"]["units"] if row["code"] != "K2"]
    ended = {"code": "K2", "name": "Ögonmottagningen", "level": "unit", "parent": "KA", "successor": "K1"}
    rows = ledger()
    rows.loc[(rows["unit"] == "K2") & (rows["period"] >= "2025-07-01"), "unit"] = "K1"
    plan = pd.read_parquet(write_region(tmp_path / "plain") / "budget.parquet")
    plan = plan[(plan["unit"] != "K2") | (plan["period"] < "2025-07-01")]
    region = utfall.open_region(
        write_region(
            tmp_path / "region",
            organisation={"units": [*units, ended | {"valid_to": "2025-06-30"}]},
            ledger=rows,
            budget=plan,
            volumes=None,
        )
    )
    scored = score(region, pd.DataFrame([told(region, unit="K2"), told(region, unit="K")]), MONTH)
    assert scored["unit"].tolist() == ["K"]


@pytest.mark.slow
def test_a_region_scores_its_reconstructed_forecasts_from_end_to_end(tmp_path):
    frame = ledger().assign(booked_on=lambda rows: rows["period"] + pd.Timedelta(days=20))
    folder = with_own(write_region(tmp_path / "region", ledger=frame), own_forecasts())
    region = utfall.open_region(folder)
    for made in make_forecasts(region, forecast_months(region, MONTH, "2025-01")):
        store_forecasts(region, made)
    result = forecast_accuracy(region, unit="Division Kirurgi", period=MONTH)
    assert result.years == [2025]
    assert set(result.by_method["method"]) == {
        "utfall",
        "own_forecast",
        "last_year_profile",
        "last_year_remainder",
        "run_rate",
        "budget",
    }
    assert set(result.by_part["name"]) == {"Område Kirurgi"}
    assert {"Läkemedel", "Löner"} <= set(result.by_line["name"])
    assert any("gjorda i efterhand" in warning for warning in result.warnings)
    assert not any("bokföringsdag" in warning for warning in result.warnings)
    assert any(check.name == "Utfallet 2025 = huvudbokens summa" and check.passed for check in result.checks)
    # The growth of a krona a month is in the ledger and in no budget: the model sees it.
    gains = result.gains.set_index(["scope", "method"])["gain"]
    assert gains["node", "budget"] > 0
    assert result.movement["made_for"].dt.month.tolist() == list(range(1, 11))
    for chart in (result.plot(), result.coverage_plot(), result.movement_plot()):
        assert "Inga poster" not in chart.alt
    for view in (
        result.view,
        result.gain_view,
        result.month_view,
        result.part_view,
        result.line_view,
        result.coverage_view,
    ):
        assert view.to_html()
    assert result.to_dict()["result"] == "ForecastAccuracy"


def test_a_reconstruction_without_days_of_booking_says_that_it_has_seen_late_bookings(folder):
    region = utfall.open_region(folder)
    for made in make_forecasts(region, [pd.Timestamp("2025-05-01")]):
        store_forecasts(region, made)
    result = forecast_accuracy(region, period=MONTH)
    assert any("saknar bokföringsdag" in warning for warning in result.warnings)


def test_a_region_without_stored_forecasts_says_how_to_make_them_and_still_shows_itself(folder):
    result = forecast_accuracy(utfall.open_region(folder), period=MONTH)
    assert "utfall forecast 2026-10 --since 2023-01" in result.text()
    assert result.view is None
    assert result.gain_view is result.month_view is result.movement_view is result.revision_view is None
    assert result.movement_plot() is None, "an empty chart says nothing"
    assert result.plot().svg.startswith("<svg")
    assert "Inga prognoser" in result._repr_mimebundle_()["text/html"]
    assert result.grade == "D"


def test_a_copied_region_keeps_its_forecasts(folder, tmp_path):
    region = utfall.open_region(folder)
    store_forecasts(region, pd.DataFrame([told(region)]))
    shutil.copytree(folder, tmp_path / "copy")
    assert count_stored(utfall.open_region(tmp_path / "copy")) == 1


# Is one method better than another?


def pairs(random, years, units, gain):
    """Eleven forecasts a unit and year, whose difference is `gain` on average, with common years and units."""
    shape = (years, units, 11)
    shocks = random.normal(size=(years, 1, 1)) + 0.5 * random.normal(size=(years, units, 1))
    other = 20.0 + gain + shocks + 0.3 * random.normal(size=shape)
    year, unit, _ = np.meshgrid(range(years), range(units), range(11), indexing="ij")
    return pd.DataFrame(
        {"year": year.ravel(), "unit": unit.ravel(), "base": 100.0, "mine": 20.0, "other": other.ravel()}
    )


@pytest.mark.parametrize(("years", "units"), [(3, 1), (6, 1), (3, 4), (5, 8)])
def test_the_interval_of_a_gain_covers_though_forecasts_of_a_year_are_alike(years, units):
    random = np.random.default_rng(11)
    found = [difference(pairs(random, years, units, 2.0)) for _ in range(400)]
    covered = np.mean([one.low <= 0.02 <= one.high for one in found])
    assert 0.91 <= covered <= 0.99


def test_methods_that_are_equally_good_are_seldom_told_apart():
    random = np.random.default_rng(12)
    verdicts = [difference(pairs(random, 4, 3, 0.0)).verdict for _ in range(400)]
    assert verdicts.count("unclear") >= 0.91 * 400


def test_a_method_that_is_clearly_better_is_told_so_with_five_years():
    random = np.random.default_rng(13)
    better = [difference(pairs(random, 5, 4, 5.0)).verdict for _ in range(50)]
    worse = [difference(pairs(random, 5, 4, -5.0)).verdict for _ in range(50)]
    assert better.count("better") >= 45
    assert worse.count("worse") >= 45


def test_one_year_alone_settles_nothing():
    found = difference(pairs(np.random.default_rng(14), 1, 4, 5.0))
    assert found.gain > 0
    assert np.isnan(found.low)
    assert found.verdict == "unclear"
