"""What a nasty file is, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Nasty:
    """One file.

    Parameters
    ----------
    says : str
        What is nasty about it and what becomes of it, as a sentence.
    make : bytes or callable
        Its content, or what writes it to a path.
    rows : sequence of tuple, optional
        What is in it, written by hand: the row in the file, then the values.
    left_out : mapping, optional
        How many rows are left out, by reason.
    faults : sequence of (int or None, str), optional
        The rows that are refused, each with words of the message; instead of `rows`.
    columns : sequence of str, optional
        The column names, where they are nasty.
    options : mapping, optional
        What is said when it is opened.
    suffix : str
        How its name ends.
    """

    says: str
    make: bytes | Callable[[Path], None]
    rows: Sequence[tuple[Any, ...]] | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[tuple[int | None, str]] = ()
    columns: Sequence[str] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    suffix: str = ".csv"

    def write(self, folder: Path) -> Path:
        """Write it to a folder."""
        path = folder / f"file{self.suffix}"
        if isinstance(self.make, bytes):
            path.write_bytes(self.make)
        else:
            self.make(path)
        return path
