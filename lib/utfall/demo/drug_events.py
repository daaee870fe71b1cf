"""Planted events in single drugs: packages a dose, patients, a price jump, a mix shift, a vaccination."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import INDEX
from utfall.demo.actuals import Actuals
from utfall.demo.chance import generator
from utfall.demo.drugs import DRUGS, DrugUse
from utfall.demo.effects_log import EffectsLog
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.programme import VOLUME_RISE, VOLUME_UNIT
from utfall.demo.timeline import ACTUAL_MONTHS, MONTHS, at, by_year, ramp, year_slice

HANDLING_UNIT = "Reumatologmottagningen"
"""The clinic of the drug-handling measure."""

HANDLING_DRUG = "Injektionsläkemedel Alfa"
"""The drug whose packages last for more doses."""

HANDLING_START = "2024-03"
"""First month of the drug-handling measure."""

HANDLING_SAVING = 0.13
"""Share of the packages a dose that the measure spares."""

HANDLING_PLAN_SEK = 4_000_000.0
"""What the 2024 budget counts on."""

GROWTH_START = "2024-06"
"""First month with more patients than before at `HANDLING_UNIT`."""

GROWTH_AT_END = 0.36
"""How many more patients are treated in the last month than without the new capacity."""

GROWTH_PLANNED = {year: 0.0 for year in range(2019, 2025)} | {2025: 0.05, 2026: 0.12}
"""How many more the budgets count on."""

PRICE_UNIT = "Hudmottagningen"
"""The clinic of the drug whose price jumps."""

PRICE_DRUG = "Biologiskt läkemedel Delta"
"""The drug whose price jumps."""

PRICE_START = "2026-03"
"""First month of the new price."""

PRICE_JUMP = 0.32
"""How much the price rises."""

MIX_UNIT = "Onkologiska dagvården"
"""The clinic whose patients move to a costlier drug."""

MIX_FROM, MIX_TO = "Cytostatika Epsilon", "Antikropp Zeta"
"""The drug patients leave, and the one they get."""

MIX_START = "2025-10"
"""First month of the shift."""

MIX_SHARE = 0.18
"""Share of the patients who have moved when the shift is done."""

VACCINE = "RSV-antikropp"
"""The drug given to infants."""

VACCINE_START = "2025-09"
"""First month of the vaccination."""

VACCINATED_A_MONTH = {9: 70, 10: 120, 11: 110, 12: 100, 1: 105, 2: 95, 3: 90}
"""Infants vaccinated in each month of the season, on average."""


def _drug_budget(
    unit: str, drug: str, organisation: DemoOrganisation, budget: NDArray[np.float64]
) -> NDArray[np.float64]:
    share = next(row[1] for row in DRUGS[unit] if row[0] == drug)
    return share * budget[organisation.unit(unit).index, INDEX["5610"]]


def plan_handling_2024(organisation: DemoOrganisation, budget: NDArray[np.float64], log: EffectsLog) -> None:
    """Record what the 2024 budget counts on from the drug-handling measure."""
    months = (np.arange(MONTHS) >= at(HANDLING_START)) & (np.arange(MONTHS) < year_slice(2024).stop)
    size = _drug_budget(HANDLING_UNIT, HANDLING_DRUG, organisation, budget) * months
    cell = (organisation.unit(HANDLING_UNIT).index, INDEX["5610"])
    log.add_budget("drug_handling", cell, HANDLING_PLAN_SEK * size / size.sum())


def plan_drug_events(
    organisation: DemoOrganisation, budget: NDArray[np.float64], log: EffectsLog, drugs: DrugUse
) -> None:
    """Record what the budgets from 2025 count on: some more patients, and the packages spared so far."""
    size = _drug_budget(HANDLING_UNIT, HANDLING_DRUG, organisation, budget)
    cell = (organisation.unit(HANDLING_UNIT).index, INDEX["5610"])
    growth = by_year(GROWTH_PLANNED)
    later = np.arange(MONTHS) >= year_slice(2025).start
    log.add_budget("drug_patients", cell, -size * growth)
    log.add_budget("drug_handling", cell, size * (1 + growth) * HANDLING_SAVING * later)
    drugs.planned_doses[drugs.row(HANDLING_DRUG)] *= 1 + growth


def happen_in_drugs(actuals: Actuals, seed: int) -> None:
    """Let every drug event happen, one after another, and record each."""
    drugs, log = actuals.drug_use, actuals.log
    rng = generator(seed, "drug events")

    before = drugs.cost_ore
    months = np.arange(MONTHS) - at(GROWTH_START) + 1
    growth = GROWTH_AT_END * np.clip(months / (ACTUAL_MONTHS - at(GROWTH_START)), 0, None)[:ACTUAL_MONTHS]
    alfa = drugs.row(HANDLING_DRUG)
    drugs.patients[alfa] = np.rint(drugs.patients[alfa] * (1 + growth)).astype(np.int64)
    drugs.record(log, "drug_patients", before)

    before = drugs.cost_ore
    drugs.packages_per_dose[alfa] *= 1 - HANDLING_SAVING * ramp(HANDLING_START, 6)[:ACTUAL_MONTHS]
    drugs.record(log, "drug_handling", before)

    before = drugs.cost_ore
    rise = 1 + VOLUME_RISE * ramp("2026-01")[:ACTUAL_MONTHS]
    for row in np.flatnonzero(drugs.unit == actuals.organisation.unit(VOLUME_UNIT).index):
        drugs.patients[row] = np.rint(drugs.patients[row] * rise).astype(np.int64)
    drugs.record(log, "volume_rise", before)

    before = drugs.cost_ore
    delta = drugs.row(PRICE_DRUG)
    jump = 1 + PRICE_JUMP * ramp(PRICE_START)[:ACTUAL_MONTHS]
    drugs.price_ore[delta] = np.rint(drugs.price_ore[delta] * jump).astype(np.int64)
    drugs.record(log, "drug_price_jump", before)

    before = drugs.cost_ore
    leave, enter = drugs.row(MIX_FROM), drugs.row(MIX_TO)
    moved = np.rint(drugs.patients[leave] * MIX_SHARE * ramp(MIX_START, 6)[:ACTUAL_MONTHS]).astype(np.int64)
    drugs.patients[leave] -= moved
    drugs.patients[enter] += moved
    drugs.record(log, "mix_shift", before)

    before = drugs.cost_ore
    infants = np.array([VACCINATED_A_MONTH.get(month % 12 + 1, 0) for month in range(ACTUAL_MONTHS)])
    infants = infants * (ramp(VACCINE_START)[:ACTUAL_MONTHS] > 0)
    drugs.patients[drugs.row(VACCINE)] = rng.poisson(infants)
    drugs.record(log, "rs_vaccination", before)
