"""A text file in blocks of whole rows, so that a file larger than memory is read by several threads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from utfall.sources.text.dialect import Dialect
from utfall.sources.text.quotes import LONGEST_QUOTED, Quoted, find_quoted
from utfall.sources.text.rows import last_row_end

BLOCK_BYTES = 4 << 20
"""Bytes of a block: large beside what starting a parser costs, small beside memory."""

LEAST_LAST = 1 << 16
"""Bytes that the last block has at least (of a file that has them): sum rows at the end of a file are in it."""


@dataclass(frozen=True)
class Block:
    """Whole rows that follow on each other.

    Parameters
    ----------
    offset : int
        Where in the file they begin.
    data : bytes
        The rows.
    quoted : Quoted
        The quoted stretches.
    last : bool
        Whether the file ends with the block.
    too_long : bool
        Whether the block is cut within a row that is longer than a block.
    """

    offset: int
    data: bytes
    quoted: Quoted
    last: bool
    too_long: bool = False


def cut_blocks(
    file: BinaryIO, dialect: Dialect, offset: int, *, size: int = BLOCK_BYTES, least_last: int = LEAST_LAST
) -> Iterator[Block]:
    r"""Cut a file into blocks at row ends.

    Parameters
    ----------
    file : binary file
        The file, in an encoding that writes ASCII as ASCII.
    dialect : Dialect
        The signs.
    offset : int
        Where the first row begins.
    size : int, optional
        Bytes read at a time.
    least_last : int, optional
        Bytes that the last block has at least.

    Yields
    ------
    Block

    Examples
    --------
    >>> import io
    >>> blocks = cut_blocks(io.BytesIO(b'a;b\n1;"2\n"\n3;4\n'), Dialect(), 4, size=5, least_last=0)
    >>> [(block.offset, block.data) for block in blocks]
    [(4, b'1;"2\n"\n'), (11, b'3;4\n')]
    """
    file.seek(offset)
    carried = b""
    ahead = file.read(size)
    while True:
        data = carried + ahead
        ahead = file.read(size)
        if ahead and len(ahead) < least_last:
            data += ahead
            ahead = file.read(size)
        last = not ahead
        quoted = find_quoted(data, dialect, last=last)
        if last:
            if data:
                yield Block(offset, data, quoted, last=True)
            return
        end = last_row_end(data, quoted)
        if end == 0 and len(data) > LONGEST_QUOTED + 2 * max(size, LEAST_LAST):
            yield Block(offset, data, quoted, last=True, too_long=True)
            return
        if end:
            # The quoted stretches that were found end before the cut, or are found again with what is carried.
            kept = int(quoted.closes.searchsorted(end))
            broken = [(at, how) for at, how in quoted.broken if at < end]
            yield Block(offset, data[:end], Quoted(quoted.opens[:kept], quoted.closes[:kept], broken), last=False)
        offset += end
        carried = data[end:]
