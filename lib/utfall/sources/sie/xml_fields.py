"""Attributes of SIE 5 elements, read as what they are: amounts, days and months."""

from __future__ import annotations

import re

from utfall.sources.sie.fields import UnreadableField, day, month, ore

Attributes = dict[str, str]
"""Attributes of an element."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")


def attribute(attributes: Attributes, name: str) -> str:
    """Give an attribute that must be there.

    Parameters
    ----------
    attributes : dict of str to str
        The element's attributes.
    name : str
        The one asked for.

    Returns
    -------
    str

    Raises
    ------
    UnreadableField
        When it is missing.

    Examples
    --------
    >>> attribute({"id": "7010"}, "id")
    '7010'
    """
    if name not in attributes:
        raise UnreadableField(f"its {name} is missing.", "Export the file again.")
    return attributes[name]


def amount_of(text: str) -> int:
    """Read an amount as whole öre.

    Parameters
    ----------
    text : str
        The amount.

    Returns
    -------
    int

    Examples
    --------
    >>> amount_of(" -12.5 ")
    -1250
    """
    return ore(text.strip())


def day_of(text: str) -> int:
    """Read a date as days since 1970-01-01.

    Parameters
    ----------
    text : str
        The date, YYYY-MM-DD; a time zone after it is of no account.

    Returns
    -------
    int

    Examples
    --------
    >>> day_of("1970-01-02")
    1
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise UnreadableField(f"the date is {text!r}, which is no day.", "Write it as YYYY-MM-DD.")
    return day("".join(found.groups()))


def month_of(text: str) -> int:
    """Read a month as days from 1970-01-01 to its first day.

    Parameters
    ----------
    text : str
        The month, YYYY-MM.

    Returns
    -------
    int

    Examples
    --------
    >>> month_of("1970-02")
    31
    """
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise UnreadableField(f"the month is {text!r}, which is no month.", "Write it as YYYY-MM.")
    return month("".join(found.groups()))
