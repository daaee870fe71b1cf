"""What is expected of the years ahead, and how far it may be off: the base scenario's assumptions.

One table for two uses: `utfall.demo.scenarios` writes the register's base scenario from it, and `utfall.demo.economy`
draws whole other courses of the world from it, so that the scenario is right about those worlds. Every figure is
invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ECONOMY = "Ekonomidirektör"
FINANCE = "Finanschef"
STAFF = "HR-direktör"
DRUGS = "Läkemedelschef"
CARE = "Hälso- och sjukvårdsdirektör"
DEVELOPMENT = "Utvecklingsdirektör"

_FORECAST = "SCB:s befolkningsframskrivning"
_AGES = "SKR:s KPP-databas och egna kostnader per ålder"
_OWN = "egen uppföljning av kostnad och volym"
_PRICES = "SKR:s prisindex för regioner"
_TAX = "SKR:s skatteunderlagsprognos"
_GRANTS = "SKR:s uppgifter om statsbidrag och utjämning"
_DRUG_FORECAST = "Socialstyrelsens läkemedelsprognos"
_PENSION = "pensionsförvaltarens prognos"
_BANK = "Riksbankens och långivarens ränteprognos"
_PLACED = "finanspolicyn och kapitalförvaltarens prognos"
_ACCOUNTS = "årsredovisningen"
_PLAN = "investeringsplanen"
_MEASURES = "uppföljningen av tidigare åtgärder"


@dataclass(frozen=True)
class Expectation:
    """What is expected of one driver, every year.

    Parameters
    ----------
    driver, target : str
        The driver and what it speaks of, as the register of assumptions has them.
    value : float
        A growth as a share a year, or the level itself.
    owner : str
        Role of who answers for it.
    source : str
        What a region would take it from.
    spread : float
        Half the width of the 80 % interval, which is as wide on both sides; 0 when nothing is uncertain.
    persistence : float
        Correlation between a year's deviation and the next year's.
    """

    driver: str
    target: str
    value: float
    owner: str
    source: str
    spread: float = 0.0
    persistence: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        """Driver and target."""
        return self.driver, self.target

    @property
    def name(self) -> str:
        """Driver and target as correlations write them."""
        return f"{self.driver}:{self.target}" if self.target else self.driver


AGE_GROUPS = ("0–19", "20–64", "65–79", "80+")
"""Age groups of the forecast of the population."""

OUTLOOK: tuple[Expectation, ...] = (
    Expectation("population", "0–19", -0.005, DEVELOPMENT, _FORECAST, 0.006, 0.6),
    Expectation("population", "20–64", -0.002, DEVELOPMENT, _FORECAST, 0.004, 0.6),
    Expectation("population", "65–79", 0.003, DEVELOPMENT, _FORECAST, 0.003, 0.6),
    Expectation("population", "80+", 0.034, DEVELOPMENT, _FORECAST, 0.006, 0.6),
    Expectation("age_cost", "0–19", 0.6, CARE, _AGES),
    Expectation("age_cost", "20–64", 1.0, CARE, _AGES),
    Expectation("age_cost", "65–79", 2.4, CARE, _AGES),
    Expectation("age_cost", "80+", 4.0, CARE, _AGES),
    Expectation("need", "", 0.002, CARE, _OWN, 0.005, 0.3),
    Expectation("elasticity", "salaries", 0.5, CARE, _OWN),
    Expectation("elasticity", "pensions", 0.5, CARE, _OWN),
    Expectation("elasticity", "hired_staff", 0.5, CARE, _OWN),
    Expectation("elasticity", "purchased_care", 0.6, CARE, _OWN),
    Expectation("elasticity", "other_costs", 0.2, CARE, _OWN),
    Expectation("replacement", "hired_staff:salaries", 0.55, STAFF, _OWN),
    Expectation("volume", "patient_fees", 0.0, CARE, _OWN, 0.015, 0.3),
    Expectation("volume", "care_sold", 0.0, CARE, _OWN, 0.04, 0.3),
    Expectation("volume", "state_grants", 0.02, ECONOMY, _GRANTS, 0.08, 0.2),
    Expectation("volume", "other_income", 0.0, CARE, _OWN, 0.04, 0.3),
    Expectation("volume", "salaries", 0.0, STAFF, _OWN, 0.008, 0.4),
    Expectation("volume", "pensions", 0.01, ECONOMY, _PENSION, 0.10, 0.2),
    Expectation("volume", "hired_staff", -0.04, STAFF, _OWN, 0.10, 0.4),
    Expectation("volume", "purchased_care", 0.02, CARE, _OWN, 0.03, 0.3),
    Expectation("volume", "drugs", 0.042, DRUGS, _DRUG_FORECAST, 0.02, 0.5),
    Expectation("volume", "materials", 0.0, CARE, _OWN, 0.015, 0.3),
    Expectation("volume", "other_costs", 0.0, CARE, _OWN, 0.015, 0.3),
    Expectation("volume", "depreciation", -0.02, ECONOMY, _PLAN, 0.010, 0.3),
    Expectation("price", "LPIK exkl. läkemedel", 0.028, ECONOMY, _PRICES, 0.010, 0.5),
    Expectation("price", "Läkemedel", 0.010, DRUGS, _DRUG_FORECAST, 0.012, 0.3),
    Expectation("price", "Löner", 0.030, STAFF, _PRICES, 0.009, 0.5),
    Expectation("price", "Material och tjänster", 0.024, ECONOMY, _PRICES, 0.020, 0.4),
    Expectation("tax_base", "", 0.041, ECONOMY, _TAX, 0.014, 0.4),
    Expectation("general_grants", "", 0.032, ECONOMY, _GRANTS, 0.030, 0.2),
    Expectation("other", "other_income", 0.025, ECONOMY, _ACCOUNTS, 0.030, 0.3),
    Expectation("other", "other_costs", 0.034, ECONOMY, _ACCOUNTS, 0.012, 0.5),
    Expectation("other", "other_depreciation", -0.02, ECONOMY, _PLAN, 0.010, 0.3),
    Expectation("pension_accrued", "pensions", 0.45, ECONOMY, _PENSION, 0.05, 0.3),
    Expectation("pension_paid", "", 0.028, ECONOMY, _PENSION),
    Expectation("pension_indexation", "", 0.028, ECONOMY, _PENSION, 0.020, 0.4),
    Expectation("interest", "", 0.030, FINANCE, _BANK, 0.009, 0.6),
    Expectation("cash_interest", "", 0.015, FINANCE, _BANK, 0.007, 0.6),
    Expectation("dividend", "", 0.022, FINANCE, _PLACED, 0.006, 0.3),
    Expectation("realised_gain", "", 0.005, FINANCE, _PLACED, 0.006),
    Expectation("unrealised_gain", "", 0.035, FINANCE, _PLACED, 0.08),
    Expectation("amortisation", "", 0.03, FINANCE, _ACCOUNTS),
    Expectation("borrow_below", "", 20.0, FINANCE, _PLACED),
    Expectation("other_investments", "", 200e6, ECONOMY, _PLAN, 30e6, 0.3),
    Expectation("other_investment_life", "", 20.0, ECONOMY, _PLAN),
    Expectation("measure", "", 0.6, CARE, _MEASURES, 0.3, 1.0),
)
"""The base scenario, driver by driver."""

CORRELATIONS: tuple[tuple[str, str, float], ...] = (
    ("price:Löner", "tax_base", 0.6),
    ("price:Löner", "price:LPIK exkl. läkemedel", 0.7),
    ("price:Löner", "price:Material och tjänster", 0.3),
    ("price:Material och tjänster", "price:LPIK exkl. läkemedel", 0.7),
    ("price:LPIK exkl. läkemedel", "other:other_costs", 0.6),
    ("price:LPIK exkl. läkemedel", "tax_base", 0.35),
    ("price:Löner", "other:other_costs", 0.45),
    ("price:Material och tjänster", "other:other_costs", 0.45),
    ("price:Material och tjänster", "interest", 0.4),
    ("price:Material och tjänster", "pension_indexation", 0.4),
    ("price:Material och tjänster", "unrealised_gain", -0.2),
    ("price:LPIK exkl. läkemedel", "interest", 0.25),
    ("price:LPIK exkl. läkemedel", "pension_indexation", 0.3),
    ("interest", "pension_indexation", 0.2),
    ("interest", "cash_interest", 0.8),
    ("price:Material och tjänster", "cash_interest", 0.3),
    ("volume:salaries", "volume:hired_staff", -0.3),
    ("general_grants", "tax_base", -0.2),
)
"""Pairs of drivers whose deviations go together, and how much."""

EXPECTED: dict[tuple[str, str], Expectation] = {row.key: row for row in OUTLOOK}
"""`OUTLOOK` by driver and target."""


def expected(driver: str, target: str = "", default: float = 0.0) -> float:
    """Middle of what is expected of a driver.

    Examples
    --------
    >>> expected("elasticity", "salaries"), expected("elasticity", "depreciation")
    (0.5, 0.0)
    """
    row = EXPECTED.get((driver, target))
    return default if row is None else row.value


def correlation_matrix(names: list[str]) -> NDArray[np.float64]:
    """Correlations between drivers, by their names; those that are not in `CORRELATIONS` are independent.

    Parameters
    ----------
    names : list of str
        ``driver`` or ``driver:target``.

    Returns
    -------
    ndarray of shape (names, names)

    Examples
    --------
    >>> correlation_matrix(["interest", "cash_interest"]).tolist()
    [[1.0, 0.8], [0.8, 1.0]]
    """
    matrix = np.eye(len(names))
    for first, second, value in CORRELATIONS:
        if first in names and second in names:
            one, other = names.index(first), names.index(second)
            matrix[one, other] = matrix[other, one] = value
    return matrix
