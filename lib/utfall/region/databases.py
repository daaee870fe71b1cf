"""Tables that stay in their databases: asked when they are needed, through one connection each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd
from ibis.common.exceptions import OperationNotDefinedError, UnsupportedOperationError

from utfall.errors import Fault, InvalidData, InvalidParameter, UtfallError
from utfall.region.importing.database import canonical_rows, check_database_table
from utfall.region.importing.table import ImportedTable
from utfall.region.importing.tables import stages_apart
from utfall.region.store import REGISTER_TABLE, EngineStore, Store
from utfall.region.tables import TABLES
from utfall.sources import TableMapping
from utfall.sources.database import connect, without_password


class DatabaseStore(Store):
    """Canonical tables in one database; nothing is asked of it before a row or a sum is.

    Parameters
    ----------
    address : str
        See `utfall.sources.database.connect`.
    mappings : mapping of str to TableMapping or None
        The canonical tables there are, and how each is read; by the canonical names where None.
    """

    def __init__(self, address: str, mappings: Mapping[str, TableMapping | None]) -> None:
        self.address = address
        self.mappings = dict(mappings)
        self.tables = frozenset(mappings)

    @cached_property
    def engine(self) -> EngineStore:
        """The database, connected; each table in the columns of its canonical one."""
        connection = connect(self.address)
        expressions = {}
        for name, mapping in self.mappings.items():
            rows = database_table(connection, name, mapping, self.address)
            called = table_name(self.address, name, mapping)
            expressions[name] = canonical_rows(rows, TABLES[name], called, mapping)
        return EngineStore(connection, expressions)

    def rows(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read rows; see `Store.rows`."""
        return self.engine.rows(table, units=units, first=first, last=last, columns=columns)

    def total(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> float:
        """Add up amounts; see `Store.total`."""
        return self.engine.total(table, units=units, first=first, last=last, version=version)

    def span(self, table: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last month; see `Store.span`."""
        return self.engine.span(table)

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        if "engine" in self.__dict__:
            self.engine.close()


class ComposedStore(Store):
    """Tables that lie in different places.

    Parameters
    ----------
    parts : sequence of Store
        Each holds some of the tables.
    """

    def __init__(self, parts: Sequence[Store]) -> None:
        self.parts = tuple(parts)
        self._of = {table: part for part in parts for table in part.tables}
        self.tables = frozenset(self._of)

    @property
    def engine(self) -> EngineStore:
        """There is none that holds them all."""
        what = "The region's tables lie in different places, so no one engine holds them all."
        raise UtfallError(f"{what} Ask for one table: region.expression('ledger').")

    def sums(
        self,
        table: str,
        by: Sequence[str],
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> pd.DataFrame:
        """Add up amounts; see `Store.sums`."""
        return self._of[table].sums(table, by, units=units, first=first, last=last, version=version)

    def expression(self, table: str) -> Any:
        """Give a table; see `Store.expression`."""
        return self._of[table].expression(table)

    def rows(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read rows; see `Store.rows`."""
        return self._of[table].rows(table, units=units, first=first, last=last, columns=columns)

    def total(
        self,
        table: str,
        *,
        units: Sequence[str] | None = None,
        first: pd.Timestamp | None = None,
        last: pd.Timestamp | None = None,
        version: str | None = None,
    ) -> float:
        """Add up amounts; see `Store.total`."""
        return self._of[table].total(table, units=units, first=first, last=last, version=version)

    def span(self, table: str) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last month; see `Store.span`."""
        return self._of[table].span(table)

    def close(self) -> None:
        """Let go of every part."""
        for part in self.parts:
            part.close()


def check_tables(databases: Mapping[str, tuple[str, TableMapping | None]]) -> dict[str, ImportedTable]:
    """Check tables where they lie, and sum them by what the rules between tables speak of.

    Parameters
    ----------
    databases : mapping of str to (str, TableMapping or None)
        Canonical table → the database's address, and how the table is read.

    Returns
    -------
    dict of str to ImportedTable

    Raises
    ------
    InvalidData
        Naming all faults of all tables at once.
    """
    checked: dict[str, ImportedTable] = {}
    faults: list[Fault] = []
    for address in dict.fromkeys(address for address, _ in databases.values()):
        connection = connect(address)
        try:
            for name, (place, mapping) in databases.items():
                if place != address:
                    continue
                called = table_name(address, name, mapping)
                try:
                    with stages_apart():
                        rows = database_table(connection, name, mapping, address)
                        checked[name] = check_database_table(rows, TABLES[name], called, mapping)
                except InvalidData as error:
                    faults += error.faults
                except (OperationNotDefinedError, UnsupportedOperationError):
                    what = "keeps numbers or dates as texts, which this database cannot try to read."
                    faults.append(Fault(called, None, what, "Read from a view that turns them into numbers and dates."))
        finally:
            connection.disconnect()
    if faults:
        raise InvalidData(faults)
    return checked


def digest_of(summary: pd.DataFrame) -> str:
    """Name what a table holds by its sums: SHA-256 of them, in hexadecimal.

    Parameters
    ----------
    summary : DataFrame
        As `utfall.region.importing.CheckedTable` has it.

    Returns
    -------
    str
    """
    return hashlib.sha256(summary.to_csv(index=False).encode()).hexdigest()


def read_registers_table(address: str) -> tuple[dict[str, str], list[str]]:
    """Read a region's registers out of a database.

    Parameters
    ----------
    address : str
        The database.

    Returns
    -------
    registers : dict of str to str
        File → its text.
    tables : list of str
        The canonical tables that the database holds.

    Raises
    ------
    InvalidData
        When it holds no registers.
    """
    connection = connect(address)
    try:
        names = connection.list_tables()
        if REGISTER_TABLE not in names:
            what, remedy = f"has no table {REGISTER_TABLE}.", "Write the region with utfall.region.write_database."
            raise InvalidData([Fault(without_password(address), None, what, remedy)])
        rows = connection.to_pandas(connection.table(REGISTER_TABLE))
        return dict(zip(rows["file"], rows["content"], strict=True)), sorted(set(names) & set(TABLES))
    finally:
        connection.disconnect()


def database_table(connection: Any, name: str, mapping: TableMapping | None, address: str) -> Any:
    """Give a table or view of a database as an Ibis expression.

    Parameters
    ----------
    connection : ibis backend
        The database.
    name : str
        The canonical table.
    mapping : TableMapping or None
        Says what the table is called in the database.
    address : str
        The database's address, for messages.

    Returns
    -------
    ibis table

    Raises
    ------
    InvalidParameter
        When there is no such table, or it may not be read.
    """
    called = name if mapping is None or mapping.table is None else mapping.table
    schema, _, table = called.rpartition(".")
    try:
        return connection.table(table, database=schema or None)
    except Exception as error:  # every driver has errors of its own
        reason = without_password(str(error).strip().splitlines()[0])
        what = f"{without_password(address)} has no table {called} that can be read ({reason})."
        raise InvalidParameter(f"{what} Correct table: in region.yaml, or ask for the right to read it.") from None


def table_name(address: str, name: str, mapping: TableMapping | None) -> str:
    """Name a database's table in messages, and among a region's inputs."""
    called = name if mapping is None or mapping.table is None else mapping.table
    return f"{without_password(address)} {called}"
