"""Registers may be kept in Excel: the same rows, the same checks, and nothing lost on the way there and back."""

import shutil
from datetime import datetime

import openpyxl
import pytest
import yaml

import utfall
from tests.region.years_ahead import AHEAD, write_lists
from tests.small_region import write_region
from utfall.errors import InvalidData, InvalidParameter
from utfall.region.register_sheets import SHEET_FILES
from utfall.region.register_words import EXPLAINED, SHEETS_EXPLAINED
from utfall.region.register_workbooks import register_models, registers_to_excel, registers_to_yaml
from utfall.region.registers import Measure, OrganisationRow, ReportOrder, read_register


def contents(folder):
    """Every register of a folder, as plain values."""
    return {
        key: [row.model_dump() for row in read_register(folder / SHEET_FILES[key], key, model)]
        for key, model in register_models().items()
    }


def faults_of(action, *arguments):
    with pytest.raises(InvalidData) as error:
        action(*arguments)
    return error.value.faults


def workbook(path, **sheets):
    """A workbook with the given rows in each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def small_region_in_excel(tmp_path):
    """The small region, with its organisation and accounts in register.xlsx."""
    folder = write_region(tmp_path / "region")
    registers_to_excel(folder, tmp_path / "register.xlsx")
    for file in dict.fromkeys(SHEET_FILES.values()):
        (folder / file).unlink(missing_ok=True)
    shutil.move(tmp_path / "register.xlsx", folder / "register.xlsx")
    return folder


def change_cell(path, sheet, cell, value):
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


UNITS = [
    ["code", "name", "level", "parent", "valid_from"],
    ["B", "Nämnden", "board", None, None],
    ["0101", "Mottagningen", "unit", "B", datetime(2024, 5, 1)],
    [102, "Avdelningen", "unit", "B", None],
]


@pytest.fixture
def every_register(demo_folder, tmp_path):
    """The made-up region's registers, and one of each that it does not have."""
    folder = tmp_path / "every"
    folder.mkdir()
    write_lists(folder, AHEAD)
    for file in dict.fromkeys(SHEET_FILES.values()):
        if (demo_folder / file).exists():
            shutil.copy(demo_folder / file, folder / file)
    return folder


def test_every_register_of_the_made_up_region_is_the_same_after_the_way_through_excel(every_register, tmp_path):
    before = contents(every_register)
    assert all(before.values())
    path = registers_to_excel(every_register, tmp_path / "register.xlsx")
    assert contents(tmp_path) == before
    written = registers_to_yaml(path, tmp_path / "yaml")
    assert {file.name for file in written} == set(SHEET_FILES.values())
    assert contents(tmp_path / "yaml") == before


def test_values_that_are_hard_to_write_in_a_cell_come_back_as_they_were(tmp_path):
    folder = tmp_path / "before"
    folder.mkdir()
    measures = [
        {
            "id": "0012",
            "name": "=SUMMA(A1)",
            "description": "Rad ett\nrad två; med semikolon",
            "units": ["0101", "a;b", 'citat "x"', "1e5"],
            "start": "2026-10",
            "planned_effect": 0.1,
            "negative_control": {"units": ["0102"], "lines": ["drugs", "no"]},
        }
    ]
    reports = [
        {
            "notebook": "a.ipynb",
            "title": "NEJ",
            "levels": [],
            "months": [4, 12],
            "parameters": {"measure": "007", "level": 0.5, "years": 3, "plain": True},
            "pdf": True,
        }
    ]
    (folder / "measures.yaml").write_text(yaml.safe_dump({"measures": measures}, allow_unicode=True), encoding="utf-8")
    (folder / "reports.yaml").write_text(yaml.safe_dump({"reports": reports}, allow_unicode=True), encoding="utf-8")
    registers_to_yaml(registers_to_excel(folder, tmp_path / "r.xlsx"), tmp_path / "after")
    for file, key, model, rows in (
        ("measures.yaml", "measures", Measure, measures),
        ("reports.yaml", "reports", ReportOrder, reports),
    ):
        (read,) = read_register(tmp_path / "after" / file, key, model)
        assert read.model_dump() == model(**rows[0]).model_dump()


def test_a_region_with_its_registers_in_excel_gives_the_same_amounts(tmp_path, small_region):
    region = utfall.open_region(small_region_in_excel(tmp_path))
    assert region.amounts(["unit", "line", "period"]).equals(small_region.amounts(["unit", "line", "period"]))
    assert yaml.safe_load(region.register_texts["organisation.yaml"])["units"][0]["name"] == "Nämnden"


def test_the_data_version_follows_what_the_workbook_says_and_not_how_it_was_saved(tmp_path):
    folder = small_region_in_excel(tmp_path)
    first = utfall.open_region(folder).data_version
    content = (folder / "register.xlsx").read_bytes()
    openpyxl.load_workbook(folder / "register.xlsx").save(folder / "register.xlsx")
    assert (folder / "register.xlsx").read_bytes() != content
    assert utfall.open_region(folder).data_version == first
    change_cell(folder / "register.xlsx", "units", "B7", "Ett annat namn")
    assert utfall.open_region(folder).data_version != first


def test_codes_typed_as_numbers_and_dates_typed_as_dates_are_read(tmp_path):
    workbook(tmp_path / "organisation.xlsx", units=UNITS)
    rows = read_register(tmp_path / "organisation.yaml", "units", OrganisationRow, required=True)
    assert [row.code for row in rows] == ["B", "0101", "102"]
    assert rows[1].valid_from.isoformat() == "2024-05-01"
    assert rows[2].source_row == 4


def test_a_month_that_excel_made_a_date_of_is_a_month(tmp_path):
    header = ["id", "name", "units", "start", "planned_effect"]
    workbook(tmp_path / "measures.xlsx", measures=[header, ["m", "Åtgärd", 101, datetime(2026, 10, 1), 5]])
    (measure,) = read_register(tmp_path / "measures.yaml", "measures", Measure)
    assert (measure.start, measure.units) == ("2026-10", ("101",))


def test_a_faulty_row_is_named_by_workbook_sheet_and_row(tmp_path):
    rows = [*UNITS[:2], ["0101", "Mottagningen", "avdelning", "B", None]]
    workbook(tmp_path / "organisation.xlsx", units=rows)
    (fault,) = faults_of(read_register, tmp_path / "organisation.yaml", "units", OrganisationRow)
    assert (fault.file, fault.row) == ("organisation.xlsx, sheet units", 3)
    assert "'avdelning'" in fault.what
    assert fault.remedy


def test_a_column_that_is_misspelt_is_refused_once_by_the_header(tmp_path):
    workbook(tmp_path / "organisation.xlsx", units=[["code", "namn"], ["B", "x"], ["C", "y"]])
    (fault,) = faults_of(read_register, tmp_path / "organisation.yaml", "units", OrganisationRow)
    assert (fault.row, fault.what) == (1, "namn is not a column here.")


def test_a_fault_between_rows_is_named_by_its_sheet_when_a_region_is_opened(tmp_path):
    folder = small_region_in_excel(tmp_path)
    change_cell(folder / "register.xlsx", "units", "D7", "XX")
    (fault,) = faults_of(utfall.open_region, folder)
    assert (fault.file, fault.row) == ("register.xlsx, sheet units", 7)
    assert "unknown parent XX" in fault.what


def test_the_two_sheets_of_the_accounts_are_told_apart(tmp_path):
    folder = small_region_in_excel(tmp_path)
    change_cell(folder / "register.xlsx", "accounts", "C2", "nowhere")
    (fault,) = faults_of(utfall.open_region, folder)
    assert (fault.file, fault.row) == ("register.xlsx, sheet accounts", 2)
    assert fault.remedy == "Add it under lines."


def test_what_a_table_lacks_in_a_register_is_to_be_added_to_the_workbook(tmp_path):
    folder = small_region_in_excel(tmp_path)
    change_cell(folder / "register.xlsx", "units", "A9", "M9")
    remedies = {fault.remedy for fault in faults_of(utfall.open_region, folder)}
    assert "Add the unit to register.xlsx or correct the code." in remedies


def test_a_register_in_two_places_is_refused_with_both_named(tmp_path):
    folder = write_region(tmp_path / "region")
    registers_to_excel(folder, folder / "register.xlsx")
    (fault,) = faults_of(utfall.open_region, folder)
    assert fault.what == "the list units is kept in organisation.yaml and in register.xlsx, sheet units."
    assert fault.remedy.startswith("Remove it from one of them")


def test_a_workbook_and_the_common_workbook_may_not_hold_the_same_register(tmp_path):
    workbook(tmp_path / "organisation.xlsx", units=UNITS)
    workbook(tmp_path / "register.xlsx", units=UNITS)
    (fault,) = faults_of(read_register, tmp_path / "organisation.yaml", "units", OrganisationRow)
    assert "organisation.xlsx, sheet units and in register.xlsx, sheet units" in fault.what


def test_a_sheet_that_is_no_register_is_refused(tmp_path):
    workbook(tmp_path / "register.xlsx", units=UNITS, mesures=[["id"]])
    (fault,) = faults_of(read_register, tmp_path / "organisation.yaml", "units", OrganisationRow)
    assert (fault.file, fault.what) == ("register.xlsx", "the sheet 'mesures' is the name of no register.")


def test_nothing_that_is_there_is_written_over(tmp_path):
    folder = write_region(tmp_path / "region")
    path = registers_to_excel(folder, tmp_path / "r.xlsx")
    with pytest.raises(InvalidParameter, match="--replace"):
        registers_to_excel(folder, path)
    with pytest.raises(InvalidParameter, match=r"organisation\.yaml, accounts\.yaml, measures\.yaml exist"):
        registers_to_yaml(path, folder)
    before = contents(folder)
    registers_to_yaml(path, folder, replace=True)
    assert contents(folder) == before


def test_the_workbook_explains_every_column_and_offers_the_values_that_may_stand_there(every_register, tmp_path):
    models = register_models()
    book = openpyxl.load_workbook(registers_to_excel(every_register, tmp_path / "r.xlsx"))
    assert list(book.sheetnames) == [*models, "Förklaring"]
    explained = {(row[0].value, row[1].value): row[4].value for row in book["Förklaring"].iter_rows(min_row=2)}
    for key, model in models.items():
        header = [cell.value for cell in book[key][1]]
        assert header == list(model.model_fields)
        assert all(explained[key, column] for column in header)
    (rule,) = book["units"].data_validations.dataValidation
    assert (str(rule.sqref).split(":")[0], rule.formula1) == ("C2", '"board,division,area,unit"')


def test_every_register_and_column_has_its_words():
    assert set(SHEETS_EXPLAINED) == set(EXPLAINED) == set(register_models()) == set(SHEET_FILES)
    for key, model in register_models().items():
        assert set(EXPLAINED[key]) == set(model.model_fields)
