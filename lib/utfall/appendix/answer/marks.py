"""Marks in an answer: what stands between ``{{`` and ``}}``.

======================================  ===============================================================
``{{ hyrkostnad_2025 }}``               a number of the case, or the words of one of its claims
``{{ ökade(före, efter) }}``            a word that compares numbers, checked by its meaning
``{{ steg kraftigt: efter > 2*före }}``  words, and the check that must hold for them to stand
``{{ sänktes: sänkt_kostnad }}``        other words for a claim of the case
``{{ citat: 79 mkr | årsbudget 2024 }}``  a number quoted from elsewhere, with its source
``{{ bedömning: bättre än förr }}``     a judgement: words of comparison that no number proves
``{{ fråga: rek-2 }}``                  the text of a question of the case
======================================  ===============================================================
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from utfall.errors import InvalidParameter

OPENING, CLOSING = "{{", "}}"

MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
"""A mark in a text."""

MarkKind = Literal["name", "meaning", "check", "quote", "judgement", "question"]

_LEADS: dict[str, MarkKind] = {"citat": "quote", "bedömning": "judgement", "fråga": "question"}

_ODD_SPACES = re.compile(r"[\s\u00a0\u2009\u202f\u200b]+")


@dataclass(frozen=True)
class Mark:
    """What stands between ``{{`` and ``}}``.

    Parameters
    ----------
    kind : {"name", "meaning", "check", "quote", "judgement", "question"}
        What sort of mark it is.
    words : str
        What the answer prints: the words of a check, quotation or judgement; the name or id of the others. For
        "meaning" the whole of it, as ``ökade(före, efter)``.
    rest : str, default ""
        The check of words, or the source of a quotation.
    """

    kind: MarkKind
    words: str
    rest: str = ""

    def __str__(self) -> str:
        """The mark as it can be written again."""
        lead = next((f"{word}: " for word, kind in _LEADS.items() if kind == self.kind), "")
        rest = f"{' | ' if self.kind == 'quote' else ': '}{self.rest}" if self.rest else ""
        return f"{OPENING} {lead}{self.words}{rest} {CLOSING}"


def read_mark(content: str) -> Mark:
    """Read what stands between ``{{`` and ``}}``.

    Parameters
    ----------
    content : str
        The text between.

    Returns
    -------
    Mark

    Raises
    ------
    InvalidParameter
        When it is empty, a quotation has no source, or words have no check.

    Examples
    --------
    >>> read_mark(" citat: 79 mkr | budget 2024 ")
    Mark(kind='quote', words='79 mkr', rest='budget 2024')
    >>> read_mark("steg: efter > före").kind, read_mark("hyra_2025").kind, read_mark("ökade(a, b)").kind
    ('check', 'name', 'meaning')
    """
    text = _ODD_SPACES.sub(" ", unicodedata.normalize("NFC", content)).strip()
    if not text:
        raise InvalidParameter("The mark {{ }} is empty; write the name of a number in it.")
    lead, colon, after = (part.strip() for part in text.partition(":"))
    if not colon:
        return Mark("meaning" if "(" in text else "name", text)
    if not after or not lead:
        raise InvalidParameter(f"The mark {{{{ {text} }}}} ends too early; write something on both sides of the colon.")
    kind = _LEADS.get(lead.casefold(), "check")
    if kind == "check":
        return Mark(kind, lead, after)
    if kind != "quote":
        return Mark(kind, after)
    quoted, _, source = (part.strip() for part in after.partition("|"))
    if not quoted or not source:
        raise InvalidParameter(
            f"The quotation {{{{ {text} }}}} has no source; write {{{{ citat: {quoted or 'text'} | source }}}}."
        )
    return Mark(kind, quoted, source)
