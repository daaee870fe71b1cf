"""CSV, JSON, notebooks and Parquet taken apart."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from utfall.appendix.disclosure.counts import COUNTED
from utfall.appendix.disclosure.markup import read_markup
from utfall.appendix.disclosure.pieces import Piece, SeenTable, Text, Unreadable
from utfall.presentation.shown_data import DATA_MIME, ShownData

LONG_NUMBER = 10**8
"""Whole numbers from here on may be an identity number; in JSON they are read as text too."""

LONG_TABLE = 20_000
"""Rows from which a Parquet table is looked through column by column."""

LEAST_NAMING = 0.1
"""Share of different values from which a long column may name its rows."""

_MARKUP_MIMES = ("text/html", "image/svg+xml")


def read_csv(text: str) -> Iterator[Piece]:
    r"""Take CSV apart: one table; the text itself is read as text.

    Examples
    --------
    >>> [table] = read_csv("Enhet;Patienter\r\nA;7\r\n")
    >>> table.labels, table.rows
    (('Enhet', 'Patienter'), (('A', '7'),))
    """
    first = text.split("\n", 1)[0]
    separator = max(";\t,", key=first.count)
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    except csv.Error as error:
        yield Unreadable("", f"Filen kan inte läsas som CSV ({error}).")
        return
    if rows and len(rows[0]) > 1:
        yield SeenTable("", "", rows[0], tuple(rows[1:]))


def read_json(text: str) -> Iterator[Piece]:
    r"""Take JSON apart: every text in it as it reads when it is decoded, and the tables of a notebook.

    Examples
    --------
    >>> [found] = read_json('{"a": ["R\\u00f6", 7, 1234567890]}')
    >>> found.text.split()
    ['a', 'Rö', '1234567890']
    """
    try:
        content = json.loads(text)
    except ValueError:
        yield Text("", text)
        return
    if isinstance(content, dict) and isinstance(content.get("cells"), list):
        yield from _read_notebook(content)
        return
    yield Text("", "\n".join(_texts(content)))
    if isinstance(content, list) and content and all(isinstance(row, dict) for row in content):
        labels = tuple(content[0])
        yield SeenTable("", "", labels, tuple(tuple(row.get(label) for label in labels) for row in content))


def read_parquet(content: bytes) -> Iterator[Piece]:
    """Take a Parquet file apart: its table and what its metadata say."""
    try:
        table = pq.read_table(pa.BufferReader(content), use_threads=False)
    except (pa.ArrowException, OSError) as error:
        yield Unreadable("", f"Filen kan inte läsas som Parquet ({str(error).splitlines()[0]}).")
        return
    metadata = table.schema.metadata or {}
    if metadata:
        said = [f"{key.decode(errors='replace')}: {value.decode(errors='replace')}" for key, value in metadata.items()]
        yield Text("filens metadata", "\n".join(said))
    for field, column in zip(table.schema, table.columns, strict=True):
        if _is_text(field.type):
            different = column.unique().to_pylist()
            yield Text(f"kolumnen {field.name}", "\n".join(text for text in different if text))
        elif pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            yield Text(f"kolumnen {field.name}", "\n".join(str(value) for value in column.unique().to_pylist()))
    yield from _rows(table)


def _rows(table: pa.Table) -> Iterator[SeenTable]:
    """The rows; of a long table only the columns that may tell of single persons, and what the others can hold."""
    kept = table.schema.names
    if table.num_rows > LONG_TABLE:
        counted = [name for name in kept if COUNTED.search(name) or name in ("product", "actual")]
        kept = [
            name for name in kept if _names_rows(table, name) or (counted and _is_text(table.schema.field(name).type))
        ]
        kept = [name for name in table.schema.names if name in {*kept, *counted}]
        for name in table.schema.names:
            if name not in kept and not pa.types.is_temporal(table.schema.field(name).type):
                different = table.column(name).unique()
                if pa.types.is_decimal(different.type):
                    different = different.cast(pa.float64())  # Python makes floats many times quicker
                values = tuple(zip(different.to_pylist(), strict=True))
                yield SeenTable(f"kolumnen {name}", "", (name,), values, is_distinct=True)
    if kept:
        columns = [table.column(name).to_pylist() for name in kept]
        yield SeenTable("", "", tuple(kept), tuple(zip(*columns, strict=True)))


def _names_rows(table: pa.Table, name: str) -> bool:
    """Whether a column of text has so many values that it may name its rows one by one."""
    is_text = _is_text(table.schema.field(name).type)
    return is_text and len(table.column(name).unique()) > LEAST_NAMING * table.num_rows


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _read_notebook(notebook: Mapping[str, Any]) -> Iterator[Piece]:
    yield Text("notebookens metadata", "\n".join(_texts(notebook.get("metadata", {}))))
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"cell {number}"
        if not isinstance(cell, dict):
            yield Text(place, str(cell))
            continue
        yield Text(place, _joined(cell.get("source", "")))
        rest = {key: value for key, value in cell.items() if key not in ("source", "outputs")}
        yield Text(f"{place}, metadata", "\n".join(_texts(rest)))
        for output in cell.get("outputs", []) or []:
            yield from _read_output(output, f"{place}, resultat")


def _read_output(output: Any, place: str) -> Iterator[Piece]:
    data = output.get("data", {}) if isinstance(output, dict) else {}
    if not isinstance(data, dict):
        data = {}
    for mime, value in data.items():
        if mime == DATA_MIME and isinstance(value, dict):
            yield Text(place, "\n".join(_texts(value)))
            yield from _read_shown(value, place)
        elif mime in _MARKUP_MIMES:
            yield from read_markup(_joined(value), place)
        elif isinstance(value, str | list):
            yield Text(place, _joined(value))
        else:
            yield Text(place, "\n".join(_texts(value)))
    rest = {key: value for key, value in output.items() if key != "data"} if isinstance(output, dict) else output
    yield Text(place, "\n".join(_texts(rest)))


def _read_shown(value: Mapping[str, Any], place: str) -> Iterator[Piece]:
    try:
        data = ShownData.from_json(value)
    except (KeyError, TypeError):
        yield Unreadable(place, "Uppgifterna bakom tabellen har inte den form som anteckningsböcker ger dem.")
        return
    labels = tuple(
        f"{column.heading} (andel)" if column.kind == "percent" and "%" not in column.heading else column.heading
        for column in data.columns
    )
    yield SeenTable(f"{place}, tabellen ”{data.title}”", data.title, labels, data.rows, data.totals, data.indent)


def _joined(value: Any) -> str:
    """Notebooks keep a text as one string or as a list of its lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LONG_NUMBER:
        yield str(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value) and any(item.endswith("\n") for item in value):
            yield "".join(value)
            return
        for item in value:
            yield from _texts(item)
