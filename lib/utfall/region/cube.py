"""The cube: ledger and budget summed by month, unit and account, in whole öre.

Two million vouchers become some hundred thousand rows, made once when a region is checked. Every question about
amounts that does not concern a supplier or a project is answered from it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from utfall.region.store import ORE, read_rows

ORIGINS = ["actual", "budget"]
"""Columns of amounts."""

ROWS_A_GROUP = 16_384
"""Rows of the file that are read together; sorted by unit, so that one unit's report reads few of them."""

UNITS_REMEMBERED = 4
"""How many selections of units are kept in memory."""


def write_cube(ledger: pd.DataFrame, budget: pd.DataFrame | None, budget_version: str | None, path: Path) -> None:
    """Put the sums of ledger and budget into a cube, whole or not at all.

    Parameters
    ----------
    ledger : DataFrame
        ``unit, period, account`` and their sum in ``ore``.
    budget : DataFrame or None
        The same for the budget, with its ``version``.
    budget_version : str or None
        Version of the budget that counts; every row when None.
    path : Path
        Where to; written beside and moved into place.
    """
    keys = ["unit", "period", "account"]
    facts = [ledger[[*keys, "ore"]].rename(columns={"ore": "actual"}).assign(budget=0)]
    if budget is not None:
        rows = budget if budget_version is None else budget[budget["version"] == budget_version]
        facts.append(rows[[*keys, "ore"]].rename(columns={"ore": "budget"}).assign(actual=0))
    every = pd.concat(facts, ignore_index=True).astype({"actual": "int64", "budget": "int64"})
    cube = every.groupby(keys, sort=True, observed=True)[ORIGINS].sum().reset_index()
    rows_written = pa.Table.from_pandas(cube.astype({"unit": "str", "account": "str"}), preserve_index=False)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        pq.write_table(rows_written, partial, compression="zstd", row_group_size=ROWS_A_GROUP)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


class Cube:
    """A cube that has been written.

    Parameters
    ----------
    path : Path
        Its file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows = lru_cache(maxsize=UNITS_REMEMBERED)(self._read)

    def sums(
        self,
        by: Sequence[str],
        *,
        units: Sequence[str] | None,
        first: pd.Timestamp,
        last: pd.Timestamp,
        of_unit: Mapping[str, Mapping[str, str]],
        of_account: Mapping[str, Mapping[str, str]],
    ) -> pd.DataFrame:
        """Sum amounts by any dimensions.

        Parameters
        ----------
        by : sequence of str
            ``period``, ``year``, ``posted_unit``, ``account``, or a key of `of_unit` or `of_account`.
        units : sequence of str or None
            Units to keep, as coded in the ledger; all when None.
        first, last : Timestamp
            Months to keep.
        of_unit, of_account : mapping of str to mapping
            Further dimensions: what each unit, and each account, belongs to. A unit or account that is not in a
            mapping is left out.

        Returns
        -------
        DataFrame
            The dimensions, sorted, then ``actual`` and ``budget``.
        """
        rows = self._rows(None if units is None else tuple(units))
        rows = rows[(rows["period"] >= first) & (rows["period"] <= last)]
        columns = {"year": rows["period"].dt.year} if "year" in by else {}
        columns |= {name: rows["posted_unit"].map(of) for name, of in of_unit.items()}
        columns |= {name: rows["account"].map(of) for name, of in of_account.items()}
        rows = rows.assign(**columns)
        if columns:
            rows = rows.dropna(subset=list(columns))
        sums = (
            rows.groupby(list(by), observed=True, sort=True)[ORIGINS].sum() if by else rows[ORIGINS].sum().to_frame().T
        )
        frame = (sums / ORE).reset_index(drop=not by)
        texts = [name for name in by if name not in {"period", "year"}]
        frame = frame.astype(dict.fromkeys(texts, "str"))
        return frame.sort_values(list(by), ignore_index=True) if by else frame

    def accounts(self) -> set[str]:
        """Every account there is."""
        return set(pq.read_table(self.path, columns=["account"])["account"].unique().to_pylist())

    def _read(self, units: tuple[str, ...] | None) -> pd.DataFrame:
        table = read_rows(self.path, units=units, as_categories=["unit", "account"])
        return table.to_pandas().rename(columns={"unit": "posted_unit"})
