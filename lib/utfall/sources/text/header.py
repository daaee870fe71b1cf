"""Which row of a file holds the column names, and the names it holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

HEADER_SEARCH_ROWS = 100
"""Filled rows from the top among which the header row is looked for."""

_MOST = 0.9
"""Share of the rows that a header with more names than most rows have values must be wide enough for."""

_NUMBER = re.compile(r"[-+−–]?\s*[\d](?:[\d\s.,'\u00a0\u202f]*\d)?\s*[-−–%]?")
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?([ T]\d{2}:\d{2}(:\d{2})?(\.\d+)?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")


class NoHeader(Exception):
    """No row can be the header row.

    Parameters
    ----------
    row : int or None
        The row it is about.
    what, remedy : str
        What is wrong and what to do about it.
    width : int
        How many values that row has.
    """

    def __init__(self, row: int | None, what: str, remedy: str, width: int) -> None:
        super().__init__(what)
        self.row, self.what, self.remedy, self.width = row, what, remedy, width


@dataclass(frozen=True)
class Header:
    """The header row that was found.

    Parameters
    ----------
    row : int
        Its number.
    doubts : tuple of str
        Why it may be another.
    """

    row: int
    doubts: tuple[str, ...] = ()


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> Header:
    """Find the row of column names under the titles of a file.

    It is the first row with as many names as the rows under it have values, all of them words. Where there is none,
    the row with the most names is taken, or one that holds years or months beside words.

    Parameters
    ----------
    rows : sequence of (int, sequence of str)
        The first rows that are not blank, with their numbers.

    Returns
    -------
    Header

    Raises
    ------
    NoHeader
        When no row can be it.

    Examples
    --------
    >>> find_header([(1, ["Rapport", "", ""]), (3, ["konto", "text", "belopp"]), (4, ["5600", "Läkemedel", "12"])]).row
    3
    """
    if not rows:
        raise NoHeader(None, "there is no row with column names.", "Add a row of column names above the values.", 0)
    counted = [(number, [cell.strip() for cell in cells]) for number, cells in rows]
    width = _usual_width([cells for _, cells in counted])
    top = counted[:HEADER_SEARCH_ROWS]
    worded = [(number, cells) for number, cells in top if _all_words(cells) and (width == 1 or _filled(cells) > 1)]
    # A name may be missing or one too few: that is for whoever reads the names to refuse, not to search past.
    for number, cells in worded:
        if _filled(cells) == width:
            return Header(number)
    for index, (number, cells) in enumerate(top):
        if _filled(cells) == width and _differs(cells, [later for _, later in top[index + 1 :]]):
            return Header(number, (f"Row {number} is taken to hold the column names, though some are numbers.",))
    if worded:
        number, cells = max(worded, key=lambda row: _filled(row[1]))
        return Header(number, (f"Row {number} is taken to hold the column names.",))
    number, cells = top[0]
    what = f"there is no row with column names; the first row holds {', '.join(filter(None, cells[:3]))!r}."
    raise NoHeader(number, what, "Add a row of column names above the values, or say which row holds them.", len(cells))


def header_names(cells: Sequence[str], row: int) -> tuple[str, ...]:
    r"""Give the names in a header row.

    Parameters
    ----------
    cells : sequence of str
        The row; empty cells after the last name are no columns.
    row : int
        Its number.

    Returns
    -------
    tuple of str
        The names, without spaces around them; a line break within one is a space.

    Raises
    ------
    NoHeader
        When a name is missing, is there twice, or is taken by the kit.

    Examples
    --------
    >>> header_names([" konto", "belopp\nSEK", ""], 1)
    ('konto', 'belopp SEK')
    """
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise NoHeader(row, "the row of column names is empty.", "Write the column names there.", 0)
    for number, name in enumerate(names, 1):
        if "\0" in name:
            raise NoHeader(
                row, "the row of column names holds a NUL byte.", "Export the file again as text.", len(names)
            )
        if not name:
            raise NoHeader(
                row, f"column {number} has no name.", "Give the column a name in the header row.", len(names)
            )
    seen: dict[str, str] = {}
    for name in names:
        earlier = seen.setdefault(name.casefold(), name)
        if list(names).count(name) > 1:
            raise NoHeader(row, f"two columns are named {name!r}.", "Give each column its own name.", len(names))
        if earlier != name:
            what = f"the columns {earlier!r} and {name!r} differ in capitals only."
            raise NoHeader(row, what, "Give each column its own name.", len(names))
    if "source_row" in seen:
        what = f"a column is named {seen['source_row']!r}, a name the kit uses for the row itself."
        raise NoHeader(row, what, "Rename or remove the column.", len(names))
    return tuple(names)


def looks_like_number(cell: str) -> str | None:
    """Tell the decimal sign of what looks like a number.

    Parameters
    ----------
    cell : str
        A value.

    Returns
    -------
    str or None
        The sign; an empty text for a whole number, ``None`` for anything else. One sign with three digits after it
        may part thousands and counts as a whole number.

    Examples
    --------
    >>> [looks_like_number(cell) for cell in ("-1 234,50", "12.5", "5600", "1.234", "konto")]
    [',', '.', '', '', None]
    """
    text = cell.strip()
    if not text or not _NUMBER.fullmatch(text):
        return None
    signs = [sign for sign in text if sign in ",."]
    if not signs:
        return ""
    last = signs[-1]
    decimals = sum(sign.isdigit() for sign in text[text.rindex(last) :])
    if signs.count(last) > 1 or (decimals == 3 and len(signs) == 1):
        return ""
    return last


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    # Titles are few and the rows many; where two widths are as common, the wider holds the values.
    widths = Counter(max(_last_filled(cells), 1) for cells in rows)
    if len(widths) == 1:
        return next(iter(widths))
    most = max(widths.values())
    common = max(width for width, count in widths.items() if count == most)
    named = {_filled(cells) for cells in rows if _all_words(cells)}
    wider = [
        width
        for width in named
        if width > common and sum(count for other, count in widths.items() if other <= width) >= _MOST * len(rows)
    ]
    return max(wider, default=common)


def _last_filled(cells: Sequence[str]) -> int:
    return max((number for number, cell in enumerate(cells, 1) if cell), default=0)


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell)


def _is_value(cell: str) -> bool:
    return looks_like_number(cell) is not None or _DATE.fullmatch(cell) is not None


def _all_words(cells: Sequence[str]) -> bool:
    return not any(_is_value(cell) for cell in cells) and _filled(cells) > 0


def _differs(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    # Words over numbers in at least one column: names, though others of them are years or months.
    for place, cell in enumerate(cells):
        under = [row[place] for row in below if place < len(row) and row[place]]
        if cell and not _is_value(cell) and under and sum(map(_is_value, under)) * 2 > len(under):
            return True
    return False
