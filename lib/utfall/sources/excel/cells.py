"""Values of a sheet's cells, and what type a column of them has."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from utfall.sources.text.header import looks_like_number

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

_EXACT = 2**53
"""Whole numbers up to here are exact in the floating point that a workbook stores."""


def column_of(cells: Sequence[Cell]) -> pa.Array:
    """Make a column of cells.

    Parameters
    ----------
    cells : sequence
        The cells; an empty one is an empty text.

    Returns
    -------
    pyarrow.Array
        Of int64, float64, bool or timestamp where all cells that are not empty are so, with nulls for the empty ones;
        of texts otherwise.

    Examples
    --------
    >>> column_of([5600.0, "", 5601.0]).to_pylist(), column_of([5600.0, "56A"]).to_pylist()
    ([5600, None, 5601], ['5600', '56A'])
    """
    values = [None if is_empty(cell) else cell for cell in cells]
    kinds = {_kind(value) for value in values if value is not None}
    if kinds == {"number"}:
        numbers = [None if value is None else float(value) for value in values]  # type: ignore[arg-type]
        if all(number is None or (number.is_integer() and abs(number) <= _EXACT) for number in numbers):
            return pa.array([None if number is None else int(number) for number in numbers], type=pa.int64())
        return pa.array(numbers, type=pa.float64())
    if kinds == {"bool"}:
        return pa.array(values, type=pa.bool_())
    if kinds == {"date"}:
        return pa.array([None if value is None else _moment(value) for value in values], type=pa.timestamp("us"))
    texts = [looks_like_number(cell) for cell in cells if isinstance(cell, str)]
    decimal = "." if "." in texts and "," not in texts else ","
    return pa.array([plain_text(cell, decimal=decimal) for cell in cells], type=pa.string())


def plain_text(cell: Cell, *, decimal: str = ",") -> str:
    """Write a cell as a person would.

    Parameters
    ----------
    cell : int, float, str, bool, date, datetime, time or timedelta
        The cell.
    decimal : str, default ","
        Decimal sign.

    Returns
    -------
    str

    Examples
    --------
    >>> [plain_text(cell) for cell in (5600.0, 12.5, True, datetime.date(2026, 10, 1), "0101")]
    ['5600', '12,5', 'TRUE', '2026-10-01', '0101']
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        if float(cell).is_integer():
            return str(int(cell))
        return format(Decimal(repr(float(cell))), "f").replace(".", decimal)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell holds nothing, or nothing but spaces.

    Parameters
    ----------
    cell : int, float, str, bool, date, datetime, time or timedelta
        The cell.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_empty(" "), is_empty(0.0)
    (True, False)
    """
    return isinstance(cell, str) and not cell.strip()


def _kind(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "bool"
    if isinstance(cell, int | float):
        return "number"
    return "date" if isinstance(cell, datetime.date) else "text"


def _moment(cell: Cell) -> datetime.datetime:
    if isinstance(cell, datetime.datetime):
        return cell
    assert isinstance(cell, datetime.date)
    return datetime.datetime.combine(cell, datetime.time())
