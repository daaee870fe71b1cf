"""A key figure month by month, in numbers and in words."""

from __future__ import annotations

import pandas as pd
import pytest

from utfall.errors import InvalidParameter
from utfall.presentation.prose import KEY_FIGURES_MIME, KeyFigure, KeyFigures
from utfall.presentation.trend import Trend


def words(*values, **more):
    months = pd.date_range("2026-01-01", periods=len(values), freq="MS")
    return Trend("T", zip(months, values, strict=True), **more).text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_words_name_the_last_lowest_and_highest_month():
    told = "jan 2026–apr 2026: senast +1 tkr, lägst −5 tkr (mars 2026), högst +9 tkr (feb 2026)"
    assert words(-3e3, 9e3, -5e3, 1e3) == told


def test_a_last_month_without_value_is_not_passed_off_as_the_last():
    assert words(-3e3, 9e3, float("nan")).startswith("jan 2026–mars 2026: senast +9 tkr (feb 2026), ")


def test_amounts_bear_the_currency():
    assert "senast +1 000 tusen AUD" in words(1e6, currency="AUD")


def test_nothing_known_is_nothing_said():
    assert words(None, float("nan")) == ""


def test_what_is_no_month_is_refused():
    with pytest.raises(InvalidParameter, match="month"):
        Trend("T", [(None, 1.0)])


def test_the_trend_travels_with_its_key_figure_and_missing_months_are_null():
    trend = Trend("T", [("2026-01", 1.5), ("2026-02", float("nan"))])
    bundle = KeyFigures([KeyFigure("A", "1", key="a", trend=trend)])._repr_mimebundle_()
    assert bundle[KEY_FIGURES_MIME]["a"]["trend"] == {
        "label": "T",
        "text": trend.text,
        "values": [{"period": "2026-01", "value": 1.5}, {"period": "2026-02", "value": None}],
    }
