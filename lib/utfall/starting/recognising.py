"""What a file is: a ledger, a budget, one of the other tables, a list of units or accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from utfall.sources.raindance import object_levels
from utfall.sources.supplier_ledger import is_supplier_ledger
from utfall.starting.columns import NEARLY_ALL, account_with_name, best_column
from utfall.starting.looking import ColumnLook, LookedFile
from utfall.starting.vocabulary import name_fit, plain_name, table_named

SIGNS_OF_TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "drug_use": (("drug",), ("patients", "doses", "packages")),
    "staffing": (("category",), ("fte", "headcount", "hours")),
    "waiting": (("waiting",), ("referred", "completed", "within_guarantee")),
    "purchased_care": (("provider", "amount"), ("case", "drg_points")),
    "volumes": (("product", "period"), ("actual", "planned")),
    "kpi_values": (("kpi", "value"), ("period",)),
    "price_index": (("index", "value"), ("period",)),
    "population_by_age": (("age_group", "inhabitants"), ("year",)),
    "population": (("area", "inhabitants"), ("period",)),
    "balance_sheet": (("item", "year"), ("amount",)),
    "own_forecast": (("line", "unit", "amount"), ("period",)),
}
"""Table to the columns that all have to be there, and those of which one has to."""

INCOME_STATEMENT = "income_statement"
"""Table with the columns of the balance sheet; its file's name tells it."""

OUTCOME_WORDS, BUDGET_WORDS = frozenset({"utfall", "u", "outcome", "actual"}), frozenset({"budget", "b"})
"""What a column says of rows that are outcome or budget."""

_NAMED = 40
"""Points of a name from which a column is taken for what the name says, whatever else it could be."""


@dataclass(frozen=True)
class Recognised:
    """What a file holds.

    Parameters
    ----------
    tables : dict of str to str
        Canonical table to the names its amount goes by: ``amount`` or ``budget_amount``. ``organisation`` and
        ``accounts`` stand for lists of units and accounts.
    row_kind : str or None
        Column that says of each row whether it is outcome or budget.
    """

    tables: dict[str, str]
    row_kind: str | None = None


def recognise(look: LookedFile) -> Recognised:
    """Tell what a file holds.

    Parameters
    ----------
    look : LookedFile
        The file.

    Returns
    -------
    Recognised
        Nothing where it is not known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from utfall.starting.looking import column_look
    >>> values = {"Period": ["202601"], "Kst": ["11"], "Konto": ["5600"], "Utfall": ["12,50"], "Budget": ["12"]}
    >>> looks = {name: column_look(name, each) for name, each in values.items()}
    >>> recognise(LookedFile(Path("uppföljning.csv"), "table", columns=looks)).tables
    {'ledger': 'amount', 'budget': 'budget_amount'}
    """
    looks = look.columns
    if is_supplier_ledger(looks):
        return Recognised({"ledger": "amount"})
    hints = table_named(f"{look.path.stem} {look.sheet or ''}")
    has_account = any(name_fit(name, "account").points and each.codes >= NEARLY_ALL for name, each in looks.items())
    if not has_account:
        for table, (all_of, one_of) in SIGNS_OF_TABLES.items():
            if all(_has(looks, role) for role in all_of) and any(_has(looks, role) for role in one_of):
                is_result = table == "balance_sheet" and INCOME_STATEMENT in hints
                return Recognised({INCOME_STATEMENT if is_result else table: "amount"})
    has_period = has_period_of_rows(looks)
    amount, budget = _has(looks, "amount"), _has(looks, "budget_amount")
    levels = object_levels(looks)
    if levels and not has_period:
        return Recognised({"accounts" if "KONTO" in levels else "organisation": ""})
    if has_account and (has_period or amount or budget):
        kinds = row_kind_column(looks)
        if kinds is not None:
            return Recognised({"ledger": "amount", "budget": "amount"}, kinds)
        if amount and budget:
            return Recognised({"ledger": "amount", "budget": "budget_amount"})
        if budget and not amount:
            return Recognised({"budget": "budget_amount"})
        is_budget = "budget" in hints and "ledger" not in hints
        return Recognised({"budget" if is_budget or _has(looks, "version") else "ledger": "amount"})
    if has_account and best_column(looks, "account_name", in_list=True):
        return Recognised({"accounts": ""})
    if has_account or account_with_name(looks):
        return Recognised({"budget" if "budget" in hints else "ledger": "amount"})  # to say why it cannot be read
    if (
        (_has(looks, "unit") or _has(looks, "code"))
        and not has_period
        and best_column(looks, "unit_name", in_list=True)
    ):
        return Recognised({"organisation": ""})
    return Recognised({})


def row_kind_column(looks: Mapping[str, ColumnLook]) -> str | None:
    """Find the column that says of each row whether it is outcome or budget.

    Parameters
    ----------
    looks : mapping of str to ColumnLook
        The file's columns.

    Returns
    -------
    str or None
    """
    for name, look in looks.items():
        words = {plain_name(value) for value in set(look.values)}
        if len(words) < len(OUTCOME_WORDS | BUDGET_WORDS) and words & OUTCOME_WORDS and words & BUDGET_WORDS:
            return name
    return None


def has_period_of_rows(looks: Mapping[str, ColumnLook]) -> bool:
    """Tell whether rows belong to months; days between which something is valid are none.

    Parameters
    ----------
    looks : mapping of str to ColumnLook
        The file's columns.

    Returns
    -------
    bool
    """
    spans = {best_column(looks, role) for role in ("valid_from", "valid_to")}
    return any(
        look.days >= NEARLY_ALL and "GILTIG" not in name.upper() and name not in spans for name, look in looks.items()
    )


def _has(looks: Mapping[str, ColumnLook], role: str) -> bool:
    """Whether a column is called so, and can hold it."""
    for name, look in looks.items():
        if name_fit(name, role).points < _NAMED:
            continue
        if role == "period":
            if look.days >= NEARLY_ALL:
                return True
        elif role in ("amount", "budget_amount"):
            if look.numbers >= NEARLY_ALL:
                return True
        else:
            return True
    return False
