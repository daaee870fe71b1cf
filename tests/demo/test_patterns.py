"""Realistic behaviour: seasons, wage steps, the pandemic, key figures that follow from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.demo.chance import autoregressive, generator
from utfall.demo.columns import decimals, fixed_text
from utfall.demo.expected import split_salaries
from utfall.demo.ledger import split_amounts
from utfall.demo.purchased_care import steady_share


def line_by_month(made, line: str) -> pd.Series:
    rows = made.cells[made.cells["line"] == line]
    return -rows.groupby("period")["ore"].sum() / 100


def test_july_is_the_lowest_month_of_salaries_and_december_the_highest(made):
    salaries = line_by_month(made, "salaries")
    for year in range(2019, 2026):
        months = salaries[str(year)]
        assert months.idxmin().month == 7
        assert months.idxmax().month == 12


def test_hired_staff_peaks_in_july(made):
    hired = line_by_month(made, "hired_staff")
    assert all(hired[str(year)].idxmax().month == 7 for year in range(2019, 2027))


def test_wages_step_up_in_april(made):
    index = made.table("price_index")
    wages = index[index["index"] == "Löner"].set_index("period")["value"]
    changes = wages.pct_change().dropna()
    assert (changes[changes.index.month == 4] > 0.015).all()
    assert (changes[changes.index.month != 4] == 0).all()


def test_the_price_index_is_high_in_2022_to_2024_and_its_last_months_are_forecast(made):
    index = made.table("price_index")
    yearly = index[index["index"] == "LPIK"].set_index("period")["value"].groupby(lambda day: day.year).mean()
    change = yearly.pct_change().dropna()
    assert set(change.nlargest(3).index) == {2022, 2023, 2024}
    assert set(index.loc[index["period"] > "2026-06-01", "status"]) == {"forecast"}
    assert set(index.loc[index["period"] <= "2026-06-01", "status"]) == {"outcome"}


def test_drug_cost_grows_faster_than_the_price_index(made):
    drugs = line_by_month(made, "drugs")
    index = made.table("price_index")
    lpik = index[index["index"] == "LPIK"].set_index("period")["value"]
    growth = drugs["2025"].sum() / drugs["2019"].sum()
    assert growth > 1.1 * lpik["2025"].mean() / lpik["2019"].mean()


def test_volumes_fall_in_the_spring_of_2020(made):
    volumes = made.table("volumes")
    visits = volumes[volumes["product"] == "Läkarbesök"].groupby("period")[["planned", "actual"]].sum()
    ratio = visits["actual"] / visits["planned"]
    assert ratio["2020-04"].iloc[0] < 0.8
    assert ratio["2019"].min() > 0.97


def test_the_population_is_the_published_one(made):
    population = made.table("population").set_index(["area", "period"])["inhabitants"]
    assert population["Länet", pd.Timestamp("2024-12-01")] == 132_839
    assert population["Länet", pd.Timestamp("2020-12-01")] == 131_155
    assert population["Östersund", pd.Timestamp("2024-12-01")] == 64_979
    by_area = made.table("population").pivot_table(index="period", columns="area", values="inhabitants")
    assert (by_area["Länet"] == by_area["Östersund"] + by_area["Övriga kommuner"]).all()


def test_the_share_of_hired_staff_is_counted_from_the_ledger(made):
    kpis = made.table("kpi_values").set_index(["kpi", "unit", "period"])["value"]
    year = made.cells[made.cells["period"] >= "2026-01-01"].groupby("line")["ore"].sum()
    expected = 100 * year["hired_staff"] / (year["salaries"] + year["pensions"])
    assert kpis["hyrkostnad_andel", "HSN", pd.Timestamp("2026-10-01")] == pytest.approx(expected, abs=0.006)


def test_purchased_care_an_inhabitant_is_twelve_months_over_the_inhabitants(made):
    kpis = made.table("kpi_values").set_index(["kpi", "unit", "period"])["value"]
    care = made.table("purchased_care")
    months = care[(care["period"] > "2025-10-01") & (care["period"] <= "2026-10-01")]
    population = made.table("population").set_index(["area", "period"])["inhabitants"]
    expected = -months["amount"].sum() / population["Länet", pd.Timestamp("2026-10-01")]
    assert kpis["kopt_vard_per_invanare", "HSN", pd.Timestamp("2026-10-01")] == pytest.approx(expected, abs=0.006)


def test_noise_has_the_spread_and_memory_that_are_asked_for():
    noise = autoregressive(generator(1, "test"), (400, 300), sd=np.full(400, 0.05), rho=0.4)
    assert noise.std() == pytest.approx(0.05, rel=0.02)
    memory = np.mean([np.corrcoef(series[:-1], series[1:])[0, 1] for series in noise])
    assert memory == pytest.approx(0.4, abs=0.02)


def test_one_purposes_draws_do_not_move_anothers():
    first = generator(2026, "ledger").random(3)
    generator(2026, "volumes").random(1000)
    assert (generator(2026, "ledger").random(3) == first).all()


def test_rows_sum_to_their_cell_whatever_its_sign_and_size():
    rng = generator(3, "cells")
    ore = rng.integers(-(10**11), 10**11, 5000)
    rows = rng.integers(1, 40, 5000)
    parts = split_amounts(ore, rows, rng)
    ends = np.cumsum(rows)
    sums = np.add.reduceat(parts, ends - rows)
    assert (sums == ore).all()
    assert parts.size == rows.sum()


def test_payroll_accounts_sum_to_the_categories():
    categories = generator(4, "payroll").integers(0, 10**9, (3, 4, 24))
    assert (split_salaries(categories).sum(axis=1) == categories.sum(axis=1)).all()


def test_chosen_cases_keep_close_to_their_share():
    rng = generator(5, "cases")
    cost = rng.integers(1000, 100_000, 2000)
    chosen = steady_share(cost, np.full(2000, 0.62))
    assert cost[chosen].sum() / cost.sum() == pytest.approx(0.62, abs=0.001)


def test_money_columns_are_exact_at_both_ends():
    ore = np.array([0, 1, -1, 99_999_999_999_999, -99_999_999_999_999])
    assert [int(value * 100) for value in decimals(ore).to_pylist()] == ore.tolist()


def test_voucher_numbers_are_written_digit_by_digit():
    vouchers = fixed_text(np.array(["F", "L"]), np.array([19, 5]), np.array([1234567, 0]))
    assert vouchers.to_pylist() == ["F19-1234567", "L05-0000000"]
