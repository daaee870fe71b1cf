"""What the accounts of forecasts can be trusted for: checks that can fail, and what the reader must know."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.evidence import Check, require_identity
from utfall.followup.forecast_accounts.make import METHOD
from utfall.followup.forecast_accounts.summaries import coverage
from utfall.forecasting.words import CHANCE, COVERAGE_TOLERANCE, WORSE_BY
from utfall.presentation.numbers import number, percent
from utfall.presentation.words import plural
from utfall.region import Region

PROFILE = "last_year_profile"
"""The plain method a model must not be worse than."""

COVERS = "Intervallet på"
"""First words of the name of a check of coverage."""

FEW_YEARS = 5
"""With fewer finished years than this a comparison of methods rests on little, and the result says so."""


def accuracy_checks(region: Region, code: str, net: pd.DataFrame, gains: pd.DataFrame) -> tuple[Check, ...]:
    """Check the scored outcome against the ledger, and the intervals and errors against what a model is for.

    Parameters
    ----------
    region : Region
        The region.
    code : str
        The node.
    net : DataFrame
        Scored forecasts of the net of the node and its parts.
    gains : DataFrame
        How the model compares with other methods, by scope.

    Returns
    -------
    tuple of Check
        None when nothing has been scored.

    Raises
    ------
    IdentityFailed
        When the outcome that was scored is not the ledger's.
    """
    if net.empty:
        return ()
    found = []
    latest = net[net["unit"] == code].iloc[-1:]
    for made_for, outcome in zip(latest["made_for"], latest["outcome"], strict=True):
        year = made_for.year
        ledger = region.control_total(unit=code, since=f"{year}-01", until=f"{year}-12", structure=made_for)
        found.append(require_identity(f"Utfallet {year} = huvudbokens summa", outcome, ledger))
    for _, row in coverage(net).iterrows():
        chance = CHANCE * float(np.sqrt(row["promised"] * (1 - row["promised"]) / row["tests"]))
        off = abs(row["share"] - row["promised"])
        few = ", för få för att underkänna" if COVERAGE_TOLERANCE < off <= chance else ""
        found.append(
            Check(
                f"{COVERS} {row['level']:g} % täcker så ofta som det lovar",
                bool(off <= max(COVERAGE_TOLERANCE, chance)),
                f"{percent(row['share'])} av {plural(int(row['forecasts']), 'prognos', 'prognoser')} för "
                f"{plural(int(row['tests']), 'helår', 'helår')}{few}",
            )
        )
    for _, row in gains[(gains["scope"] == "node") & (gains["method"] == PROFILE)].iterrows():
        found.append(
            Check(
                "Modellens fel är i nivå med eller mindre än felet med förra årets profil",
                bool(row["mine"] <= row["other"] * (1 + WORSE_BY)),
                f"fel {percent(row['mine'], 2)} mot {percent(row['other'], 2)}",
            )
        )
    return tuple(found)


def accuracy_warnings(region: Region, code: str, whole: pd.DataFrame, month: pd.Timestamp) -> tuple[str, ...]:
    """Say what the reader must know: forecasts made afterwards, and how few years there are.

    Parameters
    ----------
    region : Region
        The region.
    code : str
        The node.
    whole : DataFrame
        Scored forecasts of the node's net.
    month : Timestamp
        Last month with an outcome.

    Returns
    -------
    tuple of str
        Swedish sentences.
    """
    mine = whole[whole["method"] == METHOD]
    said = []
    afterwards = int(mine["reconstructed"].sum())
    if afterwards:
        said.append(
            f"{number(afterwards)} av {plural(len(mine), 'prognos', 'prognoser')} är gjorda i efterhand: med "
            "huvudboken som den var bokförd då, men med dagens metod, budget och register."
        )
        if not _knows_booking_days(region, code, month):
            said.append(
                "Huvudboken saknar bokföringsdag, så de prognoser som är gjorda i efterhand har också sett det som "
                "bokfördes sent."
            )
    years = mine["year"].nunique()
    if 0 < years < FEW_YEARS:
        said.append(f"Bara {plural(years, 'avslutat år', 'avslutade år')} finns att jämföra med.")
    return tuple(said)


def _knows_booking_days(region: Region, code: str, month: pd.Timestamp) -> bool:
    """Whether the ledger says when rows were booked, told from one unit: the same export made the others."""
    valid = {unit.code for unit in region.organisation.nodes(month, "unit")}
    units = [unit for unit in region.organisation.units_under(code, month) if unit in valid]
    days = region.table("ledger", unit=units[0], until=month, columns=["booked_on"])["booked_on"] if units else None
    return days is None or bool(days.notna().any())
