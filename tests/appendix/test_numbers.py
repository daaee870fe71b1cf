"""A number is one cell of one table, printed as a controller writes it, or refused with what there is."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from tests.appendix.small_case import PLACES, content, executed, write_case
from utfall.appendix.case import read_case
from utfall.appendix.csv_rows import read_rows, write_rows
from utfall.appendix.numbers import collect_numbers, find_cell, numbers_csv, read_numbers_csv
from utfall.errors import InvalidData, InvalidParameter

NBSP, MINUS = "\u00a0", "\u2212"


def collected(folder, **places):
    """The numbers of a small case where some are taken from other places."""
    numbers = content()["numbers"]
    for name, place in places.items():
        numbers[name] = {"notebook": "kostnad", **PLACES[name], **place}
    case = read_case(write_case(folder, numbers=numbers))
    return collect_numbers(case, {"kostnad": executed()})


def refused(folder, **places):
    with pytest.raises(InvalidData) as error:
        collected(folder, **places)
    return str(error.value)


def test_a_cost_is_told_without_its_minus_and_kept_as_the_table_has_it(tmp_path):
    number = collected(tmp_path)["hyra_fore"]
    assert (number.text, number.value, number.told) == (f"45,3{NBSP}mkr", Decimal("-45250000"), Decimal("45250000"))
    assert (number.unit, number.notebook, number.cell) == ("kr", "kostnad", 2)
    assert (number.row, number.column) == ("Inhyrd personal", "Förra året")
    assert number.table == "Kostnad per post, januari–oktober 2026"


def test_half_is_rounded_away_from_zero(tmp_path):
    assert collected(tmp_path, hyra_efter={"unit": "mkr"})["hyra_efter"].text == f"30,2{NBSP}mkr"  # 30,15


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({}, f"45,3{NBSP}mkr"),
        ({"unit": "tkr"}, f"45{NBSP}250{NBSP}tkr"),
        ({"unit": "kr"}, f"45{NBSP}250{NBSP}000{NBSP}kr"),
        ({"unit": "mkr", "decimals": 0}, f"45{NBSP}mkr"),
        ({"unit": "mkr", "decimals": 3}, f"45,250{NBSP}mkr"),
        ({"sign": "kept"}, f"{MINUS}45,3{NBSP}mkr"),
        ({"plus": True}, f"+45,3{NBSP}mkr"),
        ({"show_unit": False}, "45,3"),
    ],
)
def test_unit_decimals_and_sign_are_the_cases(tmp_path, place, text):
    assert collected(tmp_path, hyra_fore=place)["hyra_fore"].text == text


def test_a_small_amount_is_printed_in_a_unit_that_suits_it(tmp_path):
    row = {"Post": "Övrigt", "Del": "Lokaler"}
    assert collected(tmp_path, hyra_fore={"row": row})["hyra_fore"].text == f"300{NBSP}tkr"


def test_a_share_is_in_per_cent_and_a_count_has_the_columns_unit(tmp_path):
    numbers = collected(tmp_path)
    assert (numbers["hyra_andring"].text, numbers["hyra_andring"].value) == (f"{MINUS}33,4{NBSP}%", Decimal("-33.4"))
    assert (numbers["patienter"].text, numbers["patienter"].unit) == (f"1{NBSP}337{NBSP}patienter", "patienter")


@pytest.mark.parametrize(
    ("name", "place", "tolerance"),
    [
        ("hyra_fore", {"unit": "mkr"}, "50000"),
        ("hyra_fore", {"unit": "tkr"}, "500"),
        ("hyra_fore", {"unit": "kr", "decimals": 2}, "0.005"),
        ("hyra_andring", {}, "0.05"),
        ("patienter", {}, "0.5"),
        ("patienter", {"tolerance": 3}, "3"),
    ],
)
def test_the_tolerance_is_half_of_the_last_printed_digit_unless_the_case_says_otherwise(
    tmp_path, name, place, tolerance
):
    assert collected(tmp_path, **{name: place})[name].tolerance == Decimal(tolerance)


def test_a_row_is_told_from_others_by_several_columns(tmp_path):
    number = collected(tmp_path, hyra_fore={"row": {"Post": "Övrigt", "Del": "Resor"}})["hyra_fore"]
    assert number.value == Decimal(-1000)
    assert number.row == "Post: Övrigt · Del: Resor"
    assert find_cell(executed(), number.table, number.row, number.column).number() == Decimal(-1000)


def test_the_second_column_of_a_heading_has_a_number_in_brackets(tmp_path):
    assert find_cell(executed(), "Patienter", "2026-10", "till").number() == 1300
    assert find_cell(executed(), "Patienter", "2026-10-01", "till (2)").number() == 1400


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"table": "Kostnad per enhet"}, ['The table "Kostnad per enhet" is not there', "Patienter månad för månad"]),
        ({"table": "a"}, ["is the title of 2 tables"]),
        ({"row": "Löner"}, ['has no row "Löner"', '"Inhyrd personal", "Läkemedel"']),
        ({"row": "Övrigt"}, ['has the row "Övrigt" 2 times (rows 3, 4)', "of Post, Del"]),
        ({"column": "I fjol"}, ['has no column "I fjol"', '"Post", "Del", "Förra året"']),
        ({"row": {"Kund": "A"}}, ['has no column "Kund"']),
        ({"column": "Del"}, ['holds the text "Läkare"', "name another column"]),
        ({"row": {"Del": "Resor"}, "column": "I år"}, ["is missing there", "take it away"]),
        ({"unit": "besök"}, ["unit is 'besök'", "kr, tkr, mkr"]),
    ],
)
def test_a_number_that_cannot_be_found_is_refused_with_what_there_is(tmp_path, place, said):
    told = refused(tmp_path, hyra_fore=place)
    assert "REV-1-2026.yaml, row" in told
    assert "numbers hyra_fore" in told
    assert all(part in told for part in said), told


def test_a_hidden_count_is_refused(tmp_path):
    told = refused(tmp_path, patienter={"row": "2026-11"})
    assert "hidden to protect persons" in told


def test_a_number_of_a_secret_table_is_refused(tmp_path):
    case = read_case(write_case(tmp_path, sensitivity={"kostnad": "öppen", "kostnad: Patienter": "sekretess"}))
    with pytest.raises(InvalidData, match=r"Patienter månad för månad.* is sekretess"):
        collect_numbers(case, {"kostnad": executed()})


def test_every_number_that_fails_is_told(tmp_path):
    told = refused(tmp_path, hyra_fore={"row": "A"}, summa={"row": "B"})
    assert "numbers hyra_fore" in told
    assert "numbers summa" in told


def test_a_notebook_that_was_not_run_is_named(tmp_path):
    with pytest.raises(InvalidData, match="The notebook kostnad has not been run"):
        collect_numbers(read_case(write_case(tmp_path)), {})


def test_the_list_of_numbers_is_read_back_as_it_was_written(tmp_path):
    numbers = collected(tmp_path, hyra_fore={"plus": True}, hyra_efter={"show_unit": False})
    content = numbers_csv(numbers)
    assert read_numbers_csv(content) == numbers
    assert numbers_csv(read_numbers_csv(content)) == content


def test_a_spreadsheet_reads_the_list_as_it_stands(tmp_path):
    rows = list(csv.DictReader(io.StringIO(numbers_csv(collected(tmp_path)).decode("utf-8-sig")), delimiter=";"))
    assert [rows[0][name] for name in ("namn", "tryckt", "värde", "enhet", "tolerans", "tecken", "rad")] == [
        *("hyra_fore", f"45,3{NBSP}mkr", "-45250000", "kr", "50000", "omvänt", "Inhyrd personal")
    ]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"", "empty"),
        (b"a;b\r\n", "the columns are a, b"),
        (b"\xff\xfe", "no table"),
    ],
)
def test_a_list_that_is_no_list_is_refused(broken, said):
    with pytest.raises(InvalidData, match=said):
        read_numbers_csv(broken)


def test_a_broken_value_in_the_list_is_named_by_its_row(tmp_path):
    content = numbers_csv(collected(tmp_path)).replace(b"-45250000", b"mycket")
    with pytest.raises(InvalidData, match=r"tal.csv, row 2: a value cannot be read"):
        read_numbers_csv(content)


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''=x", "+46", "-5", "'-5", "@a", "vanlig", "'citat'", "\tx", "a;b", 'a"b']
)
def test_a_formula_is_guarded_and_every_text_comes_back(text):
    written = write_rows([[text]])
    assert read_rows(written) == [[text]]
    [[seen]] = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";")
    assert seen[0] not in "=+@\t"


def test_a_later_value_is_printed_in_the_same_form(tmp_path):
    number = collected(tmp_path)["hyra_fore"]
    assert number.written(Decimal("-168900000")) == f"168,9{NBSP}mkr"


def test_a_missing_row_in_find_cell_is_an_error_for_the_user():
    with pytest.raises(InvalidParameter, match="has no row"):
        find_cell(executed(), "Kostnad", "Löner", "I år")
