"""What the reader's own program makes of tables, key figures and charts: words that meet, faults of access."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from utfall.presentation import theme
from utfall.presentation.charts import (
    bars,
    fan,
    intervals,
    monthly,
    small_multiples,
    tornado,
    waterfall,
    year_path,
)
from utfall.presentation.prose import KeyFigures, Prose
from utfall.presentation.tables import Column, Table

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg[role=img]')) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([words, box], i) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1) found.push([words, 'outside']);
      // The box of a line has room for accents above and tails below; half of it is what two lines may share.
      const slack = box.height / 4;
      for (const [other, its] of texts.slice(i + 1)) {
        if (box.left < its.right && its.left < box.right && box.top + slack < its.bottom - slack
            && its.top + slack < box.bottom - slack) found.push([words, other]);
      }
    });
  }
  return found;
}"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    months = pd.period_range("2026-01", periods=12, freq="M")
    outcome = pd.Series(np.cumsum([-9e6, -11e6, -8e6, -14e6, -12e6, -10e6, -9e6, -15e6, -7e6, -12e6]), months[:10])
    budget = pd.Series(np.cumsum([-5e6] * 12), months)
    last_year = pd.Series(np.cumsum([-9e6] * 12), pd.period_range("2025-01", periods=12, freq="M"))
    ahead = pd.DataFrame({"mean": [-118e6, -128e6], "lo": [-123e6, -139e6], "hi": [-113e6, -117e6]}, months[10:])
    history = pd.Series(1e6 * (100 + np.sin(np.arange(60)) * 8), pd.period_range("2021-11", periods=60, freq="M"))
    later = pd.DataFrame({"mean": 105e6}, pd.period_range("2026-11", periods=14, freq="M"))
    for level, width in ((80, 9e6), (95, 14e6)):
        later[f"lo-{level}"], later[f"hi-{level}"] = later["mean"] - width, later["mean"] + width
    causes = pd.DataFrame(
        {
            "label": ["Verksamhetsanknutna tjänster, inhyrd personal", "Köpt riks- och regionvård", "Läkemedel", "IVA"],
            "amount": [-41.2e6, -12.5e6, 9.7e6, -0.3e6],
        }
    )
    steps = pd.concat(
        [
            pd.DataFrame({"label": ["Budget"], "amount": [-3356.1e6], "kind": ["total"]}),
            causes.assign(kind="step"),
            pd.DataFrame({"label": ["Utfall"], "amount": [-3356.1e6 + causes["amount"].sum()], "kind": ["total"]}),
        ]
    )
    charts = [
        waterfall(steps, title="Inhyrd personal förklarar det mesta"),
        bars(causes, title="En post drar upp"),
        year_path(outcome, previous_year=last_year, budget=budget, forecast=ahead, title="Underskottet växer"),
        monthly(outcome.diff().fillna(-9e6), budget=budget.diff().fillna(-5e6), title="Månad för månad"),
        fan(history, later, title="Kostnaden ligger stilla"),
        intervals(
            causes.rename(columns={"amount": "estimate"}).assign(
                grade="C", **{f"{edge}-95": causes["amount"] + width for edge, width in (("lo", -9.8e6), ("hi", 9.8e6))}
            ),
            title="Två åtgärder har gett effekt",
            source="Huvudboken, januari–oktober 2026",
        ),
        small_multiples(
            pd.DataFrame(
                {f"{name} {n}": outcome.to_numpy() * n for name in causes["label"] for n in (1, 2, 9)}, months[:10]
            ),
            title="Alla enheter har samma skala",
        ),
        tornado(
            pd.DataFrame({"label": causes["label"], "low": -60e6 - causes["amount"], "high": -60e6 + causes["amount"]}),
            -60e6,
            title="Inhyrd personal avgör året",
        ),
    ]
    columns = {
        "label": Column("Post"),
        "amount": Column("Avvikelse mot budget", "amount", better="higher"),
        "share": Column("Andel av bruttokostnaden", "percent"),
        "note": Column("Förklaring", "text"),
    }
    table = Table(
        causes.assign(share=[0.1, np.nan, 0.2, 0.3], note="En längre förklaring av vad som hänt under perioden"),
        "Orsaker, januari–oktober 2026",
        columns,
        totals=(-1,),
        indent=(0, 1, 1, 0),
        notes=("Minus är sämre än budget.",),
    )
    figures = KeyFigures(
        [("Avvikelse mot budget", "−12,4 mkr", "sämre"), ("Intäkter", "2,0 mkr", "bättre"), ("Vård", "5")]
    )
    body = [Prose("Utfallet är **sämre** än budget.").to_html(), figures.to_html(), table.to_html()]
    body += [chart.to_html() for chart in charts]
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(
        '<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Rapport</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>body{{font:17px/1.6 system-ui,sans-serif;margin:16px}}{theme.stylesheet()}</style></head>"
        f"<body><main><h1>Rapport</h1>{''.join(body)}</main></body></html>",
        encoding="utf-8",
    )
    return file


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module", params=[390, 1280], ids=["phone", "desktop"])
def page(request, browser, page_file):
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.goto(page_file.as_uri())
    yield opened
    opened.close()


def test_no_words_meet_in_the_fonts_the_reader_has(page):
    assert page.evaluate("document.querySelectorAll('svg[role=img] text').length") > 50
    assert page.evaluate(OVERLAPS) == []


def test_only_the_table_scrolls_sideways(page):
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_words_of_a_chart_can_be_read_on_a_phone(page):
    sizes = page.evaluate(
        "[...document.querySelectorAll('svg[role=img] text')].map(t => "
        "parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getScreenCTM().a)"
    )
    assert min(sizes) >= 9


def test_axe_finds_no_fault_of_access(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page)
    assert found.response["violations"] == []
