"""What lies in a package, whether it is a folder or a zip, without following a link or unpacking anything."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package.archive import MOST_BYTES, MOST_FILES
from utfall.appendix.package.names import colliding, fault_of_name
from utfall.appendix.verify.archive import MOST_PLACES, read_archive

HEADERS = MOST_FILES * 512
"""Bytes that a zip may have beside its files."""

_ASK = "Begär ett nytt exemplar av paketet."


@dataclass(frozen=True)
class Contents:
    """What lies in a package.

    Parameters
    ----------
    name : str
        Name of its folder, also inside a zip.
    files : dict of str to bytes
        Path in that folder → content.
    archive : bytes or None
        The zip; ``None`` for a folder.
    faults : tuple of Fault
        What is wrong with names, links and the zip; the files are complete only when there is none.
    """

    name: str
    files: dict[str, bytes]
    archive: bytes | None
    faults: tuple[Fault, ...]


def read_contents(path: Path) -> Contents:
    """Read a package.

    Parameters
    ----------
    path : Path
        Its folder, or the zip of it.

    Returns
    -------
    Contents
        What cannot be read is a fault; nothing is raised.

    Examples
    --------
    >>> read_contents(Path("no such package")).faults[0].kind
    <FaultKind.UNREADABLE: 'unreadable'>
    """
    try:
        return _folder(path) if path.is_dir() else _zip(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        what = f"Paketet {path.name} kan inte läsas ({reason}). Kontrollera sökvägen och att du får läsa filerna."
        return Contents(path.name, {}, None, (Fault(FaultKind.UNREADABLE, "", what),))


def _zip(path: Path) -> Contents:
    if path.stat().st_size > MOST_BYTES + HEADERS:
        what = f"Filen är större än ett paket kan vara, {MOST_BYTES} byte. {_ASK}"
        return Contents(path.stem, {}, None, (Fault(FaultKind.LIMIT, "", what),))
    data = path.read_bytes()
    files, faults = read_archive(data)
    folders = {name.partition("/")[0] for name in files}
    if not faults and (len(folders) != 1 or any("/" not in name for name in files)):
        what = f"Zip-filen ska ha en enda mapp, med hela paketet i. {_ASK}"
        faults = (Fault(FaultKind.ADDED if files else FaultKind.MISSING, "", what),)
    if faults:
        return Contents(path.stem, {}, data, faults)
    return Contents(folders.pop(), {name.partition("/")[2]: content for name, content in files.items()}, data, ())


def _folder(path: Path) -> Contents:
    found: dict[str, os.DirEntry[str]] = {}
    faults: list[Fault] = []
    size = 0
    for name, entry in _walk(path, ""):
        reason = fault_of_name(name)
        kind = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(kind):
            faults.append(_fault(FaultKind.ADDED, name, "Mappen är tom; ett paket har inga tomma mappar. Ta bort den."))
        elif not stat.S_ISREG(kind):
            faults.append(_fault(FaultKind.PATH, name, f"Det är en länk eller något annat än en fil. {_ASK}"))
        elif reason:
            what = f"Filens namn {reason}; filen hör inte till paketet. Ta bort den, eller begär ett nytt exemplar."
            faults.append(_fault(FaultKind.PATH, name, what))
        found[name] = entry
        size += entry.stat(follow_symlinks=False).st_size
        if len(found) > MOST_FILES or size > MOST_BYTES:
            what = f"Mappen har mer än ett paket kan ha, {MOST_FILES} filer och {MOST_BYTES} byte. {_ASK}"
            return Contents(path.name, {}, None, (Fault(FaultKind.LIMIT, "", what),))
    for group in colliding(found):
        faults.append(_fault(FaultKind.PATH, group[0], f"Filen kan förväxlas med {', '.join(group[1:])}. {_ASK}"))
    if faults:
        return Contents(path.name, {}, None, tuple(sorted(faults)[:MOST_PLACES]))
    return Contents(
        path.resolve().name, {name: Path(found[name].path).read_bytes() for name in sorted(found)}, None, ()
    )


def _walk(folder: Path, above: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything in a folder that is no folder with something in it; links are not followed."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = f"{above}{entry.name}"
        if entry.is_dir(follow_symlinks=False) and any(os.scandir(entry.path)):
            yield from _walk(Path(entry.path), f"{name}/")
        else:
            yield name, entry


def _fault(kind: FaultKind, name: str, text: str) -> Fault:
    return Fault(kind, ascii(name).strip("'\""), text)
