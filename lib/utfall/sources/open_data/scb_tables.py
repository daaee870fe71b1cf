"""SCB's population and price indices as canonical tables."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.sources.open_data.jsonstat import TEXT, VALUE
from utfall.sources.open_data.pxweb import CITE

NOISE_SINCE = 2025
"""First year whose population figures carry the noise of the Cell Key Method (SCB)."""

NOISE = (
    f"From {NOISE_SINCE} SCB adds a little noise to every population figure (the Cell Key Method): parts do not sum to "
    "their whole exactly, so compare sums with a tolerance."
)

_TIME = re.compile(r"(\d{4})(?:M(\d{2})|K([1-4]))?")


def population(
    rows: pd.DataFrame, *, areas: Mapping[str, str] | None = None, source: str = CITE
) -> tuple[pd.DataFrame, list[str]]:
    """Turn a population table of SCB into rows of the table ``population``.

    Parameters
    ----------
    rows : DataFrame
        From `pxweb_rows`, with ``Region`` and ``Tid``; any other variable has one code.
    areas : mapping of str to str, optional
        SCB's code of a region → the name it has here; only these are taken. SCB's own names where nothing is said.
    source : str
        What the column ``source`` says.

    Returns
    -------
    table : DataFrame
        ``area, period, inhabitants, source``. SCB counts at the end of the time: a year is its December.
    told : list of str
        What was left out, and what a sum must allow for.

    Raises
    ------
    InvalidParameter
        When the table has no region or time, or is divided by something that would count people twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"Region": ["23"], "Region_text": ["Jämtlands län"], "Tid": ["2024"], "Tid_text": ["2024"]})
    >>> table, _ = population(rows.assign(value=130000.0, status=""))
    >>> table[["area", "period", "inhabitants"]].to_dict("list")
    {'area': ['Jämtlands län'], 'period': [Timestamp('2024-12-01 00:00:00')], 'inhabitants': [130000.0]}
    """
    _refuse_divided(rows, {"Region", "Tid"})
    taken = rows if areas is None else rows[rows["Region"].isin(list(areas))]
    told = []
    if areas is not None:
        missing = sorted(set(areas) - set(rows["Region"]))
        if missing:
            raise InvalidParameter(f"SCB's table has no figures for the region {', '.join(missing)}.")
        if len(taken) < len(rows):
            told.append(f"{len(rows) - len(taken)} figures of regions that are not named are left out.")
    known = taken[taken[VALUE].notna()]
    if len(known) < len(taken):
        told.append(f"{len(taken) - len(known)} figures that SCB lacks are left out.")
    names = known[f"Region{TEXT}"] if areas is None else known["Region"].map(dict(areas))
    table = pd.DataFrame(
        {
            "area": names.astype("str"),
            "period": _periods(known["Tid"], at_end=True),
            "inhabitants": known[VALUE],
            "source": source,
        }
    ).reset_index(drop=True)
    if (table["period"].dt.year >= NOISE_SINCE).any():
        told.append(NOISE)
    return table, told


def price_index(
    rows: pd.DataFrame, *, variable: str, names: Mapping[str, str] | None = None, source: str = CITE
) -> tuple[pd.DataFrame, list[str]]:
    """Turn a price index of SCB into rows of the table ``price_index``.

    Parameters
    ----------
    rows : DataFrame
        From `pxweb_rows`, with ``Tid``.
    variable : str
        Which variable tells the indices apart, such as ``ContentsCode``.
    names : mapping of str to str, optional
        Its code → the name the index has here; only these are taken. SCB's own texts where nothing is said.
    source : str
        What the column ``source`` says.

    Returns
    -------
    table : DataFrame
        ``index, period, value, status, source``; a quarter or year is its first month, and every value an outcome.
    told : list of str
        What was left out.

    Raises
    ------
    InvalidParameter
        When the table has no time or no such variable, or is divided by something else too.
    """
    _refuse_divided(rows, {variable, "Tid"})
    taken = rows if names is None else rows[rows[variable].isin(list(names))]
    known = taken[taken[VALUE].notna()]
    told = [f"{len(taken) - len(known)} values that SCB lacks are left out."] if len(known) < len(taken) else []
    called = known[f"{variable}{TEXT}"] if names is None else known[variable].map(dict(names))
    table = pd.DataFrame(
        {
            "index": called.astype("str"),
            "period": _periods(known["Tid"], at_end=False),
            "value": known[VALUE],
            "status": "outcome",
            "source": source,
        }
    )
    return table.reset_index(drop=True), told


def _refuse_divided(rows: pd.DataFrame, allowed: set[str]) -> None:
    absent = sorted(allowed - set(rows.columns))
    if absent:
        raise InvalidParameter(f"The table has no {', '.join(absent)}; fetch one that has.")
    for name in rows.columns:
        if f"{name}{TEXT}" in rows.columns and name not in allowed and len(rows[name].unique()) > 1:
            codes = ", ".join(rows[name].drop_duplicates()[:5])
            raise InvalidParameter(
                f"The figures are divided by {name} ({codes} …); fetch its total only, or leave it out of the question."
            )


def _periods(times: pd.Series, *, at_end: bool) -> pd.Series:
    return pd.to_datetime(times.map(lambda time: _first_day(time, at_end)))


def _first_day(time: str, at_end: bool) -> str:
    found = _TIME.fullmatch(time)
    if found is None:
        raise InvalidParameter(f"SCB's time {time!r} is no year, quarter or month.")
    year, month, quarter = found.groups()
    if month is None:
        month = f"{3 * int(quarter) - (0 if at_end else 2):02d}" if quarter else ("12" if at_end else "01")
    return f"{year}-{month}-01"
