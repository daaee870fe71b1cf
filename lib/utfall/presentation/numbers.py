"""Swedish numbers and dates, written as a controller expects to read them.

Babel's ``sv_SE`` gives the no-break space between thousands and the decimal comma. The true minus (U+2212)
and the rounding are set here: Babel prints a hyphen and rounds half to even (0,25 becomes 0,2) where a
controller rounds half away from zero (0,3). A number never parts from its unit; a no-break space joins them.
"""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from numbers import Integral, Real
from typing import Any

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from utfall.errors import InvalidParameter

LOCALE = Locale.parse("sv_SE")
"""The language of everything a reader sees."""

NBSP = "\u00a0"
"""No-break space: thousands separator, and between a number and its unit."""

MINUS = "\u2212"
"""The minus sign; a hyphen is too short and may break the line."""

MISSING = "–"
"""What stands where a number is missing. Never zero."""

SIGNIFICANT_DIGITS = 15
"""Digits of a double that survive a round trip through text: what lies beyond is binary noise.

Without this limit 12.35 computed as 12.349999999999998 would be printed as 12.3.
"""

_ANY_SIZE = Context(prec=400, rounding=ROUND_HALF_UP)
"""Rounding, and digits enough for the largest double with decimals; the default 28 would refuse it."""

MKR_FROM = 10_000_000
"""Smallest largest-amount shown in mkr: with one decimal it has three digits, "10,0"."""

TKR_FROM = 100_000
"""Smallest largest-amount shown in tkr: without decimals it has three digits, "100"."""

HOME_CURRENCY = "SEK"
"""The currency with labels of its own (kr, tkr, mkr); every other is named by its code."""


class Unit(StrEnum):
    """The unit an amount is shown in.

    Examples
    --------
    >>> Unit("mkr").divisor, Unit.MKR.decimals, Unit.MKR.label(), Unit.SEK.label("AUD")
    (1000000, 1, 'mkr', 'AUD')
    """

    SEK = "sek"
    TKR = "tkr"
    MKR = "mkr"

    @property
    def exponent(self) -> int:
        """Power of ten between the currency and this unit."""
        return {"sek": 0, "tkr": 3, "mkr": 6}[self.value]

    @property
    def divisor(self) -> int:
        """How many of the currency make one of this unit."""
        return int(10**self.exponent)

    @property
    def decimals(self) -> int:
        """Decimals shown unless the caller asks for others."""
        return 1 if self is Unit.MKR else 0

    def label(self, currency: str = HOME_CURRENCY) -> str:
        """Name of the unit as it is printed.

        Parameters
        ----------
        currency : str, default "SEK"
            ISO code of the currency.

        Returns
        -------
        str
            "kr", "tkr", "mkr" for SEK, else "AUD", "tusen AUD", "mn AUD" (joined by no-break spaces).
        """
        if currency == HOME_CURRENCY:
            return {"sek": "kr", "tkr": "tkr", "mkr": "mkr"}[self.value]
        prefix = {"sek": "", "tkr": f"tusen{NBSP}", "mkr": f"mn{NBSP}"}[self.value]
        return prefix + currency


def number(x: Any, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a number in Swedish, rounded half away from zero.

    Parameters
    ----------
    x : int, float, Decimal or missing
        The number. Floats are read by their decimal text (15 digits), so 2.675 is 2.675 and not 2.67499….
    decimals : int, default 0
        Decimals shown; negative is not allowed.
    signed : bool, default False
        Put "+" before a positive number. A number that rounds to zero never has a sign.

    Returns
    -------
    str
        "−1 234,5" with no-break spaces and a true minus, or "–" when `x` is missing or infinite.

    Raises
    ------
    InvalidParameter
        When `x` is no number.

    Examples
    --------
    >>> number(-1234.25, 1) == "−1\u00a0234,3"
    True
    >>> number(0.5), number(2.5), number(-0.04, 1), number(None)
    ('1', '3', '0,0', '–')
    """
    return _written(as_decimal(x), decimals, signed)


def percent(share: Any, decimals: int = 1, *, signed: bool = False) -> str:
    """Write a share as a percentage.

    Parameters
    ----------
    share : float or missing
        The share: 0.034 is 3,4 %.
    decimals : int, default 1
        Decimals shown.
    signed : bool, default False
        Put "+" before a positive share.

    Returns
    -------
    str
        "3,4 %" with a no-break space before the sign, or "–".

    Examples
    --------
    >>> percent(0.0345) == "3,5\u00a0%"
    True
    """
    value = as_decimal(share)
    if value is None:
        return MISSING
    return f"{_written(value.scaleb(2), decimals, signed)}{NBSP}%"


def amount(
    sek: Any,
    unit: Unit | str = Unit.MKR,
    decimals: int | None = None,
    *,
    currency: str = HOME_CURRENCY,
    signed: bool = False,
    label: bool = True,
) -> str:
    """Write an amount of money.

    Parameters
    ----------
    sek : float or missing
        The amount in whole currency (SEK unless `currency` says otherwise), sign kept as given.
    unit : {"sek", "tkr", "mkr"}, default "mkr"
        The unit shown.
    decimals : int, optional
        Decimals shown; by default 1 for mkr, 0 for tkr and sek.
    currency : str, default "SEK"
        ISO code of the currency, for the label.
    signed : bool, default False
        Put "+" before a positive amount.
    label : bool, default True
        Print the unit after the number; tables state it once instead.

    Returns
    -------
    str
        "−12,4 mkr", or "–" when missing.

    Examples
    --------
    >>> amount(-12_350_000) == "−12,4\u00a0mkr"
    True
    >>> amount(1_250_000, "tkr", currency="AUD") == "1\u00a0250\u00a0tusen\u00a0AUD"
    True
    """
    value = as_decimal(sek)
    if value is None:
        return MISSING
    unit = as_unit(unit)
    text = _written(value.scaleb(-unit.exponent), unit.decimals if decimals is None else decimals, signed)
    return f"{text}{NBSP}{unit.label(currency)}" if label else text


def choose_unit(largest_abs: Any) -> Unit:
    """Choose the unit in which the largest amount still has at least three digits.

    Parameters
    ----------
    largest_abs : float or missing
        Largest absolute amount that will be shown, in whole currency.

    Returns
    -------
    Unit
        mkr from 10 000 000, tkr from 100 000, else kr.

    Examples
    --------
    >>> choose_unit(12_400_000).value, choose_unit(450_000).value, choose_unit(900).value
    ('mkr', 'tkr', 'sek')
    """
    value = as_decimal(largest_abs)
    if value is None or abs(value) < TKR_FROM:
        return Unit.SEK
    return Unit.MKR if abs(value) >= MKR_FROM else Unit.TKR


def as_unit(unit: Unit | str) -> Unit:
    """Read the name of a unit.

    Raises
    ------
    InvalidParameter
        When there is no such unit.
    """
    try:
        return Unit(unit)
    except ValueError:
        raise InvalidParameter(f"Unit {unit!r} is not known. Use 'sek', 'tkr' or 'mkr'.") from None


def period_name(period: Any) -> str:
    """Name a month: "oktober 2026".

    Parameters
    ----------
    period : str, date, Timestamp or Period
        The month, as "2026-10" or any day in it.

    Returns
    -------
    str
        The month in lower case with its year, or "–" when missing.

    Examples
    --------
    >>> period_name("2026-10")
    'oktober 2026'
    """
    return _dated(period, "LLLL y")


def period_range(first: Any, last: Any) -> str:
    """Name the months from the first to the last, both included.

    Parameters
    ----------
    first, last : str, date, Timestamp or Period
        The months.

    Returns
    -------
    str
        "januari–oktober 2026", "november 2025–mars 2026" over a new year, one month alone as its name.

    Raises
    ------
    InvalidParameter
        When the last month comes before the first.

    Examples
    --------
    >>> period_range("2026-01", "2026-10"), period_range("2025-11", "2026-03")
    ('januari–oktober 2026', 'november 2025–mars 2026')
    """
    start, end = as_date(first), as_date(last)
    if start is None or end is None:
        return MISSING
    if (start.year, start.month) > (end.year, end.month):
        raise InvalidParameter(f"The range ends ({end:%Y-%m}) before it begins ({start:%Y-%m}). Swap the two.")
    if (start.year, start.month) == (end.year, end.month):
        return period_name(start)
    return f"{_dated(start, 'LLLL' if start.year == end.year else 'LLLL y')}–{period_name(end)}"


def short_period(period: Any) -> str:
    """Name a month shortly: "okt 2026".

    Examples
    --------
    >>> short_period("2026-10")
    'okt 2026'
    """
    return _dated(period, "LLL y").replace(".", "")


def month_tick(month: int) -> str:
    """Three letters for a month on an axis, where "juni" and "juli" must be as short as "maj".

    Parameters
    ----------
    month : int
        1 to 12.

    Examples
    --------
    >>> [month_tick(month) for month in (1, 3, 6, 7)]
    ['jan', 'mar', 'jun', 'jul']
    """
    return _dated(datetime.date(2000, month, 1), "LLLL")[:3]


def date(day: Any) -> str:
    """Write a date: "22 november 2026".

    Parameters
    ----------
    day : str, date or Timestamp
        The day.

    Returns
    -------
    str
        Day, month and year, joined by ordinary spaces; "–" when missing.

    Examples
    --------
    >>> date("2026-11-22")
    '22 november 2026'
    """
    return _dated(day, "d MMMM y")


def as_date(day: Any) -> datetime.date | None:
    """Read a day or a month; the first of the month when no day is given.

    Returns
    -------
    datetime.date or None
        ``None`` when missing.

    Raises
    ------
    InvalidParameter
        When the text is no date.
    """
    if isinstance(day, pd.Period):
        day = day.start_time
    if day is None or day is pd.NaT or day is pd.NA:
        return None
    try:
        return pd.Timestamp(day).date()
    except (ValueError, TypeError):
        raise InvalidParameter(f"{day!r} is not a period. Write it as '2026-10'.") from None


def _dated(day: Any, pattern: str) -> str:
    parsed = as_date(day)
    return MISSING if parsed is None else str(format_date(parsed, pattern, locale=LOCALE))


def as_decimal(x: Any) -> Decimal | None:
    """Read a number by its decimal text.

    Returns
    -------
    Decimal or None
        ``None`` when missing or infinite.

    Raises
    ------
    InvalidParameter
        When `x` is no number.

    Examples
    --------
    >>> as_decimal(0.1 + 0.2)
    Decimal('0.3')
    """
    if x is None or x is pd.NA or x is pd.NaT:
        return None
    if isinstance(x, Decimal):
        return x if x.is_finite() else None
    if isinstance(x, Integral):
        return Decimal(int(x))
    if isinstance(x, Real):
        as_float = float(x)
        return Decimal(f"{as_float:.{SIGNIFICANT_DIGITS}g}") if math.isfinite(as_float) else None
    raise InvalidParameter(f"{x!r} is not a number, so it cannot be written as one.")


def _written(value: Decimal | None, decimals: int, signed: bool) -> str:
    if value is None:
        return MISSING
    if decimals < 0:
        raise InvalidParameter(f"decimals is {decimals}; it must be 0 or more.")
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    with localcontext(_ANY_SIZE):
        rounded = value.quantize(Decimal(1).scaleb(-decimals))
        # Babel writes a hyphen before a negative number given with a pattern, so the sign is set below.
        text = str(format_decimal(abs(rounded), format=pattern, locale=LOCALE))
    if rounded.is_zero():
        return text
    return MINUS + text if rounded < 0 else f"+{text}" if signed else text
