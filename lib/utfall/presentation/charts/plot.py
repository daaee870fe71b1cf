"""Lines over time with labels at the lines instead of a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from utfall.presentation import theme
from utfall.presentation.charts.canvas import LINE_HEIGHT, SMALL, Canvas, Point, Scale
from utfall.presentation.charts.labels import Area, free_place, spread, text_width, wrap
from utfall.presentation.charts.quantity import Quantity

PLOT_HEIGHT = 210.0
"""Height of the area the lines are drawn in, in units of the canvas."""

TOP, BOTTOM = 26.0, 26.0
"""Room above the area for the unit, and below it for the ticks."""

LABEL_ROOM = 112.0
"""Most room for the labels to the right of the area."""

ZERO_WITHIN = 1.0
"""The axis reaches to zero when that takes no more than this many times the span of the figures."""


@dataclass(frozen=True)
class Line:
    """One series.

    Parameters
    ----------
    name : str
        Its label.
    points : sequence of (float, float)
        Place in time and value, in time order; a value that is NaN is a gap.
    color : str
        Of the line and its label; 4.5:1 against white.
    width : float
        Of the line, in units of the canvas.
    dash : (float, float), optional
        Lengths of stroke and gap, in line widths.
    """

    name: str
    points: Sequence[Point]
    color: str
    width: float = 2.0
    dash: tuple[float, float] | None = None

    @property
    def known(self) -> list[Point]:
        """The points with a value."""
        return [(x, y) for x, y in self.points if math.isfinite(y)]


@dataclass(frozen=True)
class Band:
    """An interval around a forecast: (place in time, lowest, highest), in time order."""

    points: Sequence[tuple[float, float, float]]
    color: str


def draw_lines(
    lines: Sequence[Line],
    *,
    shown: Quantity,
    ticks: Sequence[tuple[float, str]],
    bands: Sequence[Band] = (),
    remark: str = "",
    from_zero: bool = False,
) -> str:
    """Draw at most four lines with their bands.

    Parameters
    ----------
    lines : sequence of Line
        At least one with a known value; drawn in this order, the last on top.
    shown : Quantity
        Unit of the values.
    ticks : sequence of (float, str)
        Places in time and their names.
    bands : sequence of Band
        Drawn beneath the lines, in this order.
    remark : str
        One sentence below the chart.
    from_zero : bool, default False
        Always show where zero is.

    Returns
    -------
    str
        The SVG.
    """
    lines = [line for line in lines if line.known]
    xs = [x for line in lines for x, _ in line.points] + [x for x, _ in ticks]
    ys = [y for line in lines for _, y in line.known] + [y for b in bands for p in b.points for y in p[1:]]
    low, high = min(ys), max(ys)
    if from_zero or min(abs(low), abs(high)) <= ZERO_WITHIN * (high - low) or low * high <= 0:
        low, high = min(low, 0.0), max(high, 0.0)
    last = max(x for line in lines for x, _ in line.known)
    labels = {id(line): _label(line, shown) for line in lines}
    beside = [line for line in lines if line.known[-1][0] >= last]
    right = max(text_width(row) for line in beside for row in labels[id(line)])

    rough = Scale(low, high, 0.0, 1.0)
    left = max(text_width(words, theme.SMALL_SIZE) for words in shown.ticks(rough.ticks(5))) + 6
    remarks = wrap(remark, theme.WIDTH - 4, size=theme.SMALL_SIZE, most=4) if remark else []
    bottom = TOP + PLOT_HEIGHT
    canvas = Canvas(bottom + BOTTOM + len(remarks) * theme.SMALL_SIZE * LINE_HEIGHT + (4 if remarks else 0))
    y_scale = Scale(low, high, bottom - 4, TOP + 6)
    x_scale = Scale(min(xs), max(xs), left + 6, canvas.width - right - 10)

    _frame(canvas, y_scale, shown, left, x_scale.end)
    _ticks(canvas, x_scale, ticks, bottom)
    for band in bands:
        _band(canvas, band, x_scale, y_scale)
    paths = {id(line): [(x_scale(x), y_scale(y)) for x, y in line.points] for line in lines}
    for line in lines:
        _path(canvas, line, paths[id(line)])
    _labels_beside(canvas, beside, labels, y_scale, x_scale.end + 8, bottom)
    obstacles = [*paths.values(), *_edges(bands, x_scale, y_scale)]
    if low <= 0 <= high:
        obstacles.append([(left, y_scale(0.0)), (x_scale.end, y_scale(0.0))])
    area = Area(left, TOP, x_scale.end, bottom)
    for line in lines:
        if line not in beside:
            words = " ".join(labels[id(line)])
            (x, y), end = free_place(words, paths[id(line)], obstacles, area)
            if end is not None:
                canvas.line(end, color=line.color, width=0.75)
            canvas.text(x, y, words, color=line.color, anchor="center")
    for index, row in enumerate(remarks):
        y = bottom + BOTTOM + (index + 0.5) * theme.SMALL_SIZE * LINE_HEIGHT
        canvas.text(2, y, row, **SMALL)
    return canvas.to_svg()


def _label(line: Line, shown: Quantity) -> list[str]:
    """Name and last value."""
    return [*wrap(line.name, LABEL_ROOM), shown.write(line.known[-1][1])]


def _frame(canvas: Canvas, y_scale: Scale, shown: Quantity, left: float, right: float) -> None:
    values = y_scale.ticks(5)
    for value, words in zip(values, shown.ticks(values), strict=True):
        y = y_scale(value)
        canvas.line([(left, y), (right, y)], color=theme.GRID, width=1)
        canvas.text(left - 5, y, words, **SMALL, anchor="right")
    reaches_zero = y_scale.lowest <= 0 <= y_scale.highest
    if reaches_zero:
        canvas.line([(left, y_scale(0.0)), (right, y_scale(0.0))], color=theme.ZERO_LINE, width=1.5)
    words = shown.label if reaches_zero else f"{shown.label} (axeln börjar inte vid noll)"
    canvas.text(2, 9, words, **SMALL)


def _ticks(canvas: Canvas, x_scale: Scale, ticks: Sequence[tuple[float, str]], bottom: float) -> None:
    taken = -math.inf
    for x, words in ticks:
        at, half = x_scale(x), text_width(words, theme.SMALL_SIZE) / 2
        canvas.line([(at, bottom), (at, bottom + 4)], color=theme.REFERENCE, width=1)
        middle = max(at, half + 1)  # the first name stays on the canvas
        if middle - half > taken + 3:
            canvas.text(middle, bottom + 13, words, **SMALL, anchor="center")
            taken = middle + half


def _band(canvas: Canvas, band: Band, x_scale: Scale, y_scale: Scale) -> None:
    upper, lower = _edges([band], x_scale, y_scale)
    if len(upper) < 2:
        for (x, top), (_, end) in zip(upper, lower, strict=True):
            canvas.rectangle(x - 3, top, x + 3, end, band.color)
    else:
        canvas.area([*upper, *reversed(lower)], band.color)
    for edge in (upper, lower):
        if len(edge) > 1:  # the tint alone has too little contrast
            canvas.line(edge, color=theme.ACTUAL, width=0.75)


def _edges(bands: Sequence[Band], x_scale: Scale, y_scale: Scale) -> list[list[Point]]:
    """Upper and lower edge of each band, on the canvas."""
    return [[(x_scale(point[0]), y_scale(point[side])) for point in band.points] for band in bands for side in (2, 1)]


def _path(canvas: Canvas, line: Line, path: Sequence[Point]) -> None:
    run: list[Point] = []
    for point in [*path, (math.nan, math.nan)]:
        if math.isfinite(point[1]):
            run.append(point)
            continue
        if len(run) > 1:
            canvas.line(run, color=line.color, width=line.width, dash=line.dash)
        elif run:
            canvas.dot(*run[0], line.color, size=line.width + 3)
        run = []
    known = [point for point in path if math.isfinite(point[1])]
    canvas.dot(*known[-1], line.color, size=line.width + 3)


def _labels_beside(
    canvas: Canvas,
    lines: Sequence[Line],
    labels: dict[int, list[str]],
    y_scale: Scale,
    x: float,
    bottom: float,
) -> None:
    row = theme.TEXT_SIZE * LINE_HEIGHT
    wanted = [y_scale(line.known[-1][1]) for line in lines]
    heights = [len(labels[id(line)]) * row + 3 for line in lines]
    for line, y in zip(lines, spread(wanted, heights, 0, bottom), strict=True):
        canvas.lines(x, y, labels[id(line)], color=line.color)
