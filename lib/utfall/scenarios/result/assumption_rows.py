"""A scenario's assumptions as they are printed: what, how much, how sure, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from utfall.presentation.numbers import HOME_CURRENCY, MISSING, NBSP, amount, choose_unit, number, percent
from utfall.presentation.tables import Column, Table
from utfall.region.scenario_drivers import CROWNS_A_YEAR, DRIVERS
from utfall.region.scenario_registers import Assumption
from utfall.scenarios.result.names import Names

EVERY_YEAR = "alla år"
"""Stands for the year of an assumption that holds every year."""

A_YEAR = f"{NBSP}per{NBSP}år"
"""Follows a growth, and an amount that comes every year."""

OTHER_YEARS = "övriga år"
"""The same, where some years have a row of their own."""


def assumption_frame(rows: Iterable[Assumption], names: Names) -> pd.DataFrame:
    """Put the assumptions that count in the order of the drivers.

    Parameters
    ----------
    rows : iterable of Assumption
        As they were resolved.
    names : Names
        Names of targets.

    Returns
    -------
    DataFrame
        ``driver, target, name, about, year`` (text: a year, "alla år" or "övriga år"), ``value, low, high`` (missing
        where nothing is uncertain), ``unit_words, source, owner``.
    """
    order = {driver: at for at, driver in enumerate(DRIVERS)}
    ordered = sorted(rows, key=lambda row: (order[row.driver], row.target, row.year or 0))
    own = {(row.driver, row.target) for row in ordered if row.year is not None}
    return pd.DataFrame(
        [
            {
                "driver": row.driver,
                "target": row.target,
                "name": names.assumption(row.driver, row.target),
                "about": names.target(row.driver, row.target),
                "year": str(row.year or (OTHER_YEARS if (row.driver, row.target) in own else EVERY_YEAR)),
                "value": row.value,
                "low": float("nan") if row.low is None else row.low,
                "high": float("nan") if row.high is None else row.high,
                "unit_words": DRIVERS[row.driver].unit_words,
                "source": row.source,
                "owner": row.owner,
            }
            for row in ordered
        ],
        columns=[
            "driver",
            "target",
            "name",
            "about",
            "year",
            "value",
            "low",
            "high",
            "unit_words",
            "source",
            "owner",
        ],
    ).astype({"value": "float64", "low": "float64", "high": "float64"})


def assumption_table(frame: pd.DataFrame, scenario: str, currency: str = HOME_CURRENCY) -> Table:
    """Show the assumptions with source and owner.

    Parameters
    ----------
    frame : DataFrame
        As `assumption_frame` gives it.
    scenario : str
        Name of the scenario.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    Table
    """
    shown = frame.assign(
        value_words=[written(driver, value, currency) for driver, value in _columns(frame, "driver", "value")],
        interval=[
            interval_words(driver, low, high, currency)
            for driver, low, high in _columns(frame, "driver", "low", "high")
        ],
    )
    columns = {
        "name": Column("Antagande"),
        "year": Column("År"),
        "value_words": Column("Värde"),
        "interval": Column("80 % intervall"),
        "source": Column("Källa"),
        "owner": Column("Ansvarig"),
    }
    notes = ("Antaganden utan intervall är desamma i alla beräkningar.",) if (shown["interval"] == "").any() else ()
    return Table(shown, f"Antaganden i scenariot {scenario}", columns, notes=notes)


def written(driver: str, value: float, currency: str = HOME_CURRENCY) -> str:
    """Write the value of an assumption with its unit.

    Parameters
    ----------
    driver : str
        Name of the driver, which knows its unit.
    value : float
        As in the register.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    str

    Examples
    --------
    >>> [written(*given).replace(chr(160), " ") for given in [("price", 0.034), ("saving", 5e7), ("borrow_below", 20)]]
    ['3,4 % per år', '50,0 mkr per år', '20 dagar']
    """
    if pd.isna(value):
        return MISSING
    unit = DRIVERS[driver]
    if unit.is_share:
        return percent(value, _decimals(value * 100)) + (A_YEAR if unit.kind == "growth" else "")
    if unit.unit_words == CROWNS_A_YEAR:
        return f"{amount(value, choose_unit(value), currency=currency)}{A_YEAR}"
    return f"{number(value, _decimals(value))}{NBSP}{unit.unit_words}"


def interval_words(driver: str, low: float, high: float, currency: str = HOME_CURRENCY) -> str:
    """Write the interval of an assumption; empty when nothing is uncertain.

    Parameters
    ----------
    driver : str
        Name of the driver.
    low, high : float
        Ends, or missing.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    str

    Examples
    --------
    >>> interval_words("tax_base", 0.02, 0.045).replace(chr(160), " ")
    '2,0 till 4,5 % per år'
    """
    if pd.isna(low) or pd.isna(high) or low == high:
        return ""
    unit = DRIVERS[driver]
    if unit.is_share:
        decimals = max(_decimals(low * 100), _decimals(high * 100))
        first, last = number(low * 100, decimals), percent(high, decimals)
        return f"{first} till {last}" + (A_YEAR if unit.kind == "growth" else "")
    if unit.unit_words == CROWNS_A_YEAR:
        shown = choose_unit(max(abs(low), abs(high)))
        return f"{amount(low, shown, label=False)} till {amount(high, shown, currency=currency)}{A_YEAR}"
    decimals = max(_decimals(low), _decimals(high))
    return f"{number(low, decimals)} till {number(high, decimals)}{NBSP}{unit.unit_words}"


def _columns(frame: pd.DataFrame, *names: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(frame[name] for name in names), strict=True)


def _decimals(value: float) -> int:
    """Decimals that a figure needs: a tenth for percentages that have one, hundredths when they do."""
    if abs(value) >= 10 and abs(value - round(value)) < 0.005:
        return 0
    return 1 if abs(value * 10 - round(value * 10)) < 0.05 else 2
