"""The picture of an outcome beside what would have been: what it shows, what it says, and that its words never meet."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presentation.drawn import fills, outside, overlaps, words
from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts.counterfactual import counterfactual

START = pd.Timestamp("2026-01-01")


def path(before=24, after=10, *, gap=-10.0, level=100.0, width=4.0):
    index = pd.date_range(START - pd.DateOffset(months=before), periods=before + after, freq="MS")
    later = np.arange(before + after) >= before
    without = np.where(later, level, np.nan)
    columns = {"actual": level + gap * later, "without": without, "lo": without - width, "hi": without + width}
    return pd.DataFrame(columns, index=index)


def draw(frame, **options):
    return counterfactual(frame, START, title="Åtgången är lägre", unit="förpackningar", **options)


def text(chart) -> str:
    return " ".join(word.text for word in words(chart.svg)).replace("\u00a0", " ")


def test_the_picture_is_one_svg_that_clashes_with_nothing_on_the_page():
    root = ElementTree.fromstring(draw(path()).svg)
    assert {element.tag.split("}")[1] for element in root.iter()} <= {"svg", "path", "text"}
    assert all(element.get("id") is None for element in root.iter())


def test_both_lines_are_named_and_the_start_is_told_in_words():
    said = text(draw(path()))
    assert "Utfall" in said
    assert "Utan åtgärden" in said
    assert "började (januari 2026)" in said
    assert "95 % sannolikhet" in said
    assert fills(draw(path()).svg).count(theme.REFERENCE.lower()) == 1  # the mark of the start


def test_without_an_interval_none_is_promised():
    chart = draw(path()[["actual", "without"]])
    assert "sannolikhet" not in text(chart)
    assert "sannolikhet" not in chart.alt


def test_the_text_alternative_tells_the_ends_and_the_start():
    alt = draw(path(gap=-10.0)).alt.replace("\u00a0", " ")
    assert "Utfall: 100 i januari 2024, 90 i oktober 2026." in alt
    assert "Utan åtgärden: 100 i januari 2026, 100 i oktober 2026 (96 till 104 med 95 % sannolikhet)." in alt
    assert alt.endswith("Start: januari 2026.")


def test_years_are_an_axis_too():
    index = range(1970, 2001)
    frame = pd.DataFrame({"actual": np.linspace(120, 40, 31), "without": np.linspace(120, 70, 31)}, index=index)
    chart = counterfactual(frame, 1989, title="Färre", unit="paket")
    assert "1970" in text(chart)
    assert "började (1989)" in text(chart)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(18, 90),
    st.integers(1, 36),
    st.floats(-90, 200),
    st.sampled_from([0.01, 1.0, 1e6]),
    st.floats(0.1, 80),
)
def test_words_never_meet_or_leave_the_picture(before, after, gap, level, width):
    chart = draw(path(before, after, gap=gap * level / 100, level=level, width=width * level / 100))
    assert not overlaps(chart.svg)
    assert not outside(chart.svg)


def test_nothing_to_compare_is_refused():
    with pytest.raises(InvalidParameter, match="'actual' and 'without'"):
        draw(path().assign(without=np.nan))


def test_a_level_with_a_decimal_is_written_with_it():
    chart = draw(path(), level=97.5)
    assert "97,5 % sannolikhet" in text(chart)
    assert "97,5 % sannolikhet" in chart.alt.replace("\u00a0", " ")
