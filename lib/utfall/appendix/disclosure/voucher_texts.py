"""Free text of vouchers: which texts say something of their own, and whether a package repeats one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from utfall.region import Region

COMMON_FROM = 20
"""Vouchers from which a text is a word of the bookkeeping, such as the name of an account, and tells of nobody."""

LEAST_WORDS = 2
"""Words from which a text is looked for inside other texts; a shorter one only as the whole of a cell."""

_WORD = re.compile(r"\w+")


def distinctive_texts(region: Region, *, common_from: int = COMMON_FROM) -> frozenset[str]:
    """Give the texts of vouchers that say something of their own.

    Parameters
    ----------
    region : Region
        The region.
    common_from : int, default 20
        Vouchers from which a text is taken to be a word of the bookkeeping.

    Returns
    -------
    frozenset of str
        Texts that fewer vouchers have, other than the names of accounts, report lines and nodes.
    """
    texts = region.table("ledger", columns=["text"])["text"].astype("str").str.strip()
    uses = texts[texts != ""].value_counts()
    rare = set(uses.index[uses < common_from])
    accounts = region.accounts
    names = {interval.name for interval in accounts.intervals} | {line.name for line in accounts.lines}
    return frozenset(rare - names - {row.name for row in region.organisation.rows})


class TextSearch:
    """Looks for texts, whatever their case and the signs between their words.

    Parameters
    ----------
    texts : collection of str
        The texts.

    Examples
    --------
    >>> search = TextSearch({"Hemresa Karlsson, taxi", "Karlsson"})
    >>> list(search.find("Kostnad: hemresa  karlsson – taxi")), search.is_one("Karlsson"), search.is_one("Karlssons")
    ([9], True, False)
    """

    def __init__(self, texts: Collection[str]) -> None:
        self._all: set[tuple[str, ...]] = set()
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for text in texts:
            words = tuple(_WORD.findall(text.lower()))
            if not words or words in self._all:
                continue
            self._all.add(words)
            if len(words) >= LEAST_WORDS:
                self._by_first.setdefault(words[0], []).append(words)

    def __bool__(self) -> bool:
        return bool(self._all)

    def find(self, text: str) -> Iterator[int]:
        """Give where in a text one of the texts begins.

        Parameters
        ----------
        text : str
            The text.

        Yields
        ------
        int
        """
        if not self._by_first:
            return
        found = list(_WORD.finditer(text.lower()))
        words = [word[0] for word in found]
        for at, word in enumerate(words):
            for wanted in self._by_first.get(word, ()):
                if tuple(words[at : at + len(wanted)]) == wanted:
                    yield found[at].start()
                    break

    def is_one(self, cell: str) -> bool:
        """Tell whether a cell holds one of the texts and nothing else.

        Parameters
        ----------
        cell : str
            The cell.

        Returns
        -------
        bool
        """
        return tuple(_WORD.findall(cell.lower())) in self._all
