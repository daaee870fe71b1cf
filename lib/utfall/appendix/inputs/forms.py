"""How a table is brought into the form in which it may leave."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from utfall.appendix.inputs.rules import Form, LeavingRule
from utfall.presentation.disclosure import protect
from utfall.region import Region

ORE = 100
"""Öre in a krona: amounts are added as whole öre, so that no sum depends on its order."""

BOOKS_CLOSE_AFTER = 11
"""Days after a month's last day within which a posting counts as on time; on-time postings keep no day of their own."""


def as_it_may_leave(region: Region, rule: LeavingRule, smallest: int, booked_on: bool) -> tuple[pd.DataFrame, int]:
    """Bring a table into the form its rule says.

    Parameters
    ----------
    region : Region
        The region.
    rule : LeavingRule
        The table's rule; it does not say that the table stays.
    smallest : int
        Smallest count that is told.
    booked_on : bool
        Whether the ledger keeps the day on which late postings were booked.

    Returns
    -------
    frame : DataFrame
        The table, sorted.
    taken_out : int
        Rows, or cells, that were taken out.
    """
    if rule.form is Form.SUMMED:
        return _summed(region, rule, booked_on), 0
    frame = region.table(rule.name)
    steps: dict[Form, Callable[[pd.DataFrame, LeavingRule, int], tuple[pd.DataFrame, int]]] = {
        Form.WITHOUT_FEW_ROWS: _without_few_rows,
        Form.WITHOUT_FEW_CELLS: _without_few_cells,
        Form.WITHOUT_FEW_SERIES: _without_few_series,
    }
    if rule.form is Form.ABOVE_UNITS:
        units = {node.code for node in region.organisation.rows if node.level == "unit"}
        kept = frame[~frame["unit"].isin(list(units))]
        return kept.reset_index(drop=True), len(frame) - len(kept)
    return steps[rule.form](frame, rule, smallest) if rule.form in steps else (frame, 0)


def _summed(region: Region, rule: LeavingRule, booked_on: bool) -> pd.DataFrame:
    keys = list(rule.keys)
    rows = region.table(rule.name, columns=[*keys, "amount", *(["booked_on"] if booked_on else [])])
    if booked_on:
        rows = rows.assign(booked_on=_days_that_matter(rows, region.latest_period))
        keys.append("booked_on")
    rows = rows.assign(ore=(rows["amount"] * ORE).round().astype("int64"))
    sums = rows.groupby(keys, sort=True, dropna=False, observed=True)["ore"].sum().reset_index()
    return sums.assign(amount=sums["ore"] / ORE).drop(columns="ore")


def _days_that_matter(rows: pd.DataFrame, latest: pd.Timestamp) -> pd.Series:
    """One day for all postings of a month that were on time; the day itself for those that were late.

    What is late is counted from when the books closed, or from when the ledger was read if that came sooner after the
    latest month. The day that stands for "on time" is the last such day, so a later reckoning comes out the same.
    """
    read = rows.loc[rows["period"] >= latest, "booked_on"].max()
    if pd.isna(read):
        return rows["booked_on"]
    days = min(BOOKS_CLOSE_AFTER, int((read - (latest + pd.offsets.MonthEnd(0))).days))
    on_time = (rows["period"] + pd.offsets.MonthEnd(0) + pd.Timedelta(days=days)).clip(upper=read)
    day: pd.Series = rows["booked_on"].where(rows["booked_on"].isna() | (rows["booked_on"] > on_time), on_time)
    return day


def _is_few(values: pd.Series, smallest: int) -> pd.Series:
    return (values > 0) & (values < smallest)


def _without_few_rows(frame: pd.DataFrame, rule: LeavingRule, smallest: int) -> tuple[pd.DataFrame, int]:
    """Take out small and unknown counts, and what would let a reader who knows the sum work them out."""
    counts = frame[list(rule.counts)].min(axis=1, skipna=False)
    gone = counts.isna()
    affected = frame.loc[gone | _is_few(counts, smallest), list(rule.keys)].drop_duplicates()
    marked = frame.merge(affected.assign(affected=True), on=list(rule.keys), how="left")["affected"].notna().to_numpy()
    for _, rows in frame[marked].groupby(list(rule.keys), observed=True):
        whole = np.floor(counts[rows.index].fillna(1).to_numpy(dtype=float)).astype(np.int64)
        labels, total = protect(whole, smallest)
        gone.loc[rows.index] = True if total else (labels != "") | gone[rows.index].to_numpy()
    return frame[~gone].reset_index(drop=True), int(gone.sum())


def _without_few_cells(frame: pd.DataFrame, rule: LeavingRule, smallest: int) -> tuple[pd.DataFrame, int]:
    few = pd.DataFrame(False, index=frame.index, columns=list(rule.counts))
    for column in rule.counts:
        fraction = (frame[column].dropna() % 1 != 0).groupby(frame[rule.keys[-1]]).any()
        points = frame[rule.keys[-1]].isin(fraction.index[fraction])  # a score, not a number of anything
        few[column] = _is_few(frame[column], smallest) & ~points
    masked = {column: frame[column].mask(few[column]) for column in rule.counts}
    return frame.assign(**masked), int(few.to_numpy().sum())


def _without_few_series(frame: pd.DataFrame, rule: LeavingRule, smallest: int) -> tuple[pd.DataFrame, int]:
    few = pd.concat([_is_few(frame[column], smallest) for column in rule.counts], axis=1).any(axis=1)
    gone = few.groupby([frame[key] for key in rule.keys], observed=True).transform("any")
    return frame[~gone].reset_index(drop=True), int(gone.sum())
