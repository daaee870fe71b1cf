"""The file of a table, opened by the reader that its layout needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from utfall.errors import Fault, InvalidData
from utfall.region.tables import MONEY_COLUMN, TableSpec
from utfall.sources import SOURCE_ROW, ColumnRule, SeveralFiles, Source, TableMapping, open_file

FACTORS = {"sie": -1.0, "raindance_import": 1.0}
"""What amounts of a format of its own are multiplied with: SIE has debit positive, import records a sale."""


def open_source(
    paths: Sequence[Path], mapping: TableMapping | None, spec: TableSpec
) -> tuple[Source, TableMapping | None]:
    """Open the file of a table.

    Parameters
    ----------
    paths : sequence of Path
        The file, or several with the same columns.
    mapping : TableMapping or None
        How they are read.
    spec : TableSpec
        The canonical table it becomes.

    Returns
    -------
    source : Source
        The file.
    mapping : TableMapping or None
        The same mapping, with the columns that a format of its own is known to have.

    Raises
    ------
    InvalidData
        When the file cannot be read as it is said to be.
    """
    parts = [_opened(path, mapping, spec) for path in paths]
    source = parts[0] if len(parts) == 1 else SeveralFiles(parts)
    if mapping is None or mapping.layout == "table":
        return source, mapping
    known = {column: ColumnRule(column=column) for column in source.columns if column in spec.columns}
    known[MONEY_COLUMN] = ColumnRule(column=MONEY_COLUMN, factor=FACTORS[mapping.layout])
    return source, mapping.model_copy(update={"columns": {**known, **mapping.columns}})


def _opened(path: Path, mapping: TableMapping | None, spec: TableSpec) -> Source:
    if mapping is None:
        return open_file(path)
    if mapping.layout == "table":
        options = {name: getattr(mapping, name) for name in ("sheet", "separator", "encoding", "header_row")}
        return open_file(path, **options)
    return _sie(path, mapping, spec) if mapping.layout == "sie" else _import_records(path)


def _sie(path: Path, mapping: TableMapping, spec: TableSpec) -> Source:
    from utfall.sources.sie import read_sie

    choice = mapping.sie
    content = read_sie(path)
    if spec.name == "ledger":
        return content.ledger(
            unit_dim=choice.unit_dim,
            project_dim=choice.project_dim,
            activity_dim=choice.activity_dim,
            counterparty_dim=choice.counterparty_dim,
            account_from=choice.account_from,
            unit=choice.unit,
        )
    if spec.name == "budget":
        return content.budget(unit_dim=choice.unit_dim, account_from=choice.account_from, unit=choice.unit)
    what = f"a SIE file holds no table {spec.name}."
    raise InvalidData(
        [Fault(path.name, None, what, "Read ledger and budget from it, and the other tables from others.")]
    )


def _import_records(path: Path) -> Source:
    from utfall.sources.raindance import read_import_records

    source = read_import_records(path)
    months = source.table.select(["period", "period_to", SOURCE_ROW]).to_pylist()
    remedy = "Read the ledger that Raindance has spread them into instead."
    faults = [
        Fault(
            source.file,
            row[SOURCE_ROW],
            f"the amount is spread from {row['period']:%Y-%m} to {row['period_to']:%Y-%m}; how is not in the file.",
            remedy,
        )
        for row in months
        if row["period_to"] is not None and row["period_to"] != row["period"]
    ]
    if faults:
        raise InvalidData(faults)
    return source
