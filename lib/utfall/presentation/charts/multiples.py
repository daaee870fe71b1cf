"""Many series beside each other: a small panel each, all on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.canvas import LINE_HEIGHT, SMALL, Canvas, Scale
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.foot import Foot
from utfall.presentation.charts.labels import text_width, wrap
from utfall.presentation.charts.quantity import Quantity, quantity
from utfall.presentation.charts.series import periods
from utfall.presentation.numbers import HOME_CURRENCY, NBSP, Unit, short_period

MOST_PANELS = 24
"""Panels that can be taken in; of more, the largest are shown, and it is said."""

COLUMNS, FEW, COLUMNS_OF_FEW = 3, 4, 2
"""Panels beside each other; so many panels or fewer get room for wider ones."""

OUTLIER = 3.0
"""A panel whose largest figure is this many times the largest of the panel at `USUAL` does not set the scale."""

USUAL = 0.75
"""Share of the panels that are usual, by the size of their largest figure."""

FEWEST_FOR_OUTLIERS = 4
"""Panels from which it can be said what is usual."""

GUTTER, PLOT, BETWEEN = 12.0, 46.0, 14.0
"""Room between columns, height of a panel's lines, room below a panel."""

SMALL_LINE = theme.SMALL_SIZE * LINE_HEIGHT
"""Height of a line of small text."""

FIGURE_LINE = theme.TEXT_SIZE * LINE_HEIGHT
"""Height of the line with a panel's last figure."""

UNIT_ROOM = SMALL_LINE + 6
"""Room for the unit, above the panels."""

MOST_NAME_LINES = 2
"""Lines a panel's name may take."""

EDGE = 6.0
"""Room for the last dot, and for the mark of a figure outside the scale."""

ARROW = 4.5
"""Half the width of the mark where a line leaves the scale."""

NOISE = 1e-6
"""Binary noise in a place on the canvas."""

DOT = 5.0
"""Size of the dot at the last figure."""


@dataclass(frozen=True)
class _Panel:
    name: str
    points: tuple[tuple[pd.Timestamp, float], ...]

    @property
    def known(self) -> list[tuple[pd.Timestamp, float]]:
        return [(period, value) for period, value in self.points if math.isfinite(value)]

    @property
    def last(self) -> tuple[pd.Timestamp, float]:
        return self.known[-1]

    @property
    def largest(self) -> tuple[pd.Timestamp, float]:
        """The figure farthest from zero, the first of those that tie."""
        return max(self.known, key=lambda point: abs(point[1]))


@dataclass(frozen=True)
class _Common:
    """What all panels share."""

    low: float
    high: float
    first: pd.Timestamp
    last: pd.Timestamp
    shown: Quantity

    def side(self, value: float) -> int:
        """Whether a figure is above (1), below (−1) or within (0) the scale."""
        return int(value > self.high) - int(value < self.low)


def small_multiples(
    series: pd.DataFrame,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
    higher_is_better: bool = True,
    most: int = MOST_PANELS,
    source: str = "",
) -> Chart:
    """Draw one small panel a series, all with the same scale, the worst last figure first.

    The scale holds every panel but those far beyond the usual (`OUTLIER`): they would make all others flat. Their
    lines are cut where they leave the scale, marked there, and the farthest figure is written.

    Parameters
    ----------
    series : DataFrame
        One column a series by period: dates or a PeriodIndex (whole currency, or what `unit` says; sign kept). Missing
        is a gap; a series without values has no panel.
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; chosen from the scale when left out.
    currency : str, default "SEK"
        ISO code of the currency.
    higher_is_better : bool, default True
        Whether a high figure is good: the lowest come first, else the highest.
    most : int, default 24
        Panels shown, at most 24; the largest are kept.
    source : str, default ""
        Where the figures come from; written below the chart.

    Returns
    -------
    Chart
        The data are tidy and in the order of the panels: ``series``, ``period``, ``value``, ``outside`` (whether the
        figure is beyond the scale).

    Raises
    ------
    InvalidParameter
        When no series has a value, or `most` is not 1 to 24.

    Examples
    --------
    >>> months = pd.period_range("2026-09", periods=2, freq="M")
    >>> series = pd.DataFrame({"Kirurgi": [-1e6, -2e6], "Medicin": [1e6, -4e6]}, index=months)
    >>> print(small_multiples(series, title="Medicin drar över", unit="mkr").alt.replace(chr(160), " "))
    Smådiagram i mkr med samma skala, sep 2026 till okt 2026. Medicin: 1,0 till −4,0. Kirurgi: −1,0 till −2,0.
    """
    if not 1 <= most <= MOST_PANELS:
        raise InvalidParameter(f"small_multiples: most is {most}; give 1 to {MOST_PANELS} panels.")
    when = periods(series.index)
    every = [
        _Panel(str(name), tuple(sorted(zip(when, pd.to_numeric(column).to_numpy("float64"), strict=True))))
        for name, column in series.items()
        if column.notna().any()
    ]
    if not every:
        raise InvalidParameter("small_multiples: no series has a value. Give at least one, or say so in words.")
    kept = sorted(every, key=lambda panel: -abs(panel.largest[1]))[:most]
    panels = sorted(kept, key=lambda panel: panel.last[1] if higher_is_better else -panel.last[1])
    low, high = _limits(panels)
    common = _Common(low, high, min(when), max(when), quantity(unit, max(abs(low), abs(high)), currency))
    data = pd.DataFrame(
        [(panel.name, *point, common.side(point[1]) != 0) for panel in panels for point in panel.points],
        columns=["series", "period", "value", "outside"],
    )
    foot = Foot(_remark(bool(data["outside"].any()), len(panels), len(every)), source)
    told = " ".join(f"{panel.name}: {_course(panel, common)}." for panel in panels)
    span = f"{short_period(common.first)} till {short_period(common.last)}"
    alt = f"Smådiagram i {common.shown.label} med samma skala, {span}. {told}"
    if len(panels) < len(every):
        alt += f" De {len(panels)} största av {len(every)} visas."
    return Chart(title, alt + foot.sentence, _draw(panels, common, foot), data, common.shown)


def _limits(panels: Sequence[_Panel]) -> tuple[float, float]:
    """Lowest and highest figure of the common scale, zero included."""
    sizes = np.array([abs(panel.largest[1]) for panel in panels])
    usual = [*panels]
    if len(panels) >= FEWEST_FOR_OUTLIERS:
        bound = OUTLIER * float(np.quantile(sizes, USUAL, method="lower"))
        usual = [panel for panel, size in zip(panels, sizes, strict=True) if size <= bound] if bound else usual
    values = [value for panel in usual for _, value in panel.known]
    return min(0.0, *values), max(0.0, *values)


def _remark(is_cut: bool, shown: int, of: int) -> str:
    said = ["Alla har samma skala; siffran är den senaste, och linjen tvärs över är noll."]
    if is_cut:
        said.append("Pil: linjen går utanför skalan, och den yttersta siffran står vid panelen.")
    if shown < of:
        said.append(f"De {shown} största av {of} visas.")
    return " ".join(said)


def _course(panel: _Panel, common: _Common) -> str:
    begins, ends = common.shown.write(panel.known[0][1]), common.shown.write(panel.last[1])
    words = ends if len(panel.known) == 1 else f"{begins} till {ends}"
    if panel.last[0] != common.last:
        words += f" i {short_period(panel.last[0])}"
    period, extreme = panel.largest
    if common.side(extreme):
        words += f", som mest {common.shown.write(extreme)} i {short_period(period)}"
    return words


def _draw(panels: Sequence[_Panel], common: _Common, foot: Foot) -> str:
    count = COLUMNS_OF_FEW if len(panels) <= FEW else COLUMNS
    ticks = Scale(common.low, common.high, 0.0, 1.0).ticks(2, fewest=2)
    names = common.shown.ticks(ticks)
    axis = max(text_width(words, theme.SMALL_SIZE) for words in names) + 5
    width = (theme.WIDTH - axis - GUTTER * (count - 1)) / count
    heads = [_head(panel, common, width) for panel in panels]
    rows = [range(start, min(start + count, len(panels))) for start in range(0, len(panels), count)]
    head_heights = [max(heads[at].height for at in row) for row in rows]
    height = UNIT_ROOM + sum(head + PLOT + BETWEEN for head in head_heights) + SMALL_LINE + 2
    canvas = Canvas(height + foot.height)
    canvas.text(2, SMALL_LINE / 2, common.shown.label, **SMALL)
    top = UNIT_ROOM
    for row, head_height in zip(rows, head_heights, strict=True):
        top += head_height
        y_scale = Scale(common.low, common.high, top + PLOT - EDGE, top + EDGE)
        for value, words in zip(ticks, names, strict=True):
            canvas.text(axis - 5, y_scale(value), words, **SMALL, anchor="right")
        for column, at in enumerate(row):
            left = axis + column * (width + GUTTER)
            x_scale = Scale(common.first.toordinal(), common.last.toordinal(), left + 2, left + width - EDGE)
            for value in (*ticks, 0.0):
                ink = (theme.GRID, 0.75) if value else (theme.ZERO_LINE, 1.0)
                canvas.line([(left, y_scale(value)), (left + width, y_scale(value))], color=ink[0], width=ink[1])
            heads[at].write(canvas, left, top)
            _lines(canvas, panels[at], common, x_scale, y_scale)
            if at + count >= len(panels):  # the lowest of its column
                _months(canvas, common, left, left + width, top + PLOT + SMALL_LINE / 2 + 1)
        top += PLOT + BETWEEN
    foot.write(canvas, height)
    return canvas.to_svg()


@dataclass(frozen=True)
class _Head:
    """What stands above a panel's lines: its name, its last figure, and what that figure alone would hide."""

    name: list[str]
    figure: str
    remark: str

    @property
    def height(self) -> float:
        return len(self.name) * SMALL_LINE + FIGURE_LINE + (SMALL_LINE if self.remark else 0.0)

    def write(self, canvas: Canvas, left: float, bottom: float) -> None:
        at = bottom - self.height
        for line in self.name:
            canvas.text(left, at + SMALL_LINE / 2, line, size=theme.SMALL_SIZE)
            at += SMALL_LINE
        canvas.text(left, at + FIGURE_LINE / 2, self.figure, bold=True)
        if self.remark:
            canvas.text(left, bottom - SMALL_LINE / 2, self.remark, **SMALL)


def _head(panel: _Panel, common: _Common, width: float) -> _Head:
    period, extreme = panel.largest
    remarks = [""]
    if common.side(extreme) and (period, extreme) != panel.last:
        mark = f"{'▲' if extreme > 0 else '▼'}{NBSP}{common.shown.write(extreme)}"
        remarks = [f"{mark} {short_period(period)}", mark]
    elif panel.last[0] != common.last:
        remarks = [short_period(panel.last[0])]
    remark = next((words for words in remarks if text_width(words, theme.SMALL_SIZE) <= width), remarks[-1])
    name = wrap(panel.name, width, size=theme.SMALL_SIZE, most=MOST_NAME_LINES)
    return _Head(name, common.shown.write(panel.last[1]), remark)


def _months(canvas: Canvas, common: _Common, left: float, right: float, y: float) -> None:
    """Name the first and the last month below a panel, or only the last when both have no room."""
    first, last = short_period(common.first), short_period(common.last)
    widths = text_width(first, theme.SMALL_SIZE) + text_width(last, theme.SMALL_SIZE)
    if first != last and widths + 8 <= right - left:
        canvas.text(left, y, first, **SMALL)
    canvas.text(right, y, last, **SMALL, anchor="right")


def _lines(canvas: Canvas, panel: _Panel, common: _Common, x_scale: Scale, y_scale: Scale) -> None:
    path = [(x_scale(period.toordinal()), y_scale(value)) for period, value in panel.points]
    for run in _runs(path, y_scale.end, y_scale.start):
        if len(run) > 1:
            canvas.line(run, color=theme.ACTUAL, width=1.75)
        else:
            canvas.dot(*run[0], theme.ACTUAL, DOT - 1)
    for side, outside in groupby(panel.points, key=lambda point: common.side(point[1])):
        if side:  # one mark each time the line is outside, where it is farthest out
            period, _ = max(outside, key=lambda point: abs(point[1]))
            x, y = x_scale(period.toordinal()), y_scale.end if side > 0 else y_scale.start
            canvas.area([(x - ARROW, y), (x + ARROW, y), (x, y - side * EDGE)], theme.TEXT)
    if not common.side(panel.last[1]):
        canvas.dot(x_scale(panel.last[0].toordinal()), y_scale(panel.last[1]), theme.ACTUAL, DOT)


def _runs(path: Sequence[tuple[float, float]], top: float, bottom: float) -> list[list[tuple[float, float]]]:
    """Pieces of a line within the scale, cut where it leaves it and at its gaps."""
    runs: list[list[tuple[float, float]]] = []
    open_run = False
    for before, after in zip([None, *path[:-1]], path, strict=True):
        if not math.isfinite(after[1]):
            open_run = False
            continue
        piece = [after] if before is None or not math.isfinite(before[1]) else _clipped(before, after, top, bottom)
        piece = [point for point in piece if top - NOISE <= point[1] <= bottom + NOISE]
        if not piece:
            open_run = False
            continue
        if open_run and runs[-1][-1] == piece[0]:
            runs[-1] += piece[1:]
        else:
            runs.append(piece)
        open_run = True
    return runs


def _clipped(a: tuple[float, float], b: tuple[float, float], top: float, bottom: float) -> list[tuple[float, float]]:
    """The part of a stroke between two heights; empty when it has none."""
    (x0, y0), (x1, y1) = a, b
    if y0 == y1:
        return [a, b] if top <= y0 <= bottom else []
    shares = sorted(((top - y0) / (y1 - y0), (bottom - y0) / (y1 - y0)))
    start, end = max(0.0, shares[0]), min(1.0, shares[1])
    if start >= end:
        return []

    def at(share: float) -> tuple[float, float]:
        y = min(max(y0 + share * (y1 - y0), top), bottom)
        return a if share == 0.0 else b if share == 1.0 else (x0 + share * (x1 - x0), y)

    return [at(start), at(end)]
