"""Charts with one row a figure: the waterfall and the signed bars.

Labels stand in a column to the left and figures in a column to the right, so that long Swedish words, tiny
bars and huge ones never meet, at any width of screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.axis import AXIS_HEIGHT, tick_middle, ticks_with_room
from utfall.presentation.charts.canvas import LINE_HEIGHT, SMALL, Canvas, Scale
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.labels import text_width, wrap
from utfall.presentation.charts.quantity import Quantity, quantity
from utfall.presentation.numbers import HOME_CURRENCY, Unit

LABEL_SHARE = 0.42
"""Most of the width the labels may take."""

GAP = 10.0
"""Between a label or a figure and the bars, in units of the canvas."""

ROW_PADDING = 13.0
"""Height of a row beyond its lines of text."""

BAR_HEIGHT = 18.0
"""Thickness of a bar."""

CUT_FROM = 3.0
"""Totals this many times larger than all the changes between them are cut: otherwise no change is visible."""

CUT_ROOM = 0.4
"""Length a cut total keeps beyond the changes, in spans of them."""

ADDS_UP_WITHIN = 1.0
"""Largest difference (whole currency) between a total and the steps before it that is only rounding."""

THINNEST = 1.5
"""Thickness a bar keeps however small its figure."""

MOST_ROWS = 12
"""Bars shown before the smallest are left out or summed: what can be read at a glance."""


@dataclass(frozen=True)
class _Row:
    label: str
    start: float
    end: float
    color: str
    figure: str
    is_total: bool = False


def waterfall(
    steps: pd.DataFrame,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
    higher_is_better: bool = True,
) -> Chart:
    """Draw how steps lead from one total to another, one row each from top to bottom.

    Parameters
    ----------
    steps : DataFrame
        Columns ``label``, ``amount`` (whole currency; a level for a total, a change for a step) and ``kind``
        ("total" or "step"), in the order shown. Without a total first, the steps start at zero.
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown (see `quantity`); chosen so that the largest step has two digits when left out.
    currency : str, default "SEK"
        ISO code of the currency.
    higher_is_better : bool, default True
        Whether a positive step is an improvement, as it is in result sign.

    Returns
    -------
    Chart
        Totals blue, worsening steps orange, improving steps green, every figure signed. When the totals
        dwarf the steps the axis is cut, and says so.

    Raises
    ------
    InvalidParameter
        When a total is not the sum of what comes before it, a value is missing or a kind unknown.

    Examples
    --------
    >>> steps = pd.DataFrame({"label": ["Budget", "Läkemedel", "Utfall"], "amount": [-50e6, -4e6, -54e6],
    ...                       "kind": ["total", "step", "total"]})
    >>> print(waterfall(steps, title="Läkemedel förklarar underskottet").alt.replace(chr(160), " "))
    Vattenfallsdiagram i mkr: Budget −50,0; Läkemedel −4,0; Utfall −54,0.
    """
    _require(steps, "waterfall", ["label", "amount", "kind"])
    is_step = (steps["kind"] == "step").to_numpy()
    changes = steps["amount"].abs()[is_step]
    largest = float(steps["amount"].abs().max()) if len(steps) else 0.0
    if len(changes):  # the steps are the message: the largest keeps at least two digits
        largest = min(largest, 10 * float(changes.max()))
    shown = quantity(unit, largest, currency)
    rows, level = [], 0.0
    for position, (label, value, kind) in enumerate(
        zip(steps["label"], steps["amount"].astype(float), steps["kind"], strict=True)
    ):
        if kind == "step":
            color = _color(value, higher_is_better)
            figure = shown.write(value, signed=True)
            rows.append(_Row(str(label), level, level + value, color, figure))
            level += value
        elif kind == "total":
            if position and abs(value - level) > ADDS_UP_WITHIN:
                raise InvalidParameter(
                    f"The waterfall's total {label!r} is {value:.2f}; the rows before it lead to {level:.2f}."
                )
            figure = shown.write(value)
            rows.append(_Row(str(label), 0.0, value, theme.ACTUAL, figure, is_total=True))
            level = value
        else:
            raise InvalidParameter(f"Row {label!r} of the waterfall has kind {kind!r}; use 'total' or 'step'.")
    listed = "; ".join(f"{row.label} {row.figure}" for row in rows)
    alt = f"Vattenfallsdiagram i {shown.label}: {listed}."
    return Chart(title, alt, _draw(rows, shown, connect=True), steps.reset_index(drop=True), shown)


def bars(
    figures: pd.DataFrame,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
    higher_is_better: bool = True,
    sort: bool = True,
    most: int = MOST_ROWS,
    rest: str | None = None,
) -> Chart:
    """Draw signed bars from a common zero line, the lowest first.

    Parameters
    ----------
    figures : DataFrame
        Columns ``label`` and ``amount`` (whole currency, sign kept).
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown (see `quantity`); chosen from the largest bar when left out.
    currency : str, default "SEK"
        ISO code of the currency.
    higher_is_better : bool, default True
        Whether a positive amount is better, as it is in result sign.
    sort : bool, default True
        Show the lowest first; otherwise keep the order given.
    most : int, default 12
        Bars shown; the largest in size are kept.
    rest : str, optional
        When given, the bars left out are shown as one of this name, their sum (for amounts that add up).

    Returns
    -------
    Chart
        An empty frame gives a chart that says there is nothing to show.

    Examples
    --------
    >>> figures = pd.DataFrame({"label": ["Hudmottagningen", "Lit"], "amount": [2_000_000.0, -13_000_000.0]})
    >>> print(bars(figures, title="Lit avviker mest").alt.replace(chr(160), " "))
    Stapeldiagram i mkr: Lit −13,0; Hudmottagningen 2,0.
    """
    _require(figures, "bars", ["label", "amount"])
    kept = figures.loc[figures["amount"].abs().sort_values(ascending=False, kind="stable").index[:most]]
    left_out = figures.drop(index=kept.index)
    kept = kept.sort_values("amount", kind="stable") if sort else kept.sort_index()
    if rest is not None and len(left_out):
        summed = pd.DataFrame({"label": [rest], "amount": [left_out["amount"].sum()]})
        kept = pd.concat([kept, summed])
    shown = quantity(unit, float(kept["amount"].abs().max()) if len(kept) else 0.0, currency)
    rows = [
        _Row(str(label), 0.0, float(value), _color(value, higher_is_better), shown.write(value))
        for label, value in zip(kept["label"], kept["amount"], strict=True)
    ]
    listed = "; ".join(f"{row.label} {row.figure}" for row in rows) or "inga poster att visa"
    alt = f"Stapeldiagram i {shown.label}: {listed}."
    if len(left_out) and rest is None:
        alt += f" De {len(kept)} största av {len(figures)} visas."
    return Chart(title, alt, _draw(rows, shown, connect=False), kept.reset_index(drop=True), shown)


def _draw(rows: list[_Row], shown: Quantity, *, connect: bool) -> str:
    if not rows:
        empty = Canvas(60)
        empty.text(empty.width / 2, 30, "Inga poster att visa", color=theme.MUTED_TEXT, anchor="center")
        return empty.to_svg()
    room = theme.WIDTH * LABEL_SHARE
    wrapped = [wrap(row.label, room) for row in rows]
    left = max(text_width(line, bold=row.is_total) for row, lines in zip(rows, wrapped, strict=True) for line in lines)
    right = max(text_width(row.figure, bold=row.is_total) for row in rows)
    heights = [len(lines) * LINE_HEIGHT * theme.TEXT_SIZE + ROW_PADDING for lines in wrapped]
    bottom = sum(heights) + 4
    canvas = Canvas(bottom + AXIS_HEIGHT)
    scale, cut = _scale(rows, left + GAP, canvas.width - right - GAP)
    _axis(canvas, scale, bottom, shown, cut)
    top, joints = 4.0, []
    for row, lines, height in zip(rows, wrapped, heights, strict=True):
        middle = top + height / 2
        canvas.lines(left, middle, lines, anchor="right", bold=row.is_total)
        start = scale(row.start) if not (cut and row.is_total) else _cut_edge(scale, row)
        _bar(canvas, start, scale(row.end), middle, row.color)
        if cut and row.is_total:
            _cut_mark(canvas, start, scale(row.end), middle)
        canvas.text(canvas.width, middle, row.figure, anchor="right", bold=row.is_total)
        joints.append((scale(row.end), middle))
        top += height
    if connect:
        for (x, upper), (_, lower) in pairwise(joints):
            ends = [(x, upper + BAR_HEIGHT / 2), (x, lower - BAR_HEIGHT / 2)]
            canvas.line(ends, color=theme.REFERENCE, width=1)
    return canvas.to_svg()


def _scale(rows: list[_Row], start: float, end: float) -> tuple[Scale, bool]:
    """Choose the scale of the bars, and whether it leaves out zero."""
    levels = [row.end for row in rows] + [row.start for row in rows if not row.is_total]
    low, high = min(levels), max(levels)
    span = high - low
    nearest_zero = min(abs(low), abs(high))
    cut = rows[0].is_total and low * high > 0 and span > 0 and nearest_zero > CUT_FROM * span
    if cut:
        # The side towards zero gets room, for the totals to have a length at all.
        room = CUT_ROOM * span
        return Scale(low - (room if low > 0 else 0), high + (room if high < 0 else 0), start, end), True
    return Scale(min(low, 0.0), max(high, 0.0), start, end), False


def _axis(canvas: Canvas, scale: Scale, bottom: float, shown: Quantity, cut: bool) -> None:
    ticks = ticks_with_room(scale, shown)
    for value, words in zip(ticks, shown.ticks(ticks), strict=True):
        canvas.line([(scale(value), 2), (scale(value), bottom)], color=theme.GRID, width=1)
        canvas.text(tick_middle(scale(value), words), bottom + 12, words, **SMALL, anchor="center")
    if not cut:
        canvas.line([(scale(0.0), 2), (scale(0.0), bottom)], color=theme.ZERO_LINE, width=1.5)
    words = shown.label + (" (axeln börjar inte vid noll)" if cut else "")
    canvas.text(canvas.width, bottom + 31, words, **SMALL, anchor="right")


def _bar(canvas: Canvas, start: float, end: float, middle: float, color: str) -> None:
    if abs(end - start) < THINNEST:  # a bar too small to see is still there
        end = start + THINNEST / 2
        start = start - THINNEST / 2
    canvas.rectangle(start, middle - BAR_HEIGHT / 2, end, middle + BAR_HEIGHT / 2, color)


def _cut_edge(scale: Scale, row: _Row) -> float:
    return scale.end if row.end < 0 else scale.start


def _cut_mark(canvas: Canvas, start: float, end: float, middle: float) -> None:
    """Two white strokes across the bar near the edge that is not zero."""
    inwards = 1 if end > start else -1
    for offset in (6, 11):
        x = start + inwards * offset
        half = BAR_HEIGHT / 2 + 1
        canvas.line([(x - 3, middle + half), (x + 3, middle - half)], color=theme.BACKGROUND, width=2)


def _color(value: float, higher_is_better: bool) -> str:
    return theme.BETTER if (value > 0) == higher_is_better else theme.WORSE


def _require(frame: pd.DataFrame, chart: str, columns: list[str]) -> None:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise InvalidParameter(f"{chart}: the frame lacks {', '.join(absent)}; it has {list(frame.columns)}.")
    missing = frame["label"][frame["amount"].isna()]
    if len(missing):
        raise InvalidParameter(
            f"{chart}: {', '.join(map(str, missing))} has no amount. Leave it out, or show it in a table."
        )
