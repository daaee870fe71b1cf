"""The actuals while they are made: the expected path with chance on it, then changed event by event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import ACCOUNTS, CARE_ACCOUNT, INDEX, SIGN, VOLUME_DRIVEN, of_line
from utfall.demo.chance import autoregressive, generator
from utfall.demo.drugs import DRUGS, DrugUse, expected_drug_use
from utfall.demo.effects_log import EffectsLog
from utfall.demo.expected import split_salaries
from utfall.demo.kinds import KINDS
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.purchased_care import Cases, expected_cases
from utfall.demo.timeline import ACTUAL_MONTHS, YEARS

NOISE_SD = {
    "patient_fees": 0.025,
    "care_sold": 0.05,
    "state_grants": 0.03,
    "other_income": 0.06,
    "internal_income": 0.006,
    "pensions": 0.004,
    "hired_staff": 0.09,
    "drugs": 0.03,
    "materials": 0.035,
    "other_costs": 0.045,
    "depreciation": 0.001,
    "internal_costs": 0.010,
}
"""Standard deviation of each line's monthly noise, as a share; a unit's salaries have `SALARY_SD`."""

SALARY_SD = 0.007
"""Standard deviation of the monthly noise of one staff category's salaries, as a share."""

YEAR_SD = {
    "hired_staff": 0.06,
    "purchased_care": 0.03,
    "drugs": 0.012,
    "materials": 0.012,
    "other_costs": 0.018,
}
"""Spread of what a whole year differs from its expected path, by line."""

SALARY_YEAR_SD = 0.004
"""The same for salaries."""

QUIET_NOISE = 0.4
"""Noise of a unit with a planted cause, as a share of other units': the cause must be seen."""


@dataclass
class Actuals:
    """Öre of every unit, account and month, positive, and the tables they come from.

    Attributes
    ----------
    organisation : DemoOrganisation
        The units.
    expected : ndarray of shape (units, accounts, months)
        The expected path, SEK, positive, scaled to the budget table.
    ratio : ndarray of shape (units, months with actuals)
        Actual volume over planned.
    salaries : ndarray of int, shape (units, categories, months with actuals)
        Salary cost by staff category.
    amounts : ndarray of int, shape (units, accounts, months with actuals)
        All accounts but payroll, purchased care and the drugs of units that follow their drugs.
    drug_use : DrugUse
        Drugs of those units.
    cases : Cases
        Purchased care.
    log : EffectsLog
        What each event changed.
    """

    organisation: DemoOrganisation
    expected: NDArray[np.float64]
    ratio: NDArray[np.float64]
    salaries: NDArray[np.int64]
    amounts: NDArray[np.int64]
    drug_use: DrugUse
    cases: Cases
    log: EffectsLog

    def scale(self, event: str, units: Iterable[int], accounts: Iterable[int], change: NDArray[np.float64]) -> None:
        """Change accounts by a share a month, and record it.

        Parameters
        ----------
        event : str
            Identifier of the event.
        units, accounts : iterable of int
            Positions.
        change : ndarray
            Relative change each month: −0.1 takes a tenth away. One row a unit, or one for all.
        """
        units = list(units)
        change = np.broadcast_to(change, (len(units), change.shape[-1]))[:, :ACTUAL_MONTHS]
        for unit, share in zip(units, change, strict=True):
            for account in accounts:
                delta = np.rint(self.amounts[unit, account] * share).astype(np.int64)
                if delta.any():
                    self.amounts[unit, account] += delta
                    self.log.add_actual(event, (unit, account), SIGN[account] * delta)

    def scale_salaries(
        self,
        event: str,
        units: Iterable[int],
        change: NDArray[np.float64],
        categories: Iterable[int] = range(4),
    ) -> None:
        """Change salaries of some staff categories by a share a month, and record it by payroll account."""
        units = list(units)
        change = np.broadcast_to(change, (len(units), change.shape[-1]))[:, :ACTUAL_MONTHS]
        payroll = of_line("salaries")
        for unit, share in zip(units, change, strict=True):
            before = split_salaries(self.salaries[unit][None])[0]
            for category in categories:
                self.salaries[unit, category] += np.rint(self.salaries[unit, category] * share).astype(np.int64)
            delta = split_salaries(self.salaries[unit][None])[0] - before
            for account, series in zip(payroll, delta, strict=True):
                if series.any():
                    self.log.add_actual(event, (unit, account), -series)

    def ledger_ore(self) -> NDArray[np.int64]:
        """Every account as the ledger holds it, öre in result sign, shape (units, accounts, months)."""
        units = len(self.organisation.units)
        total = self.amounts.copy()
        total[:, of_line("salaries")] = split_salaries(self.salaries)
        total[:, INDEX[CARE_ACCOUNT]] = self.cases.unit_cost_ore(units)
        total[:, INDEX["5610"]] += self.drug_use.unit_cost_ore(units)
        return total * SIGN[:, None]


def draw_actuals(
    organisation: DemoOrganisation,
    expected: NDArray[np.float64],
    ratio: NDArray[np.float64],
    quiet: NDArray[np.bool_],
    log: EffectsLog,
    seed: int,
) -> Actuals:
    """Put chance on the expected path.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    expected : ndarray of shape (units, accounts, months)
        The expected path, SEK, positive.
    ratio : ndarray of shape (units, months with actuals)
        Actual volume over planned.
    quiet : ndarray of bool, shape (units,)
        Units with little noise of their own.
    log : EffectsLog
        Where events are recorded.
    seed : int
        Seed of the region.

    Returns
    -------
    Actuals
        Before any event.
    """
    path = expected[..., :ACTUAL_MONTHS]
    units = len(organisation.units)
    loudness = np.where(quiet, QUIET_NOISE, 1.0)
    rng = generator(seed, "actuals")
    amounts = np.zeros(path.shape)
    for position, account in enumerate(ACCOUNTS):
        if account.line in NOISE_SD:
            noise = autoregressive(rng, (units, ACTUAL_MONTHS), sd=loudness * NOISE_SD[account.line])
            noise += _year_noise(rng, units, loudness * YEAR_SD.get(account.line, 0.0))
            amounts[:, position] = path[:, position] * np.exp(noise)
            if account.line in VOLUME_DRIVEN:
                amounts[:, position] *= ratio
    followed = organisation.index(*DRUGS)
    amounts[np.ix_(followed, of_line("drugs"))] = 0
    assert all(account.line in NOISE_SD or account.line in ("salaries", "purchased_care") for account in ACCOUNTS)

    staff = np.array([KINDS[unit.kind].staff for unit in organisation.units])
    payroll = path[:, of_line("salaries")].sum(axis=1)
    noise = autoregressive(rng, (units, staff.shape[1], ACTUAL_MONTHS), sd=loudness[:, None] * SALARY_SD)
    noise += _year_noise(rng, units, loudness * SALARY_YEAR_SD)[:, None]
    salaries = payroll[:, None] * staff[..., None] * np.exp(noise)
    return Actuals(
        organisation=organisation,
        expected=expected,
        ratio=ratio,
        salaries=np.rint(100 * salaries).astype(np.int64),
        amounts=np.rint(100 * amounts).astype(np.int64),
        drug_use=expected_drug_use(organisation, expected, ratio, seed),
        cases=expected_cases(organisation, expected, quiet, seed),
        log=log,
    )


def _year_noise(rng: np.random.Generator, units: int, sd: NDArray[np.float64]) -> NDArray[np.float64]:
    yearly = rng.standard_normal((units, YEARS.size)) * sd[:, None]
    return np.repeat(yearly, 12, axis=1)[:, :ACTUAL_MONTHS]


def volume_accounts() -> list[int]:
    """Positions of the accounts that follow the volume of care."""
    return [position for position, account in enumerate(ACCOUNTS) if account.line in VOLUME_DRIVEN]
