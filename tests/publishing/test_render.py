"""What a page shows of a notebook, and what it leaves out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.publishing.standin import SVG, notebook_of
from utfall.publishing.gates import faults_of_page
from utfall.publishing.jobs import Crumb, ReportJob
from utfall.publishing.outputs import key_figures
from utfall.publishing.render import ReportExporter, render_page
from utfall.publishing.style import report_style
from utfall.publishing.svg import inline_svg, separate_ids

JOB = ReportJob(
    notebook=Path("report.ipynb"),
    parameters={},
    slug="ortopedi-201",
    title="Månadsrapport",
    period="2026-10",
    level="area",
    unit_code="201",
    unit_name="Ortopedi & rehab",
    path=(Crumb("Nämnden", "namnden-hsn"), Crumb("Division Kirurgi", "division-kirurgi-20")),
    publisher="Region Exempel",
)

TABLE = "<table><caption>Utfall</caption><tr><th scope='row'>Löner</th><td>−12,4</td></tr></table>"


def cell(*outputs):
    return new_code_cell("secret_code = 1", outputs=list(outputs))


def shown(mimetype, content, kind="display_data", **metadata):
    extra = {"execution_count": 1} if kind == "execute_result" else {}
    return new_output(kind, {mimetype: content}, metadata={mimetype: metadata} if metadata else {}, **extra)


@pytest.mark.parametrize("kind", ["execute_result", "display_data"])
@pytest.mark.parametrize(
    ("mimetype", "content", "expected"),
    [
        ("text/html", TABLE, TABLE),
        ("text/markdown", "Det är *sämre*.", "<p>Det är <em>sämre</em>.</p>"),
        ("text/plain", "3 < 4", "3 &lt; 4"),
        ("image/svg+xml", SVG, 'role="img"'),
        ("image/png", "aGVq", 'src="data:image/png;base64,aGVq"'),
        ("image/jpeg", "aGVq", 'src="data:image/jpeg;base64,aGVq"'),
    ],
)
def test_an_output_is_in_the_page_whether_displayed_or_on_the_last_line(kind, mimetype, content, expected):
    metadata = {"alt": "En blå yta"} if mimetype.startswith("image/") else {}
    notebook = notebook_of(cell(shown(mimetype, content, kind, **metadata)))
    page = render_page(notebook, JOB)
    assert expected in page
    assert faults_of_page(page, notebook) == []


def test_the_base_template_alone_would_lose_a_table_on_the_last_line():
    notebook = notebook_of(cell(shown("text/html", TABLE, "execute_result")))
    bare, _ = ReportExporter(template_name="base", template_file="display_priority.j2").from_notebook_node(notebook)
    assert "<table" not in bare


def test_the_richest_form_of_an_output_is_the_one_shown():
    output = new_output("display_data", {"text/plain": "otydligt", "text/html": TABLE})
    page = render_page(notebook_of(cell(output)), JOB)
    assert TABLE in page
    assert "otydligt" not in page


def test_code_printed_text_and_warnings_are_not_in_the_page():
    notebook = notebook_of(
        cell(
            new_output("stream", name="stdout", text="utskrift"),
            new_output("stream", name="stderr", text="varning"),
        )
    )
    page = render_page(notebook, JOB)
    assert not re.search("secret_code|utskrift|varning|data/demo", page)


def test_a_chart_has_its_text_alternative_and_its_message_as_caption():
    page = render_page(notebook_of(cell(shown("image/svg+xml", SVG, alt='"A" < B', title="Kostnaden & mer"))), JOB)
    assert 'role="img" aria-label="&quot;A&quot; &lt; B"' in page
    assert re.search(r'<figcaption id="([^"]+)">Kostnaden &amp; mer</figcaption>', page)


def test_two_equal_charts_do_not_share_ids_and_keep_their_clip_paths():
    chart = shown("image/svg+xml", SVG, alt="En yta")
    page = render_page(notebook_of(cell(chart), cell(chart)), JOB)
    ids = re.findall(r'<clipPath id="([^"]+)"', page)
    assert len(set(ids)) == 2
    assert re.findall(r"url\(#([^)]+)\)", page) == ids


def test_a_chart_inside_html_gets_ids_of_its_own_too():
    html = f"<div>{SVG.replace('<svg', '<svg role=img aria-label=Yta')}</div>"
    page = render_page(notebook_of(cell(shown("text/html", html)), cell(shown("text/html", html))), JOB)
    assert len(set(re.findall(r'<clipPath id="([^"]+)"', page))) == 2


def test_the_page_names_unit_month_publisher_and_the_reports_above():
    page = render_page(notebook_of(), JOB)
    assert "<title>Ortopedi &amp; rehab, oktober 2026 – Varför avviker utfallet?</title>" in page
    links = re.findall(r'<a href="([^"]+)">', page)
    assert links[:3] == ["index.html", "namnden-hsn.html", "division-kirurgi-20.html"]
    assert "Region Exempel" in page
    assert "åhittade" not in page


def test_a_report_on_made_up_figures_says_so():
    assert "Påhittade uppgifter" in render_page(notebook_of(), JOB.__class__(**{**vars(JOB), "fictitious": True}))


def test_sections_are_listed_and_two_of_the_same_name_are_told_apart():
    notebook = notebook_of(*[new_markdown_cell(f"## {name}\n\nText.") for name in ("Utfall", "Orsaker", "Utfall")])
    page = render_page(notebook, JOB)
    anchors = re.findall(r'<h2 id="([^"]+)"', page)
    assert len(set(anchors)) == 3
    assert re.findall(r'<li><a href="#([^"]+)">', page) == anchors
    assert faults_of_page(page, notebook) == []


def test_a_short_report_has_no_list_of_contents():
    assert "På den här sidan" not in render_page(notebook_of(new_markdown_cell("## Utfall")), JOB)


def test_the_same_notebook_gives_the_same_bytes():
    notebook = notebook_of(cell(shown("image/svg+xml", SVG, alt="Yta")), cell(shown("text/html", TABLE)))
    assert render_page(notebook, JOB) == render_page(notebook, JOB)


def test_rendering_leaves_the_notebook_as_it_was():
    notebook = notebook_of(cell(shown("text/html", TABLE)))
    before = repr(notebook)
    render_page(notebook, JOB)
    assert repr(notebook) == before


def test_the_case_of_svg_names_is_kept():
    page = render_page(notebook_of(cell(shown("image/svg+xml", SVG, alt="Yta"))), JOB)
    assert "viewBox=" in page
    assert "<clipPath" in page


def test_the_style_is_small_and_fetches_nothing():
    assert len(report_style().encode()) < 12_000
    assert "url(" not in report_style()
    assert "@import" not in report_style()


def test_key_figures_are_read_and_not_shown():
    figures = {"deviation": {"label": "Avvikelse", "text": "−12,4 mkr", "value": -12.4e6, "assessment": "sämre"}}
    output = new_output(
        "execute_result",
        {"application/vnd.utfall.key-figures+json": figures, "text/plain": "<Figures at 0x7f>"},
        execution_count=1,
    )
    notebook = notebook_of(cell(output))
    page = render_page(notebook, JOB)
    assert key_figures(notebook) == figures
    assert "0x7f" not in page
    assert faults_of_page(page, notebook) == []


def test_a_matplotlib_file_loses_its_head_its_size_and_its_rule_for_everything():
    file = (
        '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">\n'
        '<svg width="460pt" height="345pt" viewBox="0 0 460 345" xmlns="http://www.w3.org/2000/svg">'
        "<metadata><rdf>2026-11-22</rdf></metadata><defs><style>*{stroke-linejoin: round}</style></defs>"
        '<rect width="10" height="10"/></svg>'
    )
    element = inline_svg(file, "En yta")
    assert element.startswith('<svg viewBox="0 0 460 345"')
    assert 'style="stroke-linejoin: round"' in element
    assert '<rect width="10" height="10"/>' in element
    assert not re.search("DOCTYPE|metadata|<style", element)


def test_a_reference_out_of_a_chart_is_left_alone():
    svg = '<svg aria-labelledby="t rubrik"><title id="t"/><a href="#rubrik"/></svg>'
    assert separate_ids(svg) == '<svg aria-labelledby="d1-t rubrik"><title id="d1-t"/><a href="#rubrik"/></svg>'


def test_every_element_that_is_opened_is_closed():
    stack = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "br", "img"):
                stack.append(tag)

        def handle_endtag(self, tag):
            assert stack.pop() == tag

    reader = Balance()
    reader.feed(
        render_page(notebook_of(cell(shown("image/svg+xml", SVG, alt="Yta")), cell(shown("text/html", TABLE))), JOB)
    )
    assert stack == []
