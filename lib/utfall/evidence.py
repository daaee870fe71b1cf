"""Evidence grades: how well a finding is supported, computed from the checks that passed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How well a finding is supported, from A (an identity) to D (an assumption)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def explanation(self) -> str:
        """One line in Swedish that says what the grade means."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    Grade.A: "Säkert: summan stämmer på kronan med bokförda belopp och räknade volymer.",
    Grade.B: "Beräknat och väl prövat: vilar på många jämförelser med kända utfall, eller med enheter utan åtgärden.",
    Grade.C: "Beräknat men mindre prövat: vilar på en enda serie, ett samband eller få jämförelser som höll.",
    Grade.D: "Antagande eller plan, eller en beräkning som inte har prövats eller inte klarat sina kontroller.",
}


class IdentityFailed(AssertionError):
    """A sum that must hold does not; the analysis stops rather than report it."""


@dataclass(frozen=True)
class Check:
    """One check of a finding, with what it compared.

    Parameters
    ----------
    name : str
        What was checked, in Swedish, as it is printed in the report.
    passed : bool
        Whether the check held.
    detail : str
        What was compared, as text.
    values : tuple of float, optional
        The two figures that were compared, where the check compares two.
    """

    name: str
    passed: bool
    detail: str = ""
    values: tuple[float, float] | None = None


def require_identity(name: str, left: float, right: float, *, tolerance: float = 0.005) -> Check:
    """Check that two sums are the same, and stop the analysis when they are not.

    Parameters
    ----------
    name : str
        What the identity says, for the error and the trail.
    left, right : float
        The two sums, in SEK.
    tolerance : float, default 0.005
        Largest difference that is only rounding: half an öre.

    Returns
    -------
    Check
        The passed check.

    Raises
    ------
    IdentityFailed
        When the sums differ by more than `tolerance`.

    Examples
    --------
    >>> require_identity("delar = helhet", 100.0, 60.0 + 40.0).passed
    True
    """
    if not abs(left - right) <= tolerance:
        raise IdentityFailed(f"{name}: {left:.2f} is not {right:.2f} (difference {left - right:.2f})")
    return Check(name, True, values=(float(left), float(right)))
