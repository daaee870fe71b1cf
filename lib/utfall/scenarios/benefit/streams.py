"""When each cost and benefit of a project comes: month by month, as shares of its amount, and discounted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.interrupted.profile import course
from utfall.errors import Fault, InvalidData
from utfall.region import parse_period
from utfall.region.scenario_registers import Project, ProjectItem

Array = NDArray[np.float64]

MONTHS = 12
"""Months in a year, over which a yearly amount is spread evenly."""

PROJECTS_FILE = "projects.yaml"
"""Register of projects and their items."""


def months_of(project: Project) -> pd.DatetimeIndex:
    """Give the months that a project is counted over.

    Parameters
    ----------
    project : Project
        The project.

    Returns
    -------
    DatetimeIndex
        From its start on, ``12 × years`` months.
    """
    return pd.date_range(parse_period(project.start), periods=MONTHS * project.years, freq="MS")


def discount_factors(rate: float, months: int) -> Array:
    """Give what a krona in each month is worth at the project's start.

    Parameters
    ----------
    rate : float
        Discount rate a year, as a share.
    months : int
        How many months, the project's first among them.

    Returns
    -------
    ndarray, shape (months,)
        ``(1 + rate) ** (−t / 12)`` for month t, the first being t = 0.

    Examples
    --------
    >>> discount_factors(0.21, 13)[[0, 6, 12]].round(4).tolist()
    [1.0, 0.9091, 0.8264]
    """
    factors: Array = (1.0 + rate) ** (-np.arange(months) / MONTHS)
    return factors


def shares(items: Sequence[ProjectItem], months: pd.DatetimeIndex) -> Array:
    """Spread each item's amount over the months.

    What comes once comes whole in its month. What is yearly comes with a twelfth a month from its first month to its
    last, as far as its profile lets it; what would come after the last counted month is left out.

    Parameters
    ----------
    items : sequence of ProjectItem
        Costs and benefits.
    months : DatetimeIndex
        The counted months.

    Returns
    -------
    ndarray, shape (items, months)
        Shares of the item's amount.

    Raises
    ------
    InvalidData
        Naming each item that begins before or after the counted months, that comes once but gradually, or whose
        profile lets nothing come.
    """
    spread = np.zeros((len(items), len(months)))
    faults: list[Fault] = []
    for number, item in enumerate(items):
        first = int(months.get_indexer(pd.DatetimeIndex([parse_period(item.start)]))[0])
        if first < 0:
            faults.append(_fault(item, f"starts in {item.start}, outside the counted months {_span(months)}"))
            continue
        if item.timing == "once":
            spread[number, first] = 1.0
            if item.profile != "step":
                faults.append(_fault(item, f"comes once, so that its profile {item.profile} has nothing to spread"))
            continue
        after = int((months > parse_period(item.end)).sum()) if item.end else 0
        last = len(months) - after
        if item.profile.startswith("delay") and int(item.profile[6:-1]) >= last - first:
            faults.append(_fault(item, f"has the profile {item.profile}, which lets nothing come before it ends"))
            continue
        periods = months[first:last].to_period("M")
        spread[number, first:last] = course(item.profile, periods) / MONTHS
    if faults:
        raise InvalidData(faults)
    return spread


def present_values(project: Project, items: Sequence[ProjectItem]) -> Array:
    """Give the present value of each item with its amount as stated.

    Parameters
    ----------
    project : Project
        The project.
    items : sequence of ProjectItem
        Its costs and benefits.

    Returns
    -------
    ndarray, shape (items,)
        SEK at the project's start; costs negative.

    Raises
    ------
    InvalidData
        As `shares`.

    Examples
    --------
    >>> project = Project(id="p", name="n", unit="101", start="2027-01", years=3, discount_rate=0.1)
    >>> item = ProjectItem(project="p", name="n", kind="cost", value=121.0, timing="once", start="2029-01",
    ...                    effect="cash", source="s", owner="o")
    >>> present_values(project, [item]).round(6).tolist()
    [-100.0]
    """
    months = months_of(project)
    discounted = shares(items, months) @ discount_factors(project.discount_rate, len(months))
    worth: Array = np.array([signed(item) * item.value for item in items]) * discounted
    return worth


def signed(item: ProjectItem) -> float:
    """Sign with which an item enters the net: −1 for a cost, 1 for a benefit."""
    return -1.0 if item.kind == "cost" else 1.0


def _span(months: pd.DatetimeIndex) -> str:
    return f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}"


def _fault(item: ProjectItem, what: str) -> Fault:
    where = f"the item {item.name} of the project {item.project} {what}."
    return Fault(PROJECTS_FILE, item.source_row, where, "Correct the item, or the project's start and years.")
