"""A frame checked against its canonical table: by the same rules, on the same engine, as a file is."""

from __future__ import annotations

import ibis
import pandas as pd
import pyarrow as pa

from utfall.region.importing.table import import_table
from utfall.region.importing.typed import typed_rows
from utfall.region.store import plain_money
from utfall.region.tables import TableSpec
from utfall.sources import SOURCE_ROW, ArrowSource, ColumnRule


def validate_table(frame: pd.DataFrame, spec: TableSpec, file: str) -> pd.DataFrame:
    """Check a frame against its canonical table.

    Parameters
    ----------
    frame : DataFrame
        The table's columns; a column with a default may be missing.
    spec : TableSpec
        Which table it is.
    file : str
        Name of the file it came from, or is to be; its first row is 1.

    Returns
    -------
    DataFrame
        The table's columns in order, in their types.

    Raises
    ------
    InvalidData
        Naming each faulty row.

    Examples
    --------
    >>> from utfall.region.tables import TABLES
    >>> frame = pd.DataFrame({"period": ["2026-10-01"], "unit": ["1"], "account": ["5600"], "amount": [-1.5]})
    >>> validate_table(frame, TABLES["budget"], "budget.csv")["version"].tolist()
    ['']
    """
    content = pa.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False)
    numbered = content.append_column(SOURCE_ROW, pa.array(range(1, len(frame) + 1), pa.int64()))
    engine = ibis.duckdb.connect(threads=1)
    try:
        source = ArrowSource(file, numbered)
        import_table(engine, source, spec, None, None)
        source.relation(engine.con).create_view("given")
        columns = {column: ColumnRule(column=column) for column in spec.columns if column in source.columns}
        valid = typed_rows(engine.table("given"), columns, spec).rows.select(*spec.columns)
        return plain_money(engine, valid)
    finally:
        engine.disconnect()
