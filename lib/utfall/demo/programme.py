"""The action plans of 2024 and 2026, and the other measures that change accounts by a share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import INDEX, of_line
from utfall.demo.chance import generator
from utfall.demo.measure_effects import ShareEffect
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.timeline import MONTHS, ramp, year_slice

PLAN_2024_YEAR = 2024
"""Year of the first action plan; its planned effects lie within the printed budget table."""

QUIET_UNITS = (
    "Reumatologmottagningen",
    "Ögonmottagningen",
    "Dialysmottagningen",
    "Hudmottagningen",
    "Onkologiska dagvården",
    "Hematologmottagningen",
    "Intensivvårdsavdelningen",
    "Neonatalavdelningen",
    "Hjärtavdelningen",
    "Röntgen Östersund",
    "Klinisk kemi",
    "Barnavdelningen",
    "Barn- och ungdomsmottagningen",
    "Ortopedavdelningen",
    "Kirurgienheten",
)
"""Units with a planted cause of their own: little noise, a fair budget, outside the 2026 programme."""

SERVICE_UNITS = (
    "Röntgen Östersund", "Nuklearmedicin", "Klinisk kemi", "Klinisk mikrobiologi", "Klinisk fysiologi",
    "Centraloperation", "Dagkirurgiska enheten", "Sterilcentralen", "Endoskopimottagningen",
)  # fmt: skip
"""Units whose service agreements were reviewed, without any effect."""

RIGHT_SKILLS_UNITS = (
    "Medicinavdelningen", "Strokeenheten", "Infektionsavdelningen", "Akutvårdsavdelningen",
    "Kirurgavdelningen", "Geriatriska avdelningen", "Postoperativa avdelningen", "Enheten för kvinnosjukvård",
)  # fmt: skip
"""Wards that changed their mix of skills in 2024."""

CARE_FLOW_UNITS = ("Medicinavdelningen", "Lungavdelningen", "Geriatriska avdelningen")
"""Wards that moved patients to monitoring at home in 2024."""

BEDS_UNIT = "Kirurgienheten"
"""The unit that closed its monitoring beds."""

RS_WARD = "Barnavdelningen"
"""The ward that infants with RS virus are admitted to."""

RS_WINTER = {9: 0.03, 10: 0.08, 11: 0.15, 12: 0.24, 1: 0.34, 2: 0.32, 3: 0.22}
"""Share of the ward's care days that the vaccination spares, by month."""

VOLUME_UNIT = "Ögonmottagningen"
"""The clinic whose volume rises in 2026."""

VOLUME_RISE = 0.17
"""How much its volume rises above plan."""

FEES_EFFECT_SEK = 16_400_000.0
CODING_EFFECT_SEK = 2_100_000.0
"""True yearly effects of the income measures of 2024."""


def measures_of_2024(organisation: DemoOrganisation, path: NDArray[np.float64], seed: int) -> list[ShareEffect]:
    """Return the action plan of 2024, but for drug handling and the purchased-care contract.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    path : ndarray of shape (units, accounts, months)
        The expected path; tells which units have which accounts.
    seed : int
        Seed of the region.

    Returns
    -------
    list of ShareEffect
    """
    rng = generator(seed, "measures of 2024")
    year = year_slice(PLAN_2024_YEAR)

    def having(line: str, divisions: Sequence[str]) -> NDArray[np.int64]:
        has = path[:, of_line(line)].sum(axis=(1, 2)) > 0
        return np.array([unit.index for unit in organisation.units if has[unit.index] and unit.division in divisions])

    hired = having("hired_staff", ("MED", "KIR", "NAR"))
    fees = having("patient_fees", ("MED", "KIR", "NAR"))
    sold = having("care_sold", ("MED", "KIR"))
    yearly = path[..., year].sum(axis=2)
    fee_rise = FEES_EFFECT_SEK / yearly[np.ix_(fees, np.array(of_line("patient_fees")))].sum()
    coding = CODING_EFFECT_SEK / yearly[np.ix_(sold, np.array(of_line("care_sold")))].sum()
    wards = np.array(organisation.index(*RIGHT_SKILLS_UNITS))
    flows = np.array(organisation.index(*CARE_FLOW_UNITS))
    service = np.array(organisation.index(*SERVICE_UNITS))
    return [
        ShareEffect(
            "hired_staff_2024", hired, tuple(of_line("hired_staff")),
            -rng.uniform(0.13, 0.27, hired.size)[:, None] * ramp("2024-01", 6),
            {2024: 50_000_000.0}, rebased_from=2025,
        ),
        ShareEffect(
            "fees_2024", fees, tuple(of_line("patient_fees")),
            np.tile(fee_rise * ramp("2024-01"), (fees.size, 1)),
            {2024: 17_000_000.0}, rebased_from=2025,
        ),
        ShareEffect(
            "diagnosis_coding_2024", sold, tuple(of_line("care_sold")),
            np.tile(coding * ramp("2024-07", 6), (sold.size, 1)), {2024: 5_000_000.0}, rebased_from=2025,
        ),
        ShareEffect(
            "right_skills_2024", wards, tuple(of_line("salaries")),
            np.tile(-0.014 * ramp("2024-03", 6), (wards.size, 1)), {2024: 6_000_000.0}, "2024-03",
            rebased_from=2025, categories=(0, 1, 2, 3),
        ),
        ShareEffect(
            "service_agreements_2024", service, (INDEX["6610"],), np.zeros((service.size, MONTHS)),
            {2024: 3_000_000.0}, "2024-01",
        ),
        ShareEffect(
            "care_flows_2024", flows, (*of_line("hired_staff"), *of_line("materials")),
            np.tile(-0.03 * ramp("2024-06", 6), (flows.size, 1)), {2024: 1_000_000.0}, rebased_from=2025,
        ),
    ]  # fmt: skip


def measures_of_2026(
    organisation: DemoOrganisation,
    budget: NDArray[np.float64],
    strain: NDArray[np.float64],
    seed: int,
) -> list[ShareEffect]:
    """Return the programme of 2026: the review of hirings, and the freeze of staff cost.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    budget : ndarray of shape (units, accounts, months)
        Budget before the measures, SEK, positive.
    strain : ndarray of shape (units,)
        How strained each unit's budget is; 0 for one that keeps it.
    seed : int
        Seed of the region.

    Returns
    -------
    list of ShareEffect
    """
    rng = generator(seed, "measures of 2026")
    year = year_slice(2026)
    quiet = np.isin(np.arange(strain.size), organisation.index(*QUIET_UNITS))
    hired_size = budget[:, of_line("hired_staff"), year].sum(axis=(1, 2))
    hired = np.flatnonzero((hired_size > 0) & ~quiet)
    plan = hired_size[hired] * np.clip(0.3 + 0.5 * strain[hired], 0.3, 0.85)
    planned_share = 75_000_000.0 * plan / plan.sum() / hired_size[hired]
    kept = np.where(strain[hired] > 0, rng.uniform(0.35, 0.75, hired.size), rng.normal(1.0, 0.05, hired.size))
    payroll = budget[:, of_line("salaries"), year].sum(axis=(1, 2))
    strained = np.flatnonzero((strain > 0) & ~quiet & (payroll > 0))
    return [
        ShareEffect(
            "hiring_review_2026", hired, tuple(of_line("hired_staff")),
            -np.minimum(planned_share * kept, 0.85)[:, None] * ramp("2026-01", 3),
            {2026: 75_000_000.0}, weights=plan,
        ),
        ShareEffect(
            "staff_cost_2026", strained, tuple(of_line("salaries")),
            -rng.uniform(0.006, 0.02, strained.size)[:, None] * ramp("2026-01", 6),
            {2026: 100_000_000.0}, weights=payroll[strained] * strain[strained], categories=(0, 1, 2, 3),
        ),
    ]  # fmt: skip


def spared_care() -> NDArray[np.float64]:
    """Share of the ward's care days that the vaccination spares, each month."""
    winter = np.array([RS_WINTER.get(month % 12 + 1, 0.0) for month in range(MONTHS)])
    return winter * (ramp("2025-09") > 0)


def single_unit_effects(organisation: DemoOrganisation) -> list[ShareEffect]:
    """Return the effects: monitoring beds closed, infants vaccinated, and one clinic's volume rise."""
    beds = np.array(organisation.index(BEDS_UNIT))
    ward = np.array(organisation.index(RS_WARD))
    clinic = np.array(organisation.index(VOLUME_UNIT))
    spared = spared_care()
    volume_driven = (
        *of_line("patient_fees"),
        *of_line("care_sold"),
        *of_line("drugs"),
        *of_line("materials"),
    )
    return [
        ShareEffect(
            "monitoring_beds", beds, tuple(of_line("salaries")), -0.095 * ramp("2025-11", 2)[None],
            {2025: 600_000.0, 2026: 3_600_000.0}, "2025-11", categories=(1, 2),
        ),
        ShareEffect(
            "monitoring_beds", beds, tuple(of_line("hired_staff")), -0.16 * ramp("2025-11", 2)[None],
            {2025: 70_000.0, 2026: 400_000.0}, "2025-11",
        ),
        ShareEffect("rs_vaccination", ward, volume_driven, -spared[None]),
        ShareEffect("rs_vaccination", ward, tuple(of_line("hired_staff")), -1.1 * spared[None]),
        ShareEffect(
            "rs_vaccination", ward, tuple(of_line("salaries")), -0.05 * spared[None], categories=(1, 2),
        ),
        ShareEffect("volume_rise", clinic, volume_driven, VOLUME_RISE * ramp("2026-01")[None]),
    ]  # fmt: skip
