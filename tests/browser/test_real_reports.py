"""The reports of the made-up region in a browser: a page of every kind, looked at as its readers would."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import QUICK

pytest.importorskip("playwright.sync_api", reason="needs playwright, a development dependency")
pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-core, a development dependency")

from tests.browser import faults
from tests.browser.faults import DESKTOP, FOUR_TIMES, PHONE, TWICE

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
KINDS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))

pytestmark = pytest.mark.browser


def looked_at(*fronts):
    """Parameters of the fixture `report`: the pages that are quickly made, and all of the board's."""
    quick = [pytest.param(("quick_reports", kind), id=kind) for kind in (*QUICK, *fronts)]
    whole = [("board_reports", kind) for kind in (*KINDS, *fronts)]
    return [*quick, *(pytest.param(kind, id=f"board-{kind[1]}", marks=pytest.mark.slow) for kind in whole)]


EVERY_PAGE = pytest.mark.parametrize("report", looked_at("front_page", "months"), indirect=True)
EVERY_REPORT = pytest.mark.parametrize("report", looked_at(), indirect=True)


@pytest.fixture
def report(request):
    rendered, kind = request.param
    return request.getfixturevalue(rendered).page(kind)


@EVERY_PAGE
@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.slow)], ids=["phone", "desktop"])
def test_axe_finds_no_fault_and_nothing_is_fetched(report, size, open_file):
    page = open_file(report, size)
    assert faults.axe_faults(page) == []
    assert page.requests == [report.as_uri()]


@EVERY_PAGE
def test_the_tab_key_leads_through_the_whole_page_in_order_and_out_of_it(report, open_file):
    assert faults.keyboard_faults(open_file(report, DESKTOP)) == []


@EVERY_PAGE
@pytest.mark.parametrize("size", [PHONE, TWICE, FOUR_TIMES], ids=["phone", "200-percent", "400-percent"])
def test_no_text_is_cut_off_or_covered_and_the_page_never_scrolls_sideways(report, size, open_file):
    assert faults.text_faults(open_file(report, size, density=2 if size == TWICE else 1)) == []


@EVERY_REPORT
def test_a_caption_stays_whole_while_its_table_is_scrolled_with_the_keyboard(report, open_file):
    page = open_file(report, PHONE)
    boxes = page.locator(".table-scroll").filter(has=page.locator("caption")).all()
    wide = [box for box in boxes if box.evaluate("box => box.scrollWidth > box.clientWidth")]
    if not wide:
        pytest.skip("no table of this report is wider than a phone")
    box = wide[0]
    box.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 20", arg=box.element_handle())
    frame, caption = box.bounding_box(), box.locator("caption").bounding_box()
    assert caption["x"] == pytest.approx(frame["x"], abs=1)
    assert caption["x"] + caption["width"] <= frame["x"] + frame["width"] + 1


@EVERY_REPORT
def test_nothing_that_only_a_screen_can_use_is_printed(report, open_file):
    page = open_file(report, DESKTOP)
    assert faults.links_on_paper(page) == []
    assert page.locator("h1").is_visible()
