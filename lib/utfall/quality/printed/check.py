"""Checking the sums of a printed table: `check_printed_sums`, and the same of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd

from utfall.errors import InvalidData
from utfall.quality.printed.blame import wrong_cells
from utfall.quality.printed.read import PrintedTable, read_frame, read_lines, read_number
from utfall.quality.printed.result import PrintedSums
from utfall.quality.printed.sums import Sum, find_sums
from utfall.sources import Source, open_file
from utfall.sources.opening import PARQUET_SUFFIXES

TEXT_SUFFIXES = (".txt", ".md")
"""What the names of files end in that a table may be pasted into."""

SEPARATORS = (";", "\t", "|")
"""What parts the columns of a text file; a comma in a printed table is a decimal sign."""

ASSUMPTIONS = (
    "En rad eller kolumn är en summa när den heter det (summa, totalt, netto), eller när beloppen visar det.",
    "Varje tryckt tal kan ha avrundats med en halv enhet i sista decimalen; det som ryms i avrundningen är inget fel.",
)
"""What every check of a printed table takes for given."""


def check_printed_sums(
    table: pd.DataFrame | str, *, label: str | None = None, decimal: Literal[",", "."] = ","
) -> PrintedSums:
    r"""Check every sum of a table as it is printed, and name the cell that is wrong where one cell explains it.

    Parameters
    ----------
    table : DataFrame or str
        The table as texts or numbers; or its lines, as they are copied from a document.
    label : str, optional
        Column that names the rows; the first one without numbers when not given.
    decimal : {",", "."}, default ","
        Decimal sign of numbers written as text.

    Returns
    -------
    PrintedSums

    Raises
    ------
    InvalidParameter
        When there is no table of numbers, or no such column.

    Examples
    --------
    >>> lines = "Enhet | Löner | Läkemedel | Summa\nKirurgi 10,5 4,0 14,5\nMedicin 20,0 6,1 26,1\nSumma 30,5 11,1 40,6"
    >>> result = check_printed_sums(lines)
    >>> result.cells[["row", "column", "stated", "expected"]].values.tolist()
    [['Summa', 'Läkemedel', 11.1, 10.1]]
    """
    content = read_lines(table, decimal) if isinstance(table, str) else read_frame(table, label, decimal)
    return _checked(content)


def printed_sums_of_file(path: str | Path, sheet: str | None = None) -> PrintedSums:
    r"""Check the sums of a printed table that is kept as a file.

    Parameters
    ----------
    path : str or Path
        A text file, a workbook or a Parquet file.
    sheet : str, optional
        Sheet of a workbook; its only one when not given.

    Returns
    -------
    PrintedSums

    Raises
    ------
    InvalidData
        When the file cannot be read.
    InvalidParameter
        When it holds no table of numbers.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "plan.csv"
    >>> _ = path.write_text("Enhet;2026\nKirurgi;10,5\nMedicin;20,0\nSumma;30,5\n", encoding="utf-8")
    >>> printed_sums_of_file(path).frame.empty
    True
    """
    import duckdb

    lines = _pasted(Path(path))
    if lines is not None:
        return _checked(read_lines(lines, ","))
    source = _opened(Path(path), sheet)
    with duckdb.connect() as engine:
        frame = source.relation(engine).df()
    stated = source.stated_sums()
    if stated:
        # A reader takes the closing sum row for no row of the table; here it is what is to be checked.
        closing: dict[str, object] = {str(column): _as_printed(stated.get(str(column))) for column in frame.columns}
        first = str(frame.columns[0])
        closing[first] = closing[first] or "Summa"
        frame = pd.concat([frame.astype(object), pd.DataFrame([closing], dtype=object)], ignore_index=True)
    return _checked(read_frame(frame, None, ","))


def _pasted(path: Path) -> str | None:
    """Text of a file without separators between its columns, as pasted out of a printed page; None for any other."""
    if path.suffix.lower() not in TEXT_SUFFIXES or not path.is_file():
        return None
    from utfall.sources.text.encoding import find_encoding

    text = path.read_text(encoding=find_encoding(path).encoding).removeprefix("\ufeff")
    rows = [line for line in text.splitlines() if line.strip()]
    separated = sum(any(sign in line for sign in SEPARATORS) for line in rows)
    return text if 2 * separated < len(rows) else None


def _as_printed(text: str | None) -> str | None:
    """Write a workbook's number, which has a point, as the other texts are."""
    is_plain = text is not None and read_number(text, ",") is None and read_number(text, ".") is not None
    return text.replace(".", ",") if text is not None and is_plain else text


def _opened(path: Path, sheet: str | None) -> Source:
    """Open a file; where no row looks like names, as when years head the columns, the first row is the names."""
    try:
        return open_file(path, sheet=sheet)
    except InvalidData as error:
        row = error.faults[0].row
        if row is None or path.suffix.lower() in PARQUET_SUFFIXES:
            raise
        try:
            return open_file(path, sheet=sheet, header_row=row)
        except InvalidData:
            raise error from None


def _checked(content: PrintedTable) -> PrintedSums:
    sums = find_sums(content)
    failing = [each for each in sums if not each.holds]
    cells = wrong_cells(content, sums)
    return PrintedSums(
        values=content.frame(),
        sums=pd.DataFrame([_row(content, each) for each in sums], columns=list(SUM_COLUMNS)),
        frame=pd.DataFrame([_row(content, each) for each in failing], columns=list(SUM_COLUMNS)),
        cells=cells,
        decimals=content.most_decimals,
        assumptions=ASSUMPTIONS,
        warnings=() if sums else ("Tabellen har ingen rad eller kolumn som är summan av andra.",),
    )


SUM_COLUMNS = ("direction", "row", "column", "terms", "stated", "computed", "difference", "tolerance")
"""Columns of the frames of sums."""


def _row(content: PrintedTable, each: Sum) -> dict[str, object]:
    row, column = each.target
    downwards = each.direction == "kolumn"
    terms = [content.rows[r] if downwards else content.columns[c] for (r, c), _ in each.terms]
    return {
        "direction": each.direction,
        "row": content.rows[row],
        "column": content.columns[column],
        "terms": ", ".join(terms),
        "stated": float(each.stated),
        "computed": float(each.computed),
        "difference": float(each.difference),
        "tolerance": float(each.tolerance),
    }
