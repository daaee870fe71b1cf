"""Texts that look like personal identity numbers, in any column of any table."""

from __future__ import annotations

import re
from typing import Any

from utfall.presentation.words import plural
from utfall.quality.findings import Finding
from utfall.quality.ledger import Judged, fetch
from utfall.region.tables import TABLES
from utfall.sources.supplier_ledger import is_person

LOOKS_LIKE = r"(?:^|[^0-9])(?:[0-9]{2})?[0-9]{6}[-+]?[0-9]{4}(?:[^0-9]|$)"
"""What an engine looks for: ten or twelve digits by themselves; most of them are no person's."""

MOST_VALUES = 100_000
"""Different values of a column that are looked at closer."""

CODES = frozenset({"unit", "account", "voucher", "version", "line", "index", "kpi", "item"})
"""Columns that hold the books' own codes, where ten digits are a running number."""

_NUMBER = re.compile(r"(?<![0-9])(?:\d{2})?\d{6}[-+]?\d{4}(?![0-9])")


def person_numbers(judged: Judged) -> list[Finding]:
    """Find columns with personal or coordination numbers; the numbers themselves are never shown.

    Parameters
    ----------
    judged : Judged
        The region; every month is looked at.

    Returns
    -------
    list of Finding
        One a table and column.
    """
    findings = []
    for table in sorted(judged.region.tables):
        spec = TABLES[table]
        for column in (name for name, field in spec.fields.items() if field.kind == "text" and name not in CODES):
            found = _persons(judged.region.expression(table), column)
            if found:
                count, money = _extent(judged.region.expression(table), column, found)
                what = (
                    f"Kolumnen {column} i tabellen {table} har {plural(len(found), 'värde', 'värden')} som ser ut att "
                    "innehålla personnummer."
                )
                findings.append(Finding("person_number", table, what, "", count, money))
    return findings


def holds_person_number(text: str) -> bool:
    """Whether a text holds a number with a day that there is and a right check digit.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    bool

    Examples
    --------
    >>> holds_person_number("Tolk, 640823" + "-3234"), holds_person_number("Faktura 5560125790")
    (True, False)
    """
    return any(is_person(number) for number in _NUMBER.findall(text))


def _persons(rows: Any, column: str) -> list[str]:
    # Different values first: a column of twenty million texts has few, and looking into each is the dear part.
    values = rows.select(column).distinct()
    values = values.filter(values[column].re_search(LOOKS_LIKE)).limit(MOST_VALUES)
    return [str(value) for value in fetch(values)[column] if holds_person_number(str(value))]


def _extent(rows: Any, column: str, values: list[str]) -> tuple[int, float]:
    rows = rows.filter(rows[column].isin(values))
    sums = {"count": rows.count()}
    if "amount" in rows.columns:
        sums["money"] = rows.amount.abs().sum().cast("float64")
    found = fetch(rows.aggregate(**sums)).iloc[0]
    return int(found["count"]), float(found.get("money", 0.0))
