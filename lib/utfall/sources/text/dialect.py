"""The signs that part a text file into rows and values, and how one row is parted."""

from __future__ import annotations

import re
from dataclasses import dataclass

NEWLINE, RETURN = 0x0A, 0x0D

_EXCEL_TEXT = re.compile(r'="(.*)"', re.DOTALL)
"""How Excel is made to keep a text such as ``0101`` when it opens a text file: as the formula ``="0101"``."""


@dataclass(frozen=True)
class Dialect:
    """What parts values, and what encloses a value that holds such a sign.

    Parameters
    ----------
    separator : str, default ";"
        One ASCII character between values.
    quote : str, default '"'
        One ASCII character around a value; doubled within it. It opens a value only as the value's first character, so
        that the inch sign in ``slang 5" svart`` is text.
    """

    separator: str = ";"
    quote: str = '"'


def split_row(row: str, dialect: Dialect) -> list[str]:
    r"""Part one row into its values.

    Parameters
    ----------
    row : str
        The row without its line end.
    dialect : Dialect
        The signs.

    Returns
    -------
    list of str
        The values as they are meant: without quotes around them and without Excel's ``="…"``. A quote that is never
        closed lets the value run to the end of the row.

    Examples
    --------
    >>> split_row('5600;"Läkemedel; ""öppna"" vård";="0101"', Dialect())
    ['5600', 'Läkemedel; "öppna" vård', '0101']
    """
    values: list[str] = []
    at = 0
    while True:
        value = ""
        if row.startswith(dialect.quote, at):
            at += 1
            while (close := row.find(dialect.quote, at)) >= 0:
                value += row[at:close]
                at = close + 1
                if not row.startswith(dialect.quote, at):
                    break
                value += dialect.quote
                at += 1
            else:
                value += row[at:]
                at = len(row)
        end = row.find(dialect.separator, at)
        value += row[at:] if end < 0 else row[at:end]
        values.append(unwrapped(value))
        if end < 0:
            return values
        at = end + 1


def unwrapped(value: str) -> str:
    """Take Excel's ``="…"`` off a value.

    Parameters
    ----------
    value : str
        A value.

    Returns
    -------
    str

    Examples
    --------
    >>> unwrapped('="0101"')
    '0101'
    """
    wrapped = _EXCEL_TEXT.fullmatch(value)
    return wrapped[1] if wrapped else value
