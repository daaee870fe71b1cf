"""The chart a report shows: a message, a picture, its text alternative and the numbers behind them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from utfall.presentation.charts.quantity import Quantity
from utfall.presentation.numbers import NBSP, Unit, period_name
from utfall.presentation.shown_data import DATA_MIME, ORE, DataColumn, ShownData

TEXTS: Mapping[str, str] = {
    "series": "Serie",
    "label": "Post",
    "kind": "Slag",
    "month": "Månad",
    "year": "År",
    "rule": "Signal",
    "grade": "Evidensgrad",
    "words": "Bedömning",
    "low_label": "Lågt antagande",
    "high_label": "Högt antagande",
}
"""Columns of a chart's data that name things, and their headings."""

FIGURES: Mapping[str, str] = {
    "value": "Värde",
    "amount": "Värde",
    "estimate": "Skattning",
    "actual": "Utfall",
    "expected": "Väntat",
    "nominal": "Löpande priser",
    "fixed": "Fasta priser",
    "base": "Grundfall",
    "low": "Vid lågt antagande",
    "high": "Vid högt antagande",
    "lo": "Nedre gräns",
    "hi": "Övre gräns",
}
"""Columns that are drawn as figures, and their headings; ``lo-80`` is headed with its level."""

KINDS = {"total": "summa", "step": "förändring"}
"""What the rows of a waterfall are, in words."""

FIGURES_READ = 3
"""Significant figures of its largest value that can be read off a picture."""

_LEVEL = re.compile(r"(lo|hi)-([\d.]+)")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, eq=False)
class Chart:
    """A drawn chart; shows itself in Jupyter.

    Parameters
    ----------
    title : str
        The message as a sentence: what the reader should see.
    alt : str
        The text alternative, made from the same numbers as the picture.
    svg : str
        The picture: one ``<svg>`` element with a view box, without ids, scripts or outside references.
    data : DataFrame
        The numbers shown, tidy, in whole currency. Columns with other names than `TEXTS`, `FIGURES` and ``period``
        stay behind when the numbers go to a spreadsheet.
    quantity : Quantity, optional
        What the numbers measure; without it a spreadsheet's heading says no unit.
    """

    title: str
    alt: str
    svg: str
    data: pd.DataFrame
    quantity: Quantity | None = None

    def to_html(self) -> str:
        """Write the chart as a figure with its title as caption."""
        picture = self.svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" ', 1)
        caption = f"<figcaption>{escape(self.title)}</figcaption>"
        return f'<figure class="chart" role="group">{caption}{picture}</figure>'

    @property
    def shown_data(self) -> ShownData:
        """The numbers behind the picture: what is drawn of `data`."""
        frame = self.data.reset_index(drop=True)
        columns, cells = [], []
        for name in map(str, frame.columns):
            column, values = self._column(name), frame[name]
            if column is None or (values.isna() | (values.astype(object) == "")).all():
                continue
            if name == "kind":
                values = values.replace(KINDS)
            elif name == "month":
                values = values.map(lambda month: period_name(f"2000-{int(month):02}").split(" ")[0])
            columns.append(column)
            cells.append([column.cell(value) for value in values])
        return ShownData(self.title, tuple(columns), tuple(zip(*cells, strict=True)))

    def _column(self, name: str) -> DataColumn | None:
        if name == "period":
            years = pd.api.types.is_integer_dtype(self.data[name])
            return DataColumn("År", "text") if years else DataColumn("Månad", "period")
        if name in TEXTS:
            return DataColumn(TEXTS[name], "text")
        level = _LEVEL.fullmatch(name)
        if level is None and name not in FIGURES:
            return None
        label = FIGURES[level[1]] + f", {level[2].replace('.', ',')}{NBSP}%" if level else FIGURES[name]
        return self._figures(label)

    def _figures(self, label: str) -> DataColumn:
        currency = _currency(self.quantity)
        if currency:
            return DataColumn(label, "amount", currency, ORE)
        is_share = self.quantity is not None and self.quantity.label == "%"
        largest = self._largest * (100 if is_share else 1)
        read = FIGURES_READ - 1 - math.floor(math.log10(largest)) if largest > 0 else 0
        printed = ORE if self.quantity is None else self.quantity.decimals
        unit = "" if self.quantity is None else self.quantity.label
        return DataColumn(label, "percent" if is_share else "number", unit, max(printed, read))

    @property
    def _largest(self) -> float:
        drawn = [name for name in map(str, self.data.columns) if name in FIGURES or _LEVEL.fullmatch(name)]
        sizes = self.data[drawn].abs().max() if drawn else pd.Series(dtype="float64")
        return max((float(size) for size in sizes if math.isfinite(size)), default=0.0)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
        described = {"alt": self.alt, "title": self.title}
        bundle: dict[str, Any] = {"image/svg+xml": self.svg, "text/plain": self.alt}
        behind = self.shown_data
        if behind.rows:
            bundle[DATA_MIME] = behind.to_json()
        return bundle, {"image/svg+xml": described}


def _currency(quantity: Quantity | None) -> str:
    """The whole unit of an amount, "kr" of mkr and "AUD" of mn AUD; empty when it is no money."""
    if quantity is None:
        return ""
    if quantity.label in {unit.label() for unit in Unit}:
        return Unit.SEK.label()
    code = quantity.label.split(NBSP)[-1]
    return code if _CODE.fullmatch(code) else ""
