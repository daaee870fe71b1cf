"""A first reading of a whole text file: every row is found to be readable, or the file is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from utfall.errors import Fault, InvalidData
from utfall.sources.text.blocks import BLOCK_BYTES, LEAST_LAST, Block, cut_blocks
from utfall.sources.text.encoding import undecodable
from utfall.sources.text.judging import FAULTS_A_KIND, NUL, TOO_FEW, TOO_MANY, Judged, Refused, Shape, judge
from utfall.sources.text.pool import in_order
from utfall.sources.text.quotes import TEXT_AFTER, UNCLOSED
from utfall.sources.text.rows import row_at

ENCODING = "bytes of another encoding"


@dataclass(frozen=True)
class Piece:
    """Where a block of the file is, and what was found there.

    Parameters
    ----------
    offset, size : int
        Its bytes.
    first_line : int
        Line of its first row, counted from 1.
    rows : int
        How many rows it gives.
    is_plain : bool
        Whether every row is given as it stands, one a line.
    last : bool
        Whether the file ends with it.
    """

    offset: int
    size: int
    first_line: int
    rows: int
    is_plain: bool
    last: bool


@dataclass
class Survey:
    """What a whole file holds.

    Parameters
    ----------
    pieces : list of Piece
        Its blocks.
    left_out : Counter
        How many rows were left out, by reason.
    sum_row : list of str
        The values of the last sum row.
    """

    pieces: list[Piece] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    sum_row: list[str] = field(default_factory=list)


def survey(
    file: BinaryIO,
    name: str,
    shape: Shape,
    *,
    offset: int,
    first_line: int,
    size: int = BLOCK_BYTES,
) -> Survey:
    """Read a file through and find every row that cannot be read.

    Parameters
    ----------
    file : binary file
        The file.
    name : str
        Its name, for messages.
    shape : Shape
        What its rows should look like.
    offset, first_line : int
        Where the first row under the header begins.
    size : int, optional
        Bytes read at a time.

    Returns
    -------
    Survey

    Raises
    ------
    InvalidData
        When a row cannot be read: up to 50 of each kind are named, and the rest counted.
    """
    found = Survey()
    refused: list[tuple[int, Refused]] = []
    counts: Counter[str] = Counter()
    line = last_line = first_line
    blocks = cut_blocks(file, shape.dialect, offset, size=size, least_last=min(size, LEAST_LAST))
    for block, judged in in_order(blocks, lambda block: (block, _judged(block, shape))):
        refused += [(line + one.line, one) for one in judged.refused]
        counts += judged.refused_count
        found.left_out += judged.left_out
        found.pieces.append(
            Piece(block.offset, len(block.data), line, int(judged.keep.sum()), judged.is_plain, block.last)
        )
        if judged.sum_rows:
            found.sum_row = judged.sum_rows[0]
        last_line = line + int(judged.rows.lines[-1])
        line += judged.rows.line_count
    if refused:
        raise InvalidData(_faults(name, refused, counts, shape, last_line))
    return found


def _judged(block: Block, shape: Shape) -> Judged:
    judged = judge(block, shape)
    places = undecodable(block.data, shape.encoding)
    if places:
        judged.refuse(np.unique(row_at(judged.rows, np.array(places, dtype=np.int64))), ENCODING)
    return judged


def _faults(
    name: str, refused: Iterable[tuple[int, Refused]], counts: Counter[str], shape: Shape, last_line: int
) -> list[Fault]:
    named: Counter[str] = Counter()
    faults: list[Fault] = []
    for line, one in sorted(refused, key=lambda numbered: numbered[0]):
        named[one.kind] += 1
        if named[one.kind] <= FAULTS_A_KIND:
            faults.append(Fault(name, line, *_words(one, shape, is_last=line == last_line)))
    return faults + list(_unnamed(name, counts))


def _unnamed(name: str, counts: Counter[str]) -> Iterator[Fault]:
    for kind, count in sorted(counts.items()):
        if count > FAULTS_A_KIND:
            what = f"{count - FAULTS_A_KIND} more rows have the fault {kind!r}."
            yield Fault(name, None, what, "Mend those that are named, and read the file again.")


def _words(one: Refused, shape: Shape, *, is_last: bool) -> tuple[str, str]:
    values = "there is 1 value" if one.width == 1 else f"there are {one.width} values"
    columns = "1 column" if shape.width == 1 else f"{shape.width} columns"
    if one.kind == TOO_FEW and is_last:
        what = f"{values} in the file's last row for the header's {columns}; the file may be cut off."
        return what, "Export the file again, or take the row out if it is no data."
    if one.kind in {TOO_FEW, TOO_MANY}:
        what = f"{values} for the header's {columns}."
        if one.kind == TOO_FEW:
            return what, "Complete the row, or put quotes around a text that holds a line break."
        return what, "Put quotes around texts that hold the separator, or name every column."
    sign = shape.dialect.quote
    if one.kind == UNCLOSED:
        what = f"a text that begins with {sign} does not end with one."
        return what, "Close the quotes; where the sign belongs to the text, put the text in quotes and double the sign."
    if one.kind == TEXT_AFTER:
        what = f"text follows after a closing {sign}."
        return what, f"Double each {sign} that belongs to the text, and put the whole text in quotes."
    if one.kind == NUL:
        return "the row holds a NUL byte.", "Export the file again as text; this one is damaged or is no text file."
    if one.kind == ENCODING:
        what = f"the row cannot be read as {shape.encoding}."
        return what, "Export the file again in one encoding, or say how it is written with encoding: in region.yaml."
    return "the row does not end.", "Check that the file is a text file, and what its values are parted by."
