"""Key figures by unit and month, counted from the region's tables; the few without a table are invented."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.accounts import ACCOUNTS, GROUP_OF_LINE, of_line
from utfall.demo.chance import generator
from utfall.demo.organisation import MERGED_INTO, MERGED_UNITS, MOVED_AREA, MOVED_UNIT, DemoOrganisation
from utfall.demo.statements import WHOLE_COUNTY
from utfall.demo.timeline import ACTUAL_MONTHS, FIRST_YEAR, at, month_starts
from utfall.demo.units import BOARD_CODE
from utfall.region.tables import ASSETS

COUNTED = "Räknat ur regionens tabeller (påhittade)"
"""Source of a key figure that follows from the other tables."""

INVENTED = "Påhittad för demonstration"
"""Source of a key figure that has no table of its own."""

_FEWEST_HEADS = 5.0
"""Average heads below which a turnover or sickness share says nothing and is left out."""

_SMALLEST_BASE_SEK = 100_000.0
"""Base of a growth rate below which it is left out."""

Nodes = dict[str, NDArray[np.int64]]
"""Code of every node to the positions of the units below it, in the latest organisation."""


def nodes_of(organisation: DemoOrganisation) -> Nodes:
    """Return the units below each node in the latest organisation; an ended unit lies below its successor."""
    nodes: dict[str, list[int]] = {BOARD_CODE: []}
    for unit in organisation.units:
        heir = organisation.unit(MERGED_INTO) if unit.name in MERGED_UNITS else unit
        area = organisation.area_code(MOVED_UNIT[1]) if unit.name == MOVED_UNIT[0] else heir.area
        moved = organisation.areas[area] == MOVED_AREA[0]
        division = MOVED_AREA[1] if moved else organisation.division_of_area[area]
        for code in (BOARD_CODE, division, area, heir.code):
            nodes.setdefault(code, []).append(unit.index)
    return {code: np.array(units) for code, units in nodes.items()}


def kpi_table(
    organisation: DemoOrganisation,
    amounts: NDArray[np.int64],
    staffing: pd.DataFrame,
    waiting: pd.DataFrame,
    seed: int,
    population: pd.DataFrame,
    sheets: pd.DataFrame,
) -> pd.DataFrame:
    """Return the table ``kpi_values``: kpi, unit (a node at any level), period, value, source.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    amounts : ndarray of int, shape (units, accounts, months with actuals)
        The ledger's sums, öre in result sign.
    staffing, waiting : DataFrame
        Those tables.
    seed : int
        Seed of the region.
    population, sheets : DataFrame
        The tables ``population`` and ``balance_sheet``.

    Returns
    -------
    DataFrame
        Shares and growth rates are per cent; purchased care an inhabitant is SEK.
    """
    nodes = nodes_of(organisation)
    lines = {line: -amounts[:, of_line(line)].sum(axis=1) / 100 for line in ("salaries", "pensions", "hired_staff")}
    own, hired = lines["salaries"] + lines["pensions"], lines["hired_staff"]
    care = -amounts[:, of_line("purchased_care")].sum(axis=1) / 100
    gross_accounts = [
        position
        for position, account in enumerate(ACCOUNTS)
        if GROUP_OF_LINE[account.line] in ("external_cost", "depreciation", "internal_cost")
    ]
    gross = -amounts[:, gross_accounts].sum(axis=1) / 100
    net = -amounts.sum(axis=1) / 100
    heads, leavers, hours, sick = _staff_series(organisation, staffing)
    inhabitants = population.loc[population["area"] == WHOLE_COUNTY, "inhabitants"].to_numpy()

    high = [BOARD_CODE, *organisation.divisions]
    figures: list[tuple[str, list[str], Callable[[NDArray[np.int64]], NDArray[np.float64]]]] = [
        ("personalkostnadsutveckling", list(nodes), lambda unit: _growth((own + hired)[unit].sum(axis=0))),
        (
            "hyrkostnad_andel",
            list(nodes),
            lambda unit: _share_to_date(hired[unit].sum(axis=0), own[unit].sum(axis=0)),
        ),
        ("kopt_vard_per_invanare", list(nodes), lambda unit: _rolling(care[unit].sum(axis=0)) / inhabitants),
        (
            "personalomsattning",
            list(nodes),
            lambda unit: _turnover(leavers[unit].sum(axis=0), heads[unit].sum(axis=0)),
        ),
        (
            "sjukfranvaro",
            list(nodes),
            lambda unit: _sickness(sick[unit].sum(axis=0), hours[unit].sum(axis=0)),
        ),
        ("bruttokostnadsutveckling", high, lambda unit: _growth(gross[unit].sum(axis=0))),
        ("nettokostnadsutveckling", high, lambda unit: _growth(net[unit].sum(axis=0))),
    ]
    frames = [_frame(kpi, code, figure(nodes[code]), COUNTED) for kpi, codes, figure in figures for code in codes]
    frames += _waiting_figures(organisation, waiting, nodes)
    frames += _invented_figures(seed)
    frames.append(_solidity(sheets))
    return pd.concat(frames, ignore_index=True).sort_values(["kpi", "unit", "period"], ignore_index=True)


def _frame(kpi: str, unit: str, values: NDArray[np.float64], source: str) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "kpi": kpi,
            "unit": unit,
            "period": month_starts(ACTUAL_MONTHS),
            "value": np.round(values, 2),
            "source": source,
        }
    )
    return frame[np.isfinite(values) & (values != 0)]


def _growth(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Change of the sum since January against the same months a year before, per cent."""
    to_date = _to_date(series)
    before = np.concatenate([np.full(12, np.nan), to_date[:-12]])
    return 100 * (to_date / np.where(before > _SMALLEST_BASE_SEK, before, np.nan) - 1)


def _share_to_date(part: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    to_date = _to_date(base)
    return 100 * _to_date(part) / np.where(to_date > 0, to_date, np.nan)


def _to_date(series: NDArray[np.float64]) -> NDArray[np.float64]:
    years = [series[start : start + 12].cumsum() for start in range(0, series.size, 12)]
    return np.concatenate(years)


def _rolling(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the last twelve months; missing for the first eleven."""
    total = np.cumsum(series)
    rolling = total - np.concatenate([np.zeros(12), total[:-12]])
    rolling[:11] = np.nan
    return rolling


def _turnover(leavers: NDArray[np.float64], heads: NDArray[np.float64]) -> NDArray[np.float64]:
    average = _rolling(heads) / 12
    return 100 * _rolling(leavers) / np.where(average >= _FEWEST_HEADS, average, np.nan)


def _sickness(sick: NDArray[np.float64], hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sick hours as a share of hours worked and sick hours, last twelve months."""
    base = _rolling(hours) + _rolling(sick)
    return 100 * _rolling(sick) / np.where(base > 12 * _FEWEST_HEADS * 100, base, np.nan)


def _staff_series(organisation: DemoOrganisation, staffing: pd.DataFrame) -> tuple[NDArray[np.float64], ...]:
    """Heads, leavers, hours and sick hours of the own staff, each of shape (units, months with actuals)."""
    own = staffing[staffing["employment"] == "own"]
    position = {unit.code: unit.index for unit in organisation.units}
    unit = own["unit"].map(position).to_numpy(dtype=np.int64)
    period = own["period"].dt
    month = ((period.year - FIRST_YEAR) * 12 + period.month - 1).to_numpy(dtype=np.int64)
    series = []
    for column in ("headcount", "leavers", "hours", "sick_hours"):
        values = np.zeros((len(organisation.units), ACTUAL_MONTHS))
        np.add.at(values, (unit, month), own[column].to_numpy())
        series.append(values)
    return tuple(series)


def _waiting_figures(organisation: DemoOrganisation, waiting: pd.DataFrame, nodes: Nodes) -> list[pd.DataFrame]:
    """Share of the completed who had waited within the guarantee, for each node with a waiting list."""
    frames = []
    names = {"Första besök": "vardgaranti_besok", "Operation eller åtgärd": "vardgaranti_operation"}
    for pathway, name in names.items():
        rows = waiting[waiting["pathway"] == pathway]
        for code, units in nodes.items():
            mine = rows[rows["unit"].isin(organisation.codes(units))]
            if mine.empty:
                continue
            sums = mine.groupby("period")[["completed", "within_guarantee"]].sum().reindex(month_starts(ACTUAL_MONTHS))
            completed = sums["completed"].to_numpy()
            share = 100 * sums["within_guarantee"].to_numpy() / np.where(completed > 0, completed, np.nan)
            frames.append(_frame(name, code, share, COUNTED))
    return frames


def _invented_figures(seed: int) -> list[pd.DataFrame]:
    rng = generator(seed, "key figures")
    months = np.arange(ACTUAL_MONTHS)
    four_hours = 73 - 4 * np.exp(-(((months - at("2022-06")) / 14) ** 2)) + rng.normal(0, 1.6, months.size)
    loyalty = 84 + 3 * months / months.size + rng.normal(0, 0.8, months.size)
    return [
        _frame("akut_inom_4_timmar", BOARD_CODE, four_hours, INVENTED),
        _frame("leverantorstrohet", BOARD_CODE, loyalty, INVENTED),
    ]


def _solidity(sheets: pd.DataFrame) -> pd.DataFrame:
    """Equity as a share of the assets at the end of each year, per cent."""
    sheet = sheets.pivot_table(index="year", columns="item", values="amount")
    share = 100 * sheet["equity"] / sheet[list(ASSETS)].sum(axis=1)
    values = np.full(ACTUAL_MONTHS, np.nan)
    for year, value in share.items():
        values[at(f"{year}-12")] = value
    return _frame("soliditet", BOARD_CODE, values, COUNTED)
