"""What an answer says without support: numbers typed by hand, in digits or words, and comparisons bound to no check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from utfall.presentation.claims import claims

_ONES = "en|ett|två|tre|fyra|fem|sex|sju|åtta|nio"
_TEENS = "tio|elva|tolv|tretton|fjorton|femton|sexton|sjutton|arton|nitton"
_TENS = "tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio"
_SMALL = rf"(?:(?:{_TENS})(?:{_ONES})?|{_TEENS}|två|tre|fyra|fem|sex|sju|åtta|nio)"
_LARGE = rf"(?:{_SMALL}|en|ett)?(?:hundra|tusen)(?:{_SMALL}|en|ett)?"
_COUNT = rf"(?:{_LARGE}|{_SMALL})"
"""A number in words from two upwards; "en" and "ett" are articles."""

_FOLLOWED = r"\s(?:gånger|procentenheter|procent|promille|miljoner|miljon|miljarder|miljard|kronor)"
_PARTS = (
    r"hälften|halva|halvt|halvan|halverad\w*|halverat\w*|halveras|halvering\w*|"
    r"(?:\w+\s)?(?:tredje|fjärde|femte|sjätte|sjunde|åtton|nion|tion)del(?:en|ar|arna|s)?|(?:tre|två)\s?kvart\w*|"
    r"(?:för)?dubbel\w*|(?:för)?dubbl\w+|trefald\w*|tredubbl\w+|fyrdubbl\w+|mångdubbl\w+|"
    r"(?:ett\s)?(?:tio|tjugo|trettio|fyrtio|femtio|hundra|tusen)tals?|dussin\w*|"
    r"(?:en|ett|flera|många)?\s?(?:miljoner|miljarder|miljon|miljard)|"
    r"[½⅓⅔¼¾]|(?:en|ett)\s(?:gång|procent|procentenhet)|var(?:t|je)?\s(?:tredje|fjärde|femte|sjätte|tionde)|noll|nollresultat"
)

_NUMBER_WORDS = re.compile(rf"(?<![\w-])(?:{_PARTS}|(?:{_COUNT})(?:{_FOLLOWED})?)(?![\w-])", re.IGNORECASE)

_NAMED = (
    "alternativ avsnitt beslut bilaga del figur fråga fas grupp iakttagelse kapitel kvartal mål målområde nivå nr "
    "nummer område paragraf punkt revisionsfråga rekommendation sida skede steg svar tabell tertial uppdrag åtgärd"
)
"""Words that a number after them names: "rekommendation 2", "fråga tre"."""

_NAMING = rf"\b(?:{'|'.join(_NAMED.split())})(?:en|et|n|t|er|erna|orna|na|or|ar|arna|s)?\s"
_NUMERALS = rf"(?:\d+(?:\.\d+)*|{_COUNT}|ett|en)"

_NO_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"(?<!\d)\d+\s?\(\d+\)",  # page 1 (4)
        rf"{_NAMING}{_NUMERALS}(?:\s?(?:–|-|,|och|till|respektive)\s?{_NUMERALS})*(?![\d,]|\s?%|\sprocent|\s?[mt]?kr\b)",
        r"\b(?:prop|bet|skr|rskr|dnr|diarienummer|lag|förordning|kommunallagen|dir|ds|sou)\b\.?\s?\(?[\d/:]+\)?",
        r"(?<!\d)\d{1,2}/\d{1,2}(?:[\s-]+(?:19|20)\d{2})?(?![\d/])",  # 15/11, 15/11 2025
        r"(?<!\d)\d{6}-\d{4}(?!\d)",  # an organisation's number
        r"(?<![\d-])(?:\+46|0)[\s-]?\d{1,3}[\s-]\d[\d\s-]{3,}\d",  # a telephone
        r"\bbox\s\d+|(?<!\d)\d{3}\s\d{2}(?=\s[A-ZÅÄÖ])(?-i:(?=\s[A-ZÅÄÖ][a-zåäö]))",  # an address
        r"\bsex\soch\ssamlevnad|\bå\sena\sidan|\ben\soch\sen\b|\btvå\soch\stvå\b",
        r"https?://\S+|\b[\w.]+@[\w.]+",
    )
)

_COUNTED_LIKE_A_YEAR = re.compile(
    r"(?<![\w.,/–-])(?:19|20)\d\d\s(?:patienter|personer|besök|vårdtillfällen|vårddagar|operationer|doser|"
    r"förpackningar|timmar|dagar|tjänster|årsarbetare|medarbetare|enheter|fall|ärenden|kr\b)\w*"
)
"""Four digits that would pass for a year, but count something."""

_HEADING_NUMBER = re.compile(r"\s*\d+(?:\.\d+)*\.?\s")

_COMPARISONS = re.compile(
    r"(?<![\w-])(?:"
    r"ökade|ökat|ökar|ökning\w*|minskade|minskat|minskar|minskning\w*|steg|stigit|stiger|sjönk|sjunkit|sjunker|"
    r"växte|vuxit|växer|föll|fallit|faller|ökades|minskades|"
    r"förbättrats|förbättrades|förbättrat|försämrats|försämrades|försämrat|förbättring\w*|försämring\w*|"
    r"högre|högst|lägre|lägst|större|störst\w*|mindre\sän|minst|mest|mer\sän|mera\sän|fler|flest|färre|färst|"
    r"bättre|sämre|bäst\w*|sämst\w*|dyrare|billigare|snabbare|långsammare|längre\sän|kortare\sän|"
    r"merparten|majoriteten|huvuddelen|flertalet|"
    r"överskred|överskrider|överskridit|överstiger|översteg|underskred|understiger|understeg|"
    r"oförändrad\w*|lika\s(?:stor|hög|låg|många)\w*|över\sbudget|under\sbudget|underskott\w*|överskott\w*"
    r")(?![\w-])",
    re.IGNORECASE,
)

_NO_COMPARISONS = re.compile(
    r"\b(?:steg\sför\ssteg|(?:ett|varje|första|andra|nästa|flera|två|tre|alla)\ssteg|steg\s\d+|"
    r"i\s(?:högre|större|mindre)\sgrad|så\smycket\ssom\smöjligt|för\sdet\smesta|minst\ssagt|inte\sminst|mer\seller\smindre)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unsupported:
    """Words of an answer that nothing supports.

    Parameters
    ----------
    kind : {"number", "comparison"}
        What they are.
    words : str
        As they stand in the text.
    sentence : str
        The sentence around them.
    place : str, default ""
        Where it stands, as ``row 12``.
    """

    kind: Literal["number", "comparison"]
    words: str
    sentence: str
    place: str = ""


def numbers_typed(text: str, *, heading: bool = False) -> list[tuple[str, int]]:
    """Find the numbers typed in a text, in digits or in words.

    Dates, years, diary numbers, references to laws, addresses, and numbers that name something ("rekommendation 2")
    are not among them.

    Parameters
    ----------
    text : str
        Swedish prose, with a sign without meaning for each mark.
    heading : bool, default False
        Whether a number first in the text is that of the heading.

    Returns
    -------
    list of (str, int)
        Each number as it stands, and where it begins, in the order of the text.

    Examples
    --------
    >>> [words for words, _ in numbers_typed("Den 3 mars 2026 hade kostnaden ökat tre gånger, till 12,4 mkr.")]
    ['tre gånger', '12,4 mkr']
    >>> numbers_typed("Se rekommendation 2 i REV/31/2025 och 11 kap. 6 § kommunallagen (2017:725).")
    []
    """
    hidden = text
    if heading and (number := _HEADING_NUMBER.match(hidden)):
        hidden = " " * number.end() + hidden[number.end() :]
    for pattern in _NO_NUMBERS:
        hidden = pattern.sub(lambda match: "¤" * len(match[0]), hidden)
    found = {claim.start: (claim.written, claim.end) for claim in claims(hidden)}
    for match in (*_COUNTED_LIKE_A_YEAR.finditer(hidden), *_NUMBER_WORDS.finditer(hidden)):
        if not any(start <= match.start() < end for start, (_, end) in found.items()):
            found[match.start()] = (match[0], match.end())
    return [(" ".join(words.split()), start) for start, (words, _) in sorted(found.items())]


def comparisons_typed(text: str) -> list[tuple[str, int]]:
    """Find the words in a text that compare, such as "ökade", "lägre" and "merparten".

    Parameters
    ----------
    text : str
        Swedish prose, with a sign without meaning for each mark.

    Returns
    -------
    list of (str, int)
        Each word as it stands, and where it begins.

    Examples
    --------
    >>> comparisons_typed("Kostnaden ökade steg för steg.")
    [('ökade', 10)]
    """
    hidden = _NO_COMPARISONS.sub(lambda match: "¤" * len(match[0]), text)
    return [(match[0], match.start()) for match in _COMPARISONS.finditer(hidden)]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Find where the sentences of a text begin and end.

    Examples
    --------
    >>> text = "Kostnaden var 1.5 mkr, t.ex. i maj. Den sjönk sedan!"
    >>> [text[start:end] for start, end in sentences(text)]
    ['Kostnaden var 1.5 mkr, t.ex. i maj.', 'Den sjönk sedan!']
    """
    start = 0
    for match in re.finditer(r"(?<=[.!?])[”\")]?\s+(?=[A-ZÅÄÖ¤”])", text):
        yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def sentence_at(text: str, at: int) -> str:
    """Give the sentence that a place in a text is in."""
    return next((text[start:end].strip() for start, end in sentences(text) if start <= at < end), text.strip())
