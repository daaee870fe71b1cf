"""Inhabitants, and the region's balance sheet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from utfall.demo.timeline import ACTUAL_MONTHS, at, month_starts
from utfall.region.tables import ASSETS, CONTINGENT, FINANCING

WHOLE_COUNTY = "Länet"
"""Area of all inhabitants."""

_CAPITAL, _REST = "Östersund", "Övriga kommuner"

KNOWN_INHABITANTS = {"2019-12": 130_810, "2020-12": 131_155, "2024-12": 132_839}
"""Inhabitants at the end of a month, from SCB by way of citypopulation.de; the rest is invented."""

_FIRST_MONTH = "2019-01"
_INVENTED_INHABITANTS = {
    _FIRST_MONTH: 130_330,
    "2021-12": 131_800,
    "2022-12": 132_350,
    "2023-12": 132_650,
    "2026-10": 132_990,
}
_CAPITAL_SHARE_2024 = 64_979 / 132_839
_KNOWN_SOURCE = "SCB genom citypopulation.de, månadens sista dag"
_INVENTED_SOURCE = "Påhittad för demonstration"

RESULT_MKR = {2019: -230, 2020: 323, 2021: 361, 2022: 68, 2023: -512, 2024: -310, 2025: -455}
"""The region's result by year, mkr: 2019 to 2023 as in public reports, the rest invented."""

_OPENING_EQUITY_MKR = -450
_FIXED_MKR = {2019: 2510, 2020: 2560, 2021: 2620, 2022: 2700, 2023: 2790, 2024: 2860, 2025: 2900}
_FINANCIAL_MKR = {2019: 860, 2020: 950, 2021: 1180, 2022: 1080, 2023: 1210, 2024: 1320, 2025: 1390}
_RECEIVABLES_MKR = {2019: 390, 2020: 420, 2021: 470, 2022: 480, 2023: 510, 2024: 520, 2025: 540}
_STOCK_MKR = {2019: 42, 2020: 66, 2021: 61, 2022: 55, 2023: 52, 2024: 50, 2025: 51}
_PENSION_MKR = {2019: 2310, 2020: 2420, 2021: 2530, 2022: 2680, 2023: 3090, 2024: 3310, 2025: 3420}
_OTHER_PROVISIONS_MKR = {2019: 48, 2020: 51, 2021: 55, 2022: 53, 2023: 58, 2024: 60, 2025: 61}
_LOANS_MKR = {2019: 980, 2020: 980, 2021: 900, 2022: 850, 2023: 950, 2024: 1150, 2025: 1480}
_CURRENT_LIABILITIES_MKR = {
    2019: 1390,
    2020: 1440,
    2021: 1500,
    2022: 1560,
    2023: 1610,
    2024: 1650,
    2025: 1690,
}
_CONTINGENT_MKR = {2019: 2720, 2020: 2640, 2021: 2590, 2022: 2500, 2023: 2560, 2024: 2510, 2025: 2440}


def population_table(drawn: Mapping[str, int] | None = None) -> pd.DataFrame:
    """Return the table ``population``: area, period, inhabitants (at the end of the month), source.

    Parameters
    ----------
    drawn : mapping of str to int, optional
        Month to the county's inhabitants in a world with another course; the known history when not given.

    Returns
    -------
    DataFrame
        Every month; between those that are told, the number of inhabitants glides.
    """
    sources = KNOWN_INHABITANTS if drawn is None else {}
    told = _INVENTED_INHABITANTS | KNOWN_INHABITANTS
    if drawn is not None:
        told = {_FIRST_MONTH: told[_FIRST_MONTH]} | dict(drawn)
    points = dict(sorted(told.items()))
    months = np.arange(ACTUAL_MONTHS)
    whole = np.rint(np.interp(months, [at(period) for period in points], list(points.values())))
    capital = np.rint(whole * (_CAPITAL_SHARE_2024 + 0.0004 * (months - at("2024-12")) / 12))
    known = np.isin(months, [at(period) for period in sources])
    frames = []
    for area, inhabitants, sourced in (
        (WHOLE_COUNTY, whole, known),
        (_CAPITAL, capital, known & (months == at("2024-12"))),
        (_REST, whole - capital, np.zeros(ACTUAL_MONTHS, dtype=bool)),
    ):
        frames.append(
            pd.DataFrame(
                {
                    "area": area,
                    "period": month_starts(ACTUAL_MONTHS),
                    "inhabitants": inhabitants,
                    "source": np.where(sourced, _KNOWN_SOURCE, _INVENTED_SOURCE),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def balance_sheet_table() -> pd.DataFrame:
    """Return the table ``balance_sheet``: year, item, amount; assets = equity + provisions + liabilities.

    Amounts are SEK; assets, provisions and liabilities positive, equity with its sign. Cash closes the sheet.
    """
    rows = []
    equity = _OPENING_EQUITY_MKR
    for year, result in RESULT_MKR.items():
        equity += result
        items = {
            "fixed_assets": _FIXED_MKR[year],
            "financial_fixed_assets": _FINANCIAL_MKR[year],
            "inventories": _STOCK_MKR[year],
            "receivables": _RECEIVABLES_MKR[year],
            "equity": equity,
            "pension_provisions": _PENSION_MKR[year],
            "other_provisions": _OTHER_PROVISIONS_MKR[year],
            "long_term_liabilities": _LOANS_MKR[year],
            "current_liabilities": _CURRENT_LIABILITIES_MKR[year],
        }
        cash = sum(items[item] for item in FINANCING) - sum(items[item] for item in ASSETS if item in items)
        items |= {"cash": cash, CONTINGENT: _CONTINGENT_MKR[year]}
        rows += [
            {"year": year, "item": item, "amount": items[item] * 1e6} for item in (*ASSETS, *FINANCING, CONTINGENT)
        ]
    return pd.DataFrame(rows)
