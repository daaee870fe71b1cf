"""Balance requirement results of past years, and what their deficits leave to restore."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidParameter
from utfall.scenarios.law import opening_deficits, requirement_history


def history(**years):
    """Items by year, named ``y2024``."""
    rows = [(int(year[1:]), item, float(amount)) for year, items in years.items() for item, amount in items.items()]
    return pd.DataFrame(rows, columns=["year", "item", "amount"])


def test_a_year_with_a_whole_income_statement_is_the_sum_of_its_items_less_gains():
    found = requirement_history(
        history(
            y2025={
                "external_income": 100,
                "external_costs": -900,
                "tax_revenue": 850,
                "realised_gains": 20,
                "unrealised_gains": -15,
                "result": 55,
            }
        )
    )
    assert found.to_dict() == {2025: 55 - 20 + 15}


def test_where_the_ledger_does_not_reach_the_change_of_equity_is_the_result():
    found = requirement_history(
        history(y2023={"equity": 400}, y2024={"equity": 350, "tax_revenue": 900, "unrealised_gains": 10})
    )
    assert np.isnan(found[2023])
    assert found[2024] == -50 - 10


def test_what_went_into_the_reserve_is_taken_off_and_what_came_from_it_added():
    found = requirement_history(
        history(
            y2023={"equity": 400, "result_reserve": 10},
            y2024={"equity": 500, "result_reserve": 40},
            y2025={"equity": 480, "result_reserve": 25},
        )
    )
    assert found[2024] == 100 - 30
    assert found[2025] == -20 + 15


def test_a_realised_loss_stays_and_a_gap_between_years_is_missing():
    found = requirement_history(
        history(y2021={"external_costs": -5, "realised_gains": -3}, y2023={"external_costs": -1})
    )
    assert found[2021] == -8
    assert np.isnan(found[2022])


def test_an_item_given_twice_is_refused():
    twice = pd.concat([history(y2025={"equity": 1}), history(y2025={"equity": 2})])
    with pytest.raises(InvalidParameter, match="equity of 2025 twice"):
        requirement_history(twice)


def test_the_opening_holds_what_surpluses_have_not_restored():
    results = pd.Series([-300.0, 100.0, -50.0, 20.0], [2022, 2023, 2024, 2025])
    assert opening_deficits(results, 2026) == {2022: 180.0, 2024: 50.0}


def test_what_lies_before_a_year_without_a_result_is_not_known():
    results = pd.Series([-300.0, np.nan, -50.0], [2023, 2024, 2025])
    assert opening_deficits(results, 2026) == {2025: 50.0}
    assert opening_deficits(results, 2028) == {}
    assert opening_deficits(pd.Series(dtype=float), 2026) == {}
