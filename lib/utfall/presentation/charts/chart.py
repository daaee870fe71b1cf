"""The chart a report shows: a message, a picture, its text alternative and the numbers behind them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd


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
        The numbers shown, tidy, in whole currency.
    """

    title: str
    alt: str
    svg: str
    data: pd.DataFrame

    def to_html(self) -> str:
        """Write the chart as a figure with its title as caption."""
        picture = self.svg.replace("<svg ", f'<svg role="img" aria-label="{escape(self.alt)}" ', 1)
        caption = f"<figcaption>{escape(self.title)}</figcaption>"
        return f'<figure class="chart" role="group">{caption}{picture}</figure>'

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        described = {"alt": self.alt, "title": self.title}
        return {"image/svg+xml": self.svg, "text/plain": self.alt}, {"image/svg+xml": described}
