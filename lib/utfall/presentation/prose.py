"""Paragraphs and key figures that show themselves in Jupyter and in the report."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from utfall.errors import InvalidParameter
from utfall.presentation.tables import MARKS
from utfall.presentation.trend import Trend

KEY_FIGURES_MIME = "application/vnd.utfall.key-figures+json"
"""Type under which named key figures travel with the executed notebook to the front page."""

_UNFLOATED = 'style="float:none;width:auto"'
"""JupyterLab sets terms and descriptions side by side, which takes a list in boxes apart."""

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True)
class Prose:
    """Text in paragraphs; ``**bold**`` is the only markup, everything else is shown as written.

    Parameters
    ----------
    text : str
        Paragraphs are parted by an empty line.

    Examples
    --------
    >>> Prose("Utfallet är **sämre** än R&D-budgeten.").to_html()
    '<p>Utfallet är <strong>sämre</strong> än R&amp;D-budgeten.</p>'
    """

    text: str

    def to_html(self) -> str:
        """Write the paragraphs as HTML."""
        escaped = (escape(paragraph, quote=False) for paragraph in self._paragraphs())
        strong = (_BOLD.sub(r"<strong>\1</strong>", paragraph) for paragraph in escaped)
        return "".join(f"<p>{paragraph}</p>" for paragraph in strong)

    def to_text(self) -> str:
        """Write the paragraphs without markup."""
        return "\n\n".join(_BOLD.sub(r"\1", paragraph) for paragraph in self._paragraphs())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": self.to_html(),
            "text/markdown": self.to_markdown(),
            "text/plain": self.to_text(),
        }

    def to_markdown(self) -> str:
        """Write the paragraphs as Markdown that shows the same words."""
        written = []
        for paragraph in self._paragraphs():
            pieces = _BOLD.split(paragraph)  # every second piece was bold
            escaped = [_MARKDOWN_SIGNS.sub(r"\\\1", piece) for piece in pieces]
            written.append("".join(f"**{p}**" if i % 2 else p for i, p in enumerate(escaped)))
        return "\n\n".join(written)

    def _paragraphs(self) -> list[str]:
        return [p.strip() for p in re.split(r"\n\s*\n", self.text) if p.strip()]


@dataclass(frozen=True)
class KeyFigure:
    """One figure worth a place at the top of a report.

    Parameters
    ----------
    label : str
        What it is: "Avvikelse mot budget".
    text : str
        The figure as written: "−12,4 mkr".
    assessment : str, default ""
        "sämre", "bättre", or other words about the figure ("i nivå med budget"); may be empty.
    key : str, default ""
        Name under which the front page of the month finds the figure; left out there when empty.
    value : float, optional
        The figure unrounded, for sorting on the front page.
    front : str, default ""
        The figure as the front page writes it, in a unit that all reports share; `text` when empty.
    trend : Trend, optional
        What the figure has been, month by month; for the front page, which draws it.
    """

    label: str
    text: str
    assessment: str = ""
    key: str = ""
    value: float | None = None
    front: str = ""
    trend: Trend | None = None


@dataclass(frozen=True)
class KeyFigures:
    """A short list of key figures.

    Parameters
    ----------
    figures : iterable of KeyFigure or of (label, text) or (label, text, assessment)
        In the order shown.

    Examples
    --------
    >>> print(KeyFigures([("Avvikelse", "−12,4 mkr", "sämre")]).to_text())
    Avvikelse: −12,4 mkr (sämre)
    """

    figures: tuple[KeyFigure, ...]

    def __init__(self, figures: Iterable[KeyFigure | tuple[str, ...]]) -> None:
        made = tuple(f if isinstance(f, KeyFigure) else KeyFigure(*f) for f in figures)  # type: ignore[arg-type]
        if not made:
            raise InvalidParameter("There is no key figure to show. Give at least one (label, text).")
        object.__setattr__(self, "figures", made)

    def to_html(self) -> str:
        """Write the figures as a description list."""
        return f'<dl class="key-figures">{"".join(map(_figure_html, self.figures))}</dl>'

    def to_text(self) -> str:
        """Write one figure a line."""
        return "\n".join(f"{f.label}: {f.text}" + (f" ({f.assessment})" if f.assessment else "") for f in self.figures)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": self.to_html(), "text/plain": self.to_text()}
        named = {f.key: _for_front_page(f) for f in self.figures if f.key}
        return {**bundle, KEY_FIGURES_MIME: named} if named else bundle


def _for_front_page(figure: KeyFigure) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "label": figure.label,
        "text": figure.front or figure.text,
        "value": figure.value,
        "assessment": figure.assessment,
    }
    return {**entry, "trend": figure.trend.to_dict()} if figure.trend else entry


def _figure_html(figure: KeyFigure) -> str:
    first = figure.assessment.split(" ")[0] if figure.assessment else ""
    css, symbol = MARKS.get(first, ("neutral", ""))
    label, text = escape(figure.label), escape(figure.text)
    group = f"<dt {_UNFLOATED}>{label}</dt><dd {_UNFLOATED}>{text}</dd>"
    if figure.assessment:
        # The word follows the symbol, so the symbol itself is silent.
        sign = f'<span aria-hidden="true">{symbol}</span> ' if symbol else ""
        group += f'<dd class="assessment {css}" {_UNFLOATED}>{sign}{escape(figure.assessment)}</dd>'
    return f"<div>{group}</div>"
