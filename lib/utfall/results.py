"""The base of every result: what it can show of itself, in a notebook and in the appendix."""

from __future__ import annotations

import dataclasses
import datetime
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Table

if TYPE_CHECKING:
    from utfall.presentation.charts import Chart

REQUIRED = ("assumptions", "warnings", "checks", "grade", "table")
"""What every result must have, as a field or a property."""


class Result(ABC):
    """Base of every result; derive a frozen dataclass from it.

    The dataclass has (as fields or properties) ``assumptions`` and ``warnings``, tuples of Swedish sentences,
    ``checks``, a tuple of `Check`, ``grade``, a `Grade` computed from the checks, and ``table``. It writes
    `plot` and `text`. Give it ``eq=False`` when it holds frames, which cannot be compared with ``==``.

    ``table`` is a `Table`, or a tidy frame; a result whose ``table`` is a frame also writes `show_table`.

    Examples
    --------
    >>> import dataclasses
    >>> @dataclasses.dataclass(frozen=True, eq=False)
    ... class Mean(Result):
    ...     value: float
    ...     table: Table
    ...     assumptions: tuple[str, ...] = ()
    ...     warnings: tuple[str, ...] = ()
    ...     checks: tuple[Check, ...] = ()
    ...     grade: Grade = Grade.A
    ...     def plot(self): ...
    ...     def text(self): return "Medelvärdet är 3."
    >>> from utfall.presentation.tables import Column
    >>> table = Table(pd.DataFrame({"x": [3.0]}), "Medelvärde", {"x": Column("Värde", "number")})
    >>> Mean(3.0, table).to_dict()["value"]
    3.0
    """

    if TYPE_CHECKING:  # declared for the reader and the type checker; a property here would shadow the fields

        @property
        def assumptions(self) -> tuple[str, ...]: ...
        @property
        def warnings(self) -> tuple[str, ...]: ...
        @property
        def checks(self) -> tuple[Check, ...]: ...
        @property
        def grade(self) -> Grade: ...
        @property
        def table(self) -> Table | pd.DataFrame: ...

    def __init_subclass__(cls, *, abstract: bool = False, **options: Any) -> None:
        super().__init_subclass__(**options)
        if abstract:
            return
        declared = {name for base in cls.__mro__ for name in (*vars(base), *vars(base).get("__annotations__", ()))}
        lacking = [name for name in REQUIRED if name not in declared]
        if lacking:
            raise TypeError(f"The result {cls.__name__} lacks {', '.join(lacking)}; see utfall.results.Result.")

    @abstractmethod
    def plot(self) -> Chart:
        """Draw the result as one chart with a message."""

    @abstractmethod
    def text(self) -> str:
        """Tell the result in one short paragraph of Swedish whose every number comes from its frames."""

    @property
    def note(self) -> Prose:
        """The text as a paragraph that shows itself in a notebook."""
        return Prose(self.text())

    @property
    def evidence(self) -> Prose:
        """How far the result can be trusted, as a paragraph that shows itself in a notebook."""
        return Prose(self.method_note())

    @property
    def view(self) -> Table | None:
        """The table as it is printed; None, which shows nothing, when there are no rows."""
        table = self.show_table()
        return table if len(table.frame) else None

    def show_table(self) -> Table:
        """Give the table as it is printed.

        Raises
        ------
        TypeError
            When ``table`` is a plain frame and the result has no `show_table` of its own.
        """
        if isinstance(self.table, Table):
            return self.table
        raise TypeError(f"{type(self).__name__}.table is a frame; write show_table() to caption it.")

    def method_note(self) -> str:
        """Say in Swedish how far the result can be trusted.

        Returns
        -------
        str
            Paragraphs for `Prose`: the evidence grade with its explanation, the assumptions, the warnings and
            the checks. A paragraph that would be empty is left out.
        """
        paragraphs = [f"**Evidensgrad {self.grade.value}.** {self.grade.explanation}"]
        if self.assumptions:
            paragraphs.append(f"**Antaganden.** {_sentences(self.assumptions)}")
        if self.warnings:
            paragraphs.append(f"**Att tänka på.** {_sentences(self.warnings)}")
        if self.checks:
            paragraphs.append(f"**Kontroller.** {_sentences(map(_check_words, self.checks))}")
        return "\n\n".join(paragraphs)

    def to_dict(self) -> dict[str, Any]:
        """Give everything the result holds in JSON's own types.

        Returns
        -------
        dict
            ``result`` (the class), ``text``, and every field and ``table``: frames as lists of records, dates
            as ISO text, missing and infinite numbers as ``None``.
        """
        fields = getattr(type(self), "__dataclass_fields__", {})
        names = dict.fromkeys([*REQUIRED, *(name for name in fields if not name.startswith("_"))])
        values = {name: json_ready(getattr(self, name), name) for name in names}
        return {"result": type(self).__name__, "text": self.text(), **values}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        table, note = self.show_table(), Prose(self.method_note())
        html = (
            f'<div class="result"><p class="headline">{escape(self.text())}</p>'
            f"{self.plot().to_html()}{table.to_html()}"
            f'<details class="method-note"><summary>Så säkert är det</summary>{note.to_html()}</details>'
            "</div>"
        )
        plain = "\n\n".join([self.text(), table.to_text(), note.to_text()])
        return {"text/html": html, "text/plain": plain}


@dataclasses.dataclass(frozen=True)
class NotAvailable:
    """Stands where a result cannot be given, and says why.

    Parameters
    ----------
    reason : str
        Swedish sentence.

    Examples
    --------
    >>> NotAvailable("Enheten har ingen bemanning i uppgifterna.").view is None
    True
    """

    reason: str

    @property
    def note(self) -> Prose:
        """The reason as a paragraph."""
        return Prose(self.reason)

    @property
    def view(self) -> None:
        """Nothing: there is no table."""
        return None

    def plot(self) -> None:
        """Nothing: there is no chart."""
        return None


def json_ready(value: Any, where: str = "value") -> Any:
    """Turn a value into what JSON can hold, losing nothing a reader of the numbers needs.

    Parameters
    ----------
    value : object
        Scalars, dates, enumerations, sequences, mappings, arrays, pandas objects, dataclasses, results.
    where : str
        Name of the value, for the error.

    Returns
    -------
    object
        ``None``, bool, int, float, str, list or dict.

    Raises
    ------
    TypeError
        When the value, or something in it, is of another kind.

    Examples
    --------
    >>> json_ready({"a": np.float64("nan"), "b": pd.Timestamp("2026-10-01"), "c": (1, np.int64(2))})
    {'a': None, 'b': '2026-10-01T00:00:00', 'c': [1, 2]}
    """
    if value is pd.NA or value is pd.NaT:
        return None
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return json_ready(value.value, where)
        case pd.DataFrame():
            return _records(value, where)
        case pd.Series():
            return _records(value.to_frame("value" if value.name is None else value.name), where)
        case Result():
            return value.to_dict()
        case Table():
            return {"caption": value.caption, "rows": _records(value.frame[list(value.columns)], where)}
        case pd.Index() | np.ndarray():
            return [json_ready(item, where) for item in value.tolist()]
        case np.generic():
            return json_ready(value.item(), where)
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return float(value) if value.is_finite() else None
        case pd.Period() | PurePath():
            return str(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case Mapping():
            return {_key(key): json_ready(item, f"{where}[{key!r}]") for key, item in value.items()}
        case list() | tuple():
            return [json_ready(item, f"{where}[{index}]") for index, item in enumerate(value)]
        case set() | frozenset():
            return sorted((json_ready(item, where) for item in value), key=str)
    if hasattr(value, "alt") and hasattr(value, "svg"):  # a chart: its numbers, not its picture
        return {"title": value.title, "alt": value.alt, "rows": _records(value.data, where)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: json_ready(getattr(value, f.name), f"{where}.{f.name}") for f in dataclasses.fields(value)}
    raise TypeError(f"{where} is a {type(value).__name__}, which JSON cannot hold.")


def _records(frame: pd.DataFrame, where: str) -> list[dict[str, Any]]:
    meaningful = not isinstance(frame.index, pd.RangeIndex) and frame.index.names != [None]
    flat = frame.reset_index() if meaningful else frame
    columns = [_key(name) for name in flat.columns]
    cells = [[json_ready(v, f"{where}.{name}") for v in flat.iloc[:, at]] for at, name in enumerate(columns)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


def _key(key: Any) -> str:
    """Write a key as text; the levels of a tuple are joined."""
    if isinstance(key, tuple):
        return ".".join(str(json_ready(part)) for part in key if part != "")
    return str(json_ready(key))


def _sentences(texts: Any) -> str:
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts)


def _check_words(check: Check) -> str:
    detail = f" ({check.detail})" if check.detail else ""
    return f"{check.name}: {'klarad' if check.passed else 'inte klarad'}{detail}."
