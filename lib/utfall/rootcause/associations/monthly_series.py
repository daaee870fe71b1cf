"""Monthly series of a node: its cost lines, and the production, staffing and queues they may go with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.region import months_between
from utfall.rootcause.comparison import Comparison

SICK_SHARE = "Sjukfrånvaro, andel av egen tid"
HIRED_SHARE = "Inhyrd personal, andel av timmar"
LEAVERS = "Avgångar, andel av anställda"
FTE = "Årsarbetare"
WAITING = "Väntande patienter"
"""What the series of staffing and queues are called in a report; products are called by their own names."""

NOT_POSITIVE = "är noll, negativ eller saknas i någon månad"
NOT_COMPLETE = "saknas i någon månad"
UNUSED = "varierar inte utöver säsong och trend, eller saknar något att prövas mot"
"""Why a series is not tried."""

DRIVER_TABLES = ("volumes", "staffing", "waiting")
"""Tables that hold what a cost may go with."""

KEYS = ["unit", "kind", "name"]
"""What names a series."""


@dataclass(frozen=True, eq=False)
class MonthlySeries:
    """Series that can be compared month by month, and those that cannot.

    Parameters
    ----------
    levels : DataFrame
        One column a series, named ``(unit, kind, name)``, one row a month without gaps. ``kind`` is "cost" (``name``
        is the report line) or the table it was counted in. Amounts and counts are in logarithms, shares as they are.
    left_out : DataFrame
        ``unit, kind, name, reason``.
    """

    levels: pd.DataFrame
    left_out: pd.DataFrame


def history_months(comparison: Comparison) -> pd.DatetimeIndex:
    """Give every month from the node's first posting to the last month of the comparison.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.

    Returns
    -------
    DatetimeIndex
        Empty when nothing has been posted.
    """
    sums = comparison.region.amounts(
        ["period"], unit=comparison.node.code, until=comparison.period, structure=comparison.period
    )
    posted = sums.loc[sums["actual"] != 0, "period"]  # a month may be budgeted only
    return months_between(posted.min(), comparison.period) if len(posted) else pd.DatetimeIndex([])


def cost_series(comparison: Comparison, months: pd.DatetimeIndex, cells: pd.DataFrame | None = None) -> MonthlySeries:
    """Give the monthly cost of each cost line, in this year's organisation.

    Parameters
    ----------
    comparison : Comparison
        The node.
    months : DatetimeIndex
        The months.
    cells : DataFrame, optional
        ``unit, line`` to keep; the node's own sums when not given.

    Returns
    -------
    MonthlySeries
    """
    region = comparison.region
    rows = region.amounts(
        ["period", "unit", "line"],
        unit=comparison.node.code,
        until=comparison.period,
        lines=[line.line for line in region.accounts.lines if line.kind == "cost"],
        structure=comparison.period,
    ).rename(columns={"line": "name"})
    if cells is None:
        rows = rows.assign(unit=comparison.node.code)
    else:
        rows = rows.merge(cells[["unit", "line"]].drop_duplicates().set_axis(["unit", "name"], axis=1))
    cost = 0.0 - rows.assign(kind="cost").groupby(["period", *KEYS])["actual"].sum()
    return _comparable(_wide(months, [cost.rename("value").reset_index()]), _wide(months, []))


def driver_series(
    comparison: Comparison,
    months: pd.DatetimeIndex,
    cells: pd.DataFrame | None = None,
    tables: Sequence[str] = DRIVER_TABLES,
) -> MonthlySeries:
    """Give the monthly production, staffing and queues that the region counts.

    Parameters
    ----------
    comparison, months, cells
        As in `cost_series`; each unit among the cells has series of its own.
    tables : sequence of str, default `DRIVER_TABLES`
        Tables to read; one that the region does not have is passed over.

    Returns
    -------
    MonthlySeries
    """
    region, period = comparison.region, comparison.period
    counts, shares = [], []
    for table in tables:
        if table in region.tables:
            rows = region.table(table, unit=comparison.node.code, until=period, structure=period)
            counted, parts = _READERS[table](_placed(rows, comparison, cells))
            counts.append(counted.assign(kind=table))
            shares.append(parts.assign(kind=table))
    return _comparable(_wide(months, counts), _wide(months, shares))


def _comparable(counts: pd.DataFrame, shares: pd.DataFrame) -> MonthlySeries:
    positive = counts.gt(0).all()  # a missing month is not greater either
    known = shares.notna().all()
    logarithms = pd.DataFrame(np.log(counts.loc[:, positive]))
    levels = pd.concat([logarithms, shares.loc[:, known]], axis=1)
    reasons = [(*key, NOT_POSITIVE) for key in counts.columns[~positive]]
    reasons += [(*key, NOT_COMPLETE) for key in shares.columns[~known]]
    return MonthlySeries(levels, pd.DataFrame(reasons, columns=[*KEYS, "reason"]))


def _placed(rows: pd.DataFrame, comparison: Comparison, cells: pd.DataFrame | None) -> pd.DataFrame:
    """Rows under the node itself, or under the cells' own units in this year's organisation."""
    if cells is None:
        return rows.assign(unit=comparison.node.code)
    placement = comparison.region.organisation.placement(comparison.period).set_index("posted_unit")["unit"]
    rows = rows.assign(unit=rows["unit"].map(placement))
    return rows[rows["unit"].isin(cells["unit"].unique())]


def _wide(months: pd.DatetimeIndex, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One column a series and one row a month; a month without a row, or with a missing value, is missing."""
    columns = {
        key: series.set_index("period")["value"]
        for frame in frames
        if len(frame)
        for key, series in frame.groupby(KEYS)
    }
    return pd.DataFrame(columns, index=months, dtype="float64")


def _production(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    counted = rows.groupby(["period", "unit", "product"], observed=True)["actual"].sum(skipna=False)
    return counted.rename("value").reset_index().rename(columns={"product": "name"}), pd.DataFrame()


def _staffing(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    sums = ["fte", "hours", "headcount", "leavers", "sick_hours"]
    keys = ["period", "unit"]
    everyone = rows.groupby(keys)[sums].sum(skipna=False)
    own = rows[rows["employment"] == "own"].groupby(keys)[sums].sum(skipna=False).reindex(everyone.index)
    shares = {
        SICK_SHARE: _share(own["sick_hours"], own["hours"] + own["sick_hours"]),
        HIRED_SHARE: _share(everyone["hours"] - own["hours"], everyone["hours"]),
        LEAVERS: _share(own["leavers"], own["headcount"]),
    }
    parts = [series.rename("value").reset_index().assign(name=name) for name, series in shares.items()]
    return own["fte"].rename("value").reset_index().assign(name=FTE), pd.concat(parts, ignore_index=True)


def _queues(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    queue = rows.groupby(["period", "unit"])["waiting"].sum(skipna=False)
    return queue.rename("value").reset_index().assign(name=WAITING), pd.DataFrame()


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


_READERS: dict[str, Callable[[pd.DataFrame], tuple[pd.DataFrame, pd.DataFrame]]] = {
    "volumes": _production,
    "staffing": _staffing,
    "waiting": _queues,
}
"""How each table of drivers is read: counts, and shares."""
