"""What the checks ask of a region: the judged months, the ledger's rows as an expression, and its sums by month."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.region import Region
from utfall.region.periods import PeriodLike, year_start
from utfall.region.store import ORE, plain_money

HISTORY_MONTHS = 36
"""Months before the judged ones that tell what is usual."""

MATERIAL = 0.001
"""Share of a unit's gross amounts in a year below which nothing is worth a look: a tenth of a per cent."""


ENDS = frozenset({"closing", "contract_end"})
"""Events after which nothing more is booked."""

CHANGES = ENDS | {"opening", "one_off", "other"}
"""Events that may make any amount right; a wage or price moves it by some per cent only."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The months that are looked at, and what they are compared with.

    Parameters
    ----------
    region : Region
        The region.
    first, last : Timestamp
        January and the month itself.
    """

    region: Region
    first: pd.Timestamp
    last: pd.Timestamp

    @classmethod
    def until(cls, region: Region, period: PeriodLike | None) -> Judged:
        """The year's months to `period`; to the ledger's last when not given."""
        last = region.latest_period if period is None else region.period(period)
        return cls(region, max(year_start(last), region.first_period), last)

    @cached_property
    def months(self) -> pd.DatetimeIndex:
        """Every month there is, history and judged."""
        start = max(self.region.first_period, self.first - pd.DateOffset(months=HISTORY_MONTHS))
        return pd.date_range(start, self.last, freq="MS")

    @cached_property
    def is_judged(self) -> NDArray[np.bool_]:
        """Which of `months` are judged."""
        return np.asarray(self.months >= self.first)

    @cached_property
    def facts(self) -> pd.DataFrame:
        """``period, unit, account, line, actual, budget`` in the last month's organisation."""
        by = ["period", "unit", "account", "line"]
        return self.region.amounts(by, since=self.months[0], until=self.last, structure=self.last)

    @cached_property
    def gross(self) -> pd.Series:
        """What a unit books in twelve months, income and cost added without sign, by unit."""
        year = self.facts[self.facts["period"] > self.last - pd.DateOffset(years=1)]
        return year["actual"].abs().groupby(year["unit"]).sum()

    @cached_property
    def posted_units(self) -> dict[str, tuple[str, ...]]:
        """The codes in the ledger that belong to each unit of the last month."""
        placement = self.region.organisation.placement(self.last)
        return {str(unit): tuple(rows["posted_unit"]) for unit, rows in placement.groupby("unit")}

    def table_of(self, keys: list[str]) -> tuple[pd.DataFrame, NDArray[np.float64]]:
        """Amounts by some keys (rows) and month (columns); an absent month is nought."""
        wide = self.facts.pivot_table(index=keys, columns="period", values="actual", aggfunc="sum", sort=True)
        wide = wide.reindex(columns=self.months).fillna(0.0)
        return wide.index.to_frame(index=False), np.ascontiguousarray(wide.to_numpy(dtype=float))

    def material(self, units: pd.Series) -> NDArray[np.float64]:
        """Smallest amount worth a look at each unit."""
        return np.asarray(units.map(self.gross).fillna(0.0) * MATERIAL, dtype=float)

    def name(self, unit: str) -> str:
        """Name of a unit."""
        return self.region.organisation.name(unit, self.last)

    def line_name(self, line: str) -> str:
        """Name of a report line."""
        return self._line_names.get(line, line)

    @cached_property
    def _line_names(self) -> dict[str, str]:
        return {line.line: line.name for line in self.region.accounts.lines}

    def rows(self, since: pd.Timestamp) -> Any:
        """The ledger's rows from a month on, with ``ore`` and months as timestamps."""
        rows = self.region.expression("ledger")
        rows = rows.mutate(
            period=rows.period.cast("timestamp"),
            booked_on=rows.booked_on.cast("timestamp"),
            ore=(rows.amount.cast("decimal(18,2)") * ORE).cast("int64"),
        )
        return rows.filter((rows.period >= since) & (rows.period <= self.last))

    def known(self, unit: str, line: str, month: pd.Timestamp, kinds: frozenset[str]) -> bool:
        """Whether the register of events tells of something of these kinds at a unit, on a line, that month."""
        above = (
            {node.code for node in self.region.organisation.path(unit, self.last)} if unit in self._nodes else {unit}
        )
        named = f"{month:%Y-%m}"
        return any(
            event.kind in kinds
            and above & set(event.units)
            and (not event.lines or line in event.lines or bool(event.accounts))
            and event.start <= named
            and (event.end is None or named <= event.end)
            for event in self.region.events
        )

    @cached_property
    def _nodes(self) -> frozenset[str]:
        return frozenset(node.code for node in self.region.organisation.nodes(self.last))


def fetch(expression: Any) -> pd.DataFrame:
    """Run an expression on the engine it belongs to.

    Parameters
    ----------
    expression : ibis table
        The expression.

    Returns
    -------
    DataFrame
    """
    return plain_money(expression.get_backend(), expression)


def matching(rows: Any, keys: pd.DataFrame) -> Any:
    """Keep the rows whose columns have values in a frame of keys.

    Parameters
    ----------
    rows : ibis table
        The rows.
    keys : DataFrame
        Values of some of its columns.

    Returns
    -------
    ibis table
    """
    import ibis

    return rows.semi_join(ibis.memtable(keys.drop_duplicates().reset_index(drop=True)), list(keys.columns))
