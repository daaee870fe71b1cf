"""The balance requirement ahead: the investigation's lines, how likely balance is, what is to be restored."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.presentation.money import Money
from utfall.presentation.probability import chance_words
from utfall.presentation.tables import Column, Table
from utfall.scenarios.law import LINES, YEARS_TO_RESTORE, requirement_history, restoration, yearly_requirement
from utfall.scenarios.law.balance import SIGNS
from utfall.scenarios.law.history import opening_deficits
from utfall.scenarios.result.frequency import OF, times_of
from utfall.scenarios.result.statements import ORE, spread_of
from utfall.scenarios.simulation import Simulation

SHOWN = ("result", "realised_gains", "unrealised", "adjusted", "requirement")
"""Lines that a simulation moves; the others are decisions or cases that it knows nothing of."""


def requirement_lines(simulation: Simulation) -> pd.DataFrame:
    """Investigate the balance requirement in every draw, and tell each line by year.

    Parameters
    ----------
    simulation : Simulation
        The draws.

    Returns
    -------
    DataFrame
        ``line, label, year, mean, median`` and the intervals; SEK, with the sign the line enters the sum with.
    """
    investigated = yearly_requirement(simulation)
    values = {line: SIGNS.get(line, 1) * np.asarray(getattr(investigated, line)) for line in SHOWN}
    keys = pd.DataFrame(
        [(line, LINES[line], year) for line in SHOWN for year in simulation.years], columns=["line", "label", "year"]
    )
    return keys.join(spread_of(np.hstack(list(values.values()))))


def requirement_years(simulation: Simulation) -> pd.DataFrame:
    """Tell how likely balance is each year, and what is to be restored.

    Each draw keeps its own account of deficits, which begins with what past years have left.

    Parameters
    ----------
    simulation : Simulation
        The draws.

    Returns
    -------
    DataFrame
        ``year, balanced`` (probability that the balance requirement result is not negative), ``times`` and ``of`` (the
        same as 7 of 10), ``outstanding`` (what is to be restored at the year's end, SEK ≥ 0) with its interval,
        ``overdue`` (what should have been restored by then, SEK ≥ 0) and ``is_overdue`` (probability of any).
    """
    requirement = np.asarray(yearly_requirement(simulation).requirement)
    account = restoration(requirement, simulation.years, opening=_opening(simulation))
    spread = spread_of(account.outstanding)
    chance = balanced(requirement).mean(axis=0)
    return pd.DataFrame(
        {
            "year": simulation.years,
            "balanced": chance,
            "times": times_of(chance),
            "of": OF,
            "outstanding": spread["mean"],
            "lo-80": spread["lo-80"],
            "hi-80": spread["hi-80"],
            "overdue": account.overdue.mean(axis=0) / ORE,
            "is_overdue": (account.overdue > 0).mean(axis=0),
        }
    )


def balanced(requirement: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell where the balance requirement is met: a result of exactly zero meets it.

    Examples
    --------
    >>> balanced(np.array([-1, 0, 1])).tolist()
    [False, True, True]
    """
    return requirement >= 0


def requirement_table(lines: pd.DataFrame, years: pd.DataFrame, caption: str, money: Money) -> Table:
    """Show the investigation by year, then how likely balance is and what is to be restored.

    Parameters
    ----------
    lines, years : DataFrame
        As `requirement_lines` and `requirement_years` give them.
    caption : str
        Of the table.
    money : Money
        How amounts are written.

    Returns
    -------
    Table
    """
    wide = (
        lines.pivot_table(index="line", columns="year", values="mean", aggfunc="sum")
        .loc[list(SHOWN)]
        .rename(columns=str)
    )
    wide.insert(0, "label", [LINES[line] for line in SHOWN])
    named = years.assign(year=years["year"].astype(str)).set_index("year")
    deficit = pd.DataFrame([{"label": "Att återställa vid årets slut", **named["outstanding"].to_dict()}])
    late = pd.DataFrame([{"label": "Skulle redan ha återställts", **named["overdue"].to_dict()}])
    frame = pd.concat([wide, deficit, late], ignore_index=True)
    columns = {"label": Column("Post"), **{year: Column(year, "amount") for year in named.index}}
    return Table(
        frame,
        caption,
        columns,
        totals=tuple(SHOWN.index(line) for line in ("adjusted", "requirement")),
        notes=(
            "Balanskravet prövas i varje beräkning för sig; raderna är medelvärden.",
            f"Ett underskott ska återställas inom {YEARS_TO_RESTORE} år (kommunallagen 11 kap. 12 §); det äldsta "
            "räknas av först.",
        ),
        unit=money.unit,
        currency=money.currency,
    )


def chance_table(years: pd.DataFrame, caption: str, money: Money) -> Table:
    """Show how likely balance is each year, and that a deficit is restored too late.

    Parameters
    ----------
    years : DataFrame
        As `requirement_years` gives it.
    caption : str
        Of the table.
    money : Money
        How amounts are written.

    Returns
    -------
    Table
    """
    frame = years.assign(
        year=years["year"].astype(str),
        chance=years["balanced"].map(chance_words),
        risk=years["is_overdue"].map(chance_words),
    )
    columns = {
        "year": Column("År"),
        "chance": Column("Chans till balans"),
        "outstanding": Column("Att återställa, i medeltal", "amount"),
        "lo-80": Column("80 % från", "amount"),
        "hi-80": Column("till", "amount"),
        "risk": Column("Risk för försent återställt"),
    }
    return Table(frame, caption, columns, unit=money.unit, currency=money.currency)


def _opening(simulation: Simulation) -> dict[int, float]:
    """Deficits of past years that are still to be restored, öre."""
    if simulation.history.empty:
        return {}
    past = simulation.history[simulation.history["year"] < simulation.years[0]]
    past = past[past["item"] != "result"]
    left = opening_deficits(requirement_history(past), simulation.years[0])
    return {year: round(amount * ORE) for year, amount in left.items()}
