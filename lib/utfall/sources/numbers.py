"""Numbers as people and ledgers write them: ``- 3 802,6``, ``1 234,50-``, ``−12,4``."""

from __future__ import annotations

import numpy as np
import pandas as pd

_SPACES = r"[\s\u00a0\u2007\u2009\u202f']"
_MINUSES = "[\u2212\u2013\u2012]"


def parse_numbers(text: pd.Series, *, decimal: str = ",") -> tuple[pd.Series, pd.Series]:
    """Read numbers written as text.

    Spaces (also no-break ones) and apostrophes separate thousands; a minus may be a true minus or a dash and may
    stand before or after the digits, with or without a space. A point is a decimal point only where `decimal` says so;
    where `decimal` is a comma, a text with a point is refused rather than guessed at.

    Parameters
    ----------
    text : Series of str
        The texts; an empty text is a missing number.
    decimal : {",", "."}, default ","
        The decimal sign.

    Returns
    -------
    numbers : Series of float64
        The numbers, ``NaN`` where missing or unreadable; the index of `text`.
    unreadable : Series of bool
        Where there was a text but no number.

    Examples
    --------
    >>> numbers, unreadable = parse_numbers(pd.Series(["- 3 802,6", "12,50-", "abc", ""]))
    >>> numbers.tolist()
    [-3802.6, -12.5, nan, nan]
    >>> unreadable.tolist()
    [False, False, True, False]
    """
    if decimal not in {",", "."}:
        raise ValueError(f"decimal must be ',' or '.', not {decimal!r}")
    cleaned = text.astype("str").fillna("").str.replace(_SPACES, "", regex=True)
    cleaned = cleaned.str.replace(_MINUSES, "-", regex=True)
    cleaned = cleaned.str.replace(r"^(.+)-$", r"-\1", regex=True)
    missing = cleaned.eq("")
    pattern = r"[+-]?\d+,?\d*" if decimal == "," else r"[+-]?\d+\.?\d*"
    readable = cleaned.str.fullmatch(pattern).fillna(False).astype(bool)
    values = cleaned.where(readable, "nan").str.replace(",", ".", regex=False).astype(np.float64)
    return values, ~readable & ~missing
