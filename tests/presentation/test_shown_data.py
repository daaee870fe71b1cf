"""What goes to a spreadsheet is what is shown: every figure to the öre, and nothing that the page hides."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.presentation.test_charts import charts, months, steps  # noqa: F401 - charts is a fixture
from utfall.presentation.charts import Chart, by_month, natural_limits, waterfall
from utfall.presentation.charts.counterfactual import counterfactual
from utfall.presentation.charts.quantity import quantity
from utfall.presentation.disclosure import HIDDEN, suppress
from utfall.presentation.shown_data import DATA_MIME, ShownData
from utfall.presentation.tables import Column, Table

COLUMNS = {"line": Column("Post"), "amount": Column("Utfall", "amount")}


def sent(shown):
    """What reaches the notebook's file, after a journey through JSON."""
    bundle = shown._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return ShownData.from_json(json.loads(json.dumps(data[DATA_MIME], allow_nan=False)))


def column(data, label):
    at = [c.label for c in data.columns].index(label)
    return [row[at] for row in data.rows]


def patients(counts):
    frame = pd.DataFrame({"group": [*"ABCDEFGH"[: len(counts)], "Alla"], "patients": [*counts, sum(counts)]})
    frame["cost"] = frame["patients"] * 123_456.78
    frame["share"] = frame["patients"] / sum(counts)
    hidden = suppress(frame.assign(sum=frame["group"] == "Alla"), "patients", total="sum", also=["cost", "share"])
    columns = {
        "group": Column("Grupp"),
        "patients": Column("Patienter", "number"),
        "cost": Column("Kostnad", "amount", unit="mkr"),
        "share": Column("Andel", "percent"),
    }
    return Table(hidden.frame, "Patienter", columns, notes=hidden.notes)


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=8))
def test_an_amount_goes_out_to_the_ore_whatever_the_unit_shown(ore):
    frame = pd.DataFrame({"line": [f"Post {n}" for n in range(len(ore))], "amount": [o / 100 for o in ore]})
    amounts = column(sent(Table(frame, "Utfall", COLUMNS)), "Utfall")
    assert [Decimal(str(amount)) * 100 for amount in amounts] == ore


def test_only_the_columns_shown_go_out():
    frame = pd.DataFrame({"line": ["Lön"], "amount": [-5.0], "person": ["19121212-1212"], "patients": [3]})
    assert "1212" not in json.dumps(Table(frame, "Utfall", COLUMNS)._repr_mimebundle_()[DATA_MIME])
    assert [c.heading for c in sent(Table(frame, "Utfall", COLUMNS)).columns] == ["Post", "Utfall (kr)"]


def test_a_chart_leaves_behind_the_columns_that_it_does_not_draw():
    drawn = steps(("Budget", -50e6, "total"), ("Läkemedel", -4e6, "step")).assign(patients=3, code="19121212-1212")
    data = sent(waterfall(drawn, title="Läkemedel"))
    assert [c.label for c in data.columns] == ["Post", "Värde", "Slag"]
    assert column(data, "Slag") == ["summa", "förändring"]


def test_a_hidden_count_stays_hidden_with_all_that_belongs_to_it():
    data = sent(patients([2, 9, 40]))
    assert column(data, "Patienter") == ["< 5", HIDDEN, 40, 51]
    assert column(data, "Kostnad")[:2] == column(data, "Andel")[:2] == [HIDDEN, HIDDEN]
    assert data.notes


def test_beside_a_hidden_figure_no_amount_is_told_closer_than_printed():
    assert column(sent(patients([2, 9, 40])), "Kostnad")[2:] == [4_900_000, 6_300_000]
    assert column(sent(patients([20, 9, 40])), "Kostnad") == [2_469_135.6, 1_111_111.02, 4_938_271.2, 8_518_517.82]


def test_a_share_goes_out_as_printed_for_more_decimals_would_tell_how_few_it_was_taken_of():
    table = Table(
        pd.DataFrame({"u": ["A"], "s": [1 / 3]}), "Andel", {"u": Column("Enhet"), "s": Column("Andel", "percent")}
    )
    assert column(sent(table), "Andel") == [0.333]


def test_missing_and_infinite_figures_are_empty_and_months_are_iso_dates():
    frame = pd.DataFrame({"m": [pd.Timestamp("2026-10-01"), None, "2026-01"], "amount": [np.nan, np.inf, -0.001]})
    data = sent(Table(frame, "Utfall", {"m": Column("Månad", "period"), "amount": Column("Utfall", "amount")}))
    assert data.rows == (("2026-10-01", None), (None, None), ("2026-01-01", 0))


def test_sums_levels_and_notes_go_along():
    frame = pd.DataFrame({"line": ["A", "B"], "amount": [1.0, 1.0]})
    data = sent(Table(frame, "Utfall", COLUMNS, totals=(-1,), indent=(1, 0), notes=("Minus är sämre.",)))
    assert (data.totals, data.indent, data.notes) == ((1,), (1, 0), ("Minus är sämre.",))


def test_a_table_without_rows_and_a_chart_without_figures_have_no_data():
    assert DATA_MIME not in Table(pd.DataFrame({"line": [], "amount": []}), "Utfall", COLUMNS)._repr_mimebundle_()
    assert DATA_MIME not in Chart("Inget", "Inget", "<svg/>", pd.DataFrame())._repr_mimebundle_()[0]


def test_the_same_table_gives_the_same_bytes():
    assert json.dumps(patients([2, 9, 40]).data.to_json()) == json.dumps(patients([2, 9, 40]).data.to_json())


@pytest.mark.parametrize("kind", ["waterfall", "bars", "year_path", "monthly", "fan"])
def test_the_figures_of_a_text_alternative_are_among_those_that_go_out(charts, kind):  # noqa: F811
    data = sent(charts[kind])
    figures = {round(value / 1e6, 1) for row in data.rows for value in row if isinstance(value, int | float)}
    told = re.findall(r"−?\d[\d\u00a0]*,\d", charts[kind].alt)
    assert told
    assert {float(t.replace("−", "-").replace("\u00a0", "").replace(",", ".")) for t in told} <= figures


@pytest.mark.parametrize("kind", ["year_path", "monthly", "fan"])
def test_a_chart_over_time_sends_each_series_each_month_and_no_empty_column(charts, kind):  # noqa: F811
    data, drawn = sent(charts[kind]), charts[kind].data
    assert column(data, "Serie") == drawn["series"].tolist()
    assert column(data, "Månad") == drawn["period"].dt.strftime("%Y-%m-%d").tolist()
    assert all(any(cell is not None for cell in cells) for cells in zip(*data.rows, strict=True))


def test_the_columns_of_a_chart_are_named_in_swedish(charts):  # noqa: F811
    levels = ["Nedre gräns, 95\u00a0%", "Övre gräns, 95\u00a0%", "Nedre gräns, 80\u00a0%", "Övre gräns, 80\u00a0%"]
    assert [c.label for c in sent(charts["fan"]).columns] == ["Serie", "Månad", "Värde", *levels]


def test_years_and_months_without_a_year_are_text():
    path = pd.DataFrame({"actual": [5.0, 4.0], "without": [5.0, 5.0]}, index=pd.Index([2023, 2024]))
    assert column(sent(counterfactual(path, 2024, title="t", unit="besök")), "År") == ["2023", "2024"] * 2
    named = by_month(pd.DataFrame({"Modellen": [0.02, 0.01]}, index=[1, 5]), title="t", unit="%")
    assert column(sent(named), "Månad") == ["januari", "maj"]


def test_a_control_chart_sends_its_limits_and_signals():
    points = pd.DataFrame({"period": pd.date_range("2025-12-01", periods=2, freq="MS"), "actual": [-10e6, -14.5e6]})
    points = points.assign(expected=-10e6, lo=-12e6, hi=-8e6, rule=["", "Enstaka månad"])
    data = sent(natural_limits(points, pd.Timestamp("2026-01-01"), title="t"))
    assert data.rows[1] == ("2026-01-01", -14_500_000, -10_000_000, -12_000_000, -8_000_000, "Enstaka månad")


@pytest.mark.parametrize(
    ("unit", "largest", "value", "heading", "told"),
    [
        ("mkr", 2e6, 1_234_567.891, "Värde (kr)", 1_234_567.89),
        ("sek", 2e6, 1_234_567.891, "Värde (kr)", 1_234_567.89),
        ("%", 0.05, 0.0345678, "Värde (%)", 0.0346),
        ("besök", 900.0, 850.44, "Värde (besök)", 850),
        ("doser per patient", 0.5, 0.123456, "Värde (doser per patient)", 0.123),
    ],
)
def test_a_charts_figures_have_their_unit_and_are_as_close_as_the_picture(unit, largest, value, heading, told):
    frame = pd.DataFrame({"label": ["A", "B"], "amount": [value, largest]})
    data = sent(Chart("t", "t", "<svg/>", frame, quantity(unit, largest)))
    assert data.columns[1].heading == heading
    assert data.rows[0][1] == told


def test_an_amount_in_another_currency_says_so():
    frame = pd.DataFrame({"label": ["A"], "amount": [12_345_678.9]})
    data = sent(Chart("t", "t", "<svg/>", frame, quantity(None, 12e6, "AUD")))
    assert data.columns[1].heading == "Värde (AUD)"
    table = sent(Table(frame.rename(columns={"label": "line"}), "Utfall", COLUMNS, currency="AUD"))
    assert table.columns[1].heading == "Utfall (AUD)"
