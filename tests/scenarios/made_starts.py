"""Starts and assumptions of any kind, for properties that must hold whatever a region looks like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from utfall.region.registers import ReportLine
from utfall.region.scenario_registers import Assumption, Correlation, Investment, Loan
from utfall.scenarios.engine.assumptions import Assumptions
from utfall.scenarios.engine.measures_ahead import HORIZON, MeasureAhead
from utfall.scenarios.engine.patterns import Patterns
from utfall.scenarios.engine.purchases import Purchase, Purchases
from utfall.scenarios.engine.start import Start
from utfall.scenarios.simulation import ASSETS, FINANCING, INCOME_ITEMS

LINES = (
    ReportLine(line="fees", name="Avgifter", group="external_income", kind="income", volume_driven=True),
    ReportLine(line="internal_income", name="Interna intäkter", group="internal_income", kind="income"),
    ReportLine(line="salaries", name="Löner", group="external_cost", kind="cost", price_index="Löner"),
    ReportLine(line="hired", name="Inhyrda", group="external_cost", kind="cost", price_index="Löner"),
    ReportLine(line="pensions", name="Pensioner", group="external_cost", kind="cost"),
    ReportLine(line="depreciation", name="Avskrivningar", group="depreciation", kind="cost"),
    ReportLine(line="internal_costs", name="Interna kostnader", group="internal_cost", kind="cost"),
)

_GROWING = (
    ("population", "80+"),
    ("need", ""),
    ("volume", "hired"),
    ("volume", "pensions"),
    ("price", "Löner"),
    ("tax_base", ""),
    ("general_grants", ""),
    ("other", "other_costs"),
    ("other", "other_income"),
    ("other", "other_depreciation"),
)
_SHARES = (
    ("elasticity", "salaries"),
    ("replacement", "hired:salaries"),
    ("pension_accrued", "pensions"),
    ("pension_paid", ""),
    ("pension_indexation", ""),
    ("interest", ""),
    ("cash_interest", ""),
    ("dividend", ""),
    ("realised_gain", ""),
    ("unrealised_gain", ""),
    ("amortisation", ""),
    ("measure", ""),
)
_AMOUNTS = (
    ("saving", ""),
    ("saving", "D1"),
    ("one_off", "tax_revenue"),
    ("one_off", "salaries"),
    ("one_off", "unrealised_gains"),
    ("one_off", "pension_indexation"),
    ("one_off", "other_depreciation"),
    ("placement", ""),
)


@st.composite
def made_starts(draw: st.DrawFn) -> Start:
    """Any start: divisions, booked months, amounts of any size, investments and loans."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    divisions = draw(st.integers(1, 3))
    booked = draw(st.sampled_from([0, 1, 7, 11, 12]))
    shape = (divisions, len(LINES))
    sign = np.array([1.0 if line.kind == "income" else -1.0 for line in LINES])
    base = np.rint(rng.uniform(1, 10.0 ** draw(st.integers(1, 12)), shape) * sign)
    shares = rng.dirichlet(np.full(12, 5.0), shape).transpose(2, 0, 1)
    measure = MeasureAhead(
        "m", "Åtgärd", np.full(shape, 1 / (divisions * len(LINES))), float(rng.uniform(0, 1e9)),
        float(rng.uniform(0, 1e8)), rng.uniform(0, 1, 12 * HORIZON), rng.uniform(0, 1, 12 * HORIZON),
    )  # fmt: skip
    balance = {item: int(rng.integers(0, 10**12)) for item in (*ASSETS, *FINANCING)}
    balance["equity"] += sum(balance[item] for item in ASSETS) - sum(balance[item] for item in FINANCING)
    return Start(
        first_year=2026,
        divisions=tuple(f"D{number}" for number in range(1, divisions + 1)),
        lines=LINES,
        base=base,
        base_sd=rng.uniform(0, 0.05, shape) if booked else np.zeros(shape),
        booked=np.rint(base / 12 * rng.uniform(0.5, 1.5, (booked, *shape))).astype(np.int64),
        patterns=Patterns(shares, rng.uniform(0, 0.3, shape), rng.uniform(0, 0.1, len(LINES))),
        before=np.rint(base * shares),
        items={item: int(rng.integers(-(10**11), 10**11)) for item in INCOME_ITEMS[3:]},
        balance=balance,
        contingent=int(rng.integers(0, 10**12)),
        inhabitants=pd.DataFrame({"0–79": [900.0, 905.0], "80+": [100.0, 103.0]}, index=[2025, 2026]),
        measures=(measure,),
        purchases=_purchases(rng, divisions, draw(st.integers(0, 3)), max(booked, 1)),
        history=pd.DataFrame(columns=["year", "item", "amount"]),
    )


def _purchases(rng: np.random.Generator, divisions: int, count: int, since: int) -> Purchases:
    bought, loans = [], []
    for number in range(count):
        paid = pd.Timestamp("2026-01-01") + pd.DateOffset(months=int(rng.integers(since, 30)))
        used = paid + pd.DateOffset(months=int(rng.integers(0, 8)))
        amount: float | None = float(rng.integers(1, 10**9)) / 100 if number else None
        loans.append(
            Loan(
                id=f"l{number}",
                name="Lån",
                amount=amount,
                drawn=f"{paid:%Y-%m}",
                interest=0.03 if number else None,
                years=int(rng.integers(1, 12)),
                refinances="l0" if number == 2 else None,
            )
        )
        row = Investment(
            id=f"i{number}",
            name="Investering",
            unit="U",
            kind="new",
            amount=float(rng.integers(1, 10**9)) / 100,
            paid=f"{paid:%Y-%m}",
            in_use=f"{used:%Y-%m}",
            life=int(rng.integers(1, 10)),
            status="decided",
            running_cost=float(rng.integers(0, 10**6)) / 100,
            loan=f"l{number}",
            loan_share=float(rng.uniform()),
        )
        bought.append(Purchase(row, None if number == 1 else int(rng.integers(divisions))))
    return Purchases(tuple(bought), tuple(loans))


@st.composite
def made_assumptions(draw: st.DrawFn) -> Assumptions:
    """Any assumptions about drivers that the made starts know, with spread or without."""
    rows = []
    for (driver, target), least, most in (
        *((key, -0.2, 0.2) for key in _GROWING),
        *((key, 0.0, 0.5) for key in _SHARES),
        *((key, -1e8, 1e8) for key in _AMOUNTS),
        (("other_investments", ""), 0.0, 1e8),
        (("borrow_below", ""), 0.0, 60.0),
        (("tax_rate", ""), -0.1, 0.1),
    ):
        if not draw(st.booleans()):
            continue
        value = draw(st.floats(least, most))
        more: dict[str, Any] = {}
        if draw(st.booleans()) and least < 0:
            width = draw(st.floats(0, (most - least) / 4))
            more = {
                "low": value - width,
                "high": value + 2 * width,
                "persistence": draw(st.sampled_from([0.0, 0.5, 1.0])),
            }
        rows.append(Assumption(scenario="s", driver=driver, target=target, value=value, source="s", owner="o", **more))
    pairs = (Correlation(first="tax_base", second="price:Löner", value=0.6),)
    return Assumptions("s", tuple(rows), pairs)
