"""The registers about the years ahead: read with the region, and every row that cannot be used is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import openpyxl
import pytest

import utfall
from tests.region.years_ahead import AHEAD, SAID, added, changed, write_ahead, write_lists
from tests.small_region import write_region
from utfall.errors import InvalidData
from utfall.region import write_duckdb
from utfall.region.register_sheets import SHEET_FILES
from utfall.region.register_workbooks import registers_to_excel, registers_to_yaml
from utfall.region.registers import read_lists
from utfall.region.scenario_drivers import DRIVERS, DriverName
from utfall.region.scenario_registers import MODELS_AHEAD

LISTS = ("scenarios", "assumptions", "correlations", "limits", "investments", "loans", "projects", "project_items")


def faults_of(folder):
    with pytest.raises(InvalidData) as error:
        utfall.open_region(folder)
    return error.value.faults


def rows_of(region):
    """What every row of every list says."""
    return {name: [row.model_dump() for row in getattr(region, name)] for name in LISTS}


def in_excel(folder):
    """The same region with all its registers in register.xlsx."""
    registers_to_excel(folder, folder.parent / "register.xlsx")
    for file in folder.glob("*.yaml"):
        if file.name != "region.yaml":
            file.unlink()
    (folder.parent / "register.xlsx").rename(folder / "register.xlsx")
    return folder


def test_every_list_is_read_in_the_order_of_its_file(tmp_path):
    region = utfall.open_region(write_ahead(tmp_path))
    assert [(row.id, row.based_on) for row in region.scenarios] == [("base", None), ("tight", "base")]
    first = region.assumptions[0]
    assert (first.driver, first.value, first.low, first.high, first.year) == ("tax_base", 0.03, 0.02, 0.04, None)
    assert [row.year for row in region.assumptions if row.driver == "population"] == [None, 2028]
    assert (region.correlations[0].second, region.limits[0].value) == ("price:Löner", 0.14)
    assert (region.investments[0].loan_share, region.loans[1].refinances) == (0.5, "old")
    assert (region.loans[1].amount, region.loans[1].interest) == (None, None)  # what its investments need, and interest
    assert (region.projects[0].status, region.project_items[0].lines) == ("proposed", ("purchased_care",))


def test_a_region_without_these_registers_has_none_of_their_rows(small_region):
    assert all(getattr(small_region, name) == () for name in LISTS)


def test_a_region_without_these_registers_is_opened_without_their_models_and_rules(tmp_path):
    folder = write_region(tmp_path)
    # Twice: it is checked the first time, and remembered the second.
    told = "[utfall.open_region(sys.argv[1]) for _ in range(2)]; print([m for m in sys.modules if 'scenario_' in m])"
    command = [sys.executable, "-c", f"import sys, utfall; {told}", str(folder)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_some_of_the_files_may_be_left_out(tmp_path):
    region = utfall.open_region(write_ahead(tmp_path, investments=None, projects=None))
    assert (len(region.scenarios), region.investments, region.project_items) == (2, (), ())


def test_a_file_need_not_hold_all_of_its_lists(tmp_path):
    lists = {"loans": [AHEAD["investments"]["loans"][0]]}
    region = utfall.open_region(write_ahead(tmp_path, investments=lists))
    assert (len(region.loans), region.investments) == (1, ())


def test_a_list_whose_name_is_misspelt_is_not_overlooked(tmp_path):
    lists = AHEAD["investments"] | {"loan": []}
    (fault,) = faults_of(write_ahead(tmp_path, investments=lists))
    assert (fault.file, fault.what) == ("investments.yaml", "'loan' is no list here.")
    assert fault.remedy == "The lists of this file are investments, loans."


def test_faults_in_several_lists_of_a_file_are_told_at_once(tmp_path):
    lists = changed("scenarios", "assumptions", 0, driver="befolkning")
    lists["limits"][0]["direction"] = "below"
    faults = faults_of(write_ahead(tmp_path, scenarios=lists))
    assert [(fault.file, fault.row) for fault in faults] == [("scenarios.yaml", 5), ("scenarios.yaml", 14)]


def test_an_unknown_driver_is_refused_by_its_row_with_every_known_one_and_the_nearest(tmp_path):
    lists = changed("scenarios", "assumptions", 2, driver="populaton")
    (fault,) = faults_of(write_ahead(tmp_path, scenarios=lists))
    assert (fault.file, fault.row) == ("scenarios.yaml", 7)
    assert "driver 'populaton': it is no driver (did you mean population?); the drivers are" in fault.what
    assert all(f"{name} (" in fault.what for name in DRIVERS)


def first_cells(heading):
    """The first cells of the table below a heading of the page about own data, and which rows are required."""
    page = (Path(__file__).parents[2] / "docs" / "own_data.md").read_text(encoding="utf-8")
    below = page.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in below.splitlines() if line.startswith("| `")]
    return [row[0].strip("`") for row in rows], {row[0].strip("`") for row in rows if row[1] == "required"}


def test_the_page_about_own_data_lists_every_driver():
    assert first_cells("Drivers")[0] == list(DRIVERS)


@pytest.mark.parametrize("key", LISTS)
def test_the_page_about_own_data_lists_every_column(key):
    fields = MODELS_AHEAD[key].model_fields
    names, required = first_cells(f"`{SHEET_FILES[key]}`: `{key}`")
    assert (names, required) == (list(fields), {name for name, field in fields.items() if field.is_required()})


def test_the_drivers_and_the_names_that_are_checked_are_the_same():
    assert get_args(DriverName) == tuple(DRIVERS)
    assert all(driver.name == name and driver.meaning and driver.swedish for name, driver in DRIVERS.items())
    growths = {name for name, driver in DRIVERS.items() if driver.kind == "growth"}
    assert growths == {"population", "need", "volume", "price", "tax_base", "general_grants", "other"}


NEGATIVE = "a growth of -1.2 a year of population of 80- would make it negative"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": -1.2}, NEGATIVE),
        ({"value": -0.5, "low": -1.2, "high": 0.1}, NEGATIVE),
        ({"value": -1.0}, "a growth of -1 a year of population of 80- would leave no inhabitants"),
        ({"value": 0.02, "low": -1.0, "high": 0.1}, "would leave no inhabitants"),
    ],
)
def test_growth_that_makes_the_population_negative_is_refused_by_its_row(tmp_path, values, said):
    lists = changed("scenarios", "assumptions", 2, **values)
    (fault,) = faults_of(write_ahead(tmp_path, scenarios=lists))
    assert (fault.file, fault.row) == ("scenarios.yaml", 7)
    assert said in fault.what


def test_a_volume_may_fall_to_nothing_but_not_below(tmp_path):
    lists = changed("scenarios", "assumptions", 4, value=-1.0)
    assert utfall.open_region(write_ahead(tmp_path / "nothing", scenarios=lists)).assumptions[4].value == -1.0
    lists = changed("scenarios", "assumptions", 4, value=-1.01)
    (fault,) = faults_of(write_ahead(tmp_path / "below", scenarios=lists))
    assert "a growth of -1.01 a year of volume of drugs would make it negative" in fault.what


ROWS = {
    "assumptions": (
        "scenarios",
        0,
        [
            ({"low": None}, "give both low and high, or none of them"),
            ({"low": 0.05}, "value 0.03 is not between low 0.05 and high 0.04"),
            ({"high": 0.01}, "value 0.03 is not between low 0.02 and high 0.01"),
            ({"value": "tre"}, "value 'tre'"),
            ({"value": float("nan")}, "value nan: Input should be a finite number"),
            ({"persistence": 1.2}, "persistence 1.2"),
            ({"source": None}, "source is missing"),
            ({"owner": ""}, "owner ''"),
            ({"year": 202}, "year 202"),
            ({"note": "x"}, "note is not a column here"),
        ],
    ),
    "correlations": (
        "scenarios",
        0,
        [
            ({"value": 1.1}, "value 1.1"),
            ({"first": "skatt"}, "first 'skatt': it is no driver"),
            ({"first": "price:Löner"}, "price:Löner is correlated with itself"),
        ],
    ),
    "scenarios": ("scenarios", 0, [({"id": "Bas 1"}, "id 'Bas 1'"), ({"name": None}, "name is missing")]),
    "limits": (
        "scenarios",
        0,
        [({"measure": "kassa"}, "measure 'kassa': Input should be 'balance_requirement'"), ({"value": None}, "value")],
    ),
    "investments": (
        "investments",
        0,
        [
            ({"amount": 0}, "amount 0"),
            ({"paid": "2027-07"}, "in_use 2027-06 is before paid 2027-07"),
            ({"life": 51}, "life 51"),
            ({"loan_share": 1.5}, "loan_share 1.5"),
            ({"kind": "old"}, "kind 'old'"),
            ({"paid": "mars"}, "paid 'mars'"),
        ],
    ),
    "loans": ("investments", 0, [({"amount": -5}, "amount -5"), ({"years": 0}, "years 0"), ({"interest": 3}, "3")]),
    "projects": (
        "projects",
        0,
        [({"years": 31}, "years 31"), ({"discount_rate": 3.5}, "discount_rate 3.5"), ({"status": "ja"}, "status 'ja'")],
    ),
    "project_items": (
        "projects",
        0,
        [
            ({"value": -1}, "value -1"),
            ({"high": 2.5e6}, "value 3e+06 is not between low 2e+06 and high 2.5e+06"),
            ({"profile": "pulse"}, "profile 'pulse': it is not one of step, ramp(months), delay(months)"),
            ({"timing": "once", "end": "2028-01"}, "what comes once has no end"),
            ({"end": "2027-02"}, "end 2027-02 is before start 2027-03"),
            ({"owner": None}, "owner is missing"),
        ],
    ),
}


@pytest.mark.parametrize(
    ("key", "values", "said"), [(key, values, said) for key, (_, _, cases) in ROWS.items() for values, said in cases]
)
def test_a_row_that_cannot_be_used_is_named_with_what_to_do(tmp_path, key, values, said):
    file, number, _ = ROWS[key]
    lists = changed(file, key, number, **values)
    rows_before = [*lists][: [*lists].index(key)]
    line = sum(len(lists[each]) + 1 for each in rows_before) + 2 + number
    write_lists(tmp_path, {file: lists})
    with pytest.raises(InvalidData) as error:
        read_lists(tmp_path / f"{file}.yaml", {key: MODELS_AHEAD[key] for key in lists})
    (fault,) = error.value.faults
    assert (fault.file, fault.row) == (f"{file}.yaml", line)
    assert said in fault.what
    assert fault.remedy


@pytest.mark.parametrize(
    ("driver", "value", "said"),
    [
        ("age_cost", -0.1, "age_cost of 80- -0.1 is below 0"),
        ("pension_paid", 4, "pension_paid 4 is above 1; write 3 percent as 0.03"),
        ("other_investment_life", 0, "other_investment_life 0 is below 1"),
    ],
)
def test_a_level_that_has_no_meaning_is_refused(tmp_path, driver, value, said):
    target = {"target": "80-"} if driver == "age_cost" else {}
    lists = added("scenarios", "assumptions", {"scenario": "base", "driver": driver, "value": value, **target, **SAID})
    (fault,) = faults_of(write_ahead(tmp_path, scenarios=lists))
    assert (fault.row, said in fault.what) == (11, True)


def test_they_travel_with_the_region_in_a_duckdb_file(tmp_path):
    region = utfall.open_region(write_ahead(tmp_path / "region"))
    stored = utfall.open_region(write_duckdb(region, tmp_path / "r.duckdb"))
    assert rows_of(stored) == rows_of(region)
    assert all(rows_of(region).values())


def test_a_changed_assumption_is_another_version_of_the_data(tmp_path):
    before = utfall.open_region(write_ahead(tmp_path)).data_version
    lists = changed("scenarios", "assumptions", 0, value=0.031)
    assert utfall.open_region(write_ahead(tmp_path, scenarios=lists)).data_version != before


def test_a_region_with_these_registers_in_excel_has_the_same_rows(tmp_path):
    expected = utfall.open_region(write_ahead(tmp_path / "yaml"))
    region = utfall.open_region(in_excel(write_ahead(tmp_path / "excel")))
    assert rows_of(region) == rows_of(expected)
    registers_to_yaml(tmp_path / "excel" / "register.xlsx", tmp_path / "again")
    for file in ("scenarios.yaml", "investments.yaml", "projects.yaml"):
        (tmp_path / "yaml" / file).unlink()
        (tmp_path / "again" / file).rename(tmp_path / "yaml" / file)
    assert rows_of(utfall.open_region(tmp_path / "yaml")) == rows_of(expected)


def change_cell(path, sheet, cell, value):
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def test_a_faulty_row_in_excel_is_named_by_its_sheet_and_row(tmp_path):
    folder = in_excel(write_ahead(tmp_path / "region"))
    change_cell(folder / "register.xlsx", "assumptions", "B4", "populaton")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.row) == ("register.xlsx, sheet assumptions", 4)
    assert "did you mean population?" in fault.what


def test_a_fault_between_rows_in_excel_is_named_by_its_sheet_and_row(tmp_path):
    folder = in_excel(write_ahead(tmp_path / "region"))
    change_cell(folder / "register.xlsx", "loans", "G2", "new")
    faults = faults_of(folder)
    assert [(fault.file, fault.row) for fault in faults] == [("register.xlsx, sheet loans", 2)]
    assert "circular financing: old refinances new, new refinances old" in faults[0].what


def test_a_workbook_of_its_own_need_not_hold_every_sheet_of_its_file(tmp_path):
    folder = write_ahead(tmp_path, investments=None)
    book = openpyxl.Workbook()
    book.active.title = "loans"
    for row in (["id", "name", "amount", "drawn", "years"], ["a", "Lån", 5e6, "2027-05", 5]):
        book.active.append(row)
    book.save(folder / "investments.xlsx")
    region = utfall.open_region(folder)
    assert ([loan.amount for loan in region.loans], region.investments) == ([5e6], ())


def test_a_sheet_that_belongs_in_another_workbook_is_not_overlooked(tmp_path):
    folder = write_ahead(tmp_path, investments=None)
    book = openpyxl.Workbook()
    book.active.title = "loans"
    book.create_sheet("limits")
    book.save(folder / "investments.xlsx")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.what) == ("investments.xlsx", "the sheet limits does not belong here.")


def test_the_workbook_explains_every_driver_and_offers_them_in_the_cells(tmp_path):
    book = openpyxl.load_workbook(registers_to_excel(write_ahead(tmp_path / "region"), tmp_path / "r.xlsx"))
    (rule,) = [rule for rule in book["assumptions"].data_validations.dataValidation if str(rule.sqref).startswith("B2")]
    sheet, cells = rule.formula1.rsplit("!", 1)
    offered = [cell.value for row in book[sheet.strip("'")][cells.replace("$", "")] for cell in row]
    assert offered == list(DRIVERS)
    told = {row[3].value: row[4].value for row in book["Förklaring"].iter_rows(min_row=2)}
    assert told["population"] == "Folkmängd, procent per år; target är en åldersgrupp i tabellen population_by_age."
