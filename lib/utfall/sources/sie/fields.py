r"""The fields of one record: ``#TRANS 7010 {1 "456" 7 "47"} 13200.00`` → label, account, object list, amount.

By the standard (SIE file format, edition 4B, 5.7–5.10): fields are parted by spaces or tabs, may stand in quotation
marks, and a quotation mark inside a field has a backslash before it; amounts have a point and at most two decimals;
dates are written YYYYMMDD.
"""

from __future__ import annotations

import re
from datetime import date

Objects = tuple[tuple[str, str], ...]
"""An object list: pairs of dimension and object code."""

MOST_DIGITS = 16
"""Digits of the largest amount in kronor that can be kept: 18 digits with the öre."""

BROKEN = frozenset('"{}')
"""What `tokens` gives where a quotation mark or a brace has no partner."""

# A quoted text, an object list, a plain field, or one character that fits nowhere. A quoted text must stand apart.
_TOKEN = re.compile(
    r'(?<![^ \t}])"(?:[^"\\]|\\.)*+"(?![^ \t{])'
    r'|\{(?:[^{}"]|"(?:[^"\\]|\\.)*+")*+\}'
    r'|(?:[^ \t"{}\\]|\\"|\\)++'
    r"|[^ \t]"
)
_AMOUNT = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]{0,2})0*)?")
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_EPOCH = date(1970, 1, 1).toordinal()

tokens = _TOKEN.findall
"""Split a line into its label and fields, each as it is written."""


class UnreadableField(Exception):
    """A field is not what it should be.

    Parameters
    ----------
    what, remedy : str
        What is wrong, and what to do about it.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def plain(token: str) -> str:
    r"""Give a field's text without its quotation marks.

    Parameters
    ----------
    token : str
        The field as it is written.

    Returns
    -------
    str

    Examples
    --------
    >>> [plain(token) for token in tokens(r'#KONTO 1915 "Kassa \"special\""')]
    ['#KONTO', '1915', 'Kassa "special"']
    """
    if token[0] == '"':
        token = token[1:-1]
    return token.replace('\\"', '"') if "\\" in token else token


def objects(token: str) -> Objects:
    """Read an object list.

    Parameters
    ----------
    token : str
        The list with its braces.

    Returns
    -------
    tuple of (str, str)
        Dimension and object code.

    Raises
    ------
    UnreadableField
        When the list has an odd number of fields or a dimension twice.

    Examples
    --------
    >>> objects('{1 "456" 7 "47"}'), objects("{ }")
    ((('1', '456'), ('7', '47')), ())
    """
    fields = tokens(token[1:-1])
    if len(fields) % 2 or not BROKEN.isdisjoint(fields):
        raise UnreadableField(
            f"the object list {token} is not pairs of dimension and object.",
            'Write it as {dimension "object" …}, or {} when there is none.',
        )
    codes = [plain(field) for field in fields]
    pairs = tuple(zip(codes[::2], codes[1::2], strict=True))
    if len(pairs) > 1 and len(dict(pairs)) < len(pairs):
        raise UnreadableField(
            f"the object list {token} names a dimension twice.", "Give one object of each dimension a row."
        )
    return pairs


def ore(text: str) -> int:
    """Read an amount as whole öre.

    Parameters
    ----------
    text : str
        The amount; debit is positive.

    Returns
    -------
    int

    Raises
    ------
    UnreadableField
        When it is no amount.

    Examples
    --------
    >>> ore("13200.00"), ore("-0.5"), ore("-0.00")
    (1320000, -50, 0)
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        hint = "with a point, not a comma, before the öre" if "," in text else "as digits, with a point before the öre"
        raise UnreadableField(f"the amount is {text!r}, not a number with at most two decimals.", f"Write it {hint}.")
    sign, units, rest = found.groups()
    if len(units) > MOST_DIGITS:
        units = units.lstrip("0") or "0"
        if len(units) > MOST_DIGITS:
            raise UnreadableField(
                f"the amount {text[:MOST_DIGITS]}… is larger than any ledger's.",
                "Correct the amount, or export it again.",
            )
    value = int(units) * 100
    if rest:
        value += int(rest) if len(rest) == 2 else int(rest) * 10
    return -value if sign == "-" else value


def day(text: str) -> int:
    """Read a date as days since 1970-01-01.

    Parameters
    ----------
    text : str
        The date, YYYYMMDD.

    Returns
    -------
    int

    Raises
    ------
    UnreadableField
        When there is no such day.

    Examples
    --------
    >>> day("19700102"), day("20240229")
    (1, 19782)
    """
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return date(int(found[1]), int(found[2]), int(found[3])).toordinal() - _EPOCH
    except ValueError:
        raise UnreadableField(f"the date is {text!r}, which is no day.", "Write it as YYYYMMDD.") from None


def month(text: str) -> int:
    """Read a month as days from 1970-01-01 to its first day.

    Parameters
    ----------
    text : str
        The month, YYYYMM.

    Returns
    -------
    int

    Raises
    ------
    UnreadableField
        When there is no such month.

    Examples
    --------
    >>> month("197002")
    31
    """
    try:
        return day(f"{text}01")
    except UnreadableField:
        raise UnreadableField(f"the period is {text!r}, which is no month.", "Write it as YYYYMM.") from None


def date_of(days: int) -> date:
    """Give the date of days since 1970-01-01.

    Parameters
    ----------
    days : int
        The days.

    Returns
    -------
    date

    Examples
    --------
    >>> date_of(19782)
    datetime.date(2024, 2, 29)
    """
    return date.fromordinal(days + _EPOCH)


def kronor(amount: int) -> str:
    """Write öre as kronor, for messages.

    Parameters
    ----------
    amount : int
        The öre.

    Returns
    -------
    str

    Examples
    --------
    >>> kronor(-1320050)
    '-13200.50'
    """
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def whole(text: str, name: str) -> int:
    """Read a small whole number, such as a year's.

    Parameters
    ----------
    text : str
        The number.
    name : str
        What it is, for the message.

    Returns
    -------
    int

    Raises
    ------
    UnreadableField
        When it is none.

    Examples
    --------
    >>> whole("-1", "year number")
    -1
    """
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise UnreadableField(f"the {name} is {text!r}, not a whole number.", f"Write the {name} as a whole number.")
    return int(text)


def account_number(text: str) -> str:
    """Read an account, which the standard wants numeric.

    Parameters
    ----------
    text : str
        The account.

    Returns
    -------
    str

    Raises
    ------
    UnreadableField
        When it is not digits only.

    Examples
    --------
    >>> account_number("7010")
    '7010'
    """
    if not (text.isascii() and text.isdigit()):
        raise UnreadableField(
            f"the account is {text!r}, not digits.", "Write the account's number first, then the object list."
        )
    return text
