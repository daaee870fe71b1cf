"""What the checks of a package's content have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from utfall.appendix.faults import Fault
from utfall.appendix.package.info import PackageInfo

Payload = Mapping[str, bytes]
"""The files of a package: path below ``data/`` → content."""


class ContentCheck(Protocol):
    """Compares some files of a package with each other, or with what the package says of itself."""

    __name__: str
    """What a fault calls it."""

    def __call__(self, payload: Payload, info: PackageInfo, /) -> Iterator[Fault]:
        """Compare.

        Parameters
        ----------
        payload : mapping of str to bytes
            Path below ``data/`` → content.
        info : PackageInfo
            What the package says of itself.

        Yields
        ------
        Fault
            Each contradiction. What a file holds may be anything: an error that is raised is told as a fault.
        """
