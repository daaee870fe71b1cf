"""A few series over the months of a year: one that matters, and those it is compared with."""

from __future__ import annotations

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.months import MONTH_TICKS
from utfall.presentation.charts.plot import Band, Line, draw_lines
from utfall.presentation.charts.quantity import quantity
from utfall.presentation.numbers import HOME_CURRENCY, Unit, month_tick
from utfall.presentation.probability import band_remark

STYLES = (
    (theme.ACTUAL, 3.0, None),
    (theme.TEXT, 1.5, None),
    (theme.REFERENCE, 1.5, (3, 2)),
    (theme.REFERENCE, 1.5, (1, 2)),
)
"""Colour, width and dash of each series in turn: told apart without colour, and the first stands out."""


def by_month(
    series: pd.DataFrame,
    *,
    title: str,
    band: pd.DataFrame | None = None,
    level: float = 80,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
    from_zero: bool = False,
) -> Chart:
    """Draw at most four series over the months of a year.

    Parameters
    ----------
    series : DataFrame
        One column a series, the one that matters first; by number of the month, 1 to 12. Missing is a gap.
    title : str
        The message, as a sentence.
    band : DataFrame, optional
        ``lo`` and ``hi`` of the first series, by month.
    level : float, default 80
        Probability of the band, in per cent.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; money in a fitting unit when left out.
    currency : str, default "SEK"
        ISO code of the currency.
    from_zero : bool, default False
        Always show where zero is.

    Returns
    -------
    Chart
        The data are tidy: ``series``, ``month``, ``value``, ``lo``, ``hi``.

    Raises
    ------
    InvalidParameter
        When there are more series than can be told apart, or none has a value.

    Examples
    --------
    >>> errors = pd.DataFrame({"Modellen": [0.02, 0.01], "Budget": [0.05, 0.05]}, index=[1, 2])
    >>> print(by_month(errors, title="Modellen missar minst", unit="%").alt.replace(chr(160), " "))
    Linjediagram i %. Modellen: 2,0 i jan, 1,0 i feb. Budget: 5,0 i jan, 5,0 i feb.
    """
    series = series.dropna(axis=1, how="all").sort_index()
    if not 1 <= series.shape[1] <= len(STYLES):
        raise InvalidParameter(f"by_month: {series.shape[1]} series with values; give 1 to {len(STYLES)}.")
    edges = pd.DataFrame(columns=["lo", "hi"], dtype="float64") if band is None else band[["lo", "hi"]].dropna()
    shown = quantity(unit, float(pd.concat([series, edges]).abs().max().max()), currency)
    lines = [
        Line(str(name), [(float(month), value) for month, value in column.items()], *style)  # type: ignore[arg-type]
        for (name, column), style in zip(series.items(), STYLES, strict=False)
    ]
    points = [(float(month), low, high) for month, low, high in edges.itertuples()]
    remark = band_remark(level) if points else ""
    svg = draw_lines(
        lines[::-1],  # the first on top
        shown=shown,
        ticks=MONTH_TICKS,
        bands=[Band(points, theme.BAND_INNER)] if points else [],
        remark=remark,
        from_zero=from_zero,
    )
    told = []
    for name, column in series.items():
        known = column.dropna()
        ends = known.iloc[[0, -1]] if len(known) > 1 else known
        named = zip(ends.index.astype(int), ends, strict=True)
        said = ", ".join(f"{shown.write(value)} i {month_tick(month)}" for month, value in named)
        told.append(f"{name}: {said}.")
    data = series.rename_axis("month").reset_index().melt("month", var_name="series", value_name="value")
    data = data.merge(edges.rename_axis("month").reset_index(), on="month", how="left")
    first = data["series"] == series.columns[0]
    data = data.assign(lo=data["lo"].where(first), hi=data["hi"].where(first))
    return Chart(title, f"Linjediagram i {shown.label}. {' '.join(told)}", svg, data, shown)
