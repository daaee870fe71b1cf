"""From the year's result to the balance requirement result, against printed investigations."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from utfall.errors import InvalidParameter
from utfall.scenarios.law import LINES, BalanceRequirement, balance_requirement
from utfall.scenarios.law.balance import SIGNS, SUMS

PRINTED = {
    # Malmö stad, årsredovisning 2015, balanskravsutredning (mkr)
    "Malmö 2015": ({"result": 563, "realised_gains": 23, "to_reserve": 185}, 540, 355),
    "Malmö 2014": ({"result": -149, "realised_gains": 56, "from_reserve": 12}, -205, -193),
    "Malmö 2013": ({"result": 154, "realised_gains": 33}, 121, 121),
    # Sjöbo kommun, budget 2024: unrealised losses of 9,5 are left out of the result of 2022 (mkr)
    "Sjöbo 2022": ({"result": 50.3, "realised_gains": 0.1, "unrealised": -9.5}, 59.7, 59.7),
    "Sjöbo 2023": ({"result": -19.4, "from_reserve": 14.6}, -19.4, -4.8),
    "Sjöbo 2024": ({"result": -26.1, "from_reserve": 7.5}, -26.1, -18.6),
    # Hallsbergs kommun, årsredovisning 2019 (mkr)
    "Hallsberg 2019": ({"result": 42, "to_reserve": 15}, 42, 27),
    # Upplands-Bro kommun, printed investigation of 2017–2020 (tkr)
    "Upplands-Bro 2017": ({"result": 44124, "realised_gains": 1077}, 43047, 43047),
    "Upplands-Bro 2019": ({"result": 52966, "realised_gains": 4644, "to_reserve": 33397}, 48322, 14925),
    "Upplands-Bro 2020": ({"result": -11708, "from_reserve": 11708}, -11708, 0),
}
"""Whose investigation: its lines, the result after adjustments, and the balance requirement result."""

SUMS_OF_A_PLAN = [
    # A strategic plan with its balance requirement (5dok.org, document qmj63958), mkr. The sums are printed; which of
    # two lines the third amount stands on is not known, so both are tried.
    ({"result": 596, "realised_gains": 118, "unrealised": 349}, 129),
    ({"result": 596, "realised_gains": 118, "to_reserve": 349}, 129),
    ({"result": 342, "realised_gains": 145, "reversed_unrealised": 349}, 546),
    ({"result": 342, "realised_gains": 145, "from_reserve": 349}, 546),
    ({"result": 439, "realised_gains": 219}, 220),
]


@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_investigation_is_had_again(name):
    lines, adjusted, requirement = PRINTED[name]
    made = balance_requirement(lines["result"], **{line: size for line, size in lines.items() if line != "result"})
    assert made.adjusted == pytest.approx(adjusted)
    assert made.requirement == pytest.approx(requirement)


@pytest.mark.parametrize(("lines", "requirement"), SUMS_OF_A_PLAN)
def test_the_sums_of_a_strategic_plan_are_had_again(lines, requirement):
    others = {line: size for line, size in lines.items() if line != "result"}
    assert balance_requirement(lines["result"], **others).requirement == requirement


def test_exempted_gains_and_losses_and_reversals_raise_the_adjusted_result():
    made = balance_requirement(100, realised_gains=40, exempted_gains=10, exempted_losses=5, reversed_unrealised=-3)
    assert made.adjusted == 100 - 40 + 10 + 5 - 3


def test_the_lines_as_printed_sum_to_each_sum():
    made = balance_requirement(
        100,
        realised_gains=40,
        exempted_gains=10,
        exempted_losses=5,
        unrealised=-7,
        reversed_unrealised=3,
        to_reserve=20,
        from_reserve=1,
    )
    amounts = list(made.printed.values())
    place = list(LINES).index("adjusted")
    assert sum(amounts[:place]) == amounts[place] == 85
    assert amounts[place] + sum(amounts[place + 1 : -1]) == amounts[-1] == 66


def test_every_line_has_a_printed_name_and_is_either_signed_or_a_sum():
    assert [field.name for field in fields(BalanceRequirement)] == list(LINES)
    assert {*SIGNS, *SUMS} == set(LINES)


def test_whole_ore_stay_whole_in_every_draw_and_year():
    result = np.array([[10_000_000_000_001, -3], [7, 8]], dtype=np.int64)
    made = balance_requirement(result, realised_gains=np.array([[1, 0], [0, 2]]))
    assert made.requirement.dtype == np.int64
    assert made.requirement.tolist() == [[10_000_000_000_000, -3], [7, 6]]


@pytest.mark.parametrize("line", ["realised_gains", "exempted_losses", "to_reserve", "from_reserve"])
def test_a_negative_size_is_refused_and_named(line):
    with pytest.raises(InvalidParameter, match=line):
        balance_requirement(1, **{line: np.array([1, -1])})


def test_more_exempted_gains_than_there_are_is_refused():
    with pytest.raises(InvalidParameter, match="only gains that were realised"):
        balance_requirement(100, realised_gains=10, exempted_gains=11)
