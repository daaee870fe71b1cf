import numpy as np
import pandas as pd
import pytest

from utfall.rootcause.segments.leaves import code
from utfall.rootcause.segments.unrest import FACTORS, neighbours_of, unrest


def _leaves(seed, rows=2000):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": rng.integers(0, 20, rows), "account": rng.integers(0, 15, rows)})
    return frame, rng.standard_t(5, rows)


def _unrest(frame, standard, shapes=None):
    everyone = np.ones(len(frame), dtype=bool)
    shapes = np.ones((1, len(frame))) if shapes is None else shapes
    return unrest(standard, shapes, everyone, neighbours_of(code(frame, list(frame.columns))))


@pytest.mark.parametrize("times", [2.0, 4.0])
def test_a_restless_value_is_found_to_be_nearly_as_restless_as_it_is_and_not_more(times):
    found = []
    for seed in range(20):
        frame, standard = _leaves(seed)
        there = frame["unit"] == 3
        factors = _unrest(frame, np.where(there, times, 1.0) * standard)
        found.append(np.median(factors[there]) / np.median(factors[~there]))
    # Drawn towards the others by two standard errors of a mean of 100 logs, of about 1.2 each, at most.
    assert times * np.exp(-2 * 1.2 * (1.4 / 100) ** 0.5) < np.median(found) < times


def test_alike_values_are_left_alike():
    spreads = []
    for seed in range(20):
        frame, standard = _leaves(seed)
        spreads.append(np.std(np.log(_unrest(frame, standard))))
    assert np.mean(spreads) < 0.08


@pytest.mark.parametrize("size", [3.0, 30.0, -300.0])
def test_a_cause_that_moves_a_value_does_not_make_it_restless(size):
    frame, standard = _leaves(1)
    there = (frame["unit"] == 3).to_numpy()
    still, moved = _unrest(frame, standard), _unrest(frame, standard + size * there)
    # The value itself is untouched; other dimensions see one leaf in twenty that has moved.
    assert np.median(moved[there] / still[there]) == pytest.approx(1.0, abs=0.25)


def test_a_cause_in_another_shape_does_not_make_a_value_restless_either():
    frame, standard = _leaves(2)
    shape = np.where(np.arange(len(frame)) % 3 == 0, -1.0, 1.0)
    there = (frame["unit"] == 3).to_numpy()
    shapes = np.stack([np.ones(len(frame)), shape])
    still, moved = _unrest(frame, standard, shapes), _unrest(frame, standard + 20 * shape * there, shapes)
    assert np.median(moved[there] / still[there]) == pytest.approx(1.0, abs=0.25)


def test_the_order_of_the_columns_does_not_matter():
    frame, standard = _leaves(3)
    frame = frame.drop_duplicates(ignore_index=True)
    standard = standard[: len(frame)] * np.where(frame["unit"] == 3, 3.0, 1.0)
    assert _unrest(frame[["account", "unit"]], standard) == pytest.approx(_unrest(frame, standard))


@pytest.mark.parametrize("rows", [1, 2, 5, 30])
def test_few_leaves_still_get_a_factor(rows):
    frame, standard = _leaves(4, rows)
    factors = _unrest(frame, standard)
    assert ((factors >= FACTORS[0]) & (factors <= FACTORS[1])).all()


def test_leaves_that_all_deviate_by_nothing_are_all_alike():
    frame, _ = _leaves(5)
    assert _unrest(frame, np.zeros(len(frame))) == pytest.approx(1.0)
