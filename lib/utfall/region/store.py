"""Where a region's tables lie: a DuckDB engine over Parquet files or over a DuckDB file, asked through Ibis."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import ibis
import pandas as pd

from utfall.region.tables import TABLES, TableSpec

REGISTER_TABLE = "utfall_registers"
"""Table in a DuckDB file that holds the register files' texts."""

CONTENT_HASH_CHUNK = 1 << 20


class Store:
    """Tables of one region, as Ibis expressions.

    Parameters
    ----------
    connection : ibis backend
        Holds one table or view per canonical table.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.tables = frozenset(connection.list_tables()) & frozenset(TABLES)

    @classmethod
    def over_parquet(cls, files: dict[str, Path]) -> Store:
        """A store whose tables are Parquet files; nothing is copied."""
        connection = ibis.duckdb.connect(threads=1)
        for name, path in files.items():
            connection.read_parquet(str(path), table_name=name)
        return cls(connection)

    @classmethod
    def over_duckdb(cls, path: Path) -> Store:
        """A store whose tables lie in a DuckDB file, opened for reading only."""
        return cls(ibis.duckdb.connect(str(path), read_only=True, threads=1))

    def __contains__(self, table: str) -> bool:
        return table in self.tables

    def table(self, name: str) -> Any:
        """The table as an Ibis expression."""
        return self.connection.table(name)

    def fetch(self, expression: Any) -> pd.DataFrame:
        """Run an expression.

        Returns
        -------
        DataFrame
            Decimal columns as float64, rounded to the öre they were summed in.
        """
        kinds = expression.schema()
        # The engine turns decimals into floats a hundred times faster than Python does one by one.
        floats = {name: expression[name].cast("float64") for name, kind in kinds.items() if kind.is_decimal()}
        frame: pd.DataFrame = self.connection.to_pandas(expression.mutate(**floats) if floats else expression)
        for column, kind in kinds.items():
            if kind.is_date() or kind.is_timestamp():
                frame[column] = frame[column].astype("datetime64[us]")
        return frame

    def close(self) -> None:
        """Let go of the engine and its file."""
        self.connection.disconnect()


def write_parquet(frame: pd.DataFrame, spec: TableSpec, path: Path) -> None:
    """Write a validated table as Parquet, money as decimals with two places, whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        A frame that `utfall.region.tables.validate_table` returned.
    spec : TableSpec
        Which table it is.
    path : Path
        Where to; written beside and moved into place.
    """
    connection = ibis.duckdb.connect(threads=1)
    columns = ", ".join(
        "CAST(amount AS DECIMAL(18,2)) AS amount" if column == "amount" else f'"{column}"' for column in spec.columns
    )
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        connection.con.register("frame", frame)
        connection.raw_sql(
            f"COPY (SELECT {columns} FROM frame) TO '{_quoted(partial)}' (FORMAT parquet, COMPRESSION zstd)"
        )
        partial.replace(path)
    finally:
        connection.disconnect()
        partial.unlink(missing_ok=True)


def content_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CONTENT_HASH_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
