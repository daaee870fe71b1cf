"""The population table: parts that sum to their whole, and no month that leaps."""

from __future__ import annotations

import pandas as pd

from utfall.presentation.numbers import number, percent, short_period
from utfall.quality.findings import Finding
from utfall.quality.ledger import Judged

NEAR_SHARE = 0.01
"""How near the others' sum an area must be, in most months, to be taken for their total."""

TOLERANCE = 0.0005
"""Share that a total may differ from its parts: protected persons and rounding."""

LEAP = 0.02
"""Largest change of an area's population from one month to the next that is no error."""


def population_sums(judged: Judged) -> list[Finding]:
    """Find months in which the areas do not sum to their total, or an area leaps.

    Parameters
    ----------
    judged : Judged
        The months.

    Returns
    -------
    list of Finding
        None when the region has no population.
    """
    if "population" not in judged.region.tables:
        return []
    rows = judged.region.table("population", until=judged.last)
    wide = rows.pivot_table(index="period", columns="area", values="inhabitants", aggfunc="sum").sort_index()
    return [*_totals(wide), *_leaps(wide)]


def _totals(wide: pd.DataFrame) -> list[Finding]:
    if wide.shape[1] < 3:  # a total and two parts at least
        return []
    whole = wide.sum(axis=1)
    ratio = (wide.mul(-1).add(whole, axis=0) / wide).sub(1).abs().median()
    if ratio.min() > NEAR_SHARE:
        return []
    total = str(ratio.idxmin())
    parts = whole - wide[total]
    complete = wide.notna().all(axis=1)
    off = (parts - wide[total]).where(complete)
    findings = []
    for period in wide.index[off.abs() > TOLERANCE * wide[total]]:
        what = (
            f"Folkmängden i {total} i {short_period(period)} är {number(wide.at[period, total])}, men delarna "
            f"summerar till {number(parts[period])}."
        )
        findings.append(Finding("population", "population", what, "", 1))
    return findings


def _leaps(wide: pd.DataFrame) -> list[Finding]:
    change = wide.pct_change(fill_method=None)
    findings = []
    for area in wide.columns:
        for period, share in change[area][change[area].abs() > LEAP].items():
            what = f"Folkmängden i {area} ändras med {percent(share, 1, signed=True)} till {short_period(period)}."
            findings.append(Finding("population", "population", what, "", 1))
    return findings
