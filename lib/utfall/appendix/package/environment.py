"""What a package needs to be run again: the libraries' versions, the interpreter's, and the kit itself as a wheel."""

from __future__ import annotations

import base64
import datetime
import hashlib
import importlib.metadata
import platform
import re
from functools import lru_cache
from pathlib import Path

from utfall.appendix.package.archive import zip_of
from utfall.appendix.package.layout import ENVIRONMENT, LOCK, PYTHON
from utfall.errors import UtfallError

KIT = Path(__file__).resolve().parents[2]
"""Folder of the running kit."""

LOCK_NAME = "requirements.lock"
"""The versions the kit is tested with: in the kit's folder when it was installed, above it in a checkout."""

EPOCH = datetime.date(1980, 1, 1)
"""The date of the files in the wheel: a kit is the same whichever case it goes with."""

SUFFIXES = frozenset({".css", ".j2", ".js", ".json", ".lock", ".py", ".ttf", ".typed", ".yaml"})
"""Files that belong to the kit; a checkout's folder may hold others."""

_WHEEL = "Wheel-Version: 1.0\nGenerator: utfall\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def environment_files() -> dict[str, bytes]:
    """Everything that is needed to make the environment again.

    Returns
    -------
    dict of str to bytes
        Path in the package → content: the lock file, the interpreter's version and the kit's wheel. The same kit gives
        the same bytes.

    Raises
    ------
    UtfallError
        When there is no lock file, or other versions are installed than it says: the package would then promise an
        environment that its numbers were not made in.

    Examples
    --------
    >>> [name for name in environment_files() if not name.endswith(".whl")]
    ['miljo/requirements.lock', 'miljo/python.txt']
    """
    lock = _lock()
    differing = differing_versions(lock.decode("utf-8"))
    if differing:
        raise UtfallError(
            f"Other versions are installed than {LOCK_NAME} says ({', '.join(differing)}); "
            "install the versions of the lock file before a package is made."
        )
    name, wheel = kit_wheel()
    return {LOCK: lock, PYTHON: f"{platform.python_version()}\n".encode(), f"{ENVIRONMENT}{name}": wheel}


def differing_versions(lock: str) -> tuple[str, ...]:
    """Compare what is installed with a lock file.

    Parameters
    ----------
    lock : str
        The lock file's text. A package may stand there several times, for different interpreters.

    Returns
    -------
    tuple of str
        "numpy 2.3.1", for each installed package at a version that the lock does not name.

    Examples
    --------
    >>> [name.split()[0] for name in differing_versions("pandas==0.1 --hash=sha256:0")]
    ['pandas']
    """
    pinned: dict[str, set[str]] = {}
    for name, version in _PIN.findall(lock):
        pinned.setdefault(name, set()).add(version)
    found = []
    for name, versions in sorted(pinned.items()):
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # for another interpreter or system
            continue
        if installed not in versions:
            found.append(f"{name} {installed}")
    return tuple(found)


def kit_wheel() -> tuple[str, bytes]:
    """Pack the running kit as a wheel, however it was installed.

    Returns
    -------
    (str, bytes)
        The wheel's file name, and its content; the same kit gives the same bytes.

    Raises
    ------
    UtfallError
        When the kit runs without having been installed: it then knows no version.

    Examples
    --------
    >>> kit_wheel()[0].endswith("-py3-none-any.whl")
    True
    """
    return _kit_wheel()


@lru_cache(maxsize=1)
def _kit_wheel() -> tuple[str, bytes]:
    about, files = _metadata()
    stem = f"utfall-{about}"
    for path in sorted(KIT.rglob("*")):
        inside = path.relative_to(KIT)
        if (
            path.is_file()
            and path.suffix in SUFFIXES
            and not any(part.startswith((".", "__py")) for part in inside.parts)
        ):
            files[f"utfall/{inside.as_posix()}"] = path.read_bytes()
    files[f"utfall/{LOCK_NAME}"] = _lock()  # so that the kit in the package can make packages too
    record = f"{stem}.dist-info/RECORD"
    lines = [f"{name},sha256={_record_hash(content)},{len(content)}" for name, content in sorted(files.items())]
    files[record] = "".join(f"{line}\n" for line in [*lines, f"{record},,"]).encode()
    return f"{stem}-py3-none-any.whl", zip_of(files, EPOCH)


def _metadata() -> tuple[str, dict[str, bytes]]:
    """The kit's version, and the files that describe it."""
    try:
        distribution = importlib.metadata.distribution("utfall")
    except importlib.metadata.PackageNotFoundError:
        raise UtfallError("The kit is not installed, so it knows no version; run make setup, or pip install.") from None
    folder = f"utfall-{distribution.version}.dist-info"
    files = {f"{folder}/WHEEL": _WHEEL.encode()}
    for name in ("METADATA", "entry_points.txt"):
        files[f"{folder}/{name}"] = (distribution.read_text(name) or "").encode()
    for file in distribution.files or ():
        if ".dist-info/licenses/" in file.as_posix():
            files[f"{folder}/licenses/{file.name}"] = file.read_binary()
    return distribution.version, files


def _record_hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _lock() -> bytes:
    for folder in (KIT, *KIT.parents[:2]):
        path = folder / LOCK_NAME
        if path.is_file():
            return path.read_bytes()
    raise UtfallError(f"{LOCK_NAME} is not with the kit; use a checkout of it, or a wheel that holds the file.")
