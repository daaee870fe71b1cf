"""Checking a region's data: what was read of every table, whether sums hold, and what needs a look."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from utfall.evidence import Check, require_identity
from utfall.presentation.numbers import number
from utfall.quality.doubles import booked_twice, doubled_rows
from utfall.quality.findings import Finding, findings_frame
from utfall.quality.kinds import KINDS
from utfall.quality.ledger import Judged
from utfall.quality.orphans import (
    registers_without_postings,
    turned_accounts,
    units_never_posted,
    unmatched_budgets,
    unused_accounts,
)
from utfall.quality.persons import person_numbers
from utfall.quality.population import population_sums
from utfall.quality.postings import booked_apart, large_postings, late_shares, turned_postings
from utfall.quality.result import DataQuality
from utfall.quality.rows import with_rows
from utfall.quality.series import missing_months, outliers, turned_signs
from utfall.region import Region
from utfall.region.periods import PeriodLike
from utfall.region.tables import MONEY_COLUMN, TABLES

SEARCHES: tuple[Callable[[Judged], list[Finding]], ...] = (
    doubled_rows,
    booked_twice,
    turned_signs,
    turned_postings,
    turned_accounts,
    missing_months,
    large_postings,
    outliers,
    booked_apart,
    late_shares,
    units_never_posted,
    unmatched_budgets,
    registers_without_postings,
    unused_accounts,
    person_numbers,
    population_sums,
)
"""Everything that is looked for."""

OF_ONE_CELL = frozenset({"turned_sign", "outlier", "large_posting"})
"""Kinds that may tell the same of an account's month in several ways."""

ASSUMPTIONS = (
    "Ett fynd är en fråga, inget fel i sig: den som känner enheten avgör.",
    "Årets månader prövas mot högst tre år före dem. Det som registret över händelser förklarar är inget fynd.",
    "Verifikatnummer söks inte efter personnummer: tio siffror är där ett löpnummer.",
)
"""What every check of data takes for given."""


def check_data(region: Region, *, period: PeriodLike | None = None) -> DataQuality:
    """Tell whether a region's data can be relied on.

    Every table's rows are accounted for, its sums are shown, and stated control totals are held against them. What
    does not stop an import but needs a look is listed with file, row and remedy: doubles, turned signs, missing
    months, odd amounts, late bookings, budgets and registers without postings, personal identity numbers.

    Parameters
    ----------
    region : Region
        The region.
    period : period, optional
        Last month that is looked at, with the year's months before it; the region's last when not given.

    Returns
    -------
    DataQuality

    Raises
    ------
    InvalidParameter
        When the period is no month of the ledger.
    IdentityFailed
        When the ledger's rows do not sum to the amounts that the analyses use.
    """
    judged = Judged.until(region, period)
    found = [finding for search in SEARCHES for finding in search(judged)]
    found = with_rows(region, _once(found))
    files = {name: account.file for name, account in region.row_accounts.items()}
    findings = findings_frame(found, files)
    rows = _rows(region)
    totals = _totals(region)
    return DataQuality(
        period=judged.last,
        since=judged.first,
        findings=findings,
        summary=_summary(findings),
        rows=rows,
        totals=totals,
        assumptions=ASSUMPTIONS,
        warnings=_warnings(region, totals),
        checks=(*_identities(judged, rows), *_control_totals(totals), *_searches(findings)),
        currency=region.currency,
    )


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what an earlier, surer search has told of the same account, unit and month."""
    told: set[tuple[object, ...]] = set()
    kept = []
    for finding in findings:
        cells = {(p.period, p.unit, p.account) for p in finding.postings}
        if finding.kind in OF_ONE_CELL and cells & told:
            continue
        told |= cells
        kept.append(finding)
    return kept


def _rows(region: Region) -> pd.DataFrame:
    records = []
    for name in TABLES:
        if name not in region.row_accounts:
            continue
        account = region.row_accounts[name]
        reasons = ", ".join(f"{reason}: {number(count)}" for reason, count in account.excluded.items())
        has_money = MONEY_COLUMN in TABLES[name].columns
        total = region.store.total(name) if has_money else float("nan")
        records.append(
            (
                name,
                account.file,
                account.read,
                account.used,
                sum(account.excluded.values()),
                account.refused,
                reasons,
                total,
            )
        )
    columns = ["table", "file", "read", "used", "excluded", "refused", "reasons", "total"]
    return pd.DataFrame(records, columns=columns).astype({"total": "float64"})


def _totals(region: Region) -> pd.DataFrame:
    records = [
        (name, total.what, total.stated, total.found, total.found - total.stated, total.tolerance, total.holds)
        for name, account in region.row_accounts.items()
        for total in account.totals
    ]
    columns = ["table", "what", "stated", "found", "difference", "tolerance", "holds"]
    return pd.DataFrame(records, columns=columns)


def _summary(findings: pd.DataFrame) -> pd.DataFrame:
    """One row a kind: how many findings, rows and how much money."""
    groups = findings.groupby("kind")
    counted = pd.DataFrame(
        {"findings": groups.size(), "count": groups["count"].sum(), "amount": groups["amount"].sum()}
    ).reindex(list(KINDS), fill_value=0)
    kinds = pd.DataFrame([(key, kind.name, kind.is_fault, kind.remedy) for key, kind in KINDS.items()])
    kinds.columns = pd.Index(["kind", "name", "is_fault", "remedy"])
    frame = kinds.merge(counted.rename_axis("kind").reset_index(), on="kind")
    return frame.astype({"findings": "int64", "count": "int64", "amount": "float64"})


def _identities(judged: Judged, rows: pd.DataFrame) -> list[Check]:
    region = judged.region
    summed = float(region.amounts([], until=region.latest_period)["actual"].iloc[0])
    checks = [
        require_identity("Huvudbokens rader summerar till det som analyserna räknar på", region.control_total(), summed)
    ]
    told = rows["used"] + rows["excluded"] + rows["refused"]
    checks.append(
        require_identity(
            "Lästa rader är använda, utelämnade eller stoppade", float(rows["read"].sum()), float(told.sum())
        )
    )
    return checks


def _control_totals(totals: pd.DataFrame) -> list[Check]:
    return [
        Check(
            f"Kontrollsumman för {row['table']} ({row['what']})", bool(row["holds"]), "", (row["stated"], row["found"])
        )
        for row in totals.to_dict("records")
    ]


def _searches(findings: pd.DataFrame) -> list[Check]:
    found = findings["kind"].value_counts()
    return [
        Check(kind.name, key not in found, "inga fynd" if key not in found else f"{number(found[key])} fynd")
        for key, kind in KINDS.items()
        if kind.is_fault
    ]


def _warnings(region: Region, totals: pd.DataFrame) -> tuple[str, ...]:
    lacking = []
    if totals.empty:
        lacking.append(
            "Ingen kontrollsumma är angiven i region.yaml: att filerna är hela kan inte visas, bara att inget av dem "
            "har tappats bort."
        )
    if not region.has_budget:
        lacking.append("Regionen jämförs inte med en budget; budgetens täckning är inte prövad.")
    return tuple(lacking)
