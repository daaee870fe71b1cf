"""Objects of Raindance's data mart (``EK_DIM_OBJ_<DIM>``): the organisation and the accounts, with their validity.

A row is one object with what stands above it: for each level L the columns ``L_ID``, ``L_TEXT``, ``L_GILTIG_FOM``,
``L_GILTIG_TOM`` and ``L_PASSIV``. Which levels there are is decided by each organisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.sources.sie.faults import FaultList
from utfall.sources.source import SOURCE_ROW

NO_DATE = date(1899, 12, 31)
"""How the mart writes that there is no date."""

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)
"""Days that mean "always" at the beginning and the end."""

_FIRST_ROW = 2  # of a text file with a header
_PASSIVE = frozenset({"1", "J", "JA", "TRUE", "P", "PASSIV"})


@dataclass(frozen=True)
class MartNode:
    """One node of the organisation during one span of time, as ``organisation.yaml`` wants it.

    Parameters
    ----------
    code, name : str
        Code and name.
    level : str
        The kit's level: board, division, area or unit.
    parent : str or None
        Code of the node above.
    valid_from, valid_to : date or None
        First and last day; ``None`` where there is no limit.
    passive : bool
        Whether the mart calls it passive: nothing new is booked on it.
    row : int
        Row it was first met on.
    """

    code: str
    name: str
    level: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    passive: bool = False
    row: int = field(default=0, compare=False)


@dataclass(frozen=True)
class MartAccount:
    """One account of the mart.

    Parameters
    ----------
    number, name : str
        Number and name.
    groups : dict of str to (str, str)
        Level to the group's code and name.
    valid_from, valid_to : date or None
        First and last day.
    passive : bool
        Whether nothing new is booked on it.
    """

    number: str
    name: str
    groups: dict[str, tuple[str, str]]
    valid_from: date | None
    valid_to: date | None
    passive: bool


def object_levels(columns: Iterable[str]) -> tuple[str, ...]:
    """Find the levels that an export of objects has.

    Parameters
    ----------
    columns : iterable of str
        Its columns.

    Returns
    -------
    tuple of str
        Each L with both ``L_ID`` and ``L_TEXT``, in their order.

    Examples
    --------
    >>> object_levels(["KST_ID", "KST_TEXT", "KST_ID_TEXT", "OMRÅDE_ID", "OMRÅDE_TEXT", "VER_ID"])
    ('KST', 'OMRÅDE')
    """
    names = list(columns)
    return tuple(name[: -len("_ID")] for name in names if name.endswith("_ID") and f"{name[:-3]}_TEXT" in names)


def organisation_rows(
    frame: pd.DataFrame, levels: Mapping[str, str], *, file: str, board: tuple[str, str] | None = None
) -> list[MartNode]:
    """Make the organisation out of an export of objects.

    An upper level whose codes are also a lower one's gets the level's name before its codes.

    Parameters
    ----------
    frame : DataFrame
        The export; with `source_row`, faults name that row.
    levels : mapping of str to str
        The mart's level to the kit's, lowest first: ``{"KST": "unit", "VO": "area", "DI": "division"}``.
    file : str
        Name of the export, for messages.
    board : (str, str), optional
        Code and name of a board above the highest level, when the export has none.

    Returns
    -------
    list of MartNode
        The board first, then level by level, by code and first day.

    Raises
    ------
    InvalidData
        When a column is missing, a date cannot be read, or an object's spans overlap or leave a gap.

    Examples
    --------
    >>> frame = pd.DataFrame({"KST_ID": ["11"], "KST_TEXT": ["Akuten"], "KST_GILTIG_FOM": ["2020-01-01"],
    ...                       "KST_GILTIG_TOM": ["1899-12-31"]})
    >>> rows = organisation_rows(frame, {"KST": "unit"}, file="kst.csv", board=("1", "Nämnden"))
    >>> [(node.code, node.parent, node.valid_from, node.valid_to) for node in rows]
    [('1', None, None, None), ('11', '1', datetime.date(2020, 1, 1), None)]
    """
    _have_columns(frame, levels, file)
    faults = FaultList(file)
    names, order = list(levels), list(levels.values())
    prefixes = _prefixes(frame, names)
    met: dict[MartNode, None] = {}
    for row, values in zip(_rows(frame), frame.to_dict("records"), strict=True):
        codes = [_text(values[f"{name}_ID"]) for name in names]
        for at, name in enumerate(names):
            if not codes[at]:
                if at == 0:
                    faults.add(row, f"{name}_ID is empty.", "Give every object its code, or leave the row out.")
                continue
            above = next((up for up in range(at + 1, len(names)) if codes[up]), None)
            parent = (None if board is None else board[0]) if above is None else prefixes[above] + codes[above]
            try:
                first, last = _day(values, f"{name}_GILTIG_FOM"), _day(values, f"{name}_GILTIG_TOM")
            except ValueError as error:
                faults.add(row, str(error), "Write the date as YYYY-MM-DD.")
                continue
            text, passive = _text(values[f"{name}_TEXT"]), _passive(values.get(f"{name}_PASSIV"))
            code = prefixes[at] + codes[at]
            met.setdefault(MartNode(code, text or code, order[at], parent, first, last, passive, row))
    nodes = sorted(met, key=lambda node: (-order.index(node.level), node.code, node.valid_from or FIRST_DAY, node.row))
    _check_spans(nodes, faults)
    faults.refuse()
    top = [] if board is None else [MartNode(board[0], board[1], "board", None, None, None)]
    return top + nodes


def account_rows(frame: pd.DataFrame, *, file: str, level: str = "KONTO") -> list[MartAccount]:
    """Make the list of accounts out of an export of objects.

    Parameters
    ----------
    frame : DataFrame
        The export (``EK_DIM_OBJ_KONTO``).
    file : str
        Name of the export, for messages.
    level : str, default "KONTO"
        The level that is the account.

    Returns
    -------
    list of MartAccount
        By number.

    Raises
    ------
    InvalidData
        When a column is missing, a date cannot be read, or an account is given twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"KONTO_ID": ["5600"], "KONTO_TEXT": ["Läkemedel"], "K2_ID": ["56"], "K2_TEXT": ["Läk"]})
    >>> account_rows(frame, file="konto.csv")[0].groups
    {'K2': ('56', 'Läk')}
    """
    _have_columns(frame, [level], file)
    faults = FaultList(file)
    groups = [name for name in object_levels(map(str, frame.columns)) if name != level]
    accounts: dict[str, MartAccount] = {}
    for row, values in zip(_rows(frame), frame.to_dict("records"), strict=True):
        number = _text(values[f"{level}_ID"])
        try:
            first, last = _day(values, f"{level}_GILTIG_FOM"), _day(values, f"{level}_GILTIG_TOM")
        except ValueError as error:
            faults.add(row, str(error), "Write the date as YYYY-MM-DD.")
            continue
        if not number or number in accounts:
            what = f"the account {number!r} is given a second time." if number else f"{level}_ID is empty."
            faults.add(row, what, "Give each account once.")
            continue
        above = {name: (_text(values[f"{name}_ID"]), _text(values[f"{name}_TEXT"])) for name in groups}
        accounts[number] = MartAccount(
            number, _text(values[f"{level}_TEXT"]), above, first, last, _passive(values.get(f"{level}_PASSIV"))
        )
    faults.refuse()
    return [accounts[number] for number in sorted(accounts)]


def _check_spans(nodes: list[MartNode], faults: FaultList) -> None:
    before: MartNode | None = None
    for node in nodes:
        if node.valid_from and node.valid_to and node.valid_to < node.valid_from:
            what = f"{node.code} ends {node.valid_to}, before it begins {node.valid_from}."
            faults.add(node.row, what, "Correct its dates.")
        if before is not None and (before.level, before.code) == (node.level, node.code):
            first, last = node.valid_from or FIRST_DAY, before.valid_to or LAST_DAY
            if first <= last:
                what = (
                    f"{node.code} is given twice from {first}: as {before.name} under {before.parent} (row "
                    f"{before.row}) and as {node.name} under {node.parent}."
                )
                faults.add(node.row, what, "Let each of an object's spans end the day before the next begins.")
            elif first > last + timedelta(days=1):
                what = f"{node.code} is not valid from {last + timedelta(days=1)} to {first - timedelta(days=1)}."
                faults.add(node.row, what, "Close the gap, or give the object a new code.")
        before = node


def _have_columns(frame: pd.DataFrame, levels: Iterable[str], file: str) -> None:
    missing = [f"{name}{ending}" for name in levels for ending in ("_ID", "_TEXT") if f"{name}{ending}" not in frame]
    if missing:
        remedy = f"Export them, or choose among the levels {', '.join(object_levels(map(str, frame.columns)))}."
        raise InvalidData([Fault(file, None, f"the columns {', '.join(missing)} are missing.", remedy)])


def _prefixes(frame: pd.DataFrame, names: list[str]) -> list[str]:
    taken: set[str] = set()
    prefixes = []
    for name in names:
        codes = {_text(code) for code in frame[f"{name}_ID"]} - {""}
        prefixes.append(f"{name}:" if codes & taken else "")
        taken |= codes
    return prefixes


def _rows(frame: pd.DataFrame) -> list[int]:
    if SOURCE_ROW in frame:
        return [int(row) for row in frame[SOURCE_ROW]]
    return list(range(_FIRST_ROW, _FIRST_ROW + len(frame)))


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip()


def _passive(value: Any) -> bool:
    return value is True or _text(value).upper().removesuffix(".0") in _PASSIVE


def _day(values: Mapping[Any, Any], column: str) -> date | None:
    value = values.get(column)
    if value is None or value == "" or pd.isna(value):
        return None
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        try:
            day = date.fromisoformat(str(value).strip()[:10])
        except ValueError:
            raise ValueError(f"{column} is {str(value)!r}, which is no day.") from None
    return None if day in (NO_DATE, FIRST_DAY, LAST_DAY) else day
