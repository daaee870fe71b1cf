"""Where a region's tables lie, and how rows and sums are read from them.

A folder's Parquet files are read directly; a DuckDB file (or another engine) is asked through Ibis. Both answer the
same questions, and both give an Ibis expression to those who want to ask their own. Ibis and its engine are imported
only when one of them is needed: a report on a checked region needs neither.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from utfall.region.tables import TABLES, TableSpec

REGISTER_TABLE = "utfall_registers"
"""Table in a DuckDB file that holds the register files' texts."""

MONEY = pa.decimal128(18, 2)
"""Type in which money is added: whole öre, so that a sum is exact."""

ORE = 100
"""Öre in a krona: amounts are summed as whole öre, so that no sum depends on its order."""


class Store(ABC):
    """The tables of one region."""

    tables: frozenset[str]
    """Names of the tables there are."""

    def __contains__(self, table: str) -> bool:
        return table in self.tables

    @abstractmethod
    def rows(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read a table's rows, cut to some units and months where it has them; all columns, or only some."""

    @abstractmethod
    def total(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> float:
        """Add up a table's amounts exactly."""

    def sums(
        self,
        table: str,
        by: Sequence[str],
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> pd.DataFrame:
        """Add up a table's amounts by some of its columns, where the table lies: the columns, then ``ore``."""
        return self.engine.sums(table, by, units=units, first=first, last=last, version=version)

    def expression(self, table: str) -> Any:
        """Give a table as an Ibis expression."""
        return self.engine.table(table)

    @abstractmethod
    def span(self, table: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last month of a table."""

    @property
    @abstractmethod
    def engine(self) -> EngineStore:
        """The tables in an engine that Ibis can ask."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""


class ParquetStore(Store):
    """Tables in Parquet files.

    Parameters
    ----------
    files : dict of str to Path
        File of each table.
    """

    def __init__(self, files: dict[str, Path]) -> None:
        self.files = dict(files)
        self.tables = frozenset(files) & frozenset(TABLES)

    def rows(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read rows; see `Store.rows`."""
        wanted = list(TABLES[table].columns) if columns is None else columns
        content = read_rows(self.files[table], columns=wanted, units=units, first=first, last=last)
        return plain_frame(content)

    def total(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> float:
        """Add up amounts; see `Store.total`."""
        content = read_rows(self.files[table], columns=["amount"], units=units, first=first, last=last, version=version)
        amounts = content.column("amount")
        if not pa.types.is_decimal(amounts.type):
            amounts = pc.round(amounts, 2).cast(MONEY)
        total = pc.sum(amounts).as_py()
        return 0.0 if total is None else float(total)

    def span(self, table: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last month; see `Store.span`."""
        ends = pc.min_max(pq.read_table(self.files[table], columns=["period"]).column("period")).as_py()
        return pd.Timestamp(ends["min"]), pd.Timestamp(ends["max"])

    @cached_property
    def engine(self) -> EngineStore:
        """The same files as views in an embedded DuckDB; nothing is copied."""
        import ibis

        connection = ibis.duckdb.connect(threads=1)
        for name, path in self.files.items():
            rows = connection.read_parquet(str(path), table_name=f"file_{name}")
            connection.create_view(name, rows.select(*TABLES[name].columns))
        return EngineStore(connection)

    def close(self) -> None:
        """Let go of the engine, if it was asked for."""
        if "engine" in self.__dict__:
            self.engine.close()


class EngineStore(Store):
    """Tables in an engine that is asked through Ibis.

    Parameters
    ----------
    connection : ibis backend
        The engine.
    expressions : dict of str to ibis table, optional
        Each canonical table; when not given, the engine's tables of those names.
    """

    def __init__(self, connection: Any, expressions: dict[str, Any] | None = None) -> None:
        self.connection = connection
        if expressions is None:
            names = frozenset(connection.list_tables()) & frozenset(TABLES)
            expressions = {name: connection.table(name) for name in names}
        self.expressions = expressions
        self.tables = frozenset(expressions)

    @property
    def engine(self) -> EngineStore:
        """Itself."""
        return self

    def table(self, name: str) -> Any:
        """Give a table as an Ibis expression."""
        return self.expressions[name]

    def sums(
        self,
        table: str,
        by: Sequence[str],
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> pd.DataFrame:
        """Add up amounts; see `Store.sums`."""
        rows = self.cut(table, units, first, last)
        if version is not None:
            rows = rows.filter(rows.version == version)
        ore = (rows.amount.sum() * ORE).cast("int64")
        grouped = rows.group_by(list(by)).aggregate(ore=ore) if by else rows.aggregate(ore=ore)
        return self.fetch(grouped).fillna({"ore": 0}).astype({"ore": "int64"})

    def rows(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read rows; see `Store.rows`."""
        rows = self.cut(table, units, first, last)
        return self.fetch(rows.select(*(TABLES[table].columns if columns is None else columns)))

    def total(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> float:
        """Add up amounts; see `Store.total`."""
        rows = self.cut(table, units, first, last)
        if version is not None:
            rows = rows.filter(rows.version == version)
        total = self.fetch(rows.aggregate(total=rows.amount.sum()))["total"].iloc[0]
        return 0.0 if pd.isna(total) else float(total)

    def span(self, table: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last month; see `Store.span`."""
        rows = self.table(table)
        ends = self.fetch(rows.aggregate(first=rows.period.min(), last=rows.period.max())).iloc[0]
        return pd.Timestamp(ends["first"]), pd.Timestamp(ends["last"])

    def fetch(self, expression: Any) -> pd.DataFrame:
        """Run an expression.

        Returns
        -------
        DataFrame
            Money as float64, after it was added in öre; dates as timestamps.
        """
        return plain_money(self.connection, expression)

    def close(self) -> None:
        """Let go of the engine and its file."""
        self.connection.disconnect()

    def cut(
        self, table: str, units: Sequence[str] | None, first: pd.Timestamp | None, last: pd.Timestamp | None
    ) -> Any:
        """Give a table as an Ibis expression, cut to some units and months, with money as decimals."""
        rows = self.table(table)
        if "amount" in rows.columns:
            rows = rows.mutate(amount=rows.amount.cast("decimal(18,2)"))
        if "period" in rows.columns:
            rows = rows.mutate(period=rows.period.cast("timestamp"))
            rows = rows if first is None else rows.filter(rows.period >= first)
            rows = rows if last is None else rows.filter(rows.period <= last)
        if units is not None and "unit" in rows.columns:
            rows = rows.filter(rows.unit.isin(list(units)))
        return rows


def plain_money(connection: Any, expression: Any) -> pd.DataFrame:
    """Run an expression; money comes as float64, after it was added in öre, and dates as timestamps.

    Parameters
    ----------
    connection : ibis backend
        What it is run on.
    expression : ibis table
        The expression.

    Returns
    -------
    DataFrame
    """
    kinds = expression.schema()
    # The engine turns decimals into floats a hundred times faster than Python does one by one.
    floats = {name: expression[name].cast("float64") for name, kind in kinds.items() if kind.is_decimal()}
    frame: pd.DataFrame = connection.to_pandas(expression.mutate(**floats) if floats else expression)
    for column, kind in kinds.items():
        if kind.is_date() or kind.is_timestamp():
            frame[column] = frame[column].astype("datetime64[us]")
        elif kind.is_string():
            frame[column] = frame[column].astype("str")
    return frame


def write_parquet(frame: pd.DataFrame, spec: TableSpec, path: Path) -> None:
    """Write a validated table as Parquet, money as decimals with two places, whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        A frame that `utfall.region.validate_table` returned.
    spec : TableSpec
        Which table it is.
    path : Path
        Where to; written beside and moved into place.
    """
    content = pa.Table.from_pandas(frame[list(spec.columns)], preserve_index=False)
    if "amount" in spec.columns:
        place = content.schema.get_field_index("amount")
        money = pc.round(content.column(place), 2).cast(MONEY)
        content = content.set_column(place, "amount", money)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        pq.write_table(content, unfinished, compression="zstd")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_rows(
    path: Path,
    *,
    columns: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    first: pd.Timestamp | None = None,
    last: pd.Timestamp | None = None,
    version: str | None = None,
    as_categories: Sequence[str] = (),
) -> pa.Table:
    """Read the rows of a Parquet file that belong to some units and months.

    Row groups that hold none of the units are passed over: in a file sorted by unit, one unit's report reads a
    hundredth of it.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str, optional
        Columns wanted; every column when not given.
    units : sequence of str, optional
        Units wanted.
    first, last : Timestamp, optional
        First and last month wanted.
    version : str, optional
        Version of the budget wanted.
    as_categories : sequence of str
        Text columns to read as categories.

    Returns
    -------
    pyarrow.Table
    """
    with pq.ParquetFile(path, read_dictionary=list(as_categories)) as content:
        names = content.schema_arrow.names
        wanted = names if columns is None else list(columns)
        conditions: dict[str, list[Callable[[pa.ChunkedArray], pa.ChunkedArray]]] = {}
        groups = list(range(content.num_row_groups))
        if units is not None and "unit" in names:
            groups = _groups_with(content.metadata, names.index("unit"), set(units))
            known = pa.array(sorted(units), pa.string())
            conditions["unit"] = [lambda column: pc.is_in(column.cast(pa.string()), known)]
        if "period" in names:
            kind = content.schema_arrow.field("period").type
            for month, compare in ((first, pc.greater_equal), (last, pc.less_equal)):
                if month is not None:
                    bound = pa.scalar(month.to_pydatetime()).cast(kind)
                    conditions.setdefault("period", []).append(partial(_compared, compare, bound))
        if version is not None:
            conditions["version"] = [lambda column: pc.equal(column.cast(pa.string()), version)]
        read = list(dict.fromkeys([*wanted, *conditions]))
        table = content.read_row_groups(groups, columns=read, use_threads=False)
    for column, tests in conditions.items():
        for test in tests:
            table = table.filter(test(table.column(column)))
    return table.select(wanted)


def _compared(compare: Callable[..., pa.ChunkedArray], bound: pa.Scalar, column: pa.ChunkedArray) -> pa.ChunkedArray:
    return compare(column, bound)


def _groups_with(metadata: pq.FileMetaData, column: int, units: set[str]) -> list[int]:
    """Row groups that may hold one of the units, by what the file says of each group."""
    groups = []
    for number in range(metadata.num_row_groups):
        known = metadata.row_group(number).column(column).statistics
        if known is None or not known.has_min_max or any(known.min <= unit <= known.max for unit in units):
            groups.append(number)
    return groups


def plain_frame(content: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame of plain texts, floats and timestamps.

    Arrow converts whole columns where pandas would go cell by cell.

    Parameters
    ----------
    content : pyarrow.Table
        The table.

    Returns
    -------
    DataFrame
    """
    for number, field in enumerate(content.schema):
        plain = _plain_type(field.type)
        if plain is not None:
            content = content.set_column(number, field.name, content.column(number).cast(plain))
    return content.to_pandas(ignore_metadata=True)


def _plain_type(kind: pa.DataType) -> pa.DataType | None:
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type) or kind.value_type
    if pa.types.is_string(kind):
        return pa.large_string()
    if pa.types.is_decimal(kind):
        return pa.float64()
    return pa.timestamp("us") if pa.types.is_date(kind) else None
