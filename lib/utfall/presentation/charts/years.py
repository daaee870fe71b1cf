"""Years to come: the fan of one scenario, and several scenarios beside each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.plot import Band, Line, draw_lines
from utfall.presentation.charts.quantity import quantity
from utfall.presentation.charts.series import course
from utfall.presentation.numbers import HOME_CURRENCY, Unit
from utfall.presentation.probability import in_percent

SHADES = {80: theme.BAND_INNER, 95: theme.BAND_OUTER}
"""Intervals that are drawn, by probability in per cent."""

MOST_YEARS_NAMED = 9
"""Years named along the axis; of more, every other."""

LOOKS: Sequence[tuple[str, float, tuple[float, float] | None]] = (
    (theme.ACTUAL, 2.5, None),
    (theme.WORSE_TEXT, 2.0, (4, 2)),
    (theme.BETTER_TEXT, 2.0, (1.5, 1.5)),
    (theme.REFERENCE, 2.0, (6, 2)),
    (theme.TEXT, 1.5, (3, 1.5)),
    (theme.WORSE, 1.5, None),
)
"""Colour, width and dash of each path, the first of them the one that others are compared with."""

OUTCOME, SIMULATED = "Utfall", "Beräknat"
"""Names of the known and the simulated years."""


def fan_by_year(
    history: pd.Series,
    forecast: pd.DataFrame,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
    limit: float | None = None,
    limit_name: str = "Gräns",
) -> Chart:
    """Draw known years, the fan of the years to come, and the limit they are to keep.

    Parameters
    ----------
    history : Series
        Values (whole currency, or what `unit` says) by year; may be empty.
    forecast : DataFrame
        By year: ``mean``, and ``lo-80``, ``hi-80``, ``lo-95``, ``hi-95`` for the intervals there are.
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; money in a fitting unit when left out.
    currency : str, default "SEK"
        ISO code of the currency.
    limit : float, optional
        A level to keep, drawn as a line of its own.
    limit_name : str, default "Gräns"
        What the limit is called.

    Returns
    -------
    Chart
        The data are tidy: ``series``, ``period`` (the year), ``value`` and the columns of the intervals.

    Raises
    ------
    InvalidParameter
        When the forecast has no year, or no ``mean``.

    Examples
    --------
    >>> ahead = pd.DataFrame({"mean": [-40e6], "lo-80": [-90e6], "hi-80": [10e6]}, index=[2026])
    >>> chart = fan_by_year(pd.Series([-20e6], [2025]), ahead, title="Underskottet växer")
    >>> print(chart.alt.replace(chr(160), " "))
    Linjediagram i mkr. Utfall: −20,0 i 2025. Beräknat: −40,0 i 2026 (−90,0 till 10,0 med 80 % sannolikhet).
    """
    if "mean" not in forecast.columns or forecast.empty:
        raise InvalidParameter("fan_by_year: give a forecast with at least one year and a column 'mean'.")
    levels = [level for level in sorted(SHADES, reverse=True) if f"lo-{level}" in forecast.columns]
    past = _tidy(OUTCOME, history.dropna())
    ahead = _tidy(SIMULATED, forecast["mean"])
    ends = [f"{edge}-{level}" for level in levels for edge in ("lo", "hi")]
    for name in ends:
        ahead[name] = forecast[name].to_numpy("float64")
    years = sorted({*past["period"], *ahead["period"]})
    parts = [past, ahead] if limit is None else [past, ahead, _tidy(limit_name, pd.Series(limit, years))]
    data = pd.concat([part for part in parts if len(part)], ignore_index=True)
    shown = quantity(unit, float(data[["value", *ends]].abs().max().max()), currency)

    known = _points(past)
    start = [known[-1]] if known else []
    bands = [
        Band(
            [
                *((year, value, value) for year, value in start),
                *zip(ahead["period"].astype(float), ahead[f"lo-{level}"], ahead[f"hi-{level}"], strict=True),
            ],
            SHADES[level],
        )
        for level in levels
    ]
    lines = [Line(SIMULATED, [*start, *_points(ahead)], theme.ACTUAL, 2.0, (3, 2))]
    if known:
        lines.append(Line(OUTCOME, known, theme.ACTUAL, 2.5))
    if limit is not None:
        lines.insert(0, Line(limit_name, _points(parts[-1]), theme.WORSE_TEXT, 1.5, (6, 3)))
    svg = draw_lines(lines, shown=shown, ticks=_ticks(years), bands=bands, remark=_remark(levels))
    told = data.assign(lo=math.nan, hi=math.nan)
    if levels:
        told = told.assign(lo=data[f"lo-{levels[-1]}"], hi=data[f"hi-{levels[-1]}"])
    alt = f"Linjediagram i {shown.label}. {course(told, shown, str, levels[-1] if levels else None)}"
    return Chart(title, alt, svg, data, shown)


def paths_by_year(
    history: pd.Series,
    paths: pd.DataFrame,
    *,
    title: str,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
) -> Chart:
    """Draw known years, and how several scenarios go on from them, one line each with its name.

    Parameters
    ----------
    history : Series
        Values (whole currency, or what `unit` says) by year; may be empty.
    paths : DataFrame
        One column a scenario, by year; the first is the one the others are compared with. At most six.
    title : str
        The message, as a sentence.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; money in a fitting unit when left out.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Chart
        The data are tidy: ``series``, ``period`` (the year), ``value``.

    Raises
    ------
    InvalidParameter
        When there is no path, or more than can be told apart.

    Examples
    --------
    >>> paths = pd.DataFrame({"Bas": [-40e6, -60e6], "Lågt": [-80e6, -150e6]}, index=[2026, 2027])
    >>> chart = paths_by_year(pd.Series([-20e6], [2025]), paths, title="Scenarierna skiljer sig")
    >>> print(chart.alt.replace(chr(160), " "))  # doctest: +ELLIPSIS
    Linjediagram i mkr. Utfall: −20,0 i 2025. Bas: −40,0 i 2026, −60,0 i 2027. Lågt: −80,0 i 2026, ...
    """
    if not 1 <= paths.shape[1] <= len(LOOKS):
        raise InvalidParameter(f"paths_by_year: {paths.shape[1]} paths cannot be told apart; give 1 to {len(LOOKS)}.")
    past = _tidy(OUTCOME, history.dropna())
    parts = [past, *(_tidy(str(name), path) for name, path in paths.items())]
    data = pd.concat([part for part in parts if len(part)], ignore_index=True)
    shown = quantity(unit, float(data["value"].abs().max()), currency)
    known = _points(past)
    lines = [
        Line(str(name), [*known[-1:], *_points(part)], color, width, dash)
        for name, part, (color, width, dash) in zip(paths.columns, parts[1:], LOOKS, strict=False)
    ][::-1]
    if known:
        lines.append(Line(OUTCOME, known, theme.ACTUAL, 2.5))
    svg = draw_lines(lines, shown=shown, ticks=_ticks(sorted(set(data["period"]))), from_zero=True)
    told = course(data.assign(lo=math.nan, hi=math.nan), shown, str, None)
    return Chart(title, f"Linjediagram i {shown.label}. {told}", svg, data, shown)


def _tidy(name: str, values: pd.Series) -> pd.DataFrame:
    years = [int(year) for year in values.index]
    frame = pd.DataFrame({"series": name, "period": years, "value": values.to_numpy("float64")})
    return frame.astype({"period": "int64"}).sort_values("period", ignore_index=True)


def _points(rows: pd.DataFrame) -> list[tuple[float, float]]:
    return [(float(year), value) for year, value in zip(rows["period"], rows["value"], strict=True)]


def _ticks(years: Sequence[int]) -> list[tuple[float, str]]:
    every = 1 if len(years) <= MOST_YEARS_NAMED else 2
    return [(float(year), str(year)) for year in list(years)[::-1][::every][::-1]]


def _remark(levels: Sequence[int]) -> str:
    if len(levels) < len(SHADES):
        return f"Det skuggade fältet rymmer utfallet med {in_percent(levels[0])} % sannolikhet." if levels else ""
    wide, narrow = map(in_percent, levels)
    return (
        f"Det mörkare fältet rymmer utfallet med {narrow} % sannolikhet, hela det skuggade med {wide} %, "
        "om antagandena och deras intervall håller."
    )
