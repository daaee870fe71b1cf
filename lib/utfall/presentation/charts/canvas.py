"""A drawing surface in units of its own: what is placed at (x, y) stays there at every size.

matplotlib draws without its global state, so nothing is shown twice and charts can be made in any process.
The SVG is stripped of what differs between runs or clashes between charts of one page: dates, ids, styles.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from matplotlib import rc_context, rcParamsDefault
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, Transform

from utfall.presentation import theme

Anchor = Literal["left", "center", "right"]
Point = tuple[float, float]
Dash = tuple[float, float]
"""Lengths of stroke and gap, in line widths."""

LINE_HEIGHT = 1.25
"""Distance between the lines of one label, in text sizes."""

X_HEIGHT_SHIFT = 0.36
"""How far below the middle of a line its baseline lies, in text sizes."""

SMALL: Any = {"size": theme.SMALL_SIZE, "color": theme.MUTED_TEXT}
"""Style of ticks, units and remarks."""

MOST_BINS = 20
"""Parts a scale is divided in at most, when too few ticks fall within it."""

FEWEST_TICKS = 3
"""Ticks a scale needs for the eye to measure by."""

_RC = {
    **{name: value for name, value in rcParamsDefault.items() if not name.startswith("backend")},
    "svg.fonttype": "none",
    "svg.hashsalt": "utfall",
    "text.parse_math": False,  # a "$" in a label is a dollar
    "font.family": theme.MEASURED_FONT,
}
"""Everything matplotlib can be told by a user's own settings: charts look alike on every computer."""


class Canvas:
    """A white surface `theme.WIDTH` wide, x to the right and y downwards.

    Parameters
    ----------
    height : float
        Its height, in the same units.
    """

    def __init__(self, height: float) -> None:
        self.width, self.height = float(theme.WIDTH), float(math.ceil(height))
        self._strokes: list[Callable[[Figure, Transform], Artist]] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = theme.TEXT_SIZE,
        color: str = theme.TEXT,
        anchor: Anchor = "left",
        bold: bool = False,
    ) -> None:
        """Write one line of text with its middle at height `y`."""
        weight = "bold" if bold else "normal"
        style: dict[str, Any] = {"fontsize": size, "color": color, "ha": anchor, "fontweight": weight}
        baseline = y + X_HEIGHT_SHIFT * size
        self._strokes.append(
            lambda figure, place: figure.text(x, baseline, words, transform=place, va="baseline", **style)
        )

    def lines(self, x: float, y: float, rows: Sequence[str], **style: Any) -> None:
        """Write several lines of text, the block centred on height `y`."""
        size = style.get("size", theme.TEXT_SIZE)
        top = y - (len(rows) - 1) / 2 * LINE_HEIGHT * size
        for index, row in enumerate(rows):
            self.text(x, top + index * LINE_HEIGHT * size, row, **style)

    def line(
        self,
        points: Sequence[Point],
        *,
        color: str,
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Draw a line through the points."""
        xs, ys = zip(*points, strict=True)
        style: dict[str, Any] = {"color": color, "linewidth": width, "solid_capstyle": "round"}
        if dash:
            style["dashes"] = dash
        self._add(lambda: Line2D(xs, ys, **style))

    def rectangle(self, x0: float, y0: float, x1: float, y1: float, color: str) -> None:
        """Fill the rectangle between two corners."""
        corner = (min(x0, x1), min(y0, y1))
        self._add(lambda: Rectangle(corner, abs(x1 - x0), abs(y1 - y0), facecolor=color, edgecolor="none"))

    def area(self, points: Sequence[Point], color: str) -> None:
        """Fill a polygon."""
        self._add(lambda: Polygon(points, closed=True, facecolor=color, edgecolor="none"))

    def dot(self, x: float, y: float, color: str, size: float = 5.0) -> None:
        """Draw a round dot `size` units across."""
        # A marker would be written as a reference to an id; a short stroke with round ends needs none.
        self.line([(x - 0.1, y), (x + 0.1, y)], color=color, width=size)

    def to_svg(self) -> str:
        """Write what has been drawn as one ``<svg>`` element, the same bytes each time."""
        written = io.StringIO()
        with rc_context(_RC):
            figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72, facecolor=theme.BACKGROUND)
            place = Affine2D().scale(1 / self.width, -1 / self.height).translate(0, 1) + figure.transFigure
            for order, stroke in enumerate(self._strokes):
                # Later on top of earlier; matplotlib would put every area below every line.
                stroke(figure, place).set_zorder(order)
            figure.savefig(written, format="svg", metadata={"Date": None})
        return _clean(written.getvalue(), self.width, self.height)

    def _add(self, shape: Callable[[], Artist]) -> None:
        def stroke(figure: Figure, place: Transform) -> Artist:
            artist = shape()
            artist.set_transform(place)
            figure.add_artist(artist)
            return artist

        self._strokes.append(stroke)


class Scale:
    """A straight scale from values to places on the canvas.

    Parameters
    ----------
    lowest, highest : float
        The values that must fit.
    start, end : float
        Where they go.
    """

    def __init__(self, lowest: float, highest: float, start: float, end: float) -> None:
        if highest <= lowest:  # one value alone still needs room around it
            room = abs(lowest) / 2 or 1.0
            lowest, highest = lowest - room, highest + room
        self.lowest, self.highest, self.start, self.end = lowest, highest, start, end

    def __call__(self, value: float) -> float:
        share = (value - self.lowest) / (self.highest - self.lowest)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int, fewest: int = FEWEST_TICKS) -> list[float]:
        """Round values within the scale, about `count` of them; not fewer than `fewest` if it can be."""
        slack = (self.highest - self.lowest) * 1e-9
        within: list[float] = []
        for bins in range(count, MOST_BINS):
            values = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(self.lowest, self.highest)
            within = [float(v) for v in values if self.lowest - slack <= v <= self.highest + slack]
            if len(within) >= fewest:
                break
        return within


def _clean(svg: str, width: float, height: float) -> str:
    body = svg[svg.index("<svg") :]
    body = body[body.index(">") + 1 : body.rindex("</svg>")]
    body = re.sub(r"<metadata>.*?</metadata>|<defs>.*?</defs>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*">|</g>', "", body)
    body = re.sub(r"font-family: [^;\"]*;?\s*", "", body)
    body = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", body)
    body = re.sub(r"text-anchor: start; ", "", body)
    body = re.sub(r'(?<= d=")[^"]*', lambda path: _shorten(path[0]), body)
    body = re.sub(r'(?<= [xy]=")[^"]*', lambda number: _shorten(number[0]), body)
    body = re.sub(r">\s+<", "><", body).strip()
    scale = theme.MAX_WIDTH / theme.WIDTH
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width * scale:g}" height="{height * scale:g}" '
        f'style="max-width:100%;height:auto;stroke-linejoin:round;font-family:{theme.SHOWN_FONTS}">'
    )
    return f"{head}{body}</svg>"


def _shorten(numbers: str) -> str:
    rounded = re.sub(r"-?\d+\.\d+", lambda n: f"{float(n[0]):.1f}".removesuffix(".0"), numbers)
    return " ".join(rounded.split()).replace("-0 ", "0 ")
