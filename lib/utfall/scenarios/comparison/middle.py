"""A scenario at its middle: one course, where nothing varies but what is changed."""

from __future__ import annotations

from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from utfall.errors import InvalidParameter
from utfall.region import Region
from utfall.scenarios.engine import Assumptions, Start, read_start, simulate
from utfall.scenarios.law import MEASURES
from utfall.scenarios.simulation import Simulation

MEASURE_NAMES = {
    "result": "Årets resultat",
    "cash": "Likvida medel",
    "equity": "Eget kapital",
    "long_term_liabilities": "Långfristiga lån",
    **{name: measure.name for name, measure in MEASURES.items()},
}
"""What a change can be judged by."""

ORE = 100
"""Öre in a krona."""

_starts: WeakKeyDictionary[Region, Start] = WeakKeyDictionary()


def start_of(region: Region) -> Start:
    """Read where the years begin, once for each region: it takes longer than a simulation.

    Parameters
    ----------
    region : Region
        The region; it does not change after it has been opened.

    Returns
    -------
    Start
    """
    if region not in _starts:
        _starts[region] = read_start(region)
    return _starts[region]


def without_variation(start: Start) -> Start:
    """Take away what varies by itself: divisions, months and the forecast of the first year.

    Parameters
    ----------
    start : Start
        Where the years begin.

    Returns
    -------
    Start
    """
    patterns = start.patterns
    quiet = replace(patterns, own_sd=np.zeros_like(patterns.own_sd), monthly_sd=np.zeros_like(patterns.monthly_sd))
    return replace(start, patterns=quiet, base_sd=np.zeros_like(start.base_sd))


def middle(start: Start, assumptions: Assumptions, years: int) -> Simulation:
    """Simulate the one course where every assumption is at its middle.

    Parameters
    ----------
    start : Start
        As `without_variation` gives it.
    assumptions : Assumptions
        Their intervals do not count.
    years : int
        How many.

    Returns
    -------
    Simulation
        Of one draw.
    """
    return simulate(start, assumptions.without_spread(), years=years, draws=1, seed=0)


def measured(simulation: Simulation, measure: str, year: int) -> np.ndarray:
    """Give what a change is judged by, one year, in every draw.

    Parameters
    ----------
    simulation : Simulation
        The draws.
    measure : str
        A key of `MEASURE_NAMES`.
    year : int
        One of the simulated.

    Returns
    -------
    ndarray of float, shape (draws,)
        SEK, shares or days.

    Raises
    ------
    InvalidParameter
        When there is no such measure.
    """
    at = simulation.years.index(year)
    if measure == "result":
        return simulation.yearly_income("result")[:, at] / ORE
    if measure in MEASURES:
        return np.asarray(MEASURES[measure].values(simulation), float)[:, at]
    if measure in MEASURE_NAMES:
        return simulation.closing(measure)[:, at] / ORE
    raise InvalidParameter(f"There is no measure {measure!r}; use one of {', '.join(MEASURE_NAMES)}.")


def year_within(start: Start, year: int | None, years: int = 5) -> int:
    """Check a year that is asked for; the last of `years` when none is.

    Parameters
    ----------
    start : Start
        Where the years begin.
    year : int or None
        The year asked for.
    years : int, default 5
        How many years are simulated when none is asked for.

    Returns
    -------
    int

    Raises
    ------
    InvalidParameter
        When the year is before the first simulated, or too far away.
    """
    if year is None:
        return start.first_year + years - 1
    if not start.first_year <= year < start.first_year + MOST_YEARS:
        raise InvalidParameter(
            f"The year {year} is not simulated; choose {start.first_year} to {start.first_year + MOST_YEARS - 1}."
        )
    return year


MOST_YEARS = 30
"""Years ahead that can be simulated."""
