"""Months that leave their series: another sign than usual, nothing where there is always something, odd amounts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from utfall.presentation.numbers import amount, choose_unit, short_period
from utfall.presentation.words import list_words
from utfall.quality.findings import Finding, Posting
from utfall.quality.ledger import CHANGES, ENDS, Judged, fetch, matching
from utfall.region.store import ORE

FEWEST_MONTHS = 12
"""Months with amounts that a series must have before anything is unusual in it."""

SAME_SIGN = 0.95
"""Share of its months in which a series has its usual sign."""

TURNED_SHARE = 0.5
"""Share of a usual month below which a month of the other sign is a correction, no turned sign."""

REVERSED_WITHIN = 13
"""Months within which a posting may be taken out by another."""

BEYOND = 6.0
"""Usual spreads (1.4826 median absolute deviations) a month must lie from its series' median to be odd."""

BEYOND_LARGEST = 2.0
"""How many times further from the median than any earlier month an odd one lies: skew series are left alone."""

ODD_MATERIAL = 10
"""How many times the smallest amount worth a look an odd month must be off by."""

MAD_TO_SD = 1.4826
"""A normal variable's standard deviation, in median absolute deviations."""

ACCOUNT = ["unit", "account", "line"]


def turned_signs(judged: Judged) -> list[Finding]:
    """Find account months of the other sign than the account has at the unit, beyond what takes postings out.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
    """
    keys, amounts = judged.table_of(ACCOUNT)
    past = amounts[:, ~judged.is_judged]
    given = (past != 0).sum(axis=1)
    positive = (past > 0).sum(axis=1)
    negative = (past < 0).sum(axis=1)
    usual = np.where(positive >= negative, 1.0, -1.0)
    steady = (given >= FEWEST_MONTHS) & (np.maximum(positive, negative) >= SAME_SIGN * given)
    size = _typical(past)
    limit = np.maximum(judged.material(keys["unit"]), TURNED_SHARE * size)
    turned = (amounts * -usual[:, None] >= limit[:, None]) & steady[:, None] & judged.is_judged[None, :]
    found = [(int(at), int(month)) for at, month in zip(*np.nonzero(turned), strict=True)]
    postings = _account_postings(judged, keys.iloc[sorted({at for at, _ in found})])
    findings = []
    for at, month in found:
        unit, account, line = keys.iloc[at]
        period = judged.months[month]
        left = _beyond_reversals(postings.get((unit, account)), period, amounts[at, month])
        if left * -usual[at] < limit[at]:
            continue
        name = judged.name(unit)
        sign, other = ("en intäkt", "en kostnad") if left > 0 else ("en kostnad", "en intäkt")
        what = (
            f"Konto {account} ({judged.line_name(line)}) på {name} är {sign} i {short_period(period)}: "
            f"{_money(judged, amounts[at, month], signed=True)}; det brukar vara {other}."
        )
        rows = _of_cell(judged, unit, account, period)
        findings.append(Finding("turned_sign", "ledger", what, name, 1, abs(float(left)), rows))
    return findings


def missing_months(judged: Judged) -> list[Finding]:
    """Find months without postings on a line that the unit has posted on every month for a year.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        One a unit and line; what the register of events explains is left out.
    """
    keys, amounts = judged.table_of(["unit", "line"])
    valid = {month: {n.code for n in judged.region.organisation.nodes(month, "unit")} for month in judged.months}
    material = judged.material(keys["unit"])
    findings = []
    for at in np.nonzero((amounts[:, judged.is_judged] == 0).any(axis=1))[0]:
        unit, line = keys.iloc[at]
        absent = [int(month) for month in np.nonzero((amounts[at] == 0) & judged.is_judged)[0]]
        before = amounts[at, max(0, absent[0] - FEWEST_MONTHS) : absent[0]]
        if len(before) < FEWEST_MONTHS or (before == 0).any():
            continue
        months = [judged.months[month] for month in absent]
        months = [month for month in months if unit in valid[month] and not judged.known(unit, line, month, ENDS)]
        usual = float(np.median(np.abs(before)))
        if not months or usual < material[at]:
            continue
        name = judged.name(unit)
        what = (
            f"{judged.line_name(line)} på {name} saknar bokföring i {list_words(map(short_period, months))}; "
            f"en vanlig månad är {_money(judged, float(np.median(before)), signed=True)}."
        )
        findings.append(Finding("missing_month", "ledger", what, name, len(months), usual * len(months)))
    return findings


def outliers(judged: Judged) -> list[Finding]:
    """Find account months that lie far beyond all the account's own months at the unit.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        What the register of events explains is left out.

    Notes
    -----
    A month is odd when it is `BEYOND` robust standard deviations from the median of the months before the year, and
    `BEYOND_LARGEST` times as far as any of them: no assumption on how they are spread would be true of every account.
    """
    keys, amounts = judged.table_of(ACCOUNT)
    past = amounts[:, ~judged.is_judged]
    if past.shape[1] < FEWEST_MONTHS:
        return []
    middle = np.median(past, axis=1)
    off = np.abs(past - middle[:, None])
    spread = MAD_TO_SD * np.median(off, axis=1)
    enough = (past != 0).sum(axis=1) >= FEWEST_MONTHS
    apart = amounts - middle[:, None]
    limit = np.maximum(BEYOND * spread, BEYOND_LARGEST * off.max(axis=1))
    limit = np.maximum(limit, ODD_MATERIAL * judged.material(keys["unit"]))
    odd = (np.abs(apart) > limit[:, None]) & enough[:, None] & judged.is_judged[None, :] & (amounts != 0)
    findings = []
    for at, month in zip(*np.nonzero(odd), strict=True):
        unit, account, line = keys.iloc[int(at)]
        period = judged.months[int(month)]
        if judged.known(unit, line, period, CHANGES):
            continue
        name = judged.name(unit)
        what = (
            f"Konto {account} ({judged.line_name(line)}) på {name} är "
            f"{_money(judged, amounts[at, month], signed=True)} i {short_period(period)}; "
            f"en vanlig månad är {_money(judged, middle[at], signed=True)}."
        )
        rows = _of_cell(judged, unit, account, period)
        findings.append(Finding("outlier", "ledger", what, name, 1, abs(float(apart[at, month])), rows))
    return findings


def _typical(past: np.ndarray) -> np.ndarray:
    """Median size of the months that have amounts."""
    sizes = np.where(past != 0, np.abs(past), np.nan)
    typical = np.zeros(len(past))
    known = (past != 0).any(axis=1)
    if known.any():
        typical[known] = np.nanmedian(sizes[known], axis=1)
    return typical


def _account_postings(judged: Judged, keys: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Postings of some accounts in the judged months and those in which a reversed posting may stand."""
    if keys.empty:
        return {}
    wanted = keys.assign(posted=keys["unit"].map(judged.posted_units)).explode("posted")
    codes = dict(zip(wanted["posted"], wanted["unit"], strict=True))
    rows = judged.rows(judged.first - pd.DateOffset(months=REVERSED_WITHIN))
    rows = matching(rows, wanted[["posted", "account"]].rename(columns={"posted": "unit"}))
    found = fetch(rows.select("period", "unit", "account", "ore"))
    found["unit"] = found["unit"].map(codes)
    return {(str(unit), str(account)): group for (unit, account), group in found.groupby(["unit", "account"])}


def _beyond_reversals(postings: pd.DataFrame | None, period: pd.Timestamp, total: float) -> float:
    """What is left of a month when the postings that take out an earlier one of the same size are left out."""
    if postings is None:
        return total
    since = period - pd.DateOffset(months=REVERSED_WITHIN)
    earlier = postings.loc[(postings["period"] >= since) & (postings["period"] < period), "ore"]
    open_ = Counter(earlier.tolist())
    sign = 1 if total > 0 else -1
    left = total
    for ore in postings.loc[postings["period"] == period, "ore"].tolist():
        if ore * sign > 0 and open_[-ore] > 0:
            open_[-ore] -= 1
            left -= ore / ORE
    return left


def _of_cell(judged: Judged, unit: str, account: str, period: pd.Timestamp) -> tuple[Posting, ...]:
    return tuple(Posting(period, posted, account) for posted in judged.posted_units.get(unit, (unit,)))


def _money(judged: Judged, value: float, *, signed: bool = False) -> str:
    return amount(value, choose_unit(value), currency=judged.region.currency, signed=signed)
