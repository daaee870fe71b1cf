"""Environments of their own for public methods, whose pins do not go with the kit's."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path


def environment(requirements: Path) -> Path:
    """Python of an environment with the pinned requirements, made where there is none.

    Parameters
    ----------
    requirements : Path
        One pinned package a line.

    Returns
    -------
    Path
        The environment's Python, in the user's cache folder.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "utfall"
    folder = cache / f"peers-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"Making {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", requirements], check=True)
        (folder / "complete").touch()
    return python


def version_of(peer: str, requirements: Path) -> str:
    """Version of a package that is run.

    Parameters
    ----------
    peer : str
        Name of the package.
    requirements : Path
        The pinned requirements.

    Returns
    -------
    str
    """
    lines = requirements.read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{peer}=="))
