"""Exports of Raindance's data mart: which column of ``EK_FAKTA_VERIFIKAT`` is which of the kit's.

The mart has one row a voucher row; code parts are columns ``<DIM>_ID``, amounts ``<X>_V``. Which code parts there are
is decided by each organisation, so the unit's and the activity's are parameters. Names are those seen in public code of
one region; another's may differ, and a column that is not found is named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from utfall.errors import Fault, InvalidData

FACTS = "EK_FAKTA_VERIFIKAT"
"""The mart's table of voucher rows."""

RESULT_SIGN = -1
"""What turns the mart's amounts, debit positive, into result sign."""

_LEDGER = {
    "account": "KONTO_ID",
    "counterparty": "MOTP_ID",
    "project": "PROJ_ID",
    "voucher": "VERNR",
    "booked_on": "REGDATUM",
}
_OPTIONAL = frozenset({"counterparty", "project", "voucher", "booked_on"})
_TEXTS = ("RADTEXT", "HUVUDTEXT")


@dataclass(frozen=True)
class MartMapping:
    """A proposal of how a table of the mart is read, to be looked through by someone who knows the mart.

    Parameters
    ----------
    columns : dict of str to dict
        The kit's column to its rule, as ``region.yaml`` writes it: ``column``, ``value`` or ``factor``.
    unused : tuple of str
        Columns of the export that nothing is taken from.
    warnings : tuple of str
        What to look at before the mapping is used, a sentence each.
    """

    columns: dict[str, dict[str, Any]]
    unused: tuple[str, ...]
    warnings: tuple[str, ...]


def ledger_mapping(
    columns: Sequence[str],
    *,
    unit: str = "KST_ID",
    activity: str | None = None,
    period: str = "VERDATUM",
    amount: str = "UTFALL_V",
    file: str = FACTS,
) -> MartMapping:
    """Propose how voucher rows of the mart become the kit's ledger.

    Parameters
    ----------
    columns : sequence of str
        The export's columns; upper or lower case, composed or decomposed letters make no difference.
    unit : str, default "KST_ID"
        Code part that is the unit.
    activity : str, optional
        Code part that is the activity (verksamhet); organisations name it differently.
    period : str, default "VERDATUM"
        Date whose month is the period.
    amount : str, default "UTFALL_V"
        The amount.
    file : str, default "EK_FAKTA_VERIFIKAT"
        Name of the export, for messages.

    Returns
    -------
    MartMapping

    Raises
    ------
    InvalidData
        When a column that is needed is missing.

    Examples
    --------
    >>> proposal = ledger_mapping(["KONTO_ID", "KST_ID", "VERDATUM", "REGDATUM", "VERNR", "UTFALL_V", "RADTEXT"])
    >>> proposal.columns["amount"], proposal.columns["unit"]
    ({'column': 'UTFALL_V', 'factor': -1}, {'column': 'KST_ID'})
    """
    wanted = {"period": period, "unit": unit, "amount": amount, **_LEDGER}
    if activity is not None:
        wanted["activity"] = activity
    found = _found(columns, wanted, file)
    if (text := next(filter(None, (_match(columns, name) for name in _TEXTS)), None)) is not None:
        found["text"] = text
    warnings = []
    lacking = [wanted[name] for name in wanted if name not in found]
    if lacking:
        warnings.append(f"The export lacks {', '.join(lacking)}: what they hold will be empty.")
    if activity is None:
        parts = ", ".join(part for part in code_parts(columns) if part not in found.values()) or "none"
        warnings.append(f"No column is chosen as activity; code parts not used: {parts}.")
    if _match(columns, "BUDGET_V") is not None and amount == "UTFALL_V":
        warnings.append("The table holds budget rows too (BUDGET_V): rows without UTFALL_V are not the ledger's.")
    if _match(columns, "IB") is not None:
        warnings.append("The column IB marks opening balances: rows that are one are not the month's.")
    return MartMapping(_rules(found), _unused(columns, found), tuple(warnings))


def budget_mapping(
    columns: Sequence[str],
    *,
    version: str,
    unit: str = "KST_ID",
    period: str = "VERDATUM",
    amount: str = "BUDGET_V",
    file: str = f"{FACTS}2_BUDGET",
) -> MartMapping:
    """Propose how budget rows of the mart become the kit's budget.

    Parameters
    ----------
    columns : sequence of str
        The export's columns.
    version : str
        Name of the budget's version, which the mart's rows do not give.
    unit, period, amount, file
        As in `ledger_mapping`.

    Returns
    -------
    MartMapping

    Raises
    ------
    InvalidData
        When a column that is needed is missing.

    Examples
    --------
    >>> budget_mapping(["konto_id", "kst_id", "verdatum", "budget_v"], version="beslutad").columns["version"]
    {'value': 'beslutad'}
    """
    found = _found(columns, {"period": period, "unit": unit, "account": "KONTO_ID", "amount": amount}, file)
    rules = _rules(found)
    rules["version"] = {"value": version}
    warnings = ("Rows that share month, unit and account must be added together: combine: sum.",)
    return MartMapping(rules, _unused(columns, found), warnings)


def code_parts(columns: Iterable[str]) -> tuple[str, ...]:
    """Find the code parts among a mart's columns.

    Parameters
    ----------
    columns : iterable of str
        The columns.

    Returns
    -------
    tuple of str
        Those that end in ``_ID``, in their order; ``EXTERNID`` and the like are none.

    Examples
    --------
    >>> code_parts(["KONTO_ID", "FÖPROC_ID", "EXTERNID", "UTFALL_V"])
    ('KONTO_ID', 'FÖPROC_ID')
    """
    return tuple(column for column in columns if _plain(column).endswith("_ID"))


def _found(columns: Sequence[str], wanted: dict[str, str], file: str) -> dict[str, str]:
    matches = {name: _match(columns, column) for name, column in wanted.items()}
    faults = [
        Fault(
            file,
            None,
            f"the column {wanted[name]!r}, which {name} is taken from, is missing.",
            f"Export it, or say which column it is; the export has {', '.join(columns)}.",
        )
        for name, column in matches.items()
        if column is None and name not in _OPTIONAL
    ]
    if faults:
        raise InvalidData(faults)
    return {name: column for name, column in matches.items() if column is not None}


def _match(columns: Sequence[str], name: str) -> str | None:
    return next((column for column in columns if _plain(column) == _plain(name)), None)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).upper()


def _rules(found: dict[str, str]) -> dict[str, dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {name: {"column": column} for name, column in found.items()}
    rules["amount"]["factor"] = RESULT_SIGN
    return rules


def _unused(columns: Sequence[str], found: dict[str, str]) -> tuple[str, ...]:
    return tuple(column for column in columns if column not in found.values())
