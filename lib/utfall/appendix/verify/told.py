"""The list of numbers, read by its headings alone: so the list of an older or a newer kit can be read, too."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal

NAME, PRINTED, VALUE, UNIT, TOLERANCE, NOTEBOOK, TABLE, ROW, COLUMN = (
    "namn",
    "tryckt",
    "värde",
    "enhet",
    "tolerans",
    "anteckningsbok",
    "tabell",
    "rad",
    "kolumn",
)

_KEPT_TEXT = re.compile(r"'(?:\s*[=+\-@＝＋－＠]|[\t\r])")

_PLAIN = re.compile(r"-?\d{1,40}(?:,\d{1,40})?")


@dataclass(frozen=True)
class ToldNumber:
    """A number as the list tells it.

    Parameters
    ----------
    name, printed : str
        Its name, and as the answer prints it.
    value, tolerance : Decimal
        What it is in its unit, and how much it may differ when it is computed again.
    unit, notebook, table, row, column : str
        Unit of the value, and where it was found.
    """

    name: str
    printed: str
    value: Decimal
    tolerance: Decimal
    unit: str
    notebook: str
    table: str
    row: str
    column: str


def read_told(content: bytes) -> dict[str, ToldNumber]:
    r"""Read a list of numbers.

    Parameters
    ----------
    content : bytes
        The file ``tal.csv``; columns that are not known are passed over.

    Returns
    -------
    dict of str to ToldNumber
        In the order of the file.

    Raises
    ------
    ValueError
        When it is no such list; the text is Swedish.

    Examples
    --------
    >>> head = "namn;tryckt;värde;enhet;tolerans;anteckningsbok;tabell;rad;kolumn"
    >>> told = read_told(f"{head}\nhyra;23,0 mkr;-23045529;kr;50000;orsak;Kostnad;Hyra;Belopp".encode())
    >>> told["hyra"].value
    Decimal('-23045529')
    """
    try:
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";", strict=True)
    except (csv.Error, ValueError) as error:
        raise ValueError("Filen är ingen tabell") from error
    lacking = [name for name in _NEEDED if name not in header]
    if lacking:
        raise ValueError(f"Kolumnen {lacking[0]} saknas")
    numbers: dict[str, ToldNumber] = {}
    for line, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ValueError(f"Rad {line} har {len(row)} värden, inte {len(header)}")
        cells = dict(zip(header, map(_as_it_was, row), strict=True))
        if cells[NAME] in numbers:
            raise ValueError(f"Rad {line}: {cells[NAME]} står två gånger")
        value, tolerance = _number(cells[VALUE], line), _number(cells[TOLERANCE], line)
        if tolerance < 0:
            raise ValueError(f"Rad {line}: toleransen är negativ")
        numbers[cells[NAME]] = ToldNumber(
            cells[NAME],
            cells[PRINTED],
            value,
            tolerance,
            *(cells[name] for name in (UNIT, NOTEBOOK, TABLE, ROW, COLUMN)),
        )
    return numbers


_NEEDED = (NAME, PRINTED, VALUE, UNIT, TOLERANCE, NOTEBOOK, TABLE, ROW, COLUMN)


def _as_it_was(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return cell[1:] if _KEPT_TEXT.match(cell) else cell


def _number(text: str, line: int) -> Decimal:
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"Rad {line}: {text[:40]!r} är inget tal")
    return Decimal(text.replace(",", "."))
