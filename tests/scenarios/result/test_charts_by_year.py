"""Charts over years: a fan with its limit, and scenarios beside each other."""

import pandas as pd
import pytest

from utfall.errors import InvalidParameter
from utfall.presentation.charts.years import fan_by_year, paths_by_year

PAST = pd.Series([-20e6, 10e6], [2024, 2025])
AHEAD = pd.DataFrame(
    {"mean": [-40e6, -60e6], "lo-80": [-90e6, -130e6], "hi-80": [10e6, 5e6], "lo-95": [-120e6, -170e6], "hi-95": 40e6},
    index=[2026, 2027],
)


def told(chart):
    return chart.alt.replace("\N{NO-BREAK SPACE}", " ")


def test_a_fan_tells_where_it_begins_where_it_ends_and_how_sure_that_is():
    chart = fan_by_year(PAST, AHEAD, title="Underskottet växer")
    assert told(chart) == (
        "Linjediagram i mkr. Utfall: −20,0 i 2024, 10,0 i 2025. Beräknat: −40,0 i 2026, −60,0 i 2027 (−130,0 till 5,0 "
        "med 80 % sannolikhet)."
    )
    assert "80 %" in chart.svg
    assert "95 %" in chart.svg


def test_a_limit_is_a_line_of_its_own_through_every_year():
    chart = fan_by_year(PAST, AHEAD, title="Under gränsen", limit=-50e6, limit_name="Lägsta resultat")
    limit = chart.data[chart.data["series"] == "Lägsta resultat"]
    assert limit["period"].tolist() == [2024, 2025, 2026, 2027]
    assert set(limit["value"]) == {-50e6}
    assert "Lägsta" in chart.svg


def test_a_fan_needs_no_known_years():
    chart = fan_by_year(pd.Series(dtype="float64"), AHEAD, title="Utan historia")
    assert set(chart.data["series"]) == {"Beräknat"}
    assert "Utfall" not in chart.svg


def test_the_numbers_behind_a_chart_are_by_year():
    columns = [column.label for column in fan_by_year(PAST, AHEAD, title="T").shown_data.columns]
    assert columns[:3] == ["Serie", "År", "Värde"]


def test_each_scenario_has_a_line_with_its_name():
    paths = pd.DataFrame({"Bas": [-40e6, -60e6], "Ansträngt": [-80e6, -150e6]}, index=[2026, 2027])
    chart = paths_by_year(PAST, paths, title="Scenarierna skiljer sig")
    assert "Ansträngt" in chart.svg
    assert told(chart).endswith("Ansträngt: −80,0 i 2026, −150,0 i 2027.")


def test_more_scenarios_than_can_be_told_apart_are_refused():
    paths = pd.DataFrame({f"S{number}": [1.0] for number in range(7)}, index=[2026])
    with pytest.raises(InvalidParameter, match="7 paths cannot be told apart"):
        paths_by_year(PAST, paths, title="För många")


def test_a_fan_without_a_year_is_refused():
    with pytest.raises(InvalidParameter, match="at least one year"):
        fan_by_year(PAST, AHEAD[:0], title="Tomt")
