"""The control chart: each month beside what was expected, its natural limits, and the months that are signals."""

from __future__ import annotations

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.canvas import LINE_HEIGHT, SMALL, Canvas, Scale
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.labels import spread, text_width, wrap
from utfall.presentation.charts.plot import BOTTOM, PLOT_HEIGHT, TOP, ZERO_WITHIN
from utfall.presentation.charts.quantity import Quantity, quantity
from utfall.presentation.numbers import HOME_CURRENCY, Unit, month_tick, period_name, period_range
from utfall.presentation.words import list_words

COLUMNS = ("period", "actual", "expected", "lo", "hi", "rule")

MONTHS_NAMED = 3
"""Every third month is named along the axis, January with its year."""

DOT, DIAMOND = 5.0, 6.0
"""Size of a month's dot, and half the width of the diamond that marks a signal: apart in shape, not only in colour."""

BESIDE = 10.0
"""Room between the last month and the names of the lines, more than half a diamond."""

REMARK = (
    "Det skuggade fältet är normal variation, skattad ur åren före. Månaderna till höger om strecket bedöms; "
    "romb markerar en signal."
)


def natural_limits(
    points: pd.DataFrame,
    since: pd.Timestamp,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
) -> Chart:
    """Draw a series with its natural limits.

    Parameters
    ----------
    points : DataFrame
        One row a month in time order, none missing: ``period``, ``actual``, ``expected``, ``lo``, ``hi`` (whole
        currency, or what `unit` says) and ``rule``, the name of the rule the month breaks, empty where it breaks none.
    since : Timestamp
        First month that is judged.
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; money in a fitting unit when left out.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Chart
        The data are the points.

    Raises
    ------
    InvalidParameter
        When a column is absent, there is no month, or a number is missing.

    Examples
    --------
    >>> points = pd.DataFrame({"period": pd.date_range("2025-12-01", periods=2, freq="MS"), "actual": [-10e6, -14e6],
    ...                        "expected": -10e6, "lo": -12e6, "hi": -8e6, "rule": ["", "Enstaka månad"]})
    >>> chart = natural_limits(points, pd.Timestamp("2026-01-01"), title="Kostnaden steg i januari")
    >>> print(chart.alt.replace(chr(160), " "))
    Styrdiagram i mkr, december 2025 till januari 2026. Utfall i januari 2026: −14,0, väntat −10,0 (normal \
variation −12,0 till −8,0). Signal: Enstaka månad, januari 2026.
    """
    absent = [name for name in COLUMNS if name not in points.columns]
    if absent or points.empty or points[list(COLUMNS)].isna().to_numpy().any():
        raise InvalidParameter(
            f"natural_limits: give months with all of {', '.join(COLUMNS)}; absent: {absent or 'a value'}."
        )
    data = points[list(COLUMNS)].reset_index(drop=True)
    shown = quantity(unit, float(data[["actual", "expected", "lo", "hi"]].abs().max().max()), currency)
    return Chart(title, _alt(data, shown), _draw(data, since, shown), data)


def _alt(data: pd.DataFrame, shown: Quantity) -> str:
    first, last = data.iloc[0], data.iloc[-1]
    said = [
        f"Styrdiagram i {shown.label}, {period_name(first['period'])} till {period_name(last['period'])}.",
        f"Utfall i {period_name(last['period'])}: {shown.write(last['actual'])}, "
        f"väntat {shown.write(last['expected'])} "
        f"(normal variation {shown.write(last['lo'])} till {shown.write(last['hi'])}).",
    ]
    signals = data[data["rule"] != ""]
    for rule, rows in signals.groupby("rule", sort=False):
        said.append(f"Signal: {rule}, {_months(rows['period'].tolist())}.")
    return " ".join(said if len(signals) else [*said, "Ingen månad är en signal."])


def _draw(data: pd.DataFrame, since: pd.Timestamp, shown: Quantity) -> str:
    numbers = data[["actual", "expected", "lo", "hi"]].to_numpy()
    low, high = float(numbers.min()), float(numbers.max())
    if min(abs(low), abs(high)) <= ZERO_WITHIN * (high - low) or low * high <= 0:
        low, high = min(low, 0.0), max(high, 0.0)
    beside = [["Utfall", shown.write(numbers[-1, 0])], ["Väntat", shown.write(numbers[-1, 1])]]
    right = max(text_width(row) for rows in beside for row in rows) + BESIDE
    names = shown.ticks(Scale(low, high, 0.0, 1.0).ticks(5))
    left = max(text_width(words, theme.SMALL_SIZE) for words in names) + 6
    remark = wrap(REMARK, theme.WIDTH - 4, size=theme.SMALL_SIZE, most=4)
    signals = [
        wrap(f"{rule}: {_months(rows['period'].tolist())}", theme.WIDTH - 4 * DIAMOND, most=3)
        for rule, rows in data[data["rule"] != ""].groupby("rule", sort=False)
    ]
    bottom = TOP + PLOT_HEIGHT
    legend = sum(len(rows) for rows in signals) * theme.TEXT_SIZE * LINE_HEIGHT
    canvas = Canvas(bottom + BOTTOM + legend + len(remark) * theme.SMALL_SIZE * LINE_HEIGHT + 8)
    y_scale = Scale(low, high, bottom - 8, TOP + 8)
    x_scale = Scale(0.0, max(len(data) - 1.0, 1.0), left + 8, canvas.width - right - 2)
    actual, expected, lower, upper = (
        [(x_scale(at), y_scale(value)) for at, value in enumerate(column)] for column in numbers.T
    )
    _axes(canvas, data["period"], since, shown, y_scale, x_scale, left, bottom)
    if len(data) > 1:
        canvas.area([*upper, *reversed(lower)], theme.BAND_OUTER)
        for edge in (upper, lower):  # the tint alone has too little contrast
            canvas.line(edge, color=theme.ACTUAL, width=0.75)
        canvas.line(expected, color=theme.REFERENCE, width=1.0)
        canvas.line(actual, color=theme.ACTUAL, width=2.0)
    for (x, y), rule, better in zip(actual, data["rule"], numbers[:, 0] > numbers[:, 1], strict=True):
        if rule:
            _diamond(canvas, x, y, theme.BETTER if better else theme.WORSE)
        else:
            canvas.dot(x, y, theme.ACTUAL, DOT)
    heights = [2 * theme.TEXT_SIZE * LINE_HEIGHT + 3] * 2
    middles = spread([actual[-1][1], expected[-1][1]], heights, 0, bottom)
    for rows, middle, color in zip(beside, middles, (theme.ACTUAL, theme.REFERENCE), strict=True):
        canvas.lines(x_scale.end + BESIDE, middle, rows, color=color)
    top = bottom + BOTTOM
    for rows in signals:
        height = len(rows) * theme.TEXT_SIZE * LINE_HEIGHT
        _diamond(canvas, 2 + DIAMOND, top + theme.TEXT_SIZE * LINE_HEIGHT / 2, theme.REFERENCE)
        canvas.lines(4 * DIAMOND, top + height / 2, rows)
        top += height
    top += 4 if signals else 0
    for index, row in enumerate(remark):
        canvas.text(2, top + (index + 0.5) * theme.SMALL_SIZE * LINE_HEIGHT, row, **SMALL)
    return canvas.to_svg()


def _diamond(canvas: Canvas, x: float, y: float, color: str) -> None:
    canvas.area([(x, y - DIAMOND), (x + DIAMOND, y), (x, y + DIAMOND), (x - DIAMOND, y)], color)


def _months(periods: list[pd.Timestamp]) -> str:
    """Name months shortly, those that follow each other as a range: "mars–maj 2026 och juli 2026"."""
    runs = [[periods[0]]]
    for period in periods[1:]:
        if period == runs[-1][-1] + pd.DateOffset(months=1):
            runs[-1].append(period)
        else:
            runs.append([period])
    return list_words(period_range(run[0], run[-1]) for run in runs)


def _axes(
    canvas: Canvas,
    periods: pd.Series,
    since: pd.Timestamp,
    shown: Quantity,
    y_scale: Scale,
    x_scale: Scale,
    left: float,
    bottom: float,
) -> None:
    """Grid, unit, months, and the stroke where judgement begins."""
    values = y_scale.ticks(5)
    for value, words in zip(values, shown.ticks(values), strict=True):
        y = y_scale(value)
        canvas.line([(left, y), (x_scale.end, y)], color=theme.GRID, width=1)
        canvas.text(left - 5, y, words, **SMALL, anchor="right")
    reaches_zero = y_scale.lowest <= 0 <= y_scale.highest
    if reaches_zero:
        canvas.line([(left, y_scale(0.0)), (x_scale.end, y_scale(0.0))], color=theme.ZERO_LINE, width=1.5)
    canvas.text(2, 9, shown.label if reaches_zero else f"{shown.label} (axeln börjar inte vid noll)", **SMALL)
    taken = -1.0
    for at, period in enumerate(periods):
        x = x_scale(at)
        canvas.line([(x, bottom), (x, bottom + 4)], color=theme.REFERENCE, width=1)
        words = f"jan {period.year}" if period.month == 1 else month_tick(period.month)
        middle = max(x, text_width(words, theme.SMALL_SIZE) / 2 + 1)  # the first name stays on the canvas
        begins, ends = (middle + side * text_width(words, theme.SMALL_SIZE) / 2 for side in (-1, 1))
        if (period.month - 1) % MONTHS_NAMED == 0 and begins > taken + 3 and ends < canvas.width:
            canvas.text(middle, bottom + 13, words, **SMALL, anchor="center")
            taken = ends
        if period == since and at:
            between = x_scale(at - 0.5)
            canvas.line([(between, TOP), (between, bottom)], color=theme.REFERENCE, width=1, dash=(3, 3))
