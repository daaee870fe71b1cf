"""Writing a region into a database."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from utfall.region.region import Region
from utfall.region.store import MONEY, REGISTER_TABLE
from utfall.region.tables import MONEY_COLUMN, TABLES


def write_database(region: Region, address: str) -> None:
    """Write a region into a database, for `open_region` to open by the same address.

    Parameters
    ----------
    region : Region
        The region.
    address : str
        A PostgreSQL or SQL Server database in which tables may be made, or ``duckdb://`` and a path. Tables of the
        canonical names are replaced.

    Raises
    ------
    InvalidParameter
        When the database does not answer.
    """
    # Imported here: Ibis is not needed by those who only open a checked region.
    from utfall.sources.database import connect

    connection = connect(address, writing=True)
    try:
        for name in sorted(region.tables):
            spec = TABLES[name]
            content = pa.Table.from_pandas(region.store.rows(name)[list(spec.columns)], preserve_index=False)
            if MONEY_COLUMN in spec.columns:
                place = content.schema.get_field_index(MONEY_COLUMN)
                content = content.set_column(place, MONEY_COLUMN, pc.round(content[MONEY_COLUMN], 2).cast(MONEY))
            connection.create_table(name, content, overwrite=True)
        files = {"file": list(region.register_texts), "content": list(region.register_texts.values())}
        connection.create_table(REGISTER_TABLE, pa.table(files), overwrite=True)
    finally:
        connection.disconnect()


def write_duckdb(region: Region, path: str | Path) -> Path:
    """Write a region into one DuckDB file that `open_region` opens.

    Parameters
    ----------
    region : Region
        The region.
    path : str or Path
        File to make; an existing one is replaced when the new one is complete.

    Returns
    -------
    Path
        The file.
    """
    path = Path(path)
    partial = path.with_name(f"{path.stem}_unfinished{path.suffix}")  # the engine names its catalogue by the file
    partial.unlink(missing_ok=True)
    try:
        write_database(region, f"duckdb://{partial}")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path
