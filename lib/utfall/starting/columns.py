"""Which column of a file is which of a table's: by its name, and by what its values look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from utfall.region.tables import TABLES, TableSpec
from utfall.starting.doubts import Doubt, Weight
from utfall.starting.looking import ColumnLook
from utfall.starting.vocabulary import LAST_RESORT, is_known, month_of_name, name_fit, plain_name

NEARLY_ALL = 0.95
"""Share of values that must look like what a column is to hold."""

FEWEST_MONTH_COLUMNS = 6
"""Columns named after months from which a table is taken to have its months side by side."""

LIST_ONLY = frozenset({"namn", "name", "benamning", "text"})
"""Names that say what a name is of only in a list of units or accounts."""

_WEIGHTS = {"period": Weight.PERIOD, "unit": Weight.UNIT, "amount": Weight.AMOUNT, "account": Weight.ACCOUNTS}
_CALLED = {"period": "perioden", "unit": "enheten", "amount": "beloppet", "account": "kontot"}
_UNNAMED_POINTS = 5
_FILLED_IN: dict[str, str] = {"employment": "own", "status": "outcome", "source": "okänd källa"}
"""What stands in every row where a text that a table must have has no column."""


@dataclass(frozen=True)
class ChosenColumns:
    """Which column is which.

    Parameters
    ----------
    rules : dict of str to dict
        The kit's column to its rule, in the order of the table.
    doubts : tuple of Doubt
        What else could have been chosen.
    missing : tuple of str
        Columns that the table cannot do without.
    """

    rules: dict[str, dict[str, Any]]
    doubts: tuple[Doubt, ...] = ()
    missing: tuple[str, ...] = field(default=())


def choose_columns(looks: Mapping[str, ColumnLook], table: str, *, amount_role: str = "amount") -> ChosenColumns:
    """Choose the columns of a table.

    Parameters
    ----------
    looks : mapping of str to ColumnLook
        The file's columns.
    table : str
        The canonical table.
    amount_role : str, default "amount"
        Names that the amount goes by: ``budget_amount`` where a file holds outcome and budget side by side.

    Returns
    -------
    ChosenColumns

    Examples
    --------
    >>> from utfall.starting.looking import column_look
    >>> values = {"Månad": ["202601"], "Kst": ["11"], "Ansvar": ["9"], "Konto": ["5600"], "Utfall": ["12,50"]}
    >>> chosen = choose_columns({name: column_look(name, each) for name, each in values.items()}, "ledger")
    >>> {name: rule["column"] for name, rule in chosen.rules.items()}
    {'period': 'Månad', 'unit': 'Kst', 'account': 'Konto', 'amount': 'Utfall'}
    >>> print(chosen.doubts[0])
    OSÄKERT (ledger.unit): kolumnen Kst används för enheten; Ansvar kan också vara den.
    """
    spec = TABLES[table]
    names = {column: amount_role if column == "amount" else column for column in spec.columns}
    points = {
        (column, name): _points(look, names[column], column, spec)
        for column in spec.columns
        for name, look in looks.items()
    }
    taken: dict[str, str] = {}
    # What the table must have first: a single date is the period and not the day of booking.
    in_turn = sorted(points.items(), key=lambda pair: (pair[0][0] not in spec.required, -pair[1]))
    for (column, name), worth in in_turn:
        if worth > 0 and column not in taken and name not in taken.values():
            taken[column] = name
    rules = {column: {"column": taken[column]} for column in spec.columns if column in taken}
    doubts = []
    for column, weight in _WEIGHTS.items():
        if column not in taken:
            continue
        others = [
            name for name in looks if points.get((column, name), 0) > _UNNAMED_POINTS and name not in taken.values()
        ]
        if others:
            text = (
                f"kolumnen {taken[column]} används för {_CALLED[column]}; {' eller '.join(others)} kan också vara den."
            )
            doubts.append(Doubt(weight, f"{table}.{column}", text))
        elif column == "unit" and plain_name(taken[column]) in LAST_RESORT:
            text = f"kolumnen {taken[column]} används för enheten, i brist på en som heter kostnadsställe eller ansvar."
            doubts.append(Doubt(weight, f"{table}.{column}", text))
        elif points[column, taken[column]] <= _UNNAMED_POINTS:
            text = f"kolumnen {taken[column]} är vald för {_CALLED[column]} efter sina värden, inte efter sitt namn."
            doubts.append(Doubt(weight, f"{table}.{column}", text))
    missing = []
    for column in spec.required:
        if column in rules:
            continue
        kept = spec.fields[column]
        if kept.kind == "number" and kept.optional:
            rules[column] = {"value": ""}
            text = f"filen har ingen kolumn för {column}; den lämnas tom."
            doubts.append(Doubt(Weight.COLUMN, f"{table}.{column}", text))
        elif column in _FILLED_IN:
            rules[column] = {"value": _FILLED_IN[column]}
            text = f"filen har ingen kolumn för {column}; alla rader får värdet {_FILLED_IN[column]}."
            doubts.append(Doubt(Weight.COLUMN, f"{table}.{column}", text))
        else:
            missing.append(column)
    in_order = {column: rules[column] for column in spec.columns if column in rules}
    return ChosenColumns(in_order, tuple(doubts), tuple(missing))


def best_column(looks: Mapping[str, ColumnLook], role: str, *, in_list: bool = False) -> str | None:
    """Find the column that best bears one of a role's names.

    Parameters
    ----------
    looks : mapping of str to ColumnLook
        The file's columns.
    role : str
        The role.
    in_list : bool, default False
        Whether a name such as ``Namn`` says enough, since the file is a list of one kind of thing.

    Returns
    -------
    str or None
    """
    fits = {name: name_fit(name, role).points for name in looks if in_list or plain_name(name) not in LIST_ONLY}
    best = max(fits, key=lambda name: fits[name], default=None)
    return best if best is not None and fits[best] > 0 else None


def why_unreadable(looks: Mapping[str, ColumnLook]) -> str | None:
    """Tell why a table of amounts cannot be read as it is laid out, where that can be seen.

    Parameters
    ----------
    looks : mapping of str to ColumnLook
        The file's columns.

    Returns
    -------
    str or None
        In Swedish, with what to do.
    """
    months = [name for name in looks if month_of_name(name) is not None]
    if len({month_of_name(name) for name in months}) >= FEWEST_MONTH_COLUMNS:
        return f"månaderna står bredvid varandra ({', '.join(months[:3])} …); exportera en rad för varje månad."
    if joined := account_with_name(looks):
        return f"konto och namn står i samma kolumn ({joined}); exportera kontots nummer i en egen kolumn."
    debit, credit = best_column(looks, "debit"), best_column(looks, "credit")
    if debit and credit:
        return f"beloppet står i två kolumner ({debit} och {credit}); exportera det som ett belopp med tecken."
    named = [look for name, look in looks.items() if name_fit(name, "period").points > _UNNAMED_POINTS]
    year = next((name for name, look in looks.items() if _is_year(look)), None)
    month = next((look.name for look in named if look.numbers >= NEARLY_ALL and look.days == 0), None)
    if year and month:
        return f"år och månad står i två kolumner ({year} och {month}); exportera månaden som ÅÅÅÅ-MM."
    unread = next((look for look in named if look.days < NEARLY_ALL and look.values), None)
    if unread is not None and not any(look.days >= NEARLY_ALL for look in named):
        return f"perioden i {unread.name} skrivs {unread.values[0]!r}; exportera den som ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD."
    return None


def account_with_name(looks: Mapping[str, ColumnLook]) -> str | None:
    """Find a column that has accounts and their names together.

    Parameters
    ----------
    looks : mapping of str to ColumnLook
        The file's columns.

    Returns
    -------
    str or None

    Examples
    --------
    >>> from utfall.starting.looking import column_look
    >>> account_with_name({"Konto (text)": column_look("Konto (text)", ["5610 Läkemedel", "5620 Vaccin"])})
    'Konto (text)'
    """
    for name, look in looks.items():
        is_account = plain_name(name).startswith(("konto", "account"))
        if is_account and look.values and all(re.match(r"\d{3,8}\W+\w", value) for value in look.values):
            return name
    return None


def _is_year(look: ColumnLook) -> bool:
    return bool(look.values) and all(re.fullmatch(r"(19|20)\d\d", value) for value in look.values)


def _points(look: ColumnLook, role: str, column: str, spec: TableSpec) -> int:
    """How well a file's column fits one of the table's; 0 where it cannot be it."""
    kind = spec.fields[column].kind
    named = name_fit(look.name, role).points
    has_values = bool(look.values)
    if column == "period":
        fits = look.days >= NEARLY_ALL
        unnamed = fits
    elif kind == "date":
        fits, unnamed = look.full_days >= NEARLY_ALL, False
    elif kind == "number":
        is_other = look.days >= NEARLY_ALL and look.distinct > 1 and not named
        fits = (look.numbers >= NEARLY_ALL or not has_values) and not is_other
        # Debit and credit apart, and counts of other things, are no amount for lack of a better.
        may_be = column == "amount" and fits and has_values and look.codes < NEARLY_ALL
        unnamed = may_be and not is_known(look.name)
    elif column == "account":
        fits = look.codes >= NEARLY_ALL
        unnamed = False
    else:
        fits, unnamed = has_values or spec.fields[column].optional, False
    if not fits:
        return 0
    return named or (_UNNAMED_POINTS if unnamed else 0)
