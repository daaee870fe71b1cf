"""The picture of sensitivities: sorted by what matters, told apart without colour, exact in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presentation.drawn import fills, outside, overlaps, words
from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts import tornado
from utfall.presentation.sourced import known_values


def sensitivities(*rows):
    return pd.DataFrame(rows, columns=["label", "low", "high"])


def test_the_assumption_that_moves_the_answer_most_comes_first():
    chart = tornado(
        sensitivities(("Löner", -40e6, -61e6), ("Skatt", -90e6, -10e6), ("Volym", -50e6, -52e6)), -50e6, title="t"
    )
    assert chart.data["label"].tolist() == ["Skatt", "Löner", "Volym"]
    assert chart.data["span"].tolist() == [80e6, 21e6, 2e6]


def test_a_span_reaches_to_the_base_when_both_settings_lie_on_one_side():
    chart = tornado(sensitivities(("Hyrpersonal", -55e6, -70e6)), -50e6, title="t")
    assert chart.data["span"].tolist() == [20e6]


def test_the_low_setting_is_filled_and_the_high_hollow():
    chart = tornado(sensitivities(("Skatt", -90e6, -10e6)), -50e6, title="t")
    assert fills(chart.svg) == [theme.ACTUAL.lower(), theme.BACKGROUND.lower()]
    said = " ".join(word.text for word in words(chart.svg))
    assert "Fylld stapel: lågt antagande. Ihålig: högt." in said


def test_settings_are_named_as_the_caller_names_them():
    frame = sensitivities(("Skatt", -90e6, -10e6)).assign(low_label="1 %", high_label="5 %")
    chart = tornado(frame, -50e6, title="t", source="Kalkylen")
    shown = [word.text for word in words(chart.svg)]
    assert "1 %: −90,0" in shown
    assert "5 %: −10,0" in shown
    assert chart.alt == (
        "Känslighetsdiagram i mkr, grundfall −50,0. Skatt: 1 % ger −90,0, 5 % ger −10,0. Källa: Kalkylen."
    )


def test_the_text_alternative_tells_only_numbers_of_the_data():
    chart = tornado(sensitivities(("Skatt", -90.4e6, -10e6)), -50e6, title="t")
    assert known_values(chart.data).unsourced(chart.alt, unit=6) == ()


def test_assumptions_that_matter_least_are_left_out_and_it_is_said():
    chart = tornado(sensitivities(*((f"A{i}", -i * 1e6, i * 1e6) for i in range(1, 6))), 0.0, title="t", most=2)
    assert chart.data["label"].tolist() == ["A5", "A4"]
    assert chart.alt.endswith("De 2 som betyder mest av 5 visas.")


def test_a_missing_figure_is_refused_by_its_name():
    with pytest.raises(InvalidParameter, match="Löner has no figure"):
        tornado(sensitivities(("Löner", np.nan, 1.0)), 0.0, title="t")
    with pytest.raises(InvalidParameter, match="base has no figure"):
        tornado(sensitivities(("Löner", 0.0, 1.0)), np.nan, title="t")
    with pytest.raises(InvalidParameter, match="lacks high"):
        tornado(pd.DataFrame({"label": ["a"], "low": [1.0]}), 0.0, title="t")


NAMES = st.sampled_from(
    ["Lön", "Skatteunderlagets utveckling", "Specialistpsykiatrimottagningens hyrpersonal", "$5 & <b>"]
)
FIGURES = st.floats(-1e9, 1e9) | st.just(0.0)


@settings(max_examples=30)
@given(
    rows=st.lists(st.tuples(NAMES, FIGURES, FIGURES), min_size=1, max_size=12),
    base=FIGURES,
    setting=st.sampled_from(["lågt", "2 %", "tre procent mer än i budgeten för året"]),
)
def test_words_never_meet_or_leave_the_picture(rows, base, setting):
    frame = sensitivities(*rows).assign(low_label=setting)
    svg = tornado(frame, base, title="t").svg
    assert overlaps(svg) == []
    assert outside(svg) == []
