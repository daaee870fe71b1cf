from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.root_cause import BAR, NULL_BAR, draw, read_bench, score
from benchmarks.root_cause_cases import FAMILIES, LEDGER_PARENTS, make_case, selects
from benchmarks.root_cause_stress import REGIMES
from utfall.errors import InvalidData, InvalidParameter
from utfall.evidence import Grade
from utfall.rootcause.segments.localise import localise

BENCH = Path(__file__).parents[2].parent / "shared" / "bench" / "rootcause"

shared = pytest.mark.skipif(not BENCH.exists(), reason="the shared cases are not on this machine")


def _solve(case):
    return localise(case.leaves, case.dimensions, parents=case.parents)


def _same(leaves, found, planted):
    return {selects(leaves, cause).tobytes() for cause in found} == {
        selects(leaves, cause).tobytes() for cause in planted
    }


def _ledger(seed=0, noise=0.05, rows=1500):
    """Leaves of a made-up ledger, cost negative and income positive, without any cause."""
    rng = np.random.default_rng(seed)
    unit, account = rng.integers(0, 20, rows), rng.integers(0, 15, rows)
    leaves = pd.DataFrame(
        {
            "area": [f"Område {u // 4}" for u in unit],
            "unit": [f"Enhet {u}" for u in unit],
            "line": [f"Rad {a // 3}" for a in account],
            "account": [f"{4000 + a}" for a in account],
        }
    )
    size = rng.lognormal(11, 1.5, rows)
    leaves["expected"] = np.where(account < 3, size, -size).round(2)
    leaves["actual"] = (leaves["expected"] * (1 + noise * rng.standard_t(5, rows))).round(2)
    return leaves


def _apart(seed=0):
    """The same ledger with every row a leaf of its own."""
    leaves = _ledger(seed, rows=6000).assign(activity=lambda rows: [f"{row % 7}" for row in range(len(rows))])
    return leaves.drop_duplicates([*DIMENSIONS, "activity"], ignore_index=True)


DIMENSIONS = ["area", "unit", "line", "account"]
PARENTS = {"unit": "area", "account": "line"}


@shared
def test_shared_cases_are_solved_to_the_bar():
    every_fifth = [case for number, case in enumerate(read_bench(BENCH)) if number % 5 == 0 or not case.causes]
    scores = score(every_fifth)
    assert set(scores) == set(BAR)
    for family, one in scores.items():
        assert one.f1 >= BAR[family], family
        assert one.empty >= NULL_BAR * one.nulls, family


@shared
@pytest.mark.slow
def test_every_shared_case_is_solved_to_the_bar():
    for family, one in score(read_bench(BENCH)).items():
        assert one.f1 >= BAR[family], family
        assert one.empty >= NULL_BAR * one.nulls, family


@pytest.mark.parametrize("family", FAMILIES)
def test_fresh_draws_of_every_family_are_solved(family):
    # F: one amount a leaf, P: price alone, V: volume alone, A: reclassified, M: moved a month, N: nothing budgeted.
    one = score(draw([family], 10))[family]
    assert one.f1 >= 0.9
    assert one.empty >= one.nulls - 1


@pytest.mark.parametrize("regime", [regime for regime in REGIMES if not regime.startswith("riskloc")])
def test_leaves_that_break_the_assumptions_of_a_tidy_cube_are_solved(regime):
    one = score(draw([regime], 8))[regime]
    assert one.f1 >= 0.85
    assert one.empty >= one.nulls - 1


def test_causes_of_several_leaves_are_found_in_cubes_made_as_the_riskloc_paper_makes_them():
    cases = [case for case in draw(["riskloc"], 6) if case.causes]
    for case in cases:
        found = {selects(case.leaves, cause).tobytes() for cause in _solve(case).causes}
        masks = [selects(case.leaves, cause) for cause in case.causes]
        assert found == {mask.tobytes() for mask in masks if mask.sum() > 1}


def test_a_restless_unit_is_no_cause():
    for seed in range(8):
        leaves, rng = _ledger(seed), np.random.default_rng(seed)
        there = leaves["unit"] == "Enhet 7"
        noise = 0.05 * rng.standard_t(5, there.sum()) * 4
        leaves.loc[there, "actual"] = leaves.loc[there, "expected"] * (1 + noise)
        assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == []


def test_a_cause_is_found_in_spite_of_a_restless_unit():
    leaves, rng = _ledger(), np.random.default_rng(1)
    there = leaves["unit"] == "Enhet 7"
    leaves.loc[there, "actual"] = leaves.loc[there, "expected"] * (1 + 0.2 * rng.standard_t(5, there.sum()))
    moved = leaves["account"] == "4009"
    leaves.loc[moved, "actual"] -= 0.15 * leaves.loc[moved, "expected"].abs()
    assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == [{"account": "4009"}]


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_budgets_left_unused_here_and_there_are_no_cause_but_are_said(share):
    leaves = _apart()
    unused = np.random.default_rng(2).random(len(leaves)) < share
    leaves.loc[unused, "actual"] = 0.0
    found = localise(leaves, [*DIMENSIONS, "activity"], parents=PARENTS)
    assert found.causes == []
    assert any("bara budget eller bara utfall" in warning for warning in found.warnings)


def test_a_unit_that_left_all_its_budgets_unused_is_a_cause_among_many_unused():
    leaves = _apart()
    unused = (np.random.default_rng(2).random(len(leaves)) < 0.1) | (leaves["unit"] == "Enhet 7")
    leaves.loc[unused, "actual"] = 0.0
    assert localise(leaves, [*DIMENSIONS, "activity"], parents=PARENTS).causes == [{"unit": "Enhet 7"}]


@pytest.mark.parametrize("grain", [100, 1_000, 10_000])
def test_amounts_in_whole_thousands_do_not_make_causes(grain):
    for seed in range(4):
        leaves = _ledger(seed)
        for column in ("actual", "expected"):
            leaves[column] = (leaves[column] / grain).round() * grain
        assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == []


@pytest.mark.parametrize("rate", [0.02, -0.03])
def test_a_weak_drift_in_cost_and_income_alike_is_no_cause(rate):
    for seed in range(4):
        leaves = _ledger(seed)
        leaves["actual"] += rate * leaves["expected"]
        assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == []


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from([1, 2, 3, 8, 40, 120]),
    st.sampled_from([(0.0,), (0.0, 100.0), (-1.0, 0.0, 1.0), (5.0,), (-1e9, 1e-2, 3.0), (1e-300, 1.0), (1e12, -1e12)]),
)
def test_whatever_the_amounts_no_figure_is_undefined_and_the_rows_sum(seed, rows, amounts):
    rng = np.random.default_rng(seed)
    leaves = pd.DataFrame({"unit": rng.integers(0, 4, rows), "account": rng.integers(0, 5, rows)})
    leaves["actual"], leaves["expected"] = rng.choice(amounts, rows), rng.choice(amounts, rows)
    found = localise(leaves, ["unit", "account"])
    assert np.isfinite(found.table.select_dtypes("number").to_numpy()).all()
    assert np.isfinite(found.rejected.select_dtypes("number").to_numpy(dtype=float)).all()
    whole = (leaves["actual"] - leaves["expected"]).sum()
    assert found.table["deviation"].sum() + found.unexplained == pytest.approx(whole, rel=1e-9, abs=1e-2)
    assert "nan" not in (found.text() + str(found.warnings)).lower()


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_has_no_cause(seed):
    found = localise(_ledger(seed), DIMENSIONS, parents=PARENTS)
    assert found.causes == []
    assert found.table.empty
    assert "Inget segment" in found.text()


def test_a_child_is_named_alone_without_its_parents():
    leaves = _ledger()
    there = leaves["unit"] == "Enhet 7"
    leaves.loc[there, "actual"] -= 0.3 * leaves.loc[there, "expected"].abs()
    assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == [{"unit": "Enhet 7"}]
    assert localise(leaves, DIMENSIONS).causes == [{"unit": "Enhet 7"}]


def test_overspend_here_and_underspend_there_are_two_causes():
    leaves = _ledger()
    worse = (leaves["area"] == "Område 1") & (leaves["line"] == "Rad 3")
    better = leaves["account"] == "4009"
    leaves.loc[worse, "actual"] += 0.4 * leaves.loc[worse, "expected"]
    leaves.loc[better & ~worse, "actual"] -= 0.3 * leaves.loc[better & ~worse, "expected"]
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert _same(leaves, found.causes, [{"area": "Område 1", "line": "Rad 3"}, {"account": "4009"}])
    deviations = found.table.set_index("segment")["deviation"]
    assert (deviations < 0).sum() == 1


def test_the_segments_and_the_rest_are_the_whole_deviation():
    case = make_case("C", 7)
    found = _solve(case)
    assert found.causes
    deviation = case.leaves["actual"] - case.leaves["expected"]
    assert found.table["deviation"].sum() + found.unexplained == pytest.approx(deviation.sum(), abs=0.005)
    assert found.worse == pytest.approx(deviation[deviation < 0].sum())
    assert found.better == pytest.approx(deviation[deviation > 0].sum())
    assert 0 >= found.unexplained_worse >= found.worse


def test_the_shares_are_of_the_gross_in_the_same_direction():
    case = make_case("C", 7)
    found = _solve(case)
    gross = np.where(found.table["deviation"] < 0, found.worse, found.better)
    assert found.table["share"].to_numpy() == pytest.approx(found.table["deviation"].to_numpy() / gross)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 400), st.sampled_from("RCHV"))
def test_the_answer_does_not_depend_on_the_order_of_rows_or_dimensions(seed, family):
    case = make_case(family, seed)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(case.leaves))
    dimensions = [str(name) for name in rng.permutation(case.dimensions)]
    turned = localise(case.leaves.iloc[rows], dimensions, parents=case.parents)
    assert _same(case.leaves, turned.causes, _solve(case).causes)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 400), st.sampled_from("RCH"), st.sampled_from([1e-6, 1e-3, 7.0, 1e6]), st.sampled_from([1, -1]))
def test_the_answer_does_not_depend_on_the_unit_or_the_sign_of_the_amounts(seed, family, unit, sign):
    case = make_case(family, seed)
    turned = case.leaves.assign(
        actual=case.leaves["actual"] * unit * sign, expected=case.leaves["expected"] * unit * sign
    )
    assert localise(turned, case.dimensions, parents=case.parents).causes == _solve(case).causes


def test_the_same_leaves_always_give_the_same_answer():
    case = make_case("H", 3)
    first, second = _solve(case), _solve(case)
    assert first.causes == second.causes
    pd.testing.assert_frame_equal(first.table, second.table)


def test_one_posting_is_a_cause_when_it_is_large_in_money():
    leaves = _ledger()
    leaves.loc[10, "actual"] -= 40e6
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert len(found.causes) == 1
    assert found.table["leaves"].tolist() == [1]
    assert selects(leaves, found.causes[0])[10]


def test_a_lone_outlier_of_little_money_is_no_cause():
    leaves = _ledger()
    small = int(leaves["expected"].abs().argmin())
    leaves.loc[small, "actual"] = 100 * leaves.loc[small, "expected"]
    assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == []


def test_decoy_outliers_in_company_are_no_cause():
    leaves = _ledger()
    rng = np.random.default_rng(5)
    decoys = rng.choice(len(leaves), 12, replace=False)
    leaves.loc[decoys, "actual"] += rng.choice([-1, 1], 12) * 0.6 * leaves.loc[decoys, "expected"].abs()
    assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == []


def test_two_siblings_are_named_rather_than_their_parent():
    leaves = _ledger()
    for unit in ("Enhet 4", "Enhet 6"):
        there = leaves["unit"] == unit
        leaves.loc[there, "actual"] -= 0.12 * leaves.loc[there, "expected"].abs()
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert _same(leaves, found.causes, [{"unit": "Enhet 4"}, {"unit": "Enhet 6"}])


def test_all_children_together_are_named_as_their_parent():
    leaves = _ledger()
    there = leaves["area"] == "Område 2"
    leaves.loc[there, "actual"] -= 0.1 * leaves.loc[there, "expected"].abs()
    assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == [{"area": "Område 2"}]


def test_more_patients_in_a_unit_are_one_cause_although_cost_and_income_cancel():
    leaves = _ledger()
    there = leaves["unit"] == "Enhet 3"
    leaves.loc[there, "actual"] += 0.2 * leaves.loc[there, "expected"]
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert found.causes == [{"unit": "Enhet 3"}]
    assert "volym" in found.table["movement"].iloc[0]


def test_leaves_without_budget_are_found_as_a_segment():
    leaves = _ledger()
    there = (leaves["area"] == "Område 3") & (leaves["line"] == "Rad 2")
    leaves.loc[there, "expected"] = 0.0
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert _same(leaves, found.causes, [{"area": "Område 3", "line": "Rad 2"}])


def test_a_drift_that_all_leaves_share_is_said_rather_than_listed():
    leaves = _ledger(noise=0.1)
    leaves["actual"] += 0.04 * leaves["expected"]
    there = leaves["account"] == "4007"
    leaves.loc[there, "actual"] += 0.3 * leaves.loc[there, "expected"]
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert found.causes == [{"account": "4007"}]
    assert any("gemensamt" in warning for warning in found.warnings)


def test_a_unit_in_two_areas_is_searched_without_the_hierarchy_and_it_is_said():
    leaves = _ledger()
    leaves.loc[leaves.index[leaves["unit"] == "Enhet 7"][:10], "area"] = "Område 4"
    there = leaves["unit"] == "Enhet 7"
    leaves.loc[there, "actual"] -= 0.3 * leaves.loc[there, "expected"].abs()
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert found.causes == [{"unit": "Enhet 7"}]
    assert any("unit ligger i flera värden i area" in warning for warning in found.warnings)


def test_a_level_that_is_missing_from_the_dimensions_is_passed_over():
    case = make_case("C", 7)
    dimensions = [name for name in case.dimensions if name != "area"]
    found = localise(case.leaves, dimensions, parents=LEDGER_PARENTS)
    assert all(not {"unit", "division"} <= set(cause) for cause in found.causes)


@pytest.mark.parametrize("rows", [0, 1, 2, 5, 30])
def test_few_leaves_get_an_answer_and_a_warning(rows):
    leaves = _ledger().head(rows)
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert found.causes == []
    assert found.warnings
    assert found.unexplained == pytest.approx((leaves["actual"] - leaves["expected"]).sum())


def test_an_outcome_exactly_to_plan_has_no_cause():
    leaves = _ledger()
    leaves["actual"] = leaves["expected"]
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert found.causes == []
    assert found.unexplained == 0.0


def test_a_ledger_of_zeros_has_no_cause():
    leaves = _ledger().assign(actual=0.0, expected=0.0)
    assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == []


def test_one_moved_account_in_a_ledger_that_is_otherwise_to_plan_is_found():
    leaves = _ledger()
    leaves["actual"] = leaves["expected"]
    there = leaves["account"] == "4007"
    leaves.loc[there, "actual"] *= 1.2
    assert localise(leaves, DIMENSIONS, parents=PARENTS).causes == [{"account": "4007"}]


def test_attributes_that_are_numbers_are_named_as_text():
    leaves = _ledger()
    leaves["account"] = leaves["account"].astype(int)
    there = leaves["account"] == 4007
    leaves.loc[there, "actual"] *= 1.4
    assert localise(leaves, ["unit", "account"]).causes == [{"account": "4007"}]


def test_rows_that_no_attribute_tells_apart_are_summed():
    leaves = _ledger()
    summed = leaves.groupby(DIMENSIONS, as_index=False)[["actual", "expected"]].sum()
    assert len(summed) < len(leaves)
    there = leaves["unit"] == "Enhet 7"
    leaves.loc[there, "actual"] *= 1.3
    summed = leaves.groupby(DIMENSIONS, as_index=False)[["actual", "expected"]].sum()
    by_row, by_sum = localise(leaves, DIMENSIONS, parents=PARENTS), localise(summed, DIMENSIONS, parents=PARENTS)
    assert by_row.causes == by_sum.causes == [{"unit": "Enhet 7"}]
    assert any(f"{len(leaves)} rader har summerats" in warning for warning in by_row.warnings)
    assert by_row.table["leaves"].tolist() == by_sum.table["leaves"].tolist()


def test_other_names_for_the_amounts_are_accepted():
    case = make_case("P", 1)
    renamed = case.leaves.rename(columns={"actual": "utfall", "expected": "budget"})
    found = localise(renamed, case.dimensions, actual="utfall", expected="budget", parents=case.parents)
    assert found.causes == _solve(case).causes


def test_a_clear_segment_is_found_again_in_nearly_every_resample():
    leaves = _ledger()
    there = leaves["unit"] == "Enhet 7"
    leaves.loc[there, "actual"] -= 0.4 * leaves.loc[there, "expected"].abs()
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert found.table["stability"].iloc[0] >= 0.99
    assert found.grade is Grade.C


def test_what_was_weighed_and_rejected_is_kept_with_the_reason():
    leaves = _ledger()
    there = leaves["unit"] == "Enhet 7"
    leaves.loc[there, "actual"] -= 0.4 * leaves.loc[there, "expected"].abs()
    rejected = localise(leaves, DIMENSIONS, parents=PARENTS).rejected
    assert set(rejected["reason"]) == {"svagare än unit: Enhet 7", "ryms i bruset"}
    assert not rejected.duplicated(["segment", "reason"]).any()


def test_what_came_nearest_is_kept_also_where_nothing_came_near():
    rejected = localise(_ledger(), DIMENSIONS, parents=PARENTS).rejected
    assert set(rejected["reason"]) == {"ryms i bruset"}
    assert (rejected["significance"] <= 10).all()


def test_a_small_lone_outlier_is_rejected_as_one_leaf():
    leaves = _ledger().drop_duplicates(DIMENSIONS, ignore_index=True)
    small = int(leaves["expected"].abs().argmin())
    leaves.loc[small, "actual"] = 20 * leaves.loc[small, "expected"]
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert found.causes == []
    assert found.rejected["reason"].iloc[0] == "vilar på en enstaka del av liten vikt"


def test_accounts_that_went_both_ways_are_rejected_as_scattered():
    leaves = _ledger(noise=0.02)
    there = leaves["account"] == "4009"
    sign = np.where(np.arange(there.sum()) % 5 < 2, -1, 1)
    leaves.loc[there, "actual"] += 0.5 * sign * leaves.loc[there, "expected"].abs()
    found = localise(leaves, DIMENSIONS, parents=PARENTS)
    assert {"account": "4009"} not in found.causes


def test_more_causes_than_a_report_holds_are_left_outside_and_it_is_said():
    leaves = _apart()
    for number in range(15):
        there = leaves["unit"].eq(f"Enhet {number}") & leaves["account"].eq(f"{4000 + (4 * number) % 15}")
        leaves.loc[there, "actual"] += (-1) ** number * (1 + 0.1 * number) * leaves.loc[there, "expected"]
    found = localise(leaves, [*DIMENSIONS, "activity"], parents=PARENTS)
    assert len(found.causes) == 12
    assert any("Fler än 12 segment söks inte" in warning for warning in found.warnings)
    left = found.rejected.loc[found.rejected["reason"].str.startswith("tydligt"), "segment"]
    assert len(left)
    assert not set(left) & set(found.table["segment"])


def test_a_dimension_with_one_value_is_said_to_tell_nothing_apart():
    found = localise(_ledger().assign(year="2026"), [*DIMENSIONS, "year"], parents=PARENTS)
    assert any("samma värde i year" in warning for warning in found.warnings)


def test_the_segments_show_themselves_in_swedish_with_what_remains():
    case = make_case("C", 7)
    found = _solve(case)
    shown = found.show_table().frame
    assert shown["segment"].iloc[-1] == "Utanför segmenten"
    deviation = (case.leaves["actual"] - case.leaves["expected"]).sum()
    assert shown["deviation"].sum() == pytest.approx(deviation, abs=0.005)
    assert "Utanför segmenten" in found.plot().alt
    assert "skiljer ut sig" in found.text()
    assert found.to_dict()["causes"] == found.causes


def test_a_missing_amount_is_refused_with_its_row():
    leaves = _ledger().head(3)
    leaves.loc[1, "actual"] = np.nan
    with pytest.raises(InvalidData, match="leaves, row 2: amount 'actual' is missing"):
        localise(leaves, DIMENSIONS)


def test_text_instead_of_an_amount_is_refused_with_its_row():
    leaves = _ledger().head(3).astype({"expected": object})
    leaves.loc[2, "expected"] = "1 000,00"
    with pytest.raises(InvalidData, match="row 3: amount 'expected' is '1 000,00'"):
        localise(leaves, DIMENSIONS)


def test_a_leaf_without_a_unit_is_refused_with_its_row():
    leaves = _ledger().head(3)
    leaves.loc[0, "unit"] = None
    with pytest.raises(InvalidData, match="row 1: dimension 'unit' is missing"):
        localise(leaves, DIMENSIONS)


@pytest.mark.parametrize(
    ("dimensions", "options", "message"),
    [
        ([], {}, "No dimension is named"),
        (["unit", "supplier"], {}, "no column 'supplier'"),
        (["unit", "unit"], {}, "named twice"),
        (["unit", "actual"], {}, "named twice"),
        (["unit", "area"], {"parents": {"unit": "area", "area": "unit"}}, "its own ancestor"),
        (["unit"], {"actual": "utfall"}, "no column 'utfall'"),
    ],
)
def test_a_call_that_cannot_be_answered_says_what_to_change(dimensions, options, message):
    with pytest.raises(InvalidParameter, match=message):
        localise(_ledger().head(5), dimensions, **options)
