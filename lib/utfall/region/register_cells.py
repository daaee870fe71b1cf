"""What a cell of a register's sheet holds, as YAML would have given it."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

LIST_SEPARATOR = ";"
"""What parts the values of a list in a cell; a value that holds it stands in double quotes."""

EMPTY_LIST = "[]"
"""How a list that is empty is told from one that is not given."""

ColumnKind = Literal["text", "number", "truth", "date", "list", "mapping"]

_WORDS_OF_TRUTH = {"ja": True, "sant": True, "nej": False, "falskt": False}


def cell_value(cell: Any, field: FieldInfo) -> Any:
    """Give a cell as YAML would have given the value.

    Parameters
    ----------
    cell : object
        What the workbook holds; not empty.
    field : FieldInfo
        The column.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        When a mapping is not written as one.

    Examples
    --------
    >>> from utfall.region.registers import Measure
    >>> cell_value('101; "a; b"', Measure.model_fields["units"]), cell_value(101.0, Measure.model_fields["id"])
    (['101', 'a; b'], '101')
    """
    kind = column_kind(field)
    if kind == "date":
        return cell.date() if isinstance(cell, datetime) else cell
    if kind == "truth":
        return _WORDS_OF_TRUTH.get(cell.strip().casefold(), cell) if isinstance(cell, str) else cell
    if kind == "number":
        return cell.strip() if isinstance(cell, str) else cell
    text = _as_text(cell, field)
    if kind == "list":
        if text == EMPTY_LIST:
            return []
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=LIST_SEPARATOR, skipinitialspace=True)
        return [part.strip() for line in lines for part in line if part.strip()]
    if kind == "mapping":
        try:
            content = yaml.safe_load(text)
        except yaml.YAMLError:
            content = None
        if not isinstance(content, dict):
            raise ValueError(f"{text!r} is not written as {{name: value}}")
        return content
    return text


def column_kind(field: FieldInfo) -> ColumnKind:
    """Tell what a column of a register holds.

    Parameters
    ----------
    field : FieldInfo
        The column.

    Returns
    -------
    {"text", "number", "truth", "date", "list", "mapping"}

    Examples
    --------
    >>> from utfall.region.registers import Event
    >>> [column_kind(Event.model_fields[name]) for name in ("units", "start", "change", "kind")]
    ['list', 'text', 'number', 'text']
    """
    kinds = set()
    for part in _parts(field.annotation):
        origin = get_origin(part)
        if origin is tuple:
            return "list"
        if origin is dict:
            return "mapping"
        kinds.add(str if origin is Literal else part)
    if date in kinds:
        return "date"
    if bool in kinds:
        return "truth"
    return "number" if kinds & {int, float} else "text"


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """Give the only values a column may have; none where any value may stand.

    Parameters
    ----------
    field : FieldInfo
        The column.

    Returns
    -------
    tuple of str
    """
    parts = _parts(field.annotation)
    literals = [part for part in parts if get_origin(part) is Literal]
    return tuple(str(value) for part in literals for value in get_args(part)) if len(literals) == len(parts) else ()


def _parts(annotation: Any) -> list[Any]:
    """The types of a union without None, bare of what pydantic adds."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [part for each in get_args(annotation) if each is not NoneType for part in _parts(each)]
    return [annotation]


def _as_text(cell: Any, field: FieldInfo) -> str:
    from utfall.sources.excel.cells import plain_text

    if isinstance(cell, date):
        # Excel makes a date of a month that is typed as 2026-10.
        pattern = next((mark.pattern for mark in field.metadata if getattr(mark, "pattern", None)), None)
        month = f"{cell:%Y-%m}"
        if pattern is not None and re.fullmatch(pattern, month):
            return month
    return plain_text(cell, decimal=".").strip()
