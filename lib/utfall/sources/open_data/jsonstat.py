"""JSON-stat 2: a statistical table as one long list of values, and dimensions that say what each of them is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.sources.open_data.form import CHANGED, ITEM, PAGE, part
from utfall.sources.open_data.saved import SavedPage

VALUE, STATUS = "value", "status"
TEXT = "_text"
"""What a column with the texts of a dimension's codes ends in."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of a table.

    Parameters
    ----------
    name : str
        Its code.
    codes : tuple of str
        Codes of its values, in the table's order.
    texts : dict of str to str
        Code → text.
    optional : bool
        Whether a question may leave it out, and then gets the sum over it.
    is_time : bool, default False
        Whether its codes are times, from the first to the last.
    """

    name: str
    codes: tuple[str, ...]
    texts: dict[str, str]
    optional: bool
    is_time: bool = False


def dimensions(page: SavedPage) -> list[Dimension]:
    """Read a table's dimensions, from its metadata or from figures.

    Parameters
    ----------
    page : SavedPage
        The page.

    Returns
    -------
    list of Dimension
        In the table's order.

    Raises
    ------
    InvalidData
        When the page is no JSON-stat 2.
    """
    names = part(page.content, "id", list, page)
    described = part(page.content, "dimension", dict, page)
    times = (page.content.get("role") or {}).get("time") or []
    found = []
    for name in names:
        dimension = part(described, str(name), dict, page)
        category = part(dimension, "category", dict, page)
        texts = {str(code): str(text) for code, text in (category.get("label") or {}).items()}
        index = category.get("index", list(texts))
        codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else index
        if not isinstance(codes, list):
            raise InvalidData([Fault(page.file, None, f"the dimension {name} has no list of codes.", CHANGED)])
        optional = bool((dimension.get("extension") or {}).get("elimination", False))
        found.append(Dimension(str(name), tuple(str(code) for code in codes), texts, optional, name in times))
    return found


def cells(page: SavedPage) -> pd.DataFrame:
    """Read a table's figures, one row a cell.

    Parameters
    ----------
    page : SavedPage
        The page.

    Returns
    -------
    DataFrame
        For each dimension a column of codes and one of texts; `VALUE`, `STATUS`, and where each row stood.

    Raises
    ------
    InvalidData
        When the page is no JSON-stat 2, or its values and dimensions do not fit together.
    """
    axes = dimensions(page)
    sizes = [len(axis.codes) for axis in axes]
    count = math.prod(sizes)
    if part(page.content, "size", list, page) != sizes:
        what = f"the table says it is {page.content['size']} large, but its dimensions have {sizes} codes."
        raise InvalidData([Fault(page.file, None, what, CHANGED)])
    values = _filled(part(page.content, VALUE, (list, dict), page), count, page)
    statuses = page.content.get(STATUS) or {}
    if isinstance(statuses, str):
        statuses = [statuses] * count
    status = _filled(statuses, count, page, may_be_short=True)
    columns: dict[str, Any] = {}
    # The last dimension changes quickest.
    places = np.unravel_index(np.arange(count), sizes) if sizes else ()
    for axis, place in zip(axes, places, strict=True):
        codes = np.array(axis.codes, dtype=object)
        texts = np.array([axis.texts.get(code, code) for code in axis.codes], dtype=object)
        columns[axis.name] = pd.array(codes[place], dtype="str")
        columns[axis.name + TEXT] = pd.array(texts[place], dtype="str")
    _refuse_texts(values, page)
    columns[VALUE] = np.array(values, dtype="float64")  # None becomes missing
    columns[STATUS] = pd.array(["" if sign is None else str(sign) for sign in status], dtype="str")
    return pd.DataFrame(columns | {PAGE: page.file, ITEM: range(1, count + 1)})


def mandatory_notes(page: SavedPage) -> list[str]:
    """Give the notes that the source requires to be shown with its figures.

    Parameters
    ----------
    page : SavedPage
        The page.

    Returns
    -------
    list of str
    """
    found = []
    described = page.content.get("dimension") if isinstance(page.content, dict) else None
    for noted in [page.content, *(described.values() if isinstance(described, dict) else ())]:
        if not isinstance(noted, dict):
            continue
        required = (noted.get("extension") or {}).get("noteMandatory") or {}
        notes = noted.get("note") or []
        found += [" ".join(str(note).split()) for number, note in enumerate(notes) if required.get(str(number)) is True]
    return list(dict.fromkeys(found))


def _filled(given: list[Any] | dict[str, Any], count: int, page: SavedPage, *, may_be_short: bool = False) -> list[Any]:
    """A list with a place for every cell; an object names only the cells that have something."""
    if isinstance(given, dict):
        if any(not key.isdigit() or int(key) >= count for key in given):
            raise InvalidData([Fault(page.file, None, f"a value stands outside the table's {count} cells.", CHANGED)])
        return [given.get(str(number)) for number in range(count)]
    if len(given) != count and not (may_be_short and not given):
        what = f"the table has {len(given)} values for {count} cells."
        raise InvalidData([Fault(page.file, None, what, CHANGED)])
    return list(given) or [None] * count


def _refuse_texts(values: list[Any], page: SavedPage) -> None:
    if set(map(type, values)) <= {int, float, type(None)}:
        return
    item, value = next((n, v) for n, v in enumerate(values, 1) if type(v) not in (int, float, type(None)))
    raise InvalidData([Fault(page.file, item, f"the value {str(value)[:40]!r} is no number.", CHANGED)])
