"""Every value as the kit writes it is found; a changed digit, sign or unit is not."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from utfall.presentation.numbers import amount, number, percent
from utfall.presentation.sourced import known_values, unsourced_numbers
from utfall.presentation.words import change_words, deviation_words

VALUES = st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12) | st.decimals(-(10**9), 10**9, places=2)
SHARES = st.floats(-50, 50)
DECIMALS = st.integers(0, 4)
UNITS = st.sampled_from(["sek", "tkr", "mkr"])


@st.composite
def written(draw):
    """A value, and how the kit writes it."""
    kind = draw(st.sampled_from(["number", "percent", "amount"]))
    signed, decimals = draw(st.booleans()), draw(DECIMALS)
    if kind == "percent":
        value = draw(SHARES)
        return value, percent(value, decimals, signed=signed)
    value = draw(VALUES)
    if kind == "amount":
        return value, amount(value, draw(UNITS), decimals, signed=signed)
    return value, number(value, decimals, signed=signed)


@given(written())
def test_every_value_the_kit_writes_is_found(pair):
    value, text = pair
    assert unsourced_numbers(f"Utfallet blev {text} under perioden.", [value]) == ()


@given(written(), st.integers(0, 30), st.integers(1, 9))
def test_a_changed_digit_is_found(pair, place, shift):
    value, text = pair
    digits = [match.start() for match in re.finditer(r"\d", text)]
    at = digits[place % len(digits)]
    changed = text[:at] + str((int(text[at]) + shift) % 10) + text[at + 1 :]
    found = unsourced_numbers(f"Utfallet blev {changed} under perioden.", [value])
    assert found == (changed,)


@given(st.floats(1.0, 1e12), UNITS)
def test_a_turned_sign_is_found(value, unit):
    text = amount(-value, unit)
    assume(re.search("[1-9]", text))
    assert unsourced_numbers(f"Utfallet blev {text}.", [-value]) == ()
    assert unsourced_numbers(f"Utfallet blev {text}.", [value]) == (text,)


@given(st.floats(-1e12, 1e12), UNITS)
def test_a_turned_word_is_found(value, unit):
    words = deviation_words(value, unit)
    assume("än budget" in words)
    assert unsourced_numbers(words, [value]) == ()
    assert len(unsourced_numbers(words, [-value])) == 1


@given(st.floats(-10, 10))
def test_a_change_is_found_by_its_word(share):
    words = change_words(share, "förra året")
    assume("än" in words)
    assert unsourced_numbers(words, [share]) == ()
    assert len(unsourced_numbers(words, [-share])) == 1


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30), st.data())
def test_a_value_is_found_in_any_holder(values, data):
    value = data.draw(st.sampled_from(values))
    text = f"Utfallet blev {amount(value, 'tkr')}."
    frame = pd.DataFrame({"amount": values})
    holders = [values, tuple(values), np.array(values), frame, frame["amount"], {"a": {"b": frame.to_dict("records")}}]
    for holder in [*holders, frame.set_index("amount"), frame.assign(more=1.0).set_index(["amount", "more"])]:
        assert unsourced_numbers(text, holder) == ()


def test_the_unit_counts():
    assert unsourced_numbers("12,4 mkr", [12_400_000.0]) == ()
    assert unsourced_numbers("12,4 tkr", [12_400_000.0]) == ("12,4 tkr",)
    assert unsourced_numbers("3,4 % och 1,2 procentenheter", [0.034, 0.012]) == ()
    assert unsourced_numbers("3,4 %", [3.4]) == ("3,4 %",)


def test_the_heading_gives_the_unit_of_bare_numbers():
    assert known_values([12_400_000.0]).unsourced("Budget 12,4", unit=6) == ()
    assert known_values([12_400_000.0]).unsourced("Budget 12,4") == ("12,4",)


def test_a_number_typed_by_hand_is_found_wherever_it_stands():
    frame = pd.DataFrame({"unit": ["Enhet 12"], "amount": [-199_900_000.0]})
    answer = (
        "1. Kostnaden för Enhet 12 var 199,9 mkr i oktober 2026.\n2. Den ökade med 3,4 % (168,9 mkr) under 11 månader."
    )
    assert unsourced_numbers(answer, frame) == ("3,4 %", "168,9 mkr", "11")


def test_rows_may_be_counted_but_money_may_not_be_a_count():
    frame = pd.DataFrame({"verdict": ["signal", "brus", "brus"], "change": [1.5, -2.5, np.nan]})
    assert unsourced_numbers("2 av 3 poster är brus; 1 saknar värde.", frame) == ()
    assert unsourced_numbers("7 poster är brus.", frame) == ("7",)
    assert unsourced_numbers("3 mkr", frame) == ("3 mkr",)
    assert unsourced_numbers("3 %", frame) == ("3 %",)


def test_the_level_of_an_interval_is_known_from_its_columns():
    frame = pd.DataFrame({"lo-95": [0.0], "hi-95": [1.0]})
    assert unsourced_numbers("95 % intervall", frame) == ()
    assert unsourced_numbers("90 % intervall", frame) == ("90 %",)


@pytest.mark.parametrize(
    ("text", "share", "is_found"),
    [
        ("under 1 %", 0.004, True),
        ("under 1 %", 0.012, False),
        ("över 99 %", 0.996, True),
        ("över 99 %", 0.97, False),
        ("under 5 %", 0.01, False),
    ],
)
def test_near_certainty_is_told_by_a_bound(text, share, is_found):
    assert (unsourced_numbers(f"sannolikheten är {text}", [share]) == ()) == is_found


def test_a_sentence_among_the_values_proves_nothing():
    held = {"text": "Kostnaden var 199,9 mkr.", "title": "Kostnaden var 199,9 mkr", "name": "Enhet 12", "flag": True}
    assert unsourced_numbers("Kostnaden var 199,9 mkr för Enhet 12, 1 gång.", held) == ("199,9 mkr", "1")


def test_nothing_known_leaves_every_claim_unsourced():
    assert unsourced_numbers("12,4 mkr och 3 %", None, [], [np.nan, None]) == ("12,4 mkr", "3 %")
