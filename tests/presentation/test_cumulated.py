"""Parts laid on each other: the lines they make, and that their words never meet."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presentation.drawn import outside, overlaps, words
from utfall.errors import InvalidParameter
from utfall.presentation.charts import cumulated

MONTHS = pd.period_range("2026-11", periods=12, freq="M")


def parts(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns, index=MONTHS).astype(float)


FOUR = parts(Nivå=-10e6, Trend=np.linspace(0, -1e6, 12), Säsong=1e6 * np.cos(np.arange(12)), Händelser=2e6)


def test_each_line_is_the_sum_of_the_parts_so_far():
    data = cumulated(FOUR, title="x").data.pivot_table(index="period", columns="series", values="value")
    sums = FOUR.cumsum(axis=1)
    for line, part in (("Nivå", "Nivå"), ("Med trend", "Trend"), ("Med säsong", "Säsong"), ("Prognos", "Händelser")):
        np.testing.assert_allclose(data[line], sums[part])


def test_a_fifth_part_joins_the_total_and_no_line_is_the_totals_twin():
    five = FOUR.assign(Avstämning=5e5)
    data = cumulated(five, title="x").data
    assert data["series"].unique().tolist() == ["Nivå", "Med trend", "Med säsong", "Prognos"]
    total = data[data["series"] == "Prognos"]["value"]
    np.testing.assert_allclose(total, five.sum(axis=1))


def test_a_part_too_small_to_be_seen_has_no_line_but_counts():
    data = cumulated(FOUR.assign(Trend=-1e3), title="x").data
    assert data["series"].unique().tolist() == ["Nivå", "Med säsong", "Prognos"]
    np.testing.assert_allclose(data["value"].iloc[-1], FOUR.assign(Trend=-1e3).sum(axis=1).iloc[-1])


def test_a_level_alone_is_the_total():
    chart = cumulated(parts(Nivå=5.0, Trend=0.0), title="x", unit="besök")
    assert chart.data["series"].unique().tolist() == ["Prognos"]
    assert "Varje linje" not in " ".join(word.text for word in words(chart.svg))


def test_the_picture_is_one_svg_that_clashes_with_nothing_on_the_page():
    root = ElementTree.fromstring(cumulated(FOUR, title="x").svg)
    assert {element.tag.split("}")[1] for element in root.iter()} <= {"svg", "path", "text"}
    assert all(element.get("id") is None for element in root.iter())


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 60),
    st.floats(-1, 1),
    st.floats(-1, 1),
    st.floats(-1, 1),
    st.sampled_from([1.0, 1e4, 1e9]),
)
def test_words_never_meet_or_leave_the_picture(months, trend, season, events, size):
    index = pd.period_range("2026-11", periods=months, freq="M")
    t = np.arange(months)
    frame = pd.DataFrame(
        {
            "Nivå": size,
            "Trend": size * trend * t / 12,
            "Säsong": size * season * np.sin(t),
            "Händelser": size * events * (t > months / 2),
        },
        index=index,
    )
    chart = cumulated(frame, title="x")
    assert not overlaps(chart.svg)
    assert not outside(chart.svg)


@pytest.mark.parametrize("frame", [FOUR.iloc[:0], FOUR[[]], FOUR.assign(Trend=np.nan)])
def test_what_cannot_be_added_up_is_refused(frame):
    with pytest.raises(InvalidParameter, match="give at least one part"):
        cumulated(frame, title="x")
