"""What decides what a report says: when none of it has changed, the report need not be made again."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from utfall.publishing.jobs import ReportJob

PACKAGE = Path(__file__).resolve().parents[1]
"""Folder of the whole kit."""

SHAPING_SUFFIXES = frozenset({".py", ".j2", ".css", ".js", ".json", ".yaml"})
"""Files of the kit that can change a page."""


def fingerprint(job: ReportJob, inputs: str) -> str:
    """Name everything that decides what a report says.

    Its notebook, its parameters, what stands around it on the page, the inputs, the kit and the libraries.

    Parameters
    ----------
    job : ReportJob
        The report.
    inputs : str
        Names the exact content of the data, such as a region's data version; empty when it cannot be told.

    Returns
    -------
    str
        Hexadecimal digest; empty when `inputs` is.
    """
    if not inputs:
        return ""
    described = {**asdict(job), "notebook": _digest(job.notebook), "fingerprint": "", "inputs": inputs, "kit": kit()}
    del described["receivers"], described["cell_seconds"]  # neither is seen in the report
    return hashlib.sha256(json.dumps(described, sort_keys=True, default=str).encode()).hexdigest()


@lru_cache(maxsize=1)
def kit() -> str:
    """Name the code that makes reports: the kit's own files, and the versions of the libraries it stands on."""
    digest = hashlib.sha256(platform.python_version().encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in SHAPING_SUFFIXES:
            digest.update(f"{path.relative_to(PACKAGE).as_posix()} {_digest(path)}\n".encode())
    for requirement in sorted(importlib.metadata.requires("utfall") or ()):
        name = requirement.replace("[", " ").replace("<", " ").replace(">", " ").split()[0]
        if ";" not in requirement:
            digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
