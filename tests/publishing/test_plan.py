"""Which reports are planned, and what is refused before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.publishing.standin import NODES, small_report, written
from utfall.errors import InvalidParameter
from utfall.publishing import NotebookOrder, Plan, ReportJob, ReportNode, make_plan, plan_reports
from utfall.publishing.jobs import slug_of


@pytest.fixture
def notebook(tmp_path):
    return written(small_report(), tmp_path)


def test_every_unit_gets_the_notebook_with_its_own_code(notebook, tmp_path):
    plan = make_plan(notebook, "2026-10", tmp_path, NODES)
    assert [job.parameters["unit"] for job in plan.jobs] == ["HSN", "20", "201", "2011"]
    assert {job.parameters["period"] for job in plan.jobs} == {"2026-10"}
    assert plan.complete


def test_the_path_upwards_leads_over_every_level(notebook, tmp_path):
    job = make_plan(notebook, "2026-10", tmp_path, NODES).jobs[-1]
    assert [crumb.name for crumb in job.path] == [node.name for node in NODES[:-1]]
    assert [crumb.slug for crumb in job.path] == [slug_of(node) for node in NODES[:-1]]


def test_one_unit_alone_still_links_to_the_reports_above(notebook, tmp_path):
    plan = make_plan(notebook, "2026-10", tmp_path, NODES, only={"2011"})
    assert [job.unit_code for job in plan.jobs] == ["2011"]
    assert len(plan.jobs[0].path) == 3
    assert not plan.complete


def test_a_relative_data_folder_is_found_from_the_notebooks_folder(notebook, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert make_plan(notebook, "2026-10", "data", NODES).jobs[0].parameters["data"] == str(tmp_path / "data")


def test_a_connection_url_is_not_taken_for_a_folder(notebook):
    plan = make_plan(notebook, "2026-10", "postgres://host/db", NODES)
    assert plan.jobs[0].parameters["data"] == "postgres://host/db"


def test_two_units_of_the_same_name_get_pages_of_their_own():
    assert slug_of(ReportNode("1", "Kansliet", "unit")) != slug_of(ReportNode("2", "Kansliet", "unit"))


def test_a_notebook_that_would_ignore_the_month_is_refused(tmp_path):
    cell = new_code_cell('data = "d"\nunit = "HSN"', metadata={"tags": ["parameters"]})
    path = written(new_notebook(cells=[cell]), tmp_path)
    with pytest.raises(InvalidParameter, match=r"report\.ipynb has no parameter period"):
        make_plan(path, "2026-10", tmp_path, NODES)


def test_a_notebook_without_a_unit_is_one_report_on_the_whole_region(tmp_path):
    cell = new_code_cell('data = "d"\nperiod = "2026-10"', metadata={"tags": ["parameters"]})
    plan = make_plan(written(new_notebook(cells=[cell]), tmp_path), "2026-10", tmp_path, NODES)
    (job,) = plan.jobs
    assert (job.unit_code, set(job.parameters)) == ("HSN", {"data", "period"})
    assert plan.complete


def test_parameters_with_a_type_are_parameters_too(tmp_path):
    cell = new_code_cell('data: str = "d"\nperiod: str = "2026-10"\nunit: str', metadata={"tags": ["parameters"]})
    assert len(make_plan(written(new_notebook(cells=[cell]), tmp_path), "2026-10", tmp_path, NODES)) == 4


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    (tmp_path / "report.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(InvalidParameter, match="cannot be read as a notebook"):
        make_plan(tmp_path / "report.ipynb", "2026-10", tmp_path, NODES)


def test_a_missing_notebook_is_refused(tmp_path):
    with pytest.raises(InvalidParameter, match="There is no notebook"):
        make_plan(tmp_path / "report.ipynb", "2026-10", tmp_path, NODES)


def test_a_unit_that_does_not_exist_is_refused_by_code(notebook, tmp_path):
    with pytest.raises(InvalidParameter, match="no unit with code 9999"):
        make_plan(notebook, "2026-10", tmp_path, NODES, only={"9999", "20"})


def test_two_units_with_one_code_are_refused(notebook, tmp_path):
    with pytest.raises(InvalidParameter, match="20 belongs to both Division Kirurgi and Annan"):
        make_plan(notebook, "2026-10", tmp_path, [*NODES, ReportNode("20", "Annan", "division")])


def test_a_unit_above_itself_is_refused(notebook, tmp_path):
    circle = [ReportNode("1", "Ett", "area", "2"), ReportNode("2", "Två", "area", "1")]
    with pytest.raises(InvalidParameter, match="is above itself"):
        make_plan(notebook, "2026-10", tmp_path, circle)


@pytest.mark.parametrize("slug", ["index", "status", "../secret", "Versal"])
def test_a_page_may_not_take_the_front_pages_name_or_leave_the_folder(slug):
    job = ReportJob(Path("n.ipynb"), {}, slug, "Månadsrapport", "2026-10", "unit", "1", "Klinik")
    with pytest.raises(InvalidParameter):
        Plan("2026-10", (job,))


def with_parameters(source, folder, name):
    return written(new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})]), folder, name)


@pytest.fixture
def plan(notebook, tmp_path):
    """The monthly report for all, one more for the board and its division, and one on the whole region."""
    causes = written(small_report(), tmp_path, "causes.ipynb")
    region = with_parameters('data = "d"\nperiod = "2026-10"\nmeasure = ""', tmp_path, "measure.ipynb")
    orders = [
        NotebookOrder(notebook, "Månadsrapport"),
        NotebookOrder(causes, "Orsaksanalys", units={"HSN", "20", "2011"}, receivers=("Divisionschefen",), pdf=True),
        NotebookOrder(region, "Åtgärd", kind="beds", parameters={"measure": "monitoring_beds"}),
    ]
    return plan_reports(orders, "2026-10", tmp_path, NODES, inputs="version 1")


def test_each_notebook_is_rendered_for_the_units_it_is_ordered_for(plan):
    assert [(job.kind, job.unit_code) for job in plan.jobs] == [
        *(("report", code) for code in ("HSN", "20", "201", "2011")),
        *(("causes", code) for code in ("HSN", "20", "2011")),
        ("beds", "HSN"),
    ]
    assert plan.complete


def test_the_main_report_has_the_units_name_and_the_others_say_what_they_are(plan):
    slugs = [job.slug for job in plan.jobs if job.unit_code == "HSN"]
    board = slug_of(NODES[0])
    assert slugs == [board, f"causes-{board}", f"beds-{board}"]


def test_an_order_says_who_receives_it_and_in_what_form(plan):
    (job,) = [job for job in plan.jobs if (job.kind, job.unit_code) == ("causes", "20")]
    assert (job.receivers, job.pdf) == (("Divisionschefen",), True)


def test_an_orders_own_parameters_reach_the_notebook(plan):
    assert plan.jobs[-1].parameters["measure"] == "monitoring_beds"
    assert "unit" not in plan.jobs[-1].parameters


def test_a_report_leads_to_the_same_kind_above_or_else_to_the_main_report(plan):
    (job,) = [job for job in plan.jobs if (job.kind, job.unit_code) == ("causes", "2011")]
    assert [crumb.slug for crumb in job.path] == [
        f"causes-{slug_of(NODES[0])}",
        f"causes-{slug_of(NODES[1])}",
        slug_of(NODES[2]),  # the area has no report of this kind
    ]


def test_a_report_leads_to_the_others_on_its_unit(plan):
    assert [crumb.name for crumb in plan.jobs[0].beside] == ["Orsaksanalys", "Åtgärd"]
    (area,) = [job for job in plan.jobs if job.unit_code == "201"]
    assert area.beside == ()


def test_a_parameter_that_the_notebook_does_not_have_is_refused(notebook, tmp_path):
    order = NotebookOrder(notebook, "Månadsrapport", parameters={"drug": "Alfa"})
    with pytest.raises(InvalidParameter, match=r"report\.ipynb has no parameter drug"):
        plan_reports([order], "2026-10", tmp_path, NODES)


def test_a_report_ordered_twice_for_a_unit_is_refused_with_what_to_do(notebook, tmp_path):
    orders = [NotebookOrder(notebook, "Månadsrapport"), NotebookOrder(notebook, "Månadsrapport", units={"20"})]
    with pytest.raises(InvalidParameter, match=r"ordered twice for Division Kirurgi; give one of the orders another"):
        plan_reports(orders, "2026-10", tmp_path, NODES)


def test_one_notebook_with_other_parameters_is_another_report(notebook, tmp_path):
    orders = [NotebookOrder(notebook, "Månadsrapport"), NotebookOrder(notebook, "Samma igen", kind="again")]
    assert len(plan_reports(orders, "2026-10", tmp_path, NODES)) == 8


def test_a_unit_without_a_report_in_the_plan_is_told_so(notebook, tmp_path):
    order = NotebookOrder(notebook, "Månadsrapport", units={"HSN"})
    with pytest.raises(InvalidParameter, match="has no report for 2011"):
        plan_reports([order], "2026-10", tmp_path, NODES, only={"2011"})


def test_what_decides_a_report_decides_its_fingerprint(plan, notebook, tmp_path):
    prints = [job.fingerprint for job in plan.jobs]
    assert len(set(prints)) == len(prints)
    again = make_plan(notebook, "2026-10", tmp_path, NODES, inputs="version 1")
    other = make_plan(notebook, "2026-10", tmp_path, NODES, inputs="version 2")
    assert again == make_plan(notebook, "2026-10", tmp_path, NODES, inputs="version 1")
    assert not {job.fingerprint for job in again.jobs} & {job.fingerprint for job in other.jobs}
