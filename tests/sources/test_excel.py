"""A sheet is read as a second reader reads it."""

from __future__ import annotations

import datetime as dt
import random

import duckdb
import openpyxl
import pytest
import xlsxwriter

from utfall.errors import InvalidData
from utfall.sources.excel import ExcelSource
from utfall.sources.excel.damage import find_damage


def test_a_sheet_of_random_cells_is_what_openpyxl_reads(tmp_path):
    chance = random.Random(7)
    path = tmp_path / "file.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["whole", "number", "text", "day", "flag"])
    for _ in range(500):
        book.active.append(
            [
                chance.choice([chance.randint(-(10**9), 10**9), None]),
                chance.choice([chance.uniform(-1e6, 1e6), round(chance.uniform(-99, 99), 2)]),
                chance.choice(["å", " b ", "0101", "x\ny", 'c"d', "<&>", "1,5"]),
                dt.datetime(1990, 1, 1) + dt.timedelta(days=chance.randint(0, 20_000)),
                chance.choice([True, False, None]),
            ]
        )
    book.save(path)
    rows = ExcelSource(path).relation(duckdb.connect(), numbered=True).fetchall()
    second = openpyxl.load_workbook(path, data_only=True).active.iter_rows(min_row=2, values_only=True)
    assert rows == [(*cells, number) for number, cells in enumerate(second, 2)]
    kinds = [str(kind) for kind in ExcelSource(path).relation(duckdb.connect()).types]
    assert kinds == ["BIGINT", "DOUBLE", "VARCHAR", "TIMESTAMP", "BOOLEAN"]


def test_errors_and_formulas_are_found_deep_in_a_large_sheet(tmp_path):
    path = tmp_path / "file.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["konto", "text", "belopp"])
    for row in range(1, 30_001):
        sheet.write_row(row, 0, [5600, f"text {row}", row / 7])
    sheet.write_formula(25_000, 2, "=1/0", None, "#DIV/0!")
    sheet.write_formula(29_999, 1, "=1+1", None, "")
    book.close()
    with pytest.raises(InvalidData) as refusal:
        ExcelSource(path)
    assert [(fault.row, fault.what[:8]) for fault in refusal.value.faults] == [
        (25_001, "cell C25"),
        (30_000, "cell B30"),
    ]


def test_every_error_in_a_large_sheet_is_counted(tmp_path):
    # An error in each row: none may be lost where the sheet's XML is read on from one piece to the next.
    path = tmp_path / "file.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["konto", "belopp"])
    for row in range(1, 20_001):
        sheet.write(row, 0, "a text that makes the row longer")
        sheet.write_formula(row, 1, "=NA()", None, "#N/A")
    book.close()
    assert [damage.row for damage in find_damage(path, "Sheet1")] == list(range(2, 20_002))


def test_more_than_fifty_faults_are_counted(tmp_path):
    path = tmp_path / "file.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["konto", "belopp"])
    for row in range(1, 71):
        sheet.write(row, 0, row)
        sheet.write_formula(row, 1, "=NA()", None, "#N/A")
    book.close()
    with pytest.raises(InvalidData) as refusal:
        ExcelSource(path)
    faults = refusal.value.faults
    assert [fault.row for fault in faults] == [*range(2, 52), None]
    assert faults[-1].what == "20 more rows cannot be read."


def test_the_sums_a_sheet_states_are_kept_by_column(tmp_path):
    path = tmp_path / "file.xlsx"
    book = openpyxl.Workbook()
    for row in (["konto", "text", "belopp"], [5600, "a", 2.5], [None, "Summa", 2.5]):
        book.active.append(row)
    book.save(path)
    assert ExcelSource(path).stated_sums() == {"text": "Summa", "belopp": "2,5"}


def test_a_sheet_chosen_among_others_leaves_a_doubt(tmp_path):
    path = tmp_path / "file.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in (["konto", "belopp"], [5600, 2.5]):
        book.active.append(row)
    book.create_sheet("Noter").append(["Uttaget i november"])
    book.save(path)
    source = ExcelSource(path)
    assert source.sheet == "Data"
    assert source.doubts == ("The sheet 'Data' is read; 'Noter' also holds something.",)


def test_columns_are_numbered_only_where_that_is_asked_for(tmp_path):
    path = tmp_path / "file.xlsx"
    book = openpyxl.Workbook()
    for row in (["konto", "belopp"], [5600, 2.5]):
        book.active.append(row)
    book.save(path)
    source = ExcelSource(path)
    assert source.relation(duckdb.connect()).fetchall() == [(5600, 2.5)]
    assert source.relation(duckdb.connect(), numbered=True).columns == ["konto", "belopp", "source_row"]
