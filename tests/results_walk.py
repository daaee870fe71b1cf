"""Everything a result tells in words, with everything it holds to tell it from."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from utfall.presentation.charts.chart import Chart
from utfall.presentation.prose import KeyFigures, Prose
from utfall.presentation.sourced import known_values
from utfall.presentation.tables import Table

INTERVALS = ("interval", "amount_interval")
"""Methods that give the ends of a result's own interval."""

SUMS = {"Forecast": lambda forecast: forecast.frame.groupby("unique_id")["mean"].sum()}
"""Sums over rows that a paragraph tells beside the rows themselves."""

METHOD = ("evidence", "sources", "controls", "explanation", "heading")
"""What speaks of the method and the data, not of findings: its numbers are settings."""


def untold(result: Any, name: str, constants: tuple[float, ...] = ()) -> list[tuple[str, tuple[str, ...], str]]:
    """Every paragraph of a result, and of the results in it, with the numbers it does not hold."""
    wrong = []
    for where, holder, text in paragraphs(result, name):
        found = known_values(*holdings(holder), list(constants)).unsourced(text)
        if found:
            wrong.append((where, found, text))
    return wrong


def paragraphs(value: Any, where: str, seen: set[int] | None = None) -> Iterator[tuple[str, Any, str]]:
    """Where a text stands, whose it is, and the text."""
    seen = set() if seen is None else seen
    if id(value) in seen or not _is_ours(value):
        return
    seen.add(id(value))
    if callable(getattr(value, "text", None)):
        yield f"{where}.text()", value, value.text()
    for name, part in _parts(value):
        if name in METHOD:
            continue
        if isinstance(part, Prose | KeyFigures):
            yield f"{where}.{name}", value, part.to_text()
        else:
            yield from paragraphs(part, f"{where}.{name}", seen)


def holdings(value: Any, seen: set[int] | None = None) -> list[Any]:
    """Frames, series and numbers of a result and of what it holds."""
    seen = set() if seen is None else seen
    match value:
        case Table():
            return [value.frame]
        case Chart() | str() | Prose() | KeyFigures():
            return []
        case pd.DataFrame() | pd.Series() | bool() | int() | float():
            return [value]
        case Mapping():
            return [found for part in value.values() for found in holdings(part, seen)]
        case list() | tuple():
            records = [dataclasses.asdict(p) for p in value if dataclasses.is_dataclass(p) and not _is_deep(p)]
            return [records, *(found for part in value for found in holdings(part, seen))]
    if id(value) in seen or not _is_ours(value):
        return []
    seen.add(id(value))
    own = [found for _, part in _parts(value) for found in holdings(part, seen)]
    return [*own, *_ends(value), *(found(value) for kind, found in SUMS.items() if type(value).__name__ == kind)]


def _ends(value: Any) -> list[Any]:
    """The ends of a result's own intervals, and their level."""
    found: list[Any] = []
    for name in INTERVALS:
        method = getattr(value, name, None)
        if callable(method):
            level = inspect.signature(method).parameters["level"].default
            found += [list(method()), level]
    return found


def _parts(value: Any) -> list[tuple[str, Any]]:
    fields = [field.name for field in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else []
    properties = [n for n, m in inspect.getmembers(type(value)) if isinstance(m, property | cached_property)]
    names = [name for name in dict.fromkeys([*fields, *properties]) if not name.startswith("_") and name != "region"]
    return [(name, getattr(value, name)) for name in names]


def _is_ours(value: Any) -> bool:
    """Whether a value is a result or a part of one."""
    home = type(value).__module__
    return home.startswith("utfall.") and not home.startswith(("utfall.region", "utfall.presentation"))


def _is_deep(record: Any) -> bool:
    """Whether a record holds frames or other records."""
    flat = str | int | float | bool | None | pd.Timestamp
    return not all(isinstance(getattr(record, field.name), flat) for field in dataclasses.fields(record))
