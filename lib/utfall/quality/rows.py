"""The rows of the ledger's file that a finding is about."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from utfall.quality.findings import Finding
from utfall.quality.ledger import fetch
from utfall.region import Region
from utfall.region.store import ORE
from utfall.region.tables import TABLES
from utfall.sources import SOURCE_ROW

MOST_ROWS = 6
"""Rows of the file that a finding names."""

MOST_FINDINGS = 500
"""Findings whose rows are sought, the largest first."""

SUFFIXES = ("parquet", "csv")
"""What the ledger's own file is called when region.yaml names no other."""


def with_rows(region: Region, findings: Sequence[Finding]) -> list[Finding]:
    """Put the rows of the ledger's file to findings; as they are where the ledger stays in a database.

    The file is read once more, by all of its columns that name a posting: an imported table has lost the rows that
    an exclusion left out, so its own order does not tell.

    Parameters
    ----------
    region : Region
        The region.
    findings : sequence of Finding
        The findings.

    Returns
    -------
    list of Finding
    """
    sought = sorted((f for f in findings if f.postings), key=lambda f: -f.amount)[:MOST_FINDINGS]
    files = _files(region) if sought else ()
    if not files:
        return list(findings)
    placed = _placed(region, files, _wanted(sought))
    numbered = {id(sought[number]): places for number, places in placed.items()}
    return [_with_places(f, numbered[id(f)]) if id(f) in numbered else f for f in findings]


def _wanted(sought: Sequence[Finding]) -> pd.DataFrame:
    """What tells the rows of each finding, by its number."""
    wanted = pd.DataFrame(
        [
            (number, p.period, p.unit, p.account, p.voucher, None if p.ore is None else p.ore / ORE)
            for number, finding in enumerate(sought)
            for p in finding.postings
        ],
        columns=["finding", "period", "unit", "account", "wanted_voucher", "wanted_amount"],
    )
    kinds = {"period": "datetime64[us]", "wanted_amount": "float64", "wanted_voucher": "str"}
    return wanted.drop_duplicates().astype(kinds)


def _placed(region: Region, files: Sequence[Path], wanted: pd.DataFrame) -> dict[int, list[tuple[str, int]]]:
    """File and row of the rows that are wanted, the largest amounts of each finding."""
    import ibis

    from utfall.region.importing import Writing, importing_engine, typed_rows
    from utfall.region.importing.opened import open_source
    from utfall.region.importing.table import columns_read
    from utfall.region.importing.typed import EXCLUDED

    spec = TABLES["ledger"]
    source, mapping = open_source(files, region.settings.tables.get("ledger"), spec)
    columns = columns_read(source.columns, source.file, spec, mapping)
    writing = Writing() if mapping is None else Writing(mapping.decimal, mapping.thousands)
    exclude = () if mapping is None else mapping.exclude
    with tempfile.TemporaryDirectory(prefix="utfall-") as folder, importing_engine(Path(folder)) as engine:
        source.relation(engine.con, numbered=True).create_view("numbered_ledger")
        typed = typed_rows(engine.table("numbered_ledger"), columns, spec, writing=writing, exclude=exclude)
        rows = typed.rows.filter(typed.rows[EXCLUDED].isnull())
        rows = rows.mutate(period=rows.period.cast("timestamp"), amount=rows.amount.cast("float64"))
        rows = rows.select("period", "unit", "account", "voucher", "amount", SOURCE_ROW)
        joined = rows.join(ibis.memtable(wanted), ["period", "unit", "account"])
        same_voucher = joined.wanted_voucher.isnull() | (joined.wanted_voucher == joined.voucher)
        same_amount = joined.wanted_amount.isnull() | ((joined.wanted_amount - joined.amount).abs() < 0.5 / ORE)
        # Where several rows of the file were added up, none of them has the sum's amount.
        is_combined = mapping is not None and mapping.combine == "sum"
        kept = joined.filter(same_voucher if is_combined else same_voucher & same_amount)
        order = [kept.amount.abs().desc(), kept[SOURCE_ROW]]
        kept = kept.mutate(place=ibis.row_number().over(group_by="finding", order_by=order))
        found = fetch(kept.filter(kept.place < MOST_ROWS).select("finding", SOURCE_ROW).order_by(SOURCE_ROW))
    placed: dict[int, list[tuple[str, int]]] = {}
    for number, row in found.itertuples(index=False, name=None):
        placed.setdefault(int(number), []).append(source.place(int(row)))
    return placed


def _with_places(finding: Finding, places: Sequence[tuple[str, int]]) -> Finding:
    """Name the rows of the first file that has any: a finding is looked up in one file at a time."""
    file = places[0][0]
    return replace(finding, file=file, rows=tuple(row for other, row in places if other == file))


def _files(region: Region) -> tuple[Path, ...]:
    """The ledger's files; none where it stays in a database."""
    mapping, folder = region.settings.tables.get("ledger"), region.location
    if folder is None or not folder.is_dir():
        return ()
    if mapping is None:
        return tuple(path for suffix in SUFFIXES if (path := folder / f"ledger.{suffix}").is_file())[:1]
    named = [folder / name for name in mapping.files]
    found = [sorted(path.parent.glob(path.name)) if "*" in path.name else [path] for path in named]
    return tuple(dict.fromkeys(path for paths in found for path in paths if path.is_file()))
