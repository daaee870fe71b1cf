"""Inhabitants by age group: invented outcomes near the county's, and an invented forecast."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.outlook import AGE_GROUPS, expected
from utfall.demo.statements import WHOLE_COUNTY, population_table

OUTCOME_YEARS = tuple(range(2019, 2026))
"""Years whose last day has passed."""

FORECAST_YEARS = tuple(range(2026, 2036))
"""Years of the forecast."""

_NEAR = {
    "0–19": (29_320, 29_280, 29_330, 29_330, 29_210, 29_060, 28_880),
    "65–79": (22_830, 22_930, 23_010, 23_080, 23_140, 23_187, 23_240),
    "80+": (7_810, 8_020, 8_270, 8_560, 8_870, 9_191, 9_520),
}
"""Inhabitants on the last day of each of `OUTCOME_YEARS`; those aged 20–64 are the rest of the county's.

Those aged 65 or more in 2024, and of them those aged 80 or more, are SCB's by way of citypopulation.de; all else is
invented.
"""

SOURCE = "Påhittad fördelning; 65 år och äldre 2024 enligt SCB genom citypopulation.de"
"""Source of the outcomes."""

FORECAST_SOURCE = "Påhittad framskrivning för demonstration"
"""Source of the forecast."""

DRAWN_SOURCE = "Påhittad för demonstration"
"""Source of every figure in a world with another course."""


def known_inhabitants() -> dict[str, NDArray[np.int64]]:
    """Inhabitants of each age group on the last day of each of `OUTCOME_YEARS`.

    Returns
    -------
    dict of str to ndarray of int
        They sum to the county's inhabitants in December.

    Examples
    --------
    >>> known_inhabitants()["20–64"].tolist()[-2:]
    [71401, 71281]
    """
    table = population_table()
    december = table[(table["area"] == WHOLE_COUNTY) & (table["period"].dt.month == 12)]
    near = {group: np.array(inhabitants, dtype=np.int64) for group, inhabitants in _NEAR.items()}
    rest = december["inhabitants"].to_numpy().astype(np.int64) - np.sum(list(near.values()), axis=0)
    return {group: near.get(group, rest) for group in AGE_GROUPS}


def population_by_age_table(drawn: Mapping[str, NDArray[np.int64]] | None = None) -> pd.DataFrame:
    """Return the table ``population_by_age``: year, age_group, inhabitants (on its last day), status, source.

    Parameters
    ----------
    drawn : mapping of str to ndarray of int, optional
        Inhabitants of `OUTCOME_YEARS` in a world with another course; the known history when not given.

    Returns
    -------
    DataFrame
        The forecast goes on from the last outcome as the base scenario expects.
    """
    outcomes = known_inhabitants() if drawn is None else drawn
    frames = []
    for group in AGE_GROUPS:
        ahead = np.arange(1, len(FORECAST_YEARS) + 1)
        forecast = np.rint(outcomes[group][-1] * (1 + expected("population", group)) ** ahead)
        outcome_source = SOURCE if drawn is None else DRAWN_SOURCE
        for years, inhabitants, status, source in (
            (OUTCOME_YEARS, outcomes[group], "outcome", outcome_source),
            (FORECAST_YEARS, forecast, "forecast", FORECAST_SOURCE),
        ):
            frames.append(
                pd.DataFrame(
                    {
                        "year": np.array(years, dtype=np.int64),
                        "age_group": group,
                        "inhabitants": inhabitants.astype(np.float64),
                        "status": status,
                        "source": source,
                    }
                )
            )
    return pd.concat(frames, ignore_index=True).sort_values(["year", "age_group"], ignore_index=True)
