"""Rows of vouchers as they are written: ``#TRANS 5600 {1 "1100"} 12.50 20260108 "Dos"``."""

from __future__ import annotations

import re

from utfall.sources.sie.fields import BROKEN, Objects, UnreadableField, account_number, day, objects, ore, plain

NO_DAY = 0
"""What stands for no date; no ledger is from 1970-01-01."""

WITHOUT_PARTNER = "has a quotation mark or brace without its partner."
PARTNER_REMEDY = 'Close every text and brace, and write a quotation mark inside a text as \\".'

# The usual form of a row: what does not match it takes the long way, and is read alike.
_USUAL = re.compile(
    r'#TRANS[ \t]++("?+)([0-9]++)\1[ \t]++(\{[^{}]*+\})[ \t]++(-?+[0-9]{1,16}+)(?:\.([0-9]{2}))?+'
    r'(?:[ \t]++("?+)([0-9]*+)\6(?:[ \t]++"([^"\\]*+)")?+)?+[ \t]*+'
).fullmatch

Posting = tuple[str, int, int, int, str]
"""Account, place of the object list, öre, day (`NO_DAY` when it has none of its own), and text."""


class PostingReader:
    """Reads rows of vouchers, remembering the object lists and days it has met: a file has few that differ.

    Parameters
    ----------
    object_lists : list of tuple
        Where object lists are put that were not met before.
    """

    def __init__(self, object_lists: list[Objects]) -> None:
        self._object_lists = object_lists
        self._places: dict[Objects, int] = {pairs: at for at, pairs in enumerate(object_lists)}
        self._written: dict[str, int] = {}  # a list as it is written, to its place
        self._days: dict[str | None, int] = {None: NO_DAY, "": NO_DAY, "0": NO_DAY, "00000000": NO_DAY}

    def usual(self, line: str) -> Posting | None:
        """Read a line that is a row in the usual form; a large file is nearly all such rows.

        Parameters
        ----------
        line : str
            The line.

        Returns
        -------
        tuple or None
            ``None`` when the line is anything else, or when something in it is wrong.

        Examples
        --------
        >>> reader = PostingReader([()])
        >>> reader.usual('#TRANS 5600 {1 "1100"} 12.50 20260108 "Dos"'), reader.usual("#TRANS 5600 {} 12,50")
        (('5600', 1, 1250, 20461, 'Dos'), None)
        """
        found = _USUAL(line)
        if found is None:
            return None
        _, account, listed, units, decimals, _, date, text = found.groups()
        place, number = self._written.get(listed), self._days.get(date)
        if place is None or number is None:
            try:
                place, number = self.place(listed), self.day(date or "")
            except UnreadableField:
                return None
        return account, place, int(units + (decimals or "00")), number, text or ""

    def posting(self, fields: list[str]) -> Posting:
        """Read a row in any form, or say what is wrong with it.

        Parameters
        ----------
        fields : list of str
            Label and fields as they are written.

        Returns
        -------
        tuple
            The row.

        Raises
        ------
        UnreadableField
            When a field is missing or not what it should be.

        Examples
        --------
        >>> PostingReader([()]).posting(["#TRANS", '"5600"', "12.5"])
        ('5600', 0, 1250, 0, '')
        """
        if not BROKEN.isdisjoint(fields):
            raise UnreadableField(f"it {WITHOUT_PARTNER}", PARTNER_REMEDY)
        if len(fields) < 3:
            raise UnreadableField("it has no account and amount.", "Give account, object list and amount.")
        # Some programs leave an empty object list out.
        place, at = (self.place(fields[2]), 3) if fields[2][0] == "{" else (0, 2)
        if len(fields) <= at:
            raise UnreadableField("it has no amount.", "Give account, object list and amount.")
        number = self.day(plain(fields[at + 1])) if len(fields) > at + 1 else NO_DAY
        text = plain(fields[at + 2]) if len(fields) > at + 2 else ""
        return account_number(plain(fields[1])), place, ore(plain(fields[at])), number, text

    def day(self, text: str) -> int:
        """Read a date; see `utfall.sources.sie.fields.day`. A date that is empty or noughts is none."""
        number = self._days.get(text)
        if number is None:
            number = self._days[text] = day(text)
        return number

    def place(self, listed: str) -> int:
        """Read an object list, and give its place among those of the file."""
        place = self._written.get(listed)
        if place is None:
            pairs = objects(listed)
            place = self._places.setdefault(pairs, len(self._places))  # one list may be written in several ways
            if place == len(self._object_lists):
                self._object_lists.append(pairs)
            self._written[listed] = place
        return place
