"""What a region answers."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import utfall
from tests.small_region import REGISTERS, ledger, write_region
from utfall.errors import InvalidParameter
from utfall.region.facts import FINE_COLUMNS
from utfall.region.region import DIMENSIONS, Region


def test_costs_are_positive_and_leave_income_out(small_region):
    frame = small_region.costs(by=["unit", "cost_type"], unit="Division Kirurgi", since="2026-10", until="2026-10")
    assert set(frame["unit"]) == {"K1", "K2"}
    assert set(frame["cost_type"]) == {"salaries", "purchased_care", "drugs"}
    drugs = frame.set_index(["unit", "cost_type"]).loc[("K1", "drugs")]
    assert drugs["cost"] == 300.0 + 33 + 5000.0  # the 34th month, 33 kronor more than the first, and the extra
    assert drugs["budget_cost"] == 300.0


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(by=st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=4))
def test_parts_sum_to_the_whole_whatever_they_are_summed_by(small_region, by):
    frame = small_region.amounts(by, until="2026-10")
    assert frame["actual"].sum() == pytest.approx(ledger()["amount"].sum(), abs=0.005)
    assert frame["budget"].sum() == pytest.approx(small_region.control_total(table="budget"), abs=0.005)


def test_a_sum_of_many_oren_is_exact(tmp_path):
    frame = ledger()
    frame["amount"] = frame["account"].eq("3010").map({True: 0.1, False: -0.1})
    region = utfall.open_region(write_region(tmp_path, ledger=frame))
    expected = -2 * len(frame) / 4 / 10  # three accounts of four are costs
    assert region.control_total() == expected
    assert region.amounts([])["actual"].iloc[0] == expected


@pytest.mark.parametrize("period", ["2023-12", "2026-11", "2026-13", "oktober"])
def test_a_period_outside_the_data_is_refused_with_what_there_is(small_region, period):
    with pytest.raises(InvalidParameter, match=r"2024-01 to 2026-10|YYYY-MM"):
        small_region.period(period)


def test_a_region_as_of_a_month_knows_no_later_one_and_leaves_the_region_itself_alone(small_region):
    then = small_region.as_of("2026-04")
    assert f"{then.latest_period:%Y-%m}" == "2026-04"
    assert then.amounts(["year"])["actual"].sum() == ledger().query("period <= '2026-04-01'")["amount"].sum()
    with pytest.raises(InvalidParameter, match="outside the ledger, which has 2024-01 to 2026-04"):
        then.period("2026-05")
    assert f"{small_region.latest_period:%Y-%m}" == "2026-10"


def test_an_unknown_dimension_is_refused_with_those_there_are(small_region):
    with pytest.raises(InvalidParameter, match="Cannot sum by colour; choose among period"):
        small_region.amounts(["colour"])


def test_an_unknown_table_is_refused_with_those_there_are(small_region):
    with pytest.raises(InvalidParameter, match="it has budget, ledger, volumes"):
        small_region.table("staffing")


def test_a_reorganised_unit_is_compared_with_itself(tmp_path):
    units = [dict(unit) for unit in REGISTERS["organisation.yaml"]["units"]]
    moved = next(unit for unit in units if unit["code"] == "K2")
    moved["valid_to"] = "2025-12-31"
    units.append(moved | {"parent": "MA", "valid_from": "2026-01-01", "valid_to": None})
    region = utfall.open_region(write_region(tmp_path, organisation={"units": units}))
    rows = ledger()
    of_2025 = rows[(rows["period"].dt.year == 2025) & rows["unit"].isin(["K2", "M1"])]
    seen_now = region.amounts(["division"], since="2025-01", until="2025-12", structure="2026-10").set_index("division")
    assert seen_now.loc["M", "actual"] == pytest.approx(of_2025["amount"].sum())
    seen_then = region.amounts(["division"], since="2025-01", until="2025-12").set_index("division")
    assert seen_then.loc["M", "actual"] == pytest.approx(of_2025.query("unit == 'M1'")["amount"].sum())


def test_the_measures_of_a_unit_are_those_below_and_above_it(small_region):
    for unit, expected in [("K1", 1), ("Division Kirurgi", 1), (None, 1), ("Division Medicin", 0), ("K2", 0)]:
        assert len(small_region.measures_of(unit, "2026-10")) == expected


def test_rows_of_a_table_can_be_cut_to_a_unit_and_months(small_region):
    rows = small_region.table("volumes", unit="Division Medicin", since="2026-09")
    assert set(rows["unit"]) == {"M1"}
    assert rows["period"].tolist() == [pd.Timestamp("2026-09-01"), pd.Timestamp("2026-10-01")]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    by=st.lists(st.sampled_from([d for d in DIMENSIONS if d not in FINE_COLUMNS]), unique=True, max_size=3),
    unit=st.sampled_from([None, "Division Kirurgi", "M1"]),
    lines=st.sampled_from([None, ["drugs"], ["care_sold", "salaries"]]),
)
def test_the_cube_and_the_engine_give_the_same_amounts(small_region, by, unit, lines):
    asked = {"unit": unit, "since": "2025-03", "until": "2026-10", "lines": lines}
    from_cube = small_region.amounts(by, **asked)
    without = Region(
        small_region.settings,
        small_region.registers,
        small_region.store,
        small_region.data_version,
        small_region.inputs,
    )
    pd.testing.assert_frame_equal(from_cube, without.amounts(by, **asked), check_dtype=False)
