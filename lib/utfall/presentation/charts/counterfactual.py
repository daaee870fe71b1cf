"""What happened, beside what would have happened without a measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.plot import Band, Line, draw_lines
from utfall.presentation.charts.quantity import quantity
from utfall.presentation.charts.series import course, edges, largest, points
from utfall.presentation.numbers import HOME_CURRENCY, Unit, month_tick, period_name
from utfall.presentation.probability import band_remark

ACTUAL, WITHOUT = "Utfall", "Utan åtgärden"
"""The series of the chart."""

MOST_TICKS = 6
"""Names along the axis that fit beside each other with a year in each."""

START_WIDTH = 0.003
"""Share of the axis that the mark of the start takes: a band as thin as a line, which unlike a line needs no label."""


def counterfactual(
    path: pd.DataFrame,
    start: Any,
    *,
    title: str,
    level: float = 95,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
) -> Chart:
    """Draw an outcome with what it would have been without a measure, and when the measure began.

    Parameters
    ----------
    path : DataFrame
        By time (months as timestamps, or whole years): ``actual``, ``without`` and, for an interval around the
        latter, ``lo`` and ``hi``; missing where there is none.
    start : Timestamp or int
        First period with the measure, as in the index.
    title : str
        The message, as a sentence.
    level : float, default 95
        Probability of the interval, in per cent.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; money in a fitting unit when left out.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Chart
        The data are tidy: ``series``, ``period``, ``value``, ``lo``, ``hi``.

    Raises
    ------
    InvalidParameter
        When there is no outcome or no counterfactual.

    Examples
    --------
    >>> years = pd.Index([2023, 2024, 2025])
    >>> path = pd.DataFrame({"actual": [5.0, 4.0, 3.0], "without": [5.0, 5.0, 5.0]}, index=years)
    >>> counterfactual(path, 2024, title="Färre besök", unit="besök").alt
    'Linjediagram i besök. Utfall: 5,0 i 2023, 3,0 i 2025. Utan åtgärden: 5,0 i 2023, 5,0 i 2025. Start: 2024.'
    """
    if not {"actual", "without"} <= set(path.columns) or path[["actual", "without"]].notna().sum().eq(0).any():
        raise InvalidParameter("counterfactual: give a frame with values in 'actual' and 'without'.")
    path = path.sort_index()
    # A measure begins between two periods: the line stands between the last without it and the first with it.
    at, before = _place(start), [_place(period) for period in path.index if period < start]
    at = (at + before[-1]) / 2 if before else at
    data = _tidy(path)
    shown = quantity(unit, largest(data), currency)
    known = data[["value", "lo", "hi"]].to_numpy().ravel()
    known = known[pd.notna(known)]
    drawn, band = points(data, _place), edges(data, _place)
    lines = [
        Line(WITHOUT, drawn[WITHOUT], theme.TEXT, 1.5, (3, 2)),
        Line(ACTUAL, drawn[ACTUAL], theme.ACTUAL, 2.0),
    ]
    remark = f"Den lodräta linjen visar när åtgärden började ({_name(start)})."
    if band:
        remark = f"{band_remark(level, 'utfallet utan åtgärden')} {remark}"
    thin = START_WIDTH * (_place(path.index[-1]) - _place(path.index[0]))
    begun = Band([(x, known.min(), known.max()) for x in (at - thin / 2, at + thin / 2)], theme.REFERENCE)
    svg = draw_lines(
        lines,
        shown=shown,
        ticks=_ticks(list(path.index)),
        bands=[Band(band, theme.BAND_OUTER), begun] if band else [begun],
        remark=remark,
    )
    told = course(data, shown, _name, level if band else None)
    return Chart(title, f"Linjediagram i {shown.label}. {told} Start: {_name(start)}.", svg, data, shown)


def _tidy(path: pd.DataFrame) -> pd.DataFrame:
    missing = pd.Series(math.nan, index=path.index)
    parts = [
        pd.DataFrame(
            {
                "series": name,
                "period": path.index,
                "value": path[column].to_numpy("float64"),
                "lo": path.get("lo", missing).to_numpy("float64") if column == "without" else math.nan,
                "hi": path.get("hi", missing).to_numpy("float64") if column == "without" else math.nan,
            }
        )
        for name, column in ((ACTUAL, "actual"), (WITHOUT, "without"))
    ]
    return pd.concat(parts, ignore_index=True)


def _place(period: Any) -> float:
    return float(period.toordinal()) if isinstance(period, pd.Timestamp) else float(period)


def _name(period: Any) -> str:
    return period_name(period) if isinstance(period, pd.Timestamp) else str(period)


def _ticks(periods: Sequence[Any]) -> list[tuple[float, str]]:
    """Januaries when there are several, else months; every so many years when the periods are years."""
    if isinstance(periods[0], pd.Timestamp):
        januaries = [period for period in periods if period.month == 1]
        chosen = januaries if len(januaries) > 2 else list(periods)
    else:
        januaries, chosen = [], list(periods)
    every = max(1, -(-len(chosen) // MOST_TICKS))
    return [(_place(period), _tick(period, bool(januaries) and chosen is januaries)) for period in chosen[::every]]


def _tick(period: Any, only_year: bool) -> str:
    if not isinstance(period, pd.Timestamp):
        return str(period)
    return str(period.year) if only_year else f"{month_tick(period.month)} {period.year}"
