"""The factors of cost: drugs, staff, purchased care and volume-driven lines, each split on what is counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.presentation.disclosure import MIN_COUNT
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.drivers import decompose

NOT_SPLIT = "not_split"
"""The part of a cost line that no counted volume covers."""

VOLUME_PRODUCT = "DRG-poäng"
"""The product that stands for a unit's volume of care where it is counted; else its most counted product."""

FACTOR_WORDS = {
    "price": "pris",
    "packages_per_dose": "förpackningar per dos",
    "doses_per_patient": "doser per patient",
    "drug_share": "val av läkemedel",
    "patients": "antal patienter",
    "rate": "kostnad per timme",
    "own_share": "fördelning egen/inhyrd",
    "hours": "antal timmar",
    "cases": "antal vårdtillfällen",
    "points_per_case": "vårdtyngd per vårdtillfälle",
    "point_price": "pris per DRG-poäng",
    "volume": "volym",
    "price_index": "prisindex",
    "intensity": "kostnad per volym utöver prisindex",
    "cost_per_volume": "kostnad per volym",
    NOT_SPLIT: "ej uppdelat",
}
"""What each factor is called in a report."""

FACTOR_KIND = {
    "price": "price",
    "rate": "price",
    "point_price": "price",
    "price_index": "price",
    "patients": "volume",
    "hours": "volume",
    "cases": "volume",
    "volume": "volume",
    "own_share": "mix",
    "drug_share": "mix",
    "points_per_case": "mix",
    "packages_per_dose": "efficiency",
    "doses_per_patient": "efficiency",
    "intensity": "price_and_efficiency",
    "cost_per_volume": "price_and_efficiency",
    NOT_SPLIT: NOT_SPLIT,
}
"""Whether a factor is price, volume, mix or efficiency. Where only the volume is counted, the cost per volume
(beyond the price index, where there is one) cannot be told apart into price and efficiency, and is not."""

KINDS = ("price", "volume", "mix", "efficiency", "price_and_efficiency", NOT_SPLIT)
"""Every kind of driver, in the order it is shown."""

DRUG_FACTORS = ["price", "packages_per_dose", "doses_per_patient", "drug_share", "patients"]
CARE_FACTORS = ["point_price", "points_per_case", "cases"]
STAFF_FACTORS = ["rate", "own_share", "hours"]
STAFF_LINES = {"own": "salaries", "hired": "hired_staff"}
"""Report line of each kind of employment."""

FEWEST_CASES = MIN_COUNT
"""Purchased care is only split where a unit has this many cases in both spans: with fewer, price and weight would say
what a single patient's care cost."""

DRUG_COLUMNS = ["unit", "line", "drug", "factor", "change", "ratio"]
"""Columns of the drugs' split."""

CELL_COLUMNS = ["unit", "line", "factor", "change"]
"""Columns of a split: one row a unit, line and factor; SEK in result sign."""


@dataclass(frozen=True)
class SplitCells:
    """The change of cost since last year, split where something is counted.

    Parameters
    ----------
    by_cell : DataFrame
        ``unit, line, factor, change``.
    drugs : DataFrame
        ``unit, line, drug, factor, change, ratio``: the drugs of `by_cell`, drug by drug; ``ratio`` is the factor this
        year over last year, missing where it was nothing.
    """

    by_cell: pd.DataFrame
    drugs: pd.DataFrame


def split_cells(comparison: Comparison) -> SplitCells:
    """Split the change of each unit's cost since the same months last year, with what the region counts.

    Parameters
    ----------
    comparison : Comparison
        The node and the months; always compared with last year.

    Returns
    -------
    SplitCells
        Without rows where nothing is counted.
    """
    tables, lines = comparison.region.tables, {line.line for line in comparison.region.accounts.lines}
    drugs = pd.DataFrame(columns=DRUG_COLUMNS)
    parts = []
    if "drug_use" in tables and "drugs" in lines:
        drugs = counted_drugs(comparison)
        parts.append(_by_cell(drugs))
    if "staffing" in tables:
        parts.append(counted_staff(comparison))
    if "purchased_care" in tables and "purchased_care" in lines:
        parts.append(counted_care(comparison))
    counted = {cell for part in parts for cell in zip(part["unit"], part["line"], strict=True)}
    parts.append(assumed_by_volume(comparison, counted))
    found = [part for part in parts if len(part)]
    return SplitCells(pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=CELL_COLUMNS), drugs)


def counted_drugs(comparison: Comparison) -> pd.DataFrame:
    """Split the change in drugs by unit and drug: ``unit, line, drug, factor, change, ratio``.

    Cost is price × packages per dose × doses per patient × the drug's share of the unit's patients × those patients; so
    patients that move to a costlier drug are told from more patients.
    """
    spans = _two_spans(comparison, "drug_use", ["unit", "drug"], ["amount", "packages", "doses", "patients"])
    if not any(map(len, spans)):
        return pd.DataFrame(columns=DRUG_COLUMNS)
    frames = [
        frame.assign(
            price=_ratio(frame["amount"], frame["packages"]),
            packages_per_dose=_ratio(frame["packages"], frame["doses"]),
            doses_per_patient=_ratio(frame["doses"], frame["patients"]),
            drug_share=_ratio(frame["patients"], frame.groupby("unit")["patients"].transform("sum")),
            patients=frame.groupby("unit")["patients"].transform("sum"),
        )
        for frame in spans
    ]
    keys = ["unit", "drug"]
    strata = decompose(frames[0], frames[1], DRUG_FACTORS, by=keys).by_stratum
    before, after = (frame.melt(keys, DRUG_FACTORS, "factor", "value") for frame in frames)
    levels = before.merge(after, on=[*keys, "factor"], how="outer", suffixes=("_before", "_after"))
    levels = levels.assign(ratio=levels["value_after"] / levels["value_before"].where(levels["value_before"] != 0))
    strata = strata.merge(levels[[*keys, "factor", "ratio"]], on=[*keys, "factor"], how="left")
    return strata.assign(line="drugs")[DRUG_COLUMNS]


def counted_care(comparison: Comparison) -> pd.DataFrame:
    """Split the change in purchased care over price a point, points a case and cases, by unit and provider."""
    frames = []
    for cases in _two_spans(comparison, "purchased_care", ["unit", "provider", "case"], ["drg_points", "amount"]):
        frame = cases.groupby(["unit", "provider"], observed=True).agg(
            amount=("amount", "sum"), drg_points=("drg_points", "sum"), cases=("case", "count")
        )
        frames.append(frame.reset_index().astype({"cases": "float64"}))
    counts = [frame.groupby("unit")["cases"].sum() for frame in frames]
    shown = set.intersection(*(set(count.index[count >= FEWEST_CASES]) for count in counts))
    frames = [
        frame[frame["unit"].isin(shown)].assign(
            point_price=lambda rows: _ratio(rows["amount"], rows["drg_points"]),
            points_per_case=lambda rows: _ratio(rows["drg_points"], rows["cases"]),
        )
        for frame in frames
    ]
    if not any(map(len, frames)):
        return pd.DataFrame(columns=CELL_COLUMNS)
    strata = decompose(frames[0], frames[1], CARE_FACTORS, by=["unit", "provider"]).by_stratum
    return _by_cell(strata.assign(line="purchased_care"))


def counted_staff(comparison: Comparison) -> pd.DataFrame:
    """Split salaries and hired staff over cost an hour, hours in all, and the shift between own and hired hours."""
    frames = []
    for frame in _two_spans(comparison, "staffing", ["unit", "category", "employment"], ["hours", "amount"]):
        everyone = frame.groupby(["unit", "category"])["hours"].transform("sum")
        frames.append(
            frame.assign(
                rate=_ratio(frame["amount"], frame["hours"]),
                own_share=_ratio(frame["hours"], everyone),
                hours=everyone,
            )
        )
    if not any(map(len, frames)):
        return pd.DataFrame(columns=CELL_COLUMNS)
    strata = decompose(frames[0], frames[1], STAFF_FACTORS, by=["unit", "category", "employment"]).by_stratum
    return _by_cell(strata.assign(line=strata["employment"].map(STAFF_LINES)))


def assumed_by_volume(comparison: Comparison, counted: set[tuple[str, str]]) -> pd.DataFrame:
    """Split volume-driven lines without counts of their own: volume × price index × use of resources per volume.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    counted : set of (str, str)
        Units and lines that are split on counts of their own.

    Returns
    -------
    DataFrame
        ``unit, line, factor, change``.
    """
    lines = [line for line in comparison.region.accounts.lines if line.volume_driven]
    if not lines or "volumes" not in comparison.region.tables:
        return pd.DataFrame(columns=CELL_COLUMNS)
    spans = _two_spans(comparison, "volumes", ["unit", "product"], ["actual"])
    costs = [
        comparison.previous_year(["line", "unit"]),
        comparison.region.amounts(
            ["line", "unit"], unit=comparison.node.code, since=comparison.since, until=comparison.period
        ),
    ]
    parts = []
    for line in lines:
        price = price_change(comparison, line.price_index)
        volumes = chosen_volumes(spans[0], spans[1], line.volume_products)
        frames = []
        for cost, volume, level in zip(costs, volumes, (1.0, price or 1.0), strict=True):
            of_line = cost[cost["line"] == line.line]
            done = {unit for unit, name in counted if name == line.line}
            frame = of_line[~of_line["unit"].isin(done)].merge(volume, on="unit", how="inner")
            intensity = _ratio(frame["actual"], frame["volume"] * level)
            frames.append(frame.assign(price_index=level, intensity=intensity, cost_per_volume=intensity))
        if all(len(frame) for frame in frames):
            factors = ["cost_per_volume", "volume"] if price is None else ["price_index", "intensity", "volume"]
            strata = decompose(frames[0], frames[1], factors, by="unit").by_stratum
            parts.append(_by_cell(strata.assign(line=line.line)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=CELL_COLUMNS)


def price_change(comparison: Comparison, name: str | None) -> float | None:
    """Mean of a price index this year over the same months last year; None where there is none.

    Parameters
    ----------
    comparison : Comparison
        The months.
    name : str or None
        Name of the index in the table ``price_index``.

    Returns
    -------
    float or None
        1.03 when prices are three per cent higher.
    """
    if name is None or "price_index" not in comparison.region.tables:
        return None
    rows = comparison.region.table("price_index")
    index = rows[rows["index"] == name].set_index("period")["value"].sort_index()
    now = index.loc[comparison.since : comparison.period].mean()
    before = index.loc[slice(*comparison.previous_span)].mean()
    return float(now / before) if now > 0 and before > 0 else None


def chosen_volumes(
    before: pd.DataFrame, after: pd.DataFrame, products: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One volume a unit, the same product in both frames.

    The first of the line's own products that the unit counts, else its DRG points, else the product it counts most of.

    Parameters
    ----------
    before, after : DataFrame
        ``unit, product, actual``.
    products : tuple of str
        Products the line follows, the best first.

    Returns
    -------
    before, after : DataFrame
        ``unit, volume``, for the units that have the product in both.
    """
    both = before.merge(after, on=["unit", "product"], suffixes=("_before", "_after"))
    both = both[(both["actual_before"] > 0) & (both["actual_after"] > 0)]
    order = {product: place for place, product in enumerate((*products, VOLUME_PRODUCT))}
    both = both.assign(place=both["product"].map(order).fillna(len(order)))
    chosen = both.sort_values(
        ["unit", "place", "actual_before", "product"], ascending=[True, True, False, True]
    ).drop_duplicates("unit")
    first, second = (
        chosen[["unit", f"actual_{span}"]].set_axis(["unit", "volume"], axis=1) for span in ("before", "after")
    )
    return first, second


def _by_cell(strata: pd.DataFrame) -> pd.DataFrame:
    return strata.groupby(["unit", "line", "factor"], sort=False)["change"].sum().reset_index()


def _two_spans(
    comparison: Comparison, table: str, keys: list[str], sums: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum a table over last year's months and over this year's, in this year's organisation."""
    return comparison.same_months_last_year(table, keys, sums), comparison.this_year(table, keys, sums)


def _ratio(over: pd.Series, under: pd.Series) -> pd.Series:
    return (over / under.where(under != 0)).fillna(0.0)
