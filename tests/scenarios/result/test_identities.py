"""What must hold to the öre in every draw is tried, and a simulation that breaks it is never shown."""

import numpy as np
import pytest

from tests.scenarios.result.small_simulation import NAMES, simulation
from utfall.evidence import IdentityFailed
from utfall.scenarios.result.identities import identities


def moved(values, draw=1, month=5, by=1):
    changed = values.copy()
    changed[draw, month] += by
    return changed


def test_a_simulation_that_ties_passes_every_check_and_tells_how_much_was_compared():
    checks = identities(simulation(), NAMES.line_groups)
    assert len(checks) == 10
    assert all(check.passed for check in checks)
    assert checks[0].detail == "100 jämförelser på öret"  # four draws, 25 ends of months


@pytest.mark.parametrize(
    ("part", "item", "told"),
    [
        ("balance", "receivables", "Tillgångar är eget kapital"),
        ("balance", "pension_provisions", "Tillgångar är eget kapital"),
        ("cash_flow", "investments", "Likvida medel ändras med kassaflödet"),
        ("income", "tax_revenue", "Eget kapital ändras med resultatet"),
        ("cash_flow", "result", "Likvida medel ändras med kassaflödet"),
    ],
)
def test_one_oere_wrong_in_one_draw_of_one_month_stops_it(part, item, told):
    whole = simulation()
    amounts = dict(getattr(whole, part))
    amounts[item] = moved(amounts[item])
    with pytest.raises(IdentityFailed, match=told):
        identities(simulation(**{part: amounts}), NAMES.line_groups)


def test_two_wrongs_that_hide_each_other_in_the_sums_are_still_found():
    whole = simulation()
    flow = dict(whole.cash_flow)
    flow["loans_drawn"], flow["placements"] = moved(flow["loans_drawn"]), moved(flow["placements"], by=-1)
    with pytest.raises(IdentityFailed, match="Lånen ändras"):
        identities(simulation(cash_flow=flow), NAMES.line_groups)


def test_a_division_that_does_not_sum_to_the_ledger_is_found():
    net = simulation().net_cost.copy()
    net[3, 1, 0, 1] -= 1
    with pytest.raises(IdentityFailed, match="huvudbokens kostnader"):
        identities(simulation(net_cost=net), NAMES.line_groups)


def test_internal_lines_are_no_part_of_the_regions_statement():
    net = simulation().net_cost.copy()
    net[:, :, 0, 3] += 777  # an internal income that no other division pays
    assert all(check.passed for check in identities(simulation(net_cost=net), NAMES.line_groups))


def test_a_simulation_without_divisions_is_checked_without_them():
    nothing = np.zeros((4, 2, 0, 5), dtype=np.int64)
    assert len(identities(simulation(net_cost=nothing, divisions=()), NAMES.line_groups)) == 7
