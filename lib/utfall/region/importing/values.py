"""Numbers, dates and texts as people and ledgers write them, as expressions that an engine evaluates.

``- 3 802,6``, ``12,50-`` and ``−12,4`` are numbers; ``2026-10``, ``202610``, ``2026M10``, ``20261017`` and
``2026-10-17 00:00:00`` are days; ``1899-12-31`` is what a ledger writes for no date.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Literal

import ibis

DecimalSign = Literal[",", "."]

SPACES = "[\\s\u00a0\u2007\u2009\u202f'\u2019]"
"""What may stand between the digits of a number, or around it."""

MINUSES = "[\u2212\u2013\u2012]"
"""A true minus, and dashes that are used as one."""

DAY_AND_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]*)?)?$"
"""A day with a time of day after it, which is left out."""

EDGE_SPACES = (" ", "\t", "\r", "\n", "\u00a0")
"""What may stand before or after a value without being part of it."""

MONTHS_APART = 100
"""In 202610 the year counts hundreds."""

MONTHS_A_YEAR = 12

FIRST_YEAR = 1000
"""First year of four digits."""

NO_DATES = ("1899-12-30", "1899-12-31", "1900-01-01")
"""Days that ledger systems and spreadsheets write where there is no date."""

MONEY_LIMIT = 1e13
"""Amounts must be smaller, in SEK: öre are then whole in a float, and a sum of a million of them in 18 digits."""


def number_of(text: Any, decimal: DecimalSign, thousands: str) -> Any:
    """Read texts as numbers.

    Parameters
    ----------
    text : ibis string column
        The texts; missing, or without spaces around them.
    decimal : {",", "."}
        The decimal sign. A point is a decimal point only where this says so: where it is a comma, a text with a point
        is refused rather than guessed at.
    thousands : {"", ".", ","}
        What separates thousands, beside spaces and apostrophes.

    Returns
    -------
    ibis float64 column
        Missing where there was no number.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = ibis.memtable(pd.DataFrame({"text": ["- 3 802,6", "12,50-", "1.5", "abc"]}))
    >>> ibis.duckdb.connect().to_pandas(number_of(texts.text, ",", "")).tolist()
    [-3802.6, -12.5, nan, nan]
    """
    plain = rf"^[+-]?[0-9]+(\{decimal}[0-9]*)?$"
    cleaned = text.re_replace(SPACES, "").re_replace(MINUSES, "-").re_replace("^([^-].*)-$", r"-\1")
    if thousands:
        grouped = rf"^[+-]?[0-9]{{1,3}}(\{thousands}[0-9]{{3}})+(\{decimal}[0-9]*)?$"
        cleaned = ibis.cases((cleaned.re_search(grouped), cleaned.replace(thousands, "")), else_=cleaned)
    # Most numbers are plain: only the others are cleaned, which costs far more.
    return ibis.cases(
        (text.re_search(plain), text.replace(decimal, ".").try_cast("float64")),
        (cleaned.re_search(plain), cleaned.replace(decimal, ".").try_cast("float64")),
    )


def date_of(text: Any) -> Any:
    """Read texts as days; a month is its first day.

    Parameters
    ----------
    text : ibis string column
        The texts; missing, or without spaces around them.

    Returns
    -------
    ibis date column
        Missing where there was no date.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = ibis.memtable(pd.DataFrame({"text": ["202610", "2026-10-17 00:00:00", "17/10 2026"]}))
    >>> days = ibis.duckdb.connect().to_pandas(date_of(texts.text))
    >>> days.dropna().astype("str").tolist()
    ['2026-10-01', '2026-10-17']
    """
    # By length, and months by arithmetic: a regular expression a form would cost more than all else done with a row.
    length = text.length()
    iso = ibis.cases(
        (length == len("2026-10-17"), text),
        ((length == len("2026-10")) & text.substr(4, 1).isin(["-", "M"]), text.left(4) + "-" + text.right(2) + "-01"),
        (length == len("20261017"), text.left(4) + "-" + text.substr(4, 2) + "-" + text.right(2)),
        (text.re_search(DAY_AND_TIME), text.left(10)),
    )
    digits = ibis.cases((length == len("202610"), text)).try_cast("int32")
    year = (digits / MONTHS_APART).floor().cast("int32")
    month = digits - year * MONTHS_APART
    is_month = (month >= 1) & (month <= MONTHS_A_YEAR) & (year >= FIRST_YEAR)
    return ibis.cases(
        (is_month, ibis.date(year, month, 1)),
        (iso.substr(4, 1) == "-", iso.try_cast("date")),
    )


def text_of(column: Any) -> Any:
    """Give values as texts without spaces around them; a missing value stays missing.

    A whole number that a spreadsheet keeps as a float is written without decimals: the account 5600, not 5600.0.
    """
    kind = column.type()
    if kind.is_floating():
        whole = (column == column.floor()) & (column.abs() < MONEY_LIMIT)
        return ibis.cases(
            (column.isnan(), ibis.null("string")),
            (column.isinf(), column.cast("string")),
            (whole, column.cast("int64").cast("string")),
            else_=column.cast("string"),
        )
    if not kind.is_string():
        return column.cast("string")
    # Few values have spaces around them, and telling that they have none is ten times cheaper than taking them off.
    edges = [column.endswith(space) | column.startswith(space) for space in EDGE_SPACES]
    has_edges = reduce(or_, edges)
    spaces = "[" + "".join(EDGE_SPACES) + "]"
    return ibis.cases((has_edges, column.re_replace(f"^{spaces}+|{spaces}+$", "")), else_=column)
