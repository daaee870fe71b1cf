"""Why two scenarios end differently: the difference by which assumptions differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pandas as pd

from utfall.region.scenario_drivers import DRIVERS
from utfall.scenarios.comparison.middle import measured, middle, without_variation
from utfall.scenarios.engine import Assumptions, Start, changed_rows

SPREAD_STEP = "Osäkerhetens bidrag"
"""The step that remains when the middles are explained: intervals that reach further on one side move the mean."""


def difference_steps(
    start: Start, base: Assumptions, other: Assumptions, year: int, difference: float, measure: str = "result"
) -> pd.DataFrame:
    """Part the difference between two scenarios on the groups of assumptions that differ.

    The groups, one for each driver, are exchanged one at a time from the base's to the other's, in the register's order
    and in the reverse; a group's step is the mean of the two. That is the Shapley value as long as groups only act on
    each other two and two, takes two simulations a group where all orders would take 2ⁿ, and does not favour what
    happens to stand first. The steps are those of the middle course; what the uncertainty adds to the difference of the
    means is a step of its own, so that all steps sum exactly.

    Parameters
    ----------
    start : Start
        Where the years begin.
    base, other : Assumptions
        The two scenarios.
    year : int
        The year compared.
    difference : float
        What is parted: the other's mean less the base's.
    measure : str, default "result"
        What is compared; see `measured`.

    Returns
    -------
    DataFrame
        ``driver`` (empty for the uncertainty), ``name, amount``; in the order of the drivers. The amounts sum to
        `difference`.
    """
    quiet = without_variation(start)
    years = year - start.first_year + 1
    differing = {driver for driver, _ in changed_rows(base.rows, other.rows)}
    groups = [driver for driver in DRIVERS if driver in differing]

    @cache
    def outcome(changed: tuple[str, ...]) -> float:
        return float(measured(middle(quiet, exchanged(base, other, changed), years), measure, year)[0])

    forwards = [outcome(tuple(groups[:count])) for count in range(len(groups) + 1)]
    backwards = [outcome(tuple(groups[count:])) for count in range(len(groups) + 1)]
    amounts = {
        driver: (forwards[at + 1] - forwards[at] + backwards[at] - backwards[at + 1]) / 2
        for at, driver in enumerate(groups)
    }
    rows = [(driver, DRIVERS[driver].swedish, amount) for driver, amount in amounts.items()]
    rows.append(("", SPREAD_STEP, difference - sum(amounts.values())))
    return pd.DataFrame(rows, columns=["driver", "name", "amount"])


def exchanged(base: Assumptions, other: Assumptions, drivers: Sequence[str]) -> Assumptions:
    """Take the base's assumptions, but of some drivers the other's.

    Parameters
    ----------
    base, other : Assumptions
        The two scenarios.
    drivers : sequence of str
        Drivers whose assumptions are the other's.

    Returns
    -------
    Assumptions
    """
    kept = [row for row in base.rows if row.driver not in drivers]
    return replace(base, rows=(*kept, *(row for row in other.rows if row.driver in drivers)))


def in_order(steps: pd.DataFrame) -> list[str]:
    """Names of the steps of several scenarios, in the order of the drivers and the uncertainty last.

    Parameters
    ----------
    steps : DataFrame
        ``driver`` and ``name``.

    Returns
    -------
    list of str
    """
    named = dict(zip(steps["driver"], steps["name"], strict=True))
    return [named[driver] for driver in (*DRIVERS, "") if driver in named]
