"""A scenario's assumptions: what each driver is taken to be each year, and how far it may be off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from utfall.errors import InvalidParameter
from utfall.region.scenario_drivers import DRIVERS
from utfall.region.scenario_registers import Assumption, Correlation

if TYPE_CHECKING:
    from utfall.region import Region

Key = tuple[str, str]
"""Driver and target."""


@dataclass(frozen=True)
class Spread:
    """What one driver is one year.

    Parameters
    ----------
    value, low, high : float
        The middle, and the ends of the 80 % interval; all the same when nothing is uncertain.
    persistence : float
        Correlation between a year's deviation and the next year's.
    """

    value: float
    low: float
    high: float
    persistence: float = 0.0

    @property
    def is_certain(self) -> bool:
        """Whether it is the same in every draw."""
        return self.low == self.high or np.isnan(self.value)


@dataclass(frozen=True)
class Assumptions:
    """Every assumption of one scenario, those it takes over from another with them.

    Parameters
    ----------
    scenario : str
        Identifier in the register.
    rows : tuple of Assumption
        The rows that count.
    correlations : tuple of Correlation
        Drivers whose deviations go together.

    Examples
    --------
    >>> row = Assumption(scenario="base", driver="tax_base", value=0.03, low=0.02, high=0.04, source="s", owner="o")
    >>> Assumptions("base", (row,)).spread("tax_base", "", 2027).high
    0.04
    >>> Assumptions("base", (row,)).without_spread().spread("tax_base", "", 2027).high
    0.03
    """

    scenario: str
    rows: tuple[Assumption, ...]
    correlations: tuple[Correlation, ...] = ()
    _by_key: Mapping[Key, tuple[Assumption, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.rows, key=_key)
        object.__setattr__(self, "_by_key", {key: tuple(rows) for key, rows in groupby(ordered, key=_key)})

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every driver and target that something is assumed of, in a fixed order."""
        return tuple(self._by_key)

    def targets(self, driver: str) -> tuple[str, ...]:
        """Targets that something is assumed of for a driver."""
        return tuple(target for name, target in self._by_key if name == driver)

    def spread(self, driver: str, target: str, year: int) -> Spread:
        """What a driver is one year; a row for the year before a row for every year, the driver's default at last.

        Parameters
        ----------
        driver, target : str
            The driver, and what it is about.
        year : int
            Calendar year.

        Returns
        -------
        Spread
        """
        rows = self._by_key.get((driver, target), ())
        chosen = next((row for row in rows if row.year == year), None)
        chosen = chosen or next((row for row in rows if row.year is None), None)
        if chosen is None and driver == "measure" and target:
            return self.spread(driver, "", year)
        if chosen is None:
            known = DRIVERS[driver].default
            default = np.nan if known is None else known  # not a number: nothing is done, or the line decides
            return Spread(default, default, default)
        low = chosen.value if chosen.low is None else chosen.low
        high = chosen.value if chosen.high is None else chosen.high
        return Spread(chosen.value, low, high, chosen.persistence)

    def value(self, driver: str, target: str, year: int) -> float:
        """The middle of what a driver is one year."""
        return self.spread(driver, target, year).value

    def with_value(
        self,
        driver: str,
        target: str,
        value: float,
        *,
        year: int | None = None,
        low: float | None = None,
        high: float | None = None,
        persistence: float = 0.0,
    ) -> Assumptions:
        """Assume something else of one driver, from one year or in all of them.

        Parameters
        ----------
        driver, target : str
            The driver, and what it is about.
        value : float
            What it is.
        year : int, optional
            The only year that is changed; every year when not given, and then the rows there were are replaced.
        low, high : float, optional
            Ends of the 80 % interval; nothing is uncertain when not given.
        persistence : float, default 0
            Correlation between a year's deviation and the next.

        Returns
        -------
        Assumptions
        """
        row = Assumption(
            scenario=self.scenario,
            driver=driver,
            target=target,
            year=year,
            value=value,
            low=low,
            high=high,
            persistence=persistence,
            source="Ändrat i beräkningen",
            owner="Ändrat i beräkningen",
        )
        kept = [
            other for other in self.rows if _key(other) != (driver, target) or (year is not None and other.year != year)
        ]
        return replace(self, rows=(*kept, row))

    def without_spread(self) -> Assumptions:
        """Take every driver at its middle."""
        return replace(self, rows=tuple(row.model_copy(update={"low": None, "high": None}) for row in self.rows))


def resolve(region: Region, scenario: str) -> Assumptions:
    """Gather a scenario's assumptions: its own, then those of the scenarios it is based on.

    Parameters
    ----------
    region : Region
        The region, with its registers.
    scenario : str
        Identifier.

    Returns
    -------
    Assumptions

    Raises
    ------
    InvalidParameter
        When the register has no such scenario.
    """
    known = {row.id: row for row in region.scenarios}
    if scenario not in known:
        have = ", ".join(known) or "none; write scenarios.yaml, see docs/own_data.md"
        raise InvalidParameter(f"There is no scenario {scenario!r}; the register has {have}.")
    rows: list[Assumption] = []
    above: str | None = scenario
    while above is not None:
        taken = {_key(row) for row in rows}
        rows += [row for row in region.assumptions if row.scenario == above and _key(row) not in taken]
        above = known[above].based_on
    return Assumptions(scenario, tuple(rows), tuple(region.correlations))


def changed_rows(one: Iterable[Assumption], other: Iterable[Assumption]) -> tuple[Key, ...]:
    """Drivers and targets that two scenarios assume different things of, in a fixed order.

    Examples
    --------
    >>> row = Assumption(scenario="base", driver="tax_base", value=0.03, source="s", owner="o")
    >>> changed_rows([row], [row.model_copy(update={"scenario": "strained", "value": 0.01})])
    (('tax_base', ''),)
    """
    left, right = _said(one), _said(other)
    return tuple(sorted(key for key in left | right if left.get(key) != right.get(key)))


def _said(rows: Iterable[Assumption]) -> dict[Key, set[tuple[object, ...]]]:
    said: dict[Key, set[tuple[object, ...]]] = {}
    for row in rows:
        said.setdefault(_key(row), set()).add((row.year, row.value, row.low, row.high, row.persistence))
    return said


def _key(row: Assumption) -> Key:
    return row.driver, row.target
