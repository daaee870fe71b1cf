"""Sum rows that close a file: no booking, but a control total."""

from __future__ import annotations

import re
from collections.abc import Sequence

from utfall.sources.text.header import looks_like_number

_ALONE = re.compile(r"(summa|sum|totalt|total|totalsumma|slutsumma|grand total|summa totalt|s:a)\s*:?", re.IGNORECASE)
_BEFORE_WORDS = re.compile(r"(summa|totalt|s:a)\b.*", re.IGNORECASE | re.DOTALL)


def is_sum_row(values: Sequence[str]) -> bool:
    """Tell whether a row sums up those above it.

    Parameters
    ----------
    values : sequence of str
        The row.

    Returns
    -------
    bool
        True when its first value is such a word alone ("Summa", "Totalt"); or the word with others after it ("Summa
        kostnader"), where every other value is a number.

    Examples
    --------
    >>> is_sum_row(["Totalt", "", "-12,50"]), is_sum_row(["Total knäprotes", "12"])
    (True, False)
    """
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return False
    first, others = filled[0], filled[1:]
    if _ALONE.fullmatch(first):
        return True
    numbers = [looks_like_number(value) is not None for value in others]
    return _BEFORE_WORDS.fullmatch(first) is not None and any(numbers) and all(numbers)
