"""Reading a printed table: names of rows and columns, and every number with the decimals it is printed with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import product
from numbers import Real
from typing import Any, Literal

import pandas as pd

from utfall.errors import InvalidParameter

Cell = tuple[int, int]
"""Row and column of a cell, from 0."""

NOISE_DIGITS = 6
"""Decimals kept of a number that a spreadsheet computed: what lies beyond is binary noise."""

MOST_UNCERTAIN = 10
"""Places of one line where it is uncertain whether a space parts thousands or cells, that are all tried."""

FIRST_YEAR, LAST_YEAR = 1950, 2099
"""Whole numbers that head columns as years."""

_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_MINUS = "-\u2212\u2013\u2012"
_BLANKS = frozenset({"", *_MINUS, "..", "\u2014"})
_DELIMITER = re.compile(r"\t|\s*\|\s*|;|\s{2,}")


@dataclass(frozen=True)
class Printed:
    """A printed number.

    Parameters
    ----------
    value : Decimal
        The number.
    decimals : int
        Decimals it is printed with.
    """

    value: Decimal
    decimals: int


@dataclass(frozen=True)
class PrintedTable:
    """A table as it is printed.

    Parameters
    ----------
    rows, columns : tuple of str
        Names.
    cells : dict of (int, int) to Printed
        The numbers; a blank cell is not there.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[Cell, Printed]

    @cached_property
    def decimals(self) -> tuple[int, ...]:
        """Decimals of each column: a nought is often printed without those of its column."""
        most = [0] * len(self.columns)
        for (_, column), printed in self.cells.items():
            most[column] = max(most[column], printed.decimals)
        return tuple(most)

    @property
    def most_decimals(self) -> int:
        """Decimals of the column that has most."""
        return max(self.decimals, default=0)

    def value(self, cell: Cell) -> Decimal:
        """Give a cell's number; nought where it is blank."""
        printed = self.cells.get(cell)
        return Decimal(0) if printed is None else printed.value

    def half_unit(self, cell: Cell) -> Decimal:
        """How far a cell's number may be rounded."""
        return Decimal(5).scaleb(-self.decimals[cell[1]] - 1) if cell in self.cells else Decimal(0)

    def frame(self) -> pd.DataFrame:
        """Give the numbers as a frame, one row a row."""
        data: dict[str, list[Any]] = {"row": list(self.rows)}
        for at, name in enumerate(self.columns):
            known = [self.cells.get((row, at)) for row in range(len(self.rows))]
            data[name] = [float("nan") if cell is None else float(cell.value) for cell in known]
        return pd.DataFrame(data)


def read_number(text: str, decimal: Literal[",", "."] = ",") -> Printed | None:
    """Read a number as people write it.

    Parameters
    ----------
    text : str
        Spaces between thousands, minus before (with or without space) or after, or parentheses.
    decimal : {",", "."}, default ","
        Decimal sign.

    Returns
    -------
    Printed or None
        None when it is no number.

    Examples
    --------
    >>> read_number("- 3 802,6"), read_number("12,50-").value, read_number("(4,0)").value, read_number("2024 års plan")
    (Printed(value=Decimal('-3802.6'), decimals=1), Decimal('-12.50'), Decimal('-4.0'), None)
    """
    plain = re.sub(f"[{_SPACES}']", "", text.strip())
    sign = 1
    if plain.startswith("(") and plain.endswith(")"):
        plain, sign = plain[1:-1], -1
    if plain[:1] in _MINUS and plain[:1]:
        plain, sign = plain[1:], -sign
    elif plain[-1:] in _MINUS and plain[-1:]:
        plain, sign = plain[:-1], -sign
    plain = plain.removeprefix("+")
    if not re.fullmatch(rf"\d+(\{decimal}\d+)?", plain):
        return None
    value = Decimal(plain.replace(decimal, "."))
    return Printed(sign * value, len(plain.partition(decimal)[2]))


def read_frame(frame: pd.DataFrame, label: str | None, decimal: Literal[",", "."]) -> PrintedTable:
    """Read a frame of texts or numbers.

    Parameters
    ----------
    frame : DataFrame
        The table.
    label : str or None
        Column that names the rows.
    decimal : {",", "."}
        Decimal sign of numbers written as text.

    Returns
    -------
    PrintedTable

    Raises
    ------
    InvalidParameter
        When there is no such column, or no column of numbers.
    """
    names = [str(name) for name in frame.columns]
    if label is not None and label not in names:
        raise InvalidParameter(f"The table has no column {label!r}; it has {', '.join(names)}.")
    read = [[_cell(value, decimal) for value in frame.iloc[:, at]] for at in range(len(names))]
    _share_decimals(frame, read)
    texts = [[_text(value) for value in frame.iloc[:, at]] for at in range(len(names))]
    numeric = [at for at, column in enumerate(read) if names[at] != label and _is_numeric(column, texts[at])]
    if not numeric:
        raise InvalidParameter(f"The table has no column of numbers; it has {', '.join(names)}.")
    named = [names.index(label)] if label is not None else [at for at in range(len(names)) if at not in numeric]
    rows = tuple(" ".join(texts[at][row] for at in named).strip() or f"rad {row + 1}" for row in range(len(frame)))
    cells = {
        (row, place): printed
        for place, at in enumerate(numeric)
        for row, printed in enumerate(read[at])
        if printed is not None
    }
    return PrintedTable(rows, tuple(names[at] for at in numeric), cells)


def read_lines(text: str, decimal: Literal[",", "."]) -> PrintedTable:
    r"""Read the lines of a table as they are copied from a document.

    Cells are parted by tabs, bars, semicolons or several spaces; where they are parted by one space alone, what parts
    thousands and what parts cells is told by how many numbers the other lines have.

    Parameters
    ----------
    text : str
        The lines; one without numbers, first, names the columns.
    decimal : {",", "."}
        Decimal sign.

    Returns
    -------
    PrintedTable

    Raises
    ------
    InvalidParameter
        When no line holds a number.

    Examples
    --------
    >>> table = read_lines("Kirurgi 450,0 1 003,5 - 4 218,9\nMedicin 1,0 0 -2,0", ",")
    >>> [str(table.value((0, column))) for column in range(3)]
    ['450.0', '1003.5', '-4218.9']
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    header = _header(lines.pop(0)) if lines and _is_header(lines[0], decimal) else []
    parted = [(line, _choices(line, decimal)) for line in lines]
    parted = [(line, choices) for line, choices in parted if choices]
    if not parted:
        raise InvalidParameter("No line holds a number; give the table's lines as they are printed.")
    width = Counter(len(choices[0][1]) for _, choices in parted).most_common(1)[0][0]
    possible = {len(numbers) for _, choices in parted for _, numbers in choices}
    # The first name may be that of the rows' own column.
    headed = sorted({len(header), len(header) - 1} & possible, key=lambda count: (count != width, -count))
    if headed:
        width = headed[0]
        header = header[len(header) - width :]
    chosen = [next((c for c in choices if len(c[1]) == width), choices[0]) for _, choices in parted]
    width = max(width, *(len(numbers) for _, numbers in chosen))
    names = tuple(header[:width]) if len(header) >= width else tuple(f"kolumn {n + 1}" for n in range(width))
    cells = {
        (row, column): printed
        for row, (_, numbers) in enumerate(chosen)
        for column, printed in enumerate(numbers)
        if printed is not None
    }
    rows = tuple(name or f"rad {row + 1}" for row, (name, _) in enumerate(chosen))
    return PrintedTable(rows, names, cells)


Reading = tuple[str, list[Printed | None]]
"""A line's name, and its cells."""


def _choices(line: str, decimal: Literal[",", "."]) -> list[Reading]:
    """Every way to part a line, the likeliest first; empty when it holds no numbers."""
    pieces = _DELIMITER.split(line)
    numbers = [read_number(piece, decimal) for piece in pieces[1:]]
    is_cells = all(
        number is not None or piece.strip() in _BLANKS for number, piece in zip(numbers, pieces[1:], strict=True)
    )
    if len(pieces) > 1 and is_cells and any(number is not None for number in numbers):
        return [(pieces[0].strip(" |"), numbers)]
    words = line.replace("|", " ").split()
    first = len(words)
    while first > 0 and (read_number(words[first - 1], decimal) is not None or words[first - 1] in _BLANKS):
        first -= 1
    tail = words[first:]
    if not any(read_number(word, decimal) for word in tail):
        return []
    name = " ".join(words[:first])
    joints = [at for at in range(1, len(tail)) if _may_join(tail[at - 1], tail[at], decimal)]
    if len(joints) > MOST_UNCERTAIN:
        return [(name, _joined(tail, set(joints), decimal))]
    tried = sorted(product((True, False), repeat=len(joints)), key=lambda kept: -sum(kept))
    return [(name, _joined(tail, {j for j, keep in zip(joints, kept, strict=True) if keep}, decimal)) for kept in tried]


def _may_join(left: str, right: str, decimal: str) -> bool:
    if left in _MINUS:
        return right[:1].isdigit()
    whole = re.fullmatch(rf"[{_MINUS}+]?[1-9]\d{{0,2}}|\d{{3}}", left) is not None
    return whole and re.fullmatch(rf"\d{{3}}(\{decimal}\d+)?[{_MINUS}]?", right) is not None


def _joined(words: Sequence[str], joints: set[int], decimal: Literal[",", "."]) -> list[Printed | None]:
    pieces: list[str] = []
    for at, word in enumerate(words):
        if at in joints:
            pieces[-1] += word
        else:
            pieces.append(word)
    return [None if piece in _BLANKS else read_number(piece, decimal) for piece in pieces]


def _is_header(line: str, decimal: Literal[",", "."]) -> bool:
    """Whether a line names columns: it has no numbers, or years alone."""
    choices = _choices(line, decimal)
    return all(printed is None or _is_year(printed) for _, numbers in choices[-1:] for printed in numbers)


def _is_year(printed: Printed) -> bool:
    return printed.decimals == 0 and FIRST_YEAR <= printed.value <= LAST_YEAR


def _header(line: str) -> list[str]:
    pieces = _DELIMITER.split(line)
    pieces = line.split() if len(pieces) == 1 else pieces
    return [piece.strip() for piece in pieces if piece.strip()]


def _cell(value: Any, decimal: Literal[",", "."]) -> Printed | None:
    if value is None or isinstance(value, bool) or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    if isinstance(value, Decimal):
        return Printed(value, max(0, -int(value.as_tuple().exponent)))
    if isinstance(value, Real):
        try:
            written = Decimal(str(round(float(value), NOISE_DIGITS))).normalize()
        except InvalidOperation:
            return None
        return Printed(written, max(0, -int(written.as_tuple().exponent))) if written.is_finite() else None
    return read_number(str(value), decimal)


def _share_decimals(frame: pd.DataFrame, read: list[list[Printed | None]]) -> None:
    """Give numbers that are no texts the decimals of the one that has most: a spreadsheet keeps 4,0 as 4."""
    typed = [
        (at, row)
        for at, column in enumerate(read)
        for row, printed in enumerate(column)
        if printed is not None and isinstance(frame.iloc[row, at], Real)
    ]
    most = max((printed.decimals for at, row in typed if (printed := read[at][row]) is not None), default=0)
    for at, row in typed:
        printed = read[at][row]
        if printed is not None:
            read[at][row] = Printed(printed.value, most)


def _text(value: Any) -> str:
    missing = value is None or (pd.api.types.is_scalar(value) and pd.isna(value))
    return "" if missing else str(value).strip()


def _is_numeric(read: list[Printed | None], texts: list[str]) -> bool:
    """Whether every cell that is not blank is a number, and there is one."""
    given = [printed for printed, text in zip(read, texts, strict=True) if text not in _BLANKS]
    return bool(given) and all(printed is not None for printed in given)
