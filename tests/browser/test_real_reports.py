"""The reports of the made-up region in a browser: accessible, nothing fetched, no page wider than a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from utfall.cli import app

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, a development dependency")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-core, a development dependency")

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed as /usr/bin/chromium"),
]

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def pages(demo_folder, tmp_path_factory):
    """Root-cause reports of a unit with a cause and of a division."""
    out = tmp_path_factory.mktemp("reports")
    units = ["--unit", "Dialysmottagningen", "--unit", "Division Kirurgi"]
    arguments = ["report", "2026-10", "--data", demo_folder, "--out", out, "--notebook", "root_cause.ipynb", *units]
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return sorted(path for path in (out / "2026-10").glob("*.html") if path.name != "index.html")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_root_cause_report_is_accessible_and_fetches_nothing(pages, width):
    assert len(pages) == 2
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
        for path in pages:
            page = browser.new_page(viewport=size)
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(path.as_uri())
            found = axe.Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert asked == [path.as_uri()]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        browser.close()
