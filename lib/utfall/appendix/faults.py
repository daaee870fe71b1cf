"""What is wrong with a package: each fault a Swedish sentence that names the place and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What kind of fault it is.

    Examples
    --------
    >>> FaultKind.ROOT_HASH.value
    'root hash'
    """

    UNREADABLE = "unreadable"
    """It cannot be read at all, or not as what its name says."""
    ARCHIVE = "archive"
    """The zip is not one that the kit writes: something is hidden in it, damaged or packed otherwise."""
    PATH = "path"
    """A name that could be written somewhere else than it says, or be taken for another."""
    LIMIT = "limit"
    """It unpacks to more than a package may hold."""
    MISSING = "missing"
    ADDED = "added"
    CHANGED = "changed"
    MANIFEST = "manifest"
    """The lists of files are not as they were written."""
    ROOT_HASH = "root hash"
    """The package is whole, but not the one that was registered."""
    CONTENT = "content"
    """Two files of the package say different things."""
    ENVIRONMENT = "environment"
    """The environment to run again in could not be made."""
    RUN = "run"
    """Running again did not come to its end."""
    CLAIM = "claim"
    """Words of the answer that its numbers do not bear out."""
    NUMBER = "number"
    """A reported number comes out otherwise when it is computed again."""
    TABLE = "table"
    PROSE = "prose"


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with a package.

    Parameters
    ----------
    kind : FaultKind
        What kind.
    place : str
        File of the package, or name of the number; empty when the whole package is meant.
    text : str
        A Swedish sentence, or a few, for the one who checks.

    Examples
    --------
    >>> print(Fault(FaultKind.MISSING, "data/tal.csv", "Filen saknas. Begär ett nytt exemplar."))
    data/tal.csv: Filen saknas. Begär ett nytt exemplar.
    """

    kind: FaultKind
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text
