import numpy as np
import pandas as pd

from utfall.rootcause.segments.cube import NOWHERE, build_cube
from utfall.rootcause.segments.leaves import code, merge, split_parents

VALUES = {"a": 3, "b": 5, "c": 4, "d": 6}


def _cube(leaves, parents=None):
    return build_cube(code(leaves, list(leaves.columns)), parents or {})


def _random_leaves(seed=0, rows=300):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.integers(0, values, rows).astype(str) for name, values in VALUES.items()})


def _holders(leaves, words):
    chosen = np.ones(len(leaves), dtype=bool)
    for name, value in words.items():
        chosen &= (leaves[name] == value).to_numpy()
    return chosen


def test_every_segment_holds_exactly_the_leaves_its_words_name():
    leaves = _random_leaves()
    cube = _cube(leaves)
    for segment in range(len(cube)):
        assert (cube.holds(segment) == _holders(leaves, cube.words(segment))).all()


def test_sums_are_those_of_a_group_by():
    leaves = _random_leaves()
    cube = _cube(leaves)
    values = np.random.default_rng(1).normal(size=(len(leaves), 2))
    sums = cube.sums(values)
    for segment in range(0, len(cube), 7):
        assert np.allclose(sums[segment], values[cube.holds(segment)].sum(axis=0))


def test_no_segment_repeats_the_leaves_of_a_simpler_one_around_it():
    leaves = _random_leaves(rows=60)
    cube = _cube(leaves)
    for segment in range(len(cube)):
        words = cube.words(segment)
        for left_out in words if len(words) > 1 else ():
            simpler = {name: value for name, value in words.items() if name != left_out}
            assert _holders(leaves, simpler).sum() > cube.holds(segment).sum()


def test_every_combination_of_values_that_occurs_has_its_leaves_in_some_segment():
    leaves = _random_leaves(rows=60)
    cube = _cube(leaves)
    known = {cube.holds(segment).tobytes() for segment in range(len(cube))}
    for row in leaves.to_dict("records"):
        for names in ("ab", "acd", "abcd"):
            assert _holders(leaves, {name: row[name] for name in names}).tobytes() in known


def test_a_child_is_never_combined_with_its_ancestors():
    leaves = pd.DataFrame(
        {"division": list("AAAABBBB"), "area": list("ccddeeff"), "unit": list("ijklmnop"), "account": list("xyxyxyxy")}
    )
    cube = _cube(leaves, {"unit": "area", "area": "division"})
    for segment in range(len(cube)):
        assert len({"division", "area", "unit"} & set(cube.words(segment))) <= 1


def test_the_price_grows_with_the_number_of_segments_tried():
    cube = _cube(_random_leaves())
    prices = cube.prices()
    assert len(prices) == len(cube)
    sizes = np.diff(cube.first)
    assert np.allclose(prices[cube.first[:-1]], 2 * np.log(sizes * len(sizes)))


def test_a_leaf_is_nowhere_only_where_it_would_repeat():
    leaves = pd.DataFrame({"a": ["1", "1", "2"], "b": ["x", "y", "x"]})
    cube = _cube(leaves)
    pair = cube.cuboids.index((0, 1))
    # Alone with its value of a, or of b: only the first leaf needs both words.
    assert (cube.segments[pair] != NOWHERE).tolist() == [True, False, False]


def test_values_that_are_not_text_keep_their_own_names():
    cube = _cube(pd.DataFrame({"account": [4010, 4010, 5020]}))
    assert [cube.words(segment) for segment in range(len(cube))] == [{"account": "4010"}, {"account": "5020"}]


def test_equal_rows_become_one_leaf_with_their_sum():
    leaves = pd.DataFrame({"unit": ["b", "a", "b"], "account": ["1", "1", "1"]})
    codes, (amounts,) = merge(code(leaves, ["unit", "account"]), [np.array([1.0, 2.0, 4.0])])
    named = {codes.labels[0][codes.codes[0, leaf]]: amounts[leaf] for leaf in range(len(amounts))}
    assert named == {"a": 2.0, "b": 5.0}


def test_a_parent_holds_only_where_each_child_has_one():
    leaves = pd.DataFrame(
        {"unit": ["i", "i", "j"], "area": ["c", "d", "d"], "line": ["1", "1", "2"], "account": list("xxy")}
    )
    codes = code(leaves, list(leaves.columns))
    holding, broken = split_parents(codes, {"unit": "area", "area": "division", "account": "line"})
    assert holding == {"account": "line"}
    assert broken == [("unit", "area")]
