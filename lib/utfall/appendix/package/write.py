"""Writing a package: a folder and a zip of it, whole or not there at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from utfall.appendix.package.archive import MOST_BYTES, MOST_FILES, zip_of
from utfall.appendix.package.bag import bag_of, root_hash
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.package.names import colliding, fault_of_name
from utfall.errors import UtfallError
from utfall.publishing.files import write_whole

_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Package:
    """A package that has been written.

    Parameters
    ----------
    folder : Path
        The BagIt folder.
    archive : Path
        The zip of it.
    root_hash : str
        The one hash that fixes everything in it, to be registered in the diary.
    """

    folder: Path
    archive: Path
    root_hash: str


def write_package(payload: Mapping[str, bytes], info: PackageInfo, out: Path, *, replace: bool = False) -> Package:
    """Write a package as a BagIt folder and a zip of it.

    Parameters
    ----------
    payload : mapping of str to bytes
        Path below ``data/`` → content; see `completed_payload`.
    info : PackageInfo
        Whose it is.
    out : Path
        Folder in which the package's folder and zip are made; made when missing.
    replace : bool, default False
        Whether an earlier package of the same case, with another content, may be replaced.

    Returns
    -------
    Package
        The same payload and info give the same bytes.

    Raises
    ------
    UtfallError
        When a name cannot be used, there is too much, or an earlier package would be overwritten.
    OSError
        When it cannot be written; what was there before is then left as it was.

    Examples
    --------
    >>> import datetime, tempfile
    >>> info = PackageInfo("REV-31-2025", "Svar", "RS/2025/31", datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    >>> with tempfile.TemporaryDirectory() as out:
    ...     package = write_package({"tal.csv": b"1"}, info, Path(out))
    ...     sorted(path.name for path in Path(out).iterdir())
    ['REV-31-2025', 'REV-31-2025.zip']
    """
    _refuse_names(payload)
    files = bag_of(payload, info)
    package = Package(out / info.id, out / f"{info.id}.zip", root_hash(files))
    archive = zip_of({f"{info.id}/{name}": content for name, content in files.items()}, info.date)
    if not replace and (_differs(package.folder, files) or _is_other(package.archive, archive)):
        raise UtfallError(
            f"{out.name} already has another package {info.id}; move it away, or ask for it to be replaced."
        )
    if _differs(package.folder, files) is not False or _is_other(package.archive, archive, when_missing=True):
        out.mkdir(parents=True, exist_ok=True)
        _put_in_place(package, files, archive)
    return package


def _refuse_names(payload: Mapping[str, bytes]) -> None:
    for name in payload:
        if fault_of_name(f"data/{name}"):
            raise UtfallError(
                f"{name!r} cannot be a file of the package; use letters a–z, digits, hyphen, dot and underscore."
            )
    alike = colliding(payload)
    if alike:
        raise UtfallError(f"{' and '.join(alike[0])} cannot lie in one package; give one of them another name.")
    size = sum(map(len, payload.values()))
    if not payload or len(payload) > MOST_FILES or size > MOST_BYTES:
        raise UtfallError(
            f"A package holds 1 to {MOST_FILES} files and at most {MOST_BYTES} bytes, not {len(payload)} files with "
            f"{size} bytes; leave inputs in the house, or sum them further."
        )


def _differs(folder: Path, files: Mapping[str, bytes]) -> bool | None:
    """Whether a folder holds anything else than given files; ``None`` when there is no such folder."""
    if not folder.exists() and not folder.is_symlink():
        return None
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    return set(there) != set(files) or any(_is_other(path, files[name]) for name, path in there.items())


def _is_other(path: Path, content: bytes, *, when_missing: bool = False) -> bool:
    if not path.exists() and not path.is_symlink():
        return when_missing
    return path.is_symlink() or not path.is_file() or path.read_bytes() != content


def _put_in_place(package: Package, files: Mapping[str, bytes], archive: bytes) -> None:
    """Write everything aside, then move it into place; where a move fails, the former files come back."""
    aside = package.folder.with_name(f"{_UNFINISHED}{os.getpid()}-{package.folder.name}")
    moves = [(aside / "new", package.folder, aside / "old"), (aside / "new.zip", package.archive, aside / "old.zip")]
    done: list[tuple[Path, Path]] = []
    try:
        for name, content in files.items():
            path = aside / "new" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        write_whole(aside / "new.zip", archive)
        try:
            for new, there, old in moves:
                if there.exists() or there.is_symlink():
                    os.replace(there, old)
                    done.append((old, there))
                os.replace(new, there)
                done.append((there, new))
        except OSError:
            for now, before in reversed(done):
                os.replace(now, before)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
