"""No paragraph of a result has a number that its frames do not hold, within the rounding shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.results_walk import holdings, paragraphs, untold
from utfall.presentation.claims import claims
from utfall.presentation.sourced import known_values
from utfall.rootcause.postings.high_cost import HIGH_COST
from utfall.rootcause.postings.late_bookings import COMPLETE_SHARE

PERIOD = "2026-10"
BOARD = "Hälso- och sjukvårdsnämnden"
DIVISION = "Division Kirurgi"

CONSTANTS = (COMPLETE_SHARE, HIGH_COST)
"""Settings that a paragraph states as such."""


def made_up_panel():
    random = np.random.default_rng(5)
    panel = pd.DataFrame(random.normal(0, 1, (40, 25)).cumsum(axis=0) + 50, pd.RangeIndex(1980, 2020))
    panel.columns = [f"enhet {number}" for number in range(25)]
    panel["egen"] = 0.6 * panel["enhet 3"] + 0.4 * panel["enhet 7"] + random.normal(0, 0.1, 40)
    panel.loc[2010:, "egen"] -= 10
    return panel


def made_up_cost(change):
    months = pd.period_range("2022-01", periods=48, freq="M")
    noise = np.random.default_rng(1).normal(0, 0.01, 48)
    return pd.Series(1e6 * np.exp(noise) * np.where(months >= pd.Period("2025-01", "M"), 1 + change, 1.0), months)


def made_up_use():
    later = np.arange(36) >= 24
    patients = np.where(later, 130, 100)
    packages = np.where(later, 273, 240) + np.random.default_rng(7).integers(-3, 4, 36)
    months = pd.period_range("2022-01", periods=36, freq="M")
    return pd.DataFrame(
        {"period": months, "price": 1000.0, "patients": patients, "need": 2 * patients, "packages": packages}
    )


def made_up_leaves():
    random = np.random.default_rng(1)
    leaves = pd.DataFrame({"unit": np.repeat(list("ABCDEF"), 40), "account": np.tile(np.arange(40), 6)})
    leaves["expected"] = -random.lognormal(10, 1, len(leaves))
    growth = random.normal(0, 0.05, len(leaves)) + 0.2 * (leaves["unit"] == "C")
    return leaves.assign(actual=leaves["expected"] * (1 + growth))


def made_up_series():
    days = pd.date_range("2021-01-01", periods=70, freq="MS")
    values = -1e7 - 2e4 * np.arange(70) + np.random.default_rng(2).normal(0, 1e5, 70)
    return pd.DataFrame({"unique_id": "Kostnader", "ds": days, "y": values})


def drugs(packages):
    return pd.DataFrame({"drug": ["a", "b"], "price": [10.0, 20.0], "packages": packages})


MADE_UP = {
    "synthetic_control": lambda: utfall.synthetic_control(made_up_panel(), "egen", 2010),
    "estimate_effect": lambda: utfall.estimate_effect(made_up_cost(-0.1), "2025-01"),
    "estimate_effect, dearer": lambda: utfall.estimate_effect(made_up_cost(0.1), "2025-01"),
    "estimate_effect, nothing": lambda: utfall.estimate_effect(made_up_cost(0.0), "2025-01"),
    "prospective": lambda: utfall.prospective(made_up_cost(0.0), planned_share=0.1),
    "avoided_cost": lambda: utfall.avoided_cost(made_up_use(), "2024-01"),
    "localise": lambda: utfall.localise(made_up_leaves(), ["unit", "account"]),
    "decompose": lambda: utfall.decompose(drugs([5.0, 4.0]), drugs([6.0, 3.0]), ["price", "packages"], by="drug"),
    "forecast": lambda: utfall.forecast(made_up_series(), 6),
    "year_end": lambda: utfall.year_end(made_up_series()),
}

OF_THE_REGION = {
    "measure_effect": lambda region: utfall.measure_effect(region, measure="monitoring_beds", period=PERIOD),
    "measure_prospect": lambda region: utfall.measure_prospect(region, measure="monitoring_beds", period=PERIOD),
    "drug_measure": lambda region: utfall.drug_measure(region, measure="drug_handling", period=PERIOD),
    "forecast_accuracy": lambda region: utfall.forecast_accuracy(region, unit=BOARD, period=PERIOD),
    "check_data": lambda region: utfall.check_data(region, period=PERIOD),
    "explain_deviation": lambda region: utfall.explain_deviation(region, unit=DIVISION, period=PERIOD),
    "measure_portfolio": lambda region: utfall.measure_portfolio(region, period=PERIOD),
    "month_forecast": lambda region: utfall.month_forecast(region, DIVISION, period=PERIOD),
    "year_forecast": lambda region: utfall.year_forecast(region, DIVISION, period=PERIOD),
    "follow_up": lambda region: utfall.follow_up(region, unit=DIVISION, period=PERIOD),
}


@pytest.fixture(scope="module")
def region(demo_folder):
    return utfall.open_region(demo_folder)


@pytest.mark.parametrize("name", MADE_UP)
def test_a_result_of_made_up_series_says_only_what_it_holds(name):
    assert untold(MADE_UP[name](), name, CONSTANTS) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_THE_REGION)
def test_a_result_of_the_region_says_only_what_it_holds(name, region):
    targets = (goal.target / 100 for goal in region.goals)  # in the results they are held as words
    assert untold(OF_THE_REGION[name](region), name, (*CONSTANTS, *targets)) == []


def test_the_walk_reads_every_paragraph_and_would_find_a_number_typed_by_hand():
    effect = MADE_UP["estimate_effect"]()
    read = list(paragraphs(effect, "effect"))
    assert "effect.text()" in {where for where, _, _ in read}
    known = known_values(*holdings(effect), list(CONSTANTS))
    text = effect.text()
    share = next(claim for claim in claims(text) if "%" in claim.written)
    typed = f"{text[: share.start]}42,7\u00a0%{text[share.end :]}"
    assert known.unsourced(text) == ()
    assert known.unsourced(typed) == ("42,7\u00a0%",)
