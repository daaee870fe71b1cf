"""The organisation: who belongs to whom, when, and how series stay comparable across reorganisations."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import pandas as pd

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.region.registers import LEVELS, Level, OrganisationRow

_FILE = "organisation.yaml"


@dataclass(frozen=True)
class Node:
    """A board, division, area or unit, as it stands in one month.

    Parameters
    ----------
    code, name : str
        Code and name.
    level : str
        ``board``, ``division``, ``area`` or ``unit``.
    parent : str or None
        Code of the node above.
    """

    code: str
    name: str
    level: Level
    parent: str | None


class Organisation:
    """The organisation's register, with its validity dates.

    A month's structure is the rows that are valid on its first day. Seen from that month, all history is laid in that
    structure: a unit that has moved carries its history with it, and a unit that has ended carries its history to its
    successor. So a division's series compare like with like.

    Parameters
    ----------
    rows : sequence of OrganisationRow
        The register.

    Raises
    ------
    InvalidData
        When a parent is unknown or not above its child, spans overlap, or there is not exactly one board.

    Examples
    --------
    >>> rows = [OrganisationRow(code="B", name="Nämnd", level="board"),
    ...         OrganisationRow(code="1", name="Klinik", level="unit", parent="B")]
    >>> Organisation(rows).find("Klinik", pd.Timestamp("2026-10-01")).code
    '1'
    """

    def __init__(self, rows: Sequence[OrganisationRow]) -> None:
        self.rows = tuple(rows)
        self._check()
        self.at = lru_cache(maxsize=64)(self._at)
        self.placement = lru_cache(maxsize=16)(self._placement)

    @cached_property
    def board(self) -> str:
        """Code of the board."""
        return next(row.code for row in self.rows if row.level == "board")

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every code that is or was in the register."""
        return frozenset(row.code for row in self.rows)

    def _at(self, period: pd.Timestamp) -> dict[str, Node]:
        """Nodes valid on the first day of `period`, by code."""
        day = period.date()
        return {
            row.code: Node(row.code, row.name, row.level, row.parent)
            for row in self.rows
            if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
        }

    def nodes(self, period: pd.Timestamp, level: Level | None = None) -> list[Node]:
        """Nodes of one month, in the order of the register.

        Parameters
        ----------
        period : Timestamp
            The month.
        level : str, optional
            Only this level.

        Returns
        -------
        list of Node
        """
        return [node for node in self.at(period).values() if level is None or node.level == level]

    def find(self, name_or_code: str, period: pd.Timestamp) -> Node:
        """The node with this name or code.

        Parameters
        ----------
        name_or_code : str
            Name or code, at any level; upper and lower case are the same.
        period : Timestamp
            The month whose organisation counts.

        Returns
        -------
        Node

        Raises
        ------
        InvalidParameter
            When there is none (the nearest names are suggested) or several.
        """
        nodes = self.at(period)
        wanted = str(name_or_code).strip()
        if wanted in nodes:
            return nodes[wanted]
        found = [node for node in nodes.values() if node.name.casefold() == wanted.casefold()]
        if len(found) == 1:
            return found[0]
        month = f"{period:%Y-%m}"
        if len(found) > 1:
            codes = ", ".join(node.code for node in found)
            raise InvalidParameter(f"The unit {wanted!r} is ambiguous in {month}; use one of the codes {codes}.")
        ended = next((row for row in self.rows if wanted in (row.code, row.name)), None)
        if ended is not None:
            heir = f" Its successor is {ended.successor}." if ended.successor else ""
            raise InvalidParameter(f"The unit {wanted!r} is not part of the organisation in {month}.{heir}")
        near = difflib.get_close_matches(wanted, [node.name for node in nodes.values()], n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else " The register organisation.yaml lists them."
        raise InvalidParameter(f"There is no unit {wanted!r} in {month}.{hint}")

    def name(self, code: str, period: pd.Timestamp) -> str:
        """Name of a node, in the month's organisation or, if it has ended, its last one."""
        node = self.at(period).get(code)
        if node is not None:
            return node.name
        return next((row.name for row in reversed(self.rows) if row.code == code), code)

    def path(self, code: str, period: pd.Timestamp) -> list[Node]:
        """The node and those above it, the board first."""
        nodes = self.at(period)
        path = [nodes[code]]
        while path[0].parent is not None:
            path.insert(0, nodes[path[0].parent])
        return path

    def children(self, code: str, period: pd.Timestamp) -> list[Node]:
        """Nodes directly below."""
        return [node for node in self.at(period).values() if node.parent == code]

    def units_under(self, code: str, period: pd.Timestamp) -> list[str]:
        """Codes of every unit, present or ended, whose postings belong under a node in the month's structure."""
        placement = self.placement(period)
        level = self.at(period)[code].level
        return placement.loc[placement[level] == code, "posted_unit"].tolist()

    def _placement(self, period: pd.Timestamp) -> pd.DataFrame:
        """Where each unit's postings belong in the month's structure.

        Returns
        -------
        DataFrame
            One row a unit that ever was: ``posted_unit`` (code in the ledger), and the codes of its ``unit`` (itself or
            its successor), ``area``, ``division`` and ``board``; an empty text where a level is skipped.
        """
        nodes = self.at(period)
        latest = {row.code: row for row in self.rows}  # a later row of the register replaces an earlier
        rows = []
        for code in dict.fromkeys(row.code for row in self.rows if row.level == "unit"):
            current, seen = code, {code}
            while current not in nodes:
                heir = latest[current].successor
                if heir is None or heir in seen:
                    break
                current = heir
                seen.add(heir)
            place = {level: "" for level in LEVELS} | {"posted_unit": code}
            if current in nodes:
                place |= {node.level: node.code for node in self.path(current, period)}
            else:
                # It ended without successor: its history stays where it last belonged.
                place |= self._last_place(latest[current], latest)
            rows.append(place)
        return pd.DataFrame(rows, columns=["posted_unit", *reversed(LEVELS)], dtype="str")

    @staticmethod
    def _last_place(row: OrganisationRow, latest: dict[str, OrganisationRow]) -> dict[str, str]:
        place: dict[str, str] = {}
        node: OrganisationRow | None = row
        while node is not None:
            place[node.level] = node.code
            node = latest.get(node.parent) if node.parent else None
        return place

    def _check(self) -> None:
        faults: list[Fault] = []
        boards = {row.code for row in self.rows if row.level == "board"}
        if len(boards) != 1:
            faults.append(
                Fault(
                    _FILE,
                    None,
                    f"there are {len(boards)} boards, not one.",
                    "Give exactly one row level: board.",
                )
            )
        by_code: dict[str, list[OrganisationRow]] = {}
        for row in self.rows:
            by_code.setdefault(row.code, []).append(row)
        for code, rows in by_code.items():
            if len({row.level for row in rows}) > 1:
                faults.append(Fault(_FILE, rows[-1].source_row, f"{code} is on two levels.", "Give a code one level."))
            spans = sorted(rows, key=lambda row: row.valid_from)
            for earlier, later in pairwise(spans):
                if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                    faults.append(
                        Fault(
                            _FILE,
                            later.source_row,
                            f"{code} has two rows that are valid on {later.valid_from}.",
                            "End the earlier row (valid_to) the day before the later begins.",
                        )
                    )
            for row in rows:
                parent = by_code.get(row.parent) if row.parent else None
                if row.parent and parent is None:
                    faults.append(
                        Fault(
                            _FILE,
                            row.source_row,
                            f"{code} has the unknown parent {row.parent}.",
                            "Add the parent's row.",
                        )
                    )
                elif parent and LEVELS.index(parent[0].level) >= LEVELS.index(row.level):
                    faults.append(
                        Fault(
                            _FILE,
                            row.source_row,
                            f"{code} ({row.level}) has the parent {row.parent} ({parent[0].level}).",
                            "A parent must be on a higher level.",
                        )
                    )
                if row.successor and row.successor not in by_code:
                    faults.append(
                        Fault(
                            _FILE,
                            row.source_row,
                            f"{code} has the unknown successor {row.successor}.",
                            "Correct the code.",
                        )
                    )
        if faults:
            raise InvalidData(faults)
