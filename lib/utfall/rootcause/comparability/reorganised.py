"""Reorganisations: what was moved, merged or renamed, and what of last year's cost is shown elsewhere because of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from utfall.evidence import Check, require_identity
from utfall.presentation.money import Money
from utfall.presentation.numbers import period_name
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.region import Node, a_year_before
from utfall.rootcause.comparison import Comparison

HERE, AWAY, WITHIN = "kommer hit", "går härifrån", "inom enheten"
"""What a change means for the node that is looked at."""

MOVED, MERGED, RENAMED = "flyttas", "går upp i", "byter namn"
"""What can happen to a node."""

TOP = "ingen"
"""What stands above a node that has nothing above it."""

CHANGES_NAMED = 2
"""Changes the text names, those that concern most of last year's cost; the table holds them all."""

MOVED_WORDS = {
    HERE: "av förra årets kostnad visas här fast den bokfördes i en annan del av organisationen",
    AWAY: "av förra årets kostnad här visas nu i en annan del av organisationen",
}
"""What is said of cost that has changed place."""

COLUMNS = ["period", "code", "name", "change", "before", "after", "relation", "cost"]


@dataclass(frozen=True, eq=False)
class Reorganisations:
    """Changes in the organisation that concern a node, over all years compared.

    Parameters
    ----------
    changes : DataFrame
        One row a change: ``period`` (first month of the new order), ``code, name`` (what changed), ``change`` (`MOVED`,
        `MERGED` or `RENAMED`), ``before, after`` (names of what is above it, of itself and its successor, or of
        itself), ``relation`` (`HERE`, `AWAY` or `WITHIN`) and ``cost``: last year's cost in the compared months that
        was posted before the change, SEK in result sign; missing for a new name, and when all of them were posted in
        the new order.
    as_now, as_then : float
        Last year's cost in today's organisation, and in that of each month it was posted.
    checks : tuple of Check
        Nothing is lost, and the changes explain the difference between the two.
    unit_name : str
        Name of the node.
    money : Money
        How amounts are written.
    """

    changes: pd.DataFrame
    as_now: float
    as_then: float
    checks: tuple[Check, ...]
    unit_name: str
    money: Money

    @property
    def table(self) -> Table:
        """What was moved, merged or renamed, and last year's cost that it concerns."""
        columns = {
            "period": Column("Från och med", "period"),
            "name": Column("Enhet"),
            "change": Column("Förändring"),
            "before": Column("Från"),
            "after": Column("Till"),
            "relation": Column("För enheten"),
            "cost": Column("Förra årets kostnad före bytet", "amount", missing="namnbyte, eller byte före månaderna"),
        }
        return Table(
            self.changes,
            f"Omorganisationer som berör {self.unit_name}",
            columns,
            row_header="name",
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def text(self) -> str:
        """Name the changes that concern last year's figures, and the cost that has changed place; else nothing."""
        disturbing = self.changes[self.changes["cost"].fillna(0.0) != 0]
        if disturbing.empty:
            return ""
        order = disturbing["cost"].abs().sort_values(ascending=False, kind="stable").index[:CHANGES_NAMED]
        named = [_words(row) for row in disturbing.loc[order].to_dict("records")]
        more = len(disturbing) - CHANGES_NAMED
        named += [f"{plural(more, 'förändring', 'förändringar')} till"] if more > 0 else []
        sums = disturbing.groupby("relation")["cost"].sum()
        moved = [f"{self.money.write(-sums[way])} {said}." for way, said in MOVED_WORDS.items() if way in sums]
        return " ".join([f"Alla år visas i årets organisation: {list_words(named)}.", *moved])


@dataclass(frozen=True)
class _Change:
    """A change and the units, as coded in the ledger, whose postings it moves."""

    period: pd.Timestamp
    code: str
    name: str
    change: str
    before: str
    after: str
    units: frozenset[str]


def reorganised(comparison: Comparison, since: pd.Timestamp, money: Money) -> Reorganisations:
    """Find the reorganisations that concern a node.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    since : Timestamp
        First month of the first year that is compared.
    money : Money
        How amounts are written.

    Returns
    -------
    Reorganisations
    """
    changed = _changes(comparison, since)
    spread = _LastYear(comparison, sorted({change.period for change in changed}))
    rows = []
    seen: dict[str, pd.Timestamp] = {}
    for change in changed:
        was = change.units & spread.below(change.period - pd.DateOffset(months=1))
        became = change.units & spread.below(change.period)
        if not was and not became:
            continue
        relation = HERE if became - was else AWAY if was - became else WITHIN
        moves = change.change != RENAMED and change.period > a_year_before(comparison.since)
        amount = sum(spread.cost(unit, seen.get(unit), change.period, relation) for unit in sorted(change.units))
        rows.append(
            {
                "period": change.period,
                "code": change.code,
                "name": change.name,
                "change": change.change,
                "before": change.before,
                "after": change.after,
                "relation": relation,
                "cost": round(amount, 2) if moves else None,
            }
        )
        if relation != WITHIN:
            seen |= dict.fromkeys(change.units, change.period)
    changes = pd.DataFrame(rows, columns=COLUMNS).astype({"cost": "float64"})
    checks = _checks(comparison, spread, changes)
    return Reorganisations(changes, spread.as_now, spread.as_then, checks, comparison.node.name, money)


class _LastYear:
    """Last year's cost under the node by month and unit as posted, in today's organisation and in that of the month."""

    def __init__(self, comparison: Comparison, change_months: Iterable[pd.Timestamp]) -> None:
        self.comparison = comparison
        since, until = a_year_before(comparison.since), a_year_before(comparison.period)
        starts = [since, *(month for month in change_months if since < month <= until)]
        ends = [*(month - pd.DateOffset(months=1) for month in starts[1:]), until]
        now = self._cost(since, until, comparison.period)
        then = pd.concat([self._cost(first, last, first) for first, last in zip(starts, ends, strict=True)])
        self.rows = now.merge(then, on=["period", "posted_unit"], how="outer", suffixes=("_now", "_then"))
        self.as_now = float(round(self.rows["actual_now"].sum(), 2))
        self.as_then = float(round(self.rows["actual_then"].sum(), 2))

    def below(self, month: pd.Timestamp) -> frozenset[str]:
        """Units, as coded in the ledger, that belong under the node in a month's organisation."""
        node, organisation = self.comparison.node, self.comparison.region.organisation
        return frozenset(organisation.units_under(node.code, month) if node.code in organisation.at(month) else [])

    def cost(self, unit: str, since: pd.Timestamp | None, before: pd.Timestamp, relation: str) -> float:
        """Cost of a unit that was posted between two changes, and is shown elsewhere because of the latter."""
        rows = self.rows[(self.rows["posted_unit"] == unit) & (self.rows["period"] < before)]
        if since is not None and relation != WITHIN:
            rows = rows[rows["period"] >= since]
        now, then = rows["actual_now"], rows["actual_then"]
        if relation == HERE:
            return float(now[then.isna()].sum())
        return float(then[now.isna()].sum() if relation == AWAY else now[then.notna()].sum())

    def _cost(self, since: pd.Timestamp, until: pd.Timestamp, structure: pd.Timestamp) -> pd.DataFrame:
        region, code = self.comparison.region, self.comparison.node.code
        if code not in region.organisation.at(structure):
            return pd.DataFrame({"period": pd.Series(dtype="datetime64[us]"), "posted_unit": "", "actual": 0.0})
        lines = [line.line for line in region.accounts.lines if line.kind == "cost"]
        rows = region.amounts(
            ["period", "posted_unit"], unit=code, since=since, until=until, lines=lines, structure=structure
        )
        return rows[["period", "posted_unit", "actual"]]


def _checks(comparison: Comparison, spread: _LastYear, changes: pd.DataFrame) -> tuple[Check, ...]:
    region, code = comparison.region, comparison.node.code
    since, until = a_year_before(comparison.since), a_year_before(comparison.period)
    shown = region.amounts([], unit=code, since=since, until=until, structure=comparison.period)["actual"].sum()
    posted = region.control_total(unit=code, since=since, until=until, structure=comparison.period)
    sums = changes.groupby("relation")["cost"].sum()
    moved = float(sums.get(HERE, 0.0) - sums.get(AWAY, 0.0))
    return (
        require_identity("Förra året i årets organisation = huvudbokens summa för enheterna som ingår", shown, posted),
        Check(
            "Omorganisationerna förklarar skillnaden mot förra årets egen organisation",
            abs(spread.as_now - spread.as_then - moved) < 0.005,
            values=(spread.as_now - spread.as_then, moved),
        ),
    )


def _changes(comparison: Comparison, since: pd.Timestamp) -> list[_Change]:
    """Every change of the organisation after `since`, in time order."""
    organisation = comparison.region.organisation
    starts = {pd.Timestamp(row.valid_from) for row in organisation.rows}
    starts |= {pd.Timestamp(row.valid_to) + pd.Timedelta(days=1) for row in organisation.rows if row.valid_to}
    # The organisation of a month is that of its first day: a change within a month shows in the next.
    months = {start if start.day == 1 else start + pd.offsets.MonthBegin() for start in starts}
    return [
        change
        for month in sorted(month for month in months if since < month <= comparison.period)
        for change in _changes_in(comparison, month)
    ]


def _changes_in(comparison: Comparison, month: pd.Timestamp) -> list[_Change]:
    organisation = comparison.region.organisation
    earlier = month - pd.DateOffset(months=1)
    before, after = organisation.at(earlier), organisation.at(month)
    heirs = {row.code: row.successor for row in organisation.rows}
    found = []
    for code, node in before.items():
        changes: list[tuple[str, str, str]] = []
        heir = heirs[code]
        if code in after:
            if after[code].parent != node.parent:
                changes.append((MOVED, _above(before, node), _above(after, after[code])))
            if after[code].name != node.name:
                changes.append((RENAMED, node.name, after[code].name))
        elif heir is not None:
            changes.append((MERGED, node.name, organisation.name(heir, month)))
        if changes:
            units = frozenset(organisation.units_under(code, earlier))
            name = after[code].name if code in after else node.name
            found += [_Change(month, code, name, what, old, new, units) for what, old, new in changes]
    return found


def _above(nodes: dict[str, Node], node: Node) -> str:
    return nodes[node.parent].name if node.parent in nodes else TOP


def _words(row: Mapping[Hashable, Any]) -> str:
    when = f"från {period_name(row['period'])}"
    if row["change"] == MOVED:
        return f"{row['name']} flyttas från {row['before']} till {row['after']} {when}"
    if row["change"] == RENAMED:
        return f"{row['before']} byter namn till {row['after']} {when}"
    return f"{row['before']} går upp i {row['after']} {when}"
