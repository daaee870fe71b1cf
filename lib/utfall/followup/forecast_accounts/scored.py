"""Stored forecasts beside the outcome of their years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.followup.forecast_accounts.nodes import sum_by_node
from utfall.forecasting.panel import MONTHS
from utfall.region import Region

ONE = ["made_for", "unit", "key", "method"]
"""What names a forecast, but for the data it was made from."""


def told_first(stored: pd.DataFrame) -> pd.DataFrame:
    """Keep one forecast a month: the first that was made at the time, else the latest reconstruction.

    A forecast made again with later data knows more than the one people acted on; it is shown as a revision and never
    scored.

    Parameters
    ----------
    stored : DataFrame
        Rows of `utfall.region.stored_forecasts.read_forecasts`.

    Returns
    -------
    DataFrame
        The rows kept.

    Examples
    --------
    >>> made = pd.to_datetime(["2026-02-10", "2026-03-10"])
    >>> rows = pd.DataFrame({"made_for": made[0], "made_on": made, "reconstructed": False, "data_version": ["a", "b"]})
    >>> told_first(rows)["data_version"].tolist(), told_first(rows.assign(reconstructed=True))["data_version"].tolist()
    (['a'], ['b'])
    """
    versions = stored[["made_for", "data_version", "made_on", "reconstructed"]].drop_duplicates()
    versions = versions.groupby(["made_for", "data_version"], as_index=False)[["made_on", "reconstructed"]].max()
    age = versions["made_on"].astype("int64")
    versions = versions.assign(order=age.where(~versions["reconstructed"], -age))
    first = versions.sort_values(["made_for", "reconstructed", "order"]).drop_duplicates("made_for")
    return stored.merge(first[["made_for", "data_version"]], on=["made_for", "data_version"])


def score(region: Region, told: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Put the outcome beside the forecasts of finished years.

    The outcome is laid in the organisation of the month the forecast was made in, so that both are of the same units.

    Parameters
    ----------
    region : Region
        The region.
    told : DataFrame
        Stored forecasts, one a month, node, key and method.
    month : Timestamp
        Last month whose outcome is known.

    Returns
    -------
    DataFrame
        The rows of finished years, with ``month`` (1 to 11), ``outcome``, ``error`` (forecast − outcome; positive is a
        forecast that was better than the outcome), ``base`` (what errors are a share of: the node's total cost for
        ``net``, else the amount itself, both without sign), ``inside_80`` and ``inside_95`` (1 or 0, missing without
        an interval). A node that had ended before the year had is left out.
    """
    last_year = month.year if month.month == MONTHS else month.year - 1
    done = told[told["year"] <= last_year]
    outcomes = _outcomes(region, done)
    if not outcomes:
        columns = ["month", "outcome", "error", "base", "inside_80", "inside_95"]
        return done.assign(**dict.fromkeys(columns, pd.Series(dtype="float64")))
    scored = done.merge(pd.concat(outcomes, ignore_index=True), on=["made_for", "unit", "key"])
    scored = scored.assign(month=scored["made_for"].dt.month, error=scored["mean"] - scored["outcome"])
    for level in (80, 95):
        low, high = scored[f"lo_{level}"], scored[f"hi_{level}"]
        inside = scored["outcome"].between(low, high).astype("float64")
        scored[f"inside_{level}"] = inside.where(low.notna() & high.notna())
    return scored


def _outcomes(region: Region, done: pd.DataFrame) -> list[pd.DataFrame]:
    """Outcome of each forecast's year, by the nodes of the month it was made in."""
    if done.empty:
        return []
    first, last = done["made_for"].min().replace(month=1), done["made_for"].max().replace(month=MONTHS)
    booked = region.amounts(["posted_unit", "line", "year"], since=first, until=last)
    found: list[pd.DataFrame] = []
    place = year = None
    for when, rows in done.groupby("made_for"):
        made_for = pd.Timestamp(when)  # type: ignore[arg-type]
        now = region.organisation.placement(made_for)
        if place is None or made_for.year != year or not now.equals(place):
            place, year = now, made_for.year
            units = booked["posted_unit"].map(now.set_index("posted_unit")["unit"])
            leaves = booked[booked["year"] == year].assign(unit=units).groupby(["unit", "line"])[["actual"]].sum()
            outcome = _with_base(sum_by_node(region, leaves, made_for))
        december = region.organisation.at(made_for.replace(month=MONTHS))
        lasting = set(rows["unit"]) & set(december)
        found.append(outcome[outcome["unit"].isin(list(lasting))].assign(made_for=made_for))
    return found


def _with_base(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.rename(columns={"actual": "outcome"})
    cost = frame[frame["key"] == "cost"].set_index("unit")["outcome"].abs()
    base = frame["outcome"].abs().where(frame["key"] != "net", frame["unit"].map(cost))
    return frame.assign(base=base.where(base > 0, np.nan))
