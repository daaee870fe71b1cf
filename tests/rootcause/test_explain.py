"""The whole method on data as they come: short, without budget or volumes, zero, negative; never a NaN in a report."""

import json
import re

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.small_region import REGISTERS, budget, ledger, volumes, write_region
from utfall.errors import InvalidData
from utfall.region import write_duckdb
from utfall.results import NotAvailable

PARTS = (
    "causes",
    "comparability",
    "control_charts",
    "price_volume",
    "variances",
    "periodisation",
    "reclassifications",
    "associations",
)


def said(deviation) -> str:
    """Everything the result and its parts print."""
    words = [deviation.text(), deviation.table.to_text(), deviation.trail_table.to_text(), deviation.method_note()]
    words += [deviation.heading.to_text(), deviation.high_cost.note.to_text(), deviation.located.note.to_text()]
    for name in PARTS:
        part = getattr(deviation, name)
        words.append(part.note.to_text())
        if not isinstance(part, NotAvailable):
            words += [part.view.to_text() if part.view is not None else "", part.method_note()]
    views = (deviation.located.table, deviation.located.segments_view, deviation.located.rejected_view)
    views += (deviation.variances.flexible_view, deviation.causes.groups_view)
    words += [view.to_text() for view in views if view is not None]
    return "\n".join(words)


def explained(folder, *, unit=None, period="2026-10", against=None, **tables):
    region = utfall.open_region(write_region(folder, **tables))
    deviation = utfall.explain_deviation(region, unit=unit, period=period, against=against)
    total = deviation.causes.frame["amount"].sum() + sum(deviation.causes.rest.values())
    assert total == pytest.approx(deviation.deviation, abs=0.005)
    assert not re.search(r"\b(nan|inf|None|NaT)\b", said(deviation))
    assert "NaN" not in json.dumps(deviation.to_dict(), allow_nan=False)
    return deviation


def test_a_history_of_one_month_gives_amounts_and_says_what_cannot_be_decided(tmp_path):
    rows = ledger()
    one = rows[rows["period"] == pd.Timestamp("2026-01-01")]
    deviation = explained(tmp_path, period="2026-01", ledger=one, volumes=None)
    assert deviation.deviation == pytest.approx(one["amount"].sum() - 3 * (200 - 1000 - 300 - 150))
    assert deviation.causes.frame.empty
    assert "kort historik" in deviation.causes.text()
    undecided = [step for step in deviation.trail if "Kan inte avgöras" in step.outcome]
    assert len(undecided) >= 3
    assert deviation.warnings


def test_a_region_without_budget_is_explained_against_last_year(tmp_path):
    deviation = explained(tmp_path, budget=None, region=dict(REGISTERS["region.yaml"]) | {"reference": "previous_year"})
    assert deviation.against == "previous_year"
    assert deviation.variances.cells["budget"].eq(0).all()
    assert deviation.variances.flexible_view is None


def test_a_budget_of_zero_is_explained(tmp_path):
    plan = budget()
    plan["amount"] = plan["amount"].where(plan["unit"] != "K1", 0.0)
    deviation = explained(tmp_path, unit="K1", budget=plan)
    assert deviation.expected == 0
    assert deviation.deviation == pytest.approx(deviation.actual)
    assert any("utan budget" in warning for warning in deviation.variances.warnings)


def test_a_unit_without_volumes_is_explained(tmp_path):
    deviation = explained(tmp_path, unit="K1", volumes=None)
    assert deviation.variances.cells["volume"].eq(0).all()


def test_volumes_that_are_zero_in_one_year_are_explained(tmp_path):
    counted = volumes()
    counted["actual"] = counted["actual"].where(counted["period"] < "2026-01-01", 0.0)
    explained(tmp_path, unit="K1", volumes=counted)


def test_a_negative_volume_is_refused_with_file_row_and_remedy(tmp_path):
    counted = volumes()
    counted.loc[3, "actual"] = -5.0
    with pytest.raises(InvalidData, match=r"volumes\.parquet, row 4: actual '-5' is below 0\. Correct the value\."):
        utfall.open_region(write_region(tmp_path, volumes=counted))


def test_a_line_that_has_stopped_and_one_that_is_new_are_explained(tmp_path):
    rows = ledger()
    stopped = (rows["unit"] == "K1") & (rows["account"] == "5310") & (rows["period"] >= "2026-01-01")
    new = (rows["unit"] == "K2") & (rows["account"] == "5310") & (rows["period"] < "2026-01-01")
    deviation = explained(tmp_path, ledger=rows[~stopped & ~new])
    cells = deviation.variances.cells.set_index(["unit", "line"])
    assert cells.loc[("K2", "purchased_care"), "new"] == pytest.approx(cells.loc[("K2", "purchased_care"), "deviation"])


def test_the_same_region_gives_the_same_answer(tmp_path):
    first, second = (explained(tmp_path / name) for name in ("a", "b"))
    assert said(first) == said(second)


@pytest.mark.parametrize("against", ["budget", pytest.param("previous_year", marks=pytest.mark.slow)])
@pytest.mark.parametrize("unit", [None, "Division Kirurgi", "Hudmottagningen", "Riks- och regionvården"])
def test_the_made_up_region_is_explained_at_every_level_without_gaps(demo_folder, unit, against):
    deviation = utfall.explain_deviation(utfall.open_region(demo_folder), unit=unit, period="2026-10", against=against)
    assert not re.search(r"\b(nan|inf|None|NaT)\b", said(deviation))
    json.dumps(deviation.to_dict(), allow_nan=False)
    assert all(check.passed for check in deviation.checks if "Identitet" in check.name or check.values)
    assert np.isfinite(deviation.deviation)


def test_each_step_says_its_data_rule_outcome_and_grade(demo_folder):
    deviation = utfall.explain_deviation(utfall.open_region(demo_folder), unit="Hudmottagningen", period="2026-10")
    for step in deviation.trail:
        assert step.name
        assert step.data
        assert step.rule
        assert step.outcome
        assert step.grade.value in "ABCD"


def test_a_unit_that_began_this_year_is_explained(demo_folder):
    """The successor of two units that were merged has their history."""
    region = utfall.open_region(demo_folder)
    month = pd.Timestamp("2025-04-01")
    begun = [
        row.code for row in region.organisation.rows if str(row.valid_from) == "2025-01-01" and row.level == "unit"
    ]
    assert begun
    for code in begun[:2]:
        deviation = utfall.explain_deviation(region, unit=code, period=month)
        assert not re.search(r"\b(nan|inf|None|NaT)\b", said(deviation))


def test_a_region_in_duckdb_gets_the_same_answer_as_its_files(tmp_path):
    files = utfall.open_region(write_region(tmp_path / "files"))
    stored = utfall.open_region(write_duckdb(files, tmp_path / "region.duckdb"))
    answers = [utfall.explain_deviation(region, unit="K", period="2026-10") for region in (files, stored)]
    assert said(answers[0]) == said(answers[1])
