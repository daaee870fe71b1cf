"""The rows of a block of bytes: where each begins and ends, on which line, and how many values it has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.sources.text.dialect import NEWLINE, RETURN, Dialect
from utfall.sources.text.quotes import Positions, Quoted


@dataclass(frozen=True)
class Rows:
    """The rows of a block.

    A row begins on a line and ends at the first line end outside quotes. A line ends with LF, CR LF or a CR alone,
    also within quotes, so that a row's line is what a text editor shows.

    Parameters
    ----------
    starts, ends : array of int
        Position of each row's first byte, and the one after its last (its line end not counted).
    lines : array of int
        Line each row begins on, counted from 0 at the block's first.
    widths : array of int
        How many values each row has; a blank row has 1.
    line_count : int
        Line ends in the block, also within quotes.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    widths: Positions
    line_count: int


def line_ends(data: bytes) -> Positions:
    r"""Find where lines end.

    Parameters
    ----------
    data : bytes
        A block.

    Returns
    -------
    array of int
        Position of each LF, and of each CR that no LF follows.

    Examples
    --------
    >>> line_ends(b"a\r\nb\rc\n").tolist()
    [2, 4, 6]
    """
    codes = np.frombuffer(data, dtype=np.uint8)
    if b"\r" not in data:
        return np.flatnonzero(codes == NEWLINE)
    is_end = (codes == NEWLINE) | (codes == RETURN)
    is_end[:-1] &= ~((codes[:-1] == RETURN) & (codes[1:] == NEWLINE))
    return np.flatnonzero(is_end)


def last_row_end(data: bytes, quoted: Quoted) -> int:
    r"""Find where the last whole row of a block that the file goes on after ends.

    Parameters
    ----------
    data : bytes
        The block.
    quoted : Quoted
        Its quoted stretches.

    Returns
    -------
    int
        Position after the last line end outside quotes; 0 when there is none. A CR at the very end is not counted: an
        LF may follow.

    Examples
    --------
    >>> from utfall.sources.text.quotes import find_quoted
    >>> data = b'a;b\n1;"2\n'
    >>> last_row_end(data, find_quoted(data, Dialect(), last=False))
    4
    """
    stop = len(data) if quoted.undecided is None else quoted.undecided
    if data.endswith(b"\r"):
        stop = min(stop, len(data) - 1)
    while True:
        end = max(data.rfind(b"\n", 0, stop), data.rfind(b"\r", 0, stop))
        before = int(quoted.opens.searchsorted(end)) - 1
        if end < 0 or before < 0 or end > quoted.closes[before]:
            return end + 1
        stop = int(quoted.opens[before])


def find_rows(data: bytes, quoted: Quoted, dialect: Dialect) -> Rows:
    r"""Part a block into rows.

    Parameters
    ----------
    data : bytes
        A block of whole rows; the last may lack its line end.
    quoted : Quoted
        Its quoted stretches.
    dialect : Dialect
        The signs.

    Returns
    -------
    Rows

    Examples
    --------
    >>> from utfall.sources.text.quotes import find_quoted
    >>> data = b'konto;text\n5600;"a\nb"\n\n'
    >>> rows = find_rows(data, find_quoted(data, Dialect(), last=True), Dialect())
    >>> rows.lines.tolist(), rows.widths.tolist(), rows.line_count
    ([0, 1, 3], [2, 2, 1], 4)
    """
    codes = np.frombuffer(data, dtype=np.uint8)
    breaks = line_ends(data)
    separators = np.flatnonzero(codes == ord(dialect.separator))
    row_breaks = quoted.outside(breaks)
    separators = quoted.outside(separators)
    stops = row_breaks + 1
    ends = row_breaks
    if b"\r" in data:
        pairs = (codes[row_breaks] == NEWLINE) & (row_breaks > 0) & (codes[row_breaks - 1] == RETURN)
        ends = row_breaks - pairs
    if not len(stops) or stops[-1] < len(data):
        stops, ends = np.append(stops, len(data)), np.append(ends, len(data))
    starts = np.concatenate([[0], stops[:-1]])
    lines = np.arange(len(starts), dtype=np.int64)
    if len(row_breaks) < len(breaks):
        lines = np.searchsorted(breaks, starts)
    widths = np.diff(np.searchsorted(separators, stops), prepend=0) + 1
    return Rows(starts, ends, lines, widths, len(breaks))


def row_at(rows: Rows, positions: NDArray[np.int64]) -> Positions:
    """Find the rows that positions of a block are in.

    Parameters
    ----------
    rows : Rows
        The block's rows.
    positions : array of int
        Positions in the block.

    Returns
    -------
    array of int
        Index of each position's row.
    """
    return np.searchsorted(rows.starts, positions, side="right") - 1
