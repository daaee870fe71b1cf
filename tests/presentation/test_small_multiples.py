"""Many small panels on one scale: sorted, labelled, and not flattened by one that is far out."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presentation.drawn import fills, outside, overlaps, words
from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts import small_multiples
from utfall.presentation.sourced import known_values


def series(columns, first="2025-11"):
    count = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.period_range(first, periods=count, freq="M"))


def panels(chart) -> list[str]:
    return chart.data["series"].drop_duplicates().tolist()


def line_heights(svg: str) -> list[float]:
    """How far each drawn series reaches, in units of the picture."""
    paths = re.findall(rf'<path d="([^"]*)"[^>]*stroke: {theme.ACTUAL.lower()}; stroke-width: 1.75', svg)
    ys = [[float(y) for y in re.findall(r"[ML] [\d.]+ ([\d.]+)", path)] for path in paths]
    return [max(y) - min(y) for y in ys]


def test_the_worst_last_figure_comes_first():
    frame = series({"A": [0.0, 1e6], "B": [0.0, -9e6], "C": [0.0, -2e6]})
    assert panels(small_multiples(frame, title="t")) == ["B", "C", "A"]
    assert panels(small_multiples(frame, title="t", higher_is_better=False)) == ["A", "C", "B"]


def test_all_panels_share_one_scale():
    chart = small_multiples(series({"A": [0.0, -10e6], "B": [0.0, -5e6]}), title="t")
    tall, short = line_heights(chart.svg)
    assert tall == pytest.approx(2 * short, abs=0.3)


def test_a_panel_far_out_is_cut_and_marked_and_its_figure_written():
    usual = {f"U{i}": [-1e6, -2e6, -1e6] for i in range(5)}
    chart = small_multiples(series({**usual, "Ute": [-1e6, -90e6, -1e6]}), title="t", unit="mkr")
    assert chart.data.loc[chart.data["outside"], "value"].tolist() == [-90e6]
    assert fills(chart.svg) == [theme.TEXT.lower()]  # the arrow
    said = " ".join(word.text for word in words(chart.svg)).replace("\u00a0", " ")
    assert "▼ −90,0" in said
    assert "Pil: linjen går utanför skalan" in said
    assert "Ute: −1,0 till −1,0, som mest −90,0 i dec 2025" in chart.alt


def test_a_panel_far_out_leaves_the_scale_of_the_others_as_it_was():
    usual = {f"U{i}": [-1e6, -2e6, -1e6] for i in range(5)}
    alone = line_heights(small_multiples(series(usual), title="t").svg)
    beside = line_heights(small_multiples(series({**usual, "Ute": [-1e6, -90e6, -1e6]}), title="t").svg)
    assert beside[:1] == alone[:1]


def test_no_panel_is_an_outlier_among_three():
    chart = small_multiples(series({"A": [0.0, 1e6], "B": [0.0, 1e6], "C": [0.0, 90e6]}), title="t")
    assert not chart.data["outside"].any()


def test_of_too_many_the_largest_are_shown_and_it_is_said():
    chart = small_multiples(series({f"E{i}": [0.0, i * 1e6] for i in range(1, 31)}), title="t")
    assert len(panels(chart)) == 24
    assert "E6" not in panels(chart)
    assert chart.alt.endswith("De 24 största av 30 visas.")
    with pytest.raises(InvalidParameter, match="give 1 to 24"):
        small_multiples(series({"A": [1.0]}), title="t", most=25)


def test_a_last_figure_that_is_old_says_so():
    chart = small_multiples(series({"A": [1.0, 2.0], "B": [3.0, np.nan]}), title="t", unit="besök")
    assert "dec 2025" not in chart.alt.split("B: ")[1].split(".")[0]
    assert "B: 3,0 i nov 2025." in chart.alt
    assert any(word.text == "nov 2025" for word in words(chart.svg))


def test_a_gap_stays_a_gap():
    whole = small_multiples(series({"A": [1.0, 2.0, 3.0, 4.0, 5.0]}), title="t", unit="besök")
    gap = small_multiples(series({"A": [1.0, 2.0, np.nan, 4.0, 5.0]}), title="t", unit="besök")
    assert len(line_heights(whole.svg)) == 1
    assert len(line_heights(gap.svg)) == 2


def test_the_text_alternative_tells_only_numbers_of_the_data():
    chart = small_multiples(series({"A": [1.2e6, -3.4e6], "B": [5e6, 6e6]}), title="t", unit="mkr", source="Huvudboken")
    assert known_values(chart.data).unsourced(chart.alt, unit=6) == ()
    assert chart.alt.endswith(" Källa: Huvudboken.")


def test_nothing_to_draw_is_refused():
    with pytest.raises(InvalidParameter, match="no series has a value"):
        small_multiples(series({"A": [np.nan]}), title="t")


NAMES = ("Lit", "Område Medicin", "Specialistpsykiatrimottagningen för barn- och ungdomar, Östersund", "$5 & <b>")


@settings(max_examples=25)
@given(
    count=st.integers(1, 24),
    months=st.integers(1, 36),
    seed=st.integers(0, 999),
    size=st.sampled_from([1.0, 1e3, 1e6, 1e9]),
    wild=st.booleans(),
)
@pytest.mark.slow
def test_words_never_meet_or_leave_the_picture(count, months, seed, size, wild):
    random = np.random.default_rng(seed)
    values = size * random.standard_normal((months, count)) * (random.exponential(5, count) if wild else 1)
    values[random.random((months, count)) < 0.1] = np.nan
    values[0] = size
    frame = pd.DataFrame(values, index=pd.period_range("2024-01", periods=months, freq="M"))
    frame.columns = [f"{NAMES[i % 4]} {i}" for i in range(count)]
    svg = small_multiples(frame, title="t").svg
    assert overlaps(svg) == []
    assert outside(svg) == []
