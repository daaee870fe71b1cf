"""The statements of a simulation as tidy frames: what is expected, and how far it may differ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.scenarios.result.words import STATEMENT_WORDS
from utfall.scenarios.simulation import ASSETS, FINANCING, Ore, Simulation

ORE = 100
"""Öre in a krona."""

MONTHS = 12
"""Months of a year."""

LEVELS = (80, 95)
"""Probabilities of the intervals, in per cent."""

ENDS = tuple(f"{edge}-{level}" for level in LEVELS for edge in ("lo", "hi"))
"""Columns of the intervals."""

OPERATING = (
    "external_income",
    "external_costs",
    "depreciation",
    "other_income",
    "other_costs",
    "other_depreciation",
)
"""Income items that sum to the operations' net cost."""

FUNDING = ("tax_revenue", "general_grants")
"""Income items that with the net cost sum to the operations' result."""

CASH_GROUPS = {
    "cash_from_operations": (
        "result",
        "depreciation_added_back",
        "gains_deducted",
        "pension_change",
        "inventories_change",
        "receivables_change",
        "current_liabilities_change",
    ),
    "cash_to_investments": ("investments", "placements"),
    "cash_from_financing": ("loans_drawn", "loans_repaid"),
}
"""Sums of the cash flow statement, and the items of each."""

MONTHLY = ("result", "cash", "loans")
"""What is told month by month."""


def yearly(simulation: Simulation) -> dict[tuple[str, str], Ore]:
    """Give every item and sum of the three statements, by year and draw.

    Parameters
    ----------
    simulation : Simulation
        The draws.

    Returns
    -------
    dict of (str, str) to ndarray of int, shape (draws, years)
        Statement and item to öre, in the order they are printed.
    """
    income = {item: simulation.yearly_income(item) for item in simulation.income}
    income["operating_net_cost"] = _sum(income, OPERATING)
    income["operating_result"] = income["operating_net_cost"] + _sum(income, FUNDING)
    income["result"] = simulation.yearly_income("result")
    balance = {item: simulation.closing(item) for item in (*ASSETS, *FINANCING)}
    balance["total_assets"], balance["total_financing"] = _sum(balance, ASSETS), _sum(balance, FINANCING)
    balance["contingent_pension_liability"] = simulation.closing_contingent()
    cash = {item: simulation.yearly_cash_flow(item) for item in simulation.cash_flow}
    cash |= {total: _sum(cash, items) for total, items in CASH_GROUPS.items()}
    cash["cash_change"] = simulation.yearly_cash_flow("cash_change")
    every = {"income_statement": income, "balance_sheet": balance, "cash_flow": cash}
    return {(name, item): every[name][item] for name, words in STATEMENT_WORDS.items() for item in words}


def statement_frame(simulation: Simulation) -> pd.DataFrame:
    """Tell every item of the three statements by year.

    Parameters
    ----------
    simulation : Simulation
        The draws.

    Returns
    -------
    DataFrame
        ``statement, item, year, mean, median, lo-80, hi-80, lo-95, hi-95``; SEK, sums included.
    """
    values = yearly(simulation)
    keys = pd.DataFrame([key for key in values for _ in simulation.years], columns=["statement", "item"])
    keys["year"] = [year for _ in values for year in simulation.years]
    # Items stand beside each other, so that all quantiles are found at once.
    return keys.join(spread_of(np.hstack(list(values.values()))))


def monthly_frame(simulation: Simulation) -> pd.DataFrame:
    """Tell the result, cash and loans by month.

    Parameters
    ----------
    simulation : Simulation
        The draws.

    Returns
    -------
    DataFrame
        ``item, period, booked, mean, median`` and the intervals; SEK. Cash and loans are at the end of the month.
    """
    values = {
        "result": simulation.result,
        "cash": simulation.balance["cash"][:, 1:],
        "loans": simulation.balance["long_term_liabilities"][:, 1:],
    }
    months = simulation.months
    frame = pd.DataFrame(
        {
            "item": np.repeat(MONTHLY, len(months)),
            "period": [*months] * len(MONTHLY),
            "booked": [*(np.arange(len(months)) < simulation.booked)] * len(MONTHLY),
        }
    )
    return frame.join(spread_of(np.hstack([values[item] for item in MONTHLY])))


def division_frame(simulation: Simulation, names: Mapping[str, str]) -> pd.DataFrame:
    """Tell each division's net cost by year.

    Parameters
    ----------
    simulation : Simulation
        The draws.
    names : mapping of str to str
        Code of a division to its name.

    Returns
    -------
    DataFrame
        ``division, name, year, mean, median`` and the intervals; SEK in result sign, internal lines included.
    """
    net = simulation.net_cost.sum(axis=3)  # draws, years, divisions
    frame = pd.MultiIndex.from_product([simulation.divisions, simulation.years], names=["division", "year"]).to_frame(
        index=False
    )
    frame.insert(1, "name", frame["division"].map(lambda code: names.get(code, code)))
    return frame.join(spread_of(np.swapaxes(net, 1, 2).reshape(simulation.draws, -1)))


def division_line_frame(
    simulation: Simulation, names: Mapping[str, str], line_names: Mapping[str, str]
) -> pd.DataFrame:
    """Tell each division's lines by year.

    Parameters
    ----------
    simulation : Simulation
        The draws.
    names, line_names : mapping of str to str
        Codes of divisions, and identifiers of lines, to their names.

    Returns
    -------
    DataFrame
        ``division, name, line, line_name, year, mean, median`` and the intervals; SEK in result sign. Lines that are
        zero in every draw are left out.
    """
    keys = pd.MultiIndex.from_product(
        [simulation.divisions, simulation.lines, simulation.years], names=["division", "line", "year"]
    )
    frame = keys.to_frame(index=False)
    frame.insert(1, "name", frame["division"].map(lambda code: names.get(code, code)))
    frame.insert(3, "line_name", frame["line"].map(lambda line: line_names.get(line, line)))
    values = np.moveaxis(simulation.net_cost, 1, 3).reshape(simulation.draws, -1)
    filled = values.any(axis=0)
    return frame[filled].reset_index(drop=True).join(spread_of(values[:, filled]))


def spread_of(ore: Ore | NDArray[np.float64], per_unit: float = ORE) -> pd.DataFrame:
    """Tell mean, median and intervals of each column.

    Parameters
    ----------
    ore : ndarray, shape (draws, columns)
        Values in every draw.
    per_unit : float, default 100
        What they are divided by: öre become SEK.

    Returns
    -------
    DataFrame
        One row a column: ``mean, median, lo-80, hi-80, lo-95, hi-95``.

    Examples
    --------
    >>> spread_of(np.arange(101).reshape(-1, 1) * 100).round(6).iloc[0].tolist()
    [50.0, 50.0, 10.0, 90.0, 2.5, 97.5]
    """
    shares = [0.5, *(0.5 + side * level / 200 for level in LEVELS for side in (-1, 1))]
    found = np.quantile(ore, shares, axis=0) / per_unit
    return pd.DataFrame({"mean": ore.mean(axis=0) / per_unit, **dict(zip(["median", *ENDS], found, strict=True))})


def _sum(values: Mapping[str, Ore], items: tuple[str, ...]) -> Ore:
    return np.sum([values[item] for item in items], axis=0)
