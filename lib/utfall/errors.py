"""Errors that say what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_FAULTS_SHOWN = 20
"""How many faults an error message prints; the rest are counted."""


class UtfallError(Exception):
    """Base of every error the kit raises on purpose; its text is meant for the user."""

    def _render_traceback_(self) -> list[str]:
        # Jupyter asks for this: an analyst who misspelt a unit wants the sentence, not the way through the library.
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with the data.

    Parameters
    ----------
    file : str
        Name of the file or register the fault is in.
    row : int or None
        Row in the file as a person counts it (the header of a text file is row 1), or ``None``
        when the fault concerns the whole file.
    what : str
        What is wrong, with the offending value.
    remedy : str
        What to do about it.

    Examples
    --------
    >>> str(Fault("ledger.csv", 3, "amount is 'abc', not a number.", "Correct the value."))
    "ledger.csv, row 3: amount is 'abc', not a number. Correct the value."
    """

    file: str
    row: int | None
    what: str
    remedy: str

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{where}: {self.what} {self.remedy}"


class InvalidData(UtfallError):
    """The data cannot be used as they are; every fault is listed with file, row and remedy.

    Parameters
    ----------
    faults : sequence of Fault
        At least one.

    Examples
    --------
    >>> error = InvalidData([Fault("ledger.csv", 3, "amount is 'abc', not a number.", "Correct the value.")])
    >>> len(error.faults)
    1
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        if not faults:
            raise ValueError("InvalidData needs at least one fault")
        self.faults: tuple[Fault, ...] = tuple(faults)
        shown = [str(fault) for fault in self.faults[:MAX_FAULTS_SHOWN]]
        if len(self.faults) > MAX_FAULTS_SHOWN:
            shown.append(f"… and {len(self.faults) - MAX_FAULTS_SHOWN} more faults.")
        super().__init__("\n".join(shown))

    def __reduce__(self) -> tuple[type[InvalidData], tuple[tuple[Fault, ...]]]:
        return (type(self), (self.faults,))


class InvalidParameter(UtfallError):
    """A parameter of an analysis or a notebook has a value that cannot be used."""
