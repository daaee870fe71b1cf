"""Purchased care, case by case; the ledger's purchased-care account holds one posting a case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from utfall.demo.accounts import CARE_ACCOUNT, INDEX
from utfall.demo.chance import autoregressive, generator
from utfall.demo.effects_log import EffectsLog
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.prices import price_paths
from utfall.demo.timeline import ACTUAL_MONTHS, FIRST_YEAR, at, month_starts

PROVIDERS = (
    "Region Västerbotten",
    "Region Uppsala",
    "Region Stockholm",
    "Region Västernorrland",
    "Region Gävleborg",
    "Västra Götalandsregionen",
)
"""Regions that sell care."""

CONTRACT_PROVIDER = "Fjällvidden Ortopedi AB (påhittat)"
"""Private provider of hip and knee operations; invented."""

CONTRACT_UNIT = "Ortopedavdelningen"
"""The unit that bought the hip and knee operations."""

CONTRACT_SHARE = 0.62
"""Share of `CONTRACT_UNIT`'s purchased care that was hip and knee operations under the contract."""

_MEAN_CASE = 92_000.0
_CASE_SPREAD = 0.7
_LARGEST_CASE = 650_000.0
_MONTH_NOISE = 0.09
_SEK_A_DRG_POINT = 78_000.0


@dataclass
class Cases:
    """Every purchased case.

    Attributes
    ----------
    unit, month : ndarray of int
        Position of the unit and the month.
    provider : ndarray of str
        Who gave the care.
    drg_points : ndarray of float
        DRG points.
    cost_ore : ndarray of int
        Cost, öre, positive.
    """

    unit: NDArray[np.int64]
    month: NDArray[np.int64]
    provider: NDArray[np.object_]
    drg_points: NDArray[np.float64]
    cost_ore: NDArray[np.int64]

    def remove(self, chosen: NDArray[np.bool_], log: EffectsLog, event: str) -> None:
        """Take cases away, and record it as the event's effect."""
        self._record(log, event, chosen, +1)
        kept = ~chosen
        self.unit, self.month, self.provider = self.unit[kept], self.month[kept], self.provider[kept]
        self.drg_points, self.cost_ore = self.drg_points[kept], self.cost_ore[kept]

    def add(
        self, unit: int, period: str, provider: str, sek: int, drg_points: float, log: EffectsLog, event: str
    ) -> None:
        """Add one case, and record it as the event's effect."""
        self.unit = np.append(self.unit, unit)
        self.month = np.append(self.month, at(period))
        self.provider = np.append(self.provider, provider)
        self.drg_points = np.append(self.drg_points, drg_points)
        self.cost_ore = np.append(self.cost_ore, 100 * sek)
        last = np.zeros(self.unit.size, dtype=bool)
        last[-1] = True
        self._record(log, event, last, -1)

    def _record(self, log: EffectsLog, event: str, chosen: NDArray[np.bool_], sign: int) -> None:
        for unit in np.unique(self.unit[chosen]):
            series = np.zeros(ACTUAL_MONTHS, dtype=np.int64)
            mine = chosen & (self.unit == unit)
            np.add.at(series, self.month[mine], sign * self.cost_ore[mine])
            log.add_actual(event, (int(unit), INDEX[CARE_ACCOUNT]), series)

    def sort(self) -> None:
        """Order by unit and month, as the ledger is ordered."""
        order = np.lexsort((self.month, self.unit))
        self.unit, self.month, self.provider = self.unit[order], self.month[order], self.provider[order]
        self.drg_points, self.cost_ore = self.drg_points[order], self.cost_ore[order]

    def unit_cost_ore(self, units: int) -> NDArray[np.int64]:
        """Cost of each unit and month, öre, positive, shape (units, months)."""
        total = np.zeros((units, ACTUAL_MONTHS), dtype=np.int64)
        np.add.at(total, (self.unit, self.month), self.cost_ore)
        return total

    def table(self, organisation: DemoOrganisation) -> pa.Table:
        """Return the table ``purchased_care``; amounts in result sign."""
        number = pd.Series(self.month // 12).groupby(self.month // 12).cumcount().to_numpy() + 1
        years = FIRST_YEAR + self.month // 12
        frame = pd.DataFrame(
            {
                "period": month_starts(ACTUAL_MONTHS)[self.month],
                "unit": organisation.codes(self.unit),
                "provider": self.provider,
                "case": [f"V{year}-{count:05d}" for year, count in zip(years, number, strict=True)],
                "drg_points": self.drg_points,
                "amount": -self.cost_ore / 100,
            }
        )
        return pa.Table.from_pandas(frame, preserve_index=False)


def steady_share(cost: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Choose cases one by one so that the cost chosen keeps close to a share of the cost so far.

    Parameters
    ----------
    cost : ndarray of int
        Cost of each case, in the order they come.
    share : ndarray of float
        Share to choose at each case.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> steady_share(np.array([10, 10, 10, 10]), np.full(4, 0.5)).tolist()
    [True, False, True, False]
    """
    chosen = np.zeros(cost.size, dtype=bool)
    short = 0.0
    for position, (one, part) in enumerate(zip(cost.tolist(), share.tolist(), strict=True)):
        short += one * part
        if short >= one / 2:
            chosen[position] = True
            short -= one
    return chosen


def expected_cases(
    organisation: DemoOrganisation, amounts: NDArray[np.float64], quiet: NDArray[np.bool_], seed: int
) -> Cases:
    """Draw the cases of every unit that buys care, month by month around the expected cost.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    amounts : ndarray of shape (units, accounts, months)
        Expected amounts, SEK, positive.
    quiet : ndarray of bool, shape (units,)
        Units with little noise of their own.
    seed : int
        Seed of the region.

    Returns
    -------
    Cases
        Before any event.
    """
    rng = generator(seed, "purchased care")
    expected = amounts[:, INDEX[CARE_ACCOUNT], :ACTUAL_MONTHS]
    buyers = np.flatnonzero(expected.any(axis=1))
    sd = np.where(quiet[buyers], 0.5, 1.0) * _MONTH_NOISE
    target = expected[buyers] * np.exp(autoregressive(rng, (buyers.size, ACTUAL_MONTHS), sd=sd))
    price = price_paths()["LPIK exkl. läkemedel"][:ACTUAL_MONTHS]
    counts = np.maximum(rng.poisson(expected[buyers] / (_MEAN_CASE * price)), (expected[buyers] > 0) * 2)
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    weight = np.minimum(np.exp(rng.normal(0, _CASE_SPREAD, cell.size)), _LARGEST_CASE / _MEAN_CASE)
    total = np.bincount(cell, weight, minlength=counts.size)
    cost_ore = np.rint(100 * weight * (target.ravel() / np.where(total > 0, total, 1))[cell]).astype(np.int64)
    unit, month = buyers[cell // ACTUAL_MONTHS], cell % ACTUAL_MONTHS
    provider = rng.choice(np.array(PROVIDERS, dtype=object), cell.size, p=[0.44, 0.2, 0.14, 0.1, 0.07, 0.05])
    bought = np.flatnonzero(unit == organisation.unit(CONTRACT_UNIT).index)
    bought = bought[np.argsort(month[bought], kind="stable")]
    provider[bought[steady_share(cost_ore[bought], np.full(bought.size, CONTRACT_SHARE))]] = CONTRACT_PROVIDER
    points = cost_ore / 100 / (_SEK_A_DRG_POINT * price[month]) * np.exp(rng.normal(0, 0.18, cell.size))
    return Cases(unit, month, provider, np.round(points, 3), cost_ore)
