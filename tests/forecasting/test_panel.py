"""Long frames into arrays: gaps, beginnings, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.errors import InvalidData
from utfall.forecasting.panel import read_panel


def frame(values: list[float], start: str = "2025-01-01", name: str = "a") -> pd.DataFrame:
    return pd.DataFrame({"unique_id": name, "ds": pd.date_range(start, periods=len(values), freq="MS"), "y": values})


def test_series_are_placed_by_calendar_month() -> None:
    panel = read_panel(pd.concat([frame([1.0, 2.0]), frame([3.0], "2025-03-01", "b")]))
    np.testing.assert_array_equal(panel.values, [[1, 2, np.nan], [np.nan, np.nan, 3]])
    assert panel.month(panel.last).tolist() == [2, 3]
    assert panel.year(panel.last).tolist() == [2025, 2025]
    assert panel.dates(panel.last)[1] == pd.Timestamp("2025-03-01")


def test_the_order_of_rows_and_the_day_of_the_month_do_not_matter() -> None:
    data = frame([1.0, 2.0, 3.0])
    later = data.assign(ds=data["ds"] + pd.Timedelta(days=14)).sample(frac=1.0, random_state=1)
    np.testing.assert_array_equal(read_panel(later).values, read_panel(data).values)


def test_periods_and_categories_are_read() -> None:
    data = frame([1.0, 2.0]).assign(ds=pd.period_range("2025-01", periods=2, freq="M"))
    data["unique_id"] = data["unique_id"].astype("category")
    assert read_panel(data).ids.tolist() == ["a"]


def test_zeros_before_the_first_amount_are_not_history() -> None:
    panel = read_panel(frame([0.0] * 5 + [4.0, 0.0, 6.0]))
    assert panel.first.tolist() == [5]
    assert np.isnan(panel.values[0, :5]).all()


def test_zeros_at_the_start_of_a_seldom_used_series_are_history() -> None:
    assert read_panel(frame([0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 6.0])).first.tolist() == [0]


def test_series_to_be_summed_end_together() -> None:
    panel = read_panel(pd.concat([frame([1.0]), frame([1.0, 2.0, 3.0], name="b")]), common_end=True)
    np.testing.assert_array_equal(panel.values[0], [1.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": [1.0, np.inf]}, "row 2: y is"),
        ({"y": ["1", "tolv"]}, "row 2: y is 'tolv'"),
        ({"ds": ["2025-01-01", "hösten"]}, "row 2: ds is 'hösten'"),
        ({"unique_id": ["a", None]}, "row 2: unique_id is missing"),
    ],
)
def test_a_bad_value_is_refused_by_row(change: dict[str, list[object]], message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        read_panel(frame([1.0, 2.0]).assign(**change))


def test_a_missing_column_is_refused_by_name() -> None:
    with pytest.raises(InvalidData, match="column y is missing"):
        read_panel(frame([1.0]).drop(columns="y"))
