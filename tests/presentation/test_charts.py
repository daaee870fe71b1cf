from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import rc_context

from tests.presentation.drawn import fills, outside, overlaps, words
from utfall.errors import InvalidParameter
from utfall.presentation import theme
from utfall.presentation.charts import (
    Chart,
    bars,
    fan,
    intervals,
    monthly,
    small_multiples,
    tornado,
    waterfall,
    year_path,
)
from utfall.presentation.shown_data import DATA_MIME

LONG = "Specialistpsykiatrimottagningen för barn- och ungdomar, Östersund"
NAMES = st.sampled_from(
    ["Lit", "Ögonmottagningen", "Köpt riks- och regionvård", LONG, "$5 & <b>", "Prisjusteringsvariabel"]
)
AMOUNTS = st.floats(-1e10, 1e10).map(lambda x: round(x, 2)) | st.sampled_from([0.0, 0.01, -3.0, 9.99e9, -1e6])


def months(year, count, first=1):
    return pd.period_range(f"{year}-{first:02d}", periods=count, freq="M")


def steps(*rows):
    return pd.DataFrame(rows, columns=["label", "amount", "kind"])


def ledger(amounts):
    return pd.DataFrame({"label": [f"Post {i}" for i in range(len(amounts))], "amount": amounts})


@pytest.fixture(scope="module")
def charts():
    """One of each kind, with everything it can show."""
    actual = pd.Series(np.linspace(-10e6, -100e6, 10), months(2026, 10))
    last_year = pd.Series(np.linspace(-9e6, -80e6, 12), months(2025, 12))
    budget = pd.Series(np.linspace(-5e6, -60e6, 12), months(2026, 12))
    ahead = pd.DataFrame(
        {"mean": [-111e6, -120e6], "lo": [-115e6, -130e6], "hi": [-105e6, -110e6]}, months(2026, 2, 11)
    )
    history = pd.Series(np.linspace(90e6, 120e6, 40), pd.period_range("2023-07", periods=40, freq="M"))
    fans = pd.DataFrame({"ds": pd.date_range("2026-11-01", periods=14, freq="MS"), "mean": 121e6})
    for level, width in ((80, 4e6), (95, 7e6)):
        fans[f"lo-{level}"], fans[f"hi-{level}"] = fans["mean"] - width, fans["mean"] + width
    return {
        "waterfall": waterfall(
            steps(("Budget", -50e6, "total"), ("Läkemedel", -4e6, "step"), ("Utfall", -54e6, "total")),
            title="Läkemedel förklarar underskottet",
        ),
        "bars": bars(ledger([-3e6, 2e6, 11e6]), title="En enhet drar upp"),
        "year_path": year_path(
            actual, previous_year=last_year, budget=budget, forecast=ahead, title="Underskottet växer"
        ),
        "monthly": monthly(actual, previous_year=last_year, budget=budget, title="Månad för månad"),
        "fan": fan(history, fans, title="Kostnaden stiger"),
        "intervals": intervals(
            pd.DataFrame(
                {"label": ["Hyrstopp", "Avtal"], "estimate": [39e6, 1e6], "lo-95": [27e6, -2e6], "hi-95": [51e6, 4e6]}
            ).assign(grade="C"),
            title="En åtgärd har gett effekt",
        ),
        "small_multiples": small_multiples(
            pd.DataFrame({"Kirurgi": [-10e6, -20e6], "Medicin": [10e6, np.nan]}, months(2026, 2)),
            title="Kirurgi drar över",
        ),
        "tornado": tornado(
            pd.DataFrame({"label": ["Skatt", "Löner"], "low": [-90e6, -40e6], "high": [-10e6, -61e6]}),
            -50e6,
            title="Skatten avgör",
        ),
    }


KINDS = ["waterfall", "bars", "year_path", "monthly", "fan", "intervals", "small_multiples", "tornado"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_is_one_svg_that_scales_and_clashes_with_nothing_on_the_page(charts, kind):
    svg = charts[kind].svg
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox").split()[:3] == ["0", "0", str(theme.WIDTH)]
    assert {element.tag.split("}")[1] for element in root.iter()} <= {"svg", "path", "text"}
    assert all(element.get("id") is None for element in root.iter())
    assert "url(" not in svg
    assert "href" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("kind", KINDS)
def test_no_words_overlap_or_leave_the_picture(charts, kind):
    assert overlaps(charts[kind].svg) == []
    assert outside(charts[kind].svg) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_unit_stands_on_the_axis(charts, kind):
    assert any(word.text.split(" ")[0] == "mkr" for word in words(charts[kind].svg))


@pytest.mark.parametrize("kind", KINDS)
def test_jupyter_gets_the_picture_with_its_text_alternative_in_the_metadata(charts, kind):
    chart = charts[kind]
    data, metadata = chart._repr_mimebundle_()
    behind = chart.shown_data.to_json()
    assert data == {"image/svg+xml": chart.svg, "text/plain": chart.alt, DATA_MIME: behind}
    assert metadata == {"image/svg+xml": {"alt": chart.alt, "title": chart.title}}


@pytest.mark.parametrize("kind", KINDS)
def test_only_colours_of_the_theme_are_used(charts, kind):
    allowed = {v.lower() for v in vars(theme).values() if isinstance(v, str) and v.startswith("#")}
    used = set(pd.Series([charts[kind].svg]).str.findall(r"#[0-9a-fA-F]{6}").explode().str.lower())
    assert used <= allowed


def test_a_chart_in_html_is_a_named_figure(charts):
    figure = ElementTree.fromstring(Chart('T & "t"', 'A < "b"', charts["bars"].svg, pd.DataFrame()).to_html())
    picture = figure.find("{http://www.w3.org/2000/svg}svg")
    assert figure.find("figcaption").text == 'T & "t"'
    assert (picture.get("role"), picture.get("aria-label")) == ("img", 'A < "b"')


DRAW = """
import hashlib, pandas as pd
from utfall.presentation.charts import bars, year_path
a = bars(pd.DataFrame({"label": ["a", "b"], "amount": [1e6, -2e6]}), title="t")
b = year_path(pd.Series([1e6, 3e6], pd.period_range("2026-01", periods=2, freq="M")), title="t")
import sys; assert "matplotlib.pyplot" not in sys.modules
print(hashlib.sha256((a.svg + b.svg).encode()).hexdigest())
"""


def test_every_process_draws_the_same_bytes_without_pyplot():
    runs = {
        subprocess.run(
            [sys.executable, "-c", DRAW],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_the_users_own_settings_of_matplotlib_change_nothing():
    def drawn():
        return bars(ledger([1e6, -2e6]), title="t").svg

    before = drawn()
    with rc_context({"font.family": "serif", "lines.linewidth": 9, "text.parse_math": True, "savefig.dpi": 300}):
        assert drawn() == before


def test_the_text_alternative_tells_the_same_figures_as_the_picture(charts):
    chart = charts["waterfall"]
    assert chart.alt == "Vattenfallsdiagram i mkr: Budget −50,0; Läkemedel −4,0; Utfall −54,0."
    shown = {word.text for word in words(chart.svg)}
    assert {"Budget", "−50,0", "Läkemedel", "−4,0", "Utfall", "−54,0"} <= shown


def test_the_text_alternative_of_lines_tells_where_each_begins_and_ends(charts):
    assert charts["year_path"].alt == (
        "Linjediagram i mkr, 2026. Utfall: −10,0 i januari, −100,0 i oktober. "
        "Förra året: −9,0 i januari, −80,0 i december. Budget: −5,0 i januari, −60,0 i december. "
        "Prognos: −111,0 i november, −120,0 i december (−130,0 till −110,0 med 80 % sannolikhet)."
    )
    assert "Prognos: 121,0 i november 2026, 121,0 i december 2027 (117,0 till 125,0 med 80 %" in charts["fan"].alt


def test_worse_is_orange_better_green_and_totals_blue():
    chart = waterfall(steps(("a", -1e6, "step"), ("b", 3e6, "step"), ("c", 2e6, "total")), title="t")
    assert fills(chart.svg) == [theme.WORSE.lower(), theme.BETTER.lower(), theme.ACTUAL.lower()]
    cost = bars(ledger([1e6, -1e6]), title="t", higher_is_better=False, sort=False)
    assert fills(cost.svg) == [theme.WORSE.lower(), theme.BETTER.lower()]


def test_a_waterfall_that_does_not_add_up_is_refused():
    with pytest.raises(InvalidParameter, match=r"total 'Utfall' is -60\.00; the rows before it lead to -54\.00"):
        waterfall(steps(("Budget", -50, "total"), ("Pris", -4, "step"), ("Utfall", -60, "total")), title="t")


def test_a_row_without_amount_is_refused_by_its_name():
    with pytest.raises(InvalidParameter, match="Pris has no amount"):
        waterfall(steps(("Pris", np.nan, "step")), title="t")


def test_a_row_of_unknown_kind_is_refused():
    with pytest.raises(InvalidParameter, match="has kind 'sum'; use 'total' or 'step'"):
        waterfall(steps(("Pris", 1.0, "sum")), title="t")


def test_a_frame_without_the_columns_is_refused():
    with pytest.raises(InvalidParameter, match="lacks kind"):
        waterfall(ledger([1.0]), title="t")


def test_totals_that_dwarf_their_steps_are_cut_and_it_is_said():
    cut = waterfall(
        steps(("Budget", -3356e6, "total"), ("Pris", -40e6, "step"), ("Utfall", -3396e6, "total")), title="t"
    )
    whole = waterfall(steps(("Budget", -50e6, "total"), ("Pris", -40e6, "step"), ("Utfall", -90e6, "total")), title="t")
    assert any("axeln börjar inte vid noll" in word.text for word in words(cut.svg))
    assert not any("axeln börjar inte vid noll" in word.text for word in words(whole.svg))


def test_bars_are_sorted_and_the_smallest_summed():
    amounts = [5e6, -9e6, 1e6, -2e6, 7e6]
    chart = bars(ledger(amounts), title="t", most=3, rest="Övriga (2)")
    assert chart.data["label"].tolist() == ["Post 1", "Post 0", "Post 4", "Övriga (2)"]
    assert chart.data["amount"].sum() == sum(amounts)


def test_bars_left_out_without_a_sum_are_said_to_be_left_out():
    chart = bars(ledger([5e6, -9e6, 1e6]), title="t", most=2)
    assert chart.alt.endswith("De 2 största av 3 visas.")


def test_bars_can_keep_their_order():
    assert bars(ledger([5e6, -9e6, 1e6]), title="t", sort=False).data["label"].tolist() == [
        "Post 0",
        "Post 1",
        "Post 2",
    ]


def test_nothing_to_show_is_said():
    chart = bars(ledger([]), title="t")
    assert [word.text for word in words(chart.svg)] == ["Inga poster att visa"]
    assert chart.alt == "Stapeldiagram i kr: inga poster att visa."


def test_a_bar_too_small_to_see_is_still_drawn():
    assert len(fills(bars(ledger([1e9, 1.0]), title="t").svg)) == 2


@settings(max_examples=25)
@given(
    rows=st.lists(st.tuples(NAMES, AMOUNTS), min_size=1, max_size=12),
    unit=st.sampled_from([None, "mkr", "sek"]),
)
def test_bars_never_let_words_meet(rows, unit):
    svg = bars(pd.DataFrame(rows, columns=["label", "amount"]), title="t", unit=unit).svg
    assert overlaps(svg) == []
    assert outside(svg) == []


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(NAMES, AMOUNTS), min_size=1, max_size=8), start=AMOUNTS)
def test_waterfalls_never_let_words_meet(rows, start):
    parts = [("Budget", start, "total"), *((name, value, "step") for name, value in rows)]
    parts.append(("Utfall", start + sum(value for _, value in rows), "total"))
    svg = waterfall(steps(*parts), title="t").svg
    assert overlaps(svg) == []
    assert outside(svg) == []


@settings(max_examples=25)
@given(data=st.data(), known=st.integers(1, 12), accumulated=st.booleans())
def test_year_charts_never_let_words_meet(data, known, accumulated):
    size = data.draw(st.sampled_from([1.0, 1e3, 1e6, 1e9]))

    def series(year, count):
        values = data.draw(st.lists(st.floats(-50, 50), min_size=count, max_size=count))
        return pd.Series(np.array(values) * size, months(year, count))

    draw = year_path if accumulated else monthly
    svg = draw(series(2026, known), previous_year=series(2025, 12), budget=series(2026, 12), title="t").svg
    assert overlaps(svg) == []
    assert outside(svg) == []


@settings(max_examples=20)
@given(
    past=st.integers(1, 120),
    ahead=st.integers(1, 60),
    size=st.sampled_from([1.0, 1e6, -1e9]),
    seed=st.integers(0, 99),
)
def test_fans_never_let_words_meet(past, ahead, size, seed):
    random = np.random.default_rng(seed)
    periods = pd.period_range("2019-03", periods=past + ahead, freq="M")
    history = pd.Series(size * (3 + random.normal(0, 1, past)), periods[:past])
    middle = size * np.full(ahead, 3.0)
    forecast = pd.DataFrame({"mean": middle, "lo-80": middle - abs(size), "hi-80": middle + abs(size)}, periods[past:])
    svg = fan(history, forecast, title="t").svg
    assert overlaps(svg) == []
    assert outside(svg) == []


def test_a_dollar_sign_is_a_dollar_sign():
    shown = [
        word.text for word in words(bars(pd.DataFrame({"label": ["$5 & <b> $6"], "amount": [1.0]}), title="t").svg)
    ]
    assert "$5 & <b> $6" in shown


def test_a_gap_in_a_series_stays_a_gap():
    whole = monthly(pd.Series([1.0, 2.0, 3.0, 4.0], months(2026, 4)), title="t", unit="besök")
    gap = monthly(pd.Series([1.0, np.nan, 3.0, 4.0], months(2026, 4)), title="t", unit="besök")
    assert gap.data["value"].isna().tolist() == [False, True, False, False]
    assert whole.svg != gap.svg


def test_data_are_tidy_and_whole(charts):
    data = charts["year_path"].data
    assert list(data.columns) == ["series", "period", "value", "lo", "hi"]
    assert data.groupby("series")["value"].count().to_dict() == {
        "Utfall": 10,
        "Förra året": 12,
        "Budget": 12,
        "Prognos": 2,
    }
    assert data.loc[data["series"] == "Prognos", "lo"].tolist() == [-115e6, -130e6]


def test_dates_and_monthly_periods_draw_alike():
    values = [1e6, 2e6]
    by_period = year_path(pd.Series(values, months(2026, 2)), title="t")
    by_date = year_path(pd.Series(values, pd.date_range("2026-01-01", periods=2, freq="MS")), title="t")
    assert by_period.svg == by_date.svg


def test_an_outcome_over_two_years_is_refused():
    with pytest.raises(InvalidParameter, match=r"covers \[2025, 2026\]; give months of one year"):
        year_path(pd.Series([1.0, 2.0], months(2025, 2, 12)), title="t")


def test_an_outcome_without_values_is_refused():
    with pytest.raises(InvalidParameter, match="with values"):
        monthly(pd.Series([np.nan], months(2026, 1)), title="t")


def test_a_fan_without_a_mean_is_refused():
    with pytest.raises(InvalidParameter, match="column 'mean'"):
        fan(pd.Series([1.0], months(2026, 1)), pd.DataFrame({"lo-80": [1.0]}, months(2026, 1, 2)), title="t")


def test_a_fan_draws_the_interval_of_any_level():
    history = pd.Series([1.0, 2.0], months(2026, 2))
    ahead = pd.DataFrame({"mean": [2.0, 2.0], "lo-97.5": [1.0, 0.0], "hi-97.5": [3.0, 4.0]}, months(2026, 2, 3))
    chart = fan(history, ahead, title="t")
    assert fills(chart.svg) == [theme.BAND_INNER.lower()]
    assert "97,5 % sannolikhet" in chart.alt
    assert "97,5 % sannolikhet" in " ".join(word.text for word in words(chart.svg))
    three = ahead.assign(**{"lo-50": 1.9, "hi-50": 2.1, "lo-80": 1.5, "hi-80": 2.5})
    said = " ".join(word.text for word in words(fan(history, three, title="t").svg))
    assert "med 50 % sannolikhet" in said
    assert "med 97,5 %" in said


def test_shares_and_counts_have_their_own_units():
    shares = monthly(pd.Series([0.054, 0.061], months(2026, 2)), title="t", unit="%")
    assert shares.alt == "Linjediagram i %, 2026. Utfall: 5,4 i januari, 6,1 i februari."
    visits = monthly(pd.Series([954.0, 961.0], months(2026, 2)), title="t", unit="besök")
    assert visits.alt == "Linjediagram i besök, 2026. Utfall: 954 i januari, 961 i februari."
    assert "mn\u00a0AUD" in bars(ledger([2e7]), title="t", currency="AUD").alt
