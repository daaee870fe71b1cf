"""Amounts asked of the engine: one Ibis expression over ledger and budget, whatever engine holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from utfall.region.store import EngineStore

FINE_COLUMNS = ("activity", "counterparty", "project")
"""Dimensions of a voucher that the cube does not keep."""


def sum_facts(
    store: EngineStore,
    by: Sequence[str],
    *,
    units: Sequence[str] | None,
    first: pd.Timestamp,
    last: pd.Timestamp,
    placement: pd.DataFrame,
    plan: pd.DataFrame,
    budget_version: str | None,
) -> pd.DataFrame:
    """Sum outcome and budget by any dimensions.

    Parameters
    ----------
    store : EngineStore
        The tables.
    by : sequence of str
        Dimensions.
    units : sequence of str or None
        Units to keep, as coded in the ledger; all when None.
    first, last : Timestamp
        Months to keep.
    placement : DataFrame
        ``posted_unit`` and the levels it belongs to.
    plan : DataFrame
        ``account`` and the lines it belongs to; accounts that are not in it are left out.
    budget_version : str or None
        Version of the budget that counts; every row when None.

    Returns
    -------
    DataFrame
        The dimensions, sorted, then ``actual`` and ``budget``.
    """
    import ibis

    facts = _facts(store, by, first, last, budget_version)
    if units is not None:
        facts = facts.filter(facts.posted_unit.isin(list(units)))
    levels = [column for column in placement.columns if column in by]
    if levels:
        rows = ibis.memtable(placement[["posted_unit", *[name for name in levels if name != "posted_unit"]]])
        facts = facts.left_join(rows, "posted_unit").drop("posted_unit_right")
    lines = [column for column in plan.columns if column in by and column != "account"]
    facts = facts.inner_join(ibis.memtable(plan[["account", *lines]]), "account")
    facts = facts.drop("account_right") if "account_right" in facts.columns else facts
    if "year" in by:
        facts = facts.mutate(year=facts.period.year())
    nothing = ibis.literal(0, type="decimal(18,2)")
    sums = {
        kind: ibis.cases((facts.origin == kind, facts.amount), else_=nothing).sum() for kind in ("actual", "budget")
    }
    if not by:
        return store.fetch(facts.aggregate(**sums)).fillna(0.0)
    return store.fetch(facts.group_by(list(by)).aggregate(**sums).order_by(list(by)))


def _facts(
    store: EngineStore, by: Sequence[str], first: pd.Timestamp, last: pd.Timestamp, budget_version: str | None
) -> Any:
    import ibis

    wanted = ["period", "unit", "account", *[column for column in FINE_COLUMNS if column in by]]
    facts = store.cut("ledger", None, first, last).select(*wanted, "amount", origin=ibis.literal("actual"))
    if "budget" in store:
        budget = chosen_version(store.cut("budget", None, first, last), budget_version)
        # A budget is not made by supplier or project: those dimensions are blank.
        blank = {column: ibis.literal("") for column in wanted[3:]}
        budget = budget.mutate(**blank).select(*wanted, "amount", origin=ibis.literal("budget"))
        facts = facts.union(budget)
    return facts.rename(posted_unit="unit")


def chosen_version(budget: Any, version: str | None) -> Any:
    """Cut a budget to the version that counts."""
    return budget if version is None else budget.filter(budget.version == version)
