"""The picture of estimates with intervals: what it shows, what it says, and that its words never meet."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presentation.drawn import fills, outside, overlaps, words
from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts import intervals
from utfall.presentation.sourced import known_values

GREEN, ORANGE, GREY = (colour.lower() for colour in (theme.BETTER, theme.WORSE, theme.REFERENCE))


def estimates(*rows):
    """Label, estimate, half the width of its 95 % interval; the 80 % interval is two thirds as wide."""
    frame = pd.DataFrame(rows, columns=["label", "estimate", "half"])
    for level, share in ((80, 2 / 3), (95, 1.0)):
        frame[f"lo-{level}"] = frame["estimate"] - share * frame["half"]
        frame[f"hi-{level}"] = frame["estimate"] + share * frame["half"]
    return frame.drop(columns="half")


def text(chart) -> str:
    return " ".join(word.text for word in words(chart.svg)).replace("\u00a0", " ")


def test_what_is_decided_and_what_is_not_differ_in_colour_point_and_words():
    chart = intervals(estimates(("Hyrstopp", 39e6, 10e6), ("Avtal", 1e6, 3e6), ("Vaccin", -5e6, 2e6)), title="t")
    used = fills(chart.svg)
    assert {GREEN, ORANGE, GREY} <= set(used)
    assert chart.data["decided"].tolist() == [True, False, True]
    assert text(chart).count("kan inte avgöras") == 2  # the row, and how to read the chart
    hollow = chart.svg.count(f"stroke: {theme.BACKGROUND.lower()}")
    assert hollow == 1


def test_an_estimate_below_zero_is_an_improvement_where_lower_is_better():
    cost = estimates(("Hyrstopp", -39e6, 10e6))
    assert ORANGE in fills(intervals(cost, title="t").svg)
    assert GREEN in fills(intervals(cost, title="t", higher_is_better=False).svg)


def test_the_callers_verdict_goes_before_the_interval():
    frame = estimates(("Hyrstopp", 39e6, 10e6)).assign(decided=False, words="löpande: kan inte avgöras ännu")
    chart = intervals(frame, title="t")
    assert GREEN not in fills(chart.svg)
    assert "löpande: kan inte avgöras ännu" in text(chart)
    assert chart.alt.endswith("löpande: kan inte avgöras ännu.")


def test_what_could_not_be_estimated_has_a_row_without_a_point():
    frame = estimates(("Hyrstopp", 39e6, 10e6), ("Ny åtgärd", np.nan, np.nan))
    chart = intervals(frame, title="t")
    assert "Ny åtgärd: kan inte skattas." in chart.alt
    assert "Ny åtgärd kan inte skattas" in text(chart)
    assert chart.svg.count(f"stroke: {theme.BACKGROUND.lower()}") == 0


def test_the_grade_stands_at_the_row_and_its_column_is_headed():
    frame = estimates(("Hyrstopp", 39e6, 10e6)).assign(grade="B")
    assert "Evidens" in text(intervals(frame, title="t"))
    assert "evidens B" in intervals(frame, title="t").alt
    assert "Evidens" not in text(intervals(frame.drop(columns="grade"), title="t"))


def test_the_text_alternative_tells_only_numbers_of_the_data():
    chart = intervals(estimates(("Hyrstopp", 39.2e6, 12.1e6), ("Avtal", 1e6, 3e6)), title="t", source="Huvudboken")
    assert known_values(chart.data).unsourced(chart.alt, unit=6) == ()
    assert known_values(chart.data).unsourced(chart.alt.replace("39,2", "39,3"), unit=6) == ("+39,3",)
    assert chart.alt.endswith(" Källa: Huvudboken.")
    assert text(chart).endswith("Källa: Huvudboken.")


def test_one_level_alone_is_drawn_and_no_other_is_promised():
    frame = estimates(("Hyrstopp", 39e6, 10e6)).drop(columns=["lo-95", "hi-95"])
    chart = intervals(frame, title="t")
    assert "80 % intervall" in text(chart)
    assert "95" not in text(chart)


def test_an_estimate_without_an_interval_around_it_is_refused():
    frame = estimates(("Hyrstopp", 39e6, 10e6))
    with pytest.raises(InvalidParameter, match="Hyrstopp has no 95 % interval"):
        intervals(frame.assign(**{"hi-95": 1e6}), title="t")
    with pytest.raises(InvalidParameter, match="give label, estimate and at least lo-95"):
        intervals(frame[["label", "estimate"]], title="t")


def test_no_estimates_are_said_to_be_none():
    chart = intervals(estimates(), title="t")
    assert [word.text for word in words(chart.svg)] == ["Inga skattningar att visa"]


NAMES = st.sampled_from(["Lit", "Minskad hyrbemanning", "Specialistpsykiatrimottagningen för barn- och ungdomar", "$5"])
ROWS = st.tuples(NAMES, st.floats(-1e9, 1e9), st.floats(0, 1e9), st.booleans())


@settings(max_examples=30)
@given(rows=st.lists(ROWS, min_size=1, max_size=14), unit=st.sampled_from([None, "mkr", "%", "vårddygn per patient"]))
def test_words_never_meet_or_leave_the_picture(rows, unit):
    frame = estimates(*(row[:3] for row in rows)).assign(grade="C", decided=[row[3] for row in rows])
    scale = 1e-9 if unit == "%" else 1.0
    numbers = frame.columns.difference(["label", "grade", "decided"])
    frame[numbers] *= scale
    chart = intervals(frame, title="t", unit=unit, source="Huvudboken och skattningarna")
    assert overlaps(chart.svg) == []
    assert outside(chart.svg) == []
