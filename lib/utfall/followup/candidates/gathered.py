"""Outcome, budget and own forecasts of a node and of the nodes comparable with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.followup.forecast_accounts.ledger_then import ORE, LedgerThen
from utfall.followup.forecast_accounts.make import OWN
from utfall.followup.forecast_accounts.nodes import leaves_of
from utfall.forecasting.panel import MONTHS
from utfall.region import Region
from utfall.region.organisation import Node

MOST_COMPARABLE = 24
"""Nodes the record is pooled over at most, the node itself included: those most alike in cost at the same level."""

KEYS = ["unit", "line"]
"""What names a leaf."""


@dataclass(frozen=True, eq=False)
class Gathered:
    """What the candidates are computed from; SEK in result sign, in the organisation of one month.

    Parameters
    ----------
    month : Timestamp
        Last month with an outcome.
    node : str
        Code of the node.
    level : str
        Its level.
    place : Series
        Unit and line → code of the node they belong to.
    kinds : Series
        Report line → ``income`` or ``cost``.
    actual : DataFrame
        Outcome as it is booked now: one row a unit and line, one column a month, the last `month`.
    late : DataFrame
        What of it was booked after the books of its month closed: ``unit, line, period, vintage`` (the first month
        whose closed books held it), ``actual``.
    read_after : int or None
        Days after a month that its forecasts are taken to have seen, as many as `month` has had; None when the ledger
        does not say when rows were booked, and every forecast has seen all.
    budget : DataFrame
        Budget by unit and line, one column a year; missing for a year that is not budgeted.
    own : DataFrame
        The controllers' own forecasts of the full year by unit and line, one column the month they were made.
    has_own : bool
        Whether the region keeps own forecasts at all.
    """

    month: pd.Timestamp
    node: str
    level: str
    place: pd.Series
    kinds: pd.Series
    actual: pd.DataFrame
    late: pd.DataFrame
    read_after: int | None
    budget: pd.DataFrame
    own: pd.DataFrame
    has_own: bool

    @property
    def nodes(self) -> list[str]:
        """The node and those comparable with it."""
        return list(dict.fromkeys([self.node, *self.place]))

    @property
    def first(self) -> pd.Timestamp:
        """First month with an outcome."""
        return pd.Timestamp(self.actual.columns[0])

    def booked(self, month: pd.Timestamp) -> pd.DataFrame:
        """Outcome through a month as it was booked when that month's books closed: the form of `actual`.

        Parameters
        ----------
        month : Timestamp
            Last month that is known.
        """
        known = self.actual.loc[:, :month]
        later = self.late[(self.late["vintage"] > month) & (self.late["period"] <= month)]
        if later.empty:
            return known
        place = pd.MultiIndex.from_frame(later[KEYS])
        ore = (known * ORE).round().to_numpy(copy=True)
        at = known.index.get_indexer(place), known.columns.get_indexer(pd.DatetimeIndex(later["period"]))
        np.subtract.at(ore, at, (later["actual"] * ORE).round().to_numpy())
        return pd.DataFrame(ore / ORE, index=known.index, columns=known.columns)

    def by_node(self, leaves: pd.DataFrame | pd.Series) -> pd.DataFrame:
        """Sum values of units and lines by node and kind of line; missing only where every part is."""
        frame = leaves.to_frame("value") if isinstance(leaves, pd.Series) else leaves
        node = self.place.reindex(frame.index).to_numpy(dtype=object)
        kind = self.kinds.reindex(frame.index.get_level_values("line")).to_numpy(dtype=object)
        names = [node, kind]
        return frame.groupby(names).sum(min_count=1).rename_axis(["node", "kind"])

    def outcome(self, year: int) -> pd.DataFrame:
        """Net and gross cost of a year by node: ``net`` in result sign, ``gross`` a positive cost.

        Parameters
        ----------
        year : int
            Calendar year; its months through `month` when it is the current one.
        """
        months = pd.DatetimeIndex(self.actual.columns)
        sums = self.by_node(self.actual.loc[:, months.year == year].sum(axis=1))["value"]
        net = sums.groupby("node").sum()
        cost = sums[sums.index.get_level_values("kind") == "cost"].groupby("node").sum()
        return pd.DataFrame({"net": net, "gross": 0.0 - cost.reindex(net.index, fill_value=0.0)})


def gather(region: Region, node: Node, month: pd.Timestamp, most: int = MOST_COMPARABLE) -> Gathered:
    """Read what the candidates of a node are computed from.

    Parameters
    ----------
    region : Region
        The region.
    node : Node
        The node.
    month : Timestamp
        Last month with an outcome.
    most : int, default `MOST_COMPARABLE`
        Nodes the record is pooled over, itself included; 1 for the node alone.

    Returns
    -------
    Gathered
    """
    only = node.code if most == 1 else None
    december = month.replace(month=MONTHS)
    level = () if node.level == "unit" else (node.level,)
    amounts = region.amounts([*level, *KEYS, "period"], unit=only, until=december, structure=month)
    amounts = amounts.rename(columns={node.level: "node"}) if level else amounts.assign(node=amounts["unit"])
    booked = amounts[amounts["period"] <= month]
    chosen = _comparable(region, node, month, booked, most)
    amounts = amounts[amounts["node"].isin(chosen)]
    months = pd.date_range(booked["period"].min(), month, freq="MS")
    actual = leaves_of(amounts[amounts["period"] <= month], month).reindex(columns=months, fill_value=0.0)
    placement = region.organisation.placement(month).drop_duplicates("unit")
    codes = placement[node.level].set_axis(placement["unit"])
    then = LedgerThen.as_read(region, month, only)
    late = then.vintages(month)
    late = late[late["unit"].map(codes).isin(chosen)]
    own = _own(region, month, codes, chosen)
    budget = _budget(region, amounts)
    rows = actual.index.union(budget.index).union(own.index).union(pd.MultiIndex.from_frame(late[KEYS]).unique())
    place = pd.Series(codes.reindex(rows.get_level_values("unit")).to_numpy(), index=rows)
    return Gathered(
        month=month,
        node=node.code,
        level=node.level,
        place=place.dropna(),
        kinds=region.accounts.frame.set_index("line")["kind"],
        actual=actual.reindex(rows, fill_value=0.0),
        late=late,
        read_after=then.books_close_after if then.tells_days else None,
        budget=budget.reindex(rows),
        own=own.reindex(rows),
        has_own=OWN in region.tables,
    )


def _comparable(region: Region, node: Node, month: pd.Timestamp, booked: pd.DataFrame, most: int) -> list[str]:
    """The node and those at its level whose cost of the last twelve months is most like its own."""
    if most == 1:
        return [node.code]
    costs = region.accounts.frame.query("kind == 'cost'")["line"]
    recent = booked[(booked["period"] > month - pd.DateOffset(months=MONTHS)) & booked["line"].isin(costs)]
    cost = 0.0 - recent.groupby("node")["actual"].sum()
    cost = cost[cost.index.isin(list(region.organisation.at(month))) & (cost > 0)].drop(node.code, errors="ignore")
    mine = 0.0 - recent.loc[recent["node"] == node.code, "actual"].sum()
    if not mine > 0:
        return [node.code]
    apart = np.log(cost / mine).abs().rename("apart").rename_axis("node").reset_index()
    nearest = apart.sort_values(["apart", "node"])["node"].head(most - 1)
    return [node.code, *nearest]


def _budget(region: Region, amounts: pd.DataFrame) -> pd.DataFrame:
    """Budget by year; a year that is not budgeted in all its months has none."""
    index = pd.MultiIndex.from_arrays([[], []], names=KEYS)
    if not region.has_budget:
        return pd.DataFrame(index=index)
    rows = amounts[amounts["budget"] != 0]
    year = rows["period"].dt.year
    whole = rows.groupby(year)["period"].nunique() == MONTHS
    rows = rows[year.map(whole)]
    if rows.empty:
        return pd.DataFrame(index=index)
    wide = rows.assign(year=rows["period"].dt.year).pivot_table(
        index=KEYS, columns="year", values="budget", aggfunc="sum"
    )
    return wide.fillna(0.0)


def _own(region: Region, month: pd.Timestamp, codes: pd.Series, chosen: list[str]) -> pd.DataFrame:
    if OWN not in region.tables:
        return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=KEYS))
    own = region.table(OWN, until=month)
    heirs = region.organisation.placement(month).set_index("posted_unit")["unit"]
    own = own.assign(unit=own["unit"].map(heirs))
    own = own[own["unit"].map(codes).isin(chosen)]
    return own.pivot_table(index=KEYS, columns="period", values="amount", aggfunc="sum")
