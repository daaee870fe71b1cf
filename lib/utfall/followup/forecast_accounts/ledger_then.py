"""The ledger as it was when a month's books closed: later bookings are taken out."""

from __future__ import annotations

import pandas as pd

from utfall.region import Region

BOOKS_CLOSE_AFTER = 11
"""Days after a month's last day when its books closed, if nothing else is said: the day of the made-up region's own
latest ledger, when 98 of 100 kronor of the month had been booked."""

ORE = 100
"""Öre in a krona: added as whole numbers, so that no sum depends on its order."""


class LedgerThen:
    """The ledger of earlier months, without what was booked later.

    A row without a day of booking is taken to have been known.

    Parameters
    ----------
    region : Region
        The region.
    books_close_after : int
        Days after a month's last day when its books closed.
    """

    def __init__(self, region: Region, books_close_after: int = BOOKS_CLOSE_AFTER) -> None:
        self._organisation = region.organisation
        rows = region.table("ledger", columns=["period", "unit", "account", "amount", "booked_on"])
        lines = region.accounts.line_of(sorted(rows["account"].unique()))
        # The first month whose books closed on or after the day of booking is the first to know the row.
        day = rows["booked_on"] - pd.Timedelta(days=books_close_after)
        known = pd.Series((day - pd.Timedelta(days=1)).dt.to_period("M").dt.to_timestamp(), index=rows.index)
        frame = pd.DataFrame(
            {
                "posted_unit": rows["unit"],
                "line": rows["account"].map(lines),
                "period": rows["period"],
                "known": known.where(known > rows["period"], rows["period"]),
                "ore": (rows["amount"] * ORE).round().astype("int64"),
            }
        )
        self._sums = frame.groupby(["posted_unit", "line", "period", "known"], as_index=False)["ore"].sum()

    def until(self, month: pd.Timestamp) -> pd.DataFrame:
        """Outcome through a month, as it was booked when that month closed.

        Parameters
        ----------
        month : Timestamp
            Last month.

        Returns
        -------
        DataFrame
            ``unit`` (in that month's organisation), ``line``, ``period``, ``actual`` (SEK, result sign).
        """
        sums = self._sums[self._sums["known"] <= month]
        place = self._organisation.placement(month).set_index("posted_unit")["unit"]
        sums = sums.assign(unit=sums["posted_unit"].map(place))
        sums = sums.groupby(["unit", "line", "period"], as_index=False)["ore"].sum()
        return sums.assign(actual=sums["ore"] / ORE).drop(columns="ore")
