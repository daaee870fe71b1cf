"""Price indices: invented yearly changes, with the wage step in April."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.timeline import MONTHS, YEAR_OF_MONTH, at, month_starts, year_slice

SOURCE = "Påhittad för demonstration"
"""Source printed with every index value."""

LAST_OUTCOME = "2026-06"
"""Last month whose index is an outcome; later months are forecast."""

WAGE_STEP = {2019: 2.3, 2020: 2.2, 2021: 2.6, 2022: 2.4, 2023: 4.1, 2024: 3.4, 2025: 3.3, 2026: 3.0}
"""Wage step each April, per cent."""

_GOODS = {2019: 1.8, 2020: 1.6, 2021: 2.4, 2022: 7.2, 2023: 7.6, 2024: 3.2, 2025: 1.6, 2026: 1.9}
"""Price change of material and services through each year, per cent."""

_DRUGS = {2019: 0.6, 2020: 0.4, 2021: 0.7, 2022: 1.6, 2023: 2.1, 2024: 1.2, 2025: 0.8, 2026: 0.9}
"""Price change of drugs through each year, per cent."""

WAGE_WEIGHT = 0.68
"""Weight of wages in LPIK without drugs."""

DRUG_WEIGHT = 0.13
"""Weight of drugs in LPIK."""

INDEX_NAMES = ("LPIK", "LPIK exkl. läkemedel", "Läkemedel", "Löner", "Material och tjänster")
"""Names of the published indices."""


def _steps(change: dict[int, float], month: int) -> NDArray[np.float64]:
    """Make an index that is raised once a year, in one month."""
    growth = np.zeros(MONTHS)
    for year, per_cent in change.items():
        growth[at(f"{year}-{month:02d}")] = np.log1p(per_cent / 100)
    return np.exp(np.cumsum(growth))


def _glide(change: dict[int, float]) -> NDArray[np.float64]:
    """Make an index that rises evenly through each year."""
    monthly = np.array([np.log1p(change[int(year)] / 100) / 12 for year in YEAR_OF_MONTH])
    return np.exp(np.cumsum(monthly))


def price_paths() -> dict[str, NDArray[np.float64]]:
    """Every index by name, one value a month, with the mean of 2024 as 1.

    Returns
    -------
    dict of str to ndarray

    Examples
    --------
    >>> wages = price_paths()["Löner"]
    >>> round(float(wages[at("2026-04")] / wages[at("2026-03")] - 1), 4)
    0.03
    """
    wages, goods, drugs = _steps(WAGE_STEP, 4), _glide(_GOODS), _glide(_DRUGS)
    without_drugs = wages**WAGE_WEIGHT * goods ** (1 - WAGE_WEIGHT)
    paths = {
        "LPIK": lpik(without_drugs, drugs),
        "LPIK exkl. läkemedel": without_drugs,
        "Läkemedel": drugs,
        "Löner": wages,
        "Material och tjänster": goods,
    }
    base = year_slice(2024)
    return {name: path / path[base].mean() for name, path in paths.items()}


def lpik(without_drugs: NDArray[np.float64], drugs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh the index without drugs and that of drugs together."""
    return without_drugs ** (1 - DRUG_WEIGHT) * drugs**DRUG_WEIGHT


def price_index_table(paths: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    """Return the table ``price_index``: index, period, value (mean of 2024 = 100), status, source.

    Parameters
    ----------
    paths : mapping of str to ndarray
        Every index, one value a month, with the mean of 2024 as 1.

    Returns
    -------
    DataFrame
    """
    outcome = np.arange(MONTHS) <= at(LAST_OUTCOME)
    frames = [
        pd.DataFrame(
            {
                "index": name,
                "period": month_starts(),
                "value": np.round(100 * paths[name], 2),
                "status": np.where(outcome, "outcome", "forecast"),
                "source": SOURCE,
            }
        )
        for name in INDEX_NAMES
    ]
    return pd.concat(frames, ignore_index=True)
