import numpy as np
import pytest

from utfall.rootcause.segments.noise import Noise
from utfall.rootcause.segments.voids import TOGETHER, accept, habitual, voids_of

EVERYONE = np.ones(1000, dtype=bool)


def _amounts(unused):
    expected = np.full(1000, 100.0)
    actual = np.where(np.arange(1000) < unused, 0.0, 101.0)
    return actual, expected


def test_unused_budgets_and_unbudgeted_amounts_are_told_apart():
    voids = voids_of(np.array([0.0, 5.0, 0.0, 5.0]), np.array([5.0, 0.0, 0.0, 5.0]))
    assert voids.tolist() == [[True, False, False, False], [False, True, False, False]]


@pytest.mark.parametrize(("unused", "is_habit"), [(5, False), (10, True), (300, True)])
def test_a_hundredth_of_the_leaves_makes_a_habit(unused, is_habit):
    actual, expected = _amounts(unused)
    habits = habitual(voids_of(actual, expected), actual - expected, EVERYONE)
    assert habits.any() == is_habit


def test_a_leaf_that_is_most_of_the_deviation_is_no_habit():
    actual, expected = _amounts(100)
    expected[0] = 1e6
    habits = habitual(voids_of(actual, expected), actual - expected, EVERYONE)
    assert habits[0].sum() == 99
    assert not habits[0, 0]


@pytest.mark.parametrize("unused", [10, 100, 400])
def test_a_leaf_of_a_habit_is_as_strong_evidence_as_it_is_rare(unused):
    actual, expected = _amounts(unused)
    relative = (actual - expected) / expected
    habits = habitual(voids_of(actual, expected), actual - expected, EVERYONE)
    noise = accept(Noise(np.full(1000, 0.05), 5.0, 0.0), relative, habits, EVERYONE)
    standard = (relative / noise.scale)[0]
    evidence = (noise.degrees + 1) * np.log1p(standard**2 / noise.degrees)
    assert evidence == pytest.approx(2 * TOGETHER * np.log(1000 / unused))
    assert (noise.scale[unused:] == 0.05).all()
