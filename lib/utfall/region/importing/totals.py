"""Control totals: what a table's amounts are said to sum to, against what they sum to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd

from utfall.errors import Fault
from utfall.region.importing.rows import fetch
from utfall.region.importing.typed import MONEY, Writing
from utfall.region.importing.values import number_of
from utfall.region.row_account import ControlTotal
from utfall.region.store import ORE
from utfall.region.tables import MONEY_COLUMN
from utfall.sources import ColumnRule, TableMapping
from utfall.sources.mapping import TOTAL_OF_ALL

SUM_ROW = "sum row of the file"
"""What a total is called that the file itself ends with."""


def stated_totals(mapping: TableMapping | None, summary: pd.DataFrame) -> tuple[ControlTotal, ...]:
    """Try the totals that ``region.yaml`` states.

    Parameters
    ----------
    mapping : TableMapping or None
        States the totals, in the file's own sign and unit.
    summary : DataFrame
        The table's sums, as `CheckedTable` has them.

    Returns
    -------
    tuple of ControlTotal
        In SEK and result sign.
    """
    if mapping is None or not mapping.control_totals:
        return ()
    factor = mapping.columns[MONEY_COLUMN].factor if MONEY_COLUMN in mapping.columns else -1.0
    months = summary["period"].dt.strftime("%Y-%m")
    totals = []
    for what, stated in mapping.control_totals.items():
        asked = summary["ore"] if what == TOTAL_OF_ALL else summary.loc[months.str.startswith(what), "ore"]
        totals.append(ControlTotal(what, stated * factor, int(asked.sum()) / ORE, _tolerance(_written(stated), factor)))
    return tuple(totals)


def total_of_sum_row(
    rows: Any, stated_sums: Mapping[str, str], columns: Mapping[str, ColumnRule], writing: Writing
) -> tuple[ControlTotal, ...]:
    """Try the sum that a file states in its own last row.

    Parameters
    ----------
    rows : ibis table
        The typed rows, those too that an exclusion leaves out: the file has summed them.
    stated_sums : mapping of str to str
        The file's columns → what its sum row says.
    columns : mapping of str to ColumnRule
        Canonical column to its rule.
    writing : Writing
        How numbers are written.

    Returns
    -------
    tuple of ControlTotal
        Empty when the file states no sum of the amounts.
    """
    rule = columns.get(MONEY_COLUMN)
    text = stated_sums.get(rule.column) if rule is not None and rule.column is not None else None
    if rule is None or not text:
        return ()
    read = rows.get_backend().to_pyarrow(number_of(ibis.literal(text.strip()), writing.decimal, writing.thousands))
    stated = read.as_py()
    if stated is None:
        return ()
    found = fetch(rows.aggregate(ore=(rows[MONEY_COLUMN].cast(MONEY).sum() * ORE).cast("int64")))["ore"].iloc[0]
    tolerance = _tolerance(text.replace(",", "."), rule.factor)
    return (ControlTotal(SUM_ROW, stated * rule.factor, int(found) / ORE, tolerance),)


def faults_of_totals(totals: tuple[ControlTotal, ...], file: str) -> list[Fault]:
    """Name the totals that do not hold.

    Parameters
    ----------
    totals : tuple of ControlTotal
        The totals.
    file : str
        Name of the file.

    Returns
    -------
    list of Fault
    """
    remedy = "Rows are missing, doubled or changed: export the file again, or correct the total in region.yaml."
    return [
        Fault(
            file,
            None,
            f"the control total ({total.what}) is {total.stated:.2f} SEK, but the rows sum to {total.found:.2f} "
            f"(difference {total.found - total.stated:.2f}).",
            remedy,
        )
        for total in totals
        if not total.holds
    ]


def _written(stated: float) -> str:
    return str(int(stated)) if stated == int(stated) else str(stated)


def _tolerance(stated: str, factor: float) -> float:
    """Half a unit of the last digit a total is stated with: one in millions says nothing of kronor."""
    digits = "".join(sign for sign in stated if sign.isdigit() or sign in ".-").rstrip("-")
    exponent = Decimal(digits.strip("-") or "0").as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    return abs(factor) * 0.5 * 10.0**-decimals if decimals < 2 or abs(factor) > 1 else 0.5 / ORE
