"""A key figure as the front page shows it: text, assessment in word and sign, trend."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from utfall.presentation.tables import MARKS

RANKS = {"worse": -1, "": 0, "better": 1}
"""Assessments from worse to better; other words than those two say neither."""


@dataclass(frozen=True)
class TrendLine:
    """What a key figure has been, month by month.

    Parameters
    ----------
    label : str
        What the values are: "Månadens avvikelse mot budget".
    text : str
        The same in words, for those who do not see the picture.
    values : tuple of float or None
        In time order; None where a month has no value.
    """

    label: str
    text: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Figure:
    """A key figure of one report.

    Parameters
    ----------
    label, text : str
        What it is, and the figure as written.
    value : float or None
        The figure unrounded, for sorting and comparing; None when it has none.
    assessment : str
        Word about it; may be empty.
    tone, sign : str
        ``"worse"`` or ``"better"`` and the sign that says the same; empty for other words.
    trend : TrendLine or None
        What it has been.
    """

    label: str
    text: str
    value: float | None = None
    assessment: str = ""
    tone: str = ""
    sign: str = ""
    trend: TrendLine | None = None

    @property
    def rank(self) -> int:
        """-1 worse, 1 better, 0 neither."""
        return RANKS[self.tone]

    @property
    def sort_key(self) -> str:
        """The value, no more exact than sorting needs."""
        return "" if self.value is None else f"{self.value:.7g}"

    @classmethod
    def read(cls, name: str, entry: Mapping[str, Any]) -> Figure:
        """Read what a notebook has delivered; whatever it lacks is left out rather than stopping the page.

        Parameters
        ----------
        name : str
            Name of the figure, which stands in for a missing label.
        entry : mapping
            ``label``, ``text``, ``value``, ``assessment`` and ``trend``, as `utfall.presentation.prose.KeyFigures`
            sends them.

        Returns
        -------
        Figure

        Examples
        --------
        >>> figure = Figure.read("deviation", {"text": "−12 tkr", "value": -12e3, "assessment": "sämre än budget"})
        >>> figure.label, figure.assessment, figure.sign
        ('deviation', 'sämre', '▼')
        """
        words = str(entry.get("assessment") or "")
        first = words.split(" ")[0]
        tone, sign = MARKS.get(first, ("", ""))
        return cls(
            label=str(entry.get("label", name)),
            text=str(entry.get("text", "")),
            value=_number(entry.get("value")),
            assessment=first if sign else words,
            tone=tone,
            sign=sign,
            trend=_trend(entry.get("trend")),
        )


def figure_labels(figures: Iterable[Mapping[str, Figure]]) -> dict[str, str]:
    """Name and label of every key figure, in the order they are first met.

    Examples
    --------
    >>> figure_labels([{"a": Figure("Antal", "1")}, {"a": Figure("Antal i år", "2"), "b": Figure("B", "3")}])
    {'a': 'Antal', 'b': 'B'}
    """
    labels: dict[str, str] = {}
    for of_one in figures:
        for name, figure in of_one.items():
            labels.setdefault(name, figure.label)
    return labels


def labels_style(labels: Iterable[str]) -> str:
    r"""Style rules that print the label before each figure's cell (class ``v1``, ``v2``, …) on narrow screens.

    On narrow screens there is no table head. Hundreds of rows share the labels, so they stand here once.

    Examples
    --------
    >>> labels_style(['Andel "akut"'])
    '.v1{--label:"Andel \\22 akut\\22 "}\n'
    """
    written = (re.sub(r"[^\w ,.:;()%–-]", lambda sign: f"\\{ord(sign[0]):x} ", label) for label in labels)
    return "".join(f'.v{place}{{--label:"{label}"}}\n' for place, label in enumerate(written, 1))


def _number(value: Any) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if known else None


def _trend(entry: Any) -> TrendLine | None:
    """A trend that cannot be told in words is not shown at all."""
    try:
        values = tuple(_number(month["value"]) for month in entry["values"])
        text = str(entry["text"])
        return TrendLine(str(entry["label"]), text, values) if text and any(v is not None for v in values) else None
    except (KeyError, TypeError):
        return None
