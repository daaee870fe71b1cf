"""Faults gathered over a whole file, so that all of them are told at once and no file drowns the reader in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from utfall.errors import Fault, InvalidData

MOST_OF_A_KIND = 50
"""How many faults of one kind are told row by row; the rest are counted."""


@dataclass
class FaultList:
    """The faults of one file.

    Parameters
    ----------
    file : str
        Name of the file.

    Examples
    --------
    >>> faults = FaultList("year.se")
    >>> faults.add(3, "the amount is '1,5'.", "Write it with a point.")
    >>> faults.add(4, "the amount is '2,5'.", "Write it with a point.")
    >>> [fault.row for fault in faults.told()]
    [3, 4]
    """

    file: str
    _faults: list[Fault] = field(default_factory=list, init=False)
    _of_a_kind: dict[str, int] = field(default_factory=dict, init=False)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, row: int | None, what: str, remedy: str) -> None:
        """Note one fault; those with the same remedy are of one kind.

        Parameters
        ----------
        row : int or None
            Row in the file.
        what, remedy : str
            What is wrong, and what to do about it.
        """
        count = self._of_a_kind.get(remedy, 0)
        self._of_a_kind[remedy] = count + 1
        if count < MOST_OF_A_KIND:
            self._faults.append(Fault(self.file, row, what, remedy))

    def told(self) -> list[Fault]:
        """Give the faults by row, and how many more there are of a kind that has very many."""
        more = [
            Fault(self.file, None, f"there are {count - MOST_OF_A_KIND} more rows with the same fault.", remedy)
            for remedy, count in self._of_a_kind.items()
            if count > MOST_OF_A_KIND
        ]
        return sorted(self._faults, key=lambda fault: fault.row or 0) + more

    def refuse(self) -> None:
        """Refuse the file when anything is wrong with it.

        Raises
        ------
        InvalidData
            With every fault told.
        """
        if self._faults:
            raise InvalidData(self.told())
