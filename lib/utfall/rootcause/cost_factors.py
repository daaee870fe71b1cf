"""The factors of cost: drugs, staff, purchased care and volume-driven lines, each split on what is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.region import a_year_before
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.drivers import Drivers, decompose

NOT_SPLIT = "not_split"
"""The part of a cost line that no counted volume covers."""

VOLUME_PRODUCT = "DRG-poäng"
"""The product that stands for a unit's volume of care where it is counted; else its most counted product."""

FACTOR_WORDS = {
    "price": "pris",
    "packages_per_dose": "förpackningar per dos",
    "doses_per_patient": "doser per patient",
    "patients": "antal patienter",
    "rate": "kostnad per timme",
    "own_share": "fördelning egen/inhyrd",
    "hours": "antal timmar",
    "cases": "antal vårdtillfällen",
    "points_per_case": "vårdtyngd per vårdtillfälle",
    "point_price": "pris per DRG-poäng",
    "volume": "volym",
    "price_index": "prisindex",
    "intensity": "resursåtgång per volym",
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
    "points_per_case": "mix",
    "packages_per_dose": "efficiency",
    "doses_per_patient": "efficiency",
    "intensity": "efficiency",
    "cost_per_volume": "price_and_efficiency",
    NOT_SPLIT: NOT_SPLIT,
}
"""Whether a factor is price, volume, mix or efficiency. Without a price index, the cost per volume cannot be told apart
into price and efficiency, and is not."""

KINDS = ("price", "volume", "mix", "efficiency", "price_and_efficiency", NOT_SPLIT)
"""Every kind of driver, in the order it is shown."""

DRUG_FACTORS = ["price", "packages_per_dose", "doses_per_patient", "patients"]
CARE_FACTORS = ["point_price", "points_per_case", "cases"]
STAFF_LINES = ("salaries", "hired_staff")


def counted_drugs(comparison: Comparison) -> Drivers:
    """Split the change in drugs over price, packages per dose, doses per patient and patients, by unit and drug."""
    sums = ["amount", "packages", "doses", "patients"]
    frames = [
        frame.assign(
            price=_ratio(frame["amount"], frame["packages"]),
            packages_per_dose=_ratio(frame["packages"], frame["doses"]),
            doses_per_patient=_ratio(frame["doses"], frame["patients"]),
        )
        for frame in _two_spans(comparison, "drug_use", ["unit", "drug"], sums)
    ]
    return decompose(frames[0], frames[1], DRUG_FACTORS, by=["unit", "drug"])


def counted_care(comparison: Comparison) -> Drivers:
    """Split the change in purchased care over price a point, points a case and cases, by unit and provider."""
    before, after = _two_spans(comparison, "purchased_care", ["unit", "provider", "case"], ["drg_points", "amount"])
    frames = []
    for cases in (before, after):
        frame = cases.groupby(["unit", "provider"], observed=True).agg(
            amount=("amount", "sum"), drg_points=("drg_points", "sum"), cases=("case", "count")
        )
        frame = frame.reset_index().astype({"cases": "float64"})
        frames.append(
            frame.assign(
                point_price=_ratio(frame["amount"], frame["drg_points"]),
                points_per_case=_ratio(frame["drg_points"], frame["cases"]),
            )
        )
    return decompose(frames[0], frames[1], CARE_FACTORS, by=["unit", "provider"])


def counted_staff(comparison: Comparison) -> list[pd.DataFrame]:
    """Salaries and hired staff: cost an hour, hours in all, and the shift between own and hired hours."""
    keys = ["unit", "category", "employment"]
    before, after = _two_spans(comparison, "staffing", keys, ["hours", "amount"])
    frames = []
    for frame in (before, after):
        everyone = frame.groupby(["unit", "category"])["hours"].transform("sum")
        frames.append(
            frame.assign(
                rate=_ratio(frame["amount"], frame["hours"]),
                own_share=_ratio(frame["hours"], everyone),
                hours=everyone,
            )
        )
    drivers = decompose(frames[0], frames[1], ["rate", "own_share", "hours"], by=keys)
    strata = drivers.by_stratum
    parts = []
    for line, employment in zip(STAFF_LINES, ("own", "hired"), strict=True):
        rows = strata[strata["employment"] == employment].groupby("factor", sort=False)["change"].sum()
        parts.append(rows.reset_index().assign(line=line))
    return parts


def assumed_by_volume(comparison: Comparison, change: pd.DataFrame, split: set[str]) -> list[pd.DataFrame]:
    """Volume-driven lines without counts of their own: volume × price index × use of resources per volume."""
    driven = {
        line.line: line.price_index
        for line in comparison.region.accounts.lines
        if line.volume_driven and line.line in change.index and line.line not in split
    }
    if not driven or "volumes" not in comparison.region.tables:
        return []
    volumes = _volumes(*_two_spans(comparison, "volumes", ["unit", "product"], ["actual"]))
    costs = [
        comparison.previous_year(["line", "unit"]),
        comparison.region.amounts(
            ["line", "unit"], unit=comparison.node.code, since=comparison.since, until=comparison.period
        ),
    ]
    parts = []
    for line, price_index in driven.items():
        price = _price_change(comparison, price_index)
        frames = []
        for cost, volume, level in zip(costs, volumes, (1.0, price or 1.0), strict=True):
            frame = cost[cost["line"] == line].merge(volume, on="unit", how="inner")
            intensity = _ratio(frame["actual"], frame["volume"] * level)
            frame = frame.assign(price_index=level, intensity=intensity, cost_per_volume=intensity)
            frames.append(frame)
        if all(len(frame) for frame in frames):
            factors = ["cost_per_volume", "volume"] if price is None else ["price_index", "intensity", "volume"]
            parts.append(factor_part(line, decompose(frames[0], frames[1], factors, by="unit")))
    return parts


def factor_part(line: str, drivers: Drivers) -> pd.DataFrame:
    """Give the changes of one line as rows ``factor, change, line``."""
    return drivers.table[["factor", "change"]].assign(line=line)


def _two_spans(
    comparison: Comparison, table: str, keys: list[str], sums: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum a table over last year's months and over this year's, in this year's organisation."""
    region, node = comparison.region, comparison.node
    placement = region.organisation.placement(comparison.period).set_index("posted_unit")["unit"]

    def span(since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
        rows = region.table(table, unit=node.code, since=since, until=until, structure=comparison.period)
        rows = rows.assign(unit=rows["unit"].map(placement))
        return rows.groupby(keys, observed=True)[sums].sum().reset_index()

    before = span(a_year_before(comparison.since), a_year_before(comparison.period))
    return before, span(comparison.since, comparison.period)


def _volumes(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One volume a unit, the same product in both spans: its DRG points, or else the product it counts most of."""
    both = before.merge(after, on=["unit", "product"], suffixes=("_before", "_after"))
    both = both[(both["actual_before"] > 0) & (both["actual_after"] > 0)]
    rank = np.where(both["product"] == VOLUME_PRODUCT, np.inf, both["actual_before"])
    chosen = both.assign(rank=rank).sort_values(["unit", "rank", "product"]).drop_duplicates("unit", keep="last")
    first, second = (
        chosen[["unit", f"actual_{span}"]].set_axis(["unit", "volume"], axis=1) for span in ("before", "after")
    )
    return first, second


def _price_change(comparison: Comparison, name: str | None) -> float | None:
    """Mean of a line's price index this year over the same months last year; None where there is none."""
    if name is None or "price_index" not in comparison.region.tables:
        return None
    rows = comparison.region.table("price_index")
    index = rows[rows["index"] == name].set_index("period")["value"].sort_index()
    now = index.loc[comparison.since : comparison.period].mean()
    before = index.loc[a_year_before(comparison.since) : a_year_before(comparison.period)].mean()
    return float(now / before) if now > 0 and before > 0 else None


def _ratio(over: pd.Series, under: pd.Series) -> pd.Series:
    return (over / under.where(under != 0)).fillna(0.0)
