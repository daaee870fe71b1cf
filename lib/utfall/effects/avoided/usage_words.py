"""What the quantities of an intensity are called in a report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UsageWords:
    """Swedish nouns for what is used, what it is used for and who it is used on.

    Parameters
    ----------
    one, resource : str
        One of what is used, and several: "förpackning", "förpackningar".
    per, needs : str
        One of what it is used for, and several: "dos", "doser".
    patient, treated : str
        One of those it is used on, and several: "patient", "patienter".

    Examples
    --------
    >>> UsageWords("timme", "timmar", "besök", "besök").intensity
    'timmar per besök'
    """

    one: str
    resource: str
    per: str
    needs: str
    patient: str = "patient"
    treated: str = "patienter"

    @property
    def intensity(self) -> str:
        """The intensity by name."""
        return f"{self.resource} per {self.per}"

    @property
    def per_hundred(self) -> str:
        """The intensity for a hundred of what it is used for."""
        return f"{self.resource} per 100 {self.needs}"


NEEDED_PACKAGES = UsageWords("förpackning", "förpackningar", "behövd förpackning", "behövda förpackningar")
"""A drug whose need is known in packages."""

DOSES = UsageWords("förpackning", "förpackningar", "dos", "doser")
"""A drug of which only the doses given are known."""
