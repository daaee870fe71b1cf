from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utfall.errors import InvalidParameter
from utfall.presentation.shown_data import DATA_MIME
from utfall.presentation.tables import Column, Table


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "line": ["Intäkter", "Läkemedel", "Inhyrd personal", "Resultat"],
            "actual": [100e6, -90.25e6, -60e6, -50.25e6],
            "budget": [98e6, -80e6, np.nan, np.nan],
            "deviation": [2e6, -10.25e6, np.nan, -8.25e6],
            "change": [0.02, 0.045, np.nan, 0.0],
            "visits": [1200, 3, 4, 5],
            "hidden": ["secret"] * 4,
        }
    )


@pytest.fixture
def table(frame):
    return Table(
        frame,
        "Resultat januari–oktober 2026",
        {
            "line": Column("Post"),
            "actual": Column("Utfall", "amount"),
            "budget": Column("Budget", "amount", missing="budget saknas för posten"),
            "deviation": Column("Avvikelse", "amount", better="higher"),
            "change": Column("Förändring", "percent", better="lower", signed=True),
            "visits": Column("Volym", "number", unit="besök"),
        },
        totals=(-1,),
        indent=(0, 1, 1, 0),
        notes=("Minus är sämre än budget.",),
    )


def parsed(table):
    return ElementTree.fromstring(f"<page>{table.to_html()}</page>")


def rows(table):
    return [["".join(cell.itertext()).strip() for cell in row] for row in parsed(table).iter("tr")]


def test_every_cell_is_written_in_swedish_and_in_one_unit(table):
    assert rows(table) == [
        ["Post", "Utfall", "Budget", "Avvikelse", "Förändring", "Volym (besök)"],
        ["Intäkter", "100,0", "98,0", "2,0 ▲", "+2,0\u00a0% ▼", "1\u00a0200"],
        ["Läkemedel", "−90,3", "−80,0", "−10,3 ▼", "+4,5\u00a0% ▼", "3"],
        ["Inhyrd personal", "−60,0", "–", "–", "–", "4"],
        ["Resultat", "−50,3", "–", "−8,3 ▼", "0,0\u00a0%", "5"],
    ]


def test_the_caption_names_the_table_and_states_the_unit(table):
    page = parsed(table)
    caption = page.find(".//table/caption")
    assert "".join(caption.itertext()) == "Resultat januari–oktober 2026 (mkr)"
    assert page.find(".//div[@role='region']").get("aria-labelledby") == caption.get("id")


def test_the_scroll_region_can_be_reached_by_keyboard(table):
    region = parsed(table).find("div")
    assert (region.get("class"), region.get("role"), region.get("tabindex")) == (
        "table-scroll",
        "region",
        "0",
    )


def test_columns_and_rows_have_scoped_headers(table):
    page = parsed(table)
    assert [cell.get("scope") for cell in page.iterfind(".//thead/tr/*")] == ["col"] * 6
    for row in page.iterfind(".//tbody/tr"):
        assert [cell.tag for cell in row] == ["th"] + ["td"] * 5
        assert row[0].get("scope") == "row"


def test_another_column_can_name_the_rows(frame):
    table = Table(
        frame,
        "x",
        {"visits": Column("Volym", "number"), "line": Column("Post")},
        row_header="line",
    )
    assert [[cell.tag for cell in row] for row in parsed(table).iterfind(".//tbody/tr")] == [["td", "th"]] * 4


def test_numeric_cells_are_marked_and_text_cells_are_set_left_without_a_stylesheet(table):
    for row in parsed(table).iter("tr"):
        assert row[0].get("style") == "text-align:left"
        assert [cell.get("class") for cell in row[1:]] == ["num"] * 5


def test_sentences_in_cells_are_marked_so_that_a_small_screen_gives_them_room():
    frame = pd.DataFrame(
        {"a": ["Namn som ger raden dess rubrik"] * 2, "b": ["kort", "En mening som fyller flera rader."]}
    )
    cells = parsed(Table(frame, "Skäl", {"a": Column("A"), "b": Column("B")})).findall(".//tbody//td")
    assert [cell.get("class") for cell in cells] == [None, "prose"]


def test_a_per_cent_sign_in_a_heading_stays_with_its_number():
    shown = Table(
        pd.DataFrame({"a": ["x"], "b": [1.0]}), "Intervall", {"a": Column("A"), "b": Column("Lägst (80 %)", "number")}
    )
    assert rows(shown)[0][1] == "Lägst (80\N{NO-BREAK SPACE}%)"


def test_worse_and_better_are_told_by_word_symbol_and_colour(table):
    marks = [m for m in parsed(table).iterfind(".//span[@role='img']")]
    assert [(m.get("aria-label"), m.text, m.get("class")) for m in marks] == [
        ("bättre", "▲", "mark better"),
        ("sämre", "▼", "mark worse"),  # a cost that grows
        ("sämre", "▼", "mark worse"),
        ("sämre", "▼", "mark worse"),
        ("sämre", "▼", "mark worse"),
    ]


def test_what_rounds_to_zero_is_neither_worse_nor_better():
    frame = pd.DataFrame({"a": ["x", "y"], "d": [-49_000.0, -50_000.0]})
    table = Table(frame, "t", {"a": Column("A"), "d": Column("D", "amount", better="higher")}, unit="mkr")
    assert [row[1] for row in rows(table)[1:]] == ["0,0", "−0,1 ▼"]


def test_a_missing_value_is_a_dash_with_its_reason_below(table):
    notes = [p.text for p in parsed(table).iterfind(".//div[@class='note']/p")]
    assert notes == [
        "Minus är sämre än budget.",
        "– i Budget: budget saknas för posten.",
        "– i Avvikelse, Förändring: uppgift saknas.",
    ]
    assert parsed(table).find(".//table").get("aria-describedby") == parsed(table).find(".//div[@class='note']").get(
        "id"
    )


def test_a_dash_in_text_is_not_taken_for_a_missing_value():
    assert "note" not in Table(pd.DataFrame({"a": ["–"]}), "t", {"a": Column("A")}).to_html()


def test_totals_and_indents_are_marked(table):
    body = list(parsed(table).iterfind(".//tbody/tr"))
    assert [row.get("class") for row in body] == [None, None, None, "total"]
    assert [row.find("th/span") is not None for row in body] == [False, True, True, False]


def test_columns_that_are_not_asked_for_are_not_shown(table):
    assert "secret" not in table.to_html() + table.to_text()


def test_the_unit_follows_the_largest_amount():
    def unit_of(largest):
        frame = pd.DataFrame({"a": ["x", "y"], "b": [largest, 1.0]})
        return Table(frame, "t", {"a": Column("A"), "b": Column("B", "amount")}).to_text().splitlines()[0]

    assert [unit_of(v) for v in (9_999, -200_000, 10_000_000)] == ["t (kr)", "t (tkr)", "t (mkr)"]


def test_columns_in_different_units_each_state_their_own():
    frame = pd.DataFrame({"a": ["x"], "b": [12e6], "c": [34_000.0]})
    columns = {
        "a": Column("A"),
        "b": Column("B", "amount", unit="mkr"),
        "c": Column("C", "amount", unit="tkr"),
    }
    table = Table(frame, "t", columns)
    assert rows(table) == [["A", "B (mkr)", "C (tkr)"], ["x", "12,0", "34"]]
    assert "".join(parsed(table).find(".//caption").itertext()) == "t"


def test_another_currency_is_named_in_the_caption():
    frame = pd.DataFrame({"a": ["x"], "b": [12e6]})
    table = Table(frame, "t", {"a": Column("A"), "b": Column("B", "amount")}, currency="AUD")
    assert table.to_text().splitlines()[0] == "t (mn\u00a0AUD)"


def test_periods_and_given_decimals_are_respected():
    frame = pd.DataFrame({"p": pd.to_datetime(["2026-10-01", None]), "n": [1.25, 2.0], "t": [1.255e6, 0]})
    columns = {
        "p": Column("Månad", "period", missing="ingen månad"),
        "n": Column("N", "number", decimals=1),
        "t": Column("T", "amount", unit="mkr", decimals=2),
    }
    assert rows(Table(frame, "t", columns))[1:] == [["okt 2026", "1,3", "1,26"], ["–", "2,0", "0,00"]]


def test_hidden_counts_are_shown_as_they_stand():
    frame = pd.DataFrame({"a": ["x", "y"], "n": ["< 5", 12]})
    table = Table(frame, "t", {"a": Column("A"), "n": Column("Antal", "number", better="higher")})
    assert rows(table)[1:] == [["x", "< 5"], ["y", "12 ▲"]]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_text_from_data_never_becomes_markup(text):
    frame = pd.DataFrame({"a": [text], "n": [1]})
    table = Table(frame, text, {"a": Column(text), "n": Column("N", "number", unit=text)}, notes=(text,))
    page = parsed(table)
    assert page.find(".//tbody//th").text in (text, None if text == "" else text)
    assert page.find(".//caption").text in (text, None if text == "" else text)
    assert {element.tag for element in page.iter()} <= set(
        ["page", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "p"]
    )


def test_the_same_table_has_the_same_bytes_and_another_another_id(table, frame):
    again = Table(frame, table.caption, table.columns, totals=(-1,), indent=(0, 1, 1, 0), notes=table.notes)
    assert again.to_html() == table.to_html()
    other = Table(frame, table.caption, table.columns, totals=(-1,))
    assert parsed(other).find(".//caption").get("id") != parsed(table).find(".//caption").get("id")


def test_a_later_change_of_the_frame_does_not_reach_the_table(table, frame):
    before = table.to_html()
    frame["actual"] = 0.0
    assert table.to_html() == before


def test_jupyter_gets_html_plain_text_and_the_numbers(table):
    shown = {"text/html": table.to_html(), "text/plain": table.to_text()}
    assert table._repr_mimebundle_() == {**shown, DATA_MIME: table.data.to_json()}


def test_plain_text_lines_up(table):
    lines = table.to_text().splitlines()
    assert lines[1].split()[:3] == ["Post", "Utfall", "Budget"]
    assert lines[3].startswith("  Läkemedel")
    assert len({len(line) for line in lines[1:6]}) == 1


def test_an_empty_frame_gives_a_table_with_heads_alone(frame):
    table = Table(frame.iloc[:0], "t", {"line": Column("Post"), "actual": Column("Utfall", "amount")})
    assert rows(table) == [["Post", "Utfall"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": {"absent": Column("A")}}, "'absent'"),
        ({"columns": {}}, "no column"),
        ({"row_header": "actual"}, "row_header 'actual' is not a shown column"),
        ({"totals": (4,)}, "totals"),
        ({"indent": (1,)}, "1 indent levels for 4 rows"),
    ],
)
def test_a_table_that_does_not_fit_its_frame_is_refused(frame, arguments, message):
    with pytest.raises(InvalidParameter, match=message):
        Table(**{"frame": frame, "caption": "t", "columns": {"line": Column("Post")}, **arguments})


def test_an_unknown_kind_of_column_is_refused():
    with pytest.raises(InvalidParameter, match="kind 'money' is not one of text, amount"):
        Column("A", "money")
