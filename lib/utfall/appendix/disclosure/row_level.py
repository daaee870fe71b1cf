"""Tables with a row for each voucher, patient or employee."""

from __future__ import annotations

import re
from collections.abc import Iterator

from utfall.appendix.disclosure.pieces import SeenTable, is_filled

MANY = 20
"""Rows from which a column of numbers that are all different, and look alike, is taken to name single cases."""

FEW_NAMES = 3
"""Rows from which a column of first and last names is taken to name persons."""

LEAST_DIFFERENT = 0.9
"""Share of a column's cells that are different when it names single cases."""

VOUCHER = re.compile(
    r"(?:ver(?:ifikat(?:ion)?s?)?[\s_.-]?(?:nummer|nr|id)|verifikat|voucher(?:[\s_-]?(?:no|id|number))?)\.?", re.I
)
PATIENT = re.compile(
    r"case(?:[\s_-]?(?:no|id))?|(?:patient|vårdtillfälles?|vårdkontakts?|remiss|journal|ärende)[\s_-]?(?:id|nr|nummer)"
    r"|vårdtillfälle|reservnummer",
    re.I,
)
EMPLOYEE = re.compile(r"(?:anst(?:ällnings?|älld)?|employee|personal|hsa)[\s_.-]?(?:id|nr|nummer|no)\.?", re.I)
PERSON = re.compile(
    r"(?:patient|person|anställd|medarbetare|för- och efter)?namn|patient|anställd|medarbetare|name", re.I
)
FREE_TEXT = re.compile(r"(?:verifikations?|faktura|bokförings|rad)text|voucher_text|fritext", re.I)

_LEDGER = frozenset({"account", "voucher", "booked_on", "konto", "verifikat"})

_NAMES = {VOUCHER: "verifikat", PATIENT: "patient eller vårdtillfälle", EMPLOYEE: "anställd", FREE_TEXT: "verifikat"}
_CASE_NUMBER = re.compile(r"(?:[A-ZÅÄÖ]{1,3}\d{0,4}[-/ ]?\d{5,})|\d{7,9}")
_PERSON_NAME = re.compile(
    r"[A-ZÅÄÖÉ][a-zåäöéü]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?,? [A-ZÅÄÖÉ][a-zåäöéü]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?"
)


def rows_of_single_cases(table: SeenTable) -> Iterator[tuple[str, str]]:
    """Tell which columns of a table name single vouchers, patients or employees.

    Parameters
    ----------
    table : SeenTable
        The table.

    Yields
    ------
    (str, str)
        The column's heading, and what each of its rows is about.

    Examples
    --------
    >>> rows = (("K19-0000001", "5"), ("K19-0000002", "7"))
    >>> list(rows_of_single_cases(SeenTable("", "", ("Verifikat", "Belopp"), rows)))
    [('Verifikat', 'verifikat')]
    """
    for at, label in enumerate(table.labels):
        heading = re.sub(r"\s*\(.*\)$", "", label.strip())
        named = next((what for form, what in _NAMES.items() if form.fullmatch(heading)), None)
        if table.is_distinct and named is None and heading != "text":
            continue  # its values are all different because they were made so
        cells = is_filled([row[at] for row in table.rows if at < len(row)])
        if not cells:
            continue
        different = len(set(cells)) >= LEAST_DIFFERENT * len(cells)
        counts = named != _NAMES[EMPLOYEE] and _all_small(cells)
        if named is not None and any(re.search(r"\d", cell) for cell in cells) and not counts:
            yield label, named
        elif FREE_TEXT.fullmatch(heading) or (heading == "text" and (table.is_distinct or _LEDGER & set(table.labels))):
            yield label, "verifikat"
        elif table.is_distinct:
            continue
        elif PERSON.fullmatch(heading) and len(cells) >= FEW_NAMES and different and _all(_PERSON_NAME, cells):
            yield label, "person"
        elif len(cells) >= MANY and different and _all(_CASE_NUMBER, cells):
            yield label, "enskilt fall"


def _all(form: re.Pattern[str], cells: list[str]) -> bool:
    return sum(bool(form.fullmatch(cell)) for cell in cells) >= LEAST_DIFFERENT * len(cells)


def _all_small(cells: list[str]) -> bool:
    """Whether a column counts such things rather than naming them: "Verifikat: 12"."""
    return all(re.fullmatch(r"[\d   ]{1,7}|<\s*\d+|döljs|–|-", cell) for cell in cells)
