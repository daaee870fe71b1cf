"""The months ahead of one node of the made-up region: its events, its parts, and what adds up."""

import numpy as np
import pytest

import utfall
from utfall.errors import InvalidParameter

PERIOD = "2026-10"
CLOSING = "28080"


@pytest.fixture(scope="module")
def region(demo_folder):
    return utfall.open_region(demo_folder)


@pytest.fixture(scope="module")
def ahead(region):
    return utfall.month_forecast(region, CLOSING, period=PERIOD)


def by_name(result):
    return result.frame.pivot_table(index="ds", columns="unique_id", values="mean")


def test_income_and_cost_sum_to_the_net_and_lines_to_both(ahead):
    wide = by_name(ahead)
    np.testing.assert_allclose(wide["Netto"], wide["Intäkter"] + wide["Kostnader"], atol=0.005)
    leaves = [name for name in wide if str(name).startswith(f"{CLOSING}|")]
    np.testing.assert_allclose(wide["Netto"], wide[leaves].sum(axis=1), atol=0.005)


def test_the_decided_closing_empties_the_months_after_it(ahead):
    wide = by_name(ahead)
    assert (wide.loc["2027-01-01":].abs() < 0.005).all(axis=None)
    assert (wide.loc[:"2026-12-01", "Kostnader"] < 0).all()


def test_each_part_is_said_and_the_parts_sum_to_the_forecast(ahead):
    parts = ahead.parts("Netto")
    whole = parts[["level", "trend", "season", "events", "reconciliation"]].sum(axis=1)
    np.testing.assert_allclose(whole, by_name(ahead)["Netto"], atol=0.005)
    assert "Mottagningen i Duved stängs från januari 2027" in ahead.explain("Netto")
    assert ahead.explanation("Netto").to_text() == ahead.explain("Netto")


def test_the_known_months_are_the_ledgers(region, ahead):
    amounts = region.amounts(["period"], unit=CLOSING, until=PERIOD).set_index("period")["actual"]
    known = ahead.history[ahead.history["unique_id"] == "Netto"].set_index("ds")["y"]
    np.testing.assert_allclose(known, amounts.reindex(known.index), atol=0.005)


def test_what_is_planned_but_not_decided_is_told_and_left_out(region):
    result = utfall.month_forecast(region, "28010", period=PERIOD)
    told = [text for text in result.warnings if "Närvårdsplatser i Järpen" in text]
    assert told == ["Närvårdsplatser i Järpen öppnar (2027-09): planerad, inte beslutad, ingår inte."]
    assert not any("Järpen" in text for text in result.assumptions)


def test_an_unknown_node_is_refused_by_name(region):
    with pytest.raises(InvalidParameter, match="no unit '99999'"):
        utfall.month_forecast(region, "99999", period=PERIOD)
