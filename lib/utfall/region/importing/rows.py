"""What is known of a table whose rows have been read and typed, and which of its rows break a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from utfall.errors import Fault
from utfall.region.importing.typed import BROKEN, BROKEN_TEXT, EXCLUDED, TypedRows
from utfall.region.row_account import RowAccount
from utfall.region.store import ORE
from utfall.region.tables import TableSpec
from utfall.sources import SOURCE_ROW, Exclusion

MAX_FAULTS_A_RULE = 50
"""How many rows that break one rule are named; a file with the wrong column everywhere needs no million lines."""

SUMMARY_KEYS = ("period", "unit", "account", "version", "line", "index", "item", "year")
"""Columns, where a table has them, that the rules between tables speak of."""


Place = Callable[[int], tuple[str, int]]
"""Tells which file, and which row of it, a row's number is."""


@dataclass(frozen=True)
class CheckedTable:
    """A table whose rows have been read and typed.

    Parameters
    ----------
    spec : TableSpec
        Which table.
    file : str
        Where it came from.
    summary : DataFrame
        Those of `SUMMARY_KEYS` that the table has, then ``rows`` and, where it has amounts, ``ore``.
    numbered : callable
        Gives the typed rows with the row in the file each came from; None where there are no such numbers.
    place : callable, optional
        Tells which file, and which row of it, such a number is.
    """

    spec: TableSpec
    file: str
    summary: pd.DataFrame
    numbered: Callable[[], TypedRows] | None
    place: Place | None = None

    def at(self, row: int | None) -> tuple[str, int | None]:
        """Tell which file, and which row of it, a row's number is."""
        return (self.file, None) if row is None else self.place(row) if self.place else (self.file, row)

    def first_rows(self, columns: Sequence[str], values: Iterable[tuple[object, ...]]) -> dict[tuple[object, ...], int]:
        """Rows in the file where some values first stand; empty where rows have no numbers.

        Parameters
        ----------
        columns : sequence of str
            Canonical columns.
        values : iterable of tuple
            Values in these columns; each tuple once.

        Returns
        -------
        dict of tuple to int
        """
        wanted = set(values)
        if self.numbered is None or not wanted:
            return {}
        rows = self.numbered().rows
        rows = rows.filter(rows[EXCLUDED].isnull() & rows[columns[0]].isin(list({key[0] for key in wanted})))
        firsts = fetch(rows.group_by(list(columns)).aggregate(first=rows[SOURCE_ROW].min()))
        found = {tuple(row[:-1]): int(row[-1]) for row in firsts.itertuples(index=False, name=None)}
        return {key: row for key, row in found.items() if key in wanted}


def summary_of(rows: Any, spec: TableSpec) -> pd.DataFrame:
    """Count, and sum, a table's rows by what the rules between tables speak of.

    Parameters
    ----------
    rows : ibis table
        The typed rows.
    spec : TableSpec
        Which table.

    Returns
    -------
    DataFrame
        As `CheckedTable` says; a few hundred thousand rows for twenty million vouchers.
    """
    keys = [key for key in SUMMARY_KEYS if key in spec.columns]
    sums = {"rows": rows.count()}
    if "amount" in spec.columns:
        sums["ore"] = (rows.amount.cast("decimal(18,2)").sum() * ORE).cast("int64")
    frame = fetch(rows.group_by(keys).aggregate(**sums).order_by(keys))
    if "period" in frame:
        frame["period"] = frame["period"].astype("datetime64[us]")
    return frame


def row_account(
    rows: Any, spec: TableSpec, file: str, exclude: Sequence[Exclusion], left_out: Mapping[str, int]
) -> RowAccount:
    """Count where a table's rows went.

    Parameters
    ----------
    rows : ibis table
        The typed rows.
    spec : TableSpec
        Which table.
    file : str
        Where it came from.
    exclude : sequence of Exclusion
        The rules that leave rows out.
    left_out : mapping of str to int
        What the reader left out before: reason → rows.

    Returns
    -------
    RowAccount
    """
    counted = fetch(rows.group_by([BROKEN, EXCLUDED]).aggregate(rows=rows.count()))
    is_out = counted[EXCLUDED].notna()
    excluded = dict(left_out)
    out = counted[is_out].astype({EXCLUDED: "int64"})
    for number, count in out.groupby(EXCLUDED)["rows"].sum().items():
        reason = exclude[int(str(number))].reason
        excluded[reason] = excluded.get(reason, 0) + int(count)
    return RowAccount(
        spec.name,
        file,
        read=int(counted["rows"].sum()) + sum(left_out.values()),
        used=int(counted.loc[~is_out & counted[BROKEN].isna(), "rows"].sum()),
        refused=int(counted.loc[~is_out & counted[BROKEN].notna(), "rows"].sum()),
        excluded=excluded,
    )


def repeated_faults(
    rows: Any,
    spec: TableSpec,
    file: str,
    numbered: Callable[[], TypedRows] | None = None,
    place: Place | None = None,
) -> list[Fault]:
    """Name the rows that are given a second time.

    Parameters
    ----------
    rows : ibis table
        The rows that are used.
    spec : TableSpec
        Which table.
    file : str
        Where it came from.
    numbered, place : callable, optional
        As `CheckedTable` has them.

    Returns
    -------
    list of Fault
        At most `MAX_FAULTS_A_RULE`; empty for a table whose grain may repeat.
    """
    import ibis

    if not spec.unique:
        return []
    grain = list(spec.grain)
    times = rows.group_by(grain).aggregate(times=rows.count())
    found = fetch(times.filter(times.times > 1).order_by(grain).limit(MAX_FAULTS_A_RULE))
    if found.empty:
        return []
    again: list[tuple[tuple[object, ...], int | None]] = [(key, None) for key in found[grain].itertuples(index=False)]
    if numbered is not None:
        typed = numbered().rows
        typed = typed.filter(typed[EXCLUDED].isnull())
        times = ibis.row_number().over(group_by=grain, order_by=typed[SOURCE_ROW])
        later = typed.mutate(times=times)
        later = fetch(later.filter(later.times >= 1).select(*grain, SOURCE_ROW).order_by(SOURCE_ROW))
        later = later.merge(found[grain], on=grain).head(MAX_FAULTS_A_RULE)
        again = [(row[:-1], int(row[-1])) for row in later.itertuples(index=False, name=None)]
    faults = []
    for key, row in again:
        named = ", ".join(_shown(value) for value in key)
        what = f"the combination {named} ({', '.join(grain)}) is given a second time."
        at = (file, row) if row is None or place is None else place(row)
        faults.append(Fault(*at, what, "Keep one of the rows, or add them together."))
    return faults


def _shown(value: object) -> str:
    if value is None or value is pd.NaT:
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def faults_of_rows(typed: TypedRows, file: str, place: Place | None = None) -> list[Fault]:
    """Name the rows that break a rule.

    Parameters
    ----------
    typed : TypedRows
        The rows, with `SOURCE_ROW` where there are such numbers.
    file : str
        Name of the file.
    place : callable, optional
        Tells which file, and which row of it, a row's number is.

    Returns
    -------
    list of Fault
        In the order of the file; at most `MAX_FAULTS_A_RULE` a rule.
    """
    import ibis

    rows = typed.rows
    rows = rows.filter(rows[BROKEN].notnull() & rows[EXCLUDED].isnull())
    has_rows = SOURCE_ROW in rows.columns
    order = rows[SOURCE_ROW] if has_rows else rows[BROKEN]
    times = ibis.row_number().over(group_by=BROKEN, order_by=order)
    kept = rows.mutate(times=times).filter(lambda row: row.times < MAX_FAULTS_A_RULE)
    columns = [BROKEN, BROKEN_TEXT, *([SOURCE_ROW] if has_rows else [])]
    found = fetch(kept.select(*columns))
    faults = []
    for row in found.itertuples(index=False):
        rule = typed.rules[int(getattr(row, BROKEN))]
        value = getattr(row, BROKEN_TEXT)
        number = int(getattr(row, SOURCE_ROW)) if has_rows else None
        at = (file, number) if number is None or place is None else place(number)
        faults.append(Fault(*at, rule.what(None if pd.isna(value) else str(value)), rule.remedy))
    return sorted(faults, key=lambda fault: (fault.file, fault.row or 0, fault.what))


def fetch(expression: Any) -> pd.DataFrame:
    """Run an expression on the engine it belongs to."""
    frame: pd.DataFrame = expression.get_backend().to_pandas(expression)
    return frame
