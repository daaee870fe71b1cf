"""Waiting lists: a queue a pathway, fed by referrals and emptied by visits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.chance import generator
from utfall.demo.kinds import KINDS
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.timeline import ACTUAL_MONTHS, month_starts

PATHWAYS = {
    "clinic": "Första besök",
    "psychiatric_clinic": "Första besök",
    "theatre": "Operation eller åtgärd",
}
"""Pathway of each kind of unit that has a waiting list."""

_REFERRED_SHARE = {"clinic": 0.22, "psychiatric_clinic": 0.10, "theatre": 0.9}
_LONG_QUEUE_MONTHS = 4.0
_CATCH_UP = 0.10


def waiting_table(
    organisation: DemoOrganisation, planned: NDArray[np.float64], ratio: NDArray[np.float64], seed: int
) -> pd.DataFrame:
    """Return the table ``waiting``.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    planned : ndarray of shape (units, months)
        Planned volume, the mean of 2024 as 1.
    ratio : ndarray of shape (units, months with actuals)
        Actual volume over planned; what is not done stays in the queue.
    seed : int
        Seed of the region.

    Returns
    -------
    DataFrame
        period, unit, pathway, waiting (at the end of the month), referred, completed, and how many of the
        completed had waited no longer than the care guarantee (within_guarantee).
    """
    rng = generator(seed, "waiting")
    units = [unit for unit in organisation.units if unit.kind in PATHWAYS and unit.size_mkr >= 5]
    index = np.array([unit.index for unit in units])
    monthly = np.array(
        [
            unit.size_mkr * 1e6 / KINDS[unit.kind].products[0][1] / 12 * _REFERRED_SHARE[unit.kind]
            / len(KINDS[unit.kind].products)
            for unit in units
        ]
    )  # fmt: skip
    done_plan = planned[index, :ACTUAL_MONTHS] * monthly[:, None]
    season_free = monthly[:, None] * np.exp(np.linspace(-0.03, 0.03, ACTUAL_MONTHS))
    referred = rng.poisson(season_free * np.clip(ratio[index], 0.85, 1.05))
    waiting = np.zeros(done_plan.shape)
    completed = np.zeros(done_plan.shape)
    wanted = monthly * rng.uniform(2.0, 4.5, index.size)
    queue: NDArray[np.float64] = np.rint(wanted)
    for month in range(ACTUAL_MONTHS):
        capacity = done_plan[:, month] * ratio[index, month] + _CATCH_UP * (queue - wanted)
        completed[:, month] = np.clip(np.rint(capacity), 0, queue + referred[:, month])
        queue = queue + referred[:, month] - completed[:, month]
        waiting[:, month] = queue
    length = waiting / monthly[:, None]
    share = 1 / (1 + (length / _LONG_QUEUE_MONTHS) ** 3)
    within = rng.binomial(completed.astype(np.int64), np.clip(share, 0.05, 0.99))
    active = organisation.active[index, :ACTUAL_MONTHS]
    unit, at_month = np.nonzero(active)
    return pd.DataFrame(
        {
            "period": month_starts(ACTUAL_MONTHS)[at_month],
            "unit": np.array([one.code for one in units], dtype=object)[unit],
            "pathway": np.array([PATHWAYS[one.kind] for one in units], dtype=object)[unit],
            "waiting": waiting[unit, at_month],
            "referred": referred[unit, at_month].astype(float),
            "completed": completed[unit, at_month],
            "within_guarantee": within[unit, at_month].astype(float),
        }
    )
