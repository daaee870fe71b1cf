"""The volume that some cells' amounts are for, as one series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.region import Region
from utfall.region.registers import ReportLine
from utfall.rootcause.drivers.cost_factors import VOLUME_PRODUCT

ENOUGH = 0.95
"""Share of the amounts whose units must count a volume, every month, for the volume to be theirs."""


def volume_index(
    region: Region, amounts: pd.DataFrame, lines: dict[str, ReportLine], months: pd.DatetimeIndex
) -> pd.Series | None:
    """Weigh the volumes of some units together by what each costs.

    Parameters
    ----------
    region : Region
        The region.
    amounts : DataFrame
        ``unit, line, amount`` (positive), the cells' amounts over all months.
    lines : dict of str to ReportLine
        The lines, by identifier.
    months : DatetimeIndex
        The months.

    Returns
    -------
    Series or None
        Volume by month, 1 on average; None where a line does not follow volume or too few units count any.
    """
    if "volumes" not in region.tables or not all(lines[line].volume_driven for line in amounts["line"].unique()):
        return None
    counted = unit_volumes(region, months)
    index, covered = pd.Series(0.0, months), 0.0
    sums = amounts.groupby(["unit", "line"], as_index=False)["amount"].sum()
    for unit, line, amount in sums.itertuples(index=False):
        volume = choose_volume(counted, unit, lines[line])
        if volume is not None and (volume > 0).all():
            index += amount * volume / volume.mean()
            covered += amount
    return index / covered if covered >= ENOUGH * amounts["amount"].sum() > 0 else None


def unit_volumes(region: Region, months: pd.DatetimeIndex) -> pd.DataFrame:
    """Volumes by month, one column for each unit (in the last month's organisation) and product.

    Parameters
    ----------
    region : Region
        The region.
    months : DatetimeIndex
        The months.

    Returns
    -------
    DataFrame
        Missing where nothing was counted.
    """
    rows = region.table("volumes", since=months[0], until=months[-1])
    placement = region.organisation.placement(months[-1]).set_index("posted_unit")["unit"]
    rows = rows.assign(unit=rows["unit"].map(placement)).dropna(subset=["unit", "actual"])
    wide = rows.pivot_table(index="period", columns=["unit", "product"], values="actual", aggfunc="sum")
    return wide.reindex(months)


def choose_volume(counted: pd.DataFrame, unit: str, line: ReportLine) -> pd.Series | None:
    """Choose the volume a unit's line follows.

    Parameters
    ----------
    counted : DataFrame
        From `unit_volumes`.
    unit : str
        The unit.
    line : ReportLine
        The line; the first of its products that the unit counts is chosen, else DRG points, else what is counted most.

    Returns
    -------
    Series or None
        None when the unit counts nothing.
    """
    if unit not in counted.columns.get_level_values("unit"):
        return None
    own = counted.xs(unit, axis=1, level="unit")
    known = [product for product in (*line.volume_products, VOLUME_PRODUCT) if product in own]
    return own[known[0] if known else own.columns[int(np.nansum(own.to_numpy(), axis=0).argmax())]]
