"""The numbers a Swedish text claims: amounts, shares and counts, but no dates, ordinals or names with digits.

A number is read as a controller reads it: decimal comma, any kind of space between thousands, a minus of any make, its
unit after it. "33,2 till 47,0 mkr" is two amounts in mkr. Numbers written as words ("tre åtgärder") are not read, and
a bare year between 1900 and 2099 is taken for a year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

SPACES = " \u00a0\u2009\u202f"
"""What may stand between thousands, and between a number and its unit."""

_S = f"[{SPACES}]"

UNITS = (
    (9, r"miljard(?:er)?\s+(?:kronor|kr)|mdkr|mdr\s+kr"),
    (6, r"miljon(?:er)?\s+(?:kronor|kr)|[Mm]nkr|[Mm]kr|mn\s+[A-Z]{3}"),
    (3, r"tusen\s+(?:kronor|kr|[A-Z]{3})|[Tt]kr"),
    (0, r"kronor|kr|SEK"),
    (-2, r"procentenhet(?:er)?|procents?|%"),
    (-3, r"promille|‰"),
)
"""Power of ten between a printed number and the value behind it, and how the unit is written."""

SHARE = -2
"""The power of ten of a percentage."""

_UNIT = "|".join(f"(?:{pattern})" for _, pattern in UNITS)

_UNIT_END = rf"(?:{_UNIT})(?!\w)"

_GROUPED = rf"\d{{1,3}}(?:{_S}\d{{3}})+(?!\d)|\d+"

_NUMBER = re.compile(
    r"(?:(?<!\w)(?P<sign>[+\-−–]))?(?<!\w)(?<!\d[.,:])"
    rf"(?P<whole>{_GROUPED})(?:[.,](?P<decimals>\d+))?(?!\d)(?P<unit>\s?{_UNIT_END})?"
)

_MONTHS = (
    "januari februari mars april maj juni juli augusti september oktober november december "
    "jan feb mar apr jun jul aug sept sep okt nov dec"
)
_MONTH = rf"(?:{'|'.join(_MONTHS.split())})\b\.?"

_NUMBERED = (
    "alternativ avdelning avsnitt beslut bilaga division diagram enhet figur fråga förvaltning grupp kapitel konto "
    "kvartal mottagning nivå nr nummer område omgång punkt post rad scenario sida skala steg tabell tertial typ vecka "
    "version zon åtgärd år"
)
"""Words a numeral names: "Enhet 12", "vecka 3", "Tabell 2"."""

_CODES = "ATC COVID DRG EU HIV ICD ISO KVÅ NPK PDF SFS SNI SOU"
"""Classifications and the like, whose numbers are names."""

_ENDING = "(?:[etns]|en|et|er|erna|orna)?"

_LIST_OF_NUMBERS = r"\d+(?:\s?(?:–|-|,|och|till|/)\s?\d+)*"

_NO_QUANTITY = rf"(?!\d)(?![.,]\d)(?!{_S}\d{{3}}(?!\d))(?!\s?{_UNIT_END})"
"""What may not follow a numeral that is no quantity: more of the number, or a unit."""

_NO_CLAIMS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"(?<![\w.,])\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{2}:\d{2}(?::\d{2})?)?(?!\w)(?!-\d)",  # 2026-10, 2026-10-22
        rf"(?<![\w.,/:])(?:\d{{1,2}}(?:\s?–\s?\d{{1,2}})?{_S})?(?i:{_MONTH})(?:{_S}\d{{4}}(?!\d))?",  # 22 oktober 2026
        r"^\s*\(?\d+[.)](?=\s)",  # the number of an item in a list
        r"\[\d+\]",  # a footnote
        r"(?<![\w.,])\d+:(?:a|e)\b",  # 1:a, 5:e
        r"§+\s?\d+(?:\s?[a-z]\b)?|(?<![\w.,])\d+(?:\s[a-z])?\s?§",
        r"\b(?i:kap)(?:\.|itel|itlet)\s?\d+|(?<![\w.,])\d+\s?kap\b\.?",
        r"(?<![\w.,])\d{4}:\d+(?!\d)",  # SFS 2017:30
        r"(?<![\w.,])\d{1,2}:\d{2}(?![\d,])|\bkl\.?\s?\d{1,2}(?:[.:]\d{2})?(?!\d)",  # the time of day
        r"(?<![\w.,])\d+/(?:19|20)\d{2}(?!\d)",  # 123/2026
        r"\b[^\W\d_]+(?:[/-]\d[\w/:.-]*)+",  # Covid-19, RS/2026/123
        rf"\b(?:{'|'.join(_CODES.split())})[{SPACES}-]?\d+(?:[.,]\d+)?(?!\w)",  # ICD 10
        r"(?<![\w.,])\d+(?:\.\d+){2,}(?!\w)",  # 2.1.3
        rf"(?<!\bper\s)(?<!\bvarje\s)\b(?i:{'|'.join(_NUMBERED.split())}){_ENDING}{_S}{_LIST_OF_NUMBERS}{_NO_QUANTITY}",
        rf"(?<![\w.,+−])(?:19|20)\d{{2}}(?:\s?[–/-]\s?(?:(?:19|20)\d{{2}}|\d{{2}}))?(?![\w%‰]){_NO_QUANTITY}",  # years
        r"\b[^\W\d_]\w*\d\w*",  # HbA1c, A10BA02, T2
    )
)

_JOINS = re.compile(r"\s?(?:till|och|respektive|eller|–|-|,|mot)\s?")
"""What joins two numbers of which only the second tells the unit."""

_WORSE = "sämre|försämra|försämring|underskott|minusresultat"
_BETTER = "bättre|förbättra|förbättring|överskott|plusresultat"
_MORE = "högre|fler|ökade|ökat|ökar|ökning|steg|stigit|stiger|större"
_LESS = "lägre|färre|minskade|minskat|minskar|minskning|sjönk|sjunkit|sjunker|sänkning"
_ABOUT = r"(?:\s(?:omkring|cirka|ca|ungefär|knappt|drygt|nästan|runt))?"

_DIRECTIONS = tuple(
    (
        sign,
        on_result,
        re.compile(rf"\s?(?:{words})\b"),
        re.compile(rf"\b(?:{words})\w*(?:\s\w+)?\s(?:med|på){_ABOUT}\s$", re.IGNORECASE),
    )
    for sign, on_result, words in ((-1, True, _WORSE), (1, True, _BETTER), (1, False, _MORE), (-1, False, _LESS))
)

_BELOW = re.compile(r"\b(?:under|mindre än)\s$", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:över|mer än)\s$", re.IGNORECASE)

_BEFORE = 60
"""Letters before a number in which the word that tells its direction is looked for."""


@dataclass(frozen=True)
class Claim:
    """A number a text claims.

    Parameters
    ----------
    written : str
        As it stands in the text, with its sign and unit.
    start, end : int
        Where it stands.
    size : Decimal
        The printed number without its sign.
    decimals : int
        Decimals printed.
    exponent : int or None
        Power of ten between the printed number and the value behind it: 6 for mkr, −2 for per cent; None without unit.
    sign : {-1, 0, 1}
        The sign that the value must have, by a printed sign or by a word as "sämre"; 0 when nothing tells.
    bound : {-1, 0, 1}
        −1 for "under 1 %", 1 for "över 99 %": the value lies beyond the number.
    """

    written: str
    start: int
    end: int
    size: Decimal
    decimals: int
    exponent: int | None
    sign: int
    bound: int


def claims(text: str, names: Iterable[str] = ()) -> tuple[Claim, ...]:
    """Find the numbers a text claims.

    Parameters
    ----------
    text : str
        Swedish prose.
    names : iterable of str
        Names whose digits are no numbers, wherever they stand in the text.

    Returns
    -------
    tuple of Claim
        In the order of the text.

    Examples
    --------
    >>> [claim.written for claim in claims("I oktober 2026 låg Enhet 12 på −12,4 mkr, 3,4 procent sämre.")]
    ['−12,4 mkr', '3,4 procent']
    >>> [(str(claim.size), claim.exponent) for claim in claims("mellan 33,2 och 47,0 mkr")]
    [('33.2', 6), ('47.0', 6)]
    """
    hidden = _without_names(text, names)
    for pattern in _NO_CLAIMS:
        hidden = pattern.sub(_blank, hidden)
    found: list[Claim] = []
    for match in reversed(list(_NUMBER.finditer(hidden))):
        later = found[-1] if found else None
        found.append(_claim(match, hidden, later))
    return tuple(reversed(found))


def _claim(match: re.Match[str], text: str, later: Claim | None) -> Claim:
    exponent = _exponent(match["unit"])
    joined = later is not None and _JOINS.fullmatch(text[match.end() : later.start]) is not None
    if exponent is None and joined and later is not None:
        exponent = later.exponent
    decimals = match["decimals"] or ""
    whole = re.sub(_S, "", match["whole"])
    size = Decimal(f"{whole}.{decimals}" if decimals else whole)
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    sign = {"+": 1, None: 0}.get(match["sign"], -1)
    return Claim(
        written=match[0],
        start=match.start(),
        end=match.end(),
        size=size,
        decimals=len(decimals),
        exponent=exponent,
        sign=sign or _direction(before, text[match.end() : match.end() + _BEFORE], exponent),
        bound=-1 if _BELOW.search(before) else 1 if _ABOVE.search(before) else 0,
    )


def _exponent(unit: str | None) -> int | None:
    if not unit:
        return None
    written = unit.strip(SPACES)
    return next(power for power, pattern in UNITS if re.fullmatch(pattern, written))


def _direction(before: str, after: str, exponent: int | None) -> int:
    """Sign told by the word beside a number.

    "Högre" and "lägre" do not tell the sign of an amount: a cost that rises is negative in result sign.
    """
    for sign, on_result, follows, leads in _DIRECTIONS:
        if (follows.match(after) or leads.search(before)) and (on_result or exponent == SHARE):
            return sign
    return 0


def _without_names(text: str, names: Iterable[str]) -> str:
    known = sorted((name for name in names if name in text), key=len, reverse=True)
    if not known:
        return text
    return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", _blank, text)


def _blank(match: re.Match[str]) -> str:
    """As many letters without meaning: places in the text stay the same."""
    return "¤" * len(match[0])
