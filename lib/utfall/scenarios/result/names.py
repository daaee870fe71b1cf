"""Names, as they are printed, of what a simulation knows by codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from utfall.presentation.words import capitalise_first
from utfall.region.scenario_drivers import DRIVERS
from utfall.scenarios.result.words import INCOME_WORDS

if TYPE_CHECKING:
    from utfall.region import Region

ACTIVITY_WORDS = {"other_income": "intäkter", "other_costs": "kostnader", "other_depreciation": "avskrivningar"}
"""Items of activities outside the ledger, as they follow the driver's name."""

SHORT = {
    "population": "folkmängd",
    "need": "behov",
    "volume": "volym",
    "price": "pris",
    "other": "utanför huvudboken",
    "pension_accrued": "till pensioner",
    "measure": "effekt",
    "saving": "besparing",
}
"""What a driver is called after its target, where there is little room."""


@dataclass(frozen=True)
class Names:
    """Names of divisions, lines and measures; what has no name is called by its code.

    Parameters
    ----------
    divisions, lines, measures : mapping of str to str
        Code or identifier to name.
    line_groups : mapping of str to str
        Report line to its group, as in the register of accounts.

    Examples
    --------
    >>> names = Names(lines={"drugs": "Läkemedel"})
    >>> names.assumption("volume", "drugs"), names.assumption("tax_base", "")
    ('Volym utöver behov och pris: Läkemedel', 'Skatteunderlag')
    """

    divisions: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    line_groups: Mapping[str, str] = field(default_factory=dict)

    def target(self, driver: str, target: str) -> str:
        """What a driver is about; empty when it is about everything.

        Parameters
        ----------
        driver, target : str
            As in the register of assumptions.

        Returns
        -------
        str
        """
        known = self._known(DRIVERS[driver].target)
        return " till ".join(known.get(part, part) for part in target.split(":")) if target else ""

    def _known(self, kind: str) -> Mapping[str, str]:
        """Names of what a kind of target can be: a line and an item of a statement may have the same code."""
        match kind:
            case "line" | "line_pair":
                return self.lines
            case "activity_item":
                return ACTIVITY_WORDS
            case "item_or_line":
                return {**INCOME_WORDS, **self.lines}
            case "measure":
                return self.measures
            case "division":
                return self.divisions
        return {}

    def assumption(self, driver: str, target: str) -> str:
        """Name an assumption: what it is, and what it is about.

        Parameters
        ----------
        driver, target : str
            As in the register of assumptions.

        Returns
        -------
        str
        """
        name, about = DRIVERS[driver].swedish, self.target(driver, target)
        return f"{name}: {about}" if about else name

    def short(self, driver: str, target: str) -> str:
        """Name an assumption in few words, where there is little room.

        Parameters
        ----------
        driver, target : str
            As in the register of assumptions.

        Returns
        -------
        str

        Examples
        --------
        >>> Names(lines={"drugs": "Läkemedel"}).short("volume", "drugs")
        'Läkemedel, volym'
        """
        about, what = self.target(driver, target), SHORT.get(driver, "")
        if not about or not what:
            return self.assumption(driver, target)
        return f"{capitalise_first(about)}, {what}"


def names_of(region: Region) -> Names:
    """Gather the names of a region's latest month.

    Parameters
    ----------
    region : Region
        The region.

    Returns
    -------
    Names
    """
    month = region.latest_period
    return Names(
        divisions={node.code: node.name for node in region.organisation.nodes(month, "division")},
        lines={row.line: row.name for row in region.accounts.lines},
        measures={row.id: row.name for row in region.measures},
        line_groups={row.line: row.group for row in region.accounts.lines},
    )
