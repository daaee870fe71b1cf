"""Amounts asked of the tables themselves, for dimensions that the cube does not keep."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from utfall.region.store import ORE, Store

FINE_COLUMNS = ("activity", "counterparty", "project")
"""Dimensions of a voucher that the cube does not keep."""


def sum_facts(
    store: Store,
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

    The tables are added up where they lie, by the columns they have; what each unit and account belongs to is put to
    the sums here. Ledger and budget may so lie in different databases.

    Parameters
    ----------
    store : Store
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
    fine = [column for column in FINE_COLUMNS if column in by]
    levels = [column for column in placement.columns if column in by and column != "posted_unit"]
    lines = [column for column in plan.columns if column in by and column != "account"]
    months = ["period"] if {"period", "year"} & set(by) else []
    posted = ["unit"] if levels or "posted_unit" in by else []
    facts = store.sums("ledger", [*months, *posted, "account", *fine], units=units, first=first, last=last)
    facts = facts.rename(columns={"ore": "actual"}).assign(budget=0)
    if "budget" in store:
        asked = [*months, *posted, "account"]
        budget = store.sums("budget", asked, units=units, first=first, last=last, version=budget_version)
        # A budget is not made by supplier or project: those dimensions are blank.
        blank = dict.fromkeys(fine, "")
        facts = pd.concat([facts, budget.rename(columns={"ore": "budget"}).assign(actual=0, **blank)])
    facts = facts.rename(columns={"unit": "posted_unit"}).merge(plan[["account", *lines]], on="account")
    if levels:
        facts = facts.merge(placement[["posted_unit", *levels]], on="posted_unit", how="left")
    if "year" in by:
        facts = facts.assign(year=facts["period"].dt.year)
    amounts = ["actual", "budget"]
    if not by:
        return facts[amounts].sum().to_frame().T / ORE
    sums = facts.groupby(list(by), sort=True, dropna=False)[amounts].sum() / ORE
    return sums.reset_index()
