"""Making the environment that a package was made in: the same interpreter, the same libraries, its own kit."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from utfall.appendix.package import layout

INSTALL_SECONDS = 3_600
"""How long it may take to fetch and install the libraries."""

_KEPT = (
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "FONTCONFIG_PATH",
)
"""What a run may know of the machine it is on; none of it says what the results are."""


class NoEnvironment(Exception):
    """The environment could not be made; the text is a Swedish sentence."""


def fresh_environment(package: Path, where: Path) -> Path:
    """Make the environment of a package, from its lock file and its wheel.

    Parameters
    ----------
    package : Path
        What lies in the package's ``data/``.
    where : Path
        Folder to make it in; must not exist.

    Returns
    -------
    Path
        Its interpreter.

    Raises
    ------
    NoEnvironment
        When the interpreter is not there, or something cannot be installed.
    """
    version = (package / layout.PYTHON).read_text(encoding="utf-8").strip()
    wheels = sorted((package / layout.ENVIRONMENT).glob("*.whl"))
    base = _interpreter(version)
    _run([base, "-I", "-m", "venv", "--without-pip", str(where)], "Miljön kan inte skapas")
    python = where / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = package / layout.LOCK
    if lock.read_text(encoding="utf-8").strip():
        _install(python, ["--require-hashes", "-r", str(lock)])
    _install(python, [str(wheel) for wheel in wheels])
    return python


def clean_variables(home: Path) -> dict[str, str]:
    """Name the environment variables of a run: as few as it can do with, and none of the user's settings.

    Parameters
    ----------
    home : Path
        Folder that takes the place of the user's own.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> "PYTHONPATH" in clean_variables(Path("home"))
    False
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    folders = dict.fromkeys(
        ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "MPLCONFIGDIR", "IPYTHONDIR", "JUPYTER_DATA_DIR"), str(home)
    )
    return {**kept, **folders, "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}


def _interpreter(version: str) -> str:
    minor = ".".join(version.split(".")[:2])
    if minor == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{minor}")
    if found is None:
        raise NoEnvironment(f"Paketet gjordes med Python {version}; installera Python {minor} och kör igen.")
    return found


def _install(python: Path, what: Sequence[str]) -> None:
    """Install exactly what is named; with uv where it is, else with pip."""
    uv = _uv()
    if uv:
        try:
            _run([*uv, "pip", "install", "--quiet", "--python", str(python), "--no-deps", *what], "")
            return
        except NoEnvironment:
            pass  # pip may know the machine's proxy and mirror better
    why = "Paketets miljö kan inte installeras"
    _run([str(python), "-I", "-m", "ensurepip", "--default-pip"], why)
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *what], why)


def _uv() -> list[str]:
    if importlib.util.find_spec("uv") is not None:
        return [sys.executable, "-m", "uv"]
    found = shutil.which("uv")
    return [found] if found else []


def _run(command: Sequence[str], why: str) -> None:
    given = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=INSTALL_SECONDS, env=given, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoEnvironment(f"{why} ({type(error).__name__}). Kontrollera nätet och kör igen.") from error
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise NoEnvironment(f"{why}: {said[-1] if said else 'inget sades'}. Kontrollera nätet och kör igen.")
