"""Single postings: too large for their unit, of the other sign than their account's, booked far from their month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from utfall.presentation.numbers import amount, choose_unit, percent, short_period
from utfall.presentation.words import plural
from utfall.quality.findings import Finding, Posting
from utfall.quality.ledger import CHANGES, MATERIAL, Judged, fetch, matching
from utfall.region.store import ORE

LARGE_SHARE = 0.1
"""Share of what its unit books in a year from which a single posting is large."""

NOT_USUAL = 3.0
"""How many times the largest earlier posting on its account a large one must be: some accounts have one each month."""

EARLIER_MONTHS = 24
"""Months before the judged ones whose postings tell how large and of which sign they usually are."""

FEWEST_POSTINGS = 24
"""Postings an account must have at a unit before the sign of one is unusual."""

SAME_SIGN = 0.99
"""Share of them that have the usual sign, all but one at least."""

DAYS_BEFORE = 31
"""Days before its month begins that a posting may be booked: an invoice in advance."""

DAYS_AFTER = 120
"""Days after its month ends that a posting may be booked: after the year-end's work."""

LATE_DAYS = 15
"""Days after the end of the month from which a posting is late."""

LATE_SHARE = 0.05
"""Share of a month's amounts, without sign, that may be booked late before it is told."""

LATE_TIMES = 3.0
"""How many times the usual share of a month it must be."""

CLOSED_MONTHS = 1
"""Last months whose late postings are still to come: nothing can be said of them."""

LONGEST_MONTH = 31
"""Days of a month; that some are shorter moves the limits by three days at most."""

MISSING_DATES = 0.05
"""Share of the postings that may lack a booking date before dates are not judged."""

CELL = ["unit", "account"]


def large_postings(judged: Judged) -> list[Finding]:
    """Find single postings that are a large part of their unit's year, where such are not usual on the account.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        What the register of events explains is left out.
    """
    limits = _by_posted_unit(judged, LARGE_SHARE)
    if limits.empty:
        return []
    rows = judged.rows(judged.first)
    rows = rows.filter(rows.ore.abs() >= int(limits["limit"].min()))
    found = fetch(rows.select("period", *CELL, "voucher", "ore")).merge(limits, on="unit")
    found = found[found["ore"].abs() >= found["limit"]]
    if found.empty:
        return []
    earlier = judged.rows(judged.first - pd.DateOffset(months=EARLIER_MONTHS))
    earlier = matching(earlier, found[CELL])
    largest = fetch(
        earlier.filter(earlier.period < judged.first).group_by(CELL).aggregate(largest=earlier.ore.abs().max())
    )
    found = found.merge(largest, on=CELL, how="left")
    found = found[found["ore"].abs() >= NOT_USUAL * found["largest"].fillna(0)]
    lines = judged.region.accounts.line_of(sorted(found["account"].unique()))
    findings = []
    for row in found.to_dict("records"):
        line = lines[row["account"]]
        if judged.known(row["current"], line, row["period"], CHANGES):
            continue
        name = judged.name(row["current"])
        money = row["ore"] / ORE
        share = abs(row["ore"]) / (row["limit"] / LARGE_SHARE)
        written = amount(money, choose_unit(money), currency=judged.region.currency, signed=True)
        what = (
            f"En post på {written} på konto {row['account']} ({judged.line_name(line)}) "
            f"i {short_period(row['period'])} är {percent(share, 0)} av vad {name} bokför på ett år."
        )
        posting = Posting(row["period"], row["unit"], row["account"], row["voucher"] or None, int(row["ore"]))
        findings.append(Finding("large_posting", "ledger", what, name, 1, abs(money), (posting,)))
    return findings


def turned_postings(judged: Judged) -> list[Finding]:
    """Find single postings of the other sign than their account has at the unit, that take out no other posting.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        One an account, unit and month.
    """
    rows = judged.rows(judged.first - pd.DateOffset(months=EARLIER_MONTHS))
    cells = fetch(
        rows.group_by(CELL).aggregate(
            positive=(rows.ore > 0).sum(), negative=(rows.ore < 0).sum(), size=rows.ore.abs().approx_median()
        )
    )
    given = cells["positive"] + cells["negative"]
    steady = cells[["positive", "negative"]].max(axis=1)
    cells["usual"] = np.where(cells["positive"] >= cells["negative"], 1, -1)
    few = np.maximum(1.0, (1 - SAME_SIGN) * given)
    mixed = cells[(given >= FEWEST_POSTINGS) & (given - steady <= few) & (steady < given)]
    if mixed.empty:
        return []
    year = judged.rows(judged.first)
    # Only rows of the unusual sign leave the engine: one in a hundred at most.
    minus = fetch(
        matching(year.filter(year.ore < 0), mixed.loc[mixed["usual"] > 0, CELL]).select(
            "period", *CELL, "voucher", "ore"
        )
    )
    plus = fetch(
        matching(year.filter(year.ore > 0), mixed.loc[mixed["usual"] < 0, CELL]).select(
            "period", *CELL, "voucher", "ore"
        )
    )
    odd = pd.concat([minus, plus], ignore_index=True).merge(mixed[[*CELL, "size"]], on=CELL)
    odd = odd.merge(_by_posted_unit(judged, MATERIAL), on="unit")
    # Worth a look: as large as a usual posting on the account, and not too small for the unit.
    odd = odd[odd["ore"].abs() >= np.maximum(odd["size"], odd["limit"])].reset_index(drop=True)
    if odd.empty:
        return []
    odd = odd[~_takes_out(odd, fetch(matching(rows, odd[CELL]).select(*CELL, "ore")))]
    lines = judged.region.accounts.line_of(sorted(odd["account"].unique()))
    findings = []
    for (unit, account, period), group in odd.groupby([*CELL, "period"], sort=True):
        name = judged.name(str(group["current"].iloc[0]))
        money = float(group["ore"].sum()) / ORE
        written = amount(money, choose_unit(money), currency=judged.region.currency, signed=True)
        line = judged.line_name(lines[str(account)])
        what = (
            f"{plural(len(group), 'post', 'poster')} på konto {account} ({line}) på {name} i {short_period(period)} "
            f"har omvänt tecken, {written}, och tar inte ut någon annan post."
        )
        postings = tuple(
            Posting(row["period"], str(unit), str(account), row["voucher"] or None, int(row["ore"]))
            for row in group.to_dict("records")
        )
        findings.append(Finding("turned_sign", "ledger", what, name, len(group), abs(money), postings))
    return findings


def booked_apart(judged: Judged) -> list[Finding]:
    """Find postings whose booking date is far outside their month.

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
    day = _day_of_month(rows)
    apart = rows.filter((day < -DAYS_BEFORE) | (day > LONGEST_MONTH + DAYS_AFTER))
    found = fetch(apart.select("period", *CELL, "voucher", "ore", "booked_on"))
    findings = []
    for (period, unit), group in found.groupby(["period", "unit"], sort=True):
        group = group.sort_values("ore", key=abs, ascending=False)
        name = judged.name(str(unit))
        first, last = group["booked_on"].min(), group["booked_on"].max()
        span = f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d}–{last:%Y-%m-%d}"
        what = f"{plural(len(group), 'rad', 'rader')} på {name} för {short_period(period)} har bokföringsdatum {span}."
        postings = tuple(
            Posting(row["period"], row["unit"], row["account"], row["voucher"] or None, int(row["ore"]))
            for row in group.head(5).to_dict("records")
        )
        money = float(group["ore"].abs().sum()) / ORE
        findings.append(Finding("booked_apart", "ledger", what, name, len(group), money, postings))
    return findings


def late_shares(judged: Judged) -> list[Finding]:
    """Find months of which unusually much was booked late.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
    """
    rows = judged.rows(judged.first - pd.DateOffset(months=EARLIER_MONTHS))
    late = _day_of_month(rows) > LONGEST_MONTH + LATE_DAYS
    months = rows.group_by("period").aggregate(
        count=rows.count(),
        undated=rows.booked_on.isnull().sum(),
        total=rows.ore.abs().sum().cast("float64"),
        late=rows.ore.abs().sum(where=late).cast("float64"),
        late_rows=late.sum(),
    )
    found = fetch(months).sort_values("period").fillna({"late": 0.0, "late_rows": 0, "undated": 0})
    if found.empty or found["undated"].sum() > MISSING_DATES * found["count"].sum():
        return []
    found["share"] = found["late"] / found["total"].where(found["total"] > 0)
    usual = found.loc[found["period"] < judged.first, "share"].median()
    closed = judged.last - pd.DateOffset(months=CLOSED_MONTHS - 1)
    odd = found[(found["period"] >= judged.first) & (found["period"] < closed)]
    odd = odd[odd["share"] > max(LATE_SHARE, LATE_TIMES * (0.0 if pd.isna(usual) else usual))]
    findings = []
    for row in odd.to_dict("records"):
        what = (
            f"{percent(row['share'], 0)} av beloppen i {short_period(row['period'])} är bokförda mer än "
            f"{LATE_DAYS} dagar efter månadens slut."
        )
        findings.append(Finding("late_share", "ledger", what, "", int(row["late_rows"]), row["late"] / ORE))
    return findings


def _day_of_month(rows: Any) -> Any:
    """The day a posting was booked, counted from the first of its month as 0."""
    return rows.booked_on.cast("date").delta(rows.period.cast("date"), unit="day")


def _by_posted_unit(judged: Judged, share: float) -> pd.DataFrame:
    """A share of what each unit books in a year, in öre, by the codes in the ledger: ``unit, current, limit``."""
    rows = [
        (posted, unit, share * float(judged.gross[unit]) * ORE)
        for unit, codes in judged.posted_units.items()
        if judged.gross.get(unit, 0.0) > 0
        for posted in codes
    ]
    return pd.DataFrame(rows, columns=["unit", "current", "limit"]).astype({"unit": "str", "current": "str"})


def _takes_out(odd: pd.DataFrame, postings: pd.DataFrame) -> pd.Series:
    """Whether a posting of the other sign has one of the same size to take out, before or after it."""
    left = postings.groupby([*CELL, "ore"]).size().to_dict()
    taken = []
    for unit, account, ore in odd[[*CELL, "ore"]].itertuples(index=False, name=None):
        key = (unit, account, -ore)
        taken.append(left.get(key, 0) > 0)
        left[key] = left.get(key, 0) - 1
    return pd.Series(taken, index=odd.index, dtype=bool)
