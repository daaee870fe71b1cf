"""The limits of the years ahead: how likely each is to be broken, told as so many times of ten."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from utfall.presentation.numbers import HOME_CURRENCY, NBSP, amount, choose_unit, number, percent
from utfall.presentation.tables import Column, Table
from utfall.region.scenario_registers import Limit
from utfall.scenarios.law import MEASURES, judge_limits, measure_values
from utfall.scenarios.result.frequency import OF, frequency, times_of
from utfall.scenarios.result.statements import MONTHS, ORE, spread_of
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS, Ore, Simulation

NEEDED = ("tax_revenue", "external_costs", "cash", "equity")
"""Items without which a year's statements are not whole."""

SIDES = {"at_least": "minst", "at_most": "högst"}
"""Which side of a limit is within it."""


def limit_frame(simulation: Simulation, limits: Iterable[Limit]) -> pd.DataFrame:
    """Judge every limit in every year.

    Parameters
    ----------
    simulation : Simulation
        The draws.
    limits : iterable of Limit
        The register's.

    Returns
    -------
    DataFrame
        As `judge_limits`, with ``times`` and ``of`` (7 of 10), and ``source`` and ``owner`` of the register.
    """
    rows = list(limits)
    frame = judge_limits(simulation, rows)
    owners = {row.id: (row.source, row.owner) for row in rows}
    return frame.assign(
        times=times_of(frame["breaks"].to_numpy("float64")),
        of=OF,
        source=[owners[limit][0] for limit in frame["limit"]],
        owner=[owners[limit][1] for limit in frame["limit"]],
    )


def measure_frame(simulation: Simulation) -> pd.DataFrame:
    """Tell every financial measure by year, whether it has a limit or not.

    Parameters
    ----------
    simulation : Simulation
        The draws.

    Returns
    -------
    DataFrame
        ``measure, name, year, mean, median`` and the intervals: SEK, shares or days.
    """
    values = measure_values(simulation)
    keys = pd.DataFrame(
        [(name, MEASURES[name].name, year) for name in values for year in simulation.years],
        columns=["measure", "name", "year"],
    )
    return keys.join(spread_of(np.hstack(list(values.values())), per_unit=1.0))


def known_measures(history: pd.DataFrame) -> pd.DataFrame:
    """Compute the measures of past years, as far as their figures are known.

    Parameters
    ----------
    history : DataFrame
        ``year, item, amount``; SEK.

    Returns
    -------
    DataFrame
        One column a measure, by year: the years with a whole income statement and balance sheet.
    """
    known = history.pivot_table(index="year", columns="item", values="amount", aggfunc="sum")
    whole = known.dropna(subset=[item for item in NEEDED if item in known]) if set(NEEDED) <= set(known) else known[:0]
    if whole.empty:
        return pd.DataFrame(columns=list(MEASURES), dtype="float64")
    values = measure_values(_as_one_draw(whole.fillna(0.0)))
    return pd.DataFrame({name: of_year[0] for name, of_year in values.items()}, whole.index.astype(int))


def _as_one_draw(known: pd.DataFrame) -> Simulation:
    """Known years as a simulation of one draw, so that a measure has one definition; all is booked in December."""
    years = tuple(int(year) for year in known.index)

    def ore(item: str) -> Ore:
        if item not in known:
            return np.zeros(len(years), dtype=np.int64)
        return np.rint(known[item].to_numpy("float64") * ORE).astype(np.int64)

    def in_december(item: str) -> Ore:
        months = np.zeros((1, MONTHS * len(years)), dtype=np.int64)
        months[0, MONTHS - 1 :: MONTHS] = ore(item)
        return months

    def at_the_end(item: str) -> Ore:
        return np.concatenate([np.zeros((1, 1), dtype=np.int64), in_december(item)], axis=1)

    return Simulation(
        scenario="",
        years=years,
        months=pd.DatetimeIndex([pd.Timestamp(year, month, 1) for year in years for month in range(1, MONTHS + 1)]),
        booked=MONTHS * len(years),
        income={item: in_december(item) for item in INCOME_ITEMS},
        balance={item: at_the_end(item) for item in (*ASSETS, *FINANCING)},
        cash_flow={item: in_december(item) if item == "result" else in_december("") for item in CASH_FLOW_ITEMS},
        contingent=at_the_end("contingent_pension_liability"),
        net_cost=np.zeros((1, len(years), 0, 0), dtype=np.int64),
        divisions=(),
        lines=(),
        drivers={},
        history=pd.DataFrame(columns=["year", "item", "amount"]),
    )


def limit_words(measure: str, direction: str, value: float, currency: str = HOME_CURRENCY) -> str:
    """Write a limit: "minst −20 %", "högst 14 %".

    Parameters
    ----------
    measure : str
        Key of `MEASURES`.
    direction : {"at_least", "at_most"}
        Which side is within it.
    value : float
        The limit.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    str

    Examples
    --------
    >>> limit_words("debt_share", "at_most", 0.14).replace(chr(160), " ")
    'högst 14 %'
    """
    return f"{SIDES[direction]} {measure_words(measure, value, currency)}"


def measure_words(measure: str, value: float, currency: str = HOME_CURRENCY, decimals: int | None = None) -> str:
    """Write the value of a measure with its unit.

    Parameters
    ----------
    measure : str
        Key of `MEASURES`.
    value : float
        SEK, share or days.
    currency : str, default "SEK"
        ISO code of the currency.
    decimals : int, optional
        Decimals of a percentage; as many as it needs when left out.

    Returns
    -------
    str

    Examples
    --------
    >>> measure_words("liquidity_days", 20.0).replace(chr(160), " "), measure_words("balance_requirement", 0.0)[0]
    ('20 dagar', '0')
    """
    about = MEASURES[measure]
    if about.kind == "amount":
        return amount(value, choose_unit(value), 0 if value == 0 else None, currency=currency)
    if about.kind == "percent":
        needed = 0 if abs(value * 100 - round(value * 100)) < 1e-9 else 1
        return percent(value, needed if decimals is None else decimals)
    return f"{number(value, about.decimals)}{NBSP}{about.unit}"


def limit_table(frame: pd.DataFrame, years: tuple[int, ...], caption: str, currency: str = HOME_CURRENCY) -> Table:
    """Show in how many of ten calculations each limit is broken, year by year.

    Parameters
    ----------
    frame : DataFrame
        As `limit_frame` gives it.
    years : tuple of int
        The simulated years.
    caption : str
        Of the table.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Table
    """
    rows = []
    for _, of_limit in frame.groupby("limit", sort=False):
        head = of_limit.iloc[0]
        likely = of_limit.loc[of_limit["breaks"] >= 0.5, "year"]
        chances = dict(zip(of_limit["year"].astype(str), map(frequency, of_limit["breaks"]), strict=True))
        rows.append(
            {
                "name": head["name"],
                "limit": limit_words(head["measure"], head["direction"], head["value"], currency),
                **chances,
                "first": str(likely.iloc[0]) if len(likely) else "inget år",
            }
        )
    columns = {
        "name": Column("Gräns"),
        "limit": Column("Ska vara"),
        **{str(year): Column(str(year)) for year in years},
        "first": Column("Bryts troligast från"),
    }
    return Table(
        pd.DataFrame(rows, columns=list(columns)),
        caption,
        columns,
        notes=(
            "Åren visar i hur många av tio beräkningar gränsen bryts. Den bryts troligast från det första år då den "
            "bryts i minst hälften.",
        ),
    )
