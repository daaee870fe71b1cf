"""What is compared with what: outcome against budget, or against the same months last year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.region import Node, Region, a_year_before, year_start

Against = Literal["budget", "previous_year"]

REFERENCE_WORDS = {"budget": "budget", "previous_year": "samma månader förra året"}
"""What an outcome is compared with, as it follows "än" in a Swedish sentence."""


@dataclass(frozen=True)
class Comparison:
    """One node's year so far, and what it is compared with.

    Parameters
    ----------
    region : Region
        The region.
    node : Node
        Board, division, area or unit.
    period : Timestamp
        Last month; the comparison runs from January.
    against : {"budget", "previous_year"}
        What with.
    """

    region: Region
    node: Node
    period: pd.Timestamp
    against: Against

    @property
    def since(self) -> pd.Timestamp:
        """January of the year."""
        return year_start(self.period)

    @property
    def reference_words(self) -> str:
        """What the outcome is compared with, in Swedish."""
        return REFERENCE_WORDS[self.against]

    def amounts(self, by: Sequence[str]) -> pd.DataFrame:
        """Outcome, reference and deviation summed by any dimensions.

        Parameters
        ----------
        by : sequence of str
            Dimensions of `utfall.region.Region.amounts`; not ``period``, since last year's months are other months.

        Returns
        -------
        DataFrame
            The dimensions, then ``actual``, ``expected`` and ``deviation`` in result sign.
        """
        now = self.region.amounts(by, unit=self.node.code, since=self.since, until=self.period)
        if self.against == "budget":
            frame = now.rename(columns={"budget": "expected"})
        else:
            frame = self._joined(now, self.previous_year(by), list(by))
        return frame.assign(deviation=(frame["actual"] - frame["expected"]).round(2))

    @property
    def previous_span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last of the same months last year."""
        return a_year_before(self.since), a_year_before(self.period)

    def this_year(self, table: str, keys: list[str], sums: list[str], *, skipna: bool = True) -> pd.DataFrame:
        """Sum a canonical table over the year so far, in this year's organisation.

        Parameters
        ----------
        table : str
            Name of the table.
        keys, sums : list of str
            Columns to sum by (``unit`` among them), and columns to sum.
        skipna : bool, default True
            Whether a missing value counts as nothing; otherwise the sum is missing.

        Returns
        -------
        DataFrame
            `keys` and `sums`.
        """
        return self._span(table, keys, sums, self.since, self.period, skipna=skipna)

    def same_months_last_year(self, table: str, keys: list[str], sums: list[str]) -> pd.DataFrame:
        """Sum a canonical table over the same months last year, in this year's organisation; see `this_year`."""
        return self._span(table, keys, sums, *self.previous_span)

    def _span(
        self,
        table: str,
        keys: list[str],
        sums: list[str],
        since: pd.Timestamp,
        until: pd.Timestamp,
        *,
        skipna: bool = True,
    ) -> pd.DataFrame:
        placement = self.region.organisation.placement(self.period).set_index("posted_unit")["unit"]
        rows = self.region.table(table, unit=self.node.code, since=since, until=until, structure=self.period)
        rows = rows.assign(unit=rows["unit"].map(placement))
        return rows.groupby(keys, observed=True)[sums].sum(min_count=0 if skipna else 1).reset_index()

    def previous_year(self, by: Sequence[str]) -> pd.DataFrame:
        """The same months last year in this year's organisation: the dimensions and ``actual``."""
        before = self.region.amounts(
            by,
            unit=self.node.code,
            since=self.previous_span[0],
            until=self.previous_span[1],
            structure=self.period,
        )
        return before.drop(columns="budget")

    @staticmethod
    def _joined(now: pd.DataFrame, before: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        now = now.drop(columns="budget")
        before = before.rename(columns={"actual": "expected"})
        if not by:
            return pd.concat([now, before], axis=1)
        return now.merge(before, on=by, how="outer").fillna({"actual": 0.0, "expected": 0.0})


def compare(region: Region, *, unit: str | None, period: str | pd.Timestamp, against: str | None) -> Comparison:
    """Set up a comparison, checking each parameter before any row is read.

    Parameters
    ----------
    region : Region
        The region.
    unit : str or None
        Name or code at any level; the board when None or empty.
    period : period
        Month in the ledger.
    against : {"budget", "previous_year"} or None
        What with; the region's own reference when None.

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidParameter
        For a value that cannot be used.
    """
    chosen = against or ("budget" if region.has_budget else "previous_year")
    if chosen not in REFERENCE_WORDS:
        raise InvalidParameter(f"against is {against!r}; choose budget or previous_year.")
    if chosen == "budget" and not region.has_budget:
        raise InvalidParameter("The region has no budget to compare with; use against='previous_year'.")
    month = region.period(period)
    if chosen == "previous_year" and a_year_before(year_start(month)) < region.first_period:
        raise InvalidParameter(
            f"The ledger begins {region.first_period:%Y-%m}: there is no whole year before {month:%Y}."
        )
    return Comparison(region, region.node(unit or None, month), month, chosen)  # type: ignore[arg-type]
