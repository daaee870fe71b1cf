"""A proposal of ``organisation.yaml``: the units that are booked on, under what files tell of areas and divisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from utfall.sources.raindance import object_levels, organisation_rows
from utfall.starting.columns import best_column
from utfall.starting.doubts import Doubt, Weight
from utfall.starting.looking import LookedFile
from utfall.starting.reading import distinct_rows
from utfall.starting.recognising import has_period_of_rows
from utfall.starting.vocabulary import plain_name

BOARD = ("NAMND", "Nämnden")
"""Code and name of the board where no file names one."""

TO_PLACE = ("FORDELA", "Att fördela")
"""Code and name of the division for units whose place no file tells."""

UNITS_TOLD = 5
"""Units that a doubt names; the rest are counted."""

DAY_LENGTH = len("2026-10-17")
"""Signs of a day; a time of day after it is left out."""

LEVELS = ("unit", "area", "division", "board")
"""Levels from the lowest."""

_ROLES = ("unit", "unit_name", "area_code", "area_name", "division_code", "division_name", "board_name")
_LEVEL_WORDS = {
    "enhet": "unit",
    "unit": "unit",
    "omrade": "area",
    "area": "area",
    "division": "division",
    "forvaltning": "division",
    "namnd": "board",
    "board": "board",
}


@dataclass(frozen=True)
class ProposedOrganisation:
    """``organisation.yaml`` as it is proposed.

    Parameters
    ----------
    rows : tuple of dict
        Its rows, those above before those below.
    doubts : tuple of Doubt
        What to look at.
    """

    rows: tuple[dict[str, Any], ...]
    doubts: tuple[Doubt, ...]


def propose_organisation(
    booked: Mapping[str, int], files: Sequence[LookedFile], named: Mapping[str, str] | None = None
) -> ProposedOrganisation:
    """Propose the organisation.

    Parameters
    ----------
    booked : mapping of str to int
        Units that tables hold, and how many rows each has.
    files : sequence of LookedFile
        Files that may tell names and places, lists of units before tables.
    named : mapping of str to str, optional
        Names of units that are known from elsewhere.

    Returns
    -------
    ProposedOrganisation

    Examples
    --------
    >>> [row["code"] for row in propose_organisation({"11": 3, "12": 1}, []).rows]
    ['NAMND', 'FORDELA', '11', '12']
    """
    places: dict[str, dict[str, str]] = {unit: {"unit_name": name} for unit, name in (named or {}).items()}
    doubts: list[Doubt] = []
    for file in files:
        listed = _of_objects(file) or _of_levels(file)
        if listed is not None:
            rows, told = listed
            return _completed(rows, booked, doubts + told)
        for unit, place in _of_columns(file).items():
            kept = places.setdefault(unit, {})
            kept.update({role: text for role, text in place.items() if text and not kept.get(role)})
    return _built({unit: places.get(unit, {}) for unit in sorted(booked)}, doubts)


def _built(places: Mapping[str, Mapping[str, str]], doubts: list[Doubt]) -> ProposedOrganisation:
    taken = set(places)
    boards = {place.get("board_name", "") for place in places.values()} - {""}
    board_name = sorted(boards)[0] if boards else BOARD[1]
    board = _free(BOARD[0], taken)
    divisions: dict[str, tuple[str, str]] = {}
    areas: dict[tuple[str, str], tuple[str, str]] = {}
    units, homeless, nameless = [], [], []
    for unit, place in places.items():
        division = place.get("division_code") or place.get("division_name")
        if division:
            name = place.get("division_name") or division
            divisions.setdefault(division, (_code(place.get("division_code"), "D", len(divisions), taken), name))
            parent = divisions[division][0]
        else:
            homeless.append(unit)
            parent = ""
        area = place.get("area_code") or place.get("area_name")
        if area:
            name = place.get("area_name") or area
            areas.setdefault((parent, area), (_code(place.get("area_code"), "O", len(areas), taken), name))
            parent = areas[parent, area][0]
        if not place.get("unit_name"):
            nameless.append(unit)
        units.append((unit, place.get("unit_name") or unit, parent))
    to_place = _free(TO_PLACE[0], taken)
    if homeless:
        divisions[""] = (to_place, TO_PLACE[1])
        text = f"ingen fil säger vilken division {_some(homeless)} hör till; de ligger under {TO_PLACE[1]}."
        doubts.append(Doubt(Weight.UNIT_NAMES, "organisation", text))
    if nameless:
        doubts.append(
            Doubt(Weight.UNIT_NAMES, "organisation", f"namn saknas för {_some(nameless)}; koden står i stället.")
        )
    if len(boards) > 1:
        text = f"filerna nämner flera nämnder ({', '.join(sorted(boards))}); {board_name} används."
        doubts.append(Doubt(Weight.NAME, "organisation", text))
    elif not boards:
        doubts.append(Doubt(Weight.NAME, "organisation", "nämndens namn står inte i filerna."))
    rows: list[dict[str, Any]] = [{"code": board, "name": board_name, "level": "board"}]
    rows += [{"code": code, "name": name, "level": "division", "parent": board} for code, name in divisions.values()]
    rows += [
        {"code": code, "name": name, "level": "area", "parent": parent or to_place}
        for (parent, _), (code, name) in areas.items()
    ]
    rows += [
        {"code": unit, "name": name, "level": "unit", "parent": parent or to_place} for unit, name, parent in units
    ]
    return ProposedOrganisation(tuple(rows), tuple(doubts))


def _completed(rows: list[dict[str, Any]], booked: Mapping[str, int], doubts: list[Doubt]) -> ProposedOrganisation:
    """A list of the whole organisation, with the units that only tables know."""
    missing = [unit for unit in sorted(booked) if unit not in {row["code"] for row in rows}]
    if missing:
        taken = {row["code"] for row in rows}
        board = next(row["code"] for row in rows if row["level"] == "board")
        place = _free(TO_PLACE[0], taken)
        rows = [*rows, {"code": place, "name": TO_PLACE[1], "level": "division", "parent": board}]
        rows += [{"code": unit, "name": unit, "level": "unit", "parent": place} for unit in missing]
        text = f"{_some(missing)} har bokföring men står inte i organisationslistan; de ligger under {TO_PLACE[1]}."
        doubts.append(Doubt(Weight.UNIT_NAMES, "organisation", text))
    return ProposedOrganisation(tuple(rows), tuple(doubts))


def _of_columns(file: LookedFile) -> dict[str, dict[str, str]]:
    """Units of a file and what its columns say of each: the name and place that most rows have."""
    is_list = not has_period_of_rows(file.columns)
    columns = {role: best_column(file.columns, role, in_list=is_list and role == "unit_name") for role in _ROLES}
    if is_list and columns["unit"] is None:
        columns["unit"] = best_column(file.columns, "code")
    unit = columns.pop("unit")
    told = {role: column for role, column in columns.items() if column is not None and column != unit}
    if unit is None or not told:
        return {}
    wanted = list(dict.fromkeys([unit, *told.values()]))
    found: dict[str, dict[str, str]] = {}
    rows = distinct_rows(file, wanted).sort_values("rows", ascending=False, kind="stable")
    for row in rows.to_dict("records"):
        place = found.setdefault(row[unit], {})
        for role, column in told.items():
            if row[column] and role not in place:
                place[role] = row[column]
    return found


def _of_levels(file: LookedFile) -> tuple[list[dict[str, Any]], list[Doubt]] | None:
    """A list with a row for each node: code, name, level and the code above."""
    columns = {role: best_column(file.columns, role) for role in ("code", "level", "parent")}
    name = best_column(file.columns, "unit_name", in_list=True)
    if name is None or not all(columns.values()):
        return None
    spans = {role: best_column(file.columns, role) for role in ("valid_from", "valid_to", "successor")}
    told = {role: column for role, column in spans.items() if column is not None}
    wanted = [str(columns["code"]), name, str(columns["level"]), str(columns["parent"]), *told.values()]
    frame = distinct_rows(file, wanted)
    levels = frame.iloc[:, 2].map(lambda text: _LEVEL_WORDS.get(plain_name(text)))
    if levels.isna().any() or list(levels).count("board") != 1:
        return None
    rows = []
    for values, level in zip(frame.itertuples(index=False, name=None), levels, strict=True):
        code, named, _, parent, *dates = values[:-1]
        row = {"code": code, "name": named or code, "level": level}
        row |= {"parent": parent} if level != "board" else {}
        rows.append(
            row
            | {
                role: text if role == "successor" else text[:DAY_LENGTH]
                for role, text in zip(told, dates, strict=True)
                if text
            }
        )
    return sorted(rows, key=lambda row: -LEVELS.index(row["level"])), []


def _of_objects(file: LookedFile) -> tuple[list[dict[str, Any]], list[Doubt]] | None:
    """Raindance's objects: units with the levels above them and their validity."""
    levels = [level for level in object_levels(file.columns) if level != "KONTO"]
    if len(levels) == 0 or "KONTO" in object_levels(file.columns) or "GILTIG" not in " ".join(file.columns).upper():
        return None
    frame = distinct_rows(file, list(file.columns)).drop(columns="rows")
    counts = {level: frame[f"{level}_ID"].nunique() for level in levels}
    by_size = sorted(levels, key=lambda level: -counts[level])
    chosen = dict(zip([by_size[0], *reversed(by_size[1:][-2:])], ("unit", "division", "area"), strict=False))
    in_order = {level: chosen[level] for level in sorted(chosen, key=lambda level: LEVELS.index(chosen[level]))}
    nodes = organisation_rows(pd.DataFrame(frame), in_order, file=file.path.name, board=BOARD)
    told = ", ".join(f"{level} är {kit}" for level, kit in in_order.items())
    left = [level for level in levels if level not in chosen]
    unused = f"; {', '.join(left)} används inte" if left else ""
    text = f"nivåerna är valda efter hur många objekt de har: {told}{unused}."
    doubts = [
        Doubt(Weight.UNIT_NAMES, "organisation", text),
        Doubt(Weight.NAME, "organisation", "nämndens namn står inte i filerna."),
    ]
    rows = []
    for node in nodes:
        row: dict[str, Any] = {"code": node.code, "name": node.name, "level": node.level}
        if node.parent is not None:
            row["parent"] = node.parent
        for name, day in (("valid_from", node.valid_from), ("valid_to", node.valid_to)):
            if isinstance(day, date):
                row[name] = day
        rows.append(row)
    return rows, doubts


def _code(code: str | None, letter: str, number: int, taken: set[str]) -> str:
    return _free(code or f"{letter}{number + 1:02}", taken)


def _free(code: str, taken: set[str]) -> str:
    while code in taken:
        code += "_"
    taken.add(code)
    return code


def _some(units: Sequence[str]) -> str:
    shown = ", ".join(units[:UNITS_TOLD])
    more = len(units) - UNITS_TOLD
    return (
        f"enheterna {shown} och {more} till"
        if more > 0
        else f"enheterna {shown}"
        if len(units) > 1
        else f"enheten {shown}"
    )
