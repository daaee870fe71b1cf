"""What a package says of itself outside its files: whose it is, and which matter it answers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from typing import Final

from utfall.appendix.package.names import fault_of_name
from utfall.errors import InvalidParameter

FIRST_YEAR: Final = 1980
"""A zip knows no earlier year."""

LAST_YEAR: Final = 2107
"""A zip knows no later year."""


@dataclass(frozen=True)
class PackageInfo:
    """Whose a package is, and which matter it answers.

    Parameters
    ----------
    id : str
        The case, such as "REV-31-2025"; names the folder and the zip.
    title : str
        The answer's title.
    diary_number : str
        Under which the answer is registered.
    date : date
        The answer's date, which is also the date of every file in the zip.
    organisation : str
        The region.
    kit_version : str
        Version of the kit that made the package.

    Raises
    ------
    InvalidParameter
        When a text is empty or has several lines, the id cannot name a folder, or a zip cannot hold the year.

    Examples
    --------
    >>> info = PackageInfo("REV-31-2025", "Svar", "RS/2025/31", datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    >>> info.date.isoformat()
    '2026-11-22'
    """

    id: str
    title: str
    diary_number: str
    date: datetime.date
    organisation: str
    kit_version: str

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str) and (not value.strip() or not value.isprintable() or value != value.strip()):
                raise InvalidParameter(
                    f"{field.name} of the package is {value!r}; write it on one line, with nothing before or after."
                )
        if "/" in self.id or fault_of_name(self.id):
            raise InvalidParameter(
                f"The case id {self.id!r} cannot name a folder; use letters a–z, digits, hyphen, dot and underscore."
            )
        if not FIRST_YEAR <= self.date.year <= LAST_YEAR:
            raise InvalidParameter(f"The date {self.date} cannot be stored in a zip; correct the case's date.")
