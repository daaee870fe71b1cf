"""Which assumption matters most: what the answer becomes when each is set low and high, one at a time."""

from __future__ import annotations

import math

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.axis import AXIS_HEIGHT, tick_middle, ticks_with_room
from utfall.presentation.charts.canvas import LINE_HEIGHT, SMALL, Canvas, Scale
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.foot import Foot
from utfall.presentation.charts.labels import text_width, wrap
from utfall.presentation.charts.quantity import Quantity, quantity
from utfall.presentation.numbers import HOME_CURRENCY, Unit

LABEL_SHARE = 0.36
"""Most of the width the names of the assumptions may take."""

SETTING_ROOM = 80.0
"""Most room for how an assumption was set; what does not fit ends in "…" (the whole is in the text alternative)."""

GAP = 10.0
"""Between a label or a figure and the bars."""

BAR, APART, PADDING = 13.0, 3.0, 14.0
"""Thickness of each of a row's two bars, room between them, and between rows."""

OUTLINE = 1.5
"""Thickness of the line around a hollow bar, and of a bar that would have no length."""

MOST_ROWS = 12
"""Assumptions shown: those that matter least are left out, and it is said."""

LOW, HIGH = "lågt", "högt"
"""The two settings, where the caller does not name them."""

REMARK = "Ett antagande ändras i taget. Fylld stapel: lågt antagande. Ihålig: högt. Strecket: alla som i grundfallet."


def tornado(
    sensitivities: pd.DataFrame,
    base: float,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
    most: int = MOST_ROWS,
    source: str = "",
) -> Chart:
    """Draw how far an answer moves with each assumption, the one that matters most on top.

    Parameters
    ----------
    sensitivities : DataFrame
        ``label``, the assumption; ``low`` and ``high``, the answer when it is set low and high (whole currency, or
        what `unit` says). Optional: ``low_label`` and ``high_label``, how it was set ("1 %", "4 %").
    base : float
        The answer with every assumption as in the base case.
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; chosen from the largest figure when left out.
    currency : str, default "SEK"
        ISO code of the currency.
    most : int, default 12
        Assumptions shown.
    source : str, default ""
        Where the figures come from; written below the chart.

    Returns
    -------
    Chart
        The low setting filled, the high hollow: told apart without colour. The data are the sensitivities, sorted,
        with ``base`` and ``span`` (the distance between the lowest and the highest of low, high and base).

    Raises
    ------
    InvalidParameter
        When a column is absent, a figure missing or there is no base.

    Examples
    --------
    >>> sensitivities = pd.DataFrame({"label": ["Skatteunderlag", "Löner"], "low": [-90e6, -40e6],
    ...                               "high": [-10e6, -61e6], "low_label": ["1 %", "2 %"],
    ...                               "high_label": ["5 %", "4 %"]})
    >>> print(tornado(sensitivities, -50e6, title="Skatteunderlaget avgör").alt.replace(chr(160), " "))
    Känslighetsdiagram i mkr, grundfall −50,0. Skatteunderlag: 1 % ger −90,0, 5 % ger −10,0. Löner: 2 % ger −40,0, \
4 % ger −61,0.
    """
    absent = [name for name in ("label", "low", "high") if name not in sensitivities.columns]
    if absent:
        raise InvalidParameter(f"tornado: the frame lacks {', '.join(absent)}; it has {list(sensitivities.columns)}.")
    unknown = sensitivities["label"][sensitivities[["low", "high"]].isna().any(axis=1)]
    if len(unknown) or not math.isfinite(base):
        raise InvalidParameter(
            f"tornado: {', '.join(map(str, unknown)) or 'base'} has no figure. Leave the assumption out, or compute it."
        )
    data = sensitivities.assign(base=base)
    answers = data[["low", "high", "base"]].astype("float64")
    data["span"] = answers.max(axis=1) - answers.min(axis=1)
    for setting, words in (("low", LOW), ("high", HIGH)):
        if f"{setting}_label" not in data:
            data[f"{setting}_label"] = words
    data = data.sort_values("span", ascending=False, kind="stable", ignore_index=True)
    kept = data.head(most)
    largest = min(float(answers.abs().max().max()), 10 * float(data["span"].max())) if len(data) else abs(base)
    shown = quantity(unit, largest, currency)
    foot = Foot(REMARK if len(kept) else "", source)
    told = " ".join(
        f"{row.label}: {row.low_label} ger {shown.write(row.low)}, {row.high_label} ger {shown.write(row.high)}."
        for row in kept.itertuples()
    )
    alt = f"Känslighetsdiagram i {shown.label}, grundfall {shown.write(base)}. {told or 'Inga antaganden att visa.'}"
    if len(kept) < len(data):
        alt += f" De {len(kept)} som betyder mest av {len(data)} visas."
    return Chart(title, alt + foot.sentence, _draw(kept, base, shown, foot), kept, shown)


def _draw(rows: pd.DataFrame, base: float, shown: Quantity, foot: Foot) -> str:
    if rows.empty:
        empty = Canvas(60)
        empty.text(empty.width / 2, 30, "Inga antaganden att visa", color=theme.MUTED_TEXT, anchor="center")
        return empty.to_svg()
    labels = [wrap(str(label), theme.WIDTH * LABEL_SHARE) for label in rows["label"]]
    figures = [
        [f"{_short(row.low_label)}: {shown.write(row.low)}", f"{_short(row.high_label)}: {shown.write(row.high)}"]
        for row in rows.itertuples()
    ]
    left = max(text_width(line) for lines in labels for line in lines)
    right = max(text_width(figure, theme.SMALL_SIZE) for pair in figures for figure in pair)
    pair_height = 2 * BAR + APART
    row_height = max(pair_height, max(map(len, labels)) * LINE_HEIGHT * theme.TEXT_SIZE) + PADDING
    head = theme.TEXT_SIZE * LINE_HEIGHT + 8
    bottom = head + len(rows) * row_height
    canvas = Canvas(bottom + AXIS_HEIGHT + foot.height)
    answers = [base, *rows["low"], *rows["high"]]
    scale = Scale(min(answers), max(answers), left + GAP + OUTLINE, canvas.width - right - GAP - OUTLINE)
    ticks = ticks_with_room(scale, shown)
    for value, words in zip(ticks, shown.ticks(ticks), strict=True):
        canvas.line([(scale(value), head), (scale(value), bottom)], color=theme.GRID, width=1)
        canvas.text(tick_middle(scale(value), words), bottom + 12, words, **SMALL, anchor="center")
    canvas.text(canvas.width, bottom + 31, shown.label, **SMALL, anchor="right")
    for index, (lines, pair) in enumerate(zip(labels, figures, strict=True)):
        middle = head + (index + 0.5) * row_height
        canvas.lines(left, middle, lines, anchor="right")
        for offset, setting, figure in zip((-1, 1), ("low", "high"), pair, strict=True):
            at = middle + offset * (BAR + APART) / 2
            _bar(canvas, scale(base), scale(float(rows[setting].iloc[index])), at, is_filled=setting == "low")
            canvas.text(canvas.width, at, figure, **SMALL, anchor="right")
    canvas.line([(scale(base), head - 3), (scale(base), bottom)], color=theme.ZERO_LINE, width=1.5)
    words = f"Grundfall {shown.write(base)}"
    half = text_width(words, bold=True) / 2
    canvas.text(min(max(scale(base), half), canvas.width - half), head / 2 - 1, words, anchor="center", bold=True)
    foot.write(canvas, bottom + AXIS_HEIGHT - 4)
    return canvas.to_svg()


def _short(setting: object) -> str:
    return wrap(str(setting), SETTING_ROOM, size=theme.SMALL_SIZE, most=1)[0]


def _bar(canvas: Canvas, start: float, end: float, middle: float, *, is_filled: bool) -> None:
    if abs(end - start) < OUTLINE:  # an assumption that moves nothing is still there
        end = start + OUTLINE
    upper, lower = middle - BAR / 2, middle + BAR / 2
    if is_filled:
        canvas.rectangle(start, upper, end, lower, theme.ACTUAL)
        return
    half = OUTLINE / 2 if end > start else -OUTLINE / 2
    x0, x1, y0, y1 = start + half, end - half, upper + OUTLINE / 2, lower - OUTLINE / 2
    canvas.rectangle(start, upper, end, lower, theme.BACKGROUND)
    canvas.line([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], color=theme.ACTUAL, width=OUTLINE)
