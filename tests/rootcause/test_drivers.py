import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utfall.errors import InvalidData, InvalidParameter
from utfall.evidence import Grade
from utfall.rootcause.drivers import lmdi, shapley
from utfall.rootcause.drivers.decompose import decompose

ORACLES = Path(__file__).parents[2].parent / "shared" / "bench" / "rootcause" / "decomposition_oracles.json"

published = pytest.mark.skipif(not ORACLES.exists(), reason="the published decompositions are not on this machine")


def _frames(before, after, factors):
    return pd.DataFrame(before, columns=factors), pd.DataFrame(after, columns=factors)


@published
def test_published_lmdi_examples_are_met_to_every_printed_digit():
    cases = json.loads(ORACLES.read_text())["lmdi_additive"]
    assert len(cases) >= 5
    for case in cases:
        factors = [f"x{number}" for number in range(len(case["expected"]))]
        drivers = decompose(*_frames(case["X0"], case["XT"], factors), factors)
        assert drivers.method == "lmdi"
        for found, printed in zip(drivers.table["change"], case["expected"], strict=True):
            assert f"{found:.10g}" == f"{printed:.10g}"


@published
def test_published_shapley_examples_are_met_within_their_tolerance():
    cases = json.loads(ORACLES.read_text())["shapley"]
    assert cases
    for case in cases:
        factors = [f"x{number}" for number in range(len(case["expected"]))]
        drivers = decompose(*_frames([case["x0"]], [case["x1"]], factors), factors, method="shapley")
        assert drivers.method == "shapley"
        assert drivers.table["change"].to_numpy() == pytest.approx(case["expected"], abs=case["tol"])


def test_shapley_of_two_factors_shares_the_cross_term_equally():
    # By hand: price 10 -> 12 at the mean volume 6, volume 5 -> 7 at the mean price 11.
    assert shapley.contributions(np.array([[10.0, 5.0]]), np.array([[12.0, 7.0]])).tolist() == [[12.0, 22.0]]


def test_lmdi_is_the_logarithmic_mean_times_the_log_change():
    shares, _ = lmdi.contributions(np.array([[10.0, 5.0]]), np.array([[12.0, 7.0]]))
    mean = (84 - 50) / np.log(84 / 50)
    assert shares[0] == pytest.approx([mean * np.log(12 / 10), mean * np.log(7 / 5)])


def test_turning_time_around_turns_every_sign():
    rng = np.random.default_rng(3)
    before, after = rng.uniform(0.1, 9, (20, 4)), rng.uniform(0.1, 9, (20, 4))
    forwards, backwards = lmdi.contributions(before, after)[0], lmdi.contributions(after, before)[0]
    assert forwards == pytest.approx(-backwards)


def test_a_factor_that_does_not_change_brings_nothing():
    drivers = decompose(*_frames([[3.0, 7.0]], [[3.0, 9.0]], ["price", "volume"]), ["price", "volume"])
    assert drivers.table["change"].tolist() == [0.0, 6.0]


def test_nearly_no_change_is_split_without_losing_digits():
    drivers = decompose(*_frames([[1e6, 1.0]], [[1e6, 1.0 + 1e-12]], ["price", "volume"]), ["price", "volume"])
    assert drivers.table["change"].tolist() == pytest.approx([0.0, 1e-6], rel=1e-3)


def test_a_factor_that_was_zero_takes_the_whole_change():
    drivers = decompose(*_frames([[0.0, 10.0, 2.0]], [[4.0, 5.0, 3.0]], list("abc")), list("abc"))
    assert drivers.table["change"].tolist() == [60.0, 0.0, 0.0]
    assert drivers.method == "lmdi"


def test_a_factor_that_became_zero_takes_the_whole_change():
    drivers = decompose(*_frames([[4.0, 5.0, 3.0]], [[5.0, 6.0, 0.0]], list("abc")), list("abc"))
    assert drivers.table["change"].tolist() == [0.0, 0.0, -60.0]


def test_a_cell_that_is_zero_both_times_brings_nothing():
    drivers = decompose(*_frames([[0.0, 5.0]], [[3.0, 0.0]], ["price", "volume"]), ["price", "volume"])
    assert drivers.table["change"].tolist() == [0.0, 0.0]


def test_several_zero_factors_are_divided_by_shapley_and_it_is_said():
    before, after = _frames([[0.0, 0.0], [2.0, 3.0]], [[4.0, 3.0], [2.0, 4.0]], ["price", "volume"])
    drivers = decompose(before, after, ["price", "volume"])
    assert drivers.table["change"].tolist() == [6.0, 8.0]
    assert drivers.method == "shapley"
    assert drivers.by_stratum["method"].tolist() == ["shapley", "shapley", "lmdi", "lmdi"]
    assert any("Shapley" in warning for warning in drivers.warnings)


def test_a_factor_that_changes_sign_is_divided_by_shapley():
    drivers = decompose(*_frames([[-2.0, 5.0]], [[3.0, 5.0]], ["price", "volume"]), ["price", "volume"])
    assert drivers.method == "shapley"
    assert drivers.table["change"].tolist() == [25.0, 0.0]


def test_cost_in_result_sign_is_split_as_its_mirror_image():
    cost = decompose(*_frames([[10.0, 5.0]], [[12.0, 7.0]], ["price", "volume"]), ["price", "volume"])
    result = decompose(*_frames([[-10.0, 5.0]], [[-12.0, 7.0]], ["price", "volume"]), ["price", "volume"])
    assert result.method == "lmdi"
    assert result.table["change"].to_numpy() == pytest.approx(-cost.table["change"].to_numpy())


def test_strata_are_matched_by_name_whatever_their_order():
    before = pd.DataFrame({"drug": ["a", "b"], "price": [10.0, 20.0], "volume": [5.0, 4.0]})
    after = pd.DataFrame({"drug": ["b", "a"], "price": [20.0, 12.0], "volume": [6.0, 5.0]})
    drivers = decompose(before, after, ["price", "volume"], by="drug")
    found = drivers.by_stratum.set_index(["drug", "factor"])["change"]
    assert found["a", "price"] == pytest.approx(10.0)
    assert found["b", "volume"] == pytest.approx(40.0)
    assert found["a", "volume"] == found["b", "price"] == 0.0


def test_a_stratum_in_one_period_only_counts_in_full_and_is_reported():
    before = pd.DataFrame({"drug": ["a", "gone"], "price": [10.0, 3.0], "volume": [5.0, 2.0]})
    after = pd.DataFrame({"drug": ["a", "new"], "price": [10.0, 4.0], "volume": [5.0, 9.0]})
    drivers = decompose(before, after, ["price", "volume"], by=["drug"])
    per_drug = drivers.by_stratum.groupby("drug")["change"].sum()
    assert per_drug["new"] == 36.0
    assert per_drug["gone"] == -6.0
    assert drivers.change == 30.0
    assert any("2 av 3" in warning for warning in drivers.warnings)


def test_rows_without_strata_are_matched_on_shared_labels():
    before = pd.DataFrame({"price": [10.0, 20.0], "volume": [5.0, 4.0]}, index=["a", "b"])
    after = pd.DataFrame({"price": [20.0, 12.0], "volume": [6.0, 5.0]}, index=["b", "a"])
    drivers = decompose(before, after, ["price", "volume"])
    assert drivers.table["change"].tolist() == pytest.approx([10.0, 40.0])


def test_rows_cut_from_one_frame_are_matched_by_position():
    months = pd.DataFrame({"price": [10.0, 20.0, 12.0, 20.0], "volume": [5.0, 4.0, 5.0, 6.0]})
    drivers = decompose(months[:2], months[2:], ["price", "volume"])
    assert drivers.table["change"].tolist() == pytest.approx([10.0, 40.0])


factor_values = st.one_of(
    st.just(0.0),
    st.floats(0.0001, 1e6, allow_nan=False),
    st.floats(-1e6, -0.0001, allow_nan=False),
)


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(1, 5), st.integers(1, 6))
def test_the_parts_are_the_whole_in_every_stratum_and_in_all(data, factors, rows):
    grid = st.lists(st.lists(factor_values, min_size=factors, max_size=factors), min_size=rows, max_size=rows)
    names = [f"x{number}" for number in range(factors)]
    before, after = _frames(data.draw(grid), data.draw(grid), names)
    drivers = decompose(before, after, names)
    change = after.prod(axis=1) - before.prod(axis=1)
    # Shapley shares pass through products of factors from both periods; rounding is judged against those.
    scale = max(1.0, float(np.maximum(before.abs(), after.abs()).prod(axis=1).max()))
    assert np.isfinite(drivers.table["change"]).all()
    assert drivers.table["change"].sum() == pytest.approx(drivers.change, abs=1e-12 * scale)
    per_row = drivers.by_stratum.groupby("row")["change"].sum()
    assert per_row.to_numpy() == pytest.approx(change.to_numpy(), abs=1e-9 * scale)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.integers(1, 10**7), st.integers(1, 10**5)] * 2).map(lambda cell: [*cell]),
        min_size=1,
        max_size=20,
    )
)
def test_a_bridge_in_ore_misses_no_ore(cells):
    # Prices in whole öre and whole volumes: the ledger's change is known exactly, in integers.
    names = ["price", "volume"]
    before = pd.DataFrame([[cell[0] / 100, cell[1]] for cell in cells], columns=names)
    after = pd.DataFrame([[cell[2] / 100, cell[3]] for cell in cells], columns=names)
    ledger = sum(cell[2] * cell[3] - cell[0] * cell[1] for cell in cells)
    ore = decompose(before, after, names).in_ore()
    assert int(ore.sum()) == ledger


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0.01, 1e4), min_size=4, max_size=4), st.lists(st.floats(0.01, 1e4), min_size=4, max_size=4))
def test_shares_do_not_depend_on_the_order_of_the_factors(before, after):
    names = list("abcd")
    straight = decompose(*_frames([before], [after], names), names).table.set_index("factor")["change"]
    turned = decompose(*_frames([before], [after], names), names[::-1]).table.set_index("factor")["change"]
    scale = max(np.prod(before), np.prod(after))
    assert straight[names].to_numpy() == pytest.approx(turned[names].to_numpy(), abs=1e-9 * scale)


def test_a_missing_factor_is_refused_with_its_row():
    before, after = _frames([[1.0, 2.0], [3.0, None]], [[1.0, 2.0], [3.0, 4.0]], ["price", "volume"])
    with pytest.raises(InvalidData, match="before, row 2: factor 'volume' is missing"):
        decompose(before, after, ["price", "volume"])


def test_text_and_infinity_are_refused_as_factors():
    before = pd.DataFrame({"price": ["1,5", 2.0], "volume": [1.0, np.inf]})
    after = pd.DataFrame({"price": [1.0, 2.0], "volume": [1.0, 1.0]})
    with pytest.raises(InvalidData) as refused:
        decompose(before, after, ["price", "volume"])
    assert "row 1: factor 'price' is '1,5'" in str(refused.value)
    assert "row 2: factor 'volume' is 'inf'" in str(refused.value)


@pytest.mark.parametrize(
    ("factors", "options", "message"),
    [
        (["price", "rebate"], {}, "no column 'rebate'"),
        ([], {}, "No factor is named"),
        (["price", "price"], {}, "named twice"),
        (["price", "volume"], {"by": "drug"}, "no column 'drug'"),
        (["price", "volume"], {"by": "price"}, "'price' is a factor"),
        (["price", "volume"], {"method": "ols"}, "Method is 'ols'"),
    ],
)
def test_a_call_that_cannot_be_answered_says_what_to_change(factors, options, message):
    frames = _frames([[1.0, 2.0]], [[1.0, 2.0]], ["price", "volume"])
    with pytest.raises(InvalidParameter, match=message):
        decompose(*frames, factors, **options)


def test_more_factors_than_anyone_can_read_are_refused():
    names = [f"x{number}" for number in range(13)]
    frames = _frames([[1.0] * 13], [[2.0] * 13], names)
    with pytest.raises(InvalidParameter, match="13 factors are too many"):
        decompose(*frames, names)


def test_a_stratum_named_twice_is_refused_with_its_row():
    before = pd.DataFrame({"drug": ["a", "a"], "price": [1.0, 2.0], "volume": [1.0, 1.0]})
    with pytest.raises(InvalidData, match="row 2: stratum drug=a occurs more than once"):
        decompose(before, before[:1], ["price", "volume"], by="drug")


def test_a_stratum_without_a_name_is_refused():
    before = pd.DataFrame({"drug": ["a", None], "price": [1.0, 2.0], "volume": [1.0, 1.0]})
    with pytest.raises(InvalidData, match="row 2: stratum column 'drug' is missing"):
        decompose(before, before[:1], ["price", "volume"], by="drug")


def test_frames_of_different_length_need_strata():
    before, after = _frames([[1.0], [2.0]], [[1.0]], ["price"])
    with pytest.raises(InvalidParameter, match="name the strata with `by`"):
        decompose(before, after, ["price"])


def test_rows_with_different_text_labels_need_strata():
    before, after = _frames([[1.0]], [[2.0]], ["price"])
    with pytest.raises(InvalidParameter, match="different labels"):
        decompose(before.set_axis(["a"]), after.set_axis(["b"]), ["price"])


def test_the_split_shows_itself_in_swedish_with_a_sum():
    before = pd.DataFrame({"pris": [-10_000.0], "volym": [500.0]})
    after = pd.DataFrame({"pris": [-12_000.0], "volym": [600.0]})
    drivers = decompose(before, after, ["pris", "volym"])
    assert drivers.grade is Grade.A
    shown = drivers.show_table().frame
    assert shown["change"].iloc[:-1].sum() == pytest.approx(shown["change"].iloc[-1])
    alt = drivers.plot().alt.replace("\u00a0", " ")
    assert "Före −5 000; pris −1 100; volym −1 100; Efter −7 200" in alt
    text = drivers.text().replace("\u00a0", " ")
    assert text == "Förändringen är −2 200 tkr: pris −1 100 tkr och volym −1 100 tkr."
    assert drivers.to_dict()["method"] == "lmdi"
