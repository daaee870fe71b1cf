"""The bars the methods were chosen by, on public series outside the project."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks import forecasting as bench

pytestmark = pytest.mark.skipif(not bench.DATA.is_dir(), reason=f"there are no series in {bench.DATA}")


def test_competition_series_are_forecast_as_well_as_the_best_ensembles() -> None:
    row = bench.accuracy([bench.competition(True)]).iloc[0]
    assert row["OWA"] <= 0.835  # the best public ensemble measured .824, AutoETS .859
    assert 0.76 <= row["cover 80"] <= 0.84
    assert 0.93 <= row["cover 95"] <= 0.97


def test_two_years_of_history_do_no_worse_than_repeating_last_year() -> None:
    rows = bench.accuracy([bench.emergency(24), bench.medicines().shortened(24)])
    assert (rows["WAPE"] <= rows["WAPE seasonal naive"]).all()
    assert (rows["OWA"] <= rows["OWA seasonal naive"]).all()


def test_year_totals_err_a_fifth_less_than_last_years_profile() -> None:
    whole = pd.read_parquet(bench.DATA / "dev_series.parquet").rename(columns={"uid": "unique_id"})
    table = bench.year_totals("dev", whole[whole["bench"]], (2020,), (2, 6, 10)).iloc[0]
    assert table["utfall.year_end"] <= 0.8 * table["last-year profile"]
    assert 0.76 <= table["cover 80"] <= 0.86
    assert 0.93 <= table["cover 95"] <= 0.98


def test_medicine_years_reach_the_bar_where_last_years_profile_errs_as_measured_elsewhere() -> None:
    table = bench.year_totals("medicines", bench.years_from_july(bench.medicine_units()), (2008,)).iloc[0]
    assert table["last-year profile (median)"] == pytest.approx(2.6, abs=0.05)
    assert table["utfall.year_end (median)"] <= 2.6


def test_totals_of_medicine_costs_reach_the_bar_at_every_level() -> None:
    row = bench.hierarchy((12,)).iloc[0]
    assert row["unit"] <= 0.087
    assert row["total"] <= 0.052
