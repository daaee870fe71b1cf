"""Arrow columns made straight from integers, and Parquet files that are the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

DECIMAL = pa.decimal128(15, 2)
"""Type of the ledger's amounts."""

_DIGITS = 7
"""Digits of a voucher number."""


def dictionary(indices: NDArray[np.int64], words: Sequence[str]) -> pa.DictionaryArray:
    """Make a text column that stores each word once.

    Parameters
    ----------
    indices : ndarray of int
        Position of each row's word.
    words : sequence of str
        The words.

    Returns
    -------
    pyarrow.DictionaryArray

    Examples
    --------
    >>> dictionary(np.array([1, 0]), ["a", "b"]).to_pylist()
    ['b', 'a']
    """
    return pa.DictionaryArray.from_arrays(pa.array(indices.astype(np.int32)), pa.array(list(words), pa.string()))


def decimals(ore: NDArray[np.int64]) -> pa.Array:
    """Make an exact money column from öre.

    Parameters
    ----------
    ore : ndarray of int
        Amounts in öre.

    Returns
    -------
    pyarrow.Array of decimal128(15, 2), SEK

    Examples
    --------
    >>> decimals(np.array([-150])).to_pylist()
    [Decimal('-1.50')]
    """
    words = np.empty((ore.size, 2), dtype="<i8")  # a decimal128 is a 128-bit integer, low word first
    words[:, 0] = ore
    words[:, 1] = ore >> 63
    return pa.Array.from_buffers(DECIMAL, ore.size, [None, pa.py_buffer(words)])


def fixed_text(letter: NDArray[np.str_], year: NDArray[np.int64], number: NDArray[np.int64]) -> pa.Array:
    """Voucher numbers as text, made digit by digit: two million Python strings would take seconds.

    Parameters
    ----------
    letter : ndarray of one-letter str
        Voucher series.
    year : ndarray of int
        Two digits.
    number : ndarray of int
        Up to seven digits.

    Returns
    -------
    pyarrow.Array of str

    Examples
    --------
    >>> fixed_text(np.array(["F"]), np.array([26]), np.array([12])).to_pylist()
    ['F26-0000012']
    """
    width = 4 + _DIGITS
    text = np.full((letter.size, width), ord("-"), dtype=np.uint8)
    text[:, 0] = letter.astype("S1").view(np.uint8)
    text[:, 1] = ord("0") + year // 10
    text[:, 2] = ord("0") + year % 10
    rest = number.astype(np.uint32)
    for place in range(_DIGITS):
        tenth = rest // 10
        text[:, width - 1 - place] = ord("0") + rest - 10 * tenth
        rest = tenth
    offsets = np.arange(0, (letter.size + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), letter.size, [None, pa.py_buffer(offsets), pa.py_buffer(text)])


def write_parquet(table: pa.Table, path: Path, row_groups: Sequence[int] | None = None) -> None:
    """Write a table so that the same rows give the same bytes.

    Parameters
    ----------
    table : pyarrow.Table
        The table.
    path : Path
        The file.
    row_groups : sequence of int, optional
        Where each row group begins, and the number of rows; one group when not given.
    """
    table = table.replace_schema_metadata(None)
    bounds = list(row_groups or [0, table.num_rows])
    texts = [column.name for column in table.schema if column.name != "voucher"]
    options = {"compression": "zstd", "use_dictionary": texts, "store_decimal_as_integer": True}
    with pq.ParquetWriter(path, table.schema, **options) as writer:
        for start, stop in pairwise(bounds):
            writer.write_table(table.slice(start, stop - start), row_group_size=max(1, stop - start))
