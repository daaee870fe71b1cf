"""What a file is taken apart into: running text, tables, and what could not be opened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

HIDDEN_BELOW = re.compile(r"(?:<|färre än|under)\s*(\d+)", re.IGNORECASE)
"""How a hidden small count is written."""

HIDDEN_WORDS = frozenset({"döljs", "dold", "dolt", "hemlig", "..", "sekretess"})
"""How a figure is written that is hidden to protect another."""

_NUMBER = re.compile(r"[-−–+]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|[-−–+]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Text:
    """Running text.

    Parameters
    ----------
    place : str
        Where in the file, in Swedish; empty for all of it.
    text : str
        The text.
    """

    place: str
    text: str


@dataclass(frozen=True)
class SeenTable:
    """A table as a reader of the file sees it.

    Parameters
    ----------
    place : str
        Where in the file.
    title : str
        Its caption.
    labels : tuple of str
        Headings, with units.
    rows : tuple of tuple
        Cells: text, numbers, None.
    totals : tuple of int, default ()
        Positions of rows marked as sums.
    indent : tuple of int, default ()
        Level of each row; empty when all are 0.
    is_distinct : bool, default False
        Whether the rows are a long column's different values and not the table's own rows.
    """

    place: str
    title: str
    labels: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: tuple[int, ...] = ()
    indent: tuple[int, ...] = ()
    is_distinct: bool = False


@dataclass(frozen=True)
class Unreadable:
    """Something that could not be looked into.

    Parameters
    ----------
    place : str
        Where in the file.
    why : str
        A Swedish sentence.
    """

    place: str
    why: str


Piece = Text | SeenTable | Unreadable
"""What a file is taken apart into."""


def as_number(cell: Any) -> Decimal | None:
    """Read a cell as the number it shows.

    Parameters
    ----------
    cell : object
        A number, or a text as a Swedish or an English reader writes one.

    Returns
    -------
    Decimal or None
        None when it is no number.

    Examples
    --------
    >>> as_number("1 234,5"), as_number(3.0), as_number("< 5"), as_number("2026-10")
    (Decimal('1234.5'), Decimal('3.0'), None, None)
    """
    if cell is None or isinstance(cell, bool):
        return None
    if not isinstance(cell, str):
        try:
            number = Decimal(str(cell))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    text = cell.strip()
    if not _NUMBER.fullmatch(text):
        return None
    plain = re.sub(r"[ \u00a0\u202f+]", "", text).replace("−", "-").replace("–", "-").replace(",", ".")
    return Decimal(plain)


def hidden_below(cell: Any) -> int | None:
    """Tell whether a cell hides a figure.

    Parameters
    ----------
    cell : object
        A cell.

    Returns
    -------
    int or None
        The limit it is said to be below; 0 when it is hidden without a limit; None when nothing is hidden.

    Examples
    --------
    >>> hidden_below("< 5"), hidden_below("döljs"), hidden_below("ingen budget"), hidden_below(7)
    (5, 0, None, None)
    """
    if not isinstance(cell, str):
        return None
    text = cell.strip().lower().replace("\u00a0", " ")
    below = HIDDEN_BELOW.fullmatch(text)
    if below:
        return int(below[1])
    return 0 if text in HIDDEN_WORDS else None


def is_filled(cells: Sequence[Any]) -> list[str]:
    """Give the cells of a column that hold something, as text.

    Examples
    --------
    >>> is_filled(["a", None, " ", 3])
    ['a', '3']
    """
    return [text for cell in cells if cell is not None and (text := str(cell).strip()) and text.lower() != "nan"]
