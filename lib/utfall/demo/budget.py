"""The budget: 2024 equals the divisions' printed table to the öre; other years follow the expected path."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from utfall.demo.accounts import ACCOUNTS, GROUPS
from utfall.demo.expected import group_positions
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.timeline import MONTHS, month_starts, year_slice

TABLE_YEAR = 2024
"""The year whose budget equals the table."""

VERSION = "beslutad"
"""Name of the only budget version."""

BUDGET_TABLE_MKR: dict[str, tuple[float, float, float, float, float]] = {
    "HSD": (5.7, 9.8, -282.9, 0.0, -2.1),
    "MED": (94.7, 260.8, -1341.0, -42.7, -177.8),
    "KIR": (111.1, 0.0, -1198.8, -0.6, -142.6),
    "NAR": (238.5, 732.9, -1396.2, -14.7, -206.7),
}
"""Budget 2024 by division: external income, internal income, external cost, depreciation, internal cost; mkr.

Source: Hälso- och sjukvårdsnämndens plan 2024, Region Jämtland Härjedalen, "Budgetramar per division".
"""


def fit_to_table(
    organisation: DemoOrganisation, proportional: NDArray[np.float64], fixed: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Factor for each unit and account that makes the 2024 budget equal the table.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    proportional : ndarray of shape (units, accounts, months)
        Budget that may be scaled, SEK, positive.
    fixed : ndarray of the same shape
        Budget that must stay, SEK in result sign: the planned effects of the year's measures.

    Returns
    -------
    ndarray of shape (units, accounts)
        The same factor within each division and column of the table.
    """
    factor = np.ones(proportional.shape[:2])
    year = year_slice(TABLE_YEAR)
    for division, row in BUDGET_TABLE_MKR.items():
        members = organisation.division_members(division)
        for group, mkr in zip(GROUPS, row, strict=True):
            cells = np.ix_(members, np.array(group_positions(group)))
            if mkr:
                kept = fixed[cells][..., year].sum()
                factor[cells] = (abs(mkr) * 1e6 - kept * np.sign(mkr)) / proportional[cells][..., year].sum()
    return factor


def round_to_table(
    organisation: DemoOrganisation, budget: NDArray[np.float64], recorded: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Round the budget to whole kronor so that 2024 still equals the table exactly.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    budget : ndarray of shape (units, accounts, months)
        What is left of the budget beside `recorded`, SEK in result sign.
    recorded : ndarray of int of the same shape
        Parts of the budget that are whole kronor already.

    Returns
    -------
    ndarray of int
        The whole budget, SEK in result sign.
    """
    total = np.rint(budget).astype(np.int64) + recorded
    year = year_slice(TABLE_YEAR)
    for division, row in BUDGET_TABLE_MKR.items():
        members = organisation.division_members(division)
        for group, mkr in zip(GROUPS, row, strict=True):
            cells = np.ix_(members, np.array(group_positions(group)), np.arange(year.start, year.stop))
            values = budget[cells].ravel()
            target = round(mkr * 1_000_000) - int(recorded[cells].sum())
            # Rounding the running sum spreads the odd kronor and ends on the exact total.
            running = np.rint(np.cumsum(values)).astype(np.int64)
            rounded = np.diff(running, prepend=0)
            rest = target - int(rounded.sum())
            if values.size and rest:
                rounded[np.abs(values).argmax()] += rest
            total[cells] = rounded.reshape(budget[cells].shape) + recorded[cells]
    return total


def budget_table(organisation: DemoOrganisation, budget: NDArray[np.int64]) -> pa.Table:
    """Return the table ``budget``: period, unit, account, version, amount."""
    unit, account, month = np.nonzero(budget)
    frame = pd.DataFrame(
        {
            "period": month_starts(MONTHS)[month],
            "unit": np.array([member.code for member in organisation.units], dtype=object)[unit],
            "account": np.array([one.code for one in ACCOUNTS], dtype=object)[account],
            "version": VERSION,
            "amount": budget[unit, account, month].astype(np.float64),
        }
    ).sort_values(["unit", "period", "account"], kind="stable", ignore_index=True)
    return pa.Table.from_pandas(frame, preserve_index=False)
