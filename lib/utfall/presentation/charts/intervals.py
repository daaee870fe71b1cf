"""Estimates with what they may be: one row each, a point and its intervals, beside the line of no effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.axis import AXIS_HEIGHT, tick_middle, ticks_with_room
from utfall.presentation.charts.canvas import LINE_HEIGHT, SMALL, Canvas, Scale
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.foot import Foot
from utfall.presentation.charts.labels import text_width, wrap
from utfall.presentation.charts.quantity import Quantity, quantity
from utfall.presentation.numbers import HOME_CURRENCY, NBSP, Unit

LEVELS = ((95, 1.5), (80, 5.0))
"""Probability and thickness of each interval, the widest first."""

UNDECIDED = "kan inte avgöras"
"""What is said of an estimate whose widest interval holds zero, unless the caller says it in other words."""

NO_ESTIMATE = "kan inte skattas"
"""The same, of a row without an estimate."""

LINE = theme.TEXT_SIZE * LINE_HEIGHT
"""Height of a line of text."""

STRIP, PADDING = 18.0, 12.0
"""Height of the strip an interval is drawn in, and room below it."""

COLUMN_GAP = 10.0
"""Between the columns of figures."""

EDGE = 8.0
"""Room beside the outermost ends, for the dots."""

DOT, HOLE = 9.0, 5.0
"""Size of a point, and of the hole in one that is undecided: told apart without colour."""

END_HEIGHT = 4.0
"""Half the height of the strokes at the ends of the widest interval."""


@dataclass(frozen=True)
class _Row:
    label: list[str]
    words: list[str]
    figure: str
    span: str
    grade: str
    estimate: float | None
    ends: tuple[tuple[float, float, float], ...]
    """Thickness, low, high; the widest first."""
    color: str
    is_decided: bool

    @property
    def height(self) -> float:
        words = len(self.words) * theme.SMALL_SIZE * LINE_HEIGHT
        return len(self.label) * LINE + words + (STRIP if self.estimate is not None else 0.0) + PADDING


def intervals(
    estimates: pd.DataFrame,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
    higher_is_better: bool = True,
    source: str = "",
) -> Chart:
    """Draw estimates with their intervals, one row each in the order given.

    Parameters
    ----------
    estimates : DataFrame
        ``label``, ``estimate`` (whole currency, or what `unit` says; sign kept; missing where nothing could be
        estimated) and the intervals ``lo-80``, ``hi-80``, ``lo-95``, ``hi-95`` (one level alone will do). Optional:
        ``grade``, a letter; ``decided``, whether an effect may be claimed (by default when the widest interval leaves
        out zero); ``words``, said below the label ("kan inte avgöras" by default where it is so).
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; chosen from the largest end when left out.
    currency : str, default "SEK"
        ISO code of the currency.
    higher_is_better : bool, default True
        Whether a positive estimate is an improvement.
    source : str, default ""
        Where the figures come from; written below the chart.

    Returns
    -------
    Chart
        Better green, worse orange, undecided grey with a hollow point, and said in words. The data are the estimates
        with ``decided`` and ``words`` as shown.

    Raises
    ------
    InvalidParameter
        When a column is absent, an estimate lacks its interval or lies outside it.

    Examples
    --------
    >>> estimates = pd.DataFrame({"label": ["Hyrstopp", "Serviceavtal"], "estimate": [39e6, 1e6],
    ...                           "lo-95": [27e6, -2e6], "hi-95": [51e6, 4e6], "grade": ["B", "C"]})
    >>> print(intervals(estimates, title="En åtgärd har gett effekt").alt.replace(chr(160), " "))
    Intervalldiagram i mkr, 95 % intervall. Hyrstopp: +39,0 (+27,0 till +51,0), evidens B. \
Serviceavtal: +1,0 (−2,0 till +4,0), evidens C, kan inte avgöras.
    """
    levels = _require(estimates)
    data = _judged(estimates, levels[0][0])
    ends = [f"{edge}-{level}" for level, _ in levels for edge in ("lo", "hi")]
    known = data[["estimate", *ends]].abs().max().max()
    shown = quantity(unit, float(known) if pd.notna(known) else 0.0, currency)
    rows = _rows(data, levels, shown, higher_is_better)
    foot = Foot(_remark(rows, [level for level, _ in levels]), source)
    alt = f"Intervalldiagram i {shown.label}, {_heading(levels[0][0])}. {_told(data, rows)}{foot.sentence}"
    return Chart(title, alt, _draw(rows, data, ends, shown, levels[0][0], foot), data, shown)


def _require(estimates: pd.DataFrame) -> list[tuple[int, float]]:
    """Check the frame; the levels it has, the widest first."""
    levels = [(level, width) for level, width in LEVELS if {f"lo-{level}", f"hi-{level}"} <= set(estimates.columns)]
    absent = [name for name in ("label", "estimate") if name not in estimates.columns]
    if absent or not levels:
        raise InvalidParameter(
            f"intervals: give label, estimate and at least lo-95 and hi-95 (or lo-80 and hi-80); "
            f"the frame has {list(estimates.columns)}."
        )
    estimated = estimates[estimates["estimate"].notna()]
    for level, _ in levels:
        low, high = estimated[f"lo-{level}"], estimated[f"hi-{level}"]
        wrong = ~((low <= estimated["estimate"]) & (estimated["estimate"] <= high))
        if wrong.any():
            names = ", ".join(map(str, estimated.loc[wrong, "label"]))
            raise InvalidParameter(
                f"intervals: {names} has no {level} % interval around its estimate. An estimate without interval is "
                "not drawn; leave its value missing and say why in a table."
            )
    return levels


def _judged(estimates: pd.DataFrame, widest: int) -> pd.DataFrame:
    data = estimates.reset_index(drop=True)
    known = data["estimate"].notna()
    if "decided" not in data:
        data["decided"] = (data[f"lo-{widest}"] > 0) | (data[f"hi-{widest}"] < 0)
    data["decided"] = data["decided"].astype(bool) & known
    usual = known.map({True: UNDECIDED, False: NO_ESTIMATE}).where(~data["decided"], "")
    words = data.get("words", usual)
    data["words"] = words.where(words.notna() & (words != ""), usual)
    if "grade" not in data:
        data["grade"] = ""
    data["grade"] = data["grade"].fillna("")
    return data


def _rows(data: pd.DataFrame, levels: list[tuple[int, float]], shown: Quantity, higher_is_better: bool) -> list[_Row]:
    widest = levels[0][0]
    written = [
        (shown.write(row["estimate"], signed=True), _span(row, widest, shown))
        if pd.notna(row["estimate"])
        else ("", "")
        for _, row in data.iterrows()
    ]
    room = theme.WIDTH - _columns(written, data["grade"], widest)[0] - COLUMN_GAP
    rows = []
    for (_, row), (figure, span) in zip(data.iterrows(), written, strict=True):
        estimate = float(row["estimate"]) if pd.notna(row["estimate"]) else None
        ends = () if estimate is None else tuple((w, float(row[f"lo-{n}"]), float(row[f"hi-{n}"])) for n, w in levels)
        better = estimate is not None and (estimate > 0) == higher_is_better
        color = theme.REFERENCE if not row["decided"] else theme.BETTER if better else theme.WORSE
        rows.append(
            _Row(
                wrap(str(row["label"]), room),
                wrap(str(row["words"]), theme.WIDTH, size=theme.SMALL_SIZE) if row["words"] else [],
                figure,
                span,
                str(row["grade"]),
                estimate,
                ends,
                color,
                bool(row["decided"]),
            )
        )
    return rows


def _span(row: pd.Series[Any], level: int, shown: Quantity) -> str:
    return f"{shown.write(row[f'lo-{level}'], signed=True)} till {shown.write(row[f'hi-{level}'], signed=True)}"


def _columns(written: list[tuple[str, str]], grades: pd.Series, widest: int) -> tuple[float, float, float]:
    """Room that the columns of figures take, from the right: all three, the last two, the grade."""
    small = theme.SMALL_SIZE
    grade = text_width("Evidens", small) + COLUMN_GAP if (grades != "").any() else 0.0
    figure = max([text_width("Skattning", small), *(text_width(f, bold=True) for f, _ in written)]) + COLUMN_GAP
    span = max([text_width(_heading(widest), small), *(text_width(s, small) for _, s in written)])
    return span + figure + grade, figure + grade, grade


def _heading(level: int) -> str:
    return f"{level}{NBSP}% intervall"


def _draw(rows: list[_Row], data: pd.DataFrame, ends: list[str], shown: Quantity, widest: int, foot: Foot) -> str:
    if not rows:
        empty = Canvas(60)
        empty.text(empty.width / 2, 30, "Inga skattningar att visa", color=theme.MUTED_TEXT, anchor="center")
        return empty.to_svg()
    head = theme.SMALL_SIZE * LINE_HEIGHT + 6
    bottom = head + sum(row.height for row in rows)
    canvas = Canvas(bottom + AXIS_HEIGHT + foot.height)
    edges = data[ends].to_numpy("float64")
    edges = edges[~pd.isna(edges)]
    low, high = (min(0.0, edges.min()), max(0.0, edges.max())) if len(edges) else (0.0, 0.0)
    scale = Scale(low, high, EDGE, canvas.width - EDGE)
    ticks = ticks_with_room(scale, shown)

    _, second, third = _columns([(row.figure, row.span) for row in rows], data["grade"], widest)
    at_span, at_figure = canvas.width - second, canvas.width - third
    canvas.text(at_span, head / 2, _heading(widest), **SMALL, anchor="right")
    canvas.text(at_figure, head / 2, "Skattning", **SMALL, anchor="right")
    if third:
        canvas.text(canvas.width, head / 2, "Evidens", **SMALL, anchor="right")
    top = head
    for row in rows:
        canvas.line([(0, top), (canvas.width, top)], color=theme.GRID, width=0.75)
        canvas.lines(0, top + 3 + len(row.label) * LINE / 2, row.label)
        canvas.text(at_span, top + 3 + LINE / 2, row.span, **SMALL, anchor="right")
        canvas.text(at_figure, top + 3 + LINE / 2, row.figure, anchor="right", bold=True)
        canvas.text(canvas.width, top + 3 + LINE / 2, row.grade, anchor="right")
        words_top = top + 3 + len(row.label) * LINE
        for index, line in enumerate(row.words):
            canvas.text(0, words_top + (index + 0.5) * theme.SMALL_SIZE * LINE_HEIGHT, line, **SMALL)
        if row.estimate is not None:
            _strip(canvas, row, scale, ticks, top + row.height - STRIP - PADDING / 2)
        top += row.height
    for value, words in zip(ticks, shown.ticks(ticks), strict=True):
        canvas.line([(scale(value), bottom - 2), (scale(value), bottom + 4)], color=theme.REFERENCE, width=1)
        canvas.text(tick_middle(scale(value), words), bottom + 13, words, **SMALL, anchor="center")
    canvas.text(canvas.width, bottom + 31, shown.label, **SMALL, anchor="right")
    foot.write(canvas, bottom + AXIS_HEIGHT - 4)
    return canvas.to_svg()


def _strip(canvas: Canvas, row: _Row, scale: Scale, ticks: list[float], top: float) -> None:
    """Draw one estimate with its intervals on a piece of the common grid."""
    middle, bottom = top + STRIP / 2, top + STRIP
    for value in ticks:
        canvas.line([(scale(value), top), (scale(value), bottom)], color=theme.GRID, width=1)
    canvas.line([(scale(0.0), top), (scale(0.0), bottom)], color=theme.ZERO_LINE, width=1.5)
    for index, (width, low, high) in enumerate(row.ends):
        left, right = scale(low), scale(high)
        canvas.rectangle(left, middle - width / 2, right, middle + width / 2, row.color)
        if index == 0:
            for x in (left, right):
                canvas.line([(x, middle - END_HEIGHT), (x, middle + END_HEIGHT)], color=row.color, width=1.5)
    at = scale(row.estimate or 0.0)
    canvas.dot(at, middle, row.color, DOT)
    if not row.is_decided:
        canvas.dot(at, middle, theme.BACKGROUND, HOLE)


def _remark(rows: list[_Row], levels: list[int]) -> str:
    said = [f"Punkten är skattningen och strecket {_heading(levels[0])}"]
    if len(levels) > 1:
        said = [f"Punkten är skattningen, det tjocka strecket {_heading(levels[1])} och det tunna {levels[0]}{NBSP}%"]
    if any(row.estimate is not None and not row.is_decided for row in rows):
        said.append(f"Grått med ihålig punkt: {UNDECIDED}")
    return ". ".join(said) + "." if any(row.estimate is not None for row in rows) else ""


def _told(data: pd.DataFrame, rows: list[_Row]) -> str:
    said = []
    for label, row, words in zip(data["label"], rows, data["words"], strict=True):
        parts = [f"{row.figure} ({row.span})"] if row.estimate is not None else []
        parts += [f"evidens {row.grade}"] if row.grade else []
        said.append(f"{label}: {', '.join([*parts, words] if words else parts)}.")
    return " ".join(said) or "Inga skattningar att visa."
