"""Price and volume: why cost changed since last year, split over counted factors with exact sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.evidence import Check, Grade, require_identity
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


@dataclass(frozen=True)
class PriceVolume:
    """Change of cost since last year, by cost line and factor.

    Parameters
    ----------
    frame : DataFrame
        ``line``, ``factor``, ``kind`` (one of `KINDS`) and ``change``: SEK in result
        sign, so a rise in cost is negative.
    drugs : DataFrame
        The same by drug: ``unit``, ``drug``, ``factor``, ``change``.
    before, after : float
        Net cost in the two spans, SEK in result sign.
    checks : tuple of Check
        The identities that held.
    assumptions : tuple of str
        Swedish sentences.
    """

    frame: pd.DataFrame
    drugs: pd.DataFrame
    before: float
    after: float
    checks: tuple[Check, ...]
    assumptions: tuple[str, ...]

    @property
    def grade(self) -> Grade:
        """A when all was split on counted volumes, C when a price index or an assumed volume took part."""
        assumed = ["price_index", "intensity", "cost_per_volume"]
        estimated = self.frame["factor"].isin(assumed) & (self.frame["change"] != 0)
        return Grade.C if estimated.any() else Grade.A

    @property
    def by_kind(self) -> pd.DataFrame:
        """Change by kind of factor: ``kind``, ``change``."""
        sums = self.frame.groupby("kind")["change"].sum()
        sums = sums.reindex([kind for kind in KINDS if kind in sums.index])
        return sums.rename_axis("kind").reset_index()


def price_and_volume(comparison: Comparison) -> PriceVolume:
    """Split the change of cost since the same months last year over price, volume, mix and efficiency.

    Drugs are price × packages per dose × doses per patient × patients by drug and unit; staff is cost an hour ×
    hours by unit, category and employment, with the shift between own and hired apart; purchased care is price a
    DRG point × points a case × cases by provider; the other volume-driven lines are volume × price index × use of
    resources per volume. What no count covers stays in a row of its own.

    Parameters
    ----------
    comparison : Comparison
        The node and the months; always compared with last year, whatever it is compared with elsewhere.

    Returns
    -------
    PriceVolume
        Its changes sum to the change in the ledger's cost.

    Raises
    ------
    IdentityFailed
        When the parts do not sum to the ledger.
    """
    cost_lines = [line.line for line in comparison.region.accounts.lines if line.kind == "cost"]
    change = _ledger_change(comparison).reindex(cost_lines).dropna(how="all").fillna(0.0)
    parts: list[pd.DataFrame] = []
    drug_detail = _empty(["unit", "drug", "factor", "change"])
    if "drug_use" in comparison.region.tables and "drugs" in change.index:
        drivers = _drugs(comparison)
        drug_detail = drivers.by_stratum[["unit", "drug", "factor", "change"]]
        parts.append(_part("drugs", drivers))
    if "staffing" in comparison.region.tables:
        parts += _staff(comparison)
    if "purchased_care" in comparison.region.tables and "purchased_care" in change.index:
        parts.append(_part("purchased_care", _care(comparison)))
    split = {part["line"].iloc[0] for part in parts if len(part)}
    parts += _by_volume(comparison, change, split)
    frame = _with_remainder(parts, change)
    before, after = float(change["before"].sum()), float(change["after"].sum())
    check = require_identity(
        "Pris, volym, mix och effektivitet summerar till kostnadens förändring", after - before, frame["change"].sum()
    )
    return PriceVolume(frame, drug_detail, before, after, (check,), _assumptions(frame))


def _ledger_change(comparison: Comparison) -> pd.DataFrame:
    now = comparison.region.amounts(
        ["line"], unit=comparison.node.code, since=comparison.since, until=comparison.period
    ).set_index("line")["actual"]
    before = comparison.previous_year(["line"]).set_index("line")["actual"]
    return pd.concat({"before": before, "after": now}, axis=1).fillna(0.0)


def _two_spans(comparison: Comparison, table: str, keys: list[str], sums: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table summed over last year's months and this year's, in this year's organisation."""
    region, node = comparison.region, comparison.node
    placement = region.organisation.placement(comparison.period).set_index("posted_unit")["unit"]

    def span(since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
        posted = set(region.organisation.units_under(node.code, comparison.period))
        rows = region.table(table, since=since, until=until)
        rows = rows[rows["unit"].isin(posted)]
        rows = rows.assign(unit=rows["unit"].map(placement))
        return rows.groupby(keys, observed=True)[sums].sum().reset_index()

    before = span(a_year_before(comparison.since), a_year_before(comparison.period))
    return before, span(comparison.since, comparison.period)


def _drugs(comparison: Comparison) -> Drivers:
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


def _care(comparison: Comparison) -> Drivers:
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


def _staff(comparison: Comparison) -> list[pd.DataFrame]:
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


def _by_volume(comparison: Comparison, change: pd.DataFrame, split: set[str]) -> list[pd.DataFrame]:
    """Volume-driven lines without counts of their own: volume × price index × use of resources per volume."""
    driven = [
        line.line
        for line in comparison.region.accounts.lines
        if line.volume_driven and line.line in change.index and line.line not in split
    ]
    if not driven or "volumes" not in comparison.region.tables:
        return []
    volumes = [_volume(frame) for frame in _two_spans(comparison, "volumes", ["unit", "product"], ["actual"])]
    price = _price_change(comparison)
    costs = [
        comparison.previous_year(["line", "unit"]),
        comparison.region.amounts(
            ["line", "unit"], unit=comparison.node.code, since=comparison.since, until=comparison.period
        ),
    ]
    parts = []
    for line in driven:
        frames = []
        for cost, volume, level in zip(costs, volumes, (1.0, price or 1.0), strict=True):
            frame = cost[cost["line"] == line].merge(volume, on="unit", how="inner")
            intensity = _ratio(frame["actual"], frame["volume"] * level)
            frame = frame.assign(price_index=level, intensity=intensity, cost_per_volume=intensity)
            frames.append(frame[frame["volume"] > 0])
        if all(len(frame) for frame in frames):
            factors = ["cost_per_volume", "volume"] if price is None else ["price_index", "intensity", "volume"]
            parts.append(_part(line, decompose(frames[0], frames[1], factors, by="unit")))
    return parts


def _volume(frame: pd.DataFrame) -> pd.DataFrame:
    """One volume a unit: its DRG points, or else the product it counts most of."""
    frame = frame[frame["actual"] > 0]
    weighted = frame.assign(rank=np.where(frame["product"] == VOLUME_PRODUCT, np.inf, frame["actual"]))
    chosen = weighted.sort_values(["unit", "rank", "product"]).drop_duplicates("unit", keep="last")
    return chosen[["unit", "actual"]].rename(columns={"actual": "volume"})


def _price_change(comparison: Comparison) -> float | None:
    """Mean of the general price index this year over the same months last year; None where there is none."""
    if "price_index" not in comparison.region.tables:
        return None
    index = comparison.region.table("price_index")
    index = index[index["index"] == sorted(index["index"].unique())[0]].set_index("period")["value"]
    now = index.loc[comparison.since : comparison.period].mean()
    before = index.loc[a_year_before(comparison.since) : a_year_before(comparison.period)].mean()
    return float(now / before) if now > 0 and before > 0 else None


def _part(line: str, drivers: Drivers) -> pd.DataFrame:
    return drivers.table[["factor", "change"]].assign(line=line)


def _with_remainder(parts: list[pd.DataFrame], change: pd.DataFrame) -> pd.DataFrame:
    frame = pd.concat(parts, ignore_index=True) if parts else _empty(["factor", "change", "line"])
    covered = frame.groupby("line")["change"].sum().reindex(change.index).fillna(0.0)
    left = (change["after"] - change["before"] - covered).rename("change").rename_axis("line").reset_index()
    frame = pd.concat([frame, left.assign(factor=NOT_SPLIT)], ignore_index=True)
    frame = frame.assign(kind=frame["factor"].map(FACTOR_KIND))
    order = {line: number for number, line in enumerate(change.index)}
    frame = frame[frame["line"].isin(list(order))]
    frame = frame.sort_values("line", key=lambda lines: lines.map(order), kind="stable")
    return frame[["line", "factor", "kind", "change"]].reset_index(drop=True)


def _assumptions(frame: pd.DataFrame) -> tuple[str, ...]:
    said = ["Uppdelningen jämför med samma månader förra året i årets organisation (additiv LMDI, summerar exakt)."]
    if frame["factor"].isin(["volume"]).any():
        said.append(
            f"Där egna räknade volymer saknas står {VOLUME_PRODUCT} eller enhetens mest räknade produkt för vårdvolymen."
        )
    return tuple(said)


def _ratio(over: pd.Series, under: pd.Series) -> pd.Series:
    return (over / under.where(under != 0)).fillna(0.0)


def _empty(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype="float64" if column == "change" else "str") for column in columns})
