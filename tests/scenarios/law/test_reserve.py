"""How much may be put into the result reserve, by the wording of the law."""

from __future__ import annotations

import numpy as np
import pytest

from utfall.errors import InvalidParameter
from utfall.scenarios.law import RESERVE_RULES, ReserveRules, most_to_reserve

TAX_AND_GRANTS = 10_000


def most(result, adjusted, *, equity=1, reserve=0, **options):
    return float(
        most_to_reserve(result, adjusted, TAX_AND_GRANTS, equity_with_contingent=equity, reserve=reserve, **options)
    )


def test_what_exceeds_one_per_cent_may_be_reserved():
    assert most(250, 250) == 150


def test_two_per_cent_when_equity_with_the_contingent_liability_is_negative():
    assert most(250, 250, equity=-1) == 50
    assert most(250, 250, equity=0) == 150


def test_the_lower_of_the_two_results_counts():
    assert most(250, 180) == most(180, 250) == 80


def test_a_result_below_the_share_allows_nothing():
    assert most(100, 100) == most(-500, 300) == 0


def test_the_reserve_may_be_five_per_cent_afterwards():
    assert most(900, 900) == 500
    assert most(900, 900, reserve=460) == 40
    assert most(900, 900, reserve=700) == 0


def test_the_limits_are_those_of_the_law_and_may_be_set():
    assert (RESERVE_RULES.above, RESERVE_RULES.above_when_negative, RESERVE_RULES.most) == (0.01, 0.02, 0.05)
    assert "11 kap. 14 §" in RESERVE_RULES.source
    assert most(250, 250, rules=ReserveRules(above=0.02)) == 50


def test_each_draw_has_its_own_equity():
    found = most_to_reserve(np.array([250, 250]), 250, TAX_AND_GRANTS, equity_with_contingent=np.array([1, -1]))
    assert found.tolist() == [150, 50]


def test_a_negative_sum_of_taxes_is_refused():
    with pytest.raises(InvalidParameter, match="tax revenue as positive"):
        most_to_reserve(1, 1, -5, equity_with_contingent=1)
