"""Databases, reached through Ibis: DuckDB, PostgreSQL, SQL Server and Spark by their addresses."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import ibis

from utfall.errors import InvalidParameter

SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",  # a text that is no number becomes missing, and is named; it stops no query
}
"""How a Spark session is set up where the kit starts it."""


def connect(address: str, *, writing: bool = False) -> Any:
    """Connect to a database.

    Parameters
    ----------
    address : str
        ``duckdb://PATH``, ``postgres://USER@SERVER/DATABASE``, ``mssql://USER@SERVER/DATABASE``, or
        ``spark://MASTER/FOLDER`` with a folder of Parquet files, one a table (``spark:///FOLDER`` runs on this
        machine). ``${NAME}`` stands for what the environment's variable NAME holds. PostgreSQL also finds a password
        in ``~/.pgpass`` and ``PGPASSWORD``.
    writing : bool, default False
        Whether a DuckDB file may be written to, and is made when there is none.

    Returns
    -------
    ibis backend

    Raises
    ------
    InvalidParameter
        When the kind of database is unknown, its driver is not installed, a variable is not set, or it does not
        answer; no message holds a password.

    Examples
    --------
    >>> connect("duckdb://:memory:").name
    'duckdb'
    """
    filled = _filled(address)
    scheme = filled.split("://", 1)[0]
    if scheme not in ("duckdb", *_CONNECTORS):
        known = ", ".join(f"{name}://" for name in ("duckdb", *_CONNECTORS))
        raise InvalidParameter(f"{without_password(address)}: databases are reached by {known}.")
    try:
        return _duckdb(filled, writing) if scheme == "duckdb" else _CONNECTORS[scheme](filled)
    except ImportError as error:
        extra = {"mssql": "mssql", "spark": "spark"}.get(scheme, "postgres")
        what = f"{without_password(address)}: the driver is not installed ({error.name})."
        raise InvalidParameter(f"{what} Install it with: pip install 'utfall[{extra}]'.") from None
    except InvalidParameter:
        raise
    except Exception as error:  # every driver has errors of its own
        reason = without_password(str(error).strip().splitlines()[0], _password(filled))
        what = f"{without_password(address)} does not answer ({reason})."
        raise InvalidParameter(f"{what} Check the address, the network and the password.") from None


def without_password(text: str, password: str = "") -> str:
    """Give an address, or a message that may quote one, without its password.

    Examples
    --------
    >>> without_password("postgres://anna:xxxx@server/ekonomi")
    'postgres://anna@server/ekonomi'
    """
    if password:
        text = text.replace(password, "…")
    return re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1@", text)


def _password(address: str) -> str:
    return unquote(urlsplit(address).password or "")


def _filled(address: str) -> str:
    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in os.environ:
            what = f"{without_password(address)} names the variable {name}, which is not set."
            raise InvalidParameter(f"{what} Set it where you start the command.")
        return os.environ[name]

    return re.sub(r"\$\{(\w+)\}", value, address)


def _duckdb(address: str, writing: bool) -> Any:
    path = address.removeprefix("duckdb://")
    return ibis.duckdb.connect(path, read_only=path != ":memory:" and not writing, threads=1)


def _by_url(scheme: str) -> Callable[[str], Any]:
    def connector(address: str) -> Any:
        return ibis.connect(urlunsplit((scheme, *urlsplit(address)[1:])))

    return connector


def _spark(address: str) -> Any:
    from pyspark.sql import SparkSession

    parts = urlsplit(address)
    builder = SparkSession.builder.appName("utfall").master(f"spark://{parts.netloc}" if parts.netloc else "local[*]")
    for name, value in SPARK_SETTINGS.items():
        builder = builder.config(name, value)
    connection = ibis.pyspark.connect(builder.getOrCreate())
    folder = Path(unquote(parts.path))
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise InvalidParameter(f"{address}: there are no Parquet files in {folder}.")
    for path in files:
        connection.read_parquet(str(path), table_name=path.stem)
    return connection


_CONNECTORS: dict[str, Callable[[str], Any]] = {
    "postgres": _by_url("postgres"),
    "postgresql": _by_url("postgres"),
    "mssql": _by_url("mssql"),
    "spark": _spark,
}
