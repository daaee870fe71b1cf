"""The tables of the region as a whole: a balance sheet that balances, the rest of the result, people by age."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import REGISTERS, ledger, write_region
from utfall.errors import InvalidData
from utfall.region import write_duckdb
from utfall.region.schemas import validate_table
from utfall.region.tables import ASSETS, BALANCE_ITEMS, FINANCING, INCOME_ITEMS, TABLES
from utfall.sources.database import connect

# Worked by hand: assets 500 + 200 + 10 + 90 + 100 = 900; financing 50 + 400 + 20 + 180 + 250 = 900. The year after,
# cash has risen by 25.50 of which 20.25 is the year's result and 5.25 a new loan.
SHEET = {
    "fixed_assets": 500,
    "financial_fixed_assets": 200,
    "inventories": 10,
    "receivables": 90,
    "cash": 100,
    "equity": 50,
    "pension_provisions": 400,
    "other_provisions": 20,
    "long_term_liabilities": 180,
    "current_liabilities": 250,
    "contingent_pension_liability": 777,
}
YEAR_AFTER = SHEET | {"cash": 125.5, "equity": 70.25, "long_term_liabilities": 185.25}


def table(**years):
    """A balance sheet, or income statement, with one row a year and item."""
    rows = [(int(year[1:]), item, amount) for year, items in years.items() for item, amount in items.items()]
    return pd.DataFrame(rows, columns=["year", "item", "amount"])


def region_with(folder, **tables):
    settings = REGISTERS["region.yaml"] | {"reference": "previous_year"}
    rows = ledger().query("unit == 'K1' and period >= '2026-01-01'")
    write_region(folder, ledger=rows, budget=None, volumes=None, region=settings)
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", sep=";", decimal=",", index=False)
    return folder


def faults_of(folder):
    with pytest.raises(InvalidData) as error:
        utfall.open_region(folder)
    return error.value.faults


def test_a_balance_sheet_that_balances_every_year_is_read(tmp_path):
    region = utfall.open_region(region_with(tmp_path, balance_sheet=table(y2024=SHEET, y2025=YEAR_AFTER)))
    sheet = region.table("balance_sheet").pivot_table(index="year", columns="item", values="amount")
    assert sheet[list(ASSETS)].sum(axis=1).tolist() == sheet[list(FINANCING)].sum(axis=1).tolist() == [900.0, 925.5]


@pytest.mark.parametrize(
    ("item", "amount", "said"),
    [
        ("cash", 125.51, "assets 925.51, equity, provisions and liabilities 925.50, difference 0.01 SEK."),
        ("equity", -70.25, "assets 925.50, equity, provisions and liabilities 785.00, difference 140.50 SEK."),
        ("fixed_assets", 0, "assets 425.50, equity, provisions and liabilities 925.50, difference -500.00 SEK."),
    ],
    ids=["one_ore_too_much_cash", "equity_with_the_wrong_sign", "an_asset_left_empty"],
)
def test_a_balance_sheet_that_does_not_balance_is_refused_with_the_year_and_the_difference(
    tmp_path, item, amount, said
):
    sheet = table(y2024=SHEET, y2025=YEAR_AFTER | {item: amount})
    (fault,) = faults_of(region_with(tmp_path, balance_sheet=sheet))
    # The first row of 2025: the header and the eleven items of 2024 come before it.
    assert (fault.file, fault.row) == ("balance_sheet.csv", 13)
    assert fault.what == f"the balance sheet of 2025 does not balance: {said}"
    assert "equity has its sign" in fault.remedy


def test_every_year_that_does_not_balance_is_named(tmp_path):
    sheet = table(y2023=SHEET | {"cash": 1}, y2024=SHEET, y2025=SHEET | {"cash": 2})
    faults = faults_of(region_with(tmp_path, balance_sheet=sheet))
    assert [(fault.row, fault.what[:26]) for fault in faults] == [
        (2, "the balance sheet of 2023 "),
        (24, "the balance sheet of 2025 "),
    ]


def test_a_balance_sheet_that_lacks_an_item_is_refused_with_the_item(tmp_path):
    sheet = {item: amount for item, amount in SHEET.items() if item != "receivables"}
    (fault,) = faults_of(region_with(tmp_path, balance_sheet=table(y2024=sheet)))
    assert fault.what.endswith("difference -90.00 SEK; it has no row for receivables.")


def test_half_an_ore_is_no_difference(tmp_path):
    sheet = table(y2024=SHEET | {"cash": 100.004})  # amounts are kept to the öre
    read = utfall.open_region(region_with(tmp_path, balance_sheet=sheet)).table("balance_sheet")
    assert read.set_index("item")["amount"]["cash"] == 100.0


def test_what_is_outside_the_balance_and_the_reserve_within_the_equity_do_not_count(tmp_path):
    sheet = table(y2024=SHEET | {"contingent_pension_liability": 5e9, "result_reserve": 30})
    assert "balance_sheet" in utfall.open_region(region_with(tmp_path, balance_sheet=sheet)).tables


def test_large_amounts_are_compared_to_the_ore(tmp_path):
    large = {item: amount * 1e9 for item, amount in SHEET.items()}
    assert utfall.open_region(region_with(tmp_path / "whole", balance_sheet=table(y2024=large))).tables
    frame = table(y2024=large)
    frame["amount"] = [f"{amount:.2f}".replace(".", ",") for amount in frame["amount"]]
    frame.loc[4, "amount"] = "100000000000,01"
    (fault,) = faults_of(region_with(tmp_path / "off", balance_sheet=frame))
    assert "difference 0.01 SEK" in fault.what


def test_a_balance_sheet_in_a_database_must_balance_too(tmp_path):
    region = utfall.open_region(region_with(tmp_path / "region", balance_sheet=table(y2024=SHEET, y2025=YEAR_AFTER)))
    path = write_duckdb(region, tmp_path / "region.duckdb")
    connection = connect(f"duckdb://{path}", writing=True)
    connection.raw_sql("UPDATE balance_sheet SET amount = amount + 7.5 WHERE year = 2025 AND item = 'inventories'")
    connection.disconnect()
    (fault,) = faults_of(path)
    assert fault.what.startswith("the balance sheet of 2025 does not balance: assets 933.00")
    assert (fault.file.endswith("balance_sheet"), fault.row) == (True, None)


def test_a_balance_sheet_read_from_a_database_beside_files_must_balance_too(tmp_path):
    other = utfall.open_region(region_with(tmp_path / "other", balance_sheet=table(y2024=SHEET)))
    address = f"duckdb://{write_duckdb(other, tmp_path / 'other.duckdb')}"
    connection = connect(address, writing=True)
    connection.raw_sql(
        "CREATE TABLE balans AS SELECT year AS ar, item AS post, amount / 1000 AS tkr FROM balance_sheet"
    )
    connection.raw_sql("UPDATE balans SET tkr = tkr + 1 WHERE post = 'equity'")
    connection.disconnect()
    folder = region_with(tmp_path / "region")
    settings = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    columns = {"year": "ar", "item": "post", "amount": {"column": "tkr", "factor": 1000}}
    settings["tables"] = {"balance_sheet": {"database": address, "table": "balans", "columns": columns}}
    (folder / "region.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert "difference -1000.00 SEK" in fault.what


@pytest.mark.parametrize(
    ("name", "items"),
    [("balance_sheet", BALANCE_ITEMS), ("income_statement", INCOME_ITEMS)],
    ids=["balance_sheet", "income_statement"],
)
def test_an_unknown_item_is_refused_by_its_row_with_the_known_ones(tmp_path, name, items):
    frame = table(y2024=SHEET if name == "balance_sheet" else {"tax_revenue": 5e9, "interest_costs": -1e7})
    frame.loc[1, "item"] = "Skatteintäkter"
    (fault,) = faults_of(region_with(tmp_path, **{name: frame}))
    assert (fault.file, fault.row) == (f"{name}.csv", 3)
    assert fault.what == f"item 'Skatteintäkter' is not one of {', '.join(items)}."


def test_the_income_statement_is_read_in_result_sign_and_an_item_once_a_year(tmp_path):
    frame = table(y2024=dict.fromkeys(INCOME_ITEMS, 1.5) | {"other_costs": -2e9, "interest_costs": -1e7})
    region = utfall.open_region(region_with(tmp_path / "once", income_statement=frame))
    assert region.table("income_statement").set_index("item")["amount"]["other_costs"] == -2e9
    twice = pd.concat([frame, frame.head(1)])
    (fault,) = faults_of(region_with(tmp_path / "twice", income_statement=twice))
    assert (fault.row, fault.what) == (12, "the combination 2024.0, other_income (year, item) is given a second time.")


def ages(**values):
    row = {"year": 2025, "age_group": "80-", "inhabitants": 9191, "status": "outcome", "source": "SCB"}
    return pd.DataFrame([row, row | {"year": 2030, "status": "forecast"} | values])


def test_people_by_age_are_read_with_what_is_forecast(tmp_path):
    region = utfall.open_region(region_with(tmp_path, population_by_age=ages(inhabitants=10_400)))
    assert region.table("population_by_age")[["year", "inhabitants"]].to_numpy().tolist() == [
        [2025, 9191],
        [2030, 10400],
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"inhabitants": -1}, "inhabitants '-1' is below 0"),
        ({"status": "prognos"}, "status 'prognos' is not one of outcome, forecast"),
        ({"age_group": ""}, "age_group is empty"),
        ({"source": ""}, "source is empty"),
        ({"year": 2025}, "is given a second time"),
    ],
)
def test_a_row_of_people_by_age_that_cannot_be_used_is_named(values, said):
    with pytest.raises(InvalidData) as error:
        validate_table(ages(**values), TABLES["population_by_age"], "population_by_age.csv")
    (fault,) = error.value.faults
    assert (fault.file, fault.row) == ("population_by_age.csv", 2)
    assert said in fault.what
