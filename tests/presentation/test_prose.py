from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown import markdown2html

from utfall.errors import InvalidParameter
from utfall.presentation.prose import KEY_FIGURES_MIME, KeyFigure, KeyFigures, Prose


def test_bold_is_the_only_markup():
    assert Prose("a **b** *c* <i>d</i> & **e\nf**").to_html() == (
        "<p>a <strong>b</strong> *c* &lt;i&gt;d&lt;/i&gt; &amp; <strong>e\nf</strong></p>"
    )


def test_an_empty_line_parts_paragraphs():
    assert Prose("\n\nett\n\n \n två **tre**\n").to_html() == "<p>ett</p><p>två <strong>tre</strong></p>"
    assert Prose("ett\n\ntvå **tre**").to_text() == "ett\n\ntvå tre"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda t: "**" not in t))
def test_text_without_bold_is_shown_as_written(text):
    page = ElementTree.fromstring(f"<page>{Prose(text).to_html()}</page>")
    assert "".join(page.itertext()) == text.strip()


def test_markdown_shows_the_same_words():
    html = markdown2html(Prose("5 * 3 är **femton** i [HSN] <b> 1_000_000").to_markdown())
    shown = "".join(ElementTree.fromstring(f"<page>{html}</page>").itertext()).strip()
    assert shown == "5 * 3 är femton i [HSN] <b> 1_000_000"
    assert "<strong>femton</strong>" in html


def test_key_figures_are_a_description_list_with_words_for_the_assessment():
    page = ElementTree.fromstring(
        KeyFigures(
            [("A & B", "−12,4\u00a0mkr", "sämre än budget"), ("C", "5 %", "i nivå med budget"), ("D", "1")]
        ).to_html()
    )
    assert (page.tag, page.get("class")) == ("dl", "key-figures")
    assert [[(e.tag, e.get("class"), "".join(e.itertext())) for e in group] for group in page] == [
        [
            ("dt", None, "A & B"),
            ("dd", None, "−12,4\u00a0mkr"),
            ("dd", "assessment worse", "▼ sämre än budget"),
        ],
        [("dt", None, "C"), ("dd", None, "5 %"), ("dd", "assessment neutral", "i nivå med budget")],
        [("dt", None, "D"), ("dd", None, "1")],
    ]


def test_named_key_figures_travel_to_the_front_page():
    figures = KeyFigures([KeyFigure("A", "−12,4 mkr", "sämre", key="deviation", value=-12.4e6), ("B", "1")])
    assert figures._repr_mimebundle_()[KEY_FIGURES_MIME] == {
        "deviation": {"label": "A", "text": "−12,4 mkr", "value": -12.4e6, "assessment": "sämre"}
    }
    assert KEY_FIGURES_MIME not in KeyFigures([("B", "1")])._repr_mimebundle_()


def test_key_figures_are_readable_as_text():
    assert KeyFigures([("A", "1", "bättre"), ("B", "2")]).to_text() == "A: 1 (bättre)\nB: 2"


def test_no_key_figure_is_refused():
    with pytest.raises(InvalidParameter, match="no key figure"):
        KeyFigures([])
