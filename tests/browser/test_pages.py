"""The pages in a browser: accessible, at home on a phone, and fetching nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.publishing.standin import SVG, notebook_of
from utfall.presentation.trend import Trend
from utfall.publishing.failure_page import render_failure_page
from utfall.publishing.index import render_index, render_months
from utfall.publishing.jobs import Crumb, ReportJob
from utfall.publishing.outcome import Failure, FailureKind, Outcome
from utfall.publishing.plan import Plan
from utfall.publishing.render import render_page
from utfall.publishing.status import MonthStatus

pytest.importorskip("playwright.sync_api", reason="needs playwright, a development dependency")
pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-core, a development dependency")

from tests.browser import faults
from tests.browser.faults import DESKTOP, FOUR_TIMES, PHONE, TWICE

pytestmark = pytest.mark.browser

NAMES = [
    ("hsn", "Hälso- och sjukvårdsnämnden", "board", None),
    ("20", "Division Kirurgi", "division", "hsn"),
    ("30", "Division Nära vård", "division", "hsn"),
    ("201", "Område ortopedi, reumatologi och smärtrehabilitering", "area", "20"),
    ("2011", "Ortopedmottagningen", "unit", "201"),
    ("2012", "Ögonmottagningen", "unit", "201"),
    ("301", "Hälsocentralen Åre", "unit", "30"),
]

JOBS = tuple(
    ReportJob(
        notebook=Path("report.ipynb"),
        parameters={},
        slug=f"s-{code}",
        title="Månadsrapport",
        kind="monthly_report",
        period="2026-10",
        level=level,
        unit_code=code,
        unit_name=name,
        parent_code=parent,
        path=(Crumb("Hälso- och sjukvårdsnämnden", "s-hsn"),) if parent else (),
        fictitious=True,
        publisher="Region Exempel",
    )
    for code, name, level, parent in NAMES
)

FAILURE = Failure(FailureKind.NOTEBOOK, "ledger.csv, row 3: amount is 'abc', not a number. Correct the value.")

WIDE_TABLE = (
    '<div class="table-scroll" role="region" tabindex="0" aria-labelledby="t1"><table><caption id="t1">Utfall, mkr'
    '</caption><thead><tr><th scope="col">Post</th>'
    + "".join(f'<th scope="col" class="num">Kolumn {n}</th>' for n in range(12))
    + '</tr></thead><tbody><tr><th scope="row">Löner och sociala avgifter</th>'
    + '<td class="num">−1\N{NO-BREAK SPACE}234,5</td>' * 12
    + "</tr></tbody></table></div>"
)


def report_page():
    def shown(mimetype, content, **metadata):
        output = new_output("display_data", {mimetype: content}, metadata={mimetype: metadata})
        return new_code_cell("code()", outputs=[output])

    def chart():
        drawing = SVG.replace("<g ", '<rect width="40" height="20"/><g ')
        return shown("image/svg+xml", drawing, alt="Yta", title="En yta")

    cells = []
    for section in ("Utfall mot budget", "Orsaker", "Helårsprognos", "Metod och källor"):
        cells += [new_markdown_cell(f"## {section}\n\nKostnaden är 12,4 mkr högre än budget."), chart()]
    cells.insert(1, shown("text/html", WIDE_TABLE))
    cells.append(shown("text/plain", "en mycket lång rad utan någon möjlighet att brytas " * 5))
    return render_page(notebook_of(*cells), JOBS[1])


CAUSE = replace(JOBS[1], slug="root-cause-20", title="Orsaksanalys", kind="root_cause", receivers=("controller",))

MONTHS = [("2026-08", -3e5), ("2026-09", None), ("2026-10", 1e5)]


def month(period, failed="s-301", missing="s-2012", times=1):
    status = MonthStatus.begin(
        Plan(period, (*JOBS, CAUSE), fictitious=True, publisher="Region Exempel"), Path("none.json")
    )
    status = status.after(Outcome(CAUSE.slug, files={f"data/{CAUSE.slug}.xlsx": "1"}))
    for number, job in enumerate(JOBS):
        figures = {
            "deviation": {
                "label": "Avvikelse mot budget",
                "text": f"{-number * times},0 mkr".replace("-", "−"),
                "value": -1e6 * number * times,
                "assessment": "sämre än budget" if times > 0 else "bättre",
                "trend": Trend("Månadens avvikelse", MONTHS).to_dict(),
            },
            "full_year": {"label": "Helårsprognos", "text": "−1,0 mkr", "value": -1e6, "assessment": "bättre"},
        }
        if job.slug != missing:
            failure = FAILURE if job.slug == failed else None
            status = status.after(Outcome(job.slug, failure, key_figures={} if failure else figures))
    return status


def index_page():
    return render_index(month("2026-10"), month("2026-09", failed="", missing="s-201", times=-2))


PAGES = {
    "report": report_page,
    "index": index_page,
    "months": lambda: render_months([month("2026-09", failed="", missing=""), month("2026-10")]),
    "failed": lambda: render_failure_page(replace(JOBS[1], beside=(Crumb("Orsaksanalys", CAUSE.slug),)), FAILURE),
}


@pytest.fixture
def opened(open_file, tmp_path):
    """Open one of `PAGES`."""

    def open_page(name, size=DESKTOP, **options):
        file = tmp_path / f"{name}.html"
        file.write_text(PAGES[name](), encoding="utf-8")
        return open_file(file, size, **options)

    return open_page


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_complain_about(opened, name, size):
    assert faults.axe_faults(opened(name, size)) == []


@pytest.mark.parametrize("size", [PHONE, (768, 800), (1920, 1080)], ids=["phone", "tablet", "large"])
@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_cut_off_or_covered_and_the_page_never_scrolls_sideways(opened, name, size):
    assert faults.text_faults(opened(name, size)) == []


@pytest.mark.parametrize(
    ("style", "told"),
    [
        (".contents li { height: .4em }", "lies over"),
        ("h2 { width: 4em; white-space: nowrap }", "leaves its box"),
        ("h2 { position: relative; left: -3em }", "leaves the page"),
        ("h2 { min-width: 120vw }", "the page is"),
    ],
)
def test_text_that_is_cut_off_or_covered_would_be_found(opened, style, told):
    page = opened("report", PHONE)
    page.add_style_tag(content=style)
    assert told in " ".join(faults.text_faults(page))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("document.head.append(Object.assign(document.createElement('style'),"
         " {textContent: ':focus-visible { outline: none }'}))", "not marked"),
        ("document.querySelector('.contents a').tabIndex = 3", "the order is"),
        ("document.querySelector('.skip').style.left = '-9999px'", "off the screen"),
        ("document.querySelector('.contents').inert = true", "never reached"),
    ],
)  # fmt: skip
def test_a_place_that_the_keyboard_cannot_reach_or_see_would_be_found(opened, change, told):
    page = opened("report")
    page.evaluate(change)
    assert told in " ".join(faults.keyboard_faults(page))


@pytest.mark.parametrize("size", [TWICE, FOUR_TIMES], ids=["200-percent", "400-percent"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_may_be_magnified(opened, name, size):
    assert faults.text_faults(opened(name, size, density=2)) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
@pytest.mark.parametrize("name", PAGES)
def test_the_tab_key_leads_through_the_whole_page_in_order_and_out_of_it(opened, name, scripts):
    assert faults.keyboard_faults(opened(name, scripts=scripts)) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_page_asks_for_nothing_but_itself_and_nothing_goes_wrong(opened, name):
    page = opened(name)
    assert len(page.requests) == 1
    assert page.complaints == []


def test_a_browser_would_refuse_what_the_gates_missed(opened):
    page = opened("report")
    refused = page.evaluate(
        """new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation", (event) => resolve(event.blockedURI));
            document.body.append(Object.assign(new Image(), {src: "https://example.org/x.png"}));
        })"""
    )
    assert refused == "https://example.org/x.png"


def test_a_wide_table_scrolls_in_its_own_box_and_can_be_reached_by_keyboard(opened):
    page = opened("report", PHONE)
    box = page.locator(".table-scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.focus()
    assert box.evaluate("box => document.activeElement === box")


def test_a_chart_fills_a_phone_and_keeps_its_shape(opened):
    size = opened("report", PHONE).locator("figure svg").first.bounding_box()
    assert 300 < size["width"] <= 390
    assert size["width"] / size["height"] == pytest.approx(2, rel=0.02)


def test_the_first_tab_leads_past_the_head(opened):
    page = opened("report")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"


def shown_names(page):
    """Names in the tables, in the order they are seen."""
    return [text.split("\n")[0] for text in page.locator(".units tbody th:visible").all_inner_texts()]


def test_the_search_finds_units_by_parts_of_name_and_code_whatever_the_case(opened):
    page = opened("index")
    assert len(shown_names(page)) == len(JOBS)
    search = page.get_by_label("Sök enhet")
    search.fill("ÖGON")
    assert shown_names(page) == ["Ögonmottagningen"]
    assert page.locator("#antal").inner_text() == "Visar 1 av 7"
    search.fill("mottagningen orto")
    assert shown_names(page) == ["Ortopedmottagningen"]
    search.fill("301")
    assert shown_names(page) == ["Hälsocentralen Åre"]
    search.fill("finns inte")
    assert page.get_by_text("Ingen enhet motsvarar sökningen.").is_visible()


def test_the_filters_choose_division_level_kind_and_status(opened):
    page = opened("index")
    page.get_by_label("Division", exact=True).select_option("Division Nära vård")
    assert shown_names(page) == ["Division Nära vård", "Hälsocentralen Åre"]
    page.get_by_label("Status", exact=True).select_option("Misslyckades")
    assert shown_names(page) == ["Hälsocentralen Åre"]
    page.get_by_label("Division", exact=True).select_option("Alla")
    page.get_by_label("Status", exact=True).select_option("Alla")
    page.get_by_label("Nivå", exact=True).select_option("Område")
    assert shown_names(page) == ["Område ortopedi, reumatologi och smärtrehabilitering"]
    page.get_by_label("Nivå", exact=True).select_option("Alla")
    page.get_by_label("Rapport", exact=True).select_option("Orsaksanalys")
    assert shown_names(page) == ["Division Kirurgi"]
    page.get_by_label("Status", exact=True).select_option("Misslyckades")  # its other report is done
    assert shown_names(page) == []


def test_a_key_figure_orders_all_units_in_one_table_with_what_lacks_it_last(opened):
    page = opened("index")
    in_organisation = shown_names(page)
    page.get_by_label("Ordning").select_option("Avvikelse mot budget, lägst först")
    assert [name.split()[0] for name in shown_names(page)] == [
        "Ortopedmottagningen",
        "Område",
        "Division",
        "Division",
        "Hälso-",
        "Ögonmottagningen",
        "Hälsocentralen",
    ]
    assert page.locator(".units:visible").count() == 1
    assert "Division Kirurgi" in page.locator("tr", has_text="Ortopedmottagningen").locator("small").first.inner_text()
    page.get_by_label("Ordning").select_option("Namn")
    assert shown_names(page)[-1] == "Ögonmottagningen"
    page.get_by_label("Ordning").select_option("Organisation")
    assert shown_names(page) == in_organisation


def test_the_front_page_can_be_used_with_the_keyboard_alone(opened):
    page = opened("index")
    focused = "document.activeElement.id || document.activeElement.textContent"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "sok":
            break
    page.keyboard.type("åre")
    assert shown_names(page) == ["Hälsocentralen Åre"]
    for label in ("del", "niva", "slag", "lage", "ordning"):
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == label
    page.keyboard.press("Tab")  # past links to divisions, all of which but one are hidden
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "s-301.html"


def test_without_scripts_everything_is_there_but_the_filters(opened):
    page = opened("index", scripts=False)
    assert len(shown_names(page)) == len(JOBS)
    assert not page.locator("form.filter").is_visible()


def test_a_narrow_table_keeps_its_meaning_for_screen_readers(opened):
    page = opened("index", PHONE)
    assert page.get_by_role("table", name="Rapporter: Division Kirurgi").count() == 1
    assert page.get_by_role("rowheader", name="Ögonmottagningen").count() == 1
    assert page.get_by_role("img", name="aug 2026–okt 2026: senast +100").count() > 1


def test_the_paper_has_neither_links_nor_filters_and_nothing_is_folded(opened):
    page = opened("index")
    page.evaluate("document.querySelector('.changes ul').innerHTML = '<li>…<details><summary>1</summary>Mer</details>'")
    page.emulate_media(media="print")
    assert not page.locator("form.filter").is_visible()
    assert page.get_by_text("Mer").is_visible()
    page = opened("report")
    page.emulate_media(media="print")
    assert not page.locator(".contents").is_visible()
    assert page.locator("h1").is_visible()
