from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from utfall.errors import InvalidParameter
from utfall.presentation.numbers import (
    MINUS,
    MISSING,
    NBSP,
    Unit,
    amount,
    choose_unit,
    date,
    month_tick,
    number,
    percent,
    period_name,
    period_range,
    short_period,
)

HALVES = {0.5: "1", 1.5: "2", 2.5: "3", -0.5: "−1", -2.5: "−3", 1234.5: "1\u00a0235"}


@pytest.mark.parametrize(("figure", "written"), HALVES.items())
def test_a_half_is_rounded_away_from_zero(figure, written):
    assert number(figure) == written


def test_babel_alone_would_round_a_half_to_the_even_neighbour():
    assert format_decimal(Decimal("2.5"), format="#,##0", locale="sv_SE") == "2"
    assert number(2.5) == "3"


def test_a_float_is_rounded_by_its_decimal_text():
    assert number(2.675, 2) == "2,68"  # stored as 2.67499999999999982236431605997495353221893310546875
    assert number(1.1 * 1.5 * 10, 0) == "17"  # 16.500000000000004
    assert number(16.499999999999996, 0) == "17"  # binary noise around 16.5


def test_babel_alone_would_print_a_hyphen():
    assert "-" in format_decimal(Decimal(-1), format="#,##0", locale="sv_SE")
    assert number(-1) == MINUS + "1" == "\u22121"


def test_thousands_are_parted_by_a_no_break_space_and_decimals_by_a_comma():
    assert number(-1234567.25, 1) == "\u22121\u00a0234\u00a0567,3"


@pytest.mark.parametrize("figure", [-0.0, -0.04, 0.04, Decimal("-0.049"), np.float64(-1e-9)])
def test_what_rounds_to_zero_has_no_sign(figure):
    assert number(figure, 1) == number(figure, 1, signed=True) == "0,0"
    assert amount(float(figure) * 1e6) == f"0,0{NBSP}mkr"
    assert percent(float(figure) / 100, signed=True) == f"0,0{NBSP}%"


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NA, pd.NaT, float("inf"), Decimal("NaN")])
def test_a_missing_number_is_a_dash_and_never_zero(nothing):
    assert number(nothing) == percent(nothing) == amount(nothing) == MISSING == "–"


@pytest.mark.parametrize("period", [None, pd.NaT])
def test_a_missing_period_is_a_dash(period):
    assert period_name(period) == short_period(period) == date(period) == period_range(period, "2026-01") == "–"


@pytest.mark.parametrize("kind", [int, float, Decimal, np.int64, np.float64, np.float32, np.int32])
def test_every_kind_of_number_is_written_alike(kind):
    assert number(kind(-12345)) == "−12\u00a0345"


def test_text_is_refused_as_a_number():
    with pytest.raises(InvalidParameter, match="'12' is not a number"):
        number("12")


def test_negative_decimals_are_refused():
    with pytest.raises(InvalidParameter, match="decimals is -1"):
        number(1, -1)


@given(cents=st.integers(-(10**15), 10**15), drop=st.integers(0, 2))
def test_rounding_agrees_with_whole_number_arithmetic(cents, drop):
    size = 10**drop
    whole = (abs(cents) + size // 2) // size if drop else abs(cents)
    decimals = 2 - drop
    digits = f"{whole:,}".replace(",", NBSP) if decimals == 0 else None
    if digits is None:
        digits = f"{whole // 10**decimals:,}".replace(",", NBSP) + f",{whole % 10**decimals:0{decimals}d}"
    assert number(Decimal(cents) / 100, decimals) == (MINUS if cents < 0 and whole else "") + digits


@given(figure=st.floats(-1e300, 1e300), decimals=st.integers(0, 4))
def test_every_finite_float_can_be_written_and_read_again(figure, decimals):
    text = number(figure, decimals)
    read = float(text.replace(NBSP, "").replace(",", ".").replace(MINUS, "-"))
    assert read == pytest.approx(figure, abs=0.5 * 10**-decimals + abs(figure) * 1e-14)


def test_a_share_is_written_as_a_percentage():
    assert percent(0.0345) == "3,5\u00a0%"
    assert percent(0.285, 0) == "29\u00a0%"  # 0.285 * 100 is 28.499999999999996 in binary
    assert percent(-0.034, signed=True) == "−3,4\u00a0%"
    assert percent(0.034, signed=True) == "+3,4\u00a0%"


def test_an_amount_is_written_in_its_unit():
    assert amount(-12_350_000) == "−12,4\u00a0mkr"
    assert amount(-12_350_000, "tkr") == "−12\u00a0350\u00a0tkr"
    assert amount(-12_350_000.5, Unit.SEK) == "−12\u00a0350\u00a0001\u00a0kr"
    assert amount(12_350_000, "mkr", 2, signed=True, label=False) == "+12,35"


def test_another_currency_is_named_by_its_code():
    assert amount(12_400_000, currency="AUD") == "12,4\u00a0mn\u00a0AUD"
    assert amount(12_400, "tkr", currency="AUD") == "12\u00a0tusen\u00a0AUD"
    assert amount(12, "sek", currency="AUD") == "12\u00a0AUD"


def test_an_unknown_unit_is_refused_with_those_there_are():
    with pytest.raises(InvalidParameter, match=r"Unit 'MSEK' is not known\. Use 'sek', 'tkr' or 'mkr'"):
        amount(1, "MSEK")


@given(st.floats(100, 1e13))
def test_the_chosen_unit_shows_at_least_three_digits(largest):
    written = amount(largest, choose_unit(largest), label=False)
    assert sum(character.isdigit() for character in written) >= 3


def test_the_unit_of_nothing_is_kronor():
    assert choose_unit(None) is choose_unit(float("nan")) is choose_unit(0) is Unit.SEK


@pytest.mark.parametrize(
    "period",
    [
        "2026-10",
        "2026-10-31",
        pd.Timestamp("2026-10-01"),
        pd.Period("2026-10", "M"),
        datetime.date(2026, 10, 5),
    ],
)
def test_a_month_is_named_whatever_it_is_given_as(period):
    assert period_name(period) == "oktober 2026"
    assert short_period(period) == "okt 2026"


def test_a_range_of_months_names_the_year_once_when_it_can():
    assert period_range("2026-01", "2026-10") == "januari–oktober 2026"
    assert period_range("2025-11", "2026-03") == "november 2025–mars 2026"
    assert period_range("2026-05", "2026-05") == "maj 2026"


def test_a_range_that_ends_before_it_begins_is_refused():
    with pytest.raises(InvalidParameter, match=r"ends \(2026-01\) before it begins \(2026-10\)\. Swap"):
        period_range("2026-10", "2026-01")


def test_what_is_no_period_is_refused():
    with pytest.raises(InvalidParameter, match=r"'i höstas' is not a period\. Write it as '2026-10'"):
        period_name("i höstas")


def test_short_months_have_no_full_stop_and_equal_length_on_an_axis():
    assert short_period("2026-02") == "feb 2026"
    ticks = [month_tick(month) for month in range(1, 13)]
    assert ticks == ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


def test_a_date_is_written_out():
    assert date("2026-11-22") == "22 november 2026"
