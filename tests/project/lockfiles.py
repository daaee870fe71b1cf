"""The lock files and pyproject.toml, as the tests read them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Pin:
    """One entry of a lock file: a package at a version, where its marker holds."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (specifier,) = self.requirement.specifier
        return specifier.version

    def holds_in(self, environment: dict[str, str]) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate(environment)


def read_lock(name: str) -> list[Pin]:
    """Every line of a lock file is an entry: one that is anything else is an error."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    pins = []
    for line in text.splitlines():
        requirement, *hashes = line.split("--hash=")
        pins.append(Pin(Requirement(requirement.strip()), tuple(re.sub(r"\s", "", h) for h in hashes)))
    return pins


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def direct_dependencies(*, dev: bool) -> list[Requirement]:
    table = project()
    names = table["dependencies"] + (table["optional-dependencies"]["dev"] if dev else [])
    return [Requirement(name) for name in names]


def extras() -> list[Requirement]:
    """What some users install beside the rest: drivers of their own databases."""
    chosen = project()["optional-dependencies"]
    return [Requirement(name) for extra, names in chosen.items() if extra != "dev" for name in names]


def pythons() -> list[str]:
    """The Python versions that pyproject.toml allows, oldest first."""
    (oldest, beyond) = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project()["requires-python"]).groups()
    return [f"3.{minor}" for minor in range(int(oldest), int(beyond))]
