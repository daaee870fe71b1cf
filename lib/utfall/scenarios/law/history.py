"""The balance requirement results of past years, and what of their deficits is still to be restored."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter
from utfall.scenarios.law.balance import balance_requirement
from utfall.scenarios.law.restoration import YEARS_TO_RESTORE, restoration
from utfall.scenarios.simulation import INCOME_ITEMS

LEDGER_ITEM = "external_costs"
"""A year without this item has no whole income statement: the ledger does not reach back to it."""

RESERVE_ITEM = "result_reserve"
"""The result reserve, a part of equity."""


def requirement_history(history: pd.DataFrame) -> pd.Series:
    """Compute the balance requirement results of past years.

    The year's result is the sum of its income items or, where the ledger does not reach back to the year, the change
    of equity. Realised gains are taken off where they are gains on the whole, unrealised gains and losses in any case;
    a rise of the result reserve is taken off, and a fall added. Exempted gains and losses, and reversals, are not in
    the accounts that a region hands over, so they are not adjusted for: compare with the region's own printed figures.

    Parameters
    ----------
    history : DataFrame
        ``year, item, amount``: income items in result sign and balance items of past years, SEK. It may hold the items
        ``equity`` and ``result_reserve``.

    Returns
    -------
    Series
        By year, rising: SEK in result sign; missing (not a number) for a year whose result cannot be known.

    Raises
    ------
    InvalidParameter
        When an item is given twice for a year.

    Examples
    --------
    >>> history = pd.DataFrame({"year": [2024, 2025, 2025], "item": ["equity", "equity", "realised_gains"],
    ...                         "amount": [500.0, 620.0, 30.0]})
    >>> requirement_history(history).to_dict()
    {2024: nan, 2025: 90.0}
    """
    if history.duplicated(["year", "item"]).any():
        twice = history[history.duplicated(["year", "item"])].iloc[0]
        raise InvalidParameter(f"The history gives {twice['item']} of {twice['year']} twice; keep one of them.")
    table = history.pivot_table(index="year", columns="item", values="amount", aggfunc="sum").sort_index()
    if table.empty:
        return pd.Series(dtype=float, index=pd.Index([], name="year"), name="requirement")
    table = table.reindex(range(int(table.index[0]), int(table.index[-1]) + 1)).rename_axis("year")
    items = table.reindex(columns=[*INCOME_ITEMS, "equity", RESERVE_ITEM]).astype(float)
    is_whole = items[LEDGER_ITEM].notna()
    result = items[list(INCOME_ITEMS)].sum(axis=1).where(is_whole, items["equity"].diff())
    reserve = items[RESERVE_ITEM].diff().fillna(0.0)
    made = balance_requirement(
        result.to_numpy(),
        realised_gains=items["realised_gains"].fillna(0.0).clip(lower=0.0).to_numpy(),
        unrealised=items["unrealised_gains"].fillna(0.0).to_numpy(),
        to_reserve=reserve.clip(lower=0.0).to_numpy(),
        from_reserve=(-reserve).clip(lower=0.0).to_numpy(),
    )
    return pd.Series(np.asarray(made.requirement), items.index, name="requirement")


def opening_deficits(
    requirements: pd.Series, first_year: int, *, years_to_restore: int = YEARS_TO_RESTORE
) -> dict[int, float]:
    """Say which deficits of past years are still to be restored when an account begins.

    Only the unbroken run of years up to the first year is looked at: what came before a year without a result is not
    known.

    Parameters
    ----------
    requirements : Series
        Balance requirement results by year, as `requirement_history` gives them.
    first_year : int
        The account's first year.
    years_to_restore : int, default 3
        As in `restoration`.

    Returns
    -------
    dict of int to float
        Year to what is outstanding of its deficit, SEK > 0; the `opening` of `restoration`.

    Examples
    --------
    >>> opening_deficits(pd.Series([-118.0, 40.0, -30.0], [2023, 2024, 2025]), 2026)
    {2023: 78.0, 2025: 30.0}
    """
    known: list[tuple[int, float]] = []
    for year in range(first_year - 1, int(requirements.index.min()) - 1 if len(requirements) else first_year, -1):
        value = requirements.get(year, np.nan)
        if not np.isfinite(value):
            break
        known.insert(0, (year, float(value)))
    if not known:
        return {}
    years, results = zip(*known, strict=True)
    account = restoration(results, years, years_to_restore=years_to_restore)
    last = account.by_origin[-1]
    return {year: float(amount) for year, amount in zip(account.origins, last, strict=True) if amount > 0}
