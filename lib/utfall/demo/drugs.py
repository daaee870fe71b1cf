"""Drug by drug: patients, doses, packages and price, in the units that follow their drugs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from utfall.demo.accounts import INDEX
from utfall.demo.chance import autoregressive, generator
from utfall.demo.effects_log import EffectsLog
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.prices import price_paths
from utfall.demo.timeline import ACTUAL_MONTHS, month_starts

DRUGS: dict[str, tuple[tuple[str, float, float, float, float], ...]] = {
    "Reumatologmottagningen": (
        ("Injektionsläkemedel Alfa", 0.72, 2350.0, 0.92, 1.6),
        ("TNF-hämmare Beta", 0.18, 3100.0, 1.0, 1.0),
        ("Metotrexat injektion", 0.10, 420.0, 1.0, 3.0),
    ),
    "Ögonmottagningen": (
        ("Ögoninjektion Gamma", 0.80, 5200.0, 1.0, 1.0),
        ("Ögoninjektion Kappa", 0.20, 3300.0, 1.0, 1.0),
    ),
    "Hudmottagningen": (
        ("Biologiskt läkemedel Delta", 0.66, 6100.0, 1.0, 1.0),
        ("Biologiskt läkemedel Omikron", 0.24, 4700.0, 1.0, 1.0),
        ("Ljuskänsliggörande kräm", 0.10, 850.0, 1.0, 1.5),
    ),
    "Onkologiska dagvården": (
        ("Cytostatika Epsilon", 0.34, 2600.0, 1.1, 2.0),
        ("Antikropp Zeta", 0.36, 15500.0, 1.0, 1.2),
        ("Cytostatika Eta", 0.20, 1900.0, 1.2, 2.0),
        ("Stödläkemedel", 0.10, 640.0, 1.0, 2.0),
    ),
    "Hematologmottagningen": (
        ("Antikropp Sigma", 0.60, 14200.0, 1.0, 1.3),
        ("Cytostatika Tau", 0.25, 2900.0, 1.1, 2.0),
        ("Immunglobulin", 0.15, 4100.0, 1.5, 1.0),
    ),
    "Neurologmottagningen": (
        ("Infusionsläkemedel My", 0.55, 11800.0, 1.0, 1.0),
        ("Migränläkemedel Ny", 0.30, 3900.0, 1.0, 1.0),
        ("Botulinumtoxin", 0.15, 1700.0, 1.3, 1.0),
    ),
    "Gastromottagningen": (
        ("Infusionsläkemedel Jota", 0.65, 4400.0, 1.6, 1.0),
        ("TNF-hämmare Lambda", 0.35, 3200.0, 1.0, 1.0),
    ),
    "Dialysmottagningen": (
        ("Blodbildande läkemedel", 0.6, 980.0, 1.0, 4.0),
        ("Järninfusion", 0.4, 1150.0, 1.0, 2.0),
    ),
    "Infektionsmottagningen": (
        ("Antiviralt läkemedel Pi", 0.7, 3600.0, 1.0, 1.0),
        ("Antibiotika intravenöst", 0.3, 310.0, 1.2, 3.0),
    ),
    "Diabetesmottagningen": (
        ("Insulinpumpstillbehör", 0.55, 2900.0, 1.0, 1.0),
        ("GLP-1-analog", 0.45, 1350.0, 1.0, 1.0),
    ),
    "Urologmottagningen": (
        ("Hormonbehandling Ro", 0.7, 3800.0, 1.0, 1.0),
        ("Blåssköljning", 0.3, 1250.0, 1.0, 2.0),
    ),
    "Barn- och ungdomsmottagningen": (
        ("Tillväxthormon", 0.6, 3400.0, 1.0, 1.0),
        ("Biologiskt läkemedel barn", 0.4, 5100.0, 1.0, 1.0),
        ("RSV-antikropp", 0.0, 3950.0, 1.0, 1.0),
    ),
}  # fmt: skip
"""By unit: drug, share of its drug cost, SEK a package in 2024, packages a dose, doses a patient and month.

Names and prices are invented.
"""

DOSES = "Läkemedelsdoser"
"""Product in ``volumes`` that counts the doses of a unit."""

_PATIENT_NOISE = 0.02
_DOSE_NOISE = 0.008
_PACKAGE_NOISE = 0.008


@dataclass
class DrugUse:
    """Patients, doses, packages and price of each drug and month, with the events that have happened so far.

    Attributes
    ----------
    unit : ndarray of shape (drugs,)
        Position of each drug's unit.
    name : list of str
        Each drug.
    patients, doses, packages : ndarray of int, shape (drugs, months with actuals)
        Counts.
    price_ore : ndarray of int, same shape
        Öre a package.
    planned_doses : ndarray of float, shape (drugs, all months)
        Doses the budget counts on.
    """

    unit: NDArray[np.int64]
    name: list[str]
    patients: NDArray[np.int64]
    price_ore: NDArray[np.int64]
    planned_doses: NDArray[np.float64]
    doses_per_patient: NDArray[np.float64]
    packages_per_dose: NDArray[np.float64]

    @property
    def doses(self) -> NDArray[np.int64]:
        """Doses given."""
        return np.rint(self.patients * self.doses_per_patient).astype(np.int64)

    @property
    def packages(self) -> NDArray[np.int64]:
        """Packages bought."""
        return np.rint(self.doses * self.packages_per_dose).astype(np.int64)

    @property
    def cost_ore(self) -> NDArray[np.int64]:
        """Cost of each drug and month, öre, positive."""
        return self.packages * self.price_ore

    def row(self, drug: str) -> int:
        """Position of a drug."""
        return self.name.index(drug)

    def record(self, log: EffectsLog, event: str, before: NDArray[np.int64]) -> None:
        """Record what an event changed since `before`, in result sign."""
        change = self.cost_ore - before
        for row in np.flatnonzero(change.any(axis=1)):
            log.add_actual(event, (int(self.unit[row]), INDEX["5610"]), -change[row])

    def unit_cost_ore(self, units: int) -> NDArray[np.int64]:
        """Cost of each unit and month, öre, positive, shape (units, months)."""
        total = np.zeros((units, ACTUAL_MONTHS), dtype=np.int64)
        np.add.at(total, self.unit, self.cost_ore)
        return total

    def table(self, organisation: DemoOrganisation) -> pa.Table:
        """Return the table ``drug_use``; amounts in result sign."""
        drug, month = np.nonzero(self.patients)
        frame = pd.DataFrame(
            {
                "period": month_starts(ACTUAL_MONTHS)[month],
                "unit": np.array(organisation.codes(self.unit), dtype=object)[drug],
                "drug": np.array(self.name, dtype=object)[drug],
                "patients": self.patients[drug, month],
                "doses": self.doses[drug, month],
                "packages": self.packages[drug, month],
                "amount": -self.cost_ore[drug, month] / 100,
            }
        )
        return pa.Table.from_pandas(
            frame.sort_values(["unit", "drug", "period"], ignore_index=True), preserve_index=False
        )


def expected_drug_use(
    organisation: DemoOrganisation, amounts: NDArray[np.float64], ratio: NDArray[np.float64], seed: int
) -> DrugUse:
    """Draw the use of every drug around the unit's expected drug cost.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    amounts : ndarray of shape (units, accounts, months)
        Expected amounts, SEK, positive.
    ratio : ndarray of shape (units, months with actuals)
        Actual volume over planned.
    seed : int
        Seed of the region.

    Returns
    -------
    DrugUse
        Before any event.
    """
    rows = [(organisation.unit(unit).index, *drug) for unit, drugs in DRUGS.items() for drug in drugs]
    unit = np.array([row[0] for row in rows])
    share, price, packages_per_dose, doses_per_patient = (
        np.array([row[column] for row in rows], dtype=float)[:, None] for column in (2, 3, 4, 5)
    )
    price_ore = np.rint(100 * price * price_paths()["Läkemedel"]).astype(np.int64)
    planned_doses = 100 * amounts[unit, INDEX["5610"]] * share / (price_ore * packages_per_dose)
    rng = generator(seed, "drug use")
    shape = (len(rows), ACTUAL_MONTHS)
    patient_noise = np.exp(autoregressive(rng, shape, sd=np.full(len(rows), _PATIENT_NOISE)))
    # Treatment goes on when visits do not: half of a volume change reaches the patients on treatment.
    followed = 1 + 0.5 * (ratio[unit] - 1)
    patients = planned_doses[:, :ACTUAL_MONTHS] / doses_per_patient * followed * patient_noise
    return DrugUse(
        unit=unit,
        name=[str(row[1]) for row in rows],
        patients=np.rint(patients).astype(np.int64),
        price_ore=price_ore[:, :ACTUAL_MONTHS],
        planned_doses=planned_doses,
        doses_per_patient=doses_per_patient * np.exp(rng.normal(0, _DOSE_NOISE, shape)),
        packages_per_dose=packages_per_dose * np.exp(rng.normal(0, _PACKAGE_NOISE, shape)),
    )
