"""The region's income statement and its inhabitants by age: they tie to the ledger, the equity and the population."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.demo.accounts import ACCOUNTS, INDEX
from utfall.demo.world import draw_world

YEARS = list(range(2019, 2026))
PUBLISHED_MKR = {2019: -230, 2020: 323, 2021: 361, 2022: 68, 2023: -512}
LINES_OUTSIDE = ("internal_income", "internal_costs")


def yearly_ore(made) -> pd.Series:
    cells = made.cells[~made.cells["line"].isin(LINES_OUTSIDE)]
    return cells.groupby(cells["period"].dt.year)["ore"].sum()


def in_ore(frame: pd.DataFrame) -> pd.DataFrame:
    wide = frame.pivot_table(index="year", columns="item", values="amount")
    return (wide * 100).round().astype("int64")


def test_ledger_and_income_statement_sum_to_the_change_of_equity_to_the_ore(made):
    result = yearly_ore(made).reindex(YEARS) + in_ore(made.table("income_statement")).sum(axis=1)
    equity = in_ore(made.table("balance_sheet"))["equity"]
    assert (result.loc[2020:] == equity.diff().loc[2020:].astype("int64")).all()
    assert result.loc[list(PUBLISHED_MKR)].tolist() == [mkr * 100_000_000 for mkr in PUBLISHED_MKR.values()]


def test_what_is_tied_is_what_the_ledger_holds_month_by_month_with_the_postings_in_wrong_months(made):
    booked = made.cells.groupby("period")["ore"].sum()
    assert draw_world(2026).booked.sum(axis=(0, 1)).tolist() == booked.tolist()


def test_activities_outside_the_ledger_cost_more_each_year_without_jumps(made):
    costs = -in_ore(made.table("income_statement"))["other_costs"] / 1e8
    growth = costs.pct_change().dropna()
    prices = made.table("price_index").query("index == 'LPIK'")
    lpik = prices.groupby(prices["period"].dt.year)["value"].mean().pct_change()
    assert costs.between(1990, 2600).all()
    assert (growth - lpik.reindex(growth.index)).between(0.008, 0.012).all()


def test_taxes_grow_and_state_grants_explain_the_good_years(made):
    items = in_ore(made.table("income_statement"))
    assert items["tax_revenue"].pct_change().dropna().between(0.02, 0.06).all()
    assert (items["tax_revenue"] + items["general_grants"]).loc[2019] == 4_842 * 100_000_000
    assert items["general_grants"].loc[2020] - items["general_grants"].loc[2019] > 300 * 100_000_000
    assert items["unrealised_gains"].loc[2022] < 0
    assert items["pension_indexation"].idxmin() == 2023


def test_inhabitants_by_age_sum_to_the_county_every_december(made):
    ages = made.table("population_by_age")
    outcomes = ages[ages["status"] == "outcome"].groupby("year")["inhabitants"].sum()
    population = made.table("population")
    december = population[(population["area"] == "Länet") & (population["period"].dt.month == 12)]
    assert outcomes.index.tolist() == YEARS
    assert outcomes.tolist() == december["inhabitants"].tolist()


def test_the_old_of_2024_are_those_that_were_counted(made):
    ages = made.table("population_by_age").set_index(["year", "age_group"])["inhabitants"]
    assert ages[2024, "80+"] == 7_824 + 1_367
    assert ages[2024, "65–79"] + ages[2024, "80+"] == 32_378


def test_the_forecast_has_more_old_people_and_fewer_in_working_age(made):
    ages = made.table("population_by_age")
    forecast = ages[ages["year"] >= 2025].pivot_table(index="year", columns="age_group", values="inhabitants")
    growth = forecast.pct_change().dropna()
    assert growth.index.tolist() == list(range(2026, 2036))
    assert growth["80+"].between(0.03, 0.04).all()
    assert growth["20–64"].between(-0.005, 0).all()
    assert ages.loc[ages["status"] == "forecast", "source"].str.contains("Påhittad").all()


@pytest.mark.parametrize("economy", [1, 2])
def test_another_course_ties_as_exactly(economy):
    world = draw_world(2026, economy)
    lines = np.delete(world.booked, _internal_accounts(), axis=1)
    ledger = lines[:, :, :84].sum(axis=(0, 1)).reshape(7, 12).sum(axis=1)
    result = ledger + np.sum(list(world.statements.items.values()), axis=0)
    sheets = in_ore(world.statements.sheets)
    assert sheets["equity"].diff().loc[2020:].tolist() == result[1:].tolist()
    assert result[0] == -230 * 100_000_000


@pytest.mark.parametrize("economy", [1, 2])
def test_another_course_has_balance_sheets_that_balance(economy):
    sheets = in_ore(draw_world(2026, economy).statements.sheets)
    assets = ["fixed_assets", "financial_fixed_assets", "inventories", "receivables", "cash"]
    financing = sheets.columns.difference([*assets, "contingent_pension_liability"])
    assert (sheets[assets].sum(axis=1) == sheets[financing].sum(axis=1)).all()
    assert (sheets["cash"] > 0).all()
    assert sheets["equity"].nunique() == len(YEARS)


def test_stocks_of_another_course_follow_their_flows():
    world = draw_world(2026, 3)
    sheets, items = in_ore(world.statements.sheets), pd.DataFrame(dict(world.statements.items), index=YEARS)
    drivers = world.economy.drivers
    pensions = -_account_ore(world, "4410")
    for at, year in enumerate(YEARS[1:], 1):
        opening, closing = sheets.loc[year - 1], sheets.loc[year]
        accrued = pensions[at] * drivers["pension_accrued", "pensions"][at]
        indexed = opening["pension_provisions"] * drivers["pension_indexation", ""][at]
        paid = opening["pension_provisions"] * 0.028
        provision = opening["pension_provisions"] + accrued + indexed - paid
        assert closing["pension_provisions"] == pytest.approx(provision, abs=3)
        gains = items.loc[year, ["realised_gains", "unrealised_gains"]].sum()
        assert closing["financial_fixed_assets"] == opening["financial_fixed_assets"] + gains
        # Repaid by 3 per cent, and raised to 20 days of payments when cash would be less.
        assert closing["long_term_liabilities"] >= round(0.97 * opening["long_term_liabilities"])


def _internal_accounts() -> list[int]:
    return [at for at, account in enumerate(ACCOUNTS) if account.code.startswith("9")]


def _account_ore(world, account: str) -> np.ndarray:
    return world.booked[:, INDEX[account], :84].sum(axis=0).reshape(7, 12).sum(axis=1)
