"""The months ahead of one node, line by line, with the register's events and the parts it is made of."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.followup.outlook import leaves_of_series, series_of, with_names
from utfall.forecasting import Forecast, forecast
from utfall.forecasting.events.of_register import events_of, left_out
from utfall.forecasting.panel import MONTHS
from utfall.region import Region

NET_NAME = "Netto"
"""What the whole node is called in the forecast."""

KIND_NAMES = {"income": "Intäkter", "cost": "Kostnader"}
"""What its income and cost are called."""


def month_forecast(
    region: Region, unit: str | None = None, *, period: str | pd.Timestamp, horizon: int = MONTHS
) -> Forecast:
    """Forecast a node's months ahead from its units' report lines, with the decided events of the register.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given or empty.
    period : str or Timestamp
        Last month with an outcome.
    horizon : int, default 12
        Months ahead.

    Returns
    -------
    Forecast
        SEK in result sign. Series are called ``unit|line``; their sums by the line's name, ``Intäkter``,
        ``Kostnader`` and, last, ``Netto``. Events of the register that are planned only stand among the warnings.
        Parts and totals are reconciled within the node: forecasts of two nodes do not add up to that of a third.

    Raises
    ------
    InvalidParameter
        For a unit, period or horizon that cannot be used, or a unit without a single posting.
    """
    month = region.period(period)
    node = region.node(unit or None, month)
    monthly = region.amounts(["unit", "line", "period"], unit=node.code, until=month)
    if monthly.empty:
        raise InvalidParameter(f"{node.name} has no postings through {month:%Y-%m}: there is nothing to forecast yet.")
    series, hierarchy = series_of(region, monthly, month)
    leaves = leaves_of_series(series)
    names = _names(region)
    tree = {names.get(child, child): names[parent] for child, parent in hierarchy.items()}
    result = forecast(series, horizon, hierarchy=tree, events=events_of(region, leaves, month))
    waiting = left_out(region, leaves, month)
    outside = (f"{row['name']} ({row['start']}): {row['reason']}, ingår inte." for row in waiting.to_dict("records"))
    return replace(result, warnings=(*outside, *with_names(region, month, result.warnings)))


def _names(region: Region) -> dict[str, str]:
    """Swedish names of the sums; a line that shares its name with another keeps its identifier beside it."""
    lines = region.accounts.frame.drop_duplicates("line")[["line", "name"]].astype(str)
    shared = lines["name"].duplicated(keep=False) | lines["name"].isin([*KIND_NAMES.values(), NET_NAME])
    said = lines["name"].where(~shared, lines["name"] + " (" + lines["line"] + ")")
    names = dict(zip("line:" + lines["line"], said, strict=True))
    return names | {f"kind:{kind}": name for kind, name in KIND_NAMES.items()} | {"net": NET_NAME}
