"""The control chart as a picture: what it shows, what it says, and that its words never meet."""

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
from utfall.presentation.charts import natural_limits

RULES = ["Nivåskifte", "Enstaka månad utanför gränsen", "Ovanligt språng mellan två månader"]
SINCE = pd.Timestamp("2026-01-01")


def months(count=22, *, size=1e6, rules=None, first="2025-01-01"):
    """Costs around ten, limits two to each side; a month with a rule is three outside."""
    rule = [(rules or {}).get(at, "") for at in range(count)]
    expected = np.full(count, -10.0 * size)
    return pd.DataFrame(
        {
            "period": pd.date_range(first, periods=count, freq="MS"),
            "actual": expected - 3.0 * size * np.array([bool(name) for name in rule]),
            "expected": expected,
            "lo": expected - 2.0 * size,
            "hi": expected + 2.0 * size,
            "rule": rule,
        }
    )


def draw(points, **options):
    return natural_limits(points, SINCE, title="Kostnaden steg", **options)


def text(chart) -> str:
    return " ".join(word.text for word in words(chart.svg)).replace("\u00a0", " ")


def test_the_picture_is_one_svg_that_clashes_with_nothing_on_the_page():
    root = ElementTree.fromstring(draw(months(rules={14: RULES[0]})).svg)
    assert {element.tag.split("}")[1] for element in root.iter()} <= {"svg", "path", "text"}
    assert all(element.get("id") is None for element in root.iter())


def test_a_signal_is_marked_by_shape_and_named_with_its_months():
    chart = draw(months(rules={14: RULES[0], 15: RULES[0], 16: RULES[0], 20: RULES[1]}))
    assert "Nivåskifte: mars–maj 2026" in text(chart)
    assert "Enstaka månad utanför gränsen: september 2026" in text(chart)
    # Four diamonds in the picture, one before each of two names; the band is an area too.
    assert fills(chart.svg).count(theme.WORSE.lower()) == 4
    assert fills(chart.svg).count(theme.REFERENCE.lower()) == 2
    assert fills(chart.svg).count(theme.BAND_OUTER.lower()) == 1


def test_without_a_signal_there_is_no_diamond_and_it_is_said():
    chart = draw(months())
    assert theme.WORSE.lower() not in fills(chart.svg)
    assert chart.alt.endswith("Ingen månad är en signal.")


def test_better_than_expected_is_green():
    points = months(rules={18: RULES[1]})
    points.loc[18, "actual"] = -5e6
    assert theme.BETTER.lower() in fills(draw(points).svg)
    assert theme.WORSE.lower() not in fills(draw(points).svg)


def test_the_text_alternative_tells_the_last_month_its_limits_and_the_signals():
    alt = draw(months(rules={14: RULES[0], 15: RULES[0], 21: RULES[0]})).alt.replace("\u00a0", " ")
    assert alt == (
        "Styrdiagram i mkr, januari 2025 till oktober 2026. Utfall i oktober 2026: −13,0, väntat −10,0 (normal "
        "variation −12,0 till −8,0). Signal: Nivåskifte, mars–april 2026 och oktober 2026."
    )


def test_months_are_named_in_swedish_and_lines_where_they_end():
    shown = [word.text for word in words(draw(months()).svg)]
    assert [name for name in shown if name in ("jan 2025", "apr", "jul", "okt", "jan 2026")] == [
        "jan 2025", "apr", "jul", "okt", "jan 2026", "apr", "jul", "okt",
    ]  # fmt: skip
    assert {"Utfall", "Väntat", "−10,0"} <= set(shown)


def test_only_colours_of_the_theme_are_used():
    allowed = {value.lower() for value in vars(theme).values() if isinstance(value, str) and value.startswith("#")}
    assert set(fills(draw(months(rules={15: RULES[2]})).svg)) <= allowed


def test_the_data_are_the_points():
    points = months(rules={15: RULES[2]})
    pd.testing.assert_frame_equal(draw(points.assign(unit="K1")).data, points)


@settings(max_examples=25)
@given(
    count=st.integers(1, 24),
    size=st.sampled_from([1.0, 1e3, 1e6, -1e9]),
    broken=st.dictionaries(st.integers(0, 23), st.sampled_from(RULES), max_size=6),
    seed=st.integers(0, 99),
)
def test_words_never_meet_or_leave_the_picture(count, size, broken, seed):
    points = months(count, size=abs(size), rules=broken)
    points["actual"] += abs(size) * np.random.default_rng(seed).normal(0, 3, count)
    if size < 0:
        points[["actual", "expected", "lo", "hi"]] *= -1
    svg = draw(points).svg
    assert overlaps(svg) == []
    assert outside(svg) == []


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (months().drop(columns="lo"), "absent: \\['lo'\\]"),
        (months().iloc[:0], "a value"),
        (months().assign(hi=np.nan), "a value"),
    ],
)
def test_what_cannot_be_drawn_is_refused(points, message):
    with pytest.raises(InvalidParameter, match=message):
        draw(points)
