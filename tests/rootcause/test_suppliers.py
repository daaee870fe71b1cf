"""The supplier behind a change: named with its month and invoices when one leads, and nobody when none does."""

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.small_region import MONTHS, ledger, write_region
from utfall.rootcause.causes.suppliers import leading_suppliers
from utfall.rootcause.comparison import compare


def lead(folder, invoices: pd.DataFrame, amount: float) -> pd.DataFrame:
    """Suppliers that lead a change in K1's drugs, whose invoices are given."""
    others = ledger().query("not (unit == 'K1' and account == '5610')")
    mine = invoices.assign(unit="K1", account="5610")
    mine = mine.assign(voucher=[f"V{number}" for number in range(len(mine))])
    region = utfall.open_region(write_region(folder, ledger=pd.concat([others, mine], ignore_index=True)))
    comparison = compare(region, unit="K1", period="2026-10", against=None)
    return leading_suppliers(comparison, pd.DataFrame({"unit": ["K1"], "line": ["drugs"], "amount": [amount]}))


def invoices(since: str, factor: float, *, a_month: int = 4, more: int = 4, noise: float = 0.02) -> pd.DataFrame:
    """Alfa's invoices, dearer by `factor` and `more` a month from `since`; Beta's stay as they are."""
    rng = np.random.default_rng(3)
    rows = []
    for month in MONTHS:
        raised = month >= pd.Timestamp(since)
        rows += [(month, "Alfa AB", -100.0 * (factor if raised else 1.0))] * (more if raised else a_month)
        rows += [(month, "Beta AB", -50.0)] * 2
    frame = pd.DataFrame(rows, columns=["period", "counterparty", "amount"])
    return frame.assign(amount=(frame["amount"] * rng.normal(1, noise, len(frame))).round(2))


def test_dearer_invoices_from_a_month_are_found_with_that_month(tmp_path):
    found = lead(tmp_path, invoices("2026-03-01", 1.5), -1600.0).iloc[0]
    assert found["counterparty"] == "Alfa AB"
    assert found["since"] == pd.Timestamp("2026-03-01")
    assert found["change"] == pytest.approx(-8 * 4 * 50, rel=0.03)
    assert (found["invoices"], found["invoices_before"]) == (40, 40)
    assert found["per_invoice"] == pytest.approx(1 + 0.5 * 8 / 10, rel=0.02)


def test_more_invoices_of_the_same_size_are_told_from_dearer_ones(tmp_path):
    found = lead(tmp_path, invoices("2026-01-01", 1.0, more=8), -4000.0).iloc[0]
    assert (found["invoices"], found["invoices_before"]) == (80, 40)
    assert found["per_invoice"] == pytest.approx(1.0, rel=0.02)


def test_a_supplier_that_grew_with_everything_else_leads_nothing(tmp_path):
    assert lead(tmp_path, invoices("2026-01-01", 1.04), -160.0).empty


def test_a_change_in_the_other_direction_has_no_leader(tmp_path):
    assert lead(tmp_path, invoices("2026-03-01", 1.5), +1600.0).empty


def test_months_without_a_clear_step_name_no_month(tmp_path):
    """Alfa's amounts swing wildly, and are higher this year."""
    rng = np.random.default_rng(5)
    rows = [(month, "Alfa AB", -float(rng.uniform(0, 1000) * (1.3 if month.year == 2026 else 1.0))) for month in MONTHS]
    frame = pd.DataFrame(rows, columns=["period", "counterparty", "amount"]).round({"amount": 2})
    spans = frame["period"].dt.month <= 10
    now = frame.loc[spans & (frame["period"] >= "2026-01-01"), "amount"].sum()
    before = frame.loc[spans & frame["period"].between("2025-01-01", "2025-12-31"), "amount"].sum()
    found = lead(tmp_path, frame, now - before)
    assert len(found) == 1
    assert pd.isna(found["since"].iloc[0])


def test_postings_without_a_counterparty_name_nobody(tmp_path):
    assert lead(tmp_path, invoices("2026-03-01", 1.5).assign(counterparty=""), -1600.0).empty
