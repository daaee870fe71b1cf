"""The numbers behind a table or a chart, as they travel with the notebook to a spreadsheet.

What is sent is what is shown: no row and no column more. Amounts go to the öre, so that they add up. Shares and
counts go as printed, because an unrounded share tells how few it was taken of (0,333333 is one of three); and where
a cell is hidden, the amounts beside it go as printed too.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Literal

import pandas as pd

from utfall.presentation.disclosure import HIDDEN
from utfall.presentation.numbers import as_date, as_decimal

DATA_MIME = "application/vnd.utfall.data+json"
"""Type under which the numbers behind a table or a chart travel with the executed notebook."""

ORE = 2
"""Decimals of an amount in whole currency."""

Cell = str | int | float | None
"""Text, a number, or nothing where a value is missing."""

_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)
_HIDDEN = re.compile(rf"<\s*\d+|{HIDDEN}")


@dataclass(frozen=True)
class DataColumn:
    """A column of the numbers behind a table or a chart.

    Parameters
    ----------
    label : str
        Its heading, in Swedish, without unit.
    kind : {"text", "amount", "percent", "number", "period"}
        What it holds: amounts in whole currency, percentages as shares (0.034), periods as ISO dates.
    unit : str, default ""
        "kr", "%", "besök"; empty when there is none.
    decimals : int, default 0
        Decimals of a figure in that unit.
    places : int, optional
        Decimals to which the value itself is rounded; negative for tens and more. By default `decimals`, and two
        more for a share.
    """

    label: str
    kind: Literal["text", "amount", "percent", "number", "period"]
    unit: str = ""
    decimals: int = 0
    places: int | None = None

    @property
    def heading(self) -> str:
        """The label with its unit.

        Examples
        --------
        >>> DataColumn("Utfall", "amount", "kr").heading
        'Utfall (kr)'
        """
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @property
    def is_number(self) -> bool:
        """Whether it holds figures."""
        return self.kind not in ("text", "period")

    def cell(self, value: Any) -> Cell:
        """Take up one value.

        Parameters
        ----------
        value : object
            What the frame holds. Text stays text in any column but a period's.

        Returns
        -------
        str, int, float or None
            A number rounded half away from zero; a period as the ISO date of its first day, or of the day it names.

        Examples
        --------
        >>> DataColumn("Utfall", "amount", "kr", 2).cell(-1234.565), DataColumn("Andel", "percent", "%", 1).cell(1 / 3)
        (-1234.57, 0.333)
        >>> DataColumn("Månad", "period").cell("2026-10"), DataColumn("Patienter", "number").cell("< 5")
        ('2026-10-01', '< 5')
        """
        if value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value))):
            return None
        if self.kind == "period":
            day = as_date(value)
            return None if day is None else day.isoformat()
        if isinstance(value, str) or self.kind == "text":
            return str(value)
        exact = as_decimal(value)
        return None if exact is None else _rounded(exact, self._places)

    @property
    def _places(self) -> int:
        if self.places is not None:
            return self.places
        return self.decimals + (2 if self.kind == "percent" else 0)


@dataclass(frozen=True)
class ShownData:
    """The numbers behind a table or a chart.

    Parameters
    ----------
    title : str
        A table's caption or a chart's message.
    columns : tuple of DataColumn
        What is shown, in its order.
    rows : tuple of tuple
        Cells as `DataColumn.cell` gives them.
    totals : tuple of int, default ()
        Positions of the rows that are sums or otherwise emphasised.
    indent : tuple of int, default ()
        Level of each row; empty when all are 0.
    notes : tuple of str, default ()
        Sentences that belong to the figures.

    Examples
    --------
    >>> columns = (DataColumn("Post", "text"), DataColumn("Utfall", "amount", "kr", 2))
    >>> data = ShownData("Utfall", columns, (("Lön", -5),))
    >>> ShownData.from_json(data.to_json()) == data
    True
    """

    title: str
    columns: tuple[DataColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[int, ...] = ()
    indent: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give what JSON holds, for the notebook."""
        columns = [{k: v for k, v in asdict(column).items() if k != "places"} for column in self.columns]
        rest = {name: list(getattr(self, name)) for name in ("totals", "indent", "notes")}
        return {"title": self.title, "columns": columns, "rows": [list(row) for row in self.rows], **rest}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ShownData:
        """Read what `to_json` gave."""
        return cls(
            data["title"],
            tuple(DataColumn(**column) for column in data["columns"]),
            tuple(tuple(row) for row in data["rows"]),
            tuple(data["totals"]),
            tuple(data["indent"]),
            tuple(data["notes"]),
        )


def hides(columns: Sequence[pd.Series]) -> bool:
    """Whether a figure is hidden in any of the columns, as `suppress` hides it.

    Examples
    --------
    >>> hides([pd.Series([12, "< 5"])]), hides([pd.Series(["ingen budget", 3])])
    (True, False)
    """
    return any(isinstance(value, str) and _HIDDEN.fullmatch(value) for column in columns for value in column)


def as_day(text: Cell) -> datetime.date | None:
    """Read a period's cell.

    Examples
    --------
    >>> as_day("2026-10-01")
    datetime.date(2026, 10, 1)
    """
    return datetime.date.fromisoformat(text) if isinstance(text, str) else None


def _rounded(exact: Decimal, places: int) -> int | float:
    rounded = exact.quantize(Decimal(1).scaleb(-places), context=_WIDE)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
