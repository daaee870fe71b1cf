"""Opening a region: read, check everything, and only then hand it over."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.region.accounts import Accounts
from utfall.region.cube import Cube, write_cube
from utfall.region.organisation import Organisation
from utfall.region.region import Region, Registers
from utfall.region.registers import (
    REGION_FILE,
    AccountInterval,
    Comment,
    Decision,
    Event,
    Goal,
    Measure,
    OrganisationRow,
    RegionFile,
    ReportLine,
    ReportOrder,
    read_region_file,
    read_register,
)
from utfall.region.store import REGISTER_TABLE, EngineStore, ParquetStore, content_hash, write_parquet
from utfall.region.tables import TABLES, SourcedFrame, TableSpec

REPORT_PLAN = "reports.yaml"

REGISTER_FILES = (
    REGION_FILE,
    "organisation.yaml",
    "accounts.yaml",
    "measures.yaml",
    "goals.yaml",
    "decisions.yaml",
    "comments.yaml",
    "events.yaml",
    REPORT_PLAN,
)
WORK_FOLDER = ".utfall"
"""Folder inside a region's folder for what can be made again: imported tables, cube, stamp of the last check."""

DATA_VERSION_LENGTH = 12
"""Hexadecimal digits of a data version: short enough to print, long enough not to meet by chance."""

KEPT_SECONDS = 86_400
"""How long imports of earlier data stay: a notebook or a run that opened them may still be at work."""

RULES_VERSION = 7
"""Raised when a rule of validation changes, so that regions are checked anew."""


def open_region(where: str | Path) -> Region:
    """Open a region: a folder with ``region.yaml``, or a DuckDB file.

    Everything is checked before anything is handed over: every column of every table, every register, and that they
    fit together. The outcome of the check is remembered with the content of the files, so that the next opening of
    unchanged files is quick.

    Parameters
    ----------
    where : str or Path
        A folder, a ``.duckdb`` file made by `write_duckdb`, or ``duckdb://`` and its path. A relative path is sought
        in the working folder and then in the folders above it, so that a notebook in ``notebooks/`` finds
        ``data/demo``.

    Returns
    -------
    Region

    Raises
    ------
    InvalidData
        Naming every fault by file, row and remedy.
    InvalidParameter
        When there is no region at `where`.
    """
    place = _find(where)
    if place.is_dir():
        return _open_folder(place)
    return _open_duckdb(place)


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
    import duckdb

    engine = region.store.engine
    path = Path(path)
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(partial)) as connection:
            for name in sorted(region.tables):
                arrow = engine.connection.to_pyarrow(engine.table(name))
                connection.register("rows", arrow)
                connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM rows')
                connection.unregister("rows")
            connection.execute(f"CREATE TABLE {REGISTER_TABLE} (file VARCHAR, content VARCHAR)")
            connection.executemany(f"INSERT INTO {REGISTER_TABLE} VALUES (?, ?)", sorted(region.register_texts.items()))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _find(where: str | Path) -> Path:
    text = str(where)
    if re.match(r"^(?!duckdb:)[a-z]+://", text):
        raise InvalidParameter(f"{text}: only folders and DuckDB files can be opened so far.")
    path = Path(text.removeprefix("duckdb://")).expanduser()
    candidates = [path] if path.is_absolute() else [base / path for base in (Path.cwd(), *Path.cwd().parents)]
    for candidate in candidates:
        if (candidate / REGION_FILE).is_file() or (candidate.suffix == ".duckdb" and candidate.is_file()):
            return candidate
    if any(candidate.is_dir() for candidate in candidates):
        raise InvalidParameter(f"The folder {path} holds no {REGION_FILE}; docs/own_data.md shows how to write one.")
    raise InvalidParameter(f"There is no region at {path}; `utfall demo` makes a made-up one in data/demo.")


def _open_folder(folder: Path) -> Region:
    settings = read_region_file(folder / REGION_FILE)
    registers = _read_registers(lambda file: folder / file)
    sources = _sources(folder, settings)
    inputs = {path.name if path.parent == folder else str(path): content_hash(path) for path in sources.values()}
    texts = {
        file: (folder / file).read_text(encoding="utf-8-sig") for file in REGISTER_FILES if (folder / file).exists()
    }
    # The report plan decides what is written, not what the figures are.
    inputs |= {file: hashlib.sha256(text.encode()).hexdigest() for file, text in texts.items() if file != REPORT_PLAN}
    version = _data_version(inputs)
    work = _work_folder(folder)
    stamp = work / "checked.json"
    files, imported = _parquet_files(sources, settings, work, version)
    cube = work / f"{version}-cube.parquet"
    if not (_is_stamped(stamp, version) and cube.is_file()):
        # Imported here: a region that has been checked is opened without the machinery that checks.
        from utfall.region.reading import read_tables
        from utfall.region.rules import check_across_tables, check_registers

        frames = read_tables(sources, settings)
        check_registers(settings, registers)
        check_across_tables(frames, settings, registers)
        for name in imported:
            write_parquet(frames[name].frame, TABLES[name], files[name])
        with closing(ParquetStore(files)) as store:
            write_cube(store.engine, settings.budget_version, cube)
        _write_stamp(stamp, version)
        _remove_older(work, version)
    region = Region(settings, registers, ParquetStore(files), version, inputs, Cube(cube))
    region.register_texts = texts
    region.location = folder
    return region


def _open_duckdb(path: Path) -> Region:
    store = EngineStore.over_duckdb(path)
    if REGISTER_TABLE not in store.connection.list_tables():
        store.close()
        raise InvalidData(
            [
                Fault(
                    path.name,
                    None,
                    f"has no table {REGISTER_TABLE}.",
                    "Make the file with utfall.region.write_duckdb.",
                )
            ]
        )
    rows = store.fetch(store.table(REGISTER_TABLE))
    texts = dict(zip(rows["file"], rows["content"], strict=True))
    with tempfile.TemporaryDirectory() as folder:
        for file, text in texts.items():
            if file in REGISTER_FILES:
                (Path(folder) / file).write_text(text, encoding="utf-8")
        settings = read_region_file(Path(folder) / REGION_FILE)
        registers = _read_registers(lambda file: Path(folder) / file)
    if "ledger" not in store:
        store.close()
        raise InvalidData([Fault(path.name, None, "has no table ledger.", "Add the ledger.")])
    from utfall.region.rules import check_across_tables, check_registers
    from utfall.region.schemas import validate_table

    check_registers(settings, registers)
    frames = {}
    for name in sorted(store.tables):
        frame = store.fetch(store.table(name))
        frames[name] = SourcedFrame(validate_table(frame, TABLES[name], path.name), path.name, range(1, len(frame) + 1))
    check_across_tables(frames, settings, registers)
    inputs = {path.name: content_hash(path)}
    region = Region(settings, registers, store, _data_version(inputs), inputs)
    region.register_texts = texts
    region.location = path
    return region


def _read_registers(file: Callable[[str], Path]) -> Registers:
    return Registers(
        organisation=Organisation(read_register(file("organisation.yaml"), "units", OrganisationRow, required=True)),
        accounts=Accounts(
            read_register(file("accounts.yaml"), "lines", ReportLine, required=True),
            read_register(file("accounts.yaml"), "accounts", AccountInterval, required=True),
        ),
        measures=read_register(file("measures.yaml"), "measures", Measure),
        goals=read_register(file("goals.yaml"), "goals", Goal),
        decisions=read_register(file("decisions.yaml"), "decisions", Decision),
        comments=read_register(file("comments.yaml"), "comments", Comment),
        events=read_register(file("events.yaml"), "events", Event),
        reports=read_register(file(REPORT_PLAN), "reports", ReportOrder),
    )


def _sources(folder: Path, settings: RegionFile) -> dict[str, Path]:
    """File of each canonical table the region has."""
    unknown = sorted(set(settings.tables) - set(TABLES))
    if unknown:
        known = ", ".join(TABLES)
        raise InvalidData(
            [Fault(REGION_FILE, None, f"{name} is not a table of the kit.", f"Use one of {known}.") for name in unknown]
        )
    sources = {}
    for name in TABLES:
        if name in settings.tables:
            path = folder / settings.tables[name].file
            if not path.is_file():
                what = f"the file {settings.tables[name].file} of the table {name} is missing."
                raise InvalidData([Fault(REGION_FILE, None, what, f"Put it at {path} or correct its path.")])
            sources[name] = path
        else:
            found = [path for suffix in ("parquet", "csv") if (path := folder / f"{name}.{suffix}").is_file()]
            if found:
                sources[name] = found[0]
    if "ledger" not in sources:
        what = "there is no ledger: neither ledger.parquet, ledger.csv nor a mapping for it."
        raise InvalidData([Fault(REGION_FILE, None, what, "Add one of them; docs/own_data.md shows how.")])
    return sources


def _parquet_files(
    sources: dict[str, Path], settings: RegionFile, work: Path, version: str
) -> tuple[dict[str, Path], list[str]]:
    """Parquet file of each table, and the names of those that have to be imported into one."""
    files, imported = dict(sources), []
    for name, path in sources.items():
        if name in settings.tables or not _is_canonical(path, TABLES[name]):
            files[name] = work / f"{version}-{name}.parquet"
            imported.append(name)
    return files, imported


def _is_canonical(path: Path, spec: TableSpec) -> bool:
    """Whether a file can be asked as it is: Parquet with every column, and no text left out."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        content = pq.ParquetFile(path)
        if not set(spec.columns) <= set(content.schema_arrow.names):
            return False
        blank = [content.schema_arrow.names.index(name) for name, value in spec.defaults.items() if value == ""]
        groups = [content.metadata.row_group(number) for number in range(content.metadata.num_row_groups)]
        statistics = [group.column(number).statistics for group in groups for number in blank]
        return all(known is not None and known.null_count == 0 for known in statistics)
    except (OSError, pa.ArrowInvalid):
        return False  # reading it will say what is wrong with it


def _data_version(inputs: dict[str, str]) -> str:
    listing = "\n".join(f"{digest}  {file}" for file, digest in sorted(inputs.items()))
    return hashlib.sha256(listing.encode()).hexdigest()[:DATA_VERSION_LENGTH]


def _work_folder(folder: Path) -> Path:
    """Where imports and the stamp go: inside the region, or in the temporary folder when that cannot be written."""
    work = folder / WORK_FOLDER
    try:
        work.mkdir(exist_ok=True)
    except OSError:
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:DATA_VERSION_LENGTH]
        work = Path(tempfile.gettempdir()) / f"utfall-{name}"
        work.mkdir(mode=0o700, exist_ok=True)
    return work


def _remove_older(work: Path, version: str) -> None:
    """Remove what was imported from earlier versions of the data: a ledger need not be kept longer than it is used."""
    for path in work.glob("*.parquet"):
        unused = time.time() - path.stat().st_mtime > KEPT_SECONDS
        if unused and not path.name.startswith(f"{version}-"):
            path.unlink(missing_ok=True)


def _is_stamped(stamp: Path, version: str) -> bool:
    try:
        content = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(content == {"data_version": version, "rules": RULES_VERSION})


def _write_stamp(stamp: Path, version: str) -> None:
    partial = stamp.with_name(f".{stamp.name}.{os.getpid()}")
    partial.write_text(json.dumps({"data_version": version, "rules": RULES_VERSION}), encoding="utf-8")
    partial.replace(stamp)
