"""A history and the fan of what may follow."""

from __future__ import annotations

import math

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.plot import Band, Line, draw_lines
from utfall.presentation.charts.quantity import quantity
from utfall.presentation.charts.series import course, periods
from utfall.presentation.numbers import HOME_CURRENCY, Unit, month_tick, period_name
from utfall.presentation.probability import band_remark, in_percent

SHADES = (theme.BAND_OUTER, theme.BAND_INNER)
"""Colours of the intervals, the widest first: no more can be told apart."""

YEARS_FROM = 3
"""Januaries in view from which only years are named along the axis."""

MOST_TICKS = 8
"""Names along the axis that fit beside each other."""


def fan(
    history: pd.Series,
    forecast: pd.DataFrame,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
) -> Chart:
    """Draw a history with its forecast and intervals.

    Parameters
    ----------
    history : Series
        Values (whole currency, or what `unit` says) by period: dates or a PeriodIndex.
    forecast : DataFrame
        By period, or with a column ``ds``: ``mean``, and ``lo-L`` and ``hi-L`` for each interval of L per cent:
        ``lo-80``, ``hi-80``. Of more than two intervals the widest and the narrowest are drawn.
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; money in a fitting unit when left out.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Chart
        The data are tidy: ``series``, ``period``, ``value`` and the columns of the intervals.

    Raises
    ------
    InvalidParameter
        When the history has no value, or the forecast no ``mean``.

    Examples
    --------
    >>> past = pd.Series([10e6], pd.period_range("2026-09", periods=1, freq="M"))
    >>> ahead = pd.DataFrame({"mean": [12e6], "lo-80": [11e6], "hi-80": [13e6]},
    ...                      index=pd.period_range("2026-11", periods=1, freq="M"))
    >>> chart = fan(past, ahead, title="Kostnaden stiger")
    >>> print(chart.alt.replace(chr(160), " "))  # doctest: +ELLIPSIS
    Linjediagram i mkr. Utfall: 10,0 i september 2026. Prognos: 12,0 i november 2026 (11,0 till 13,0 ...
    """
    if "ds" in forecast.columns:
        forecast = forecast.set_index("ds")
    if "mean" not in forecast.columns or history.notna().sum() == 0:
        raise InvalidParameter("fan: give a history with at least one value and a forecast with a column 'mean'.")
    past = _tidy("Utfall", history)
    ahead = _tidy("Prognos", forecast["mean"])
    levels = _levels(forecast)
    edges = [f"{edge}-{level:g}" for level in levels for edge in ("lo", "hi")]
    for name in edges:
        ahead[name] = forecast[name].to_numpy("float64")
    data = pd.concat([past, ahead], ignore_index=True).sort_values(["period"], kind="stable", ignore_index=True)
    shown = quantity(unit, float(data[["value", *edges]].abs().max().max()), currency)

    outcome = _points(data, "Utfall")
    end = next(point for point in reversed(outcome) if math.isfinite(point[1]))
    bands = [
        Band([(end[0], end[1], end[1]), *_edges(data, f"lo-{level:g}", f"hi-{level:g}")], color)
        for level, color in zip(levels, SHADES[-len(levels) :], strict=False)
    ]
    lines = [
        Line("Prognos", [end, *_points(data, "Prognos")], theme.ACTUAL, 2.0, (3, 2)),
        Line("Utfall", outcome, theme.ACTUAL, 2.0),
    ]
    svg = draw_lines(lines, shown=shown, ticks=month_ticks(data["period"]), bands=bands, remark=_remark(levels))
    narrowest = levels[-1] if levels else None
    if narrowest is not None:
        data = data.assign(lo=data[f"lo-{narrowest:g}"], hi=data[f"hi-{narrowest:g}"])
    alt = f"Linjediagram i {shown.label}. {course(data, shown, period_name, narrowest)}"
    return Chart(title, alt, svg, data.drop(columns=["lo", "hi"], errors="ignore"), shown)


def _levels(forecast: pd.DataFrame) -> list[float]:
    """Probability of each interval drawn, the widest first."""
    low, high = ({str(name)[3:] for name in forecast.columns if str(name).startswith(end)} for end in ("lo-", "hi-"))
    levels = sorted(map(float, low & high), reverse=True)
    return levels if len(levels) <= len(SHADES) else [levels[0], levels[-1]]


def _remark(levels: list[float]) -> str:
    if len(levels) < len(SHADES):
        return band_remark(levels[0]) if levels else ""
    wide, narrow = map(in_percent, levels)
    return f"Det mörkare fältet rymmer utfallet med {narrow} % sannolikhet, hela det skuggade med {wide} %."


def _tidy(name: str, values: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"series": name, "period": periods(values.index), "value": values.to_numpy("float64")})


def _points(data: pd.DataFrame, name: str) -> list[tuple[float, float]]:
    rows = data[data["series"] == name]
    return [(float(p.toordinal()), float(v)) for p, v in zip(rows["period"], rows["value"], strict=True)]


def _edges(data: pd.DataFrame, low: str, high: str) -> list[tuple[float, float, float]]:
    rows = data[data[low].notna() & data[high].notna()]
    return [(float(p.toordinal()), lo, hi) for p, lo, hi in zip(rows["period"], rows[low], rows[high], strict=True)]


def month_ticks(periods: pd.Series) -> list[tuple[float, str]]:
    """Years at their January when there are several; months with their year when there are not."""
    first, last = periods.min(), periods.max()
    januaries = list(pd.date_range(first, last, freq="YS"))
    if len(januaries) >= YEARS_FROM:
        every = -(-len(januaries) // MOST_TICKS)
        return [(float(day.toordinal()), str(day.year)) for day in januaries[::every]]
    months = list(pd.date_range(first.replace(day=1), last, freq="MS"))
    every = max(1, -(-len(months) // (MOST_TICKS // 2)))
    return [(float(day.toordinal()), f"{month_tick(day.month)} {day.year}") for day in months[::every]]
