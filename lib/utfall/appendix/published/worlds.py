"""What a figure would be in other circumstances: the ledger as it was booked on a day, the registers as they were."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from utfall.appendix.cells import find_cell
from utfall.appendix.published.register import PublishedFigure
from utfall.errors import InvalidParameter
from utfall.region import TABLES, Accounts, Organisation, Region, Registers
from utfall.region.cube import Cube
from utfall.region.registers import AccountInterval, OrganisationRow, ReportLine, read_register
from utfall.region.store import write_parquet

ORE = 100
"""Öre in a krona: amounts are added as whole öre, so that no sum depends on its order."""

FIGURE_REGISTERS = ("organisation.yaml", "accounts.yaml")
"""Registers that decide a sum of the ledger."""

SCHEMA = pa.schema(
    [
        ("unit", pa.string()),
        ("period", pa.timestamp("us")),
        ("account", pa.string()),
        ("actual", pa.int64()),
        ("budget", pa.int64()),
    ]
)
"""Columns of a summed ledger: the cube's, in öre."""


class World(Protocol):
    """Computes one figure in different circumstances; amounts in kronor."""

    def value(self, *, booked_until: date | None = None, registers: Mapping[str, str] | None = None) -> Decimal | None:
        """The figure, perhaps with a ledger cut at a day of booking, and with other registers; None when it cannot."""

    def from_sums(self, sums: pa.Table, registers: Mapping[str, str]) -> Decimal | None:
        """The figure of a ledger that was stored, with the registers stored beside it; None when it cannot."""


class LedgerWorld:
    """Circumstances of a figure that is summed from the ledger.

    Parameters
    ----------
    region : Region
        The region as it is now.
    figure : PublishedFigure
        The figure; it has `amounts`.
    """

    def __init__(self, region: Region, figure: PublishedFigure) -> None:
        if figure.amounts is None:
            raise InvalidParameter(f"The figure {figure.id} is not summed from the ledger.")
        self._region, self._asked = region, figure.amounts

    def value(self, *, booked_until: date | None = None, registers: Mapping[str, str] | None = None) -> Decimal | None:
        """Sum the figure; see `World.value`.

        Parameters
        ----------
        booked_until : date, optional
            Last day of booking; everything when not given. A row without a day is taken to have been there.
        registers : mapping of str to str, optional
            Texts of the registers; the region's own when not given.

        Returns
        -------
        Decimal or None
        """
        if booked_until is None and registers is None:
            return self._summed(self._region)
        return self.from_sums(self.sums(booked_until), registers or self._region.register_texts)

    def from_sums(self, sums: pa.Table, registers: Mapping[str, str]) -> Decimal | None:
        """Sum the figure of a stored ledger; see `World.from_sums`.

        Parameters
        ----------
        sums : pyarrow.Table
            As `sums` gives it.
        registers : mapping of str to str
            Texts of the registers.

        Returns
        -------
        Decimal or None
            None when the unit is not in those registers.
        """
        region = self._region
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            pq.write_table(sums, folder / "cube.parquet")
            then = with_registers(region.registers, registers, folder)
            cube = Cube(folder / "cube.parquet")
            as_it_was = Region(region.settings, then, region.store, region.data_version, region.inputs, cube)
            try:
                return self._summed(as_it_was)
            except InvalidParameter:
                return None

    def sums(self, booked_until: date | None = None) -> pa.Table:
        """Sum the ledger of the figure's months by unit, month and account.

        Parameters
        ----------
        booked_until : date, optional
            Last day of booking.

        Returns
        -------
        pyarrow.Table
            `SCHEMA`; every unit of the region, for another organisation may place others in the figure.
        """
        asked = self._asked
        columns = ["period", "unit", "account", "amount", "booked_on"]
        rows = self._region.table("ledger", since=asked.since, until=asked.until, columns=columns)
        if booked_until is not None:
            rows = rows[~(rows["booked_on"] >= _day_after(booked_until))]
        rows = rows.assign(actual=(rows["amount"] * ORE).round().astype("int64"), budget=0)
        keys = ["unit", "period", "account"]
        summed = rows.groupby(keys, observed=True, sort=True)[["actual", "budget"]].sum().reset_index()
        return pa.Table.from_pandas(summed, schema=SCHEMA, preserve_index=False).replace_schema_metadata(None)

    def _summed(self, region: Region) -> Decimal:
        asked = self._asked
        chosen = [line.line for line in region.accounts.lines if asked.of == "net" or line.kind == "cost"]
        unknown = sorted(set(asked.lines) - {line.line for line in region.accounts.lines})
        if unknown:
            raise InvalidParameter(f"{', '.join(unknown)} is not a report line; use a line of accounts.yaml.")
        lines = [line for line in chosen if line in asked.lines] if asked.lines else chosen
        frame = region.amounts([], unit=asked.unit, since=asked.since, until=asked.until, lines=lines)
        ore = round(float(frame["actual"].iloc[0]) * ORE) if len(frame) else 0
        return Decimal(-ore if asked.of == "cost" else ore) / ORE


class NotebookWorld:
    """Circumstances of a figure that a notebook shows: the notebook is run on a region made for the purpose.

    Parameters
    ----------
    region : Region
        The region as it is now.
    figure : PublishedFigure
        The figure; it has a `cell`.
    notebooks : Path
        Folder of the notebooks.
    """

    def __init__(self, region: Region, figure: PublishedFigure, notebooks: Path) -> None:
        if figure.cell is None or region.location is None:
            raise InvalidParameter(f"The figure {figure.id} is not shown by a notebook that can be run again.")
        self._region, self._cell, self._notebooks = region, figure.cell, notebooks
        self._place = region.location

    def value(self, *, booked_until: date | None = None, registers: Mapping[str, str] | None = None) -> Decimal | None:
        """Run the notebook; see `World.value`.

        Parameters
        ----------
        booked_until : date, optional
            Last day of booking.
        registers : mapping of str to str, optional
            Texts of the registers.

        Returns
        -------
        Decimal or None
            None when the notebook cannot be run in these circumstances, or no longer shows the cell.
        """
        from utfall.publishing.execute import NotebookFailed, run_notebook

        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            data = self._place.resolve()
            if booked_until is not None or registers is not None:
                data = folder / "region"
                write_region_then(self._region, data, booked_until, registers or self._region.register_texts)
            parameters = {**self._cell.parameters, "data": str(data)}
            try:
                executed = run_notebook(self._notebooks / self._cell.notebook, parameters, folder / "executed.ipynb")
                cell = find_cell(executed, self._cell.table, self._cell.row, self._cell.column)
                number = cell.number()
            except (NotebookFailed, InvalidParameter):
                return None
        return -number if self._cell.sign == "turned" else number

    def from_sums(self, sums: pa.Table, registers: Mapping[str, str]) -> Decimal | None:
        """Cannot be told: a notebook reads more than sums.

        Parameters
        ----------
        sums, registers
            Not used.

        Returns
        -------
        None
        """
        return None


def write_region_then(region: Region, out: Path, booked_until: date | None, registers: Mapping[str, str]) -> None:
    """Write a region as it would have been: its ledger cut at a day of booking, with these registers.

    Parameters
    ----------
    region : Region
        The region as it is now.
    out : Path
        Folder to make.
    booked_until : date or None
        Last day of booking; everything when None.
    registers : mapping of str to str
        File → text.
    """
    out.mkdir(parents=True)
    for name in sorted(region.tables):
        frame = region.table(name)
        if name == "ledger" and booked_until is not None:
            frame = frame[~(frame["booked_on"] >= _day_after(booked_until))]
        write_parquet(frame, TABLES[name], out / f"{name}.parquet")
    for file, text in registers.items():
        (out / file).write_text(text, encoding="utf-8")


def with_registers(registers: Registers, texts: Mapping[str, str], folder: Path) -> Registers:
    """Give the registers that decide a sum as their texts say; the others as they are.

    Parameters
    ----------
    registers : Registers
        As they are now.
    texts : mapping of str to str
        File → text.
    folder : Path
        Where the texts may be laid to be read.

    Returns
    -------
    Registers
    """
    for file in FIGURE_REGISTERS:
        (folder / file).write_text(texts[file], encoding="utf-8")
    accounts = folder / "accounts.yaml"
    return dataclasses.replace(
        registers,
        organisation=Organisation(read_register(folder / "organisation.yaml", "units", OrganisationRow, required=True)),
        accounts=Accounts(
            read_register(accounts, "lines", ReportLine, required=True),
            read_register(accounts, "accounts", AccountInterval, required=True),
        ),
    )


def _day_after(day: date) -> pd.Timestamp:
    return pd.Timestamp(day) + pd.Timedelta(days=1)
