"""The causes: what was planted in the made-up region is found at its unit, and nothing where nothing was planted."""

import pandas as pd
import pytest
import yaml

import utfall
from utfall.rootcause.causes.causes import KIND_WORDS

PLANTED = {
    "drug_patients": ("Reumatologmottagningen", "drugs", "volume"),
    "volume_rise": ("Ögonmottagningen", "drugs", "volume"),
    "supplier_price_jump": ("Dialysmottagningen", "materials", "intensity"),
    "drug_price_jump": ("Hudmottagningen", "drugs", "price"),
    "mix_shift": ("Onkologiska dagvården", "drugs", "mix"),
    "high_cost_iva_1": ("Intensivvårdsavdelningen", "purchased_care", "high_cost"),
    "high_cost_iva_2": ("Intensivvårdsavdelningen", "purchased_care", "high_cost"),
    "high_cost_neonatal": ("Neonatalavdelningen", "purchased_care", "high_cost"),
    "high_cost_hematology": ("Hematologmottagningen", "purchased_care", "high_cost"),
    "high_cost_heart": ("Hjärtavdelningen", "purchased_care", "high_cost"),
    "accrual_open": ("Klinisk kemi", "materials", "periodisation"),
    "rs_vaccination": ("Barn- och ungdomsmottagningen", "drugs", "volume"),
    "strained_budget": ("Riks- och regionvården", "purchased_care", "budget"),
}
"""Planted event to the unit, line and kind of cause that says it."""


@pytest.fixture(scope="module")
def region(demo_folder):
    return utfall.open_region(demo_folder)


@pytest.fixture(scope="module")
def board(region):
    return utfall.explain_deviation(region, period="2026-10")


@pytest.fixture(scope="module")
def truth(demo_folder):
    rows = yaml.safe_load((demo_folder / "truth.yaml").read_text(encoding="utf-8"))["planted"]
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize(("event", "where"), PLANTED.items())
def test_each_planted_cause_is_found_at_its_unit(board, truth, event, where):
    (found,) = board.causes.frame.set_index(["unit_name", "line", "kind"]).loc[[where]].to_dict("records")
    assert found["amount"] * truth[event]["against_budget_2026_by_unit"][found["unit"]] > 0


@pytest.mark.parametrize("event", ["hiring_review_2026", "staff_cost_2026"])
def test_what_the_programme_of_2026_failed_to_save_is_found_where_it_failed(board, truth, event):
    """The budget counted on the savings: most of what was missed lies in units pointed out, as the budget's level."""
    (line,) = truth[event]["lines"]
    missed = pd.Series(truth[event]["against_budget_2026_by_unit"])
    missed = -missed[missed < 0]
    causes = board.causes.frame
    named = set(causes.loc[causes["line"].eq(line) & causes["kind"].eq("budget") & causes["amount"].lt(0), "unit"])
    assert missed[missed.index.isin(named)].sum() > 0.7 * missed.sum()


def test_nothing_is_found_where_nothing_was_planted(board, truth):
    planted = {
        (unit, line)
        for row in truth.values()
        for unit in row["against_budget_2026_by_unit"]
        for line in row["against_budget_2026_by_line"]
    }
    found = set(zip(board.causes.frame["unit"], board.causes.frame["line"], strict=True))
    assert len(found) > 200
    assert not found - planted


def test_causes_and_what_remains_are_the_deviation_to_the_ore(board):
    total = board.causes.frame["amount"].sum() + sum(board.causes.rest.values())
    assert total == pytest.approx(board.deviation, abs=0.005)
    for table in (board.causes.table, board.causes.groups_view):
        amounts = table.frame["amount"]
        assert amounts.iloc[:-1].sum() == pytest.approx(amounts.iloc[-1], abs=0.005)


def test_what_remains_unexplained_is_a_row_of_its_own(board):
    assert board.causes.table.frame["what"].str.startswith("Oförklarat").sum() == 1
    assert board.causes.table.frame["what"].str.startswith("Inom normal variation").sum() == 1


@pytest.mark.parametrize("unit", ["Ögonmottagningen", "Brunflo hälsocentral", "Division Kirurgi"])
def test_a_unit_gets_the_same_causes_from_its_own_report_as_from_the_boards(region, board, unit):
    own = utfall.explain_deviation(region, unit=unit, period="2026-10").causes.frame
    mine = board.causes.frame[board.causes.frame["unit"].isin(set(own["unit"]))]
    keys = ["unit", "line", "kind"]
    left = own.sort_values(keys)[[*keys, "amount"]].reset_index(drop=True)
    right = mine.sort_values(keys)[[*keys, "amount"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(left, right, check_exact=False, atol=0.005, rtol=0)


def test_details_say_what_the_data_show(board):
    details = board.causes.frame.set_index(["unit_name", "line", "kind"])["detail"]
    supplier = details["Dialysmottagningen", "materials", "intensity"]
    assert "Järven Medicinteknik AB" in supplier
    assert "februari 2026" in supplier
    assert "Biologiskt läkemedel Delta" in details["Hudmottagningen", "drugs", "price"]
    assert "Antikropp Zeta" in details["Onkologiska dagvården", "drugs", "mix"]
    assert "över plan" in details["Ögonmottagningen", "drugs", "volume"]
    assert "Särskild prövning av hyravrop" in details["Frösö hälsocentral", "hired_staff", "budget"]
    assert "7 åren före" in details["Riks- och regionvården", "purchased_care", "budget"]


def test_a_few_patients_care_is_one_cause_and_nothing_says_what_a_patient_cost(board, truth):
    rows = board.causes.frame.query("line == 'purchased_care' and kind == 'high_cost'")
    cells = board.causes.frame[board.causes.frame["line"].eq("purchased_care")]
    for unit in rows["unit"]:
        assert len(cells[cells["unit"] == unit]) == 1
    costs = {row["parameters"]["cost_sek"] for row in truth.values() if row["kind"] == "one_off"}
    assert not {round(-amount) for amount in board.causes.frame["amount"]} & costs


def test_the_persons_comment_and_decision_stand_beside_the_cause(board):
    row = board.causes.frame.query("unit_name == 'Frösö hälsocentral' and line == 'hired_staff' and kind == 'budget'")
    assert "vakanta" in row["comment"].iloc[0]
    assert "2026-03-26" in row["decision"].iloc[0]
    others = board.causes.frame.query("unit_name == 'Hudmottagningen'")
    assert others["comment"].eq("").all()


def test_a_comment_of_a_later_month_is_not_shown(region):
    frame = utfall.explain_deviation(region, unit="Frösö hälsocentral", period="2026-09").causes.frame
    assert frame["comment"].eq("").all()


def test_a_quiet_year_has_no_causes_and_says_so(small_region):
    result = utfall.explain_deviation(small_region, unit="M1", period="2024-06").causes
    assert result.frame.empty
    assert result.rest["undecided"] != 0
    assert "kort historik" in result.text()


def test_every_kind_of_cause_has_a_grade_and_a_word(board):
    assert set(board.causes.frame["kind"]) <= set(KIND_WORDS)
    assert set(board.causes.frame["grade"]) <= {"A", "B", "C", "D"}
    assert board.causes.grade.value == max(board.causes.frame["grade"])


def test_no_part_of_a_few_patients_care_is_told_anywhere(board, region):
    """Neither the split, nor the components, nor the month of the control chart."""
    hidden = set(board.causes.frame.loc[board.causes.frame["kind"].eq("high_cost"), "unit"])
    assert hidden
    cells = board.variances.cells
    care = cells[cells["unit"].isin(hidden) & cells["line"].eq("purchased_care")]
    assert care[["volume", "price", "mix", "efficiency", "hours", "intensity"]].abs().to_numpy().sum() == 0
    charts = board.control_charts.frame
    mine = charts[charts["unit"].isin(hidden) & charts["line"].eq("purchased_care")]
    assert mine["since"].isna().all()
    own = utfall.explain_deviation(region, unit="Intensivvårdsavdelningen", period="2026-10")
    split = own.price_volume.frame.query("line == 'purchased_care' and change != 0")
    assert set(split["factor"]) <= {"not_split"}


def test_opposite_causes_in_one_cell_do_not_both_stand_where_the_budget_foresaw_one(board):
    cells = board.variances.cells
    for name in ("other", "mix", "efficiency", "hours", "intensity", "price"):
        assert not (cells[name] * cells["budget"] < -0.005).any(), name
