"""Numbers as documents and ledgers write them."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utfall.sources.numbers import parse_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- 3 802,6", -3802.6),  # as the board's plan of 2024 prints it
        ("-3\u00a0802,6", -3802.6),
        ("−118,6", -118.6),  # a true minus
        ("1 234,50-", -1234.5),  # the sign after, as import files write it
        ("+12", 12.0),
        ("0", 0.0),
        ("1'000,00", 1000.0),
    ],
)
def test_a_number_is_read_as_swedish_documents_write_it(text, value):
    numbers, unreadable = parse_numbers(pd.Series([text]))
    assert numbers.tolist() == [value]
    assert not unreadable.any()


@pytest.mark.parametrize("text", ["abc", "12.5", "1,2,3", "--5", "5 kr", "-", ",5"])
def test_a_text_that_is_no_number_is_refused_rather_than_guessed(text):
    numbers, unreadable = parse_numbers(pd.Series([text]))
    assert math.isnan(numbers[0])
    assert unreadable.tolist() == [True]


def test_an_empty_cell_is_missing_and_not_unreadable():
    numbers, unreadable = parse_numbers(pd.Series(["", "  "]))
    assert numbers.isna().all()
    assert not unreadable.any()


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_every_amount_in_oren_survives_being_written_with_spaces_and_a_comma(oren):
    kronor, rest = divmod(abs(oren), 100)
    text = ("- " if oren < 0 else "") + f"{kronor:,}".replace(",", " ") + f",{rest:02d}"
    numbers, _ = parse_numbers(pd.Series([text]))
    assert round(numbers[0] * 100) == oren
