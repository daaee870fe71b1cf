"""Reading a region's tables out of their files, checked column by column."""

from __future__ import annotations

from pathlib import Path

from utfall.errors import Fault, InvalidData
from utfall.region.registers import REGION_FILE, RegionFile
from utfall.region.schemas import validate_table
from utfall.region.tables import TABLES, SourcedFrame, TableSpec
from utfall.sources import ColumnRule, apply_mapping, read_file


def read_tables(sources: dict[str, Path], settings: RegionFile) -> dict[str, SourcedFrame]:
    """Read and check every table.

    Parameters
    ----------
    sources : dict of str to Path
        File of each table.
    settings : RegionFile
        What ``region.yaml`` says of them.

    Returns
    -------
    dict of str to SourcedFrame

    Raises
    ------
    InvalidData
        Naming all faults of all tables at once.
    """
    frames: dict[str, SourcedFrame] = {}
    faults: list[Fault] = []
    for name, path in sources.items():
        try:
            frames[name] = _read_table(path, TABLES[name], settings)
        except InvalidData as error:
            faults += error.faults
    if faults:
        raise InvalidData(faults)
    return frames


def _read_table(path: Path, spec: TableSpec, settings: RegionFile) -> SourcedFrame:
    mapping = settings.tables.get(spec.name)
    if mapping is None:
        raw = read_file(path)
        rules = {column: ColumnRule(column=column) for column in spec.columns if column in raw.frame}
        decimal = ","
    else:
        raw = read_file(path, sheet=mapping.sheet, separator=mapping.separator, encoding=mapping.encoding)
        rules, decimal = mapping.columns, mapping.decimal
        unknown = sorted(set(rules) - set(spec.columns))
        if unknown:
            what = f"{spec.name} has no column {', '.join(unknown)}."
            raise InvalidData([Fault(REGION_FILE, None, what, f"Its columns are {', '.join(spec.columns)}.")])
    if path.suffix.lower() == ".parquet" and mapping is None:
        frame = raw.frame.assign(source_row=range(1, len(raw.frame) + 1))
    else:
        frame = apply_mapping(raw, rules, numeric=spec.numeric, dates=spec.dates, decimal=decimal)
        if "period" in frame:  # a posting date, or the month's last day, is that month
            frame["period"] = frame["period"].dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    if mapping is not None and mapping.combine == "sum":
        keys = [column for column in spec.columns if column in frame and column not in spec.numeric]
        added = {column: "sum" for column in frame if column in spec.numeric} | {"source_row": "first"}
        frame = frame.groupby(keys, sort=False, dropna=False, observed=True).agg(added).reset_index()
    rows = frame["source_row"].tolist()
    return SourcedFrame(validate_table(frame, spec, raw.file, rows), raw.file, rows)
