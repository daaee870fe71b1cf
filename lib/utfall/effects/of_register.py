"""One measure of the register, on its own: its series put together from the ledger, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from utfall.effects.avoided.avoided_cost import avoided_cost
from utfall.effects.avoided.result import AvoidedCost
from utfall.effects.interrupted.effect import Effect
from utfall.effects.interrupted.estimate import estimate_effect
from utfall.effects.portfolio.cells import CellLedger, cells_of, read_cells
from utfall.effects.portfolio.intensity_use import use_of_units
from utfall.effects.portfolio.unit_volume import volume_index
from utfall.effects.prospective import Prospect, prospective
from utfall.errors import InvalidParameter
from utfall.presentation.numbers import amount, choose_unit, period_name
from utfall.presentation.prose import Prose
from utfall.region import Region, parse_period
from utfall.region.registers import Measure


def measure_card(region: Region, *, measure: str) -> Prose:
    """Say what the register holds of a measure: what, when, how much, who, and when it is judged.

    Parameters
    ----------
    region : Region
        The region.
    measure : str
        Identifier in the register.

    Returns
    -------
    Prose

    Raises
    ------
    InvalidParameter
        For a measure that is not in the register.
    """
    row = _measure(region, measure)
    plan = amount(row.planned_effect, choose_unit(row.planned_effect), currency=region.currency)
    said = [f"**{row.name}.** {row.description}".strip(), f"Från {period_name(parse_period(row.start))}."]
    said.append(f"Plan: {plan} per år." if row.planned_effect else "Ingen ekonomisk effekt är planerad.")
    said += [f"Ansvarig: {row.responsible.lower()}."] if row.responsible else []
    said += [f"Beslut: {row.decision}."] if row.decision else []
    said += [f"Bedöms i {period_name(parse_period(row.judgement))}."] if row.judgement else []
    return Prose(" ".join(said))


def measure_effect(region: Region, *, measure: str, period: str | pd.Timestamp) -> Effect:
    """Estimate the effect of one measure of the register on its own cells.

    Its cost comes from the ledger, deflated by the price indices of its lines; the comparison units and the negative
    control are those of the register; where the measure is about intensity and its lines follow a volume, the effect
    is on the cost per volume.

    Parameters
    ----------
    region : Region
        The region.
    measure : str
        Identifier in the register.
    period : str or Timestamp
        Last month.

    Returns
    -------
    Effect

    Raises
    ------
    InvalidParameter
        For a measure that is not in the register, has not started, claims nothing, or concerns income.
    InvalidData
        When its series cannot be judged.
    """
    month = region.period(period)
    row = _measure(region, measure)
    if parse_period(row.start) > month:
        raise InvalidParameter(
            f"The measure {measure} starts in {row.start}, after {month:%Y-%m}: it has no effect yet."
        )
    ledger = read_cells(region, month)
    nominal, index, cells = _costs(region, ledger, row.units, row, month)
    volume = None
    if row.component == "intensity":
        rows = ledger.frame.merge(cells, on=["unit", "account", "line"])
        amounts = rows.assign(amount=rows["actual"].abs())[["unit", "line", "amount"]]
        volume = volume_index(region, amounts, dict(ledger.lines), ledger.months)
    controls = {
        region.organisation.name(code, month): _costs(region, ledger, [code], row, month)[0]
        for code in row.comparison_units
    }
    control = None
    if row.negative_control:
        untouched = cells_of(
            region, ledger, row.negative_control.get("units", ()), row.negative_control.get("lines", ()), (), month
        )
        control = ledger.sum_of(untouched)[1] if len(untouched) else None
    return estimate_effect(
        nominal,
        row.start,
        volume=volume,
        controls=pd.DataFrame(controls) if controls else None,
        price_index=index,
        profile=row.profile,
        negative_control=control,
    )


def measure_prospect(region: Region, *, measure: str, period: str | pd.Timestamp) -> Prospect:
    """Say how long a planned measure of the register needs to be seen, from the history before it.

    Parameters
    ----------
    region : Region
        The region.
    measure : str
        Identifier in the register.
    period : str or Timestamp
        Last month; the history ends there, or the month before the measure starts if that is earlier.

    Returns
    -------
    Prospect

    Raises
    ------
    InvalidParameter
        For a measure that is not in the register, claims nothing, concerns income or plans no effect.
    """
    row = _measure(region, measure)
    if row.planned_effect <= 0:
        raise InvalidParameter(f"The measure {measure} plans no effect: there is nothing to look for.")
    month = min(region.period(period), parse_period(row.start) - pd.DateOffset(months=1))
    ledger = read_cells(region, month)
    nominal, index, cells = _costs(region, ledger, row.units, row, month)
    rows = ledger.frame.merge(cells, on=["unit", "account", "line"])
    amounts = rows.assign(amount=rows["actual"].abs())[["unit", "line", "amount"]]
    controls = {
        region.organisation.name(code, month): _costs(region, ledger, [code], row, month)[0]
        for code in row.comparison_units
    }
    return prospective(
        nominal,
        planned_share=row.planned_effect / float(nominal.tail(12).sum()),
        profile=row.profile,
        volume=volume_index(region, amounts, dict(ledger.lines), ledger.months),
        controls=pd.DataFrame(controls) if controls else None,
        price_index=index,
    )


def drug_measure(region: Region, *, measure: str, period: str | pd.Timestamp, drug: str = "") -> AvoidedCost:
    """Say what a measure on drug handling avoided, from what was used rather than from what it cost.

    Parameters
    ----------
    region : Region
        The region, with the table ``drug_use``.
    measure : str
        Identifier in the register.
    period : str or Timestamp
        Last month.
    drug : str, optional
        The drug it concerns; every drug of its units when not given, each a stratum of its own.

    Returns
    -------
    AvoidedCost

    Raises
    ------
    InvalidParameter
        For a measure that is not in the register, or where its units' use of the drug is not counted.
    """
    month = region.period(period)
    row = _measure(region, measure)
    placement = region.organisation.placement(month)
    below = placement[["posted_unit", "unit", "area", "division", "board"]].isin(list(row.units)).any(axis=1)
    use = use_of_units(region, sorted(set(placement.loc[below, "unit"])), month)
    if use.empty:
        raise InvalidParameter(f"The use of drugs is not counted where the measure {measure} applies: add drug_use.")
    if drug and drug not in set(use["drug"]):
        raise InvalidParameter(f"There is no drug {drug!r} there; its units use {', '.join(sorted(set(use['drug'])))}.")
    use = use[use["drug"] == drug] if drug else use
    return avoided_cost(use, row.start, strata=None if drug else ["unit", "drug"], profile=row.profile)


def _measure(region: Region, identifier: str) -> Measure:
    known = {measure.id: measure for measure in region.measures}
    if identifier not in known:
        raise InvalidParameter(f"There is no measure {identifier!r} in the register, which has {', '.join(known)}.")
    return known[identifier]


def _costs(
    region: Region, ledger: CellLedger, units: Sequence[str], measure: Measure, month: pd.Timestamp
) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Cost by month (positive), its price index, and the cells, of what a measure claims in some units."""
    cells = cells_of(region, ledger, units, measure.lines, measure.accounts, month)
    costs = cells[[ledger.lines[line].kind == "cost" for line in cells["line"]]] if len(cells) else cells
    if costs.empty:
        what = (
            "concerns income, which the portfolio of measures judges" if len(cells) else "claims nothing that is booked"
        )
        raise InvalidParameter(f"The measure {measure.id} {what}.")
    nominal, fixed, _ = ledger.sum_of(costs)
    index = (nominal / fixed.where(fixed != 0)).fillna(1.0)
    return nominal, index, costs
