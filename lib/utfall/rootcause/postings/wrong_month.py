"""Postings in the wrong month: pairs that cancel, shifts over the turn of the year, accruals still open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.rootcause.postings.account_months import EARLIER_MONTHS, MONTHS, AccountMonths
from utfall.rootcause.postings.vouchers import Booked, Finding, Postings

MOST_MONTHS_APART = 3
"""A correction comes within a quarter: what is found later belongs to a closed report and is explained there."""

CANCEL_WITHIN = 0.01
"""Two postings cancel when what is left is at most this share of the larger."""

POSTING_FACTOR = 1.5
"""A posting is unusual when it is this many times the third largest on its account: two of the larger may be the pair
that is looked for."""

ORDINARY_RANK = 3
"""Which of the largest postings says how large an ordinary one may be."""

MONTH_SHARE = 0.5
"""A posting lies in the wrong month only when the month strays the same way by at least this share of it: an accrual
that is reversed in the month its invoice comes leaves the month as usual."""

ROW_SHARE = 0.1
"""Rows smaller than this share of what is looked for are not put together to vouchers: no voucher has ten such."""

MIRROR_WITHIN = 0.25
"""December lacks what January has when the two amounts are alike within this share."""


@dataclass(frozen=True)
class _Leg:
    """A voucher on an account that may be one half of a pair."""

    cell: int
    month: int
    counterparty: str
    voucher: str
    amount: float
    rows: tuple[int, ...]

    @property
    def booked(self) -> Booked:
        return Booked(self.month, self.amount, self.voucher, self.rows)


def wrong_month(postings: Postings, accounts: AccountMonths) -> list[Finding]:
    """Find pairs that cancel, shifts over the turn of the year, and open accruals.

    Parameters
    ----------
    postings : Postings
        The vouchers.
    accounts : AccountMonths
        What is usual on each account.

    Returns
    -------
    list of Finding
        No posting is in two of them.
    """
    by_cell: dict[int, list[_Leg]] = {}
    for leg in _legs(postings, accounts):
        by_cell.setdefault(leg.cell, []).append(leg)
    return [found for legs in by_cell.values() for found in _on_one_account(legs, postings, accounts)]


def _on_one_account(legs: list[_Leg], postings: Postings, accounts: AccountMonths) -> list[Finding]:
    pairs = sorted(
        ((one, other) for one in legs for other in legs if _cancel(one, other)),
        # Within the year before over its turn: the first moves nothing between years and so claims less.
        key=lambda pair: (pair[0].month < MONTHS, abs(pair[0].amount + pair[1].amount), pair[1].month - pair[0].month),
    )
    findings: list[Finding] = []
    used: set[_Leg] = set()
    for one, other in pairs:
        if one in used or other in used or other.month < MONTHS:
            continue
        if one.month >= MONTHS:
            kind = "pair"
        elif _stands(other, legs, accounts):
            kind = "year_end"
        else:
            continue
        used |= {one, other}
        exact = round(one.amount + other.amount, 2) == 0
        findings.append(Finding(kind, one.cell, one.counterparty, (one.booked, other.booked), exact))
    for leg in legs:
        if leg not in used and leg.month >= MONTHS and _stands(leg, legs, accounts):
            what = _alone(leg, postings, accounts)
            if what:
                findings.append(Finding(what, leg.cell, leg.counterparty, (leg.booked,)))
    return findings


def _alone(leg: _Leg, postings: Postings, accounts: AccountMonths) -> str | None:
    """What a large posting without a counterpart is: a shift over the turn of the year, an open accrual, or neither."""
    december = accounts.beyond[leg.cell, EARLIER_MONTHS - 1]
    mirrored = abs(december + leg.amount) <= MIRROR_WITHIN * abs(leg.amount)
    if leg.month == MONTHS and mirrored and abs(december) >= accounts.limit[leg.cell]:
        return "year_end"
    against = leg.amount * accounts.level[leg.cell] < 0
    return "open_accrual" if against and leg.month >= postings.months - MOST_MONTHS_APART else None


def _cancel(one: _Leg, other: _Leg, most_apart: int = MOST_MONTHS_APART) -> bool:
    larger = max(abs(one.amount), abs(other.amount))
    return (
        1 <= other.month - one.month <= most_apart
        and abs(one.amount + other.amount) <= CANCEL_WITHIN * larger
        and (one.counterparty == other.counterparty or not one.counterparty or not other.counterparty)
    )


def _stands(leg: _Leg, legs: list[_Leg], accounts: AccountMonths) -> bool:
    """Whether the year so far has not made a posting good, as an invoice that came a month late would."""
    start = leg.month - MONTHS + EARLIER_MONTHS
    left = accounts.beyond[leg.cell, start : start + MOST_MONTHS_APART + 1].sum()
    remains = left * np.sign(leg.amount) >= MONTH_SHARE * abs(leg.amount)
    return bool(remains) and not any(_cancel(leg, later, MONTHS) for later in legs)


def _legs(postings: Postings, accounts: AccountMonths) -> list[_Leg]:
    """Vouchers far outside what is usual on their account, in a month that strays with them."""
    rows = postings.rows
    limit = np.where(accounts.judged, accounts.limit, np.inf)
    cell, month = rows["cell"].to_numpy(), rows["month"].to_numpy()
    size = rows["amount"].abs().to_numpy()
    near = (month >= MONTHS - EARLIER_MONTHS) & (size >= ROW_SHARE * limit[cell])
    # Only an account with something against its sign, or a hole in December, can hold a finding.
    against = near & (rows["amount"].to_numpy() * accounts.level[cell] < 0)
    hole = np.abs(accounts.beyond[:, EARLIER_MONTHS - 1]) >= limit
    possible = np.bincount(cell[against], minlength=len(limit)) > 0
    chosen = np.flatnonzero(near & (possible | hole)[cell])
    legs = _vouchers(rows.iloc[chosen], chosen, limit, accounts.beyond)
    ordinary = _ordinary(rows, {leg.cell for leg in legs})
    return [leg for leg in legs if abs(leg.amount) >= POSTING_FACTOR * ordinary[leg.cell]]


def _vouchers(
    rows: pd.DataFrame, positions: NDArray[np.int64], limit: NDArray[np.float64], beyond: NDArray[np.float64]
) -> list[_Leg]:
    """Put a voucher's rows on one account together, and keep the large whose month strays with them.

    Rows without a voucher number stand alone.
    """
    alone = np.where(rows["voucher"] == "", positions, -1)
    key = ["cell", "month", "party", "voucher"]
    group = rows[key].assign(alone=alone).groupby([*key, "alone"], sort=True).ngroup().to_numpy()
    amount = np.bincount(group, rows["amount"].to_numpy()).round(2)
    first = np.unique(group, return_index=True)[1]
    cell, month = rows["cell"].to_numpy()[first], rows["month"].to_numpy()[first]
    counterparty, voucher = rows["counterparty"].to_numpy()[first], rows["voucher"].to_numpy()[first]
    strays = beyond[cell, month - MONTHS + EARLIER_MONTHS] * np.sign(amount) >= MONTH_SHARE * np.abs(amount)
    return [
        _Leg(
            cell=int(cell[number]),
            month=int(month[number]),
            counterparty=str(counterparty[number]),
            voucher=str(voucher[number]),
            amount=float(amount[number]),
            rows=tuple(positions[group == number].tolist()),
        )
        for number in np.flatnonzero((np.abs(amount) >= limit[cell]) & strays)
    ]


def _ordinary(rows: pd.DataFrame, cells: set[int]) -> dict[int, float]:
    """The third largest posting on each of some accounts; zero where there are fewer."""
    sizes = rows.loc[rows["cell"].isin(list(cells)), ["cell", "amount"]].assign(
        amount=lambda some: some["amount"].abs()
    )
    third = sizes.sort_values("amount", ascending=False).groupby("cell")["amount"].nth(ORDINARY_RANK - 1)
    known = dict(zip(sizes.loc[third.index, "cell"], third, strict=True))
    return {cell: known.get(cell, 0.0) for cell in cells}
