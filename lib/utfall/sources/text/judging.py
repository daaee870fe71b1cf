"""What becomes of each row of a block: given, left out for a reason, or refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from utfall.sources.text.blocks import Block
from utfall.sources.text.dialect import Dialect, split_row
from utfall.sources.text.quotes import TEXT_AFTER, UNCLOSED, Positions
from utfall.sources.text.rows import Rows, find_rows, row_at
from utfall.sources.text.sums import is_sum_row

BLANK, REPEATED_HEADER, SUM_ROW, END_MARK = "blank row", "repeated header", "sum row", "end-of-file mark"
TOO_MANY, TOO_FEW, TOO_LONG, NUL = "too many values", "too few values", "row too long", "NUL byte"

FAULTS_A_KIND = 50
"""Refused rows of a kind that are named; the rest are counted."""

_SPACE_BYTES = b" \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f" + bytes(range(0x80, 0xC0)) + b"\xc2\xe1\xe2\xe3\xff"
"""Bytes of what counts as space in the encodings there are, no-break spaces too."""

_BYTES_LOOKED_AT = 24
"""Bytes of a row that are tried for space before it is decoded."""

_LAST_ROWS = 20
"""Sum rows at the end of a file, at most."""


@dataclass(frozen=True)
class Refused:
    """A row that cannot be read.

    Parameters
    ----------
    line : int
        Line it begins on, counted from 0 at the block's first.
    kind : str
        What is wrong, in a few words.
    width : int
        How many values it has.
    """

    line: int
    kind: str
    width: int = 0


@dataclass
class Judged:
    """A block's rows, judged.

    Parameters
    ----------
    rows : Rows
        The rows.
    keep : array of bool
        Which are given.
    extra : array of bool
        Which of them have empty values after their last column.
    left_out : Counter
        How many were left out, by reason.
    refused : list of Refused
        Those that cannot be read, at most `FAULTS_A_KIND` a kind.
    refused_count : Counter
        How many cannot be read, by kind.
    sum_rows : list of list of str
        The values of the sum rows, the last first.
    """

    rows: Rows
    keep: NDArray[np.bool_]
    extra: NDArray[np.bool_]
    left_out: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    refused_count: Counter[str] = field(default_factory=Counter)
    sum_rows: list[list[str]] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether every row is given as it stands, one a line."""
        lines = self.rows.lines
        return int(lines[-1]) == len(lines) - 1 and bool(self.keep.all()) and not self.extra.any()

    def refuse(self, where: Positions, kind: str) -> None:
        """Refuse rows.

        Parameters
        ----------
        where : array of int
            Their indices.
        kind : str
            What is wrong.
        """
        new = where[self.keep[where]]
        self.keep[new] = False
        self.refused_count[kind] += len(new)
        for row in new[: max(0, FAULTS_A_KIND - sum(refused.kind == kind for refused in self.refused))].tolist():
            self.refused.append(Refused(int(self.rows.lines[row]), kind, int(self.rows.widths[row])))

    def leave_out(self, where: Positions, reason: str) -> None:
        """Leave rows out.

        Parameters
        ----------
        where : array of int
            Their indices.
        reason : str
            Why.
        """
        self.keep[where] = False
        self.left_out[reason] += len(where)


@dataclass(frozen=True)
class Shape:
    """What the rows of a file should look like.

    Parameters
    ----------
    dialect : Dialect
        The signs.
    encoding : str
        The encoding of the bytes.
    width : int
        How many columns have names.
    most : int
        How many values a row may have, those after the last name being empty.
    header : bytes
        The header row as it stands.
    """

    dialect: Dialect
    encoding: str
    width: int
    most: int
    header: bytes


def judge(block: Block, shape: Shape) -> Judged:
    """Judge every row of a block.

    Parameters
    ----------
    block : Block
        The block.
    shape : Shape
        What its rows should look like.

    Returns
    -------
    Judged
    """
    data = block.data
    rows = find_rows(data, block.quoted, shape.dialect)
    count = len(rows.starts)
    judged = Judged(rows, np.ones(count, dtype=bool), np.zeros(count, dtype=bool))
    if block.too_long:
        judged.refuse(np.array([0]), TOO_LONG)
    for how in (UNCLOSED, TEXT_AFTER):
        places = np.array([at for at, kind in block.quoted.broken if kind == how], dtype=np.int64)
        if len(places):
            judged.refuse(np.unique(row_at(rows, places)), how)
    if b"\0" in data:
        zeros = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0)
        judged.refuse(np.unique(row_at(rows, zeros)), NUL)
    judged.leave_out(_blank(data, judged, shape), BLANK)
    if block.last and data[rows.starts[-1] : rows.ends[-1]] == b"\x1a":
        judged.leave_out(np.array([count - 1]), END_MARK)
    judged.leave_out(_repeated_headers(data, judged, shape), REPEATED_HEADER)
    if block.last:
        _leave_out_sums(data, judged, shape)
    judged.refuse(np.flatnonzero(rows.widths < shape.width), TOO_FEW)
    wide = np.flatnonzero((rows.widths > shape.width) & judged.keep)
    if len(wide):
        judged.refuse(wide[~_ends_empty(data, judged, wide, shape)], TOO_MANY)
        judged.extra[wide] = judged.keep[wide]
    return judged


def row_text(data: bytes, rows: Rows, row: int, encoding: str) -> str:
    """Decode one row.

    Parameters
    ----------
    data : bytes
        The block.
    rows : Rows
        Its rows.
    row : int
        Index of the row.
    encoding : str
        The encoding.

    Returns
    -------
    str
    """
    return data[rows.starts[row] : rows.ends[row]].decode(encoding, errors="replace")


def _blank(data: bytes, judged: Judged, shape: Shape) -> Positions:
    rows = judged.rows
    lengths = rows.ends - rows.starts
    only_separators = (lengths == rows.widths - 1) & judged.keep
    codes = np.frombuffer(data, dtype=np.uint8)
    # Rows whose first bytes all are space, separators and quotes may be blank: few are, and only those are decoded.
    separator, quote = shape.dialect.separator, shape.dialect.quote
    hollow = np.zeros(256, dtype=bool)
    hollow[list(_SPACE_BYTES + separator.encode() + quote.encode())] = True
    maybe = np.flatnonzero(judged.keep & (lengths > 0) & ~only_separators)
    for place in range(_BYTES_LOOKED_AT):
        maybe = maybe[hollow[codes[np.minimum(rows.starts[maybe] + place, rows.ends[maybe] - 1)]]]
    blank = [
        row
        for row in maybe.tolist()
        if not any(value.strip() for value in split_row(row_text(data, rows, row, shape.encoding), shape.dialect))
    ]
    only_separators[blank] = True
    return np.flatnonzero(only_separators)


def _repeated_headers(data: bytes, judged: Judged, shape: Shape) -> Positions:
    rows, header = judged.rows, shape.header
    codes = np.frombuffer(data, dtype=np.uint8)
    same = np.flatnonzero(((rows.ends - rows.starts) == len(header)) & judged.keep)
    for place in (0, len(header) // 2, len(header) - 1):
        same = same[codes[rows.starts[same] + place] == header[place]]
    found = [row for row in same.tolist() if data[rows.starts[row] : rows.ends[row]] == header]
    return np.array(found, dtype=np.int64)


def _leave_out_sums(data: bytes, judged: Judged, shape: Shape) -> None:
    for row in np.flatnonzero(judged.keep)[: -_LAST_ROWS - 1 : -1].tolist():
        values = split_row(row_text(data, judged.rows, row, shape.encoding), shape.dialect)
        if not is_sum_row(values):
            return
        judged.leave_out(np.array([row]), SUM_ROW)
        judged.sum_rows.append(values)


def _ends_empty(data: bytes, judged: Judged, wide: Positions, shape: Shape) -> NDArray[np.bool_]:
    # Whether rows with more values than columns have nothing in those beyond.
    rows = judged.rows
    surplus = rows.widths[wide] - shape.width
    empty = rows.widths[wide] <= shape.most
    codes = np.frombuffer(data, dtype=np.uint8)
    for place in range(1, int(surplus[empty].max(initial=0)) + 1):
        deep = empty & (surplus >= place)
        empty[deep] &= codes[rows.ends[wide[deep]] - place] == ord(shape.dialect.separator)
    return empty
