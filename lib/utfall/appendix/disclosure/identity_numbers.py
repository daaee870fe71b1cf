r"""Swedish personal identity numbers and coordination numbers in running text and in columns.

The form is six or eight digits of a date, perhaps a sign, three digits and a check digit by Luhn's rule; the day of a
coordination number has 60 added (Lag 1990:1270 om folkbokföring, 18 § and 18 a §; Skatteverket, SKV 704 and 707). The
numbers of organisations are built alike, but have at least 20 where a person has the month.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from typing import Any

COORDINATION = 60
"""Added to the day of birth in a coordination number."""

LEAST_SHARE = 0.5
"""Share of a column's long whole numbers that must be identity numbers for the column to hold them; among amounts
one in a hundred and forty is, by chance."""

HEADINGS = re.compile(
    r"person(?:al)?[\s_-]?(?:nummer|nr|id|identity)|\bpnr\b|samordningsn(?:umme)?r|födelsenummer|social_security",
    re.IGNORECASE,
)
"""Headings of columns that hold identity numbers."""

_WRITTEN = re.compile(
    r"(?<!\w)(?<!\d[.,])"
    r"(?P<century>18|19|20)?(?P<year>\d\d)(?P<first>[-./ ]?)(?P<month>\d\d)(?P=first)(?P<day>\d\d)"
    r"(?: ?[-+] ?| )?(?P<last>\d{4})"
    r"(?!\w|[.,]\d)(?! ?(?:kr|sek|tkr|mkr|eur)\b)",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?<![\w.,-])(?<!\d )\d(?: \d){5}(?: \d){0,2}(?: ?[-+] ?| )\d(?: \d){3}(?!\w|[.,]\d| \d\b)")


def is_identity_number(digits: str) -> bool:
    """Tell whether ten or twelve digits are a personal identity number or a coordination number.

    Parameters
    ----------
    digits : str
        Digits only.

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_identity_number("640823" + last) for last in ("3234", "3235")], is_identity_number("5560" + "125790")
    ([True, False], False)
    """
    if len(digits) not in (10, 12) or not digits.isascii() or not digits.isdigit():
        return False
    if len(digits) == 12 and digits[:2] not in ("18", "19", "20"):
        return False
    ten = digits[-10:]
    years = [int(digits[:4])] if len(digits) == 12 else [1900 + int(ten[:2]), 2000 + int(ten[:2])]
    month, day = int(ten[2:4]), int(ten[4:6])
    day -= COORDINATION if day > COORDINATION else 0
    if not 1 <= month <= 12 or not any(1 <= day <= calendar.monthrange(year, month)[1] for year in years):
        return False
    return _luhn(ten) and ten[6:9] != "000"


def find_identity_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Find identity numbers in a text that `readable` gave.

    Parameters
    ----------
    text : str
        The text.

    Yields
    ------
    (int, str)
        Where it begins, and how it may be told of: the day and the last digits are left out.

    Examples
    --------
    >>> [told for _, told in find_identity_numbers("Patient 640823" + "-3234, faktura 640823-3235")]
    ['6408••-••••']
    """
    for found in _WRITTEN.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if is_identity_number(digits):
            yield found.start(), masked(digits)
    for found in _SPACED.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if is_identity_number(digits):
            yield found.start(), masked(digits)


def column_of_identity_numbers(cells: Sequence[Any]) -> str | None:
    """Tell whether a column of whole numbers holds identity numbers.

    Parameters
    ----------
    cells : sequence
        The column.

    Returns
    -------
    str or None
        One of them, as it may be told of.

    Examples
    --------
    >>> column_of_identity_numbers([6408230000 + 3234, 10**12]), column_of_identity_numbers([6408233235, 12.5])
    ('6408••-••••', None)
    """
    whole = {str(int(cell)).zfill(10) for cell in cells if _is_long_whole(cell)}
    found = sorted(digits for digits in whole if is_identity_number(digits))
    many = sum(len(digits) in (10, 12) for digits in whole)
    return masked(found[0]) if found and len(found) >= LEAST_SHARE * many else None


def masked(digits: str) -> str:
    """Write an identity number without what makes it one person's.

    Examples
    --------
    >>> masked("640823" + "3234")
    '6408••-••••'
    """
    return f"{digits[-10:-6]}••-••••"


def _is_long_whole(cell: Any) -> bool:
    try:
        # Its size first: few cells are so large, and to compare is quicker than to round.
        return not isinstance(cell, bool | str) and 10**8 <= cell < 10**12 and cell == int(cell)
    except (TypeError, ValueError, OverflowError):
        return False


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return total % 10 == 0
