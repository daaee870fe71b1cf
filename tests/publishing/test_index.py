"""The front page and the record behind it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from utfall.publishing.failure_page import render_failure_page
from utfall.publishing.gates import faults_of_page
from utfall.publishing.index import render_index
from utfall.publishing.outcome import Failure, FailureKind, Outcome
from utfall.publishing.plan import Plan, ReportJob
from utfall.publishing.status import MonthStatus, ReportStatus, State

FAILURE = Failure(FailureKind.NOTEBOOK, "The <budget> is missing.", "trace")


def job(code, name, level, parent=None):
    return ReportJob(Path("n.ipynb"), {}, f"s-{code}", "Månadsrapport", "2026-10", level, code, name, parent)


JOBS = (
    job("hsn", "Nämnden", "board"),
    job("30", "Division Ögon", "division", "hsn"),
    job("20", "Division Ånge", "division", "hsn"),
    job("10", "Division Medicin", "division", "hsn"),
    job("201", "Område <ett>", "area", "20"),
    job("2012", "Åre", "unit", "201"),
    job("2011", "Zon", "unit", "201"),
    job("101", "Akuten", "unit", "10"),
)


def figures(value):
    return {
        "deviation": {
            "label": "Avvikelse",
            "text": f"{value} mkr",
            "value": value,
            "assessment": "sämre än budget",
        }
    }


def status(tmp_path, *outcomes):
    month = MonthStatus.begin(
        Plan("2026-10", JOBS, fictitious=True, publisher="Region Exempel"), tmp_path / "status.json"
    )
    for outcome in outcomes:
        month = month.after(outcome)
    return month


def all_ok_but(slug, failure=FAILURE):
    return [Outcome(j.slug, failure if j.slug == slug else None, key_figures=figures(-1.5)) for j in JOBS]


def names_in_order(page):
    return re.findall(r'<th role="rowheader"[^>]*>(?:<a[^>]*>)?([^<]+)', page)


def test_divisions_and_units_stand_in_swedish_order_under_what_they_belong_to(tmp_path):
    page = render_index(status(tmp_path, *all_ok_but(None)))
    assert names_in_order(page) == [
        "Nämnden",
        "Division Medicin",
        "Akuten",
        "Division Ånge",
        "Område &lt;ett&gt;",
        "Zon",
        "Åre",
        "Division Ögon",
    ]


def test_a_failed_report_stands_first_with_its_reason_and_place(tmp_path):
    page = render_index(status(tmp_path, *all_ok_but("s-2011")))
    failures = page[page.index('class="failures"') : page.index('class="filter"')]
    assert "Zon" in failures
    assert "Nämnden › Division Ånge › Område &lt;ett&gt;" in failures
    assert '<span lang="en">The &lt;budget&gt; is missing.</span>' in failures
    assert "<strong>7</strong> rapporter klara" in page
    assert page.index('class="failures"') < page.index('class="division"')


def test_without_failures_nothing_is_said_about_them(tmp_path):
    assert 'class="failures"' not in render_index(status(tmp_path, *all_ok_but(None)))


def test_a_report_that_was_never_made_has_no_link(tmp_path):
    page = render_index(status(tmp_path, Outcome("s-hsn")))
    assert page.count('<a href="s-') == 1
    assert "<strong>7</strong> inte framtagna" in page
    assert page.count("Inte framtagen") == 7 + 1  # rows, and the filter's choice


def test_key_figures_are_columns_with_the_assessment_as_word_and_sign(tmp_path):
    page = render_index(status(tmp_path, *all_ok_but("s-2011")))
    assert '<th role="columnheader" scope="col" class="num">Avvikelse</th>' in page
    assert 'data-deviation="-1.5"' in page
    assert re.search(r'class="assessment worse"><span class="sign" aria-hidden="true">▼</span> sämre<', page)


def test_an_assessment_in_other_words_is_shown_whole(tmp_path):
    level = {
        "deviation": {
            "label": "Avvikelse",
            "text": "0,0 mkr",
            "value": None,
            "assessment": "i nivå med budget",
        }
    }
    page = render_index(status(tmp_path, Outcome("s-hsn", key_figures=level)))
    assert ">i nivå med budget</span>" in page
    assert "data-deviation" not in page


def test_the_front_page_passes_every_gate_but_the_one_about_scripts(tmp_path):
    page = render_index(status(tmp_path, *all_ok_but("s-2011")))
    assert faults_of_page(page) == ["The page has a script; a report must work without."]


def test_the_front_page_is_whole_without_its_script(tmp_path):
    page = re.sub(r"<script>.*?</script>", "", render_index(status(tmp_path, *all_ok_but(None))), flags=re.DOTALL)
    assert re.search(r'<form class="filter"[^>]* hidden>', page)
    assert len(names_in_order(page)) == len(JOBS)


def test_the_front_page_does_not_depend_on_how_long_it_took(tmp_path):
    fast, slow = (status(tmp_path, *(Outcome(j.slug, seconds=s) for j in JOBS)) for s in (0.1, 99.0))
    assert render_index(fast) == render_index(slow)


def test_units_without_a_board_or_divisions_are_listed_all_the_same(tmp_path):
    plan = Plan("2026-10", (job("1", "Ensam", "unit"), job("2", "Ändå", "unit", "borta")))
    page = render_index(MonthStatus.begin(plan, tmp_path / "status.json"))
    assert names_in_order(page) == ["Ensam", "Ändå"]


def test_the_page_in_place_of_a_report_passes_every_gate():
    page = render_failure_page(JOBS[1], FAILURE)
    assert faults_of_page(page) == []
    assert "The &lt;budget&gt; is missing." in page
    assert "Fel i beräkningen" in page


def test_every_way_to_fail_has_words_for_it():
    assert all(kind.words for kind in FailureKind)


def test_the_record_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "status.json"
    written = status(tmp_path, *all_ok_but("s-2011"))
    written.write(path)
    assert MonthStatus.begin(Plan("2026-10", JOBS, fictitious=True, publisher="Region Exempel"), path) == written


def test_a_run_of_one_unit_keeps_what_is_known_of_the_others(tmp_path):
    path = tmp_path / "status.json"
    status(tmp_path, *all_ok_but("s-2011")).write(path)
    again = MonthStatus.begin(Plan("2026-10", JOBS[6:7], complete=False), path).after(Outcome("s-2011"))
    assert [report.state for report in again.reports.values()] == [State.OK] * 8


def test_a_complete_run_forgets_units_that_are_no_more(tmp_path):
    path = tmp_path / "status.json"
    status(tmp_path).write(path)
    assert list(MonthStatus.begin(Plan("2026-10", JOBS[:2]), path).reports) == ["s-hsn", "s-30"]


def test_a_damaged_record_is_started_anew(tmp_path):
    path = tmp_path / "status.json"
    for text in ("{", "[]", '{"format": 0}', json.dumps({"format": 1, "reports": [{"slug": "x"}]})):
        path.write_text(text, encoding="utf-8")
        month = MonthStatus.begin(Plan("2026-10", JOBS[:1]), path)
        assert month.reports == {"s-hsn": ReportStatus.planned(JOBS[0])}
