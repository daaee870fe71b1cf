from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utfall.presentation import theme
from utfall.presentation.charts.labels import (
    TOUCHES_WITHIN,
    Area,
    free_place,
    spread,
    text_width,
    wrap,
)

AREA = Area(50, 20, 350, 230)


@given(st.lists(st.text("abcdefghåäö-", min_size=1, max_size=30), min_size=1, max_size=8), st.floats(60, 200))
def test_every_line_of_a_wrapped_label_fits(labels, width):
    lines = wrap(" ".join(labels), width, most=2)
    assert 1 <= len(lines) <= 2
    assert all(text_width(line) <= width for line in lines)


@given(st.lists(st.sampled_from(["Köpt", "vård", "och", "Läkemedel"]), min_size=1, max_size=6))
def test_a_label_with_room_loses_nothing(labels):
    assert " ".join(wrap(" ".join(labels), 90, most=9)) == " ".join(labels)


def test_a_word_too_long_for_a_line_is_broken_with_a_hyphen():
    first, second = wrap("Specialistpsykiatrimottagningen", 150)
    assert first.endswith("-")
    assert first[:-1] + second == "Specialistpsykiatrimottagningen"


def test_a_label_with_too_little_room_says_that_it_goes_on():
    assert wrap("ett två tre fyra fem sex", 40, most=2)[-1].endswith("…")


@given(
    st.lists(st.tuples(st.floats(0, 200), st.floats(5, 30)), min_size=1, max_size=6),
)
def test_spread_labels_keep_their_order_and_never_overlap(labels):
    wanted, heights = zip(*labels, strict=True)
    middles = spread(wanted, heights, 0, 200)
    order = sorted(range(len(labels)), key=lambda i: (wanted[i], i))
    for before, after in pairwise(order):
        assert middles[after] - middles[before] >= (heights[before] + heights[after]) / 2 - 1e-6
    if sum(heights) <= 200:
        assert all(h / 2 - 1e-6 <= m <= 200 - h / 2 + 1e-6 for m, h in zip(middles, heights, strict=True))


def test_labels_with_room_stay_where_they_want_to_be():
    assert spread([10, 50, 90], [10, 10, 10], 0, 100) == [10, 50, 90]


@pytest.mark.parametrize("slope", [-8, 0, 8])
def test_a_label_stands_clear_of_every_line_and_inside_the_area(slope):
    own = [(60 + 20 * i, 120 + slope * i) for i in range(10)]
    across = [(60 + 20 * i, 200 - 6 * i) for i in range(15)]
    (x, y), _ = free_place("Utfall −96,6", own, [own, across], AREA)
    width, height = text_width("Utfall −96,6"), theme.TEXT_SIZE
    assert AREA.left <= x - width / 2
    assert x + width / 2 <= AREA.right
    for path in (own, across):
        xs = np.arange(path[0][0], path[-1][0], 0.5)
        ys = np.interp(xs, *zip(*path, strict=True))
        gap = np.hypot(np.maximum(abs(xs - x) - width / 2, 0), np.maximum(abs(ys - y) - height / 2, 0))
        assert gap.min() >= TOUCHES_WITHIN - 0.5


def test_a_label_far_from_its_line_is_tied_to_its_end():
    own = [(60.0, 60.0)]
    crowd = [[(50.0, y), (350.0, y)] for y in range(30, 120, 8)]
    place, leader = free_place("Utfall −96,6", own, [own, *crowd], AREA)
    assert leader is not None
    assert leader[0] == own[0]
    assert place[1] > 110
