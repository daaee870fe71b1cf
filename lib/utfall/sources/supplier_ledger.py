"""The supplier ledger that authorities publish as open data (leverantörsreskontra, specification 1.1).

One row an accounting row, with columns named in lower case without å, ä and ö. It tells what was bought and of whom;
pay, grants, internal trade and income are not in it, so it is no ledger of the whole.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from utfall.errors import Fault, InvalidData

NEEDED = frozenset(
    {"kopare", "faktura_nr", "leverantor", "leverantor_id", "forvaltning", "konto_nr", "belopp", "datum"}
)
"""Columns that make a table a supplier ledger."""

ONLY_PURCHASES = (
    "This is a supplier ledger: it holds purchases from suppliers only, not pay, income, internal postings or "
    "accruals. It explains purchases; the whole outcome needs the ledger."
)
"""What to know before the table is read as a ledger."""

MASK = "privatperson"
"""What stands for the identity of a supplier who is a person."""

_COORDINATION = 60


@dataclass(frozen=True)
class SupplierLedgerMapping:
    """How a supplier ledger is read as the kit's ledger.

    Parameters
    ----------
    columns : dict of str to dict
        The kit's column to its rule, as ``region.yaml`` writes it.
    names : str
        Column with the suppliers' names, which belong with `counterparty`.
    warning : str
        What the table cannot tell.
    """

    columns: dict[str, dict[str, Any]]
    names: str
    warning: str


@dataclass(frozen=True)
class MaskedSuppliers:
    """Supplier numbers that may be kept.

    Parameters
    ----------
    identities : tuple of str
        The numbers in their order, those of persons replaced.
    masked : int
        How many were replaced.
    """

    identities: tuple[str, ...]
    masked: int


def is_supplier_ledger(columns: Iterable[str]) -> bool:
    """Tell whether a table is a supplier ledger by its columns.

    Parameters
    ----------
    columns : iterable of str
        The columns.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_supplier_ledger(["kopare", "faktura_nr", "leverantor", "leverantor_id", "forvaltning", "konto_nr", "belopp",
    ...                     "datum"])
    True
    >>> is_supplier_ledger(["konto", "belopp", "datum"])
    False
    """
    return {column.strip().lower() for column in columns} >= NEEDED


def supplier_ledger_mapping(columns: Sequence[str], *, unit: str | None = None) -> SupplierLedgerMapping:
    """Propose how a supplier ledger becomes the kit's ledger.

    Parameters
    ----------
    columns : sequence of str
        The table's columns.
    unit : str, optional
        Column that is the unit; ``ansvar_kod`` when there is one, otherwise ``forvaltning``.

    Returns
    -------
    SupplierLedgerMapping

    Raises
    ------
    InvalidData
        When it is no supplier ledger, or has no such column for the unit.

    Examples
    --------
    >>> columns = ["kopare", "faktura_nr", "leverantor", "leverantor_id", "forvaltning", "konto_nr", "belopp", "datum"]
    >>> supplier_ledger_mapping(columns).columns["amount"]
    {'column': 'belopp', 'factor': -1}
    """
    named = {column.strip().lower(): column for column in columns}
    missing = sorted((NEEDED | ({unit} if unit else set())) - named.keys())
    if missing:
        what = f"the columns {', '.join(missing)} of a supplier ledger are missing."
        remedy = f"Add them, or read the file as another table; it has {', '.join(columns)}."
        raise InvalidData([Fault("supplier ledger", None, what, remedy)])
    wanted = {
        "period": "datum",
        "unit": unit or ("ansvar_kod" if "ansvar_kod" in named else "forvaltning"),
        "account": "konto_nr",
        "activity": "verksamhet_kod",
        "counterparty": "leverantor_id",
        "project": "projekt_kod",
        "voucher": "faktura_nr",
        "amount": "belopp",
        "text": "konto_text",
        "booked_on": "datum",
    }
    rules: dict[str, dict[str, Any]] = {
        name: {"column": named[column]} for name, column in wanted.items() if column in named
    }
    # Purchases are written as positive; in the kit a cost is negative.
    rules["amount"]["factor"] = -1
    return SupplierLedgerMapping(rules, named["leverantor"], ONLY_PURCHASES)


def mask_persons(identities: Iterable[str]) -> MaskedSuppliers:
    """Replace supplier numbers that are persons': a sole trader's organisation number is their personal number.

    A number is a person's when its ten last digits hold a day that there is (a coordination number has 60 added to it)
    and a right check digit by Luhn's rule. An organisation's number has at least 20 where a person has the month.

    Parameters
    ----------
    identities : iterable of str
        Numbers with or without hyphen, of 10 or 12 digits.

    Returns
    -------
    MaskedSuppliers

    Examples
    --------
    >>> mask_persons(["556012-5790", "640823" + "-3234", "640823-3235", ""])
    MaskedSuppliers(identities=('556012-5790', 'privatperson', '640823-3235', ''), masked=1)
    """
    kept = []
    masked = 0
    for identity in identities:
        person = is_person(identity)
        masked += person
        kept.append(MASK if person else identity)
    return MaskedSuppliers(tuple(kept), masked)


def is_person(identity: str) -> bool:
    """Tell whether a supplier number is a personal or coordination number.

    Parameters
    ----------
    identity : str
        The number, with or without hyphen.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_person("640823" + "3234"), is_person("5560125790")
    (True, False)
    """
    digits = identity.strip().replace("-", "").replace("+", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (10, 12):
        return False
    if len(digits) == 12 and digits[:2] not in ("18", "19", "20"):
        return False
    ten = digits[-10:]
    month, day = int(ten[2:4]), int(ten[4:6])
    day -= _COORDINATION if day > _COORDINATION else 0
    years = [int(digits[:4])] if len(digits) == 12 else [1900 + int(ten[:2]), 2000 + int(ten[:2])]
    plausible = 1 <= month <= 12 and any(1 <= day <= calendar.monthrange(year, month)[1] for year in years)
    return plausible and _has_right_check_digit(ten)


def _has_right_check_digit(ten: str) -> bool:
    total = 0
    for place, digit in enumerate(ten):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return total % 10 == 0
