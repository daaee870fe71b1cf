"""Suppliers: which counterparty carries a change since last year, from which month, and by more or dearer invoices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.region import Region
from utfall.rootcause.comparison import Comparison

LEADING_SHARE = 0.6
"""A supplier leads a change when it carries at least this share of it."""

NOTABLE_GROWTH = 0.1
"""A supplier whose amounts have moved by a smaller share than this has only grown with everything else."""

CLEAR_STEP = 0.5
"""A month is named when a step there explains at least this share of how the monthly amounts vary."""

SAME_NUMBER = 0.15
"""Numbers of invoices that differ by less than this share are called alike."""

COLUMNS = ["unit", "line", "counterparty", "change", "since", "invoices", "invoices_before", "per_invoice"]
"""Columns of `leading_suppliers`."""


def leading_suppliers(comparison: Comparison, changes: pd.DataFrame) -> pd.DataFrame:
    """Find the supplier that carries a change in a unit's line, where one does.

    Parameters
    ----------
    comparison : Comparison
        The months.
    changes : DataFrame
        ``unit, line, amount``: the changes to explain, SEK in result sign; one row a unit and line.

    Returns
    -------
    DataFrame
        ``unit, line, counterparty``, ``change`` (SEK in result sign since the same months last year), ``since`` (the
        month its level changed; missing where the months show no clear step), ``invoices`` and ``invoices_before``
        (vouchers in the two spans) and
        ``per_invoice`` (amount a voucher, this year over last year). Only for changes that one supplier leads.
    """
    found = []
    for unit, rows in changes.groupby("unit", sort=False):
        ledger = _vouchers(comparison, str(unit))
        for row in rows.to_dict("records"):
            lead = _lead(ledger[ledger["line"] == row["line"]], float(row["amount"]), comparison.since)
            if lead is not None:
                found.append({"unit": unit, "line": row["line"]} | lead)
    return pd.DataFrame(found, columns=COLUMNS)


def _vouchers(comparison: Comparison, unit: str) -> pd.DataFrame:
    """Postings with a counterparty in both spans, with their line."""
    region: Region = comparison.region
    first = comparison.previous_span[0]
    columns = ["period", "account", "counterparty", "amount"]
    until = comparison.period
    rows = region.table("ledger", unit=unit, since=first, until=until, structure=until, columns=columns)
    months = rows["period"].dt.month <= comparison.period.month
    rows = rows[months & (rows["counterparty"] != "")]
    return rows.assign(line=rows["account"].map(region.accounts.line_of(sorted(rows["account"].unique()))))


def _lead(rows: pd.DataFrame, amount: float, since: pd.Timestamp) -> dict[str, object] | None:
    if rows.empty or amount == 0:
        return None
    now = rows["period"] >= since
    spans = [rows[now].groupby("counterparty")["amount"], rows[~now].groupby("counterparty")["amount"]]
    sums, numbers = (
        pd.concat([getattr(span, what)() for span in spans], axis=1, keys=["now", "before"]).fillna(0.0)
        for what in ("sum", "count")
    )
    change = (sums["now"] - sums["before"]) * np.sign(amount)
    lead = int(change.to_numpy().argmax())
    name = change.index[lead]
    (now_sum, before_sum), (count, count_before) = sums.to_numpy()[lead], numbers.to_numpy()[lead]
    moved = float(now_sum - before_sum)
    if moved * np.sign(amount) < max(LEADING_SHARE * abs(amount), NOTABLE_GROWTH * abs(before_sum)):
        return None
    mine = rows[rows["counterparty"] == name].groupby("period")["amount"].sum()
    months = pd.DatetimeIndex(sorted(rows["period"].unique()))
    step = _change_point(mine.reindex(months).fillna(0.0).to_numpy())
    comparable = count > 0 and before_sum != 0
    return {
        "counterparty": str(name),
        "change": moved,
        "since": pd.NaT if step is None else months[step],
        "invoices": int(count),
        "invoices_before": int(count_before),
        "per_invoice": (now_sum / count) / (before_sum / count_before) if comparable else np.nan,
    }


def _change_point(values: npt.NDArray[np.float64]) -> int | None:
    """Position at which the mean changes most, by least squares; None when no step explains much."""
    if len(values) < 2:
        return None
    places = np.arange(1, len(values))
    sums = np.cumsum(values)[:-1]
    before, after = sums / places, (values.sum() - sums) / (len(values) - places)
    explained = places * (len(values) - places) / len(values) * (after - before) ** 2
    whole = float(((values - values.mean()) ** 2).sum())
    best = int(np.argmax(explained))
    return int(places[best]) if whole > 0 and explained[best] >= CLEAR_STEP * whole else None
