"""Finding the causes: in the cells that chance does not explain, the components that chance does not explain either."""

from __future__ import annotations

import pandas as pd

from utfall.evidence import Grade, require_identity
from utfall.presentation.money import Money
from utfall.presentation.words import capitalise_first, plural
from utfall.rootcause.causes.causes import CAUSE_COLUMNS, Causes
from utfall.rootcause.drivers.budget_variances import COMPONENTS, BudgetVariances
from utfall.rootcause.signal.usual_variation import limit

GRADES = dict.fromkeys((*COMPONENTS, "high_cost"), Grade.C) | {"new": Grade.A}
"""Evidence of each kind: C what rests on an index, on cost following volume or on last year being like this one; A what
is booked where nothing was. Periodisation brings its own."""

NEGLIGIBLE_SHARE = 0.002
"""A deviation below this share of what was expected is no signal, however quiet its history."""

MINOR_SHARE = 0.15
"""A component smaller than this share of its cell's largest is left in the unexplained rest rather than named."""

COMPONENT_P = 0.01
"""In a cell that is a signal, a component is named when chance alone would exceed it this seldom."""


def find_causes(
    variances: BudgetVariances,
    variation: pd.DataFrame,
    one_offs: pd.DataFrame,
    hidden: pd.DataFrame,
    repeated: pd.DataFrame,
    names: dict[str, str],
    money: Money,
) -> Causes:
    """Find the causes that carry a deviation.

    Parameters
    ----------
    variances : BudgetVariances
        The deviation of each cell, without what `one_offs` holds, and its components.
    variation : DataFrame
        ``unit, line, sd, degrees``: how far each cell strays by chance (SEK); missing where that is not known.
        ``drift``: the part of its deviation that every unit shares (SEK in result sign).
    one_offs : DataFrame
        ``unit, line, kind, amount, detail, grade``: postings that belong elsewhere, each a cause of its own.
    hidden : DataFrame
        ``unit, line``: cells in which a few patients' care was costly. Their deviation is one cause, undivided, so
        that no part says what a patient cost.
    repeated : DataFrame
        ``unit, line``: cells whose deviation is the same year after year, and so no chance.
    names : dict of str to str
        Names of the units by code.
    money : Money
        How amounts are written.

    Returns
    -------
    Causes

    Raises
    ------
    IdentityFailed
        When the rows do not sum to the deviation.
    """
    cells = variances.cells.merge(
        variation[["unit", "line", "sd", "degrees", "drift"]], on=["unit", "line"], how="left"
    )
    cells = cells.assign(
        limit=limit(cells["sd"], cells["degrees"]), least=limit(cells["sd"], cells["degrees"], COMPONENT_P)
    )
    keys = pd.MultiIndex.from_frame(cells[["unit", "line"]])
    covered, again = (keys.isin(list(zip(rows["unit"], rows["line"], strict=True))) for rows in (hidden, repeated))
    size = (cells["deviation"] - cells["drift"].fillna(0.0)).abs()
    judged = cells["limit"].notna()
    signal = judged & ((size > cells["limit"]) | again) & (size > NEGLIGIBLE_SHARE * cells["expected"].abs())

    covered &= signal.to_numpy()  # costly patients in a cell that is not known to deviate explain nothing
    found = [_undivided(cells[covered], "high_cost"), _components(cells[signal & ~covered]), one_offs]
    frame = pd.concat([part for part in found if len(part)] or [_undivided(cells[:0], "new")], ignore_index=True)
    by_cell = frame[~frame["kind"].eq("periodisation")].groupby(["unit", "line"])["amount"].sum()
    carried = by_cell.reindex(keys).fillna(0.0).to_numpy()
    left = cells["deviation"] - carried
    masks = {
        "unexplained": (signal | covered) & (left.abs() >= 0.005),
        "within_noise": judged & ~signal & ~covered & (left.abs() >= 0.005),
        "undecided": ~judged & ~covered & (left.abs() >= 0.005),
    }
    rest = {name: float(left[mask].sum()) for name, mask in masks.items()}
    counts = {name: int(mask.sum()) for name, mask in masks.items()} | {"cells": len(cells)}
    frame = _named(frame, names, variances.line_names)
    whole = float(cells["deviation"].sum() + one_offs["amount"].sum())
    check = require_identity(
        "Orsakerna och det som återstår är avvikelsen", float(frame["amount"].sum() + sum(rest.values())), whole
    )
    return Causes(
        frame=frame,
        rest=rest,
        counts=counts,
        one_unit=len(cells["unit"].unique()) == 1,
        against=variances.against,
        money=money,
        assumptions=(
            "En orsak är en drivkraft som är större än vad slumpen förklarar i den enhetens post. Den visar vad som "
            "syns i uppgifterna; varför det blev så säger den ansvarige.",
        ),
        warnings=_warnings(counts),
        checks=(check,),
    )


def _components(cells: pd.DataFrame) -> pd.DataFrame:
    """Give the components of cells that are signals, where chance does not explain the component either."""
    names = [name for name in COMPONENTS if name in cells]
    long = cells.melt(id_vars=["unit", "line", "least"], value_vars=names, var_name="kind", value_name="amount")
    largest = long.groupby(["unit", "line"])["amount"].transform(lambda values: values.abs().max())
    kept = (long["amount"].abs() > long["least"]) & (long["amount"].abs() >= MINOR_SHARE * largest)
    rows = long[kept]
    return rows.assign(grade=rows["kind"].map(lambda kind: GRADES[kind].value), detail="")[
        ["unit", "line", "kind", "amount", "detail", "grade"]
    ]


def _undivided(cells: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Give whole cells as one cause each."""
    return cells[["unit", "line"]].assign(kind=kind, amount=cells["deviation"], detail="", grade=GRADES[kind].value)


def _named(frame: pd.DataFrame, names: dict[str, str], line_names: dict[str, str]) -> pd.DataFrame:
    frame = frame.assign(
        unit_name=frame["unit"].map(names),
        line_name=frame["line"].map(line_names),
        comment="",
        author="",
        decision="",
    )
    order = frame["amount"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order, CAUSE_COLUMNS].reset_index(drop=True)


def _warnings(counts: dict[str, int]) -> tuple[str, ...]:
    if not counts["undecided"]:
        return ()
    count = plural(counts["undecided"], "post", "poster")
    return (f"{capitalise_first(count)} har för kort historik för att bedömas och står för sig.",)
