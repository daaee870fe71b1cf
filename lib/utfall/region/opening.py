"""Opening a region: read, check everything, and only then hand it over."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.region.accounts import Accounts
from utfall.region.cube import Cube, write_cube
from utfall.region.organisation import Organisation
from utfall.region.region import Region, Registers
from utfall.region.register_sheets import PARTIAL_FILES, faults_by_sheet, lists_of, sheet_of
from utfall.region.register_workbooks import register_texts
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
    RegisterRow,
    ReportLine,
    ReportOrder,
    read_lists,
    read_region_file,
    read_register,
)
from utfall.region.store import ParquetStore, Store
from utfall.region.tables import TABLES, Kind, TableSpec
from utfall.region.work import Work, data_version_of
from utfall.sources import TableMapping

if TYPE_CHECKING:
    from utfall.region.importing import ImportedTable

REPORT_PLAN = "reports.yaml"

Databases = dict[str, tuple[str, TableMapping | None]]
"""Tables that stay in a database: its address, and how the table is read."""

REGISTER_FILES = (
    REGION_FILE,
    "organisation.yaml",
    "accounts.yaml",
    "measures.yaml",
    "goals.yaml",
    "decisions.yaml",
    "comments.yaml",
    "events.yaml",
    "scenarios.yaml",
    "investments.yaml",
    "projects.yaml",
    REPORT_PLAN,
)


def open_region(where: str | Path, *, anew: bool = False) -> Region:
    """Open a region: a folder with ``region.yaml``, or a database that holds one.

    Everything is checked before anything is handed over: every column of every table, every register, and that they
    fit together. The outcome of the check is remembered with the content of the files, so that the next opening of
    unchanged files is quick. A table that stays in a database is checked and summed there; its sums are used for an
    hour before the database is asked again.

    Parameters
    ----------
    where : str or Path
        A folder, a ``.duckdb`` file, or a database's address (see `utfall.sources.database.connect`) that
        `write_database` has written to. A relative path is sought in the working folder and then in the folders above
        it, so that a notebook in ``notebooks/`` finds ``data/demo``.
    anew : bool, default False
        Whether to ask databases, and hash files, whatever is remembered of them.

    Returns
    -------
    Region

    Raises
    ------
    InvalidData
        Naming every fault by file, row and remedy.
    InvalidParameter
        When there is no region at `where`, or a database does not answer.
    """
    text = str(where)
    if "://" in text and not text.startswith("duckdb://"):
        return _open_database(text, anew)
    place = _find(Path(text.removeprefix("duckdb://")))
    if not place.is_dir():
        return _open_database(f"duckdb://{place}", anew)
    with faults_by_sheet(place):
        return _open_folder(place, anew)


def _find(path: Path) -> Path:
    path = path.expanduser()
    candidates = [path] if path.is_absolute() else [base / path for base in (Path.cwd(), *Path.cwd().parents)]
    for candidate in candidates:
        if (candidate / REGION_FILE).is_file() or (candidate.suffix == ".duckdb" and candidate.is_file()):
            return candidate
    if any(candidate.is_dir() for candidate in candidates):
        raise InvalidParameter(f"The folder {path} holds no {REGION_FILE}; docs/own_data.md shows how to write one.")
    raise InvalidParameter(f"There is no region at {path}; `utfall demo` makes a made-up one in data/demo.")


def _open_folder(folder: Path, anew: bool) -> Region:
    settings = read_region_file(folder / REGION_FILE)
    registers = _read_registers(lambda file: folder / file)
    texts = register_texts(folder, REGISTER_FILES)
    files, databases = _sources(folder, settings)
    work = Work.inside(folder)
    hashes = work.hashes(list(dict.fromkeys(path for paths in files.values() for path in paths)), anew=anew)
    inputs = {_input_name(folder, path): digest for path, digest in hashes.items()}
    # The report plan decides what is written, not what the figures are.
    inputs |= {file: hashlib.sha256(text.encode()).hexdigest() for file, text in texts.items() if file != REPORT_PLAN}
    asked, digests = _asked(work, databases, anew)
    inputs |= digests
    version = data_version_of(inputs)
    targets = {
        name: work.imported(version, name)
        for name, paths in files.items()
        if name in settings.tables or not _is_canonical(paths[0], TABLES[name])
    }
    store = _store({name: targets.get(name, paths[0]) for name, paths in files.items()}, databases)
    cube = work.cube(version)
    accounts = work.accounts(version)
    if accounts is None or not all(path.is_file() for path in (cube, *targets.values())):
        # Imported here: a region that has been checked is opened without the machinery that checks.
        from utfall.region.importing import import_tables, importing_engine

        asked = asked or _ask(databases)
        with importing_engine(work.folder) as engine:
            tables = import_tables(files, settings.tables, targets, engine)
            try:
                _check(tables | asked, settings, registers, cube, store)
            except InvalidData:
                for target in targets.values():
                    target.unlink(missing_ok=True)
                raise
        accounts = {name: table.account for name, table in (tables | asked).items()}
        work.stamp(version, accounts)
    region = Region(settings, registers, store, version, inputs, Cube(cube))
    region.register_texts = texts
    region.row_accounts = accounts
    region.sources = {name: tuple(_input_name(folder, path) for path in paths) for name, paths in files.items()}
    region.sources |= {name: (_database_name(name, databases),) for name in databases}
    region.location = folder
    return region


def _open_database(address: str, anew: bool) -> Region:
    from utfall.region.databases import DatabaseStore, read_registers_table
    from utfall.sources.database import without_password

    texts, names = read_registers_table(address)
    with tempfile.TemporaryDirectory() as folder:
        for file, text in texts.items():
            if file in REGISTER_FILES:
                (Path(folder) / file).write_text(text, encoding="utf-8")
        settings = read_region_file(Path(folder) / REGION_FILE)
        registers = _read_registers(lambda file: Path(folder) / file)
    if "ledger" not in names:
        raise InvalidData([Fault(without_password(address), None, "has no table ledger.", "Add the ledger.")])
    work = Work.apart(without_password(address))
    path = Path(address.removeprefix("duckdb://"))
    databases: Databases = dict.fromkeys(names, (address, None))
    inputs = {file: hashlib.sha256(text.encode()).hexdigest() for file, text in texts.items() if file != REPORT_PLAN}
    asked: dict[str, ImportedTable] = {}
    if path.is_file():
        inputs = {path.name: work.hashes([path], anew=anew)[path]}
    else:
        asked, digests = _asked(work, databases, anew)
        inputs |= digests
    version = data_version_of(inputs)
    store = DatabaseStore(address, dict.fromkeys(names))
    accounts = work.accounts(version)
    if accounts is None or not work.cube(version).is_file():
        asked = asked or _ask(databases)
        _check(asked, settings, registers, work.cube(version), store)
        accounts = {name: table.account for name, table in asked.items()}
        work.stamp(version, accounts)
    region = Region(settings, registers, store, version, inputs, Cube(work.cube(version)))
    region.register_texts = texts
    region.row_accounts = accounts
    region.sources = {name: (path.name if path.is_file() else _database_name(name, databases),) for name in names}
    region.location = path if path.is_file() else work.folder
    return region


def _input_name(folder: Path, path: Path) -> str:
    return path.name if path.parent == folder else str(path)


def _database_name(name: str, databases: Databases) -> str:
    from utfall.region.databases import table_name

    address, mapping = databases[name]
    return table_name(address, name, mapping)


def _asked(work: Work, databases: Databases, anew: bool) -> tuple[dict[str, ImportedTable], dict[str, str]]:
    """What databases' tables hold: their sums, where they have to be asked now, and a digest of each."""
    if not databases:
        return {}, {}
    from utfall.region.databases import digest_of

    named = {name: _database_name(name, databases) for name in databases}
    known = {} if anew else {name: digest for name in named.values() if (digest := work.asked(name)) is not None}
    if len(known) == len(named):
        return {}, known
    asked = _ask(databases)
    digests = {named[name]: digest_of(table.checked.summary) for name, table in asked.items()}
    work.remember_asked(digests)
    return asked, digests


def _ask(databases: Databases) -> dict[str, ImportedTable]:
    """Check tables where they lie, and sum them."""
    if not databases:
        return {}
    from utfall.region.databases import check_tables

    return check_tables(databases)


def _store(files: dict[str, Path], databases: Databases) -> Store:
    """The tables where they lie, or will lie once they have been imported; nothing is read."""
    store = ParquetStore(files)
    if not databases:
        return store
    from utfall.region.databases import ComposedStore, DatabaseStore

    addresses = dict.fromkeys(address for address, _ in databases.values())
    mapped = {address: {n: m for n, (a, m) in databases.items() if a == address} for address in addresses}
    return ComposedStore([store, *(DatabaseStore(address, tables) for address, tables in mapped.items())])


def _check(
    tables: Mapping[str, ImportedTable], settings: RegionFile, registers: Registers, cube: Path, store: Store
) -> None:
    """Check that tables and registers fit together, and write the cube."""
    from utfall.region.rules import check_across_tables, check_registers

    check_registers(settings, registers)
    checked = {name: table.checked for name, table in tables.items()}
    check_across_tables(checked, settings, registers)
    if registers.looks_ahead:
        from utfall.region.scenario_rules import check_registers_ahead

        check_registers_ahead(registers, store)
    budget = checked["budget"].summary if "budget" in checked else None
    write_cube(checked["ledger"].summary, budget, settings.budget_version, cube)


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
        **_registers_ahead(file),
    )


def _registers_ahead(file: Callable[[str], Path]) -> dict[str, Any]:
    """Scenarios, investments and projects; a region without any spares the time their models take."""
    there = [
        name
        for name in REGISTER_FILES
        if name in PARTIAL_FILES and (file(name).exists() or any(sheet_of(file(name), key) for key in lists_of(name)))
    ]
    if not there:
        return {}
    from utfall.region.scenario_registers import MODELS_AHEAD

    lists: dict[str, tuple[RegisterRow, ...]] = {}
    for name in there:
        lists |= read_lists(file(name), {key: MODELS_AHEAD[key] for key in lists_of(name)})
    return lists


def _sources(folder: Path, settings: RegionFile) -> tuple[dict[str, tuple[Path, ...]], Databases]:
    """Files of each canonical table the region has, and those that stay in a database."""
    unknown = sorted(set(settings.tables) - set(TABLES))
    if unknown:
        known = ", ".join(TABLES)
        raise InvalidData(
            [Fault(REGION_FILE, None, f"{name} is not a table of the kit.", f"Use one of {known}.") for name in unknown]
        )
    files: dict[str, tuple[Path, ...]] = {}
    databases: Databases = {}
    for name in TABLES:
        mapping = settings.tables.get(name)
        if mapping is not None and mapping.database is not None:
            databases[name] = (mapping.database, mapping)
        elif mapping is not None:
            files[name] = _named_files(folder, name, mapping)
        else:
            found = [path for suffix in ("parquet", "csv") if (path := folder / f"{name}.{suffix}").is_file()]
            if found:
                files[name] = (found[0],)
    if "ledger" not in files and "ledger" not in databases:
        what = "there is no ledger: neither ledger.parquet, ledger.csv nor a mapping for it."
        raise InvalidData([Fault(REGION_FILE, None, what, "Add one of them; docs/own_data.md shows how.")])
    return files, databases


def _named_files(folder: Path, name: str, mapping: TableMapping) -> tuple[Path, ...]:
    """The files of a table, in the order of their names where they are many."""
    found: list[Path] = []
    for named in mapping.files:
        pattern = folder / named
        paths = sorted(pattern.parent.glob(pattern.name)) if "*" in pattern.name else [pattern]
        if not paths or not all(path.is_file() for path in paths):
            what = f"the file {named} of the table {name} is missing."
            raise InvalidData([Fault(REGION_FILE, None, what, f"Put it at {pattern} or correct its path.")])
        found += paths
    return tuple(dict.fromkeys(found))


def _is_canonical(path: Path, spec: TableSpec) -> bool:
    """Whether a file can be asked as it is: Parquet with every column, and no text left out."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        content = pq.ParquetFile(path)
        if not set(spec.columns) <= set(content.schema_arrow.names):
            return False
        if not all(_is_of(content.schema_arrow.field(name).type, field.kind) for name, field in spec.fields.items()):
            return False
        blank = [content.schema_arrow.names.index(name) for name, value in spec.defaults.items() if value == ""]
        groups = [content.metadata.row_group(number) for number in range(content.metadata.num_row_groups)]
        statistics = [group.column(number).statistics for group in groups for number in blank]
        return all(known is not None and known.null_count == 0 for known in statistics)
    except (OSError, pa.ArrowInvalid):
        return False  # reading it will say what is wrong with it


def _is_of(kind: pa.DataType, wanted: Kind) -> bool:
    """Whether a column of a Parquet file can be read as it is."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if wanted == "text":
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
    if wanted == "number":
        return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_integer(kind))
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))
