"""The register of events: its past rows are true of the ledger, the others lie ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.demo.timeline import LATEST_PERIOD
from utfall.region.registers import Event, read_register


@pytest.fixture(scope="module")
def events(made):
    return read_register(made.folder / "events.yaml", "events", Event)


def monthly(made, unit: str | None, accounts: list[str]) -> pd.Series:
    cells = made.cells[made.cells["account"].isin(accounts)]
    cells = cells if unit is None else cells[cells["unit"] == unit]
    return cells.groupby("period")["ore"].sum() / 100


def test_wages_are_revised_each_april_as_the_ledger_has_it(made, events):
    revisions = {event.start: event.change for event in events if event.kind == "wage_revision"}
    assert list(revisions) == [f"{year}-04" for year in range(2019, 2028)]
    index = made.table("price_index").query("index == 'Löner'").set_index("period")["value"]
    for start, change in revisions.items():
        month = pd.Timestamp(f"{start}-01")
        if month in index.index and month > index.index.min():
            assert index[month] / index[month - pd.DateOffset(months=1)] - 1 == pytest.approx(change, abs=2e-4)
    salaries = made.cells[made.cells["line"] == "salaries"].groupby("period")["ore"].sum()
    growth = salaries.to_numpy()[12:] / salaries.to_numpy()[:-12]
    months = salaries.index[12:]
    # The twelve-month change jumps in April by how much this year's revision differs from the last one.
    for year in (2023, 2024):
        april = int(np.flatnonzero(months == pd.Timestamp(year, 4, 1))[0])
        step = np.log(growth[april : april + 3].mean() / growth[april - 3 : april].mean())
        assert step == pytest.approx(revisions[f"{year}-04"] - revisions[f"{year - 1}-04"], abs=0.006)


def test_the_suppliers_new_price_is_in_the_ledger(made, events):
    (event,) = (event for event in events if event.id == "supplier_price")
    cost = monthly(made, event.units[0], list(event.accounts))
    before = cost["2025-02-01":"2025-10-01"].sum()
    after = cost["2026-02-01":"2026-10-01"].sum()
    assert after / before - 1 == pytest.approx(event.change, abs=0.08)


def test_what_is_not_in_the_ledger_lies_ahead_of_it(events):
    ahead = [event for event in events if event.start > LATEST_PERIOD]
    assert {event.kind for event in ahead} == {"wage_revision", "one_off", "contract_end", "closing", "opening"}
    assert [event.id for event in events if event.status == "planned"] == ["jarpen_beds"]
    assert all(event.source and event.owner for event in events)


def test_what_is_to_end_still_has_amounts(made, events):
    for event in events:
        if event.kind in ("closing", "contract_end"):
            cells = made.cells[made.cells["unit"].isin(event.units)]
            if event.accounts:
                cells = cells[cells["account"].isin(event.accounts)]
            assert cells[cells["period"] == f"{LATEST_PERIOD}-01"]["ore"].abs().sum() > 0
