from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utfall.errors import InvalidParameter
from utfall.presentation.disclosure import HIDDEN, MIN_COUNT, protect, suppress
from utfall.presentation.tables import Column, Table


def table_of(*counts, **columns):
    frame = pd.DataFrame({"n": [*counts, sum(counts)], "sum": [False] * len(counts) + [True]})
    return frame.assign(**columns)


def possible(labels, total_label, counts, min_count):
    """What a reader can believe of each hidden count: the values that some choice of the others completes.

    A "döljs" among the counts is at least the limit; the total fixes the sum unless it is hidden.
    """
    hidden = [i for i, label in enumerate(labels) if label]
    rest = sum(counts[i] for i in hidden)
    spans = {i: range(min_count, rest + 3) if labels[i] == HIDDEN else range(1, min_count) for i in hidden}
    believed = {}
    for i in hidden:
        others = {0}
        for j in hidden:
            others = others if j == i else {o + value for o in others for value in spans[j] if o + value <= rest}
        believed[i] = {value for value in spans[i] if total_label or rest - value in others}
    return believed


@given(st.lists(st.integers(0, 15), min_size=1, max_size=8), st.integers(4, 7))
def test_no_hidden_count_can_be_solved_from_the_shown_ones(counts, min_count):
    labels, total_label = protect(np.array(counts), min_count)
    for i, values in possible(labels, total_label, counts, min_count).items():
        assert counts[i] in values
        assert len(values) >= 2


@pytest.mark.parametrize(("size", "largest", "min_count"), [(1, 12, 5), (2, 14, 5), (3, 13, 5), (3, 13, 4), (4, 8, 4)])
def test_not_even_a_reader_who_knows_the_rules_can_tell_a_hidden_count(size, largest, min_count):
    """The strongest attack: run the rules on every table there is and compare what is published."""
    published = defaultdict(list)
    for counts in itertools.product(range(largest + 1), repeat=size):
        labels, total_label = protect(np.array(counts), min_count)
        seen = tuple(label or count for label, count in zip(labels, counts, strict=True))
        published[seen, total_label or sum(counts)].append(counts)
    for (seen, _), tables in published.items():
        for i, cell in enumerate(seen):
            if isinstance(cell, str) and max(map(max, tables)) < largest:  # larger tables would be possible too
                assert len({counts[i] for counts in tables}) >= 2


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_every_small_count_is_hidden_and_tables_without_one_are_left_alone(counts):
    labels, total_label = protect(np.array(counts), MIN_COUNT)
    assert all(labels[i] for i, count in enumerate(counts) if 0 < count < MIN_COUNT)
    assert not any(labels[i] for i, count in enumerate(counts) if count == 0)
    if not any(0 < count < MIN_COUNT for count in counts):
        assert not any(labels)
        assert not total_label


def test_one_small_count_takes_the_next_smallest_with_it():
    shown = suppress(table_of(2, 9, 40, 0), "n", total="sum")
    assert shown.frame["n"].tolist() == ["< 5", "döljs", 40, 0, 51]
    assert shown.hidden.tolist() == [True, True, False, False, False]
    assert len(shown.notes) == 2


def test_the_total_is_hidden_when_nothing_else_is_left_to_show():
    assert suppress(table_of(2, 0), "n", total="sum").frame["n"].tolist() == ["< 5", 0, "döljs"]


def test_figures_of_the_same_persons_are_hidden_with_the_count():
    frame = table_of(2, 9, 40, cost=[100.0, 200.0, 300.0, 600.0])
    shown = suppress(frame, "n", total="sum", also=["cost"]).frame
    assert shown["cost"].tolist() == ["döljs", "döljs", 300.0, 600.0]


def test_each_part_is_protected_by_itself():
    frame = pd.concat([table_of(2, 9, 40).assign(year=2025), table_of(20, 9, 40).assign(year=2026)])
    shown = suppress(frame.reset_index(drop=True), "n", total="sum", by=["year"]).frame
    assert shown["n"].tolist() == ["< 5", "döljs", 40, 51, 20, 9, 40, 69]


def test_without_a_shown_total_only_small_counts_are_hidden():
    frame = pd.DataFrame({"n": [2, 9, 0]})
    shown = suppress(frame, "n")
    assert shown.frame["n"].tolist() == ["< 5", 9, 0]
    assert len(shown.notes) == 1
    assert frame["n"].tolist() == [2, 9, 0]


def test_nothing_is_said_when_nothing_is_hidden():
    assert suppress(table_of(20, 9), "n", total="sum").notes == ()


def test_the_limit_can_be_raised():
    assert suppress(table_of(9, 30, 40), "n", total="sum", min_count=10).frame["n"].tolist() == [
        "< 10",
        "döljs",
        40,
        79,
    ]


def test_the_hidden_counts_are_not_in_the_table_that_is_shown():
    shown = suppress(table_of(3, 17, 40), "n", total="sum")
    table = Table(shown.frame, "t", {"n": Column("Antal", "number")}, notes=shown.notes)
    assert "17" not in table.to_html() + str(table.frame["n"].tolist())
    assert "&lt; 5" in table.to_html()


def test_a_total_that_is_not_the_sum_is_refused():
    frame = table_of(2, 9)
    frame.loc[2, "n"] = 12
    with pytest.raises(InvalidParameter, match="sum to 11, but the total row says"):
        suppress(frame, "n", total="sum")


@pytest.mark.parametrize("count", [-1, 2.5, None, "många"])
def test_what_is_no_count_is_refused_by_row(count):
    with pytest.raises(InvalidParameter, match="Row 1 of 'n'"):
        suppress(pd.DataFrame({"n": [7, count]}), "n")


def test_a_limit_that_does_not_protect_is_refused():
    with pytest.raises(InvalidParameter, match="below 4 does not protect"):
        suppress(table_of(1, 9), "n", total="sum", min_count=3)
