"""A Parquet file as a source: its types are kept, its rows are counted from 1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from utfall.errors import Fault, InvalidData
from utfall.sources.source import SOURCE_ROW, Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_FILE_ROW = "file_row_number"
"""What DuckDB calls the ordinal of a row in a Parquet file, from 0."""


class ParquetSource(Source):
    """A Parquet file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InvalidData
        When it cannot be read, or has columns the kit cannot tell apart.

    Examples
    --------
    >>> import duckdb, tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ledger.parquet"
    >>> pq.write_table(pa.table({"konto": ["5600", "5601"], "belopp": [-12.5, 3.0]}), path)
    >>> ParquetSource(path).relation(duckdb.connect(), numbered=True).fetchall()
    [('5600', -12.5, 1), ('5601', 3.0, 2)]
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.name
        try:
            schema = pq.read_schema(path)
        except FileNotFoundError:
            fault = Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct region.yaml.")
            raise InvalidData([fault]) from None
        except (OSError, ValueError) as error:
            empty = path.is_file() and path.stat().st_size == 0
            reason = "the file is empty." if empty else f"cannot be read as Parquet ({_first_line(error)})."
            raise InvalidData([Fault(path.name, None, reason, "Export the file again.")]) from None
        self._names = tuple(schema.names)
        self.columns = tuple(name.strip() for name in schema.names)
        self._refuse_names()
        for field in schema:
            if _is_nested(field.type):
                what = f"the column {field.name!r} holds lists or structures ({field.type})."
                raise InvalidData([Fault(path.name, None, what, "Leave the column out, or export it as plain values.")])

    def relation(self, connection: DuckDBPyConnection, *, numbered: bool = False) -> DuckDBPyRelation:
        """Give the rows with the types they have; see `Source.relation`. A dictionary column gives its texts.

        Parameters
        ----------
        connection : DuckDBPyConnection
            The engine.
        numbered : bool, default False
            Whether to give `SOURCE_ROW` too.

        Returns
        -------
        DuckDBPyRelation
        """
        # The path is a pattern to DuckDB: its signs are taken as they are.
        pattern = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(self.path))
        rows = connection.read_parquet(pattern, file_row_number=numbered)
        named = [f"{_quoted(name)} AS {_quoted(shown)}" for name, shown in zip(self._names, self.columns, strict=True)]
        number = [f"{_FILE_ROW} + 1 AS {SOURCE_ROW}"] if numbered else []
        return rows.project(", ".join([*named, *number]))

    def left_out(self) -> dict[str, int]:
        """Tell the rows left out: none.

        Returns
        -------
        dict of str to int
        """
        return {}

    def _refuse_names(self) -> None:
        seen: set[str] = set()
        for number, name in enumerate(self.columns, 1):
            key = name.casefold()
            if not name:
                what = f"column {number} has no name."
            elif key in seen:
                what = f"two columns are named {name!r}, or differ in capitals only."
            elif key in {SOURCE_ROW, _FILE_ROW}:
                what = f"a column is named {name!r}, a name the kit uses for the row itself."
            else:
                seen.add(key)
                continue
            raise InvalidData([Fault(self.file, None, what, "Give each column its own name.")])


def _is_nested(kind: pa.DataType) -> bool:
    return pa.types.is_nested(kind) or pa.types.is_map(kind)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
