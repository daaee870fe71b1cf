"""Forecasts that have been told: kept beside the region's data, only ever added to.

One Parquet file holds every forecast made for one month from one version of the data. They are what was made of the
data, not data: they are no part of the data version, and no file that is there is ever written again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.region.region import Region

FOLDER = "forecasts"
"""Folder inside a region's folder; beside a DuckDB file it is the file's name and this."""

SCHEMA = pa.schema(
    [
        ("made_for", pa.timestamp("us")),
        ("unit", pa.string()),
        ("key", pa.string()),
        ("method", pa.string()),
        ("year", pa.int64()),
        ("mean", pa.float64()),
        ("lo_80", pa.float64()),
        ("hi_80", pa.float64()),
        ("lo_95", pa.float64()),
        ("hi_95", pa.float64()),
        ("data_version", pa.string()),
        ("kit_version", pa.string()),
        ("made_on", pa.timestamp("us")),
        ("reconstructed", pa.bool_()),
    ]
)
"""Columns of a file: last known month, node, line or ``income``, ``cost``, ``net``, method, the year and its total in
SEK in result sign, its intervals (missing where the method has none), what it was made from, with and when (UTC), and
whether it was made afterwards from the ledger as it was booked then."""

COLUMNS = tuple(SCHEMA.names)
"""Every column, in order."""

_NAME = re.compile(r"(\d{4}-\d{2})-([0-9a-f]+)\.parquet")
_TEXTS = tuple(field.name for field in SCHEMA if field.type == pa.string())


def store_forecasts(region: Region, forecasts: pd.DataFrame) -> Path | None:
    """Add the forecasts of one month, whole or not at all; what is already there stays as it is.

    Parameters
    ----------
    region : Region
        The region they are made of.
    forecasts : DataFrame
        `COLUMNS`, all of one month and of the region's data version.

    Returns
    -------
    Path or None
        The file; None when that month's forecasts from these data are already stored.

    Raises
    ------
    InvalidParameter
        When the rows are of several months, or of other data.
    """
    months = forecasts["made_for"].unique()
    if len(months) != 1 or set(forecasts["data_version"]) != {region.data_version}:
        raise InvalidParameter(
            f"Forecasts of {len(months)} months and the data versions {', '.join(set(forecasts['data_version']))} "
            f"cannot be stored together; store one month made of {region.data_version} at a time."
        )
    path = forecast_file(region, pd.Timestamp(months[0]))
    if path.exists():
        return None
    content = pa.Table.from_pandas(forecasts[list(COLUMNS)], schema=SCHEMA, preserve_index=False)
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        pq.write_table(content.replace_schema_metadata(None), unfinished, compression="zstd")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def read_forecasts(region: Region, *, units: Iterable[str] | None = None) -> pd.DataFrame:
    """Read every stored forecast.

    Parameters
    ----------
    region : Region
        The region.
    units : iterable of str, optional
        Codes of the nodes wanted; every node when not given.

    Returns
    -------
    DataFrame
        `COLUMNS`, in order of month and of when they were made; no rows when nothing is stored.

    Raises
    ------
    InvalidData
        Naming each file that is no forecast of this kit, or is damaged.
    """
    wanted = None if units is None else pa.array(sorted(set(units)), pa.string())
    parts: list[pa.Table] = []
    faults: list[Fault] = []
    for path in _files(region):
        try:
            parts.append(_read(path, wanted))
        except (OSError, pa.ArrowException, ValueError) as error:
            faults.append(_fault(path, str(error).strip().splitlines()[0]))
    if faults:
        raise InvalidData(faults)
    content = pa.concat_tables(parts) if parts else SCHEMA.empty_table()
    frame = content.to_pandas().astype(dict.fromkeys(_TEXTS, "str"))
    return frame.sort_values(["made_for", "made_on"], kind="stable", ignore_index=True)


def count_stored(region: Region) -> int:
    """Count the months and versions that are stored, after checking that every file can be read.

    Parameters
    ----------
    region : Region
        The region.

    Returns
    -------
    int
        Files.

    Raises
    ------
    InvalidData
        As `read_forecasts`.
    """
    read_forecasts(region, units=())
    return len(_files(region))


def months_to_make(region: Region, months: Sequence[pd.Timestamp]) -> list[pd.Timestamp]:
    """Leave out what is already stored.

    Parameters
    ----------
    region : Region
        The region.
    months : sequence of Timestamp
        Months whose forecasts are wanted, the last one the month asked for.

    Returns
    -------
    list of Timestamp
        The last month unless it is stored from the region's present data; an earlier one unless it is stored from
        any data: reconstructing it again would be a revision that nobody asked for.
    """
    there = {path.name[:7] for path in _files(region)}
    earlier = [month for month in months[:-1] if f"{month:%Y-%m}" not in there]
    return earlier + [month for month in months[-1:] if not forecast_file(region, month).exists()]


def forecast_file(region: Region, month: pd.Timestamp) -> Path:
    """Where the forecasts of a month made from the region's present data are, or would be."""
    return forecast_folder(region) / f"{month:%Y-%m}-{region.data_version}.parquet"


def forecast_folder(region: Region) -> Path:
    """Folder of a region's stored forecasts; it may not be there yet.

    Raises
    ------
    InvalidParameter
        When the region was not opened from a folder or a file.
    """
    if region.location is None:
        raise InvalidParameter(
            "The region was not opened from a folder or a file, so it has nowhere to keep forecasts."
        )
    where = region.location
    return where / FOLDER if where.is_dir() else where.with_name(f"{where.name}.{FOLDER}")


def _files(region: Region) -> list[Path]:
    if region.location is None:
        return []
    return [path for path in sorted(forecast_folder(region).glob("*.parquet")) if not path.name.startswith(".")]


def _read(path: Path, units: pa.Array | None) -> pa.Table:
    name = _NAME.fullmatch(path.name)
    if name is None:
        raise ValueError("its name is not a month and a data version")
    content = pq.read_table(path, use_threads=False)
    if content.schema.names != list(COLUMNS):
        raise ValueError(f"its columns are {', '.join(content.schema.names)}")
    content = content.cast(SCHEMA)
    months = [f"{month:%Y-%m}" for month in pc.unique(content.column("made_for")).to_pylist()]
    versions = pc.unique(content.column("data_version")).to_pylist()
    if (months, versions) != ([name[1]], [name[2]]):
        raise ValueError("its rows are of another month or data version than its name")
    return content if units is None else content.filter(pc.is_in(content.column("unit"), units))


def _fault(path: Path, reason: str) -> Fault:
    what = f"this is no stored forecast ({reason})."
    remedy = f"Move it out of {path.parent}; if a month is then missing, make it again with utfall forecast."
    return Fault(f"{path.parent.name}/{path.name}", None, what, remedy)


def stored_digest(region: Region) -> str:
    """Name which forecasts are stored: a file is never written again, so their names say what they hold.

    Parameters
    ----------
    region : Region
        The region.

    Returns
    -------
    str
        Hexadecimal digest.
    """
    return hashlib.sha256("\n".join(path.name for path in _files(region)).encode()).hexdigest()
