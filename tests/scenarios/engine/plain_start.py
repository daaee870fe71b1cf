"""A start whose every figure is round, so that what a simulation gives can be worked by hand; all of it invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.region.registers import ReportLine
from utfall.region.scenario_registers import Assumption, Correlation
from utfall.scenarios.engine import Assumptions, Start
from utfall.scenarios.engine.measures_ahead import HORIZON, MeasureAhead
from utfall.scenarios.engine.patterns import Patterns
from utfall.scenarios.engine.purchases import Purchases
from utfall.scenarios.simulation import INCOME_ITEMS, Simulation

MKR = 100_000_000
"""Öre of a million kronor."""

LINES = (
    ReportLine(line="fees", name="Avgifter", group="external_income", kind="income", volume_driven=True),
    ReportLine(line="internal_income", name="Interna intäkter", group="internal_income", kind="income"),
    ReportLine(line="salaries", name="Löner", group="external_cost", kind="cost", price_index="Löner"),
    ReportLine(line="hired", name="Inhyrda", group="external_cost", kind="cost", price_index="Löner"),
    ReportLine(
        line="drugs", name="Läkemedel", group="external_cost", kind="cost", price_index="Läkemedel", volume_driven=True
    ),
    ReportLine(line="pensions", name="Pensioner", group="external_cost", kind="cost"),
    ReportLine(line="rents", name="Hyror", group="external_cost", kind="cost"),
    ReportLine(line="depreciation", name="Avskrivningar", group="depreciation", kind="cost"),
    ReportLine(line="internal_costs", name="Interna kostnader", group="internal_cost", kind="cost"),
)

BASE = np.array(
    [
        [60.0, 0.0, -600.0, -120.0, -240.0, -60.0, -120.0, -24.0, -36.0],
        [36.0, 36.0, -360.0, -60.0, -120.0, -36.0, -60.0, -36.0, 0.0],
    ]
)
"""A year of each division and line, mkr."""

ITEMS = {
    "other_income": 24.0,
    "other_costs": -360.0,
    "other_depreciation": -12.0,
    "tax_revenue": 1800.0,
    "general_grants": 300.0,
}
"""Income items outside the ledger, mkr; the others are 0."""

BALANCE = {
    "fixed_assets": 720.0,
    "financial_fixed_assets": 240.0,
    "inventories": 30.0,
    "receivables": 180.0,
    "cash": 480.0,
    "equity": 150.0,
    "pension_provisions": 600.0,
    "other_provisions": 60.0,
    "long_term_liabilities": 480.0,
    "current_liabilities": 360.0,
}
"""The opening, mkr."""


def plain_start(base: NDArray[np.float64] = BASE, **changes: Any) -> Start:
    """Nothing booked of 2026, even months, no variation, no measures, investments or loans of the register."""
    divisions, lines = base.shape[0], LINES[: base.shape[1]]
    shape = (divisions, len(lines))
    plain = Start(
        first_year=2026,
        divisions=tuple(f"D{number}" for number in range(1, divisions + 1)),
        lines=lines,
        base=base * MKR,
        base_sd=np.zeros(shape),
        booked=np.zeros((0, *shape), dtype=np.int64),
        patterns=Patterns(np.full((12, *shape), 1 / 12), np.zeros(shape), np.zeros(len(lines))),
        before=np.broadcast_to(base * MKR / 12, (12, *shape)),
        items={item: round(ITEMS.get(item, 0.0) * MKR) for item in INCOME_ITEMS[3:]},
        balance={item: round(amount * MKR) for item, amount in BALANCE.items()},
        contingent=round(300.0 * MKR),
        inhabitants=pd.DataFrame(),
        measures=(),
        purchases=Purchases(),
        history=pd.DataFrame(columns=["year", "item", "amount"]),
    )
    return replace(plain, **changes)


def row(driver: str, target: str, value: float, **more: Any) -> Assumption:
    """One row of the register of assumptions."""
    return Assumption(scenario="s", driver=driver, target=target, value=value, source="s", owner="o", **more)


def assume(*rows: Assumption, together: tuple[tuple[str, str, float], ...] = ()) -> Assumptions:
    """A scenario of these rows."""
    pairs = tuple(Correlation(first=first, second=second, value=value) for first, second, value in together)
    return Assumptions("s", rows, pairs)


def booked_months(amounts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Booked months of the first year, mkr a month of each division and line to öre."""
    return np.rint(amounts * MKR).astype(np.int64)


def at(line: str) -> int:
    """Position of a line."""
    return [known.line for known in LINES].index(line)


def yearly(simulation: Simulation, line: str, division: int | None = None) -> NDArray[np.float64]:
    """A line's amounts by year, mkr, shape (draws, years); of one division or of all."""
    amounts = simulation.net_cost[..., simulation.lines.index(line)]
    return (amounts.sum(axis=2) if division is None else amounts[:, :, division]) / MKR


def measure(path: NDArray[np.float64], line: str = "salaries", **changes: Any) -> MeasureAhead:
    """A measure of 12 mkr a year on one line of the first division, with its course from the month after the base."""
    cells = np.zeros((2, len(LINES)))
    cells[0, at(line)] = 1.0
    whole = np.concatenate([path, np.full(12 * HORIZON - len(path), path[-1])])
    plain = MeasureAhead("m", "Åtgärd", cells, 12.0 * MKR, 0.0, whole, np.zeros(12 * HORIZON))
    return replace(plain, **changes)
