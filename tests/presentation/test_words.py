from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utfall.presentation.numbers import amount
from utfall.presentation.words import (
    assessment,
    capitalise_first,
    change_words,
    deviation_words,
    list_words,
    plural,
)


def test_a_negative_deviation_is_worse_and_a_positive_better():
    assert deviation_words(-12_400_000) == "12,4\u00a0mkr sämre än budget"
    assert deviation_words(12_400_000) == "12,4\u00a0mkr bättre än budget"


def test_a_deviation_that_rounds_to_zero_is_level():
    assert deviation_words(-49_000, "mkr") == "i nivå med budget"
    assert deviation_words(-50_000, "mkr") == "0,1\u00a0mkr sämre än budget"
    assert deviation_words(0) == "i nivå med budget"


def test_what_the_outcome_is_compared_with_can_be_named():
    assert deviation_words(-450_000, reference="förra året") == "450\u00a0tkr sämre än förra året"
    assert deviation_words(0, reference="förra året") == "i nivå med förra året"


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_a_missing_figure_is_said_to_be_missing(nothing):
    assert deviation_words(nothing) == change_words(nothing) == "uppgift saknas"
    assert assessment(nothing) == ""


@given(sek=st.floats(-1e11, 1e11), unit=st.sampled_from(["sek", "tkr", "mkr"]))
def test_words_and_figures_never_contradict_each_other(sek, unit):
    words, figure = deviation_words(sek, unit), amount(sek, unit)
    assert ("sämre" in words) == figure.startswith("−")
    assert ("i nivå med" in words) == (not any(digit in figure for digit in "123456789"))
    assert assessment(sek, unit) in words


def test_a_change_is_higher_or_lower():
    assert change_words(0.034, "förra året") == "3,4\u00a0% högre än förra året"
    assert change_words(-0.034) == "3,4\u00a0% lägre"
    assert change_words(-0.0004, "förra året") == "på samma nivå som förra året"
    assert change_words(0.0) == "på samma nivå"


def test_a_list_has_commas_and_an_och():
    assert list_words([]) == ""
    assert list_words(["a"]) == "a"
    assert list_words(["a", "b"]) == "a och b"
    assert list_words(word for word in ["a", "b", "c"]) == "a, b och c"


def test_a_noun_follows_its_count():
    assert plural(1, "enhet", "enheter") == "1\u00a0enhet"
    assert plural(0, "enhet", "enheter") == "0\u00a0enheter"
    assert plural(1200, "enhet", "enheter") == "1\u00a0200\u00a0enheter"


def test_only_the_first_letter_becomes_a_capital():
    assert capitalise_first("åtgärder i HSN") == "Åtgärder i HSN"
    assert capitalise_first("") == ""
