"""A table read as it is proposed to be read, and summed: what signs, units and accounts are found from."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from utfall.region.importing import Writing, importing_engine, typed_rows
from utfall.region.importing.opened import open_source
from utfall.region.importing.typed import BROKEN
from utfall.region.tables import TABLES
from utfall.sources import SeveralFiles, TableMapping, open_file
from utfall.starting.looking import LookedFile

KEYS = ("period", "unit", "account", "version")
"""Columns that a table is summed by, where it has them."""


@dataclass(frozen=True)
class Summary:
    """A table in sums.

    Parameters
    ----------
    frame : DataFrame
        A row a combination of `KEYS`: those columns, ``rows``, and ``amount`` where the table has one.
    rows, broken : int
        Rows, and rows that break a rule.
    whole : bool
        Whether every amount is a whole number.
    repeated : int
        Combinations of the table's grain that are given more than once.
    """

    frame: pd.DataFrame
    rows: int
    broken: int
    whole: bool
    repeated: int

    @property
    def months(self) -> list[pd.Timestamp]:
        """The months it holds, in order."""
        return [] if "period" not in self.frame else sorted(self.frame["period"].dropna().unique())

    def by_class(self) -> dict[str, float]:
        """Sum of the amounts of each class of accounts, its first sign."""
        if not {"account", "amount"} <= set(self.frame.columns):
            return {}
        return {
            str(key): float(total)
            for key, total in self.frame.groupby(self.frame["account"].str[:1])["amount"].sum().items()
        }

    def by_account(self) -> dict[str, float]:
        """Sum of the amounts of each account."""
        if not {"account", "amount"} <= set(self.frame.columns):
            return {}
        return {str(key): float(total) for key, total in self.frame.groupby("account")["amount"].sum().items()}

    def units(self) -> dict[str, int]:
        """Units, and how many rows each has."""
        if "unit" not in self.frame:
            return {}
        return {str(key): int(rows) for key, rows in self.frame.groupby("unit")["rows"].sum().items() if key}


def summarise(paths: Sequence[Path], table: str, mapping: TableMapping) -> Summary:
    """Read a table by its mapping and sum it.

    Parameters
    ----------
    paths : sequence of Path
        The file, or several.
    table : str
        The canonical table.
    mapping : TableMapping
        How it is read.

    Returns
    -------
    Summary

    Raises
    ------
    InvalidData
        When the file cannot be read.
    """
    spec = TABLES[table]
    source, known = open_source(paths, mapping, spec)
    assert known is not None
    with tempfile.TemporaryDirectory() as work, importing_engine(Path(work)) as engine:
        source.relation(engine.con).create_view("given")
        writing = Writing(known.decimal, known.thousands)
        typed = typed_rows(engine.table("given"), known.columns, spec, writing=writing, exclude=known.exclude).used()
        keys = [key for key in KEYS if key in spec.columns]
        sums: dict[str, Any] = {"rows": typed.count(), "broken": typed[BROKEN].count()}
        if "amount" in spec.columns:
            sums["amount"] = typed.amount.sum().cast("float64")
            sums["fractions"] = (typed.amount != typed.amount.floor()).ifelse(1, 0).sum()
        frame = (
            engine.to_pandas(typed.group_by(keys).aggregate(**sums))
            if keys
            else engine.to_pandas(typed.aggregate(**sums))
        )
        repeated = 0
        if spec.unique:
            times = typed.group_by(list(spec.grain)).aggregate(times=typed.count())
            repeated = int(engine.to_pandas(times.filter(times.times > 1).count()))
    whole = bool(frame["fractions"].fillna(0).sum() == 0) if "fractions" in frame else True
    kept = frame.drop(columns=[name for name in ("broken", "fractions") if name in frame])
    return Summary(kept, int(frame["rows"].sum()), int(frame["broken"].sum()), whole, repeated)


def distinct_rows(look: LookedFile, columns: Sequence[str]) -> pd.DataFrame:
    """Give the different combinations of some columns of a file, as texts.

    Parameters
    ----------
    look : LookedFile
        The file.
    columns : sequence of str
        The columns.

    Returns
    -------
    DataFrame
        The columns, and ``rows``; in the order in which combinations are first met, where the file is read in order.
    """
    import duckdb

    options = {name: look.form[name] for name in ("sheet", "separator", "encoding", "header_row") if name in look.form}
    named = ", ".join(
        f"trim(coalesce(CAST(\"{_escaped(column)}\" AS VARCHAR), '')) AS c{place}"
        for place, column in enumerate(columns)
    )
    groups = ", ".join(f"c{place}" for place in range(len(columns)))
    with duckdb.connect() as engine:
        SeveralFiles([open_file(path, **options) for path in look.paths]).relation(engine).create_view("given")
        frame = engine.sql(
            f"SELECT {groups}, count(*) AS rows FROM (SELECT {named} FROM given) GROUP BY ALL ORDER BY ALL"
        ).df()
    return frame.set_axis([*columns, "rows"], axis="columns")


def _escaped(name: str) -> str:
    return name.replace('"', '""')
