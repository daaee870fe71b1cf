import numpy as np

from utfall.rootcause.segments.likelihood import shift
from utfall.rootcause.segments.stability import stability
from utfall.rootcause.segments.weigh import Candidate


def _candidate(segment, leaves, standard, price=20.0):
    moved = shift(standard[leaves], np.ones(len(leaves)), degrees=5.0)
    return Candidate(segment, np.asarray(leaves), moved.gain, price, moved, "result")


def _standard():
    rng = np.random.default_rng(0)
    standard = rng.standard_t(5, 200)
    standard[:30] += 3.0
    return standard


def test_a_segment_that_beats_its_rivals_clearly_is_found_every_time():
    standard = _standard()
    cause = _candidate(0, np.arange(30), standard)
    rival = _candidate(1, np.arange(15), standard)
    assert stability(cause, [rival]) > 0.95


def test_a_segment_no_better_than_its_rival_is_found_about_half_the_time():
    standard = _standard()
    first, second = _candidate(0, np.arange(15), standard), _candidate(1, np.arange(15, 30), standard)
    both = stability(first, [second]) + stability(second, [first])
    assert 0.9 < both < 1.1


def test_the_same_leaves_in_other_words_are_no_rival():
    standard = _standard()
    cause, again = _candidate(0, np.arange(30), standard), _candidate(1, np.arange(30), standard, price=10.0)
    assert stability(cause, [again]) == stability(cause, [])


def test_a_segment_on_the_edge_of_significance_is_not_stable():
    standard = _standard()
    cause = _candidate(0, np.arange(30), standard)
    edge = Candidate(0, cause.leaves, cause.gain, cause.gain - 10.0, cause.shift, "result")
    assert 0.3 < stability(edge, []) < 0.7


def test_one_leaf_can_be_stable():
    standard = np.array([400.0, 0.1])
    assert stability(_candidate(0, np.array([0]), standard), []) > 0.5
