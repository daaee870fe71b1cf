"""What moves the whole region's statements each month, before loans and interest are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.scenarios.engine.assumptions import Assumptions, Key
from utfall.scenarios.engine.money import spread_evenly, whole_ore
from utfall.scenarios.engine.operations import once_on_lines
from utfall.scenarios.engine.purchases import Wear, wear
from utfall.scenarios.engine.start import LEDGER_ITEMS, Start
from utfall.scenarios.simulation import INCOME_ITEMS, month_range

Array = NDArray[np.float64]
Ore = NDArray[np.int64]


FINANCIAL_ITEMS = INCOME_ITEMS[8:]
"""Items that come of balances; before those are known they hold what is assumed once."""


@dataclass(frozen=True, eq=False)
class Flows:
    """Monthly flows, öre, shape (draws, months) unless said.

    Attributes
    ----------
    net_cost : ndarray of int, shape (draws, years, divisions, lines)
        The ledger's amounts by year, with the investments' depreciation and running costs, result sign.
    income : dict of str to ndarray
        Income items that depend on no loan and no cash, result sign.
    accrued : ndarray
        Pension cost that is not paid but accrues to the provision, positive.
    bought : ndarray
        Paid for investments, positive.
    placed : ndarray
        Moved from cash to financial assets.
    """

    net_cost: Ore
    income: dict[str, Ore]
    accrued: Ore
    bought: Ore
    placed: Ore


def join_flows(blocks: Sequence[Flows]) -> Flows:
    """Put blocks of courses together.

    Parameters
    ----------
    blocks : sequence of Flows
        In order.

    Returns
    -------
    Flows
    """
    if len(blocks) == 1:
        return blocks[0]
    return Flows(
        net_cost=np.concatenate([block.net_cost for block in blocks]),
        income={item: np.concatenate([block.income[item] for block in blocks]) for item in blocks[0].income},
        accrued=np.concatenate([block.accrued for block in blocks]),
        bought=np.concatenate([block.bought for block in blocks]),
        placed=np.concatenate([block.placed for block in blocks]),
    )


def find_flows(
    start: Start,
    assumptions: Assumptions,
    drawn: dict[Key, Array],
    ledger: Ore,
    years: Sequence[int],
) -> Flows:
    """Put the region's flows together from the ledger's amounts and the drivers.

    Parameters
    ----------
    start : Start
        Where it begins.
    assumptions : Assumptions
        The scenario's.
    drawn : dict of (str, str) to ndarray of shape (draws, years)
        Drawn drivers.
    ledger : ndarray of int, shape (draws, months, divisions, lines)
        The ledger's amounts.
    years : sequence of int
        Simulated years.

    Returns
    -------
    Flows
    """
    draws, count = len(ledger), len(years)
    nothing = np.zeros((draws, count))

    def level(driver: str, target: str = "") -> Array:
        return drawn.get((driver, target), nothing)

    def grown(item: str, growth: Array) -> Array:
        once = 100 * level("one_off", item)
        rate = 1 + level("tax_rate") if item == "tax_revenue" else 1.0
        return start.items[item] * np.cumprod(1 + growth, axis=1) * rate + once

    income = {
        "tax_revenue": spread_evenly(grown("tax_revenue", level("tax_base"))),
        "general_grants": spread_evenly(grown("general_grants", level("general_grants"))),
        "other_income": spread_evenly(grown("other_income", level("other", "other_income"))),
        "other_costs": spread_evenly(grown("other_costs", level("other", "other_costs"))),
    }
    for item in FINANCIAL_ITEMS:
        income[item] = spread_evenly(100 * level("one_off", item))
    renewal = 100 * level("other_investments") * _price_level(start, drawn, draws, count)
    worn = wear(start.purchases, month_range(years), len(start.divisions), len(start.booked))
    ledger, depreciation = _depreciated(start, assumptions, drawn, ledger, renewal, worn, years)
    ledger += once_on_lines(start, drawn, draws, count)
    income["other_depreciation"] = depreciation + spread_evenly(100 * level("one_off", "other_depreciation"))
    _run(start, ledger, income, worn)
    for item, group in LEDGER_ITEMS.items():
        income[item] = ledger[..., start.of_group(group)].sum(axis=(2, 3))
    accrued = np.zeros_like(income["tax_revenue"])
    for at, line in enumerate(start.lines):
        if ("pension_accrued", line.line) in drawn:
            share = np.repeat(drawn["pension_accrued", line.line], 12, axis=1)
            accrued += whole_ore(-share * ledger[..., at].sum(axis=2))
    return Flows(
        net_cost=ledger.reshape(draws, count, 12, *ledger.shape[2:]).sum(axis=2),
        income=income,
        accrued=accrued,
        bought=spread_evenly(renewal) + worn.paid,
        placed=spread_evenly(100 * level("placement")),
    )


def _price_level(start: Start, drawn: dict[Key, Array], draws: int, years: int) -> Array:
    """Prices of the ledger's external costs, the opening's as 1, shape (draws, years)."""
    costs = start.of_group("external_cost")
    weights = np.abs(start.base[:, costs]).sum(axis=0)
    level = np.zeros((draws, years))
    for weight, at in zip(weights, costs, strict=True):
        growth = drawn.get(("price", start.lines[at].price_index or ""))
        level += weight * (1.0 if growth is None else np.cumprod(1 + growth, axis=1))
    return level / weights.sum() if weights.sum() else np.ones((draws, years))


def _depreciated(
    start: Start,
    assumptions: Assumptions,
    drawn: dict[Key, Array],
    ledger: Ore,
    renewal: Array,
    worn: Wear,
    years: Sequence[int],
) -> tuple[Ore, Ore]:
    """Depreciation of what there is, of what is renewed, and of the register's investments.

    What there is follows its driver where the scenario has one (from the register of assets: ``volume`` of the line,
    ``other`` of other_depreciation). Else it wears down by the same share of its book value each year: assets of many
    ages do, about, though each of them is depreciated along a straight line. What is renewed is depreciated from the
    middle of the year it is paid; it stands outside the divisions, as what is assumed of it does.
    """
    ledger = ledger.copy()
    lines = start.of_group("depreciation")
    existing = -start.base[:, lines].sum() - start.items["other_depreciation"]
    book = start.balance["fixed_assets"]
    rate = min(existing / book, 1.0) if book > 0 else 0.0
    left = np.repeat((1 - rate) ** np.arange(len(years)), 12)
    for at in lines:
        if ("volume", start.lines[at].line) not in drawn:
            ledger[..., at] = whole_ore(ledger[..., at] * left[:, None])
    wears = np.concatenate([[0.0], np.full(len(years) - 1, -rate)])
    growth = drawn.get(("other", "other_depreciation"), np.broadcast_to(wears, renewal.shape))
    other = start.items["other_depreciation"] * np.cumprod(1 + growth, axis=1)
    kept = _until_worn_out(-(_by_year(ledger[..., lines].sum(axis=(2, 3))) + other), book)
    if (kept < 1).any():
        months = np.repeat(kept, 12, axis=1)
        months[:, : len(start.booked)] = 1.0  # what is booked is booked
        ledger[..., lines] = whole_ore(ledger[..., lines] * months[:, :, None, None])
        other = other * kept
    above = spread_evenly(other) - spread_evenly(_renewed(assumptions, renewal, years))
    if len(lines):
        ledger[..., lines[0]] -= worn.depreciation[:, :-1]
        above -= worn.depreciation[:, -1]
    else:
        above -= worn.depreciation.sum(axis=1)
    return ledger, above


def _by_year(months: Ore) -> Array:
    return months.reshape(len(months), -1, 12).sum(axis=2).astype("float64")


def _until_worn_out(yearly: Array, book: float) -> Array:
    """Share of each year's depreciation, shape (draws, years), that there is book value left for."""
    before = np.cumsum(np.maximum(yearly, 0), axis=1) - np.maximum(yearly, 0)
    room = np.clip(book - before, 0, None)
    return np.minimum(np.divide(room, yearly, out=np.ones(yearly.shape), where=yearly > 0), 1.0)


def _renewed(assumptions: Assumptions, renewal: Array, years: Sequence[int]) -> Array:
    """Depreciation of the investments besides the register: paid through the year, so half of it the first year."""
    halves = np.zeros(renewal.shape)
    for at, year in enumerate(years):
        life = round(assumptions.value("other_investment_life", "", year))
        worn = renewal[:, at : at + 1] / (2 * life)
        halves[:, at : at + life] += worn
        halves[:, at + 1 : at + 1 + life] += worn
    return halves


def _run(start: Start, ledger: Ore, income: dict[str, Ore], worn: Wear) -> None:
    """Add the investments' running costs to the last of the external costs, where other costs stand."""
    costs = start.of_group("external_cost")
    if len(costs):
        ledger[..., costs[-1]] -= worn.running[:, :-1]
        income["other_costs"] -= worn.running[:, -1]
    else:
        income["other_costs"] -= worn.running.sum(axis=1)
