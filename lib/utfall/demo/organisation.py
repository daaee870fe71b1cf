"""The organisation: codes, validity dates, and the reorganisation of January 2025."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from utfall.demo.timeline import MONTHS, at
from utfall.demo.units import BOARD_CODE, BOARD_NAME, PLAN

REORGANISED = "2025-01"
"""First month of the new organisation."""

MERGED_UNITS = ("Lungmottagningen", "Allergimottagningen")
"""Units that ended with 2024."""

MERGED_INTO = "Lung- och allergimottagningen"
"""The unit that took over from `MERGED_UNITS`."""

MOVED_AREA = ("Område barn och ungdom", "MED")
"""The area that moved, and its new division."""

MOVED_UNIT = ("Smärtmottagningen", "Område rehabilitering och geriatrik")
"""The unit that moved, and its new area."""

_FIRST_DAY = "2019-01-01"
_OLD_LAST_DAY = "2024-12-31"
_NEW_FIRST_DAY = "2025-01-01"


@dataclass(frozen=True)
class DemoUnit:
    """One unit of the made-up region.

    Parameters
    ----------
    index : int
        Position in every array of units.
    code, name : str
        Code in the ledger, and name.
    kind : str
        What sort of unit it is; decides its cost lines, products and seasons.
    size_mkr : float
        External cost in the 2024 budget, mkr, before the divisions are scaled to their table.
    area, division : str
        Codes of where it belonged in 2024.
    """

    index: int
    code: str
    name: str
    kind: str
    size_mkr: float
    area: str
    division: str


@dataclass(frozen=True)
class DemoOrganisation:
    """Divisions, areas and units of the made-up region.

    Parameters
    ----------
    divisions, areas : dict
        Code to name.
    division_of_area : dict
        Division of each area in 2024.
    units : tuple of DemoUnit
        Every unit that ever was.
    """

    divisions: dict[str, str]
    areas: dict[str, str]
    division_of_area: dict[str, str]
    units: tuple[DemoUnit, ...] = field(default=())

    def unit(self, name: str) -> DemoUnit:
        """Return the unit with this name."""
        return next(unit for unit in self.units if unit.name == name)

    def index(self, *names: str) -> list[int]:
        """Positions of the units with these names."""
        return [self.unit(name).index for name in names]

    def codes(self, indices: list[int] | NDArray[np.int64]) -> list[str]:
        """Codes of the units at these positions."""
        return [self.units[int(index)].code for index in indices]

    def area_code(self, name: str) -> str:
        """Code of the area with this name."""
        return next(code for code, area in self.areas.items() if area == name)

    @property
    def active(self) -> NDArray[np.bool_]:
        """Whether each unit exists in each month, shape (units, months)."""
        active = np.ones((len(self.units), MONTHS), dtype=bool)
        active[self.index(*MERGED_UNITS), at(REORGANISED) :] = False
        active[self.index(MERGED_INTO), : at(REORGANISED)] = False
        return active

    def division_members(self, division: str) -> NDArray[np.int64]:
        """Positions of the units of a division as it was in 2024."""
        return np.array([unit.index for unit in self.units if unit.division == division])


@cache
def demo_organisation() -> DemoOrganisation:
    """Read the plan of units and give every node its code.

    Returns
    -------
    DemoOrganisation

    Examples
    --------
    >>> demo_organisation().unit("Akutmottagningen").division
    'MED'
    """
    divisions: dict[str, str] = {}
    areas: dict[str, str] = {}
    division_of_area: dict[str, str] = {}
    units: list[DemoUnit] = []
    division = area = ""
    for line in PLAN.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        text = line.strip()
        if depth == 0:
            division, name = text.split(" ", 1)
            divisions[division] = name
        elif depth == 1:
            area = f"O{len(areas) + 1:02d}"
            areas[area] = text
            division_of_area[area] = division
            number = 0
        else:
            name, kind, size = (part.strip() for part in text.split("|"))
            number += 1
            code = f"{10 + len(areas)}{number:02d}0"
            units.append(DemoUnit(len(units), code, name, kind, float(size), area, division))
    return DemoOrganisation(divisions, areas, division_of_area, tuple(units))


def organisation_rows(organisation: DemoOrganisation) -> list[dict[str, object]]:
    """Return the register's rows: one a node and span of validity, a node's spans in order of time.

    Parameters
    ----------
    organisation : DemoOrganisation
        The organisation.

    Returns
    -------
    list of dict
        With the columns of ``organisation.yaml``.
    """

    def row(code: str, name: str, level: str, parent: str | None) -> dict[str, object]:
        return {
            "code": code,
            "name": name,
            "level": level,
            "parent": parent,
            "valid_from": _FIRST_DAY,
            "valid_to": None,
            "successor": None,
        }

    def moved(first: dict[str, object], parent: str) -> list[dict[str, object]]:
        return [first | {"valid_to": _OLD_LAST_DAY}, first | {"parent": parent, "valid_from": _NEW_FIRST_DAY}]

    rows = [row(BOARD_CODE, BOARD_NAME, "board", None)]
    rows += [row(code, name, "division", BOARD_CODE) for code, name in organisation.divisions.items()]
    for code, name in organisation.areas.items():
        area = row(code, name, "area", organisation.division_of_area[code])
        rows += moved(area, MOVED_AREA[1]) if name == MOVED_AREA[0] else [area]
    heir = organisation.unit(MERGED_INTO).code
    for unit in organisation.units:
        node = row(unit.code, unit.name, "unit", unit.area)
        if unit.name in MERGED_UNITS:
            rows.append(node | {"valid_to": _OLD_LAST_DAY, "successor": heir})
        elif unit.name == MERGED_INTO:
            rows.append(node | {"valid_from": _NEW_FIRST_DAY})
        elif unit.name == MOVED_UNIT[0]:
            rows += moved(node, organisation.area_code(MOVED_UNIT[1]))
        else:
            rows.append(node)
    return rows
