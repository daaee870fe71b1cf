"""Where every row of a file went: used, excluded by a stated rule, or refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from utfall.errors import UtfallError


@dataclass(frozen=True)
class ControlTotal:
    """What a table's amounts are said to sum to, and what they sum to.

    Parameters
    ----------
    what : str
        ``all``, a year, a month, or that it is the sum row of the file.
    stated, found : float
        SEK in result sign.
    tolerance : float
        Half a unit of the last digit that was stated, SEK.

    Examples
    --------
    >>> ControlTotal("2026", -3_802_600_000.0, -3_802_571_240.5, 50_000.0).holds
    True
    """

    what: str
    stated: float
    found: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the two are the same, as precisely as the total was stated."""
        return abs(self.found - self.stated) <= self.tolerance


@dataclass(frozen=True)
class RowAccount:
    """Where every row of a file went.

    Parameters
    ----------
    table, file : str
        The canonical table, and the file or database it was read from.
    read : int
        Rows of the file beside its header.
    used, refused : int
        Rows that are in the table, and rows that stopped the import.
    excluded : dict of str to int
        Reason → how many rows were left out for it.
    totals : tuple of ControlTotal
        The control totals that were tried; all of them held.

    Raises
    ------
    UtfallError
        When the three do not sum to the rows read: a row was lost, and nothing read from the file can be trusted.

    Examples
    --------
    >>> RowAccount("ledger", "ledger.csv", read=5, used=3, refused=0, excluded={"blank": 2}).used
    3
    """

    table: str
    file: str
    read: int
    used: int
    refused: int
    excluded: dict[str, int] = field(default_factory=dict)
    totals: tuple[ControlTotal, ...] = ()

    def __post_init__(self) -> None:
        told = self.used + self.refused + sum(self.excluded.values())
        if told != self.read:
            raise UtfallError(f"{self.file}: {self.read} rows were read, but {told} are accounted for.")
