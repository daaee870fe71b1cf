"""What the gate says of something that may not leave: which output, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DisclosureKind(StrEnum):
    """What may not leave."""

    IDENTITY_NUMBER = "personnummer"
    SMALL_COUNT = "litet antal"
    COMPUTABLE_COUNT = "dolt antal som kan räknas fram"
    ROW_LEVEL = "uppgifter rad för rad"
    VOUCHER_TEXT = "text ur verifikat"
    SECRET = "hemlighet"
    LOCAL_PATH = "sökväg"
    MACHINE_NAME = "användar- eller datornamn"
    UNREADABLE = "kan inte granskas"


@dataclass(frozen=True, order=True)
class DisclosureFault:
    """One thing that may not leave the house.

    Parameters
    ----------
    output : str
        The file of the package.
    place : str
        Where in it, in Swedish: a page, a table and row, a line.
    what : str
        What was found, a Swedish sentence. It never repeats the identity number, the secret or the small count.
    remedy : str
        How to mend it, a Swedish sentence.
    kind : DisclosureKind
        What sort of thing it is.

    Examples
    --------
    >>> kind = DisclosureKind.LOCAL_PATH
    >>> print(DisclosureFault("tal.csv", "rad 3", "Där står en sökväg.", "Ta bort den.", kind))
    tal.csv, rad 3: Där står en sökväg. Ta bort den.
    """

    output: str
    place: str
    what: str
    remedy: str
    kind: DisclosureKind

    def __str__(self) -> str:
        where = f"{self.output}, {self.place}" if self.place else self.output
        return f"{where}: {self.what} {self.remedy}"
