"""A made-up case's package, made once; its kit is a stand-in that needs no library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.appendix_case import made_payload, standin_environment
from utfall.appendix.package import Package, PackageInfo, write_package


@dataclass(frozen=True)
class Made:
    """A package, and what it was made of."""

    payload: dict[str, bytes]
    info: PackageInfo
    package: Package


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("appendix")
    payload, info = made_payload(folder / "case", standin_environment())
    return Made(payload, info, write_package(payload, info, folder / "out"))
