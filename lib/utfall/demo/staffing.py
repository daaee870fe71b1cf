"""Staffing: heads, full-time equivalents and hours behind every krona of salaries and hired staff."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.accounts import STAFF_CATEGORIES, of_line
from utfall.demo.chance import generator
from utfall.demo.kinds import SEASONS
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.timeline import ACTUAL_MONTHS, YEARS, at, month_starts

SALARY_A_MONTH = np.array([112_000.0, 63_000.0, 48_500.0, 55_000.0])
"""Salary cost with social fees of one full-time equivalent a month in 2024, by category, SEK; invented."""

HIRED_A_HOUR = np.array([1_450.0, 820.0])
"""Price of an hour of a hired physician and nurse in 2024, SEK; invented."""

HOURS_A_MONTH = 165.0
"""Hours of one full-time equivalent in a month without absence."""

_WORKED = np.array([0.86, 0.85, 0.86, 0.84, 0.84, 0.80, 0.48, 0.68, 0.87, 0.87, 0.86, 0.78])
_SICK_SHARE = np.array([0.030, 0.058, 0.072, 0.048])
_PANDEMIC_SICKNESS = {
    "2020-03": 1.7,
    "2020-04": 1.8,
    "2020-05": 1.4,
    "2020-12": 1.4,
    "2022-01": 1.9,
    "2022-02": 1.7,
}
_LEAVERS_A_MONTH = np.array([0.006, 0.009, 0.008, 0.007])
_FTE_NOISE = 0.004


def staffing_table(
    organisation: DemoOrganisation,
    salaries: NDArray[np.int64],
    hired: NDArray[np.int64],
    wages: NDArray[np.float64],
    seed: int,
) -> pd.DataFrame:
    """Return the table ``staffing``, whose amounts are the ledger's.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    salaries : ndarray of int, shape (units, categories, months with actuals)
        Salary cost with social fees, öre, positive.
    hired : ndarray of int, shape (units, 2, months with actuals)
        Cost of hired physicians and nurses, öre, positive.
    wages : ndarray of shape (months,)
        Index of wages, with the mean of 2024 as 1.
    seed : int
        Seed of the region.

    Returns
    -------
    DataFrame
        period, unit, category, employment, headcount, fte, hours, leavers, sick_hours, amount (result sign).
    """
    rng = generator(seed, "staffing")
    wages = wages[:ACTUAL_MONTHS]
    payroll_season = np.tile(SEASONS["salaries"], YEARS.size)[:ACTUAL_MONTHS]
    worked = np.tile(_WORKED, YEARS.size)[:ACTUAL_MONTHS]
    sickness = np.ones(ACTUAL_MONTHS)
    for period, times in _PANDEMIC_SICKNESS.items():
        sickness[at(period)] = times

    fte = salaries / 100 / (SALARY_A_MONTH[:, None] * wages * payroll_season)
    fte = np.round(fte * np.exp(rng.normal(0, _FTE_NOISE, fte.shape)), 2)
    headcount = np.where(salaries > 0, np.maximum(1, np.rint(fte * 1.13)), 0)
    sick = fte * HOURS_A_MONTH * _SICK_SHARE[:, None] * sickness * rng.gamma(30, 1 / 30, fte.shape)
    own = _rows(organisation, STAFF_CATEGORIES, "own", salaries, {
        "headcount": headcount,
        "fte": fte,
        "hours": np.round(fte * HOURS_A_MONTH * worked * np.exp(rng.normal(0, 0.006, fte.shape)), 1),
        "leavers": np.minimum(rng.poisson(headcount * _LEAVERS_A_MONTH[:, None]), headcount),
        "sick_hours": np.round(sick, 1),
    })  # fmt: skip
    hours = np.round(hired / 100 / (HIRED_A_HOUR[:, None] * wages), 1)
    hired_fte = np.round(hours / HOURS_A_MONTH, 2)
    bought = _rows(organisation, STAFF_CATEGORIES[:2], "hired", hired, {
        "headcount": np.where(hired > 0, np.maximum(1, np.rint(hired_fte * 1.8)), 0),
        "fte": hired_fte,
        "hours": hours,
        "leavers": np.zeros(hours.shape),
        "sick_hours": np.zeros(hours.shape),
    })  # fmt: skip
    frame = pd.concat([own, bought], ignore_index=True)
    frame = frame.sort_values(["unit", "period", "employment", "category"], ignore_index=True)
    return frame


def hired_ore(amounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the hired-staff accounts, physicians and nurses, out of all accounts."""
    return amounts[:, of_line("hired_staff")]


def _rows(
    organisation: DemoOrganisation,
    categories: tuple[str, ...],
    employment: str,
    cost_ore: NDArray[np.int64],
    columns: dict[str, NDArray[np.float64]],
) -> pd.DataFrame:
    unit, category, month = np.nonzero(cost_ore)
    frame = pd.DataFrame(
        {
            "period": month_starts(ACTUAL_MONTHS)[month],
            "unit": np.array([one.code for one in organisation.units], dtype=object)[unit],
            "category": np.array(categories, dtype=object)[category],
            "employment": employment,
        }
    )
    values = {name: column[unit, category, month].astype(float) for name, column in columns.items()}
    return frame.assign(**values, amount=-cost_ore[unit, category, month] / 100)
