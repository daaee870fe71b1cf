"""A measure on the intensity of drugs, judged on what was used rather than on what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from utfall.effects.avoided.avoided_cost import YEAR, avoided_cost
from utfall.effects.avoided.intensity import intensity_effect
from utfall.effects.avoided.intensity_placebo import FALSE_ALARMS
from utfall.effects.avoided.result import AvoidedCost
from utfall.effects.avoided.usage import read_usage
from utfall.effects.interrupted.profile import course
from utfall.errors import InvalidData, InvalidParameter
from utfall.evidence import Check, Grade
from utfall.region import Region
from utfall.region.registers import Measure

AGREES = 0.1
"""Share by which the amounts of the use may differ from the ledger's and still be the same purchases."""


@dataclass(frozen=True)
class IntensityEffect:
    """Full effect of a measure on an intensity, on the logarithm.

    Parameters
    ----------
    mean, sd : float
        What the use says of it, over the latest year with the measure.
    planned_sd : float
        The same, foreseen from pretended starts before the measure; missing when the history is too short.
    grade : Grade
        Of the estimate by itself.
    checks : tuple of Check
        Its checks.
    """

    mean: float
    sd: float
    planned_sd: float
    grade: Grade
    checks: tuple[Check, ...]


def intensity_on_use(
    region: Region, measure: Measure, units: list[str], cost: pd.Series, month: pd.Timestamp
) -> IntensityEffect | None:
    """Judge a measure on the drug use of some units.

    Parameters
    ----------
    region : Region
        The region.
    measure : Measure
        The measure; its component is "intensity".
    units : list of str
        The units, in the month's organisation.
    cost : Series
        What the ledger says the drugs cost, by month, positive.
    month : Timestamp
        The last month.

    Returns
    -------
    IntensityEffect or None
        None when the use is not followed there, does not agree with the ledger or is too short to judge.
    """
    use = use_of_units(region, units, month)
    if use.empty or abs((use["price"] * use["packages"]).sum() / cost.sum() - 1) > AGREES:
        return None
    strata = ["unit", "drug"]
    try:
        result = avoided_cost(use, measure.start, strata=strata, profile=measure.profile)
        usage = read_usage(use, measure.start, strata)
    except (InvalidData, InvalidParameter):
        return None
    months = pd.DatetimeIndex(usage.months.index)
    shares = np.zeros(len(months))
    shares[usage.position :] = course(measure.profile, months[usage.position :].to_period("M"))
    drawn = intensity_effect(
        usage.months["log_intensity"].to_numpy(),
        usage.position,
        usable=usage.months["usable"].to_numpy(),
        covariate=usage.per_day,
        profile=shares,
    )
    latest = shares[usage.position :][-YEAR:]
    full = drawn.log_effect[:, -YEAR:] @ latest / (latest @ latest)
    checks = tuple(check for check in result.checks if check.values is None)
    return IntensityEffect(float(full.mean()), float(full.std()), _planned_sd(result), result.grade, checks)


def use_of_units(region: Region, units: list[str], month: pd.Timestamp) -> pd.DataFrame:
    """Read the drug use of some units as `avoided_cost` wants it.

    Parameters
    ----------
    region : Region
        The region.
    units : list of str
        Units, in the organisation of `month`.
    month : Timestamp
        Last month.

    Returns
    -------
    DataFrame
        ``period, unit, drug, patients, doses, packages, price``; no rows where nothing is counted.
    """
    if "drug_use" not in region.tables:
        return pd.DataFrame()
    rows = region.table("drug_use", until=month)
    placement = region.organisation.placement(month).set_index("posted_unit")["unit"]
    rows = rows.assign(unit=rows["unit"].map(placement))
    rows = rows[rows["unit"].isin(units)]
    summed = rows.groupby(["period", "unit", "drug"], as_index=False)[["patients", "doses", "packages", "amount"]].sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.abs(summed["amount"]) / summed["packages"]
    return summed.assign(price=price.where(summed["packages"] > 0)).drop(columns="amount")


def _planned_sd(result: AvoidedCost) -> float:
    placebo = result.placebo
    if placebo.empty:
        return float("nan")
    wide = 2 * norm.ppf(1 - FALSE_ALARMS / 2 / len(placebo))
    return float(((placebo["hi"] - placebo["lo"]) / wide).median())
