"""What a proposal is unsure of, in the order a person should look at it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

MARK = "OSÄKERT"
"""Word that a doubt begins with, in files and on the screen."""


class Weight(IntEnum):
    """How much a mistake would spoil; the smallest spoils most."""

    UNREAD = 0
    SIGN = 1
    SCALE = 2
    AMOUNT = 3
    PERIOD = 4
    UNIT = 5
    UNIT_NAMES = 6
    TABLE = 7
    ACCOUNTS = 8
    COLUMN = 9
    FORM = 10
    NAME = 11


@dataclass(frozen=True, order=True)
class Doubt:
    """Something that a person has to decide.

    Parameters
    ----------
    weight : Weight
        How much a mistake would spoil.
    place : str
        Where in the proposed files: ``ledger.amount``, ``organisation`` …
    text : str
        In Swedish, for the controller: what was chosen, why, and what else there is.

    Examples
    --------
    >>> print(Doubt(Weight.UNIT, "ledger.unit", "Kostnadsställe används; Ansvar kan också vara enheten."))
    OSÄKERT (ledger.unit): Kostnadsställe används; Ansvar kan också vara enheten.
    """

    weight: Weight
    place: str
    text: str

    def __str__(self) -> str:
        return f"{MARK} ({self.place}): {self.text}"
