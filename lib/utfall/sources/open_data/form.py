"""The form of an answer, checked where it is read: what is missing or given twice is named by page and item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.sources.open_data.saved import SavedPage

PAGE, ITEM = "page", "item"
"""Columns that say where in the answer a row stood; the item is counted from 1."""

CHANGED = "The source may have changed its form: keep what was saved before, and tell who maintains the kit."
CONTRADICTION = "Fetch it again; if it stays, ask the source which of them holds."

MAX_FAULTS = 20
"""Most faults told of one answer."""


def part(row: Any, key: str, kind: type | tuple[type, ...], page: SavedPage, item: int | None = None) -> Any:
    """Give a part of an answer, and refuse an answer that has no such part.

    Parameters
    ----------
    row : Any
        An object of the answer.
    key : str
        Which part.
    kind : type or tuple of type
        What it has to be.
    page : SavedPage
        Where.
    item : int, optional
        Which object, counted from 1.

    Returns
    -------
    Any

    Raises
    ------
    InvalidData
        When the part is missing, or is something else.
    """
    if not isinstance(row, dict):
        raise InvalidData([Fault(page.file, item, f"an object with {key!r} is expected, not {_short(row)}.", CHANGED)])
    if key not in row:
        has = ", ".join(list(row)[:10]) or "nothing"
        raise InvalidData([Fault(page.file, item, f"the part {key!r} is missing; there is {has}.", CHANGED)])
    value = row[key]
    kinds = kind if isinstance(kind, tuple) else (kind,)
    # A truth value counts as a number in Python, and as none here.
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise InvalidData([Fault(page.file, item, f"{key!r} is {_short(value)}, not what it used to be.", CHANGED)])
    return value


def asked_only(value: str, asked: Sequence[str], what: str, page: SavedPage, item: int) -> None:
    """Refuse a row that was not asked for: a source that passes over a part of the question answers another one.

    Parameters
    ----------
    value : str
        What the row has.
    asked : sequence of str
        What was asked for.
    what : str
        Name of the part.
    page : SavedPage
        Where.
    item : int
        Which row.

    Raises
    ------
    InvalidData
        When the value is not among them.
    """
    if value in asked:
        return
    said = f"a row has {what} {value}, which was not asked for ({_listed(asked)})."
    raise InvalidData([Fault(page.file, item, said, "The source did not follow the question; " + CHANGED)])


def without_repeats(rows: pd.DataFrame, keys: Sequence[str], value: str) -> tuple[pd.DataFrame, int]:
    """Leave out rows that are given again with the same value, and refuse those given with another.

    Parameters
    ----------
    rows : DataFrame
        With the columns `PAGE` and `ITEM`, which are taken off.
    keys : sequence of str
        Columns that together name a row.
    value : str
        Column of the value.

    Returns
    -------
    rows : DataFrame
    repeated : int
        How many were left out.

    Raises
    ------
    InvalidData
        Naming each row that contradicts an earlier one.

    Examples
    --------
    >>> rows = pd.DataFrame({"kpi": ["a", "a"], "value": [1.0, 1.0], "page": ["p", "p"], "item": [1, 2]})
    >>> without_repeats(rows, ["kpi"], "value")
    (  kpi  value
    0   a    1.0, 1)
    """
    keys = list(keys)
    if rows.empty:
        return rows.drop(columns=[PAGE, ITEM]), 0
    again = rows.duplicated(keys)
    first = rows[~again].set_index(keys)[value]
    repeated = rows[again]
    if len(repeated):
        earlier = first.reindex(pd.MultiIndex.from_frame(repeated[keys]) if len(keys) > 1 else repeated[keys[0]])
        before, after = earlier.to_numpy(), repeated[value].to_numpy()
        differs = ~((before == after) | (pd.isna(before) & pd.isna(after)))
        faults = [
            Fault(
                str(row[PAGE]),
                int(row[ITEM]),
                f"{', '.join(str(row[key]) for key in keys)} is {_number(row[value])} here and {_number(was)} before.",
                CONTRADICTION,
            )
            for (_, row), was in zip(repeated[differs].iterrows(), before[differs], strict=True)
        ]
        if faults:
            raise InvalidData(faults[:MAX_FAULTS])
    return rows[~again].drop(columns=[PAGE, ITEM]).reset_index(drop=True), len(repeated)


def _number(value: Any) -> str:
    return "missing" if pd.isna(value) else f"{value:g}"


def _listed(values: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(values[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"


def _short(value: Any, most: int = 40) -> str:
    text = repr(value)
    return text if len(text) <= most else text[: most - 1] + "…"
