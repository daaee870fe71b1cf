"""Computing the budget variances: each cell's deviation over its components, with nothing left over."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.evidence import require_identity
from utfall.presentation.money import Money
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.drivers.budget_variances import COMPONENTS, BudgetVariances
from utfall.rootcause.drivers.cost_factors import SplitCells, line_volumes, price_changes

KIND_OF_FACTOR = {
    "price": "price",
    "rate": "price",
    "point_price": "price",
    "price_index": "index",
    "own_share": "mix",
    "points_per_case": "mix",
    "drug_share": "mix",
    "packages_per_dose": "efficiency",
    "doses_per_patient": "efficiency",
    "hours": "hours",
    "intensity": "intensity",
    "cost_per_volume": "intensity",
    "patients": "since_last_year",
    "cases": "since_last_year",
    "volume": "since_last_year",
}
"""Whether a factor is price, mix, efficiency or volume when outcome is set against budget. Hours are a resource here:
no budget plans them, and more hours for the same care is a matter of efficiency."""

COUNTED_KINDS = list(dict.fromkeys(KIND_OF_FACTOR.values()))
"""Every such kind."""

SINCE_LAST_YEAR = ["mix", "efficiency", "hours", "intensity"]
"""Components that are changes since last year, whole."""

IDENTITY = "Volym, pris, mix, effektivitet och budgetens nivå summerar till avvikelsen"
"""The identity that the variances must hold."""


def budget_variances(
    comparison: Comparison, split: SplitCells, money: Money, *, one_offs: pd.DataFrame | None = None
) -> BudgetVariances:
    """Split each unit's and line's deviation over volume, price, mix, efficiency and the budget's level.

    With A the outcome, B the budget, L last year's outcome, v actual over planned volume and i the price index:

    - *volume* B(v − 1) where the line follows a volume with a plan, else the counted volume's part since last year;
    - *price* the counted prices' part since last year beyond the index, which is a factor of its own;
    - *mix*, *efficiency* and *hours* their counted parts since last year;
    - *intensity* where only the volume is counted, the cost per volume since last year beyond the index: price and use
      of resources cannot be told apart;
    - *other* the change since last year beyond the index that nothing counted covers;
    - *budget* the rest: last year's cost at this year's volume and index, less the budget at that volume. Negative
      when the budget asks for less than last year's level;
    - *new* everything, where there is no last year to compare with.

    What the budget already asked for, a change since last year in the opposite direction of the rest, is taken out of
    both. Compared with last year, *volume*, *price* (index and all), *mix*, *efficiency*, *hours*, *intensity* and
    *other* are the whole.

    Parameters
    ----------
    comparison : Comparison
        The node, the months and what they are compared with.
    split : SplitCells
        What the counts say of the change since last year.
    money : Money
        How amounts are written.
    one_offs : DataFrame, optional
        ``unit, line, amount``: what the year so far holds because of postings that belong elsewhere; taken out before
        the split, so that the components sum to the deviation without them.

    Returns
    -------
    BudgetVariances

    Raises
    ------
    IdentityFailed
        When the components do not sum to the deviation.
    """
    region = comparison.region
    cells = comparison.amounts(["unit", "line"])
    taken_out = 0.0 if one_offs is None else float(one_offs["amount"].sum())
    if one_offs is not None and len(one_offs):
        taken = one_offs.groupby(["unit", "line"])["amount"].sum().rename("taken").reset_index()
        cells = cells.merge(taken, on=["unit", "line"], how="left").fillna({"taken": 0.0})
        cells = cells.assign(actual=cells["actual"] - cells["taken"], deviation=cells["deviation"] - cells["taken"])
        cells = cells.drop(columns="taken")
    cells = cells.merge(_last_year(comparison), on=["unit", "line"], how="left").fillna({"before": 0.0})
    cells = cells.merge(_planned_volume(comparison), on=["unit", "line"], how="left")
    cells = cells.merge(_counted(split), on=["unit", "line"], how="left")
    cells = _components(cells, comparison)
    parts = cells[list(COMPONENTS)].sum().sum()
    check = require_identity(IDENTITY, float(parts), float(cells["deviation"].sum()))
    keep = ["unit", "line", "actual", "expected", "deviation", "flexible", "before", "volume_ratio", *COMPONENTS]
    return BudgetVariances(
        cells=cells[keep],
        line_names={line.line: line.name for line in region.accounts.lines},
        since=comparison.since,
        period=comparison.period,
        reference_words=comparison.reference_words,
        against=comparison.against,
        taken=taken_out,
        money=money,
        assumptions=_assumptions(comparison, cells),
        warnings=_warnings(cells),
        checks=(check,),
    )


def _components(cells: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Add the components, which sum to the deviation in every row (see `budget_variances`)."""
    prices = price_changes(comparison)
    ratio = cells["line"].map(lambda line: prices.get(line, 1.0))
    counted = cells[COUNTED_KINDS].fillna(0.0)
    index = np.where(cells["index"].notna(), counted["index"], cells["before"] * (ratio - 1))
    compared = cells["before"] != 0
    other = cells["actual"] - cells["before"] - index - counted.drop(columns="index").sum(axis=1)
    flex = cells["expected"] * (cells["volume_ratio"] - 1)
    if comparison.against == "previous_year":
        volume, price = counted["since_last_year"], counted["price"] + index
    else:
        volume, price = flex.where(flex.notna(), counted["since_last_year"]), counted["price"]
    parts = pd.DataFrame({"volume": volume, "price": price, **counted[SINCE_LAST_YEAR], "other": other})
    parts = parts.where(compared, 0.0)
    parts["volume"] = parts["volume"].where(compared, flex.fillna(0.0))
    left = cells["deviation"] - parts.sum(axis=1)
    # A change since last year that the budget already asked for is no deviation: only what differs is shown.
    for name in ("other", *SINCE_LAST_YEAR, "price"):
        opposite = compared & (parts[name] * left < 0)
        foreseen = np.where(opposite, np.sign(left) * np.minimum(parts[name].abs(), left.abs()), 0.0)
        parts[name] += foreseen
        left = left - foreseen
    parts["new"] = left.where(~compared, 0.0)
    parts["budget"] = left.where(compared, 0.0)
    if comparison.against == "previous_year":  # nothing is left but what floating-point sums rounded away
        parts["other"] += parts.pop("budget")
        parts["budget"] = 0.0
    cells = cells.drop(columns=list(counted)).assign(flexible=cells["expected"] + flex.fillna(0.0))
    return pd.concat([cells, parts], axis=1)


def _last_year(comparison: Comparison) -> pd.DataFrame:
    """Last year's outcome by unit and line, ``before``; empty where the ledger does not reach that far."""
    if comparison.previous_span[0] < comparison.region.first_period:
        return pd.DataFrame({"unit": pd.Series(dtype="str"), "line": pd.Series(dtype="str"), "before": []})
    return comparison.previous_year(["unit", "line"]).rename(columns={"actual": "before"})


def _planned_volume(comparison: Comparison) -> pd.DataFrame:
    """Actual over planned volume of each unit and volume-driven line: ``unit, line, volume_ratio``."""
    empty = pd.DataFrame({"unit": pd.Series(dtype="str"), "line": pd.Series(dtype="str"), "volume_ratio": []})
    region = comparison.region
    lines = [line for line in region.accounts.lines if line.volume_driven]
    if "volumes" not in region.tables or not lines or comparison.against != "budget":
        return empty
    rows = comparison.this_year("volumes", ["unit", "product", "period"], ["planned", "actual"], skipna=False)
    rows = rows.dropna(subset=["planned", "actual"])  # a month without a plan, or not yet counted, compares nothing
    sums = rows.groupby(["unit", "product"], sort=False)[["planned", "actual"]].sum().reset_index()
    planned = sums[["unit", "product"]].assign(actual=sums["planned"])
    volumes = line_volumes(planned, sums[["unit", "product", "actual"]], lines)
    return volumes[["unit", "line"]].assign(volume_ratio=volumes["after"] / volumes["before"])


def _counted(split: SplitCells) -> pd.DataFrame:
    """Changes since last year by kind: ``unit, line`` and `COUNTED_KINDS`."""
    frame = split.by_cell.assign(kind=split.by_cell["factor"].map(KIND_OF_FACTOR))
    if frame.empty:
        return pd.DataFrame(columns=["unit", "line", *COUNTED_KINDS]).astype(dict.fromkeys(COUNTED_KINDS, "float64"))
    wide = frame.pivot_table(index=["unit", "line"], columns="kind", values="change", aggfunc="sum", sort=False)
    return wide.reindex(columns=COUNTED_KINDS).reset_index()


def _assumptions(comparison: Comparison, cells: pd.DataFrame) -> tuple[str, ...]:
    said = [
        "Delarna räknas för varje enhet och post och summeras; de är avvikelsen på öret, sedan det som ligger i fel "
        "månad har tagits ut."
    ]
    if comparison.against == "budget":
        if cells["volume_ratio"].notna().any():
            said.append("Volym: budget × (verklig volym ÷ planerad volym − 1), för poster som antas följa vårdvolymen.")
        said.append(
            "Pris, mix och effektivitet är förändringar sedan samma månader förra året, enligt räknade volymer; pris "
            "är det som går utöver prisindex."
        )
        said.append(
            "Budgetens nivå är budgeten jämförd med förra årets kostnad vid årets volym och prisindex: negativ när "
            "budgeten förutsätter en lägre kostnad än så."
        )
    return tuple(said)


def _warnings(cells: pd.DataFrame) -> tuple[str, ...]:
    said = []
    if (cells["new"].abs() >= 0.005).any():
        said.append("För poster som saknar motsvarighet förra året kan avvikelsen inte delas upp: Utan jämförelse.")
    unbudgeted = (cells["expected"] == 0) & (cells["actual"] != 0)
    if unbudgeted.any():
        said.append("Det finns utfall på poster helt utan budget; där finns ingen flexibel budget.")
    return tuple(said)
