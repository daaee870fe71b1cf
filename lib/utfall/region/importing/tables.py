"""Every table of a region, each out of its own file, in one engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis

from utfall.errors import Fault, InvalidData
from utfall.region.importing.opened import open_source
from utfall.region.importing.table import ImportedTable, import_table
from utfall.region.tables import TABLES
from utfall.sources import TableMapping

MEMORY_LIMIT = "2GB"
"""What the engine may hold while it imports; what is beyond it goes to disk beside the imported files."""


def import_tables(
    sources: Mapping[str, Sequence[Path]],
    mappings: Mapping[str, TableMapping],
    targets: Mapping[str, Path],
    engine: Any,
) -> dict[str, ImportedTable]:
    """Read, check and write every table.

    Parameters
    ----------
    sources : mapping of str to sequence of Path
        File of each table, or its several files.
    mappings : mapping of str to TableMapping
        How it is read; by the canonical names where there is none.
    targets : mapping of str to Path
        The Parquet files to write; a table that is not among them is asked where it lies.
    engine : ibis DuckDB backend
        What they are read with; see `importing_engine`.

    Returns
    -------
    dict of str to ImportedTable

    Raises
    ------
    InvalidData
        Naming all faults of all tables at once; no target is left then.
    """
    imported: dict[str, ImportedTable] = {}
    faults: list[Fault] = []
    for name, paths in sources.items():
        mapping = mappings.get(name)
        try:
            source, mapping = open_source(paths, mapping, TABLES[name])
            imported[name] = import_table(engine, source, TABLES[name], mapping, targets.get(name))
        except InvalidData as error:
            faults += error.faults
    if faults:
        for target in targets.values():
            target.unlink(missing_ok=True)
        raise InvalidData(faults)
    return imported


@contextmanager
def stages_apart() -> Iterator[None]:
    """Keep each stage of an expression a select of its own while it is compiled.

    Merged into one select, an expression that several rules look at would be computed once for each of them.
    """
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


@contextmanager
def importing_engine(work: Path) -> Iterator[Any]:
    """Give an embedded DuckDB with all the machine's cores, and a folder for what does not fit in memory.

    Parameters
    ----------
    work : Path
        Folder in which it may make one of its own.

    Yields
    ------
    ibis DuckDB backend
    """
    engine = ibis.duckdb.connect(memory_limit=MEMORY_LIMIT, temp_directory=str(work / "spill"))
    try:
        with stages_apart():
            yield engine
    finally:
        engine.disconnect()
