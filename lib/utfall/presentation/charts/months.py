"""A year month by month: accumulated towards its end, or each month by itself."""

from __future__ import annotations

import math

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.plot import Band, Line, draw_lines
from utfall.presentation.charts.quantity import Quantity, quantity
from utfall.presentation.charts.series import course, edges, largest, periods, points
from utfall.presentation.numbers import HOME_CURRENCY, Unit, month_tick, period_name
from utfall.presentation.probability import band_remark, in_percent

MONTH_TICKS = [(float(month), month_tick(month)) for month in range(1, 13)]

SEEN = 0.02
"""An interval narrower than this share of the largest figure hides behind the line of the forecast."""


def year_path(
    actual: pd.Series,
    *,
    title: str,
    previous_year: pd.Series | None = None,
    budget: pd.Series | None = None,
    forecast: pd.DataFrame | None = None,
    level: float = 80,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
) -> Chart:
    """Draw a year's accumulated path: outcome, last year, budget and forecast.

    Parameters
    ----------
    actual : Series
        Accumulated amounts (whole currency) by period: the first day of the month, or a monthly period.
    title : str
        The message, as a sentence.
    previous_year, budget : Series, optional
        The same, for last year (its own dates) and the budget.
    forecast : DataFrame, optional
        Accumulated amounts for the months to come, by period: ``mean`` and, for an interval, ``lo`` and
        ``hi`` (or ``lo-80`` and ``hi-80``).
    level : float, default 80
        Probability of the interval, in per cent.
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        Unit shown; chosen from the largest figure when left out.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Chart
        The data are tidy: ``series``, ``period``, ``value``, ``lo``, ``hi``.

    Raises
    ------
    InvalidParameter
        When the outcome has no value, or covers more than one year.

    Examples
    --------
    >>> months = pd.period_range("2026-01", periods=2, freq="M")
    >>> chart = year_path(pd.Series([-10e6, -22e6], months), title="Underskottet växer")
    >>> print(chart.alt.replace(chr(160), " "))
    Linjediagram i mkr, 2026. Utfall: −10,0 i januari, −22,0 i februari.
    """
    return _year("year_path", actual, title, previous_year, budget, forecast, level, unit, currency, accumulated=True)


def monthly(
    actual: pd.Series,
    *,
    title: str,
    previous_year: pd.Series | None = None,
    budget: pd.Series | None = None,
    forecast: pd.DataFrame | None = None,
    level: float = 80,
    unit: Unit | str | None = None,
    currency: str = HOME_CURRENCY,
) -> Chart:
    """Draw each month of a year beside last year's and the budget's.

    The parameters are those of `year_path`, with each month's own amount instead of the accumulated.

    Examples
    --------
    >>> months = pd.period_range("2026-01", periods=2, freq="M")
    >>> chart = monthly(pd.Series([900.0, 850.0], months), title="Besöken minskar", unit="besök")
    >>> chart.alt
    'Linjediagram i besök, 2026. Utfall: 900 i januari, 850 i februari.'
    """
    return _year("monthly", actual, title, previous_year, budget, forecast, level, unit, currency, accumulated=False)


def _year(
    chart: str,
    actual: pd.Series,
    title: str,
    previous_year: pd.Series | None,
    budget: pd.Series | None,
    forecast: pd.DataFrame | None,
    level: float,
    unit: Unit | str | None,
    currency: str,
    *,
    accumulated: bool,
) -> Chart:
    outcome = _tidy("Utfall", actual)
    years = {period.year for period in outcome["period"]}
    if outcome["value"].notna().sum() == 0 or len(years) != 1:
        raise InvalidParameter(
            f"{chart}: the outcome covers {sorted(years) or 'no year'}; give months of one year, with values."
        )
    parts = [outcome]
    if previous_year is not None:
        parts.append(_tidy("Förra året", previous_year))
    if budget is not None:
        parts.append(_tidy("Budget", budget))
    if forecast is not None:
        parts.append(_forecast(forecast, level))
    data = pd.concat(parts, ignore_index=True)
    shown = quantity(unit, largest(data), currency)
    drawn = points(data, _place)
    lines = []
    if "Förra året" in drawn:
        lines.append(Line("Förra året", drawn["Förra året"], theme.REFERENCE, 1.5, (1.5, 2)))
    if "Budget" in drawn:
        lines.append(Line("Budget", drawn["Budget"], theme.TEXT, 1.5))
    bands, remark = [], ""
    end = next(p for p in reversed(drawn["Utfall"]) if math.isfinite(p[1]))
    if "Prognos" in drawn:
        lines.append(Line("Prognos", [end, *drawn["Prognos"]], theme.ACTUAL, 2.5, (3, 2)))
        edge = edges(data[data["series"] == "Prognos"], _place)
        if edge:
            bands = [Band([(end[0], end[1], end[1]), *edge], theme.BAND_INNER)]
            remark = _remark(data, shown, level)
    lines.append(Line("Utfall", drawn["Utfall"], theme.ACTUAL, 3.0))
    svg = draw_lines(lines, shown=shown, ticks=MONTH_TICKS, bands=bands, remark=remark, from_zero=accumulated)
    alt = f"Linjediagram i {shown.label}, {years.pop()}. {course(data, shown, _month_name, level)}"
    return Chart(title, alt, svg, data, shown)


def _tidy(name: str, series: pd.Series) -> pd.DataFrame:
    values = pd.to_numeric(series).astype("float64").to_numpy()
    missing = float("nan")
    return pd.DataFrame(
        {"series": name, "period": periods(series.index), "value": values, "lo": missing, "hi": missing}
    ).sort_values("period", kind="stable")


def _forecast(forecast: pd.DataFrame, level: float) -> pd.DataFrame:
    tidy = _tidy("Prognos", forecast["mean"])
    for edge in ("lo", "hi"):
        name = next((n for n in (edge, f"{edge}-{level:g}") if n in forecast.columns), None)
        if name is not None:
            tidy[edge] = _tidy("Prognos", forecast[name])["value"]
    return tidy


def _remark(data: pd.DataFrame, shown: Quantity, level: float) -> str:
    """Explain the band, or give its last month in figures where the lines hide it."""
    last = data[data["lo"].notna() & data["hi"].notna()].iloc[-1]
    if last["hi"] - last["lo"] >= SEEN * largest(data):
        return band_remark(level)
    low, high = (shown.write(last[edge]) for edge in ("lo", "hi"))
    return (
        f"Fältet som rymmer utfallet med {in_percent(level)} % sannolikhet är för smalt för att synas: "
        f"i {_month_name(last['period'])} från {low} till {high} {shown.label}."
    )


def _place(period: pd.Timestamp) -> float:
    return float(period.month)


def _month_name(period: pd.Timestamp) -> str:
    return period_name(period).split(" ")[0]
