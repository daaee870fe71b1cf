"""The factors of cost: drugs, staff, purchased care and volume-driven lines, each split on what is counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from utfall.presentation.disclosure import MIN_COUNT
from utfall.region.registers import ReportLine
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.drivers.decompose import decompose

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
    "hours": "hours",
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

KINDS = ("price", "volume", "mix", "efficiency", "hours", "price_and_efficiency", NOT_SPLIT)
"""Every kind of driver, in the order it is shown."""

DRUG_FACTORS = ["price_index", "price", "packages_per_dose", "doses_per_patient", "drug_share", "patients"]
CARE_FACTORS = ["price_index", "point_price", "points_per_case", "cases"]
STAFF_FACTORS = ["price_index", "rate", "own_share", "hours"]
STAFF_LINES = {"own": "salaries", "hired": "hired_staff"}
"""Report line of each kind of employment."""

FEWEST_CASES = MIN_COUNT
"""Purchased care is only split where a unit has this many cases in both spans: with fewer, price and weight would say
what a single patient's care cost."""

DRUG_COLUMNS = ["unit", "line", "drug", "factor", "change", "ratio"]
"""Columns of the drugs' split."""

CELL = ["unit", "line"]
"""What a cell is."""

CELL_COLUMNS = [*CELL, "factor", "change"]
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


def split_cells(comparison: Comparison, undivided: Collection[str] = ()) -> SplitCells:
    """Split the change of each unit's cost since the same months last year, with what the region counts.

    Parameters
    ----------
    comparison : Comparison
        The node and the months; always compared with last year.
    undivided : collection of str
        Units whose purchased care may not be split, since its parts would say what a patient cost.

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
        parts.append(counted_care(comparison, undivided))
    counted = {cell for part in parts for cell in zip(part["unit"], part["line"], strict=True)}
    parts.append(assumed_by_volume(comparison, counted))
    found = [part for part in parts if len(part)]
    return SplitCells(pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=CELL_COLUMNS), drugs)


def counted_drugs(comparison: Comparison) -> pd.DataFrame:
    """Split the change in drugs by unit and drug: ``unit, line, drug, factor, change, ratio``.

    Cost is price index × price beyond it × packages per dose × doses per patient × the drug's share of the unit's
    patients × those patients; so patients that move to a costlier drug are told from more patients. A drug that is new
    had its price all the time, and no patients.
    """
    keys = ["unit", "drug"]
    frames = []
    for frame, level in _indexed(comparison, "drugs", "drug_use", keys, ["amount", "packages", "doses", "patients"]):
        everyone = frame.groupby("unit")["patients"].transform("sum")
        frames.append(
            frame.assign(
                price_index=level,
                price=_ratio(frame["amount"], frame["packages"] * level),
                packages_per_dose=_ratio(frame["packages"], frame["doses"]),
                doses_per_patient=_ratio(frame["doses"], frame["patients"]),
                drug_share=_ratio(frame["patients"], everyone),
                patients=everyone,
            )
        )
    if not any(map(len, frames)):
        return pd.DataFrame(columns=DRUG_COLUMNS)
    frames = _with_lost(frames, keys, share="drug_share", total="patients", group=["unit"])
    strata = decompose(frames[0], frames[1], DRUG_FACTORS, by=keys).by_stratum
    before, after = (frame.melt(keys, DRUG_FACTORS, "factor", "value") for frame in frames)
    levels = before.merge(after, on=[*keys, "factor"], how="outer", suffixes=("_before", "_after"))
    levels = levels.assign(ratio=levels["value_after"] / levels["value_before"].where(levels["value_before"] != 0))
    strata = strata.merge(levels[[*keys, "factor", "ratio"]], on=[*keys, "factor"], how="left")
    return strata.assign(line="drugs")[DRUG_COLUMNS]


def counted_care(comparison: Comparison, undivided: Collection[str] = ()) -> pd.DataFrame:
    """Split the change in purchased care over price a point, points a case and cases, by unit and provider."""
    keys = ["unit", "provider"]
    frames = []
    for cases, level in _indexed(
        comparison, "purchased_care", "purchased_care", [*keys, "case"], ["drg_points", "amount"]
    ):
        frame = cases.groupby(keys, observed=True).agg(
            amount=("amount", "sum"), drg_points=("drg_points", "sum"), cases=("case", "count")
        )
        frames.append(frame.reset_index().astype({"cases": "float64"}).assign(price_index=level))
    counts = [frame.groupby("unit")["cases"].sum() for frame in frames]
    shown = set.intersection(*(set(count.index[count >= FEWEST_CASES]) for count in counts)) - set(undivided)
    frames = [
        frame[frame["unit"].isin(shown)].assign(
            point_price=lambda rows: _ratio(rows["amount"], rows["drg_points"] * rows["price_index"]),
            points_per_case=lambda rows: _ratio(rows["drg_points"], rows["cases"]),
        )
        for frame in frames
    ]
    if not any(map(len, frames)):
        return pd.DataFrame(columns=CELL_COLUMNS)
    frames = _with_lost(frames, keys, share="cases", total=None, group=["unit"])
    return _by_cell(decompose(frames[0], frames[1], CARE_FACTORS, by=keys).by_stratum.assign(line="purchased_care"))


def counted_staff(comparison: Comparison) -> pd.DataFrame:
    """Split salaries and hired staff over cost an hour, hours in all, and the shift between own and hired hours."""
    keys = ["unit", "category", "employment"]
    frames = []
    for frame, level in _indexed(comparison, STAFF_LINES["own"], "staffing", keys, ["hours", "amount"]):
        everyone = frame.groupby(["unit", "category"])["hours"].transform("sum")
        frames.append(
            frame.assign(
                price_index=level,
                rate=_ratio(frame["amount"], frame["hours"] * level),
                own_share=_ratio(frame["hours"], everyone),
                hours=everyone,
            )
        )
    if not any(map(len, frames)):
        return pd.DataFrame(columns=CELL_COLUMNS)
    frames = _with_lost(frames, keys, share="own_share", total="hours", group=["unit", "category"])
    strata = decompose(frames[0], frames[1], STAFF_FACTORS, by=keys).by_stratum
    return _by_cell(strata.assign(line=strata["employment"].map(STAFF_LINES)))


def assumed_by_volume(comparison: Comparison, counted: set[tuple[str, str]]) -> pd.DataFrame:
    """Split volume-driven lines without counts of their own: volume × price index × cost per volume beyond it.

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
    has_last_year = comparison.previous_span[0] >= comparison.region.first_period
    if not lines or not has_last_year or "volumes" not in comparison.region.tables:
        return pd.DataFrame(columns=CELL_COLUMNS)
    volumes = line_volumes(*_two_spans(comparison, "volumes", ["unit", "product"], ["actual"]), lines)
    costs = [
        comparison.previous_year(CELL),
        comparison.region.amounts(CELL, unit=comparison.node.code, since=comparison.since, until=comparison.period),
    ]
    prices = price_changes(comparison)
    frames = []
    for cost, span in zip(costs, ("before", "after"), strict=True):
        frame = cost.merge(volumes[[*CELL, span]].rename(columns={span: "volume"}), on=CELL)
        frame = frame[~pd.MultiIndex.from_frame(frame[CELL]).isin(list(counted))]
        level = frame["line"].map(prices).astype("float64").fillna(1.0) if span == "after" else 1.0
        intensity = _ratio(frame["actual"], frame["volume"] * level)
        frames.append(frame.assign(price_index=level, intensity=intensity, cost_per_volume=intensity))
    parts = []
    for indexed, factors in ((True, ["price_index", "intensity", "volume"]), (False, ["cost_per_volume", "volume"])):
        before, after = (frame[frame["line"].isin(list(prices)) == indexed] for frame in frames)
        if len(before) and len(after):
            parts.append(_by_cell(decompose(before, after, factors, by=CELL).by_stratum))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=CELL_COLUMNS)


def price_changes(comparison: Comparison) -> dict[str, float]:
    """Mean of each line's price index this year over the same months last year.

    Parameters
    ----------
    comparison : Comparison
        The months.

    Returns
    -------
    dict of str to float
        Line to, say, 1.03 when prices are three per cent higher; without the lines that have no index in both years.
    """
    if "price_index" not in comparison.region.tables:
        return {}
    rows = comparison.region.table("price_index", since=comparison.previous_span[0], until=comparison.period)
    spans = [(comparison.since, comparison.period), comparison.previous_span]
    now, before = (rows[rows["period"].between(*span)].groupby("index")["value"].mean() for span in spans)
    ratio = (now / before)[(now > 0) & (before > 0)].to_dict()
    lines = comparison.region.accounts.lines
    return {line.line: float(ratio[line.price_index]) for line in lines if line.price_index in ratio}


def line_volumes(before: pd.DataFrame, after: pd.DataFrame, lines: Sequence[ReportLine]) -> pd.DataFrame:
    """One volume for each unit and line, of the same product in both frames.

    The first of the line's own products that the unit counts, else its DRG points, else the product it counts most of.

    Parameters
    ----------
    before, after : DataFrame
        ``unit, product, actual``.
    lines : sequence of ReportLine
        The lines that follow a volume.

    Returns
    -------
    DataFrame
        ``unit, line, before, after``, for the units that have the product in both.
    """
    both = before.merge(after, on=["unit", "product"], suffixes=("_before", "_after"))
    both = both.rename(columns={"actual_before": "before", "actual_after": "after"})
    both = both[(both["before"] > 0) & (both["after"] > 0)]
    chosen: dict[tuple[str, ...], pd.DataFrame] = {}
    for products in {line.volume_products for line in lines}:
        order = {product: place for place, product in enumerate((*products, VOLUME_PRODUCT))}
        ranked = both.assign(place=both["product"].map(order).fillna(len(order)))
        ranked = ranked.sort_values(["unit", "place", "before", "product"], ascending=[True, True, False, True])
        chosen[products] = ranked.drop_duplicates("unit")[["unit", "before", "after"]]
    return pd.concat([chosen[line.volume_products].assign(line=line.line) for line in lines], ignore_index=True)


def _indexed(
    comparison: Comparison, line: str, table: str, keys: list[str], sums: list[str]
) -> list[tuple[pd.DataFrame, float]]:
    """Sum a table over last year's months and over this year's, each with the level of the line's price index."""
    before, after = _two_spans(comparison, table, keys, sums)
    return [(before, 1.0), (after, price_changes(comparison).get(line, 1.0))]


def _with_lost(
    frames: list[pd.DataFrame], keys: list[str], *, share: str, total: str | None, group: list[str]
) -> list[pd.DataFrame]:
    """Give each span the strata that only the other has: with its levels, and none of them.

    Otherwise a drug that is new would get a part of its cost from a price and a dose that never changed.
    """
    full = []
    for frame, other in zip(frames, reversed(frames), strict=True):
        lost = other.merge(frame[keys], on=keys, how="left", indicator=True)
        lost = lost[lost["_merge"] == "left_only"].drop(columns="_merge").assign(**{share: 0.0})
        if len(frame):
            lost = lost.assign(price_index=frame["price_index"].iloc[0])
        if total is not None:
            own = frame.drop_duplicates(group).set_index(group)[total]
            lost[total] = own.reindex(
                pd.MultiIndex.from_frame(lost[group]) if len(group) > 1 else lost[group[0]]
            ).to_numpy()
            lost = lost.fillna({total: 0.0})
        full.append(pd.concat([frame, lost], ignore_index=True))
    return full


def _by_cell(strata: pd.DataFrame) -> pd.DataFrame:
    return strata.groupby(["unit", "line", "factor"], sort=False)["change"].sum().reset_index()


def _two_spans(
    comparison: Comparison, table: str, keys: list[str], sums: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum a table over last year's months and over this year's, in this year's organisation."""
    return comparison.same_months_last_year(table, keys, sums), comparison.this_year(table, keys, sums)


def _ratio(over: pd.Series, under: pd.Series) -> pd.Series:
    return (over / under.where(under != 0)).fillna(0.0)
