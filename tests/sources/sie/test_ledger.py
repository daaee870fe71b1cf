"""The ledger and budget that a SIE file gives, against sums worked by hand."""

from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from tests.sources.sie.files import HEAD, read, rows_of
from utfall.errors import InvalidData
from utfall.region.tables import TABLES

VOUCHERS = [
    '#DIM 1 "Ansvar"',
    '#VER A 7 20260130 "Läkemedel" 20260203',
    "{",
    '#TRANS 5600 {1 "1100" 6 "P1"} 1250.50 "" "Dos"',
    '#TRANS 5600 {"1" "1200"} 749.50',
    "#TRANS 2440 {} -2000.00",
    "}",
    '#VER A 8 20260215 "Hyra"',
    "{",
    '#TRANS 6010 {1 "1100"} 300 20260301',
    "#TRANS 2440 {} -300.00",
    "}",
]


def test_the_ledger_has_the_kits_columns_in_the_kits_types(tmp_path):
    table = read(tmp_path, [*HEAD, *VOUCHERS]).ledger(account_from="3").table
    assert set(table.column_names) == {*TABLES["ledger"].columns, "source_row"}
    assert table.schema.field("amount").type == pa.decimal128(18, 2)
    assert table.schema.field("period").type == table.schema.field("booked_on").type == pa.date32()


def test_the_ledger_is_made_of_the_vouchers_rows(tmp_path):
    source = read(tmp_path, [*HEAD, *VOUCHERS]).ledger(account_from="3")
    assert rows_of(source, "period", "unit", "account", "project", "voucher", "amount", "text", "booked_on") == [
        (date(2026, 1, 1), "1100", "5600", "P1", "A 7", Decimal("1250.50"), "Dos", date(2026, 2, 3), 12),
        (date(2026, 1, 1), "1200", "5600", "", "A 7", Decimal("749.50"), "Läkemedel", date(2026, 2, 3), 13),
        (date(2026, 3, 1), "1100", "6010", "", "A 8", Decimal("300.00"), "Hyra", None, 18),
    ]
    assert source.left_out()["accounts before 3"] == 2


def test_every_row_of_the_file_is_given_or_left_out(tmp_path):
    file = read(tmp_path, [*HEAD, "", *VOUCHERS, "#NYTT", "#SRU 5600 7214"])
    source = file.ledger(account_from="3")
    assert source.table.num_rows + sum(source.left_out().values()) == file.rows == 23


def test_the_engine_reads_the_same_sums(tmp_path):
    source = read(tmp_path, [*HEAD, *VOUCHERS]).ledger(unit="0000")
    relation = source.relation(duckdb.connect())
    assert relation.aggregate("sum(amount), count(*)").fetchone() == (Decimal("0.00"), 5)


def test_a_row_without_unit_is_refused_by_its_row_unless_one_is_given(tmp_path):
    file = read(tmp_path, [*HEAD, *VOUCHERS])
    with pytest.raises(InvalidData) as error:
        file.ledger()
    assert [fault.row for fault in error.value.faults] == [14, 19]
    assert "account 2440" in error.value.faults[0].what
    assert [row[0] for row in rows_of(file.ledger(unit="0000"), "unit")] == ["1100", "1200", "0000", "1100", "0000"]


def test_other_dimensions_may_be_the_activity_and_the_counterparty(tmp_path):
    voucher = ["#VER A 1 20260130", "{", '#TRANS 5600 {1 "1100" 9 "4711" 20 "35"} 1', "#TRANS 2440 {} -1", "}"]
    source = read(tmp_path, [*HEAD, *voucher]).ledger(activity_dim="20", counterparty_dim="9", account_from="3")
    assert rows_of(source, "activity", "counterparty", "project") == [("35", "4711", "", 11)]


def test_an_under_object_as_unit_has_the_code_it_is_named_with(tmp_path):
    lines = [
        '#DIM 20 "Avdelning"',
        '#UNDERDIM 21 "Underavdelning" 20',
        '#OBJEKT 21 "0102" "Barn 1-3 år"',
        "#VER A 1 20260130",
        "{",
        '#TRANS 5600 {20 "01" 21 "02"} 1',
        '#TRANS 5600 {20 "09" 21 "07"} -1',
        "}",
    ]
    source = read(tmp_path, [*HEAD, *lines]).ledger(unit_dim="21")
    assert [row[0] for row in rows_of(source, "unit")] == ["0102", "07"]


# Account 5010: 100 in all, of which 60 and 30 on units; account 3011: on units altogether; account 1910: on none.
OBJECTS = [
    "#PSALDO 0 202601 5010 {} 100.00",
    '#PSALDO 0 202601 5010 {1 "1100"} 60.00',
    '#PSALDO 0 202601 5010 {1 "1200"} 30.00',
    '#PSALDO 0 202601 5010 {6 "P1"} 55.00',
    "#PSALDO 0 202601 3011 {} -20.00",
    '#PSALDO 0 202601 3011 {1 "1100"} -20.00',
    "#PSALDO 0 202601 1910 {} -80.00",
    "#PSALDO -1 202512 5010 {} 7.00",
    '#PSALDO 0 202602 5010 {1 "1100" 6 "P1"} 5.00',
    "#PSALDO 0 202602 5010 {} 5.00",
]


def test_amounts_of_months_count_once_though_they_are_given_for_the_account_and_for_its_objects(tmp_path):
    source = read(tmp_path, [*HEAD, *OBJECTS]).ledger(account_from="3", unit="0000")
    assert rows_of(source, "period", "unit", "account", "amount") == [
        (date(2026, 1, 1), "0000", "5010", Decimal("10.00"), 9),
        (date(2026, 1, 1), "1100", "5010", Decimal("60.00"), 10),
        (date(2026, 1, 1), "1200", "5010", Decimal("30.00"), 11),
        (date(2026, 1, 1), "1100", "3011", Decimal("-20.00"), 14),
        (date(2026, 2, 1), "0000", "5010", Decimal("5.00"), 18),
    ]
    assert {reason: count for reason, count in source.left_out().items() if reason.startswith(("#PSALDO", "acc"))} == {
        "#PSALDO split on another dimension than 1": 2,
        "#PSALDO of a whole account, which its units sum to": 1,
        "#PSALDO of the year -1": 1,
        "accounts before 3": 1,
    }


def test_what_an_account_has_beyond_its_units_is_refused_by_its_row(tmp_path):
    with pytest.raises(InvalidData) as error:
        read(tmp_path, [*HEAD, *OBJECTS]).ledger(account_from="3")
    assert [fault.row for fault in error.value.faults] == [9, 18]


def test_a_file_of_type_2_has_no_units_and_says_what_to_do(tmp_path):
    file = read(tmp_path, [*HEAD, "#PSALDO 0 202601 5010 {} 100", "#PSALDO 0 202601 3011 {} -100"])
    with pytest.raises(InvalidData, match="no row has an object of dimension 1, which is to be its unit") as error:
        file.ledger()
    assert "Export SIE of type 3 or 4" in error.value.faults[0].remedy
    assert len(rows_of(file.ledger(unit="1"))) == 2


def test_earlier_years_months_count_when_they_are_asked_for(tmp_path):
    source = read(tmp_path, [*HEAD, *OBJECTS]).ledger(account_from="3", unit="0000", years=(-1,))
    assert rows_of(source, "period", "amount") == [(date(2025, 12, 1), Decimal("7.00"), 16)]


def test_the_budget_is_made_of_its_months(tmp_path):
    lines = [
        "#PBUDGET 0 202601 5010 {} 90",
        '#PBUDGET 0 202601 5010 {1 "1100"} 90',
        '#PBUDGET 0 202602 5010 {1 "1100"} 3.5',
    ]
    source = read(tmp_path, [*HEAD, *lines, "#PSALDO 0 202601 5010 {} 1"]).budget(version="beslutad")
    assert set(source.columns) == set(TABLES["budget"].columns)
    assert rows_of(source, "period", "unit", "account", "version", "amount") == [
        (date(2026, 1, 1), "1100", "5010", "beslutad", Decimal("90.00"), 10),
        (date(2026, 2, 1), "1100", "5010", "beslutad", Decimal("3.50"), 11),
    ]


def test_a_file_without_amounts_says_that_there_is_no_ledger_and_no_budget(tmp_path):
    file = read(tmp_path, [*HEAD, "#RES 0 3011 -5"])
    with pytest.raises(InvalidData, match="neither vouchers nor amounts of months"):
        file.ledger()
    with pytest.raises(InvalidData, match="no budget of months"):
        file.budget()


def test_many_rows_without_unit_are_told_up_to_fifty_and_the_rest_counted(tmp_path):
    rows = ['#TRANS 5600 {1 "1"} 0', *["#TRANS 5600 {} 0"] * 60]
    with pytest.raises(InvalidData) as error:
        read(tmp_path, ["#VER A 1 20260101", "{", *rows, "}"]).ledger()
    assert len(error.value.faults) == 51
    assert "10 more rows" in error.value.faults[-1].what
