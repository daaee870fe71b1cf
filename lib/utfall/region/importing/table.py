"""One table out of one file: read once, typed, counted and written, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from utfall.errors import Fault, InvalidData
from utfall.region.importing.rows import (
    CheckedTable,
    faults_of_rows,
    repeated_faults,
    row_account,
    summary_of,
)
from utfall.region.importing.totals import faults_of_totals, stated_totals, total_of_sum_row
from utfall.region.importing.typed import (
    EXCLUDED,
    MONEY,
    MONEY_COLUMN,
    TypedRows,
    Writing,
    typed_rows,
)
from utfall.region.row_account import RowAccount
from utfall.region.tables import TableSpec
from utfall.sources import ColumnRule, Exclusion, Source, TableMapping

PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880"
"""How an imported file is written; row groups of sixty of the engine's vectors are a third quicker than others."""

DIGITS = 6
"""Decimals that are kept of a sum of counts, points or hours."""


@dataclass(frozen=True)
class ImportedTable:
    """A table that has been read.

    Parameters
    ----------
    checked : CheckedTable
        What the rules between tables look at.
    account : RowAccount
        Where its rows went.
    """

    checked: CheckedTable
    account: RowAccount


def import_table(
    engine: Any, source: Source, spec: TableSpec, mapping: TableMapping | None, target: Path | None
) -> ImportedTable:
    """Read a table and write it as Parquet.

    Parameters
    ----------
    engine : ibis DuckDB backend
        What it is read with.
    source : Source
        The file.
    spec : TableSpec
        Which canonical table it is.
    mapping : TableMapping or None
        Which column is which; the canonical names when None.
    target : Path or None
        The Parquet file to write; None where the file is Parquet that can be asked as it is.

    Returns
    -------
    ImportedTable

    Raises
    ------
    InvalidData
        Naming every row that breaks a rule; nothing is written then.
    """
    columns = columns_read(source.columns, source.file, spec, mapping)
    table = _Reading(engine, source, spec, columns, mapping)
    if target is None:
        return table.checked(table.typed().rows)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    whole = target.with_name(f".{target.name}.{os.getpid()}.whole")
    view = f"imported_{spec.name}"
    try:
        table.copy(table.typed().rows, unfinished)
        engine.raw_sql(f"CREATE OR REPLACE VIEW {view} AS FROM read_parquet('{_quoted(unfinished)}')")
        imported = table.checked(engine.table(view))
        if imported.account.excluded or table.combines:
            table.copy(table.used(engine.table(view)), whole)
            whole.replace(unfinished)
        engine.raw_sql(f"DROP VIEW {view}")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
    return imported


def columns_read(
    found: tuple[str, ...], file: str, spec: TableSpec, mapping: TableMapping | None
) -> dict[str, ColumnRule]:
    """Give the rule of each canonical column, and refuse rules that name what is not there.

    Parameters
    ----------
    found : tuple of str
        Columns the file or database table has.
    file : str
        Its name, for messages.
    spec : TableSpec
        The canonical table.
    mapping : TableMapping or None
        Its mapping.

    Returns
    -------
    dict of str to ColumnRule

    Raises
    ------
    InvalidData
        When a rule names an unknown column, or a column without which there is no table has no rule.
    """
    listed = ", ".join(map(str, found))
    if mapping is None or not mapping.columns:
        columns = {column: ColumnRule(column=column) for column in spec.columns if column in found}
        missing = [column for column in spec.required if column not in columns]
    else:
        columns = mapping.columns
        unknown = sorted(set(columns) - set(spec.columns))
        if unknown:
            what = f"{spec.name} has no column {', '.join(unknown)}."
            raise InvalidData([Fault("region.yaml", None, what, f"Its columns are {', '.join(spec.columns)}.")])
        named = [*(rule.column for rule in columns.values()), *(rule.column for rule in mapping.exclude)]
        absent = [column for column in dict.fromkeys(named) if column is not None and column not in found]
        if absent:
            remedy = "Add the column to the file or name the right one in region.yaml."
            raise InvalidData(
                [
                    Fault(file, None, f"the column {column!r} is missing; the file has {listed}.", remedy)
                    for column in absent
                ]
            )
        missing = [column for column in spec.required if column not in columns]
    if missing:
        remedy = "Add it, or map another column to it in region.yaml."
        raise InvalidData(
            [
                Fault(file, None, f"the column {column!r} of the table {spec.name} is missing.", remedy)
                for column in missing
            ]
        )
    return columns


class _Reading:
    """A file being read into a canonical table."""

    def __init__(
        self,
        engine: Any,
        source: Source,
        spec: TableSpec,
        columns: Mapping[str, ColumnRule],
        mapping: TableMapping | None,
    ) -> None:
        self.engine, self.source, self.spec, self.columns, self.mapping = engine, source, spec, columns, mapping
        self.combines = mapping is not None and mapping.combine == "sum"
        self.writing = Writing() if mapping is None else Writing(mapping.decimal, mapping.thousands)
        self.exclude: tuple[Exclusion, ...] = () if mapping is None else mapping.exclude
        # The kit's own Parquet may be asked as it is, so its months must be months already.
        self.whole_months = mapping is None and source.file.lower().endswith(".parquet")

    def typed(self, *, numbered: bool = False) -> TypedRows:
        """The rows in the canonical columns."""
        view = f"{'numbered' if numbered else 'raw'}_{self.spec.name}"
        self.source.relation(self.engine.con, numbered=numbered).create_view(view)
        raw = self.engine.table(view)
        return typed_rows(
            raw,
            self.columns,
            self.spec,
            writing=self.writing,
            exclude=self.exclude,
            whole_months=self.whole_months,
        )

    def numbered(self) -> TypedRows:
        """The same with the row in the file each came from."""
        return self.typed(numbered=True)

    def copy(self, rows: Any, target: Path) -> None:
        """Write rows as Parquet, in the order of the file."""
        sql = self.engine.compile(rows)
        self.engine.raw_sql(f"COPY ({sql}) TO '{_quoted(target)}' ({PARQUET})")

    def used(self, rows: Any) -> Any:
        """The rows that no exclusion leaves out, added up where the mapping says so."""
        rows = rows.filter(rows[EXCLUDED].isnull()).select(*self.spec.columns)
        return combined(rows, self.spec) if self.combines else rows

    def checked(self, rows: Any) -> ImportedTable:
        """Count where the rows went, and refuse the file when a row breaks a rule or a total does not hold."""
        spec, file = self.spec, self.source.file
        account = row_account(rows, spec, file, self.exclude, self.source.left_out())
        if account.refused:
            raise InvalidData(faults_of_rows(self.numbered(), file, self.source.place))
        used = self.used(rows)
        summary = summary_of(used, spec)
        totals = stated_totals(self.mapping, summary)
        totals += total_of_sum_row(rows, self.source.stated_sums(), self.columns, self.writing)
        faults = repeated_faults(used, spec, file, self.numbered, self.source.place) + faults_of_totals(totals, file)
        if faults:
            raise InvalidData(faults)
        checked = CheckedTable(spec, file, summary, self.numbered, self.source.place)
        return ImportedTable(checked, replace(account, totals=totals))


def combined(rows: Any, spec: TableSpec) -> Any:
    """Add up rows that are alike in all but their numbers.

    Parameters
    ----------
    rows : ibis table
        Rows in the canonical columns.
    spec : TableSpec
        The canonical table.

    Returns
    -------
    ibis table
    """
    keys = [column for column in spec.columns if column not in spec.numeric]
    sums = {column: rows[column].sum() for column in spec.columns if column in spec.numeric}
    # Rounded: a sum of floats depends on its order in the last digits, and the engine adds on several cores.
    sums = {
        column: total.cast(MONEY) if column == MONEY_COLUMN else total.round(DIGITS) for column, total in sums.items()
    }
    return rows.group_by(keys).aggregate(**sums).select(*spec.columns).order_by(keys)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
