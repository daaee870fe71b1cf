"""Rows of text as CSV that a Swedish spreadsheet opens in columns, and back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r])")
"""How a text begins that a spreadsheet takes for a formula, or that has been guarded against it."""


def write_rows(rows: Iterable[Sequence[str]]) -> bytes:
    r"""Write rows of text as CSV; a text that a spreadsheet would take for a formula begins with an apostrophe.

    Parameters
    ----------
    rows : iterable of sequence of str
        The header first.

    Returns
    -------
    bytes

    Examples
    --------
    >>> write_rows([["a", "b"], ["=1+1", "åäö"]]).decode("utf-8-sig")
    "a;b\r\n'=1+1;åäö\r\n"
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def read_rows(content: bytes) -> list[list[str]]:
    """Read what `write_rows` wrote.

    Examples
    --------
    >>> read_rows(write_rows([["a"], ["-1"]]))
    [['a'], ['-1']]
    """
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
    return [[_as_it_was(cell) for cell in row] for row in rows]


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _is_number(text) else text


def _as_it_was(text: str) -> str:
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-\d+(?:,\d+)?", text) is not None
