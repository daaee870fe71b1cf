"""From units and lines to every node of the organisation: lines, income, cost and net."""

from __future__ import annotations

import pandas as pd

from utfall.region import Region

NET = "net"
"""Identifier of a whole node."""

LEVELS = ("unit", "area", "division", "board")
"""Levels of the organisation, the lowest first."""


def leaves_of(booked: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Whole series of every unit and line; a month without postings is 0.

    Parameters
    ----------
    booked : DataFrame
        ``unit, line, period, actual`` (SEK, result sign).
    month : Timestamp
        Last month with an outcome.

    Returns
    -------
    DataFrame
        One row a unit and line (the index), one column a month.

    Examples
    --------
    >>> rows = {"unit": ["1"], "line": ["drugs"], "period": [pd.Timestamp("2026-01-01")], "actual": [-5.0]}
    >>> leaves_of(pd.DataFrame(rows), pd.Timestamp("2026-02-01")).to_numpy().tolist()
    [[-5.0, 0.0]]
    """
    months = pd.date_range(booked["period"].min(), month, freq="MS")
    wide = booked.pivot_table(index=["unit", "line"], columns="period", values="actual", aggfunc="sum")
    return wide.reindex(columns=months).fillna(0.0)


def sum_by_node(region: Region, leaves: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """Sum values of units and lines to every node, and its lines to income, cost and net.

    Parameters
    ----------
    region : Region
        The region.
    leaves : DataFrame
        Any columns of numbers, by unit and line (the index).
    month : Timestamp
        The month whose organisation counts.

    Returns
    -------
    DataFrame
        ``unit`` (code of a node of that month), ``key`` and the columns; a column that is missing for every part of
        a node is missing for the node.
    """
    place = region.organisation.placement(month).drop_duplicates("unit").set_index("unit")
    rows = leaves.reset_index()
    at = {level: rows["unit"] if level == "unit" else rows["unit"].map(place[level]) for level in LEVELS}
    every = pd.concat([rows.assign(unit=codes) for codes in at.values()], ignore_index=True)
    every = every[every["unit"].isin(list(region.organisation.at(month)))]
    lines = every.groupby(["unit", "line"], sort=False).sum(min_count=1).reset_index().rename(columns={"line": "key"})
    kinds = lines.assign(key=lines["key"].map(_kinds(region)))
    totals = pd.concat([kinds, lines.assign(key=NET)]).groupby(["unit", "key"], sort=False).sum(min_count=1)
    return pd.concat([lines, totals.reset_index()], ignore_index=True)


def node_parents(region: Region, leaves: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """What each unit's line is part of, as child and parent, both written ``node|key``.

    Parameters
    ----------
    region : Region
        The region.
    leaves : DataFrame
        By unit and line (the index).
    month : Timestamp
        The month whose organisation counts.

    Returns
    -------
    DataFrame
        ``child, parent``. A unit's own line is the series itself and no parent.
    """
    place = region.organisation.placement(month).drop_duplicates("unit").set_index("unit")
    rows = leaves.index.to_frame(index=False)
    child = rows["unit"] + "|" + rows["line"]
    kind = rows["line"].map(_kinds(region))
    pairs = []
    for level in LEVELS:
        node = rows["unit"] if level == "unit" else rows["unit"].map(place[level])
        net = pd.Series(NET, index=rows.index)
        for key in (kind, net) if level == "unit" else (rows["line"], kind, net):
            pairs.append(pd.DataFrame({"child": child, "parent": node + "|" + key})[node != ""])
    return pd.concat(pairs, ignore_index=True)


def _kinds(region: Region) -> pd.Series:
    return region.accounts.frame.set_index("line")["kind"]
