"""Series over time: their periods read, their course told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation.charts.quantity import Quantity
from utfall.presentation.numbers import as_date
from utfall.presentation.probability import in_percent


def periods(index: Iterable[Any]) -> list[pd.Timestamp]:
    """Read the periods of an index, whether dates, monthly periods or texts as "2026-10"."""
    days = [as_date(period) for period in index]
    if None in days:
        raise InvalidParameter("A series to be drawn has a row without period. Leave that row out.")
    return [pd.Timestamp(day) for day in days if day is not None]


def points(data: pd.DataFrame, place: Callable[[Any], float]) -> dict[str, list[tuple[float, float]]]:
    """Read the points of every series.

    Parameters
    ----------
    data : DataFrame
        Columns ``series``, ``period`` and ``value``.
    place : callable
        Where a period stands along the axis.

    Returns
    -------
    dict
        Series → (place, value), in the order of the rows.
    """
    return {
        str(name): [(place(period), value) for period, value in zip(rows["period"], rows["value"], strict=True)]
        for name, rows in data.groupby("series", sort=False)
    }


def edges(data: pd.DataFrame, place: Callable[[Any], float]) -> list[tuple[float, float, float]]:
    """Read the interval of the rows that have one.

    Parameters
    ----------
    data : DataFrame
        Columns ``period``, ``lo`` and ``hi``.
    place : callable
        Where a period stands along the axis.

    Returns
    -------
    list
        (Place, lowest, highest), in the order of the rows.
    """
    rows = data[data["lo"].notna() & data["hi"].notna()]
    return [(place(period), lo, hi) for period, lo, hi in zip(rows["period"], rows["lo"], rows["hi"], strict=True)]


def largest(data: pd.DataFrame) -> float:
    """The largest figure shown, regardless of sign: of the values and of their intervals."""
    return float(data[["value", "lo", "hi"]].abs().max().max())


def course(data: pd.DataFrame, shown: Quantity, name_period: Callable[[Any], str], level: float | None) -> str:
    """Tell where each series begins and ends, for the text alternative of a chart.

    Parameters
    ----------
    data : DataFrame
        Columns ``series``, ``period``, ``value`` and, for an interval, ``lo`` and ``hi``.
    shown : Quantity
        How values are written.
    name_period : callable
        How a period is written.
    level : float or None
        Probability of the interval, in per cent.

    Returns
    -------
    str
        "Utfall: −10,0 i januari, −22,0 i februari. Budget: …"
    """
    said = []
    for name, rows in data.groupby("series", sort=False):
        known = rows[rows["value"].notna()]
        if known.empty:
            continue
        ends = known.iloc[[0, -1]] if len(known) > 1 else known
        words = [
            f"{shown.write(value)} i {name_period(period)}"
            for period, value in zip(ends["period"], ends["value"], strict=True)
        ]
        last = known.iloc[-1]
        if level is not None and pd.notna(last["lo"]) and pd.notna(last["hi"]):
            interval = f"{shown.write(last['lo'])} till {shown.write(last['hi'])}"
            words[-1] += f" ({interval} med {in_percent(level)} % sannolikhet)"
        said.append(f"{name}: {', '.join(words)}.")
    return " ".join(said)
