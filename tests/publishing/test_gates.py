"""What stops a page."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.publishing.standin import SVG, notebook_of
from tests.publishing.test_render import JOB, TABLE
from utfall.presentation.charts import bars, waterfall, year_path
from utfall.presentation.charts.tornado import tornado
from utfall.publishing.gates import faults_of_page
from utfall.publishing.jobs import Crumb
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
        "<figure><figcaption>Kostnaden stiger</figcaption><svg role='img' aria-label='Kostnaden steg till 12,4 mkr'>"
        "<svg/></svg></figure><img alt='' role='presentation' src='data:image/png;base64,x'>"
        "<table role='presentation'><tr><td>1</td></tr></table><p style='clip-path: url(#a)'>x</p>"
        "<a href='#a'>upp</a> <a href='https://www.example.org'>källa</a><svg aria-hidden='true'/>"
    )
    assert faults_of_page(page(body)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<table><tr><td>1</td></tr></table>", "no caption"),
        ("<table><caption> </caption><tr><td>1</td></tr></table>", "no caption"),
        (
            "<table><caption>Yttre</caption><tr><th scope='row'>A</th><td><table><tr><td>1</td></tr></table></td></tr>"
            "</table>",
            "no caption",
        ),
        ("<table><caption>Utfall</caption><tr><td>1</td></tr></table>", '"Utfall" has no headings'),
        ("<table><caption>Utfall</caption><tr><th>Post</th><th scope='col'>I år</th></tr></table>", "scope (1)"),
        ("<table><caption>Utfall</caption><tr><th scope='Post'>Post</th></tr></table>", "without scope"),
        ("<img src='data:image/png;base64,x'>", "no text alternative"),
        ("<img alt='' src='data:image/png;base64,x'>", "no text alternative"),
        ("<img alt='figur1.png' src='data:image/png;base64,x'>", "is the name of a file"),
        ("<svg aria-label='utfall_2026-10.svg'/>", "is the name of a file"),
        ("<svg aria-label='Diagram 3'/>", "only says that there is a picture"),
        ("<img alt='En bild.' src='data:image/png;base64,x'>", "only says that there is a picture"),
        (
            "<figure><figcaption>Kostnaden <b>stiger</b></figcaption><svg aria-label='Kostnaden stiger.'/></figure>",
            "repeats the title",
        ),
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
        ("<img alt='x' srcset='data:image/png;base64,x 1x, //e.org/a.png 2x'>", "<img> fetches"),
        ("<link rel='stylesheet' href='//example.org/a.css'>", "fetches //example.org/a.css"),
        ("<a href='#top' ping='https://e.org/x' id='top'>x</a>", "fetches https://e.org/x"),
        ("<meta http-equiv='Refresh' content='0; url=https://e.org'>", "another page by itself"),
        ("<svg aria-label='x'><use href='a.svg#b'/></svg>", "fetches a.svg#b"),
        ("<svg aria-label='x'><image xlink:href='http://e.org/x.png'/></svg>", "fetches http://e.org/x.png"),
        ("<p style='background: url(https://e.org/x.png)'>x</p>", "from outside"),
        ("<svg aria-label='x'><rect fill='URL(https://e.org/x.svg#a)'/></svg>", "from outside"),
        ("<style>@import 'x.css';</style>", "style sheet"),
        ("<style>p { background: image-set('x.png' 1x) }</style>", "style sheet"),
        ("<style>p { background: url(x.png) }</style>", "style sheet"),
        ("<script>1</script>", "script"),
        ("<p onclick='x()'>1</p>", "script in the onclick of <p>"),
        ("<a href=' JavaScript:x()'>1</a>", "script in the href of <a>"),
        ("<a href='file:///tmp/x.xlsx'>1</a>", "which only its writer has"),
        ("<a href='C:\\x.xlsx'>1</a>", "which only its writer has"),
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


def test_a_table_of_two_that_the_template_dropped_is_counted():
    html = TABLE + TABLE.replace("Utfall", "Budget")
    notebook = notebook_of(new_code_cell(outputs=[new_output("display_data", {"text/html": html})]))
    assert faults_of_page(render_page(notebook, JOB).replace(TABLE, ""), notebook) == [
        "Output 1 of cell 3 has 2 <table>, of which 1 are in the page."
    ]


def test_a_chart_whose_title_alone_is_left_is_missed():
    output = new_output(
        "display_data", {"image/svg+xml": SVG}, metadata={"image/svg+xml": {"alt": "En yta", "title": "Yta"}}
    )
    notebook = notebook_of(new_code_cell(outputs=[output]))
    page = render_page(notebook, JOB)
    drawing = page[page.index("<svg") : page.index("</svg>") + len("</svg>")]
    assert faults_of_page(page.replace(drawing, ""), notebook) == [
        "Output 1 of cell 3 has 1 <svg>, of which 0 are in the page."
    ]


@pytest.mark.filterwarnings("ignore:Your element with mimetype")  # nbconvert warns; the gate is what stops the page
def test_an_output_that_needs_a_script_is_named_by_its_type():
    output = new_output("display_data", {"application/vnd.plotly.v1+json": {}})
    assert rendered(new_code_cell(outputs=[output])) == [
        "Output 1 of cell 3 comes only as application/vnd.plotly.v1+json, which a page cannot show."
    ]


def test_a_frame_shown_as_it_is_has_no_caption_and_is_stopped():
    html = pd.DataFrame({"a": [1.5]})._repr_html_()
    faults = rendered(new_code_cell(outputs=[new_output("display_data", {"text/html": html})]))
    assert any("no caption" in fault for fault in faults)


def test_an_error_that_the_notebook_went_past_stops_the_page():
    output = new_output("error", ename="ValueError", evalue="x", traceback=[])
    assert rendered(new_code_cell(outputs=[output])) == ["Cell 3 ended with an error."]


def test_headings_may_come_from_outputs_too():
    output = new_output("display_data", {"text/html": "<h3>Del</h3><p>Text</p>"})
    assert rendered(new_markdown_cell("## Avsnitt"), new_code_cell(outputs=[output])) == []


MONTHS = pd.period_range("2026-01", periods=3, freq="M")
CHARTS = {
    "waterfall": waterfall(
        pd.DataFrame(
            {
                "label": ["Budget", "Lön", "Utfall"],
                "amount": [-12.4e6, -1.5e6, -13.9e6],
                "kind": ["total", "step", "total"],
            }
        ),
        title="Sämre",
    ),
    "bars": bars(
        pd.DataFrame({"label": [f"Enhet {n}" for n in range(20)], "amount": [-1e6 * n for n in range(1, 21)]}),
        title="Enhet 19 avviker mest",
    ),
    "year_path": year_path(
        pd.Series([-1e6, -2.5e6, -4e6], MONTHS),
        forecast=pd.DataFrame({"period": MONTHS[1:] + 2, "mean": -6e6, "lo-80": -7e6, "hi-80": -5e6}),
        title="Underskottet växer",
    ),
}


def chart_notebook(chart, alt=None):
    bundle, metadata = chart._repr_mimebundle_()
    if alt is not None:
        metadata["image/svg+xml"]["alt"] = alt
    output = from_dict({"output_type": "display_data", "data": bundle, "metadata": metadata})
    return notebook_of(new_code_cell(outputs=[output]))


def faults_of_chart(chart, alt=None):
    notebook = chart_notebook(chart, alt)
    return faults_of_page(render_page(notebook, JOB), notebook)


@pytest.mark.parametrize("kind", CHARTS)
def test_the_text_alternative_that_a_chart_makes_passes(kind):
    assert faults_of_chart(CHARTS[kind]) == []


def test_an_amount_in_the_text_alternative_that_the_chart_does_not_have_stops_the_page():
    chart = CHARTS["waterfall"]
    assert "−13,9" in chart.alt
    assert faults_of_chart(chart, chart.alt.replace("−13,9", "−13,8")) == [
        "The text alternative of output 1 of cell 3 tells −13,8, which the chart was not drawn from."
    ]


def test_an_amount_of_the_wrong_sign_in_the_text_alternative_stops_the_page():
    chart = CHARTS["waterfall"]
    assert "tells +13,9," in " ".join(faults_of_chart(chart, chart.alt.replace("−13,9", "+13,9")))


def a_tornado():
    settings = {"low_label": ["2,1 % per år"], "high_label": ["3,9 % per år"]}
    sensitivities = pd.DataFrame({"label": ["Löner"], "low": [-40e6], "high": [-61e6], **settings})
    return tornado(sensitivities, -50e6, title="Lönerna avgör")


def test_how_an_assumption_was_set_may_be_told_in_the_words_of_the_chart_s_own_data():
    assert "2,1 % per år" in a_tornado().alt
    assert faults_of_chart(a_tornado()) == []


def test_a_setting_that_the_chart_s_data_do_not_have_stops_the_page():
    chart = a_tornado()
    assert "tells" in " ".join(faults_of_chart(chart, chart.alt.replace("3,9", "4,9")))


def linked(address, **job):
    notebook = chart_notebook(CHARTS["bars"])
    notebook.cells.append(new_markdown_cell(f"Se [källan]({address})."))
    job = replace(JOB, beside=(Crumb("Orsaksanalys", "root-cause-201"),), **job)
    return faults_of_page(render_page(notebook, job), notebook, job)


@pytest.mark.parametrize(
    "address",
    [
        "index.html",
        "division-kirurgi-20.html#avsnitt-resultat",
        "root-cause-201.html",
        "data/ortopedi-201.xlsx",
        "data/ortopedi-201-2-0.csv",
        "notebooks/ortopedi-201.ipynb",
        "https://www.example.org/rapport.pdf",
        "mailto:ekonomi@example.org",
    ],
)
def test_a_link_to_what_the_run_makes_or_to_the_web_passes(address):
    assert linked(address) == []


@pytest.mark.parametrize(
    "address", ["noter.html", "data/ortopedi-201-9-0.csv", "../2026-09/index.html", "data/", "ortopedi-201.pdf"]
)
def test_a_link_to_a_file_that_the_run_does_not_make_stops_the_page(address):
    assert linked(address) == [f"The page links to {address}, which is none of the month's files; correct the link."]


def test_a_report_that_has_a_pdf_may_link_to_it():
    assert linked("ortopedi-201.pdf", pdf=True) == []
