"""Rows and vouchers that are in the ledger twice."""

from __future__ import annotations

import pandas as pd

from utfall.presentation.numbers import amount, choose_unit, short_period
from utfall.presentation.words import plural
from utfall.quality.findings import Finding, Posting
from utfall.quality.ledger import Judged, fetch, matching
from utfall.region.store import ORE

SHOWN = 3
"""Rows of a finding that are named."""

MONTHS_BACK = 12
"""Months before the judged ones in which a voucher may have been booked the first time."""

ROW = ["period", "unit", "account", "activity", "counterparty", "project", "voucher", "ore", "text", "booked_on"]
"""What two rows must share to be the same row twice."""

NEAR = ["period", "unit", "account", "voucher", "ore"]
"""What they must share to be looked at closer."""


def doubled_rows(judged: Judged) -> list[Finding]:
    """Find rows that are alike in everything, voucher too.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        One a unit and month.
    """
    rows = judged.rows(judged.first)
    rows = rows.filter(rows.voucher != "")
    # Cheap first: few rows share these with another.
    near = rows.group_by(NEAR).aggregate(times=rows.count())
    suspects = fetch(near.filter(near.times > 1).select(*NEAR))
    if suspects.empty:
        return []
    alike = fetch(matching(rows, suspects).select(*ROW))
    alike = alike.groupby(ROW, dropna=False).size().rename("times").reset_index()
    alike = alike[alike["times"] > 1]
    findings = []
    for (period, unit), group in alike.groupby(["period", "unit"], sort=True):
        group = group.sort_values("ore", key=abs, ascending=False)
        extra = int((group["times"] - 1).sum())
        money = float((group["ore"].abs() * (group["times"] - 1)).sum()) / ORE
        name = judged.name(str(unit))
        what = f"{plural(extra, 'rad', 'rader')} på {name} i {short_period(period)} är lika en annan rad i allt."
        findings.append(
            Finding("doubled_rows", "ledger", what, name, extra, money, tuple(map(_posting, _records(group))))
        )
    return findings


def booked_twice(judged: Judged) -> list[Finding]:
    """Find vouchers with the same number, supplier and amount in two months, where nothing takes one of them out.

    A voucher in three months or more is one that has been spread over them.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        One a voucher; the later month is judged.
    """
    rows = judged.rows(judged.first - pd.DateOffset(months=MONTHS_BACK))
    rows = rows.filter((rows.voucher != "") & (rows.counterparty != "") & (rows.ore != 0))
    rows = rows.mutate(size=rows.ore.abs())
    # Cheap first: few vouchers stand in two months at all.
    months = rows.group_by(["counterparty", "voucher"]).aggregate(a=rows.period.min(), b=rows.period.max())
    twice = fetch(months.filter((months.a < months.b) & (months.b >= judged.first)).select("counterparty", "voucher"))
    if twice.empty:
        return []
    found = fetch(matching(rows, twice))
    found = found.groupby(["counterparty", "voucher", "size"]).filter(
        lambda group: group["period"].nunique() == 2 and ((group["ore"] > 0).all() or (group["ore"] < 0).all())
    )
    findings = []
    for (_, voucher, _), group in found.groupby(["counterparty", "voucher", "size"], sort=True):
        group = group.sort_values("period")
        first, last = group["period"].iloc[0], group["period"].iloc[-1]
        if last < judged.first:
            continue
        later = group[group["period"] == last]
        size = float(group["size"].iloc[0]) / ORE
        money = size * len(later)
        name = judged.name(str(later["unit"].iloc[0]))
        written = amount(size, choose_unit(size), currency=judged.region.currency)
        what = (
            f"Verifikat {voucher} på {name}, {written}, är bokfört både i {short_period(first)} och i "
            f"{short_period(last)}."
        )
        postings = tuple(map(_posting, _records(group)))
        findings.append(Finding("booked_twice", "ledger", what, name, len(later), money, postings))
    return findings


def _records(group: pd.DataFrame) -> list[dict[str, object]]:
    return group[["period", "unit", "account", "voucher", "ore"]].head(SHOWN).to_dict("records")  # type: ignore[return-value]


def _posting(record: dict[str, object]) -> Posting:
    ore = int(str(record["ore"]))
    return Posting(
        pd.Timestamp(str(record["period"])), str(record["unit"]), str(record["account"]), str(record["voucher"]), ore
    )
