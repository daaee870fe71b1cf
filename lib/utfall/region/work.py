"""What is kept of a region between openings: its data version, the stamp of the last check, hashes of big files.

All of it lies in the folder `.utfall` inside the region's folder, can be made again, and is no part of the region.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from utfall.region.row_account import ControlTotal, RowAccount

WORK_FOLDER = ".utfall"
"""Folder inside a region's folder for what can be made again: imported tables, cube, stamp of the last check."""

DATA_VERSION_LENGTH = 12
"""Hexadecimal digits of a data version: short enough to print, long enough not to meet by chance."""

KEPT_SECONDS = 86_400
"""How long imports of earlier data stay: a notebook or a run that opened them may still be at work."""

DATABASE_KEPT_SECONDS = 3_600
"""How long the sums of a database's table are used before it is asked again; `utfall check` asks at once."""

RULES_VERSION = 9
"""Raised when a rule of validation changes, so that regions are checked anew."""

CONTENT_HASH_CHUNK = 1 << 20
"""Bytes of a file that are hashed at a time."""

WORTH_REMEMBERING = 64 << 20
"""Bytes from which a file's hash is remembered: a smaller one is hashed again in less than the tenth of a second."""

SETTLED_NANOSECONDS = 2_000_000_000
"""Age a file must have before its hash is remembered: one that is being written can change within a clock's tick."""


def content_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CONTENT_HASH_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def data_version_of(inputs: Mapping[str, str]) -> str:
    """Name the exact content of every input.

    Parameters
    ----------
    inputs : mapping of str to str
        File → its SHA-256.

    Returns
    -------
    str
        `DATA_VERSION_LENGTH` hexadecimal digits.

    Examples
    --------
    >>> data_version_of({"ledger.csv": "00"}) == data_version_of({"ledger.csv": "01"})
    False
    """
    listing = "\n".join(f"{digest}  {file}" for file, digest in sorted(inputs.items()))
    return hashlib.sha256(listing.encode()).hexdigest()[:DATA_VERSION_LENGTH]


class Work:
    """The work folder of a region.

    Parameters
    ----------
    folder : Path
        Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def inside(cls, place: Path) -> Work:
        """The one inside a region's folder, or in the temporary folder when that cannot be written."""
        work = place / WORK_FOLDER
        try:
            work.mkdir(exist_ok=True)
        except OSError:
            return cls.apart(str(place.resolve()))
        return cls(work)

    @classmethod
    def apart(cls, name: str) -> Work:
        """One in the temporary folder, for a region that has no folder of its own."""
        digest = hashlib.sha256(name.encode()).hexdigest()[:DATA_VERSION_LENGTH]
        work = Path(tempfile.gettempdir()) / f"utfall-{digest}"
        work.mkdir(mode=0o700, exist_ok=True)
        return cls(work)

    def cube(self, version: str) -> Path:
        """Where the cube of a data version lies."""
        return self.folder / f"{version}-cube.parquet"

    def imported(self, version: str, table: str) -> Path:
        """Where a table imported from a data version lies."""
        return self.folder / f"{version}-{table}.parquet"

    def hashes(self, paths: Sequence[Path], *, anew: bool = False) -> dict[Path, str]:
        """Hash files; a big one only when its size, time or place on the disk is another than last time.

        Parameters
        ----------
        paths : sequence of Path
            The files.
        anew : bool, default False
            Whether to hash big ones too, whatever is remembered.

        Returns
        -------
        dict of Path to str
            SHA-256 of each.
        """
        memory = self.folder / "hashes.json"
        known = _read_json(memory)
        found: dict[Path, str] = {}
        remembered: dict[str, Any] = {}
        for path in paths:
            stat = path.stat()
            mark = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
            entry = known.get(str(path.resolve()), {})
            is_known = entry.get("mark") == mark and not anew
            found[path] = entry["sha256"] if is_known else content_hash(path)
            settled = is_known or time.time_ns() - stat.st_mtime_ns > SETTLED_NANOSECONDS
            if stat.st_size >= WORTH_REMEMBERING and settled:
                remembered[str(path.resolve())] = {"mark": mark, "sha256": found[path]}
        if remembered != known:
            _write_json(memory, remembered)
        return found

    def asked(self, name: str) -> str | None:
        """What a database's table held when it was last asked; None when that was too long ago."""
        entry = _read_json(self.folder / "databases.json").get(name, {"at": 0})
        is_fresh = 0 <= time.time() - entry["at"] < DATABASE_KEPT_SECONDS
        return str(entry["digest"]) if is_fresh else None

    def remember_asked(self, digests: Mapping[str, str]) -> None:
        """Remember what databases' tables hold, as of now."""
        known = _read_json(self.folder / "databases.json")
        known |= {name: {"digest": digest, "at": time.time()} for name, digest in digests.items()}
        _write_json(self.folder / "databases.json", known)

    def accounts(self, version: str) -> dict[str, RowAccount] | None:
        """Where the rows went when this data version was checked; None when it has not been."""
        content = _read_json(self.folder / "checked.json")
        if content.get("data_version") != version or content.get("rules") != RULES_VERSION:
            return None
        return {
            name: RowAccount(**{**told, "totals": tuple(ControlTotal(**total) for total in told["totals"])})
            for name, told in content["rows"].items()
        }

    def stamp(self, version: str, accounts: Mapping[str, RowAccount]) -> None:
        """Remember that a data version has been checked, and remove what was imported from earlier ones."""
        rows = {name: dataclasses.asdict(account) for name, account in accounts.items()}
        content = {"data_version": version, "rules": RULES_VERSION, "rows": rows}
        _write_json(self.folder / "checked.json", content)
        for path in self.folder.glob("*.parquet"):
            unused = time.time() - path.stat().st_mtime > KEPT_SECONDS
            if unused and not path.name.startswith(f"{version}-"):
                path.unlink(missing_ok=True)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(path)
