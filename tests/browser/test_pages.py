"""The pages in a browser: accessible, at home on a phone, and fetching nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.publishing.standin import SVG, notebook_of
from utfall.publishing.failure_page import render_failure_page
from utfall.publishing.index import render_index
from utfall.publishing.outcome import Failure, FailureKind, Outcome
from utfall.publishing.plan import Crumb, Plan, ReportJob
from utfall.publishing.render import render_page
from utfall.publishing.status import MonthStatus

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, a development dependency")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-core, a development dependency")

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed as /usr/bin/chromium"),
]

PHONE, DESKTOP = (390, 844), (1280, 900)

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


def index_page(failed="s-301", missing="s-2012"):
    status = MonthStatus.begin(Plan("2026-10", JOBS, fictitious=True, publisher="Region Exempel"), Path("none.json"))
    for number, job in enumerate(JOBS):
        figures = {
            "deviation": {
                "label": "Avvikelse mot budget",
                "text": f"{-number},0 mkr".replace("-", "−"),
                "value": -1e6 * number,
                "assessment": "sämre än budget",
            },
            "full_year": {"label": "Helårsprognos", "text": "−1,0 mkr", "value": -1e6, "assessment": "bättre"},
        }
        if job.slug != missing:
            failure = FAILURE if job.slug == failed else None
            status = status.after(Outcome(job.slug, failure, key_figures={} if failure else figures))
    return render_index(status)


PAGES = {"report": report_page, "index": index_page, "failed": lambda: render_failure_page(JOBS[1], FAILURE)}


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page at some width; what it asks of the network and the console is kept."""
    contexts = []

    def open_page(name, size=DESKTOP, *, scripts=True):
        file = tmp_path / f"{name}.html"
        file.write_text(PAGES[name](), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_complain_about(opened, name, size):
    results = axe.Axe().run(opened(name, size))
    assert [(v["id"], v["nodes"][0]["html"]) for v in results.response["violations"]] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_never_scrolls_sideways(opened, name, width):
    page = opened(name, (width, 800))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


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
    return page.locator(".division tbody th:visible").all_inner_texts()


def test_the_search_finds_units_whatever_the_case(opened):
    page = opened("index")
    assert len(shown_names(page)) == len(JOBS)
    page.get_by_label("Sök enhet").fill("ÖGON")
    assert shown_names(page) == ["Ögonmottagningen"]
    assert page.locator("#antal").inner_text() == "Visar 1 av 7"
    page.get_by_label("Sök enhet").fill("finns inte")
    assert page.get_by_text("Ingen rapport motsvarar sökningen.").is_visible()


def test_the_filters_choose_division_and_status(opened):
    page = opened("index")
    page.get_by_label("Division", exact=True).select_option("Division Nära vård")
    assert shown_names(page) == ["Division Nära vård", "Hälsocentralen Åre"]
    page.get_by_label("Status", exact=True).select_option("Misslyckades")
    assert shown_names(page) == ["Hälsocentralen Åre"]


def test_the_order_can_follow_a_key_figure_with_what_lacks_it_last(opened):
    page = opened("index")
    kirurgi = page.locator("section", has=page.get_by_role("heading", name="Division Kirurgi"))
    assert kirurgi.locator("tbody th").all_inner_texts()[0] == "Division Kirurgi"
    page.get_by_label("Ordning").select_option("Avvikelse mot budget, lägst först")
    assert [name.split()[0] for name in kirurgi.locator("tbody th").all_inner_texts()] == [
        "Ortopedmottagningen",
        "Område",
        "Division",
        "Ögonmottagningen",
    ]
    page.get_by_label("Ordning").select_option("Organisation")
    assert kirurgi.locator("tbody th").all_inner_texts()[0] == "Division Kirurgi"


def test_without_scripts_everything_is_there_but_the_filters(opened):
    page = opened("index", scripts=False)
    assert len(shown_names(page)) == len(JOBS)
    assert not page.locator("form.filter").is_visible()


def test_a_narrow_table_keeps_its_meaning_for_screen_readers(opened):
    page = opened("index", PHONE)
    assert page.get_by_role("table", name="Rapporter: Division Kirurgi").count() == 1
    assert page.get_by_role("rowheader", name="Ögonmottagningen").count() == 1


def test_the_paper_has_neither_links_nor_filters(opened):
    page = opened("index")
    page.emulate_media(media="print")
    assert not page.locator("form.filter").is_visible()
    page = opened("report")
    page.emulate_media(media="print")
    assert not page.locator(".contents").is_visible()
    assert page.locator("h1").is_visible()
