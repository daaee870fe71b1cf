"""What can be turned to reach balance: a saving, a growth or a level, and how far."""

from __future__ import annotations

from dataclasses import dataclass, replace

from utfall.errors import InvalidParameter
from utfall.presentation.money import Money
from utfall.region.scenario_drivers import DRIVERS, unknown_driver
from utfall.region.scenario_registers import Assumption
from utfall.scenarios.engine import Assumptions
from utfall.scenarios.result.assumption_rows import A_YEAR, written

LARGEST_SAVING = 0.25
"""Largest saving that is tried, as a share of a year's external costs: a region that saves more is another region."""

LARGEST_SHIFT = 0.10
"""How far a share a year, or another share, is moved at most from what is assumed: ten percentage points."""

LARGEST_TAX = 0.25
"""Largest change of the tax rate that is tried, as a share of the rate: three kronor of twelve."""

SAVING_STEP, SHARE_STEP = 100_000.0, 0.0001
"""What an answer is rounded to, away from too little: a tenth of a million SEK, a hundredth of a percentage point."""


@dataclass(frozen=True)
class Lever:
    """One assumption that is moved, from a year on.

    Parameters
    ----------
    driver, target : str
        The assumption.
    since : int
        First year that is moved.
    until : int
        Last year.
    least, most : float
        How far the move may go: SEK or shares added to what is assumed.
    step : float
        What an answer is rounded to.
    """

    driver: str
    target: str
    since: int
    until: int
    least: float
    most: float
    step: float

    def moved(self, assumptions: Assumptions, by: float) -> Assumptions:
        """Move the assumption by an amount in every year from `since`; its interval goes with it.

        Parameters
        ----------
        assumptions : Assumptions
            The scenario's.
        by : float
            SEK or share.

        Returns
        -------
        Assumptions
        """
        made = []
        for year in range(self.since, self.until + 1):
            spread = assumptions.spread(self.driver, self.target, year)
            sure = spread.is_certain
            made.append(
                Assumption(
                    scenario=assumptions.scenario,
                    driver=self.driver,
                    target=self.target,
                    year=year,
                    value=spread.value + by,
                    low=None if sure else spread.low + by,
                    high=None if sure else spread.high + by,
                    persistence=spread.persistence,
                    source="Ändrat i beräkningen",
                    owner="Ändrat i beräkningen",
                )
            )
        moved = {(row.driver, row.target, row.year) for row in made}
        kept = [row for row in assumptions.rows if (row.driver, row.target, row.year) not in moved]
        # A driver that nothing was assumed of is what it was in the years before.
        return replace(assumptions, rows=(*kept, *made))

    def before(self, assumptions: Assumptions) -> float:
        """What is assumed of the first year that is moved."""
        return assumptions.value(self.driver, self.target, self.since)

    def write(self, value: float, money: Money) -> str:
        """Write a value of the assumption with its unit."""
        if self.driver == "saving":
            return f"{money.write(value)}{A_YEAR}"
        return written(self.driver, value, money.currency)


def lever(
    driver: str | tuple[str, str],
    assumptions: Assumptions,
    *,
    since: int,
    until: int,
    yearly_cost: float,
    bounds: tuple[float, float] | None = None,
) -> Lever:
    """Find out how far an assumption can be moved.

    Parameters
    ----------
    driver : str or (str, str)
        Driver, or driver and target.
    assumptions : Assumptions
        The scenario's.
    since, until : int
        Years that are moved.
    yearly_cost : float
        A year's external costs as a positive number, SEK.
    bounds : (float, float), optional
        Lowest and highest value that is tried. By default a saving up to a quarter of the costs, a tax rate up to a
        quarter higher, any other share ten percentage points from what is assumed; always within what the driver can
        be.

    Returns
    -------
    Lever

    Raises
    ------
    InvalidParameter
        When there is no such driver, it cannot be moved, or its target is needed.
    """
    name, target = (driver, "") if isinstance(driver, str) else driver
    if name not in DRIVERS:
        raise InvalidParameter(f"{name!r}: {unknown_driver(name)}.")
    about = DRIVERS[name]
    if not target and about.target != "none" and not about.whole:
        raise InvalidParameter(f"The driver {name!r} needs its target; write ({name!r}, target).")
    if name != "saving" and not about.is_share:
        raise InvalidParameter(f"The driver {name!r} cannot be solved for; use 'saving', a growth or a share.")
    start = assumptions.value(name, target, since)
    if start is None:
        raise InvalidParameter(f"Nothing is assumed of {name!r}; add it to the scenario before it is solved for.")
    if bounds is not None:
        least, most = bounds
    elif name == "saving":
        least, most = start, start + LARGEST_SAVING * yearly_cost
    elif name == "tax_rate":
        least, most = start, start + LARGEST_TAX
    else:
        least, most = start - LARGEST_SHIFT, start + LARGEST_SHIFT
    least = least if about.minimum is None else max(least, about.minimum)
    most = most if about.maximum is None else min(most, about.maximum)
    if not least < most:
        raise InvalidParameter(f"The bounds {least:g} to {most:g} of {name!r} hold nothing; give the lower first.")
    step = SAVING_STEP if name == "saving" else SHARE_STEP
    return Lever(name, target, since, until, least - start, most - start, step)
