"""What stops a page."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.publishing.standin import notebook_of
from tests.publishing.test_render import JOB, TABLE
from utfall.publishing.gates import faults_of_page
from utfall.publishing.render import render_page


def page(body, *, before="<h1>Rubrik</h1>", lang="sv"):
    return f"<!DOCTYPE html><html lang='{lang}'><head><title>T</title></head><body>{before}{body}</body></html>"


def only_fault(body, **options):
    faults = faults_of_page(page(body, **options))
    assert len(faults) == 1, faults
    return faults[0]


def test_a_whole_page_has_no_faults():
    body = (
        "<h2 id='a'>Utfall</h2><p>Kostnaden är 12,4 mkr. Infektion, inf. mott.</p>"
        + TABLE
        + "<h3>Del</h3><h2>Nästa</h2>"
        "<figure><svg role='img' aria-label='Yta'><svg/></svg></figure><img alt='' src='data:image/png;base64,x'>"
        "<a href='#a'>upp</a> <a href='https://www.example.org'>källa</a><svg aria-hidden='true'/>"
    )
    assert faults_of_page(page(body)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<table><tr><td>1</td></tr></table>", "no caption"),
        ("<table><caption> </caption><tr><td>1</td></tr></table>", "no caption"),
        (
            "<table><caption>Yttre</caption><tr><td><table><tr><td>1</td></tr></table></td></tr></table>",
            "no caption",
        ),
        ("<img src='data:image/png;base64,x'>", "no text alternative"),
        ("<svg><path/></svg>", "no text alternative"),
        ("<svg aria-label=' '><path/></svg>", "no text alternative"),
        ("<h3>Hopp</h3>", "level 3, directly under level 1"),
        ("<h1>En till</h1>", "2 headings at level 1"),
        ("<h2></h2>", "is empty"),
        ("<p id='a'></p><p id='a'></p>", "'a' is used 2 times"),
        ("<a href='#borta'>x</a>", "'borta', which is not there"),
        ("<p aria-labelledby='borta'>x</p>", "'borta', which is not there"),
        ("<img alt='x' src='https://example.org/a.png'>", "fetches https://example.org/a.png"),
        ("<img alt='x' src='figur.png'>", "fetches figur.png"),
        ("<link rel='stylesheet' href='//example.org/a.css'>", "fetches //example.org/a.css"),
        ("<svg aria-label='x'><use href='a.svg#b'/></svg>", "fetches a.svg#b"),
        ("<svg aria-label='x'><image xlink:href='http://e.org/x.png'/></svg>", "fetches http://e.org/x.png"),
        ("<p style='background: url(https://e.org/x.png)'>x</p>", "from outside"),
        ("<style>@import 'x.css';</style>", "style sheet"),
        ("<style>p { background: url(x.png) }</style>", "style sheet"),
        ("<script>1</script>", "script"),
        ("<iframe title='x'></iframe>", "<iframe>"),
    ],
)
def test_a_fault_in_the_page_is_named(body, told):
    assert told in only_fault(body)


@pytest.mark.parametrize("text", ["nan", "NaN", "None", "NaT", "inf", "-inf", "−inf", "Traceback", "&lt;NA&gt;"])
@pytest.mark.parametrize("body", ["<p>{} mkr</p>", "<td>{}</td>", "<p>(<b>{}</b>)</p>"])
def test_a_number_that_is_none_is_seen_wherever_it_stands(text, body):
    assert "The reader would see" in only_fault(body.format(text))


def test_a_number_that_is_none_is_seen_in_a_text_alternative_too():
    assert '"nan"' in only_fault("<svg role='img' aria-label='Kostnaden är nan mkr'/>")


@pytest.mark.parametrize("text", ["Finans", "Nanna", "informerad", "NaNo", "infektion", "inf. mott.", "Nonesund"])
def test_words_that_look_like_it_are_let_through(text):
    assert faults_of_page(page(f"<p>{text}</p>")) == []


def test_a_page_in_another_language_is_stopped():
    assert "'en'; it must be 'sv'" in only_fault("<p>x</p>", lang="en")


def test_a_page_without_its_title_is_stopped():
    assert "0 headings at level 1" in only_fault("<p>x</p>", before="")


def rendered(*cells):
    notebook = notebook_of(*cells)
    return faults_of_page(render_page(notebook, JOB), notebook)


def test_an_output_that_the_template_dropped_is_named_by_cell():
    notebook = notebook_of(
        new_code_cell(outputs=[new_output("execute_result", {"text/html": TABLE}, execution_count=1)])
    )
    lost = render_page(notebook, JOB).replace(TABLE, "")
    assert faults_of_page(lost, notebook) == ["Output 1 of cell 3 is not in the page."]


@pytest.mark.filterwarnings("ignore:Your element with mimetype")  # nbconvert warns; the gate is what stops the page
def test_an_output_that_needs_a_script_is_named_by_its_type():
    output = new_output("display_data", {"application/vnd.plotly.v1+json": {}})
    assert rendered(new_code_cell(outputs=[output])) == [
        "Output 1 of cell 3 comes only as application/vnd.plotly.v1+json, which a page cannot show."
    ]


def test_a_frame_shown_as_it_is_has_no_caption_and_is_stopped():
    import pandas as pd

    html = pd.DataFrame({"a": [1.5]})._repr_html_()
    faults = rendered(new_code_cell(outputs=[new_output("display_data", {"text/html": html})]))
    assert any("no caption" in fault for fault in faults)


def test_an_error_that_the_notebook_went_past_stops_the_page():
    output = new_output("error", ename="ValueError", evalue="x", traceback=[])
    assert rendered(new_code_cell(outputs=[output])) == ["Cell 3 ended with an error."]


def test_headings_may_come_from_outputs_too():
    output = new_output("display_data", {"text/html": "<h3>Del</h3><p>Text</p>"})
    assert rendered(new_markdown_cell("## Avsnitt"), new_code_cell(outputs=[output])) == []
