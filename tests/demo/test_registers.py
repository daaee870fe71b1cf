"""The registers: every account mapped once, every reference to something that exists."""

from __future__ import annotations

from pathlib import Path

from utfall.region.registers import Decision, Goal, Measure, ReportOrder, read_register

PROJECT = Path(__file__).parents[2]


def test_every_account_lies_in_exactly_one_interval(made):
    accounts = {*made.cells["account"], *made.budget["account"]}
    for account in accounts:
        assert sum(row["first"] <= account <= row["last"] for row in made.intervals) == 1
    assert all("ej verifierade" in row["source"] for row in made.intervals)


def test_the_report_lines_come_in_the_order_they_are_printed(made):
    lines = [row["line"] for row in made.register("accounts")["lines"]]
    assert lines[0] == "patient_fees"
    assert lines[4:8] == ["internal_income", "salaries", "pensions", "hired_staff"]
    assert lines[-1] == "internal_costs"


def test_the_measures_are_those_of_the_documents_with_their_planned_effects(made):
    measures = read_register(made.folder / "measures.yaml", "measures", Measure)
    planned = {measure.id: measure.planned_effect / 1e6 for measure in measures}
    assert planned["hired_staff_2024"] == 50
    assert planned["contract_home"] == 8
    assert planned["drug_handling"] == 4
    assert planned["care_flows_2024"] == 1
    assert planned["diagnosis_coding_2024"] == 5
    assert planned["right_skills_2024"] + planned["service_agreements_2024"] == 9
    assert planned["fees_2024"] == 17
    assert planned["hiring_review_2026"] + planned["staff_cost_2026"] == 175


def test_every_measure_has_its_truth_and_touches_the_same_units(made):
    for measure in read_register(made.folder / "measures.yaml", "measures", Measure):
        truth = made.planted[measure.id]
        assert set(truth["units"]) <= set(measure.units)
        assert set(truth["lines"]) <= {*measure.lines, "patient_fees", "care_sold", "drugs"}


def test_goals_speak_of_key_figures_that_are_counted_for_their_unit(made):
    counted = made.table("kpi_values")
    known = set(zip(counted["kpi"], counted["unit"], strict=True))
    goals = read_register(made.folder / "goals.yaml", "goals", Goal)
    assert len(goals) >= 15
    assert all((goal.kpi, goal.unit) in known for goal in goals)


def test_decisions_and_reports_can_be_read(made):
    measures = {row["id"] for row in made.register("measures")["measures"]}
    decisions = read_register(made.folder / "decisions.yaml", "decisions", Decision)
    assert {identifier for decision in decisions for identifier in decision.measures} == measures
    orders = read_register(made.folder / "reports.yaml", "reports", ReportOrder)
    assert orders[0].notebook == "monthly_report.ipynb"
    assert all((PROJECT / "notebooks" / order.notebook).is_file() for order in orders)
