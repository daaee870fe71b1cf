"""From a region's folder, a smaller one that may leave the house and gives the same amounts."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from utfall.appendix.inputs.forms import as_it_may_leave
from utfall.appendix.inputs.rules import FORECASTS, RULES, SHARED_TABLES, Form, LeavingRule
from utfall.errors import InvalidParameter
from utfall.presentation.disclosure import LEAST_MIN_COUNT, MIN_COUNT
from utfall.region import TABLES, Region, open_region
from utfall.region.registers import REGION_FILE
from utfall.region.store import write_parquet
from utfall.region.stored_forecasts import forecast_folder
from utfall.region.work import content_hash
from utfall.sources.yaml_file import read_yaml

NOT_NEEDED = "Ärendets anteckningsböcker läser den inte."
"""Why a table that may leave stays all the same."""

NO_RULE = "Ingen regel säger att den får lämnas ut."


@dataclass(frozen=True)
class InputFile:
    """One file of the region, and what became of it.

    Parameters
    ----------
    name : str
        The file's name in the house.
    part : str
        Which table or register it holds.
    sha256 : str
        Of the file as it lies in the house.
    size : int
        Its bytes.
    form : Form
        The form it left in, or that it stays.
    why : str
        The reason, a Swedish sentence.
    left_as, left_sha256 : str
        The file that left, below the folder, and its SHA-256; empty when it stays.
    taken_out : int
        Rows or cells taken out of what left.
    """

    name: str
    part: str
    sha256: str
    size: int
    form: Form
    why: str
    left_as: str = ""
    left_sha256: str = ""
    taken_out: int = 0

    @property
    def leaves(self) -> bool:
        """Whether it leaves, in one form or another."""
        return bool(self.left_as)


@dataclass(frozen=True)
class Inputs:
    """What of a region leaves the house, and what stays.

    Parameters
    ----------
    folder : Path
        The folder that may leave; `utfall.open_region` opens it.
    data_version : str
        Data version of the region it was taken from.
    files : tuple of InputFile
        Every file of the region that decides a figure.
    """

    folder: Path
    data_version: str
    files: tuple[InputFile, ...]

    @property
    def leaves(self) -> tuple[InputFile, ...]:
        """Those that leave."""
        return tuple(file for file in self.files if file.leaves)

    @property
    def stays(self) -> tuple[InputFile, ...]:
        """Those that stay; their hash alone is told."""
        return tuple(file for file in self.files if not file.leaves)

    def payload(self, prefix: str = "underlag/") -> dict[str, bytes]:
        """Give what leaves as bytes.

        Parameters
        ----------
        prefix : str, default "underlag/"
            What each name begins with.

        Returns
        -------
        dict of str to bytes
            Name → content, in order of name; nothing that opening the folder has left there.
        """
        return {f"{prefix}{name}": (self.folder / name).read_bytes() for name in sorted(f.left_as for f in self.leaves)}


def take_inputs(
    data: str | Path,
    out: Path,
    *,
    tables: Collection[str] | None = None,
    booked_on: bool = False,
    smallest: int = MIN_COUNT,
) -> Inputs:
    """Make the folder that may leave the house: every table in the form its rule says, nothing else.

    The ledger is summed by month, unit and account, so `Region.costs` gives the same to the öre; registers are written
    anew without their comments. The same region gives the same bytes.

    Parameters
    ----------
    data : str or Path
        The region, as `utfall.open_region` takes it.
    out : Path
        Folder to make; there may be none, or an empty one. It is whole or not there.
    tables : collection of str, optional
        Tables the answer needs, as `Reads` has them; every table that may leave when not given. Ledger and
        budget always go.
    booked_on : bool, default False
        Whether the ledger keeps the days of late bookings, for forecasts and back tests.
    smallest : int, default 5
        Smallest count of persons or cases that is told; at least 4.

    Returns
    -------
    Inputs

    Raises
    ------
    InvalidParameter
        When `out` holds something, `smallest` is too small, or a table is unknown.
    InvalidData
        When the region is not valid.

    Examples
    --------
    >>> take_inputs("data/demo", Path("underlag"), tables=["no_such_table"])
    Traceback (most recent call last):
    utfall.errors.InvalidParameter: no_such_table is not a table of the kit; ...
    """
    unknown = sorted(set(tables or ()) - set(TABLES) - {FORECASTS})
    if unknown:
        known = ", ".join([*TABLES, FORECASTS])
        raise InvalidParameter(f"{', '.join(unknown)} is not a table of the kit; choose among {known}.")
    if smallest < LEAST_MIN_COUNT:
        raise InvalidParameter(f"smallest is {smallest}; a limit below {LEAST_MIN_COUNT} does not protect.")
    out = Path(out)
    if out.exists() and any(out.iterdir()):
        raise InvalidParameter(f"The folder {out} is not empty; give one that is, or remove it first.")
    region = open_region(data)
    wanted = set(TABLES) | {FORECASTS} if tables is None else set(tables) | SHARED_TABLES
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out.parent))
    try:
        files = [
            *_tables(region, unfinished, wanted, smallest, booked_on),
            *_registers(region, unfinished),
            *_forecasts(region, unfinished, wanted),
        ]
        open_region(unfinished)  # checked as any region is, once for all who open it
        unfinished.chmod(0o755)  # a temporary folder is closed to others
        if out.exists():
            out.rmdir()
        unfinished.replace(out)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Inputs(out, region.data_version, tuple(files))


def _tables(region: Region, out: Path, wanted: set[str], smallest: int, booked_on: bool) -> list[InputFile]:
    files = []
    for name in sorted(region.tables):
        rule = RULES.get(name, LeavingRule(name, Form.STAYS, NO_RULE))
        fact = _fact(region, name)
        if rule.form is Form.STAYS or name not in wanted:
            why = rule.why if rule.form is Form.STAYS else NOT_NEEDED
            files.append(InputFile(**fact, form=Form.STAYS, why=why))
            continue
        frame, taken_out = as_it_may_leave(region, rule, smallest, booked_on)
        files.append(_left(out, rule, fact, frame, taken_out))
    return files


def _left(out: Path, rule: LeavingRule, fact: dict[str, Any], frame: pd.DataFrame, taken_out: int) -> InputFile:
    spec = TABLES[rule.name]
    path = out / f"{rule.name}.parquet"
    defaults: dict[str, Any] = {name: value for name, value in spec.defaults.items() if name not in frame}
    frame = frame.assign(**defaults)
    kinds = dict.fromkeys(spec.columns, "str") | dict.fromkeys(spec.numeric, "float64")
    frame = frame.astype(kinds | dict.fromkeys(spec.dates, "datetime64[us]"))
    order = [column for column in spec.grain if column in frame]
    write_parquet(frame.sort_values([*order, *(c for c in spec.columns if c not in order)]), spec, path)
    return InputFile(
        **fact, form=rule.form, why=rule.why, left_as=path.name, left_sha256=content_hash(path), taken_out=taken_out
    )


def _fact(region: Region, table: str) -> dict[str, Any]:
    """What a table was read from: a file, several as one, or a database's table, which has no bytes of its own."""
    where, names = region.location, region.sources.get(table)
    if where is None or names is None:
        raise InvalidParameter("The region was not opened from a folder or a file, so its files cannot be listed.")
    folder = where.parent if where.is_file() else where
    digests = [region.inputs[name] for name in names]
    paths = [folder / name for name in names]
    return {
        "name": "; ".join(Path(name).name if (folder / name).is_file() else name for name in names),
        "part": table,
        "sha256": digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest(),
        "size": sum(path.stat().st_size for path in paths if path.is_file()),
    }


def _registers(region: Region, out: Path) -> list[InputFile]:
    files = []
    for name, text in sorted(region.register_texts.items()):
        rule = RULES.get(name, LeavingRule(name, Form.STAYS, NO_RULE))
        place = region.location
        original = text.encode() if place is None or place.is_file() else (place / name).read_bytes()
        source = out / name
        source.write_bytes(original)
        fact: dict[str, Any] = {"name": name, "part": "register", "sha256": content_hash(source), "size": len(original)}
        if rule.form is Form.STAYS:
            source.unlink()
            files.append(InputFile(**fact, form=Form.STAYS, why=rule.why))
            continue
        content = _plain(read_yaml(source))
        if name == REGION_FILE:
            content = {key: value for key, value in content.items() if key != "tables"}
        written = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
        source.write_bytes(written.encode())
        files.append(InputFile(**fact, form=rule.form, why=rule.why, left_as=name, left_sha256=content_hash(source)))
    return files


def _plain(value: Any) -> Any:
    """Give YAML's own types, which remember no lines."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _forecasts(region: Region, out: Path, wanted: set[str]) -> list[InputFile]:
    if FORECASTS not in wanted or region.location is None:
        return []
    rule, files = RULES[FORECASTS], []
    for path in sorted(forecast_folder(region).glob("[!.]*.parquet")):
        left = f"{FORECASTS}/{path.name}"
        (out / FORECASTS).mkdir(exist_ok=True)
        shutil.copyfile(path, out / left)
        digest = content_hash(path)
        files.append(InputFile(left, FORECASTS, digest, path.stat().st_size, rule.form, rule.why, left, digest))
    return files
