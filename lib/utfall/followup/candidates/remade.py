"""The model's forecast of the year, made again after earlier months with what was known then."""

from __future__ import annotations

import pandas as pd

from utfall.followup.candidates.gathered import KEYS, Gathered
from utfall.followup.forecast_accounts.ledger_then import as_vintages
from utfall.followup.outlook import NET
from utfall.forecasting import YearEnd, year_end
from utfall.forecasting.panel import MONTHS

ENDS = ("lo-80", "hi-80")
"""Ends of the interval that is shown."""


def remade_forecast(gathered: Gathered, month: pd.Timestamp) -> YearEnd:
    """Forecast the year of every node from its lines, as after an earlier month.

    Each node's lines are forecast directly, not unit by unit as in the node's own outlook: that takes a tenth of the
    time, and what it says of the node is nearly the same.

    Parameters
    ----------
    gathered : Gathered
        The outcome, and what of it was booked late.
    month : Timestamp
        Last month that is known, as it was booked when its books closed.

    Returns
    -------
    YearEnd
        The series are called ``node|line`` and their sums ``node``.
    """
    known = gathered.booked(month)
    known = known[known.ne(0.0).any(axis=1)]
    nodes = gathered.place.reindex(known.index)
    names = [f"{node}|{line}" for node, line in zip(nodes, known.index.get_level_values("line"), strict=True)]
    wide = known.groupby(names).sum().T
    series = wide.rename_axis("ds").reset_index().melt("ds", var_name="unique_id", value_name="y")
    late = gathered.late[gathered.late["vintage"] <= month]
    late = as_vintages(late.assign(unit=gathered.place.reindex(pd.MultiIndex.from_frame(late[KEYS])).to_numpy()))
    return year_end(
        series,
        levels=(80,),
        hierarchy={str(leaf): str(leaf).split("|", 1)[0] for leaf in wide},
        vintages=late[late["unique_id"].isin(list(wide))],
    )


def remade_forecasts(gathered: Gathered) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the forecast again after each month of the year, and for the same months of earlier years.

    Parameters
    ----------
    gathered : Gathered
        The outcome.

    Returns
    -------
    this_year : DataFrame
        The node's net after each month through the last known but one: ``month`` (1 to 11), ``mean, lo-80, hi-80``.
    earlier : DataFrame
        Net of every node after each month of earlier years: ``node, year, month, forecast``.
    """
    this_year, earlier = [], []
    for number in range(1, MONTHS):
        current = number <= gathered.month.month
        month = pd.Timestamp(gathered.month.year - (not current), number, 1)
        if month < gathered.first:
            continue
        made = remade_forecast(gathered, month)
        totals = made.frame[made.frame["unique_id"].isin(gathered.nodes)]
        if current:
            this_year.append(totals[totals["unique_id"] == gathered.node].assign(month=number))
        else:
            # Made from nothing later than its own month: as good a test as the others.
            rows = totals.rename(columns={"unique_id": "node", "mean": "forecast"})
            earlier.append(rows[["node", "year", "forecast"]].assign(month=number))
        tests = made.backtest[made.backtest["unique_id"].isin(gathered.nodes)]
        earlier.append(tests.rename(columns={"unique_id": "node"})[["node", "year", "month", "forecast"]])
    columns = ["node", "year", "month", "forecast"]
    return (
        pd.concat(this_year)[["month", "mean", *ENDS]].reset_index(drop=True)
        if this_year
        else pd.DataFrame(columns=["month", "mean", *ENDS], dtype="float64"),
        pd.concat(earlier, ignore_index=True)[columns] if earlier else pd.DataFrame(columns=columns),
    )


def tests_of_outlook(node: str, forecast: YearEnd) -> pd.DataFrame:
    """Net of one node in earlier years, by the forecast its outlook shows.

    Parameters
    ----------
    node : str
        Code of the node.
    forecast : YearEnd
        From `utfall.followup.outlook.outlook_and_forecast`.

    Returns
    -------
    DataFrame
        ``node, year, month, forecast``.
    """
    tests = forecast.backtest[forecast.backtest["unique_id"] == NET]
    return tests.assign(node=node)[["node", "year", "month", "forecast"]]
