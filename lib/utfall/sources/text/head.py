"""What stands above the rows of a text file: titles, blank lines and the header row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utfall.errors import Fault, InvalidData
from utfall.sources.text.dialect import split_row
from utfall.sources.text.encoding import UTF8, undecodable
from utfall.sources.text.form import SAMPLE_BYTES, TextForm
from utfall.sources.text.judging import BLANK
from utfall.sources.text.quotes import find_quoted
from utfall.sources.text.rows import find_rows, line_ends

TITLE, SEPARATOR_LINE = "title row", "separator line"

_MARK = "\ufeff".encode()


@dataclass(frozen=True)
class Head:
    """The top of a file.

    Parameters
    ----------
    header : bytes
        The header row as it stands.
    width : int
        How many values it has, empty ones too.
    end : int
        Where the first row under it begins.
    next_line : int
        Line that row is on.
    left_out : Counter
        Lines above the header, by what they are.
    """

    header: bytes
    width: int
    end: int
    next_line: int
    left_out: Counter[str]


def read_head(path: Path, name: str, form: TextForm, *, encoding: str) -> Head:
    """Read the top of a file.

    Parameters
    ----------
    path : Path
        The file, in an encoding that writes ASCII as ASCII.
    name : str
        Its name, for messages.
    form : TextForm
        How it is written.
    encoding : str
        The encoding of `path`.

    Returns
    -------
    Head

    Raises
    ------
    InvalidData
        When the header row is not where the form says.
    """
    with path.open("rb") as file:
        data = file.read(SAMPLE_BYTES)
        whole = not file.read(1)
    begin = len(_MARK) if encoding == UTF8 and data.startswith(_MARK) else 0
    ends = line_ends(data).tolist()
    left_out: Counter[str] = Counter()
    start = begin
    for number in range(1, form.header_row):
        if number > len(ends):
            raise _moved(name, form)
        line = data[start : ends[number - 1]].decode(encoding, errors="replace")
        start = ends[number - 1] + 1
        left_out[_kind(line, form, first=number == 1)] += 1
    under = data[start:]
    quoted = find_quoted(under, form.dialect, last=True)
    rows = find_rows(under, quoted, form.dialect)
    header = under[: rows.ends[0]]
    if quoted.broken and quoted.broken[0][0] < len(header):
        what = f"the row of column names has a quote that is used wrongly ({quoted.broken[0][1]})."
        raise InvalidData(
            [Fault(name, form.header_row, what, f"Take the {form.quote} out, or double it within a name.")]
        )
    cells = split_row(header.decode(encoding, errors="replace"), form.dialect)
    names = tuple(" ".join(cell.replace("\ufeff", "").split()) for cell in cells)
    if names[: len(form.columns)] != form.columns or any(names[len(form.columns) :]):
        raise _moved(name, form)
    bad = undecodable(data[: start + len(header)], encoding)
    if bad:
        row = int(np.searchsorted(ends, bad[0])) + 1
        what, remedy = f"the row cannot be read as {encoding}.", "Say how the file is written with encoding:."
        raise InvalidData([Fault(name, row, what, remedy)])
    size = int(rows.starts[1]) if len(rows.starts) > 1 else len(under)
    lines = int(rows.lines[1]) if len(rows.lines) > 1 else rows.line_count
    if len(rows.starts) == 1 and not whole:
        raise _moved(name, form)
    return Head(header, int(rows.widths[0]), start + size, form.header_row + lines, left_out)


def _kind(line: str, form: TextForm, *, first: bool) -> str:
    if first and line.strip('"').lower().startswith("sep="):
        return SEPARATOR_LINE
    return TITLE if line.replace(form.separator, " ").replace(form.quote, " ").strip() else BLANK


def _moved(name: str, form: TextForm) -> InvalidData:
    what = f"the column names {', '.join(form.columns[:3])!r} are not on this line."
    return InvalidData(
        [Fault(name, form.header_row, what, "Say which line they are on with header_row, or read again.")]
    )
