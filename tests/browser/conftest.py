"""A browser, and the made-up region's real pages, each rendered once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from utfall.cli import app

CHROMIUM = Path("/usr/bin/chromium")

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

PERIOD = "2026-10"

QUICK = {
    "monthly_report": ("unit", "Dialysmottagningen"),
    "forecast_accuracy": ("board", "HSN"),
    "measure_effect": ("board", "HSN"),
    "drug_handling": ("board", "HSN"),
}
"""Kinds of report that take a few seconds, each with a level and a unit where it is quick and has something to show."""


@dataclass(frozen=True)
class Reports:
    """A rendered month."""

    folder: Path

    def page(self, kind: str) -> Path:
        """The page of a kind of report, or the month's front page, or the page over the months."""
        if kind == "front_page":
            return self.folder / PERIOD / "index.html"
        if kind == "months":
            return self.folder / "index.html"
        status = json.loads((self.folder / PERIOD / "status.json").read_text(encoding="utf-8"))
        [slug] = {report["slug"] for report in status["reports"] if report["kind"] == kind}
        return self.folder / PERIOD / f"{slug}.html"


def render(region: Path, out: Path, units: set[str]) -> Reports:
    """Render a region's own report plan."""
    arguments: list[Any] = ["report", PERIOD, "--data", region, "--out", out]
    arguments += [part for unit in sorted(units) for part in ("--unit", unit)]
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return Reports(out)


def plan_of(region: Path) -> list[dict[str, Any]]:
    """A region's report plan."""
    plan: list[dict[str, Any]] = yaml.safe_load((region / "reports.yaml").read_text(encoding="utf-8"))["reports"]
    return plan


def with_plan(region: Path, copy: Path, rows: list[dict[str, Any]]) -> Path:
    """The same region with another report plan."""
    copy.mkdir()
    for path in region.iterdir():
        if path.name != "reports.yaml":
            (copy / path.name).symlink_to(path)
    (copy / "reports.yaml").write_text(yaml.safe_dump({"reports": rows}, allow_unicode=True), encoding="utf-8")
    return copy


@pytest.fixture(scope="session")
def quick_reports(demo_folder, tmp_path_factory):
    """One page of each kind in `QUICK`, with their front page."""
    kept = [
        {**row, "levels": [QUICK[kind][0]]}
        for row in plan_of(demo_folder)
        if (kind := Path(row["notebook"]).stem) in QUICK
    ]
    region = with_plan(demo_folder, tmp_path_factory.mktemp("quick") / "region", kept)
    return render(region, tmp_path_factory.mktemp("quick-reports"), {unit for _, unit in QUICK.values()})


@pytest.fixture(scope="session")
def board_reports(demo_folder, tmp_path_factory):
    """Every report of the board, and of the notebooks that are not in the plan."""
    plan = plan_of(demo_folder)
    rest = {path.name for path in NOTEBOOKS.glob("*.ipynb")} - {row["notebook"] for row in plan}
    rows = [*plan, *({"notebook": name, "title": name, "levels": ["board"]} for name in sorted(rest))]
    region = with_plan(demo_folder, tmp_path_factory.mktemp("board") / "region", rows)
    return render(region, tmp_path_factory.mktemp("board-reports"), {"HSN"})


@pytest.fixture(scope="module")  # a process may have one at a time, and other tests have theirs
def browser() -> Iterator[Any]:
    """Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, a development dependency")
    if not CHROMIUM.exists():
        pytest.skip(f"Chromium is not installed as {CHROMIUM}")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_file(browser) -> Iterator[Callable[..., Any]]:
    """Open a page at some size; what it asks of the network and says to the console is kept."""
    contexts = []

    def open_page(file: Path, size: tuple[int, int], *, scripts: bool = True, density: int = 1) -> Any:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=density,
            java_script_enabled=scripts,
            reduced_motion="reduce",
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
