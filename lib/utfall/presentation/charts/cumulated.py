"""Parts laid on each other month by month, the last line their sum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.fans import month_ticks
from utfall.presentation.charts.plot import Line, draw_lines
from utfall.presentation.charts.quantity import quantity
from utfall.presentation.charts.series import course, periods
from utfall.presentation.numbers import HOME_CURRENCY, Unit, period_name

MOST_LINES = 4
"""Lines that can be told apart; the parts after the third are laid on together."""

SEEN = 0.002
"""A part smaller than this share of the largest sum in every month has no line of its own."""

STYLES = (
    (theme.REFERENCE, 1.0, (1, 2)),
    (theme.REFERENCE, 1.5, (5, 2)),
    (theme.TEXT, 1.5, (3, 2)),
)
"""Colour, width and dashes of the lines before the last."""

REMARK = "Varje linje lägger till en del till den förra; den heldragna är allt tillsammans."
"""What is said below the chart."""


def cumulated(
    parts: pd.DataFrame,
    *,
    title: str,
    total: str = "Prognos",
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
) -> Chart:
    """Draw parts that add up, each line with one more of them.

    Parameters
    ----------
    parts : DataFrame
        One column a part (whole currency, sign kept) by period: dates or a PeriodIndex. They are added from the left;
        a part too small to be seen joins the next line, as do those beyond `MOST_LINES`.
    title : str
        The message, as a sentence.
    total : str, default "Prognos"
        Name of the sum.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; chosen from the largest figure when left out.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Chart
        The data are tidy: ``series``, ``period``, ``value``, the sums.

    Raises
    ------
    InvalidParameter
        When there is no part or no period, or a value is missing.

    Examples
    --------
    >>> months = pd.period_range("2026-11", periods=2, freq="M")
    >>> parts = pd.DataFrame({"Nivå": [10e6, 10e6], "Trend": [0.5e6, 1e6], "Händelser": [0.0, -3e6]}, index=months)
    >>> print(cumulated(parts, title="Avtalet upphör").alt.replace(chr(160), " "))  # doctest: +ELLIPSIS
    Linjediagram i mkr. Nivå: 10,0 i november 2026, 10,0 i december 2026. Med trend: 10,5 i november 2026, 11,0 ...
    """
    if parts.empty or parts.isna().any(axis=None):
        raise InvalidParameter("cumulated: give at least one part and one period, and a value in every cell.")
    sums = parts.cumsum(axis=1)
    largest = float(sums.abs().max().max())
    seen = [str(name) for name in parts.columns[1:] if parts[name].abs().max() > SEEN * largest]
    own = seen[: MOST_LINES - 2] if len(seen) > MOST_LINES - 1 else seen[:-1]
    shown = quantity(unit, largest, currency)
    drawn = {str(parts.columns[0]): sums.iloc[:, 0]} if seen else {}
    drawn |= {f"Med {name.lower()}": sums[name] for name in own}
    drawn[total] = sums.iloc[:, -1]
    when = periods(parts.index)
    data = pd.concat(
        [pd.DataFrame({"series": name, "period": when, "value": values.to_numpy()}) for name, values in drawn.items()],
        ignore_index=True,
    )
    data = data.assign(lo=np.nan, hi=np.nan)
    places = [float(day.toordinal()) for day in when]
    points = {name: list(zip(places, values.to_numpy("float64"), strict=True)) for name, values in drawn.items()}
    lines = [
        Line(name, points[name], color, width, dash)
        for name, (color, width, dash) in zip(list(drawn)[:-1], STYLES, strict=False)
    ]
    lines.append(Line(total, points[total], theme.ACTUAL, 2.0))
    svg = draw_lines(lines, shown=shown, ticks=month_ticks(data["period"]), remark=REMARK if seen else "")
    alt = f"Linjediagram i {shown.label}. {course(data, shown, period_name, None)}"
    return Chart(title, alt, svg, data.drop(columns=["lo", "hi"]), shown)
