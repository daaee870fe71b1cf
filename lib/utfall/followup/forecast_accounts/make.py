"""Every node's full-year forecast in one month, by the kit and by the methods it must be better than."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

import utfall
from utfall.errors import InvalidParameter
from utfall.followup.forecast_accounts.ledger_then import BOOKS_CLOSE_AFTER, LedgerThen, as_vintages
from utfall.followup.forecast_accounts.nodes import leaves_of, node_parents, sum_by_node
from utfall.followup.forecast_accounts.plain_methods import plain_methods
from utfall.forecasting import year_end
from utfall.forecasting.events.of_register import events_of
from utfall.forecasting.panel import MONTHS
from utfall.region import Region, months_between, year_start
from utfall.region.periods import PeriodLike
from utfall.region.stored_forecasts import COLUMNS

METHOD = "utfall"
"""The kit's own forecast."""

OWN = "own_forecast"
"""What the controllers forecast themselves."""

BUDGET = "budget"
"""The budget taken for a forecast."""

COVERED = 0.99
"""Share of a node's amounts (outcome so far and budget, both without sign) that its controllers must have forecast for
their parts to be taken for a forecast of the whole."""

INTERVALS = {"lo-80": "lo_80", "hi-80": "hi_80", "lo-95": "lo_95", "hi-95": "hi_95"}
"""Columns of the year's forecast, and what they are called among the stored ones."""


def make_forecasts(
    region: Region, months: Iterable[pd.Timestamp], *, books_close_after: int = BOOKS_CLOSE_AFTER
) -> Iterator[pd.DataFrame]:
    """Forecast the year of every node, as it looked in each of some months.

    The region's latest month is forecast from the ledger as it is. An earlier month is reconstructed: from what had
    been booked when that month's books closed, with the budget and the registers of today. Either way the model
    reckons with what is usually booked after as many days as the month's books have been open.

    Parameters
    ----------
    region : Region
        The region.
    months : iterable of Timestamp
        Last months with an outcome; not a December, when nothing is left to forecast.
    books_close_after : int
        Days after a month's last day when its books closed.

    Yields
    ------
    DataFrame
        One month: the columns of `utfall.region.stored_forecasts.COLUMNS`, one row a node, key and method.

    Raises
    ------
    InvalidParameter
        For a December, a month outside the ledger, or one whose rows were all booked later.
    """
    then: LedgerThen | None = None
    for month in months:
        month = region.period(month)
        if month.month == MONTHS:
            raise InvalidParameter(f"{month:%Y-%m} ends its year: there is nothing left to forecast.")
        reconstructed = month < region.latest_period
        if reconstructed:
            then = then or LedgerThen(region, books_close_after)
            ledger, booked = then, then.until(month)
            if booked.empty:
                raise InvalidParameter(
                    f"Nothing had been booked when the books of {month:%Y-%m} closed: by their booked_on the ledger's "
                    "rows are later. Reconstruct from a later month, or leave booked_on out of the ledger."
                )
        else:
            ledger = LedgerThen.as_read(region, month)
            booked = region.amounts(["unit", "line", "period"], until=month)[["unit", "line", "period", "actual"]]
        frame = _every_method(region, booked, ledger.vintages(month), month)
        yield frame.assign(
            made_for=month,
            year=month.year,
            data_version=region.data_version,
            kit_version=utfall.__version__,
            made_on=pd.Timestamp.now("UTC").tz_localize(None),
            reconstructed=reconstructed,
        )[list(COLUMNS)]


def forecast_months(region: Region, period: PeriodLike, since: PeriodLike | None = None) -> list[pd.Timestamp]:
    """List the months to forecast from; Decembers, which end their year, are passed over.

    Parameters
    ----------
    region : Region
        The region.
    period : period
        Last month.
    since : period, optional
        First month; only `period` when not given.

    Returns
    -------
    list of Timestamp

    Raises
    ------
    InvalidParameter
        For a month outside the ledger, in the wrong order, or when only a December is left.
    """
    last = region.period(period)
    first = last if since is None else region.period(since)
    if first > last:
        raise InvalidParameter(f"The first month, {first:%Y-%m}, comes after the last, {last:%Y-%m}; swap the two.")
    months = [month for month in months_between(first, last) if month.month < MONTHS]
    if not months:
        raise InvalidParameter(f"{last:%Y-%m} ends its year: there is nothing left to forecast.")
    return months


def _every_method(region: Region, booked: pd.DataFrame, vintages: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Forecasts by node, key and method: ``unit, key, method, mean`` and the intervals' ends."""
    leaves = leaves_of(booked, month)
    plain = sum_by_node(region, plain_methods(leaves, month), month)
    told = sum_by_node(region, _told(region, leaves, month), month)
    long = plain.melt(["unit", "key"], var_name="method", value_name="mean").dropna(subset="mean")
    budget = told.assign(method=BUDGET, mean=told["budget"])
    own = told[(told["covered"] >= COVERED * told["size"]) & (told["covered"] > 0)]
    own = own.assign(method=OWN, mean=own["own"])
    parts = [_year_end(region, leaves, vintages, month), long]
    parts += [budget] if region.has_budget else []
    parts += [own] if OWN in region.tables else []
    columns = ["unit", "key", "method", "mean", *INTERVALS.values()]
    return pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)


def _year_end(region: Region, leaves: pd.DataFrame, vintages: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """All nodes at once: the intervals of a node are made from the errors of every node's forecasts."""
    names = leaves.index.get_level_values("unit") + "|" + leaves.index.get_level_values("line")
    wide = leaves.set_axis(names, axis=0).T
    series = wide.rename_axis("ds").reset_index().melt("ds", var_name="unique_id", value_name="y")
    events = events_of(region, leaves.index.to_frame(index=False).assign(unique_id=names), month)
    parents = node_parents(region, leaves, month)
    result = year_end(series, hierarchy=parents, events=events, vintages=as_vintages(vintages)).frame
    place = result["unique_id"].str.split("|", n=1, expand=True)
    frame = result.assign(unit=place[0], key=place[1], method=METHOD).rename(columns=INTERVALS)
    return frame[frame["unit"].isin(list(region.organisation.at(month)))]


def _told(region: Region, leaves: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Budget and the controllers' own forecast of each unit and line, and how much of it they forecast."""
    keys = ["unit", "line"]
    year = region.amounts(keys, since=year_start(month), until=month.replace(month=MONTHS), structure=month)
    so_far = leaves.loc[:, year_start(month) :].abs().sum(axis=1)
    frame = pd.DataFrame({"so_far": so_far}).join(year.set_index(keys)["budget"], how="outer").fillna(0.0)
    own = pd.Series(dtype="float64", name="own", index=frame.index[:0])
    if OWN in region.tables:
        place = region.organisation.placement(month).set_index("posted_unit")["unit"]
        rows = region.table(OWN, since=month, until=month)
        own = rows.assign(unit=rows["unit"].map(place)).groupby(keys)["amount"].sum().rename("own")
    frame = frame.join(own, how="outer").fillna({"so_far": 0.0, "budget": 0.0})
    size = frame["so_far"] + frame["budget"].abs()
    return frame.assign(size=size, covered=size.where(frame["own"].notna(), 0.0)).drop(columns="so_far")
