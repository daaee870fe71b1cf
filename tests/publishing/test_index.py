"""The front page and the record behind it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from utfall.publishing.failure_page import render_failure_page
from utfall.publishing.gates import faults_of_page
from utfall.publishing.index import render_index
from utfall.publishing.jobs import Crumb, ReportJob
from utfall.publishing.outcome import Failure, FailureKind, Outcome
from utfall.publishing.pages import remedy
from utfall.publishing.plan import Plan
from utfall.publishing.status import MonthStatus, ReportStatus, State

FAILURE = Failure(FailureKind.NOTEBOOK, "The <budget> is missing.", "trace")


def job(code, name, level, parent=None, **more):
    given = {"slug": f"s-{code}", "title": "Månadsrapport", "kind": "monthly_report", **more}
    return ReportJob(
        notebook=Path("n.ipynb"),
        parameters={},
        period="2026-10",
        level=level,
        unit_code=code,
        unit_name=name,
        parent_code=parent,
        **given,
    )


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
    return [name.strip() for name in re.findall(r'<th role="rowheader"[^>]*>(?:<a[^>]*>)?([^<]+)', page)]


def row_of(page, name):
    """The table row of a unit."""
    return next(row for row in re.findall(r"<tr.*?</tr>", page, flags=re.DOTALL) if f">{name}<" in row)


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
    assert "Division Ånge › Område &lt;ett&gt;" in failures
    assert '<p class="reason" lang="en">The &lt;budget&gt; is missing.</p>' in failures
    assert "kör månaden igen" in failures
    assert "<strong>7</strong> rapporter klara" in page
    assert page.index('class="failures"') < page.index('class="units"')


def test_without_failures_nothing_is_said_about_them(tmp_path):
    assert 'class="failures"' not in render_index(status(tmp_path, *all_ok_but(None)))


def test_a_report_that_was_never_made_has_no_link(tmp_path):
    page = render_index(status(tmp_path, Outcome("s-hsn")))
    assert set(re.findall(r'<a href="(s-[^"]+)', page)) == {"s-hsn.html"}
    assert "<strong>7</strong> inte framtagna" in page
    assert page.count("Inte framtagen") == 7 + 1  # rows, and the filter's choice
    named = page[page.index('class="unmade"') : page.index('class="filter"')]
    assert all(f"<li>{job.unit_name}" in named for job in JOBS[1:4])
    assert "2 rapporter till" in named.replace("\N{NO-BREAK SPACE}", " ")


def test_key_figures_are_columns_with_the_assessment_as_word_and_sign(tmp_path):
    page = render_index(status(tmp_path, *all_ok_but("s-2011")))
    assert '<th role="columnheader" scope="col" class="num">Avvikelse</th>' in page
    assert 'data-v="-1.5">-1.5 mkr <b class="worse">sämre</b></td>' in row_of(page, "Akuten")
    assert re.search(r'b\.worse::before \{ content: "▼ "', page)


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
    assert "<b>i nivå med budget</b>" in page
    assert "data-v=" not in page


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


TREND = {
    "label": "Månadens avvikelse",
    "text": "aug 2026–okt 2026: senast +1 tkr",
    "values": [
        {"period": "2026-08", "value": -3.0},
        {"period": "2026-09", "value": None},
        {"period": "2026-10", "value": 1.0},
    ],
}


def with_trend(trend):
    return {"deviation": {**figures(-1.5)["deviation"], "trend": trend}}


def test_a_trend_is_drawn_beside_its_figure_with_its_words_as_text_alternative(tmp_path):
    row = row_of(render_index(status(tmp_path, Outcome("s-101", key_figures=with_trend(TREND)))), "Akuten")
    assert 'role="img" aria-label="aug 2026–okt 2026: senast +1 tkr"' in row
    (worse,), (better,) = (re.findall(rf'class="{tone}" d="([^"]+)"', row) for tone in ("worse", "better"))
    assert int(worse.split("v")[1]) == -3 * int(better.split("v")[1])  # a bar down is three times the one up


def test_a_trend_without_words_is_left_out_and_a_broken_one_stops_nothing(tmp_path):
    for broken in ({**TREND, "text": ""}, {"label": "x"}, "x", {**TREND, "values": [{"value": "nan"}]}, None):
        assert "<svg" not in render_index(status(tmp_path, Outcome("s-101", key_figures=with_trend(broken))))


def test_a_figure_with_another_label_than_its_column_says_so(tmp_path):
    other = {"deviation": {**figures(2.0)["deviation"], "label": "Avvikelse mot förra året"}}
    page = render_index(
        status(tmp_path, Outcome("s-hsn", key_figures=figures(1.0)), Outcome("s-101", key_figures=other))
    )
    assert "<small>Avvikelse mot förra året</small>" in row_of(page, "Akuten")
    assert "<small>Avvikelse" not in row_of(page, "Nämnden")


def kinds_status(tmp_path):
    """Two kinds of report, of which the second has failed for one unit and is not ordered for another."""
    cause = {"title": "Orsaksanalys", "kind": "root_cause", "receivers": ("controller",)}
    jobs = (
        job("hsn", "Nämnden", "board", slug="root-cause-hsn", **cause),
        job("hsn", "Nämnden", "board", receivers=("nämnden", "controller")),
        job("10", "Division Medicin", "division", "hsn", slug="root-cause-10", **cause),
        job("10", "Division Medicin", "division", "hsn"),
        job("101", "Akuten", "unit", "10"),
    )
    month = MonthStatus.begin(Plan("2026-10", jobs), tmp_path / "status.json")
    for outcome in (
        Outcome("s-hsn", files={"s-hsn.html": "1", "s-hsn.pdf": "2", "data/s-hsn.xlsx": "3"}),
        Outcome("root-cause-hsn", files={"root-cause-hsn.html": "1"}),
        Outcome("s-10"),
        Outcome("root-cause-10", FAILURE),
        Outcome("s-101"),
    ):
        month = month.after(outcome)
    return month


def test_a_unit_has_one_row_with_a_link_to_each_kind_of_report(tmp_path):
    page = render_index(kinds_status(tmp_path))
    assert names_in_order(page) == ["Nämnden", "Division Medicin", "Akuten"]
    row = row_of(page, "Division Medicin")
    assert '<a href="s-10.html">Division Medicin</a>' in row  # the main kind, though it was planned last
    assert '<a href="s-10.html">Månadsrapport</a>' in row
    assert '<a href="root-cause-10.html">Orsaksanalys</a> misslyckades' in row
    assert "Orsaksanalys" not in row_of(page, "Akuten")


def test_pdf_and_workbook_are_linked_only_where_they_were_written(tmp_path):
    page = render_index(kinds_status(tmp_path))
    assert re.findall(r'<a href="([^"]+)">(?:PDF|Excel)</a>', page) == ["s-hsn.pdf", "data/s-hsn.xlsx"]


def test_the_collected_volume_is_linked_where_there_is_one(tmp_path):
    month = status(tmp_path, *all_ok_but(None))
    link = '<a href="samlad-rapport.pdf">Samlad rapport (PDF)</a>'
    assert link in render_index(month, volume="samlad-rapport.pdf")
    assert "Samlad rapport" not in render_index(month)


def test_receivers_are_named_once(tmp_path):
    assert "<small>Till nämnden, controller</small>" in row_of(render_index(kinds_status(tmp_path)), "Nämnden")


def test_reports_that_failed_for_the_same_reason_are_told_of_once(tmp_path):
    page = render_index(status(tmp_path, *(Outcome(j.slug, FAILURE) for j in JOBS)))
    assert page.count("The &lt;budget&gt; is missing.") == 1
    assert "i 8 rapporter" in page


def test_a_failed_report_leads_to_the_one_of_the_month_before(tmp_path):
    before = replace(status(tmp_path, *all_ok_but("s-101")), period="2026-09")
    now = status(tmp_path, Outcome("s-2011", FAILURE), Outcome("s-101", FAILURE))
    page = render_index(now, before)
    assert '<a href="../2026-09/s-2011.html"' in page
    assert "../2026-09/s-101.html" not in page
    assert "(även september 2026)" in page


def test_every_division_can_be_reached_by_a_link(tmp_path):
    page = render_index(status(tmp_path, *all_ok_but(None)))
    targets = re.findall(r'<a href="#(del-\d)">([^<]+)</a>', page)
    assert [name for _, name in targets] == ["Nämnden", "Division Medicin", "Division Ånge", "Övriga enheter"]
    assert all(f'<h3 id="{target}">{name}</h3>' in page for target, name in targets)


def test_four_hundred_reports_make_a_page_of_less_than_400_kb(tmp_path):
    words = "sep 2025–sep 2026: senast −77 tkr, lägst −1 187 tkr (maj 2026), högst +71 tkr (juli 2026)"
    months = [{"period": f"2026-{month:02}", "value": (-1) ** month * 1e4 * month} for month in range(1, 14)]
    entry = {"label": "Avvikelse mot budget", "text": "−1 234 tkr", "value": -1234567.89, "assessment": "sämre"}
    shown = {
        "deviation": {**entry, "trend": {"label": "Månadens avvikelse", "text": words, "values": months}},
        "cost_change": {"label": "Kostnadsutveckling", "text": "+3,4 %", "value": 0.0341234, "assessment": ""},
        "forecast_deviation": {**entry, "label": "Prognos mot budget"},
    }
    jobs = [job("hsn", "Nämnden", "board"), job("10", "Division Medicin", "division", "hsn")]
    jobs += [
        job(f"{code}", "Gynekologiska mottagningen", "unit", "10", slug=f"gynekologiska-mottagningen-{code}")
        for code in range(10_000, 10_398)
    ]
    month = MonthStatus.begin(Plan("2026-10", tuple(jobs)), tmp_path / "status.json")
    for each in jobs:
        month = month.after(Outcome(each.slug, key_figures=shown, files={f"data/{each.slug}.xlsx": "1"}))
    assert len(month.reports) == 400
    assert len(render_index(month, replace(month, period="2026-09")).encode()) < 400_000


def test_the_page_in_place_of_a_report_passes_every_gate():
    page = render_failure_page(JOBS[1], FAILURE)
    assert faults_of_page(page) == []
    assert "The &lt;budget&gt; is missing." in page
    assert "Fel i beräkningen" in page


def test_the_page_in_place_of_a_report_says_what_to_do_and_what_else_there_is():
    page = render_failure_page(replace(JOBS[1], beside=(Crumb("Orsaksanalys", "root-cause-30"),)), FAILURE)
    assert "kör månaden igen" in page
    assert '<a href="root-cause-30.html">Orsaksanalys</a>' in page


def test_every_way_to_fail_has_words_for_it_and_something_to_do():
    assert all(kind.words and remedy(kind) for kind in FailureKind)


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
