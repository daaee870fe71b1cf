"""What became of one report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CELL_SECONDS = 600.0
"""How long a cell may run before its report is given up as hanging."""


class FailureKind(StrEnum):
    """Why a report could not be made."""

    NOTEBOOK = "notebook"
    """A cell raised an error."""
    GATES = "gates"
    """The page was made, and stopped by the gates."""
    KERNEL = "kernel"
    """The notebook's process did not start, or died while it ran."""
    HANGING = "hanging"
    """A cell ran longer than it may."""
    STORAGE = "storage"
    """A file could not be written: the disk is full, or may not be written to."""
    PUBLISHING = "publishing"
    """The kit itself failed, outside the notebook."""

    @property
    def words(self) -> str:
        """What happened, in Swedish, as the front page says it."""
        return _WORDS[self]


_WORDS = {
    FailureKind.NOTEBOOK: "Fel i beräkningen",
    FailureKind.GATES: "Stoppad i granskningen av sidan",
    FailureKind.KERNEL: "Beräkningsprocessen avbröts",
    FailureKind.HANGING: "Beräkningen tog för lång tid",
    FailureKind.STORAGE: "Filen kunde inte skrivas",
    FailureKind.PUBLISHING: "Sidan kunde inte framställas",
}


@dataclass(frozen=True)
class Failure:
    """Why a report could not be made.

    Parameters
    ----------
    kind : FailureKind
        What happened.
    reason : str
        One readable sentence.
    traceback : str
        The whole trace, for whoever mends it.
    """

    kind: FailureKind
    reason: str
    traceback: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one report.

    Parameters
    ----------
    slug : str
        File name of its page, without suffix.
    failure : Failure or None
        Why there is no report; ``None`` when it is done.
    warnings : tuple of str
        What the reader does not see but whoever publishes should: what the notebook printed.
    key_figures : mapping
        Key figures for the front page.
    seconds : float
        How long it took.
    files : mapping
        What was written: path below the month's folder → SHA-256 of its content.
    """

    slug: str
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    key_figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    files: Mapping[str, str] = field(default_factory=dict)
