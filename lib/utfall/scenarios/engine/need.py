"""How the need of care grows: inhabitants by age, what each age costs, and need per head."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.scenarios.engine.assumptions import Assumptions, Key

Array = NDArray[np.float64]


def need_growth(
    assumptions: Assumptions,
    drawn: dict[Key, Array],
    inhabitants: pd.DataFrame,
    years: Sequence[int],
    draws: int,
) -> Array:
    """Yearly growth of the need of care.

    Need = Σ inhabitants × relative cost × need per head, over age groups. Where nothing is assumed of an age group's
    growth, the table's own forecast is followed. A region without age groups follows need per head alone.

    Parameters
    ----------
    assumptions : Assumptions
        The scenario's; ``age_cost`` says what an inhabitant of each group costs compared with the others.
    drawn : dict of (str, str) to ndarray of shape (draws, years)
        Drawn drivers.
    inhabitants : DataFrame
        By year, one column an age group.
    years : sequence of int
        Simulated years.
    draws : int
        How many courses.

    Returns
    -------
    ndarray of shape (draws, years)
    """
    nothing = np.zeros((draws, len(years)))
    everybody = drawn.get(("need", ""), nothing)
    groups = [str(name) for name in inhabitants.columns]
    groups += [target for target in assumptions.targets("population") if target not in groups]
    if not groups:
        return everybody
    costs = np.array([assumptions.value("age_cost", group, years[0]) for group in groups])
    if not costs.any():
        costs = np.ones(len(groups))  # every inhabitant costs the same where nothing else is said
    weights = costs * np.array([_at(inhabitants, group, years[0] - 1) for group in groups])
    growth = np.stack(
        [
            drawn.get(("population", group), np.broadcast_to(_forecast(inhabitants, group, years), nothing.shape))
            for group in groups
        ]
    )
    more = np.stack([drawn.get(("need", group), nothing) for group in groups])
    path = weights[:, None, None] * np.cumprod((1 + growth) * (1 + more), axis=2)
    total = np.concatenate([np.full((draws, 1), weights.sum()), path.sum(axis=0)], axis=1)
    return total[:, 1:] / total[:, :-1] * (1 + everybody) - 1


def _at(inhabitants: pd.DataFrame, group: str, year: int) -> float:
    if group not in inhabitants:
        return 1.0
    known = inhabitants[group].dropna()
    earlier = known[known.index <= year]
    return float(earlier.iloc[-1] if len(earlier) else known.iloc[0])


def _forecast(inhabitants: pd.DataFrame, group: str, years: Sequence[int]) -> Array:
    """Growth in the table, the last known going on."""
    if group not in inhabitants:
        return np.zeros(len(years))
    known = inhabitants[group].dropna().sort_index()
    gap = pd.Series(known.index, known.index).diff()
    growth = (known / known.shift()) ** (1 / gap) - 1
    every = growth.reindex(range(min(known.index[0], years[0]), max(known.index[-1], years[-1]) + 1))
    # A year between two rows has the growth that leads to the later; after the last row the last goes on.
    return every.bfill().ffill().fillna(0.0).reindex(list(years)).to_numpy()
