"""What a figure was made from when it was published: kept beside the region's data, only ever added to.

A record names the content of every input and the code by their hashes, and keeps the registers' texts and, for a
figure summed from the ledger, the sums it was made of. With them the parts of a later difference can be computed one
by one instead of guessed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from utfall.appendix.published.register import PublishedFigure
from utfall.appendix.published.worlds import SCHEMA, LedgerWorld, World
from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.publishing.files import write_whole
from utfall.publishing.fingerprint import kit
from utfall.region import Region
from utfall.region.opening import REGISTER_FILES

FOLDER = "published"
"""Folder inside a region's folder; beside a DuckDB file it is the file's name and this."""

TEXTS = "registers"
"""Folder below it of the registers' texts, each called by its SHA-256 and kept once."""


@dataclass(frozen=True)
class PublishedRecord:
    """What one figure was made from.

    Parameters
    ----------
    id : str
        The figure.
    told_on : date
        When the value was published.
    value : Decimal
        As it was computed then, unrounded, in kronor or the figure's own unit.
    data_version, kit : str
        Data version, and fingerprint of the code and its libraries.
    inputs : mapping of str to str
        File → SHA-256.
    registers : mapping of str to str
        Register → its text.
    sums : pyarrow.Table or None
        The ledger of its months, summed.
    booked_until : date or None
        Last day of booking in the ledger; None when its rows have no days.
    """

    id: str
    told_on: date
    value: Decimal
    data_version: str
    kit: str
    inputs: Mapping[str, str]
    registers: Mapping[str, str] = field(repr=False)
    sums: pa.Table | None = field(default=None, repr=False, compare=False)
    booked_until: date | None = None


def record_published(region: Region, figure: PublishedFigure, world: World) -> PublishedRecord | None:
    """Keep what a figure is made from, on the day it is published; whole or not at all.

    Parameters
    ----------
    region : Region
        The region it is made of.
    figure : PublishedFigure
        The figure.
    world : World
        Computes it.

    Returns
    -------
    PublishedRecord or None
        None when that publication is already on record: a record is never written again.

    Raises
    ------
    InvalidParameter
        When the figure cannot be computed, or comes out otherwise than it was published: then it was made of other
        data, and what it was made of cannot be recorded now.
    """
    path = _file(region, figure)
    if path.exists():
        return None
    value = world.value()
    if value is None or abs(value - figure.told) > figure.allowed:
        came_out = "cannot be computed" if value is None else f"comes out as {value / figure.scale} {figure.unit}"
        raise InvalidParameter(
            f"The figure {figure.id} was published as {figure.told / figure.scale} {figure.unit} but {came_out}; "
            "record a figure from the data it was published from, or correct published.yaml."
        )
    texts = {file: text for file, text in sorted(region.register_texts.items()) if file in REGISTER_FILES}
    sums = world.sums() if isinstance(world, LedgerWorld) else None
    inputs = dict(sorted(region.inputs.items()))
    last = region.table("ledger", columns=["booked_on"])["booked_on"].max()
    day = None if pd.isna(last) else last.date()
    record = PublishedRecord(figure.id, figure.told_on, value, region.data_version, kit(), inputs, texts, sums, day)
    (path.parent / TEXTS).mkdir(parents=True, exist_ok=True)
    named = {file: hashlib.sha256(text.encode()).hexdigest() for file, text in texts.items()}
    for file, digest in named.items():
        text_file = path.parent / TEXTS / f"{digest}.yaml"
        if not text_file.exists():
            write_whole(text_file, texts[file])
    if sums is not None:
        _write_sums(sums, path.with_suffix(".parquet"))
    content = {
        "id": record.id,
        "told_on": record.told_on.isoformat(),
        "value": str(record.value),
        "data_version": record.data_version,
        "kit": record.kit,
        "inputs": record.inputs,
        "registers": named,
        "sums": sums is not None,
        "booked_until": None if day is None else day.isoformat(),
    }
    # Written last: without it there is no record, whatever else is there.
    write_whole(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return record


def read_records(region: Region) -> dict[tuple[str, date], PublishedRecord]:
    """Read every record.

    Parameters
    ----------
    region : Region
        The region.

    Returns
    -------
    dict
        Figure and day it was published → its record.

    Raises
    ------
    InvalidData
        Naming each file that is no record, or is damaged.
    """
    if region.location is None:
        return {}
    records: dict[tuple[str, date], PublishedRecord] = {}
    faults = []
    for path in sorted(record_folder(region).glob("[!.]*.json")):
        try:
            record = _read(path)
            records[record.id, record.told_on] = record
        except (OSError, ValueError, KeyError, TypeError, InvalidOperation, pa.ArrowException) as error:
            what = f"this is no record of a published figure ({type(error).__name__}: {str(error).splitlines()[0]})."
            remedy = f"Restore it from a backup, or move it out of {FOLDER}; the figure is then checked without it."
            faults.append(Fault(f"{FOLDER}/{path.name}", None, what, remedy))
    if faults:
        raise InvalidData(faults)
    return records


def record_folder(region: Region) -> Path:
    """Folder of a region's records; it may not be there yet.

    Raises
    ------
    InvalidParameter
        When the region was not opened from a folder or a file.
    """
    if region.location is None:
        raise InvalidParameter("The region was not opened from a folder or a file, so it has nowhere to keep records.")
    where = region.location
    return where / FOLDER if where.is_dir() else where.with_name(f"{where.name}.{FOLDER}")


def _file(region: Region, figure: PublishedFigure) -> Path:
    return record_folder(region) / f"{figure.id}-{figure.told_on:%Y-%m-%d}.json"


def _read(path: Path) -> PublishedRecord:
    content = json.loads(path.read_text(encoding="utf-8"))
    texts = {}
    for file, digest in content["registers"].items():
        text = (path.parent / TEXTS / f"{digest}.yaml").read_bytes()
        if hashlib.sha256(text).hexdigest() != digest:
            raise ValueError(f"the text of {file} is not the one recorded")
        texts[file] = text.decode()
    sums = None
    if content["sums"]:
        sums = pq.read_table(path.with_suffix(".parquet"), use_threads=False)
        if sums.schema.remove_metadata() != SCHEMA:
            raise ValueError(f"the columns of its sums are {', '.join(sums.schema.names)}")
    return PublishedRecord(
        content["id"],
        date.fromisoformat(content["told_on"]),
        Decimal(content["value"]),
        content["data_version"],
        content["kit"],
        content["inputs"],
        texts,
        sums,
        None if content["booked_until"] is None else date.fromisoformat(content["booked_until"]),
    )


def _write_sums(sums: pa.Table, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        pq.write_table(sums, unfinished, compression="zstd")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
