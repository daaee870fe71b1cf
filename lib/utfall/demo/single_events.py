"""Planted events in single postings: a supplier's price, an ended contract, costly patients, wrong months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import CARE_ACCOUNT, INDEX
from utfall.demo.actuals import Actuals
from utfall.demo.effects_log import EffectsLog
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.purchased_care import CONTRACT_PROVIDER, CONTRACT_SHARE, CONTRACT_UNIT, steady_share
from utfall.demo.timeline import ACTUAL_MONTHS, MONTHS, at, ramp, year_slice

HOME_START = "2024-04"
"""First month that hip and knee operations are done by the region itself."""

HOME_SHARE = 0.86
"""Share of the bought operations that came home."""

HOME_PLAN_SEK = 8_000_000.0
"""What the 2024 budget counts on, net of implants."""

IMPLANT_SHARE = 0.24
"""Own cost of implants for each krona of bought operations that came home."""

SUPPLIER_UNIT = "Dialysmottagningen"
"""The unit whose supplier raises the price."""

SUPPLIER_ACCOUNT = "5710"
"""The account of the supplier's invoices."""

SUPPLIER = "Järven Medicinteknik AB (påhittat)"
"""The supplier; invented."""

SUPPLIER_SHARE = 0.88
"""Share of the account that is bought under the supplier's contract."""

SUPPLIER_START = "2026-02"
"""First month of the new price."""

SUPPLIER_JUMP = 0.42
"""How much the price rises."""


@dataclass(frozen=True)
class HighCostCase:
    """One costly patient, treated by another region.

    Parameters
    ----------
    event, unit, period, provider : str
        Event, name of the paying unit, month and who gave the care.
    sek : int
        Cost, positive.
    drg_points : float
        DRG points.
    """

    event: str
    unit: str
    period: str
    provider: str
    sek: int
    drg_points: float


HIGH_COST_CASES = (
    HighCostCase("high_cost_2021", "Hjärtavdelningen", "2021-11", "Region Västerbotten", 1_312_400, 14.2),
    HighCostCase("high_cost_2023", "Hematologmottagningen", "2023-06", "Region Uppsala", 2_148_900, 21.7),
    HighCostCase("high_cost_rs_2025", "Barnavdelningen", "2025-01", "Region Uppsala", 1_243_700, 12.9),
    HighCostCase("high_cost_iva_1", "Intensivvårdsavdelningen", "2026-03", "Region Stockholm", 2_861_300, 26.4),
    HighCostCase("high_cost_iva_2", "Intensivvårdsavdelningen", "2026-08", "Region Västerbotten", 1_674_200, 17.8),
    HighCostCase("high_cost_neonatal", "Neonatalavdelningen", "2026-06", "Region Uppsala", 1_932_600, 19.5),
    HighCostCase("high_cost_hematology", "Hematologmottagningen", "2026-09", "Region Stockholm", 3_418_500, 24.1),
    HighCostCase("high_cost_heart", "Hjärtavdelningen", "2026-04", "Region Västerbotten", 1_587_100, 15.6),
)
"""Patients who cost more than a million each."""


@dataclass(frozen=True)
class Posting:
    """One posting in a month it does not belong to.

    Parameters
    ----------
    event, unit, account, period : str
        Event, name of the unit, account and month.
    sek : int
        Amount in result sign.
    text : str
        Voucher text.
    counterparty : str
        Supplier.
    """

    event: str
    unit: str
    account: str
    period: str
    sek: int
    text: str
    counterparty: str


MISPLACED_POSTINGS = (
    Posting(
        "accrual_pair", "Röntgen Östersund", "6910", "2026-05", 2_940_000,
        "Periodisering serviceavtal, upplupen kostnad vänd i fel månad", "Tranan Bildteknik AB (påhittat)",
    ),
    Posting(
        "accrual_pair", "Röntgen Östersund", "6910", "2026-06", -2_940_000,
        "Rättelse periodisering serviceavtal", "Tranan Bildteknik AB (påhittat)",
    ),
    Posting(
        "accrual_open", "Klinisk kemi", "5730", "2026-10", 2_380_000,
        "Upplupen kostnad reagenser vänd, faktura saknas", "Älgkällan Diagnostik AB (påhittat)",
    ),
)  # fmt: skip
"""A pair that cancels across two months, and one that is still open in the last month."""


def plan_contract_2024(organisation: DemoOrganisation, budget: NDArray[np.float64], log: EffectsLog) -> None:
    """Record what the 2024 budget counts on from the operations that come home."""
    unit = organisation.unit(CONTRACT_UNIT).index
    months = (np.arange(MONTHS) >= at(HOME_START)) & (np.arange(MONTHS) < year_slice(2024).stop)
    size = budget[unit, INDEX[CARE_ACCOUNT]] * months
    bought = HOME_PLAN_SEK / (1 - IMPLANT_SHARE) * size / size.sum()
    log.add_budget("contract_home", (unit, INDEX[CARE_ACCOUNT]), bought)
    log.add_budget("contract_home", (unit, INDEX["5720"]), -IMPLANT_SHARE * bought)


def plan_contract_later(organisation: DemoOrganisation, budget: NDArray[np.float64], log: EffectsLog) -> None:
    """Record in the budgets from 2025 what the contract's end really does."""
    unit = organisation.unit(CONTRACT_UNIT).index
    later = np.arange(MONTHS) >= year_slice(2025).start
    bought = budget[unit, INDEX[CARE_ACCOUNT]] * CONTRACT_SHARE * HOME_SHARE * later
    log.add_budget("contract_home", (unit, INDEX[CARE_ACCOUNT]), bought)
    log.add_budget("contract_home", (unit, INDEX["5720"]), -IMPLANT_SHARE * bought)


def happen_in_purchased_care(actuals: Actuals) -> None:
    """Bring the contract's operations home, and add the high-cost patients."""
    cases, log = actuals.cases, actuals.log
    bought = np.flatnonzero(cases.provider == CONTRACT_PROVIDER)
    bought = bought[np.argsort(cases.month[bought], kind="stable")]
    home = HOME_SHARE * ramp(HOME_START, 3)[cases.month[bought]]
    chosen = np.zeros(cases.month.size, dtype=bool)
    chosen[bought[steady_share(cases.cost_ore[bought], home)]] = True
    cases.remove(chosen, log, "contract_home")
    unit, implants = actuals.organisation.unit(CONTRACT_UNIT).index, INDEX["5720"]
    spared = log.actual["contract_home"][unit, INDEX[CARE_ACCOUNT]]
    own = np.rint(IMPLANT_SHARE * spared).astype(np.int64)
    actuals.amounts[unit, implants] += own
    log.add_actual("contract_home", (unit, implants), -own)
    for case in HIGH_COST_CASES:
        payer = actuals.organisation.unit(case.unit).index
        cases.add(payer, case.period, case.provider, case.sek, case.drg_points, log, case.event)
    cases.sort()


def happen_at_supplier(actuals: Actuals) -> NDArray[np.int64]:
    """Raise the supplier's price.

    Returns
    -------
    ndarray of int, shape (months with actuals,)
        Öre of the supplier's invoices each month, positive.
    """
    unit, account = actuals.organisation.unit(SUPPLIER_UNIT).index, INDEX[SUPPLIER_ACCOUNT]
    contract = np.rint(actuals.amounts[unit, account] * SUPPLIER_SHARE).astype(np.int64)
    rise = np.rint(contract * SUPPLIER_JUMP * ramp(SUPPLIER_START)[:ACTUAL_MONTHS]).astype(np.int64)
    actuals.amounts[unit, account] += rise
    actuals.log.add_actual("supplier_price_jump", (unit, account), -rise)
    return contract + rise


def misplace_postings(actuals: Actuals) -> NDArray[np.int64]:
    """Record the postings that lie in the wrong month; the ledger adds their rows.

    Returns
    -------
    ndarray of int, shape (units, accounts, months with actuals)
        The postings, öre in result sign.
    """
    misplaced = np.zeros_like(actuals.amounts)
    for posting in MISPLACED_POSTINGS:
        series = np.zeros(ACTUAL_MONTHS, dtype=np.int64)
        series[at(posting.period)] = 100 * posting.sek
        cell = (actuals.organisation.unit(posting.unit).index, INDEX[posting.account])
        actuals.log.add_actual(posting.event, cell, series)
        misplaced[cell] += series
    return misplaced
