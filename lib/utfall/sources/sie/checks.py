"""What must agree inside a SIE file once all of it is read: days and years, and amounts that are given twice."""

from __future__ import annotations

from collections import Counter, defaultdict

from utfall.sources.sie.content import RESERVED_DIMENSIONS, Content
from utfall.sources.sie.faults import FaultList
from utfall.sources.sie.fields import date_of, kronor

_Account = tuple[int, str]
"""Year number and account."""


def check(content: Content, faults: FaultList, *, strict: bool) -> None:
    """Check a file as a whole; what is wrong is added to the faults, what is merely odd to the doubts.

    Parameters
    ----------
    content : Content
        The file.
    faults : FaultList
        Where faults go.
    strict : bool
        Whether amounts that are given twice and disagree are faults; otherwise they are doubts.
    """
    _days_within_years(content, faults)
    _months_within_years(content, faults)
    _given_once(content, faults)
    _periods_agree_with_balances(content, faults, strict)
    _vouchers_agree_with_balances(content)
    _declared(content)
    if content.header.currency not in ("", "SEK"):
        content.doubts.append(f"The amounts are in {content.header.currency}, not in kronor (#VALUTA).")


def _days_within_years(content: Content, faults: FaultList) -> None:
    years = content.header.years.values()
    outside = {
        number
        for number in set(content.postings.day)
        if not any(first <= date_of(number) <= last for first, last in years)
    }
    if not (outside and years):
        return
    unreadable = {at for at, row in enumerate(content.vouchers.row) if not content.vouchers.day[at]}
    for row, number, voucher in zip(content.postings.row, content.postings.day, content.postings.voucher, strict=True):
        if number in outside and voucher not in unreadable:
            what = f"the day {date_of(number)} is in no financial year of the file (#RAR)."
            faults.add(row, what, "Correct the date, or give the year it is in.")


def _months_within_years(content: Content, faults: FaultList) -> None:
    years, balances = content.header.years, content.balances
    if not years:
        return
    for label, row, year, month in zip(balances.label, balances.row, balances.year, balances.month, strict=True):
        if year not in years:
            remedy = "Give the year as #RAR, or export the file again."
            faults.add(row, f"{label} is of the year {year}, which the file does not give.", remedy)
        elif month is not None:
            first, last = years[year]
            if not first.replace(day=1) <= date_of(month) <= last:
                what = f"{label} is of {date_of(month):%Y-%m}, which is not in the year {first} to {last}."
                faults.add(row, what, "Correct the period or the year number.")


def _given_once(content: Content, faults: FaultList) -> None:
    balances = content.balances
    met: dict[tuple[object, ...], int] = {}
    keys = zip(balances.label, balances.year, balances.month, balances.account, balances.objects, strict=True)
    for key, row in zip(keys, balances.row, strict=True):
        before = met.setdefault(key, row)
        if before != row:
            what = f"{key[0]} of account {key[3]} is given a second time; the first is on row {before}."
            faults.add(row, what, "Keep one of the rows.")


def _by_account(content: Content, label: str) -> dict[_Account, tuple[int, int]]:
    """Amount and row of a balance, for each year and account."""
    balances = content.balances
    columns = zip(
        balances.label, balances.year, balances.account, balances.objects, balances.amount, balances.row, strict=True
    )
    return {
        (year, account): (amount, row)
        for name, year, account, objects, amount, row in columns
        if name == label and not objects
    }


def _changes(content: Content) -> dict[_Account, tuple[int, int]]:
    """How much an account changed in a year by its balances, and the row that says it."""
    opening, closing = _by_account(content, "#IB"), _by_account(content, "#UB")
    changes = {key: (amount - opening.get(key, (0, 0))[0], row) for key, (amount, row) in closing.items()}
    return changes | _by_account(content, "#RES")


def _periods_agree_with_balances(content: Content, faults: FaultList, strict: bool) -> None:
    balances, extent = content.balances, content.header.extent
    totals: dict[_Account, int] = defaultdict(int)
    columns = zip(
        balances.label, balances.year, balances.month, balances.account, balances.objects, balances.amount, strict=True
    )
    for label, year, month, account, objects, amount in columns:
        counted = year or extent is None or month is None or date_of(month) <= extent
        if label == "#PSALDO" and not objects and counted:
            totals[year, account] += amount
    disagree = 0
    for (year, account), (change, row) in _changes(content).items():
        total = totals.get((year, account))
        if total is None or total == change:
            continue
        disagree += 1
        if strict:
            what = (
                f"account {account} changes by {kronor(change)} in the year {year}, but its periods (#PSALDO) sum to "
                f"{kronor(total)}."
            )
            faults.add(row, what, "Export the file again with every period.")
    if disagree and not strict:
        content.doubts.append(f"The periods (#PSALDO) of {disagree} accounts do not sum to the year's balances.")


def _vouchers_agree_with_balances(content: Content) -> None:
    if 0 not in content.header.years or not content.postings.row:
        return
    changes = {account: change for (year, account), (change, _) in _changes(content).items() if year == 0}
    if not changes:
        return
    first, last = content.header.years[0]
    within = {number for number in set(content.postings.day) if first <= date_of(number) <= last}
    totals: dict[str, int] = defaultdict(int)
    for account, amount, number in zip(
        content.postings.account, content.postings.amount, content.postings.day, strict=True
    ):
        if number in within:
            totals[account] += amount
    disagree = sorted(account for account, change in changes.items() if totals.get(account, 0) != change)
    if disagree:
        content.doubts.append(
            f"The vouchers of {len(disagree)} accounts do not sum to the year's balances, the first of them "
            f"{disagree[0]}: the file may lack vouchers."
        )


def _declared(content: Content) -> None:
    used = set(content.postings.account) | set(content.balances.account)
    lacking = sorted(used - content.accounts.keys())
    if lacking:
        content.doubts.append(f"{len(lacking)} accounts are used without #KONTO, the first of them {lacking[0]}.")
    met = Counter(dimension for pairs in content.object_lists for dimension, _ in pairs)
    known = content.dimensions.keys() | RESERVED_DIMENSIONS.keys()
    for dimension in sorted(met.keys() - known):
        content.doubts.append(f"The dimension {dimension} is used without #DIM: what its objects are is not known.")
