"""What each kind of unit spends, earns, employs and produces; every figure is invented."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Kind:
    """A kind of unit.

    Parameters
    ----------
    costs : dict
        Share of the external cost on each line.
    income : dict
        Weight of each income line, per krona of external cost.
    internal_cost, depreciation : float
        Weight, per krona of external cost.
    staff : tuple of float
        Share of the salaries on each staff category: physicians, nurses, assistant nurses, others.
    hired_physicians : float
        Share of the hired staff's cost that is physicians.
    products : tuple of (str, float)
        Product, and SEK of external cost for each; the products share the unit's cost equally.
    season : str
        Season of the volume.
    activity : tuple of (str, float)
        Activity, and share of the voucher rows.
    covid : float
        Volume in the deepest month of 2020, as a share of plan.
    """

    costs: dict[str, float]
    income: dict[str, float]
    internal_cost: float
    depreciation: float
    staff: tuple[float, float, float, float]
    hired_physicians: float
    products: tuple[tuple[str, float], ...]
    season: str
    activity: tuple[tuple[str, float], ...]
    covid: float


def _costs(
    salaries: float, hired: float, drugs: float, materials: float, other: float, care: float = 0.0
) -> dict[str, float]:
    pensions = 0.125 * salaries
    shares = {
        "salaries": salaries,
        "pensions": pensions,
        "hired_staff": hired,
        "purchased_care": care,
        "drugs": drugs,
        "materials": materials,
        "other_costs": other,
    }
    total = sum(shares.values())
    return {line: share / total for line, share in shares.items()}


_OUTPATIENT = {"patient_fees": 0.030, "care_sold": 0.025, "state_grants": 0.015, "other_income": 0.010}
_INPATIENT = {"patient_fees": 0.008, "care_sold": 0.045, "state_grants": 0.012, "other_income": 0.008}

KINDS: dict[str, Kind] = {
    "clinic": Kind(
        _costs(0.60, 0.045, 0.09, 0.10, 0.07), _OUTPATIENT, 0.13, 0.01,
        (0.44, 0.30, 0.09, 0.17), 0.75,
        (("Läkarbesök", 5200.0), ("Sjuksköterskebesök", 4200.0)), "outpatient",
        (("Somatisk öppenvård", 0.9), ("Somatisk slutenvård", 0.1)), 0.70,
    ),
    "ward": Kind(
        _costs(0.68, 0.075, 0.03, 0.07, 0.04), _INPATIENT, 0.14, 0.006,
        (0.22, 0.42, 0.28, 0.08), 0.30, (("Vårddygn", 9200.0),), "inpatient",
        (("Somatisk slutenvård", 0.95), ("Somatisk öppenvård", 0.05)), 0.86,
    ),
    "intensive_care": Kind(
        _costs(0.68, 0.07, 0.04, 0.10, 0.03), _INPATIENT, 0.11, 0.02,
        (0.25, 0.52, 0.15, 0.08), 0.35, (("Vårddygn", 46000.0),), "inpatient",
        (("Somatisk slutenvård", 1.0),), 1.12,
    ),
    "theatre": Kind(
        _costs(0.52, 0.06, 0.02, 0.30, 0.05), _INPATIENT, 0.10, 0.02,
        (0.18, 0.52, 0.20, 0.10), 0.40, (("Operationer", 21000.0),), "outpatient",
        (("Somatisk slutenvård", 0.7), ("Somatisk öppenvård", 0.3)), 0.62,
    ),
    "emergency": Kind(
        _costs(0.72, 0.08, 0.02, 0.05, 0.04), _OUTPATIENT, 0.18, 0.006,
        (0.40, 0.36, 0.17, 0.07), 0.55, (("Akutbesök", 3900.0),), "inpatient",
        (("Somatisk öppenvård", 1.0),), 0.80,
    ),
    "ambulance": Kind(
        _costs(0.76, 0.02, 0.01, 0.03, 0.14), {"other_income": 0.01}, 0.06, 0.06,
        (0.01, 0.70, 0.22, 0.07), 0.0, (("Ambulansuppdrag", 15000.0),), "inpatient",
        (("Ambulanssjukvård", 1.0),), 0.93,
    ),
    "health_centre": Kind(
        _costs(0.52, 0.085, 0.22, 0.06, 0.06),
        {"patient_fees": 0.055, "care_sold": 0.020, "state_grants": 0.045, "other_income": 0.015,
         "internal_income": 0.80},
        0.17, 0.004,
        (0.38, 0.32, 0.08, 0.22), 0.80,
        (("Läkarbesök", 3900.0), ("Sjuksköterskebesök", 2100.0)), "outpatient",
        (("Primärvård", 1.0),), 0.78,
    ),
    "maternal_health": Kind(
        _costs(0.78, 0.01, 0.02, 0.06, 0.06),
        {"state_grants": 0.05, "other_income": 0.01, "internal_income": 0.45}, 0.15, 0.004,
        (0.04, 0.80, 0.06, 0.10), 0.2, (("Besök", 1700.0),), "outpatient",
        (("Primärvård", 1.0),), 0.85,
    ),
    "dental": Kind(
        _costs(0.74, 0.01, 0.005, 0.13, 0.06),
        {"patient_fees": 0.48, "care_sold": 0.03, "state_grants": 0.02, "other_income": 0.03,
         "internal_income": 0.12},
        0.13, 0.03,
        (0.34, 0.16, 0.36, 0.14), 0.9, (("Behandlade patienter", 2300.0),), "outpatient",
        (("Tandvård", 1.0),), 0.58,
    ),
    "rehab": Kind(
        _costs(0.72, 0.01, 0.01, 0.12, 0.08),
        {"patient_fees": 0.025, "state_grants": 0.015, "other_income": 0.02, "internal_income": 0.25},
        0.15, 0.006,
        (0.06, 0.08, 0.12, 0.74), 0.3, (("Besök", 1600.0),), "outpatient",
        (("Rehabilitering", 1.0),), 0.74,
    ),
    "laboratory": Kind(
        _costs(0.48, 0.04, 0.01, 0.28, 0.14),
        {"care_sold": 0.03, "other_income": 0.03, "internal_income": 0.95}, 0.09, 0.13,
        (0.27, 0.08, 0.05, 0.60), 0.9, (("Undersökningar", 900.0),), "outpatient",
        (("Medicinsk service", 1.0),), 0.76,
    ),
    "psychiatric_clinic": Kind(
        _costs(0.68, 0.12, 0.05, 0.02, 0.05), _OUTPATIENT, 0.13, 0.003,
        (0.30, 0.28, 0.10, 0.32), 0.85, (("Läkarbesök", 5600.0), ("Övriga besök", 3000.0)), "outpatient",
        (("Psykiatrisk öppenvård", 1.0),), 0.88,
    ),
    "psychiatric_ward": Kind(
        _costs(0.74, 0.09, 0.015, 0.025, 0.04), _INPATIENT, 0.14, 0.004,
        (0.20, 0.30, 0.42, 0.08), 0.6, (("Vårddygn", 9800.0),), "inpatient",
        (("Psykiatrisk slutenvård", 1.0),), 0.92,
    ),
    "office": Kind(
        _costs(0.66, 0.0, 0.0, 0.03, 0.22),
        {"state_grants": 0.03, "other_income": 0.02, "internal_income": 0.08}, 0.05, 0.004,
        (0.12, 0.18, 0.02, 0.68), 0.0, (), "outpatient",
        (("Ledning och administration", 1.0),), 1.0,
    ),
    "care_buyer": Kind(
        _costs(0.02, 0.0, 0.0, 0.0, 0.05, 0.93),
        {"other_income": 0.004, "internal_income": 0.01}, 0.004, 0.0,
        (0.10, 0.30, 0.0, 0.60), 0.0, (), "inpatient",
        (("Köpt vård", 1.0),), 1.0,
    ),
}  # fmt: skip
"""Every kind of unit."""


def _season(*months: float) -> NDArray[np.float64]:
    values = np.array(months)
    return values / values.mean()


SEASONS: dict[str, NDArray[np.float64]] = {
    "outpatient": _season(1.02, 1.00, 1.08, 1.00, 1.02, 0.98, 0.62, 0.87, 1.08, 1.13, 1.09, 0.91),
    "inpatient": _season(1.05, 1.01, 1.04, 0.99, 0.99, 0.97, 0.91, 0.95, 0.99, 1.02, 1.02, 1.04),
    "salaries": _season(1.01, 1.00, 1.00, 1.01, 1.00, 1.02, 0.85, 0.96, 1.01, 1.02, 1.03, 1.05),
    "hired": _season(0.92, 0.90, 0.90, 0.92, 0.96, 1.15, 1.45, 1.15, 0.90, 0.88, 0.88, 0.99),
    "other": _season(0.94, 0.93, 0.98, 0.97, 0.98, 1.02, 0.84, 0.92, 1.01, 1.04, 1.10, 1.27),
    "care": _season(0.97, 0.95, 1.02, 0.98, 1.00, 1.01, 0.93, 0.97, 1.01, 1.04, 1.05, 1.07),
    "grants": _season(0.90, 0.90, 1.00, 0.95, 0.95, 1.05, 0.95, 0.95, 1.00, 1.00, 1.05, 1.30),
    "flat": np.ones(12),
}
"""Month profiles with mean 1, January first: the July holiday, the December bump."""

SEASON_OF_LINE: dict[str, str] = {
    "state_grants": "grants",
    "other_income": "other",
    "internal_income": "flat",
    "salaries": "salaries",
    "pensions": "flat",
    "hired_staff": "hired",
    "purchased_care": "care",
    "other_costs": "other",
    "depreciation": "flat",
    "internal_costs": "flat",
}
"""Season of each line; a line that follows the volume has the volume's."""

ABSENCE_SHARE: NDArray[np.float64] = np.array([0.09, 0.08, 0.09, 0.10, 0.09, 0.14, 0.34, 0.20, 0.08, 0.08, 0.09, 0.13])
"""Share of the gross salary that is paid for time not worked, by month."""

SOCIAL_SHARE = 0.215
"""Share of the salary cost that is social fees."""
