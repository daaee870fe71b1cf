"""Series over the months of a year: the one that matters first, told apart without colour."""

import pandas as pd
import pytest

from utfall.errors import InvalidParameter
from utfall.presentation.charts import by_month

ERRORS = pd.DataFrame({"Modellen": [0.02, 0.015, 0.01], "Budgeten": [0.05, 0.05, 0.05]}, index=[1, 2, 3])


def test_the_text_alternative_tells_where_each_series_begins_and_ends():
    alt = by_month(ERRORS, title="Modellen missar minst", unit="%").alt
    assert alt == "Linjediagram i %. Modellen: 2,0 i jan, 1,0 i mar. Budgeten: 5,0 i jan, 5,0 i mar."


def test_the_band_belongs_to_the_first_series_and_is_explained():
    band = pd.DataFrame({"lo": [0.01, 0.01, None], "hi": [0.03, 0.02, None]}, index=[1, 2, 3])
    chart = by_month(ERRORS, title="Modellen missar minst", band=band, unit="%")
    assert chart.data[chart.data["lo"].notna()]["series"].tolist() == ["Modellen", "Modellen"]
    assert "80 % sannolikhet" in chart.svg


def test_a_series_without_a_value_is_left_out_and_too_many_are_refused():
    chart = by_month(ERRORS.assign(Egen=float("nan")), title="Modellen missar minst", unit="%")
    assert "Egen" not in set(chart.data["series"])
    many = ERRORS.assign(a=1.0, b=1.0, c=1.0)
    with pytest.raises(InvalidParameter, match="5 series"):
        by_month(many, title="För många", unit="%")


def test_a_level_with_a_decimal_is_written_with_it():
    band = pd.DataFrame({"lo": [0.01, 0.01], "hi": [0.03, 0.02]}, index=[1, 2])
    assert "97,5 % sannolikhet" in by_month(ERRORS, title="Modellen", band=band, level=97.5, unit="%").svg
