"""`simulate`: from where it begins and what is assumed to every statement in every draw; a pure function."""

from __future__ import annotations

import numpy as np

from utfall.errors import InvalidParameter
from utfall.scenarios.engine.assumptions import Assumptions
from utfall.scenarios.engine.balance import close_months
from utfall.scenarios.engine.drawing import draw_drivers
from utfall.scenarios.engine.flows import find_flows, join_flows
from utfall.scenarios.engine.operations import operate
from utfall.scenarios.engine.start import Start
from utfall.scenarios.simulation import Simulation, month_range

MOST_YEARS = 30
"""Years ahead that can be asked for."""

MOST_DRAWS = 100_000
"""Courses that can be asked for."""

BLOCK = 500
"""Courses whose divisions' months are held at a time: a large region's take a megabyte or more each."""


def simulate(start: Start, assumptions: Assumptions, *, years: int = 5, draws: int = 1000, seed: int = 0) -> Simulation:
    """Simulate several years.

    Parameters
    ----------
    start : Start
        Where it begins.
    assumptions : Assumptions
        What is assumed.
    years : int, default 5
        Calendar years, the first of `start` with them.
    draws : int, default 1000
        How many courses.
    seed : int, default 0
        Decides every draw: scenarios simulated with the same seed differ only by what is assumed.

    Returns
    -------
    Simulation

    Raises
    ------
    InvalidParameter
        When there are no years or no draws, or more than `MOST_YEARS` and `MOST_DRAWS`.
    """
    for name, value, most in (("years", years, MOST_YEARS), ("draws", draws, MOST_DRAWS)):
        if not 1 <= value <= most:
            raise InvalidParameter(f"{name} is {value}; give 1 to {most}.")
    if seed < 0:
        raise InvalidParameter(f"seed is {seed}; give 0 or more.")
    calendar = tuple(range(start.first_year, start.first_year + years))
    drawn = draw_drivers(assumptions, calendar, draws, seed)
    blocks = []
    for block, first in enumerate(range(0, draws, BLOCK)):
        some = {key: values[first : first + BLOCK] for key, values in drawn.items()}
        count = min(BLOCK, draws - first)
        ledger = operate(start, assumptions, some, calendar, count, seed, block)
        blocks.append(find_flows(start, assumptions, some, ledger, calendar))
    flows = join_flows(blocks)
    statements = close_months(start, flows, drawn, calendar)
    return Simulation(
        scenario=assumptions.scenario,
        years=calendar,
        months=month_range(calendar),
        booked=len(start.booked),
        income=statements.income,
        balance=statements.balance,
        cash_flow=statements.cash_flow,
        contingent=np.full((draws, 12 * years + 1), start.contingent, dtype=np.int64),
        net_cost=flows.net_cost,
        divisions=start.divisions,
        lines=tuple(line.line for line in start.lines),
        drivers=drawn,
        history=start.history,
    )
