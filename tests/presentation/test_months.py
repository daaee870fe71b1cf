"""A year's path: what is written of its interval, and what is said where it is too narrow to be seen."""

from __future__ import annotations

import pandas as pd

from tests.presentation.drawn import words
from utfall.presentation.charts import year_path

KNOWN = pd.Series([100e6, 200e6], pd.date_range("2026-01-01", periods=2, freq="MS"))


def remark(half: float, level: float = 80) -> str:
    edges = {"mean": [300e6], f"lo-{level:g}": [300e6 - half], f"hi-{level:g}": [300e6 + half]}
    ahead = pd.DataFrame(edges, index=[pd.Timestamp("2026-03-01")])
    chart = year_path(KNOWN, title="Mot budget", forecast=ahead, level=level)
    return " ".join(word.text for word in words(chart.svg)).replace("\u00a0", " ")


def test_a_level_with_a_decimal_is_written_with_it_and_finds_its_columns():
    assert "Det skuggade fältet rymmer utfallet med 97,5 % sannolikhet." in remark(50e6, 97.5)


def test_an_interval_too_narrow_to_be_seen_is_given_in_figures():
    assert "för smalt för att synas: i mars från 299,0 till 301,0 mkr" in remark(1e6)
    assert "för smalt" not in remark(50e6)
