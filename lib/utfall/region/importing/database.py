"""A table that stays in its database: checked where it lies, by the same rules as a file."""

from __future__ import annotations

from typing import Any

from utfall.errors import InvalidData
from utfall.region.importing.rows import (
    CheckedTable,
    faults_of_rows,
    repeated_faults,
    row_account,
    summary_of,
)
from utfall.region.importing.table import ImportedTable, columns_read, combined
from utfall.region.importing.typed import TypedRows, Writing, typed_rows
from utfall.region.tables import TableSpec
from utfall.sources import TableMapping


def check_database_table(rows: Any, spec: TableSpec, name: str, mapping: TableMapping | None = None) -> ImportedTable:
    """Check a table of a database, and sum it by what the rules between tables speak of.

    Counts and sums are all that leave the database; it is asked three times.

    Parameters
    ----------
    rows : ibis table
        The table, as the database has it.
    spec : TableSpec
        The canonical table it is.
    name : str
        Its name, for messages.
    mapping : TableMapping, optional
        Which column is which.

    Returns
    -------
    ImportedTable

    Raises
    ------
    InvalidData
        Saying which values break a rule; a database's rows have no numbers to name them by.
    """
    typed = typed_table(rows, spec, name, mapping)
    exclude = () if mapping is None else mapping.exclude
    account = row_account(typed.rows, spec, name, exclude, {})
    if account.refused:
        raise InvalidData(faults_of_rows(typed, name))
    used = canonical_rows(rows, spec, name, mapping)
    faults = repeated_faults(used, spec, name)
    if faults:
        raise InvalidData(faults)
    return ImportedTable(CheckedTable(spec, name, summary_of(used, spec), None), account)


def canonical_rows(rows: Any, spec: TableSpec, name: str, mapping: TableMapping | None) -> Any:
    """Give a table of a database as the canonical table it is.

    Parameters
    ----------
    rows, spec, name, mapping
        As in `check_database_table`.

    Returns
    -------
    ibis table
        The canonical columns, of the rows that are used.
    """
    used = typed_table(rows, spec, name, mapping).used().select(*spec.columns)
    return combined(used, spec) if mapping is not None and mapping.combine == "sum" else used


def typed_table(rows: Any, spec: TableSpec, name: str, mapping: TableMapping | None) -> TypedRows:
    """Give a table of a database in the columns of a canonical table, with the rule each row breaks.

    Parameters
    ----------
    rows, spec, name, mapping
        As in `check_database_table`.

    Returns
    -------
    TypedRows
    """
    columns = columns_read(tuple(rows.columns), name, spec, mapping)
    if mapping is None:
        return typed_rows(rows, columns, spec)
    writing = Writing(mapping.decimal, mapping.thousands)
    return typed_rows(rows, columns, spec, writing=writing, exclude=mapping.exclude)
