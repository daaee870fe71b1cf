"""Numbers, dates and codes as documents and ledgers write them."""

import math

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utfall.region.importing.values import date_of, number_of, text_of

ENGINE = ibis.duckdb.connect(threads=1)


def column(values):
    return ibis.memtable(pd.DataFrame({"value": pd.Series(values, dtype=object)})).value


def numbers(texts, decimal=",", thousands=""):
    return ENGINE.to_pandas(number_of(column(texts), decimal, thousands)).tolist()


def dates(texts):
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in ENGINE.to_pandas(date_of(column(texts)))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- 3 802,6", -3802.6),  # as the board's plan of 2024 prints it
        ("-3\u00a0802,6", -3802.6),
        ("−118,6", -118.6),  # a true minus
        ("–118,6", -118.6),  # a dash
        ("1 234,50-", -1234.5),  # the sign after, as import files write it
        ("+12", 12.0),
        ("0", 0.0),
        ("-0,00", 0.0),
        ("12,", 12.0),
        ("1'000,00", 1000.0),
        ("0012,5", 12.5),
    ],
)
def test_a_number_is_read_as_swedish_documents_write_it(text, value):
    assert numbers([text]) == [value]


@pytest.mark.parametrize(
    "text", ["abc", "12.5", "1,2,3", "--5", "5 kr", "-", ",5", "1e5", "inf", "nan", "0x10", "1_000", "5-5", "(5)", "½"]
)
def test_a_text_that_is_no_number_is_refused_rather_than_guessed(text):
    assert math.isnan(numbers([text])[0])


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "value"),
    [
        ("1234.5", ".", "", 1234.5),
        ("1,234.50", ".", ",", 1234.5),
        ("-1.234.567,8", ",", ".", -1234567.8),
        ("1.23,4", ",", ".", math.nan),  # no thousand has two digits
        ("1234,5", ".", "", math.nan),
    ],
)
def test_signs_of_decimals_and_thousands_are_those_that_were_said(text, decimal, thousands, value):
    (found,) = numbers([text], decimal, thousands)
    assert found == value or (math.isnan(found) and math.isnan(value))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(min_value=-(10**14), max_value=10**14), min_size=1, max_size=50))
def test_every_amount_in_oren_survives_being_written_with_spaces_and_a_comma(amounts):
    def written(oren):
        kronor, rest = divmod(abs(oren), 100)
        return ("- " if oren < 0 else "") + f"{kronor:,}".replace(",", " ") + f",{rest:02d}"

    assert [round(number * 100) for number in numbers([written(oren) for oren in amounts])] == amounts


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10", "2026-10-01"),
        ("202610", "2026-10-01"),
        ("2026M10", "2026-10-01"),
        ("2026-10-17", "2026-10-17"),
        ("20261017", "2026-10-17"),
        ("2026-10-17 00:00:00", "2026-10-17"),
        ("2026-10-17T08:15", "2026-10-17"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_a_day_or_month_is_read_as_systems_write_it(text, day):
    assert dates([text]) == [day]


@pytest.mark.parametrize(
    "text",
    ["2026-13", "202613", "202600", "oktober", "2026-02-30", "20260230", "17/10 2026", "2026", "26-10", "261017",
     "2026-1-7", "1e5", "000010", "2026/10/17", "2026-10-17 ungefär"],
)  # fmt: skip
def test_a_text_that_is_no_date_is_refused(text):
    assert dates([text]) == [None]


def test_codes_lose_the_spaces_around_them_and_keep_their_zeros():
    found = ENGINE.to_pandas(text_of(column([" 0101", "0101\u00a0", "\t1100\r", "två ord", "", "  "]))).tolist()
    assert found == ["0101", "0101", "1100", "två ord", "", ""]


def test_a_code_that_a_spreadsheet_keeps_as_a_number_is_written_without_decimals():
    values = ibis.memtable(pd.DataFrame({"value": [5600.0, 5600.5, float("nan")]})).value
    found = ENGINE.to_pandas(text_of(values)).tolist()
    assert found[:2] == ["5600", "5600.5"]
    assert pd.isna(found[2])
