"""Postings that come every month: one that is missing, and one that is there twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.rootcause.postings.account_months import MONTHS, AccountMonths
from utfall.rootcause.postings.vouchers import Booked, Finding, Postings

ALIKE_MONTHS = 11
"""Of the twelve months before, those in which a recurring posting is there, in as many rows as it usually has and with
about its usual amount."""

ALIKE_WITHIN = 0.2
"""About the usual amount: within this share of the twelve months' median."""

ABSENT_SHARE = 0.1
"""What is left of a month from which the posting is missing, as a share of the usual amount, at most."""

MADE_UP = 1.5
"""A neighbouring month with this many times the usual amount holds what is missing."""

REPLACED_SHARE = 0.5
"""Nothing is missing when the rest of the account rose unusually that month, by at least this share of it: the supplier
may have changed its name."""

LONGEST_GAP = 2
"""Months in a row that a posting can be missing; after that the contract is taken to have ended."""


@dataclass(frozen=True, eq=False)
class _Series:
    """What each account has with each counterparty, by month.

    Attributes
    ----------
    cell, party : ndarray of int
        Account at unit, and number of the counterparty.
    sums : ndarray of float, shape (series, months)
        Monthly sums, SEK in result sign.
    counts : ndarray of int, shape (series, months)
        Postings.
    of_row : ndarray of int
        Series of each posting.
    """

    cell: NDArray[np.int64]
    party: NDArray[np.int64]
    sums: NDArray[np.float64]
    counts: NDArray[np.int64]
    of_row: NDArray[np.int64]


@dataclass(frozen=True)
class _Case:
    """One series in one month, with its usual amount: the median of the twelve months before."""

    at: int
    month: int
    usual: float


def recurring(postings: Postings, accounts: AccountMonths) -> list[Finding]:
    """Find recurring postings that are missing or doubled, and vouchers entered twice.

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
    series = _series(postings)
    findings = _entered_twice(postings, accounts, series)
    taken = {(found.cell, part.month) for found in findings for part in found.booked}
    for case in _odd_months(series, accounts):
        if abs(series.sums[case.at, case.month]) <= ABSENT_SHARE * abs(case.usual):
            found = _missing(postings, accounts, series, case)
        elif (int(series.cell[case.at]), case.month) not in taken:
            found = _doubled(postings, series, case)
        else:
            found = None
        findings += [found] if found else []
    return findings


def _series(postings: Postings) -> _Series:
    rows, months = postings.rows, postings.months
    cell, party = rows["cell"].to_numpy(), rows["party"].to_numpy()
    parties = int(party.max(initial=0)) + 1
    keys, of_row = np.unique(cell * parties + party, return_inverse=True)
    place = of_row * months + rows["month"].to_numpy()
    length = len(keys) * months
    sums = np.asarray(np.bincount(place, rows["amount"].to_numpy(float), minlength=length), dtype=np.float64)
    counts = np.bincount(place, minlength=length).reshape(-1, months)
    # Öre are added as binary fractions here; without rounding a sum that cancels would not be zero.
    return _Series(keys // parties, keys % parties, sums.round(2).reshape(-1, months), counts, of_row)


def _odd_months(series: _Series, accounts: AccountMonths) -> list[_Case]:
    """Recurring series in the months where nothing is left of them, or far more than usual.

    A series recurs when it came in nearly all of the twelve months before, in as many rows and with about its usual
    amount.
    """
    cases = []
    often = np.flatnonzero((series.sums[:, :MONTHS] != 0).sum(axis=1) >= ALIKE_MONTHS - LONGEST_GAP)
    floor = accounts.floor[series.cell[often]]
    for month in range(MONTHS, series.sums.shape[1]):
        before = series.sums[often, month - MONTHS : month]
        counts = series.counts[often, month - MONTHS : month]
        usual = np.median(before, axis=1)
        alike = np.abs(before - usual[:, None]) <= ALIKE_WITHIN * np.abs(usual)[:, None]
        alike &= counts == np.median(counts, axis=1, keepdims=True)
        recurs = (alike.sum(axis=1) >= ALIKE_MONTHS) & (usual != 0) & (np.abs(usual) >= floor)
        size = np.abs(series.sums[often, month])
        odd = (size <= ABSENT_SHARE * np.abs(usual)) | (size >= MADE_UP * np.abs(usual))
        cases += [_Case(int(often[at]), month, float(usual[at])) for at in np.flatnonzero(recurs & odd)]
    return cases


def _missing(postings: Postings, accounts: AccountMonths, series: _Series, case: _Case) -> Finding | None:
    sums, month, usual = series.sums[case.at], case.month, case.usual
    absent = np.abs(sums) <= ABSENT_SHARE * abs(usual)
    first, last = _run(absent, month)
    around = [number for number in (first - 1, last + 1) if number < postings.months]
    made_up = any(sums[number] / usual >= MADE_UP for number in around)
    if last - first + 1 > LONGEST_GAP or made_up or _elsewhere(accounts, series, case):
        return None
    before = sums[month - MONTHS : month]
    before = before[np.abs(before) > ABSENT_SHARE * abs(usual)]
    interval = (-float(before.max()), -float(before.min()))
    booked = Booked(month, -round(usual, 2))
    return Finding("missing", int(series.cell[case.at]), _name(postings, series, case.at), (booked,), interval=interval)


def _run(absent: NDArray[np.bool_], month: int) -> tuple[int, int]:
    """First and last month of the gap that a month lies in."""
    first = last = month
    while absent[first - 1]:
        first -= 1
    while last + 1 < len(absent) and absent[last + 1]:
        last += 1
    return first, last


def _elsewhere(accounts: AccountMonths, series: _Series, case: _Case) -> bool:
    """Whether the amount came under another name: with others on the account, or on another account.

    A unit without any posting that month has not been read in, and nothing is said of it.
    """
    cell, party, usual = series.cell[case.at], series.party[case.at], abs(case.usual)
    units = accounts.keys["unit"].to_numpy()
    in_unit = (units == units[cell])[series.cell]
    if not series.counts[in_unit, case.month].any():
        return True
    span = series.sums[:, case.month - MONTHS : case.month + 1] * np.sign(case.usual)
    others = span[(series.cell == cell) & (series.party != party)].sum(axis=0)
    # Higher than all months but one before: the rest of an account that swings anyway stands for nothing.
    unusual = others[-1] > np.sort(others[:-1])[-2]
    if unusual and others[-1] - np.median(others[:-1]) >= REPLACED_SHARE * usual:
        return True
    elsewhere = span[in_unit & (series.cell != cell) & (series.party == party)]
    extra = elsewhere[:, -1] - np.median(elsewhere[:, :-1], axis=1)
    return bool((np.abs(extra - usual) <= ALIKE_WITHIN * usual).any())


def _doubled(postings: Postings, series: _Series, case: _Case) -> Finding | None:
    """A posting that comes once a month, there twice with its usual amount, and no gap on either side that it fills."""
    month, usual = case.month, case.usual
    rows = postings.rows[(series.of_row == case.at) & (postings.rows["month"] == month).to_numpy()]
    by_voucher = rows.groupby("voucher", sort=True)["amount"].sum().round(2)
    if len(by_voucher) != 2 or (np.abs(by_voucher - usual) > ALIKE_WITHIN * abs(usual)).any():
        return None
    absent = np.abs(series.sums[case.at]) <= ABSENT_SHARE * abs(usual)
    if absent[month + 1 : month + 2].any() or (absent[month - 1] and month > MONTHS):
        return None
    kind = "year_end" if absent[month - 1] else "doubled"  # January holds what December lacks
    (_, (second, amount)) = by_voucher.items()
    booked = Booked(month, float(amount), str(second), tuple(rows.index[rows["voucher"] == second].tolist()))
    return Finding(kind, int(series.cell[case.at]), _name(postings, series, case.at), (booked,))


def _entered_twice(postings: Postings, accounts: AccountMonths, series: _Series) -> list[Finding]:
    """Vouchers that repeat another of the month in account, counterparty, text and amount.

    Only where such repeats have not been seen before: some suppliers send two equal invoices.
    """
    rows = postings.rows.assign(series=series.of_row)
    large = rows["amount"].abs().to_numpy() >= accounts.floor[rows["cell"]]
    rows = rows[large & (rows["voucher"] != "").to_numpy()]
    alike = ["series", "month", "text", "amount"]
    repeats = rows[rows.duplicated(alike, keep=False)]
    repeats = repeats[~repeats.duplicated([*alike, "voucher"], keep=False)]
    repeats = repeats[repeats.duplicated(alike, keep=False)]
    findings = []
    for at in repeats["series"].unique().tolist():
        group = repeats[repeats["series"] == at]
        month, amount = int(group["month"].max()), float(group["amount"].to_numpy()[0])
        regular = (series.sums[at, :MONTHS] != 0).sum() >= ALIKE_MONTHS - LONGEST_GAP
        usual = len(group) > 2 or int(group["month"].min()) < MONTHS
        corrected = ((rows["series"] == at) & (rows["amount"] == -amount)).any()
        # A gap beside the month may be what the repeat fills.
        gap = (series.counts[at, month - 1 : month + 2] == 0).any()
        if not regular or usual or corrected or gap:
            continue
        row, voucher = int(group.index[1]), str(group["voucher"].to_numpy()[1])
        booked = Booked(month, amount, voucher, (row,))
        findings.append(Finding("doubled", int(series.cell[at]), _name(postings, series, at), (booked,)))
    return findings


def _name(postings: Postings, series: _Series, at: int) -> str:
    """Name of a series' counterparty."""
    return str(postings.rows["counterparty"].to_numpy()[np.argmax(series.of_row == at)])
