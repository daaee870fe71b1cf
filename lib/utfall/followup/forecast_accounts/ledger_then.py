"""The ledger as it was when a month's books closed: later bookings are taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.region import Region
from utfall.region.periods import PeriodLike

BOOKS_CLOSE_AFTER = 11
"""Days after a month's last day when its books closed, if nothing else is said: the day of the made-up region's own
latest ledger, when 98 of 100 kronor of the month had been booked."""

MOVED = 0.5
"""A unit's month of which a larger share than this was booked late has no days of booking to go by: they are those
of a ledger that was moved from one system to another."""

ORE = 100
"""Öre in a krona: added as whole numbers, so that no sum depends on its order."""

KEYS = ["posted_unit", "line", "period"]


class LedgerThen:
    """The ledger of earlier months, and what was booked later.

    A row without a day of booking is taken to have been known.

    Parameters
    ----------
    region : Region
        The region.
    books_close_after : int
        Days after a month's last day when its books closed.
    unit : str, optional
        Code of a node, in the structure of `until`; the whole region when not given.
    until : period, optional
        Last month that is read; the ledger's last when not given.
    """

    def __init__(
        self,
        region: Region,
        books_close_after: int = BOOKS_CLOSE_AFTER,
        *,
        unit: str | None = None,
        until: PeriodLike | None = None,
    ) -> None:
        self.books_close_after = books_close_after
        self._region, self._unit = region, unit
        self._last = region.latest_period if until is None else region.period(until)
        columns = ["period", "unit", "account", "amount", "booked_on"]
        rows = region.table("ledger", unit=unit, until=self._last, columns=columns)
        self.tells_days = bool(rows["booked_on"].notna().any())
        """Whether any row has a day of booking."""
        # The first month whose books closed on or after the day of booking is the first to know the row.
        day = rows["booked_on"].to_numpy("datetime64[D]") - np.timedelta64(books_close_after, "D")
        vintage = day.astype("datetime64[M]")
        late = vintage > rows["period"].to_numpy("datetime64[M]")
        rows = rows[late]
        lines = region.accounts.line_of(sorted(rows["account"].unique()))
        frame = pd.DataFrame(
            {
                "posted_unit": rows["unit"],
                "line": rows["account"].map(lines),
                "period": rows["period"],
                "vintage": vintage[late].astype("datetime64[us]"),
                "ore": _ore(rows["amount"]),
            }
        )
        self._late = frame.groupby([*KEYS, "vintage"], as_index=False)["ore"].sum()

    @classmethod
    def as_read(cls, region: Region, month: pd.Timestamp, unit: str | None = None) -> LedgerThen:
        """The ledger of earlier months as many days after each as it was read after `month`.

        Parameters
        ----------
        region : Region
            The region.
        month : Timestamp
            Last month that is read.
        unit : str, optional
            Code of a node, in the structure of `month`; the whole region when not given.

        Returns
        -------
        LedgerThen
        """
        return cls(region, days_until_read(region, month), unit=unit, until=month)

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
        later = self._late[(self._late["period"] <= month) & (self._late["vintage"] > month)]
        now = self._booked(month)
        sums = pd.concat([now, later.assign(ore=-later["ore"])]).groupby(KEYS)["ore"].sum()
        # What was booked later in full was not there at all.
        there = (sums != 0) | ~sums.index.isin(pd.MultiIndex.from_frame(later[KEYS]))
        return self._placed(sums[there].reset_index(), month, ["unit", "line", "period"])

    def vintages(self, month: pd.Timestamp) -> pd.DataFrame:
        """What was booked after the books of its month closed, through the closing of `month`.

        Parameters
        ----------
        month : Timestamp
            Last month.

        Returns
        -------
        DataFrame
            ``unit`` (in that month's organisation), ``line``, ``period``, ``vintage`` (the first month whose closed
            books held it), ``actual`` (SEK, result sign). A unit's month most of which was late, by `MOVED`, is left
            out.
        """
        late = self._late[(self._late["period"] <= month) & (self._late["vintage"] <= month)]
        if late.empty:
            return self._placed(late, month, ["unit", "line", "period", "vintage"])
        share = (_gross(late) / _gross(self._booked(month))).rename("share").reset_index()
        late = late.merge(share[share["share"] <= MOVED], on=["posted_unit", "period"])
        return self._placed(late, month, ["unit", "line", "period", "vintage"])

    def _booked(self, month: pd.Timestamp) -> pd.DataFrame:
        rows = self._region.amounts(KEYS, unit=self._unit, until=month, structure=self._last)
        return rows[KEYS].assign(ore=_ore(rows["actual"]))

    def _placed(self, sums: pd.DataFrame, month: pd.Timestamp, by: list[str]) -> pd.DataFrame:
        place = self._region.organisation.placement(month).set_index("posted_unit")["unit"]
        ore = sums.assign(unit=sums["posted_unit"].map(place)).groupby(by)["ore"].sum()
        return (ore / ORE).rename("actual").reset_index()


def days_until_read(region: Region, month: pd.Timestamp) -> int:
    """Days from a month's last day to the day the ledger was read, by the last day of booking in it.

    Read today, the ledger holds all that was booked until then; so many days after their own last day, earlier months
    were as complete as this one is now.

    Parameters
    ----------
    region : Region
        The region.
    month : Timestamp
        The month.

    Returns
    -------
    int
        Negative when the ledger was read before the month was over; `BOOKS_CLOSE_AFTER` when no row has a day.
    """
    days = region.table("ledger", since=region.latest_period, columns=["booked_on"])["booked_on"]
    end = month + pd.offsets.MonthEnd(0)
    return BOOKS_CLOSE_AFTER if days.isna().all() else int((days.max() - end).days)


def as_vintages(parts: pd.DataFrame) -> pd.DataFrame:
    """Name parts as the forecast of the year reads them: series are called ``unit|line``.

    Parameters
    ----------
    parts : DataFrame
        From `LedgerThen.vintages`.

    Returns
    -------
    DataFrame
        ``unique_id, ds, vintage, y``.

    Examples
    --------
    >>> month = pd.Timestamp("2026-01-01")
    >>> row = {"unit": "1", "line": "drugs", "period": month, "vintage": month, "actual": -5.0}
    >>> as_vintages(pd.DataFrame([row]))[["unique_id", "y"]].values.tolist()
    [['1|drugs', -5.0]]
    """
    names = (parts["unit"] + "|" + parts["line"]).rename("unique_id")
    return parts[["period", "vintage", "actual"]].set_axis(["ds", "vintage", "y"], axis=1).assign(unique_id=names)


def _gross(sums: pd.DataFrame) -> pd.Series:
    """Amounts without sign by unit and month."""
    by_line: pd.Series = sums.groupby(KEYS)["ore"].sum().abs()
    return by_line.groupby(["posted_unit", "period"]).sum()


def _ore(amounts: pd.Series) -> pd.Series:
    return (amounts * ORE).round().astype("int64")
