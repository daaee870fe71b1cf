"""A region's register of events, and its price index, placed on the series of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter
from utfall.forecasting.events.prices import price_changes
from utfall.forecasting.events.read_events import COLUMNS
from utfall.forecasting.panel import MONTHS
from utfall.region import Region, parse_period
from utfall.region.registers import Event

WHOLE = 0.999
"""An event on at least this share of a series is on all of it."""

PLANNED = "planerad, inte beslutad"
"""Why a planned event is not in the forecast."""

NO_SERIES = "enheten eller posten har inga belopp att räkna på"
"""Why an event that no series carries is not in the forecast."""

Cell = tuple[str, str]
"""Unit, in the structure of the month, and report line."""


def events_of(region: Region, leaves: pd.DataFrame, until: str | pd.Timestamp) -> pd.DataFrame:
    """Place the decided events of a region on the series of a forecast.

    An event at any level of the organisation concerns every unit below; one on accounts that are only a part of a
    line changes the line by that part's share of the twelve months before. An amount is shared by all
    that the event concerns, as their amounts were in those months.

    Asked for a month before the region's latest, as when an earlier forecast is made again, an event that had not
    begun is left out unless its ``known_from`` says that it was known.

    Parameters
    ----------
    region : Region
        The region.
    leaves : pandas.DataFrame
        The series: ``unique_id``, ``unit`` (code in the structure of `until`) and ``line``.
    until : str or Timestamp
        Last month with an outcome.

    Returns
    -------
    pandas.DataFrame
        Events as `utfall.forecast` reads them. What is not in it, and why, is told by `left_out`.

    Raises
    ------
    InvalidParameter
        When `leaves` lacks a column.
    """
    placed = _Placing(region, leaves, parse_period(until))
    decided = [event for event in region.events if event.status == "decided" and placed.concerns(event)]
    known = [event for event in decided if placed.is_known(event)]
    return pd.DataFrame([row for event in known for row in placed.rows(event)], columns=list(COLUMNS))


def left_out(region: Region, leaves: pd.DataFrame, until: str | pd.Timestamp) -> pd.DataFrame:
    """List the events of the register that the forecast does not reckon with, and why.

    Parameters
    ----------
    region, leaves, until
        As in `events_of`.

    Returns
    -------
    pandas.DataFrame
        ``id, name, start, end, change, amount, status, source, owner, reason`` (Swedish): what is planned only, from
        the month after `until` on or still in force, and what is decided for units or lines without amounts.
        Events of units outside `leaves` are not listed.
    """
    month = parse_period(until)
    placed = _Placing(region, leaves, month)
    columns = ["id", "name", "start", "end", "change", "amount", "status", "source", "owner", "reason"]
    rows = []
    for event in region.events:
        if not (placed.concerns(event) and placed.is_known(event)):
            continue
        over = event.last_month is not None and parse_period(event.last_month) <= month
        if event.status == "planned" and not over:
            rows.append(event.model_dump() | {"reason": PLANNED})
        elif event.status == "decided" and not placed.rows(event):
            rows.append(event.model_dump() | {"reason": NO_SERIES})
    return pd.DataFrame(rows, columns=columns)


def price_events_of(region: Region, leaves: pd.DataFrame, until: str | pd.Timestamp) -> pd.DataFrame:
    """Place the price indices of the report lines on the series of a forecast.

    A series with wage revisions of its own in the register of events follows them and no index. Asked for a month
    before the region's latest, the index is known up to that month.

    Parameters
    ----------
    region, leaves, until
        As in `events_of`.

    Returns
    -------
    pandas.DataFrame
        Events as `utfall.forecast` reads them; none when the region has no price index.
    """
    index_of_line = {line.line: line.price_index for line in region.accounts.lines if line.price_index}
    if "price_index" not in region.tables:
        return pd.DataFrame(columns=list(COLUMNS))
    month = parse_period(until)
    placed = _Placing(region, leaves, month)
    own = {
        row["unique_id"]
        for event in region.events
        if event.status == "decided" and event.kind == "wage_revision"
        for row in placed.rows(event)
    }
    published = region.table("price_index", until=None if month >= region.latest_period else month)
    there = set(published["index"])
    followed = {
        name: index_of_line[line]
        for name, line in zip(leaves["unique_id"], leaves["line"], strict=True)
        if index_of_line.get(line) in there and name not in own
    }
    return price_changes(published, followed)


@dataclass(frozen=True)
class _Share:
    """What an event concerns of one unit's line: its amounts a month, and its share of the line's."""

    monthly: float
    share: float


class _Placing:
    """The series of a forecast by unit and line, and the amounts events are weighed by."""

    def __init__(self, region: Region, leaves: pd.DataFrame, until: pd.Timestamp) -> None:
        lacking = [name for name in ("unique_id", "unit", "line") if name not in leaves.columns]
        if lacking:
            raise InvalidParameter(f"leaves lacks {', '.join(lacking)}; give unique_id, unit and line.")
        self.region, self.until = region, until
        self.series: dict[Cell, object] = {
            (str(unit), str(line)): name
            for name, unit, line in leaves[["unique_id", "unit", "line"]].itertuples(index=False)
        }
        placement = region.organisation.placement(until)
        self.unit_of = dict(zip(placement["posted_unit"], placement["unit"], strict=True))
        self._codes: dict[str, set[str]] = {unit: set() for unit, _ in self.series}
        for posted, unit in self.unit_of.items():
            self._codes.setdefault(unit, set()).add(posted)
        self._amounts: dict[pd.Timestamp, pd.DataFrame] = {}

    def is_known(self, event: Event) -> bool:
        """Whether the event was known in the month the forecast is made."""
        known_from = parse_period(event.known_from or event.start)
        return self.until >= self.region.latest_period or min(known_from, parse_period(event.start)) <= self.until

    def concerns(self, event: Event) -> bool:
        """Whether the event is about some unit of the series."""
        units = {self.unit_of[posted] for posted in self._posted(event)}
        return bool(units & {unit for unit, _ in self.series}) or (
            # A unit that is yet to open is nobody's so far: it is told wherever the event is asked about.
            not units
        )

    def rows(self, event: Event) -> list[dict[str, object]]:
        """The event on each of the series it concerns."""
        shares = self._shares(event)
        total = sum(abs(part.monthly) for part in shares.values())
        rows = []
        for cell, part in shares.items():
            if cell not in self.series:
                continue
            change: float = np.nan
            amount: float = np.nan
            if event.amount is not None:
                if total == 0.0 and len(shares) > 1:
                    continue
                amount = event.amount * (abs(part.monthly) / total if total else 1.0)
            elif event.change != "estimate":
                whole = float(event.change or 0.0)
                if 0.0 <= part.share <= 1.0:
                    change = whole * part.share
                else:  # the rest of the line has the other sign: a share of it says nothing
                    amount = whole * part.monthly
            if change == 0.0 or amount == 0.0:
                continue
            row = {"unique_id": self.series[cell], "start": event.start, "end": event.last_month, "name": event.name}
            rows.append(row | {"change": change, "amount": amount, "known_from": event.known_from})
        return rows

    def _shares(self, event: Event) -> dict[Cell, _Share]:
        """Every unit and line the event concerns, in the whole region."""
        posted = set(self._posted(event))
        if not event.accounts and event.amount is None and self._whole_units(posted):
            # A change of whole lines of whole units: nothing needs to be weighed.
            return {
                (unit, line): _Share(0.0, 1.0)
                for unit, line in self.series
                if self._codes[unit] <= posted and (not event.lines or line in event.lines)
            }
        months = self._before(parse_period(event.start))
        mine = months["posted_unit"].isin(list(posted))
        if event.lines or event.accounts:
            of_account = months["account"].str.startswith(event.accounts) if event.accounts else False
            mine &= months["line"].isin(list(event.lines)) | of_account
        cells = months.assign(mine=months["actual"].where(mine, 0.0), touched=mine).groupby(["unit", "line"])
        sums = cells.agg(actual=("actual", "sum"), mine=("mine", "sum"), touched=("touched", "any"))
        shares: dict[Cell, _Share] = {}
        found = sums[sums["touched"]].reset_index()
        for at, line_of, own, all_of in zip(found["unit"], found["line"], found["mine"], found["actual"], strict=True):
            share = float(own / all_of) if all_of else 0.0
            whole = abs(share - 1.0) <= 1.0 - WHOLE
            shares[str(at), str(line_of)] = _Share(float(own) / MONTHS, 1.0 if whole else share)
        if not event.accounts:
            # Seldom booked, but all of it is the event's.
            for unit, line in self.series:
                whole_unit = self._codes[unit] <= posted
                if whole_unit and (not event.lines or line in event.lines):
                    known = shares.get((unit, line), _Share(0.0, 1.0))
                    shares[unit, line] = _Share(known.monthly, 1.0)
        return shares

    def _whole_units(self, posted: set[str]) -> bool:
        """Whether each unit of the series is concerned with all its codes, or none."""
        return all(codes <= posted or not codes & posted for codes in (self._codes[unit] for unit, _ in self.series))

    def _posted(self, event: Event) -> list[str]:
        """Codes in the ledger of the units that the event concerns."""
        organisation = self.region.organisation
        codes: list[str] = []
        for code in event.units:
            for month in (self.until, parse_period(event.start)):
                if code in organisation.at(month):
                    codes += organisation.units_under(code, month)
                    break
            else:
                codes += [code] if code in self.unit_of else []
        return list(dict.fromkeys(codes))

    def _before(self, start: pd.Timestamp) -> pd.DataFrame:
        """Amounts of the twelve months before an event, or the latest or first twelve there are."""
        last = min(start - pd.DateOffset(months=1), self.until)
        last = max(last, self.region.first_period + pd.DateOffset(months=MONTHS - 1))
        if last not in self._amounts:
            frame = self.region.amounts(
                ["posted_unit", "account", "line"], since=last - pd.DateOffset(months=MONTHS - 1), until=last
            )
            self._amounts[last] = frame.assign(unit=frame["posted_unit"].map(self.unit_of))
        return self._amounts[last]
