"""Where in a block of bytes values stand in quotes, so that separators and line ends within them part nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.sources.text.dialect import NEWLINE, RETURN, Dialect

LONGEST_QUOTED = 1 << 20
"""Bytes that a value in quotes may have. A longer one is a quote that was never closed and would swallow the file."""

Positions = NDArray[np.int64]

UNCLOSED = "unclosed quote"
TEXT_AFTER = "text after a closing quote"


@dataclass(frozen=True)
class Quoted:
    """The quoted stretches of a block.

    Parameters
    ----------
    opens, closes : array of int
        Positions of the opening and closing quotes, in order. A doubled quote closes and opens again.
    broken : list of (int, str)
        Positions of opening quotes that are used wrongly, and how: `UNCLOSED` or `TEXT_AFTER`.
    undecided : int or None
        Position of an opening quote whose value goes on beyond the block.
    """

    opens: Positions
    closes: Positions
    broken: list[tuple[int, str]]
    undecided: int | None = None

    def outside(self, positions: Positions) -> Positions:
        """Keep the positions that are outside quotes.

        Parameters
        ----------
        positions : array of int
            Positions in the block, in order.

        Returns
        -------
        array of int
        """
        if not len(self.opens):
            return positions
        # One search for each stretch, not for each position: there are mostly more separators than quotes.
        first = np.searchsorted(positions, self.opens)
        beyond = np.searchsorted(positions, self.closes)
        holding = beyond > first
        if not holding.any():
            return positions
        steps = np.zeros(len(positions) + 1, dtype=np.int8)
        np.add.at(steps, first[holding], 1)
        np.add.at(steps, beyond[holding], -1)
        return positions[np.cumsum(steps[:-1], dtype=np.int8) == 0]


_NONE = np.empty(0, dtype=np.int64)


def find_quoted(data: bytes, dialect: Dialect, *, last: bool) -> Quoted:
    r"""Find the quoted stretches of a block that begins at the start of a row.

    Parameters
    ----------
    data : bytes
        The block, in an encoding that writes ASCII as ASCII.
    dialect : Dialect
        The signs.
    last : bool
        Whether the file ends with the block.

    Returns
    -------
    Quoted

    Examples
    --------
    >>> found = find_quoted(b'a;"b;\n"\n5" slang;c\n', Dialect(), last=True)
    >>> found.opens.tolist(), found.closes.tolist()
    ([2], [6])
    """
    quote, separator = ord(dialect.quote), ord(dialect.separator)
    if quote not in data:
        return Quoted(_NONE, _NONE, [])
    codes = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(codes == quote)
    before = codes[quotes - 1]
    at_start = (before == separator) | (before == NEWLINE) | (before == RETURN)
    at_start[0] |= quotes[0] == 0
    if not at_start.any():
        return Quoted(_NONE, _NONE, [])
    return _paired(codes, quotes, at_start, separator, last) or _walked(data, quotes[at_start], dialect, last)


def _paired(
    codes: NDArray[np.uint8], quotes: Positions, at_start: NDArray[np.bool_], separator: int, last: bool
) -> Quoted | None:
    # Where every quote is used as it should be, every second one opens: whole blocks are settled at once. Anything
    # else (an inch sign, a quote too many) is walked through one value at a time.
    opens, closes = quotes[0::2], quotes[1::2]
    starts = at_start[0::2]
    undecided = None
    if len(opens) > len(closes):
        undecided = int(opens[-1])
        if last or len(codes) - undecided > LONGEST_QUOTED:
            return None
        # A doubled quote at the very end belongs to the value before it, which is then the undecided one.
    doubled = np.zeros(len(opens), dtype=bool)
    doubled[1:] = opens[1:] == closes[: len(opens) - 1] + 1
    if not (starts | doubled).all():
        return None
    after_at = closes + 1
    if len(after_at) and after_at[-1] == len(codes):
        if not last:
            undecided = int(opens[len(closes) - 1])
            opens, closes, after_at, doubled = opens[: len(closes)], closes[:-1], after_at[:-1], doubled[: len(closes)]
        else:
            after_at = after_at[:-1]
    after = codes[after_at]
    quote = codes[quotes[0]]
    if not ((after == separator) | (after == NEWLINE) | (after == RETURN) | (after == quote)).all():
        return None
    # A quote right after a closing one opens again, whatever stands before: the check above let it pass as a close.
    if undecided is not None:
        first = len(closes)
        while first > 0 and doubled[first]:
            first -= 1
        undecided = int(opens[first])
        opens, closes = opens[:first], closes[:first]
    return Quoted(opens, closes, [], undecided)


def _walked(data: bytes, starts: Positions, dialect: Dialect, last: bool) -> Quoted:
    quote = dialect.quote.encode()
    parts = frozenset(b"\r\n" + dialect.separator.encode())
    opens: list[int] = []
    closes: list[int] = []
    broken: list[tuple[int, str]] = []
    free = 0
    for start in starts.tolist():
        if start < free:
            continue
        close = _closing(data, start, quote)
        if close is None or close + 1 == len(data):
            too_long = len(data) - start > LONGEST_QUOTED
            if not last and not too_long:
                return Quoted(np.array(opens, np.int64), np.array(closes, np.int64), broken, start)
        if close is None or close - start > LONGEST_QUOTED:
            broken.append((start, UNCLOSED))
        elif close + 1 < len(data) and data[close + 1] not in parts:
            broken.append((start, TEXT_AFTER))
        else:
            opens.append(start)
            closes.append(close)
            free = close + 1
            continue
        # The row is refused; what follows is read from its next line on, so that one quote spoils one row.
        free = _next_line(data, start)
    return Quoted(np.array(opens, np.int64), np.array(closes, np.int64), broken)


def _closing(data: bytes, start: int, quote: bytes) -> int | None:
    at = start + 1
    limit = start + LONGEST_QUOTED + 2
    while True:
        close = data.find(quote, at, limit)
        if close < 0:
            return None
        if data[close + 1 : close + 2] != quote:
            return close
        at = close + 2


def _next_line(data: bytes, start: int) -> int:
    ends = [end for end in (data.find(b"\n", start), data.find(b"\r", start)) if end >= 0]
    return min(ends) if ends else len(data)
