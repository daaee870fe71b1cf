"""Open data beside a region's own tables: rows are added, those that are there are kept, and differences are told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import ibis
import numpy as np
import pandas as pd

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.region.registers import REGION_FILE, OrganisationRow, read_region_file, read_register
from utfall.region.tables import TABLES, TableSpec
from utfall.sources import open_file
from utfall.sources.open_data import kpi_values, population, price_index, read_saved

REFERENCE_TABLES = ("kpi_values", "population", "price_index")
"""Tables that open data can be added to."""

SAME = 1e-9
"""Relative difference up to which two values are the same; a text file keeps about fifteen digits."""

SHOWN = 5
"""Rows that differ, told one by one."""

Form = Literal["parquet", "csv"]
"""How a table is written that is not there yet."""


@dataclass(frozen=True)
class Added:
    """What became of rows that were added to a table.

    Parameters
    ----------
    file : Path
        The table's file.
    added : int
        New rows.
    same : int
        Rows that were there already, with the same value.
    differing : DataFrame
        Rows that were there with another value: the table's grain, ``here`` and ``fetched``.
    updated : bool
        Whether the fetched values took the others' place.
    told : tuple of str
        What else a reader should know.
    """

    file: Path
    added: int
    same: int
    differing: pd.DataFrame
    updated: bool
    told: tuple[str, ...] = ()

    def text(self) -> str:
        """Say what was added, and which rows differ.

        Returns
        -------
        str
        """
        lines = [f"{self.file.name}: {self.added} rows added, {self.same} were there already."]
        kept = "were replaced" if self.updated else "are kept as they were"
        if len(self.differing):
            lines.append(f"{len(self.differing)} rows that differ from what was fetched {kept}:")
        for row in self.differing.head(SHOWN).to_dict("records"):
            here, fetched = row.pop("here"), row.pop("fetched")
            key = ", ".join(f"{v:%Y-%m}" if isinstance(v, pd.Timestamp) else str(v) for v in row.values())
            lines.append(f"  {key}: {here:.15g} here, {fetched:.15g} fetched")
        if len(self.differing) > SHOWN:
            lines.append(f"  … and {len(self.differing) - SHOWN} more")
        return "\n".join([*lines, *self.told])


def add_saved(
    region: str | Path,
    saved: str | Path,
    *,
    units: Mapping[str, str] | None = None,
    kpis: Mapping[str, str] | None = None,
    areas: Mapping[str, str] | None = None,
    index: str | None = None,
    indices: Mapping[str, str] | None = None,
    update: bool = False,
    form: Form = "parquet",
) -> Added:
    """Add figures that were fetched and saved to the region's table they belong to.

    Parameters
    ----------
    region : str or Path
        The region's folder.
    saved : str or Path
        A folder that `utfall.sources.open_data.fetch` has made.
    units : mapping of str to str, optional
        Kolada, into ``kpi_values``: region → code in ``organisation.yaml``.
    kpis : mapping of str to str, optional
        Kolada: key figure → its name here.
    areas : mapping of str to str, optional
        SCB's population, into ``population``: region → name of the area here.
    index : str, optional
        SCB's price indices, into ``price_index``: the variable that tells them apart, such as ``ContentsCode``.
    indices : mapping of str to str, optional
        SCB's price indices: code of that variable → name of the index here.
    update : bool, default False
        Whether a fetched value takes the place of another one that is there.
    form : {"parquet", "csv"}
        How the table is written when there is none.

    Returns
    -------
    Added

    Raises
    ------
    InvalidParameter
        When the figures belong to no table, or a unit is not in the organisation.
    InvalidData
        When what is saved, or the table that is there, does not hold.
    """
    figures = read_saved(saved)
    source = figures.receipt.source
    if source == "kolada":
        _refuse_unknown_units(Path(region), units or {})
        table, (rows, told) = (
            "kpi_values",
            kpi_values(figures.frame, units or {}, kpis=kpis, source=figures.source),
        )
    elif source == "scb" and index is not None:
        table, (rows, told) = (
            "price_index",
            price_index(figures.frame, variable=index, names=indices, source=figures.source),
        )
    elif source == "scb":
        table, (rows, told) = ("population", population(figures.frame, areas=areas, source=figures.source))
    else:
        raise InvalidParameter(
            f"Figures of {source} belong to no table of the kit; read them with read_saved in a notebook."
        )
    return add_reference(region, table, rows, update=update, form=form, told=(*figures.told, *told))


def add_reference(
    region: str | Path,
    table: str,
    rows: pd.DataFrame,
    *,
    update: bool = False,
    form: Form = "parquet",
    told: tuple[str, ...] = (),
) -> Added:
    """Add rows to one of a region's tables: all of them, or none when one does not hold.

    Parameters
    ----------
    region : str or Path
        The region's folder.
    table : str
        One of `REFERENCE_TABLES`.
    rows : DataFrame
        In the table's columns, with their source.
    update : bool, default False
        Whether a value takes the place of another one that is there.
    form : {"parquet", "csv"}
        How the table is written when there is none.
    told : tuple of str
        What else a reader should know.

    Returns
    -------
    Added

    Raises
    ------
    InvalidParameter
        When there is no region, or the table is read from elsewhere.
    InvalidData
        When the rows, or the table that is there, do not hold.
    """
    if table not in REFERENCE_TABLES:
        raise InvalidParameter(f"Open data go into {', '.join(REFERENCE_TABLES)}, not into {table}.")
    folder = Path(region)
    spec = TABLES[table]
    path = _file_of(folder, spec, form)
    # Imported here: a region that is only opened does without what checks a frame.
    from utfall.region.schemas import validate_table

    new = validate_table(rows, spec, f"rows for {path.name}")
    old = _rows_there(path, spec) if path.exists() else new.head(0)
    merged, added, same, differing = _merged(old, new, spec, update=update)
    if added or (update and len(differing)):
        _write(merged, path)
    return Added(path, added, same, differing, update, told)


def _merged(
    old: pd.DataFrame, new: pd.DataFrame, spec: TableSpec, *, update: bool
) -> tuple[pd.DataFrame, int, int, pd.DataFrame]:
    grain = list(spec.grain)
    value = next(name for name in spec.columns if name in spec.numeric)
    places = old.reset_index().merge(new[[*grain, value]], on=grain, how="inner", suffixes=("", "_new"))
    here = places[value].to_numpy(dtype="float64")
    fetched = places[f"{value}_new"].to_numpy(dtype="float64")
    differs = ~np.isclose(here, fetched, rtol=SAME, atol=0.0, equal_nan=True)
    differing = places.loc[differs, grain].assign(here=here[differs], fetched=fetched[differs]).reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(new[grain])
    is_there = keys.isin(pd.MultiIndex.from_frame(old[grain]))
    kept = old
    taken = ~is_there
    if update and len(differing):
        replaced = pd.MultiIndex.from_frame(differing[grain])
        kept = old[~pd.MultiIndex.from_frame(old[grain]).isin(replaced)]
        taken |= keys.isin(replaced)
    merged = pd.concat([kept, new[taken]], ignore_index=True)[list(spec.columns)]
    return merged, int((~is_there).sum()), len(places) - len(differing), differing


def _file_of(folder: Path, spec: TableSpec, form: Form) -> Path:
    """The table's file beside ``region.yaml``: the one that is there, or the one to make."""
    if not (folder / REGION_FILE).is_file():
        raise InvalidParameter(f"{folder} is no region's folder: it has no {REGION_FILE}.")
    mapping = read_region_file(folder / REGION_FILE).tables.get(spec.name)
    if mapping is not None:
        where = mapping.file or "a database"
        raise InvalidParameter(
            f"{REGION_FILE} reads {spec.name} from {where}, which the kit does not write in; add the rows there."
        )
    found = [path for suffix in ("parquet", "csv") if (path := folder / f"{spec.name}.{suffix}").is_file()]
    return found[0] if found else folder / f"{spec.name}.{form}"


def _rows_there(path: Path, spec: TableSpec) -> pd.DataFrame:
    from utfall.region.importing.table import import_table

    source = open_file(path)
    others = [column for column in source.columns if column not in spec.columns]
    if others:
        what = f"the file has columns that {spec.name} does not have: {', '.join(others)}."
        raise InvalidData([Fault(path.name, None, what, "Take them out, or they would be lost when rows are added.")])
    engine = ibis.duckdb.connect(threads=1)
    typed = path.with_name(f".{spec.name}.{os.getpid()}.typed")
    try:
        import_table(engine, source, spec, None, typed)
        frame = pd.read_parquet(typed)[list(spec.columns)]
    finally:
        engine.disconnect()
        typed.unlink(missing_ok=True)
    for column in spec.dates:
        frame[column] = frame[column].astype("datetime64[us]")
    return frame


def _write(frame: pd.DataFrame, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.suffix == ".parquet":
            frame.to_parquet(unfinished, index=False)
        else:
            frame.to_csv(
                unfinished,
                index=False,
                sep=";",
                decimal=",",
                date_format="%Y-%m-%d",
                encoding="utf-8",
                lineterminator="\n",
            )
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _refuse_unknown_units(folder: Path, units: Mapping[str, str]) -> None:
    register = folder / "organisation.yaml"
    if not register.is_file():
        return
    known = {row.code for row in read_register(register, "units", OrganisationRow)}
    unknown = sorted(set(units.values()) - known)
    if unknown:
        raise InvalidParameter(
            f"{', '.join(unknown)} is not in organisation.yaml; name a unit, a division or the board."
        )
