"""Findings: what was found, where, how many rows and how much money, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from utfall.quality.kinds import KINDS

FINDING_COLUMNS = ("kind", "name", "is_fault", "table", "file", "rows", "unit", "what", "remedy", "count", "amount")
"""Columns of a frame of findings."""


@dataclass(frozen=True)
class Posting:
    """What tells a row of the ledger from others; what is None may be anything.

    Parameters
    ----------
    period : Timestamp
        Its month.
    unit, account : str
        As coded in the ledger.
    voucher : str or None
        Its voucher.
    ore : int or None
        Its amount, in öre and result sign.
    """

    period: pd.Timestamp
    unit: str
    account: str
    voucher: str | None = None
    ore: int | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that needs a look.

    Parameters
    ----------
    kind : str
        A key of `utfall.quality.kinds.KINDS`.
    table : str
        Table or register it is in.
    what : str
        What was found: one Swedish sentence.
    unit : str
        Name of the unit; empty when it concerns no unit.
    count : int
        Rows, months or values it concerns.
    amount : float
        Money it concerns, SEK without sign.
    postings : tuple of Posting
        Rows of the ledger to look at first.
    file : str
        The file that `rows` are in; the table's own when empty.
    rows : tuple of int
        Rows in the file, as a person counts them, where they are known.

    Examples
    --------
    >>> Finding("unused_account", "accounts.yaml", "Ingen rad använder 79.", rows=(12,)).rows
    (12,)
    """

    kind: str
    table: str
    what: str
    unit: str = ""
    count: int = 1
    amount: float = 0.0
    postings: tuple[Posting, ...] = ()
    file: str = ""
    rows: tuple[int, ...] = ()


def findings_frame(findings: Iterable[Finding], files: dict[str, str]) -> pd.DataFrame:
    """Lay findings out as a frame, in the order of the kinds and the largest first.

    Parameters
    ----------
    findings : iterable of Finding
        The findings.
    files : dict of str to str
        File of each table; a register is its own.

    Returns
    -------
    DataFrame
        `FINDING_COLUMNS`.

    Examples
    --------
    >>> finding = Finding("unused_account", "accounts.yaml", "Ingen rad använder 79.", rows=(12,))
    >>> findings_frame([finding], {})[["name", "file", "rows"]].values.tolist()
    [['Konto som ingen rad använder', 'accounts.yaml', '12']]
    """
    order = list(KINDS)
    rows = [
        (
            each.kind,
            KINDS[each.kind].name,
            KINDS[each.kind].is_fault,
            each.table,
            each.file or files.get(each.table, each.table),
            ", ".join(map(str, each.rows)),
            each.unit,
            each.what,
            KINDS[each.kind].remedy,
            each.count,
            round(each.amount, 2),
        )
        for each in sorted(findings, key=lambda each: (order.index(each.kind), -each.amount, each.unit, each.what))
    ]
    frame = pd.DataFrame(rows, columns=list(FINDING_COLUMNS))
    return frame.astype({"count": "int64", "amount": "float64", "is_fault": "bool"})
