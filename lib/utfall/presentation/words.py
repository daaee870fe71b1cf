"""Swedish words around the numbers: worse or better, higher or lower, lists and plurals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from utfall.presentation.numbers import (
    HOME_CURRENCY,
    MISSING,
    NBSP,
    Unit,
    amount,
    choose_unit,
    number,
    percent,
)

Assessment = Literal["sämre", "bättre", ""]
"""Whether a figure is worse or better than what it is compared with; empty when neither."""

UNKNOWN = "uppgift saknas"
"""What is said of a number that is missing."""


def deviation_words(
    sek: Any,
    unit: Unit | str | None = None,
    reference: str = "budget",
    *,
    decimals: int | None = None,
    currency: str = HOME_CURRENCY,
) -> str:
    """Say how an outcome compares with what was expected.

    Parameters
    ----------
    sek : float or missing
        The deviation, actual − reference, in whole currency and result sign: negative is worse.
    unit : {"sek", "tkr", "mkr"}, optional
        Unit shown; chosen from the size when left out.
    reference : str, default "budget"
        What the outcome is compared with, as it follows "än": "budget", "förra året".
    decimals : int, optional
        Decimals shown; the unit's own by default.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    str
        "12,4 mkr sämre än budget", "… bättre än budget", "i nivå med budget" when it rounds to zero,
        "uppgift saknas" when missing.

    Examples
    --------
    >>> deviation_words(-12_400_000) == "12,4\u00a0mkr sämre än budget"
    True
    >>> deviation_words(-40_000, "mkr")
    'i nivå med budget'
    """
    size = _size(sek, unit, decimals, currency)
    if size is None:
        return UNKNOWN
    word = assessment(sek, unit, decimals=decimals)
    return f"{size} {word} än {reference}" if word else f"i nivå med {reference}"


def assessment(sek: Any, unit: Unit | str | None = None, *, decimals: int | None = None) -> Assessment:
    """Word for a deviation in result sign: "sämre", "bättre", or nothing when it rounds to zero.

    Examples
    --------
    >>> assessment(-12_400_000), assessment(3_000_000), assessment(-20_000, "mkr")
    ('sämre', 'bättre', '')
    """
    text = _size(sek, unit, decimals, HOME_CURRENCY)
    if text is None or not any(digit in text for digit in "123456789"):
        return ""
    return "sämre" if sek < 0 else "bättre"


def change_words(share: Any, reference: str = "", *, decimals: int = 1) -> str:
    """Say how much higher or lower something is.

    Parameters
    ----------
    share : float or missing
        The relative change: 0.034 is 3,4 % higher.
    reference : str, default ""
        What it is compared with, as it follows "än": "förra året". Left out when empty.
    decimals : int, default 1
        Decimals of the percentage.

    Returns
    -------
    str
        "3,4 % högre än förra året", "… lägre än …", "på samma nivå som …" when it rounds to zero.

    Examples
    --------
    >>> change_words(0.034, "förra året") == "3,4\u00a0% högre än förra året"
    True
    >>> change_words(-0.0001, "förra året")
    'på samma nivå som förra året'
    """
    text = percent(share, decimals)
    if text == MISSING:
        return UNKNOWN
    if not any(digit in text for digit in "123456789"):
        return f"på samma nivå som {reference}" if reference else "på samma nivå"
    word = "högre" if share > 0 else "lägre"
    size = percent(abs(share), decimals)
    return f"{size} {word} än {reference}" if reference else f"{size} {word}"


def list_words(items: Iterable[str]) -> str:
    """Join words as Swedish prose does: commas, and "och" before the last.

    Examples
    --------
    >>> list_words(["a", "b", "c"]), list_words(["a", "b"]), list_words(["a"]), list_words([])
    ('a, b och c', 'a och b', 'a', '')
    """
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} och {words[-1]}"


def plural(count: int, one: str, many: str) -> str:
    """Write a count with its noun.

    Parameters
    ----------
    count : int
        How many.
    one, many : str
        The noun after 1, and after every other number.

    Returns
    -------
    str
        "1 enhet", "2 enheter", joined by a no-break space.

    Examples
    --------
    >>> plural(1, "enhet", "enheter") == "1\u00a0enhet"
    True
    """
    return f"{number(count)}{NBSP}{one if count == 1 else many}"


def capitalise_first(text: str) -> str:
    """Make the first letter a capital and leave the rest alone (``str.capitalize`` lowers it).

    Examples
    --------
    >>> capitalise_first("åtgärder i HSN")
    'Åtgärder i HSN'
    """
    return text[:1].upper() + text[1:]


def _size(sek: Any, unit: Unit | str | None, decimals: int | None, currency: str) -> str | None:
    if amount(sek) == MISSING:
        return None
    return amount(abs(sek), choose_unit(sek) if unit is None else unit, decimals, currency=currency)
