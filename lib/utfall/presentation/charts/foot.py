"""What stands below a chart: how to read it, and where its figures come from."""

from __future__ import annotations

from dataclasses import dataclass

from utfall.presentation import theme
from utfall.presentation.charts.canvas import LINE_HEIGHT, SMALL, Canvas
from utfall.presentation.charts.labels import wrap

MOST_LINES = 4
"""Lines a remark or a source may take."""

ABOVE = 4.0
"""Room above the first line."""


@dataclass(frozen=True)
class Foot:
    """Lines below a chart, in small text.

    Parameters
    ----------
    remark : str
        How to read the chart; empty when nothing needs to be said.
    source : str, default ""
        Where the figures come from, without the word "Källa"; empty when the page tells it.

    Examples
    --------
    >>> Foot("", "Huvudboken").lines
    ('Källa: Huvudboken.',)
    """

    remark: str
    source: str = ""

    @property
    def sentence(self) -> str:
        """The source as a sentence for the text alternative, after a space; empty when there is none."""
        return f" Källa: {self.source.rstrip('.')}." if self.source else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What is written, broken to the width of a chart."""
        said = [text for text in (self.remark, self.sentence.strip()) if text]
        return tuple(
            line for text in said for line in wrap(text, theme.WIDTH - 4, size=theme.SMALL_SIZE, most=MOST_LINES)
        )

    @property
    def height(self) -> float:
        """Room the lines take."""
        return len(self.lines) * theme.SMALL_SIZE * LINE_HEIGHT + ABOVE if self.lines else 0.0

    def write(self, canvas: Canvas, top: float) -> None:
        """Write the lines from a height downwards."""
        for index, line in enumerate(self.lines):
            canvas.text(2, top + ABOVE + (index + 0.5) * theme.SMALL_SIZE * LINE_HEIGHT, line, **SMALL)
