"""Volumes: planned and actual production of every unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from utfall.demo.chance import autoregressive, generator
from utfall.demo.drugs import DOSES, DrugUse
from utfall.demo.kinds import KINDS
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.programme import RS_WARD, VOLUME_RISE, VOLUME_UNIT, spared_care
from utfall.demo.timeline import ACTUAL_MONTHS, MONTHS, at, month_starts, ramp

DRG_POINTS = "DRG-poäng"
"""Product that weighs all care of a unit together."""

DRG_KINDS = frozenset({"clinic", "ward", "intensive_care", "theatre", "emergency", "psychiatric_ward"})
"""Kinds of units whose care is grouped into DRG."""

SEK_A_DRG_POINT = 61_000.0
"""External cost for each DRG point in 2024; invented."""

_RATIO_NOISE = 0.018
_PRODUCT_NOISE = 0.012
_WEIGHT_NOISE = 0.008
_FIRST_WAVE = {
    "2020-03": 0.35,
    "2020-04": 1.0,
    "2020-05": 0.95,
    "2020-06": 0.6,
    "2020-07": 0.35,
    "2020-08": 0.3,
}
_LATER_WAVES = {
    "2020-11": 0.4,
    "2020-12": 0.55,
    "2021-01": 0.55,
    "2021-02": 0.35,
    "2021-03": 0.25,
    "2022-01": 0.3,
}


def volume_ratio(organisation: DemoOrganisation, quiet: NDArray[np.bool_], seed: int) -> NDArray[np.float64]:
    """Actual volume over planned, before any planted event: noise, and the pandemic.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    quiet : ndarray of bool, shape (units,)
        Units with little noise of their own.
    seed : int
        Seed of the region.

    Returns
    -------
    ndarray of shape (units, months with actuals)
    """
    units = organisation.units
    rng = generator(seed, "volume ratio")
    noise = autoregressive(rng, (len(units), ACTUAL_MONTHS), sd=np.where(quiet, 0.5, 1.0) * _RATIO_NOISE)
    depth = np.zeros(ACTUAL_MONTHS)
    for period, share in (_FIRST_WAVE | _LATER_WAVES).items():
        depth[at(period)] = share
    deepest = np.array([KINDS[unit.kind].covid for unit in units])
    return np.exp(noise) * (1 + (deepest[:, None] - 1) * depth)


def event_ratio(organisation: DemoOrganisation, ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Actual volume over planned with the planted events: a clinic's rise, and infants spared a ward."""
    changed = ratio.copy()
    changed[organisation.unit(VOLUME_UNIT).index] *= 1 + VOLUME_RISE * ramp("2026-01")[:ACTUAL_MONTHS]
    changed[organisation.unit(RS_WARD).index] *= 1 - spared_care()[:ACTUAL_MONTHS]
    return changed


def volumes_table(
    organisation: DemoOrganisation,
    planned: NDArray[np.float64],
    ratio: NDArray[np.float64],
    drug_use: DrugUse,
    seed: int,
) -> pa.Table:
    """Return the table ``volumes``: period, unit, product, planned, actual.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    planned : ndarray of shape (units, months)
        Planned volume, the mean of 2024 as 1.
    ratio : ndarray of shape (units, months with actuals)
        Actual volume over planned, events included.
    drug_use : DrugUse
        Doses of the units that follow their drugs.
    seed : int
        Seed of the region.

    Returns
    -------
    pyarrow.Table
        Planned for all months; actual is missing where there is none yet.
    """
    rng = generator(seed, "volumes")
    active = organisation.active
    frames = []
    for unit in organisation.units:
        products = KINDS[unit.kind].products
        counted = [(product, 1 / len(products) / sek_each, _PRODUCT_NOISE, 0) for product, sek_each in products]
        if unit.kind in DRG_KINDS:
            counted.append((DRG_POINTS, 1 / SEK_A_DRG_POINT, _WEIGHT_NOISE, 1))
        for product, each_krona, noise_sd, digits in counted:
            plan = planned[unit.index] * unit.size_mkr * 1e6 * each_krona / 12
            noise = np.exp(rng.normal(0, noise_sd, ACTUAL_MONTHS))
            actual = plan[:ACTUAL_MONTHS] * ratio[unit.index] * noise
            frames.append(_rows(unit.code, product, plan.round(digits), actual.round(digits), active[unit.index]))
    doses = drug_use.doses
    for index in np.unique(drug_use.unit):
        mine = drug_use.unit == index
        plan = np.rint(drug_use.planned_doses[mine].sum(axis=0))
        code = organisation.units[index].code
        frames.append(_rows(code, DOSES, plan, doses[mine].sum(axis=0).astype(float), active[index]))
    table = pd.concat(frames, ignore_index=True).sort_values(["unit", "product", "period"], ignore_index=True)
    return pa.Table.from_pandas(table, preserve_index=False)


def _rows(
    unit: str,
    product: str,
    planned: NDArray[np.float64],
    actual: NDArray[np.float64],
    active: NDArray[np.bool_],
) -> pd.DataFrame:
    so_far = np.full(MONTHS, np.nan)
    so_far[:ACTUAL_MONTHS] = actual
    frame = pd.DataFrame(
        {"period": month_starts(), "unit": unit, "product": product, "planned": planned, "actual": so_far}
    )
    return frame[active]
