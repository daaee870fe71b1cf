"""Series over time: their periods read, their course told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation.charts.quantity import Quantity
from utfall.presentation.numbers import as_date


def periods(index: Iterable[Any]) -> list[pd.Timestamp]:
    """Read the periods of an index, whether dates, monthly periods or texts as "2026-10"."""
    days = [as_date(period) for period in index]
    if None in days:
        raise InvalidParameter("A series to be drawn has a row without period. Leave that row out.")
    return [pd.Timestamp(day) for day in days if day is not None]


def course(data: pd.DataFrame, shown: Quantity, name_period: Callable[[Any], str], level: int | None) -> str:
    """Tell where each series begins and ends, for the text alternative of a chart.

    Parameters
    ----------
    data : DataFrame
        Columns ``series``, ``period``, ``value`` and, for an interval, ``lo`` and ``hi``.
    shown : Quantity
        How values are written.
    name_period : callable
        How a period is written.
    level : int or None
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
            words[-1] += f" ({interval} med {level} % sannolikhet)"
        said.append(f"{name}: {', '.join(words)}.")
    return " ".join(said)
